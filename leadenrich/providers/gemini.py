"""Google Gemini (Developer API): text and JSON answers, with Google Search, or a day later in a batch.

Facts: the official Python SDK (2026-08-21, batches too), ai.google.dev/gemini-api/docs and ai.google.dev/api/batch-api.
The default model is the replacement that the deprecations page (2026-11) names for gemini-2.5-flash, which ends on
2026-12-01; the prices carry the date they were read, and `prices=` overrides them. A search costs 14 USD per 1,000
queries with Gemini 3, 35 USD per 1,000 grounded prompts with older models. Quirks: a wrong key is a
400, used-up prepaid credits are a 402 (a 429 before 2026), a spending cap is a 429, a throttle says how long to wait
in the body. Cited URLs are Google's redirects, their titles mostly the site's domain. On the free tier Google may use
content to improve its products: personal data wants a billed key. Only Gemini 3 may search and keep to a schema at
once; older models answer in text first and a second request puts that in shape. A finished batch has its results
under `response` (guide and API reference) and `metadata.output` (SDK): both are read. What prompts share at their
beginning is cached without being asked for (2,048 to 4,096 tokens at least), so nothing is sent for that.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from leadenrich.contract import (
    Category,
    Classified,
    ErrorCode,
    FeatureExecutionError,
    Flow,
    Fold,
    HeaderKey,
    Hit,
    HTTPProvider,
    Miss,
    Operation,
    Price,
    ProviderInfo,
    Query,
    RateLimitError,
    Reply,
    Request,
    Requests,
    Steps,
    Support,
    Tier,
    bulk,
    dig,
    finished,
    first,
    operation,
    pluck,
)
from leadenrich.providers._models import (
    ANSWERED,
    ASKED,
    SEARCHES,
    Long,
    already_paid,
    answered,
    bands,
    closed,
    most_tokens,
    output_tokens,
    shaping,
    size,
    spent,
    summed,
    tokens,
    usual_tokens,
    whole,
)

MODEL = "gemini-3.5-flash-lite"
LIST = "https://ai.google.dev/gemini-api/docs/pricing"
SEEN = "2026-10-07"
PRICES = (
    Price("0.014", plan="search queries of Gemini 3, after the free ones", as_of=SEEN, pool="searches", source=LIST),
    Price("0.035", plan="grounded prompts of older models", as_of="2026", pool="grounded_prompts"),
    *tokens("gemini-2.5-flash", read="0.30", cached="0.03", written="2.50", as_of=SEEN, source=LIST),
    *tokens("gemini-2.5-flash-lite", read="0.10", cached="0.01", written="0.40", as_of=SEEN, source=LIST),
    *tokens("gemini-3.5-flash-lite", read="0.30", cached="0.03", written="2.50", as_of=SEEN, source=LIST),
    *tokens("gemini-3.5-flash", read="1.50", cached="0.15", written="9", as_of=SEEN, source=LIST),
    *tokens(
        "gemini-2.5-pro",
        read="1.25",
        cached="0.125",
        written="10",
        long=Long(200_000, read="2.50", cached="0.25", written="15"),
        as_of="2026-03",
        source=LIST,
    ),
    *tokens(
        "gemini-3.1-pro-preview",
        read="2",
        cached="0.20",
        written="12",
        long=Long(200_000, read="4", written="18"),
        as_of="2026-03-28",
        source=LIST,
    ),
)
BANDS = bands(PRICES)
MAPS = "maps_prompts"
URL_METADATA = "candidates.0.urlContextMetadata.urlMetadata"
WORDS = (*ASKED, "gemini_temperature", "gemini_effort")
REFUSED = {"SAFETY", "RECITATION", "LANGUAGE", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "OTHER"}
BROKEN = {  # what stands before a broken call of a tool is no answer
    "MALFORMED_FUNCTION_CALL",
    "UNEXPECTED_TOOL_CALL",
    "TOO_MANY_TOOL_CALLS",
    "MALFORMED_RESPONSE",
    "MISSING_THOUGHT_SIGNATURE",
}
COUNTS = ("prompt", "toolUsePrompt", "candidates", "thoughts", "cachedContent")
PENDING = ("UNSPECIFIED", "QUEUED", "PENDING", "RUNNING", "CANCELLING", "PAUSED", "UPDATING")
HOUR = 3600.0
DAY = 25 * HOUR  # a batch ends within 24 hours


class Gemini(HTTPProvider):
    info = ProviderInfo(
        title="Google Gemini",
        category=Category.AI_RESEARCH,
        tier=Tier.FREE,
        base_url="https://generativelanguage.googleapis.com/v1",
        docs_url="https://ai.google.dev/gemini-api/docs",
        auth=HeaderKey("x-goog-api-key"),
        prices=PRICES,
        established_in="US",
        privacy_url="https://policies.google.com/privacy",
        summary="Text and JSON answers from a language model, with or without Google Search.",
    )
    errors = {404: ErrorCode.FEATURE_PARAMETERS_INVALID}  # an unknown model
    free_call = Request("GET", "/models", paid=False)

    def classify(self, reply: Reply) -> Classified:
        """Read Google's error details: a bad key is a 400, a throttle says when to come back."""
        details, words = reply.items("error.details"), str(reply.get("error.message")).lower()
        refused = any(detail.get("reason") == "API_KEY_INVALID" for detail in details)
        if reply.status == 400 and (refused or words.startswith(("api key not valid", "api key expired"))):
            return ErrorCode.PROVIDER_AUTHENTICATION_FAILED
        if reply.status == 400 and reply.get("error.status") == "FAILED_PRECONDITION":
            return ErrorCode.PROVIDER_API_ERROR  # the free tier is not offered in this country
        if reply.status == 429:
            if "prepayment credits" in words or "spending cap" in words:
                return ErrorCode.PROVIDER_INSUFFICIENT_CREDITS
            delays = [str(detail.get("retryDelay")) for detail in details if detail.get("retryDelay")]
            wait = seconds(delays[0]) if delays else None
            if any(
                "PerDay" in str(quota) for detail in details for quota in pluck(detail.get("violations"), "quotaId")
            ):
                wait = max(wait or 0.0, HOUR)  # it comes back at midnight Pacific time, whatever the delay says
            return None if wait is None else RateLimitError("slow down", status=429, retry_after=wait)
        return None

    @operation(
        Operation.GENERATE,
        needs=[("prompt",)],
        uses=WORDS,
        gives=ANSWERED,
        charged="on_call",
        max_credits=lambda query: most_tokens(query, model(query), bands=BANDS),
        expects=lambda query: usual_tokens(query, model(query), bands=BANDS),
    )
    def generate(self, query: Query) -> Flow:
        """Answer a prompt; the declared maximum is an upper bound, the prompt's bytes and `max_output_tokens`."""
        reply = yield ask(query, asked(query))
        return read(reply.json, query)

    @operation(
        Operation.RESEARCH,
        needs=[("prompt",)],
        uses=WORDS,
        gives=ANSWERED,
        charged="on_call",
        max_credits=lambda query: most_tokens(query, model(query), **searching(query), bands=BANDS),
        expects=lambda query: usual_tokens(query, model(query), **searching(query), bands=BANDS),
    )
    def research(self, query: Query) -> Flow:
        """Answer a prompt from Google Search; the number of searches cannot be capped, the maximum allows for five."""
        return grounded(query, {"googleSearch": {}})

    @operation(
        "url-context",
        needs=[("prompt", "url")],
        uses=WORDS,
        gives=ANSWERED,
        charged="on_call",
        max_credits=lambda query: one_page(query, most_tokens),
        expects=lambda query: one_page(query, usual_tokens),
        support=Support.INFERRED,
        docs_url="https://ai.google.dev/gemini-api/docs/url-context",
    )
    def url_context(self, query: Query) -> Flow:
        """Answer a prompt from one page that Google reads; the page's tokens are input, nothing else is charged."""
        return grounded(Query({**query, "prompt": f"{query.prompt}\n\n{query.url}"}), {"urlContext": {}})

    @operation(
        "maps-grounding",
        needs=[("prompt",)],
        uses=(*WORDS, "gemini_latitude", "gemini_longitude"),
        gives=ANSWERED,
        charged="on_call",
        max_credits=lambda query: most_tokens(query, model(query), searches=1, rounds=2, pool=MAPS, bands=BANDS),
        expects=lambda query: usual_tokens(query, model(query), searches=1, rounds=1, pool=MAPS, bands=BANDS),
        support=Support.INFERRED,
        docs_url="https://ai.google.dev/gemini-api/docs/maps-grounding",
    )
    def maps_grounding(self, query: Query) -> Flow:
        """Answer a prompt from what Google Maps knows, around a point where one is given."""
        point = query.pick(latitude="gemini_latitude", longitude="gemini_longitude")
        where = {"toolConfig": {"retrievalConfig": {"latLng": point}}} if len(point) == 2 else {}
        return grounded(query, {"googleMaps": {}}, where)

    @operation(
        "batch-generate",
        needs=[("prompt",)],
        uses=WORDS,
        gives=ANSWERED,
        charged="on_call",
        max_credits=lambda query: most_tokens(query, model(query), batch=True, bands=BANDS),
        expects=lambda query: usual_tokens(query, model(query), batch=True, bands=BANDS),
        patience=DAY,
        docs_url="https://ai.google.dev/api/batch-api",
    )
    def batch_generate(self, query: Query) -> Flow:
        """Answer within 24 hours at the batch price; prompts for one model that wait together are one batch."""
        batch = yield batch_of(model(query), [asked(query)])
        line = batch.get("line") or (yield from batch_lines(batch)).get("0")
        if not isinstance(body := dig(line, "response"), dict):
            raise FeatureExecutionError(f"the batch did not answer this one ({dig(line, 'error.code', 'no reply')})")
        return read(body, query, batch=True)

    @bulk(
        "POST",
        "/models/{model}:batchGenerateContent",
        max_items=1_000,  # inline batches may hold 20 MB: ours
        group=lambda request: str(request.at),
        patience=DAY,
    )
    def batch_together(self, requests: Requests) -> Fold:
        """Make one batch of many prompts and see it through; each result carries the key of its prompt."""
        bodies = [item["request"] for request in requests for item in inlined(request)]
        batch = yield batch_of((requests[0].at or {})["model"], bodies)
        lines = yield from batch_lines(batch)
        return [batch.with_json({"line": lines.get(str(number)) or {"error": {}}}) for number in range(len(requests))]


def grounded(query: Query, tool: dict[str, Any], more: Mapping[str, Any] = {}) -> Flow:
    """Ask with one of Google's tools; an older model gives its answer the form asked for in a second request."""
    first = query if at_once(query) else Query({**query, "output_schema": None})
    reply = yield ask(query, {**asked(first), "tools": [tool], **more})
    if "urlContext" in tool and not pages_read(reply.json):
        statuses = pluck(dig(reply.json, URL_METADATA) or [], "urlRetrievalStatus")
        told = f"the page was not read ({', '.join(map(str, statuses)) or 'the model did not ask for it'})"
        raise already_paid(FeatureExecutionError(told), usage(reply.json, query))
    found = read(reply.json, first)
    if first is query or isinstance(found, Miss):
        return found
    second, cost = shaping(query, found["answer"]), usage(reply.json, query)
    reply = yield ask(second, asked(second))
    return read(reply.json, second, citations=found.get("citations") or [], before=cost)


def one_page(query: Query, count: Callable[..., dict[str, int]]) -> dict[str, int]:
    """Return what an answer from one page may cost: tokens alone."""
    counted = count(query, model(query), searches=1, rounds=1 if at_once(query) else 2, bands=BANDS)
    return {purse: number for purse, number in counted.items() if purse != "searches"}


def pages_read(body: Any) -> list[dict[str, Any]]:
    """Return the pages that were read, as citations."""
    tried = dig(body, URL_METADATA)
    return [
        {"url": dig(one, "retrievedUrl")}
        for one in (tried if isinstance(tried, list) else [])
        if str(dig(one, "urlRetrievalStatus")).endswith("SUCCESS")
    ]


def searching(query: Query) -> dict[str, Any]:
    """Return how many searches and requests a researched question may take, and in which purse searches are."""
    if newer(query):
        return {"searches": SEARCHES, "rounds": 1}
    return {"searches": SEARCHES, "rounds": 1 if at_once(query) else 2, "pool": "grounded_prompts"}


def at_once(query: Query) -> bool:
    """Return whether one request will do: no schema, or a model that may search and keep to it."""
    return not query.output_schema or newer(query)


def newer(query: Query) -> bool:
    """Return whether the model is of Gemini 3 or later."""
    return model(query).startswith("gemini-") and not model(query).startswith(("gemini-1", "gemini-2"))


def model(query: Query) -> str:
    """Return the model's name, without the folder under which Google lists it."""
    return str(query.model or MODEL).removeprefix("models/")


def ask(query: Query, body: dict[str, Any]) -> Request:
    """Return the request; the model is in the path."""
    return Request("POST", "/models/{model}:generateContent", at={"model": model(query)}, json=body, weight=size(query))


def asked(query: Query) -> dict[str, Any]:
    """Return the body of a question."""
    config: dict[str, Any] = {"maxOutputTokens": output_tokens(query), **query.pick(temperature="gemini_temperature")}
    if query.gemini_effort:
        config["thinkingConfig"] = {"thinkingLevel": query.gemini_effort}
    if query.output_schema:
        config |= {"responseMimeType": "application/json", "responseJsonSchema": closed(query.output_schema)}
    system = {"systemInstruction": {"parts": [{"text": query.system}]}} if query.system else {}
    return {"contents": [{"role": "user", "parts": [{"text": query.prompt}]}], "generationConfig": config, **system}


def batch_of(name: str, bodies: Sequence[dict[str, Any]]) -> Request:
    """Return the request that starts a batch of inline requests."""
    items = [{"request": body, "metadata": {"key": str(number)}} for number, body in enumerate(bodies)]
    batch = {"displayName": "leadenrich", "inputConfig": {"requests": {"requests": items}}}
    path, body = "/models/{model}:batchGenerateContent", {"batch": batch}
    return Request("POST", path, at={"model": name}, json=body, weight=len(items))


def inlined(request: Request) -> list[Any]:
    """Return a batch request's inline requests."""
    return list(request.json["batch"]["inputConfig"]["requests"]["requests"])


def running(batch: Reply) -> bool:
    """Return whether a batch goes on."""
    state = str(batch.get("metadata.state", PENDING[0])).rsplit("STATE_", 1)[-1]  # of BATCH_STATE_ or JOB_STATE_
    return state in PENDING and not batch.get("done")


def batch_lines(started: Reply) -> Steps[dict[str, Any]]:
    """Wait until a batch has ended and return its results."""
    at = {"id": str(started.get("name")).rsplit("/", 1)[-1]}  # the name is "batches/" and the id
    poll = Request("GET", "/batches/{id}", at=at, paid=False)
    batch = yield from finished(started, "name", lambda _: poll, running, every=60)
    found = [batch.get(f"{place}.inlinedResponses") for place in ("metadata.output", "response.output", "response")]
    lines = first(*[dig(part, "inlinedResponses", part) for part in found])
    if not isinstance(lines, list):
        raise FeatureExecutionError(f"the batch ended as {batch.get('metadata.state')!r} without results")
    return {str(dig(line, "metadata.key", number)): line for number, line in enumerate(lines)}


def seconds(delay: str) -> float | None:
    """Return the seconds of Google's duration text ("22s")."""
    try:
        return float(delay.rstrip("s"))
    except ValueError:
        return None


def usage(body: Any, query: Query, *, batch: bool = False) -> dict[str, Any]:
    """Return what a reply used: thoughts are output, what a tool read is input, zero counts are left out.

    Gemini 3 is billed by executed search query, older models by grounded prompt.
    """
    count = {name: whole(dig(body, f"usageMetadata.{name}TokenCount")) for name in COUNTS}
    stated = dig(body, "usageMetadata.promptTokenCount") is not None
    queries = dig(body, "candidates.0.groundingMetadata.webSearchQueries")
    searches, pool = len(queries) if isinstance(queries, list) else 0, "searches"
    if not newer(query):
        searches, pool = min(searches, 1), "grounded_prompts"
    if any(dig(chunk, "maps") for chunk in chunks_of(body)):
        searches, pool = 1, MAPS
    return spent(
        model(query),
        count["prompt"] + count["toolUsePrompt"] if stated else None,
        count["candidates"] + count["thoughts"],
        searches,
        cached=count["cachedContent"],
        batch=batch,
        pool=pool,
        bands=BANDS,
    )


def chunks_of(body: Any) -> list[Any]:
    """Return what an answer is grounded in: pages, or places."""
    chunks = dig(body, "candidates.0.groundingMetadata.groundingChunks")
    return chunks if isinstance(chunks, list) else []


def read(
    body: Any,
    query: Query,
    citations: Sequence[Any] = (),
    before: dict[str, Any] | None = None,
    *,
    batch: bool = False,
) -> Hit | Miss:
    """Return what a reply says, its cost put on top of what was spent before."""
    why, cost = dig(body, "candidates.0.finishReason"), usage(body, query, batch=batch)
    parts = dig(body, "candidates.0.content.parts")
    said = [part for part in parts if isinstance(part, dict)] if isinstance(parts, list) else []
    text = "".join(part["text"] for part in said if isinstance(part.get("text"), str) and not part.get("thought"))
    blocked = bool(dig(body, "promptFeedback.blockReason")) or why in REFUSED
    pages = [first(dig(chunk, "web"), dig(chunk, "maps")) for chunk in chunks_of(body)]
    found = [{"url": dig(page, "uri"), "title": dig(page, "title")} for page in pages] or pages_read(body)
    return answered(
        text,
        query,
        credits=summed(before, cost) if before else cost,
        citations=citations or found,
        refused=blocked,
        cut=why == "MAX_TOKENS",
        broken=why if why in BROKEN or (not text and why not in (None, "STOP", "MAX_TOKENS")) else None,
    )


provider = Gemini
