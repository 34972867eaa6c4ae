"""Sandbox: Anymail Finder's replies."""

from __future__ import annotations

from leadenrich.sandbox.facts import SandboxPerson
from leadenrich.sandbox.fake import Answer, Call, route

STATUS = {"valid": "valid", "accept_all": "risky", "invalid": "invalid"}
POST = {
    "email": "the address is that of whoever decides there",
    "full_name": "the name is whoever decides there",
    "title": "the title is of whoever decides there",
    "linkedin_url": "the profile is of whoever decides there",
    "email_status": "the status is of that address",
}
LOSSY = {"anymail_finder.find-decision-maker-email": POST}
REFUSED = Answer(401, json={"error": "not_authorized", "error_explained": "no such key"})
NOTHING = {"credits_charged": 0, "email": None, "email_status": "not_found", "valid_email": None}


@route("POST", "/find-email/person")
def find_person(call: Call) -> object:
    body = call.json
    return answered(
        call,
        call.view.person(
            first_name=body.get("first_name"),
            last_name=body.get("last_name"),
            full_name=body.get("full_name"),
            company_domain=body.get("domain"),
            company_name=body.get("company_name"),
        ),
        1,
    )


@route("POST", "/find-email/linkedin-url")
def find_by_profile(call: Call) -> object:
    return answered(call, call.view.person(linkedin_url=call.json.get("linkedin_url")), 1)


@route("GET", "/account")
def account(call: Call) -> object:
    return {"email": "owner@host.example", "credits_left": 1000}


@route("POST", "/find-email/decision-maker")
def find_decision_maker(call: Call) -> object:
    company = call.view.company(domain=call.json.get("domain"), name=call.json.get("company_name"))
    people = call.view.people(company_domain=company.domain, has="email", limit=1) if company else []
    return answered(call, next(iter(people), None), 2)


def answered(call: Call, person: SandboxPerson | None, price: int) -> object:
    if person is None or person.email is None:
        return NOTHING
    good = person.email_status == "valid"
    call.charge(price if good else 0)
    return {
        "credits_charged": price if good else 0,
        "email": person.email,
        "email_status": STATUS[str(person.email_status)],
        "valid_email": person.email if good else None,
        "mx_domain": person.company.mx_provider,
        "person_full_name": person.full_name,
        "person_job_title": person.title,
        "person_company_name": person.company_name,
        "person_linkedin_url": person.linkedin_url,
    }


@route("POST", "/find-email/company")
def find_company(call: Call) -> object:
    company = call.view.company(domain=call.json.get("domain"), name=call.json.get("company_name"))
    people = call.view.people(company_domain=company.domain, has="email", limit=20) if company else []
    if company is None or not people:
        return {"credits_charged": 0, "email_status": "not_found", "emails": []}
    cost = 0 if company.accept_all else 1
    call.charge(cost)
    status = "risky" if company.accept_all else "valid"
    return {"credits_charged": cost, "email_status": status, "emails": [one.email for one in people]}


@route("POST", "/verify-email")
def verify(call: Call) -> object:
    call.charge("0.2")
    return {"email_status": STATUS.get(call.view.verify(call.json["email"]), "invalid")}
