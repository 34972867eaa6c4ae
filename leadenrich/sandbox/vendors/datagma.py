"""Sandbox: Datagma's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.facts import SandboxCompany, SandboxPerson
from leadenrich.sandbox.fake import Answer, Call, route

REFUSED = Answer(401, json={"code": 16, "message": "apiId is not valid"})


@route("GET", "/v8/findEmail")
def find_email(call: Call) -> object:
    """A work address."""
    q = call.params
    name = {"full_name": q.get("fullName"), "first_name": q.get("firstName"), "last_name": q.get("lastName")}
    one = call.view.person(**name, **employer(q.get("company")))
    if one is None or one.email is None:
        return {"email": None, "status": None}
    valid = one.email_status == "valid"
    call.charge(int(valid))
    return {
        "email": one.email,
        "status": "Valid" if valid else "Most Probable Email Output",
        "mxfound": True,
        "emailDomain": one.company_domain,
        "smtpCheck": valid,
        "cachAll": not valid,
    }


@route("GET", "/v2/full")
def full(call: Call) -> object:
    """A person, a phone or a company, by what is asked for."""
    q = call.params
    data = str(q.get("data", ""))
    if q.get("companyPremium"):
        company = call.view.company(**{word.removeprefix("company_"): text for word, text in employer(data).items()})
        call.charge(2 if company else 0)
        return {"creditBurn": "2" if company else "0", "company": profile(company) if company else None}
    if "linkedin.com" in data:
        one = call.view.person(linkedin_url=data)
    elif "@" in data:
        one = call.view.person(email=data)
    elif q.get("fullName"):
        one = call.view.person(full_name=q["fullName"], **employer(data))
    else:
        one = call.view.person(full_name=data, company_name=q.get("companyKeyword"))
    if q.get("phoneFull") == "true":
        found = bool(one and (one.mobile_phone or one.phone))
        call.charge(30 if found else 0)
        return {"creditBurn": "30" if found else "0", "phone": phones(one) if one else None, "person": {}}
    call.charge(2 if one else 0)
    person = described(one) if one else {}
    return {"creditBurn": "2" if one else "0", "person": person, "company": {}, "email": {}, "phone": {}}


@route("GET", "/v1/mine")
def mine(call: Call) -> object:
    """What is left, as text."""
    return {"currentCredit": "2841"}


def employer(text: Any) -> dict[str, str]:
    """Return a company's domain or name under its word."""
    return {"company_domain" if "." in str(text) else "company_name": str(text)}


def phones(one: SandboxPerson) -> dict[str, Any]:
    """Return a person's numbers."""
    return {
        "mobiles": [{"value": one.mobile_phone}] if one.mobile_phone else [],
        "workPhones": [{"value": one.phone}] if one.phone else [],
    }


def described(one: SandboxPerson) -> dict[str, Any]:
    """Return a person as Datagma describes one."""
    return {
        "name": one.full_name,
        "firstName": one.first_name,
        "lastName": one.last_name,
        "email": one.email,
        "emailStatus": "valid" if one.email_status == "valid" else None,
        "jobTitle": one.title,
        "company": one.company_name,
        "linkedInUrl": one.linkedin_url,
        "country": one.country_name,
        "region": one.region,
        "city": one.city,
        "extractedRole": one.department,
        "extractedSeniority": one.seniority,
        "twitter": one.twitter_url,
    }


def profile(one: SandboxCompany) -> dict[str, Any]:
    """Return a company as Datagma describes one, in two blocks."""
    basic = {
        "name": one.company_name,
        "website": one.website,
        "yearFounded": one.founded_year,
        "industry": one.industry,
        "size": one.employee_range,
        "locality": one.city,
        "region": one.region,
        "country": one.country_name,
        "linkedUrl": one.company_linkedin_url.removeprefix("https://www."),
    }
    count = f"{one.employee_count:,}".replace(",", " ") if one.employee_count is not None else None
    return {"basic": basic, "premium": {"about": one.description, "employeesAmountInLinkedin": count}}
