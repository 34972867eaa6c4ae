"""Sandbox: Mistral's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.fake import Call, route
from leadenrich.sandbox.vendors._models import bill, said, tokens


def completion(call: Call, body: dict[str, Any]) -> dict[str, Any]:
    """Return a chat completion."""
    schema = ((body.get("response_format") or {}).get("json_schema") or {}).get("schema")
    prompt = body["messages"][-1]["content"]
    system = next((one["content"] for one in body["messages"] if one["role"] == "system"), "")
    spoken = said(call, prompt, schema, system=system, model=body["model"])
    text = "" if spoken.refused else spoken.text
    read, written = tokens(prompt), tokens(text)
    bill(call, read, written)
    message = {"role": "assistant", "content": text, "tool_calls": None}
    return {
        "id": "cmpl-1",
        "object": "chat.completion",
        "created": 1776000000,
        "model": body["model"],
        "usage": {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written},
        "choices": [{"index": 0, "finish_reason": "length" if spoken.cut else "stop", "message": message}],
    }


@route("POST", "/chat/completions")
def chat(call: Call) -> object:
    """Answer a prompt."""
    return completion(call, call.json)


@route("POST", "/conversations")
def converse(call: Call) -> object:
    """Answer a prompt from the web."""
    body = call.json
    spoken = said(call, body["inputs"], system=body.get("instructions"), model=body["model"], searching=True)
    text, page = spoken.text, spoken.pages[0]
    read, written = tokens(body["inputs"]), tokens(text)
    bill(call, read, written, 1)
    content = [{"type": "text", "text": text}, {"type": "tool_reference", "tool": "web_search", **page}]
    return {
        "object": "conversation.response",
        "conversation_id": "conv_1",
        "outputs": [
            {"object": "entry", "type": "tool.execution", "name": "web_search", "arguments": "{}"},
            {"object": "entry", "type": "message.output", "role": "assistant", "content": content},
        ],
        "usage": {
            "prompt_tokens": read,
            "completion_tokens": written,
            "connector_tokens": 0,
            "connectors": {"web_search": 1},
        },
    }


@route("POST", "/batch/jobs")
def start_batch(call: Call) -> object:
    """Start a batch of inline requests."""
    lines = [
        {"custom_id": item["custom_id"], "response": {"status_code": 200, "body": completion(call, item["body"])}}
        for item in call.json["requests"]
    ]
    return job(call.job(lines), "QUEUED", len(lines), None)


@route("GET", "/batch/jobs/{id}")
def batch(call: Call) -> object:
    """Say how far a batch is."""
    lines = call.done(call.at["id"])
    return job(call.at["id"], "RUNNING" if lines is None else "SUCCESS", len(lines or []), lines)


def job(name: str, status: str, count: int, outputs: Any) -> dict[str, Any]:
    """Return a batch job."""
    done = count if outputs is not None else 0
    return {
        "id": name,
        "object": "batch",
        "input_files": [],
        "endpoint": "/v1/chat/completions",
        "errors": [],
        "status": status,
        "created_at": 1776000000,
        "total_requests": count,
        "completed_requests": done,
        "succeeded_requests": done,
        "failed_requests": 0,
        "outputs": outputs,
    }


@route("GET", "/models")
def models(call: Call) -> object:
    """List the models."""
    return {
        "object": "list",
        "data": [
            {"id": "mistral-small-latest", "object": "model", "type": "base", "capabilities": {"completion_chat": True}}
        ],
    }
