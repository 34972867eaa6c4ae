"""Sandbox: MillionVerifier's replies."""

from __future__ import annotations

import re

from leadenrich.contract import QueryKey
from leadenrich.sandbox.fake import Answer, Call, route

KEY = QueryKey("key")
BULK = "https://bulkapi.millionverifier.com/bulkapi/v2"
RESULT = {"valid": "ok", "accept_all": "catch_all", "disposable": "disposable", "invalid": "invalid"}
FREE = ("catch_all", "unknown")
CODES = {"ok": 1, "catch_all": 2, "unknown": 3, "disposable": 5, "invalid": 6}


@route("GET", "/api/v3/")
def single(call: Call) -> object:
    """Verify one address."""
    email = str(call.params.get("email"))
    status = call.view.verify(email)
    result = RESULT.get(status, "unknown")
    call.charge(0 if result in FREE else 1)
    return {
        "email": email,
        "quality": {"ok": "good", "catch_all": "risky"}.get(result, "bad"),
        "result": result,
        "resultcode": CODES[result],
        "subresult": result,
        "free": False,
        "role": status == "role",
        "didyoumean": "",
        "credits": 1000,
        "executiontime": 1,
        "error": "",
        "livemode": True,
    }


@route("POST", f"{BULK}/upload", auth=KEY)
def upload(call: Call) -> object:
    """Take a file."""
    emails = re.findall(r"[^\s,\"]+@[^\s,\"]+", call.text)
    results = {email: RESULT.get(call.view.verify(email), "unknown") for email in emails}
    call.charge(sum(result not in FREE for result in results.values()))
    rows = [f"{email},{result}" for email, result in results.items()]
    return {"file_id": call.job("\n".join(["email,result", *rows])), "status": "in_queue_to_start", "error": ""}


@route("GET", f"{BULK}/fileinfo", auth=KEY)
def fileinfo(call: Call) -> object:
    """Say how far a file is."""
    done = call.done(str(call.params.get("file_id"))) is not None
    return {"file_id": call.params.get("file_id"), "status": "finished" if done else "in_progress", "error": ""}


@route("GET", f"{BULK}/download", auth=KEY)
def download(call: Call) -> object:
    """Hand a report out."""
    report = call.done(str(call.params.get("file_id")))
    return Answer(200, text=report) if report is not None else {"error": "file_not_found"}


@route("GET", "/api/v3/credits")
def credits(call: Call) -> object:
    """Read the account."""
    return {"credits": 1000, "bulk_credits": 1000, "renewing_credits": 0, "plan": 0}
