"""You.com's own client."""

from typing import Any

from leadenrich.sandbox.fake import SECRET
from leadenrich.vocabulary import Query
from tests.clients.harness import asks

PROVIDER, PACKAGE = "you_com", "youdotcom"


def client() -> Any:
    from youdotcom import You

    return You(api_key_auth=SECRET)


@asks("research", "prompt", differs={"body:background": "the client states the default"})
def answer(sdk: Any, query: Query) -> dict[str, Any]:
    return {"answer": sdk.research(input=query.prompt, research_effort="standard").output.content}


@asks(
    "you_com.web-search",
    "query",
    limit=5,
    differs={"body:extraction": "the client's own default", "body:language": "the client states the default"},
)
def pages(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.search(query=query.query, count=5, knowledge=None)
    return {"citations": [{"url": one.url, "title": one.title} for one in found.results.web]}
