"""Sandbox: Perplexity's replies."""

from __future__ import annotations

from leadenrich.sandbox.fake import Answer, Call, route
from leadenrich.sandbox.vendors._models import PAGE, bill, company_in, said, tokens


@route("POST", "/v1/responses")
def agent(call: Call) -> object:
    """Answer at once, or later where it is to run in the background."""
    body = call.json
    if not body.get("model") and not body.get("preset"):
        return Answer(400, json={"error": {"message": "model or preset", "type": "invalid_request", "code": None}})
    schema = ((body.get("response_format") or {}).get("json_schema") or {}).get("schema")
    searching = bool(body.get("tools") or body.get("preset"))
    system, model = body.get("instructions"), body.get("model")
    spoken = said(call, body["input"], schema, system=system, model=model, searching=searching)
    text, page = spoken.text, dict(spoken.pages[0] if spoken.pages else PAGE)
    read, written = tokens(body["input"], body.get("instructions")), tokens(text)
    bill(call, read, written, int(searching))
    found = {"type": "search_results", "queries": ["companies"], "results": [{"id": 1, "snippet": "x", **page}]}
    content = [{"type": "output_text", "text": text, "annotations": []}]
    if spoken.refused:
        content = [{"type": "refusal", "refusal": text}]
    message = {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": content}
    done = {
        "id": "resp_1",
        "object": "response",
        "status": "incomplete" if spoken.cut else "completed",
        "model": body.get("model"),
        "output": [*([found] if searching else []), message],
        "usage": {
            "input_tokens": read,
            "output_tokens": written,
            "total_tokens": read + written,
            "cost": {"currency": "USD", "total_cost": 0.01},
        },
    }
    if body.get("background"):
        return {"id": call.job(done), "object": "response", "status": "queued", "output": []}
    return done


@route("GET", "/v1/responses/{id}")
def retrieve(call: Call) -> object:
    """Say how far a background response is."""
    done = call.done(call.at["id"]) or {"status": "in_progress", "output": []}
    return {"object": "response", **done, "id": call.at["id"]}


@route("POST", "/search")
def search(call: Call) -> object:
    """Search the web."""
    call.charge(1, "searches")
    company = company_in(call, call.json["query"])
    if company is None:
        return {"id": "search_1", "results": [{"snippet": call.answer_text(call.json["query"]), **PAGE}]}
    page = {"url": company.website, "title": company.company_name, "snippet": "Its own site"}
    return {"id": "search_1", "results": [{"date": "2026-03-01", **page}]}


@route("GET", "/v1/models")
def models(call: Call) -> object:
    """List the models."""
    return {"object": "list", "data": [{"id": "perplexity/sonar"}]}
