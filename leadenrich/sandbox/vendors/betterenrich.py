"""Sandbox: BetterEnrich's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.fake import Answer, Call, route

WORDS = {"betterenrich.find-email-from-facebook-page": {"facebook_url": lambda person: person.company.facebook_url}}


def submitted(call: Call, data: dict[str, Any]) -> Answer:
    """Take a job."""
    return Answer(201, json={"message": "Success", "id": call.job(data)})


def polled(call: Call) -> object:
    """Say how far a job is."""
    data = call.done(call.params.get("id"))
    if data is None:
        return Answer(202, json={"id": call.params.get("id"), "status": "processing"})
    return {"id": call.params.get("id"), "status": "success", "data": data}


def work_email(call: Call, credits: float) -> dict[str, Any]:
    """Return what is known of the person's work e-mail."""
    body = call.json
    person = call.view.person(
        full_name=body.get("full_name"), company_domain=body.get("company_domain"), linkedin_url=body.get("linkedinURL")
    )
    if person is None or person.email is None:
        return {}
    call.charge(credits)
    status = "valid" if person.email_status == "valid" else "unknown"
    return {"email": person.email, "status": status, "ESP": person.company.mx_provider}


@route("POST", "/find-work-email")
def find_work_email(call: Call) -> object:
    """Take a search for a work e-mail."""
    return submitted(call, work_email(call, 1.25))


@route("GET", "/find-work-email")
def work_email_job(call: Call) -> object:
    """Say how far it is."""
    return polled(call)


@route("POST", "/find-work-email-low-cost-v3-alt")
def find_work_email_low_cost(call: Call) -> object:
    """Answer at once."""
    found = work_email(call, 1)
    if not found:
        return {"status": "not_found"}
    return {
        "status": "completed",
        "data": {"email": found["email"], "email_status": found["status"], "esp": found["ESP"]},
    }


@route("POST", "/find-mobile-phone-number")
def find_mobile(call: Call) -> object:
    """Take a search for a mobile number."""
    person = call.view.person(linkedin_url=call.json.get("linkedinURL"))
    if person is None or person.mobile_phone is None:
        return submitted(call, {})
    call.charge(16)
    data = {"mobileNumber": person.mobile_phone, "lineType": "mobile", "country": person.country, "status": "valid"}
    return submitted(call, data)


@route("GET", "/find-mobile-phone-number")
def mobile_job(call: Call) -> object:
    """Say how far it is."""
    return polled(call)


@route("POST", "/find-linkedin-by-email")
def find_linkedin(call: Call) -> object:
    """Take a search for a profile."""
    person = call.view.person(email=call.json.get("email"))
    if person is None or person.linkedin_url is None:
        return submitted(call, {})
    call.charge(1)
    data = {
        "Linkedin Profile Url": person.linkedin_url,
        "Name": person.full_name,
        "Title": person.title,
        "Company": person.company_name,
        "Domain": person.company_domain,
        "Industry": person.company.industry,
    }
    return submitted(call, data)


@route("GET", "/find-linkedin-by-email")
def linkedin_job(call: Call) -> object:
    """Say how far it is."""
    return polled(call)


@route("POST", "/find-personal-email-alt")
def find_personal_email(call: Call) -> object:
    """Answer at once."""
    person = call.view.person(linkedin_url=call.json.get("linkedinURL"))
    if person is None or person.personal_email is None:
        return {"message": "not_found"}
    call.charge(1)
    return {"message": "success", "data": {"personal_email": person.personal_email}}


def mailbox(call: Call, domain: str | None) -> object:
    """Return a company's general mailbox."""
    if domain is None:
        return {"message": "not_found"}
    call.charge(1)
    return {"message": "success", "data": {"email": f"info@{domain}", "email_status": "valid"}}


@route("POST", "/find-company-email")
def find_company_email(call: Call) -> object:
    """Answer at once."""
    company = call.view.company(domain=call.json.get("website"))
    return mailbox(call, company.company_domain if company else None)


@route("POST", "/find-email-from-facebook-page")
def find_email_from_facebook_page(call: Call) -> object:
    """Answer at once."""
    company = call.view.company(facebook_url=call.json.get("pageURL"))
    return mailbox(call, company.company_domain if company else None)


@route("GET", "/credits")
def credits(call: Call) -> object:
    """Say what is left."""
    return {"message": "success", "onetimeCredit": 0, "subscriptionCredit": 5000, "totalCredit": 5000}
