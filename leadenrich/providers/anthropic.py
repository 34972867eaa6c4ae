"""Anthropic Claude: text and JSON answers from the Messages API, with web search, or a day later in a batch.

Facts: the official Python SDK (2026-08-07); platform.claude.com/docs (messages, web-search-tool, structured-outputs,
prompt-caching, errors, effort, pricing). The default model is one that the SDK of 2026-08-07 names; the prices carry
the date they were read, and `prices=` overrides them. There is no option against storing: the API keeps no replies for
the caller. Not every model takes an effort.
Whether a JSON format may stand beside web search is not documented, so research first answers in text and a second
request puts that in shape. What a prompt shares with others is marked with `cache_control` where it is long enough to
be cached: for five minutes, put there at 1.25 times the price of input, read at a tenth of it or less.
"""

from collections.abc import Sequence
from typing import Any

from leadenrich.contract import (
    Category,
    Classified,
    ErrorCode,
    FeatureExecutionError,
    FeatureParametersError,
    Flow,
    Fold,
    HeaderKey,
    Hit,
    HTTPProvider,
    Miss,
    Operation,
    Price,
    ProviderAPIError,
    ProviderError,
    ProviderInfo,
    Query,
    Rate,
    RateHeaders,
    RateLimitError,
    Reply,
    Request,
    Requests,
    Steps,
    Tier,
    amount,
    bulk,
    dig,
    finished,
    operation,
)
from leadenrich.providers._models import (
    ANSWERED,
    ASKED,
    SEARCH_TOKENS,
    SEARCHES,
    Long,
    already_paid,
    answered,
    bands,
    closed,
    json_lines,
    listed,
    most_tokens,
    name_of,
    output_tokens,
    parted,
    shaping,
    shared_tokens,
    size,
    spent,
    summed,
    tokens,
    usual_tokens,
    whole,
)

MODEL = "claude-haiku-4-5"  # named by the SDK of 2026-08-07
LIST = "https://platform.claude.com/docs/en/about-claude/pricing"
SEEN = "2026-10-24"
TOKENS = (
    *tokens("claude-haiku-4-5", read="1", cached="0.10", kept="1.25", written="5", as_of=SEEN, source=LIST),
    *tokens("claude-sonnet-4-6", read="3", cached="0.30", kept="3.75", written="15", as_of=SEEN, source=LIST),
    *tokens("claude-sonnet-5", read="2", cached="0.20", kept="2.50", written="10", as_of=SEEN, source=LIST),
    *tokens("claude-sonnet-5-5", read="2", cached="0.10", kept="2.50", written="10", as_of=SEEN, source=LIST),
    *tokens("claude-opus-5-5", read="4", cached="0.20", kept="5", written="20", as_of=SEEN, source=LIST),
    *tokens(
        "claude-haiku-5-5",
        read="0.10",
        cached="0.01",
        kept="0.125",
        written="0.50",
        long=Long(100_000, read="0.50", cached="0.05", kept="0.625", written="2.50"),
        as_of="2026-10-09",
        source="https://platform.claude.com/docs/en/models/haiku-5-5/overview",
    ),
)
BANDS = bands(TOKENS)
LEAST_CACHED = {  # tokens of the shortest beginning that is cached; others: the longest of these
    "claude-haiku-4-5": 4_096,
    "claude-opus-4-5": 4_096,
    "claude-opus-4-6": 4_096,
    "claude-sonnet-4-5": 1_024,
    "claude-sonnet-4-6": 1_024,
    "claude-sonnet-5": 1_024,
    "claude-opus-4-8": 1_024,
    "claude-opus-5": 512,
}
VERSION = {"anthropic-version": "2026-10-21"}  # it has no temperature any more
WORDS = (*ASKED, "anthropic_effort")
SEARCH_WORDS = (
    "country",
    "region",
    "city",
    "anthropic_max_searches",
    "anthropic_allowed_domains",
    "anthropic_blocked_domains",
)
ENOUGH = "max_uses_exceeded"  # no failure: the answer stands on what was found before
RUNNING = ("in_progress", "canceling")
UNBILLED = ("errored", "canceled", "expired")  # results of a batch that cost nothing
CUT = ("max_tokens", "model_context_window_exceeded")
UNFINISHED = ("tool_use", "pause_turn")  # what stands before a call of a tool that nobody answers is no answer
DAY = 25 * 3600.0  # a batch ends within 24 hours


class Anthropic(HTTPProvider):
    info = ProviderInfo(
        title="Anthropic Claude",
        category=Category.AI_RESEARCH,
        tier=Tier.BASIC,
        base_url="https://api.anthropic.com/v1",
        docs_url="https://platform.claude.com/docs/en/api/messages",
        auth=HeaderKey("x-api-key"),
        rates=(Rate(50, per=60),),  # usage tier 1, by model family; higher tiers 1,000 to 4,000
        rate_headers=RateHeaders(
            limit="anthropic-ratelimit-requests-limit",
            remaining="anthropic-ratelimit-requests-remaining",
            reset="anthropic-ratelimit-requests-reset",
            reset_as="timestamp",
        ),
        prices=(Price("0.01", plan="web search, 10 USD per 1,000 searches", as_of="2026-05", pool="searches"), *TOKENS),
        established_in="US",
        privacy_url="https://www.anthropic.com/legal/privacy",
        summary="Text and JSON answers from a language model, with or without web search.",
    )
    errors = {404: ErrorCode.FEATURE_PARAMETERS_INVALID, 413: ErrorCode.FEATURE_PARAMETERS_INVALID}
    words = {
        ("error.type", "billing_error"): ErrorCode.PROVIDER_INSUFFICIENT_CREDITS,
        ("error.details.error_code", "enforced_spend_limit_reached"): ErrorCode.PROVIDER_INSUFFICIENT_CREDITS,
    }
    free_call = Request("GET", "/models", headers=VERSION, paid=False)

    def classify(self, reply: Reply) -> Classified:
        """Find money troubles among the 400 replies; the documented form is 402."""
        words = str(reply.get("error.message", "")).lower()
        broke = "credit balance" in words or "api usage limits" in words
        return ErrorCode.PROVIDER_INSUFFICIENT_CREDITS if reply.status == 400 and broke else None

    @operation(
        Operation.GENERATE,
        needs=[("prompt",)],
        uses=WORDS,
        gives=ANSWERED,
        charged="on_call",
        max_credits=lambda query: most_tokens(query, model(query), bands=BANDS, kept=is_cached(query)),
        expects=lambda query: usual_tokens(query, model(query), bands=BANDS),
    )
    def generate(self, query: Query) -> Flow:
        """Answer a prompt; the declared maximum is an upper bound, the prompt's bytes and `max_output_tokens`."""
        reply = yield Request("POST", "/messages", json=asked(query), headers=VERSION, weight=size(query))
        return read(reply.json, query)

    @operation(
        Operation.RESEARCH,
        needs=[("prompt",)],
        uses=(*WORDS, *SEARCH_WORDS),
        gives=ANSWERED,
        charged="on_call",
        max_credits=lambda query: most_tokens(
            query, model(query), searches=max_searches(query), rounds=3 if query.output_schema else 2, bands=BANDS
        ),
        expects=lambda query: usual_tokens(
            query, model(query), searches=max_searches(query), rounds=2 if query.output_schema else 1, bands=BANDS
        ),
        patience=600,
    )
    def research(self, query: Query) -> Flow:
        """Answer a prompt from the web; the declared maximum allows for a paused turn and for what searches bring."""
        tool: dict[str, Any] = {"type": "web_search_20250305", "name": "web_search", "max_uses": max_searches(query)}
        for option in ("allowed_domains", "blocked_domains"):
            if domains := listed(query.get(f"anthropic_{option}")):
                tool[option] = domains
        if place := query.pick("country", "region", "city"):
            tool["user_location"] = {"type": "approximate", **place}
        body = {**asked(Query({**query, "output_schema": None})), "tools": [tool]}
        reply = yield Request("POST", "/messages", json=body, headers=VERSION, weight=size(query))
        content, cost = blocks(reply.json), usage(reply.json, query)
        if reply.get("stop_reason") == "pause_turn":  # a long turn goes on when its content is sent back
            said = [*body["messages"], {"role": "assistant", "content": reply.get("content")}]
            reply = yield Request("POST", "/messages", json={**body, "messages": said}, headers=VERSION)
            content, cost = [*content, *blocks(reply.json)], summed(cost, usage(reply.json, query))
        found = researched(content, reply.get("stop_reason"), query, cost)
        if not query.output_schema or isinstance(found, Miss):
            return found
        second = shaping(query, found["answer"])
        reply = yield Request("POST", "/messages", json=asked(second), headers=VERSION, weight=size(second))
        return read(reply.json, second, citations=found.get("citations") or [], before=cost)

    @operation(
        "web-fetch",
        needs=[("prompt", "url")],
        uses=WORDS,
        gives=ANSWERED,
        charged="on_call",
        max_credits=lambda query: fetching(most_tokens(query, model(query), searches=1, rounds=2, bands=BANDS)),
        expects=lambda query: fetching(usual_tokens(query, model(query), searches=1, rounds=2, bands=BANDS)),
        docs_url="https://platform.claude.com/docs/en/agents-and-tools/tool-use/web-fetch-tool",
    )
    def web_fetch(self, query: Query) -> Flow:
        """Answer a prompt from one page that the vendor reads; fetching costs nothing beside the page's tokens."""
        tool = {"type": "web_fetch_20250910", "name": "web_fetch", "max_uses": 1, "max_content_tokens": SEARCH_TOKENS}
        whole_prompt = Query({**query, "prompt": f"{query.prompt}\n\n{query.url}"})
        body = {**asked(whole_prompt), "tools": [tool]}
        reply = yield Request("POST", "/messages", json=body, headers=VERSION, weight=size(whole_prompt))
        content, stop = blocks(reply.json), reply.get("stop_reason")
        results = [block.get("content") for block in content if block.get("type") == "web_fetch_tool_result"]
        pages = [result for result in results if dig(result, "type") == "web_fetch_result"]
        cost = usage(reply.json, query)
        if not pages:
            codes = [str(dig(result, "error_code")) for result in results]
            raise already_paid(fetch_failed(codes), cost)
        last = max(number for number, block in enumerate(content) if block.get("type") == "web_fetch_tool_result")
        read_pages = [{"url": dig(page, "url"), "title": dig(page, "content.title")} for page in pages]
        return answered(text_of(content[last + 1 :]), query, credits=cost, citations=read_pages, **ending(stop))

    @operation(
        "batch-generate",
        needs=[("prompt",)],
        uses=WORDS,
        gives=ANSWERED,
        charged="on_call",
        max_credits=lambda query: most_tokens(query, model(query), batch=True, bands=BANDS),
        expects=lambda query: usual_tokens(query, model(query), batch=True, bands=BANDS),
        patience=DAY,
        docs_url="https://platform.claude.com/docs/en/build-with-claude/batch-processing",
    )
    def batch_generate(self, query: Query) -> Flow:
        """Answer within 24 hours at the batch price; prompts that wait together are one batch."""
        batch = yield batch_of([asked(query)])
        line = batch.get("line") or (yield from batch_lines(batch)).get("0")
        if dig(line, "result.type") != "succeeded":
            state = dig(line, "result.type")
            kind = dig(line, "result.error.error.type") or state or "no result"
            error = FeatureExecutionError(f"the batch did not answer this one ({kind})")
            raise already_paid(error, {}) if state in UNBILLED else error
        return read(dig(line, "result.message"), query, batch=True)

    @bulk("POST", "/messages/batches", max_items=100_000, patience=DAY)
    def batch_together(self, requests: Requests) -> Fold:
        """Make one batch of many prompts and see it through."""
        batch = yield batch_of([item["params"] for request in requests for item in request.json["requests"]])
        lines = yield from batch_lines(batch)
        return [batch.with_json({"line": lines.get(str(number)) or {"result": {}}}) for number in range(len(requests))]


def model(query: Query) -> str:
    """Return the model that is asked."""
    return str(query.model or MODEL)


def is_cached(query: Query) -> bool:
    """Return whether what a prompt shares with others, system text included, is long enough to be cached."""
    return shared_tokens(query) >= LEAST_CACHED.get(name_of(model(query)), max(LEAST_CACHED.values()))


def asked(query: Query) -> dict[str, Any]:
    """Return the body of a question; the beginning that it shares with others is a marked block of its own."""
    content: Any = query.prompt
    if is_cached(query):
        shared, own = parted(query)
        marked = {"type": "text", "text": shared, "cache_control": {"type": "ephemeral"}}
        content = [marked, {"type": "text", "text": own}]
    body: dict[str, Any] = {
        "model": model(query),
        "max_tokens": output_tokens(query),
        "messages": [{"role": "user", "content": content}],
        **query.pick("system"),
    }
    config: dict[str, Any] = query.pick(effort="anthropic_effort")
    if query.output_schema:
        config["format"] = {"type": "json_schema", "schema": closed(query.output_schema)}
    return {**body, "output_config": config} if config else body


def max_searches(query: Query) -> int:
    """Return how many searches a question may make."""
    return int(query.anthropic_max_searches or SEARCHES)


def batch_of(bodies: Sequence[dict[str, Any]]) -> Request:
    """Return the request that starts a batch."""
    items = [{"custom_id": str(number), "params": body} for number, body in enumerate(bodies)]
    return Request("POST", "/messages/batches", json={"requests": items}, headers=VERSION, weight=len(items))


def batch_lines(started: Reply) -> Steps[dict[str, Any]]:
    """Wait until a batch has ended and read its results."""
    at = {"id": started.get("id")}
    poll = Request("GET", "/messages/batches/{id}", at=at, headers=VERSION, paid=False)
    yield from finished(started, "id", lambda _: poll, lambda said: said.get("processing_status") in RUNNING, every=60)
    ask = Request("GET", "/messages/batches/{id}/results", at=at, headers=VERSION, paid=False, text=True)
    return json_lines((yield ask))


def blocks(body: Any) -> list[dict[str, Any]]:
    """Return a message's content blocks."""
    content = dig(body, "content")
    return [block for block in content if isinstance(block, dict)] if isinstance(content, list) else []


def text_of(content: Sequence[dict[str, Any]]) -> str:
    """Return the text of content blocks, joined."""
    texts = [block.get("text") for block in content if block.get("type") == "text"]
    return "".join(text for text in texts if isinstance(text, str))


def usage(body: Any, query: Query, *, batch: bool = False) -> dict[str, Any]:
    """Return what a message used; input counts without what went into the cache or came out of it."""
    count = {
        name: whole(dig(body, f"usage.{name}"))
        for name in ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
    }
    return spent(
        model(query),
        None if amount(dig(body, "usage.input_tokens")) is None else sum(count.values()),
        dig(body, "usage.output_tokens"),
        whole(dig(body, "usage.server_tool_use.web_search_requests")),
        cached=count["cache_read_input_tokens"],
        kept=count["cache_creation_input_tokens"],
        batch=batch,
        bands=BANDS,
    )


def read(
    body: Any,
    query: Query,
    citations: Sequence[Any] = (),
    before: dict[str, Any] | None = None,
    *,
    batch: bool = False,
) -> Hit | Miss:
    """Return what a message says, its cost put on top of what was spent before."""
    stop, cost = dig(body, "stop_reason"), usage(body, query, batch=batch)
    spent_in_all = summed(before, cost) if before else cost
    return answered(text_of(blocks(body)), query, credits=spent_in_all, citations=citations, **ending(stop))


def ending(stop: Any) -> dict[str, Any]:
    """Return what it means for the answer why the model stopped."""
    return {"refused": stop == "refusal", "cut": stop in CUT, "broken": stop if stop in UNFINISHED else None}


def researched(content: list[dict[str, Any]], stop: Any, query: Query, cost: dict[str, Any]) -> Hit | Miss:
    """Return the answer proper: the text after the last search; what stands before it are the model's asides."""
    at = [number for number, block in enumerate(content) if block.get("type") == "web_search_tool_result"]
    results = [content[number].get("content") for number in at]
    reached = [result for result in results if isinstance(result, list) or dig(result, "error_code") == ENOUGH]
    if results and not reached:
        raise already_paid(search_failed(results), cost)
    if stop == "pause_turn":
        raise already_paid(FeatureExecutionError("the model paused its search twice; allow fewer searches"), cost)
    said = content[at[-1] + 1 :] if at else content
    notes = [note for block in said if isinstance(block.get("citations"), list) for note in block["citations"]]
    plain = Query({**query, "output_schema": None})
    return answered(text_of(said), plain, credits=cost, citations=notes, **ending(stop))


def fetching(counts: dict[str, int]) -> dict[str, int]:
    """Return what reading a page may cost: its tokens, no search."""
    return {purse: count for purse, count in counts.items() if purse != "searches"}


def fetch_failed(codes: Sequence[str]) -> ProviderError:
    """Return what it means that no page was read."""
    if "too_many_requests" in codes:
        return RateLimitError("fetching of pages is throttled")
    if "unavailable" in codes:
        return ProviderAPIError("the web fetch is not available", recoverable=True)
    return FeatureExecutionError(f"the page was not read ({', '.join(codes) or 'the model did not ask for it'})")


def search_failed(results: Sequence[Any]) -> ProviderError:
    """Return what it means that no search went through: the failures come inside a 200."""
    codes = {dig(result, "error_code") for result in results}
    if "too_many_requests" in codes:
        return RateLimitError("the web search is throttled")
    if codes & {"invalid_input", "invalid_tool_input", "query_too_long", "request_too_large"}:
        return FeatureParametersError("the web search refused what the model asked it")
    return ProviderAPIError("the web search is not available", recoverable=True)


provider = Anthropic
