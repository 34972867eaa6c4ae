"""Mistral AI: text and JSON answers from chat completions, research through conversations, and batches.

Facts: the vendor's OpenAPI description and documentation sources (2026-08-21; websearch, batch-processing,
structured-output, prompt-caching, error-glossary). The default models are ones these name; the prices are third
parties' readings of the vendor's page, with their dates, and `prices=` overrides them. Input that was found in the
cache costs a tenth (prompt-caching). No public source tells the price of a web search, so
a budget in USD for research wants `prices={"mistral": {"searches": ...}}`. Web search works in conversations alone,
and whether a JSON format may stand beside it is not documented, so research first answers in text and a second
request puts that in shape.
"""

from collections.abc import Sequence
from typing import Any

from leadenrich.contract import (
    Bearer,
    Category,
    ErrorCode,
    FeatureExecutionError,
    Flow,
    Fold,
    Hit,
    HTTPProvider,
    Miss,
    Operation,
    ProviderInfo,
    Query,
    Reply,
    Request,
    Requests,
    Steps,
    Tier,
    bulk,
    dig,
    finished,
    operation,
)
from leadenrich.providers._models import (
    ANSWERED,
    ASKED,
    SEARCHES,
    answered,
    batch_line,
    json_format,
    json_lines,
    most_tokens,
    output_tokens,
    prefix_key,
    shaping,
    shared_tokens,
    size,
    spent,
    summed,
    tokens,
    usual_tokens,
    whole,
)

MODEL = "mistral-small-latest"  # named by the documentation of 2026-08-21
RESEARCH_MODEL = "mistral-medium-latest"  # the one the web search page of 2026-08-21 shows
LIST = "https://mistral.ai/pricing"
TOKENS = (
    *tokens("mistral-small-latest", read="0.10", cached="0.01", written="0.30", as_of="2026-06", source=LIST),
    *tokens("mistral-medium-latest", read="1.50", cached="0.15", written="7.50", as_of="2026-06", source=LIST),
    *tokens("mistral-large-latest", read="0.50", cached="0.05", written="1.50", as_of="2026-06", source=LIST),
)
LEAST_CACHED = 64  # tokens of one block of the cache
WORDS = (*ASKED, "mistral_temperature", "mistral_seed")
PENDING = ("QUEUED", "RUNNING", "CANCELLATION_REQUESTED")
DAY = 25 * 3600.0  # a batch ends within 24 hours


class Mistral(HTTPProvider):
    info = ProviderInfo(
        title="Mistral AI",
        category=Category.AI_RESEARCH,
        tier=Tier.FREE,
        base_url="https://api.mistral.ai/v1",
        docs_url="https://docs.mistral.ai/api",
        auth=Bearer(),
        prices=TOKENS,
        established_in="FR",
        privacy_url="https://legal.mistral.ai/terms/privacy-policy",
        summary="Text and JSON answers from a language model, with or without web search.",
    )
    errors = {404: ErrorCode.FEATURE_PARAMETERS_INVALID}
    free_call = Request("GET", "/models", paid=False)

    @operation(
        Operation.GENERATE,
        needs=[("prompt",)],
        uses=WORDS,
        gives=ANSWERED,
        charged="on_call",
        max_credits=lambda query: most_tokens(query, model(query)),
        expects=lambda query: usual_tokens(query, model(query)),
    )
    def generate(self, query: Query) -> Flow:
        """Answer a prompt; the declared maximum is an upper bound, the prompt's bytes and `max_output_tokens`."""
        reply = yield Request("POST", "/chat/completions", json=asked(query), weight=size(query))
        return read(reply.json, query)

    @operation(
        Operation.RESEARCH,
        needs=[("prompt",)],
        uses=(*WORDS, "mistral_premium_search"),
        gives=ANSWERED,
        charged="on_call",
        max_credits=lambda query: most_tokens(
            query, model(query, RESEARCH_MODEL), searches=SEARCHES, rounds=2 if query.output_schema else 1
        ),
        expects=lambda query: usual_tokens(
            query, model(query, RESEARCH_MODEL), searches=SEARCHES, rounds=2 if query.output_schema else 1
        ),
    )
    def research(self, query: Query) -> Flow:
        """Answer a prompt from the web; the number of searches cannot be capped, the maximum allows for five."""
        tool = "web_search_premium" if query.mistral_premium_search else "web_search"
        more = query.pick(temperature="mistral_temperature", random_seed="mistral_seed")
        body = {
            "model": model(query, RESEARCH_MODEL),
            "inputs": query.prompt,
            "tools": [{"type": tool}],
            "completion_args": {"max_tokens": output_tokens(query), **more},
            "store": False,
            "stream": False,
            **query.pick(instructions="system"),
        }
        reply = yield Request("POST", "/conversations", json=body, weight=size(query))
        found, cost = researched(reply.json, query), researched_for(reply.json, query)
        if not query.output_schema or isinstance(found, Miss):
            return found
        second = shaping(Query({"model": RESEARCH_MODEL, **query}), found["answer"])
        reply = yield Request("POST", "/chat/completions", json=asked(second), weight=size(second))
        return read(reply.json, second, citations=found.get("citations") or [], before=cost)

    @operation(
        "batch-generate",
        needs=[("prompt",)],
        uses=WORDS,
        gives=ANSWERED,
        charged="on_call",
        max_credits=lambda query: most_tokens(query, model(query), batch=True),
        expects=lambda query: usual_tokens(query, model(query), batch=True),
        patience=DAY,
        docs_url="https://docs.mistral.ai/capabilities/batch",
    )
    def batch_generate(self, query: Query) -> Flow:
        """Answer within 24 hours at half the price; prompts for one model that wait together are one batch."""
        job = yield batch_of([asked(query)])
        line = job.get("line") or (yield from batch_lines(job)).get("0")
        return read(batch_line(line), query, batch=True)

    @bulk("POST", "/batch/jobs", max_items=10_000, group=lambda request: str(request.json["model"]), patience=DAY)
    def batch_together(self, requests: Requests) -> Fold:
        """Make one batch of many prompts and see it through."""
        job = yield batch_of([item["body"] for request in requests for item in request.json["requests"]])
        lines = yield from batch_lines(job)
        return [job.with_json({"line": lines.get(str(number)) or {"error": {}}}) for number in range(len(requests))]


def model(query: Query, usual: str = MODEL) -> str:
    """Return the model that is asked."""
    return str(query.model or usual)


def asked(query: Query) -> dict[str, Any]:
    """Return the body of a chat completion."""
    system = [{"role": "system", "content": query.system}] if query.system else []
    body: dict[str, Any] = {
        "model": model(query),
        "messages": [*system, {"role": "user", "content": query.prompt}],
        "max_tokens": output_tokens(query),
        **query.pick(temperature="mistral_temperature", random_seed="mistral_seed"),
    }
    if shared_tokens(query) >= LEAST_CACHED:
        body["prompt_cache_key"] = prefix_key(query)
    if query.output_schema:
        body["response_format"] = {"type": "json_schema", "json_schema": json_format(query)}
    return body


def batch_of(bodies: Sequence[dict[str, Any]]) -> Request:
    """Return the request that starts a batch of inline requests for one model."""
    items = [{"custom_id": str(number), "body": body} for number, body in enumerate(bodies)]
    job = {"model": bodies[0]["model"], "endpoint": "/v1/chat/completions", "requests": items}
    return Request("POST", "/batch/jobs", json=job, weight=len(items))


def batch_lines(started: Reply) -> Steps[dict[str, Any]]:
    """Wait until a batch has ended and return its results: inline, or else in the files it names."""
    poll = Request("GET", "/batch/jobs/{id}", at={"id": started.get("id")}, params={"inline": "true"}, paid=False)
    job = yield from finished(started, "id", lambda _: poll, lambda said: said.get("status") in PENDING, every=60)
    lines: dict[str, Any] = {str(line.get("custom_id")): line for line in job.items("outputs")}
    for file_id in () if lines else (job.get("error_file"), job.get("output_file")):
        if file_id:
            at = {"id": file_id}
            lines |= json_lines((yield Request("GET", "/files/{id}/content", at=at, paid=False, text=True)))
    if not lines:
        raise FeatureExecutionError(f"the batch ended as {job.get('status')!r} without results")
    return lines


def chunks(content: Any) -> tuple[str, list[Any]]:
    """Return text and references of a message's content: a plain string, or a list of chunks."""
    if isinstance(content, str):
        return content, []
    parts = [part for part in content if isinstance(part, dict)] if isinstance(content, list) else []
    text = "".join(str(part.get("text") or "") for part in parts if part.get("type") == "text")
    return text, [part for part in parts if part.get("type") == "tool_reference"]


def read(
    body: Any,
    query: Query,
    citations: Sequence[Any] = (),
    before: dict[str, Any] | None = None,
    *,
    batch: bool = False,
) -> Hit | Miss:
    """Return what a chat completion says, its cost put on top of what was spent before."""
    why = dig(body, "choices.0.finish_reason")
    cost = spent(
        model(query),
        dig(body, "usage.prompt_tokens"),
        dig(body, "usage.completion_tokens"),
        cached=dig(body, "usage.prompt_tokens_details.cached_tokens"),
        batch=batch,
    )
    cost = summed(before, cost) if before else cost
    text, _ = chunks(dig(body, "choices.0.message.content"))
    return answered(
        text,
        query,
        credits=cost,
        citations=citations,
        refused=why == "content_filter",  # of newer models, as third parties list it
        cut=why in ("length", "model_length"),
        broken=why if why in ("error", "tool_calls") else None,
    )


def researched_for(body: Any, query: Query) -> dict[str, Any]:
    """Return what a conversation used; what the search brought to read counts as input."""
    asked, brought = dig(body, "usage.prompt_tokens"), dig(body, "usage.connector_tokens")
    read = None if asked is None else whole(asked) + whole(brought)
    tools = dig(body, "usage.connectors")
    searches = sum(whole(count) for count in tools.values()) if isinstance(tools, dict) else 0
    return spent(model(query, RESEARCH_MODEL), read, dig(body, "usage.completion_tokens"), searches)


def researched(body: Any, query: Query) -> Hit | Miss:
    """Return what a conversation says, with the pages it refers to."""
    outputs = dig(body, "outputs")
    entries = outputs if isinstance(outputs, list) else []
    messages = [chunks(dig(entry, "content")) for entry in entries if dig(entry, "type") == "message.output"]
    text, notes = "".join(text for text, _ in messages), [note for _, found in messages for note in found]
    plain = Query({**query, "output_schema": None})
    return answered(text, plain, credits=researched_for(body, query), citations=notes)


provider = Mistral
