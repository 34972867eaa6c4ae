"""Sandbox: UpLead's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.facts import SandboxCompany, SandboxPerson
from leadenrich.sandbox.fake import Answer, Call, route

RANKS = {"manager": "M", "director": "D", "vp": "VP", "c_suite": "C"}
INFO = {"availableCredits": 1000}
REFUSED = Answer(401, json={"error": {"type": "unauthorized", "message": "the key is not known"}})
USABLE = ("valid", "accept_all")


def record(person: SandboxPerson) -> dict[str, Any]:
    """Return a person."""
    return {
        "id": person.id,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "title": person.title,
        "job_function": person.department,
        "management_level": RANKS.get(person.seniority or ""),
        "email": person.email,
        "email_status": person.email_status,
        "phone_number": person.phone,
        "mobile_directdial": person.mobile_phone,
        "city": person.city,
        "state": person.region,
        "country": person.country_name,
        "linkedin_url": person.linkedin_url,
        "industry": person.company.industry,
        "domain": person.company_domain,
        "company_name": person.company_name,
    }


def profile(company: SandboxCompany) -> dict[str, Any]:
    """Return a company."""
    return {
        "id": company.id,
        "company_name": company.company_name,
        "domain": company.company_domain,
        "city": company.city,
        "state": company.region,
        "country": company.country_name,
        "phone_number": company.phone,
        "employees": company.employee_range,
        "revenue": "10m-50m",
        "industry": company.industry,
        "sic_code": company.sic,
        "naics_code": company.naics,
        "description": company.description,
        "year_founded": company.founded_year,
        "logo": company.logo_url,
        "linkedin_url": company.company_linkedin_url,
        "twitter_url": company.twitter_url,
        "facebook_url": company.facebook_url,
        "type": company.company_type,
        "ticker": company.ticker,
    }


@route("POST", "/person-search")
def person_search(call: Call) -> object:
    """Describe a person."""
    asked = call.json
    person = call.view.person(
        id=asked.get("id"),
        email=asked.get("email"),
        first_name=asked.get("first_name"),
        last_name=asked.get("last_name"),
        company_domain=asked.get("domain"),
    )
    if person is not None and person.email_status in USABLE:
        call.charge(1)
    return {"data": None if person is None else record(person), "userInfo": INFO}


@route("POST", "/company-search")
def company_search(call: Call) -> object:
    """Describe a company."""
    asked = call.json
    company = call.view.company(id=asked.get("id"), domain=asked.get("domain"), name=asked.get("company"))
    if company is not None:
        call.charge(1)
    return {"data": None if company is None else profile(company), "userInfo": INFO}


@route("POST", "/combined-search")
def combined(call: Call) -> object:
    """Describe a person and the company."""
    person = call.view.person(email=call.json.get("email"))
    if person is None:
        return {"data": None, "userInfo": INFO}
    if person.email_status in USABLE:
        call.charge(1)
    return {"data": {**record(person), "company": profile(person.company)}, "userInfo": INFO}


@route("POST", "/prospector-search")
def prospector(call: Call) -> object:
    """List people of a company."""
    asked = call.json
    words = {code: word for word, code in RANKS.items()}
    wanted: dict[str, Any] = {
        "company_domain": asked["domain"],
        "title": asked.get("title"),
        "department": asked.get("job_function"),
        "seniority": words.get(asked.get("management_level", ""), asked.get("management_level")),
        "full_name": asked.get("name"),
        "city": asked.get("city"),
        "region": asked.get("state"),
        "country": asked.get("country"),
    }
    page, size = asked["page"], asked["per_page"]
    people = call.view.people(limit=size, offset=(page - 1) * size, **wanted)
    call.charge(sum(person.email_status in USABLE for person in people))
    total = call.view.count_people(**wanted)
    meta = {"total": total, "page": page, "next_page": page + 1 if page * size < total else None}
    return {"data": {"results": [record(person) for person in people], "meta": meta}, "userInfo": INFO}


@route("GET", "/company-name-to-domain")
def name_to_domain(call: Call) -> object:
    """Find the domain of a name."""
    company = call.view.company(name=call.params.get("company_name"))
    if company is None:
        return {"data": None, "userInfo": INFO}
    data = {"company_name": company.company_name, "domain": company.company_domain, "logo": company.logo_url}
    return {"data": data, "userInfo": INFO}


@route("GET", "/credits")
def credits(call: Call) -> object:
    """Read the account."""
    return {"data": {"email": "owner@sandbox.example", "credits": 1000}}
