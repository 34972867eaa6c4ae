"""Similarweb: traffic of a site, the company behind it, its technologies.

Facts: developers.similarweb.com (traffic and engagement, lead enrichment, user capabilities; seen in part), reply keys
mostly from two integrations and public scripts of its users (2026-09), hence `support="inferred"`. Left out: similar
sites and the batch API, whose replies could not be read. Months are "2026-05" and must lie in the account's range;
traffic figures are estimates. Whether dates may be left out differs between accounts, so the query may name them.
"""

from typing import Any

from leadenrich.contract import (Account, Category, ErrorCode, Flow, Hit, HTTPProvider, Miss, Operation, ProviderInfo,
                                 Query, QueryKey, Reply, Request, Support, Tier, operation, pluck, rename)  # fmt: skip

SITE = "/v1/website/{domain}"
METRICS = {"visits": f"{SITE}/total-traffic-and-engagement/visits",
           "bounce_rate": f"{SITE}/total-traffic-and-engagement/bounce-rate",
           "pages_per_visit": f"{SITE}/total-traffic-and-engagement/pages-per-visit",
           "average_visit_seconds": f"{SITE}/traffic-and-engagement/average-visit-duration"}  # fmt: skip
MONTHS = ("similarweb_from", "similarweb_to", "country")
SERIES = {"visits": "visits", "unique_visitors": "unique_visitors", "bounce_rate": "bounce_rate",
          "pages_per_visit": "pages_per_visit", "average_visit_seconds": "average_visit_duration"}  # fmt: skip


def spaced(category: str) -> str:
    """Return a category in plain words: "Home_and_Garden" is "Home and Garden"."""
    return category.replace("_", " ")


LEAD = {"company_name": "company_name", "employee_range": "employee_range", "country": "headquarters",
        "industry": ("website_category", spaced), "global_rank": "global_rank"}  # fmt: skip
OVERVIEW = {"company_domain": ["site_name", "SiteName"], "description": ["description", "Description"],
            "industry": [("category", spaced), ("Category", spaced)],
            "global_rank": ["global_rank.rank", "GlobalRank.Rank", "global_rank", "GlobalRank"],
            "visits": ["engagments.visits", "engagements.visits", "Engagments.Visits", "Engagements.Visits"],
            "average_visit_seconds": ["engagments.time_on_site", "engagements.time_on_site", "Engagments.TimeOnSite",
                                      "Engagements.TimeOnSite"],
            "pages_per_visit": ["engagments.page_per_visit", "engagements.page_per_visit", "Engagments.PagePerVisit",
                                "Engagements.PagePerVisit"],
            "bounce_rate": ["engagments.bounce_rate", "engagements.bounce_rate", "Engagments.BounceRate",
                            "Engagements.BounceRate"]}  # fmt: skip


class Similarweb(HTTPProvider):
    info = ProviderInfo(title="Similarweb", category=Category.COMPANY_INTELLIGENCE, tier=Tier.ENTERPRISE,
                        base_url="https://api.similarweb.com", docs_url="https://developers.similarweb.com",
                        auth=QueryKey("api_key"), support=Support.INFERRED, established_in="IL",
                        privacy_url="https://www.similarweb.com/corp/legal/privacy-policy/",
                        summary="Traffic of sites, and the companies behind them.")  # fmt: skip
    errors = {403: ErrorCode.PROVIDER_INSUFFICIENT_CREDITS}  # the data credits are used up, say its users
    account = Account("/user-capabilities", remaining="user_remaining", limit="allowance")

    @operation(Operation.WEB_TRAFFIC, needs=[("company_domain",)], uses=(*MONTHS, "similarweb_full"),
               gives=(*METRICS, "company_domain"), credits=1,
               max_credits=lambda query: len(METRICS) if query.similarweb_full else 1)  # fmt: skip
    def web_traffic(self, query: Query) -> Flow:
        """Estimate a site's visits in its last month; `similarweb_full` asks for the other three figures too."""
        found: dict[str, Any] = {}
        asked = METRICS if query.similarweb_full else ("visits",)
        for field in asked:
            reply = yield about(query, METRICS[field], months(query))
            key = SERIES[field]
            found[field] = latest(reply, key, key) if reply.status == 200 else None
            if found["visits"] is None:
                return Miss()
        return Hit({**found, "company_domain": query.company_domain}, credits=len(asked))

    @operation(Operation.ENRICH_COMPANY, needs=[("company_domain",)], uses=MONTHS,
               gives=(*LEAD, *SERIES, "company_domain"), credits=25)  # fmt: skip
    def enrich_company(self, query: Query) -> Flow:
        """Describe the company behind a site, with its traffic; revenue comes as a range only and is left out."""
        reply = yield about(query, f"{SITE}/lead-enrichment/all", months(query))
        if reply.status != 200:
            return Miss()
        found = rename(reply.json, LEAD)
        for field, key in SERIES.items():
            if (value := latest(reply, key, "value")) is not None:
                found[field] = value
        return Hit({**found, "company_domain": query.company_domain}) if found else Miss()

    @operation(Operation.DETECT_TECHNOLOGIES, needs=[("company_domain",)], gives=("technologies",))
    def detect_technologies(self, query: Query) -> Flow:
        """List the technologies in use on a site."""
        params = {"format": "json", "limit": 1000}
        reply = yield about(query, "/v4/website/{domain}/technographics/all", params)
        names = pluck(reply.get("technologies"), "technology_name") if reply.status == 200 else []
        return Hit(technologies=list(dict.fromkeys(names))) if names else Miss()

    @operation("website-overview", needs=[("company_domain",)], gives=tuple(OVERVIEW))
    def website_overview(self, query: Query) -> Flow:
        """Give what the light edition of the API knows of a site; how its keys are written varies."""
        reply = yield about(query, f"{SITE}/general-data/all", {"format": "json"})
        found = rename(reply.json, OVERVIEW) if reply.status == 200 else {}
        return Hit(found) if len(found) > 1 else Miss()


def about(query: Query, path: str, params: dict[str, Any]) -> Request:
    """Return the request for what is known of a site; 404 is a site it does not know."""
    return Request("GET", path, at=query.pick(domain="company_domain"), params=params, expect=(200, 404))


def months(query: Query) -> dict[str, Any]:
    """Return country and months of a question; the whole world where no country is given."""
    return {
        "country": str(query.country or "world").lower(), "granularity": "monthly", "main_domain_only": "false",
        "format": "json", **query.pick(start_date="similarweb_from", end_date="similarweb_to"),
    }  # fmt: skip


def latest(reply: Reply, series: str, key: str) -> Any:
    """Return the newest value of a series."""
    items = sorted(reply.items(series), key=lambda item: str(item.get("date", "")))
    return items[-1].get(key) if items else None


provider = Similarweb
