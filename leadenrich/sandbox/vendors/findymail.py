"""Sandbox: Findymail's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.facts import SandboxPerson
from leadenrich.sandbox.fake import Answer, Call, route

NOTHING = Answer(404, json={"message": "Not found"})
LOSSY = {
    "find_email": {"email_status": "what is returned counts as verified, accept-all included"},
    "verify_email": {"email_status": "the verdict is a yes or no, so accept-all has no word"},
    "domain_emails": {"*": "only addresses known to be good are listed"},
}


@route("POST", "/api/search/name")
def by_name(call: Call) -> object:
    """A verified address by name; the company goes by domain or name."""
    employer = str(call.json.get("domain"))
    known = {"company_domain": employer} if "." in employer else {"company_name": employer}
    return contact(call, call.view.person(full_name=call.json.get("name"), **known))


@route("POST", "/api/search/business-profile")
def by_profile(call: Call) -> object:
    """A verified address by profile."""
    return contact(call, call.view.person(linkedin_url=call.json.get("linkedin_url")))


@route("POST", "/api/search/phone")
def phone(call: Call) -> object:
    """A number, its kind beside it."""
    person = call.view.person(linkedin_url=call.json.get("linkedin_url"))
    number = (person.mobile_phone or person.phone) if person else None
    if person is None or number is None:
        return {"phone": None}
    call.charge(10, "finder")
    return {"phone": number, "line_type": "mobile" if number == person.mobile_phone else "landline"}


@route("POST", "/api/verify")
def verify(call: Call) -> object:
    """Whether an address would bounce."""
    call.charge(1, "verifier")
    person = call.view.person(email=call.json["email"])
    good = call.view.verify(call.json["email"]) == "valid"
    return {"email": call.json["email"], "verified": good, "provider": person.company.mx_provider if person else None}


@route("POST", "/api/search/reverse-email")
def reverse(call: Call) -> object:
    """Who is behind an address."""
    person = call.view.person(email=call.json["email"], personal_email=call.json["email"])
    if person is None or person.linkedin_url is None:
        return NOTHING
    said: dict[str, Any] = {"email": call.json["email"], "linkedin_url": person.linkedin_url}
    if not call.json.get("with_profile"):
        call.charge(1, "finder")
        return said
    call.charge(2, "finder")
    return {
        **said,
        "fullName": person.full_name,
        "headline": person.headline,
        "jobTitle": person.title,
        "city": person.city,
        "region": person.region,
        "country": person.country_name,
        "companyLinkedinUrl": person.company_linkedin_url,
        "companyName": person.company_name,
        "companyWebsite": person.company_domain,
        "skills": [],
        "jobs": [],
    }


@route("POST", "/api/search/domain")
def by_domain(call: Call) -> object:
    """Those who hold a role."""
    people = call.view.people(company_domain=call.json["domain"], title=call.json["roles"], has="email", limit=10)
    found = [one for one in people if one.email_status == "valid"]
    call.charge(len(found), "finder")
    return {"contacts": [{"name": one.full_name, "email": one.email, "domain": one.company_domain} for one in found]}


@route("POST", "/api/search/employees")
def employees(call: Call) -> object:
    """Up to five employees."""
    count = min(int(call.json.get("count", 1)), 5)
    found = call.view.people(company_domain=call.json["website"], title=call.json["job_titles"], limit=count)
    call.charge(len(found), "finder")
    return [
        {
            "name": one.full_name,
            "linkedinUrl": one.linkedin_url,
            "companyWebsite": one.company_domain,
            "companyName": one.company_name,
            "jobTitle": one.title,
        }
        for one in found
    ]


@route("POST", "/api/search/company")
def company(call: Call) -> object:
    """One company."""
    q = call.json
    one = call.view.company(domain=q.get("domain"), linkedin_url=q.get("linkedin_url"), name=q.get("name"))
    if one is None:
        return NOTHING
    call.charge(1, "finder")
    return {
        "name": one.company_name,
        "domain": one.company_domain,
        "company_size": one.employee_range,
        "industry": one.industry,
        "linkedin_url": one.company_linkedin_url,
        "description": one.description,
    }


@route("POST", "/api/technologies")
def technologies(call: Call) -> object:
    """What a company runs."""
    one = call.view.company(domain=call.json["domain"])
    named = call.json.get("technologies")
    found = [name for name in (one.technologies if one else []) if not named or name in named]
    call.charge(int(bool(found)), "finder")
    return {"domain": call.json["domain"], "technologies": [{"name": name, "category": "web"} for name in found]}


@route("GET", "/api/credits")
def credits(call: Call) -> object:
    """What is left."""
    return {"credits": 120, "verifier_credits": 40}


def contact(call: Call, person: SandboxPerson | None) -> object:
    """Return a contact."""
    if person is None or person.email is None:
        return NOTHING
    call.charge(1, "finder")
    return {"contact": {"name": person.full_name, "email": person.email, "domain": person.company_domain}}
