"""Sandbox: Nymeria's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.facts import SandboxCompany, SandboxPerson
from leadenrich.sandbox.fake import Answer, Call, route

NOBODY: dict[str, Any] = {"status": 404, "data": None}
RESULTS = {"valid": "valid", "accept_all": "catchall", "disposable": "disposable"}
REQUIRED = {"professional-email": "email", "personal-email": "personal_email", "phone": "mobile_phone"}


@route("GET", "/person/enrich")
def enrich(call: Call) -> object:
    return said(person(call, call.params))


@route("POST", "/person/enrich/bulk")
def enrich_bulk(call: Call) -> object:
    return [{**person(call, item["params"]), "metadata": item["metadata"]} for item in call.json["requests"]]


@route("GET", "/person/retrieve/{id}")
def retrieve(call: Call) -> object:
    return said(record(call, call.at["id"]))


@route("POST", "/person/retrieve/bulk")
def retrieve_bulk(call: Call) -> object:
    return {"status": 200, "data": [record(call, item["id"]) for item in call.json["requests"]]}


@route("GET", "/email/verify")
def verify(call: Call) -> object:
    return verified(call, call.params["email"])


@route("POST", "/email/verify/bulk")
def verify_bulk(call: Call) -> object:
    return [verified(call, item["params"]["email"]) for item in call.json["requests"]]


@route("GET", "/person/search")
def search(call: Call) -> object:
    q = call.params
    wanted = {
        "first_name": q.get("first_name"),
        "last_name": q.get("last_name"),
        "title": q.get("title"),
        "company_name": q.get("company"),
        "city": q.get("location"),
        "country": q.get("country"),
        "industry": q.get("industry"),
    }
    found = call.view.people(**wanted, limit=int(q.get("limit", 10)), offset=int(q.get("offset", 0)))
    return {"status": 200, "total": call.view.count_people(**wanted), "data": [described(one) for one in found]}


@route("GET", "/company/enrich")
def company_enrich(call: Call) -> object:
    q = call.params
    company = call.view.company(domain=q.get("website"), name=q.get("name"), linkedin_url=q.get("profile"))
    return {"status": 200, "data": profile(company)} if company else said(NOBODY)


@route("GET", "/company/search")
def company_search(call: Call) -> object:
    q = call.params
    found = call.view.companies(
        name=q.get("name"),
        city=q.get("location"),
        country=q.get("country"),
        industry=q.get("industry"),
        employee_range=q.get("size"),
        limit=int(q.get("limit", 10)),
        offset=int(q.get("offset", 0)),
    )
    return {"status": 200, "data": [profile(one) for one in found]}


def said(answer: dict[str, Any]) -> object:
    return answer if answer["status"] == 200 else Answer(404, json=answer)


def person(call: Call, q: dict[str, Any]) -> dict[str, Any]:
    handle = str(q.get("profile", ""))
    found = call.view.person(email=q.get("email"), linkedin_url=handle)
    lacking = found is None or ("require" in q and getattr(found, REQUIRED[q["require"]]) is None)
    return NOBODY if found is None or lacking else {"status": 200, "data": described(found)}


def record(call: Call, id: str) -> dict[str, Any]:
    found = call.view.person(id=id)
    return {"status": 200, "data": described(found)} if found else NOBODY


def verified(call: Call, email: str) -> dict[str, Any]:
    return {"status": 200, "data": {"result": RESULTS.get(call.view.verify(email), "invalid"), "flags": []}}


def described(one: SandboxPerson) -> dict[str, Any]:
    return {
        "id": one.id,
        "first_name": one.first_name,
        "last_name": one.last_name,
        "full_name": one.full_name,
        "work_email": one.email,
        "personal_emails": [one.personal_email] if one.personal_email else [],
        "mobile_phone": one.mobile_phone,
        "phone_numbers": [one.phone] if one.phone else [],
        "linkedin_url": bare(one.linkedin_url),
        "twitter_url": bare(one.twitter_url),
        "github_url": bare(one.github_url),
        "facebook_url": bare(one.facebook_url),
        "job_title": one.title,
        "job_title_levels": [one.seniority],
        "job_title_role": one.department,
        "location_country": one.country_name,
        "job_company_name": one.company_name,
        "job_company_website": one.company_domain,
        "job_company_linkedin_url": bare(one.company_linkedin_url),
    }


def profile(company: SandboxCompany) -> dict[str, Any]:
    return {
        "id": company.id,
        "name": company.name,
        "size": company.employee_range,
        "industry": company.industry,
        "founded": str(company.founded_year),
        "website_url": company.website,
        "linkedin_name": company.slug,
        "twitter_name": (company.twitter_url or "").rsplit("/", 1)[-1],
        "facebook_name": (company.facebook_url or "").rsplit("/", 1)[-1],
        "location": f"{company.city}, {company.region}, {company.country_name}",
    }


def bare(url: str | None) -> str | None:
    return url.removeprefix("https://www.").removeprefix("https://") if url else None


@route("POST", "/check-authentication")
def check(call: Call) -> object:
    """Say that the key is good."""
    return {"status": "success", "data": {"message": "said by the sandbox"}}
