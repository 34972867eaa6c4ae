"""Sandbox: Cleanlist's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.fake import Call, route

LOSSY = {
    "*": {"email_status": "no word for accept-all is known"},
    "find_phone": {"*": "what kind a number is is not said"},
}


@route("POST", "/enrichment/person")
def start(call: Call) -> object:
    """Take a job."""
    asked, kind = call.json, call.json["enrichment_type"]
    person = call.view.person(
        linkedin_url=asked.get("linkedin_url"),
        email=asked.get("email"),
        first_name=asked.get("first_name"),
        last_name=asked.get("last_name"),
        company_domain=asked.get("domain"),
        company_name=asked.get("company_name"),
    )
    wanted = (person.phone if kind == "phone_only" else person.full_name) if person else None
    paid = (10 if kind == "phone_only" else 1) if wanted else 0
    if paid:
        call.charge(paid)
    result: dict[str, Any] = {"lead_id": "", "status": "failed"}
    if person is not None and wanted:
        result = {
            "lead_id": person.id,
            "status": "completed",
            "full_name": person.full_name,
            "first_name": person.first_name,
            "last_name": person.last_name,
            "email": person.email if kind == "partial" else None,
            "email_status": person.email_status if kind == "partial" else None,
            "phone": person.phone if kind == "phone_only" else None,
            "linkedin_url": person.linkedin_url,
            "title": person.title,
            "company": person.company_name,
        }
    job = call.job({"status": "completed", "result": result, "credits_charged": paid})
    reserved = 10 if kind == "phone_only" else 1
    body = {"workflow_id": job, "status": "pending", "credits_reserved": reserved, "poll_url": f"x/{job}"}
    return {**body, "lead_list_id": asked["lead_list_id"]}


@route("GET", "/enrichment/status/{workflow_id}")
def status(call: Call) -> object:
    """Say how far a job is."""
    done = call.done(call.at["workflow_id"])
    return {"workflow_id": call.at["workflow_id"], **(done or {"status": "running"})}


@route("POST", "/enrichment/company")
def company(call: Call) -> object:
    """One company."""
    asked = call.json
    ticker = {"ticker": asked["company_ticker"]} if asked.get("company_ticker") else {}
    one = call.view.company(domain=asked.get("domain"), name=asked.get("company_name"), **ticker)
    if one is None:
        return {"company": {"name": None, "domain": asked.get("domain")}, "credits_charged": 0}
    call.charge(1)
    record = {
        "company_id": one.id,
        "name": one.company_name,
        "domain": one.company_domain,
        "industry": one.industry,
        "employee_count": one.employee_count,
        "employee_count_range": one.employee_range,
        "hq_location": one.city,
        "funding_stage": one.funding_stage,
        "total_funding_usd": int(one.funding_total_usd) if one.funding_total_usd is not None else None,
        "tech_stack": one.technologies,
        "linkedin_url": one.company_linkedin_url,
    }
    return {"company": record, "credits_charged": 1}


@route("GET", "/credits/balance")
def balance(call: Call) -> object:
    """Say what is left."""
    return {"organization_id": "o-1", "credits": 400}
