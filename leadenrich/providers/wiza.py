"""Wiza: reveals of a person's e-mail, personal e-mail, phone or profile as background jobs, and companies.

Facts: docs.wiza.co (status codes, webhooks, credit deduction) and help.wiza.co, the fields as other integrations read
them (2026). A failed reveal is a 200: `fail_error` says why, and only an empty balance is an error. A reveal is billed
when it is started, so it is never started again; a webhook's only signature is a fixed hash of the key, so the address
it is sent to carries a token instead. Prospect search is known by name: what it answers could not be read.
"""

from collections.abc import Mapping
from typing import Any

from leadenrich.contract import (
    Account,
    Bearer,
    Category,
    ErrorCode,
    Flow,
    Hit,
    HTTPProvider,
    Miss,
    Operation,
    Price,
    ProviderInfo,
    Query,
    Reply,
    Request,
    Steps,
    Tier,
    dig,
    finished,
    operation,
    rename,
)

WHO = [
    ("linkedin_url",),
    ("sales_navigator_url",),
    ("full_name", "company_domain"),
    ("first_name", "last_name", "company_domain"),
    ("full_name", "company_name"),
    ("first_name", "last_name", "company_name"),
]
BY_EMAIL = [*WHO, ("email",)]
ADDRESS = {"email": "email", "email_status": ("email_status", {"valid": "valid", "risky": "accept_all"})}
ENDED = ("finished", "failed")
PHONES = {
    "mobile_phone": ["mobile_phone", ("phones", lambda listed: number(listed, True))],
    "phone": ["phone_number", ("phones", lambda listed: number(listed, False))],
}
PURSES = {purse: f"credits.{purse}_credits" for purse in ("api", "email", "phone", "export")}
PERSON = {
    "full_name": "name",
    "title": "title",
    "linkedin_url": "linkedin_profile_url",
    "company_name": "company",
    "company_domain": "company_domain",
    "company_linkedin_url": "company_linkedin",
}
COMPANY = {
    "company_name": "company_name",
    "company_domain": ["company_domain", "domain"],
    "description": "company_description",
    "industry": "company_industry",
    "employee_count": "company_size",
    "employee_range": "company_size_range",
    "founded_year": "company_founded",
    "company_type": "company_type",
    "ticker": "company_ticker",
    "city": "company_locality",
    "region": "company_region",
    "country": "company_country",
    "company_linkedin_url": "company_linkedin",
    "twitter_url": "company_twitter",
    "facebook_url": "company_facebook",
    "funding_total_usd": "company_funding",
    "funding_stage": "company_last_funding_round",
    "last_funding_at": "company_last_funding_at",
}


class Wiza(HTTPProvider):
    info = ProviderInfo(
        title="Wiza",
        category=Category.EMAIL_CONTACT,
        tier=Tier.BASIC,
        base_url="https://wiza.co/api",
        docs_url="https://docs.wiza.co",
        auth=Bearer(),
        established_in="CA",
        undocumented=("prospect-search",),
        prices=(Price("0.025", plan="from 2,000 credits, as others reckon it", as_of="2026"),),
        summary="E-mails, personal e-mails, phones and profiles revealed one by one, companies.",
    )
    words = {("data.fail_error", "billing_issue"): ErrorCode.PROVIDER_INSUFFICIENT_CREDITS}
    webhook_job = "data.id"
    # A purse that is unlimited says so in a word, and is left out.
    account = Account("/meta/credits", remaining="credits.api_credits", pools=PURSES)

    @operation(Operation.FIND_EMAIL, needs=WHO, gives=(*PERSON, "email", "email_status"), credits=2, patience=600)
    def find_email(self, query: Query) -> Flow:
        """Find a work e-mail; paid only where an address is valid."""
        reply = yield from self.reveal(query, "partial", work=True)
        return answer(reply, {**rename(reply.get("data"), PERSON), **address(reply, "work", ADDRESS)}, "email")

    @operation(
        Operation.FIND_PERSONAL_EMAIL,
        needs=WHO,
        credits=2,
        patience=600,
        confidence=80,
        confidence_reason="checked by the vendor, some of them on hosts that take everything",
    )
    def find_personal_email(self, query: Query) -> Flow:
        """Find a personal e-mail."""
        reply = yield from self.reveal(query, "partial", work=False)
        return answer(reply, address(reply, "personal", {"personal_email": "email"}))

    @operation(
        Operation.FIND_PHONE,
        needs=BY_EMAIL,
        gives=("mobile_phone", "phone"),
        credits=5,
        patience=600,
        confidence=75,
        confidence_reason="stated without a score",
    )
    def find_phone(self, query: Query) -> Flow:
        """Find a mobile, or another number of the person's."""
        reply = yield from self.reveal(query, "phone")
        return answer(reply, rename(reply.get("data"), PHONES))

    @operation(Operation.ENRICH_PERSON, needs=BY_EMAIL, gives=tuple(PERSON), credits=1, patience=300)
    def enrich_person(self, query: Query) -> Flow:
        """Describe a person, without contact data."""
        reply = yield from self.reveal(query, "none")
        return answer(reply, rename(reply.get("data"), PERSON) if reply.get("data.status") != "failed" else {})

    def reveal(self, query: Query, level: str, work: bool | None = None) -> Steps[Reply]:
        """Start a reveal by one way of naming the person, the surest first, and wait for it."""
        firm = query.pick(domain="company_domain") or query.pick(company="company_name")
        named = {"full_name": query.name, **firm} if query.name and firm else query.pick("email")
        page = query.pick(profile_url="linkedin_url") or query.pick(profile_url="sales_navigator_url")
        who = page or named
        body: dict[str, Any] = {"individual_reveal": who, "enrichment_level": level}
        if work is not None:
            body["email_options"] = {"accept_work": work, "accept_personal": not work}
        if self.webhook_url:
            body["callback_url"] = self.webhook_url
        reply = yield Request("POST", "/individual_reveals", json=body)
        return (
            yield from finished(
                reply,
                "data.id",
                lambda job: Request("GET", "/individual_reveals/{id}", at={"id": job}, paid=False),
                lambda reply: not reply.get("data.is_complete") and reply.get("data.status") not in ENDED,
                every=3,
            )
        )

    @operation(
        Operation.ENRICH_COMPANY,
        needs=[("company_domain",), ("company_name",), ("company_linkedin_url",)],
        gives=tuple(COMPANY),
        credits=2,
    )
    def enrich_company(self, query: Query) -> Flow:
        """Describe a company."""
        body = query.pick("company_domain", "company_name")
        if query.company_linkedin_url:
            body["company_linkedin_slug"] = query.company_linkedin_url.rstrip("/").rsplit("/", 1)[-1]
        reply = yield Request("POST", "/company_enrichments", json=body, expect=(200, 404))
        return answer(reply, rename(reply.get("data"), COMPANY), "company_name")


def address(reply: Reply, kind: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the first address of a kind, a valid one first; the primary one may be of either, or without a kind."""
    listed = [one for one in [*reply.items("data.emails"), reply.get("data")] if dig(one, "email")]
    good = [one for one in listed if str(dig(one, "email_type", kind)).lower() == kind]
    return rename(min(good, key=lambda one: dig(one, "email_status") != "valid"), fields) if good else {}


def number(listed: Any, mobile: bool) -> Any:
    """Return the first number that is a mobile, or that is none."""
    return next((one["number"] for one in listed if (str(one.get("type")).lower() == "mobile") is mobile), None)


def answer(reply: Reply, found: Mapping[str, Any], wanted: str = "") -> Hit | Miss:
    """Return what was found, if what is wanted is in it, at what the reply says it cost; a risky address is free."""
    known = reply.get("data.credits.api_credits.total", 0 if found.get("email_status") == "accept_all" else None)
    return Hit(found, credits=known) if (wanted in found if wanted else found) else Miss(credits=known)


provider = Wiza
