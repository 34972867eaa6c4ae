"""Context.dev (formerly Brand.dev): companies by domain, name or ticker, people, industry codes, news.

Facts: the vendor's own typed client for Python (context.dev 2.37.0, generated from its OpenAPI file) and
docs.context.dev (rate limits, troubleshooting). Not found is a 400 with `NOT_FOUND`, not billed, or with
`WEBSITE_ACCESS_ERROR` where a site cannot be reached; a person is `match.status: not_found`. A used-up plan is a 403
with `USAGE_EXCEEDED`. Each reply states its cost in `key_metadata`; what an endpoint costs beforehand could not be
read, so none is declared. A person's score has no stated scale and is no confidence. Answers of its agent are left
out: they are shaped by an example, not by a schema.
"""

from typing import Any

from leadenrich.contract import (
    Bearer,
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
    Rate,
    Reply,
    Request,
    Tier,
    country_name,
    dig,
    listing,
    operation,
    page_size,
    present,
    rename,
)

NOT_FOUND = ("NOT_FOUND", "WEBSITE_ACCESS_ERROR")
COMPANY = {
    "company_name": "title",
    "company_domain": "domain",
    "description": "description",
    "industry": ["industries.eic.0.subindustry", "industries.eic.0.industry"],
    "employee_count": "employees.exact",
    "employee_range": ("employees.range", lambda words: str(words).replace(" to ", "-")),
    "city": "address.city",
    "region": "address.state_province",
    "country": ["address.country_code", "address.country"],
    "phone": "phone",
    "ticker": "stock.ticker",
}
SOCIAL = {"linkedin": "company_linkedin_url", "x": "twitter_url", "twitter": "twitter_url", "facebook": "facebook_url"}
PERSON = {
    "first_name": "name.first",
    "last_name": "name.last",
    "full_name": "name.full",
    "email": "email",
    "city": "location.city",
    "region": "location.region",
    "country": ["location.country_code", "location.country"],
    "title": "current_role.title",
    "company_name": "current_role.organization.name",
    "company_domain": "current_role.organization.domain",
}
NETWORKS = {
    "linkedin.com/in/": "linkedin_url",
    "x.com/": "twitter_url",
    "twitter.com/": "twitter_url",
    "github.com/": "github_url",
    "facebook.com/": "facebook_url",
}
NEWS = {"title": "title", "url": "url", "published_at": "published_at"}
WHICH = [("company_domain",), ("company_name",), ("ticker",)]


class ContextDev(HTTPProvider):
    info = ProviderInfo(
        title="Context.dev",
        category=Category.COMPANY_INTELLIGENCE,
        tier=Tier.FREE,
        base_url="https://api.context.dev/v1",
        docs_url="https://docs.context.dev",
        auth=Bearer(),
        rates=(Rate(120, per=60),),  # the Starter plan; free 10, larger ones up to 1,200
        summary="Companies with logo and links, people, NAICS and SIC codes, news.",
    )
    words = {
        ("error_code", "USAGE_EXCEEDED"): ErrorCode.PROVIDER_INSUFFICIENT_CREDITS,
        ("error_code", "FREE_EMAIL_DETECTED"): ErrorCode.FEATURE_PARAMETERS_INVALID,
    }

    def classify(self, reply: Reply) -> Classified:
        """Tell a question that is refused from one that has no answer: both are a 400."""
        refused = reply.status == 400 and reply.get("error_code") not in NOT_FOUND
        return ErrorCode.FEATURE_PARAMETERS_INVALID if refused else None

    @operation(
        Operation.ENRICH_COMPANY,
        needs=WHICH,
        gives=(*COMPANY, "logo_url", *dict.fromkeys(SOCIAL.values())),
        charged="on_hit",
    )
    def enrich_company(self, query: Query) -> Flow:
        """Describe a company by domain, else by name, else by ticker."""
        reply = yield ask("/brand/retrieve", kind(query, "by_"))
        brand = reply.get("brand")
        logos = [logo for logo in listing(dig(brand, "logos")) if isinstance(logo, dict) and logo.get("url")]
        logo = next((one for one in logos if one.get("type") == "logo"), next(iter(logos), None))
        pages = {SOCIAL[page["type"]]: page.get("url") for page in links(brand) if page.get("type") in SOCIAL}
        found = {**rename(brand, COMPANY), **rename(logo, {"logo_url": "url"}), **present(pages)}
        return answer(reply, found if "company_name" in found or "company_domain" in found else {})

    @operation(
        Operation.ENRICH_PERSON,
        needs=[
            ("email",),
            ("linkedin_url",),
            *(("first_name", "last_name", more) for more in ("company_domain", "company_name")),
        ],
        uses=("city", "country"),
        gives=(*PERSON, *dict.fromkeys(NETWORKS.values())),
    )
    def enrich_person(self, query: Query) -> Flow:
        """Find the best candidate for a person by e-mail, profile, or name and company."""
        place = {**query.pick("city"), **({"country": country_name(query.country)} if query.country else {})}
        who = {
            **query.pick("email"),
            "social_urls": listing(query.linkedin_url),
            "name": query.pick(first="first_name", last="last_name"),
            "company": query.pick(domain="company_domain", name="company_name"),
            "location": place,
        }
        reply = yield ask("/people/enrich", present(who))
        person = reply.get("match.person") if reply.get("match.status") == "candidate" else None
        pages: dict[str, str] = {}
        for url in listing(dig(person, "social_urls")):
            network = next((word for part, word in NETWORKS.items() if part in str(url)), None)
            if network:
                pages.setdefault(network, str(url))
        found = {**rename(person, PERSON), **pages}
        return answer(reply, found if found.keys() & {"full_name", "first_name", "title"} else {})

    @operation(
        Operation.FIND_NEWS,
        needs=[*WHICH, ("query",)],
        uses=("limit", "page_size", "cursor"),
        gives=("news", "next_cursor"),
    )
    def find_news(self, query: Query) -> Flow:
        """Find news about a company, or by words."""
        about: dict[str, Any] = {"type": "natural_language", **query.pick("query")}
        if not query.query:
            about = {"type": "entity", "entity": kind(query)}
        size = page_size(query, 10, 100)
        reply = yield ask("/news/search", {"searchBy": about, "limit": size, **query.pick("cursor")})
        news = [found for item in reply.items("data") if (found := rename(item, NEWS))]
        return answer(reply, {"news": news, "next_cursor": reply.get("next_cursor")} if news else {})

    @operation("naics", needs=[("company_domain",), ("company_name",)], gives=("naics",))
    def naics(self, query: Query) -> Flow:
        """Name the NAICS code that fits a company best."""
        return code(query, "naics")

    @operation("sic", needs=[("company_domain",), ("company_name",)], gives=("sic",))
    def sic(self, query: Query) -> Flow:
        """Name the SIC code that fits a company best."""
        return code(query, "sic")


def ask(path: str, body: dict[str, Any]) -> Request:
    """Return the request for one look-up; a 400 may mean that nothing was found."""
    return Request("POST", path, json=body, expect=(200, 400))


def kind(query: Query, prefix: str = "") -> dict[str, Any]:
    """Return how a company is named, and the word for that."""
    words = {"domain": "company_domain", "name": "company_name", "ticker": "ticker"}
    name = next(word for word, ours in words.items() if query.get(ours))
    return {"type": prefix + name, name: query[words[name]]}


def links(brand: Any) -> list[dict[str, Any]]:
    """Return a company's pages on the networks."""
    return [page for page in listing(dig(brand, "socials")) if isinstance(page, dict)]


def code(query: Query, system: str) -> Flow:
    """Ask for the codes of a company in one system, the best first."""
    params = {**query.pick(input="company_domain|company_name"), "maxResults": 1}
    reply = yield Request("GET", f"/web/{system}", params=params, expect=(200, 400))
    return answer(reply, rename(reply.json, {system: "codes.0.code"}))


def answer(reply: Reply, found: dict[str, Any]) -> Hit | Miss:
    """Return what was found, at the cost that the reply states."""
    paid = reply.get("key_metadata.credits_consumed")
    if not found or reply.status != 200:
        return Miss() if paid is None else Miss(credits=paid)
    return Hit(found) if paid is None else Hit(found, credits=paid)


provider = ContextDev
