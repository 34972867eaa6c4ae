"""Sandbox: Anthropic's replies."""

from __future__ import annotations

import json
from typing import Any

from leadenrich.sandbox.fake import Answer, Call, route
from leadenrich.sandbox.vendors._models import PAGE, Cached, bill, said, through_cache, tokens


def message(call: Call, body: dict[str, Any]) -> dict[str, Any]:
    """Return a message."""
    given = body["messages"][-1]["content"]
    parts = given if isinstance(given, list) else [{"text": given}]
    prompt = "".join(part["text"] for part in parts)
    shared = "".join(part["text"] for part in parts if "cache_control" in part)
    wanted = ((body.get("output_config") or {}).get("format") or {}).get("schema")
    cached = through_cache(call, body["model"], wanted, body.get("system") or "", shared) if shared else Cached()
    tools = [tool["name"] for tool in body.get("tools") or []]
    searching, fetching = "web_search" in tools, "web_fetch" in tools
    spoken = said(call, prompt, wanted, system=body.get("system"), model=body["model"], searching=searching)
    text, page = spoken.text, dict(spoken.pages[0] if spoken.pages else PAGE)
    read, written = tokens(prompt, body.get("system")), tokens(text)
    bill(call, read, written, int(searching))
    searched = [
        {"type": "text", "text": "I will look that up. "},
        {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {"query": "companies"}},
        {
            "type": "web_search_tool_result",
            "tool_use_id": "srvtoolu_1",
            "content": [{"type": "web_search_result", "page_age": None, "encrypted_content": "x", **page}],
        },
    ]
    document = {
        "type": "document",
        "source": {"type": "text", "media_type": "text/plain", "data": "x"},
        "title": "Page",
    }
    fetched = [
        {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_fetch", "input": {"url": prompt.split()[-1]}},
        {
            "type": "web_fetch_tool_result",
            "tool_use_id": "srvtoolu_1",
            "content": {
                "type": "web_fetch_result",
                "url": prompt.split()[-1],
                "retrieved_at": "2026-04-12T00:00:00Z",
                "content": document,
            },
        },
    ]
    note = {"type": "web_search_result_location", "cited_text": "x", "encrypted_index": "x", **page}
    cited = {"citations": [note]} if searching else {}
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": body["model"],
        "stop_reason": "refusal" if spoken.refused else "max_tokens" if spoken.cut else "end_turn",
        "stop_sequence": None,
        "content": [*(searched if searching else fetched if fetching else []), {"type": "text", "text": text, **cited}],
        "usage": {
            "input_tokens": max(read - sum(cached), 0),
            "cache_creation_input_tokens": cached.kept,
            "cache_read_input_tokens": cached.found,
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
    return batched(call.job(lines), len(lines), False)


@route("GET", "/messages/batches/{id}")
def batch(call: Call) -> object:
    """Say how far a batch is."""
    lines = call.done(call.at["id"])
    return batched(call.at["id"], len(lines or []), lines is not None)


def batched(job: str, count: int, ended: bool) -> dict[str, Any]:
    """Return a batch."""
    counts = dict.fromkeys(("canceled", "errored", "expired"), 0)
    url = f"https://api.anthropic.com/v1/messages/batches/{job}/results"
    return {
        "id": job,
        "type": "message_batch",
        "processing_status": "ended" if ended else "in_progress",
        "request_counts": {**counts, "succeeded": count if ended else 0, "processing": 0 if ended else count},
        "created_at": "2026-04-12T00:00:00Z",
        "expires_at": "2026-04-13T00:00:00Z",
        "ended_at": "2026-04-12T00:10:00Z" if ended else None,
        "results_url": url if ended else None,
    }


@route("GET", "/messages/batches/{id}/results")
def results(call: Call) -> object:
    """Return a batch's results."""
    return Answer(text="\n".join(json.dumps(line) for line in call.done(call.at["id"]) or []))


@route("GET", "/models")
def models(call: Call) -> object:
    """List the models."""
    return {"data": [{"id": "claude-haiku-4-5", "type": "model"}], "has_more": False}
