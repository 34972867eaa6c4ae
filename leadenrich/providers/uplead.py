"""UpLead: people by e-mail or name, companies, the prospector, and domains of company names.

Facts: what others have written down of docs.uplead.com (August 2026), the FlowRunner and n8n integrations, the vendor's
listing on RapidAPI; the documentation itself was not to be read, hence inferred. Every reply is {data, userInfo}; an
empty `data` is a miss. A person is charged for only with an address that is valid or accept-all. The key goes bare into
the header: with "Bearer" before it the answer is 401. What an account without credits is told is not documented. Left
out: the prospector's wider form (other plans) and the quick search, whose replies were not seen.
"""

from typing import Any

from leadenrich.contract import (Category, Flow, HeaderKey, Hit, HTTPProvider, Miss, Operation, Price, ProviderInfo,
                                 Query, Quota, QuotaFlow, Rate, RateHeaders, Request, Support, Tier, country_name,
                                 first, one_call, operation, present, rename, table)  # fmt: skip

STATUS = {"valid": "valid", "invalid": "invalid", "accept_all": "accept_all", "unknown": "unknown"}
LEVELS = {"manager": "M", "director": "D", "vp": "VP", "c_suite": "C"}
RANKS = {"m": "manager", "d": "director", "vp": "vp", "c": "c_suite", "cx": "c_suite"}
PERSON = {
    "email": "email", "email_status": ("email_status", lambda word: table(STATUS, word.strip().replace(" ", "_"))),
    "first_name": "first_name", "last_name": "last_name", "title": "title", "department": "job_function",
    "seniority": ("management_level", lambda word: RANKS.get(word.lower())), "city": "city", "region": "state",
    "country": "country", "linkedin_url": "linkedin_url", "company_domain": "domain", "company_name": "company_name",
}  # fmt: skip
COMPANY = {"company_name": "company_name", "company_domain": "domain", "description": "description",
           "industry": "industry", "employee_range": "employees", "founded_year": "year_founded",
           "company_type": "type", "city": "city", "region": "state", "country": "country", "phone": "phone_number",
           "sic": ("sic_code", str), "naics": ("naics_code", str), "logo_url": "logo",
           "company_linkedin_url": "linkedin_url", "twitter_url": "twitter_url", "facebook_url": "facebook_url",
           "ticker": "ticker"}  # fmt: skip
WHO = (("email",), ("first_name", "last_name", "company_domain"), ("uplead_person_id",))


class UpLead(HTTPProvider):
    info = ProviderInfo(title="UpLead", category=Category.MAJOR_DATA, tier=Tier.ENTERPRISE,
                        base_url="https://api.uplead.com/v2", docs_url="https://docs.uplead.com",
                        auth=HeaderKey("Authorization"), rates=(Rate(500, per=60),),
                        rate_headers=RateHeaders(limit="X-RateLimit-Limit", remaining="X-RateLimit-Remaining",
                                                 reset="X-RateLimit-Reset", reset_as="epoch"),
                        prices=(Price("0.60", plan="Essentials, extra credits", as_of="2026"),),
                        support=Support.INFERRED, established_in="US",
                        summary="People with verified e-mails, companies, prospecting by company.")  # fmt: skip

    @operation(Operation.ENRICH_PERSON, needs=WHO, gives=(*PERSON, "industry"), credits=1)
    def enrich_person(self, query: Query) -> Flow:
        """Describe a person."""
        reply = yield person(query)
        found = rename(reply.get("data"), {**PERSON, "industry": "industry"})
        return Hit(found, credits=due(found)) if found else Miss()

    @operation(Operation.FIND_EMAIL, needs=WHO, gives=tuple(PERSON), credits=1)
    def find_email(self, query: Query) -> Flow:
        """Find a work e-mail; the same call as enrich_person."""
        found = rename((yield person(query)).get("data"), PERSON)
        return Hit(found, credits=due(found)) if "email" in found else Miss()

    @operation(Operation.FIND_PHONE, needs=WHO, gives=("mobile_phone", "phone"), credits=1)
    def find_phone(self, query: Query) -> Flow:
        """Find numbers, the direct one and the office's; the same call as enrich_person."""
        reply = yield person(query)
        numbers = rename(reply.get("data"), {"mobile_phone": "mobile_directdial", "phone": "phone_number"})
        credits = due(rename(reply.get("data"), PERSON))
        return Hit(numbers, credits=credits) if numbers else Miss(credits=credits)

    @operation(Operation.ENRICH_COMPANY, needs=[("company_domain",), ("company_name",), ("uplead_company_id",)],
               gives=tuple(COMPANY), credits=1)  # fmt: skip
    def enrich_company(self, query: Query) -> Flow:
        """Describe a company; its revenue is a band and so left out."""
        body = query.pick(domain="company_domain", company="company_name", id="uplead_company_id")
        return one_call(Request("POST", "/company-search", json=body), COMPANY, at="data")

    @operation("person-and-company", needs=[("email",)], gives=tuple(dict.fromkeys((*PERSON, *COMPANY))), credits=1)
    def person_and_company(self, query: Query) -> Flow:
        """Describe a person and the company in one call, for one credit."""
        reply = yield Request("POST", "/combined-search", json=query.pick("email"))
        company = rename(reply.get("data.company"), COMPANY)
        about = {field: value for field, value in company.items() if field not in ("city", "region", "country")}
        found = {**about, **rename(reply.get("data"), PERSON)}
        return Hit(found, credits=due(found)) if found else Miss()

    @operation(Operation.SEARCH_PEOPLE, needs=[("company_domain",)],
               uses=("title", "department", "seniority", "full_name", "city", "region", "country", "limit", "cursor"),
               gives=("people", "total", "next_cursor"), credits=1, max_credits=lambda query: size(query))  # fmt: skip
    def search_people(self, query: Query) -> Flow:
        """List people of a company; each with a usable address costs a credit."""
        level = LEVELS.get(str(query.seniority), query.seniority)
        filters = query.pick(
            "title", "city", domain="company_domain", job_function="department", name="full_name", state="region"
        )
        wanted = {"management_level": level, "country": country_name(query.country)}
        body = {**filters, **present(wanted), "page": int(query.cursor or 1), "per_page": size(query)}
        if query.title:
            body["title_search_mode"] = "include"
        reply = yield Request("POST", "/prospector-search", json=body)
        people = [rename(one, PERSON) for one in reply.items("data.results")]
        after = reply.get("data.meta.next_page")
        if not people:
            return Miss()
        more = str(after) if after else None
        credits = sum(due(one) for one in people)
        return Hit(people=people, total=reply.get("data.meta.total"), next_cursor=more, credits=credits)

    @operation(Operation.FIND_DOMAIN, needs=[("company_name",)], gives=("company_domain", "company_name", "logo_url"),
               confidence=70, confidence_reason="the vendor's best match for a name")  # fmt: skip
    def find_domain(self, query: Query) -> Flow:
        """Find the domain of a company's name; what it costs is not documented."""
        reply = yield Request("GET", "/company-name-to-domain", params=query.pick("company_name"))
        fields = {"company_domain": "domain", "company_name": "company_name", "logo_url": "logo"}
        found = rename(reply.get("data", reply.json), fields)
        return Hit(found) if "company_domain" in found else Miss()

    def quota(self) -> QuotaFlow:
        """Read the credits left."""
        reply = yield Request("GET", "/credits", paid=False)
        return Quota(remaining=first(reply.get("data.credits"), reply.get("credits")))


def person(query: Query) -> Request:
    """Return the request all three person operations send."""
    known = query.pick("email", "first_name", "last_name", domain="company_domain", id="uplead_person_id")
    return Request("POST", "/person-search", json=known)


def due(found: dict[str, Any]) -> int:
    """Return the credit a person costs: none without an address of use."""
    return 1 if found.get("email_status") in ("valid", "accept_all") else 0


def size(query: Query) -> int:
    """Return how many people a page has, at most 100."""
    return min(int(query.limit or 25), 100)


provider = UpLead
