"""Sandbox: OpenCorporates' replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.facts import SandboxCompany
from leadenrich.sandbox.fake import Answer, Call, route


def entry(company: SandboxCompany) -> dict[str, Any]:
    """Return a register's entry."""
    return {
        "name": company.company_name,
        "company_number": company.company_number,
        "jurisdiction_code": company.jurisdiction_code,
        "incorporation_date": f"{company.founded_year}-04-01",
        "company_type": company.company_type,
        "inactive": False,
        "registered_address": {
            "street_address": company.street,
            "locality": company.city,
            "region": company.region,
            "country": company.country_name,
        },
    }


def paged(call: Call, key: str, wrapped: str, items: list[dict[str, Any]], total: int) -> dict[str, Any]:
    """Return one page of a list, each entry wrapped."""
    size, page = int(call.params.get("per_page", 30)), int(call.params.get("page", 1))
    shape = {"page": page, "per_page": size, "total_pages": -(-total // size), "total_count": total}
    return {"api_version": "0.4.8", "results": {key: [{wrapped: item} for item in items], **shape}}


@route("GET", "/companies/search")
def search(call: Call) -> object:
    """Search companies."""
    call.charge(1)
    size, page = int(call.params.get("per_page", 30)), int(call.params.get("page", 1))
    name = call.params.get("q")
    found = call.view.companies(name=name, limit=size, offset=(page - 1) * size)
    return paged(call, "companies", "company", [entry(one) for one in found], call.view.count_companies(name=name))


@route("GET", "/companies/{jurisdiction_code}/{company_number}")
def company(call: Call) -> object:
    """Read an entry."""
    call.charge(1)
    found = call.view.company(**call.at)
    if found is None:
        return Answer(404, json={"error": {"message": "not found"}})
    return {"api_version": "0.4.8", "results": {"company": entry(found)}}


@route("GET", "/officers/search")
def officers(call: Call) -> object:
    """Search officers."""
    call.charge(1)
    people = call.view.people(full_name=call.params.get("q"), limit=int(call.params.get("per_page", 30)))
    items = [
        {"name": one.full_name, "position": one.title, "end_date": None, "company": {"name": one.company_name}}
        for one in people
    ]
    return paged(call, "officers", "officer", items, len(items))


@route("GET", "/account_status")
def account(call: Call) -> object:
    """Read the account."""
    counts = {"usage": {"today": 0, "this_month": 0}, "calls_remaining": {"today": 500, "this_month": 10000}}
    return {"results": {"account_status": {"plan": "sandbox", **counts}}}
