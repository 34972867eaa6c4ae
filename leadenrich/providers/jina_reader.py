"""Jina AI Reader and Search: the text of a page, a company's pages out of its home page, its site by name.

Facts: the vendor's own API description (2025-09-05), its server's source (2026-05-01), replies quoted in public code
(2026). The reader works without a key, at a lower limit and not for every address; the search needs one. A credit is a
token of what is returned; a reader's reply is kept below `jina_reader_max_tokens`, which the vendor refuses to pass.
Left out: DeepSearch, whose last streamed part (answer, sources, usage) is documented nowhere that could be read.
"""

from typing import Any

from leadenrich.contract import (
    Bearer,
    Category,
    Classified,
    ErrorCode,
    Flow,
    Hit,
    HTTPProvider,
    Miss,
    Operation,
    OptionalKey,
    ProviderInfo,
    Query,
    Rate,
    RateLimitError,
    Reply,
    Request,
    Tier,
    first,
    operation,
    rename,
)
from leadenrich.providers._models import cited
from leadenrich.providers._web import own_page, social_links

BUDGET = 200_000
SEARCH = "https://s.jina.ai/"
DESCRIPTION = {"description": "data.description"}


def budget(query: Query) -> int:
    """Return how many tokens a page may have."""
    return int(query.jina_reader_max_tokens or BUDGET)


class JinaReader(HTTPProvider):
    info = ProviderInfo(
        title="Jina AI Reader",
        category=Category.AI_RESEARCH,
        tier=Tier.FREE,
        base_url="https://r.jina.ai",
        docs_url="https://jina.ai/reader",
        auth=OptionalKey(Bearer()),
        rates=(
            Rate(200, per=60, on="POST /"),  # with a key; without: 20
            Rate(40, per=60, on=f"POST {SEARCH}"),
        ),
        hosts=("s.jina.ai",),
        established_in="DE",
        privacy_url="https://jina.ai/legal/#privacy-policy",
        summary="The text and links of pages; sites by name.",
    )
    errors = {
        409: ErrorCode.FEATURE_EXECUTION_FAILED,  # longer than the token budget
        413: ErrorCode.FEATURE_EXECUTION_FAILED,  # a file too large
        451: ErrorCode.FEATURE_EXECUTION_FAILED,  # a page that must not be read
    }

    words = {("name", "TierFeatureConstraintError"): ErrorCode.FEATURE_NOT_SUPPORTED}  # a 402 too

    def classify(self, reply: Reply) -> Classified:
        """Take the wait of a throttle out of its body, and tell nothing found from a failed page and a bad question."""
        wait = reply.get("retryAfter")
        if reply.status == 429 and isinstance(wait, int | float):
            return RateLimitError("slow down", retry_after=float(wait))
        said = str(reply.get("message"))
        if reply.status not in (400, 422) or said.startswith("No ") or "could not be resolved" in said:
            return None
        failed = reply.get("name") == "AssertionFailureError"
        return ErrorCode.FEATURE_EXECUTION_FAILED if failed else ErrorCode.FEATURE_PARAMETERS_INVALID

    @operation(
        "read-page",
        needs=[("url",)],
        uses=("jina_reader_engine", "jina_reader_max_tokens", "jina_reader_timeout"),
        gives=("answer", "citations", "description"),
        charged="on_call",
        max_credits=budget,
        expects=lambda query: min(3_000, budget(query)),
    )
    def read_page(self, query: Query) -> Flow:
        """Read a page as markdown."""
        reply = yield read(query.url, query)
        text, used = reply.get("data.content"), tokens(reply)
        if not isinstance(text, str) or not text.strip():
            return Miss("nothing to read", credits=used)
        source = cited([{"url": query.url, "title": reply.get("data.title")}])
        page = {"answer": text, "citations": source}
        return Hit({**rename(reply.json, DESCRIPTION), **page}, credits=used)

    @operation(
        Operation.FIND_SOCIAL_URLS,
        needs=[("company_domain",), ("website",)],
        uses=("jina_reader_max_tokens",),
        gives=("company_linkedin_url", "twitter_url", "facebook_url", "description"),
        charged="on_call",
        max_credits=budget,
        confidence=85,
        confidence_reason="linked from the company's own home page",
    )
    def find_social_urls(self, query: Query) -> Flow:
        """Read a company's home page and pick its pages on the networks out of the links."""
        reply = yield read(query.website or f"https://{query.company_domain}", query, {"X-With-Links-Summary": "all"})
        links = reply.get("data.links")
        urls = list(links.values()) if isinstance(links, dict) else links if isinstance(links, list) else []
        found = social_links(url for entry in urls for url in (entry if isinstance(entry, list) else [entry]))
        if not found:
            return Miss(credits=tokens(reply))
        return Hit({**found, **rename(reply.json, DESCRIPTION)}, credits=tokens(reply))

    @operation(
        Operation.FIND_DOMAIN,
        needs=[("company_name",)],
        uses=("country", "jina_reader_language"),
        gives=("company_domain", "website"),
        credits=10_000,
        charged="on_call",
        confidence=60,
        confidence_reason="the first page whose title or host has the name",
    )
    def find_domain(self, query: Query) -> Flow:
        """Find a company's own site by a search, which costs about 10,000 tokens."""
        place = {"gl": str(query.country).lower()} if query.country else {}
        body = {"q": query.company_name, "num": 10, **place, **query.pick(hl="jina_reader_language")}
        headers = {"X-Respond-With": "no-content"}
        reply = yield Request("POST", SEARCH, json=body, headers=headers, expect=(200, 400, 422))
        pages = [(item.get("url"), item.get("title")) for item in reply.items("data")]
        site = own_page(pages, query.company_name)
        return Hit(website=site, company_domain=site) if site else Miss(credits=None if reply.status == 200 else 0)


def read(url: Any, query: Query, more: dict[str, str] | None = None) -> Request:
    """Return the request that reads a page."""
    options = query.pick(**{"X-Engine": "jina_reader_engine", "X-Timeout": "jina_reader_timeout"})
    headers = {
        "X-Return-Format": "markdown",
        "X-Retain-Images": "none",
        "X-Token-Budget": str(budget(query)),
        **(more or {}),
        **{name: str(value) for name, value in options.items()},
    }
    return Request("POST", "/", json={"url": url}, headers=headers, expect=(200, 400, 422))


def tokens(reply: Reply) -> Any:
    """Return the tokens a reply cost."""
    return first(reply.get("data.usage.tokens") or None, reply.get("meta.usage.tokens"), 0)


provider = JinaReader
