"""Sandbox: ScrapIn's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.fake import Answer, Call, route

NOTHING = Answer(404, json={"success": False})


def said(call: Call, price: float, **more: Any) -> dict[str, Any]:
    """Return a reply at its price."""
    call.charge(price)
    return {"success": True, "credits_consumed": price, "credits_left": 331, **more}


@route("GET", "/v1/enrichment/profile")
def profile(call: Call) -> object:
    one = call.view.person(linkedin_url=call.params["linkedInUrl"])
    if one is None:
        return NOTHING
    job = {
        "title": one.title,
        "companyName": one.company_name,
        "linkedInUrl": one.company_linkedin_url,
        "startEndDate": {"start": {"year": 2021}, "end": None},
    }
    past = {"title": "Trainee", "companyName": "Elsewhere", "startEndDate": {"end": {"year": 2020}}}
    person = {
        "publicIdentifier": one.slug,
        "linkedInUrl": one.linkedin_url,
        "firstName": one.first_name,
        "lastName": one.last_name,
        "headline": one.headline,
        "positions": {"positionHistory": [past, job]},
        "location": {"city": one.city, "state": one.region, "country": one.country_name, "countryCode": one.country},
    }
    return said(call, 0.5, person=person)


@route("GET", "/v1/enrichment/company/domain")
@route("GET", "/enrichment/company")
def company(call: Call) -> object:
    one = call.view.company(domain=call.params.get("domain"), linkedin_url=call.params.get("linkedInUrl"))
    if one is None:
        return NOTHING
    low, _, high = (one.employee_range or "").rstrip("+").partition("-")
    found = {
        "linkedInId": "101",
        "name": one.name,
        "universalName": one.slug,
        "employeeCount": one.employee_count,
        "linkedInUrl": "https://www.linkedin.com/company/101",
        "websiteUrl": one.website,
        "phone": one.phone or "",
        "employeeCountRange": {"start": int(low), "end": int(high or 1)} if low else None,
        "industry": one.industry,
        "description": one.description or "",
        "logo": one.logo_url,
        "headquarter": {"city": one.city, "country": one.country, "geographicArea": one.region},
    }
    return said(call, 2, company=found)


@route("POST", "/v1/enrichment/persons/search")
def search(call: Call) -> object:
    q = call.json
    slug = q.get("currentCompanyId")
    low, high = q.get("currentCompanyEmployeeCountMin"), q.get("currentCompanyEmployeeCountMax")
    wanted = {
        "first_name": q.get("firstName"),
        "last_name": q.get("lastName"),
        "company_name": q.get("companyName"),
        "title": q.get("currentPositionTitle"),
        "city": q.get("locationCity"),
        "country": q.get("locationCountryCode"),
        "industry": q.get("companyIndustries"),
        "company_linkedin_url": slug,
        "employee_range": f"{low or 0}-{high or 10**9}" if low or high else None,
    }
    found = call.view.people(**wanted, limit=20, offset=20 * (q["page"] - 1))
    total = call.view.count_people(**wanted)
    persons = [
        {
            "publicIdentifier": one.slug,
            "linkedInUrl": one.linkedin_url,
            "firstName": one.first_name,
            "lastName": one.last_name,
            "headline": one.headline,
            "currentPositionTitle": one.title,
            "currentCompanyName": one.company_name,
        }
        for one in found
    ]
    page = {"currentPage": q["page"], "totalPages": -(-total // 20), "totalResults": total, "resultsPerPage": 20}
    return said(call, 0.1, pagination=page, persons=persons)
