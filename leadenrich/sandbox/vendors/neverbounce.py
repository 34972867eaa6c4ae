"""Sandbox: NeverBounce's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.contract import BodyKey
from leadenrich.sandbox.fake import Answer, Call, route

WORDS = {"valid": "valid", "invalid": "invalid", "accept_all": "catchall", "disposable": "disposable"}


def verification(call: Call, email: str) -> dict[str, Any]:
    """Return NeverBounce's verdict on an address."""
    call.charge(1)
    status = call.view.verify(email)
    host = email.rpartition("@")[2]
    return {
        "result": WORDS.get(status, "unknown"),
        "flags": ["has_dns", "has_dns_mx", *(["role_account"] if status == "role" else [])],
        "suggested_correction": "",
        "address_info": {"original_email": email, "normalized_email": email.lower(), "host": host},
    }


@route("GET", "/single/check")
def single_check(call: Call) -> object:
    """Verify one address."""
    return {"status": "success", "execution_time": 200, **verification(call, str(call.params.get("email")))}


@route("POST", "/jobs/create", auth=BodyKey("key"))
def create(call: Call) -> object:
    """Take a list."""
    rows = call.json.get("input", [])
    job = call.job([{"data": row, "verification": verification(call, row["email"])} for row in rows])
    return {"status": "success", "job_id": job, "execution_time": 100}


@route("GET", "/jobs/status")
def status(call: Call) -> object:
    """Say how far a job is."""
    done = call.done(str(call.params.get("job_id"))) is not None
    return {"status": "success", "id": call.params.get("job_id"), "job_status": "complete" if done else "running"}


@route("GET", "/jobs/results")
def results(call: Call) -> object:
    """Page through a finished job."""
    rows = call.done(str(call.params.get("job_id")))
    if rows is None:
        return Answer(200, json={"status": "general_failure", "message": "the job is still running"})
    size, page = int(call.params.get("items_per_page", 10)), int(call.params.get("page", 1))
    pages = -(-len(rows) // size)
    return {
        "status": "success",
        "total_results": len(rows),
        "total_pages": pages,
        "results": rows[(page - 1) * size : page * size],
    }


@route("GET", "/account/info")
def account(call: Call) -> object:
    """Read the account."""
    counts = {
        "paid_credits_used": 0,
        "free_credits_used": 0,
        "paid_credits_remaining": 1000,
        "free_credits_remaining": 0,
    }
    return {"status": "success", "credits_info": counts, "execution_time": 10}
