"""Sandbox: CUFinder's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.facts import SandboxCompany, SandboxPerson
from leadenrich.sandbox.fake import Answer, Call, route

SIZE = 10
NO_CREDITS = Answer(400, json={"status": -1, "message": "Not enough credits!"})
REFUSED = Answer(401, json={"status": -1, "message": "API key verification failed!"})
NOTHING = Answer(404, json={"status": -1, "message": "Not found result"})
LOSSY = {
    "find_email": {"email_status": "no status is stated"},
    "find_phone": {"*": "what kind a number is is not said"},
    "domain_emails": {"emails": "general addresses, none of a person"},
    "search_places": {"place_id": "an id of Google Maps", "phone": "it is not shown"},
}


def good(call: Call, **data: Any) -> object:
    """Return an answer in its envelope."""
    return {"status": 1, "data": {"query": "q", **data, "credit_count": 9981, "confidence_level": 97}}


def profile(person: SandboxPerson) -> dict[str, Any]:
    """Return a person as the look-ups show one."""
    company = person.company
    return {
        "first_name": person.first_name,
        "last_name": person.last_name,
        "full_name": person.full_name,
        "linkedin_url": person.linkedin_url,
        "facebook": person.facebook_url,
        "twitter": person.twitter_url,
        "country": person.country_name,
        "state": person.region,
        "city": person.city,
        "job_title": person.title,
        "job_title_categories": [],
        "company_name": company.company_name,
        "company_linkedin": company.company_linkedin_url,
        "company_website": company.website,
        "company_size": company.employee_range,
        "company_industry": company.industry,
    }


def firm(company: SandboxCompany) -> dict[str, Any]:
    """Return a company as the look-ups show one."""
    return {
        "name": company.company_name,
        "website": company.website,
        "domain": company.company_domain,
        "employee_count": company.employee_count,
        "size": company.employee_range,
        "industry": company.industry,
        "description": company.description,
        "linkedin_url": company.company_linkedin_url,
        "type": company.company_type,
        "country": company.country_name,
        "state": company.region,
        "city": company.city,
        "address": company.address,
        "founded_year": str(company.founded_year),
        "logo_url": company.logo_url,
        "followers_count": 10,
    }


def listed(company: SandboxCompany) -> dict[str, Any]:
    """Return a company as searches show one."""
    place = {"country": company.country_name, "state": company.region, "city": company.city, "address": company.address}
    return {
        "name": company.company_name,
        "website": company.website,
        "domain": company.company_domain,
        "employees": {"range": company.employee_range, "count": company.employee_count},
        "industry": company.industry,
        "overview": company.description,
        "type": company.company_type,
        "main_location": place,
        "social": {"linkedin": company.company_linkedin_url, "facebook": company.facebook_url},
        "geo_location": {"rating": company.rating, "reviews_count": company.rating_count},
    }


def one(call: Call, word: str = "query") -> SandboxCompany | None:
    """Return the company that is named by domain or name."""
    named = str(call.form.get(word, ""))
    return call.view.company(domain=named) if "." in named else call.view.company(name=named)


@route("POST", "/cuf")
def domain(call: Call) -> object:
    """A company's domain."""
    found = one(call, "company_name")
    return good(call, domain=found.website) if found else NOTHING


@route("POST", "/lcuf")
def page(call: Call) -> object:
    """A company's page."""
    found = one(call, "company_name")
    return good(call, linkedin_url=found.company_linkedin_url) if found else NOTHING


@route("POST", "/enc")
def company(call: Call) -> object:
    """One company."""
    found = one(call)
    return good(call, company=firm(found)) if found else NOTHING


@route("POST", "/epp")
def by_profile(call: Call) -> object:
    """Whose profile it is."""
    found = call.view.person(linkedin_url=call.form["linkedin_url"])
    return good(call, person=profile(found)) if found else NOTHING


@route("POST", "/rel")
def by_email(call: Call) -> object:
    """Whose address it is."""
    found = call.view.person(email=call.form["email"])
    return good(call, person=profile(found)) if found else NOTHING


@route("POST", "/tep")
def by_name(call: Call) -> object:
    """One person by name and company, e-mail and number beside it."""
    found = call.view.person(full_name=call.form["full_name"], company_name=call.form["company"])
    return good(call, person={**profile(found), "email": found.email, "phone": found.phone}) if found else NOTHING


@route("POST", "/fwe")
def email(call: Call) -> object:
    """A work e-mail."""
    found = call.view.person(linkedin_url=call.form["linkedin_url"])
    return good(call, work_email=found.email) if found and found.email else NOTHING


@route("POST", "/dte")
def emails(call: Call) -> object:
    """General addresses of a company."""
    found = one(call, "company_website")
    return good(call, emails=[f"info@{found.company_domain}"]) if found else NOTHING


@route("POST", "/fts")
def technologies(call: Call) -> object:
    """What a company runs."""
    found = one(call)
    return good(call, technologies=found.technologies) if found and found.technologies else NOTHING


@route("POST", "/fcl")
def lookalikes(call: Call) -> object:
    """Companies like one."""
    found = one(call)
    like = call.view.companies(industry=found.industry) if found and found.industry else []
    companies = [firm(item) for item in like if found and item.company_domain != found.company_domain]
    return good(call, companies=companies) if companies else NOTHING


@route("POST", "/elf")
def funding(call: Call) -> object:
    """A company's last round."""
    found = one(call)
    return good(call, fundraising_info={"funding_last_round_type": found.funding_stage}) if found else NOTHING


def start(call: Call) -> int:
    """Return how many results stand before the page."""
    return (int(call.form.get("page", 1)) - 1) * SIZE


@route("POST", "/pse")
def people(call: Call) -> object:
    """Search people."""
    words = {
        "full_name": "full_name",
        "company_name": "company_name",
        "company_linkedin_url": "company_linkedin_url",
        "title": "job_title_role",
        "seniority": "job_title_level",
        "industry": "company_industry",
        "employee_range": "company_employee_size",
        "city": "city",
        "region": "state",
        "country": "country",
    }
    wanted = {word: call.form[name] for word, name in words.items() if call.form.get(name)}
    found = call.view.people(limit=SIZE, offset=start(call), **wanted)
    peoples = [
        {
            "full_name": item.full_name,
            "current_job": {"title": item.title, "role": item.department, "level": item.seniority},
            "company": {"name": item.company_name, "website": item.company.website},
            "location": {"country": item.country_name, "state": item.region, "city": item.city},
            "social": {"linkedin": item.linkedin_url, "twitter": item.twitter_url, "github": item.github_url},
        }
        for item in found
    ]
    return good(call, peoples=peoples) if peoples else NOTHING


@route("POST", "/cse")
def companies(call: Call) -> object:
    """Search companies."""
    words = {
        "name": "name",
        "industry": "industry",
        "employee_range": "employee_size",
        "city": "city",
        "region": "state",
        "country": "country",
    }
    wanted = {word: call.form[name] for word, name in words.items() if call.form.get(name)}
    found = call.view.companies(limit=SIZE, offset=start(call), **wanted)
    return good(call, companies=[listed(item) for item in found]) if found else NOTHING


@route("POST", "/lbs")
def places(call: Call) -> object:
    """Search local businesses."""
    words = {"name": "name", "industry": "industry", "city": "city", "region": "state", "country": "country"}
    wanted = {word: call.form[name] for word, name in words.items() if call.form.get(name)}
    found = call.view.companies(limit=SIZE, offset=start(call), **wanted)
    return good(call, companies=[listed(item) for item in found]) if found else NOTHING
