"""Google Gemini (Developer API): text and JSON answers, with Google Search, or a day later in a batch.

Facts: the official Python SDK (2026-08-21, batches too), ai.google.dev/gemini-api/docs and ai.google.dev/api/batch-api.
The default model is one that the SDK of 2026-08-21 names; token prices depend on the model, so none is declared (give
yours as `prices=`). Quirks: a wrong key is a 400, used-up prepaid credits are a 402 (a 429 before 2026), a throttle
says how long to wait in the body. Cited URLs are Google's redirects, their titles mostly the site's domain. On the
free tier Google may use content to improve its products: personal data wants a billed key. Only Gemini 3 may search
and keep to a schema at once; older models answer in text first and a second request puts that in shape.
"""

from collections.abc import Sequence
from typing import Any

from leadenrich.contract import (Category, Classified, ErrorCode, FeatureExecutionError, Flow, Fold, HeaderKey, Hit,
                                 HTTPProvider, Miss, Operation, ProviderInfo, Query, RateLimitError, Reply, Request,
                                 Requests, Steps, Tier, bulk, dig, finished, operation)  # fmt: skip
from leadenrich.providers._models import (ANSWERED, ASKED, SEARCHES, already_paid, answered, closed, most_tokens,
                                          output_tokens, shaping, spent, summed, whole)  # fmt: skip

MODEL = "gemini-2.5-flash"  # named by the SDK of 2026-08-21
WORDS = (*ASKED, "gemini_temperature")
REFUSED = {"SAFETY", "RECITATION", "LANGUAGE", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "OTHER"}
COUNTS = ("prompt", "toolUsePrompt", "candidates", "thoughts")
PENDING = ("BATCH_STATE_UNSPECIFIED", "BATCH_STATE_PENDING", "BATCH_STATE_RUNNING")
DAY = 25 * 3600.0  # a batch ends within 24 hours


class Gemini(HTTPProvider):
    info = ProviderInfo(
        title="Google Gemini", category=Category.AI_RESEARCH, tier=Tier.FREE,
        base_url="https://generativelanguage.googleapis.com/v1beta", docs_url="https://ai.google.dev/gemini-api/docs",
        auth=HeaderKey("x-goog-api-key"), established_in="US", privacy_url="https://policies.google.com/privacy",
        summary="Text and JSON answers from a language model, with or without Google Search.",
    )  # fmt: skip
    errors = {404: ErrorCode.FEATURE_PARAMETERS_INVALID}  # an unknown model
    free_call = Request("GET", "/models", paid=False)

    def classify(self, reply: Reply) -> Classified:
        """Read Google's error details: a bad key is a 400, a throttle says when to come back."""
        details = reply.items("error.details")
        if reply.status == 400 and any(detail.get("reason") == "API_KEY_INVALID" for detail in details):
            return ErrorCode.PROVIDER_AUTHENTICATION_FAILED
        if reply.status == 400 and reply.get("error.status") == "FAILED_PRECONDITION":
            return ErrorCode.PROVIDER_API_ERROR  # the free tier is not offered in this country
        if reply.status == 429:
            if "prepayment credits" in str(reply.get("error.message")).lower():
                return ErrorCode.PROVIDER_INSUFFICIENT_CREDITS
            delays = [str(detail.get("retryDelay")) for detail in details if detail.get("retryDelay")]
            return RateLimitError("slow down", status=429, retry_after=seconds(delays[0])) if delays else None
        return None

    @operation(Operation.GENERATE, needs=[("prompt",)], uses=WORDS, gives=ANSWERED, charged="on_call",
               max_credits=most_tokens)  # fmt: skip
    def generate(self, query: Query) -> Flow:
        """Answer a prompt; the declared maximum is an upper bound, the prompt's bytes and `max_output_tokens`."""
        reply = yield ask(query, asked(query))
        return read(reply.json, query)

    @operation(Operation.RESEARCH, needs=[("prompt",)], uses=WORDS, gives=ANSWERED, charged="on_call",
               max_credits=lambda query: most_tokens(query, searches=SEARCHES,
                                                     rounds=1 if at_once(query) else 2))  # fmt: skip
    def research(self, query: Query) -> Flow:
        """Answer a prompt from Google Search; the number of searches cannot be capped, the maximum allows for five."""
        first = query if at_once(query) else Query({**query, "output_schema": None})
        reply = yield ask(query, {**asked(first), "tools": [{"googleSearch": {}}]})
        found = read(reply.json, first)
        if first is query or isinstance(found, Miss):
            return found
        second, cost = shaping(query, found["answer"]), usage(reply.json, query)
        reply = yield ask(second, asked(second))
        return read(reply.json, second, citations=found.get("citations") or [], before=cost)

    @operation("batch-generate", needs=[("prompt",)], uses=WORDS, gives=ANSWERED, charged="on_call",
               max_credits=most_tokens, patience=DAY, docs_url="https://ai.google.dev/api/batch-api")  # fmt: skip
    def batch_generate(self, query: Query) -> Flow:
        """Answer within 24 hours at the batch price; prompts for one model that wait together are one batch."""
        batch = yield batch_of(query.model or MODEL, [asked(query)])
        line = batch.get("line") or (yield from batch_lines(batch)).get("0")
        if not isinstance(body := dig(line, "response"), dict):
            raise FeatureExecutionError(f"the batch did not answer this one ({dig(line, 'error.code', 'no reply')})")
        return read(body, query)

    @bulk(
        "POST", "/models/{model}:batchGenerateContent", max_items=1_000,  # inline batches may hold 20 MB: ours
        group=lambda request: str(request.at), patience=DAY,
    )  # fmt: skip
    def batch_together(self, requests: Requests) -> Fold:
        """Make one batch of many prompts and see it through; each result carries the key of its prompt."""
        bodies = [item["request"] for request in requests for item in inlined(request)]
        batch = yield batch_of((requests[0].at or {})["model"], bodies)
        lines = yield from batch_lines(batch)
        return [batch.with_json({"line": lines.get(str(number)) or {"error": {}}}) for number in range(len(requests))]


def at_once(query: Query) -> bool:
    """Return whether one request will do: no schema, or a model that may search and keep to it."""
    return not query.output_schema or str(query.model or MODEL).startswith("gemini-3")


def ask(query: Query, body: dict[str, Any]) -> Request:
    """Return the request; the model stands in the path."""
    return Request("POST", "/models/{model}:generateContent", at={"model": query.model or MODEL}, json=body)


def asked(query: Query) -> dict[str, Any]:
    """Return the body of a question."""
    config: dict[str, Any] = {"maxOutputTokens": output_tokens(query), **query.pick(temperature="gemini_temperature")}
    if query.output_schema:
        config |= {"responseMimeType": "application/json", "responseJsonSchema": closed(query.output_schema)}
    system = {"systemInstruction": {"parts": [{"text": query.system}]}} if query.system else {}
    return {"contents": [{"role": "user", "parts": [{"text": query.prompt}]}], "generationConfig": config, **system}


def batch_of(model: str, bodies: Sequence[dict[str, Any]]) -> Request:
    """Return the request that starts a batch of inline requests."""
    items = [{"request": body, "metadata": {"key": str(number)}} for number, body in enumerate(bodies)]
    batch = {"displayName": "leadenrich", "inputConfig": {"requests": {"requests": items}}}
    path, body = "/models/{model}:batchGenerateContent", {"batch": batch}
    return Request("POST", path, at={"model": model}, json=body, weight=len(items))


def inlined(request: Request) -> list[Any]:
    """Return a batch request's inline requests."""
    return list(request.json["batch"]["inputConfig"]["requests"]["requests"])


def running(batch: Reply) -> bool:
    """Return whether a batch goes on."""
    return batch.get("metadata.state", PENDING[0]) in PENDING and not batch.get("done")


def batch_lines(started: Reply) -> Steps[dict[str, Any]]:
    """Wait until a batch has ended and return its results."""
    at = {"id": str(started.get("name")).rsplit("/", 1)[-1]}  # the name is "batches/" and the id
    poll = Request("GET", "/batches/{id}", at=at, paid=False)
    batch = yield from finished(started, "name", lambda _: poll, running, every=60)
    lines = batch.get("metadata.output.inlinedResponses.inlinedResponses")
    if not isinstance(lines, list) or not lines:
        raise FeatureExecutionError(f"the batch ended as {batch.get('metadata.state')!r} without results")
    return {str(dig(line, "metadata.key", number)): line for number, line in enumerate(lines)}


def seconds(delay: str) -> float | None:
    """Return the seconds of Google's duration text ("22s")."""
    try:
        return float(delay.rstrip("s"))
    except ValueError:
        return None


def usage(body: Any, query: Query) -> dict[str, int]:
    """Return what a reply used: thoughts are output, what a tool read is input, zero counts are left out.

    Gemini 3 is billed by executed search query, older models by grounded prompt.
    """
    count = {name: whole(dig(body, f"usageMetadata.{name}TokenCount")) for name in COUNTS}
    queries = dig(body, "candidates.0.groundingMetadata.webSearchQueries")
    searches = len(queries) if isinstance(queries, list) else 0
    if not str(query.model or MODEL).startswith("gemini-3"):
        searches = min(searches, 1)
    return spent(count["prompt"] + count["toolUsePrompt"], count["candidates"] + count["thoughts"], searches)


def read(body: Any, query: Query, citations: Sequence[Any] = (), before: dict[str, int] | None = None) -> Hit | Miss:
    """Return what a reply says, its cost put on top of what was spent before."""
    why, cost = dig(body, "candidates.0.finishReason"), usage(body, query)
    parts = dig(body, "candidates.0.content.parts")
    said = [part for part in parts if isinstance(part, dict)] if isinstance(parts, list) else []
    text = "".join(part["text"] for part in said if isinstance(part.get("text"), str) and not part.get("thought"))
    blocked = bool(dig(body, "promptFeedback.blockReason")) or why in REFUSED
    if not text and why not in (None, "STOP", "MAX_TOKENS") and not blocked:
        raise already_paid(FeatureExecutionError(f"the model stopped without an answer ({why})"))
    chunks = dig(body, "candidates.0.groundingMetadata.groundingChunks")
    pages = [dig(chunk, "web") for chunk in chunks] if isinstance(chunks, list) else []
    return answered(
        text,
        query,
        credits=summed(before, cost) if before else cost,
        citations=citations or [{"url": dig(page, "uri"), "title": dig(page, "title")} for page in pages],
        refused=blocked,
        cut=why == "MAX_TOKENS",
    )


provider = Gemini
