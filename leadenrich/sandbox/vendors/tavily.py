"""Sandbox: Tavily's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.fake import Answer, Call, route
from leadenrich.sandbox.vendors._models import PAGE, company_in, page_at

NO_CREDITS = Answer(432, json={"detail": {"error": "This request exceeds your plan's set usage limit."}})


@route("POST", "/search")
def search(call: Call) -> object:
    """Search, with an answer or for news."""
    words = call.json["query"]
    call.charge(2 if call.json.get("search_depth") == "advanced" else 1)
    if call.json.get("topic") == "news":
        company = call.view.company(name=words)
        results: list[dict[str, Any]] = [
            {"title": item["title"], "url": item["url"], "content": "x", "published_date": item["published_at"]}
            for item in (company.news if company else [])
        ]
    else:
        company = company_in(call, words)
        page = {"url": company.website, "title": company.company_name} if company else PAGE
        results = [{**page, "content": "x", "score": 0.9}]
    answer = call.answer_text(words) if call.json.get("include_answer") else None
    return {"query": words, "answer": answer, "results": results, "usage": {"credits": 1}}


@route("POST", "/research")
def research(call: Call) -> object:
    """Take a job."""
    schema = call.json.get("output_schema")
    content = call.answer_json(schema, call.json["input"]) if schema else call.answer_text(call.json["input"])
    call.charge(20)
    return {"request_id": call.job({"content": content, "sources": [PAGE]}), "status": "pending"}


@route("GET", "/research/{id}")
def job(call: Call) -> object:
    """Say how far it is."""
    done = call.done(call.at["id"])
    if done is None:
        return Answer(202, json={"request_id": call.at["id"], "status": "in_progress"})
    return {"request_id": call.at["id"], "status": "completed", **done}


@route("POST", "/extract")
def extract(call: Call) -> object:
    """Read pages."""
    call.charge(0.2 * len(call.json["urls"]))
    return {"results": [{"url": url, "raw_content": page_at(call, url)} for url in call.json["urls"]]}


@route("GET", "/usage")
def usage(call: Call) -> object:
    """Say what is left."""
    return {"key": {"usage": 0}, "account": {"current_plan": "Bootstrap", "plan_usage": 0, "plan_limit": 5000}}
