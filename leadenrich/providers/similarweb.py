"""Similarweb: traffic of a site, the company behind it, its technologies.

Facts: docs.similarweb.com/api-v5 (quick start, traffic and engagement), developers.similarweb.com (error codes, rate
limit, lead enrichment, seen in part), else integrations and public scripts of its users, hence `support="inferred"`.
Traffic speaks version 5; the older paths of the other operations, whose successors' replies could not be read, were
to end on 2026-10-06. Left out: similar sites, the batch API. Months are "2026-05" and must lie in the account's range;
whether they may be left out differs between accounts. A 401 is mostly a site without data, a 403 a bad key or no money.
"""

from operator import methodcaller
from typing import Any

from leadenrich.contract import (
    Account,
    Category,
    Classified,
    ErrorCode,
    Flow,
    HeaderKey,
    Hit,
    HTTPProvider,
    Miss,
    Operation,
    ProviderInfo,
    Query,
    Rate,
    Reply,
    Request,
    Support,
    Tier,
    amount,
    operation,
    pluck,
    rename,
)

SITE, TRAFFIC = "/v1/website/{domain}", "/v5/website-analysis/websites/traffic-and-engagement"
MONTHS = ("similarweb_from", "similarweb_to", "country")
SERIES = {
    "visits": "visits",
    "unique_visitors": "unique_visitors",
    "bounce_rate": "bounce_rate",
    "pages_per_visit": "pages_per_visit",
    "average_visit_seconds": "average_visit_duration",
}
SPACED = methodcaller("replace", "_", " ")  # "Home_and_Garden" is "Home and Garden"
LEAD = {
    "company_name": "company_name",
    "employee_range": "employee_range",
    "country": "headquarters",
    "industry": [("website_category", SPACED), ("category", SPACED)],
    "global_rank": "global_rank",
}
OVERVIEW = {
    "company_domain": ["site_name", "SiteName"],
    "description": ["description", "Description"],
    "industry": [("category", SPACED), ("Category", SPACED)],
    "global_rank": ["global_rank.rank", "GlobalRank.Rank", "global_rank", "GlobalRank"],
    "visits": ["engagments.visits", "engagements.visits", "Engagments.Visits", "Engagements.Visits"],
    "average_visit_seconds": [
        "engagments.time_on_site",
        "engagements.time_on_site",
        "Engagments.TimeOnSite",
        "Engagements.TimeOnSite",
    ],
    "pages_per_visit": [
        "engagments.page_per_visit",
        "engagements.page_per_visit",
        "Engagments.PagePerVisit",
        "Engagements.PagePerVisit",
    ],
    "bounce_rate": [
        "engagments.bounce_rate",
        "engagements.bounce_rate",
        "Engagments.BounceRate",
        "Engagements.BounceRate",
    ],
}


class Similarweb(HTTPProvider):
    info = ProviderInfo(
        title="Similarweb",
        category=Category.COMPANY_INTELLIGENCE,
        tier=Tier.ENTERPRISE,
        base_url="https://api.similarweb.com",
        docs_url="https://developers.similarweb.com",
        auth=HeaderKey("api-key"),
        rates=(Rate(10, per=1),),
        support=Support.INFERRED,
        established_in="IL",
        privacy_url="https://www.similarweb.com/corp/legal/privacy-policy/",
        summary="Traffic of sites, and the companies behind them.",
    )
    errors = {403: ErrorCode.PROVIDER_INSUFFICIENT_CREDITS}
    account = Account("/user-capabilities", remaining="user_remaining", limit="allowance")

    def classify(self, reply: Reply) -> Classified:
        """Tell a bad key from a site without data (both 401) and from spent credits (both 403)."""
        words, own = reply.text.lower(), str(reply.get("meta.error_code"))
        unknown = own == "401" or "not found" in words
        refused = "key" in words and "credit" not in words if reply.status == 403 else not unknown
        if reply.status in (401, 403) and refused:
            return ErrorCode.PROVIDER_AUTHENTICATION_FAILED
        return ErrorCode.FEATURE_PARAMETERS_INVALID if own in ("101", "102", "103") else None  # month, step, country

    @operation(
        Operation.WEB_TRAFFIC,
        needs=[("company_domain",)],
        uses=(*MONTHS, "similarweb_full"),
        gives=(*SERIES, "company_domain"),
        credits=1,
        max_credits=lambda query: span(query) * (len(SERIES) if query.similarweb_full else 1),
    )
    def web_traffic(self, query: Query) -> Flow:
        """Estimate a site's visits in its last month; `similarweb_full` asks for the other four figures too."""
        wanted = SERIES if query.similarweb_full else {"visits": "visits"}
        ask = {"domain": query.company_domain, "metrics": ",".join(wanted.values()), "web_source": "total"}
        reply = yield about(query, TRAFFIC, {**ask, **months(query, "ww")})
        rows = reply.items("data")
        found = {field: latest(rows, key) for field, key in wanted.items()}
        hit = Hit({**found, "company_domain": query.company_domain}, credits=len(rows) * len(wanted))
        return hit if amount(found["visits"]) else Miss()

    @operation(
        Operation.ENRICH_COMPANY,
        needs=[("company_domain",)],
        uses=MONTHS,
        gives=(*LEAD, *SERIES, "company_domain"),
        credits=25,
    )
    def enrich_company(self, query: Query) -> Flow:
        """Describe the company behind a site, with its traffic; revenue comes as a range only and is left out."""
        reply = yield about(query, f"{SITE}/lead-enrichment/all", months(query, "world"))
        found = rename(reply.json, LEAD) if reply.status == 200 else {}
        figures = {field: latest(reply.items(key), "value", key) for field, key in SERIES.items()}
        found |= {field: figure for field, figure in figures.items() if figure is not None}
        return Hit({**found, "company_domain": query.company_domain}) if found else Miss()

    @operation(Operation.DETECT_TECHNOLOGIES, needs=[("company_domain",)], gives=("technologies",))
    def detect_technologies(self, query: Query) -> Flow:
        """List the technologies in use on a site."""
        reply = yield about(query, "/v4/website/{domain}/technographics/all", {"format": "json", "limit": 1000})
        names = pluck(reply.get("technologies"), "technology_name") if reply.status == 200 else []
        return Hit(technologies=list(dict.fromkeys(names))) if names else Miss()

    @operation("website-overview", needs=[("company_domain",)], gives=tuple(OVERVIEW))
    def website_overview(self, query: Query) -> Flow:
        """Give what the light edition of the API knows of a site; how its keys are written varies."""
        reply = yield about(query, f"{SITE}/general-data/all", {"format": "json"})
        found = rename(reply.json, OVERVIEW) if reply.status == 200 else {}
        return Hit(found) if len(found) > 1 else Miss()


def about(query: Query, path: str, params: dict[str, Any]) -> Request:
    """Return the request for what is known of a site; 404 and mostly 401 are a site it does not know."""
    at = query.pick(domain="company_domain") if "{domain}" in path else None
    return Request("GET", path, at=at, params=params, expect=(200, 401, 404))


def months(query: Query, everywhere: str) -> dict[str, Any]:
    """Return country and months of a question; the whole world where no country is given."""
    return {
        "country": str(query.country or everywhere).lower(),
        "granularity": "monthly",
        "main_domain_only": "false",
        "format": "json",
        **query.pick(start_date="similarweb_from", end_date="similarweb_to"),
    }


def span(query: Query) -> int:
    """Return how many months may be billed: a year where the query does not say, which is ours."""
    ends = [str(query.get(word) or "")[:7].replace("-", "") for word in ("similarweb_from", "similarweb_to")]
    first, last = [int(end[:4]) * 12 + int(end[4:]) if end.isdigit() and len(end) == 6 else 0 for end in ends]
    return last - first + 1 if first and last >= first else 12


def latest(items: list[Any], *keys: str) -> Any:
    """Return the newest value of a series."""
    newest: dict[str, Any] = max(items, key=lambda item: str(item.get("date", "")), default={})
    return next((newest[key] for key in keys if newest.get(key) is not None), None)


provider = Similarweb
