"""Sandbox: Tomba's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.facts import SandboxCompany, SandboxPerson
from leadenrich.sandbox.fake import Answer, Call, route

NOBODY = Answer(404, json={"errors": {"message": "not found"}})
WORDS = {"tomba.author-email": {"url": lambda person: f"https://news.{person.company_domain}/by/{person.slug}"}}
SIZES = {
    "51-250": "51-250",
    "251-1K": "251-1000",
    "1K-5K": "1001-5000",
    "5K-10K": "5001-10000",
    "10K-50K": "10001-",
}


@route("GET", "/email-finder")
def email_finder(call: Call) -> object:
    q = call.params
    return found(
        call,
        call.view.person(
            first_name=q.get("first_name"),
            last_name=q.get("last_name"),
            full_name=q.get("full_name"),
            company_domain=q.get("domain"),
            company_name=q.get("company"),
        ),
    )


@route("GET", "/linkedin")
@route("GET", "/author-finder")
def linkedin(call: Call) -> object:
    return found(call, call.view.person(linkedin_url=call.params["url"]))


@route("GET", "/enrich")
def enrich(call: Call) -> object:
    return found(call, call.view.person(email=call.params["email"]))


@route("GET", "/people/find")
def people_find(call: Call) -> object:
    person = call.view.person(email=call.params["email"])
    if person is None:
        return NOBODY
    call.charge(1, "searches")
    return {"data": individual(person)}


@route("GET", "/companies/find")
def companies_find(call: Call) -> object:
    company = call.view.company(domain=call.params["domain"])
    if company is None:
        return NOBODY
    call.charge(1, "searches")
    return {"data": firm(company)}


@route("GET", "/combined/find")
def combined_find(call: Call) -> object:
    person = call.view.person(email=call.params["email"])
    if person is None:
        return NOBODY
    call.charge(1, "searches")
    return {"data": {"person": individual(person), "company": firm(person.company)}}


def found(call: Call, person: SandboxPerson | None) -> object:
    if person is None or person.email is None:
        return {"data": {"email": None, "score": None}}
    call.charge(1, "searches")
    return {"data": described(person)}


@route("GET", "/email-verifier")
def email_verifier(call: Call) -> object:
    email = call.params["email"]
    status = call.view.verify(email)
    call.charge(1, "verifications")
    word = status if status in ("valid", "accept_all", "invalid", "disposable") else "unknown"
    checked = {
        "email": email,
        "status": word,
        "score": 90,
        "disposable": status == "disposable",
        "webmail": False,
        "accept_all": status == "accept_all",
    }
    return {"data": {"email": checked, "sources": []}}


@route("GET", "/domain-search")
def domain_search(call: Call) -> object:
    q = call.params
    company = call.view.company(domain=q.get("domain"), name=q.get("company"))
    if company is None:
        return {"data": {"organization": {"website_url": q.get("domain")}, "emails": []}, "meta": {"total": 0}}
    limit, page = int(q.get("limit") or 10), int(q.get("page") or 1)
    wanted = {
        "company_domain": company.domain,
        "department": q.get("department"),
        "country": q.get("country"),
        "has": "email",
    }
    people = call.view.people(**wanted, limit=limit, offset=limit * (page - 1))
    call.charge(-(-len(people) // 10), "searches")
    total = call.view.count_people(**wanted)
    emails = [
        {**described(one), "department": one.department, "seniority": one.seniority, "type": "personal"}
        for one in people
    ]
    return {
        "data": {"organization": organization(company), "emails": emails},
        "meta": {"total": total, "pageSize": limit, "current": page, "total_pages": -(-total // limit)},
    }


@route("GET", "/phone-finder")
def phone_finder(call: Call) -> object:
    q = call.params
    if q.get("domain"):
        company = call.view.company(domain=q["domain"])
        number = company.phone if company else None
    else:
        person = call.view.person(email=q.get("email"), linkedin_url=q.get("linkedin"))
        number = (person.mobile_phone or person.phone) if person else None
    if number is None:
        return NOBODY
    call.charge(1, "phones")
    return {"data": {"email": q.get("email"), **numbered(call, number)}}


@route("GET", "/phone-validator")
def phone_validator(call: Call) -> object:
    return {"data": numbered(call, call.params["phone"])}


def numbered(call: Call, number: str) -> dict[str, Any]:
    known = call.view.phone(number)
    if known is None:
        return {"valid": False, "e164_format": None, "line_type": "UNKNOWN"}
    line = "MOBILE" if known.line_type == "mobile" else "FIXED_LINE"
    return {
        "valid": True,
        "e164_format": known.number,
        "country_code": known.country,
        "line_type": line,
        "carrier": known.carrier,
    }


@route("GET", "/similar")
def similar(call: Call) -> object:
    model = call.view.company(domain=call.params["domain"])
    alike = call.view.companies(industry=model.industry, limit=5) if model else []
    return {"data": [{"website_url": one.domain, "name": one.name, "industries": one.industry} for one in alike]}


@route("GET", "/technology")
def technology(call: Call) -> object:
    company = call.view.company(domain=call.params["domain"])
    names = company.technologies if company else []
    return {"domain": call.params["domain"], "data": [{"slug": name.lower(), "name": name} for name in names]}


@route("POST", "/reveal/search")
def reveal(call: Call) -> object:
    def said(name: str) -> Any:
        return call.json["filters"].get(name, {}).get("include")

    wanted = {
        "industry": said("industry"),
        "keywords": said("keywords"),
        "technology": said("technologies"),
        "name": said("company"),
        "country": said("location_country"),
        "region": said("location_state"),
        "city": said("location_city"),
        "employee_range": [SIZES.get(one, one) for one in said("size") or []],
    }
    page, total = call.json["page"], call.view.count_companies(**wanted)
    companies = [revealed(one) for one in call.view.companies(**wanted, limit=10, offset=10 * (page - 1))]
    meta = {"total": total, "page": page, "limit": 10, "pages": -(-total // 10)}
    return {"success": True, "data": {"companies": companies}, "meta": meta}


@route("GET", "/me")
def me(call: Call) -> object:
    return {"data": {"pricing": {"name": "Growth"}, "requests": {"domains": {"available": 5000, "used": 120}}}}


def described(person: SandboxPerson) -> dict[str, Any]:
    return {
        "website_url": person.company_domain,
        "accept_all": person.company.accept_all,
        "email": person.email,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "full_name": person.full_name,
        "country": person.country,
        "phone_number": person.phone is not None,
        "position": person.title,
        "twitter": person.twitter_url,
        "linkedin": person.linkedin_url,
        "disposable": False,
        "webmail": False,
        "company": person.company_name,
        "score": 96,
        "verification": {"date": None, "status": person.email_status},
    }


def organization(company: SandboxCompany) -> dict[str, Any]:
    return {
        "organization": company.name,
        "website_url": company.domain,
        "phone_number": company.phone,
        "industries": company.industry,
        "founded": str(company.founded_year),
        "company_size": company.employee_range,
        "employee_count": company.employee_count,
        "company_type": company.company_type,
        "description": company.description,
        "pattern": company.email_pattern,
        "location": {"country": company.country, "city": company.city, "state": company.region},
        "social_links": {
            "twitter_url": company.twitter_url,
            "facebook_url": company.facebook_url,
            "linkedin_url": company.company_linkedin_url,
        },
    }


def revealed(company: SandboxCompany) -> dict[str, Any]:
    return {
        "name": company.name,
        "description": company.description,
        "country": company.country,
        "state": company.region,
        "city": company.city,
        "industry": company.industry,
        "company_size": company.employee_range,
        "type": company.company_type,
        "founded": str(company.founded_year),
        "website_url": company.domain,
        "phone_number": company.phone,
        "linkedin_url": company.company_linkedin_url,
    }


def individual(person: SandboxPerson) -> dict[str, Any]:
    return {
        "name": {"fullName": person.full_name, "givenName": person.first_name, "familyName": person.last_name},
        "email": person.email,
        "location": person.country,
        "geo": {
            "city": person.city,
            "state": person.region,
            "country": person.country_name,
            "countryCode": person.country,
        },
        "employment": {
            "domain": person.company_domain,
            "name": person.company_name,
            "title": person.title,
            "department": person.department,
            "seniority": person.seniority,
        },
        "linkedin": {"handle": person.linkedin_url},
        "twitter": {"handle": person.twitter_url},
        "facebook": {"handle": person.facebook_url},
        "verification": {"date": "2026-04-12T00:00:00+02:00", "status": person.email_status},
        "phone": person.phone is not None,
    }


def firm(company: SandboxCompany) -> dict[str, Any]:
    return {
        "name": company.name,
        "legalName": company.legal_name,
        "domain": company.domain,
        "site": {"phoneNumbers": [company.phone] if company.phone else [], "emailAddresses": []},
        "category": {"sicCode": company.sic, "naicsCode": company.naics},
        "tags": [company.industry] if company.industry else [],
        "description": company.description,
        "foundedYear": str(company.founded_year),
        "location": company.country,
        "geo": {
            "city": company.city,
            "state": company.region,
            "country": company.country_name,
            "countryCode": company.country,
        },
        "facebook": {"handle": company.facebook_url and company.facebook_url.rsplit("/", 1)[-1]},
        "linkedin": {"handle": company.slug},
        "twitter": {"handle": company.twitter_url and company.twitter_url.rsplit("/", 1)[-1]},
        "type": company.company_type,
        "metrics": {"employees": company.employee_range, "annualRevenue": None},
        "tech": company.technologies,
    }
