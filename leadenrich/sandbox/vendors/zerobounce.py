"""Sandbox: ZeroBounce's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.contract import BodyKey
from leadenrich.sandbox.fake import SECRET, Answer, Call, route

REFUSED = NO_CREDITS = Answer(200, json={"error": "Invalid API key or your account ran out of credits"})
STATUSES = {
    "accept_all": ("catch-all", ""),
    "disposable": ("do_not_mail", "disposable"),
    "role": ("do_not_mail", "role_based"),
}


@route("GET", "/validate")
def validate(call: Call) -> object:
    """One verdict."""
    said = verdict(call, str(call.params.get("email", "")))
    call.charge(0 if said["status"] == "unknown" else 1)
    return said


@route("POST", "/validatebatch", auth=BodyKey("api_key"))
def validatebatch(call: Call) -> object:
    """Many verdicts; the key is in the body."""
    if (call.json or {}).get("api_key") != SECRET:
        return {"email_batch": [], "errors": [{"error": "Invalid API Key", "email_address": "all"}]}
    asked = [str(one.get("email_address", "")) for one in call.json.get("email_batch", [])]
    said = [verdict(call, email) for email in asked if "@" in email]
    call.charge(sum(1 for one in said if one["status"] != "unknown"))
    refused = [{"error": "not an address", "email_address": email} for email in asked if "@" not in email]
    return {"email_batch": said[::-1], "errors": refused}


@route("GET", "/guessformat")
def guessformat(call: Call) -> object:
    """An address where a name is given, else the format alone."""
    q = call.params
    company = call.view.company(domain=q.get("domain"), name=q.get("company_name"))
    named = {"domain": company.company_domain if company else q.get("domain", ""), "company_name": ""}
    if company is not None:
        named["company_name"] = company.company_name
    if not q.get("first_name"):
        if company is None:
            return {**named, "format": "", "confidence": "undetermined", "failure_reason": "no data"}
        call.charge(20)
        other = [{"format": "first", "confidence": "low"}]
        return {**named, "format": company.email_pattern, "confidence": "high", "other_domain_formats": other}
    person = call.view.person(
        first_name=q.get("first_name"),
        last_name=q.get("last_name"),
        company_domain=q.get("domain"),
        company_name=q.get("company_name"),
    )
    if person is None and company is not None and not q.get("last_name"):
        namesakes = call.view.people(company_domain=company.company_domain, first_name=q["first_name"], limit=1)
        person = next(iter(namesakes), None)
    if person is None or person.email is None:
        return {**named, "email": "", "email_confidence": "undetermined", "failure_reason": "no data"}
    call.charge(20)
    return {**named, "email": person.email, "email_confidence": "high", "did_you_mean": "", "failure_reason": ""}


@route("GET", "/activity")
def activity(call: Call) -> object:
    """When an address was last seen."""
    person = call.view.person(email=call.params.get("email"))
    return {"found": person is not None, "active_in_days": "90" if person else None}


@route("GET", "/getcredits")
def credits(call: Call) -> object:
    """What is left, as text."""
    return {"Credits": "4210"}


def verdict(call: Call, email: str) -> dict[str, Any]:
    """Return what is said of one address."""
    word = call.view.verify(email)
    status, reason = STATUSES.get(word, (word, ""))
    person = call.view.person(email=email)
    return {
        "address": email,
        "status": status,
        "sub_status": reason,
        "free_email": False,
        "did_you_mean": None,
        "account": email.partition("@")[0],
        "domain": email.rpartition("@")[2],
        "mx_found": "true",
        "smtp_provider": person.company.mx_provider if person else None,
        "processed_at": "2026-01-05 10:00:00.000",
        "firstname": person.first_name if person else None,
        "lastname": person.last_name if person else None,
    }
