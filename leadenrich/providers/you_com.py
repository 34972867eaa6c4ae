"""You.com: research with sources and a schema, web search, news.

Facts: the vendor's own client for Python (youdotcom 3.6.0, generated from its OpenAPI files). Search lives on another
host than research. Research answers at once; its highest tier, which works in the background alone, is left out. What
a call costs is not in these files; calls are counted, research by its effort, and priced by the caller.
"""

from typing import Any

from leadenrich.contract import (
    Category,
    Flow,
    HeaderKey,
    Hit,
    HTTPProvider,
    Miss,
    Operation,
    Parameter,
    ProviderInfo,
    Query,
    Request,
    Support,
    Tier,
    listing,
    operation,
    present,
    rename,
)
from leadenrich.providers._models import answered, found_pages

SEARCH = "https://ydc-index.io/v1/search"
EFFORTS = ("lite", "standard", "deep", "exhaustive")
EFFORT = Parameter("string", enum=EFFORTS, description="How long the vendor works on an answer.")
NEWS = {"title": "title", "url": "url", "published_at": "page_age"}
BOUNDS = ("country", "limit", "you_com_recency", "you_com_allowed_domains", "you_com_blocked_domains")


class YouCom(HTTPProvider):
    info = ProviderInfo(
        title="You.com",
        category=Category.AI_RESEARCH,
        tier=Tier.FREE,
        base_url="https://api.you.com",
        docs_url="https://docs.you.com",
        hosts=("ydc-index.io",),
        auth=HeaderKey("X-API-Key"),
        established_in="US",
        support=Support.INFERRED,
        summary="Research with sources and a schema, web search, news.",
    )

    @operation(
        Operation.RESEARCH,
        needs=[("prompt",)],
        uses=("output_schema",),
        gives=("answer", "citations"),
        credits={"standard": 1},
        charged="on_call",
        max_credits=lambda query: {effort(query): 1},
        parameters={"you_com_effort": EFFORT},
    )
    def research(self, query: Query) -> Flow:
        """Work on a prompt with the web; JSON where there is a schema."""
        body = {"input": query.prompt, "research_effort": effort(query), **query.pick("output_schema")}
        reply = yield Request("POST", "/v1/research", json=body)
        said, pages = reply.get("output.content"), reply.items("output.sources")
        return answered(said, query, credits={effort(query): 1}, citations=pages)

    @operation(
        "web-search",
        needs=[("query",)],
        uses=BOUNDS,
        gives=("answer", "citations"),
        credits={"search": 1},
        charged="on_call",
    )
    def web_search(self, query: Query) -> Flow:
        """Search the web: pages as citations, with passages; `you_com_recency` is day, week, month or year."""
        reply = yield ask(query, query.query)
        pages = [
            {**page, "text": page.get("snippets") or page.get("description")} for page in reply.items("results.web")
        ]
        found = found_pages(pages, text="text")
        return Hit(found) if found else Miss()

    @operation(
        Operation.FIND_NEWS,
        needs=[("company_name",), ("query",)],
        uses=BOUNDS,
        gives=("news",),
        credits={"search": 1},
        charged="on_call",
    )
    def find_news(self, query: Query) -> Flow:
        """Find news, in the part of a search that holds it."""
        reply = yield ask(query, f"{query.query or query.company_name} news")
        news = [found for item in reply.items("results.news") if (found := rename(item, NEWS))]
        return Hit(news=news) if news else Miss()


def effort(query: Query) -> str:
    """Return how long the vendor works on an answer."""
    return str(query.you_com_effort or "standard")


def ask(query: Query, words: str) -> Request:
    """Return the request of a search."""
    body: dict[str, Any] = {
        "query": words,
        "include_domains": listing(query.you_com_allowed_domains),
        "exclude_domains": listing(query.you_com_blocked_domains),
        **query.pick("country", count="limit", freshness="you_com_recency"),
    }
    return Request("POST", SEARCH, json=present(body))


provider = YouCom
