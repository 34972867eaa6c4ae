"""Sandbox: SignalHire's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.facts import SandboxPerson
from leadenrich.sandbox.fake import Call, route

WORDS = {"signalhire_uid": lambda person: person.id, "signalhire_contacts": True}


def candidate(one: SandboxPerson, contacts: bool) -> dict[str, Any]:
    """Return a person's profile."""
    known = [
        ("email", "work", one.email),
        ("email", "personal", one.personal_email),
        ("phone", "mobile", one.mobile_phone),
        ("phone", "work_phone", one.phone),
    ]
    pages = [("li", one.linkedin_url), ("tw", one.twitter_url), ("fb", one.facebook_url)]
    return {
        "uid": one.id,
        "fullName": one.full_name,
        "headLine": one.headline,
        "locations": [{"name": f"{one.city}, {one.region}, {one.country_name}"}],
        "contacts": [
            {"type": kind, "subType": use, "value": value, "rating": "100"}
            for kind, use, value in known
            if value and contacts
        ],
        "social": [{"type": kind, "link": url, "rating": "100"} for kind, url in pages if url],
        "experience": [
            {"position": "Trainee", "company": "Elsewhere", "current": False},
            {
                "position": one.title,
                "company": one.company_name,
                "website": one.company_domain,
                "companyUrl": one.company_linkedin_url,
                "current": True,
            },
        ],
    }


@route("POST", "/candidate/search")
def people(call: Call) -> object:
    contacts = not call.json.get("withoutContacts")
    answers = []
    for item in call.json["items"]:
        one = call.view.person(
            id=item,
            linkedin_url=item if "linkedin" in item else None,
            email=item if "@" in item else None,
            personal_email=item if "@" in item else None,
            phone=item if item.startswith("+") else None,
        )
        if one is not None:
            call.charge(1, "" if contacts else "profiles")
        answers.append({"item": item, "status": "success" if one else "failed"})
        if one is not None:
            answers[-1]["candidate"] = candidate(one, contacts)
    return answers[::-1]


def page(call: Call, q: dict[str, Any], offset: int) -> object:
    """Return one page of a search."""
    wanted = {
        "title": q.get("currentTitle"),
        "company_name": q.get("currentCompany"),
        "keywords": q.get("keywords"),
        "full_name": q.get("fullName"),
        "country": str(q.get("location") or "").split(", ")[-1],
    }
    found = call.view.people(**wanted, limit=q["size"], offset=offset)
    total, seen = call.view.count_people(**wanted), offset + len(found)
    scroll = call.job({**q, "offset": seen}) if seen < total else None
    return {
        "requestId": 3,
        "total": total,
        "scrollId": scroll,
        "profiles": [
            {
                "uid": one.id,
                "fullName": one.full_name,
                "experience": [{"company": one.company_name, "title": one.title}],
            }
            for one in found
        ],
    }


@route("POST", "/candidate/searchByQuery")
def search(call: Call) -> object:
    return page(call, call.json, 0)


@route("POST", "/candidate/scrollSearch/{id}")
def scroll(call: Call) -> object:
    q = call.done(call.json["scrollId"]) or call.done(call.json["scrollId"]) or {"size": 10, "offset": 0}
    return page(call, q, q["offset"])


@route("GET", "/credits")
def credits(call: Call) -> object:
    return {"credits": 5 if "withoutContacts" in call.params else 27}
