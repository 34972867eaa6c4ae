"""Sandbox: The Companies API's replies."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

from leadenrich.sandbox.facts import SandboxCompany
from leadenrich.sandbox.fake import Answer, Call, route

NOTHING = Answer(404, json={"messages": "companyNotFound", "status": 404})
SIZES = {
    "1-10": "1-10",
    "11-50": "10-50",
    "51-200": "50-200",
    "201-500": "200-500",
    "501-1000": "500-1k",
    "1001-5000": "1k-5k",
    "5001-10000": "5k-10k",
    "10001+": "over-10k",
}
LOSSY = {"*": {"employee_range": "the vendor's ranges begin where the ones before end"}}
WORDS = {
    "search_companies": {"filters": {"attribute": "codes.naics", "operator": "or", "sign": "equals", "values": []}}
}


def described(one: SandboxCompany) -> dict[str, Any]:
    """Return a company."""
    return {
        "id": one.id,
        "about": {
            "name": one.name,
            "industry": one.industry,
            "businessType": one.company_type,
            "totalEmployees": SIZES.get(one.employee_range or ""),
            "totalEmployeesExact": one.employee_count,
            "yearFounded": one.founded_year,
        },
        "assets": {"logoSquare": {"src": one.logo_url}},
        "codes": {"naics": [one.naics], "sic": [one.sic]},
        "contacts": {"phones": [{"category": "general", "value": one.phone}] if one.phone else []},
        "descriptions": {"primary": one.description},
        "domain": {"domain": one.domain},
        "finances": {"stockSymbol": one.ticker},
        "urls": {"website": one.website},
        "locations": {
            "headquarters": {
                "city": {"name": one.city},
                "state": {"name": one.region},
                "country": {"code": one.country.lower(), "name": one.country_name},
            }
        },
        "socials": {
            "linkedin": {"url": one.linkedin_url},
            "twitter": {"url": one.twitter_url},
            "facebook": {"url": one.facebook_url},
        },
        "technologies": {"active": one.technologies},
    }


def meta(call: Call, price: int, **more: Any) -> dict[str, Any]:
    """Return what a reply says of itself, for its price."""
    call.charge(price)
    return {"cost": price, "credits": 4199, "freeRequest": False, **more}


@route("GET", "/v2/companies/{domain}")
def by_domain(call: Call) -> object:
    one = call.view.company(domain=call.at["domain"])
    return {**described(one), "meta": meta(call, 1)} if one else NOTHING


@route("GET", "/v2/companies/by-social")
def by_social(call: Call) -> object:
    one = call.view.company(linkedin_url=call.params["linkedin"])
    return {**described(one), "meta": meta(call, 1)} if one else NOTHING


@route("GET", "/v2/companies/by-email")
def by_email(call: Call) -> object:
    one = call.view.company(email=call.params["email"])
    return {"company": described(one), "email": {}, "meta": meta(call, 1)} if one else NOTHING


@route("GET", "/v2/companies/by-name")
def by_name(call: Call) -> object:
    one = call.view.company(name=call.params["name"])
    return {"companies": [described(one)] if one else [], "meta": meta(call, 1 if one else 0)}


def page(call: Call, q: dict[str, Any], **wanted: Any) -> object:
    """Return one page of companies."""
    size, number = int(q["size"]), int(q["page"])
    found = call.view.companies(**wanted, limit=size, offset=size * (number - 1))
    total = call.view.count_companies(**wanted)
    of = {"currentPage": number, "lastPage": -(-total // size), "perPage": size, "total": total}
    return {"companies": [described(one) for one in found], "meta": meta(call, len(found), **of)}


@route("POST", "/v2/companies")
def search(call: Call) -> object:
    by = {one["attribute"]: one["values"] for one in call.json["query"]}
    ranges = {theirs: ours for ours, theirs in SIZES.items()}
    return page(
        call,
        call.json,
        keywords=call.json.get("search"),
        industry=by.get("about.industry"),
        country=by.get("locations.headquarters.country.code"),
        technology=[slug.replace("-", " ") for slug in by.get("technologies.active", [])],
        employee_range=[ranges[code] for code in by.get("about.totalEmployees", [])],
    )


@route("GET", "/v2/companies/by-prompt")
def by_prompt(call: Call) -> object:
    return page(call, call.params, keywords="software")


@route("GET", "/v2/companies/similar")
def similar(call: Call) -> object:
    one = call.view.company(domain=json.loads(unquote(call.params["domains"]))[0])
    if one is None:
        return {"companies": [], "meta": meta(call, 0)}
    return page(call, call.params, industry=one.industry)


@route("GET", "/v2/companies/{domain}/email-patterns")
def patterns(call: Call) -> object:
    one = call.view.company(domain=call.at["domain"])
    if one is None:
        return NOTHING
    return [
        {"id": 2, "pattern": "rare", "usagePercentage": 5},
        {"id": 1, "pattern": one.email_pattern, "usagePercentage": 80},
    ]


@route("POST", "/v2/companies/{domain}/ask")
def ask(call: Call) -> object:
    if call.view.company(domain=call.at["domain"]) is None:
        return NOTHING
    said = call.answer_text(f"{call.json['question']} {call.at['domain']}")
    return {"meta": meta(call, 10), "answer": {"output": {"answer": said}, "score": 80}}


@route("GET", "/v2/user")
def user(call: Call) -> object:
    return {"id": 1, "currentTeamId": 7}


@route("GET", "/v2/teams/{team}")
def team(call: Call) -> object:
    return {"id": 7, "credits": 4200}
