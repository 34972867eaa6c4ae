"""Sandbox: Sinch's replies."""

from __future__ import annotations

from leadenrich.sandbox.fake import Call, route

LOGIN = {"token_type": "bearer", "scope": ""}
LINES = {"mobile": "Mobile", "landline": "Landline", "voip": "VoIP"}
LOSSY = {"verify_phone": {"line_type": "there is no word for a toll-free line"}}
APART = {"sinch_lookup.disconnected": "another feature of the number"}


@route("POST", "/v2/projects/{project_id}/lookups")
def lookup(call: Call) -> object:
    """Look a number up."""
    call.charge(1)
    asked, found = call.json, call.view.phone(call.json["number"])
    said = {"number": asked["number"], "traceId": "t-1", "countryCode": found.country if found else None}
    if "RND" in asked["features"]:
        return {**said, "rnd": {"disconnected": found is None, "error": None}}
    if found is None:
        return {**said, "line": {"error": {"status": 404, "title": "Not found", "detail": "x", "type": "x"}}}
    return {
        **said,
        "line": {"carrier": found.carrier, "type": LINES.get(found.line_type), "ported": False, "error": None},
    }
