"""Linkup: answers from the web with their sources, structured answers, web search, the text of a page.

Facts: the vendor's own client for Python (linkup-sdk 0.24.0: endpoints, parameters, replies and the code of each
error). Nothing found is a 400 with `SEARCH_QUERY_NO_RESULT`; an empty account is a 429 with
`INSUFFICIENT_FUNDS_CREDITS`. What a call costs depends on its depth; prices stand on the vendor's site, so calls are
counted by depth and priced by the caller. A structured answer comes with its sources only where they are asked for.
"""

import json
from typing import Any

from leadenrich.contract import (
    Bearer,
    Category,
    ErrorCode,
    Flow,
    Hit,
    HTTPProvider,
    Miss,
    Operation,
    Parameter,
    ProviderInfo,
    Query,
    Reply,
    Request,
    Support,
    Tier,
    listing,
    operation,
    present,
)
from leadenrich.providers._models import answered, cited, found_pages

DEPTHS = ("flash", "fast", "standard", "deep")
UNREAD = ("FETCH_ERROR", "FETCH_TARGET_NOT_FOUND", "FETCH_TARGET_UNREACHABLE", "FETCH_UNSUPPORTED_CONTENT_TYPE")
DEPTH = Parameter("string", enum=DEPTHS, description="How hard the web is searched, from quick to thorough.")
BOUNDS = ("linkup_since", "linkup_until", "linkup_allowed_domains", "linkup_blocked_domains", "limit")


class Linkup(HTTPProvider):
    info = ProviderInfo(
        title="Linkup",
        category=Category.AI_RESEARCH,
        tier=Tier.FREE,
        base_url="https://api.linkup.so/v1",
        docs_url="https://docs.linkup.so",
        auth=Bearer(),
        established_in="FR",
        support=Support.INFERRED,
        summary="Answers from the web with their sources, structured answers, page text.",
    )
    words = {
        ("error.code", "INSUFFICIENT_FUNDS_CREDITS"): ErrorCode.PROVIDER_INSUFFICIENT_CREDITS,
        ("error.code", "EXCEED_BUDGET_LIMIT"): ErrorCode.PROVIDER_INSUFFICIENT_CREDITS,
    }

    @operation(
        Operation.RESEARCH,
        needs=[("prompt",)],
        uses=("output_schema", *BOUNDS),
        gives=("answer", "citations"),
        credits={"standard": 1},
        max_credits=lambda query: {depth(query): 1},
        parameters={"linkup_depth": DEPTH},
    )
    def research(self, query: Query) -> Flow:
        """Answer a prompt from the web; JSON where there is a schema."""
        kind = "structured" if query.output_schema else "sourcedAnswer"
        reply = yield ask(query, query.prompt, kind)
        if found_nothing(reply):
            return Miss()
        said = reply.get("data" if query.output_schema else "answer")
        pages = [{"url": page.get("url"), "title": page.get("name")} for page in reply.items("sources")]
        return answered(said, query, credits={depth(query): 1}, citations=pages)

    @operation(
        "web-search",
        needs=[("query",)],
        uses=BOUNDS,
        gives=("answer", "citations"),
        credits={"standard": 1},
        max_credits=lambda query: {depth(query): 1},
        parameters={"linkup_depth": DEPTH},
    )
    def web_search(self, query: Query) -> Flow:
        """Search the web: pages as citations, with what each says."""
        reply = yield ask(query, query.query, "searchResults")
        pages = [{**page, "title": page.get("name")} for page in reply.items("results") if page.get("type") == "text"]
        found = found_pages(pages, text="content")
        if found_nothing(reply):
            return Miss()
        return Hit(found, credits={depth(query): 1}) if found else Miss(credits={depth(query): 1})

    @operation("read-page", needs=[("url",)], gives=("answer", "citations"), credits={"fetch": 1})
    def read_page(self, query: Query) -> Flow:
        """Read a page's text as markdown."""
        reply = yield Request("POST", "/fetch", json={"url": query.url}, expect=(200, 400))
        text = reply.get("markdown")
        if reply.status == 400 or not isinstance(text, str) or not text.strip():
            return Miss("the page could not be read")
        return Hit({"answer": text, "citations": cited([{"url": query.url}])})

    def classify(self, reply: Reply) -> ErrorCode | None:
        """Tell a question that is refused from one that has no answer: both are a 400."""
        nothing = found_nothing(reply) or reply.get("error.code") in UNREAD
        return ErrorCode.FEATURE_PARAMETERS_INVALID if reply.status == 400 and not nothing else None


def depth(query: Query) -> str:
    """Return how hard the web is searched."""
    return str(query.linkup_depth or "standard")


def ask(query: Query, words: str, kind: str) -> Request:
    """Return the request of a search."""
    body: dict[str, Any] = {
        "q": words,
        "depth": depth(query),
        "outputType": kind,
        "includeDomains": listing(query.linkup_allowed_domains),
        "excludeDomains": listing(query.linkup_blocked_domains),
        **query.pick(fromDate="linkup_since", toDate="linkup_until", maxResults="limit"),
    }
    if kind == "structured":
        body |= {"structuredOutputSchema": json.dumps(query.output_schema), "includeSources": True}
    return Request("POST", "/search", json=present(body), expect=(200, 400))


def found_nothing(reply: Reply) -> bool:
    """Return whether a reply says that the web has nothing."""
    return reply.status == 400 and reply.get("error.code") == "SEARCH_QUERY_NO_RESULT"


provider = Linkup
