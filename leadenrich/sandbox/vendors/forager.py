"""Sandbox: Forager.ai's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.facts import SandboxCompany, SandboxPerson
from leadenrich.sandbox.fake import Answer, Call, route

DATA = "/api/{account}/datastorage"
NOBODY = Answer(404, json={"detail": "No person matches the given query."})
SIZE = 10
CURRENT = {"filters": {"role_is_current": True}}
WORDS = {
    "search_people": CURRENT,
    "forager.count-people": CURRENT,
    "search_companies": {"filters": {"operating_status": "active"}},
}
LOSSY = {"find_personal_email": {"email_status": "it is the status of the private address"}}


def asked(call: Call) -> SandboxPerson | None:
    """Return whom a look-up is about."""
    q = call.json
    return call.view.person(id=q.get("person_id"), linkedin_url=q.get("linkedin_public_identifier"))


def place(one: SandboxCompany | SandboxPerson) -> dict[str, Any]:
    """Return where one is."""
    parts = {"city": one.city, "state": one.region, "country": one.country_name}
    spots = [{"id": i, "name": name, "place_type": kind} for i, (kind, name) in enumerate(parts.items()) if name]
    return {"id": 1, "name": ", ".join(name for name in parts.values() if name), "osm_locations": spots}


def organization(one: SandboxCompany) -> dict[str, Any]:
    """Return an organization."""
    return {
        "id": one.id,
        "name": one.name,
        "website": one.website,
        "domain": one.domain,
        "logo": one.logo_url,
        "description": one.description,
        "founded_date": f"{one.founded_year}-01-01",
        "employees_amount": one.employee_count,
        "employees_range": one.employee_range,
        "finance_info": {"revenue": one.annual_revenue_usd},
        "linkedin_info": {
            "public_identifier": one.slug,
            "public_profile_url": one.linkedin_url,
            "industry": {"id": 4, "name": one.industry},
        },
        "addresses": [{"city": one.city, "state": one.region, "country": one.country_name}],
        "location": place(one),
    }


def who(one: SandboxPerson) -> dict[str, Any]:
    """Return a person."""
    return {
        "id": one.id,
        "full_name": one.full_name,
        "first_name": one.first_name,
        "last_name": one.last_name,
        "location": place(one),
        "linkedin_info": {"public_identifier": one.slug, "public_profile_url": one.linkedin_url},
    }


def role(one: SandboxPerson) -> dict[str, Any]:
    """Return a person's present role."""
    return {"id": 55, "role_title": one.title, "is_current": True, "organization": organization(one.company)}


@route("POST", DATA + "/person_contacts_lookup/{kind}/")
def contacts(call: Call) -> object:
    person, kind = asked(call), call.at["kind"]
    if person is None:
        return []
    if kind == "phone_numbers":
        call.charge(15 if person.mobile_phone else 0)
        return [{"phone_number": person.mobile_phone}] if person.mobile_phone else []
    value = person.email if kind == "work_emails" else person.personal_email
    call.charge(5 if value else 0)
    status = "valid" if person.email_status == "valid" else "risky"
    return [{"email": value, "email_type": "work", "validation_status": status}] if value else []


@route("POST", DATA + "/person_detail_lookup/")
@route("POST", DATA + "/person_detail_reverse_lookup/by_email/")
@route("POST", DATA + "/person_detail_reverse_lookup/by_phone_number/")
def person(call: Call) -> object:
    email, phone = call.json.get("email"), call.json.get("phone_number")
    one = call.view.person(email=email, personal_email=email, phone=phone) if email or phone else asked(call)
    if one is None:
        return NOBODY
    call.charge(5 if email else 15 if phone else 1)
    past = {"id": 54, "role_title": "Trainee", "is_current": False, "organization": {"name": "Elsewhere"}}
    return {**who(one), "roles": [past, role(one)]}


def plain(text: str | None) -> str | None:
    """Return a phrase without its quotes."""
    return text.strip('"') if text else None


def span(q: dict[str, Any], word: str) -> str | None:
    """Return a head-count range."""
    low, high = q.get(f"{word}_start"), q.get(f"{word}_end")
    return f"{low or 0}-{high or 10**9}" if low or high else None


def wanted_people(q: dict[str, Any]) -> dict[str, Any]:
    """Return what a search of roles is for."""
    return {
        "title": plain(q.get("role_title")),
        "full_name": plain(q.get("person_name")),
        "company_domain": q.get("organization_domains"),
        "employee_range": span(q, "organization_employees"),
    }


@route("POST", DATA + "/person_role_search/")
def search_people(call: Call) -> object:
    call.charge(1)
    by = wanted_people(call.json)
    found = call.view.people(**by, limit=SIZE, offset=SIZE * call.json["page"])
    results = [{**role(one), "person": who(one)} for one in found]
    return {"search_results": results, "total_search_results": call.view.count_people(**by)}


@route("POST", DATA + "/person_role_search/totals/")
def totals(call: Call) -> object:
    count = call.view.count_people(**wanted_people(call.json))
    return {"total_search_results": count, "total_persons": count, "total_organizations": min(count, 1)}


@route("POST", DATA + "/organization_search/")
def search_companies(call: Call) -> object:
    call.charge(1)
    q = call.json
    domains = [
        *q.get("domains", []),
        *[f"{slug.removesuffix('-example')}.example" for slug in q.get("linkedin_public_identifiers", [])],
    ]
    by = {"domain": domains, "employee_range": span(q, "employees"), "keywords": plain(q.get("description"))}
    found = call.view.companies(**by, limit=SIZE, offset=SIZE * q["page"])
    return {
        "search_results": [organization(one) for one in found],
        "total_search_results": call.view.count_companies(**by),
    }


@route("POST", DATA + "/website_detail_lookup/")
def site(call: Call) -> object:
    one = call.view.company(domain=call.json["domain"])
    if one is None:
        return Answer(404, json={"detail": "Not found."})
    call.charge(1)
    used = [{"web_technology_id": 3, "name": name, "is_active": True} for name in one.technologies]
    return {
        "id": 5,
        "domain": one.domain,
        "similarweb_rank": one.global_rank,
        "similarweb_traffic": one.visits,
        "website_technologies": [*used, {"name": "Old Cart", "is_active": False}],
    }


@route("GET", "/api/users/current/")
def user(call: Call) -> object:
    return {"id": 7, "accounts": [{"id": 4711, "name": "Sandbox", "subscription": {}}]}
