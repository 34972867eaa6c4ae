"""Findymail: verified e-mails by name or profile, phones, reverse look-up, employees, companies, technologies.

Facts: app.findymail.com/docs and Findymail's own n8n node, re-read 2026-08. Only verified addresses are returned.
A 200 may be `{"error": ...}`; 402 is an empty account, 423 a paused one; a miss is a 404 or empty fields. Two purses:
finder and verifier. The optional webhooks are not used: without one the same call answers at once.
"""

from typing import Any

from leadenrich.contract import (
    Account,
    Bearer,
    Category,
    Charged,
    Classified,
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
    Support,
    Tier,
    one_call,
    operation,
    page_size,
    pluck,
    rename,
)

MAIL = {"email": "email", "full_name": "name", "company_domain": "domain", "email_status": ("email", lambda _: "valid")}
TECHNOLOGIES = {"technologies": ("technologies", lambda items: pluck(items, "name")), "company_domain": "domain"}
LINES = {"mobile": "mobile", "landline": "landline", "voip": "voip"}
VERDICT = {"email": "email", "email_status": ("verified", {True: "valid", False: "invalid"}), "mx_provider": "provider"}
JOB = {"title": "jobTitle", "company_name": "companyName", "company_domain": "companyWebsite"}
EMPLOYEE = {"full_name": "name", "linkedin_url": "linkedinUrl", **JOB}
PERSON = {
    "email": "email",
    "linkedin_url": "linkedin_url",
    "full_name": "fullName",
    "headline": "headline",
    "city": "city",
    "region": "region",
    "country": "country",
    **JOB,
    "company_linkedin_url": "companyLinkedinUrl",
}
COMPANY = {
    "company_name": "name",
    "company_domain": "domain",
    "employee_range": "company_size",
    "industry": "industry",
    "company_linkedin_url": "linkedin_url",
    "description": "description",
}


class Findymail(HTTPProvider):
    info = ProviderInfo(
        title="Findymail",
        category=Category.EMAIL_CONTACT,
        tier=Tier.BASIC,
        base_url="https://app.findymail.com",
        docs_url="https://app.findymail.com/docs/",
        auth=Bearer(),
        concurrency=300,
        prices=(Price("0.0198", plan="$99 for 5,000 credits, as others reckon it", as_of="2026-08-01", pool="finder"),),
        undocumented=("intellimatch",),
        summary="Verified work e-mails, phones, reverse look-up, companies and technologies.",
    )
    account = Account("/api/credits", remaining="credits", pools={"finder": "credits", "verifier": "verifier_credits"})
    errors = {423: ErrorCode.PROVIDER_INSUFFICIENT_CREDITS}

    def classify(self, reply: Reply) -> Classified:
        """Read the errors that come with a 200."""
        said = str(reply.get("error") or "").lower() if reply.status == 200 else ""
        if "credit" in said or "paused" in said:
            return ErrorCode.PROVIDER_INSUFFICIENT_CREDITS
        return ErrorCode.PROVIDER_API_ERROR if said else None

    @operation(
        Operation.FIND_EMAIL,
        gives=tuple(MAIL),
        credits={"finder": 1},
        needs=[
            *(
                (*name, firm)
                for firm in ("company_domain", "company_name")
                for name in (("full_name",), ("first_name", "last_name"))
            ),
            ("linkedin_url",),
        ],
    )
    def find_email(self, query: Query) -> Flow:
        """Find a verified work e-mail by name and company, else by profile."""
        if query.name and (employer := query.company_domain or query.company_name):
            request = ask("/api/search/name", {"name": query.name, "domain": employer})
        else:
            request = ask("/api/search/business-profile", query.pick("linkedin_url"))
        return one_call(request, MAIL, "email", at="contact")

    @operation(
        Operation.FIND_PHONE,
        needs=[("linkedin_url",)],
        gives=("mobile_phone", "phone", "line_type"),
        credits={"finder": 10},
        confidence=75,
        confidence_reason="stated without a score",
    )
    def find_phone(self, query: Query) -> Flow:
        """Find a phone number behind a profile; residents of the EU are left out by the vendor."""
        reply = yield ask("/api/search/phone", query.pick("linkedin_url"))
        kind = "mobile_phone" if str(reply.get("line_type")).lower() == "mobile" else "phone"
        found = rename(reply.json, {kind: "phone", "line_type": ("line_type", LINES)})
        return Hit(found) if kind in found else Miss()

    @operation(
        Operation.VERIFY_EMAIL,
        needs=[("email",)],
        gives=tuple(VERDICT),
        credits={"verifier": 1},
        charged=Charged.ON_CALL,
    )
    def verify_email(self, query: Query) -> Flow:
        """Verify one address; the verdict is only whether it would bounce."""
        return one_call(ask("/api/verify", query.pick("email")), VERDICT, "email_status")

    @operation(Operation.ENRICH_PERSON, needs=[("email",)], gives=tuple(PERSON), credits={"finder": 2})
    def enrich_person(self, query: Query) -> Flow:
        """Describe who is behind an address."""
        request = ask("/api/search/reverse-email", {"email": query.email, "with_profile": True})
        return one_call(request, PERSON, *PERSON.keys() - {"email"})

    @operation(Operation.FIND_LINKEDIN, needs=[("email",)], credits={"finder": 1})
    def find_linkedin(self, query: Query) -> Flow:
        """Find the profile behind an address."""
        return one_call(ask("/api/search/reverse-email", {"email": query.email}), {"linkedin_url": "linkedin_url"})

    @operation(
        Operation.DOMAIN_EMAILS,
        needs=[("company_domain", "title")],
        gives=("emails",),
        credits={"finder": 1},
        max_credits={"finder": 10},
    )
    def domain_emails(self, query: Query) -> Flow:
        """List addresses of those with a role at a company, 1 credit each; how many there can be is not published."""
        reply = yield ask("/api/search/domain", {"domain": query.company_domain, "roles": [query.title]})
        emails = [found for item in reply.items("contacts") if "email" in (found := rename(item, MAIL))]
        return Hit(emails=emails, credits={"finder": len(emails)}) if emails else Miss()

    @operation(
        Operation.SEARCH_PEOPLE,
        needs=[("company_domain", "title")],
        uses=("limit",),
        gives=("people",),
        credits={"finder": 1},
        max_credits=lambda query: {"finder": page_size(query, 1, 5)},
    )
    def search_people(self, query: Query) -> Flow:
        """Find up to five employees with a job title; 1 credit each."""
        body = {"website": query.company_domain, "job_titles": [query.title], "count": page_size(query, 1, 5)}
        reply = yield ask("/api/search/employees", body)
        people = [rename(item, EMPLOYEE) for item in reply.items() or reply.items("data")]
        return Hit(people=people, credits={"finder": len(people)}) if people else Miss()

    @operation(
        Operation.ENRICH_COMPANY,
        needs=[("company_domain",), ("company_linkedin_url",), ("company_name",)],
        gives=tuple(COMPANY),
        credits={"finder": 1},
    )
    def enrich_company(self, query: Query) -> Flow:
        """Describe a company."""
        named = query.pick(domain="company_domain") or query.pick(linkedin_url="company_linkedin_url")
        return one_call(ask("/api/search/company", named or query.pick(name="company_name")), COMPANY, "company_name")

    @operation(
        Operation.DETECT_TECHNOLOGIES,
        needs=[("company_domain",)],
        uses=("technologies",),
        gives=tuple(TECHNOLOGIES),
        credits={"finder": 1},
        support=Support.INFERRED,
    )
    def detect_technologies(self, query: Query) -> Flow:
        """List a company's technologies, or which of those named it has; seen in one other integration only."""
        request = ask("/api/technologies", query.pick("technologies", domain="company_domain"))
        return one_call(request, TECHNOLOGIES, "technologies")


def ask(path: str, body: dict[str, Any]) -> Request:
    """Return the request for a search; 404 means nothing found."""
    return Request("POST", path, json=body, expect=(200, 404))


provider = Findymail
