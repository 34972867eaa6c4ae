"""BlitzAPI: people and companies by LinkedIn page: profiles, work e-mails, phones of the US, searches.

Facts: the vendor's own typed client for Python (blitz-api-py 4.1.0) and the guide at docs.blitz-api.ai. Not found is
a 200 with `found: false`, or an empty list. Each reply states in `fair_usage.records_used` what it cost; one record
is reserved for each person, company or address, for a phone the five that a user's notes name. A company is asked for
by its LinkedIn page, which is looked up first for a domain. Limits hold for each endpoint: 10 calls a second, 50 on
plans from before 2026-09-30. A page of a search has up to 50 results (50,000 on 1,000 pages are to be had). The guide
names a check of addresses that the client does not know; it is left out, as are open positions and head counts by
place.
"""

from collections.abc import Mapping
from typing import Any

from leadenrich.contract import (
    Account,
    Category,
    Flow,
    HeaderKey,
    Hit,
    HTTPProvider,
    Miss,
    Operation,
    ProviderInfo,
    Query,
    Rate,
    Reply,
    Request,
    Tier,
    added,
    dig,
    listing,
    operation,
    page_size,
    present,
    rename,
)

BY_PROFILE, BY_EMAIL, BY_PHONE = (
    "/v2/enrichment/person",
    "/v2/enrichment/email-to-person",
    "/v2/enrichment/phone-to-person",
)
EMAIL, PHONE = "/v2/enrichment/email", "/v2/enrichment/phone"
COMPANY, PAGE, DOMAIN = (
    "/v2/enrichment/company",
    "/v2/enrichment/domain-to-linkedin",
    "/v2/enrichment/linkedin-to-domain",
)
PEOPLE, COMPANIES = "/v2/search/people", "/v2/search/companies"
ENDPOINTS = (BY_PROFILE, BY_EMAIL, BY_PHONE, EMAIL, PHONE, COMPANY, PAGE, DOMAIN, PEOPLE, COMPANIES)

LEVELS = {"c_suite": "C-Team", "vp": "VP", "director": "Director", "manager": "Manager"}
FUNCTIONS = {
    "engineering": "Engineering",
    "it": "Information Technology",
    "sales": "Sales & Business Development",
    "marketing": "Advertising & Marketing",
    "customer_success": "Customer/Client Service",
    "support": "Customer/Client Service",
    "finance": "Finance & Accounting",
    "legal": "Legal",
    "hr": "Human Resources",
    "operations": "Operations",
    "procurement": "Purchasing",
    "research": "Research & Development",
    "education": "Education",
    "medical": "Healthcare & Human Services",
}
WHO = {
    "first_name": "first_name",
    "last_name": "last_name",
    "full_name": "full_name",
    "linkedin_url": "linkedin_url",
    "headline": "headline",
    "city": "location.city",
    "region": "location.state_code",
    "country": "location.country_code",
}
JOB = {
    "title": "job_title",
    "company_name": "company_name",
    "company_domain": "company_domain",
    "company_linkedin_url": "company_linkedin_url",
}
FIRM = {
    "company_name": "name",
    "company_domain": "domain",
    "website": "website",
    "company_linkedin_url": "linkedin_url",
    "description": "about",
    "industry": "industry",
    "company_type": "type",
    "employee_range": "size",
    "employee_count": "employees_on_linkedin",
    "founded_year": "founded_year",
    "city": "hq.city",
    "region": "hq.state",
    "country": "hq.country_code",
}


class Blitz(HTTPProvider):
    info = ProviderInfo(
        title="BlitzAPI",
        category=Category.EMAIL_CONTACT,
        tier=Tier.PRO,
        base_url="https://api.blitz-api.ai",
        docs_url="https://docs.blitz-api.ai",
        auth=HeaderKey("x-api-key"),
        rates=tuple(Rate(10, per=1, on=f"POST {path}") for path in ENDPOINTS),
        undocumented=("email-validate",),
        summary="Profiles, work e-mails, US phones and searches by LinkedIn page.",
    )
    account = Account(
        "/v2/account/key-info", plan="active_plans.0.name", remaining="records_remaining", resets_at="next_reset_at"
    )

    @operation(
        Operation.ENRICH_PERSON,
        needs=[("linkedin_url",), ("email",), ("phone",), ("mobile_phone",)],
        gives=(*WHO, *JOB),
        credits=1,
    )
    def enrich_person(self, query: Query) -> Flow:
        """Describe who a profile, a work e-mail or a number belongs to; the first current job is the job."""
        reply = yield who(query)
        found = person(reply.get("person"))
        return answer(found if found.keys() - {"linkedin_url"} else {}, reply)

    @operation(Operation.FIND_LINKEDIN, needs=[("email",), ("phone",), ("mobile_phone",)], credits=1)
    def find_linkedin(self, query: Query) -> Flow:
        """Find the profile behind a work e-mail or a number."""
        reply = yield who(query)
        return answer(rename(reply.get("person"), {"linkedin_url": "linkedin_url"}), reply)

    @operation(
        Operation.FIND_EMAIL,
        needs=[("linkedin_url",)],
        gives=("email", "email_status"),
        credits=1,
    )
    def find_email(self, query: Query) -> Flow:
        """Find the verified work e-mail behind a profile; of several, the one the vendor puts first."""
        reply = yield ask(EMAIL, {"person_linkedin_url": query.linkedin_url})
        found = rename(reply.json, {"email": "email"})
        return answer({**found, "email_status": "valid"} if found else {}, reply)

    @operation(
        Operation.FIND_PHONE,
        needs=[("linkedin_url",)],
        gives=("phone",),
        credits=5,
        confidence=75,
        confidence_reason="stated without a score",
    )
    def find_phone(self, query: Query) -> Flow:
        """Find a number behind a profile of the US; of what kind it is not said."""
        reply = yield ask(PHONE, {"person_linkedin_url": query.linkedin_url})
        return answer(rename(reply.json, {"phone": "phone"}), reply)

    @operation(
        Operation.ENRICH_COMPANY,
        needs=[("company_linkedin_url",), ("company_domain",)],
        gives=tuple(FIRM),
        credits=1,
        max_credits=lambda query: 1 if query.company_linkedin_url else 2,
    )
    def enrich_company(self, query: Query) -> Flow:
        """Describe a company; for a domain its LinkedIn page is looked up first."""
        replies, page = [], query.company_linkedin_url
        if not page:
            replies.append((yield ask(PAGE, {"domain": query.company_domain})))
            page = replies[0].get("company_linkedin_url")
        if not page:
            return answer({}, *replies)
        replies.append((yield ask(COMPANY, {"company_linkedin_url": page})))
        return answer(rename(replies[-1].get("company"), FIRM), *replies)

    @operation(Operation.FIND_DOMAIN, needs=[("company_linkedin_url",)], credits=1)
    def find_domain(self, query: Query) -> Flow:
        """Find the domain of a company's e-mails by its LinkedIn page."""
        reply = yield ask(DOMAIN, query.pick("company_linkedin_url"))
        return answer(rename(reply.json, {"company_domain": "email_domain"}), reply)

    @operation(
        Operation.FIND_SOCIAL_URLS,
        needs=[("company_domain",)],
        gives=("company_linkedin_url", "company_name"),
        credits=1,
    )
    def find_social_urls(self, query: Query) -> Flow:
        """Find a company's LinkedIn page by its domain."""
        reply = yield ask(PAGE, {"domain": query.company_domain})
        names = {name: name for name in ("company_linkedin_url", "company_name")}
        found = rename(reply.json, names)
        return answer(found if "company_linkedin_url" in found else {}, reply)

    @operation(
        Operation.SEARCH_PEOPLE,
        needs=[("company_linkedin_url",), ("company_name",), ("title",), ("seniority",), ("department",), ("filters",)],
        uses=("industry", "employee_range", "city", "country", "limit", "page_size", "cursor"),
        gives=("people", "total", "next_cursor"),
        credits=1,
        max_credits=lambda query: size(query),
    )
    def search_people(self, query: Query) -> Flow:
        """Search people, one record each; `filters` holds Blitz's own `company` and `people`."""
        own = query.filters or {}
        firm = {
            "linkedin_url": listing(query.company_linkedin_url),
            "name": include(query.company_name),
            "industry": include(query.industry),
            "employee_range": listing(query.employee_range),
        }
        level, field = LEVELS.get(query.seniority, query.seniority), FUNCTIONS.get(query.department, query.department)
        people = {
            "job_title": include(query.title),
            "job_level": listing(level),
            "job_function": listing(field),
            "location": present({"city": include(query.city), "country_code": listing(query.country)}),
        }
        body = {"company": {**firm, **own.get("company", {})}, "people": {**people, **own.get("people", {})}}
        reply = yield page(PEOPLE, query, body)
        return listed(reply, people=[person(item) for item in reply.items("results")])

    @operation(
        Operation.SEARCH_COMPANIES,
        needs=[("industry",), ("country",), ("company_name",), ("keywords",), ("filters",)],
        uses=("employee_range", "city", "company_type", "limit", "page_size", "cursor"),
        gives=("companies", "total", "next_cursor"),
        credits=1,
        max_credits=lambda query: size(query),
    )
    def search_companies(self, query: Query) -> Flow:
        """Search companies, one record each; `filters` holds further filters as Blitz names them."""
        firm = {
            "name": include(query.company_name),
            "industry": include(query.industry),
            "type": include(query.company_type),
            "keywords": include(query.keywords),
            "employee_range": listing(query.employee_range),
            "hq": present({"city": include(query.city), "country_code": listing(query.country)}),
        }
        reply = yield page(COMPANIES, query, {"company": {**firm, **(query.filters or {})}})
        return listed(reply, companies=[rename(item, FIRM) for item in reply.items("results")])


def ask(path: str, body: Mapping[str, Any]) -> Request:
    """Return the request for one look-up."""
    return Request("POST", path, json=dict(body))


def who(query: Query) -> Request:
    """Return the request for one person, by what names them surest."""
    if query.linkedin_url:
        return ask(BY_PROFILE, {"person_linkedin_url": query.linkedin_url})
    return (
        ask(BY_EMAIL, {"email": query.email}) if query.email else ask(BY_PHONE, query.pick(phone="phone|mobile_phone"))
    )


def size(query: Query) -> int:
    """Return how many results a page has."""
    return page_size(query, 10, 50)


def page(path: str, query: Query, body: Mapping[str, Any]) -> Request:
    """Return the request for one page of a search, filters that say nothing left out."""
    parts = {name: present(part) if isinstance(part, dict) else part for name, part in body.items()}
    return ask(path, {**present(parts), "max_results": size(query), **query.pick("cursor")})


def include(word: Any) -> dict[str, Any]:
    """Return a filter of words that must be there."""
    return present({"include": listing(word)})


def person(item: Any) -> dict[str, Any]:
    """Return a person with the first job said to be current."""
    jobs = dig(item, "experiences", [])
    current = (
        next((job for job in jobs if dig(job, "job_is_current") is True), None) if isinstance(jobs, list) else None
    )
    return {**rename(item, WHO), **rename(current, JOB)}


def answer(found: Mapping[str, Any], *replies: Reply) -> Hit | Miss:
    """Return what was found at the cost that the replies state; none stated, a find costs what is declared."""
    said = [used for reply in replies if (used := reply.get("fair_usage.records_used")) is not None]
    if not found:
        return Miss(credits=added(*said)) if said else Miss()
    return Hit(dict(found), credits=added(*said)) if said else Hit(dict(found))


def listed(reply: Reply, **found: list[dict[str, Any]]) -> Hit | Miss:
    """Return one page of a search; where it states no cost, one record a result."""
    items = next(iter(found.values()))
    said = reply.get("fair_usage.records_used", len(items))
    more = rename(reply.json, {"total": "total_results", "next_cursor": "cursor"})
    return Hit({**found, **more}, credits=said) if items else Miss(credits=said)


provider = Blitz
