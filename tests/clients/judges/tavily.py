"""Tavily's own client."""

from typing import Any

from leadenrich.sandbox.fake import SECRET
from leadenrich.vocabulary import Query
from tests.clients.harness import asks

PROVIDER, PACKAGE = "tavily", "tavily-python"


def client() -> Any:
    from tavily import TavilyClient

    return TavilyClient(SECRET)


@asks("research", "prompt", limit=5)
def search(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.search(query.prompt, include_answer="advanced", include_usage=True, max_results=5)
    return {"answer": found["answer"]}


@asks("find_news", "company_name", limit=5)
def news(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.search(query.company_name, topic="news", include_usage=True, max_results=5)
    return {"news": [{"url": one["url"], "title": one["title"]} for one in found["results"]]}


@asks("tavily.extract-page", "url", differs={"body:timeout": "the client states the default"})
def extract(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.extract([query.url], extract_depth="basic", format="markdown")
    return {"answer": found["results"][0]["raw_content"]}


@asks("tavily.deep-research", "prompt", differs={"body:citation_format": "the client states the default"})
def deep(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.research(query.prompt, model="mini")
    while found["status"] in ("pending", "in_progress"):
        found = sdk.get_research(found["request_id"])
    return {"answer": found["content"]}


@asks("tavily.web-search", "query", limit=5)
def pages(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.search(query.query, include_usage=True, max_results=5)
    return {"citations": [{"url": one["url"], "title": one["title"]} for one in found["results"]]}
