"""Sandbox: GitHub's replies."""

from __future__ import annotations

import re
from typing import Any

from leadenrich.sandbox.facts import SandboxCompany, SandboxPerson
from leadenrich.sandbox.fake import Answer, Call, route

# An organization's account is called like the company's LinkedIn page.
WORDS = {
    "enrich_company": {
        "github_username": lambda person: person.company.slug,
        "github_url": lambda person: f"https://github.com/{person.company.slug}",
    },
    "search_people": {"query": lambda person: person.full_name},
}
LOSSY = {
    "search_people": {"*": "only people who write code have an account"},
    "enrich_person": {"*": "only people who write code have an account"},
    "enrich_company": dict.fromkeys(
        ("github_url", "github_username"), "of the company, where the world knows people's"
    ),
    "search_companies": {"companies": "the login stands where a name would, and the world has none"},
}
SEARCHED = 3000


def user(person: SandboxPerson) -> dict[str, Any]:
    """Return a user."""
    twitter = person.twitter_url.rsplit("/", 1)[-1] if person.twitter_url else None
    return {
        "login": person.github_username,
        "html_url": person.github_url,
        "avatar_url": f"https://avatars.example.com/u/{person.id}",
        "type": "User",
        "name": person.full_name,
        "company": f"@{person.company_name}",
        "blog": "",
        "location": person.city,
        "email": person.email,
        "bio": person.headline,
        "twitter_username": twitter,
    }


def organization(company: SandboxCompany) -> dict[str, Any]:
    """Return an organization."""
    return {
        "login": company.slug,
        "html_url": f"https://github.com/{company.slug}",
        "avatar_url": company.logo_url,
        "type": "Organization",
        "name": company.company_name,
        "description": company.description,
        "blog": company.website,
        "twitter_username": company.twitter_url.rsplit("/", 1)[-1] if company.twitter_url else None,
    }


def not_found() -> Answer:
    """Return GitHub's 404."""
    return Answer(404, json={"message": "Not Found", "documentation_url": "https://docs.github.com/rest"})


@route("GET", "/users/{login}")
def one_user(call: Call) -> object:
    """Read a user."""
    person = call.view.person(github_url=call.at["login"])
    return user(person) if person is not None and person.github_username else not_found()


@route("GET", "/orgs/{login}")
def one_org(call: Call) -> object:
    """Read an organization."""
    company = call.view.company(linkedin_url=call.at["login"])
    return organization(company) if company is not None else not_found()


@route("GET", "/search/users")
def search(call: Call) -> object:
    """Search accounts: the words of `q` before its qualifiers are name or address."""
    text = str(call.params.get("q"))
    asked = re.sub(r"\s*\b(in|type):\S+|\s*\blocation:\"[^\"]*\"", "", text).strip()
    size, page = int(call.params.get("per_page", 30)), int(call.params.get("page", 1))
    found: list[dict[str, Any]]
    if "type:org" in text:
        found = [organization(one) for one in call.view.companies(name=asked, limit=None)]
    elif "in:email" in text:
        person = call.view.person(email=asked, personal_email=asked)
        found = [user(person)] if person is not None and person.github_username else []
    else:
        people = call.view.people(full_name=asked, limit=SEARCHED)
        found = [user(one) for one in people if one.github_username]
    brief = [{name: item[name] for name in ("login", "html_url", "avatar_url", "type")} for item in found]
    return {"total_count": len(brief), "incomplete_results": False, "items": brief[(page - 1) * size : page * size]}


@route("GET", "/rate_limit")
def rate_limit(call: Call) -> object:
    """Read the budget."""
    core = {"limit": 5000, "used": 0, "remaining": 5000, "reset": 1900000000}
    return {"resources": {"core": core, "search": {"limit": 30, "used": 0, "remaining": 30}}}
