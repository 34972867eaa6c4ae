"""Sandbox: Prospeo's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.facts import SandboxCompany, SandboxPerson
from leadenrich.sandbox.fake import Answer, Call, route

WORDS = {
    "prospeo_person_id": lambda person: person.id,
    "prospeo_company_id": lambda person: person.company.id,
}
REFUSED = Answer(401, json={"error": True, "error_code": "INVALID_API_KEY"})
THROTTLED = Answer(429, json={"error": True, "error_code": "RATE_LIMITED"})
NO_CREDITS = Answer(400, json={"error": True, "error_code": "INSUFFICIENT_CREDITS"})
NO_MATCH = Answer(400, json={"error": True, "error_code": "NO_MATCH"})
NO_RESULTS = Answer(400, json={"error": True, "error_code": "NO_RESULTS"})

APART = {
    "find_email": "a record that was enriched before is free, and this one must hold an address",
}


@route("POST", "/enrich-person")
def enrich_person(call: Call) -> object:
    """One person, as the flags wish."""
    found = answered(call, call.json["data"], call.json)
    return {"error": False, "free_enrichment": False, **found} if found else NO_MATCH


@route("POST", "/bulk-enrich-person")
def bulk_enrich_person(call: Call) -> object:
    """Fifty people."""
    said = [(one["identifier"], answered(call, one, call.json)) for one in call.json["data"]]
    matched = [{"identifier": name, **found} for name, found in said if found]
    return {"error": False, "matched": matched[::-1], "not_matched": [name for name, found in said if not found]}


@route("POST", "/enrich-company")
def enrich_company(call: Call) -> object:
    """One company."""
    one = company_of(call, call.json["data"])
    if one is None:
        return NO_MATCH
    call.charge(1)
    return {"error": False, "free_enrichment": False, "company": profile(one)}


@route("POST", "/bulk-enrich-company")
def bulk_enrich_company(call: Call) -> object:
    """Fifty companies."""
    said = [(item["identifier"], company_of(call, item)) for item in call.json["data"]]
    matched = [{"identifier": name, "company": profile(one)} for name, one in said if one]
    call.charge(len(matched))
    return {"error": False, "matched": matched, "not_matched": [name for name, one in said if not one]}


@route("POST", "/search-person")
def search_person(call: Call) -> object:
    """People, 25 a page, with addresses masked."""
    filters = call.json["filters"]
    wanted = {
        **company_filters(filters),
        "title": words(filters, "person_job_title"),
        "country": words(filters, "person_location_search"),
        "full_name": words(filters, "person_name"),
    }
    page = int(call.json.get("page", 1))
    found = call.view.people(**wanted, limit=25, offset=25 * (page - 1))
    if not found:
        return NO_RESULTS
    call.charge(1)
    masked = {"revealed": False, "email": "x**@masked.example"}
    rows = [{"person": {**described(one), "email": masked}, "company": profile(one.company)} for one in found]
    return {"error": False, "free": False, "results": rows, "pagination": pages(page, call.view.count_people(**wanted))}


@route("POST", "/search-company")
def search_company(call: Call) -> object:
    """Companies, 25 a page."""
    wanted = company_filters(call.json["filters"])
    wanted = {word.removeprefix("company_"): value for word, value in wanted.items()}
    page = int(call.json.get("page", 1))
    found = call.view.companies(**wanted, limit=25, offset=25 * (page - 1))
    if not found:
        return NO_RESULTS
    call.charge(1)
    rows = [{"company": profile(one)} for one in found]
    return {"error": False, "results": rows, "pagination": pages(page, call.view.count_companies(**wanted))}


@route("GET", "/account-information")
def account(call: Call) -> object:
    """The account."""
    return {"error": False, "response": {"current_plan": "STARTER", "remaining_credits": 940, "used_credits": 60}}


def answered(call: Call, asked: dict[str, Any], flags: dict[str, Any]) -> dict[str, Any] | None:
    """Return what is said of one person, and take its price."""
    one = call.view.person(
        id=asked.get("person_id"),
        linkedin_url=asked.get("linkedin_url"),
        email=asked.get("email"),
        first_name=asked.get("first_name"),
        last_name=asked.get("last_name"),
        full_name=asked.get("full_name"),
        company_domain=asked.get("company_website"),
        company_name=asked.get("company_name"),
        company_linkedin_url=asked.get("company_linkedin_url"),
    )
    mobile = bool(flags.get("enrich_mobile") or flags.get("only_verified_mobile"))
    if one is None or (flags.get("only_verified_email") and one.email is None):
        return None
    if flags.get("only_verified_mobile") and one.mobile_phone is None:
        return None
    call.charge(10 if mobile and one.mobile_phone else 1)
    status = "VERIFIED" if one.email_status == "valid" else None
    email = {"status": status, "revealed": one.email is not None, "email": one.email}
    number: dict[str, Any] = {"revealed": False}
    if mobile and one.mobile_phone:
        number = {"status": "VERIFIED", "revealed": True, "mobile": one.mobile_phone}
    person = {**described(one), "email": {**email, "email_mx_provider": one.company.mx_provider}, "mobile": number}
    return {"person": person, "company": profile(one.company)}


def company_of(call: Call, asked: dict[str, Any]) -> SandboxCompany | None:
    """Return the company a question names."""
    return call.view.company(
        id=asked.get("company_id"),
        domain=asked.get("company_website"),
        name=asked.get("company_name"),
        linkedin_url=asked.get("company_linkedin_url"),
    )


def words(filters: dict[str, Any], name: str) -> Any:
    """Return the words a filter includes."""
    return filters.get(name, {}).get("include")


def company_filters(filters: dict[str, Any]) -> dict[str, Any]:
    """Return what is wanted of the company."""
    company = filters.get("company", {})
    return {
        "company_domain": words(company, "websites"),
        "company_name": words(company, "names"),
        "industry": words(filters, "company_industry"),
        "employee_range": filters.get("company_headcount_range"),
        "technology": words(filters, "company_technology"),
    }


def pages(page: int, total: int) -> dict[str, int]:
    """Return the pagination."""
    return {"current_page": page, "per_page": 25, "total_page": -(-total // 25), "total_count": total}


def described(one: SandboxPerson) -> dict[str, Any]:
    """Return a person as Prospeo describes one."""
    job = {"title": one.title, "current": True, "departments": [one.department], "seniority": one.seniority}
    return {
        "person_id": one.id,
        "first_name": one.first_name,
        "last_name": one.last_name,
        "full_name": one.full_name,
        "linkedin_url": one.linkedin_url,
        "current_job_title": one.title,
        "headline": one.headline,
        "job_history": [job],
        "location": {
            "city": one.city,
            "state": one.region,
            "country": one.country_name,
            "country_code": one.country,
        },
    }


def profile(one: SandboxCompany) -> dict[str, Any]:
    """Return a company as Prospeo describes one."""
    funding = {
        "total_raised": one.funding_total_usd,
        "last_round": one.funding_stage,
        "last_round_date": one.last_funding_at,
    }
    return {
        "company_id": one.id,
        "name": one.company_name,
        "website": one.website,
        "domain": one.company_domain,
        "description": one.description,
        "type": one.company_type,
        "industry": one.industry,
        "employee_count": one.employee_count,
        "employee_range": one.employee_range,
        "location": {
            "city": one.city,
            "state": one.region,
            "country": one.country_name,
            "country_code": one.country,
        },
        "sic_codes": [one.sic] if one.sic else [],
        "naics_codes": [one.naics] if one.naics else [],
        "linkedin_url": one.company_linkedin_url,
        "twitter_url": one.twitter_url,
        "facebook_url": one.facebook_url,
        "phone_hq": {"phone_hq": one.phone},
        "founded": one.founded_year,
        "keywords": one.keywords,
        "logo_url": one.logo_url,
        "funding": funding,
        "technology": {"technology_names": one.technologies},
    }
