"""OpenCorporates: companies and officers from the world's registers.

Facts: api.opencorporates.com/documentation (API reference 0.4.8 and FAQs, in part), and several clients for what those
parts do not show; the account call from third parties. Every entry of a list is wrapped once more. 403 has meant
used-up calls; some clients read it as a plan that is too low. A search by name is fuzzy, so a company counts only if
its name is the one asked for. Federal countries have no register of the whole country: name `us_de` and the like. Data
is licensed with attribution, and some registers forbid marketing use.
"""

from typing import Any

from leadenrich.contract import (
    Account,
    Category,
    ErrorCode,
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
    Tier,
    dig,
    one_call,
    operation,
    page_size,
    rename,
    whole_number,
)
from leadenrich.providers._names import same_name

COMPANY = {
    "company_name": "name",
    "company_number": "company_number",
    "jurisdiction_code": "jurisdiction_code",
    "company_type": "company_type",
    "founded_year": ("incorporation_date", lambda day: int(day[:4])),
    "city": "registered_address.locality",
    "region": "registered_address.region",
    "country": ("jurisdiction_code", lambda code: code.partition("_")[0].upper()),
}
OFFICER = {"full_name": "name", "title": "position", "company_name": "company.name"}


class OpenCorporates(HTTPProvider):
    info = ProviderInfo(
        title="OpenCorporates",
        category=Category.COMPANY_INTELLIGENCE,
        tier=Tier.PRO,
        base_url="https://api.opencorporates.com/v0.4",
        docs_url="https://api.opencorporates.com/documentation/API-Reference",
        auth=QueryKey("api_token"),
        established_in="GB",
        summary="Companies and officers from some 140 registers.",
    )
    errors = {403: ErrorCode.PROVIDER_RATE_LIMIT}
    account = Account(
        "/account_status",
        plan="results.account_status.plan",
        used="results.account_status.usage.this_month",
        remaining="results.account_status.calls_remaining.this_month",
    )

    @operation(
        Operation.ENRICH_COMPANY,
        needs=[("jurisdiction_code", "company_number"), ("company_name",)],
        uses=("country",),
        gives=tuple(COMPANY),
        credits=1,
        charged="on_call",
        confidence=80,
        confidence_reason="a register's entry, found by number or by exact name",
    )
    def enrich_company(self, query: Query) -> Flow:
        """Read the entry of a register's number, or of the company that has a name."""
        if query.company_number and query.jurisdiction_code:
            at = {"jurisdiction_code": str(query.jurisdiction_code).lower(), "company_number": query.company_number}
            path = "/companies/{jurisdiction_code}/{company_number}"
            request = Request("GET", path, at=at, expect=(200, 404))
            return (yield from one_call(request, COMPANY, at="results.company"))
        reply = yield search(query, query.company_name, 5)
        companies = [one.get("company") for one in reply.items("results.companies")]
        named = [one for one in companies if same_name(query.company_name, dig(one, "name"))]
        return Hit(rename(named[0], COMPANY)) if named else Miss("no company of exactly that name")

    @operation(
        Operation.SEARCH_COMPANIES,
        needs=[("query",), ("company_name",)],
        uses=("jurisdiction_code", "country", "limit", "cursor"),
        gives=("companies", "total", "next_cursor"),
        credits=1,
        charged="on_call",
    )
    def search_companies(self, query: Query) -> Flow:
        """Search active companies; a closing * matches names by their start."""
        size, page = page_size(query, 30, 100), int(query.cursor or 1)
        reply = yield search(query, query.query or query.company_name, size, page)
        items = [rename(one.get("company"), COMPANY) for one in reply.items("results.companies")]
        companies = [found for found in items if found]
        return listed(reply, page, {"companies": companies})

    @operation(
        Operation.SEARCH_PEOPLE,
        needs=[("full_name",)],
        uses=("jurisdiction_code", "limit", "cursor"),
        gives=("people", "total", "next_cursor"),
        credits=1,
        charged="on_call",
    )
    def search_people(self, query: Query) -> Flow:
        """Search officers by name."""
        size, page = page_size(query, 30, 100), int(query.cursor or 1)
        params = {**query.pick("jurisdiction_code", q="full_name"), "page": page, "per_page": size}
        reply = yield Request("GET", "/officers/search", params=params, expect=(200, 404))
        items = [rename(one.get("officer"), OFFICER) for one in reply.items("results.officers")]
        people = [found for found in items if found]
        return listed(reply, page, {"people": people})


def search(query: Query, text: str, size: int, page: int | None = None) -> Request:
    """Return the request for companies of a text."""
    params = {
        "q": text,
        "jurisdiction_code": query.jurisdiction_code,
        "inactive": "false",
        "order": "score",
        "country_code": query.country and str(query.country).lower(),
        "page": page,
        "per_page": size,
    }
    return Request("GET", "/companies/search", params=params, expect=(200, 404))


def listed(reply: Reply, page: int, items: dict[str, list[dict[str, Any]]]) -> Hit | Miss:
    """Return one page of a search."""
    pages = whole_number(reply.get("results.total_pages"))
    more = str(page + 1) if pages is not None and page < pages else None
    found: dict[str, Any] = {**items, "total": reply.get("results.total_count"), "next_cursor": more}
    return Hit(found) if any(items.values()) else Miss()


provider = OpenCorporates
