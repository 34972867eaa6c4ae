"""Sandbox: Kaspr's replies."""

from __future__ import annotations

from leadenrich.sandbox.fake import Answer, Call, route

POOLS = {"workEmail": "work_email", "directEmail": "direct_email", "phone": "phone"}


@route("POST", "/profile/linkedin")
def profile(call: Call) -> object:
    """Read a profile by its slug; it is free where a required field is not known."""
    if "/" in str(call.json["id"]) or call.headers.get("accept-version") != "v2.0":
        return Answer(500, json={"message": "Internal server error"})
    person = call.view.person(linkedin_url=call.json["id"])
    if person is None:
        return Answer(404, json={"message": "Not found"})
    held = {"workEmail": person.email, "directEmail": person.personal_email, "phone": person.mobile_phone}
    if not all(held.get(kind) for kind in call.json["requiredData"]):
        return {"profile": {"id": call.json["id"], "professionalEmails": [], "personalEmails": [], "phones": []}}
    shown = {kind: held[kind] for kind in call.json["dataToGet"]}
    for kind in shown:
        call.charge(1, POOLS[kind])
    mail = shown.get("workEmail")
    return {
        "profile": {
            "id": call.json["id"],
            "name": person.full_name,
            "firstName": person.first_name,
            "lastName": person.last_name,
            "title": person.title,
            "company": {
                "name": person.company_name,
                "domains": [person.company_domain],
                "industryName": person.company.industry,
            },
            "emails": [{"email": mail, "valid": person.email_status == "valid"}] if mail else [],
            "professionalEmails": [mail] if mail else [],
            "starryProfessionalEmail": mail,
            "personalEmails": [],
            "starryPersonalEmail": shown.get("directEmail"),
            "phones": [],
            "starryPhone": shown.get("phone"),
        }
    }


@route("GET", "/keys/remainingCredits")
def credits(call: Call) -> object:
    """Read the account."""
    return {"workEmailCredits": 1000, "personalEmailCredits": 1000, "phoneCredits": 1000, "exportCredits": 1000}
