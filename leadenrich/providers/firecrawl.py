"""Firecrawl: facts of a company read off its own site, an agent's research, pages, news, sites by name.

Facts: the vendor's documentation repository (v2-openapi.json, errors, rate-limits, billing, webhooks; 2026-08-21).
A page is charged even where it answers 404: `metadata.statusCode` tells. Pages that are wanted at the same time are
read as one batch job.
"""

from collections.abc import Hashable, Mapping
from typing import Any

from leadenrich.contract import (
    Account,
    Bearer,
    Category,
    Classified,
    ErrorCode,
    FeatureExecutionError,
    Flow,
    Fold,
    Hit,
    HMACSignature,
    HTTPProvider,
    Miss,
    Operation,
    ProviderInfo,
    Query,
    Rate,
    Reply,
    Request,
    Requests,
    Steps,
    Tier,
    bulk,
    dig,
    finished,
    first,
    operation,
    page_size,
    rename,
    whole_number,
)
from leadenrich.providers._models import already_paid, answered, cited
from leadenrich.providers._web import own_page

SCRAPES = ("POST /scrape", "POST /batch/scrape", "POST /search")
AGENT_CREDITS = 200
TEXT, WHOLE = {"type": ["string", "null"]}, {"type": ["integer", "null"]}
FACTS = {
    "company_name": TEXT,
    "description": TEXT,
    "industry": TEXT,
    "employee_count": WHOLE,
    "founded_year": WHOLE,
    "city": TEXT,
    "region": TEXT,
    "country": TEXT,
    "phone": TEXT,
    "company_linkedin_url": TEXT,
    "twitter_url": TEXT,
    "facebook_url": TEXT,
}
COMPANY_FORMAT = {
    "type": "json",
    "prompt": "State what this site says of the company that runs it; null where it does not say.",
    "schema": {"type": "object", "properties": FACTS},
}
NEWS = {"title": "title", "url": "url", "published_at": "date"}


class Firecrawl(HTTPProvider):
    info = ProviderInfo(
        title="Firecrawl",
        category=Category.AI_RESEARCH,
        tier=Tier.FREE,
        base_url="https://api.firecrawl.dev/v2",
        docs_url="https://docs.firecrawl.dev",
        auth=Bearer(),
        # the free plan; hobby has 100 and 20, growth 5,000 and 1,000
        rates=(
            Rate(10, per=60, on=SCRAPES),
            Rate(2, per=60, on="POST /agent"),
            Rate(500, per=60, on=("GET /agent/{id}", "GET /batch/scrape/{id}")),
        ),
        webhook=HMACSignature("X-Firecrawl-Signature", prefix="sha256="),
        established_in="US",
        privacy_url="https://www.firecrawl.dev/privacy-policy",
        summary="Pages as text or facts, research by an agent, web search.",
    )
    errors = {
        404: ErrorCode.FEATURE_PARAMETERS_INVALID,
        413: ErrorCode.FEATURE_PARAMETERS_INVALID,
        422: ErrorCode.FEATURE_EXECUTION_FAILED,
    }
    account = Account("/team/credit-usage", remaining="data.remainingCredits", resets_at="data.billingPeriodEnd")

    def classify(self, reply: Reply) -> Classified:
        """See a failure inside a 200, and a page that was too slow this time: the vendor says to ask again."""
        if reply.status == 408:
            return FeatureExecutionError("the page took too long", recoverable=True)
        return ErrorCode.FEATURE_EXECUTION_FAILED if reply.status == 200 and reply.get("success") is False else None

    @operation(
        Operation.ENRICH_COMPANY,
        needs=[("company_domain",), ("website",)],
        gives=(*FACTS, "website", "company_domain"),
        credits=5,
        charged="on_call",
        confidence=65,
        confidence_reason="read by a model off the company's own home page",
        patience=300,
    )
    def enrich_company(self, query: Query) -> Flow:
        """Read facts of a company off its home page."""
        url = query.website or f"https://{query.company_domain}"
        body = {"url": url, "formats": [COMPANY_FORMAT], "onlyMainContent": False}
        reply = yield Request("POST", "/scrape", json=body)
        found = rename(reply.get("data.json"), {word: word for word in FACTS}) if readable(reply) else {}
        if not found:
            return Miss("the page could not be read", credits=spent(reply, 5))
        found.setdefault("description", first(*listed(reply.get("data.metadata.description"))))
        site = first(*listed(reply.get("data.metadata.url")), url)
        return Hit({**found, "website": site, "company_domain": query.company_domain or site}, credits=spent(reply, 5))

    @operation(
        "scrape-page", needs=[("url",)], gives=("answer", "citations"), credits=1, charged="on_call", patience=300
    )
    def scrape_page(self, query: Query) -> Flow:
        """Read a page as markdown."""
        reply = yield Request("POST", "/scrape", json={"url": query.url, "formats": ["markdown"]})
        text = reply.get("data.markdown")
        if not readable(reply) or not text:
            return Miss("the page could not be read", credits=spent(reply, 1))
        source = cited([{"url": query.url, "title": first(*listed(reply.get("data.metadata.title")))}])
        return Hit({"answer": text, "citations": source}, credits=spent(reply, 1))

    @bulk("POST", "/scrape", max_items=500, group=lambda request: together(request), patience=900)
    def scrape_together(self, requests: Requests) -> Fold:
        """Read several pages as one batch job; each result names the page it is of."""
        urls = [request.json["url"] for request in requests]
        options = {name: value for name, value in requests[0].json.items() if name != "url"}
        hook = {"webhook": {"url": self.webhook_url}} if self.webhook_url else {}
        reply = yield Request("POST", "/batch/scrape", json={"urls": urls, **options, **hook}, weight=len(urls))
        reply = yield from ended(reply, "/batch/scrape/{id}", every=2)
        pages = reply.items("data")
        while more := reply.get("next"):
            reply = yield Request("GET", str(more), paid=False)
            pages += reply.items("data")
        found = {source.rstrip("/"): page for page in pages for source in listed(dig(page, "metadata.sourceURL"))}
        return [reply.with_json({"success": True, "data": found.get(url.rstrip("/")) or {}}) for url in urls]

    @operation(
        Operation.RESEARCH,
        needs=[("prompt",)],
        uses=("output_schema", "model", "url", "firecrawl_max_credits"),
        gives=("answer",),
        charged="on_call",
        max_credits=lambda query: int(query.firecrawl_max_credits or AGENT_CREDITS),
        patience=1800,
    )
    def research(self, query: Query) -> Flow:
        """Let the agent find out, in the background and within `firecrawl_max_credits` (200 where not said)."""
        body = {
            "prompt": str(query.prompt)[:10_000],
            "maxCredits": int(query.firecrawl_max_credits or AGENT_CREDITS),
            "model": query.model or "spark-1-mini",
            **query.pick(schema="output_schema"),
            **({"urls": [query.url]} if query.url else {}),
        }
        reply = yield Request("POST", "/agent", json=body)
        reply = yield from over(reply, "/agent/{id}", every=5)
        used = reply.get("creditsUsed")
        if (state := reply.get("status")) != "completed":
            error = FeatureExecutionError(f"the agent's work ended as {state!r}")
            raise already_paid(error, 0 if state == "failed" and used is None else used)  # what failed is not billed
        return answered(reply.get("data"), query, credits=used)

    @operation(
        Operation.FIND_NEWS,
        needs=[("company_name",), ("query",)],
        uses=("country", "limit", "firecrawl_recency"),
        gives=("news",),
        credits=2,
        charged="on_call",
        max_credits=lambda query: 2 * -(-limit_of(query) // 10),
    )
    def find_news(self, query: Query) -> Flow:
        """Find news; `firecrawl_recency` is h, d, w, m or y."""
        since = {"tbs": f"qdr:{query.firecrawl_recency}"} if query.firecrawl_recency else {}
        reply = yield search(query, query.query or query.company_name, "news", **since)
        news, used = [rename(item, NEWS) for item in reply.items("data.news")], spent(reply, 2)
        return Hit({"news": news}, credits=used) if news else Miss(credits=used)

    @operation(
        Operation.FIND_DOMAIN,
        needs=[("company_name",)],
        uses=("country",),
        gives=("company_domain", "website"),
        credits=2,
        charged="on_call",
        confidence=60,
        confidence_reason="the first page whose title or host has the name",
    )
    def find_domain(self, query: Query) -> Flow:
        """Find a company's own site by a search."""
        reply = yield search(query, query.company_name, "web")
        site = own_page([(item.get("url"), item.get("title")) for item in reply.items("data.web")], query.company_name)
        used = spent(reply, 2)
        return Hit(website=site, company_domain=site, credits=used) if site else Miss(credits=used)

    def delivered(self, body: Any, headers: Mapping[str, str]) -> list[tuple[str, Any]]:
        """Say which job a webhook is about, when it has ended."""
        last = str(dig(body, "type")).endswith((".completed", ".failed", ".cancelled"))
        return [(str(dig(body, "id")), body)] if last and dig(body, "id") else []


def over(start: Reply, path: str, every: float) -> Steps[Reply]:
    """Wait until a job goes on no more; the reply that starts it holds no state."""
    return finished(
        start,
        "id",
        lambda job: Request("GET", path, at={"id": job}, paid=False),
        lambda reply: reply.get("status", "processing") in ("processing", "scraping"),
        every,
    )


def ended(start: Reply, path: str, every: float) -> Steps[Reply]:
    """Wait for the good end of a job."""
    reply = yield from over(start, path, every)
    if (state := reply.get("status")) != "completed":
        raise FeatureExecutionError(f"the job ended as {state!r}")
    return reply


def together(request: Request) -> Hashable:
    """Return what pages must share to be one job: everything but the page."""
    return str({name: value for name, value in request.json.items() if name != "url"})


def limit_of(query: Query) -> int:
    """Return how many results are asked for."""
    return page_size(query, 10, 100)


def search(query: Query, words: Any, source: str, **more: Any) -> Request:
    """Return the request of a search."""
    body = {"query": str(words)[:500], "limit": limit_of(query), "sources": [{"type": source}]}
    return Request("POST", "/search", json={**body, **query.pick("country"), **more})


def listed(value: Any) -> list[str]:
    """Return a metadata value, which may be a text or a list of texts, as a list."""
    return [text for text in (value if isinstance(value, list) else [value]) if isinstance(text, str)]


def readable(reply: Reply) -> bool:
    """Return whether the page itself answered well, as far as the reply says."""
    status = whole_number(reply.get("data.metadata.statusCode", 200))
    return status is not None and status < 400


def spent(reply: Reply, usual: int) -> Any:
    """Return what a reply says it cost, else what such a call usually costs."""
    return reply.get("data.metadata.creditsUsed", reply.get("creditsUsed", usual))


provider = Firecrawl
