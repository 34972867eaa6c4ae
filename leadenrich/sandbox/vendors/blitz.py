"""Sandbox: BlitzAPI's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.facts import SandboxCompany, SandboxPerson
from leadenrich.sandbox.fake import Answer, Call, route

REFUSED = Answer(401, json={"message": "Invalid API key"})
LOSSY = {
    "find_email": {"email_status": "what is returned counts as verified, accept-all included"},
    "find_phone": {"*": "numbers of the US alone are known, and of no stated kind"},
}
LEFT = 9000


def used(call: Call, records: int) -> dict[str, Any]:
    """Charge, and return the block that states it."""
    if records:
        call.charge(records)
    return {
        "fair_usage": {
            "records_used": records,
            "records_remaining": LEFT,
            "next_reset_at": "2026-12-01T00:00:00Z",
            "rate_limit": {"requests_per_second": 10, "remaining_this_second": 9},
            "request_id": "req-1",
        }
    }


def profile(person: SandboxPerson) -> dict[str, Any]:
    """Return a person."""
    return {
        "first_name": person.first_name,
        "last_name": person.last_name,
        "full_name": person.full_name,
        "nickname": None,
        "headline": person.headline,
        "about_me": None,
        "location": {"city": person.city, "state_code": person.region, "country_code": person.country},
        "linkedin_url": person.linkedin_url,
        "connections_count": 500,
        "experiences": [
            {
                "job_title": person.title,
                "company_name": person.company_name,
                "company_linkedin_url": person.company_linkedin_url,
                "company_domain": person.company_domain,
                "job_is_current": True,
            }
        ],
        "education": None,
        "skills": None,
        "certifications": None,
    }


def firm(company: SandboxCompany) -> dict[str, Any]:
    """Return a company."""
    return {
        "linkedin_url": company.company_linkedin_url,
        "linkedin_id": 1000 + company.index,
        "name": company.company_name,
        "about": company.description,
        "specialties": company.keywords,
        "industry": company.industry,
        "type": company.company_type,
        "size": company.employee_range,
        "employees_on_linkedin": company.employee_count,
        "followers": 10,
        "founded_year": company.founded_year,
        "hq": {"city": company.city, "state": company.region, "country_code": company.country},
        "domain": company.company_domain,
        "website": company.website,
        "mx": None,
    }


def one(call: Call, person: SandboxPerson | None) -> object:
    """Return a person, or that there is none."""
    found = person is not None
    return {"found": found, "person": profile(person) if person else None, **used(call, int(found))}


@route("POST", "/v2/enrichment/person")
def by_profile(call: Call) -> object:
    """Whose profile it is."""
    return one(call, call.view.person(linkedin_url=call.json["person_linkedin_url"]))


@route("POST", "/v2/enrichment/email-to-person")
def by_email(call: Call) -> object:
    """Whose address it is."""
    return one(call, call.view.person(email=call.json["email"]))


@route("POST", "/v2/enrichment/phone-to-person")
def by_phone(call: Call) -> object:
    """Whose number it is."""
    return one(call, call.view.person(phone=call.json["phone"]))


@route("POST", "/v2/enrichment/email")
def email(call: Call) -> object:
    """A work e-mail."""
    person = call.view.person(linkedin_url=call.json["person_linkedin_url"])
    address = person.email if person else None
    every = [{"email": address, "job_order_in_profile": 1, "mx": None}] if address else []
    return {"found": bool(address), "email": address, "mx": None, "all_emails": every, **used(call, int(bool(address)))}


@route("POST", "/v2/enrichment/phone")
def phone(call: Call) -> object:
    """A number of the US."""
    person = call.view.person(linkedin_url=call.json["person_linkedin_url"])
    number = person.mobile_phone if person and person.country == "US" else None
    return {"found": bool(number), "phone": number, **used(call, 5 if number else 0)}


@route("POST", "/v2/enrichment/company")
def company(call: Call) -> object:
    """One company."""
    found = call.view.company(linkedin_url=call.json["company_linkedin_url"])
    return {"found": bool(found), "company": firm(found) if found else None, **used(call, int(bool(found)))}


@route("POST", "/v2/enrichment/domain-to-linkedin")
def page(call: Call) -> object:
    """A company's page."""
    found = call.view.company(domain=call.json["domain"])
    said = {"company_linkedin_url": found.company_linkedin_url, "company_name": found.company_name} if found else {}
    return {"found": bool(found), **said, "other": [], **used(call, int(bool(found)))}


@route("POST", "/v2/enrichment/linkedin-to-domain")
def domain(call: Call) -> object:
    """A company's domain."""
    found = call.view.company(linkedin_url=call.json["company_linkedin_url"])
    return {
        "found": bool(found),
        "email_domain": found.company_domain if found else None,
        **used(call, int(bool(found))),
    }


LEVELS = {"C-Team": "c_suite", "VP": "vp", "Director": "director", "Manager": "manager"}


def names(part: Any) -> Any:
    """Return the words of an include filter."""
    return (part or {}).get("include")


def paged(call: Call, items: list[Any], total: int, start: int) -> dict[str, Any]:
    """Return a page."""
    after = start + len(items)
    return {
        "total_results": total,
        "results_length": len(items),
        "max_results": call.json["max_results"],
        "cursor": str(after) if after < total else None,
        "results": items,
        **used(call, len(items)),
    }


@route("POST", "/v2/search/people")
def people(call: Call) -> object:
    """Search people."""
    company, who = call.json.get("company", {}), call.json.get("people", {})
    start = int(call.json.get("cursor") or 0)
    wanted = {
        "company_linkedin_url": company.get("linkedin_url"),
        "company_name": names(company.get("name")),
        "industry": names(company.get("industry")),
        "employee_range": company.get("employee_range"),
        "title": names(who.get("job_title")),
        "seniority": [LEVELS.get(word, word) for word in who.get("job_level", [])],
        "department": who.get("job_function"),
        "city": names(who.get("location", {}).get("city")),
        "country": who.get("location", {}).get("country_code"),
    }
    found = call.view.people(limit=call.json["max_results"], offset=start, **wanted)
    return paged(call, [profile(item) for item in found], call.view.count_people(**wanted), start)


@route("POST", "/v2/search/companies")
def companies(call: Call) -> object:
    """Search companies."""
    company, start = call.json.get("company", {}), int(call.json.get("cursor") or 0)
    wanted = {
        "name": names(company.get("name")),
        "industry": names(company.get("industry")),
        "keywords": names(company.get("keywords")),
        "employee_range": company.get("employee_range"),
        "city": names(company.get("hq", {}).get("city")),
        "country": company.get("hq", {}).get("country_code"),
    }
    found = call.view.companies(limit=call.json["max_results"], offset=start, **wanted)
    return paged(call, [firm(item) for item in found], call.view.count_companies(**wanted), start)


@route("GET", "/v2/account/key-info")
def key_info(call: Call) -> object:
    """Say what is left."""
    plan = {"name": "Leads", "status": "active", "started_at": "2026-01-01T00:00:00Z"}
    return {"valid": True, "id": "k", "records_remaining": LEFT, "next_reset_at": None, "active_plans": [plan]}
