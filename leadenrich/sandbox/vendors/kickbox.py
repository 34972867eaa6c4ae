"""Sandbox: Kickbox's replies."""

from __future__ import annotations

from leadenrich.sandbox.fake import Call, route

RESULT = {
    "valid": "deliverable",
    "invalid": "undeliverable",
    "accept_all": "risky",
    "disposable": "risky",
    "role": "risky",
}


@route("GET", "/verify")
def verify(call: Call) -> object:
    """Verify one address."""
    email = str(call.params.get("email"))
    status = call.view.verify(email)
    result = RESULT.get(status, "unknown")
    call.charge(0 if result == "unknown" else 1)
    return {
        "result": result,
        "reason": "accepted_email" if status == "valid" else "low_deliverability",
        "role": status == "role",
        "free": False,
        "disposable": status == "disposable",
        "accept_all": status == "accept_all",
        "did_you_mean": None,
        "sendex": {"valid": 0.95, "accept_all": 0.6}.get(status, 0.1),
        "email": email.lower(),
        "success": True,
        "message": None,
    }


@route("GET", "https://open.kickbox.com/v1/disposable/{domain}", signed=False)
def disposable(call: Call) -> object:
    """Say whether a domain is a throw-away one."""
    return {"disposable": call.view.verify(f"anybody@{call.at['domain']}") == "disposable"}


@route("GET", "/balance")
def balance(call: Call) -> object:
    """Read the account."""
    return {"balance": 1000, "success": True, "message": None}
