"""Sandbox: Dropcontact's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.facts import SandboxCompany, SandboxPerson
from leadenrich.sandbox.fake import Answer, Call, route

NO_CREDITS = Answer(403, json={"error": True, "reason": "Not enough credits", "success": False})
VERDICTS = {
    "valid": "nominative@pro",
    "accept_all": "catch-all@pro",
    "role": "generic@pro",
    "invalid": "invalid@pro",
    "disposable": "nominative@disposable",
}


@route("POST", "/v1/enrich/all")
def enrich(call: Call) -> object:
    job = call.job([record(call, item) for item in call.json["data"]])
    return {"error": False, "success": True, "request_id": job, "credits_left": 5000}


@route("GET", "/v1/enrich/all/{id}")
def poll(call: Call) -> object:
    data = call.done(call.at["id"])
    if data is None:
        return {"error": False, "success": False, "reason": "Request not ready yet, try again in 30 seconds"}
    return {"error": False, "success": True, "credits_left": 5000, "data": data[::-1]}


@route("GET", "/v1/account/credits")
def credits(call: Call) -> object:
    return {"credits": 5000}


def record(call: Call, item: dict[str, Any]) -> dict[str, Any]:
    words = ("first_name", "last_name", "full_name", "company", "custom_fields")
    echoed: dict[str, Any] = {name: item[name] for name in words if name in item}
    person = call.view.person(
        email=item.get("email"),
        linkedin_url=item.get("linkedin"),
        first_name=item.get("first_name"),
        last_name=item.get("last_name"),
        full_name=item.get("full_name"),
        company_domain=item.get("website"),
        company_name=item.get("company"),
        company_linkedin_url=item.get("company_linkedin"),
    )
    if "email" in item:
        call.charge(1)
        checked = [{"email": item["email"], "qualification": VERDICTS.get(call.view.verify(item["email"]), "random")}]
        return {**echoed, "email": checked, **(described(person) if person else {})}
    if not {"first_name", "full_name", "linkedin"} & item.keys():
        company = call.view.company(
            domain=item.get("website"), name=item.get("company"), linkedin_url=item.get("company_linkedin")
        )
        return {**echoed, **(employer(company) if company else {})}
    if person is None:
        return echoed
    found = {**echoed, **described(person)}
    if person.email:
        call.charge(1)
        shared = {"email": f"contact@{person.company_domain}", "qualification": "generic@pro"}
        found["email"] = [shared, {"email": person.email, "qualification": VERDICTS[str(person.email_status)]}]
    return found


def described(person: SandboxPerson) -> dict[str, Any]:
    own = {
        "first_name": person.first_name,
        "last_name": person.last_name,
        "full_name": person.full_name,
        "linkedin": (person.linkedin_url or "").removeprefix("https://"),
        "mobile_phone": person.mobile_phone,
        "job": person.title,
        "job_level": person.seniority,
        "job_function": person.department,
    }
    return {**employer(person.company), **{name: value for name, value in own.items() if value}}


def employer(company: SandboxCompany) -> dict[str, Any]:
    known = {
        "company": company.name,
        "website": f"www.{company.domain}",
        "phone": company.phone,
        "company_linkedin": company.company_linkedin_url.removeprefix("https://"),
        "industry": company.industry,
        "nb_employees": company.employee_range,
        "employee_count": company.employee_count,
        "country": company.country,
    }
    return {name: value for name, value in known.items() if value}
