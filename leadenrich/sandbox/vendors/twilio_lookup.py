"""Sandbox: Twilio Lookup's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.fake import Call, route

LINES = {"mobile": "mobile", "landline": "landline", "voip": "nonFixedVoip", "toll_free": "tollFree"}
WORDS = {"twilio_lookup_last_verified_date": "20260101"}


def number(call: Call, phone: str, fields: Any) -> dict[str, Any]:
    """Return the object for one number, with the packages asked for."""
    found = call.view.phone(phone)
    body: dict[str, Any] = {
        "phone_number": phone,
        "country_code": found.country if found else None,
        "valid": found is not None,
        "validation_errors": None if found else ["INVALID_BUT_POSSIBLE"],
        "caller_name": None,
        "line_type_intelligence": None,
        "reassigned_number": None,
    }
    if found is None:
        return body
    if "line_type_intelligence" in fields:
        line = {"error_code": None, "carrier_name": found.carrier, "type": LINES.get(found.line_type, "unknown")}
        body["line_type_intelligence"] = line
    if "caller_name" in fields:
        name = found.person.full_name if found.person else found.company.company_name
        kind = "CONSUMER" if found.person else "BUSINESS"
        body["caller_name"] = {"caller_name": name, "caller_type": kind, "error_code": None}
    if "reassigned_number" in fields:
        body["reassigned_number"] = {
            "last_verified_date": "2026-01-01",
            "is_number_reassigned": "no",
            "error_code": None,
        }
    return body


@route("GET", "/PhoneNumbers/{phone}")
def fetch(call: Call) -> object:
    """Look one number up."""
    return number(call, call.at["phone"], str(call.params.get("Fields", "")).split(","))


@route("POST", "/batch/query")
def batch(call: Call) -> object:
    """Look several numbers up."""
    return {
        "phone_numbers": [
            {"correlation_id": item.get("correlation_id"), "twilio_error_code": None}
            | number(call, item["phone_number"], item.get("fields", []))
            for item in call.json["phone_numbers"]
        ]
    }
