"""Sandbox: Skrapp's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.fake import Call, route

STATUS = {"valid": "valid", "accept_all": "catch-all", "invalid": "invalid"}


@route("GET", "/api/v2/find")
def find(call: Call) -> object:
    return found(call, call.params)


@route("POST", "/api/v2/find_bulk")
def find_bulk(call: Call) -> object:
    return [{"tId": row["tId"], **found(call, row)} for row in call.json][::-1]


@route("GET", "/v3/verify")
def verify(call: Call) -> object:
    return verified(call, call.params["email"])


@route("GET", "/v3/verify_bulk")
def verify_bulk(call: Call) -> object:
    emails = call.params["email"]
    return [verified(call, one) for one in ([emails] if isinstance(emails, str) else emails)][::-1]


@route("GET", "/api/v2/account")
def account(call: Call) -> object:
    return {"package": "Enterprise", "packageRDate": 1750000000, "credit": {"quota": 50000, "used": 4991}, "lists": []}


def found(call: Call, row: dict[str, Any]) -> dict[str, Any]:
    person = call.view.person(
        first_name=row.get("firstName"),
        last_name=row.get("lastName"),
        full_name=row.get("fullName") or row.get("name"),
        company_domain=row.get("domain"),
        company_name=row.get("company"),
    )
    if person is None or person.email is None:
        return {"email": None}
    call.charge(0 if person.email_status == "invalid" else 1)
    return {
        "email": person.email,
        "pattern": person.company.email_pattern,
        "firstName": person.first_name,
        "lastName": person.last_name,
        "name": person.full_name,
        "company": person.company_name,
        "domain": person.company_domain,
        "quality": {"status": STATUS[str(person.email_status)]},
    }


def verified(call: Call, email: str) -> dict[str, Any]:
    status = STATUS.get(call.view.verify(email), "unknown")
    return {"email": email, "email_status": status, "mailbox_type": "professional", "format": "valid"}
