"""Sandbox: RocketReach's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.facts import SandboxCompany, SandboxPerson
from leadenrich.sandbox.fake import Answer, Call, route

LOSSY = {"search_companies": {"companies": "the search names no domain"}}
WORDS = {"rocketreach_person_id": lambda person: person.id}


def profile(person: SandboxPerson) -> dict[str, Any]:
    """Return a complete profile."""
    status = {"accept_all": "accept-all", "valid": "valid"}.get(person.email_status or "", "unknown")
    work = {"email": person.email, "smtp_valid": status, "type": "professional", "grade": "A"}
    phones = [("mobile", person.mobile_phone), ("direct dial", person.phone)]
    return {
        "id": person.id,
        "status": "complete",
        "name": person.full_name,
        "linkedin_url": person.linkedin_url,
        "city": person.city,
        "region": person.region,
        "country": person.country_name,
        "country_code": person.country,
        "current_title": person.title,
        "current_employer": person.company_name,
        "current_employer_domain": person.company_domain,
        "current_employer_linkedin_url": person.company_linkedin_url,
        "links": {"linkedin": person.linkedin_url, "twitter": person.twitter_url},
        "recommended_professional_email": person.email,
        "recommended_personal_email": person.personal_email,
        "emails": [work] if person.email else [],
        "phones": [
            {"number": number, "e164": number, "type": kind, "recommended": kind != "mobile"}
            for kind, number in phones
            if number
        ],
        "job_history": [{"department": person.department, "highest_level": person.seniority, "is_current": True}],
    }


def not_found() -> Answer:
    """Return RocketReach's 404."""
    return Answer(404, json={"status": 404, "message": "no such person"})


@route("GET", "/person/lookup")
@route("GET", "/universal/person/lookup")
def lookup(call: Call) -> object:
    """Look a person up; every third look-up takes longer."""
    asked = call.params
    person = call.view.person(
        id=asked.get("id"),
        full_name=asked.get("name"),
        company_name=asked.get("current_employer"),
        linkedin_url=asked.get("linkedin_url"),
        email=asked.get("email"),
        phone=asked.get("phone"),
    )
    if person is None:
        return not_found()
    if asked.get("lookup_type") == "phone" or asked.get("reveal_phone") == "true":
        call.charge(6 if person.mobile_phone else 0)
    else:
        call.charge(1)
    found = profile(person)
    if len(person.full_name) % 3:
        return found
    return {"id": call.job(found), "status": "searching", "name": person.full_name}


@route("GET", "/person/checkStatus")
@route("GET", "/universal/person/check_status")
def status(call: Call) -> object:
    """Say how far a look-up is."""
    job = str(call.params.get("ids"))
    found = call.done(job)
    return [{**found, "id": job} if found is not None else {"id": job, "status": "progress"}]


def paged(call: Call, key: str, items: list[dict[str, Any]], total: int) -> Answer:
    """Return one page of a search."""
    start = int(call.json["start"])
    call.charge(1 if items else 0)
    pagination = {"start": start, "next": start + len(items), "total": total}
    return Answer(201, json={"pagination": pagination, key: items})


@route("POST", "/person/search")
@route("POST", "/search")  # its older name, by which the official client asks
@route("POST", "/universal/person/search")
def search_people(call: Call) -> object:
    """Search people."""
    asked = call.json["query"]
    wanted: dict[str, Any] = {
        "full_name": asked.get("name"),
        "company_name": asked.get("company_name"),
        "company_domain": asked.get("company_domain"),
        "title": asked.get("current_title"),
        "department": asked.get("department"),
    }
    start, size = int(call.json["start"]) - 1, int(call.json["page_size"])
    people = [profile(one) for one in call.view.people(limit=size, offset=start, **wanted)]
    return paged(call, "profiles", people, call.view.count_people(**wanted))


def record(company: SandboxCompany) -> dict[str, Any]:
    """Return a company."""
    return {
        "id": company.index,
        "name": company.company_name,
        "domain": company.company_domain,
        "website_domain": company.website,
        "ticker_symbol": company.ticker,
        "links": {
            "linkedin": company.company_linkedin_url,
            "twitter": company.twitter_url,
            "facebook": company.facebook_url,
        },
        "year_founded": company.founded_year,
        "address": {"city": company.city, "region": company.region, "country_code": company.country},
        "phone": company.phone,
        "num_employees": company.employee_count,
        "revenue": company.annual_revenue_usd,
        "funding_investors": company.investors,
        "industry": company.industry,
        "sic_codes": [company.sic] if company.sic else [],
        "naics_codes": [company.naics] if company.naics else [],
        "description": company.description,
        "techstack": company.technologies,
    }


@route("GET", "/company/lookup/")
@route("GET", "/universal/company/lookup")
def company(call: Call) -> object:
    """Describe a company."""
    asked = call.params
    found = call.view.company(
        domain=asked.get("domain"),
        name=asked.get("name"),
        linkedin_url=asked.get("linkedin_url"),
        ticker=asked.get("ticker"),
    )
    if found is None:
        return not_found()
    call.charge(1)
    return record(found)


@route("POST", "/searchCompany")
@route("POST", "/universal/company/search")
def search_companies(call: Call) -> object:
    """Search companies."""
    asked = call.json["query"]
    wanted: dict[str, Any] = {
        "domain": asked.get("domain"),
        "name": asked.get("name"),
        "industry": asked.get("industry"),
        "technology": asked.get("techstack"),
    }
    start, size = int(call.json["start"]) - 1, int(call.json["page_size"])
    items = [
        {
            "id": one.index,
            "name": one.company_name,
            "industry_str": one.industry,
            "city": one.city,
            "region": one.region,
            "country_code": one.country,
            "linkedin_url": one.company_linkedin_url,
            "logo_url": one.logo_url,
        }
        for one in call.view.companies(limit=size, offset=start, **wanted)
    ]
    return paged(call, "companies", items, call.view.count_companies(**wanted))


@route("GET", "/account/")
def account(call: Call) -> object:
    """Read the account."""
    return {
        "id": 1,
        "credit_usage": [{"credit_type": "standard_lookup", "allocated": 1000, "used": 0, "remaining": 1000}],
    }


@route("GET", "/universal/account/")
def universal_account(call: Call) -> object:
    """Read a universal account."""
    return {"plan": {"name": "Sandbox"}, "credit_usage": {"credits_used": 0, "credits_remaining": 1000}}
