"""Sandbox: Enrow's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.fake import Answer, Call, route

REFUSED = Answer(401, json={"message": "This apikey is not valid"})
NO_CREDITS = Answer(402, json={"error": "InsufficientBalance", "status": 402})
LOSSY = {"*": {"email_status": "it says valid or invalid only, of hosts that take everything too"}}


@route("POST", "/email/find/single")
def find(call: Call) -> object:
    return {"message": "Single search operating", "id": call.job(found(call, call.json)), "credits_used": 1}


@route("POST", "/email/find/bulk")
def find_bulk(call: Call) -> object:
    said = [{"index": str(i), **found(call, item)} for i, item in enumerate(call.json["searches"])]
    return Answer(201, json={"message": "Bulk search operating", "id": call.job(said[::-1])})


@route("POST", "/email/verify/single")
def verify(call: Call) -> object:
    return {"id": call.job(verified(call, call.json["email"])), "credits_used": 0.25}


@route("POST", "/email/verify/bulk")
def verify_bulk(call: Call) -> object:
    said = [{"index": str(i), **verified(call, email)} for i, email in enumerate(call.json["emails"])]
    return Answer(201, json={"id": call.job(said[::-1])})


@route("POST", "/phone/single")
def phone(call: Call) -> object:
    body = call.json
    person = call.view.person(
        linkedin_url=body.get("linkedin_url"),
        first_name=body.get("first_name"),
        last_name=body.get("last_name"),
        company_domain=body.get("company_domain"),
        company_name=body.get("company_name"),
    )
    answer: dict[str, Any] = {"params": body, "qualification": "not_found"}
    if person is not None and person.mobile_phone:
        call.charge(40)
        answer |= {"number": person.mobile_phone, "country": person.country, "qualification": "found"}
    return Answer(201, json={"id": call.job(answer), "credits_used": 40})


@route("GET", "/email/find/single")
@route("GET", "/email/verify/single")
@route("GET", "/phone/single")
def poll(call: Call) -> object:
    return call.done(call.params["id"]) or Answer(202, json={"qualification": "ongoing"})


@route("GET", "/email/find/bulk")
@route("GET", "/email/verify/bulk")
def poll_bulk(call: Call) -> object:
    done = call.done(call.params["id"])
    general = {"id": call.params["id"], "status": "ongoing" if done is None else "completed"}
    return Answer(202, json={"general": general}) if done is None else {"general": general, "results": done}


@route("GET", "/account/info")
def account(call: Call) -> object:
    return {"credits": 8500, "webhooks": []}


def found(call: Call, item: dict[str, Any]) -> dict[str, Any]:
    person = call.view.person(
        full_name=item["fullname"], company_domain=item.get("company_domain"), company_name=item.get("company_name")
    )
    if person is None or person.email is None:
        return {"qualification": "invalid", "email": None}
    call.charge(1)
    names = {"fullname": person.full_name, "firstname": person.first_name, "lastname": person.last_name}
    return {"email": person.email, "qualification": "valid", "info": {"company_domain": person.company_domain, **names}}


def verified(call: Call, email: str) -> dict[str, Any]:
    call.charge("0.25")
    good = call.view.verify(email) in ("valid", "accept_all", "role")
    return {"email": email, "qualification": "valid" if good else "invalid"}
