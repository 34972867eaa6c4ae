"""Sandbox: Trestle's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.fake import Call, route

LINES = {"mobile": "Mobile", "landline": "Landline", "voip": "NonFixedVOIP", "toll_free": "TollFree"}
CODES = {"US": "1", "GB": "44", "DE": "49", "FR": "33", "ES": "34", "IT": "39", "NL": "31", "SE": "46", "PL": "48"}


def split(number: str, country: str) -> tuple[str, str]:
    """Return calling code and national number."""
    digits = number.lstrip("+")
    code = CODES.get(country, digits[:2])
    return code, digits.removeprefix(code)


@route("GET", "/3.0/phone_intel")
def phone_intel(call: Call) -> object:
    """Validate a number."""
    call.charge(1)
    found = call.view.phone(str(call.params.get("phone")))
    if found is None:
        return {"is_valid": False, "activity_score": None, "line_type": None, "error": None, "warnings": []}
    code, national = split(found.number, found.country)
    return {
        "phone_number": national,
        "is_valid": True,
        "activity_score": 82,
        "country_calling_code": code,
        "country_code": found.country,
        "country_name": found.country_name,
        "line_type": LINES.get(found.line_type, "Other"),
        "carrier": found.carrier,
        "is_prepaid": False,
        "error": None,
        "warnings": [],
    }


@route("GET", "/3.2/phone")
def reverse(call: Call) -> object:
    """Say who owns a number."""
    call.charge(1)
    found = call.view.phone(str(call.params.get("phone")))
    if found is None:
        return {"is_valid": False, "owners": [], "error": None}
    person = found.person
    if person is None:
        owner: dict[str, Any] = {
            "name": found.company.company_name,
            "type": "Business",
            "industry": [found.company.industry] if found.company.industry else None,
        }
    else:
        owner = {
            "name": person.full_name,
            "firstname": person.first_name,
            "lastname": person.last_name,
            "type": "Person",
            "current_addresses": [{"city": person.city, "state_code": person.region, "country_code": person.country}],
            "emails": [person.personal_email] if person.personal_email else [],
        }
    return {"phone_number": found.number, "is_valid": True, "owners": [owner], "error": None, "warnings": []}


@route("GET", "/2.0/real_contact")
def real_contact(call: Call) -> object:
    """Say whether a contact's parts fit together."""
    call.charge(1)
    found = call.view.phone(str(call.params.get("phone")))
    person = found.person if found else None
    match = person is not None and person.full_name == call.params.get("name")
    email = call.params.get("email")
    return {
        "phone": {
            "contact_grade": "A" if match else "D",
            "is_valid": found is not None,
            "activity_score": 82 if found else 10,
            "line_type": LINES.get(found.line_type, "Other") if found else None,
            "name_match": match,
        },
        "email": {
            "contact_grade": None,
            "is_valid": None if email is None else call.view.verify(str(email)) != "invalid",
            "name_match": None if email is None or person is None else person.email == email,
        },
        "address": {"is_valid": None, "name_match": None},
        "ip_address": None,
        "add_ons": None,
        "warnings": [],
        "errors": None,
    }
