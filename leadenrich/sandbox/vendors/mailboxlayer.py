"""Sandbox: mailboxlayer's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.fake import Call, route


def check(call: Call, email: str) -> dict[str, Any]:
    """Return mailboxlayer's flags for an address, as on a plan that always runs the catch-all test."""
    status = call.view.verify(email)
    call.charge(1)
    return {
        "email": email,
        "did_you_mean": "",
        "user": email.partition("@")[0],
        "domain": email.rpartition("@")[2],
        "format_valid": True,
        "mx_found": status != "invalid",
        "smtp_check": None if status == "unknown" else status != "invalid",
        "catch_all": status == "accept_all",
        "role": status == "role",
        "disposable": status == "disposable",
        "free": False,
        "score": {"valid": 0.96, "accept_all": 0.8}.get(status, 0.2),
    }


@route("GET", "/check")
def single(call: Call) -> object:
    """Check one address."""
    return check(call, str(call.params.get("email")))


@route("GET", "/bulk_check")
def many(call: Call) -> object:
    """Check a list."""
    return [check(call, email) for email in str(call.params.get("emails", "")).split(",") if email]
