"""Sandbox: Lusha's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.facts import SandboxCompany, SandboxPerson
from leadenrich.sandbox.fake import Answer, Call, route

EMPTY = {
    "error": {"code": 3, "name": "EMPTY_DATA", "message": "Could not find requested data"},
    "isCreditCharged": False,
}
LOSSY = {"find_phone": {"line_type": "of the number found, where the world knows it of each"}}
WORDS = {"lusha_reveal": ["emails", "phones"]}


def emails(person: SandboxPerson, key: str = "address") -> list[dict[str, Any]]:
    """Return the addresses of a person."""
    kinds = (("work", person.email), ("private", person.personal_email))
    return [{key: address, "type": kind, "emailConfidence": "A+"} for kind, address in kinds if address]


def phones(person: SandboxPerson) -> list[dict[str, Any]]:
    """Return the numbers of a person."""
    kinds = (("Direct", person.phone), ("Mobile", person.mobile_phone))
    return [{"number": number, "phoneType": kind, "doNotCall": False} for kind, number in kinds if number]


def company_block(company: SandboxCompany) -> dict[str, Any]:
    """Return the company inside a contact."""
    return {
        "name": company.company_name,
        "domains": {"homepage": company.website, "email": company.company_domain},
        "social": {"linkedin": company.company_linkedin_url},
    }


def contact(person: SandboxPerson, *, mails: bool, numbers: bool) -> dict[str, Any]:
    """Return the data of a contact."""
    return {
        "companyId": person.company.index,
        "personId": person.id,
        "firstName": person.first_name,
        "lastName": person.last_name,
        "fullName": person.full_name,
        "emailAddresses": emails(person) if mails else [],
        "phoneNumbers": phones(person) if numbers else [],
        "location": {"city": person.city, "state": person.region, "countryIso2": person.country},
        "jobTitle": {"title": person.title, "seniority": person.seniority, "departments": [person.department]},
        "socialLinks": {"linkedin": person.linkedin_url, "xUrl": person.twitter_url},
    }


def wanted(options: dict[str, Any]) -> dict[str, bool]:
    """Return which contacts a question reveals."""
    mails = str(options.get("revealEmails", "")).lower() == "true" or options.get("filterBy") == "emailAddresses"
    numbers = str(options.get("revealPhones", "")).lower() == "true" or options.get("filterBy") == "phoneNumbers"
    return {"mails": mails or not numbers, "numbers": numbers or not mails}


@route("GET", "/v2/person")
def person(call: Call) -> object:
    """Describe one person."""
    asked = call.params
    found = call.view.person(
        id=asked.get("personId"),
        email=asked.get("email"),
        linkedin_url=asked.get("linkedinUrl"),
        first_name=asked.get("firstName"),
        last_name=asked.get("lastName"),
        company_domain=asked.get("companyDomain"),
        company_name=asked.get("companyName"),
    )
    if found is None:
        return {"contact": {**EMPTY, "data": None}}
    call.charge(5 if wanted(asked)["numbers"] else 1)
    data = {**contact(found, **wanted(asked)), "company": company_block(found.company)}
    return {"contact": {"error": None, "isCreditCharged": True, "data": data}}


def profile(company: SandboxCompany) -> dict[str, Any]:
    """Return a company."""
    return {
        "id": company.index,
        "name": company.company_name,
        "description": company.description,
        "domain": company.company_domain,
        "website": company.website,
        "employees": company.employee_range and company.employee_range.replace("-", " - "),
        "companySize": {"employeesInLinkedin": company.employee_count},
        "founded": f"August 1, {company.founded_year}",
        "companyType": company.company_type,
        "mainIndustry": company.industry,
        "industryPrimaryGroupDetails": {
            "sicCodes": [{"sicCodes": company.sic}] if company.sic else [],
            "naicsCodes": [{"naicsCodes": company.naics}] if company.naics else [],
        },
        "social": {"linkedin": {"url": company.company_linkedin_url}},
        "location": {"city": company.city, "state": company.region, "countryIso2": company.country},
        "logoUrl": company.logo_url,
        "funding": {
            "totalRoundsAmount": company.funding_total_usd,
            "lastRoundType": company.funding_stage,
            "lastRoundDate": company.last_funding_at,
        },
        "technologies": [{"name": name} for name in company.technologies],
    }


@route("GET", "/v2/company")
def company(call: Call) -> object:
    """Describe one company."""
    asked = call.params
    found = call.view.company(id=asked.get("companyId"), domain=asked.get("domain"), name=asked.get("company"))
    if found is None:
        return Answer(404, json={"statusCode": 404, "message": "Resource not found"})
    call.charge(1)
    return {"data": profile(found)}


@route("POST", "/v3/contacts/search-and-enrich")
def search_and_enrich(call: Call) -> object:
    """Describe people by v3."""
    results, charged = [], 0
    for item in call.json["contacts"]:
        found = call.view.person(
            id=item.get("id"),
            email=item.get("email"),
            linkedin_url=item.get("linkedinUrl"),
            first_name=item.get("firstName"),
            last_name=item.get("lastName"),
            company_domain=item.get("companyDomain"),
            company_name=item.get("companyName"),
        )
        reference = {"clientReferenceId": item["clientReferenceId"]}
        if found is None:
            results.append({**reference, "error": {"code": "NOT_FOUND", "message": "nobody"}})
            continue
        numbers, mails = phones(found), emails(found, "email")
        shown: dict[str, Any] = {"emails": mails if "emails" in call.json["reveal"] else []}
        shown["phones"] = [
            {"number": one["number"], "type": one["phoneType"].lower(), "doNotCall": False}
            for one in (numbers if "phones" in call.json["reveal"] else [])
        ]
        charged += bool(shown["emails"]) + 5 * bool(shown["phones"])
        data = contact(found, mails=False, numbers=False)
        block = {"name": found.company_name, "domain": found.company_domain}
        results.append({**reference, "id": found.id, **data, **shown, "company": block})
    call.charge(charged)
    return {"results": results, "billing": {"creditsCharged": charged, "resultsReturned": len(results)}}


@route("POST", "/v3/companies/search-and-enrich")
def companies_v3(call: Call) -> object:
    """Describe companies by v3."""
    results: list[dict[str, Any]] = []
    for item in call.json["companies"]:
        reference = {"clientReferenceId": item["clientReferenceId"]}
        one = call.view.company(id=item.get("id"), domain=item.get("domain"), name=item.get("name"))
        if one is None:
            results.append({**reference, "error": {"code": "NOT_FOUND", "message": "no such company"}})
            continue
        old = profile(one)
        kept = {
            name: old[name] for name in ("id", "name", "description", "domain", "companyType", "logoUrl", "funding")
        }
        low, _, high = (one.employee_range or "").replace("+", "-").partition("-")
        new = {
            "yearFounded": one.founded_year,
            "employeeCount": {"exact": one.employee_count, "min": int(low or 0), "max": int(high or 0)},
            "industry": one.industry,
            "sicCodes": [{"code": one.sic}] if one.sic else [],
            "naicsCodes": [{"code": one.naics}] if one.naics else [],
            "location": {"city": one.city, "state": one.region, "countryIso2": one.country},
            "socialLinks": {"linkedin": one.company_linkedin_url, "facebook": one.facebook_url},
            "technologies": one.technologies,
        }
        call.charge(1)
        results.append({**reference, **kept, **new})
    found = sum("error" not in one for one in results)
    return {"results": results, "billing": {"creditsCharged": found, "resultsReturned": found}}


@route("POST", "/v3/companies/lookalike")
def lookalike(call: Call) -> object:
    """List companies of the same trade."""
    seeds = call.json["seeds"]
    seed = call.view.company(
        domain=next(iter(seeds.get("domains", [])), None), linkedin_url=next(iter(seeds.get("linkedinUrls", [])), None)
    )
    start, size = int(call.json.get("dedupeSessionId") or 0), int(call.json["limit"])
    if seed is None:
        return {"results": [], "meta": {"returned": 0, "hasMore": False}, "creditsCharged": 0}
    total = call.view.count_companies(industry=seed.industry)
    found = call.view.companies(industry=seed.industry, limit=size, offset=start)
    results = [
        {
            "domain": one.company_domain,
            "socialLinks": {"linkedin": one.company_linkedin_url},
            "name": one.company_name,
            "employeeCount": {"exact": one.employee_count},
            "industry": one.industry,
            "location": {"country": one.country_name, "state": one.region, "city": one.city},
        }
        for one in found
    ]
    call.charge(len(results))
    meta = {"returned": len(results), "hasMore": start + size < total}
    return {
        "dedupeSessionId": str(start + size),
        "results": results,
        "meta": meta,
        "billing": {"creditsCharged": len(results)},
    }


@route("POST", "/v3/contacts/prospecting")
def prospecting(call: Call) -> object:
    """Search people."""
    filters = call.json["filters"]
    contacts = filters.get("contacts", {}).get("include", {})
    companies = filters.get("companies", {}).get("include", {})
    asked: dict[str, Any] = {
        "title": contacts.get("jobTitles"),
        "department": contacts.get("departments"),
        "company_domain": companies.get("domains"),
        "company_name": companies.get("names"),
    }
    page, size = call.json["pagination"]["page"], call.json["pagination"]["size"]
    people = call.view.people(limit=size, offset=page * size, **asked)
    results = [
        {
            **contact(one, mails=False, numbers=False),
            "company": {"name": one.company_name, "domain": one.company_domain},
        }
        for one in people
    ]
    call.charge(len(results))
    billing = {"creditsCharged": len(results), "resultsReturned": len(results)}
    pagination = {"page": page, "size": size, "total": call.view.count_people(**asked)}
    return {"results": results, "pagination": pagination, "billing": billing}


@route("GET", "/v3/account/usage")
def usage_v3(call: Call) -> object:
    """Read the account by v3."""
    return {"credits": {"total": 1000, "used": 0, "remaining": 1000}, "plan": {"category": "professional"}}


@route("GET", "/account/usage")
def usage(call: Call) -> object:
    """Read the account."""
    return {"usage": {"bulkCredits": {"used": 0, "total": 1000, "remaining": 1000}}}
