"""Sandbox: Swordfish's replies, of an invented shape: the vendor's own is not known."""

from __future__ import annotations

from leadenrich.sandbox.fake import Call, route

WORDS = {"swordfish_street": None, "swordfish_zipcode": None, "swordfish_must_have": None}


@route("POST", "/searchPerson")
def search_person(call: Call) -> object:
    body = call.json
    person = call.view.person(
        linkedin_url=body.get("social_profile"),
        email=body.get("email"),
        phone=body.get("phone"),
        first_name=body.get("first_name"),
        last_name=body.get("last_name"),
        company_domain=body.get("website"),
        company_name=body.get("company"),
    )
    return {"sandbox": {"name": person.full_name, "number": person.mobile_phone}} if person else {}
