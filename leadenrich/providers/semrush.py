"""Semrush: traffic of a site and where it comes from (Trends), its keywords, backlinks, and its competitors in search.

Facts: developer.semrush.com (Trends API, api/v3/analytics/basic-docs with its table of errors, domain-reports,
backlinks, api-units-balance, api-usage-restrictions; read 2026-08), www.semrush.com/api.html for the units of
`domain_rank`; columns of the traffic's sources and countries as a copy of the Trends pages has them. Replies are text
with semicolons under a line of names; a failure is a line that begins with ERROR, often with status 200. Since
2026-07-15 a key is good for one version of the API, here v3. It is in the query string, for want of another place.
"""

import csv
from typing import Any

from leadenrich.contract import (
    Category,
    Classified,
    ErrorCode,
    Flow,
    Fold,
    Hit,
    HTTPProvider,
    Miss,
    Operation,
    ProviderInfo,
    Query,
    QueryKey,
    Quota,
    QuotaFlow,
    Rate,
    Reply,
    Request,
    Requests,
    Steps,
    Tier,
    bulk,
    first,
    operation,
    page_size,
    rename,
)

TRAFFIC = "/analytics/ta/api/v3/summary"
SUMMARY = {
    "company_domain": "target",
    "global_rank": "rank",
    "visits": "visits",
    "unique_visitors": "users",
    "pages_per_visit": "pages_per_visit",
    "average_visit_seconds": "time_on_site",
    "bounce_rate": "bounce_rate",
}
PAID = {
    "company_domain": "Domain",
    "paid_keywords": "Adwords Keywords",
    "paid_traffic": "Adwords Traffic",
    "paid_cost_usd": "Adwords Cost",
}
FREE = {"organic_keywords": "Organic Keywords", "organic_traffic": "Organic Traffic"}
RIVAL = {"company_domain": "Domain", **FREE, "paid_keywords": "Adwords Keywords"}
SOURCES, COUNTRIES = "from_target,channel,traffic_share,traffic", "geo,traffic_share,traffic,users"
SHARE = {"share": ("traffic_share", float), "visits": ("traffic", int)}
SOURCE = {"source": "from_target", "channel": "channel", **SHARE}
PLACE = {"country": "geo", **SHARE, "unique_visitors": ("users", int)}
KEYWORD = {
    "keyword": "Keyword",
    "position": ("Position", int),
    "searches": ("Search Volume", int),
    "cpc_usd": ("CPC", float),
    "competition": ("Competition", float),
    "traffic_percent": ("Traffic (%)", float),
    "url": ["Url", "Visible Url"],
}
LINKS = {
    "semrush_authority_score": "ascore",
    "semrush_backlinks": "total",
    "semrush_referring_domains": "domains_num",
    "semrush_referring_ips": "ips_num",
}
READ = (200, 404)  # an error line comes with other statuses too, "nothing found" among them
WORDS = {
    **dict.fromkeys((70, 110, 120, 121, 122, 130, 402), ErrorCode.PROVIDER_AUTHENTICATION_FAILED),
    **dict.fromkeys((131, 132, 134), ErrorCode.PROVIDER_INSUFFICIENT_CREDITS),
    **dict.fromkeys((133, 135), ErrorCode.FEATURE_NOT_SUPPORTED),
    **dict.fromkeys((*range(40, 49), *range(10_000, 10_100)), ErrorCode.FEATURE_PARAMETERS_INVALID),
}


class Semrush(HTTPProvider):
    info = ProviderInfo(
        title="Semrush",
        category=Category.COMPANY_INTELLIGENCE,
        tier=Tier.PRO,
        base_url="https://api.semrush.com",
        docs_url="https://developer.semrush.com/api",
        auth=QueryKey("key"),
        rates=(Rate(10, per=1),),
        concurrency=10,
        hosts=("www.semrush.com",),
        established_in="US",
        privacy_url="https://www.semrush.com/company/legal/privacy-policy",
        summary="Traffic, search rankings, paid search and competitors of a site.",
    )

    def classify(self, reply: Reply) -> Classified:
        """Read the error line of a plain text reply; "nothing found" is none."""
        text = reply.text[:200].lstrip()
        otherwise = ErrorCode.PROVIDER_API_ERROR if reply.status in READ else None
        number = text.removeprefix("ERROR").split("::")[0].strip()
        if text.startswith("ERROR"):
            return None if number == "50" else WORDS.get(int(number) if number.isdecimal() else None, otherwise)
        # a page or an object, not a report
        return otherwise if reply.status == 404 or text.startswith(("<", "{")) else None

    @operation(
        Operation.WEB_TRAFFIC,
        needs=[("company_domain",)],
        uses=("country", "semrush_month", "semrush_device"),
        gives=tuple(SUMMARY),
        credits={"trends": 1},
        docs_url="https://developer.semrush.com/api/v3/trends",
    )
    def web_traffic(self, query: Query) -> Flow:
        """Estimate a site's traffic of last month, or of `semrush_month` ("2026-05-01"), on all devices or one."""
        params = {
            "targets": query.company_domain,
            "export_columns": ",".join(SUMMARY.values()),
            **query.pick("country", display_date="semrush_month", device_type="semrush_device"),
        }
        lines = table((yield Request("GET", TRAFFIC, params=params, expect=READ, text=True)))
        found = rename(next((line for line in lines if line.get("target") == query.company_domain), {}), SUMMARY)
        return Hit(found) if "visits" in found else Miss()

    @bulk("GET", TRAFFIC, max_items=200, group=lambda request: str({**(request.params or {}), "targets": "any"}))
    def traffic_together(self, requests: Requests) -> Fold:
        """Ask about 200 sites at once; each line names its site."""
        domains = [str((request.params or {})["targets"]) for request in requests]
        params = {**(requests[0].params or {}), "targets": ",".join(domains)}
        reply = yield Request("GET", TRAFFIC, params=params, expect=READ, text=True, weight=len(domains))
        lines = table(reply)
        return [reply.with_json([line for line in lines if line.get("target") == domain]) for domain in domains]

    @operation(
        "domain-overview",
        needs=[("company_domain",)],
        uses=("semrush_database", "semrush_month"),
        gives=(*PAID, *FREE),
        credits=10,
        max_credits=lambda query: 50 if query.semrush_month else 10,
    )
    def domain_overview(self, query: Query) -> Flow:
        """Give a site's keywords and traffic in organic and paid Google search of one country (US by default)."""
        found = yield from ranking(query)
        return Hit(found, credits=50 if query.semrush_month else 10) if len(found) > 1 else Miss(credits=0)

    @operation(
        Operation.CHECK_ADS,
        needs=[("company_domain",)],
        uses=("semrush_database",),
        gives=("runs_google_ads", *PAID),
        credits=10,
    )
    def check_ads(self, query: Query) -> Flow:
        """Say whether a site buys Google ads in one country, by the same question as `domain-overview`."""
        found = yield from ranking(query)
        if not (keywords := str(found.get("paid_keywords", ""))).isdigit():
            return Miss(credits=0)
        return Hit({word: found[word] for word in PAID if word in found}, runs_google_ads=int(keywords) > 0)

    @operation(
        Operation.FIND_LOOKALIKES,
        needs=[("company_domain",)],
        uses=("semrush_database", "limit"),
        credits=40,
        gives=("companies",),
        max_credits=lambda query: 40 * page_size(query, 10, 100),
    )
    def find_lookalikes(self, query: Query) -> Flow:
        """List the sites that share most organic keywords, at 40 units each: competitors in search, no twins."""
        lines = yield from report(
            query,
            "domain_organic_organic",
            "Dn,Cr,Np,Or,Ot,Oc,Ad",
            display_limit=page_size(query, 10, 100),
        )
        companies = [rename(line, RIVAL) for line in lines]
        return Hit(companies=companies, credits=40 * len(companies)) if companies else Miss(credits=0)

    @operation(
        "traffic-sources",
        needs=[("company_domain",)],
        uses=("country", "limit", "semrush_month", "semrush_device"),
        gives=("semrush_sources",),
        credits={"trends": 1},
        charged="on_call",
    )
    def traffic_sources(self, query: Query) -> Flow:
        """List from which sites and by which channels visitors come, the greatest part first."""
        found = [rename(line, SOURCE) for line in (yield from trends(query, "sources", SOURCES, query.pick("country")))]
        return Hit({"semrush_sources": found}) if found else Miss()

    @operation(
        "traffic-geography",
        needs=[("company_domain",)],
        uses=("limit", "semrush_month", "semrush_device"),
        gives=("semrush_countries",),
        credits={"trends": 1},
        charged="on_call",
    )
    def traffic_geography(self, query: Query) -> Flow:
        """List from which countries visitors come."""
        found = [rename(line, PLACE) for line in (yield from trends(query, "geo", COUNTRIES, {"geo_type": "country"}))]
        return Hit({"semrush_countries": found}) if found else Miss()

    @operation(
        "organic-keywords",
        needs=[("company_domain",)],
        uses=("semrush_database", "limit", "cursor"),
        gives=("semrush_keywords", "next_cursor"),
        credits=10,
        max_credits=lambda query: 10 * size(query),
    )
    def organic_keywords(self, query: Query) -> Flow:
        """List the words by which a site is found in Google's results, at 10 units each."""
        return self.keywords(query, "domain_organic", "Ph,Po,Nq,Cp,Co,Tr,Ur", 10)

    @operation(
        "paid-keywords",
        needs=[("company_domain",)],
        uses=("semrush_database", "limit", "cursor"),
        gives=("semrush_keywords", "next_cursor"),
        credits=20,
        max_credits=lambda query: 20 * size(query),
    )
    def paid_keywords(self, query: Query) -> Flow:
        """List the words for which a site buys Google ads, at 20 units each."""
        return self.keywords(query, "domain_adwords", "Ph,Po,Nq,Cp,Co,Tr,Vu", 20)

    def keywords(self, query: Query, kind: str, columns: str, price: int) -> Flow:
        """Give one page of keywords; the offset counts towards the limit, as Semrush has it."""
        offset, count = int(query.cursor or 0), size(query)
        paging = {"display_limit": offset + count, **({"display_offset": offset} if offset else {})}
        found = [rename(line, KEYWORD) for line in (yield from report(query, kind, columns, **paging))]
        more = str(offset + count) if len(found) == count else None
        page = {"semrush_keywords": found, "next_cursor": more}
        return Hit(page, credits=price * len(found)) if found else Miss(credits=0)

    @operation("backlinks", needs=[("company_domain",)], gives=tuple(LINKS), credits=40)
    def backlinks(self, query: Query) -> Flow:
        """Count the links to a site, and say how much weight it has (0 to 100)."""
        params = {
            "type": "backlinks_overview",
            "target": query.company_domain,
            "target_type": "root_domain",
            "export_columns": ",".join(LINKS.values()),
        }
        lines = table((yield Request("GET", "/analytics/v1/", params=params, expect=READ, text=True)))
        found = {word: int(text) for word, text in rename(first(*lines), LINKS).items() if str(text).isdecimal()}
        return Hit(found) if found else Miss(credits=0)

    def quota(self) -> QuotaFlow:
        """Read the units left: the whole reply is a number."""
        reply = yield Request("GET", "https://www.semrush.com/users/countapiunits.html", paid=False, text=True)
        left: Any = reply.text  # such as "12,500"
        return Quota(remaining=left)


def size(query: Query) -> int:
    """Return how many lines are asked for; each is paid."""
    return page_size(query, 10, 100)


def trends(query: Query, kind: str, columns: str, more: dict[str, Any]) -> Steps[list[dict[str, Any]]]:
    """Ask for a report on a site's traffic; return its lines."""
    params = {
        "target": query.company_domain,
        "export_columns": columns,
        "display_limit": int(query.limit or 100),
        **query.pick(display_date="semrush_month", device_type="semrush_device"),
        **more,
    }
    return table((yield Request("GET", f"/analytics/ta/api/v3/{kind}", params=params, expect=READ, text=True)))


def report(query: Query, kind: str, columns: str, **more: Any) -> Steps[list[dict[str, Any]]]:
    """Ask for a report on a site in search; return its lines."""
    params = {
        "type": kind,
        "domain": query.company_domain,
        "database": query.semrush_database or "us",
        "export_columns": columns,
        **more,
    }
    return table((yield Request("GET", "/", params=params, expect=READ, text=True)))


def middle_of_month(query: Query) -> dict[str, str]:
    """Return the month asked about as reports of the past take it: "2026-05-01" and "2026-05" become "20260515"."""
    digits = "".join(filter(str.isdecimal, str(query.semrush_month or "")))
    return {"display_date": f"{digits[:6]}15"} if digits else {}


def ranking(query: Query) -> Steps[dict[str, Any]]:
    """Return what is known of a site in search."""
    lines = yield from report(query, "domain_rank", "Dn,Or,Ot,Ad,At,Ac", **middle_of_month(query))
    return rename(lines[0] if lines else None, {**PAID, **FREE})


def table(reply: Reply) -> list[dict[str, Any]]:
    """Return the lines of a text reply as `{column: text}`, under the names in its first line."""
    if not reply.content:  # one site's part of a shared answer
        return reply.items()
    lines = [] if reply.text.lstrip().startswith("ERROR") else reply.text.splitlines()
    return list(csv.DictReader(lines, delimiter=";"))


provider = Semrush
