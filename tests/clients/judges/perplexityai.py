"""Perplexity's own client."""

from typing import Any

from pydantic import BaseModel

from leadenrich.sandbox.fake import SECRET
from leadenrich.vocabulary import Query
from tests.clients.harness import asks

PROVIDER, PACKAGE = "perplexity", "perplexityai"


class answer(BaseModel):  # the client takes the schema's name from it
    """A typed answer."""

    sells: bool
    why: str


SCHEMA = answer.model_json_schema()


def client() -> Any:
    from perplexity import Perplexity

    return Perplexity(api_key=SECRET, max_retries=0)


@asks("generate", "prompt", model="openai/gpt-5-mini", max_output_tokens=100)
def generate(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.responses.create(model=query.model, input=query.prompt, max_output_tokens=100)
    return {"answer": found.output_text}


@asks("research", "prompt", model="openai/gpt-5-mini", max_output_tokens=100)
def research(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.responses.create(
        model=query.model, input=query.prompt, max_output_tokens=100, max_steps=5, tools=[{"type": "web_search"}]
    )
    return {"answer": found.output_text}


@asks("generate", "prompt", model="openai/gpt-5-mini", max_output_tokens=100, output_schema=SCHEMA)
def typed(sdk: Any, query: Query) -> dict[str, Any]:
    schema = {"name": "answer", "schema": {**SCHEMA, "additionalProperties": False}, "strict": True}
    found = sdk.responses.create(
        model=query.model,
        input=query.prompt,
        max_output_tokens=100,
        response_format={"type": "json_schema", "json_schema": schema},
    )
    return {"answer": answer.model_validate_json(found.output_text).model_dump()}


@asks("perplexity.web-search", "query", limit=5)
def search(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.search.create(query=query.query, max_results=5)
    return {"citations": [{"url": one.url, "title": one.title} for one in found.results]}
