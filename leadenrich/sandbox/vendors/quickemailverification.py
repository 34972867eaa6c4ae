"""Sandbox: QuickEmailVerification's replies."""

from __future__ import annotations

from leadenrich.sandbox.fake import Call, route

LOSSY = {"verify_email": {"mx_provider": "a mail host, no provider's name"}}


@route("GET", "/verify")
def verify(call: Call) -> object:
    """Verify one address."""
    call.charge(1)
    email = call.params["email"]
    local, _, host = email.partition("@")
    status = call.view.verify(email)
    verdict = {"invalid": "invalid", "unknown": "unknown", "spamtrap": "invalid", "abuse": "invalid"}
    result = verdict.get(status, "valid")
    return {
        "result": result,
        "reason": {"valid": "accepted_email", "invalid": "rejected_email"}.get(result, "timeout"),
        "disposable": str(status == "disposable").lower(),
        "accept_all": str(status == "accept_all").lower(),
        "role": str(status == "role").lower(),
        "free": "false",
        "email": email,
        "user": local,
        "domain": host,
        "mx_record": f"mx.{host}",
        "mx_domain": host,
        "safe_to_send": str(result == "valid" and status == "valid").lower(),
        "did_you_mean": "",
        "success": "true",
        "message": "",
    }
