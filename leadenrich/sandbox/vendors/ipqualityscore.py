"""Sandbox: IPQualityScore's replies."""

from __future__ import annotations

from leadenrich.sandbox.fake import Call, route


@route("GET", "/email/{api_key}/{email}")
def email(call: Call) -> object:
    """Check an address."""
    call.charge(1)
    address = call.at["email"]
    status = call.view.verify(address)
    person = call.view.person(email=address)
    return {
        "success": True,
        "message": "Success.",
        "valid": status not in ("invalid", "spamtrap"),
        "disposable": status == "disposable",
        "first_name": person.first_name if person else "Unknown",
        "generic": status == "role",
        "common": False,
        "honeypot": status == "spamtrap",
        "spam_trap_score": "none",
        "catch_all": status == "accept_all",
        "timed_out": status == "unknown",
        "sanitized_email": address,
        "fraud_score": 0,
    }


@route("GET", "/phone/{api_key}/{phone}")
def phone(call: Call) -> object:
    """Check a number."""
    call.charge(1)
    found = call.view.phone(f"+{call.at['phone']}")
    if found is None:
        return {"success": True, "message": "Phone is invalid.", "valid": False, "line_type": "N/A", "carrier": "N/A"}
    place = found.person or found.company
    return {
        "success": True,
        "message": "Phone is valid.",
        "valid": True,
        "formatted": found.number,
        "VOIP": False,
        "name": "N/A",
        "carrier": found.carrier or "N/A",
        "line_type": {"mobile": "Wireless", "landline": "Landline"}.get(found.line_type, "N/A"),
        "country": found.country,
        "region": place.region or "N/A",
        "city": place.city or "N/A",
        "do_not_call": False,
    }


@route("GET", "/account/{api_key}")
def account(call: Call) -> object:
    """Read the account."""
    return {"success": True, "message": "Success", "credits": 1000, "usage": 0, "email_usage": 0, "phone_usage": 0}
