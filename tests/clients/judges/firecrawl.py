"""Firecrawl's own client."""

from typing import Any

from leadenrich.sandbox.fake import SECRET
from leadenrich.vocabulary import Query
from tests.clients.harness import asks

PROVIDER, PACKAGE = "firecrawl", "firecrawl-py"
DIFFERS = {"body:origin": "the client names itself"}


def client() -> Any:
    from firecrawl import Firecrawl

    return Firecrawl(api_key=SECRET)


STATED = ("blockAds", "fastMode", "maxAge", "mobile", "onlyMainContent", "removeBase64Images", "storeInCache")


@asks("firecrawl.scrape-page", "url", differs={f"body:{name}": "the client states the default" for name in STATED})
def scrape(sdk: Any, query: Query) -> dict[str, Any]:
    return {"answer": sdk.scrape(query.url, formats=["markdown"]).markdown}


@asks("find_news", "company_name", limit=5)
def news(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.search(query.company_name, limit=5, sources=["news"])
    return {"news": [{"url": one.url, "title": one.title} for one in found.news]}


@asks("find_domain", "company_name")
def domain(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.search(query.company_name, limit=10, sources=["web"])
    return {"company_domain": found.web[0].url}


@asks("quota")
def credits(sdk: Any, query: Query) -> dict[str, Any]:
    return {"remaining": sdk.get_credit_usage().remaining_credits}
