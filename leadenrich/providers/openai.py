"""OpenAI: text and JSON answers from the Responses API, with web search, in the background, or a day later in a batch.

Facts: the official OpenAPI description 2.3.0 and Python SDK (2026-08-21); developers.openai.com/api/docs/guides
(error-codes, background, batch, prompt-caching, pricing). Models and their prices change often: the default here is
one that the description of 2026-08-21 names, and the prices carry the date they were read; `prices=` overrides them.
Models with a window of a million tokens charge a whole request above 272,000 input tokens twice for input, 1.5 times
for output.
Prompts are cached by their beginning; from gpt-5.6 on what is put there costs 1.25 times the price of input, so that
these models are told to keep what is shared with other prompts and nothing else.
Replies are not kept at OpenAI (`store: false`) but for background work, which lives on being kept for a while.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from leadenrich.contract import (
    AllOf,
    Bearer,
    Category,
    Classified,
    ErrorCode,
    FeatureExecutionError,
    Flow,
    Fold,
    HeaderKey,
    Hit,
    HMACSignature,
    HTTPProvider,
    Miss,
    Operation,
    OptionalKey,
    Price,
    ProviderInfo,
    Query,
    RateHeaders,
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
    Long,
    already_paid,
    answered,
    bands,
    batch_line,
    json_format,
    json_lines,
    listed,
    most_tokens,
    output_items,
    output_text,
    output_tokens,
    parted,
    prefix_key,
    shared_tokens,
    size,
    spent,
    tokens,
    usual_tokens,
)

MODEL = "gpt-5.4-mini"  # named in the API description of 2026-08-21
PRICES = "https://developers.openai.com/api/docs/pricing"
TOKENS = (
    *tokens("gpt-4.1-mini", read="0.40", cached="0.10", written="1.60", as_of="2026-06", source=PRICES),
    *tokens(
        "gpt-5.4",
        read="2.50",
        cached="0.25",
        written="15",
        long=Long(272_000, read="5", cached="0.50", written="22.50"),
        as_of="2026-06-04",
        source="https://developers.openai.com/api/docs/models/gpt-5.4",
    ),
    *tokens("gpt-5.4-mini", read="0.75", cached="0.075", written="4.50", as_of="2026-06-04", source=PRICES),
    *tokens("gpt-5.4-nano", read="0.20", cached="0.02", written="1.25", as_of="2026-06-04", source=PRICES),
    *tokens(
        "gpt-5.6-luna",
        read="0.20",
        cached="0.02",
        kept="0.25",
        written="1.20",
        long=Long(272_000, read="0.40", cached="0.04", kept="0.50", written="1.80"),
        as_of="2026-09-12",
        source=PRICES,
    ),
    *tokens(
        "gpt-5.6-terra",
        read="2",
        cached="0.20",
        kept="2.50",
        written="12",
        long=Long(272_000, read="4", cached="0.40", kept="5", written="18"),
        as_of="2026-09-12",
        source=PRICES,
    ),
    *tokens(
        "gpt-6-luna",
        read="0.10",
        cached="0.01",
        kept="0.125",
        written="0.50",
        long=Long(272_000, read="0.20", cached="0.02", kept="0.25", written="0.75"),
        as_of="2026-10-01",
        source="https://developers.openai.com/api/docs/models/gpt-6-luna",
    ),
    *tokens(
        "gpt-6-sol",
        read="2",
        cached="0.20",
        kept="2.50",
        written="10",
        long=Long(272_000, read="4", cached="0.40", kept="5", written="15"),
        as_of="2026-10-01",
        source="https://developers.openai.com/api/docs/models/gpt-6-sol",
    ),
)
BANDS = bands(TOKENS)
LEAST_CACHED = 1_024  # tokens of the shortest beginning that is cached
NO_MONEY = {
    "insufficient_quota",
    "credit_balance_exhausted",
    "organization_spend_limit_exceeded",
    "project_spend_limit_exceeded",
    "organization_usage_limit_exceeded",
    "billing_not_active",
    "billing_hard_limit_reached",
}
WORDS = (*ASKED, "openai_temperature", "openai_effort")
SEARCH_WORDS = (
    "country",
    "region",
    "city",
    "openai_max_searches",
    "openai_allowed_domains",
    "openai_search_context_size",
)
ENDED = (None, "max_output_tokens", "content_filter")  # why a response may be incomplete, and is still read
RUNNING = ("queued", "validating", "in_progress", "finalizing", "cancelling")  # of responses and of batches
BOUNDARY = "leadenrich-batch-lines"
DAY = 25 * 3600.0  # a batch ends within 24 hours


class OpenAI(HTTPProvider):
    info = ProviderInfo(
        title="OpenAI",
        category=Category.AI_RESEARCH,
        tier=Tier.BASIC,
        base_url="https://api.openai.com/v1",
        docs_url="https://developers.openai.com/api/docs",
        auth=AllOf(
            Bearer(),
            OptionalKey(HeaderKey("OpenAI-Organization", field="organization")),
            OptionalKey(HeaderKey("OpenAI-Project", field="project")),
        ),
        rate_headers=RateHeaders(
            limit="x-ratelimit-limit-requests",
            remaining="x-ratelimit-remaining-requests",
            reset="x-ratelimit-reset-requests",
            reset_as="duration",
        ),
        prices=(Price("0.01", plan="web search, 10 USD per 1,000 calls", as_of="2025", pool="searches"), *TOKENS),
        webhook=HMACSignature(
            header="webhook-signature",
            signed=("header:webhook-id", "header:webhook-timestamp", "body"),
            prefix="v1,",
            encoding="base64",
            secret="base64",
            secret_prefix="whsec_",
            timestamp="header:webhook-timestamp",
            tolerance=300,
        ),
        established_in="US",
        privacy_url="https://openai.com/policies/privacy-policy",
        summary="Text and JSON answers from a language model, with or without web search.",
    )
    errors = {404: ErrorCode.FEATURE_PARAMETERS_INVALID}  # an unknown model
    words = {("error.code", "model_not_found"): ErrorCode.FEATURE_PARAMETERS_INVALID}  # a 403 where a project lacks it
    free_call = Request("GET", "/models", paid=False)

    def classify(self, reply: Reply) -> Classified:
        """Tell 429 for money from 429 for speed, which a 200 whose response has failed may say as well."""
        kinds = {str(reply.get("error.type")), str(reply.get("error.code"))}
        if kinds & NO_MONEY:
            return ErrorCode.PROVIDER_INSUFFICIENT_CREDITS
        failed = reply.request.path.startswith("/responses") and reply.get("status") == "failed"
        return ErrorCode.PROVIDER_RATE_LIMIT if failed and "rate_limit_exceeded" in kinds else None

    @operation(
        Operation.GENERATE,
        needs=[("prompt",)],
        uses=(*WORDS, "openai_background"),
        gives=ANSWERED,
        charged="on_call",
        max_credits=lambda query: most_tokens(
            query, model(query), bands=BANDS, kept=is_cached(query) and pays_to_keep(query)
        ),
        expects=lambda query: usual_tokens(query, model(query), bands=BANDS),
        patience=1800,
    )
    def generate(self, query: Query) -> Flow:
        """Answer a prompt; the declared maximum is an upper bound, the prompt's bytes and `max_output_tokens`."""
        return answer(asked(query), query)

    @operation(
        Operation.RESEARCH,
        needs=[("prompt",)],
        uses=(*WORDS, "openai_background", *SEARCH_WORDS),
        gives=ANSWERED,
        charged="on_call",
        max_credits=lambda query: most_tokens(query, model(query), searches=max_searches(query), bands=BANDS),
        expects=lambda query: usual_tokens(query, model(query), searches=max_searches(query), bands=BANDS),
        patience=1800,
    )
    def research(self, query: Query) -> Flow:
        """Answer a prompt from the web; the declared maximum sets tokens aside for each search allowed."""
        tool: dict[str, Any] = {"type": "web_search", **query.pick(search_context_size="openai_search_context_size")}
        if domains := listed(query.openai_allowed_domains):
            tool["filters"] = {"allowed_domains": domains}
        if place := query.pick("country", "region", "city"):
            tool["user_location"] = {"type": "approximate", **place}
        more = {"tools": [tool], "max_tool_calls": max_searches(query), "include": ["web_search_call.action.sources"]}
        return answer({**asked(query, searching=True), **more}, query)

    @operation(
        "batch-generate",
        needs=[("prompt",)],
        uses=WORDS,
        gives=ANSWERED,
        charged="on_call",
        max_credits=lambda query: most_tokens(query, model(query), batch=True, bands=BANDS),
        expects=lambda query: usual_tokens(query, model(query), batch=True, bands=BANDS),
        patience=DAY,
        docs_url="https://developers.openai.com/api/docs/guides/batch",
    )
    def batch_generate(self, query: Query) -> Flow:
        """Answer within 24 hours at the batch price; prompts that wait together go up as one file."""
        uploaded = yield upload([asked(query)])
        line = uploaded.get("line") or (yield from batch_lines(uploaded)).get("0")
        return read(batch_line(line), query, batch=True)

    @bulk("POST", "/files", max_items=50_000, patience=DAY)
    def upload_together(self, requests: Requests) -> Fold:
        """Upload the lines of many prompts as one file and see the batch through."""
        uploaded = yield upload([line["body"] for request in requests for line in uploaded_lines(request)])
        lines = yield from batch_lines(uploaded)
        found = [lines.get(str(number)) or {"error": {}} for number in range(len(requests))]
        return [uploaded.with_json({"line": line}) for line in found]

    def delivered(self, body: Any, headers: Mapping[str, str]) -> list[tuple[str, Any]]:
        """Say which background response or batch a webhook is about; its body holds the id alone."""
        job, ours = dig(body, "data.id"), str(dig(body, "type")).startswith(("response.", "batch."))
        return [(str(job), body)] if job and ours else []


def answer(body: dict[str, Any], query: Query) -> Flow:
    """Ask, and wait where it runs in the background; a response kept for that is not stored otherwise."""
    if query.openai_background:
        body = {**body, "background": True, "store": True}
    started = yield Request("POST", "/responses", json=body, weight=size(query))
    poll = Request("GET", "/responses/{id}", at={"id": started.get("id")}, paid=False)
    reply = yield from finished(started, "id", lambda _: poll, lambda reply: reply.get("status") in RUNNING)
    return read(reply.json, query)


def model(query: Query) -> str:
    """Return the model that is asked."""
    return str(query.model or MODEL)


def asked(query: Query, *, searching: bool = False) -> dict[str, Any]:
    """Return the body of a question; 16 output tokens are the vendor's minimum."""
    body: dict[str, Any] = {
        "model": model(query),
        "input": query.prompt,
        "max_output_tokens": max(16, output_tokens(query)),
        "store": False,
        **query.pick(instructions="system", temperature="openai_temperature"),
        **({} if searching else caching(query)),
    }
    if query.openai_effort:
        body["reasoning"] = {"effort": query.openai_effort}
    if query.output_schema:
        body["text"] = {"format": {"type": "json_schema", **json_format(query)}}
    return body


def is_cached(query: Query) -> bool:
    """Return whether what a prompt shares with others, system text included, is long enough to be cached."""
    return shared_tokens(query) >= LEAST_CACHED


def pays_to_keep(query: Query) -> bool:
    """Return whether the model charges for what is put into the cache: gpt-5.6 and later."""
    version = re.match(r"gpt-(\d+)(?:\.(\d+))?", model(query))
    return version is not None and (int(version[1]), int(version[2] or 0)) >= (5, 6)


def caching(query: Query) -> dict[str, Any]:
    """Return what a body says of the cache: what is shared is kept, and where that costs money, nothing else is."""
    if not pays_to_keep(query):
        return {"prompt_cache_key": prefix_key(query)} if is_cached(query) else {}
    if not is_cached(query):
        return {"prompt_cache_options": {"mode": "explicit"}}
    shared, own = parted(query)
    marked = {"type": "input_text", "text": shared, "prompt_cache_breakpoint": {"mode": "explicit"}}
    return {
        "input": [{"role": "user", "content": [marked, {"type": "input_text", "text": own}]}],
        "prompt_cache_options": {"mode": "explicit"},
        "prompt_cache_key": prefix_key(query),
    }


def max_searches(query: Query) -> int:
    """Return how many searches a question may make."""
    return int(query.openai_max_searches or SEARCHES)


def read(body: Any, query: Query, *, batch: bool = False) -> Hit | Miss:
    """Return what a finished response says; where JSON was asked for there are no citations but the pages read."""
    text, citations, refused = output_text(said(body))
    calls = output_items(body, "web_search_call")
    searches = [call for call in calls if dig(call, "action.type", "search") == "search"]
    used = dig(body, "usage", {})
    cost = spent(
        model(query),
        dig(used, "input_tokens"),
        dig(used, "output_tokens"),
        len(searches),
        cached=dig(used, "input_tokens_details.cached_tokens"),
        kept=dig(used, "input_tokens_details.cache_write_tokens"),
        batch=batch,
        bands=BANDS,
    )
    if (status := dig(body, "status")) not in (None, "completed", "incomplete"):
        raise already_paid(FeatureExecutionError(f"the response ended as {status!r}"), cost)
    why = str(dig(body, "incomplete_details.reason", "max_output_tokens")) if status == "incomplete" else None
    called = not text and output_items(body, "function_call")
    return answered(
        text,
        query,
        credits=cost,
        citations=citations or [page for call in searches for page in dig(call, "action.sources") or []],
        refused=refused or why == "content_filter",
        cut=why == "max_output_tokens",
        broken="function_call" if called else None if why in ENDED else why,
    )


def said(body: Any) -> Any:
    """Return a body without the commentary that newer models put before what they label as the final answer."""
    if not any(item.get("phase") == "final_answer" for item in output_items(body, "message")):
        return body
    return {"output": [item for item in body["output"] if dig(item, "phase") != "commentary"]}


def upload(bodies: Sequence[dict[str, Any]]) -> Request:
    """Return the upload of a batch's lines as a form with one file."""
    lines = [
        json.dumps({"custom_id": str(number), "method": "POST", "url": "/v1/responses", "body": body})
        for number, body in enumerate(bodies)
    ]
    parts = (
        'Content-Disposition: form-data; name="purpose"\r\n\r\nbatch',
        'Content-Disposition: form-data; name="file"; filename="batch.jsonl"\r\n'
        "Content-Type: application/jsonl\r\n\r\n" + "\n".join(lines),
    )
    form = "".join(f"--{BOUNDARY}\r\n{part}\r\n" for part in parts) + f"--{BOUNDARY}--\r\n"
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    return Request("POST", "/files", data=form, headers=headers, weight=len(bodies))


def uploaded_lines(request: Request) -> list[Any]:
    """Return the lines of an upload."""
    text = str(request.data).rsplit("\r\n\r\n", 1)[1].split("\r\n--", 1)[0]
    return [json.loads(line) for line in text.split("\n")]


def batch_lines(uploaded: Reply) -> Steps[dict[str, Any]]:
    """Start a batch over an uploaded file, wait for its end and read both files of results."""
    job = {"input_file_id": uploaded.get("id"), "endpoint": "/v1/responses", "completion_window": "24h"}
    started = yield Request("POST", "/batches", json=job)
    poll = Request("GET", "/batches/{id}", at={"id": started.get("id")}, paid=False)
    batch = yield from finished(started, "id", lambda _: poll, lambda batch: batch.get("status") in RUNNING, every=60)
    lines: dict[str, Any] = {}
    for file_id in (batch.get("error_file_id"), batch.get("output_file_id")):
        if file_id:
            at = {"id": file_id}
            lines |= json_lines((yield Request("GET", "/files/{id}/content", at=at, paid=False, text=True)))
    if not lines:
        raise FeatureExecutionError(f"the batch ended as {batch.get('status')!r} without results")
    return lines


provider = OpenAI
