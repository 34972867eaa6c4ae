"""Sandbox: Veriphone's replies."""

from __future__ import annotations

from leadenrich.sandbox.fake import Call, route

LINES = {"landline": "fixed_line"}


@route("GET", "/verify")
def verify(call: Call) -> object:
    """Look a number up."""
    phone = str(call.params.get("phone"))
    call.charge(1)  # an answer about an invalid number counts as one
    found = call.view.phone(phone)
    if found is None:
        return {"status": "success", "phone": phone, "phone_valid": False, "carrier": "", "e164": ""}
    return {
        "status": "success",
        "phone": phone,
        "phone_valid": True,
        "phone_type": LINES.get(found.line_type, found.line_type),
        "phone_region": (found.person or found.company).region or "",
        "country": found.country_name,
        "country_code": found.country,
        "e164": found.number,
        "carrier": found.carrier or "",
    }
