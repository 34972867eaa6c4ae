"""Sandbox: Icypeas' replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.fake import Call, route

CERTAINTY = {"valid": "ultra_sure", "accept_all": "probable"}
TASKS = {
    "email-search": ("firstname", "lastname", "domainOrCompany"),
    "email-verification": ("email",),
    "domain-search": ("domainOrCompany",),
}


@route("POST", "/email-search")
def email_search(call: Call) -> object:
    return single(call, "email-search")


@route("POST", "/email-verification")
def email_verification(call: Call) -> object:
    return single(call, "email-verification")


@route("POST", "/domain-search")
def domain_search(call: Call) -> object:
    return single(call, "domain-search")


@route("POST", "/bulk-search")
def bulk_search(call: Call) -> object:
    task, ids = call.json["task"], call.json["custom"]["externalIds"]
    rows = [dict(zip(TASKS[task], row, strict=True)) for row in call.json["data"]]
    items = [{**worked(call, task, row), "order": i, "userData": {"externalId": ids[i]}} for i, row in enumerate(rows)]
    return {"success": True, "file": call.job(items[::-1]), "status": "in_progress"}


@route("POST", "/bulk-single-searchs/read")
def read(call: Call) -> object:
    job = call.json.get("file") or call.json.get("id")
    items = call.done(job) or [{"_id": job, "status": "IN_PROGRESS"}]
    page = items[: call.json.get("limit", 10)]
    return {"success": True, "items": page, "sorts": [[], []], "total": len(items)}


@route("POST", "/search-files/read")
def progress(call: Call) -> object:
    done = call.done(call.json["file"]) is not None
    return {"success": True, "files": [{"file": call.json["file"], "finished": done}], "total": 1}


@route("POST", "/a/actions/subscription-information")
def subscription(call: Call) -> object:
    return {"success": True, "credits": 990.5, "status": "active", "plan": "Basic"}


def single(call: Call, task: str) -> object:
    job = call.job([worked(call, task, call.json)])
    return {"success": True, "item": {"_id": job, "status": "NONE"}}


def worked(call: Call, task: str, row: dict[str, Any]) -> dict[str, Any]:
    firm = row.get("domainOrCompany")
    if task == "email-search":
        names: dict[str, Any] = {"first_name": row.get("firstname"), "last_name": row.get("lastname")}
        known = call.view.company(domain=firm, name=firm)
        fits = call.view.people(**names, company_domain=known.domain, limit=1) if known else []
        person = next(iter(fits), None)
        if person is None or person.email is None:
            return {"status": "NOT_FOUND", "results": {"emails": []}}
        call.charge(1)
        found = [
            {
                "email": person.email,
                "certainty": CERTAINTY[str(person.email_status)],
                "mxProvider": person.company.mx_provider,
            }
        ]
        echo = {"firstname": person.first_name, "lastname": person.last_name, "fullname": person.full_name}
        return {"status": "DEBITED", "results": {**echo, "emails": found}}
    if task == "email-verification":
        call.charge("0.1")
        status = call.view.verify(row["email"])
        good = {"valid": "ultra_sure", "accept_all": "probable"}.get(status)
        checked = [{"email": row["email"], "certainty": good}] if good else []
        return {"status": "DEBITED" if good else "DEBITED_NOT_FOUND", "results": {"emails": checked}}
    company = call.view.company(domain=firm, name=firm)
    people = call.view.people(company_domain=company.domain, has="email") if company else []
    call.charge(1 if people else 0)
    shared = [{"email": one.email, "certainty": CERTAINTY[str(one.email_status)]} for one in people]
    return {"status": "DEBITED" if people else "NOT_FOUND", "results": {"emails": shared}}
