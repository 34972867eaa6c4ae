"""Sandbox: Emailable's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.fake import Call, route

STATE = {
    "valid": "deliverable",
    "invalid": "undeliverable",
    "accept_all": "risky",
    "disposable": "risky",
    "role": "risky",
}


def verdict(call: Call, email: str) -> dict[str, Any]:
    """Return Emailable's object for an address."""
    call.charge(1)
    status = call.view.verify(email)
    person = call.view.person(email=email)
    return {
        "accept_all": status == "accept_all",
        "disposable": status == "disposable",
        "domain": email.rpartition("@")[2],
        "email": email.lower(),
        "first_name": person.first_name if person else None,
        "last_name": person.last_name if person else None,
        "full_name": person.full_name if person else None,
        "free": False,
        "role": status == "role",
        "reason": "accepted_email" if status == "valid" else "low_deliverability",
        "score": {"valid": 100, "accept_all": 60}.get(status, 5),
        "smtp_provider": person.company.mx_provider if person else None,
        "state": STATE.get(status, "unknown"),
    }


@route("GET", "/verify")
def verify(call: Call) -> object:
    """Verify one address."""
    return verdict(call, str(call.params.get("email")))


@route("POST", "/batch")
def create(call: Call) -> object:
    """Take a list."""
    return {"message": "started", "id": call.job([verdict(call, str(email)) for email in call.json["emails"]])}


@route("GET", "/batch")
def status(call: Call) -> object:
    """Say how far a batch is, or hand it out."""
    rows = call.done(str(call.params.get("id")))
    if rows is None:
        return {"message": "working", "processed": 0, "total": 1}
    return {"message": "completed", "id": call.params.get("id"), "emails": rows, "total_counts": {"total": len(rows)}}


@route("GET", "/account")
def account(call: Call) -> object:
    """Read the account."""
    return {"owner_email": "owner@sandbox.example", "available_credits": 1000}
