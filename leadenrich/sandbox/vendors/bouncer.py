"""Sandbox: Bouncer's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.fake import Answer, Call, route

STATUS = {"valid": "deliverable", "invalid": "undeliverable", "accept_all": "risky", "disposable": "risky"}


def flag(truth: bool) -> str:
    """Return a flag's word."""
    return "yes" if truth else "no"


def verdict(call: Call, email: str) -> dict[str, Any]:
    """Return Bouncer's object for an address."""
    call.charge(1)
    status = call.view.verify(email)
    return {
        "email": email,
        "status": STATUS.get(status, "unknown"),
        "reason": "accepted_email" if status == "valid" else "low_deliverability",
        "domain": {
            "name": email.rpartition("@")[2],
            "acceptAll": flag(status == "accept_all"),
            "disposable": flag(status == "disposable"),
            "free": "unknown",
        },
        "account": {"role": flag(status == "role"), "disabled": "no", "fullMailbox": "no"},
        "dns": {"type": "MX", "record": f"mx.{email.rpartition('@')[2]}."},
        "score": {"valid": 100, "accept_all": 60}.get(status, 10),
        "toxic": "unknown",
        "toxicity": 0,
    }


@route("GET", "/email/verify")
def verify(call: Call) -> object:
    """Verify one address."""
    return verdict(call, str(call.params.get("email")))


@route("POST", "/email/verify/batch")
def create(call: Call) -> object:
    """Take a list."""
    rows = [verdict(call, str(row["email"])) for row in call.json]
    batch = call.job(rows)
    return {"batchId": batch, "status": "queued", "quantity": len(rows), "duplicates": 0}


@route("GET", "/email/verify/batch/{batch_id}")
def status(call: Call) -> object:
    """Say how far a batch is."""
    done = call.done(call.at["batch_id"]) is not None
    return {"batchId": call.at["batch_id"], "status": "completed" if done else "processing"}


@route("GET", "/email/verify/batch/{batch_id}/download")
def download(call: Call) -> object:
    """Hand a finished batch out."""
    rows = call.done(call.at["batch_id"])
    return rows if rows is not None else Answer(404, json={"status": 404, "error": "Not Found", "message": "not ready"})


@route("GET", "/credits")
def credits(call: Call) -> object:
    """Read the account."""
    return {"credits": 1000}
