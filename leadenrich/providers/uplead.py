"""UpLead: people by e-mail or name, companies, the prospector, and domains of company names.

Facts: what others have written down of docs.uplead.com (August 2026), the FlowRunner and n8n integrations, the vendor's
listing on RapidAPI; the documentation itself was not read, hence inferred. Replies are {data, userInfo}, by one account
bare. A person costs only with an address that is valid or accept-all. The key goes without "Bearer", else a 401.
"""

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
    Price,
    ProviderInfo,
    Query,
    Rate,
    RateHeaders,
    Request,
    Support,
    Tier,
    country_name,
    dig,
    listing,
    one_call,
    operation,
    page_size,
    present,
    rename,
    table,
    ways_of,
)

STATUS = {"valid": "valid", "invalid": "invalid", "accept_all": "accept_all", "unknown": "unknown"}
LEVELS = {"manager": "M", "director": "D", "vp": "VP", "c_suite": "C"}
FUNCTIONS = {
    "hr": "human resources",
    "design": "creative",
    "consulting": "advisory",
    "medical": "health",
    **dict.fromkeys(("it", "data", "security"), "engineering"),
}
"""Our departments whose word in the closed list of `job_function` is another."""
RANKS = {"m": "manager", "d": "director", "vp": "vp", "c": "c_suite", "cx": "c_suite"}
PERSON = {
    "email": "email",
    "email_status": ("email_status", lambda word: table(STATUS, word.strip().replace(" ", "_"))),
    "first_name": "first_name",
    "last_name": "last_name",
    "title": "title",
    "department": "job_function",
    "seniority": ("management_level", lambda word: RANKS.get(word.lower())),
    "city": "city",
    "region": "state",
    "country": "country",
    "linkedin_url": "linkedin_url",
    "company_domain": "domain",
    "company_name": "company_name",
}
COMPANY = {
    "company_name": "company_name",
    "company_domain": "domain",
    "description": "description",
    "twitter_url": "twitter_url",
    "industry": "industry",
    "employee_range": "employees",
    "ticker": "ticker",
    "founded_year": "year_founded",
    "company_type": "type",
    "city": "city",
    "region": "state",
    "country": "country",
    "phone": "phone_number",
    "sic": ("sic_code", str),
    "naics": ("naics_code", str),
    "logo_url": "logo",
    "company_linkedin_url": "linkedin_url",
    "facebook_url": "facebook_url",
}
FIRM = {field: way for field, way in COMPANY.items() if field not in ("city", "region", "country")}
DOMAIN = {
    "company_domain": ["data.domain", "domain"],
    "company_name": ["data.company_name", "company_name"],
    "logo_url": ["data.logo", "logo"],
}
WHO = (("email",), ("first_name", "last_name", "company_domain"), ("uplead_person_id",))

NUMBERS = {"mobile_phone": "mobile_directdial", "phone": "phone_number"}
WAYS = (
    {"id": "uplead_person_id"},
    {"email": "email"},
    {"first_name": "first_name", "last_name": "last_name", "domain": "company_domain"},
)
"""How a person may be named, the surest way first."""


class UpLead(HTTPProvider):
    info = ProviderInfo(
        title="UpLead",
        category=Category.MAJOR_DATA,
        tier=Tier.ENTERPRISE,
        base_url="https://api.uplead.com/v2",
        docs_url="https://docs.uplead.com",
        auth=HeaderKey("Authorization"),
        rates=(Rate(500, per=60),),
        rate_headers=RateHeaders(
            limit="X-RateLimit-Limit", remaining="X-RateLimit-Remaining", reset="X-RateLimit-Reset", reset_as="epoch"
        ),
        prices=(Price("0.60", plan="Essentials, extra credits", as_of="2026"),),
        support=Support.INFERRED,
        established_in="US",
        summary="People with verified e-mails, companies, prospecting by company.",
    )
    account = Account("/credits", remaining=["data.credits", "credits"])

    @operation(Operation.ENRICH_PERSON, needs=WHO, gives=(*PERSON, *NUMBERS, "industry"), credits=1)
    def enrich_person(self, query: Query) -> Flow:
        """Describe a person, numbers included."""
        return known(query, {**PERSON, **NUMBERS, "industry": "industry"})

    @operation(Operation.FIND_EMAIL, needs=WHO, gives=tuple(PERSON), credits=1)
    def find_email(self, query: Query) -> Flow:
        """Find a work e-mail; the same call as enrich_person."""
        return known(query, PERSON, "email")

    @operation(Operation.FIND_PHONE, needs=WHO, gives=tuple(NUMBERS), credits=1)
    def find_phone(self, query: Query) -> Flow:
        """Find numbers, the direct one and the office's; the same call as enrich_person."""
        return known(query, NUMBERS)

    @operation(
        Operation.ENRICH_COMPANY,
        needs=[("company_domain",), ("company_name",), ("uplead_company_id",)],
        gives=tuple(COMPANY),
        credits=1,
    )
    def enrich_company(self, query: Query) -> Flow:
        """Describe a company; its revenue is a band and so left out."""
        body = query.pick(domain="company_domain", company="company_name", id="uplead_company_id")
        return one_call(Request("POST", "/company-search", json=body), COMPANY, at="data")

    @operation("person-and-company", needs=[("email",)], gives=tuple(dict.fromkeys((*PERSON, *COMPANY))), credits=1)
    def person_and_company(self, query: Query) -> Flow:
        """Describe a person and the company in one call, for one credit."""
        reply = yield Request("POST", "/combined-search", json=query.pick("email"))
        found = {**rename(reply.get("data.company"), FIRM), **rename(reply.get("data"), PERSON)}
        return Hit(found, credits=due(found)) if found else Miss()

    @operation(
        Operation.SEARCH_PEOPLE,
        needs=[("company_domain",)],
        uses=("title", "department", "seniority", "full_name", "city", "region", "country", "limit", "cursor"),
        gives=("people", "total", "next_cursor"),
        credits=1,
        max_credits=lambda query: size(query),
    )
    def search_people(self, query: Query) -> Flow:
        """List people of a company; each with a usable address costs a credit."""
        filters = query.pick("title", "city", domain="company_domain", name="full_name", state="region")
        if query.department:
            filters["job_function"] = FUNCTIONS.get(str(query.department), query.department)
        level, mode = LEVELS.get(str(query.seniority), query.seniority), "include" if query.title else None
        filters |= {"country": country_name(query.country), "management_level": level, "title_search_mode": mode}
        body = {**present(filters), "page": int(query.cursor or 1), "per_page": size(query)}
        reply = yield Request("POST", "/prospector-search", json=body)
        said = reply.get("data", reply.json)
        people = [rename(one, PERSON) for one in listing(dig(said, "results")) if one]
        credits, more, total = sum(due(one) for one in people), dig(said, "meta.next_page"), dig(said, "meta.total")
        page = {"people": people, "total": total, "next_cursor": str(more) if more else None}
        return Hit(page, credits=credits) if people else Miss()

    @operation(
        Operation.FIND_DOMAIN,
        needs=[("company_name",)],
        gives=("company_domain", "company_name", "logo_url"),
        confidence=70,
        confidence_reason="the vendor's best match for a name",
    )
    def find_domain(self, query: Query) -> Flow:
        """Find the domain of a company's name; what it costs is not documented."""
        request = Request("GET", "/company-name-to-domain", params=query.pick("company_name"))
        return one_call(request, DOMAIN, "company_domain")


def known(query: Query, fields: dict[str, Any], *wanted: str) -> Flow:
    """Ask the one question of the three person operations: a hit where it tells some of what is wanted."""
    ways = [Request("POST", "/person-search", json=way) for way in ways_of(query, *WAYS)]
    reply = yield Request("POST", "/person-search", json=ways[0].json, served_by=ways[1:])
    data = reply.get("data", reply.json)
    found, credits = rename(data, fields), due(rename(data, PERSON))
    return Hit(found, credits=credits) if any(word in found for word in wanted or fields) else Miss(credits=credits)


def due(found: dict[str, Any]) -> int:
    """Return the credit a person costs: none without an address of use."""
    return 1 if found.get("email_status") in ("valid", "accept_all") else 0


def size(query: Query) -> int:
    """Return how many people a page has, at most 100."""
    return page_size(query, 25, 100)


provider = UpLead
