"""Sandbox: Wiza's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.fake import Answer, Call, route

REFUSED = Answer(401, json={"status": {"code": 401, "message": "Unauthorized"}})
STATUS = {"valid": "valid", "accept_all": "risky"}

APART = {
    "find_personal_email": "a reveal looks for one kind of address",
}


@route("POST", "/individual_reveals")
def reveal(call: Call) -> object:
    who, level = call.json["individual_reveal"], call.json["enrichment_level"]
    person = call.view.person(
        linkedin_url=who.get("profile_url"),
        email=who.get("email"),
        full_name=who.get("full_name"),
        company_domain=who.get("domain"),
        company_name=who.get("company"),
    )
    data: dict[str, Any] = {"status": "failed", "is_complete": True, "fail_error": "not_found"}
    if person is not None:
        firm, options = person.company, call.json.get("email_options", {})
        data = {
            "status": "finished",
            "is_complete": True,
            "fail_error": None,
            "name": person.full_name,
            "title": person.title,
            "linkedin_profile_url": person.linkedin_url,
            "company": firm.name,
            "company_domain": firm.domain,
            "company_linkedin": firm.company_linkedin_url,
            "email": None,
            "emails": [],
        }
        work = {"email": person.email, "email_type": "work", "email_status": STATUS.get(str(person.email_status))}
        own = {"email": person.personal_email, "email_type": "personal", "email_status": "valid"}
        wanted = [(options.get("accept_work"), work), (options.get("accept_personal"), own)]
        data["emails"] = [one for asked, one in wanted if asked and one["email"]]
        phones = {"mobile_phone": person.mobile_phone, "phone_number": person.phone} if level == "phone" else {}
        found = bool(data["emails"] or any(phones.values()))
        total = {"none": 1, "partial": 2 * found, "phone": 5 * found}[level]
        call.charge(total)
        data |= {**phones, "credits": {"api_credits": {"total": total}}}
    job = call.job(data)
    return {"status": {"code": 200}, "data": {"id": job, "status": "queued", "is_complete": False}}


@route("GET", "/individual_reveals/{id}")
def poll(call: Call) -> object:
    done = call.done(call.at["id"]) or {"status": "resolving", "is_complete": False}
    return {"status": {"code": 200}, "data": {"id": call.at["id"], **done}}


@route("POST", "/company_enrichments")
def company_enrichments(call: Call) -> object:
    body = call.json
    company = call.view.company(
        domain=body.get("company_domain"),
        name=body.get("company_name"),
        linkedin_url=body.get("company_linkedin_slug"),
    )
    if company is None:
        return Answer(404, json={"status": {"code": 404, "message": "no such record"}})
    call.charge(2)
    return {
        "data": {
            "company_name": company.name,
            "company_domain": company.domain,
            "company_industry": company.industry,
            "company_size": company.employee_count,
            "company_size_range": company.employee_range,
            "company_founded": company.founded_year,
            "company_type": company.company_type,
            "company_description": company.description,
            "company_ticker": company.ticker,
            "company_funding": str(company.funding_total_usd) if company.funding_total_usd else None,
            "company_last_funding_round": company.funding_stage,
            "company_last_funding_at": company.last_funding_at,
            "company_twitter": company.twitter_url,
            "company_facebook": company.facebook_url,
            "company_linkedin": company.company_linkedin_url,
            "company_locality": company.city,
            "company_region": company.region,
            "company_country": company.country_name,
            "credits": {"api_credits": {"total": 2, "company_credits": 2}},
        }
    }


@route("GET", "/meta/credits")
def credits(call: Call) -> object:
    return {"credits": {"email_credits": "unlimited", "phone_credits": 120, "export_credits": 500, "api_credits": 900}}
