"""Sandbox: Diffbot's replies."""

from __future__ import annotations

import json
import re
from typing import Any

from leadenrich.sandbox.facts import SandboxCompany, SandboxPerson
from leadenrich.sandbox.fake import Answer, Call, route

NO_CREDITS = Answer(429, json={"code": 429, "message": "insufficient credits"})
WORDS = {"search_companies": {"diffbot_dql": "type:Organization"}, "search_people": {"diffbot_dql": "type:Person"}}
LOSSY = {"*": {"employee_range": "two numbers, which have no end for the largest"}}


def bare(url: str | None) -> str | None:
    """Return an address as the vendor writes it."""
    return url.split("://", 1)[-1] if url else None


def digits(number: str | None) -> list[dict[str, str]]:
    """Return a number as the vendor writes it."""
    return [{"string": number, "digits": number.lstrip("+")}] if number else []


def usd(amount: object) -> dict[str, Any] | None:
    """Return an amount as the vendor writes it."""
    return {"currency": "USD", "value": amount} if amount is not None else None


def organization(company: SandboxCompany) -> dict[str, Any]:
    """Return an organization."""
    investment = {
        "date": {"str": f"d{company.last_funding_at}", "precision": 3},
        "series": company.funding_stage,
        "investors": [{"name": name, "type": "Organization"} for name in company.investors],
    }
    return {
        "id": company.id,
        "type": "Organization",
        "name": company.company_name,
        "homepageUri": bare(company.website),
        "description": company.description,
        "logo": company.logo_url,
        "nbEmployees": company.employee_count,
        "linkedInUri": bare(company.company_linkedin_url),
        "twitterUri": bare(company.twitter_url),
        "facebookUri": bare(company.facebook_url),
        "industries": [company.industry],
        "location": {
            "city": {"name": company.city},
            "region": {"name": company.region},
            "country": {"name": company.country_name},
        },
        "foundingDate": {"str": f"d{company.founded_year}-XX-XX", "precision": 1},
        "revenue": usd(company.annual_revenue_usd),
        "totalInvestment": usd(company.funding_total_usd),
        "investments": [investment] if company.funding_stage else [],
        "naicsClassification": [{"code": company.naics}],
        "sicClassification": [{"code": company.sic}],
        "phoneNumbers": digits(company.phone),
        "technographics": [{"technology": {"name": name}, "categories": []} for name in company.technologies],
    }


def individual(person: SandboxPerson) -> dict[str, Any]:
    """Return a person."""
    return {
        "id": person.id,
        "type": "Person",
        "name": person.full_name,
        "nameDetail": {"firstName": person.first_name, "lastName": person.last_name},
        "linkedInUri": bare(person.linkedin_url),
        "twitterUri": bare(person.twitter_url),
        "githubUri": bare(person.github_url),
        "facebookUri": bare(person.facebook_url),
        "emailAddresses": [{"contactString": person.email, "type": "PROFESSIONAL"}] if person.email else [],
        "phoneNumbers": digits(person.phone),
        "location": {
            "city": {"name": person.city},
            "region": {"name": person.region},
            "country": {"name": person.country_name},
        },
        "employments": [{"isCurrent": True, "title": person.title, "employer": {"name": person.company_name}}],
    }


def answered(call: Call, asked: dict[str, Any]) -> dict[str, Any]:
    """Return the match of one question."""
    entity: dict[str, Any] | None = None
    if asked["type"] == "Organization":
        company = call.view.company(domain=asked.get("url"), name=asked.get("name"))
        entity = organization(company) if company else None
    else:
        person = call.view.person(
            email=asked.get("email"),
            linkedin_url=asked.get("url"),
            full_name=asked.get("name"),
            company_name=asked.get("employer"),
        )
        entity = individual(person) if person else None
    if entity:
        call.charge(25)
    data = [{"score": 0.97, "esscore": 120.5, "entity": entity}] if entity else []
    return {"version": 3, "hits": len(data), "request_ctx": {"query": asked}, "data": data}


@route("GET", "/kg/v3/enhance")
def enhance(call: Call) -> object:
    """Answer one question."""
    return answered(call, call.params)


@route("POST", "/kg/v3/enhance/bulk")
def bulk(call: Call) -> object:
    """Take a job."""
    return Answer(202, json={"job_id": call.job([answered(call, asked) for asked in call.json])})


@route("GET", "/kg/v3/enhance/bulk/{id}/status")
def status(call: Call) -> object:
    """Say how far a job is."""
    done = call.done(call.at["id"]) is not None
    return Answer(200 if done else 201, json={"status": "COMPLETE" if done else "IN_PROCESS"})


@route("GET", "/kg/v3/enhance/bulk/{id}")
def results(call: Call) -> object:
    """Return a job's results."""
    return Answer(text="\n".join(json.dumps(line, default=str) for line in call.done(call.at["id"]) or []))


@route("GET", "/kg/v3/dql")
def dql(call: Call) -> object:
    """Search."""
    text = call.params["query"]
    by = dict(re.findall(r'([\w.]+):"([^"]*)"', text))
    size, start = int(call.params.get("size", 50)), int(call.params.get("from", 0))
    place = {"country": by.get("location.country.name"), "city": by.get("location.city.name")}
    if "type:Person" in text:
        wanted = {
            **place,
            "title": by.get("title"),
            "company_name": by.get("employer.name"),
            "full_name": by.get("name"),
        }
        people = call.view.people(limit=size, offset=start, **wanted)
        found, hits = [individual(one) for one in people], call.view.count_people(**wanted)
    else:
        wanted = {**place, "name": by.get("name"), "industry": by.get("industries")}
        companies = call.view.companies(limit=size, offset=start, **wanted)
        found, hits = [organization(one) for one in companies], call.view.count_companies(**wanted)
    call.charge(25 * len(found))
    return {"version": 3, "hits": hits, "data": [{"score": 1.0, "entity": entity} for entity in found]}


@route("GET", "https://api.diffbot.com/v4/account")
def account(call: Call) -> object:
    """Say what is used."""
    return {"plan": "free", "planCredits": 10000, "status": "active", "usage": [{"date": "2026-01-05", "credits": 0}]}
