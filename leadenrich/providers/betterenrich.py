"""BetterEnrich: waterfalls of its own for work and personal e-mails, mobile phones and LinkedIn profiles.

Facts: the vendor's documentation (betterenrich.readme.io) could not be read. What stands here was taken in 2026-09 from
several independent integrations, two of which state that they checked against the live API, and from the vendor's own
curl hand-out for the low-cost finder; hence `support="inferred"` throughout. Features that are known by name alone are
listed as undocumented. Quirks: the key is the whole Authorization header; 403 means that credits are used up; jobs are
polled on the path they were submitted to; success words differ between endpoints.
"""

from typing import Any

from leadenrich.contract import (
    Account,
    Category,
    ErrorCode,
    Flow,
    HeaderKey,
    Hit,
    HTTPProvider,
    InvalidReplyError,
    Miss,
    Operation,
    Price,
    ProviderInfo,
    Query,
    Rate,
    Request,
    Support,
    Tier,
    Wait,
    one_call,
    operation,
    rename,
)

WORK, PHONE, LINKEDIN = "/find-work-email", "/find-mobile-phone-number", "/find-linkedin-by-email"
CHEAP, CHEAP_POLL = "/find-work-email-low-cost-v3-alt", "/find-work-email-low-cost-v3"
JOBS = tuple(f"{method} {path}" for path in (WORK, PHONE, LINKEDIN) for method in ("POST", "GET"))
STATUS = {"valid": "valid", "verified": "valid", "unverified": "unknown", "unknown": "unknown"}
FRUITLESS, RUNNING = ("failed", "not_found"), ("processing", "pending", "queued", "running", "in_progress")
PERSON = [("full_name", "company_domain"), ("first_name", "last_name", "company_domain")]
FOUND = {
    "email": ["data.email", "data.work_email", "email"],
    "email_status": [("data.status", STATUS), ("data.email_status", STATUS), ("email_status", STATUS)],
    "mx_provider": ["data.ESP", "data.esp", "esp"],
}
MOBILE = {
    "mobile_phone": "data.mobileNumber",
    "phone_status": ("data.status", {"valid": "valid"}),
    "line_type": ("data.lineType", {"mobile": "mobile"}),
    "country": "data.country",
}
PROFILE = {
    "linkedin_url": "data.Linkedin Profile Url",
    "full_name": "data.Name",
    "title": "data.Title",
    "company_name": "data.Company",
    "company_domain": "data.Domain",
    "industry": "data.Industry",
}
PLACES = ("data.personal_email", "data.email", "personal_email", "email", "result")
PERSONAL = {"personal_email": [(place, lambda text: text if "@" in text else None) for place in PLACES]}


class BetterEnrich(HTTPProvider):
    info = ProviderInfo(
        title="BetterEnrich",
        category=Category.SPECIALIZED,
        tier=Tier.BASIC,
        base_url="https://app.betterenrich.com/api/v1",
        docs_url="https://betterenrich.readme.io",
        auth=HeaderKey("Authorization"),
        rates=(
            Rate(10, per=1, on=JOBS),
            Rate(5, per=1, on=(f"POST {CHEAP}", f"GET {CHEAP_POLL}")),
            Rate(5, per=1, on="POST /find-company-email"),
            Rate(5, per=1, on="POST /find-email-from-facebook-page"),
        ),
        prices=(Price("0.024", plan="Professional, 10,000 credits a month", as_of="2026-09"),),
        support=Support.INFERRED,
        undocumented=(
            "single-enrichment",
            "find-email-from-linkedin",
            "find-email-from-salesnav",
            "check-google-ads",
            "check-facebook-ads",
            "check-linkedin-ads",
            "find-social-urls",
            "check-dnc-list",
            "check-phone-status",
        ),
        summary="Waterfalls of its own for e-mails, mobile phones and LinkedIn profiles.",
    )
    errors = {403: ErrorCode.PROVIDER_INSUFFICIENT_CREDITS}
    account = Account(
        "/credits", remaining="totalCredit", pools={"onetime": "onetimeCredit", "subscription": "subscriptionCredit"}
    )

    @operation(
        Operation.FIND_EMAIL,
        needs=PERSON,
        uses=("linkedin_url",),
        gives=("email", "email_status", "mx_provider"),
        credits="1.25",
        patience=150,
    )
    def find_email(self, query: Query) -> Flow:
        """Find a work e-mail through the vendor's own waterfall; up to 90 seconds."""
        return job(WORK, asked(query), FOUND, "email")

    @operation(
        "find-work-email-low-cost",
        needs=PERSON,
        uses=("linkedin_url",),
        gives=("email", "email_status", "mx_provider"),
        confidence=85,
        confidence_reason="the vendor verifies what it returns; where it states no status this stands for that",
    )
    def find_email_low_cost(self, query: Query) -> Flow:
        """Find a work e-mail through the cheaper finder (v3), which mostly answers at once."""
        return job(CHEAP, asked(query), FOUND, "email", poll_path=CHEAP_POLL)

    @operation(
        Operation.FIND_PHONE,
        needs=[("linkedin_url",)],
        gives=("mobile_phone", "phone_status", "line_type", "country"),
        credits=16,
        patience=150,
        confidence=85,
        confidence_reason="the vendor checks a number before it returns it",
    )
    def find_phone(self, query: Query) -> Flow:
        """Find a mobile number by LinkedIn profile."""
        return job(PHONE, query.pick(linkedinURL="linkedin_url"), MOBILE, "mobile_phone")

    @operation(
        Operation.FIND_LINKEDIN,
        needs=[("email",)],
        gives=tuple(PROFILE),
        patience=150,
        confidence=85,
        confidence_reason="looked up by the exact address; the vendor states no score",
    )
    def find_linkedin(self, query: Query) -> Flow:
        """Find the LinkedIn profile behind an e-mail address."""
        return job(LINKEDIN, query.pick("email"), PROFILE, "linkedin_url")

    @operation(
        Operation.FIND_PERSONAL_EMAIL,
        needs=[("linkedin_url",)],
        gives=("personal_email",),
        confidence=70,
        confidence_reason="the reply's field names are known from one integration only",
    )
    def find_personal_email(self, query: Query) -> Flow:
        """Find a personal e-mail by LinkedIn profile; the reply is read wherever an address may be in it."""
        body = query.pick(linkedinURL="linkedin_url")
        return one_call(Request("POST", "/find-personal-email-alt", json=body, expect=(200, 201)), PERSONAL)

    @operation("find-company-email", needs=[("company_domain",), ("website",)], gives=("email", "email_status"))
    def find_company_email(self, query: Query) -> Flow:
        """Find the general mailbox of a company's site."""
        body = query.pick(website="company_domain|website")
        return one_call(Request("POST", "/find-company-email", json=body), FOUND, "email")

    @operation("find-email-from-facebook-page", needs=[("facebook_url",)], gives=("email", "email_status"))
    def find_email_from_facebook_page(self, query: Query) -> Flow:
        """Find the mailbox given on a Facebook page."""
        body = query.pick(pageURL="facebook_url")
        return one_call(Request("POST", "/find-email-from-facebook-page", json=body), FOUND, "email")


def asked(query: Query) -> dict[str, Any]:
    """Return the body of a question about a person's e-mail."""
    return {"full_name": query.name, **query.pick("company_domain", linkedinURL="linkedin_url")}


def job(path: str, body: dict[str, Any], fields: dict[str, Any], wanted: str, poll_path: str | None = None) -> Flow:
    """Submit a job, poll it until it is done, and read it; without what is wanted, whatever its status, it is a miss.

    Not done yet is what 201, 202 or a word like "processing" say.
    """
    reply = yield Request("POST", path, json=body, expect=(200, 201, 202))
    name = reply.get("id")
    poll = Request("GET", poll_path or path, params={"id": name}, expect=(200, 201, 202), paid=False)
    while reply.get("status") in RUNNING or (reply.status != 200 and reply.get("status") not in FRUITLESS):
        if name is None:
            raise InvalidReplyError("a job without an id")
        reply = yield Wait(name, poll=poll, every=3)
    found = rename(reply.json, fields)
    return Hit(found) if wanted in found else Miss()


provider = BetterEnrich
