"""Sandbox: Apollo's replies."""

from __future__ import annotations

import hashlib
from typing import Any

from leadenrich.sandbox.facts import SandboxCompany, SandboxPerson
from leadenrich.sandbox.fake import Answer, Call, route

WORDS = {
    "apollo_person_id": lambda person: person.id,
    "apollo_organization_id": lambda person: person.company.id,
    "apollo_hashed_email": lambda person: hashed(person.email),
}

APART = {
    "find_personal_email": "personal e-mails are revealed on request only",
    "apollo.person-by-id": "the address is not revealed",
}


@route("POST", "/people/match")
def match(call: Call) -> object:
    """One person; a wish for phones starts background work."""
    found = known(call, call.params)
    call.charge(1 if found else 0)
    body: dict[str, Any] = {"person": person(found, call.params.get("reveal_personal_emails")) if found else None}
    if call.params.get("reveal_phone_number") == "true":
        body["request_id"] = call.job(revealed(call, [found]))
    return body


@route("POST", "/people/bulk_match")
def bulk_match(call: Call) -> object:
    """Ten people at most."""
    details = call.json.get("details", [])
    if len(details) > 10:
        return Answer(400, json={"status": "failed", "error_code": "RECORD_LIMIT_EXCEEDED"})
    people = [known(call, detail) for detail in details]
    call.charge(sum(1 for one in people if one))
    personal = call.params.get("reveal_personal_emails")
    body: dict[str, Any] = {
        "status": "success",
        "total_requested_enrichments": len(details),
        "matches": [person(one, personal) if one else None for one in people],
    }
    if call.params.get("reveal_phone_number") == "true":
        body["request_id"] = call.job(revealed(call, people))
    return body


@route("GET", "/webhook_result/{id}")
def webhook_result(call: Call) -> object:
    """The phone numbers, once they are there."""
    found = call.done(call.at["id"])
    if found is None:
        return Answer(404, json={"error_code": "result_pending", "retry_after_seconds": 5})
    return {"request_id": call.at["id"], "webhook_status": "success", "request_type": "phone", "webhook_result": found}


@route("POST", "/mixed_people/api_search")
def people_search(call: Call) -> object:
    """People without addresses or last names."""
    wanted = {
        "company_domain": call.params.get("q_organization_domains_list[]"),
        "title": call.params.get("person_titles[]"),
        "seniority": call.params.get("person_seniorities[]"),
        "keywords": call.params.get("q_keywords"),
    }
    page, size = int(call.params.get("page", 1)), int(call.params.get("per_page", 10))
    people = call.view.people(**wanted, limit=size, offset=(page - 1) * size)
    listed = [
        {
            "id": one.id,
            "first_name": one.first_name,
            "last_name_obfuscated": f"{one.last_name[:2]}**",
            "title": one.title,
            "has_email": one.email is not None,
            "organization": {"name": one.company.company_name},
        }
        for one in people
    ]
    return {"total_entries": call.view.count_people(**wanted), "people": listed}


@route("POST", "/mixed_companies/search")
def company_search(call: Call) -> object:
    """Companies, page by page."""
    wanted = {
        "name": call.params.get("q_organization_name"),
        "domain": call.params.get("q_organization_domains_list[]"),
        "keywords": call.params.get("q_organization_keyword_tags[]"),
        "technology": call.params.get("currently_using_any_of_technology_uids[]"),
    }
    page, size = int(call.params.get("page", 1)), int(call.params.get("per_page", 10))
    companies = call.view.companies(**wanted, limit=size, offset=(page - 1) * size)
    total = call.view.count_companies(**wanted)
    call.charge(1 if companies else 0)
    listed = [{**organization(one), "sanitized_phone": one.phone} for one in companies]
    return {"pagination": {"page": page, "total_entries": total}, "accounts": [], "organizations": listed}


@route("POST", "/news_articles/search")
def news(call: Call) -> object:
    """News of one organization."""
    company = call.view.company(id=str(call.params.get("organization_ids[]")))
    page, size = int(call.params.get("page", 1)), int(call.params.get("per_page", 25))
    articles = company.news if company else []
    shown = articles[(page - 1) * size : page * size]
    call.charge(1 if shown else 0)
    return {"pagination": {"page": page, "total_entries": len(articles)}, "news_articles": shown}


@route("GET", "/organizations/enrich")
def enrich(call: Call) -> object:
    """One company."""
    company = employer(call, call.params)
    call.charge(1 if company else 0)
    return {"organization": organization(company) if company else None}


@route("POST", "/organizations/bulk_enrich")
def bulk_enrich(call: Call) -> object:
    """Ten companies at most."""
    found = [employer(call, detail) for detail in call.json.get("details", [])]
    call.charge(sum(1 for one in found if one))
    return {"status": "success", "organizations": [organization(one) if one else None for one in found]}


@route("POST", "/usage_stats/credit_usage_stats")
def usage(call: Call) -> object:
    """What is left."""
    return {"credit_usage_stats": {"lead_credit": {"limit": 1000, "consumed": 40, "left_over": 960}}}


@route("POST", "/usage_stats/api_usage_stats")
def api_usage(call: Call) -> object:
    """How often endpoints were asked."""
    counts = {"limit": 1000, "consumed": 40, "left_over": 960}
    return {'["api/v1/people", "match"]': {"day": counts, "hour": counts, "minute": counts}}


@route("GET", "/organizations/{id}/job_postings")
def job_postings(call: Call) -> object:
    """Open positions: one for each technology that a company uses."""
    company = call.view.company(id=call.at["id"])
    page, size = int(call.params.get("page", 1)), int(call.params.get("per_page", 100))
    tools = company.technologies if company else []
    shown = tools[(page - 1) * size : page * size]
    call.charge(1 if shown else 0)
    jobs = [
        {
            "id": f"job-{i}",
            "title": f"{tool} Engineer",
            "url": f"https://jobs.{company.company_domain}/{i}",
            "city": company.city,
            "state": company.region,
            "country": company.country_name,
            "posted_at": "2026-03-02T09:00:00.000+00:00",
            "last_seen_at": "2026-03-09T09:00:00.000+00:00",
        }
        for i, tool in enumerate(shown)
        if company
    ]
    return {"organization_job_postings": jobs}


@route("GET", "/organizations/{id}")
def organization_by_id(call: Call) -> object:
    """One company by its id."""
    company = call.view.company(id=call.at["id"])
    if company is None:
        return Answer(422, json={"error": "Parameters misconfigured. id is not a valid ID"})
    call.charge(1)
    return {"organization": organization(company)}


@route("GET", "/people/{id}")
def person_by_id(call: Call) -> object:
    """One person by the id; the address is not revealed."""
    one = call.view.person(id=call.at["id"])
    if one is None:
        return Answer(422, json={"error": "Person does not exist."})
    call.charge(1)
    locked = "email_not_unlocked@domain.com" if one.email else None
    return {"person": {**person(one), "email": locked}}


@route("GET", "/users/api_profile")
def profile(call: Call) -> object:
    """The key's own user."""
    return {"id": "user-1", "is_master_key": True}


def known(call: Call, asked: Any) -> SandboxPerson | None:
    """Return whom a question names."""
    if digest := asked.get("hashed_email"):
        return next((one for one in call.view.people(limit=None) if one.email and hashed(one.email) == digest), None)
    return call.view.person(
        id=asked.get("id"),
        email=asked.get("email"),
        linkedin_url=asked.get("linkedin_url"),
        first_name=asked.get("first_name"),
        last_name=asked.get("last_name"),
        full_name=asked.get("name"),
        company_domain=asked.get("domain"),
        company_name=asked.get("organization_name"),
    )


def hashed(email: str) -> str:
    """Return the digest that stands for an address."""
    return hashlib.sha256(email.encode()).hexdigest()


def employer(call: Call, asked: Any) -> SandboxCompany | None:
    """Return which company a question names."""
    site = str(asked.get("website") or "").split("://")[-1].removeprefix("www.").split("/")[0]
    return call.view.company(
        domain=asked.get("domain") or site or None, linkedin_url=asked.get("linkedin_url"), name=asked.get("name")
    )


def person(one: SandboxPerson, personal: Any = None) -> dict[str, Any]:
    """Return a person as Apollo describes one."""
    return {
        "id": one.id,
        "first_name": one.first_name,
        "last_name": one.last_name,
        "name": one.full_name,
        "linkedin_url": one.linkedin_url and one.linkedin_url.replace("https://", "http://"),
        "title": one.title,
        "headline": one.headline,
        "email": one.email,
        "photo_url": None,
        "email_status": "verified" if one.email_status == "valid" else None,
        "twitter_url": one.twitter_url,
        "github_url": one.github_url,
        "facebook_url": one.facebook_url,
        "city": one.city,
        "state": one.region,
        "country": one.country_name,
        "seniority": one.seniority,
        "departments": [one.department] if one.department else [],
        "organization": organization(one.company),
        **({"personal_emails": [one.personal_email] if one.personal_email else []} if personal == "true" else {}),
    }


def revealed(call: Call, people: list[SandboxPerson | None]) -> dict[str, Any]:
    """Return what is said about phone numbers in the end."""
    found = [one for one in people if one and (one.mobile_phone or one.phone)]
    spent = 8 * sum(1 for one in found if one.mobile_phone)
    call.charge(spent)
    stated = {"credits_consumed": spent} if len(people) == 1 else {}
    return {
        **stated,
        "status": "success",
        "unique_enriched_records": len(found),
        "missing_records": len(people) - len(found),
        "people": [
            {
                "id": one.id,
                "status": "success",
                "phone_numbers": [
                    {"raw_number": number, "sanitized_number": number, "status_cd": "valid_number", "type_cd": kind}
                    for number, kind in ((one.phone, "work_direct"), (one.mobile_phone, "mobile"))
                    if number
                ],
            }
            for one in found
        ],
    }


def organization(one: SandboxCompany) -> dict[str, Any]:
    """Return a company as Apollo describes one."""
    funded = one.funding_total_usd is not None
    return {
        "id": one.id,
        "name": one.company_name,
        "website_url": one.website,
        "primary_domain": one.company_domain,
        "linkedin_url": one.company_linkedin_url.replace("https://", "http://"),
        "twitter_url": one.twitter_url,
        "facebook_url": one.facebook_url,
        "primary_phone": {"sanitized_number": one.phone} if one.phone else {},
        "phone": one.phone,
        "founded_year": one.founded_year,
        "publicly_traded_symbol": one.ticker,
        "logo_url": one.logo_url,
        "industry": one.industry,
        "keywords": one.keywords,
        "city": one.city,
        "estimated_num_employees": one.employee_count,
        "state": one.region,
        "country": one.country_name,
        "short_description": one.description,
        "annual_revenue": int(one.annual_revenue_usd) if one.annual_revenue_usd is not None else None,
        "total_funding": int(one.funding_total_usd) if one.funding_total_usd is not None else None,
        "latest_funding_stage": one.funding_stage,
        "latest_funding_round_date": f"{one.last_funding_at}T00:00:00.000+00:00" if one.last_funding_at else None,
        "funding_events": [{"id": "f1", "investors": ", ".join(one.investors)}] if funded and one.investors else [],
        "technology_names": one.technologies,
        "current_technologies": [{"uid": name.lower(), "name": name} for name in one.technologies],
    }
