"""Prospeo: people and companies with verified e-mails and mobiles, fifty at once, and searches.

Facts: prospeo.io/api-docs (enrich-person, search-person, company object), help.prospeo.io (rate limits) and Prospeo's
own MCP server, 2026-04, whose words for the funding differ from the page's: both are read. What a reply means is in
`error_code`, not in the status: nearly all is a 400, a miss too. Limits are those of the Starter plan. A masked e-mail
or mobile has `revealed` false and is never returned. Left out: the old e-mail finder, which new accounts lack.
"""

from typing import Any

from leadenrich.contract import (
    Account,
    Category,
    Classified,
    ErrorCode,
    FeatureParametersError,
    Flow,
    Fold,
    HeaderKey,
    Hit,
    HTTPProvider,
    Miss,
    Operation,
    Price,
    ProviderAPIError,
    ProviderInfo,
    Query,
    Rate,
    RateHeaders,
    Reply,
    Request,
    Requests,
    Tier,
    bulk,
    by_echo,
    capitalised,
    country_name,
    dig,
    echoed,
    listing,
    operation,
    present,
    rename,
    rows,
    size_bounds,
)

ENRICH = ("POST /enrich-person", "POST /bulk-enrich-person", "POST /enrich-company", "POST /bulk-enrich-company")
SEARCH = ("POST /search-person", "POST /search-company")
MISSES = ("NO_MATCH", "NO_RESULTS")
CODES = {
    "INSUFFICIENT_CREDITS": ErrorCode.PROVIDER_INSUFFICIENT_CREDITS,
    "ACCOUNT_RESTRICTED": ErrorCode.PROVIDER_AUTHENTICATION_FAILED,
    "INVALID_API_KEY": ErrorCode.PROVIDER_AUTHENTICATION_FAILED,
    "RATE_LIMITED": ErrorCode.PROVIDER_RATE_LIMIT,
    "RATE_LIMIT_EXCEEDED": ErrorCode.PROVIDER_RATE_LIMIT,
}
WHO = [
    ("linkedin_url",),
    ("email",),
    ("first_name", "last_name", "company_domain"),
    ("full_name", "company_domain"),
    ("first_name", "last_name", "company_name"),
    ("full_name", "company_name"),
    ("prospeo_person_id",),
]
SIZES = (
    "1-10",
    "11-20",
    "21-50",
    "51-100",
    "101-200",
    "201-500",
    "501-1000",
    "1001-2000",
    "2001-5000",
    "5001-10000",
    "10000+",
)
LEVELS = {"owner": "Founder/Owner", "founder": "Founder/Owner", "c_suite": "C-Suite", "vp": "Vice President"}
PERSON = {
    "first_name": "person.first_name",
    "last_name": "person.last_name",
    "full_name": "person.full_name",
    "linkedin_url": "person.linkedin_url",
    "title": "person.current_job_title",
    "headline": "person.headline",
    "city": "person.location.city",
    "region": "person.location.state",
    "country": ["person.location.country_code", "person.location.country"],
    "seniority": ("person", lambda person: current(person)["seniority"]),
    "department": ("person", lambda person: current(person)["departments"][0]),
    "company_name": "company.name",
    "company_domain": "company.domain",
    "company_linkedin_url": "company.linkedin_url",
    "prospeo_person_id": "person.person_id",
}
EMAIL = {"email": "email", "email_status": ("status", {"verified": "valid"}), "mx_provider": "email_mx_provider"}
COMPANY = {
    "company_name": "name",
    "company_domain": "domain",
    "website": "website",
    "description": "description",
    "industry": "industry",
    "employee_count": "employee_count",
    "employee_range": "employee_range",
    "company_type": "type",
    "founded_year": "founded",
    "city": "location.city",
    "region": "location.state",
    "country": ["location.country_code", "location.country"],
    "phone": ["phone_hq.phone_hq", "phone_hq.phone_hq_international"],
    "company_linkedin_url": "linkedin_url",
    "twitter_url": "twitter_url",
    "facebook_url": "facebook_url",
    "logo_url": "logo_url",
    "technologies": "technology.technology_names",
    "funding_total_usd": ["funding.total_funding", "funding.total_raised"],
    "funding_stage": ["funding.latest_funding_stage", "funding.last_round"],
    "last_funding_at": ["funding.latest_funding_date", "funding.last_round_date"],
    "naics": "naics_codes.0",
    "sic": "sic_codes.0",
}
PERSON_GIVES = (*PERSON, *EMAIL)


class Prospeo(HTTPProvider):
    info = ProviderInfo(
        title="Prospeo",
        category=Category.EMAIL_CONTACT,
        tier=Tier.BASIC,
        base_url="https://api.prospeo.io",
        docs_url="https://prospeo.io/api-docs",
        auth=HeaderKey("X-KEY"),
        undocumented=("search-suggestions",),
        rates=(
            Rate(5, per=1, on=ENRICH),
            Rate(300, per=60, on=ENRICH),
            Rate(2000, per=86_400, unit="items", on=ENRICH),  # a batch counts its records
            Rate(1, per=1, on=SEARCH),
            Rate(30, per=60, on=SEARCH),
            Rate(1000, per=86_400, on=SEARCH),
        ),
        rate_headers=RateHeaders("x-minute-request-left", "x-minute-reset-seconds", "x-second-rate-limit"),
        prices=(Price("0.039", plan="Starter, $39 for 1,000 credits, as others reckon it", as_of="2026-04-01"),),
        summary="Verified e-mails and mobiles of people, companies, both by fifties, and searches.",
    )
    account = Account(
        "/account-information",
        plan="response.current_plan",
        used="response.used_credits",
        remaining="response.remaining_credits",
        resets_at="response.next_quota_renewal_date",
    )

    def classify(self, reply: Reply) -> Classified:
        """Read the error code: a fault of Prospeo's own is a 400 as well, and worth another try."""
        code = reply.get("error_code")
        if code in MISSES or not (reply.get("error") or reply.status == 400):
            return None
        if code == "INTERNAL_ERROR":
            return ProviderAPIError("the vendor had a fault of its own", recoverable=True)
        return CODES.get(code) or (ErrorCode.FEATURE_PARAMETERS_INVALID if reply.status == 400 else None)

    @operation(Operation.ENRICH_PERSON, needs=WHO, uses=("company_linkedin_url",), gives=PERSON_GIVES, credits=1)
    def enrich_person(self, query: Query) -> Flow:
        """Describe a person and give the e-mail; a person enriched before is free."""
        return self.person(query, {})

    @operation(Operation.FIND_EMAIL, needs=WHO, uses=("company_linkedin_url",), gives=PERSON_GIVES, credits=1)
    def find_email(self, query: Query) -> Flow:
        """Find a verified work e-mail; a person without one is free."""
        found = yield from self.person(query, {"only_verified_email": True})
        return found if "email" in found else Miss()

    @operation(
        Operation.FIND_PHONE,
        needs=WHO,
        uses=("company_linkedin_url",),
        credits=10,
        confidence=85,
        confidence_reason="only mobiles the vendor has verified are asked for",
    )
    def find_phone(self, query: Query) -> Flow:
        """Find a verified mobile number."""
        body = {"enrich_mobile": True, "only_verified_mobile": True, "data": who(query)}
        reply = yield Request("POST", "/enrich-person", json=body, expect=(200, 400))
        found = rename(revealed(reply, "mobile"), {"mobile_phone": ["mobile", "mobile_international"]})
        return Hit(found, credits=spent(reply, 10)) if found else Miss()

    def person(self, query: Query, flags: dict[str, Any]) -> Flow:
        """Ask about one person."""
        reply = yield Request("POST", "/enrich-person", json={**flags, "data": who(query)}, expect=(200, 400))
        if not isinstance(reply.get("person"), dict):
            return Miss()
        found = {**rename(reply.json, PERSON), **rename(revealed(reply, "email"), EMAIL)}
        return Hit(found, credits=spent(reply, 1))

    @bulk("POST", "/enrich-person", max_items=50, group=lambda request: tuple(sorted(set(request.json) - {"data"})))
    def people(self, requests: Requests) -> Fold:
        """Ask about fifty people at once."""
        return self.many(requests, "/bulk-enrich-person")

    @operation(
        Operation.ENRICH_COMPANY,
        needs=[("company_domain",), ("company_linkedin_url",), ("company_name",), ("prospeo_company_id",)],
        gives=tuple(COMPANY),
        credits=1,
    )
    def enrich_company(self, query: Query) -> Flow:
        """Describe a company; one enriched before is free."""
        asked = query.pick(
            "company_linkedin_url", "company_name", company_website="company_domain", company_id="prospeo_company_id"
        )
        reply = yield Request("POST", "/enrich-company", json={"data": asked}, expect=(200, 400))
        found = rename(reply.get("company"), COMPANY)
        return Hit(found, credits=spent(reply, 1)) if found else Miss()

    @bulk("POST", "/enrich-company", max_items=50)
    def companies(self, requests: Requests) -> Fold:
        """Ask about fifty companies at once."""
        return self.many(requests, "/bulk-enrich-company")

    def many(self, requests: Requests, path: str) -> Fold:
        """Ask about many; each answer carries the identifier sent along."""
        items = [{"identifier": str(i), **request.json["data"]} for i, request in enumerate(requests)]
        body = {**requests[0].json, "data": items}
        reply = yield Request("POST", path, json=body, expect=(200, 400), weight=len(items))
        free = {"free_enrichment": True} if reply.get("total_cost") == 0 else {}  # or all are reckoned as paid
        said: dict[str, Any] = echoed(reply.items("matched"), "identifier")
        for one in listing(reply.get("invalid_datapoints")):
            refused = FeatureParametersError("the vendor refused the question as ill-formed", status=reply.status)
            said[str(dig(one, "identifier", one))] = refused
        unknown = {"error": True, "error_code": "NO_MATCH"}
        return by_echo(
            reply,
            rows(requests),
            said,
            lambda one: {**free, **one} if isinstance(one, dict) else one,
            absent=unknown,
        )

    @operation(
        Operation.SEARCH_PEOPLE,
        needs=[("company_domain",), ("title",), ("company_name",)],
        uses=(
            "seniority",
            "department",
            "location",
            "country",
            "full_name",
            "industry",
            "employee_range",
            "technology",
            "filters",
            "cursor",
        ),
        gives=("people", "total", "next_cursor"),
        credits=1,
    )
    def search_people(self, query: Query) -> Flow:
        """Search people, 25 a page for 1 credit, with e-mails masked; `filters` holds Prospeo's own."""
        filters = {
            "person_job_title": include(query.title),
            "person_name": include(query.full_name),
            "person_seniority": include(LEVELS.get(query.seniority, capitalised(query.seniority))),
            "person_department": include(capitalised(query.department)),
            "person_location_search": include(query.location or country_name(query.country)),
            **employer(query),
        }
        reply = yield page("/search-person", filters, query)
        people = [rename(item, PERSON) for item in reply.items("results")]
        return listed(reply, people=people) if people else Miss()

    @operation(
        Operation.SEARCH_COMPANIES,
        needs=[("company_domain",), ("company_name",), ("industry",), ("technology",)],
        uses=("employee_range", "filters", "cursor"),
        gives=("companies", "total", "next_cursor"),
        credits=1,
    )
    def search_companies(self, query: Query) -> Flow:
        """Search companies, 25 a page for 1 credit; `filters` holds Prospeo's own."""
        reply = yield page("/search-company", employer(query), query)
        found = [rename(item.get("company"), COMPANY) for item in reply.items("results")]
        return listed(reply, companies=found) if found else Miss()


def who(query: Query) -> dict[str, Any]:
    """Return everything known of a person."""
    asked = query.pick(
        "linkedin_url",
        "email",
        "first_name",
        "last_name",
        "company_name",
        "company_linkedin_url",
        company_website="company_domain",
        person_id="prospeo_person_id",
    )
    return asked if "first_name" in asked else asked | query.pick("full_name")


def revealed(reply: Reply, what: str) -> Any:
    """Return an e-mail or a mobile unless it is a masked preview."""
    return reply.get(f"person.{what}") if reply.get(f"person.{what}.revealed") is True else None


def spent(reply: Reply, usual: int) -> int:
    """Return what a match cost: nothing for a record enriched before."""
    return 0 if reply.get("free_enrichment") is True else usual


def current(person: Any) -> Any:
    """Return the present job of a history, the main one where there are several."""
    jobs, main = [job for job in person["job_history"] if job.get("current")], person.get("current_job_key")
    return next((job for job in jobs if main and job.get("job_key") == main), jobs[0])


def include(value: Any) -> dict[str, Any] | None:
    """Return a filter of words to be met."""
    return {"include": words} if (words := listing(value)) else None


def employer(query: Query) -> dict[str, Any]:
    """Return the filters on the company; our head-count range becomes those of theirs that it touches."""
    low, high = size_bounds(query.employee_range)
    ends = [(size, *size_bounds(size)) for size in SIZES]
    sizes = [size for size, a, b in ends if low is not None and (b is None or b >= low) and (a or 0) <= (high or 10**9)]
    company = {"websites": include(query.company_domain), "names": include(query.company_name)}
    return {
        "company": present(company),
        "company_industry": include(query.industry),
        "company_headcount_range": sizes,
        "company_technology": include(query.technology),
    }


def page(path: str, filters: dict[str, Any], query: Query) -> Request:
    """Return the request for one page of a search."""
    body = {"page": int(query.cursor or 1), "filters": {**present(filters), **(query.filters or {})}}
    return Request("POST", path, json=body, expect=(200, 400))


def listed(reply: Reply, **found: Any) -> Hit:
    """Return one page of a search."""
    here, last = reply.get("pagination.current_page"), reply.get("pagination.total_page")
    more = str(here + 1) if isinstance(here, int) and isinstance(last, int) and here < last else None
    total = reply.get("pagination.total_count")
    return Hit({**found, "total": total, "next_cursor": more}, credits=0 if reply.get("free") is True else 1)


provider = Prospeo
