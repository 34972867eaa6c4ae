"""Sandbox: Telnyx's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.fake import Answer, Call, route

LINES = {"mobile": "mobile", "landline": "fixed line", "voip": "voip", "toll_free": "toll free"}
LOSSY = {"*": {"error": "Telnyx answers a number it has nothing about with a 404 that it also gives for a wrong one"}}


@route("GET", "/number_lookup/{phone}")
def lookup(call: Call) -> object:
    """Look a number up."""
    found = call.view.phone(call.at["phone"])
    if found is None:
        return Answer(404, json={"errors": [{"code": "10005", "title": "Resource not found"}]})
    data: dict[str, Any] = {"record_type": "number_lookup", "country_code": found.country, "phone_number": found.number}
    place = found.person or found.company
    if call.params.get("type") == "carrier":
        data["carrier"] = {"name": found.carrier, "type": LINES.get(found.line_type, "unknown"), "error_code": None}
        data["portability"] = {"ported_status": "", "city": place.city or "", "state": place.region or ""}
    if call.params.get("type") == "caller-name":
        name = found.person.full_name if found.person else found.company.company_name
        data["caller_name"] = {"caller_name": name, "error_code": None}
    return {"data": data}


@route("GET", "/balance")
def balance(call: Call) -> object:
    """Read the account."""
    return {"data": {"record_type": "balance", "balance": "300.00", "available_credit": "400.00", "currency": "USD"}}
