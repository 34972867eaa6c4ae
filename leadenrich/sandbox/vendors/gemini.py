"""Sandbox: Gemini's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.contract import dig
from leadenrich.sandbox.fake import Answer, Call, route
from leadenrich.sandbox.vendors._models import bill, said, tokens

REFUSED = Answer(
    400,
    json={
        "error": {
            "code": 400,
            "status": "INVALID_ARGUMENT",
            "message": "API key not valid.",
            "details": [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}],
        }
    },
)


def content(call: Call, body: dict[str, Any]) -> dict[str, Any]:
    """Return a finished reply."""
    prompt = body["contents"][-1]["parts"][0]["text"]
    schema = (body.get("generationConfig") or {}).get("responseJsonSchema")
    system, searching = (
        dig(body, "systemInstruction.parts.0.text"),
        any("googleSearch" in tool for tool in body.get("tools") or []),
    )
    spoken = said(call, prompt, schema, system=system, model=call.at.get("model"), searching=searching)
    text = spoken.text
    read, written = tokens(prompt), tokens(text)
    bill(call, read, written, int(searching))
    grounding = {
        "webSearchQueries": ["companies"],
        "groundingChunks": [{"web": {"uri": page["url"], "title": page["title"]}} for page in spoken.pages],
    }
    parts = {"role": "model", "parts": [{"text": "thinking", "thought": True}, {"text": text}]}
    candidate = {"content": parts, "finishReason": "MAX_TOKENS" if spoken.cut else "STOP", "index": 0}
    if spoken.refused:
        candidate = {"content": {"role": "model", "parts": []}, "finishReason": "SAFETY", "index": 0}
    tools = {name for tool in body.get("tools") or [] for name in tool}
    if "urlContext" in tools:
        tried = [{"retrievedUrl": prompt.split()[-1], "urlRetrievalStatus": "URL_RETRIEVAL_STATUS_SUCCESS"}]
        candidate["urlContextMetadata"] = {"urlMetadata": tried}
    if "googleMaps" in tools:
        call.charge(1, "maps_prompts")
        place = {"uri": "https://maps.example/place", "title": "A place", "placeId": "places/1"}
        candidate["groundingMetadata"] = {"groundingChunks": [{"maps": place}]}
    return {
        "candidates": [{**candidate, **({"groundingMetadata": grounding} if searching else {})}],
        "usageMetadata": {"promptTokenCount": read, "candidatesTokenCount": written, "totalTokenCount": read + written},
    }


@route("POST", "/models/{model}:generateContent")
def generate(call: Call) -> object:
    """Answer a prompt."""
    return content(call, call.json)


@route("POST", "/models/{model}:batchGenerateContent")
def start_batch(call: Call) -> object:
    """Start a batch of inline requests."""
    items = call.json["batch"]["inputConfig"]["requests"]["requests"]
    lines = [{"response": content(call, item["request"]), "metadata": item["metadata"]} for item in items]
    return {"name": f"batches/{call.job(lines)}", "metadata": {"state": "BATCH_STATE_PENDING"}}


@route("GET", "/batches/{id}")
def batch(call: Call) -> object:
    """Say how far a batch is."""
    name, lines = f"batches/{call.at['id']}", call.done(call.at["id"])
    if lines is None:
        return {"name": name, "metadata": {"state": "BATCH_STATE_RUNNING"}}
    output = {"inlinedResponses": {"inlinedResponses": lines}}
    metadata = {"state": "BATCH_STATE_SUCCEEDED", "output": output}
    return {"name": name, "done": True, "metadata": metadata, "response": output}


@route("GET", "/models")
def models(call: Call) -> object:
    """List the models."""
    return {"models": [{"name": "models/gemini-3.5-flash-lite"}]}
