"""Sandbox: Semrush's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.facts import SandboxCompany
from leadenrich.sandbox.fake import Answer, Call, route

REFUSED = Answer(text="ERROR 120 :: WRONG KEY - ID PAIR")
NO_CREDITS = Answer(403, text="ERROR 132 :: API UNITS BALANCE IS ZERO")
NOTHING = Answer(text="ERROR 50 :: NOTHING FOUND")
LOSSY = {"check_ads": {"runs_google_ads": "it follows from the paid keywords; the world says it by itself"}}
HEADS = {
    "Dn": "Domain",
    "Or": "Organic Keywords",
    "Ot": "Organic Traffic",
    "Ad": "Adwords Keywords",
    "At": "Adwords Traffic",
    "Ac": "Adwords Cost",
    "Cr": "Competitor Relevance",
    "Np": "Common Keywords",
    "Oc": "Organic Cost",
}


KEYWORDS = {
    "Ph": "Keyword",
    "Po": "Position",
    "Nq": "Search Volume",
    "Cp": "CPC",
    "Co": "Competition",
    "Tr": "Traffic (%)",
    "Ur": "Url",
    "Vu": "Visible Url",
}


def lines(heads: list[str], rows: list[list[Any]]) -> Answer:
    """Return a report."""
    return Answer(text="\r\n".join(";".join(str(cell) for cell in row) for row in [heads, *rows]))


def cells(company: SandboxCompany) -> dict[str, Any]:
    """Return what the search reports know of a site, by column code."""
    return {
        "Dn": company.company_domain,
        "Or": company.organic_keywords,
        "Ot": company.organic_traffic,
        "Ad": company.paid_keywords,
        "At": company.paid_traffic,
        "Ac": company.paid_cost_usd,
        "Cr": 0.4,
        "Np": 12,
        "Oc": 100,
    }


@route("GET", "/analytics/ta/api/v3/summary")
def summary(call: Call) -> object:
    """Report traffic."""
    columns = call.params["export_columns"].split(",")
    found = [call.view.company(domain=domain) for domain in call.params["targets"].split(",")]
    known = [company for company in found if company is not None]
    call.charge(len(known), "trends")
    rows = []
    for one in known:
        facts = {
            "target": one.company_domain,
            "rank": one.global_rank,
            "visits": one.visits,
            "users": one.unique_visitors,
            "pages_per_visit": one.pages_per_visit,
            "time_on_site": one.average_visit_seconds,
            "bounce_rate": one.bounce_rate,
        }
        rows.append([facts[column] for column in columns])
    return lines(columns, rows)


@route("GET", "/analytics/ta/api/v3/sources")
@route("GET", "/analytics/ta/api/v3/geo")
def traffic(call: Call) -> object:
    """Report where visitors come from."""
    call.charge(1, "trends")
    columns = call.params["export_columns"].split(",")
    one = call.view.company(domain=call.params["target"])
    if one is None:
        return lines(columns, [])
    facts = {
        "from_target": "news.example",
        "channel": "referral",
        "geo": (one.country or "us").lower(),
        "traffic_share": 0.4,
        "traffic": one.visits,
        "users": one.unique_visitors,
    }
    return lines(columns, [[facts[column] for column in columns]])


@route("GET", "/analytics/v1/")
def backlinks(call: Call) -> object:
    """Count links."""
    one = call.view.company(domain=call.params["target"])
    if one is None:
        return NOTHING
    call.charge(40)
    columns = call.params["export_columns"].split(",")
    counts = {"ascore": 41, "total": 1200, "domains_num": 90, "ips_num": 80}
    return lines(columns, [[counts[column] for column in columns]])


@route("GET", "/")
def report(call: Call) -> object:
    """Report on a site in search, or on its competitors."""
    columns = call.params["export_columns"].split(",")
    company = call.view.company(domain=call.params["domain"])
    if company is None:
        return NOTHING
    if (kind := call.params["type"]) in ("domain_organic", "domain_adwords"):
        return keywords(call, company, columns, 10 if kind == "domain_organic" else 20)
    found, price = [company], 10
    if call.params["type"] == "domain_organic_organic":
        found, price = call.view.companies(industry=company.industry, limit=int(call.params["display_limit"])), 40
    call.charge(price * len(found))
    return lines([HEADS[column] for column in columns], [[cells(one)[column] for column in columns] for one in found])


def keywords(call: Call, company: SandboxCompany, columns: list[str], price: int) -> Answer:
    """Report the words by which a site is found: those it is described by."""
    start, end = int(call.params.get("display_offset") or 0), int(call.params["display_limit"])
    words = [*company.keywords, company.company_name][start:end]
    if not words:
        return NOTHING
    call.charge(price * len(words))
    url = f"https://{company.company_domain}/"
    rows = [
        {"Ph": word, "Po": i + 1, "Nq": 320, "Cp": 0.36, "Co": 0.88, "Tr": 1.5, "Ur": url, "Vu": url}
        for i, word in enumerate(words)
    ]
    return lines([KEYWORDS[column] for column in columns], [[row[column] for column in columns] for row in rows])


@route("GET", "https://www.semrush.com/users/countapiunits.html")
def units(call: Call) -> object:
    """Say what is left."""
    return Answer(text="5,000")
