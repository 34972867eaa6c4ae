"""TheirStack: companies and their technologies, read off job postings.

Facts: theirstack.com/en/docs/api-reference (technographics, company search, credit balance, rate limits; read 2026-08).
The limits are the free plan's; paid plans keep the one per second. Credits are the API's, 3 for each company returned.
How many domains one search takes is not stated: ten are asked for together. Industries go by LinkedIn's numbers. The
reply of buying intents is described, its keys are not, so `find_intent` is known by name alone.
"""

import re
from collections.abc import Hashable
from typing import Any

from leadenrich.contract import (COMPANY_FIELDS, Bearer, Category, Flow, Fold, Hit, HTTPProvider, Miss, Operation,
                                 ProviderInfo, Query, Quota, QuotaFlow, Rate, Reply, Request, Requests, Tier, bulk,
                                 listing, one_call, operation, pluck, rename, size_bounds)  # fmt: skip

SEARCH, TECHNOLOGIES = "/v1/companies/search", "/v1/companies/technologies"
LIMITED = ("POST /v1/companies/search", "POST /v1/companies/technologies")
FUNDING = {"funding_total_usd": "total_funding_usd", "funding_stage": "funding_stage",
           "last_funding_at": "last_funding_round_date", "investors": "investors"}  # fmt: skip
COMPANY = {**FUNDING, "company_name": "name", "company_domain": "domain", "website": "url", "industry": "industry",
           "company_linkedin_url": "linkedin_url", "description": ["long_description", "seo_description"],
           "logo_url": "logo", "employee_count": "employee_count", "employee_range": "employee_count_range",
           "founded_year": "founded_year", "annual_revenue_usd": "annual_revenue_usd", "city": "city",
           "country": ["country_code", "country"], "technologies": "technology_names",
           "ticker": "publicly_traded_symbol"}  # fmt: skip
WAYS = {"company_domain_or": "company_domain", "company_linkedin_url_or": "company_linkedin_url",
        "company_name_or": "company_name"}  # fmt: skip
WHICH = [("company_domain",), ("company_linkedin_url",), ("company_name",)]


def by_domain(request: Request) -> Hashable | None:
    """Let questions about one domain fold; records of the others may not be told apart."""
    return "domain" if request.json.keys() == {"company_domain_or", "limit"} and request.json["limit"] == 1 else None


def size(query: Query) -> int:
    """Return how many are asked for at once."""
    return int(query.page_size or query.limit or 25)


class TheirStack(HTTPProvider):
    info = ProviderInfo(
        title="TheirStack", category=Category.COMPANY_INTELLIGENCE, tier=Tier.FREE,
        base_url="https://api.theirstack.com", docs_url="https://theirstack.com/en/docs/api-reference", auth=Bearer(),
        rates=tuple(Rate(limit, per=per, on=LIMITED) for limit, per in ((4, 1), (10, 60), (50, 3600), (400, 86400))),
        undocumented=("find_intent",), summary="Companies and the technologies their job postings speak of.",
    )  # fmt: skip

    @operation(Operation.DETECT_TECHNOLOGIES, needs=WHICH, uses=("theirstack_confidence", "limit", "cursor"), credits=3,
               gives=("technologies", "next_cursor"))  # fmt: skip
    def detect_technologies(self, query: Query) -> Flow:
        """List technologies; `theirstack_confidence` ("high", "medium", "low", or several) leaves out the others."""
        named = dict(list(query.pick("company_domain", "company_linkedin_url", "company_name").items())[:1])
        sure = {"confidence_or": listing(query.theirstack_confidence)} if query.theirstack_confidence else {}
        page, limit = int(query.cursor or 0), int(query.limit or 100)
        reply = yield Request("POST", TECHNOLOGIES, json={**named, **sure, "limit": limit, "page": page})
        names = pluck(reply.get("data"), "technology.name")
        return Hit(technologies=names, next_cursor=following(reply, page, limit)) if names else Miss()

    @operation(Operation.ENRICH_COMPANY, needs=WHICH, gives=(*COMPANY_FIELDS, "ticker"), credits=3)
    def enrich_company(self, query: Query) -> Flow:
        """Describe a company."""
        return one_call(one(query), COMPANY, at="data.0")

    @operation(Operation.FIND_FUNDING, needs=WHICH, gives=tuple(FUNDING), credits=3)
    def find_funding(self, query: Query) -> Flow:
        """Find funding, by the same question as `enrich_company`; a company without any is paid all the same."""
        reply = yield one(query)
        found = rename(reply.get("data.0"), FUNDING)
        return Hit(found) if found else Miss(credits=3 if reply.items("data") else None)

    @bulk("POST", SEARCH, max_items=10, group=by_domain)
    def many(self, requests: Requests) -> Fold:
        """Describe several companies by their domains, in any order."""
        domains = [request.json["company_domain_or"][0] for request in requests]
        body = {"company_domain_or": domains, "limit": len(domains)}
        reply = yield Request("POST", SEARCH, json=body, weight=len(domains))
        items = reply.items("data")
        found: dict[str, Any] = {}
        for item in items:
            found.setdefault(str(item.get("domain")), item)
        for item in items:
            for name in listing(item.get("possible_domains")):
                found.setdefault(str(name), item)
        if len(items) < len(domains):
            return [reply.with_json({"data": listing(found.get(domain))}) for domain in domains]
        replies: list[Reply] = []  # a full page: two companies of one domain may have pushed another out
        for domain, request in zip(domains, requests, strict=True):
            known = found.get(domain)
            replies.append(reply.with_json({"data": [known]}) if known else (yield request))
        return replies

    @operation(Operation.SEARCH_COMPANIES,
               needs=[("technology",), ("country",), ("company_name",), ("theirstack_industry_id",), ("filters",)],
               uses=("employee_range", "funding_stage", "limit", "page_size", "cursor"), credits=3,
               gives=("companies", "total", "next_cursor"), max_credits=lambda query: 3 * size(query))  # fmt: skip
    def search_companies(self, query: Query) -> Flow:
        """Search companies, at 3 credits each; `filters` holds TheirStack's own."""
        slug = re.sub(r"[^a-z0-9]+", "-", str(query.technology).lower()).strip("-") if query.technology else None
        lists = {
            "company_technology_slug_or": slug, "company_country_code_or": query.country,
            "company_name_partial_match_or": query.company_name, "industry_id_or": query.theirstack_industry_id,
            "funding_stage_or": query.funding_stage,
        }  # fmt: skip
        body: dict[str, Any] = {name: [value] for name, value in lists.items() if value}
        for end, count in zip(("min", "max"), size_bounds(query.employee_range), strict=True):
            body |= {f"{end}_employee_count": count} if count else {}
        page, limit = int(query.cursor or 0), size(query)
        body |= {"limit": limit, "page": page, **(query.filters or {})}
        reply = yield Request("POST", SEARCH, json=body)
        companies = [found for item in reply.items("data") if (found := rename(item, COMPANY))]
        more, total = following(reply, page, limit), reply.get("metadata.total_results")
        found = {"companies": companies, "total": total, "next_cursor": more}
        return Hit(found, credits=3 * len(companies)) if companies else Miss()

    def quota(self) -> QuotaFlow:
        """Read the API's credits."""
        reply = yield Request("GET", "/v0/billing/credit-balance", paid=False)
        used, most = reply.get("used_api_credits"), reply.get("api_credits")
        known = isinstance(used, int | float) and isinstance(most, int | float)
        return Quota(used=used, remaining=most - used if known else None)


def one(query: Query) -> Request:
    """Return the request for one company by the first name of it that is known."""
    key, word = next((key, word) for key, word in WAYS.items() if query.get(word))
    return Request("POST", SEARCH, json={key: [query[word]], "limit": 1})


def following(reply: Reply, page: int, limit: int) -> str | None:
    """Return the next page's number, where this one is full."""
    return str(page + 1) if len(reply.items("data")) >= limit else None


provider = TheirStack
