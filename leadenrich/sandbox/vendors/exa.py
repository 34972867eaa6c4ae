"""Sandbox: Exa's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.facts import SandboxCompany, SandboxPerson
from leadenrich.sandbox.fake import Answer, Call, route
from leadenrich.sandbox.vendors._models import PAGE, company_in

NO_CREDITS = Answer(402, json={"requestId": "r", "error": "no credits", "tag": "NO_MORE_CREDITS"})
WORDS = {"search_people": {"query": lambda person: f"somebody at {person.company_name}"}}


def individual(person: SandboxPerson) -> dict[str, Any]:
    """Return a person's profile as a result."""
    job = {"title": person.title, "dates": {"from": "2022-03-01", "to": None}, "company": {"name": person.company_name}}
    facts = {"name": person.full_name, "location": person.city, "workHistory": [job]}
    return {
        "id": person.linkedin_url,
        "url": person.linkedin_url,
        "title": f"{person.full_name} | {person.title}",
        "author": person.full_name,
        "entities": [{"id": person.id, "type": "person", "version": 1, "properties": facts}],
    }


def firm(company: SandboxCompany) -> dict[str, Any]:
    """Return a company's site as a result."""
    money = {
        "revenueAnnual": company.annual_revenue_usd,
        "fundingTotal": company.funding_total_usd,
        "fundingLatestRound": {"name": company.funding_stage, "date": company.last_funding_at},
    }
    facts = {
        "name": company.company_name,
        "foundedYear": company.founded_year,
        "description": company.description,
        "workforce": {"total": company.employee_count},
        "financials": money,
        "headquarters": {"city": company.city, "country": company.country_name},
        "webTraffic": {"visitsMonthly": company.visits},
    }
    entity = {"id": company.id, "type": "company", "version": 1, "properties": facts}
    return {"id": company.website, "url": company.website, "title": company.company_name, "entities": [entity]}


@route("POST", "/search")
def search(call: Call) -> object:
    """Search by meaning: here, by the company's or person's name in the words."""
    words, kind, limit = call.json["query"], call.json.get("category"), call.json["numResults"]
    words = words.removeprefix("companies like ").removeprefix("somebody at ")
    call.charge(0.007)
    results: list[dict[str, Any]] = []
    if kind is None:
        company = company_in(call, words)
        page = {"url": company.website, "title": company.company_name} if company else PAGE
        results = [{**page, "highlights": [call.answer_text(words)]}]
    elif kind == "news":
        company = call.view.company(name=words)
        results = [
            {"id": item["url"], "url": item["url"], "title": item["title"], "publishedDate": item["published_at"]}
            for item in (company.news if company else [])
        ]
    elif kind == "company":
        company = call.view.company(domain=words) or call.view.company(name=words)
        alike = call.view.companies(industry=company.industry, limit=limit) if company else []
        results = [firm(one) for one in [*([company] if company else []), *alike]][:limit]
    else:
        title, _, where = words.partition(" at ")
        company = call.view.company(name=where.split(" in ")[0] or words) or call.view.company(domain=where)
        title = title if where else None
        if company is not None:
            people = call.view.people(company_domain=company.company_domain, title=title, limit=limit)
        else:
            everybody = call.view.people(limit=None)
            named = [one for one in everybody if words.startswith(f"{one.full_name} ")]  # a title may stand between
            people = [one for one in named if words.endswith(f" {one.company_name}")][:limit]
        results = [individual(one) for one in people if one.linkedin_url]
    return {"requestId": "r", "results": results, "costDollars": {"total": 0.007}}


@route("POST", "/answer")
def answer(call: Call) -> object:
    """Answer from the web."""
    call.charge(0.005)
    schema = call.json.get("outputSchema")
    said = call.answer_json(schema, call.json["query"]) if schema else call.answer_text(call.json["query"])
    return {"requestId": "r", "answer": said, "citations": [PAGE], "costDollars": {"total": 0.005}}


@route("POST", "/agent/runs")
def start(call: Call) -> object:
    """Take a run."""
    call.charge(0.02)
    schema = call.json.get("outputSchema")
    output = {"text": call.answer_text(call.json["query"]), "grounding": [{"field": "text", "citations": [PAGE]}]}
    if schema:
        output["structured"] = call.answer_json(schema, call.json["query"])
    done = {"status": "completed", "output": output, "costDollars": {"total": 0.02}}
    return {"id": call.job(done), "object": "agent_run", "status": "queued"}


@route("GET", "/agent/runs/{id}")
def run(call: Call) -> object:
    """Say how far a run is."""
    return {"id": call.at["id"], **(call.done(call.at["id"]) or {"status": "running"})}
