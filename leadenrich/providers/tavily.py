"""Tavily: answers from the web, deep research, news, and the text of pages.

Facts: the official Python SDK (2026-06-10) and docs.tavily.com (rate-limits, api-credits, endpoint/usage; read
2026-08). A plain search answers in text; an answer in JSON takes the research endpoint, a background job whose cost is
known only afterwards: 250 credits is the most that is reported for it. 432 and 433 mean that a limit of the plan or of
pay-as-you-go is reached.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from leadenrich.contract import (
    Account,
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
    Price,
    ProviderInfo,
    Query,
    Rate,
    Reply,
    Request,
    Requests,
    Tier,
    bulk,
    country_name,
    finished,
    operation,
    rename,
)
from leadenrich.providers._models import already_paid, answered, cited, found_pages, listed

MOST_RESEARCH = 250
RUNNING = ("pending", "in_progress")
SEARCH_WORDS = (
    "country",
    "limit",
    "tavily_depth",
    "tavily_topic",
    "tavily_recency",
    "tavily_since",
    "tavily_until",
    "tavily_allowed_domains",
    "tavily_blocked_domains",
)
NEWS = {"title": "title", "url": "url", "published_at": "published_date"}


def depth_cost(query: Query) -> int:
    """Return the credits of one search: advanced ones cost two."""
    return 2 if query.tavily_depth == "advanced" else 1


class Tavily(HTTPProvider):
    info = ProviderInfo(
        title="Tavily",
        category=Category.AI_RESEARCH,
        tier=Tier.FREE,
        base_url="https://api.tavily.com",
        docs_url="https://docs.tavily.com",
        auth=Bearer(),
        # of a development key; a production key has 1,000 a minute
        rates=(Rate(100, per=60), Rate(20, per=60, on="POST /research")),
        prices=(Price("0.008", plan="pay as you go", as_of="2026-08"),),
        established_in="US",
        privacy_url="https://www.tavily.com/privacy",
        summary="Answers from the web with their sources, news, page text.",
    )
    errors = {432: ErrorCode.PROVIDER_INSUFFICIENT_CREDITS, 433: ErrorCode.PROVIDER_INSUFFICIENT_CREDITS}
    account = Account("/usage", plan="account.current_plan", used="account.plan_usage", limit="account.plan_limit")

    @operation(
        Operation.RESEARCH,
        needs=[("prompt",)],
        uses=("output_schema", "model", *SEARCH_WORDS),
        gives=("answer", "citations"),
        credits=1,
        charged="on_call",
        max_credits=lambda query: MOST_RESEARCH if query.output_schema else depth_cost(query),
        patience=900,
    )
    def research(self, query: Query) -> Flow:
        """Answer a prompt from the web: by a search, or by the research endpoint where JSON is wanted."""
        if query.output_schema:
            return (yield from self.deep_research(query))
        reply = yield Request("POST", "/search", json={**searched(query, query.prompt), "include_answer": "advanced"})
        said = reply.get("answer")
        text = said if isinstance(said, str) else ""
        return answered(text, query, credits=cost(reply, query), citations=reply.items("results"))

    @operation(
        "web-search",
        needs=[("query",)],
        uses=SEARCH_WORDS,
        gives=("answer", "citations"),
        credits=1,
        charged="on_call",
        max_credits=depth_cost,
    )
    def web_search(self, query: Query) -> Flow:
        """Search the web: pages as citations, with what they say about it."""
        reply = yield Request("POST", "/search", json=searched(query, query.query))
        found = found_pages(reply.items("results"), text="content")
        return Hit(found, credits=cost(reply, query)) if found else Miss(credits=cost(reply, query))

    @operation(
        "deep-research",
        needs=[("prompt",)],
        uses=("output_schema", "model"),
        gives=("answer", "citations"),
        charged="on_call",
        max_credits=MOST_RESEARCH,
        patience=900,
    )
    def deep_research(self, query: Query) -> Flow:
        """Write a report, or fill a schema, in the background; `model` is mini (the default here), pro or auto."""
        body = {"input": query.prompt, "model": query.model or "mini", "stream": False, **query.pick("output_schema")}
        reply = yield Request("POST", "/research", json=body, expect=(200, 201, 202))
        reply = yield from finished(reply, "request_id", job, running, every=5)
        if (state := reply.get("status")) != "completed":
            raise already_paid(FeatureExecutionError(f"the research ended as {state!r}"), stated(reply))
        return answered(reply.get("content"), query, credits=stated(reply), citations=reply.items("sources"))

    @operation(
        Operation.FIND_NEWS,
        needs=[("company_name",), ("query",)],
        uses=("limit", "tavily_recency", "tavily_depth"),
        gives=("news",),
        credits=1,
        charged="on_call",
        max_credits=depth_cost,
    )
    def find_news(self, query: Query) -> Flow:
        """Find news on a company or a subject."""
        words = query.query or query.company_name
        reply = yield Request("POST", "/search", json={**searched(query, words), "topic": "news"})
        news = [rename(item, NEWS) for item in reply.items("results")]
        return Hit({"news": news}, credits=cost(reply, query)) if news else Miss(credits=cost(reply, query))

    @operation(
        "extract-page",
        needs=[("url",)],
        uses=("tavily_depth",),
        gives=("answer", "citations"),
        credits="0.2",
        max_credits=lambda query: Decimal("0.2") * depth_cost(query),
    )
    def extract_page(self, query: Query) -> Flow:
        """Read a page's text as markdown; five pages cost one credit, two where the depth is advanced."""
        reply = yield extracted([query.url], query.tavily_depth or "basic")
        page = next((item for item in reply.items("results") if item.get("raw_content")), None)
        if page is None:
            return Miss("the page could not be read")
        paid = Decimal("0.2") * depth_cost(query)
        return Hit({"answer": page["raw_content"], "citations": cited([{"url": query.url}])}, credits=paid)

    @bulk("POST", "/extract", max_items=20, group=lambda request: str(request.json["extract_depth"]))
    def extract_together(self, requests: Requests) -> Fold:
        """Read up to 20 pages at once; each result names its page."""
        urls = [request.json["urls"][0] for request in requests]
        reply = yield extracted(urls, requests[0].json["extract_depth"])
        found = {str(item.get("url")).rstrip("/"): item for item in reply.items("results")}
        return [reply.with_json({"results": [one] if (one := found.get(url.rstrip("/"))) else []}) for url in urls]


def job(name: Any) -> Request:
    """Return the request that asks how far a piece of research is."""
    return Request("GET", "/research/{id}", at={"id": name}, expect=(200, 202), paid=False)


def running(reply: Reply) -> bool:
    """Return whether research goes on: a poll says so by a 202."""
    return reply.status == 202 or reply.get("status") in RUNNING


def searched(query: Query, words: Any) -> dict[str, Any]:
    """Return the body of a search."""
    how = query.pick(
        search_depth="tavily_depth",
        topic="tavily_topic",
        time_range="tavily_recency",
        start_date="tavily_since",
        end_date="tavily_until",
    )
    body = {"query": words, "include_usage": True, **how}
    if query.limit:
        body["max_results"] = max(1, min(int(query.limit), 20))
    if query.country:
        body["country"] = str(country_name(query.country)).lower()
    for name, asked in (("include", query.tavily_allowed_domains), ("exclude", query.tavily_blocked_domains)):
        if domains := listed(asked):
            body[f"{name}_domains"] = domains
    return body


def cost(reply: Reply, query: Query) -> Any:
    """Return what a search cost: what the reply says, else what the depth costs."""
    return reply.get("usage.credits", depth_cost(query))


def stated(reply: Reply) -> Any:
    """Return the credits a reply states, None where it states none."""
    return reply.get("usage.credits")


def extracted(urls: Sequence[str], depth: str) -> Request:
    """Return the request that reads pages."""
    body = {"urls": list(urls), "extract_depth": depth, "format": "markdown"}
    return Request("POST", "/extract", json=body, weight=len(urls))


provider = Tavily
