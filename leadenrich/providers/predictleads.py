"""PredictLeads: what a company's own pages tell of it: technologies, funding, news, similar companies.

Facts: docs.predictleads.com/v3 as quoted by other people's integrations that link to it (paths, parameters, JSON:API
envelope, prices; read 2026-08); the pages were not to be had, hence inferred. A request about a company costs a credit
even where the list is empty, the discovery one for each company. Names of technologies and companies stand in
`included`. The order of financing events is not documented; their total is of what was detected. Of news, only
`summary`, `category` and the `found_at` that the filters name are known.
"""

from decimal import Decimal
from typing import Any

from leadenrich.contract import (Account, AllOf, Category, Charged, Flow, HeaderKey, Hit, HTTPProvider, Miss, Operation,
                                 ProviderInfo, Query, Reply, Request, Support, Tier, country_name, dig, listing,
                                 operation, pluck, rename)  # fmt: skip

COMPANY = {"company_name": ["attributes.company_name", "attributes.friendly_company_name"],
           "company_domain": "attributes.domain", "ticker": "attributes.ticker", "predictleads_company_id": "id",
           "description": ["attributes.description", "attributes.meta_description"]}  # fmt: skip
SEAT = {"city": "city", "region": "state", "country": "country"}
EVENT = {"funding_stage": ["attributes.financing_type_normalized", "attributes.financing_type"],
         "last_funding_at": [(f"attributes.{name}", lambda date: str(date)[:10])
                             for name in ("effective_date", "found_at", "first_seen_at")]}  # fmt: skip
NEWS = {"title": ["attributes.summary", "attributes.title"], "url": "attributes.url",
        "published_at": ["attributes.found_at", "attributes.effective_date"]}  # fmt: skip
WHICH = [("company_domain",), ("predictleads_company_id",)]


class PredictLeads(HTTPProvider):
    info = ProviderInfo(title="PredictLeads", category=Category.COMPANY_INTELLIGENCE, tier=Tier.FREE,
                        base_url="https://predictleads.com/api/v3", docs_url="https://docs.predictleads.com/v3",
                        auth=AllOf(HeaderKey("X-Api-Key"), HeaderKey("X-Api-Token", field="api_token")),
                        summary="Technologies, funding, news and similar companies, from companies' own pages.",
                        support=Support.INFERRED)  # fmt: skip
    account = Account("/api_subscription",
                      used=["data.0.attributes.monthly_credits_used", "data.attributes.monthly_credits_used"],
                      limit=["data.0.attributes.monthly_credits_quota",
                             "data.attributes.monthly_credits_quota"])  # fmt: skip

    @operation(Operation.ENRICH_COMPANY, needs=WHICH, gives=(*COMPANY, *SEAT), credits=1, charged=Charged.ON_CALL)
    def enrich_company(self, query: Query) -> Flow:
        """Describe a company in short."""
        reply = yield about(query)
        data = reply.get("data.0") or reply.get("data")
        seats = listing(dig(data, "attributes.location_data"))
        seat = next((seat for seat in seats if dig(seat, "category") == "headquarters"), None)
        found = {**rename(data, COMPANY), **rename(seat, SEAT)}
        return Hit(found) if "company_name" in found else Miss()

    @operation(Operation.DETECT_TECHNOLOGIES, needs=WHICH, uses=("predictleads_seen_since",), credits=1,
               charged=Charged.ON_CALL)  # fmt: skip
    def detect_technologies(self, query: Query) -> Flow:
        """List technologies; `predictleads_seen_since` (a date) leaves out those not seen since."""
        since = query.predictleads_seen_since
        reply = yield about(query, "/technology_detections", limit=1000, last_seen_at_from=since)
        known = [one for one in reply.items("included") if one.get("type") == "technology"]
        names = {str(one.get("id")): dig(one, "attributes.name") for one in known}
        used = [names.get(str(id)) for id in pluck(reply.get("data"), "relationships.technology.data.id")]
        return Hit(technologies=list(dict.fromkeys(filter(None, used)))) if any(used) else Miss()

    @operation(Operation.FIND_FUNDING, needs=WHICH, gives=("funding_stage", "last_funding_at", "funding_total_usd"),
               credits=1, charged=Charged.ON_CALL)  # fmt: skip
    def find_funding(self, query: Query) -> Flow:
        """Find funding: the newest event, and the sum of all detected."""
        reply = yield about(query, "/financing_events", limit=100)
        events = [rename(one, EVENT) for one in reply.items("data")]
        newest: dict[str, Any] = max(reversed(events), key=lambda event: event.get("last_funding_at", ""), default={})
        amounts = pluck(reply.get("data"), "attributes.amount_normalized")
        total = sum(Decimal(str(amount)) for amount in amounts if isinstance(amount, int | float)) or None
        return Hit(newest, funding_total_usd=total) if newest or total else Miss()

    @operation(Operation.FIND_NEWS, needs=WHICH, uses=("limit", "cursor", "predictleads_categories"),
               gives=("news", "total", "next_cursor"), credits=1, charged=Charged.ON_CALL)  # fmt: skip
    def find_news(self, query: Query) -> Flow:
        """List events in the news; `predictleads_categories` names kinds, such as "launches,hires"."""
        reply = yield about(query, "/news_events", **page(query), categories=query.predictleads_categories)
        return paged(reply, query, "news", [rename(one, NEWS) for one in reply.items("data")])

    @operation(Operation.FIND_LOOKALIKES, needs=WHICH, uses=("limit", "cursor"),
               gives=("companies", "total", "next_cursor"), credits=1, charged=Charged.ON_CALL)  # fmt: skip
    def find_lookalikes(self, query: Query) -> Flow:
        """List similar companies."""
        reply = yield about(query, "/similar_companies", **page(query))
        own = listing([query.company_domain, query.predictleads_company_id])
        others = [one for one in reply.items("included") if one.get("type") == "company"
                  and dig(one, "attributes.domain") not in own and one.get("id") not in own]  # fmt: skip
        return paged(reply, query, "companies", [rename(one, COMPANY) for one in others])

    @operation(Operation.SEARCH_COMPANIES, needs=[("country", "employee_range"), ("location", "employee_range")],
               uses=("limit", "cursor"), gives=("companies", "total", "next_cursor"), credits=1,
               max_credits=lambda query: page(query)["limit"])  # fmt: skip
    def search_companies(self, query: Query) -> Flow:
        """Discover companies of a place and a size, at a credit each."""
        where = {"location": query.location or country_name(query.country), "sizes": query.employee_range}
        reply = yield Request("GET", "/discover/companies", params={**where, **page(query)}, expect=(200, 404))
        companies = [rename(one, COMPANY) for one in reply.items("data")]
        return paged(reply, query, "companies", companies, credits=len(companies))


def about(query: Query, part: str = "", **params: Any) -> Request:
    """Return the request for a part of what is known of a company."""
    at = {"company": query.company_domain or query.predictleads_company_id}
    return Request("GET", f"/companies/{{company}}{part}", at=at, params=params, expect=(200, 404))


def page(query: Query) -> dict[str, int]:
    """Return the page asked for."""
    return {"page": int(query.cursor or 1), "limit": min(int(query.limit or 100), 1000)}


def paged(reply: Reply, query: Query, name: str, items: list[Any], credits: int | None = None) -> Hit | Miss:
    """Return one page; a full one may be followed by another."""
    here = page(query)
    more = str(here["page"] + 1) if len(reply.items("data")) >= here["limit"] else None
    found = {name: list(filter(None, items)), "total": reply.get("meta.count"), "next_cursor": more}
    return Hit(found, credits=credits) if found[name] else Miss(credits=credits)


provider = PredictLeads
