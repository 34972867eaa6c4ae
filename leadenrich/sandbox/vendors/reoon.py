"""Sandbox: Reoon's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.contract import BodyKey
from leadenrich.sandbox.fake import Answer, Call, route

STATUS = {"valid": "safe", "accept_all": "catch_all", "role": "role_account"}


def verdict(call: Call, email: str) -> dict[str, Any]:
    """Return Reoon's flags for an address."""
    status = call.view.verify(email)
    call.charge(0 if status == "unknown" else 1)  # what stays unknown is not counted
    return {
        "status": STATUS.get(status, status),
        "is_deliverable": status == "valid",
        "is_catch_all": status == "accept_all",
        "is_role_account": status == "role",
        "is_disposable": status == "disposable",
        "is_free_email": False,
        "is_spamtrap": status == "spamtrap",
        "mx_accepts_mail": True,
        "domain": email.rpartition("@")[2],
    }


@route("GET", "/verify")
def verify(call: Call) -> object:
    """Verify one address; quick mode asks no mail server."""
    email, mode = str(call.params.get("email")), call.params.get("mode", "quick")
    found = verdict(call, email)
    if mode == "quick" and found["status"] in ("safe", "catch_all", "role_account"):
        found["status"] = "valid"
    return {
        "email": email,
        "overall_score": 98 if found["status"] == "safe" else 20,
        "verification_mode": mode,
        **found,
    }


@route("POST", "/create-bulk-verification-task/", auth=BodyKey("key"))
def create(call: Call) -> object:
    """Take a list; the key is in the body."""
    if not call.json.get("key"):
        return Answer(401, json={"status": "error", "reason": "no API key"})
    results = {email: verdict(call, email) for email in call.json["emails"]}
    return Answer(201, json={"status": "success", "task_id": call.job(results), "count_submitted": len(results)})


@route("GET", "/get-result-bulk-verification-task/")
def result(call: Call) -> object:
    """Say how far a task is, or hand it out."""
    results = call.done(str(call.params.get("task_id")))
    if results is None:
        return {"task_id": call.params.get("task_id"), "status": "running", "progress_percentage": 10.0}
    return {"task_id": call.params.get("task_id"), "status": "completed", "results": results}


@route("GET", "/check-account-balance/")
def balance(call: Call) -> object:
    """Read the account."""
    credits = {"remaining_daily_credits": 20, "remaining_instant_credits": 1000}
    return {"api_status": "active", "status": "success", **credits}
