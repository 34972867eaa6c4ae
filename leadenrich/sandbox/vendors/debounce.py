"""Sandbox: DeBounce's replies."""

from __future__ import annotations

from leadenrich.sandbox.fake import Call, route

CODES = {"invalid": "6", "spamtrap": "2", "disposable": "3", "accept_all": "4", "valid": "5", "role": "8"}
NAMES = {"6": "Invalid", "2": "Spam Trap", "3": "Disposable", "4": "Accept-All", "5": "Deliverable", "8": "Role"}


@route("GET", "/")
def single(call: Call) -> object:
    """Verify one address; everything is text."""
    email = str(call.params.get("email"))
    status = call.view.verify(email)
    code = CODES.get(status, "7")
    person = call.view.person(email=email) if call.params.get("append") == "true" else None
    call.charge(3 if person else 1)
    names = (
        {"fullname": person.full_name, "firstname": person.first_name, "lastname": person.last_name} if person else {}
    )
    return {
        "debounce": {
            "email": email,
            "code": code,
            "role": "true" if status == "role" else "false",
            "free_email": "false",
            "result": {"5": "Safe to Send", "7": "Unknown", "4": "Risky", "8": "Risky"}.get(code, "Invalid"),
            "reason": NAMES.get(code, "Unknown"),
            "send_transactional": "1" if code == "5" else "0",
            "did_you_mean": "",
            **names,
        },
        "success": "1",
        "balance": "1000",
    }


@route("GET", "/balance/")
def balance(call: Call) -> object:
    """Read the account."""
    return {"success": "1", "balance": "1000"}
