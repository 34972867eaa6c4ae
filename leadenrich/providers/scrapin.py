"""ScrapIn: LinkedIn profiles and companies read live, and a search of profiles.

Facts: docs.scrapin.io (endpoint/v1: person/extract-profile, person/search, company/search; read 2026-08). The company
object, and the older path for a company's page, were seen in recorded replies only (`support="inferred"`). What a call
cost is in its reply (`credits_consumed`, fractions are normal); limits depend on the plan. Lists may stand a level
deeper (`positions.positionHistory`); a head count that ends below its start is open. A search takes several industries,
or several companies by the names in their pages' addresses, as one text with commas.
"""

from typing import Any

from leadenrich.contract import (
    Category,
    Charged,
    Flow,
    Hit,
    HTTPProvider,
    Miss,
    Operation,
    ProviderInfo,
    Query,
    QueryKey,
    Reply,
    Request,
    Support,
    Tier,
    dig,
    operation,
    rename,
    size_bounds,
)

PERSON = {
    "first_name": "firstName",
    "last_name": "lastName",
    "headline": "headline",
    "linkedin_url": [("publicIdentifier", lambda slug: f"https://www.linkedin.com/in/{slug}"), "linkedInUrl"],
    "city": "location.city",
    "region": "location.state",
    "country": ["location.countryCode", "location.country"],
    "title": "currentPositionTitle",
    "company_name": "currentCompanyName",
}
JOB = {"title": "title", "company_name": "companyName", "company_linkedin_url": "linkedInUrl"}
COMPANY = {
    "company_name": "name",
    "website": "websiteUrl",
    "company_domain": "websiteUrl",
    "description": "description",
    "industry": "industry",
    "employee_count": "employeeCount",
    "phone": "phone",
    "logo_url": "logo",
    "employee_range": ("employeeCountRange", lambda size: span(size["start"], size.get("end"))),
    "company_linkedin_url": [("universalName", lambda slug: f"https://www.linkedin.com/company/{slug}"), "linkedInUrl"],
    "city": "headquarter.city",
    "region": "headquarter.geographicArea",
    "country": "headquarter.country",
}


class ScrapIn(HTTPProvider):
    info = ProviderInfo(
        title="ScrapIn",
        category=Category.MAJOR_DATA,
        tier=Tier.BASIC,
        base_url="https://api.scrapin.io",
        docs_url="https://docs.scrapin.io",
        auth=QueryKey("apikey"),
        summary="LinkedIn profiles and companies read live, and a search of profiles.",
    )

    @operation(Operation.ENRICH_PERSON, needs=[("linkedin_url",)], gives=(*PERSON, *JOB), credits=1)
    def enrich_person(self, query: Query) -> Flow:
        """Read a profile."""
        params = {"linkedInUrl": query.linkedin_url}
        reply = yield Request("GET", "/v1/enrichment/profile", params=params, expect=(200, 404))
        positions = reply.get("person.positions.positionHistory") or reply.get("person.positionHistory")
        jobs = [one for one in positions if isinstance(one, dict)] if isinstance(positions, list) else []
        current = [one for one in jobs if dig(one, "startEndDate.end") is None] or jobs
        return answer(reply, {**rename(reply.get("person"), PERSON), **rename(current[0] if current else None, JOB)})

    @operation(
        Operation.ENRICH_COMPANY,
        needs=[("company_domain",), ("company_linkedin_url",)],
        gives=tuple(COMPANY),
        credits=2,
        support=Support.INFERRED,
    )
    def enrich_company(self, query: Query) -> Flow:
        """Describe a company by its domain or its page."""
        path = "/v1/enrichment/company/domain" if query.company_domain else "/enrichment/company"
        params = query.pick(domain="company_domain") or query.pick(linkedInUrl="company_linkedin_url")
        reply = yield Request("GET", path, params=params, expect=(200, 404))
        return answer(reply, rename(reply.get("company"), COMPANY))

    @operation(
        Operation.SEARCH_PEOPLE,
        needs=[("first_name", "last_name"), ("company_name",), ("company_linkedin_url",)],
        uses=("title", "headline", "city", "country", "industry", "employee_range", "cursor"),
        gives=("people", "total", "next_cursor"),
        credits="0.1",
        charged=Charged.ON_CALL,
    )
    def search_people(self, query: Query) -> Flow:
        """Search profiles, twenty a page."""
        body: dict[str, Any] = query.pick(
            "headline",
            firstName="first_name",
            lastName="last_name",
            companyName="company_name",
            locationCity="city",
            currentPositionTitle="title",
            locationCountryCode="country",
            companyIndustries="industry",
        )
        if query.company_linkedin_url:
            body["currentCompanyId"] = query.company_linkedin_url.rstrip("/").rsplit("/", 1)[-1]
        for end, count in zip(("Min", "Max"), size_bounds(query.employee_range), strict=True):
            body |= {f"currentCompanyEmployeeCount{end}": count} if count else {}
        page = int(query.cursor or 1)
        path = "/v1/enrichment/persons/search"
        reply = yield Request("POST", path, json={**body, "page": page}, expect=(200, 404))
        people = [found for one in reply.items("persons") if (found := rename(one, PERSON))]
        last = reply.get("pagination.totalPages")
        more = str(page + 1) if isinstance(last, int) and page < last else None
        found = {"people": people, "total": reply.get("pagination.totalResults"), "next_cursor": more}
        return answer(reply, found if people else {})


def answer(reply: Reply, found: dict[str, Any]) -> Hit | Miss:
    """Return what was found at the price the reply states."""
    said = reply.get("credits_consumed")
    price = None if said == 0 and found else said  # a record is never free
    return Hit(found, credits=price) if reply.status == 200 and found else Miss(credits=price)


def span(start: int, end: int | None) -> str:
    """Return a head-count range."""
    return f"{start}-{end}" if end and end >= start else f"{start}+"


provider = ScrapIn
