"""Sandbox: OpenAI's replies."""

from __future__ import annotations

import json
from typing import Any

from leadenrich.sandbox.fake import Answer, Call, route
from leadenrich.sandbox.vendors._models import Cached, bill, said, through_cache, tokens

NO_CREDITS = Answer(
    429, json={"error": {"message": "quota", "type": "insufficient_quota", "param": None, "code": "insufficient_quota"}}
)


def response(call: Call, body: dict[str, Any]) -> dict[str, Any]:
    """Return a finished response."""
    wanted = (body.get("text") or {}).get("format") or {}
    searching = any(tool.get("type") == "web_search" for tool in body.get("tools") or [])
    system, model = body.get("instructions"), body.get("model")
    prompt, shared = asked_of(body)
    cached = through_cache(call, model, wanted, system or "", shared) if shared else Cached()
    spoken = said(call, prompt, wanted.get("schema"), system=system, model=model, searching=searching)
    text = spoken.text
    read, written = tokens(prompt, system), tokens(text)
    bill(call, read, written, int(searching))
    notes = [{"type": "url_citation", "start_index": 0, "end_index": 1, **page} for page in spoken.pages]
    content: dict[str, Any] = {"type": "output_text", "text": text, "annotations": notes}
    if spoken.refused:
        content = {"type": "refusal", "refusal": text}
    search = {
        "type": "web_search_call",
        "id": "ws_1",
        "status": "completed",
        "action": {"type": "search", "sources": [{"type": "url", "url": page["url"]} for page in spoken.pages]},
    }
    message = {"type": "message", "id": "msg_1", "status": "completed", "role": "assistant", "content": [content]}
    return {
        "id": "resp_1",
        "object": "response",
        "status": "incomplete" if spoken.cut else "completed",
        "incomplete_details": {"reason": "max_output_tokens"} if spoken.cut else None,
        "error": None,
        "model": body.get("model"),
        "output": [*([search] if searching else []), message],
        "usage": {
            "input_tokens": read,
            "input_tokens_details": {"cached_tokens": cached.found, "cache_write_tokens": cached.kept},
            "output_tokens": written,
            "total_tokens": read + written,
        },
    }


def asked_of(body: dict[str, Any]) -> tuple[Any, str]:
    """Return the prompt, and the beginning of it that is to be kept in the cache."""
    given = body.get("input")
    if not isinstance(given, list):
        return given, ""
    parts = given[-1]["content"]
    shared = [part["text"] for part in parts if "prompt_cache_breakpoint" in part]
    return "".join(part["text"] for part in parts), "".join(shared)


@route("POST", "/responses")
def create(call: Call) -> object:
    """Answer at once, or later where it is to run in the background."""
    body = call.json
    if not body.get("model") or not body.get("input"):
        return Answer(400, json={"error": {"message": "missing", "type": "invalid_request_error", "code": None}})
    done = response(call, body)
    if body.get("background"):
        return {"id": call.job(done), "object": "response", "status": "queued", "output": []}
    return done


@route("GET", "/responses/{id}")
def retrieve(call: Call) -> object:
    """Say how far a background response is."""
    done = call.done(call.at["id"]) or {"status": "in_progress", "output": []}
    return {"object": "response", **done, "id": call.at["id"]}


@route("POST", "/files")
def upload(call: Call) -> object:
    """Take a file of batch lines; its answers are made when the batch starts."""
    lines = [json.loads(line) for line in call.text.splitlines() if line.startswith('{"custom_id"')]
    answered = [
        {"custom_id": line["custom_id"], "response": {"status_code": 200, "body": response(call, line["body"])}}
        for line in lines
    ]
    return {"id": call.job(answered), "object": "file", "purpose": "batch"}


@route("POST", "/batches")
def start_batch(call: Call) -> object:
    """Start a batch over an uploaded file."""
    return {"id": f"batch-of-{call.json['input_file_id']}", "object": "batch", "status": "validating"}


@route("GET", "/batches/{id}")
def batch(call: Call) -> object:
    """Say how far a batch is."""
    file_id = call.at["id"].removeprefix("batch-of-")
    if call.done(file_id) is None:
        return {"id": call.at["id"], "object": "batch", "status": "in_progress"}
    return {"id": call.at["id"], "object": "batch", "status": "completed", "output_file_id": file_id}


@route("GET", "/files/{id}/content")
def results(call: Call) -> object:
    """Return a batch's results."""
    return Answer(text="\n".join(json.dumps(line) for line in call.done(call.at["id"]) or []))


@route("GET", "/models")
def models(call: Call) -> object:
    """List the models."""
    return {"object": "list", "data": [{"id": "gpt-5.4-mini", "object": "model"}]}
