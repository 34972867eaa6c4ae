"""Sandbox: Context.dev's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.facts import SandboxCompany
from leadenrich.sandbox.fake import Answer, Call, route

NO_CREDITS = Answer(403, json={"status": "error", "message": "Usage exceeded", "error_code": "USAGE_EXCEEDED"})
NOTHING = Answer(400, json={"status": "error", "message": "No brand matched", "error_code": "NOT_FOUND"})
LOSSY = {"enrich_company": {"industry": "a name from the vendor's own list"}}


def paid(call: Call, credits: int) -> dict[str, Any]:
    """Charge, and return the block that states it."""
    if credits:
        call.charge(credits)
    return {"request_id": "r-1", "key_metadata": {"credits_consumed": credits, "credits_remaining": 29940}}


def one(call: Call, named: dict[str, Any]) -> SandboxCompany | None:
    """Return the company that is named."""
    ticker = {"ticker": named["ticker"]} if named.get("ticker") else {}
    return call.view.company(domain=named.get("domain"), name=named.get("name"), **ticker)


@route("POST", "/brand/retrieve")
def brand(call: Call) -> object:
    """One company."""
    company = one(call, call.json)
    if company is None:
        return NOTHING
    size = company.employee_range.replace("-", " to ") if company.employee_range else None
    pages = {"linkedin": company.company_linkedin_url, "x": company.twitter_url, "facebook": company.facebook_url}
    seat = {"city": company.city, "country": company.country_name, "country_code": company.country}
    return {
        "status": "ok",
        "code": 200,
        "cache_metadata": {"age_ms": 0, "status": "miss"},
        "brand": {
            "domain": company.company_domain,
            "title": company.company_name,
            "description": company.description,
            "address": {**seat, "state_province": company.region, "street": company.street},
            "employees": {"exact": company.employee_count, "range": size},
            "industries": {"eic": [{"industry": company.industry, "subindustry": company.industry}]},
            "logos": [{"type": "logo", "mode": "light", "url": company.logo_url}] if company.logo_url else [],
            "phone": company.phone,
            "socials": [{"type": name, "url": url} for name, url in pages.items() if url],
            "stock": {"ticker": company.ticker, "exchange": "XETRA"} if company.ticker else None,
        },
        **paid(call, 10),
    }


@route("POST", "/people/enrich")
def person(call: Call) -> object:
    """One person."""
    asked = call.json
    name, company = asked.get("name", {}), asked.get("company", {})
    found = call.view.person(
        email=asked.get("email"),
        linkedin_url=next(iter(asked.get("social_urls", [])), None),
        first_name=name.get("first"),
        last_name=name.get("last"),
        company_domain=company.get("domain"),
        company_name=company.get("name"),
    )
    if found is None:
        return {"match": {"person": None, "score": None, "status": "not_found"}, **paid(call, 0)}
    role = {"title": found.title, "organization": {"name": found.company_name, "domain": found.company_domain}}
    pages = (found.linkedin_url, found.twitter_url, found.github_url, found.facebook_url)
    where = {"city": found.city, "region": found.region, "country": found.country_name, "country_code": found.country}
    who = {
        "name": {"first": found.first_name, "last": found.last_name, "full": found.full_name},
        "email": found.email,
        "location": where,
        "current_role_status": "present",
        "current_role": role,
        "education": [],
        "experience": [],
        "skills": [],
        "social_urls": [page for page in pages if page],
        "website_urls": [],
    }
    return {"match": {"person": who, "score": 90, "status": "candidate"}, **paid(call, 20)}


@route("POST", "/news/search")
def news(call: Call) -> object:
    """News of a company."""
    about = call.json["searchBy"]
    company = one(call, about["entity"]) if about["type"] == "entity" else call.view.company(name=about["query"])
    items = company.news if company else []
    found = [{"id": "n", "type": "editorial", **item} for item in items][: call.json["limit"]]
    return {"data": found, "has_more": False, "meta": {"count": len(found)}, "next_cursor": None, **paid(call, 1)}


def codes(call: Call, system: str) -> object:
    """Return a company's code in one system."""
    named = call.params["input"]
    company = call.view.company(domain=named) if "." in named else call.view.company(name=named)
    code = getattr(company, system, None)
    if code is None:
        return NOTHING
    return {"codes": [{"code": code, "confidence": "high", "name": "x"}], "type": system, **paid(call, 10)}


@route("GET", "/web/naics")
def naics(call: Call) -> object:
    """A NAICS code."""
    return codes(call, "naics")


@route("GET", "/web/sic")
def sic(call: Call) -> object:
    """A SIC code."""
    return codes(call, "sic")
