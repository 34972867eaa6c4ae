"""Perigon: news about companies and subjects, companies by domain, name or ticker.

Facts: the vendor's own client for Python (perigon 1.7.0, generated from its OpenAPI file). Not found is an empty
list. What a call costs is not in that file. A company's revenue comes as text without a currency and is left out; of
its tickers the first is taken. Pages are counted from 0.
"""

from typing import Any

from leadenrich.contract import (
    Bearer,
    Category,
    Flow,
    Hit,
    HTTPProvider,
    Miss,
    Operation,
    Parameter,
    ProviderInfo,
    Query,
    Reply,
    Request,
    Support,
    Tier,
    listing,
    operation,
    page_size,
    present,
    rename,
    size_bounds,
    whole_number,
)

COMPANY = {
    "company_name": "name",
    "company_domain": "domains.0",
    "description": "description",
    "industry": "industry",
    "employee_count": "fullTimeEmployees",
    "founded_year": "yearFounded",
    "city": "city",
    "region": "state",
    "country": "country",
    "address": "address",
    "logo_url": "logo",
    "naics": "naics",
    "sic": "sic",
    "cik": "cik",
    "ticker": "symbols.0.symbol",
    "visits": "monthlyVisits",
    "global_rank": "globalRank",
    "company_linkedin_url": "webResources.linkedin",
    "twitter_url": "webResources.x",
    "facebook_url": "webResources.facebook",
}
NEWS = {"title": "title", "url": "url", "published_at": "pubDate"}
ORDERS = ("relevance", "date", "reverseDate")


class Perigon(HTTPProvider):
    info = ProviderInfo(
        title="Perigon",
        category=Category.SPECIALIZED,
        tier=Tier.FREE,
        base_url="https://api.perigon.io/v1",
        docs_url="https://docs.perigon.io",
        auth=Bearer(),
        established_in="US",
        support=Support.INFERRED,
        summary="News about companies and subjects, companies by domain, name or ticker.",
    )

    @operation(
        Operation.FIND_NEWS,
        needs=[("company_domain",), ("company_name",), ("query",), ("ticker",)],
        uses=("country", "limit", "page_size", "cursor", "perigon_since", "perigon_until"),
        gives=("news", "total", "next_cursor"),
        charged="on_call",
        parameters={"perigon_order": Parameter("string", enum=ORDERS, description="What stands first.")},
    )
    def find_news(self, query: Query) -> Flow:
        """Find news; the bounds `perigon_since` and `perigon_until` are dates."""
        about = {
            **query.pick(q="query", sortBy="perigon_order", to="perigon_until"),
            "from": query.perigon_since,
            "companyDomain": query.company_domain,
            "companyName": None if query.company_domain else query.company_name,
            "companySymbol": query.ticker,
            "country": str(query.country or "").lower(),
            **page(query),
        }
        reply = yield Request("GET", "/articles/all", params=present(about))
        return listed(reply, query, news=[rename(item, NEWS) for item in reply.items("articles")])

    @operation(
        Operation.ENRICH_COMPANY,
        needs=[("company_domain",), ("ticker",)],
        gives=tuple(COMPANY),
        charged="on_call",
    )
    def enrich_company(self, query: Query) -> Flow:
        """Describe a company."""
        which = query.pick(domain="company_domain") or query.pick(symbol="ticker")
        reply = yield Request("GET", "/companies/all", params={**which, "size": 1})
        found = rename(next(iter(reply.items("results")), None), COMPANY)
        return Hit(found) if "company_name" in found else Miss()

    @operation(
        Operation.SEARCH_COMPANIES,
        needs=[("query",), ("industry",), ("company_name",)],
        uses=("country", "employee_range", "limit", "page_size", "cursor"),
        gives=("companies", "total", "next_cursor"),
        charged="on_call",
    )
    def search_companies(self, query: Query) -> Flow:
        """Search companies; words may be joined by AND, OR and NOT."""
        low, high = size_bounds(query.employee_range)
        words = query.pick("industry", q="query", name="company_name")
        more = {"country": str(query.country or "").lower(), "numEmployeesFrom": low, "numEmployeesTo": high}
        reply = yield Request("GET", "/companies/all", params=present({**words, **more, **page(query)}))
        return listed(reply, query, companies=[rename(item, COMPANY) for item in reply.items("results")])


def page(query: Query) -> dict[str, int]:
    """Return which page is asked for."""
    return {"size": size(query), "page": int(query.cursor or 0)}


def size(query: Query) -> int:
    """Return how many results a page has."""
    return page_size(query, 10, 100)


def listed(reply: Reply, query: Query, **found: list[dict[str, Any]]) -> Hit | Miss:
    """Return one page of a search, and the next page's number where there is one."""
    items, here = listing(next(iter(found.values()))), int(query.cursor or 0)
    total = whole_number(reply.get("numResults"))
    more = str(here + 1) if total is not None and (here + 1) * size(query) < total else None
    return Hit({**found, "total": total, "next_cursor": more}) if items else Miss()


provider = Perigon
