"""Sandbox: FullEnrich's replies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from leadenrich.sandbox.facts import SandboxCompany, SandboxPerson
from leadenrich.sandbox.fake import Answer, Call, route

REFUSED = Answer(401, json={"code": "error.api.key", "message": "Unknown api key"})
THROTTLED = Answer(429, json={"code": "error.rate.limit", "message": "Too many requests. Try again in 1m"})
LEVELS = {"c_suite": "C-level", "vp": "VP"}
RUNNING = Answer(400, json={"code": "error.enrichment.in_progress", "message": "Enrichment not ready"})


@route("POST", "/contact/enrich/bulk")
def enrich(call: Call) -> object:
    return submitted(call, contact)


@route("POST", "/contact/reverse/email/bulk")
def reverse(call: Call) -> object:
    return submitted(call, behind)


@route("GET", "/contact/enrich/bulk/{id}")
@route("GET", "/contact/reverse/email/bulk/{id}")
def poll(call: Call) -> object:
    done = call.done(call.at["id"])
    return RUNNING if done is None else {"id": call.at["id"], "name": "leadenrich", "status": "FINISHED", **done}


def submitted(call: Call, answer: Callable[[Call, dict[str, Any]], tuple[dict[str, Any], float]]) -> object:
    said = [(item, *answer(call, item)) for item in call.json["data"]]
    data = [{"input": item, "custom": item.get("custom"), **found} for item, found, _ in said]
    spent = sum(cost for *_, cost in said)
    call.charge(spent)
    return {"enrichment_id": call.job({"cost": {"credits": spent}, "data": data[::-1]})}


def contact(call: Call, item: dict[str, Any]) -> tuple[dict[str, Any], float]:
    person = call.view.person(
        linkedin_url=item.get("linkedin_url"),
        first_name=item.get("first_name"),
        last_name=item.get("last_name"),
        company_domain=item.get("domain"),
        company_name=item.get("company_name"),
    )
    info: dict[str, Any] = {}
    cost = 0.0
    if person is None:
        return {"contact_info": info, "profile": None}, cost
    for wanted in item["enrich_fields"]:
        if wanted == "contact.work_emails" and person.email:
            status = {"valid": "DELIVERABLE", "accept_all": "CATCH_ALL"}.get(str(person.email_status), "INVALID")
            info["most_probable_work_email"], cost = {"email": person.email, "status": status}, cost + 1
        if wanted == "contact.personal_emails" and person.personal_email:
            info["most_probable_personal_email"] = {"email": person.personal_email, "status": "DELIVERABLE"}
            cost += 3
        if wanted == "contact.phones" and person.mobile_phone:
            info["most_probable_phone"] = {"number": person.mobile_phone, "region": person.country}
            cost += 10
    return {"contact_info": info, "profile": described(person)}, cost


def behind(call: Call, item: dict[str, Any]) -> tuple[dict[str, Any], float]:
    person = call.view.person(email=item["email"])
    return ({"profile": described(person)}, 1) if person else ({"profile": None}, 0)


@route("POST", "/people/lookup")
def people_lookup(call: Call) -> object:
    body = call.json
    person = call.view.person(
        linkedin_url=body.get("person_professional_network_url"),
        full_name=body.get("person_name"),
        company_domain=body.get("company_domain"),
        company_linkedin_url=body.get("company_professional_network_url"),
    )
    return listed(call, "people", [described(person)] if person else [])


@route("POST", "/company/lookup")
def company_lookup(call: Call) -> object:
    company = call.view.company(domain=call.json.get("domain"), linkedin_url=call.json.get("professional_network_url"))
    return listed(call, "companies", [profile(company)] if company else [])


@route("POST", "/people/search")
def people_search(call: Call) -> object:
    wanted = {
        "company_domain": values(call, "current_company_domains"),
        "title": values(call, "current_position_titles"),
        "seniority": values(call, "current_position_seniority_level"),
        "country": values(call, "person_locations"),
        "industry": values(call, "current_company_industries"),
        "employee_range": sizes(call, "current_company_headcounts"),
    }
    limit, offset = call.json.get("limit", 10), int(call.json.get("search_after", 0))
    found = [described(one) for one in call.view.people(**wanted, limit=limit, offset=offset)]
    return listed(call, "people", found, call.view.count_people(**wanted), offset)


@route("POST", "/company/search")
def company_search(call: Call) -> object:
    wanted = {
        "name": values(call, "names"),
        "domain": values(call, "domains"),
        "industry": values(call, "industries"),
        "keywords": values(call, "keywords"),
        "country": values(call, "headquarters_locations"),
        "employee_range": sizes(call, "headcounts"),
    }
    limit, offset = call.json.get("limit", 10), int(call.json.get("search_after", 0))
    found = [profile(one) for one in call.view.companies(**wanted, limit=limit, offset=offset)]
    return listed(call, "companies", found, call.view.count_companies(**wanted), offset)


def values(call: Call, name: str) -> list[str]:
    return [one["value"] for one in call.json.get(name, [])]


def sizes(call: Call, name: str) -> list[str]:
    return [f"{one['min']}-{one.get('max', '')}" for one in call.json.get(name, [])]


def listed(call: Call, what: str, found: list[Any], total: int | None = None, offset: int = 0) -> object:
    call.charge(0.25 * len(found))
    end = offset + len(found)
    after = str(end) if total is not None and end < total else None
    return {what: found, "metadata": {"total": total, "credits": 0.25 * len(found), "search_after": after}}


@route("GET", "/account/credits")
def credits(call: Call) -> object:
    return {"balance": 950.5}


@route("GET", "/account/keys/verify")
def verify(call: Call) -> object:
    return {"workspace_id": "w-1"}


def described(person: SandboxPerson) -> dict[str, Any]:
    return {
        "id": person.id,
        "full_name": person.full_name,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "headline": person.headline,
        "location": {
            "country": person.country_name,
            "country_code": person.country,
            "city": person.city,
            "region": person.region,
        },
        "social_profiles": {"professional_network": {"url": person.linkedin_url, "handle": person.slug}},
        "employment": {
            "current": {
                "title": person.title,
                "seniority": LEVELS.get(str(person.seniority), str(person.seniority).title()),
                "job_functions": [{"function": person.department, "sub_function": None}],
                "is_current": True,
                "company": profile(person.company),
            }
        },
    }


def profile(company: SandboxCompany) -> dict[str, Any]:
    return {
        "id": company.id,
        "name": company.name,
        "domain": company.domain,
        "website": company.website,
        "description": company.description,
        "year_founded": company.founded_year or 0,
        "headcount": company.employee_count or 0,
        "headcount_range": company.employee_range,
        "company_type": company.company_type,
        "industry": {"main_industry": company.industry},
        "locations": {
            "headquarters": {
                "city": company.city,
                "region": company.region,
                "country": company.country_name,
                "country_code": company.country,
            },
            "offices": None,
        },
        "social_profiles": {"professional_network": {"url": company.company_linkedin_url}},
        "logo_url": company.logo_url,
    }
