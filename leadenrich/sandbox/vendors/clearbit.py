"""Sandbox: Clearbit's replies, each product on its own host."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.facts import SandboxCompany, SandboxPerson
from leadenrich.sandbox.fake import Answer, Call, route

UNKNOWN = Answer(404, json={"error": {"type": "unknown_record", "message": "nothing known"}})
LOSSY = {"clearbit.reveal": {"*": "which company an address of the net belongs to is no fact of the world"}}


@route("GET", "https://person.clearbit.com/v2/combined/find")
def combined(call: Call) -> object:
    """A person and the employer."""
    call.charge(1)
    one = call.view.person(email=call.params.get("email"))
    return {"person": described(one), "company": profile(one.company)} if one else UNKNOWN


@route("GET", "/v2/companies/find")
def company(call: Call) -> object:
    """A company by domain."""
    call.charge(1)
    one = call.view.company(domain=call.params.get("domain"))
    return profile(one) if one else UNKNOWN


@route("GET", "/v1/domains/find")
def domain(call: Call) -> object:
    """A company's domain by name."""
    one = call.view.company(name=call.params.get("name"))
    return {"name": one.company_name, "domain": one.company_domain, "logo": one.logo_url} if one else UNKNOWN


@route("GET", "https://reveal.clearbit.com/v1/companies/find")
def reveal(call: Call) -> object:
    """A company by an address of the net: always the same one for the same address."""
    companies = call.view.companies(limit=50)
    if not companies:
        return UNKNOWN
    one = call.view.company(ip=call.params["ip"]) or companies[sum(map(ord, call.params["ip"])) % len(companies)]
    return {
        "ip": call.params["ip"],
        "fuzzy": True,
        "domain": one.company_domain,
        "type": "company",
        "company": profile(one),
    }


@route("GET", "https://autocomplete.clearbit.com/v1/companies/suggest", signed=False)
def suggest(call: Call) -> object:
    """Companies whose name begins so; no key is needed."""
    found = call.view.companies(name=call.params["query"], limit=5)
    return [{"name": one.company_name, "domain": one.company_domain, "logo": None} for one in found]


def described(one: SandboxPerson) -> dict[str, Any]:
    """Return a person as Clearbit describes one."""
    return {
        "id": one.id,
        "email": one.email,
        "location": one.city,
        "name": {"fullName": one.full_name, "givenName": one.first_name, "familyName": one.last_name},
        "geo": {"city": one.city, "state": one.region, "country": one.country_name, "countryCode": one.country},
        "employment": {
            "domain": one.company_domain,
            "name": one.company_name,
            "title": one.title,
            "role": one.department,
            "seniority": one.seniority,
        },
        "facebook": {"handle": handle(one.facebook_url)},
        "github": {"handle": one.github_username},
        "twitter": {"handle": handle(one.twitter_url)},
        "linkedin": {"handle": f"in/{one.slug}" if one.slug else None},
        "fuzzy": False,
    }


def profile(one: SandboxCompany) -> dict[str, Any]:
    """Return a company as Clearbit describes one."""
    return {
        "id": one.id,
        "name": one.company_name,
        "legalName": one.legal_name,
        "domain": one.company_domain,
        "site": {"phoneNumbers": [one.phone] if one.phone else []},
        "phone": None,
        "description": one.description,
        "category": {"industry": one.industry, "sicCode": one.sic, "naicsCode": one.naics},
        "foundedYear": one.founded_year,
        "logo": one.logo_url,
        "type": one.company_type,
        "ticker": one.ticker,
        "geo": {"city": one.city, "state": one.region, "country": one.country_name, "countryCode": one.country},
        "facebook": {"handle": handle(one.facebook_url)},
        "twitter": {"handle": handle(one.twitter_url)},
        "linkedin": {"handle": f"company/{one.slug}"},
        "tech": one.technologies,
        "metrics": {
            "employees": one.employee_count,
            "employeesRange": one.employee_range,
            "raised": one.funding_total_usd,
            "annualRevenue": one.annual_revenue_usd,
        },
    }


def handle(url: str | None) -> str | None:
    """Return the last part of a page's address."""
    return url.rsplit("/", 1)[-1] if url else None
