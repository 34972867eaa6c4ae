"""Perplexity: answers from the web through the Agent API, and its plain web search.

Facts: the vendor's OpenAPI description (2026-08-22) and Python SDK (2026-06-08), docs.perplexity.ai (agent-api,
rate-limits-usage-tiers). The older Sonar chat completions ended on 2026-09-27 and are not supported. Error bodies
are known from third parties only; an empty balance answers 401 `insufficient_quota`. The reply also states its price
in USD (`usage.cost`), but a bound before the call exists in tokens and searches alone, so these are what is counted.
"""

from typing import Any

from leadenrich.contract import (
    Bearer,
    Category,
    Classified,
    ErrorCode,
    FeatureExecutionError,
    Flow,
    Hit,
    HTTPProvider,
    Miss,
    Operation,
    Price,
    ProviderInfo,
    Query,
    Rate,
    Reply,
    Request,
    Tier,
    dig,
    finished,
    operation,
    present,
)
from leadenrich.providers._models import (
    ANSWERED,
    ASKED,
    SEARCHES,
    already_paid,
    answered,
    found_pages,
    json_format,
    listed,
    most_tokens,
    output_items,
    output_text,
    output_tokens,
    size,
    spent,
    tokens,
    usual_tokens,
    whole,
)

MODEL = "perplexity/sonar"  # named by the API description of 2026-08-22
LIST = "https://docs.perplexity.ai/docs/getting-started/pricing"
PRICES = (
    Price("0.005", plan="web_search, 5 USD per 1,000", as_of="2026-10", pool="searches", source=LIST),
    Price("0.0005", plan="fetch_url, 0.50 USD per 1,000", as_of="2026-10", pool="fetches", source=LIST),
    *tokens(MODEL, read="0.25", cached="0.0625", written="2.50", as_of="2026-10", source=LIST, batch=False),
)
RUNNING = ("queued", "in_progress")
AGENT = "POST /v1/responses"
RATES = (
    Rate(1, per=1, on=AGENT),
    Rate(50, per=60, on=AGENT),  # usage tier 0; tier 4 has 2,000 a minute
    Rate(50, per=1, on="POST /search"),
)
WORDS = (*ASKED, "perplexity_background")
PAGES = ("country", "perplexity_allowed_domains", "perplexity_recency")
SEARCH_WORDS = (*PAGES, "region", "city", "perplexity_preset", "perplexity_max_steps", "perplexity_language")


class Perplexity(HTTPProvider):
    info = ProviderInfo(
        title="Perplexity",
        category=Category.AI_RESEARCH,
        tier=Tier.BASIC,
        base_url="https://api.perplexity.ai",
        docs_url="https://docs.perplexity.ai/docs/agent-api",
        auth=Bearer(),
        rates=RATES,
        prices=PRICES,
        established_in="US",
        privacy_url="https://www.perplexity.ai/hub/legal/privacy-policy",
        summary="Answers from the web with their sources, and web search results.",
    )
    words = {("error.type", "insufficient_quota"): ErrorCode.PROVIDER_INSUFFICIENT_CREDITS}
    free_call = Request("GET", "/v1/models", paid=False)

    def classify(self, reply: Reply) -> Classified:
        """Tell an empty balance (401) from a bad key."""
        words = str(reply.get("error.message", "")).lower()
        broke = any(word in words for word in ("credit", "balance", "billing", "quota"))
        return ErrorCode.PROVIDER_INSUFFICIENT_CREDITS if reply.status == 401 and broke else None

    @operation(
        Operation.GENERATE,
        needs=[("prompt",)],
        uses=WORDS,
        gives=ANSWERED,
        charged="on_call",
        max_credits=lambda query: most_tokens(query, model(query)),
        expects=lambda query: usual_tokens(query, model(query)),
        patience=1800,
    )
    def generate(self, query: Query) -> Flow:
        """Answer a prompt without the web; the declared maximum is an upper bound, prompt bytes and output limit."""
        return answer(asked(query), query)

    @operation(
        Operation.RESEARCH,
        needs=[("prompt",)],
        uses=(*WORDS, *SEARCH_WORDS),
        gives=ANSWERED,
        charged="on_call",
        max_credits=lambda query: {
            **most_tokens(query, model(query), searches=max_steps(query)),
            "fetches": max_steps(query),
        },
        expects=lambda query: usual_tokens(query, model(query), searches=max_steps(query)),
        patience=1800,
    )
    def research(self, query: Query) -> Flow:
        """Answer a prompt from the web; a preset brings its own search tool, the model stays the one named."""
        place = query.pick("country", "region", "city")
        tool = present({"type": "web_search", "filters": filters(query), "user_location": place})
        further = query.pick(preset="perplexity_preset", language_preference="perplexity_language")
        tools = {} if query.perplexity_preset else {"tools": [tool]}
        return answer({**asked(query), "max_steps": max_steps(query), **further, **tools}, query)

    @operation(
        "web-search",
        needs=[("query",)],
        uses=("limit", *PAGES),
        gives=("answer", "citations"),
        credits={"searches": 1},
        charged="on_call",
        docs_url="https://docs.perplexity.ai/docs/search",
    )
    def web_search(self, query: Query) -> Flow:
        """Search the web: pages as citations, what they say about it as the answer's text."""
        body = {"query": query.query, **query.pick("country"), **filters(query)}
        if query.limit:
            body["max_results"] = min(int(query.limit), 20)
        reply = yield Request("POST", "/search", json=body)
        found = found_pages(reply.items("results"), text="snippet")
        return Hit(found) if found else Miss()


def model(query: Query) -> str:
    """Return the model that is asked."""
    return str(query.model or MODEL)


def asked(query: Query) -> dict[str, Any]:
    """Return the body of a question."""
    schema = {"type": "json_schema", "json_schema": json_format(query)} if query.output_schema else None
    return present(
        {
            "model": model(query),
            "input": query.prompt,
            "max_output_tokens": output_tokens(query),
            "instructions": query.system,
            "response_format": schema,
            "background": True if query.perplexity_background else None,
        }
    )


def filters(query: Query) -> dict[str, Any]:
    """Return how new the pages are to be, and on which sites."""
    domains = listed(query.perplexity_allowed_domains)
    return present({"search_recency_filter": query.perplexity_recency, "search_domain_filter": domains})


def max_steps(query: Query) -> int:
    """Return how many steps, each with a search, a question may take; the vendor allows 1 to 10."""
    return min(int(query.perplexity_max_steps or SEARCHES), 10)


def answer(body: dict[str, Any], query: Query) -> Flow:
    """Ask, wait for what runs in the background, and read it; a text without notes stands on the pages found."""
    started = yield Request("POST", "/v1/responses", json=body, weight=size(query))
    poll = Request("GET", "/v1/responses/{id}", at={"id": started.get("id")}, paid=False)
    reply = yield from finished(started, "id", lambda _: poll, lambda said: said.get("status") in RUNNING)
    text, citations, refused = output_text(reply.json)
    searched = output_items(reply.json, "search_results")
    pages = [*searched, *output_items(reply.json, "fetch_url_results")]
    tools = reply.get("usage.tool_calls_details")
    counts = {name: whole(dig(tool, "invocation")) for name, tool in tools.items()} if isinstance(tools, dict) else {}
    fetches = sum(count for name, count in counts.items() if name.startswith("fetch"))
    cost = spent(
        model(query),
        reply.get("usage.input_tokens"),
        reply.get("usage.output_tokens"),
        sum(counts.values()) - fetches if any(counts.values()) else len(searched),
        cached=reply.get("usage.input_tokens_details.cache_read_input_tokens"),
    )
    cost = {**cost, "fetches": fetches} if fetches else cost
    if (status := reply.get("status")) not in (None, "completed", "incomplete"):
        raise already_paid(FeatureExecutionError(f"the response ended as {status!r}"), cost)
    return answered(
        text,
        query,
        credits=cost,
        citations=citations or [page for item in pages for page in item.get("results") or item.get("contents") or []],
        refused=refused,
        cut=status == "incomplete",
    )


provider = Perplexity
