"""Sandbox: Bandwidth's replies."""

from __future__ import annotations

from leadenrich.contract.vendor_words import alpha_3
from leadenrich.sandbox.fake import Call, route

LINES = {"mobile": "MOBILE", "landline": "FIXED", "voip": "VOIP"}
LOSSY = {"verify_phone": {"line_type": "there is no word for a toll-free line"}}


@route("POST", "/accounts/{account_id}/phoneNumberLookup")
def lookup(call: Call) -> object:
    """Look numbers up."""
    results = []
    for number in call.json["phoneNumbers"]:
        call.charge(1)
        found = call.view.phone(number)
        if found is not None:
            carriers = {"voiceProvider": found.carrier, "messagingProvider": found.carrier}
            line = {"lineType": LINES.get(found.line_type), "countryCodeA3": alpha_3(found.country)}
            results.append({"phoneNumber": found.number, **line, **carriers})
    data = {"requestId": "00000000-0000-4000-8000-000000000000", "status": "COMPLETE", "results": results}
    return {"links": [], "data": data, "errors": []}
