"""Sandbox: BounceBan's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.fake import Call, route

RESULT = {"valid": "deliverable", "accept_all": "risky", "disposable": "risky", "invalid": "undeliverable"}


def verdict(call: Call, email: str) -> dict[str, Any]:
    """Return BounceBan's object for an address."""
    call.charge(1)
    status = call.view.verify(email)
    return {
        "status": "success",
        "email": email.lower(),
        "result": RESULT.get(status, "unknown"),
        "score": {"valid": 97, "accept_all": 60}.get(status, 5),
        "is_disposable": status == "disposable",
        "is_accept_all": status == "accept_all",
        "is_role": status == "role",
        "is_free": False,
        "mode": call.params.get("mode", "regular"),
        "credits_consumed": 1,
        "credits_remaining": 1000,
    }


@route("GET", "/v1/verify/single")
def single(call: Call) -> object:
    """Verify one address; every third takes longer."""
    found = verdict(call, str(call.params.get("email")))
    if len(str(call.params.get("email"))) % 3:
        return {"id": "now", **found}
    return {"id": call.job(found), "msg": "working", "status": "verifying"}


@route("GET", "/v1/verify/single/status")
def status(call: Call) -> object:
    """Say what came of it."""
    found = call.done(str(call.params.get("id")))
    return {"id": call.params.get("id"), **(found if found is not None else {"status": "verifying"})}


@route("POST", "/v1/verify/bulk")
def create(call: Call) -> object:
    """Take a list."""
    return {"id": call.job([verdict(call, str(email)) for email in call.json["emails"]]), "credits_remaining": 1000}


@route("GET", "/v1/verify/bulk/status")
def bulk_status(call: Call) -> object:
    """Say how far a task is."""
    done = call.done(str(call.params.get("id"))) is not None
    return {"id": call.params.get("id"), "status": "finished" if done else "verifying"}


@route("GET", "/v1/verify/bulk/dump")
def dump(call: Call) -> object:
    """Hand a finished task out, page by page."""
    rows = call.done(str(call.params.get("id"))) or []
    start, size = int(call.params.get("cursor") or 0), int(call.params.get("page_size", 100))
    after = start + size if start + size < len(rows) else None
    return {"result": "ok", "cursor": after and str(after), "items": rows[start : start + size]}


@route("GET", "/v1/account")
def account(call: Call) -> object:
    """Read the account."""
    return {"owner_email": "owner@sandbox.example", "available_credits": 1000, "rate_limit": []}
