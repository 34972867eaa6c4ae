"""Exa's own client."""

from typing import Any

from leadenrich.sandbox.fake import SECRET
from leadenrich.vocabulary import Query
from tests.clients.harness import asks

PROVIDER, PACKAGE = "exa", "exa-py"


def client() -> Any:
    from exa_py import Exa

    return Exa(SECRET)


@asks("search_companies", "query")
def companies(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.search(query.query, category="company", num_results=10, type="auto", contents=False)
    return {"companies": [{"website": one.url} for one in found.results]}


@asks("search_people", "query")
def people(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.search(query.query, category="people", num_results=10, type="auto", contents=False)
    return {"people": [{"linkedin_url": one.url} for one in found.results]}


@asks("find_news", "company_name")
def news(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.search(query.company_name, category="news", num_results=10, type="auto", contents=False)
    return {"news": [{"url": one.url, "title": one.title} for one in found.results]}


@asks("research", "prompt")
def answer(sdk: Any, query: Query) -> dict[str, Any]:
    return {"answer": sdk.answer(query.prompt).answer}


@asks("exa.web-search", "query")
def pages(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.search(query.query, num_results=10, type="auto", contents={"highlights": True})
    return {"citations": [{"url": one.url, "title": one.title} for one in found.results]}
