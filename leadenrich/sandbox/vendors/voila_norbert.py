"""Sandbox: Voila Norbert's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.facts import SandboxPerson
from leadenrich.sandbox.fake import Call, route

SEARCHING: dict[str, Any] = {"email": None, "searching": True, "status": None, "company": {}, "lists": []}


@route("POST", "/search/name")
def by_name(call: Call) -> object:
    """Start a search; the contact tells when it is over."""
    one = call.view.person(
        full_name=call.form.get("name"), company_domain=call.form.get("domain"), company_name=call.form.get("company")
    )
    found = contact(one) if one and one.email else {"email": None, "name": call.form.get("name")}
    call.charge(int(found["email"] is not None))
    return {**SEARCHING, "id": call.job({**SEARCHING, **found, "searching": False}), "name": call.form.get("name")}


@route("GET", "/contacts/{id}")
def poll(call: Call) -> object:
    """How far it is."""
    return call.done(call.at["id"]) or {**SEARCHING, "id": call.at["id"]}


@route("POST", "/search/domain")
def by_domain(call: Call) -> object:
    """A company's addresses, ten a page."""
    wanted = {
        "company_domain": call.form.get("domain"),
        "company_name": call.form.get("company"),
        "has": "email",
    }
    page, total = int(call.form.get("page", 1)), call.view.count_people(**wanted)
    found = call.view.people(**wanted, limit=10, offset=10 * (page - 1))
    call.charge(int(bool(found)))
    return {"has_next": page * 10 < total, "total": total, "result": [contact(one) for one in found]}


@route("GET", "/account/")
def account(call: Call) -> object:
    """What is left."""
    return {"credits": {"remains": 48, "total": 50}}


def contact(one: SandboxPerson) -> dict[str, Any]:
    """Return a person as a contact."""
    score = 100 if one.email_status == "valid" else 80
    firm = {"name": one.company_name, "title": None, "url": f"https://{one.company_domain}"}
    return {"name": one.full_name, "company": firm, "email": {"email": one.email, "score": score}}
