"""Linkup's own client."""

from typing import Any

from leadenrich.sandbox.fake import SECRET
from leadenrich.vocabulary import Query
from tests.clients.harness import asks

PROVIDER, PACKAGE = "linkup", "linkup-sdk"
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}


def client() -> Any:
    from linkup import LinkupClient

    return LinkupClient(api_key=SECRET)


@asks("research", "prompt")
def answer(sdk: Any, query: Query) -> dict[str, Any]:
    return {"answer": sdk.search(query.prompt, depth="standard", output_type="sourcedAnswer").answer}


@asks("research", "prompt", output_schema=SCHEMA)
def structured(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.search(
        query.prompt,
        depth="standard",
        output_type="structured",
        structured_output_schema=SCHEMA,
        include_sources=True,
    )
    return {"answer": found.data}


@asks("linkup.web-search", "query", limit=5)
def pages(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.search(query.query, depth="standard", output_type="searchResults", max_results=5)
    return {"citations": [{"url": one.url, "title": one.name} for one in found.results]}


@asks("linkup.read-page", "url")
def page(sdk: Any, query: Query) -> dict[str, Any]:
    return {"answer": sdk.fetch(query.url).markdown}
