"""Diffbot's own client."""

from typing import Any

from leadenrich.sandbox.fake import SECRET
from leadenrich.vocabulary import Query
from tests.clients.harness import asks

PROVIDER, PACKAGE = "diffbot", "diffbot"
DIFFERS = {
    "query:type": "the kind of query the endpoint has by default",
    "query:from": "where the first page begins, said or not",
}


def client() -> Any:
    from diffbot import Diffbot

    return Diffbot(token=SECRET)


@asks("search_companies", "industry")
def companies(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.dql(f'type:Organization industries:"{query.industry}"', size=10)
    return {"total": found["hits"]}


@asks("search_people", "full_name")
def people(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.dql(f'type:Person name:"{query.full_name}"', size=10)
    return {"total": found["hits"]}
