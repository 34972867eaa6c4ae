"""Sandbox: Ocean.io's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.facts import SandboxCompany, SandboxPerson
from leadenrich.sandbox.fake import Answer, Call, route

REFUSED = Answer(403, json={"detail": "Invalid API token"})
NO_CREDITS = Answer(402, json={"detail": "Insufficient credits"})
WORDS = {
    "find_email": {"ocean_io_person_id": None},
    "find_phone": {"ocean_io_person_id": None},
    "search_people": {"title": lambda person: person.title},
}
LOSSY = {
    "*": {"employee_range": "the vendor's classes begin 0-1, 2-10 and go on above 10,000"},
    "find_phone": {"phone": "the vendor does not say which of a person's numbers it gives"},
}
LEVELS = {
    "Owner": "owner",
    "Founder": "founder",
    "C-Level": "c_suite",
    "Partner": "partner",
    "VP": "vp",
    "Head": "head",
    "Director": "director",
    "Manager": "manager",
    "Other": "senior",
}
TEAMS = {
    "Management": ["executive"],
    "Engineering": ["engineering", "it"],
    "Sales": ["sales"],
    "HR": ["hr"],
    "Marketing and Advertising": ["marketing"],
    "Accounting and Finance": ["finance"],
    "Legal": ["legal"],
    "Customer Relations": ["customer_success", "support"],
    "Operations": ["operations"],
    "Product": ["product"],
    "Procurement": ["procurement"],
    "R&D": ["research"],
    "Design": ["design"],
    "Security": ["security"],
}


def company_object(company: SandboxCompany) -> dict[str, Any]:
    """Return a company as the vendor writes it."""
    return {
        "domain": company.company_domain,
        "name": company.company_name,
        "legalName": company.legal_name,
        "rootUrl": company.website,
        "description": company.description,
        "primaryCountry": company.country.lower(),
        "companySize": company.employee_range,
        "employeeCountOcean": None,
        "employeeCountLinkedin": company.employee_count,
        "revenue": "10-50M",
        "yearFounded": company.founded_year,
        "industries": [company.industry],
        "linkedinIndustry": company.industry,
        "technologies": company.technologies,
        "phones": [{"number": company.phone, "primary": True}] if company.phone else [],
        "logo": company.logo_url,
        "medias": {
            "linkedin": {"url": company.company_linkedin_url},
            "twitter": {"url": company.twitter_url},
            "facebook": {"url": company.facebook_url},
        },
        "locations": [
            {"primary": True, "country": company.country.lower(), "locality": company.city, "region": company.region}
        ],
        "fundingRound": {"date": company.last_funding_at, "type": company.funding_stage},
    }


def person_object(person: SandboxPerson, reveal: bool = False) -> dict[str, Any]:
    """Return a person as the vendor writes it."""
    level = next((name for name, word in LEVELS.items() if word == person.seniority), None)
    status = {"valid": "verified", "accept_all": "catchAll"}.get(person.email_status or "", "notFound")
    return {
        "id": person.id,
        "domain": person.company_domain,
        "name": person.full_name,
        "firstName": person.first_name,
        "lastName": person.last_name,
        "country": (person.country or "").lower() or None,
        "state": person.region,
        "linkedinUrl": person.linkedin_url,
        "seniorities": [level] if level else [],
        "departments": [person.department],
        "jobTitle": person.title,
        "headline": person.headline,
        "email": {"address": person.email, "status": status} if person.email else None,
        "phone": {"numbers": [person.phone or person.mobile_phone], "status": "verified"} if reveal else None,
    }


@route("POST", "/v3/search/companies")
def search_companies(call: Call) -> object:
    """Search, or find lookalikes: companies of the same industry."""
    body, filters = call.json, call.json.get("companiesFilters", {})
    wanted: dict[str, Any] = {
        "industry": (filters.get("industries") or {}).get("industries"),
        "country": (filters.get("primaryLocations") or {}).get("includeCountries"),
        "technology": ((filters.get("technologies") or {}).get("apps") or {}).get("anyOf"),
        "keywords": (filters.get("keywords") or {}).get("anyOf"),
    }
    if seeds := filters.get("lookalikeDomains"):
        seed = call.view.company(domain=seeds[0])
        if seed is None:
            return {"detail": "OK", "total": 0, "companies": [], "creditsUsed": 0}
        wanted["industry"] = seed.industry
    offset = int(body.get("searchAfter") or 0)
    found = call.view.companies(limit=body["size"], offset=offset, **wanted)
    call.charge(0.2 * len(found))
    return {
        "detail": "OK",
        "total": call.view.count_companies(**wanted),
        "searchAfter": str(offset + len(found)),
        "companies": [{"company": company_object(one), "relevance": "A"} for one in found],
        "creditsUsed": round(0.2 * len(found), 1),
    }


@route("POST", "/v2/enrich/company")
def enrich_company(call: Call) -> object:
    """Describe a company."""
    asked = call.json["company"]
    company = call.view.company(domain=asked.get("domain"), name=asked.get("name"), linkedin_url=asked.get("linkedin"))
    if company is None:
        return Answer(404, json={"detail": "No matching record found"})
    call.charge(0.1)
    return {**company_object(company), "creditsUsed": 0.1}


@route("POST", "/v2/lookup/companies")
def lookup_companies(call: Call) -> object:
    """Describe many companies."""
    domains = call.json["domains"]
    found = [company_object(one) for domain in domains if (one := call.view.company(domain=domain)) is not None]
    call.charge(0.05 * len(found))
    used = round(0.05 * len(found), 2)
    return {"companies": found, "totalRequested": len(domains), "totalFound": len(found), "creditsUsed": used}


@route("POST", "/v2/autocomplete/companies")
def autocomplete(call: Call) -> object:
    """Complete a company's name."""
    call.charge(0.1)
    company = call.view.company(name=call.json["name"])
    item = (
        {"domain": company.company_domain, "name": company.company_name, "logo": company.logo_url} if company else None
    )
    return {"companies": [item] if item else []}


@route("POST", "/v2/enrich/person")
def enrich_person(call: Call) -> object:
    """Describe a person."""
    who, place = call.json["person"], call.json.get("company", {})
    person = call.view.person(
        linkedin_url=who.get("linkedin"),
        email=who.get("email"),
        full_name=who.get("name"),
        first_name=who.get("firstName"),
        last_name=who.get("lastName"),
        company_domain=place.get("domain"),
        company_name=place.get("name"),
    )
    if person is None:
        return Answer(404, json={"detail": "No matching record found"})
    reveal = "revealPhones" in call.json
    used = 0.1 + (1 if "revealEmails" in call.json and person.email else 0) + (10 if reveal else 0)
    call.charge(used)
    return {**person_object(person, reveal), "creditsUsed": used}


@route("POST", "/v2/reveal/{kind}")
def reveal(call: Call) -> object:
    """Promise a delivery."""
    return {"status": "in progress"}


@route("POST", "/v3/search/people")
def search_people(call: Call) -> object:
    """Search people."""
    body, people = call.json, call.json.get("peopleFilters", {})
    companies = call.json.get("companiesFilters", {})
    wanted = {
        "company_domain": companies.get("includeDomains"),
        "industry": (companies.get("industries") or {}).get("industries"),
        "title": (people.get("jobTitleKeywords") or {}).get("anyOf"),
        "seniority": [LEVELS.get(level, level) for level in people.get("seniorities") or []],
        "department": [team for name in people.get("departments") or [] for team in TEAMS.get(name, [name])],
        "country": people.get("countries"),
        "full_name": people.get("names"),
    }
    offset = int(body.get("searchAfter") or 0)
    found = call.view.people(limit=body["size"], offset=offset, **wanted)
    call.charge(0.2 * len(found))
    return {
        "detail": "OK",
        "total": call.view.count_people(**wanted),
        "searchAfter": str(offset + len(found)),
        "people": [person_object(one) for one in found],
        "creditsUsed": round(0.2 * len(found), 1),
    }


@route("GET", "/v2/credits/balance")
def balance(call: Call) -> object:
    """Say what is left."""
    empty = {"oneTime": 0, "recurrent": 0}
    return {"credits": {"oneTime": 0, "recurrent": 5000}, "emailCredits": empty, "phoneCredits": empty}


@route("GET", "/v2/data-fields")
def data_fields(call: Call) -> object:
    """The words that searches know, as far as the invented world uses them."""
    companies = call.view.companies(limit=50)
    countries = sorted({(one.country.lower(), one.region) for one in companies if one.region})
    return {
        "industries": [
            {"industryCategory": "All", "industries": sorted({one.industry for one in companies if one.industry})}
        ],
        "linkedinIndustries": sorted({one.industry for one in companies if one.industry}),
        "technologies": [
            {"name": name, "categories": ["Software"]}
            for name in sorted({name for one in companies for name in one.technologies})
        ],
        "regions": {
            country: [
                {"code": None, "englishName": region, "localName": region}
                for other, region in countries
                if other == country
            ]
            for country, _ in countries
        },
        "seniorities": [*LEVELS, "Board Member"],
        "departments": list(TEAMS),
    }
