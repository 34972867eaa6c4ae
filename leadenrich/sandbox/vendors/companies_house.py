"""Sandbox: Companies House's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.facts import SandboxCompany, SandboxPerson
from leadenrich.sandbox.fake import Answer, Call, route

LOSSY = {"search_people": {"people": "an officer's role is no job title, and namesakes share a name"}}


def address(company: SandboxCompany) -> dict[str, Any]:
    """Return a registered office."""
    return {
        "address_line_1": company.street,
        "locality": company.city,
        "region": company.region,
        "postal_code": company.postal_code,
        "country": "England" if company.country == "GB" else company.country_name,
    }


def brief(company: SandboxCompany) -> dict[str, Any]:
    """Return what both searches say of a company."""
    return {
        "company_number": company.company_number,
        "company_status": "active",
        "company_type": company.company_type,
        "date_of_creation": f"{company.founded_year}-04-01",
    }


@route("GET", "/company/{company_number}")
def profile(call: Call) -> object:
    """Read a profile."""
    company = call.view.company(company_number=call.at["company_number"])
    if company is None:
        return Answer(404, json={"errors": [{"error": "company-profile-not-found", "type": "ch:service"}]})
    return {
        "company_name": company.company_name,
        "company_number": company.company_number,
        "company_status": "active",
        "type": company.company_type,
        "date_of_creation": f"{company.founded_year}-04-01",
        "registered_office_address": address(company),
        "sic_codes": [company.sic] if company.sic else [],
    }


@route("GET", "/search/companies")
def search(call: Call) -> object:
    """Search by words."""
    start, size = int(call.params.get("start_index", 0)), int(call.params.get("items_per_page", 20))
    found = call.view.companies(name=call.params.get("q"), limit=size, offset=start)
    items = [{**brief(one), "title": one.company_name, "address": address(one)} for one in found]
    total = call.view.count_companies(name=call.params.get("q"))
    return {"kind": "search#companies", "total_results": total, "start_index": start, "items": items}


@route("GET", "/advanced-search/companies")
def advanced(call: Call) -> object:
    """Search by place, code and name."""
    start, size = int(call.params.get("start_index", 0)), int(call.params.get("size", 20))
    wanted = {"name": call.params.get("company_name_includes"), "city": call.params.get("location")}
    found = call.view.companies(**wanted, limit=size, offset=start)
    if not found:
        return Answer(404, json={})
    items = [
        {**brief(one), "company_name": one.company_name, "registered_office_address": address(one)} for one in found
    ]
    return {"kind": "search#advanced-search", "hits": call.view.count_companies(**wanted), "items": items}


def officer(person: SandboxPerson) -> dict[str, Any]:
    """Return an officer."""
    return {
        "name": f"{person.last_name}, {person.first_name}",
        "officer_role": "director",
        "appointed_on": "2019-04-01",
        "address": {"locality": person.city},
    }


@route("GET", "/company/{company_number}/officers")
def officers(call: Call) -> object:
    """List officers."""
    company = call.view.company(company_number=call.at["company_number"])
    if company is None:
        return Answer(404, json={})
    start, size = int(call.params.get("start_index", 0)), int(call.params.get("items_per_page", 35))
    people = call.view.people(company_domain=company.company_domain, limit=size, offset=start)
    total = call.view.count_people(company_domain=company.company_domain)
    return {"kind": "officer-list", "total_results": total, "items": [officer(one) for one in people]}
