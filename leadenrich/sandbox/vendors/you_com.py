"""Sandbox: You.com's replies."""

from __future__ import annotations

from leadenrich.sandbox.fake import Call, route
from leadenrich.sandbox.vendors._models import PAGE, company_in

APART = {"find_news": "another search"}


@route("POST", "/v1/research")
def research(call: Call) -> object:
    """Work on a prompt."""
    call.charge(1, call.json["research_effort"])
    schema, asked = call.json.get("output_schema"), call.json["input"]
    content = call.answer_json(schema, asked) if schema else call.answer_text(asked)
    sources = [{"url": PAGE["url"], "title": PAGE["title"], "snippets": ["x"]}]
    return {"output": {"content": content, "content_type": "object" if schema else "text", "sources": sources}}


@route("POST", "https://ydc-index.io/v1/search")
def search(call: Call) -> object:
    """Search the web."""
    call.charge(1, "search")
    words = call.json["query"]
    company = company_in(call, words)
    page = {"url": company.website, "title": company.company_name} if company else PAGE
    items = company.news if company and words.endswith(" news") else []
    news = [{"title": item["title"], "url": item["url"], "page_age": item["published_at"]} for item in items]
    web = [{"url": page["url"], "title": page["title"], "description": "x", "snippets": ["x"]}]
    return {"results": {"web": web, "news": news}, "metadata": {"query": words, "latency": 0.1}}
