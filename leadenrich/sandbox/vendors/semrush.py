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


@route("GET", "/")
def report(call: Call) -> object:
    """Report on a site in search, or on its competitors."""
    columns = call.params["export_columns"].split(",")
    company = call.view.company(domain=call.params["domain"])
    if company is None:
        return NOTHING
    found, price = [company], 10
    if call.params["type"] == "domain_organic_organic":
        found, price = call.view.companies(industry=company.industry, limit=int(call.params["display_limit"])), 40
    call.charge(price * len(found))
    return lines([HEADS[column] for column in columns], [[cells(one)[column] for column in columns] for one in found])


@route("GET", "https://www.semrush.com/users/countapiunits.html")
def units(call: Call) -> object:
    """Say what is left."""
    return Answer(text="5,000")
