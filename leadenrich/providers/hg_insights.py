"""HG Insights: technologies in use, firmographics, company search and intent.

Facts: data-docs.hginsights.com/v2 (openapi, guides on authentication, finding companies, credits and errors; read
2026-08). The names of an install's fields, the search's reply and the whole of intent are known from other people's
tested integrations only: `support="inferred"` there. Left out: company match, whose reply is documented nowhere that
could be read, so names are resolved through the search, which is as free; hierarchies, functional areas and the
catalog, for the same reason. An older page shows the key without a scheme and another path; the guides are newer. A
401 may also mean a group of fields outside the contract: only its text tells.
"""

from typing import Any

from leadenrich.contract import (
    Category,
    Classified,
    ErrorCode,
    Flow,
    Fold,
    HeaderKey,
    Hit,
    HTTPProvider,
    Miss,
    Operation,
    ProviderInfo,
    Query,
    Reply,
    Request,
    Requests,
    Support,
    Tier,
    bulk,
    dig,
    first,
    listing,
    one_call,
    operation,
    page_size,
    pluck,
    present,
    rename,
    size_bounds,
    whole_number,
)
from leadenrich.providers._names import same_name

COMPANY = {
    "company_name": "name",
    "company_domain": ["domain", "domain_normalized", "url"],
    "industry": "industry_name",
    "employee_count": "employees_total",
    "employee_range": "employees_band",
    "annual_revenue_usd": "revenue_total",
    "country": "country_code",
    "region": "state_name",
    "city": "city_name",
}
LISTED = {"company_name": "name", "company_domain": "domain", "hg_insights_company_id": "id"}
NAMES = {
    "id": "company_id",
    "domain": "firmographics.domain",
    "bare": "firmographics.domain_normalized",
    "url": "firmographics.url",
}
WHICH = [("company_domain",), ("hg_insights_company_id",)]


class HGInsights(HTTPProvider):
    info = ProviderInfo(
        title="HG Insights",
        category=Category.COMPANY_INTELLIGENCE,
        tier=Tier.ENTERPRISE,
        base_url="https://api.hginsights.com/data-api/v2",
        docs_url="https://data-docs.hginsights.com/v2/openapi",
        auth=HeaderKey("Authorization", "bearer "),
        established_in="US",
        privacy_url="https://hginsights.com/privacy-policy",
        summary="Technologies that companies use, with firmographics and intent.",
    )
    free_call = Request("GET", "/credits", paid=False)

    def classify(self, reply: Reply) -> Classified:
        """Tell a group of fields that was not bought from a key that is refused."""
        denied = reply.status == 401 and "access denied" in reply.text.lower()
        return ErrorCode.FEATURE_NOT_SUPPORTED if denied else None

    @operation(
        Operation.DETECT_TECHNOLOGIES,
        needs=WHICH,
        uses=("country", "hg_insights_product_ids", "hg_insights_vendor_ids"),
        gives=("technologies", *COMPANY),
    )
    def detect_technologies(self, query: Query) -> Flow:
        """List the products a company uses; filters go by catalogue ids, installs by country."""
        ids = {"products": query.hg_insights_product_ids, "vendors": query.hg_insights_vendor_ids}
        filters = {name: {"ids": listing(some)} for name, some in ids.items() if some}
        filters |= {"country": {"codes": [query.country]}} if query.country else {}
        options = {"filters": {"technographics": filters}} if filters else {}
        reply = yield enrichment(query, ["firmographics", "technographics"], **options)
        company = reply.get("companies.0") if reply.status == 200 else None
        products = list(dict.fromkeys(pluck(dig(company, "technographics.installs"), "product_name")))
        return Hit(rename(dig(company, "firmographics"), COMPANY), technologies=products) if products else Miss()

    @operation(Operation.ENRICH_COMPANY, needs=WHICH, gives=tuple(COMPANY))
    def enrich_company(self, query: Query) -> Flow:
        """Describe a company; only its first enrichment in a contract year costs credits."""
        return one_call(enrichment(query, ["firmographics"]), COMPANY, at="companies.0.firmographics")

    @bulk(
        "POST",
        "/companies/enrich",
        max_items=25,
        group=lambda one: str({**one.json, "companies": [*one.json["companies"]]}),
    )
    def enrich_together(self, requests: Requests) -> Fold:
        """Enrich up to 25 companies at once; they come back under their domain or id."""
        kind = next(iter(requests[0].json["companies"]))
        asked = [request.json["companies"][kind][0] for request in requests]
        body = {**requests[0].json, "companies": {kind: asked}}
        reply = yield Request("POST", "/companies/enrich", json=body, expect=(200, 404), weight=len(asked))
        found: dict[str, Any] = {}
        for company in reply.items("companies") if reply.status == 200 else []:
            for name in rename(company, NAMES).values():
                found.setdefault(str(name).lower(), company)
        picked = [found.get(str(name).lower()) for name in asked]
        return [reply.with_json({"companies": [company] if company else []}) for company in picked]

    @operation(
        Operation.SEARCH_COMPANIES,
        needs=[("country",), ("company_name",), ("company_domain",), ("employee_range",), ("hg_insights_product_ids",)],
        uses=("hg_insights_vendor_ids", "hg_insights_industry_ids", "page_size", "limit", "cursor"),
        gives=("companies", "total", "next_cursor"),
        charged="free",
        support=Support.INFERRED,
    )
    def search_companies(self, query: Query) -> Flow:
        """Search companies, at most 25,000 a query; industries, vendors and products go by catalogue ids."""
        size, offset = page_size(query, 25, 100), int(query.cursor or 0)
        reply = yield searched(query, size, offset)
        companies = [rename(item, LISTED) for item in reply.items("companies")]
        if not companies:
            return Miss()
        total, seen = whole_number(reply.get("count")), offset + len(companies)
        more = str(seen) if total is not None and seen < min(total, 25_000) else None
        return Hit(companies=companies, total=total, next_cursor=more)

    @operation(
        Operation.FIND_DOMAIN,
        needs=[("company_name",)],
        uses=("country",),
        gives=("company_domain", "company_name"),
        charged="free",
        confidence=75,
        confidence_reason="the first company of exactly that name, legal forms aside",
        support=Support.INFERRED,
    )
    def find_domain(self, query: Query) -> Flow:
        """Find a company's domain by its name through the search; only the same name counts."""
        reply = yield searched(query, 10, 0)
        same = [item for item in reply.items("companies") if same_name(query.company_name, item.get("name"))]
        found = rename(first(*same), {"company_domain": "domain", "company_name": "name"})
        return Hit(found) if "company_domain" in found else Miss()

    @operation(
        Operation.FIND_INTENT,
        needs=[("company_domain",)],
        uses=("limit",),
        gives=("topics", "company_name", "company_domain"),
        support=Support.INFERRED,
    )
    def find_intent(self, query: Query) -> Flow:
        """List what a company is reading up on."""
        body = {"company": {"domain": query.company_domain}, **query.pick("limit")}
        reply = yield Request("POST", "/intent/enrich", json=body, expect=(200, 404))
        topics = [rename(item, {"name": "name", "score": "score"}) for item in reply.items("topics.data")]
        company = rename(reply.get("company"), {"company_name": "name", "company_domain": "domain"})
        return Hit(company, topics=topics) if topics and reply.status == 200 else Miss()


def enrichment(query: Query, groups: list[str], **options: Any) -> Request:
    """Return the request for groups of fields of one company, by domain or by HG's id."""
    which = {"domains": [query.company_domain]} if query.company_domain else {"ids": [query.hg_insights_company_id]}
    body = {"companies": which, "fields": groups, **options}
    return Request("POST", "/companies/enrich", json=body, expect=(200, 404))


def searched(query: Query, limit: int, offset: int) -> Request:
    """Return the request that searches companies."""
    low, high = size_bounds(query.employee_range)
    parts = {
        "company_identifiers": {"name": query.company_name, "domains": first(*any_of(query.company_domain))},
        "firmographics": {
            "country_codes": any_of(query.country),
            "employees": present({"min": low, "max": high}),
            "industries": any_of(query.hg_insights_industry_ids),
        },
        "installs": {
            "products": any_of(query.hg_insights_product_ids),
            "vendors": any_of(query.hg_insights_vendor_ids),
        },
    }
    filters = present({name: present(part) for name, part in parts.items()})
    body = {"fields": ["id", "name", "domain"], "filters": filters, "limit": limit, "offset": offset}
    return Request("POST", "/companies/search", json=body)


def any_of(value: Any) -> list[dict[str, Any]]:
    """Return a filter that any of some ids passes; empty where there are none."""
    ids = listing(value)
    return [{"ids": ids, "inclusion_method": "ANY_PRESENT"}] if ids else []


provider = HGInsights
