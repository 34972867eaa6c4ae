"""Sandbox: People Data Labs' replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.facts import SandboxCompany, SandboxPerson
from leadenrich.sandbox.fake import Answer, Call, route

LEVELS = {"c_suite": "cxo", "intern": "training"}
NOBODY = Answer(404, json={"status": 404, "error": {"type": "not_found", "message": "No records were found"}})
LOSSY = {
    "enrich_company": {"website": "the vendor writes the bare domain"},
    "search_companies": {"companies": "the vendor writes the bare domain as website"},
}
WORDS = {
    "filters": {"exists": {"field": "id"}},
    "enrich_person": {"country": None},  # namesakes of a whole country
    "people_data_labs.identify": {"full_name": None, "last_name": None},  # namesakes of the whole world
}


def bare(url: str | None) -> str | None:
    """Return a URL without its scheme, as the vendor writes them."""
    return url and url.removeprefix("https://").removeprefix("www.")


def record(person: SandboxPerson) -> dict[str, Any]:
    """Return the record of a person."""
    return {
        "id": person.id,
        "full_name": person.full_name,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "work_email": person.email,
        "personal_emails": [person.personal_email] if person.personal_email else [],
        "recommended_personal_email": person.personal_email,
        "mobile_phone": person.mobile_phone,
        "phone_numbers": [number for number in (person.phone, person.mobile_phone) if number],
        "linkedin_url": bare(person.linkedin_url),
        "twitter_url": bare(person.twitter_url),
        "github_url": bare(person.github_url),
        "facebook_url": bare(person.facebook_url),
        "headline": person.headline,
        "job_title": person.title,
        "job_title_role": person.department,
        "job_title_levels": [LEVELS.get(person.seniority or "", person.seniority)] if person.seniority else [],
        "job_company_name": person.company_name,
        "job_company_website": person.company_domain,
        "job_company_linkedin_url": bare(person.company_linkedin_url),
        "location_locality": person.city,
        "location_region": person.region,
        "location_country": person.country_name,
    }


def profile(company: SandboxCompany) -> dict[str, Any]:
    """Return the record of a company; its fields stand at the top."""
    rounds = [{"investing_companies": [name], "investing_individuals": []} for name in company.investors]
    return {
        "id": company.id,
        "name": company.company_name.lower(),
        "display_name": company.company_name,
        "website": company.company_domain,
        "size": company.employee_range,
        "employee_count": company.employee_count,
        "founded": company.founded_year,
        "industry": company.industry,
        "type": company.company_type,
        "summary": company.description,
        "linkedin_url": bare(company.company_linkedin_url),
        "twitter_url": bare(company.twitter_url),
        "facebook_url": bare(company.facebook_url),
        "ticker": company.ticker,
        "total_funding_raised": company.funding_total_usd,
        "latest_funding_stage": company.funding_stage,
        "last_funding_date": company.last_funding_at,
        "funding_details": rounds,
        "location": {"locality": company.city, "region": company.region, "country": company.country_name},
        "naics": [{"naics_code": company.naics}] if company.naics else [],
        "sic": [{"sic_code": company.sic}] if company.sic else [],
        "technologies_used": [{"name": name} for name in company.technologies],
    }


def one(value: Any) -> Any:
    """Return a parameter that may be in a list."""
    return value[0] if isinstance(value, list) else value


def found(call: Call, asked: dict[str, Any], required: str | None) -> SandboxPerson | None:
    """Return the person meant, if the field required is known."""
    where = one(asked.get("company")) or ""
    person = call.view.person(
        linkedin_url=one(asked.get("profile")),
        email=one(asked.get("email")),
        phone=one(asked.get("phone")),
        full_name=asked.get("name"),
        first_name=asked.get("first_name"),
        last_name=asked.get("last_name"),
        **{"company_domain" if "." in where else "company_name": where or None},
    )
    if person is None and asked.get("name") and not where:
        people = call.view.people(
            full_name=asked["name"], city=asked.get("locality"), country=asked.get("country"), limit=1
        )
        person = next(iter(people), None)
    if person is None or (required and not record(person).get(required)):
        return None
    return person


@route("GET", "/v5/person/enrich")
def enrich(call: Call) -> object:
    """Describe a person."""
    person = found(call, call.params, call.params.get("required"))
    if person is None:
        return NOBODY
    call.charge(1, "person")
    return {"status": 200, "likelihood": 9, "data": record(person)}


@route("POST", "/v5/person/bulk")
def bulk(call: Call) -> object:
    """Describe several people."""
    asked = call.json["requests"]
    people = [found(call, item["params"], call.json.get("required")) for item in asked]
    call.charge(sum(person is not None for person in people), "person")
    answers = [
        {"status": 200, "likelihood": 9, "data": record(person)} if person else {"status": 404, "error": {}}
        for person in people
    ]
    return [{**answer, "metadata": item["metadata"]} for answer, item in zip(answers, asked, strict=True)]


@route("GET", "/v5/person/identify")
def identify(call: Call) -> object:
    """List who may be meant."""
    person = found(call, call.params, None)
    call.charge(1, "identify")
    return NOBODY if person is None else {"status": 200, "matches": [{"data": record(person), "match_score": 92}]}


def company_of(call: Call, asked: dict[str, Any]) -> SandboxCompany | None:
    """Return the company meant."""
    site = str(asked.get("website") or "")
    return call.view.company(
        domain=site or None, name=asked.get("name"), linkedin_url=asked.get("profile"), ticker=asked.get("ticker")
    )


@route("GET", "/v5/company/enrich")
def enrich_company(call: Call) -> object:
    """Describe a company."""
    company = company_of(call, call.params)
    if company is None:
        return NOBODY
    call.charge(1, "company")
    return {"status": 200, "likelihood": 8, **profile(company)}


@route("POST", "/v5/company/enrich/bulk")
def bulk_companies(call: Call) -> object:
    """Describe several companies."""
    companies = [company_of(call, item["params"]) for item in call.json["requests"]]
    call.charge(sum(company is not None for company in companies), "company")
    return [{"status": 200, **profile(one)} if one else {"status": 404, "error": {}} for one in companies]


def terms(call: Call) -> dict[str, Any]:
    """Return field -> word or words of a search's clauses."""
    asked: dict[str, Any] = {}
    for clause in call.json["query"]["bool"]["must"]:
        for kind in ("term", "terms", "match"):
            asked |= clause.get(kind, {})
    return asked


def paged(call: Call, items: list[dict[str, Any]], total: int, start: int) -> object:
    """Return one page of a search."""
    if not items:
        return NOBODY
    after = start + len(items)
    return {"status": 200, "data": items, "total": total, "scroll_token": str(after) if after < total else None}


@route("POST", "/v5/person/search")
def search_people(call: Call) -> object:
    """Search people."""
    asked, start = terms(call), int(call.json.get("scroll_token") or 0)
    words = {"cxo": "c_suite", "training": "intern"}
    levels = asked.get("job_title_levels")
    wanted = {
        "company_domain": asked.get("job_company_website"),
        "company_name": asked.get("job_company_name"),
        "title": asked.get("job_title"),
        "seniority": [words.get(one, one) for one in (levels if isinstance(levels, list) else [levels]) if one],
        "department": asked.get("job_title_role"),
        "country": asked.get("location_country"),
        "city": asked.get("location_locality"),
        "industry": asked.get("industry"),
    }
    people = call.view.people(**wanted, limit=call.json["size"], offset=start)
    call.charge(len(people), "person_search")
    return paged(call, [record(person) for person in people], call.view.count_people(**wanted), start)


@route("POST", "/v5/company/search")
def search_companies(call: Call) -> object:
    """Search companies."""
    asked, start = terms(call), int(call.json.get("scroll_token") or 0)
    wanted = {
        "industry": asked.get("industry"),
        "employee_range": asked.get("size"),
        "name": asked.get("name"),
        "country": asked.get("location.country"),
        "city": asked.get("location.locality"),
    }
    companies = call.view.companies(**wanted, limit=call.json["size"], offset=start)
    call.charge(len(companies), "company_search")
    return paged(call, [profile(company) for company in companies], call.view.count_companies(**wanted), start)
