"""PredictLeads: what a company's own pages tell of it: technologies, funding, news, similar companies.

Facts: docs.predictleads.com/v3 as quoted by integrations that link to it, and replies they kept (2026-08), hence
inferred. A request about a company costs a credit even where nothing is found. Funding is what was detected, unordered.
"""

from typing import Any

from leadenrich.contract import (
    Account,
    AllOf,
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
    Support,
    Tier,
    amount,
    country_name,
    dig,
    listing,
    operation,
    page_size,
    pluck,
    rename,
)

COMPANY = {
    "company_name": ["attributes.company_name", "attributes.friendly_company_name"],
    "company_domain": "attributes.domain",
    "ticker": "attributes.ticker",
    "predictleads_company_id": "id",
    "description": ["attributes.description", "attributes.meta_description"],
}
SEAT = {"city": "city", "region": "state", "country": "country"}
EVENT = {
    "funding_stage": ["attributes.financing_type_normalized", "attributes.financing_type"],
    "last_funding_at": ["attributes.effective_date", "attributes.found_at", "attributes.first_seen_at"],
    "investors": "investors",
}
NEWS = {
    "title": ["attributes.summary", "attributes.title", "article.title"],
    "url": ["article.url", "attributes.url"],
    "published_at": ["article.published_at", "attributes.found_at", "attributes.effective_date"],
}
WHICH, CALL = [("company_domain",), ("predictleads_company_id",)], Charged.ON_CALL


class PredictLeads(HTTPProvider):
    info = ProviderInfo(
        title="PredictLeads",
        category=Category.COMPANY_INTELLIGENCE,
        tier=Tier.FREE,
        base_url="https://predictleads.com/api/v3",
        docs_url="https://docs.predictleads.com/v3",
        auth=AllOf(HeaderKey("X-Api-Key"), HeaderKey("X-Api-Token", field="api_token")),
        summary="Technologies, funding, news, similar firms.",
        support=Support.INFERRED,
    )
    account = Account(
        "/api_subscription",
        used=[f"data.{at}attributes.monthly_credits_used" for at in ("0.", "")],
        limit=[f"data.{at}attributes.monthly_credits_quota" for at in ("0.", "")],
    )

    @operation(Operation.ENRICH_COMPANY, needs=WHICH, gives=(*COMPANY, *SEAT), credits=1, charged=CALL)
    def enrich_company(self, query: Query) -> Flow:
        """Describe a company in short."""
        reply = yield about(query)
        data = reply.get("data.0") or reply.get("data")
        seats = listing(dig(data, "attributes.location_data"))
        seat = next((seat for seat in seats if dig(seat, "category") == "headquarters" or len(seats) == 1), None)
        found = {**rename(data, COMPANY), **rename(seat, SEAT)}
        return Hit(found) if "company_name" in found else Miss()

    @operation(Operation.DETECT_TECHNOLOGIES, needs=WHICH, uses=("predictleads_seen_since",), credits=1, charged=CALL)
    def detect_technologies(self, query: Query) -> Flow:
        """List technologies; `predictleads_seen_since` (a date) leaves out those not seen since."""
        since = query.predictleads_seen_since
        reply = yield about(query, "/technology_detections", limit=1000, last_seen_at_from=since)
        known = beside(reply, "technology")
        used = [dig(known.get(str(id)), "name") for id in pluck(reply.get("data"), "relationships.technology.data.id")]
        return Hit(technologies=list(dict.fromkeys(filter(None, used)))) if any(used) else Miss()

    @operation(Operation.FIND_FUNDING, needs=WHICH, gives=(*EVENT, "funding_total_usd"), credits=1, charged=CALL)
    def find_funding(self, query: Query) -> Flow:
        """Find funding: the newest event, and the sum of all detected."""
        reply = yield about(query, "/financing_events", limit=100)
        rows = sorted(reply.items("data"), key=lambda one: str(rename(one, EVENT).get("last_funding_at", "")))
        last, firms = (rows or [{}])[-1], beside(reply, "company")
        ids, sums = pluck(dig(last, "relationships.investors.data"), "id"), pluck(rows, "attributes.amount_normalized")
        found = rename({**last, "investors": pluck([firms.get(str(id)) for id in ids], "company_name")}, EVENT)
        total = sum(amount(one) or 0 for one in sums)
        return Hit(found, funding_total_usd=total or None) if found or total else Miss()

    @operation(
        Operation.FIND_NEWS,
        needs=WHICH,
        uses=("limit", "cursor", "predictleads_categories"),
        gives=("news", "total", "next_cursor"),
        credits=1,
        charged=CALL,
    )
    def find_news(self, query: Query) -> Flow:
        """List events in the news; `predictleads_categories` names kinds, such as "launches,hires"."""
        reply = yield about(query, "/news_events", **page(query), categories=query.predictleads_categories)
        at, known = "relationships.most_relevant_source.data.id", beside(reply, "news_article")
        found = [rename({**one, "article": known.get(str(dig(one, at)))}, NEWS) for one in reply.items("data")]
        return paged(reply, query, "news", found)

    @operation(
        Operation.FIND_LOOKALIKES,
        needs=WHICH,
        uses=("limit", "cursor"),
        gives=("companies", "total", "next_cursor"),
        credits=1,
        charged=CALL,
    )
    def find_lookalikes(self, query: Query) -> Flow:
        """List similar companies."""
        reply = yield about(query, "/similar_companies", **page(query))
        own = listing([query.company_domain, query.predictleads_company_id])
        others = [
            one
            for one in reply.items("included")
            if one.get("type") == "company" and dig(one, "attributes.domain") not in own and one.get("id") not in own
        ]
        return paged(reply, query, "companies", [rename(one, COMPANY) for one in others])

    @operation(
        Operation.SEARCH_COMPANIES,
        needs=[("country", "employee_range"), ("location", "employee_range")],
        uses=("limit", "cursor"),
        gives=("companies", "total", "next_cursor"),
        credits=1,
        max_credits=lambda query: page(query)["limit"],
    )
    def search_companies(self, query: Query) -> Flow:
        """Discover companies of a place and a size, at a credit each."""
        size = "10,000+" if str(query.employee_range) in ("10000+", "10001+") else query.employee_range
        where = {"location": query.location or country_name(query.country), "sizes": size}
        reply = yield Request("GET", "/discover/companies", params={**where, **page(query)}, expect=(200, 404))
        companies = [rename(one, COMPANY) for one in reply.items("data")]
        return paged(reply, query, "companies", companies, credits=len(companies))


def about(query: Query, part: str = "", **params: Any) -> Request:
    """Return the request for a part of what is known of a company."""
    at = {"company": query.company_domain or query.predictleads_company_id}
    return Request("GET", f"/companies/{{company}}{part}", at=at, params=params, expect=(200, 404))


def beside(reply: Reply, kind: str) -> dict[str, Any]:
    """Return what is included of one kind, by id."""
    return {str(one.get("id")): one.get("attributes") for one in reply.items("included") if one.get("type") == kind}


def page(query: Query) -> dict[str, int]:
    """Return the page asked for."""
    return {"page": int(query.cursor or 1), "limit": page_size(query, 100, 1000)}


def paged(reply: Reply, query: Query, name: str, items: list[Any], credits: int | None = None) -> Hit | Miss:
    """Return one page; a full one may be followed by another."""
    here = page(query)
    more = str(here["page"] + 1) if len(reply.items("data")) >= here["limit"] else None
    found = {name: list(filter(None, items)), "total": reply.get("meta.count"), "next_cursor": more}
    return Hit(found, credits=credits) if found[name] else Miss(credits=credits)


provider = PredictLeads
