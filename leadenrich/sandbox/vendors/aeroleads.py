"""Sandbox: AeroLeads' replies."""

from __future__ import annotations

from leadenrich.sandbox.fake import Answer, Call, route

REFUSED = Answer(200, json={"message": "User not Found, Please Pass Valid Api Key", "status": 400})
NO_CREDITS = Answer(402, json={"message": "Credit Limit Reached"})


@route("GET", "/api/get_email_details")
def email_details(call: Call) -> object:
    q = call.params
    person = call.view.person(
        first_name=q.get("first_name"),
        last_name=q.get("last_name"),
        company_domain=q["company"],
        company_name=q["company"],
    )
    call.charge(1)
    if person is None or person.email is None:
        return {"success": False, "data": {"email": None}}
    return {"success": True, "data": {"email": person.email, "score": 90}}


@route("GET", "/api/get_linkedin_details")
def linkedin_details(call: Call) -> object:
    person = call.view.person(linkedin_url=call.params["linkedin_url"])
    call.charge(1)
    if person is None:
        return {"linkedin_url": call.params["linkedin_url"], "emails": [], "phone_numbers": []}
    number = person.mobile_phone or person.phone
    return {
        "full_name": person.full_name,
        "linkedin_url": person.linkedin_url,
        "job_title": person.title,
        "job_title_role": person.department,
        "city": (person.city or "").lower(),
        "emails": [person.email] if person.email else [],
        "phone_numbers": [number] if number else [],
    }
