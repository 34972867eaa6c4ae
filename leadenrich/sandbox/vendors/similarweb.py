"""Sandbox: Similarweb's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.fake import Answer, Call, route

NO_CREDITS = Answer(403, json={"error": {"message": "no data credits"}})
NOT_FOUND = Answer(401, json={"meta": {"status": "Error", "error_code": 401, "error_message": "Data not found"}})
VALUES = {
    "visits": "visits",
    "bounce_rate": "bounce_rate",
    "pages_per_visit": "pages_per_visit",
    "average_visit_duration": "average_visit_seconds",
    "unique_visitors": "unique_visitors",
}


def series(company: Any, name: str) -> list[dict[str, Any]]:
    """Return a figure of two months, the newer one the world's."""
    return [{"date": "2026-07-01", "value": 1}, {"date": "2026-08-01", "value": getattr(company, VALUES[name])}]


@route("GET", "/v5/website-analysis/websites/traffic-and-engagement")
def traffic(call: Call) -> object:
    """Report the figures asked for, of one month."""
    company, names = call.view.company(domain=call.params["domain"]), str(call.params["metrics"]).split(",")
    if company is None:
        return NOT_FOUND
    call.charge(len(names))
    row = {name: getattr(company, VALUES[name]) for name in names}
    return {"meta": {"status": "Success"}, "data": [{"date": "2026-08-01", **row}]}


@route("GET", "/v1/website/{domain}/lead-enrichment/all")
def lead(call: Call) -> object:
    """Describe the company behind a site."""
    company = call.view.company(domain=call.at["domain"])
    if company is None:
        return NOT_FOUND
    call.charge(25)
    return {
        "company_name": company.company_name,
        "employee_range": company.employee_range,
        "global_rank": company.global_rank,
        "headquarters": company.country_name,
        "website_category": company.industry,
        **{name: series(company, name) for name in VALUES},
    }


@route("GET", "/v4/website/{domain}/technographics/all")
def technologies(call: Call) -> object:
    """List technologies."""
    company = call.view.company(domain=call.at["domain"])
    names = company.technologies if company else []
    return {"technologies": [{"technology_name": name, "category": None} for name in names]}


@route("GET", "/v1/website/{domain}/general-data/all")
def overview(call: Call) -> object:
    """Give an overview, numbers as text."""
    company = call.view.company(domain=call.at["domain"])
    if company is None:
        return NOT_FOUND
    return {
        "site_name": company.company_domain,
        "description": company.description,
        "category": company.industry,
        "global_rank": {"rank": company.global_rank},
        "engagments": {
            "visits": str(company.visits),
            "time_on_site": str(company.average_visit_seconds),
            "page_per_visit": str(company.pages_per_visit),
            "bounce_rate": str(company.bounce_rate),
        },
    }


@route("GET", "/user-capabilities")
def capabilities(call: Call) -> object:
    """Say what is left."""
    return {"allowance": 5000, "user_remaining": 5000}
