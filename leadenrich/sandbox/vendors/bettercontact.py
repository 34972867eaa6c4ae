"""Sandbox: BetterContact's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.facts import SandboxPerson
from leadenrich.sandbox.fake import Answer, Call, route

STATUS = {"valid": "valid", "accept_all": "catch_all_safe"}


@route("POST", "/async")
def enrich(call: Call) -> object:
    said = [contact(call, item) for item in call.json["data"]]
    spent = sum(cost for _, cost in said)
    call.charge(spent)
    job = call.job({"credits_consumed": spent, "data": [found for found, _ in said][::-1]})
    return Answer(201, json={"success": True, "id": job, "message": "Processing"})


@route("POST", "/lead_finder/async")
def find_leads(call: Call) -> object:
    filters = call.json["filters"]

    def said(name: str) -> Any:
        return filters.get(name, {}).get("include")

    low, high = filters.get("company_headcount_min"), filters.get("company_headcount_max", "")
    employer = (said("company") or [None])[0]
    known = call.view.company(domain=employer, name=employer) if employer else None
    wanted = {
        "company_domain": known.domain if known else employer,
        "industry": said("company_industry"),
        "technology": said("company_technologies"),
        "employee_range": f"{low}-{high}" if low else None,
        "title": said("lead_job_title"),
        "seniority": said("lead_seniority"),
        "department": said("lead_department"),
        "country": said("lead_location"),
    }
    leads = [described(one) for one in call.view.people(**wanted, limit=call.json["max_leads"])]
    summary = {"leads_found": call.view.count_people(**wanted)}
    job = call.job({"credits_consumed": "0", "summary": summary, "leads": leads})
    return Answer(202, json={"success": True, "message": "Lead finder request accepted.", "request_id": job})


@route("GET", "/async/{id}")
@route("GET", "/lead_finder/async/{id}")
def poll(call: Call) -> object:
    done = call.done(call.at["id"])
    if done is None:
        return Answer(202, json={"id": call.at["id"], "status": "processing"})
    return {"id": call.at["id"], "status": "terminated", "credits_left": "4999", **done}


@route("GET", "/account")
def account(call: Call) -> object:
    return {"email": "owner@host.example", "credits_left": "4999"}


def contact(call: Call, item: dict[str, Any]) -> tuple[dict[str, Any], int]:
    person = call.view.person(
        first_name=item.get("first_name"),
        last_name=item.get("last_name"),
        company_domain=item.get("company_domain"),
        company_name=item.get("company"),
        linkedin_url=item.get("linkedin_url"),
    )
    fields = [{"name": name, "value": value} for name, value in (item.get("custom_fields") or {}).items()]
    own = {"custom_fields": fields, "enriched": False, "contact_email_address": None}
    if person is None:
        return {**own, "contact_email_address_status": "not_found"}, 0
    if call.json["enrich_phone_number"]:
        found = {"contact_phone_number": person.mobile_phone, "contact_additional_phone_number": person.phone}
        return {**own, **described(person), **found}, 10 if person.mobile_phone or person.phone else 0
    status = STATUS.get(str(person.email_status), "not_found")
    found = {"contact_email_address": person.email, "contact_email_address_status": status}
    return {**own, **described(person), **found}, 1 if person.email else 0


def described(person: SandboxPerson) -> dict[str, Any]:
    return {
        "contact_full_name": person.full_name,
        "contact_first_name": person.first_name,
        "contact_last_name": person.last_name,
        "contact_job_title": person.title,
        "contact_seniority": person.seniority,
        "contact_headline": person.headline,
        "contact_linkedin_profile_url": person.linkedin_url,
        "contact_location_country": person.country_name,
        "contact_location_state": person.region,
        "contact_location_city": person.city,
        "company_name": person.company_name,
        "company_domain": person.company_domain,
        "company_industry": person.company.industry,
    }
