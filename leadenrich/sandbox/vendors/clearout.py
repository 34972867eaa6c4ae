"""Sandbox: Clearout's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.fake import Answer, Call, route

STATUS = {"accept_all": "catch_all", "valid": "valid", "invalid": "invalid", "role": "valid", "disposable": "valid"}


def flag(truth: bool) -> str:
    """Return a flag's word."""
    return "yes" if truth else "no"


@route("POST", "/email_verify/instant")
def verify(call: Call) -> object:
    """Verify one address."""
    email = str(call.json["email"])
    status = call.view.verify(email)
    call.charge(1 if status in STATUS else 0)
    data = {
        "email_address": email,
        "safe_to_send": flag(status == "valid"),
        "status": STATUS.get(status, "unknown"),
        "sub_status": {"code": 200, "desc": "Success"},
        "detail_info": {"account": email.partition("@")[0], "domain": email.rpartition("@")[2]},
        "disposable": flag(status == "disposable"),
        "free": "no",
        "role": flag(status == "role"),
        "gibberish": "no",
    }
    return {"status": "success", "data": data}


@route("POST", "/email_finder/instant")
def find(call: Call) -> object:
    """Find an e-mail; a name with a middle part takes the queue."""
    where = str(call.json["domain"])
    named = {"company_domain": where} if "." in where else {"company_name": where}
    person = call.view.person(full_name=call.json["name"], **named)
    if person is None or person.email is None:
        return {"status": "failed", "error": {"code": 1027, "message": "Email address not found"}}
    call.charge(4)
    data: dict[str, Any] = {
        "emails": [{"email_address": person.email, "role": "no"}],
        "first_name": person.first_name,
        "last_name": person.last_name,
        "full_name": person.full_name,
        "domain": person.company_domain,
        "confidence_score": 96,
        "total": 1,
        "company": {"name": person.company_name},
    }
    if len(where) % 3 == 0:
        info = {"queue_id": call.job(data)}
        return Answer(524, json={"status": "failed", "error": {"code": 524, "additional_info": info}})
    return {"status": "success", "data": data}


@route("GET", "/email_finder/instant/queue_status")
def queue(call: Call) -> object:
    """Say what the queue found."""
    data = call.done(str(call.params.get("qid")))
    return {"status": "success", "data": data if data is not None else {"query_status": "pending"}}


@route("GET", "/reverse_lookup/linkedin")
@route("GET", "/reverse_lookup/email")
def reverse(call: Call) -> object:
    """Say who it is."""
    person = call.view.person(email=call.params.get("email_address"), linkedin_url=call.params.get("url"))
    if person is None:
        return {"status": "success", "data": {"lead": None}}
    place = {
        "city": person.city,
        "state": person.region,
        "country": person.country_name,
        "country_code": person.country,
    }
    lead = {
        "type": "person",
        "id": person.id,
        "name": person.full_name,
        "title": person.title,
        "linkedin_url": person.linkedin_url,
        "company_name": person.company_name,
        "company_domain": person.company_domain,
        "addresses": [place],
    }
    return {"status": "success", "data": {"lead": lead, "email_address": call.params.get("email_address")}}


@route("GET", "/email_verify/getcredits")
def credits(call: Call) -> object:
    """Read the account."""
    counts = {"available": 1000, "subs": 0, "reset_daily_verify_limit_date": None, "total": 1000}
    return {"status": "success", "data": {"available_credits": 1000, "credits": counts}}
