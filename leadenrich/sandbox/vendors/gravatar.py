"""Sandbox: Gravatar's replies."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Any

from leadenrich.sandbox.facts import SandboxPerson
from leadenrich.sandbox.fake import Answer, Call, route
from leadenrich.sandbox.view import View

LOSSY = {
    "find_social_urls": dict.fromkeys(
        ("linkedin_url", "github_url", "twitter_url", "facebook_url"),
        "of the person, where others describe the company",
    )
}
WORDS = {
    "gravatar_username": lambda person: person.github_username,
    "gravatar_service": "github",
    "github_username": lambda person: person.github_username,
}
KNOWN = 4000


def profile(person: SandboxPerson, keyed: bool) -> dict[str, Any]:
    """Return the profile of a person: less of it without a key."""
    urls = {"github": person.github_url, "twitter": person.twitter_url, "facebook": person.facebook_url}
    shown = [{"service_type": kind, "url": url, "is_hidden": False} for kind, url in urls.items() if url]
    body: dict[str, Any] = {
        "hash": "0" * 64,
        "display_name": person.full_name,
        "job_title": person.title or "",
        "company": person.company_name,
        "description": person.headline or "",
        "location": person.city or "",
        "verified_accounts": shown,
    }
    if keyed:
        numbers = {"work_phone": person.phone, "cell_phone": person.mobile_phone, "email": person.email}
        body |= {
            "first_name": person.first_name,
            "last_name": person.last_name,
            "links": [{"label": "LinkedIn", "url": person.linkedin_url}] if person.linkedin_url else [],
            "contact_info": {name: value for name, value in numbers.items() if value},
        }
    return body


@route("GET", "/profiles/{hash}")
def one(call: Call) -> object:
    """Read a profile by the hash of an address."""
    person = by_hash(call.view).get(call.at["hash"])
    if person is None:
        return Answer(404, json={"error": "Profile not found"})
    return profile(person, keyed="authorization" in call.headers)


@lru_cache(maxsize=8)
def by_hash(view: View) -> dict[str, SandboxPerson]:
    """Return who has which hash, of an address."""
    known = view.people(limit=KNOWN)
    addresses = [(address, person) for person in known for address in (person.email, person.personal_email) if address]
    return {hashlib.sha256(address.encode()).hexdigest(): person for address, person in addresses}


@route("GET", "/profiles/search/by-verified-account")
def by_account(call: Call) -> object:
    """Find profiles by an account."""
    if "authorization" not in call.headers:
        return Answer(401, json={"error": "You are not authorized to perform this action"})
    person = call.view.person(github_url=call.params.get("username"))
    found = [profile(person, keyed=False)] if person is not None else []
    return {"profiles": found, "total_pages": len(found)}
