"""Sandbox: HG Insights' replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.facts import SandboxCompany
from leadenrich.sandbox.fake import Answer, Call, route

REFUSED = Answer(401, json={"errors": [{"title": "Unauthorized", "detail": "Invalid or missing API key"}]})
WORDS = {"hg_insights_product_ids": None}

APART = {
    "detect_technologies": "each product of the vendor has a price of its own",
}


def described(company: SandboxCompany, groups: list[str]) -> dict[str, Any]:
    """Return a company as the vendor writes it."""
    firm = {
        "id": company.id,
        "name": company.company_name,
        "url": company.company_domain,
        "domain": company.company_domain,
        "domain_normalized": company.company_domain,
        "country_code": company.country,
        "state_name": company.region,
        "city_name": company.city,
        "industry_name": company.industry,
        "employees_total": company.employee_count,
        "employees_band": company.employee_range,
        "revenue_total": company.annual_revenue_usd,
    }
    installs = [{"product_name": name, "intensity": 50} for name in company.technologies]
    tech = {"technographics": {"installs_count": len(installs), "installs": installs}}
    return {"company_id": company.id, "firmographics": firm, **(tech if "technographics" in groups else {})}


@route("POST", "/companies/enrich")
def enrich(call: Call) -> object:
    """Describe up to 25 companies."""
    which, groups = call.json["companies"], call.json["fields"]
    found = [call.view.company(domain=domain) for domain in which.get("domains") or []]
    found += [call.view.company(id=id) for id in which.get("ids") or []]
    known = [described(company, groups) for company in found if company is not None]
    call.charge(len(known) * len(groups))
    return {"companies": known}


@route("POST", "/companies/search")
def search(call: Call) -> object:
    """Search companies."""
    body, filters = call.json, call.json["filters"]
    identity, firm = filters.get("company_identifiers", {}), filters.get("firmographics", {})
    ends = firm.get("employees", {})
    wanted = {
        "name": identity.get("name"),
        "domain": (identity.get("domains") or {}).get("ids"),
        "country": [code for group in firm.get("country_codes") or [] for code in group["ids"]],
        "employee_range": f"{ends.get('min', 0)}-{ends.get('max', 10**7)}" if ends else None,
    }
    found = call.view.companies(limit=body["limit"], offset=body["offset"], **wanted)
    items = [{"id": one.id, "name": one.company_name, "domain": one.company_domain} for one in found]
    return {"count": call.view.count_companies(**wanted), "companies": items}


@route("POST", "/intent/enrich")
def intent(call: Call) -> object:
    """Say what a company is interested in."""
    company = call.view.company(domain=call.json["company"]["domain"])
    if company is None:
        return {"topics": {"count": 0, "data": []}}
    call.charge(1)
    data = [{"name": item["name"], "score": item["score"], "signal_level": "HIGH"} for item in company.topics]
    named = {"id": company.id, "name": company.company_name, "domain": company.company_domain}
    return {"company": named, "topics": {"count": len(data), "data": data}}


@route("GET", "/credits")
def credits(call: Call) -> object:
    """Say that the key is good."""
    return {"credits": 5000}
