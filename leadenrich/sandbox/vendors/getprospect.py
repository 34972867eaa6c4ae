"""Sandbox: GetProspect's replies."""

from __future__ import annotations

from leadenrich.sandbox.fake import Answer, Call, route

NOBODY = Answer(404, json={"statusCode": 404, "message": "Email not found"})
REFUSED = Answer(401, json={"statusCode": 401, "message": "Authentication required"})


@route("GET", "/v2/email-finder")
def email_finder(call: Call) -> object:
    q = call.params
    person = call.view.person(
        first_name=q.get("first_name"),
        last_name=q.get("last_name"),
        full_name=q.get("full_name"),
        company_domain=q.get("domain"),
        company_name=q.get("company"),
    )
    if person is None or person.email is None:
        return NOBODY
    call.charge(1)
    return {
        "email": person.email,
        "status": person.email_status,
        "domain": person.company_domain,
        "smtp_provider": person.company.mx_provider,
    }


@route("GET", "/v2/email-verifier")
def email_verifier(call: Call) -> object:
    email = call.params["email"]
    return {"email": email, "status": call.view.verify(email), "free_email": False}


@route("GET", "/public/v1/insights/contact")
def contact(call: Call) -> object:
    person = call.view.person(linkedin_url=call.params["linkedinUrl"])
    if person is None:
        return NOBODY
    call.charge(1)
    return {
        "getProspectId": person.id,
        "firstName": person.first_name,
        "lastName": person.last_name,
        "email": person.email,
        "linkedin": [{"id": person.slug, "type": "handle"}],
        "company": {"name": person.company_name, "domain": person.company_domain, "position": person.title},
    }


@route("GET", "/public/v1/email/lookup")
def lookup(call: Call) -> object:
    person = call.view.person(email=call.params["email"])
    if person is None:
        return {"email": call.params["email"], "status": "not found"}
    job = {"position": person.title, "company": {"name": person.company_name, "domain": person.company_domain}}
    return {
        "email": person.email,
        "status": person.email_status,
        "free_email": False,
        "full_name": person.full_name,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "companies": [job],
        "linkedin": [{"id": "sales-id", "type": "sales"}, {"id": person.slug, "type": "common"}],
    }
