"""Semrush: traffic of a site (Trends), its place in organic and paid search, and its competitors there.

Facts: developer.semrush.com (Trends API, api/v3/analytics/basic-docs, api-units-balance, api-usage-restrictions; read
2026-08), www.semrush.com/api.html for the units of `domain_rank`. Replies are text with semicolons, columns in the
order asked for; a failure is a line that begins with ERROR, often with status 200. Since 2026-07-15 a key is good for
one version of the API: this one wants a v3 key. The key stands in the query string, for want of another place.
"""

import csv
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from leadenrich.contract import (Category, Classified, ErrorCode, Flow, Fold, Hit, HTTPProvider, Miss, Operation,
                                 ProviderInfo, Query, QueryKey, Quota, QuotaFlow, Rate, Reply, Request, Requests, Tier,
                                 bulk, operation, rename)  # fmt: skip

TRAFFIC = "target,rank,visits,users,pages_per_visit,time_on_site,bounce_rate"
SUMMARY = {"company_domain": "target", "visits": "visits", "unique_visitors": "users", "global_rank": "rank",
           "pages_per_visit": "pages_per_visit", "average_visit_seconds": "time_on_site",
           "bounce_rate": "bounce_rate"}  # fmt: skip
RANKING = {"company_domain": "Dn", "organic_keywords": "Or", "organic_traffic": "Ot", "paid_keywords": "Ad",
           "paid_traffic": "At", "paid_cost_usd": "Ac"}  # fmt: skip
RIVAL = {"company_domain": "Dn", "organic_keywords": "Or", "organic_traffic": "Ot", "paid_keywords": "Ad"}
NOTHING = "ERROR 50"
WORDS = {"120": ErrorCode.PROVIDER_AUTHENTICATION_FAILED, "121": ErrorCode.PROVIDER_AUTHENTICATION_FAILED,
         "122": ErrorCode.PROVIDER_AUTHENTICATION_FAILED, "130": ErrorCode.PROVIDER_AUTHENTICATION_FAILED,
         "131": ErrorCode.PROVIDER_INSUFFICIENT_CREDITS, "132": ErrorCode.PROVIDER_INSUFFICIENT_CREDITS,
         "134": ErrorCode.PROVIDER_INSUFFICIENT_CREDITS}  # fmt: skip


class Semrush(HTTPProvider):
    info = ProviderInfo(title="Semrush", category=Category.COMPANY_INTELLIGENCE, tier=Tier.PRO,
                        base_url="https://api.semrush.com", docs_url="https://developer.semrush.com/api",
                        auth=QueryKey("key"), rates=(Rate(10, per=1),), concurrency=10, hosts=("www.semrush.com",),
                        established_in="US", privacy_url="https://www.semrush.com/company/legal/privacy-policy",
                        summary="Traffic, search rankings, paid search and competitors of a site.")  # fmt: skip

    def classify(self, reply: Reply) -> Classified:
        """Read the error line of a plain text reply; "nothing found" is none."""
        text, otherwise = reply.text[:200], ErrorCode.PROVIDER_API_ERROR if reply.status == 200 else None
        if text.lstrip().startswith("<"):
            return otherwise  # a page, not a report
        if not text.startswith("ERROR") or text.startswith(NOTHING):
            return None
        number = text.removeprefix("ERROR").split("::")[0].strip()
        return WORDS.get(number, otherwise)

    @operation(Operation.WEB_TRAFFIC, needs=[("company_domain",)], uses=("country", "semrush_month", "semrush_device"),
               gives=tuple(SUMMARY), credits={"trends": 1},
               docs_url="https://developer.semrush.com/api/v3/trends")  # fmt: skip
    def web_traffic(self, query: Query) -> Flow:
        """Estimate a site's traffic of last month, or of `semrush_month` ("2026-05-01"), on all devices or one."""
        lines = table((yield traffic([query.company_domain], options(query))))
        found = rename(first_of(lines, query.company_domain), SUMMARY)
        return Hit(found) if "visits" in found else Miss()

    @bulk("GET", "/analytics/ta/api/v3/summary", max_items=200, group=lambda request: str(shared(request)))
    def traffic_together(self, requests: Requests) -> Fold:
        """Ask about 200 sites at once; each line names its site."""
        domains = [str((request.params or {})["targets"]) for request in requests]
        reply = yield traffic(domains, shared(requests[0]))
        lines = table(reply)
        return [reply.with_json([line] if (line := first_of(lines, domain)) else []) for domain in domains]

    @operation("domain-overview", needs=[("company_domain",)], uses=("semrush_database", "semrush_month"),
               gives=tuple(RANKING), credits=10,
               max_credits=lambda query: 50 if query.semrush_month else 10)  # fmt: skip
    def domain_overview(self, query: Query) -> Flow:
        """Give a site's keywords and traffic in organic and paid Google search of one country (US by default)."""
        found = rename(first_of(table((yield overview(query)), RANKING.values())), RANKING)
        return Hit(found, credits=50 if query.semrush_month else 10) if len(found) > 1 else Miss(credits=0)

    @operation(Operation.CHECK_ADS, needs=[("company_domain",)], uses=("semrush_database",),
               gives=("runs_google_ads", "paid_keywords", "paid_traffic", "paid_cost_usd", "company_domain"),
               credits=10)  # fmt: skip
    def check_ads(self, query: Query) -> Flow:
        """Say whether a site buys Google ads in one country, by the same question as `domain-overview`."""
        line = first_of(table((yield overview(query)), RANKING.values()))
        found = {word: value for word, value in rename(line, RANKING).items() if not word.startswith("organic")}
        if not str(found.get("paid_keywords", "")).isdigit():
            return Miss(credits=0)
        return Hit(found, runs_google_ads=int(found["paid_keywords"]) > 0)

    @operation(Operation.FIND_LOOKALIKES, needs=[("company_domain",)], uses=("semrush_database", "limit"),
               gives=("companies",))  # fmt: skip
    def find_lookalikes(self, query: Query) -> Flow:
        """List the sites that share most organic keywords: competitors in search, no firmographic twins."""
        columns = ("Dn", "Cr", "Np", "Or", "Ot", "Oc", "Ad")
        params = {
            "type": "domain_organic_organic", "domain": query.company_domain,
            "database": query.semrush_database or "us", "display_limit": max(1, min(int(query.limit or 10), 100)),
            "export_columns": ",".join(columns),
        }  # fmt: skip
        reply = yield Request("GET", "/", params=params, text=True)
        companies = [rename(line, RIVAL) for line in table(reply, columns)]
        return Hit(companies=companies) if companies else Miss(credits=0)

    def quota(self) -> QuotaFlow:
        """Read the units left: the whole reply is a number."""
        reply = yield Request("GET", "https://www.semrush.com/users/countapiunits.html", paid=False, text=True)
        digits = reply.text.strip().replace(",", "")
        return Quota(remaining=Decimal(digits) if digits.isdigit() else None)


def options(query: Query) -> dict[str, Any]:
    """Return what a traffic question says beside its sites."""
    return query.pick("country", display_date="semrush_month", device_type="semrush_device")


def traffic(domains: Sequence[str], more: dict[str, Any]) -> Request:
    """Return the question about the traffic of sites."""
    params = {"targets": ",".join(domains), "export_columns": TRAFFIC, **more}
    return Request("GET", "/analytics/ta/api/v3/summary", params=params, text=True, weight=len(domains))


def shared(request: Request) -> dict[str, Any]:
    """Return what traffic questions must have in common to be one."""
    return {name: value for name, value in (request.params or {}).items() if name not in ("targets", "export_columns")}


def overview(query: Query) -> Request:
    """Return the question about a site in search."""
    params = {
        "type": "domain_rank", "domain": query.company_domain, "database": query.semrush_database or "us",
        "export_columns": ",".join(RANKING.values()), **query.pick(display_date="semrush_month"),
    }  # fmt: skip
    return Request("GET", "/", params=params, text=True)


def table(reply: Reply, columns: Any = None) -> list[dict[str, str]]:
    """Return the lines of a text reply as `{column: text}`, under the codes asked for where they are given."""
    if not reply.content:  # one site's part of a shared answer
        return [line for line in reply.items() if isinstance(line, dict)]
    if reply.text.startswith(NOTHING):
        return []
    rows = list(csv.reader(reply.text.splitlines(), delimiter=";"))
    names = list(columns or (rows[0] if rows else ()))
    return [dict(zip(names, row, strict=False)) for row in rows[1:] if row]


def first_of(lines: list[dict[str, str]], domain: str | None = None) -> dict[str, str]:
    """Return the line of a site, or the first; empty where there is none."""
    return next((line for line in lines if domain is None or line.get("target") == domain), {})


provider = Semrush
