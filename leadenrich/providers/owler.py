"""Owler (Meltwater): companies with funding, competitors and a news feed; keys come with a data licence only.

Facts: the vendor's OpenAPI v3.0 and developers.owler.com (read 2026-08). There is no 401: a 403 is a wrong key or a
product outside the licence. Numbers arrive as text and may be bands such as "$50B+", which are no amounts. Prices are
per contract; a call is counted as one credit. How a feed's date is written is not published.
"""

from typing import Any

from leadenrich.contract import (
    Category,
    Charged,
    Flow,
    HeaderKey,
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
    pluck,
    rename,
)

COMPANY = {
    "company_name": ["short_name", "name"],
    "company_domain": "website",
    "website": "website",
    "description": "description",
    "industry": "industries.0",
    "owler_company_id": "company_id",
    "founded_year": ("founded_date", lambda text: int(text[:4])),
    "employee_count": ("employee_count", lambda text: whole(text)),
    "employee_range": ("employee_count", lambda text: None if plain(text).isdecimal() else text),
    "annual_revenue_usd": ("revenue", lambda text: whole(text)),
    "company_type": "company_type",
    "sic": "sic_code.0",
    "city": "hq_address.city",
    "region": "hq_address.state",
    "country": "hq_address.country",
    "phone": "hq_address.phone",
    "company_linkedin_url": "linkedin_link",
    "twitter_url": "twitter_link",
    "facebook_url": "facebook_link",
    "logo_url": "logo_url",
    "ticker": "stock.ticker",
}
RIVAL = {word: COMPANY[word] for word in ("company_name", "company_domain", "website", "owler_company_id", "logo_url")}
NEWS = {"title": "title", "url": ["source_url", "owler_feed_url"], "published_at": "feed_date"}
FUNDING = ("funding_stage", "last_funding_at", "investors")
WHICH = [("company_domain",), ("owler_company_id",)]


class Owler(HTTPProvider):
    info = ProviderInfo(
        title="Owler",
        category=Category.COMPANY_INTELLIGENCE,
        tier=Tier.ENTERPRISE,
        base_url="https://apiv2.owler.com",
        docs_url="https://developers.owler.com",
        auth=HeaderKey("x-api-key"),
        summary="Companies with funding, competitors and news, under a data licence.",
    )

    @operation(Operation.ENRICH_COMPANY, needs=WHICH, gives=(*COMPANY, *FUNDING), credits=1, charged=Charged.ON_CALL)
    def enrich_company(self, query: Query) -> Flow:
        """Describe a company."""
        reply = yield premium(query)
        return answer(reply, {**rename(reply.json, COMPANY), **funding(reply)} if reply.status == 200 else {})

    @operation(Operation.FIND_FUNDING, needs=WHICH, gives=FUNDING, credits=1, charged=Charged.ON_CALL)
    def find_funding(self, query: Query) -> Flow:
        """Find the newest round and everybody who invested, by the same question as `enrich_company`."""
        reply = yield premium(query)
        return answer(reply, funding(reply))

    @operation(
        Operation.FIND_LOOKALIKES,
        needs=WHICH,
        uses=("cursor",),
        gives=("companies", "next_cursor"),
        credits=1,
        charged=Charged.ON_CALL,
    )
    def find_lookalikes(self, query: Query) -> Flow:
        """List competitors."""
        params = {"pagination_id": query.cursor or "*"}
        reply = yield about(query, "/v1/company/competitorpremium", params)
        rivals = [found for one in reply.items("competitor") if (found := rename(one, RIVAL))]
        return answer(reply, {"companies": rivals, "next_cursor": reply.get("pagination_id")} if rivals else {})

    @operation(
        Operation.FIND_NEWS,
        needs=WHICH,
        uses=("limit", "cursor", "owler_categories"),
        gives=("news", "next_cursor"),
        credits=1,
        charged=Charged.ON_CALL,
    )
    def find_news(self, query: Query) -> Flow:
        """List news; `owler_categories` names kinds, such as "FUNDING,PRESS"."""
        which = query.pick(domain="company_domain") or query.pick(company_id="owler_company_id")
        kinds, limit = query.pick(category="owler_categories"), max(10, page_size(query, 100, 100))
        params = {**which, **kinds, "limit": limit, "pagination_id": query.cursor or "*"}
        path = "/v1/feed/url" if query.company_domain else "/v1/feed"
        reply = yield Request("GET", path, params=params, expect=(200, 404))
        news = [item for one in reply.items("feed") if (item := rename(one, NEWS))]
        return answer(reply, {"news": news, "next_cursor": reply.get("pagination_id")} if news else {})


def premium(query: Query) -> Request:
    """Return the request for a company; an unknown one is a 404."""
    return about(query, "/v1/companypremium", {"format": "json"})


def about(query: Query, path: str, params: dict[str, str]) -> Request:
    """Return a request about a company by its domain, else by Owler's number."""
    kind, value = ("url", query.company_domain) if query.company_domain else ("id", query.owler_company_id)
    return Request("GET", f"{path}/{kind}/{{company}}", at={"company": value}, params=params, expect=(200, 404))


def plain(text: Any) -> str:
    """Return a number's text without the commas between its thousands."""
    return str(text).replace(",", "").strip()


def whole(text: Any) -> int:
    """Return a number that arrives as text; a band is none."""
    return int(plain(text))


def funding(reply: Reply) -> dict[str, Any]:
    """Return what the funding rounds say together."""
    rounds = sorted(reply.items("funding"), key=lambda one: str(one.get("date") or ""))
    newest = rename(rounds[-1] if rounds else None, {"funding_stage": "type", "last_funding_at": "date"})
    names = [str(name) for one in rounds for name in pluck(one.get("investor"), "name")]
    return {**newest, **({"investors": list(dict.fromkeys(names))} if names else {})}


def answer(reply: Reply, found: dict[str, Any]) -> Hit | Miss:
    """Return what was found."""
    return Hit(found) if reply.status == 200 and found else Miss()


provider = Owler
