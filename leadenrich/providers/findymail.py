"""Findymail: verified e-mails by name or profile, phones, reverse look-up, employees, companies, technologies.

Facts: app.findymail.com/docs and Findymail's own n8n node, re-read 2026-08. Only verified addresses are returned.
A 200 may be `{"error": ...}`; 402 is an empty account, 423 a paused one; a miss is a 404 or empty fields. Two purses:
finder and verifier. The optional webhooks are not used: without one the same call answers at once.
"""

from typing import Any

from leadenrich.contract import (Bearer, Category, Charged, Classified, ErrorCode, Flow, Hit, HTTPProvider, Miss,
                                 Operation, Price, ProviderInfo, Query, Quota, QuotaFlow, Reply, Request, Support, Tier,
                                 one_call, operation, pluck, rename)  # fmt: skip

FOUND = {"email": "email", "full_name": "name", "company_domain": "domain"}
LINES = {"mobile": "mobile", "landline": "landline", "voip": "voip"}
PERSON = {"email": "email", "linkedin_url": "linkedin_url", "full_name": "fullName", "headline": "headline",
          "title": "jobTitle", "city": "city", "region": "region", "country": "country", "company_name": "companyName",
          "company_domain": "companyWebsite", "company_linkedin_url": "companyLinkedinUrl"}  # fmt: skip
EMPLOYEE = {"full_name": "name", "linkedin_url": "linkedinUrl", "title": "jobTitle", "company_name": "companyName",
            "company_domain": "companyWebsite"}  # fmt: skip
COMPANY = {"company_name": "name", "company_domain": "domain", "employee_range": "company_size", "industry": "industry",
           "company_linkedin_url": "linkedin_url", "description": "description"}  # fmt: skip


class Findymail(HTTPProvider):
    info = ProviderInfo(
        title="Findymail", category=Category.EMAIL_CONTACT, tier=Tier.BASIC, base_url="https://app.findymail.com",
        docs_url="https://app.findymail.com/docs/", auth=Bearer(), concurrency=300,
        prices=(Price("0.0198", plan="$99 for 5,000 credits, as others reckon it", as_of="2026-08-01", pool="finder"),),
        undocumented=("intellimatch",),
        summary="Verified work e-mails, phones, reverse look-up, companies and technologies.",
    )  # fmt: skip
    errors = {423: ErrorCode.PROVIDER_INSUFFICIENT_CREDITS}

    def classify(self, reply: Reply) -> Classified:
        """Read the errors that come with a 200."""
        said = reply.get("error") if reply.status == 200 else None
        if not said:
            return None
        empty = any(word in str(said).lower() for word in ("credit", "paused"))
        return ErrorCode.PROVIDER_INSUFFICIENT_CREDITS if empty else ErrorCode.PROVIDER_API_ERROR

    @operation(Operation.FIND_EMAIL,
               needs=[("full_name", "company_domain"), ("first_name", "last_name", "company_domain"),
                      ("full_name", "company_name"), ("first_name", "last_name", "company_name"), ("linkedin_url",)],
               gives=(*FOUND, "email_status"), credits={"finder": 1})  # fmt: skip
    def find_email(self, query: Query) -> Flow:
        """Find a verified work e-mail by name and company, else by profile."""
        employer = query.company_domain or query.company_name
        if query.name and employer:
            reply = yield ask("/api/search/name", {"name": query.name, "domain": employer})
        else:
            reply = yield ask("/api/search/business-profile", {"linkedin_url": query.linkedin_url})
        found = rename(reply.get("contact"), FOUND)
        return Hit(found, email_status="valid") if "email" in found else Miss()

    @operation(Operation.FIND_PHONE, needs=[("linkedin_url",)], gives=("mobile_phone", "phone", "line_type"),
               credits={"finder": 10}, confidence=75, confidence_reason="stated without a score")  # fmt: skip
    def find_phone(self, query: Query) -> Flow:
        """Find a phone number behind a profile; residents of the EU are left out by the vendor."""
        reply = yield ask("/api/search/phone", query.pick("linkedin_url"))
        kind = "mobile_phone" if str(reply.get("line_type")).lower() == "mobile" else "phone"
        found = rename(reply.json, {kind: "phone", "line_type": ("line_type", LINES)})
        return Hit(found) if kind in found else Miss()

    @operation(Operation.VERIFY_EMAIL, needs=[("email",)], gives=("email", "email_status", "mx_provider"),
               credits={"verifier": 1}, charged=Charged.ON_CALL)  # fmt: skip
    def verify_email(self, query: Query) -> Flow:
        """Verify one address; the verdict is only whether it would bounce."""
        reply = yield ask("/api/verify", query.pick("email"))
        verdicts = {True: "valid", False: "invalid"}
        found = rename(
            reply.json, {"email": "email", "email_status": ("verified", verdicts), "mx_provider": "provider"}
        )
        return Hit(found) if "email_status" in found else Miss()

    @operation(Operation.ENRICH_PERSON, needs=[("email",)], gives=tuple(PERSON), credits={"finder": 2})
    def enrich_person(self, query: Query) -> Flow:
        """Describe who is behind an address."""
        reply = yield ask("/api/search/reverse-email", {"email": query.email, "with_profile": True})
        found = rename(reply.json, PERSON)
        return Hit(found) if found.keys() - {"email"} else Miss()

    @operation(Operation.FIND_LINKEDIN, needs=[("email",)], credits={"finder": 1})
    def find_linkedin(self, query: Query) -> Flow:
        """Find the profile behind an address."""
        return one_call(ask("/api/search/reverse-email", {"email": query.email}), {"linkedin_url": "linkedin_url"})

    @operation(
        Operation.DOMAIN_EMAILS,
        needs=[("company_domain", "title")],
        gives=("emails",),
        credits={"finder": 1},
        max_credits={"finder": 10},  # one for each contact; how many there can be is not published
    )
    def domain_emails(self, query: Query) -> Flow:
        """List the addresses of those who hold a role at a company."""
        reply = yield ask("/api/search/domain", {"domain": query.company_domain, "roles": [query.title]})
        emails = [
            {**found, "email_status": "valid"} for item in reply.items("contacts") if (found := rename(item, FOUND))
        ]
        return Hit(emails=emails, credits={"finder": len(emails)}) if emails else Miss()

    @operation(Operation.SEARCH_PEOPLE, needs=[("company_domain", "title")], uses=("limit",), gives=("people",),
               credits={"finder": 1}, max_credits=lambda query: {"finder": min(int(query.limit or 1), 5)})  # fmt: skip
    def search_people(self, query: Query) -> Flow:
        """Find up to five employees with a job title; 1 credit each."""
        count = min(int(query.limit or 1), 5)
        body = {"website": query.company_domain, "job_titles": [query.title], "count": count}
        reply = yield ask("/api/search/employees", body)
        people = [rename(item, EMPLOYEE) for item in reply.items() or reply.items("data")]
        return Hit(people=people, credits={"finder": len(people)}) if people else Miss()

    @operation(Operation.ENRICH_COMPANY, needs=[("company_domain",), ("company_linkedin_url",), ("company_name",)],
               gives=tuple(COMPANY), credits={"finder": 1})  # fmt: skip
    def enrich_company(self, query: Query) -> Flow:
        """Describe a company."""
        named = query.pick(domain="company_domain") or query.pick(linkedin_url="company_linkedin_url")
        return one_call(ask("/api/search/company", named or query.pick(name="company_name")), COMPANY, "company_name")

    @operation(
        Operation.DETECT_TECHNOLOGIES,
        needs=[("company_domain",)],
        uses=("technologies",),
        gives=("technologies", "company_domain"),
        credits={"finder": 1},
        support=Support.INFERRED,  # seen in one other integration only
    )
    def detect_technologies(self, query: Query) -> Flow:
        """List a company's technologies, or which of those named it has."""
        reply = yield ask("/api/technologies", query.pick("technologies", domain="company_domain"))
        names = pluck(reply.get("technologies"), "name")
        return Hit(technologies=names, company_domain=reply.get("domain")) if names else Miss()

    def quota(self) -> QuotaFlow:
        """Read the two purses."""
        reply = yield Request("GET", "/api/credits", paid=False)
        pools = rename(reply.json, {"finder": "credits", "verifier": "verifier_credits"})
        return Quota(remaining=pools.get("finder"), pools=pools)


def ask(path: str, body: dict[str, Any]) -> Request:
    """Return the request for a search; 404 means nothing found."""
    return Request("POST", path, json=body, expect=(200, 404))


provider = Findymail
