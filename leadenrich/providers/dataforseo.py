"""DataForSEO: technologies of a site, search traffic of a domain, local businesses.

Facts: the vendor's own client for Python (dataforseo-client 2.1.10, generated from its OpenAPI file) and
docs.dataforseo.com (errors; the help page on limits). A body is a list of tasks, of which we send one. HTTP is 200
but for a refused key (401), an empty balance (402) and breakdowns; each task has a status code of its own: 20000 is
good, 40203 the account's own cost limit; the other codes that begin with 4 are told apart no further. Costs are US
dollars, stated in each task, which is charged whether or not it finds anything; no list of prices could be read.
Traffic is an estimate from search results.
"""

from typing import Any

from leadenrich.contract import (
    Basic,
    Category,
    Classified,
    ErrorCode,
    Flow,
    Hit,
    HTTPProvider,
    Miss,
    Operation,
    ProviderInfo,
    Query,
    Reply,
    Request,
    Tier,
    operation,
    page_size,
    present,
    rename,
)

GOOD = (20000, 20100)
RESULT = "tasks.0.result.0"
SITE = {"description": "description", "country": "country_iso_code"}
TRAFFIC = {
    "organic_keywords": "organic.count",
    "organic_traffic": "organic.etv",
    "paid_keywords": "paid.count",
    "paid_traffic": "paid.etv",
    "paid_cost_usd": "paid.estimated_paid_traffic_cost",
}
PLACE = {
    "name": "title",
    "address": "address",
    "city": "address_info.city",
    "region": "address_info.region",
    "country": "address_info.country_code",
    "phone": "phone",
    "website": "url",
    "rating": "rating.value",
    "rating_count": "rating.votes_count",
    "place_id": "place_id",
    "industry": "category",
}
WHERE = ("dataforseo_location_code", "dataforseo_language_code")


class DataForSEO(HTTPProvider):
    info = ProviderInfo(
        title="DataForSEO",
        category=Category.SPECIALIZED,
        tier=Tier.BASIC,
        base_url="https://api.dataforseo.com/v3",
        docs_url="https://docs.dataforseo.com",
        auth=Basic("login", "password", public_username=True),
        summary="Technologies of a site, search traffic of a domain, local businesses.",
    )

    def classify(self, reply: Reply) -> Classified:
        """Read the status codes in the body: of the call, else of its task."""
        codes = (reply.get("status_code"), reply.get("tasks.0.status_code"))
        code = next((one for one in codes if isinstance(one, int) and one not in GOOD), None)
        if code is None or reply.status != 200:
            return None
        if code == 40203:
            return ErrorCode.PROVIDER_INSUFFICIENT_CREDITS
        return ErrorCode.FEATURE_EXECUTION_FAILED if code < 50000 else ErrorCode.PROVIDER_API_ERROR

    @operation(
        Operation.DETECT_TECHNOLOGIES,
        needs=[("company_domain",)],
        gives=("technologies", *SITE),
        charged="on_call",
    )
    def detect_technologies(self, query: Query) -> Flow:
        """List the technologies of a site."""
        reply = yield task("/domain_analytics/technologies/domain_technologies/live", {"target": query.company_domain})
        names = leaves(reply.get(f"{RESULT}.technologies"))
        return answer(reply, {"technologies": names, **rename(reply.get(RESULT), SITE)} if names else {})

    @operation(
        Operation.WEB_TRAFFIC,
        needs=[("company_domain",)],
        uses=WHERE,
        gives=tuple(TRAFFIC),
        charged="on_call",
    )
    def web_traffic(self, query: Query) -> Flow:
        """Estimate a domain's traffic from Google, organic and paid, everywhere or in one place and language."""
        where = query.pick(location_code="dataforseo_location_code", language_code="dataforseo_language_code")
        asked = {"target": query.company_domain, **where, "limit": 1}
        reply = yield task("/dataforseo_labs/google/domain_rank_overview/live", asked)
        return answer(reply, rename(reply.get(f"{RESULT}.items.0.metrics"), TRAFFIC))

    @operation(
        Operation.SEARCH_PLACES,
        needs=[("company_name",), ("industry",), ("query",)],
        uses=("dataforseo_around", "limit", "page_size", "cursor"),
        gives=("places", "total", "next_cursor"),
        charged="on_call",
    )
    def search_places(self, query: Query) -> Flow:
        """Search local businesses by title, category or words, `dataforseo_around` "latitude,longitude,radius"."""
        asked = {
            "title": query.company_name,
            "description": query.query,
            "categories": [query.industry] if query.industry else [],
            "location_coordinate": query.dataforseo_around,
            "limit": page_size(query, 10, 1000),
            "offset_token": query.cursor,
        }
        reply = yield task("/business_data/business_listings/search/live", present(asked))
        places = [found for item in reply.items(f"{RESULT}.items") if (found := rename(item, PLACE))]
        more = rename(reply.get(RESULT), {"total": "total_count", "next_cursor": "offset_token"})
        return answer(reply, {"places": places, **more} if places else {})


def task(path: str, asked: dict[str, Any]) -> Request:
    """Return the request with one task."""
    return Request("POST", path, json=[asked])


def leaves(tree: Any) -> list[str]:
    """Return the names in groups of kinds of technologies, each once."""
    if isinstance(tree, dict | list):
        parts = tree.values() if isinstance(tree, dict) else tree
        return list(dict.fromkeys(name for part in parts for name in leaves(part)))
    return [tree] if isinstance(tree, str) else []


def answer(reply: Reply, found: dict[str, Any]) -> Hit | Miss:
    """Return what was found, at the cost that the task states, in US dollars."""
    paid = reply.get("tasks.0.cost")
    if not found:
        return Miss() if paid is None else Miss(credits=paid)
    return Hit(found) if paid is None else Hit(found, credits=paid)


provider = DataForSEO
