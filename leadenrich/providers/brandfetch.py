"""Brandfetch: companies with logo and links by domain or ticker, domains by name, a brand's context as text.

Facts: docs.brandfetch.com (brand-api, brand-search-api, brand-context-api, concepts/errors; read 2026-08). The header
`x-bf-error` names the reason of a refusal: 429 may mean the month's quota. A domain not known yet is crawled within the
call; a 404 `crawl_queued` is worth asking again in a minute or two. Brand Search goes by a client id of its own
(`BRANDFETCH_CLIENT_ID`), and its terms mean it for browsers: from a server it takes an agreement with the vendor. The
context is asked for as Markdown, the keys of its JSON form are not published; a 503 `generation_in_progress` means
wait.
"""

from typing import Any

from leadenrich.contract import (
    Bearer,
    Category,
    Charged,
    Classified,
    ErrorCode,
    Flow,
    Hit,
    HTTPProvider,
    Keyring,
    Miss,
    Operation,
    ProviderAPIError,
    ProviderInfo,
    Query,
    QueryKey,
    Rate,
    Reply,
    Request,
    Tier,
    Wait,
    amount,
    dig,
    first,
    operation,
    pluck,
    rename,
)
from leadenrich.providers._names import same_name

KEYS = Keyring(Bearer(), QueryKey("c", field="client_id"))
BRANDS = ("GET /v2/brands/domain/{domain}", "GET /v2/brands/ticker/{ticker}")


def page(network: str) -> tuple[str, Any]:
    """Return the way to a company's page on a network."""
    return "links", lambda links: pluck([one for one in links if dig(one, "name") == network], "url")[0]


def logo(logos: list[Any]) -> Any:
    """Return the address of the logo, else of the icon, else of whatever comes first."""
    kinds = {one.get("type"): one for one in reversed(logos)}
    return dig(first(kinds.get("logo"), kinds.get("icon"), *logos), "formats.0.src")


LINKS = {
    "company_linkedin_url": page("linkedin"),
    "twitter_url": page("twitter"),
    "facebook_url": page("facebook"),
    "github_url": page("github"),
}
# `employees` is a number in the vendor's schema, text in a client's types; text that is no number is a range
COMPANY = {
    "company_name": "name",
    "company_domain": "domain",
    "description": ["longDescription", "description"],
    "founded_year": "company.foundedYear",
    "company_type": "company.kind",
    "city": "company.location.city",
    "region": "company.location.state",
    "country": ["company.location.countryCode", "company.location.country"],
    "ticker": "company.financialIdentifiers.ticker.0",
    "employee_count": ("company.employees", int),
    "employee_range": ("company.employees", lambda said: None if said.isdecimal() else said),
    "industry": ("company.industries", lambda items: max(items, key=lambda one: amount(one.get("score")) or 0)["name"]),
    "logo_url": ("logos", logo),
    **LINKS,
}
SEARCHED = {"company_domain": "domain", "company_name": "name", "logo_url": "icon"}
TOLD = {
    (429, "quota_exceeded"): ErrorCode.PROVIDER_INSUFFICIENT_CREDITS,
    (403, "paid_plan_required"): ErrorCode.FEATURE_NOT_SUPPORTED,
}
WHICH = [("company_domain",), ("ticker",)]


class Brandfetch(HTTPProvider):
    info = ProviderInfo(
        title="Brandfetch",
        category=Category.COMPANY_INTELLIGENCE,
        tier=Tier.FREE,
        base_url="https://api.brandfetch.io",
        docs_url="https://docs.brandfetch.com",
        auth=KEYS,
        rates=(
            Rate(100, per=1, on=BRANDS),
            Rate(30000, per=300, on=BRANDS),
            Rate(200, per=300, on="GET /v2/search/{name}"),
        ),
        established_in="CH",
        summary="Companies with logos and social links by domain; domains by name.",
    )
    errors = {422: ErrorCode.FEATURE_EXECUTION_FAILED}

    def classify(self, reply: Reply) -> Classified:
        """Tell the month's quota from a throttle, and a plan that is too low from a refused key."""
        return TOLD.get((reply.status, str(reason(reply))))

    @operation(Operation.ENRICH_COMPANY, needs=WHICH, gives=tuple(COMPANY), credits=1, charged=Charged.ON_CALL)
    def enrich_company(self, query: Query) -> Flow:
        """Describe a company."""
        return brand(query, COMPANY)

    @operation(Operation.FIND_SOCIAL_URLS, needs=WHICH, gives=tuple(LINKS), credits=1, charged=Charged.ON_CALL)
    def find_social_urls(self, query: Query) -> Flow:
        """Find a company's pages, by the same question as `enrich_company`."""
        return brand(query, LINKS)

    @operation(
        Operation.FIND_DOMAIN,
        needs=[("company_name",)],
        gives=tuple(SEARCHED),
        charged=Charged.FREE,
        confidence=75,
        confidence_reason="the first brand of that name",
    )
    def find_domain(self, query: Query) -> Flow:
        """Find a company's domain by its name (Brand Search); the logo's address ends after a day."""
        key, at = KEYS.part("client_id"), {"name": query.company_name}
        reply = yield Request("GET", "/v2/search/{name}", at=at, paid=False, expect=(200, 404), auth=key)
        listed = reply.items() if reply.status == 200 else []
        same = [one for one in listed if same_name(query.company_name, one.get("name"))]
        found = rename(first(*same), SEARCHED)
        return Hit(found) if "company_domain" in found else Miss()

    @operation("brand-context", needs=[("company_domain",)], gives=("answer",), patience=600)
    def brand_context(self, query: Query) -> Flow:
        """Describe a brand's identity, positioning and voice in Markdown."""
        domain = query.company_domain
        reply = yield context(domain)
        while reply.status == 503 and reason(reply) == "generation_in_progress":
            reply = yield Wait(domain, poll=context(domain, paid=False), every=10)
        if reply.status == 503:
            raise ProviderAPIError("the vendor is not available for now", recoverable=True)
        return Hit(answer=reply.text) if reply.status == 200 and reply.text.strip() else Miss()


def brand(query: Query, fields: dict[str, Any]) -> Flow:
    """Ask for a brand; an unknown one is a 404, whose reason says whether to ask again."""
    kind = "domain" if query.company_domain else "ticker"
    path, at = f"/v2/brands/{kind}/{{{kind}}}", {kind: query.company_domain or query.ticker}
    reply = yield Request("GET", path, at=at, expect=(200, 404), auth=KEYS.part("api_key"))
    if reply.status == 404:
        return Miss(reason(reply))
    found = rename(reply.json, fields)
    return Hit(found) if found.keys() - {"company_domain"} else Miss()  # the domain alone is the one asked about


def context(domain: str, paid: bool = True) -> Request:
    """Return the request for a brand's context."""
    return Request(
        "GET",
        "/v2/context/{domain}",
        at={"domain": domain},
        headers={"Accept": "text/markdown"},
        text=True,
        paid=paid,
        expect=(200, 404, 503),
        auth=KEYS.part("api_key"),
    )


def reason(reply: Reply) -> Any:
    """Return the vendor's word for what is wrong."""
    return reply.headers.get("x-bf-error") or reply.get("error")


provider = Brandfetch
