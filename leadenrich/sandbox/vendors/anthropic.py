"""Sandbox: Anthropic's replies."""

from __future__ import annotations

import json
from typing import Any

from leadenrich.sandbox.fake import Answer, Call, route
from leadenrich.sandbox.vendors._models import PAGE, bill, said, tokens


def message(call: Call, body: dict[str, Any]) -> dict[str, Any]:
    """Return a message."""
    prompt = body["messages"][-1]["content"]
    wanted = ((body.get("output_config") or {}).get("format") or {}).get("schema")
    text = said(call, prompt, wanted)
    searching = bool(body.get("tools"))
    read, written = tokens(prompt, body.get("system")), tokens(text)
    bill(call, read, written, int(searching))
    searched = [
        {"type": "text", "text": "I will look that up. "},
        {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {"query": "companies"}},
        {
            "type": "web_search_tool_result",
            "tool_use_id": "srvtoolu_1",
            "content": [{"type": "web_search_result", "page_age": None, "encrypted_content": "x", **PAGE}],
        },
    ]
    cited = {"citations": [{"type": "web_search_result_location", "cited_text": "x", **PAGE}]} if searching else {}
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": body["model"],
        "stop_reason": "end_turn",
        "content": [*(searched if searching else []), {"type": "text", "text": text, **cited}],
        "usage": {
            "input_tokens": read,
            "cache_read_input_tokens": 0,
            "output_tokens": written,
            "server_tool_use": {"web_search_requests": 1} if searching else None,
        },
    }


@route("POST", "/messages")
def create(call: Call) -> object:
    """Answer a message; the version header and max_tokens are compulsory."""
    body = call.json
    if "anthropic-version" not in call.headers or not body.get("max_tokens") or not body.get("model"):
        error = {"type": "invalid_request_error", "message": "missing"}
        return Answer(400, json={"type": "error", "error": error})
    return message(call, body)


@route("POST", "/messages/batches")
def start_batch(call: Call) -> object:
    """Start a batch."""
    lines = [
        {"custom_id": item["custom_id"], "result": {"type": "succeeded", "message": message(call, item["params"])}}
        for item in call.json["requests"]
    ]
    return {"id": call.job(lines), "type": "message_batch", "processing_status": "in_progress", "results_url": None}


@route("GET", "/messages/batches/{id}")
def batch(call: Call) -> object:
    """Say how far a batch is."""
    ended = call.done(call.at["id"]) is not None
    return {"id": call.at["id"], "type": "message_batch", "processing_status": "ended" if ended else "in_progress"}


@route("GET", "/messages/batches/{id}/results")
def results(call: Call) -> object:
    """Return a batch's results."""
    return Answer(text="\n".join(json.dumps(line) for line in call.done(call.at["id"]) or []))


@route("GET", "/models")
def models(call: Call) -> object:
    """List the models."""
    return {"data": [{"id": "claude-haiku-4-5", "type": "model"}], "has_more": False}
