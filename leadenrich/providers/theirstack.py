"""TheirStack: companies and their technologies, read off job postings.

Facts: theirstack.com/en/docs/api-reference (technographics, company search, credit balance, rate limits; read 2026-08).
The limits are the free plan's; paid plans keep the one per second. Credits are the API's, 3 for each company returned.
How many domains one search takes is not stated: ten are asked for together. Industries go by LinkedIn's numbers. The
reply of buying intents is described, its keys are not, so `find_intent` is known by name alone.
"""

import re

from leadenrich.contract import (
    COMPANY_FIELDS,
    Account,
    Bearer,
    Category,
    Flow,
    Fold,
    Hit,
    HTTPProvider,
    Miss,
    Operation,
    ProviderInfo,
    Query,
    Rate,
    Reply,
    Request,
    Requests,
    Tier,
    bulk,
    listing,
    one_call,
    operation,
    pluck,
    present,
    rename,
    size_bounds,
)

SEARCH, TECHNOLOGIES = "/v1/companies/search", "/v1/companies/technologies"
LIMITED = (f"POST {SEARCH}", f"POST {TECHNOLOGIES}")
FUNDING = {
    "funding_total_usd": "total_funding_usd",
    "funding_stage": "funding_stage",
    "last_funding_at": "last_funding_round_date",
    "investors": "investors",
}
COMPANY = {
    **FUNDING,
    "company_name": "name",
    "company_domain": "domain",
    "website": "url",
    "logo_url": "logo",
    "industry": "industry",
    "city": "city",
    "country": ["country_code", "country"],
    "technologies": "technology_names",
    "company_linkedin_url": "linkedin_url",
    "description": ["long_description", "seo_description"],
    "employee_count": "employee_count",
    "employee_range": "employee_count_range",
    "ticker": "publicly_traded_symbol",
    "founded_year": "founded_year",
    "annual_revenue_usd": "annual_revenue_usd",
}
LISTS = {
    "company_country_code_or": "country",
    "company_name_partial_match_or": "company_name",
    "industry_id_or": "theirstack_industry_id",
    "funding_stage_or": "funding_stage",
}
WHICH = [("company_domain",), ("company_linkedin_url",), ("company_name",)]


def by_domain(request: Request) -> str | None:
    """Let questions about one domain fold; records of the others may not be told apart."""
    return "domain" if request.json.keys() == {"company_domain_or", "limit"} and request.json["limit"] == 1 else None


def size(query: Query) -> int:
    """Return how many are asked for at once."""
    return int(query.page_size or query.limit or 25)


class TheirStack(HTTPProvider):
    info = ProviderInfo(
        title="TheirStack",
        category=Category.COMPANY_INTELLIGENCE,
        tier=Tier.FREE,
        base_url="https://api.theirstack.com",
        docs_url="https://theirstack.com/en/docs/api-reference",
        auth=Bearer(),
        rates=tuple(Rate(limit, per=per, on=LIMITED) for limit, per in ((4, 1), (10, 60), (50, 3600), (400, 86400))),
        undocumented=("find_intent",),
        summary="Companies and the technologies their job postings mention.",
    )
    account = Account("/v0/billing/credit-balance", used="used_api_credits", limit="api_credits")

    @operation(
        Operation.DETECT_TECHNOLOGIES,
        needs=WHICH,
        uses=("theirstack_confidence", "limit", "cursor"),
        credits=3,
        gives=("technologies", "next_cursor"),
    )
    def detect_technologies(self, query: Query) -> Flow:
        """List technologies; `theirstack_confidence` ("high", "medium", "low", or several) leaves out the others."""
        name = next(word for (word,) in WHICH if query.get(word))
        sure = present({"confidence_or": listing(query.theirstack_confidence)})
        page = {"limit": int(query.limit or 100), "page": int(query.cursor or 0)}
        reply = yield Request("POST", TECHNOLOGIES, json={name: query[name], **sure, **page})
        names = pluck(reply.get("data"), "technology.name")
        return Hit(technologies=names, next_cursor=following(reply)) if names else Miss()

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
        named = {str(item.get("domain")): item for item in reversed(items)}
        others = {str(name): item for item in reversed(items) for name in listing(item.get("possible_domains"))}
        found = {**others, **named}
        full = len(items) >= len(domains)  # then two companies of one domain may have pushed another out
        replies: list[Reply] = []
        for domain, request in zip(domains, requests, strict=True):
            lost = full and domain not in found
            replies.append((yield request) if lost else reply.with_json({"data": listing(found.get(domain))}))
        return replies

    @operation(
        Operation.SEARCH_COMPANIES,
        needs=[("technology",), ("country",), ("company_name",), ("theirstack_industry_id",), ("filters",)],
        uses=("employee_range", "funding_stage", "limit", "page_size", "cursor"),
        credits=3,
        gives=("companies", "total", "next_cursor"),
        max_credits=lambda query: 3 * size(query),
    )
    def search_companies(self, query: Query) -> Flow:
        """Search companies, at 3 credits each; `filters` holds TheirStack's own."""
        lists = {name: [value] for name, value in query.pick(**LISTS).items()}
        slug = re.sub(r"[^a-z0-9]+", "-", str(query.technology or "").lower()).strip("-")
        low, high = size_bounds(query.employee_range)
        more = {"company_technology_slug_or": listing(slug), "min_employee_count": low, "max_employee_count": high}
        body = {name: value for name, value in {**lists, **more}.items() if value}
        body |= {"limit": size(query), "page": int(query.cursor or 0), **(query.filters or {})}
        reply = yield Request("POST", SEARCH, json=body)
        companies = [found for item in reply.items("data") if (found := rename(item, COMPANY))]
        found = {"companies": companies, "total": reply.get("metadata.total_results"), "next_cursor": following(reply)}
        return Hit(found, credits=3 * len(companies)) if companies else Miss()


def one(query: Query) -> Request:
    """Return the request for one company."""
    name = next(word for (word,) in WHICH if query.get(word))
    return Request("POST", SEARCH, json={f"{name}_or": [query[name]], "limit": 1})


def following(reply: Reply) -> str | None:
    """Return the next page's number, where this one is full."""
    asked = reply.request.json
    return str(asked["page"] + 1) if len(reply.items("data")) >= asked["limit"] else None


provider = TheirStack
