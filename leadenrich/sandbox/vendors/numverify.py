"""Sandbox: numverify's replies."""

from __future__ import annotations

from leadenrich.sandbox.fake import Call, route


@route("GET", "/validate")
def validate(call: Call) -> object:
    """Look a number up."""
    call.charge(1)
    digits = str(call.params.get("number"))
    found = call.view.phone(f"+{digits}")
    if found is None:
        empty = dict.fromkeys(("international_format", "country_code", "country_name", "location", "carrier"), "")
        return {"valid": False, "number": digits, **empty, "line_type": None}
    return {
        "valid": True,
        "number": digits,
        "international_format": found.number,
        "country_code": found.country,
        "country_name": found.country_name,
        "location": (found.person or found.company).city or "",
        "carrier": found.carrier or "",
        "line_type": found.line_type,
    }
