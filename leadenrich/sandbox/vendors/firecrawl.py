"""Sandbox: Firecrawl's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.fake import Call, route
from leadenrich.sandbox.vendors._models import page_at


def page(call: Call, url: str, formats: list[Any]) -> dict[str, Any]:
    """Return one page read."""
    company = call.view.company(domain=url)
    facts = formats and isinstance(formats[0], dict)
    used = 5 if facts else 1
    call.charge(used)
    about = {"sourceURL": url, "url": url, "statusCode": 200 if company else 404, "creditsUsed": used, "title": "Home"}
    if company is None:
        return {"metadata": about}
    if not facts:
        return {"markdown": page_at(call, url), "metadata": about}
    fields = formats[0]["schema"]["properties"]
    known = {**{name: getattr(company, name) for name in fields}, "country": company.country_name}
    return {"json": known, "metadata": {**about, "url": company.website, "description": company.description}}


@route("POST", "/scrape")
def scrape(call: Call) -> object:
    """Read a page."""
    return {"success": True, "data": page(call, call.json["url"], call.json["formats"])}


@route("POST", "/batch/scrape")
def batch(call: Call) -> object:
    """Take a job."""
    pages = [page(call, url, call.json["formats"]) for url in call.json["urls"]]
    return {"success": True, "id": call.job(pages), "url": "x", "invalidURLs": None}


@route("GET", "/batch/scrape/{id}")
def batch_job(call: Call) -> object:
    """Say how far a job is."""
    pages = call.done(call.at["id"])
    return {"status": "scraping" if pages is None else "completed", "data": pages or [], "next": None}


@route("POST", "/agent")
def agent(call: Call) -> object:
    """Take a job."""
    schema = call.json.get("schema") or {"type": "object", "properties": {"answer": {"type": "string"}}}
    call.charge(15)
    return {"success": True, "id": call.job(call.answer_json(schema, call.json["prompt"]))}


@route("GET", "/agent/{id}")
def agent_job(call: Call) -> object:
    """Say how far it is."""
    data = call.done(call.at["id"])
    if data is None:
        return {"success": True, "status": "processing"}
    return {"success": True, "status": "completed", "data": data, "creditsUsed": 15}


@route("POST", "/search")
def search(call: Call) -> object:
    """Search the web or the news."""
    call.charge(2)
    company = call.view.company(name=call.json["query"])
    if call.json["sources"] == [{"type": "news"}]:
        items = company.news if company else []
        found = [{"title": item["title"], "url": item["url"], "date": item["published_at"]} for item in items]
        return {"success": True, "data": {"news": found}, "creditsUsed": 2}
    web = [{"title": one.company_name, "url": one.website} for one in [company] if one]
    return {"success": True, "data": {"web": web}, "creditsUsed": 2}


@route("GET", "/team/credit-usage")
def usage(call: Call) -> object:
    """Say what is left."""
    return {"success": True, "data": {"remainingCredits": 5000, "planCredits": 5000, "billingPeriodEnd": "2027-01-01"}}
