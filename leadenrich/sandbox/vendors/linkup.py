"""Sandbox: Linkup's replies."""

from __future__ import annotations

import json

from leadenrich.sandbox.fake import Answer, Call, route
from leadenrich.sandbox.vendors._models import PAGE, company_in, page_at

NO_CREDITS = Answer(429, json={"error": {"code": "INSUFFICIENT_FUNDS_CREDITS", "message": "no credits", "details": []}})
APART = {"linkup.web-search": "another kind of output"}


@route("POST", "/search")
def search(call: Call) -> object:
    """Search, with an answer of the kind that is asked for."""
    words, kind = call.json["q"], call.json["outputType"]
    call.charge(1, call.json["depth"])
    company = company_in(call, words)
    page = {"name": company.company_name, "url": company.website} if company else {**PAGE, "name": PAGE["title"]}
    source = {"type": "text", "name": page["name"], "url": page["url"], "content": "x", "favicon": ""}
    if kind == "searchResults":
        return {"results": [source]}
    if kind == "structured":
        schema = json.loads(call.json["structuredOutputSchema"])
        return {"data": call.answer_json(schema, words), "sources": [source]}
    return {"answer": call.answer_text(words), "sources": [{**source, "snippet": "x"}]}


@route("POST", "/fetch")
def fetch(call: Call) -> object:
    """Read a page."""
    call.charge(1, "fetch")
    return {"markdown": page_at(call, call.json["url"]), "favicon": ""}
