"""Acme offline: the shapes of its replies over the sandbox's invented world."""

from __future__ import annotations

from leadenrich.sandbox import Answer, Call, route

STATES = {"valid": "deliverable", "invalid": "undeliverable", "accept_all": "catch_all"}


@route("GET", "/people/email")
def find_email(call: Call) -> object:
    """Find a work e-mail."""
    person = call.view.person(full_name=call.params.get("name"), company_domain=call.params.get("domain"))
    if person is None or person.email is None:  # None: Acme does not know it
        return Answer(404, json={"error": "unknown person"})
    call.charge(1)
    state = STATES[str(person.email_status)]
    return {"person": {"email": person.email, "score": 97, "state": state, "position": person.title}}


@route("POST", "/verify")
def verify_email(call: Call) -> object:
    """Verify one address."""
    call.charge("0.1")
    return {"state": STATES.get(call.view.verify(call.json["email"]), "unknown")}
