"""Perplexity: answers from the web through the Agent API, and its plain web search.

Facts: the vendor's OpenAPI description (2026-08-22) and Python SDK (2026-06-08), docs.perplexity.ai (agent-api,
rate-limits-usage-tiers). The older Sonar chat completions ended on 2026-09-27 and are not spoken here. Error bodies
are known from third parties only; an empty balance is said to answer 401. The reply also states its price in USD
(`usage.cost`), but a bound before the call exists in tokens and searches alone, so these are what is counted.
"""

from typing import Any

from leadenrich.contract import (Bearer, Category, Classified, ErrorCode, FeatureExecutionError, Flow, Hit,
                                 HTTPProvider, Miss, Operation, ProviderInfo, Query, Rate, Reply, Request, Steps, Tier,
                                 Wait, dig, operation)  # fmt: skip
from leadenrich.providers._models import (ANSWERED, ASKED, SEARCHES, answered, cited, json_format, listed, most_tokens,
                                          output_items, output_text, output_tokens, spent, whole)  # fmt: skip

MODEL = "perplexity/sonar"  # named by the API description of 2026-08-22
AGENT = "POST /v1/agent"
WORDS = (*ASKED, "perplexity_background")
SEARCH_WORDS = ("country", "region", "city", "perplexity_preset", "perplexity_max_steps", "perplexity_allowed_domains",
                "perplexity_recency", "perplexity_language")  # fmt: skip


class Perplexity(HTTPProvider):
    info = ProviderInfo(
        title="Perplexity",
        category=Category.AI_RESEARCH,
        tier=Tier.BASIC,
        base_url="https://api.perplexity.ai",
        docs_url="https://docs.perplexity.ai/docs/agent-api",
        auth=Bearer(),
        rates=(
            Rate(1, per=1, on=AGENT), Rate(50, per=60, on=AGENT),  # usage tier 0; tier 4 has 2,000 a minute
            Rate(50, per=1, on="POST /search"),
        ),
        established_in="US",
        privacy_url="https://www.perplexity.ai/hub/legal/privacy-policy",
        summary="Answers from the web with their sources, and web search results.",
    )  # fmt: skip
    free_call = Request("GET", "/v1/models", paid=False)

    def classify(self, reply: Reply) -> Classified:
        """Tell an empty balance (401) from a bad key, and see a 200 whose response has failed."""
        words = str(reply.get("error.message", "")).lower()
        if reply.status == 401 and any(word in words for word in ("credit", "balance", "billing", "quota")):
            return ErrorCode.PROVIDER_INSUFFICIENT_CREDITS
        if reply.status == 200 and reply.get("status") in ("failed", "requires_action", "cancelled"):
            return ErrorCode.FEATURE_EXECUTION_FAILED
        return None

    @operation(Operation.GENERATE, needs=[("prompt",)], uses=WORDS, gives=ANSWERED, charged="on_call",
               max_credits=most_tokens, patience=1800)  # fmt: skip
    def generate(self, query: Query) -> Flow:
        """Answer a prompt without the web; the declared maximum is an upper bound, prompt bytes and output limit."""
        body = yield from self.finished(asked(query), query)
        return read(body, query)

    @operation(Operation.RESEARCH, needs=[("prompt",)], uses=(*WORDS, *SEARCH_WORDS), gives=ANSWERED, charged="on_call",
               max_credits=lambda query: most_tokens(query, searches=max_steps(query)), patience=1800)  # fmt: skip
    def research(self, query: Query) -> Flow:
        """Answer a prompt from the web; a preset brings its own search tool, the model stays the one named."""
        body = {
            **asked(query),
            "max_steps": max_steps(query),
            **query.pick(preset="perplexity_preset", language_preference="perplexity_language"),
        }
        if not query.perplexity_preset:
            tool: dict[str, Any] = {"type": "web_search"}
            filters: dict[str, Any] = query.pick(search_recency_filter="perplexity_recency")
            if domains := listed(query.perplexity_allowed_domains):
                filters["search_domain_filter"] = domains
            if filters:
                tool["filters"] = filters
            if place := query.pick("country", "region", "city"):
                tool["user_location"] = place
            body["tools"] = [tool]
        finished = yield from self.finished(body, query)
        return read(finished, query)

    def finished(self, body: dict[str, Any], query: Query) -> Steps[Any]:
        """Ask, and wait where it runs in the background."""
        if query.perplexity_background:
            body = {**body, "background": True}
        reply = yield Request("POST", "/v1/agent", json=body)
        while reply.get("status") in ("queued", "in_progress"):
            poll = Request("GET", "/v1/responses/{id}", at={"id": reply.get("id")}, paid=False)
            reply = yield Wait(reply.get("id"), poll=poll)
        return reply.json

    @operation("web-search", needs=[("query",)],
               uses=("limit", "country", "perplexity_allowed_domains", "perplexity_recency"),
               gives=("answer", "citations"), credits={"searches": 1}, charged="on_call",
               docs_url="https://docs.perplexity.ai/docs/search")  # fmt: skip
    def web_search(self, query: Query) -> Flow:
        """Search the web: pages as citations, what they say about it as the answer's text."""
        body = {"query": query.query, **query.pick("country", search_recency_filter="perplexity_recency")}
        if query.limit:
            body["max_results"] = min(int(query.limit), 20)
        if domains := listed(query.perplexity_allowed_domains):
            body["search_domain_filter"] = domains
        reply = yield Request("POST", "/search", json=body)
        pages = reply.items("results")
        text = "\n\n".join(str(page["snippet"]) for page in pages if page.get("snippet"))
        found = cited(pages)
        return Hit({"citations": found, "answer": text}) if found else Miss()


def asked(query: Query) -> dict[str, Any]:
    """Return the body of a question."""
    body: dict[str, Any] = {
        "model": query.model or MODEL,
        "input": query.prompt,
        "max_output_tokens": output_tokens(query),
        **query.pick(instructions="system"),
    }
    if query.output_schema:
        body["response_format"] = {"type": "json_schema", "json_schema": json_format(query)}
    return body


def max_steps(query: Query) -> int:
    """Return how many steps, each with a search, a question may take; the vendor allows 1 to 10."""
    return min(int(query.perplexity_max_steps or SEARCHES), 10)


def read(body: Any, query: Query) -> Hit | Miss:
    """Return what a finished response says; without notes in the text its sources are the pages found."""
    text, citations, refused = output_text(body)
    if (status := dig(body, "status")) not in (None, "completed", "incomplete"):
        raise FeatureExecutionError(f"the response ended as {status!r}")
    found = output_items(body, "search_results")
    tools = dig(body, "usage.tool_calls_details")
    counted = [whole(dig(tool, "invocation")) for tool in tools.values()] if isinstance(tools, dict) else []
    return answered(
        text,
        query,
        credits=spent(dig(body, "usage.input_tokens"), dig(body, "usage.output_tokens"), sum(counted) or len(found)),
        citations=citations or [page for item in found for page in item.get("results") or []],
        refused=refused,
        cut=status == "incomplete",
    )


provider = Perplexity
