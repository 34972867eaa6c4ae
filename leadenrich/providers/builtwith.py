"""BuiltWith: technologies of a site, the company behind it, sites by technology, keyword or product, related sites.

Facts: api.builtwith.com (llms.txt, errorCodes, domain-api; read 2026-08) and the official Python client 0.1.1
(2026-10), which asks version 26 of the Domain API, 13 of the Lists API and 23 of the bulk jobs. What a call costs
is in the account (`whoami`), so no credits are declared. Quirks: errors come inside a 200, under `Errors`; a
throttle says in its body how long to wait; a bulk job's result is deleted once it has been read; a company's name must
hold no comma, which would part two. The page on the Domain API puts `Lookup` and `Meta` beside the result, a published
schema into it: both are read. People's names and addresses in `Meta` are not read. Related sites, redirects, trust,
recommendations, products, keywords and trends are read as the samples in llms.txt have them; the keywords of a domain
(kw2), of which neither a sample nor a schema is published, are left out.
"""

from collections.abc import Sequence
from typing import Any

from leadenrich.contract import (
    Category,
    Classified,
    ErrorCode,
    FeatureExecutionError,
    FeatureParametersError,
    Flow,
    Fold,
    HeaderKey,
    Hit,
    HTTPProvider,
    Miss,
    Operation,
    ProviderInfo,
    Query,
    Quota,
    QuotaFlow,
    Rate,
    RateLimitError,
    Reply,
    Request,
    Requests,
    Steps,
    Tier,
    amount,
    bulk,
    dig,
    finished,
    first,
    operation,
    present,
    rename,
    size_bounds,
)
from leadenrich.providers._names import same_name
from leadenrich.providers._web import social_links

FLAGS = {"LIVEONLY": "yes", "HIDETEXT": "yes", "HIDEDL": "yes", "NOATTR": "yes"}
ERRORS = {
    -2: ErrorCode.PROVIDER_AUTHENTICATION_FAILED,
    -3: ErrorCode.PROVIDER_INSUFFICIENT_CREDITS,
    -5: ErrorCode.PROVIDER_INSUFFICIENT_CREDITS,
}
LOOKUP = {"lookup": ["Lookup", "Result.Lookup"]}
META = {
    "company_name": "CompanyName",
    "industry": "Vertical",
    "phone": "Telephones.0",
    "city": "City",
    "region": "State",
    "country": "Country",
}
SITE = {
    "company_domain": "D",
    "employee_count": "E",
    "country": "U",
    "company_name": ["Meta.CompanyName", "Meta.Name"],
    "description": "Meta.Description",
    "phone": "Meta.Telephones.0",
}
NAMED = {"company_domain": "Domain", "company_name": "CompanyName", "country": "Country", "city": "City"}
REDIRECT = {"company_domain": "Domain", "first_seen_at": "FirstDetected", "last_seen_at": "LastDetected"}
TRUST = {
    "builtwith_trust_level": "Assessment.TrustLevel",
    "builtwith_trust_reasons": "Assessment.Reasons",
    "builtwith_domain_age_days": "BusinessProfile.DomainAgeDays",
    "builtwith_monthly_spend_usd": "BusinessProfile.EstimatedMonthlySpendUSD",
    "builtwith_is_parked": "BusinessProfile.IsParkedDomain",
    "builtwith_is_ecommerce": "BusinessProfile.IsEcommerceSite",
    "builtwith_suspected_scam": "ContentSafety.SuspectedScam",
}
ADVICE = {"name": "name", "tag": "tag", "categories": "categories", "stars": "stars", "match": "match"}
TREND = {
    "builtwith_technology": "Tech.name",
    "builtwith_tag": "Tech.tag",
    "builtwith_categories": "Tech.categories",
    "description": "Tech.description",
    "builtwith_coverage": "Tech.coverage",
    "total": "Tech.coverage.live",
}
UNKNOWN_TECHNOLOGY = -8
UNTAKEN = (-4, -7, -8)  # they are about the technology or the domain asked about
AT_ONCE, BY_JOB = 16, 160
DOMAIN = "/v26/api.json"


class BuiltWith(HTTPProvider):
    info = ProviderInfo(
        title="BuiltWith",
        category=Category.COMPANY_INTELLIGENCE,
        tier=Tier.BASIC,
        base_url="https://api.builtwith.com",
        docs_url="https://api.builtwith.com/domain-api",
        auth=HeaderKey("Authorization", "API "),
        rates=(Rate(10, per=1), Rate(1, per=1, on="GET /free1/api.json")),
        concurrency=8,
        established_in="AU",
        privacy_url="https://builtwith.com/privacy",
        summary="Technologies that sites use, and sites by technology.",
    )

    def classify(self, reply: Reply) -> Classified:
        """Read the errors inside a 200; what they say of the question itself is left to it."""
        if reply.status == 429:
            wait = amount(reply.get("retryAfterSeconds"))
            return None if wait is None else RateLimitError("slow down", retry_after=float(wait))
        code = code_of(reply)
        return None if code is None or code in UNTAKEN else ERRORS.get(code, ErrorCode.PROVIDER_API_ERROR)

    @operation(
        Operation.DETECT_TECHNOLOGIES,
        needs=[("company_domain",)],
        gives=("company_domain", "technologies"),
        charged="on_call",
    )
    def detect_technologies(self, query: Query) -> Flow:
        """List the technologies in use on a company's site and its subdomains."""
        found = site(accepted((yield lookup([query.company_domain]))))
        wanted = {word: value for word, value in found.items() if word in ("company_domain", "technologies")}
        return Hit(wanted) if "technologies" in wanted else Miss()

    @operation(
        Operation.ENRICH_COMPANY,
        needs=[("company_domain",)],
        gives=(*META, "company_domain", "technologies", "company_linkedin_url", "twitter_url", "facebook_url"),
        charged="on_call",
    )
    def enrich_company(self, query: Query) -> Flow:
        """Describe the company behind a site by the same question as `detect_technologies`."""
        found = site(accepted((yield lookup([query.company_domain]))))
        return Hit(found) if len(found) > 1 else Miss()

    @bulk("GET", DOMAIN, max_items=5_000)
    def lookup_together(self, requests: Requests) -> Fold:
        """Look sites up 16 at a time, or as one job where there are more than ten times that many."""
        domains = [str((request.params or {})["LOOKUP"]) for request in requests]
        results: dict[str, Reply] = {}
        if len(domains) > BY_JOB:
            reply = yield from self.job(domains)
            results = by_domain(reply)
        else:
            for start in range(0, len(domains), AT_ONCE):
                part = domains[start : start + AT_ONCE]
                reply = yield lookup(part)
                results |= by_domain(reply)
                if code_of(reply) in (-7, -8):  # one bad domain spoils the others: ask one by one
                    for domain in part:
                        results[domain] = yield lookup([domain])
        return [results.get(domain) or reply.with_json({"Results": []}) for domain in domains]

    def job(self, domains: list[str]) -> Steps[Reply]:
        """Look many sites up as a background job; a small one is answered at once."""
        options = {"liveOnly": True, "hideText": True, "hideDL": True}
        reply = yield Request(
            "POST",
            "/v23/domain/bulk",
            json={"lookups": domains, "options": options},
            expect=(200, 202),
            weight=len(domains),
        )
        if not (job := reply.get("job_id")):
            return reply
        at, ends = {"job_id": job}, ("completed", "error", "failed", "cancelled")
        reply = yield from finished(
            reply,
            "job_id",
            lambda _: Request("GET", "/v23/domain/bulk/{job_id}", at=at, paid=False),
            lambda reply: state_of(reply) not in ends,
            every=5,
        )
        if (state := state_of(reply)) != "completed":
            raise FeatureExecutionError(f"the bulk job ended as {state!r}")
        return (yield Request("GET", "/v23/domain/bulk/{job_id}/result", at=at, paid=False))

    @operation(
        Operation.SEARCH_COMPANIES,
        needs=[("technology",)],
        uses=("country", "employee_range", "cursor", "builtwith_since"),
        gives=("companies", "next_cursor"),
        charged="on_call",
    )
    def search_companies(self, query: Query) -> Flow:
        """List sites that use a technology, by its BuiltWith name; a page is as long as the vendor makes it."""
        low, _ = size_bounds(query.employee_range)
        params = {
            "TECH": str(query.technology).replace(" ", "-"),
            "META": "yes",
            "EMPLOYEES": f"{low}|GTE" if low else None,
            **query.pick(COUNTRY="country", OFFSET="cursor", SINCE="builtwith_since"),
        }
        reply = accepted((yield Request("GET", "/lists13/api.json", params=params)))
        sites = [{**rename(one, SITE), **social_links(dig(one, "Meta.Social") or [])} for one in reply.items("Results")]
        more = reply.get("NextOffset")
        return Hit(companies=sites, next_cursor=None if more == "END" else more) if sites else Miss()

    @operation(Operation.FIND_DOMAIN, needs=[("company_name",)], gives=tuple(NAMED), charged="on_call")
    def find_domain(self, query: Query) -> Flow:
        """Find a company's site by its name: sure where the name is the same, else a guess."""
        params = {"COMPANY": " ".join(query.company_name.replace(",", " ").split())}
        reply = accepted((yield Request("GET", "/ctu3/api.json", params=params)))
        items = reply.items() or reply.items("Companies")
        same = first(*(item for item in items if same_name(query.company_name, item.get("CompanyName"))))
        found = rename(same or first(*items), NAMED)
        return Hit(found, confidence=80 if same else 40) if "company_domain" in found else Miss()

    @operation(
        "free-lookup", needs=[("company_domain",)], gives=("company_domain", "answer"), credits=0, charged="free"
    )
    def free_lookup(self, query: Query) -> Flow:
        """Count the technologies of a site by group, for nothing: `{"javascript": 12}`."""
        reply = accepted((yield Request("GET", "/free1/api.json", params={"LOOKUP": query.company_domain})))
        groups = {group["name"]: group.get("live") for group in reply.items("groups") if group.get("name")}
        return Hit(answer=groups, company_domain=reply.get("domain")) if groups else Miss()

    @operation(
        "relationships",
        needs=[("company_domain",)],
        uses=("cursor",),
        gives=("builtwith_relationships", "next_cursor"),
        credits=1,
        charged="on_call",
    )
    def relationships(self, query: Query) -> Flow:
        """List sites that share an identifier (an analytics account, a tag) with a site; 1 credit for each 500."""
        params = query.pick(LOOKUP="company_domain", OFFSET="cursor")
        reply = accepted((yield Request("GET", "/rv4/api.json", params=params)))
        related = [
            {**rename(shared, {"type": "Type", "value": "Value"}), "company_domain": match["Domain"]}
            for shared in reply.items("Relationships.0.Identifiers")
            for match in dig(shared, "Matches") or []
            if dig(match, "Domain")
        ]
        more = reply.get("next_skip") if reply.get("more_results") is True else None
        return Hit({"builtwith_relationships": related, "next_cursor": more and str(more)}) if related else Miss()

    @operation("redirects", needs=[("company_domain",)], gives=("builtwith_redirects",), charged="on_call")
    def redirects(self, query: Query) -> Flow:
        """List which domains redirect to a root domain, and to which it redirects, since when and until when."""
        reply = accepted((yield Request("GET", "/redirect1/api.json", params={"LOOKUP": query.company_domain})))
        found = [
            {"direction": way.lower(), **rename(one, REDIRECT)}
            for way in ("Inbound", "Outbound")
            for one in reply.items(way)
        ]
        return Hit({"builtwith_redirects": found}) if found else Miss()

    @operation("trust", needs=[("company_domain",)], gives=tuple(TRUST), charged="on_call")
    def trust(self, query: Query) -> Flow:
        """Say how far a site may be trusted (Trusted, Neutral, Caution, HighRisk, ...), and why."""
        ask = Request("GET", "/trustv2/api.json", params={"LOOKUP": query.company_domain})
        found = rename(accepted((yield ask)).json, TRUST)
        return Hit(found) if "builtwith_trust_level" in found else Miss()

    @operation("recommendations", needs=[("company_domain",)], gives=("builtwith_recommendations",), charged="on_call")
    def recommendations(self, query: Query) -> Flow:
        """List technologies that a site like this one uses as well, with how well each fits (0 to 1)."""
        reply = accepted((yield Request("GET", "/rec1/api.json", params={"LOOKUP": query.company_domain})))
        found = [rename(one, ADVICE) for one in reply.items("0.Recommendations")]
        return Hit({"builtwith_recommendations": found}) if found else Miss()

    @operation(
        "product-search",
        needs=[("query",)],
        uses=("limit", "page_size", "cursor"),
        gives=("companies", "next_cursor"),
        charged="on_call",
    )
    def product_search(self, query: Query) -> Flow:
        """List shops that sell a product, with what they sell."""
        page, size = int(query.cursor or 0), query.page_size or query.limit
        params = {"QUERY": query.query, "LIMIT": size, "PAGE": page or None}
        reply = accepted((yield Request("GET", "/productv1/api.json", params=present(params))))
        goods = {"title": "Title", "url": "Url", "price": "Price"}
        shops = [
            {
                "company_domain": one["Domain"],
                "builtwith_products": [rename(item, goods) for item in dig(one, "Products") or []],
            }
            for one in reply.items("shops")
            if dig(one, "Domain")
        ]
        more = str(page + 1) if reply.get("is_more") is True else None
        return Hit(companies=shops, next_cursor=more) if shops else Miss()

    @operation(
        "keyword-search",
        needs=[("keywords",)],
        uses=("limit", "page_size", "cursor"),
        gives=("companies", "next_cursor"),
        charged="on_call",
    )
    def keyword_search(self, query: Query) -> Flow:
        """List sites on which a word stands, 16 to 1,000 a page."""
        size = min(max(int(query.page_size or query.limit or 100), 16), 1000)
        params = {**query.pick(KEYWORD="keywords", OFFSET="cursor"), "LIMIT": size}
        reply = accepted((yield Request("GET", "/kws1/api.json", params=params)))
        domains = reply.get("Domains")
        sites = [{"company_domain": name} for name in (domains if isinstance(domains, list) else [])]
        more = reply.get("NextOffset")
        return Hit(companies=sites, next_cursor=None if more == "END" else more) if sites else Miss()

    @operation("trends", needs=[("technology",)], gives=tuple(TREND), charged="free")
    def trends(self, query: Query) -> Flow:
        """Say what BuiltWith calls a technology and on how many sites it runs, for nothing; no such name is a miss."""
        ask = Request("GET", "/trends/v6/api.json", params={"TECH": query.technology}, paid=False)
        reply = yield ask
        found = {} if code_of(reply) == UNKNOWN_TECHNOLOGY else rename(accepted(reply).json, TREND)
        return Hit(found) if "builtwith_technology" in found else Miss()

    def quota(self) -> QuotaFlow:
        """Read the credits left and the plan."""
        usage = yield Request("GET", "/usagev2/api.json", paid=False)
        who = yield Request("GET", "/whoamiv1/api.json", paid=False)
        return Quota(
            plan=who.get("account.plan"),
            used=usage.get("used"),
            remaining=usage.get("remaining"),
            resets_at=who.get("account.plan_expiry"),
        )


def lookup(domains: Sequence[str]) -> Request:
    """Return the request about sites; a root domain each."""
    return Request("GET", DOMAIN, params={"LOOKUP": ",".join(domains), **FLAGS}, weight=len(domains))


def code_of(reply: Reply) -> int | None:
    """Return the code of the first error inside a reply."""
    code = reply.get("Errors.0.Code")
    try:
        return int(code)
    except (TypeError, ValueError):
        return None


def state_of(reply: Reply) -> str:
    """Return how far a bulk job is, in lower case."""
    return str(reply.get("status")).lower()


def accepted(reply: Reply) -> Reply:
    """Return a reply whose question was understood.

    Raises:
        FeatureParametersError: the vendor takes no such domain or technology.
    """
    if (code := code_of(reply)) is not None:
        raise FeatureParametersError(f"BuiltWith takes no such domain or technology (error {code})")
    return reply


def by_domain(reply: Reply) -> dict[str, Reply]:
    """Return `{domain: a reply about it alone}`."""
    results = reply.items("Results")
    return {str(rename(one, LOOKUP).get("lookup")).lower(): reply.with_json({"Results": [one]}) for one in results}


def site(reply: Reply) -> dict[str, Any]:
    """Return what a lookup says; `Meta` stands beside the result, or in it."""
    item = first(*reply.items("Results")) or {}
    meta = first(dig(item, "Meta"), dig(item, "Result.Meta"))
    paths = dig(item, "Result.Paths")
    used = [dig(tech, "Name") for path in paths or [] for tech in dig(path, "Technologies") or []]
    found = {**rename(item, {"company_domain": LOOKUP["lookup"]}), **rename(meta, META)}
    social = social_links(dig(meta, "Social") or dig(meta, "Socials") or [])
    return {**found, **social, **({"technologies": list(dict.fromkeys(filter(None, used)))} if any(used) else {})}


provider = BuiltWith
