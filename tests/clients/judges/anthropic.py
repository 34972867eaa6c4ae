"""Anthropic's own client."""

from typing import Any

from pydantic import BaseModel

from leadenrich.sandbox.fake import SECRET
from leadenrich.vocabulary import Query
from tests.clients.harness import asks

PROVIDER, PACKAGE = "anthropic", "anthropic"
DIFFERS = {"key": "Anthropic takes the key as a bearer token and in x-api-key"}


class answer(BaseModel):  # the client takes the schema's name from it
    """A typed answer."""

    sells: bool
    why: str


SCHEMA = answer.model_json_schema()


def client() -> Any:
    from anthropic import Anthropic

    return Anthropic(api_key=SECRET, max_retries=0)


@asks("generate", "prompt", model="claude-haiku-4-5", max_output_tokens=100)
def generate(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.messages.create(model=query.model, max_tokens=100, messages=[{"role": "user", "content": query.prompt}])
    return {"answer": found.content[0].text}


@asks("generate", "prompt", "system", model="claude-haiku-4-5", max_output_tokens=100)
def with_system(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.messages.create(
        model=query.model, max_tokens=100, system=query.system, messages=[{"role": "user", "content": query.prompt}]
    )
    return {"answer": found.content[0].text}


@asks("research", "prompt", model="claude-haiku-4-5", max_output_tokens=100)
def research(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.messages.create(
        model=query.model,
        max_tokens=100,
        messages=[{"role": "user", "content": query.prompt}],
        tools=[{"type": "web_search_20250305", "name": "web_search", "max_uses": 5}],
    )
    return {"answer": "".join(block.text for block in found.content if block.type == "text" and block.citations)}


@asks("anthropic.web-fetch", "prompt", model="claude-haiku-4-5", max_output_tokens=100, url="https://news.example/a")
def web_fetch(sdk: Any, query: Query) -> dict[str, Any]:
    tool = {"type": "web_fetch_20250910", "name": "web_fetch", "max_uses": 1, "max_content_tokens": 25_000}
    asked = [{"role": "user", "content": f"{query.prompt}\n\n{query.url}"}]
    found = sdk.messages.create(model=query.model, max_tokens=100, messages=asked, tools=[tool])
    return {"answer": "".join(block.text for block in found.content if block.type == "text")}


@asks("anthropic.batch-generate", "prompt", model="claude-haiku-4-5", max_output_tokens=100)
def batch(sdk: Any, query: Query) -> dict[str, Any]:
    body = {"model": query.model, "max_tokens": 100, "messages": [{"role": "user", "content": query.prompt}]}
    batch = sdk.messages.batches.create(requests=[{"custom_id": "0", "params": body}])
    while batch.processing_status == "in_progress":
        batch = sdk.messages.batches.retrieve(batch.id)
    found = next(iter(sdk.messages.batches.results(batch.id)))
    return {"answer": found.result.message.content[0].text}


@asks("generate", "prompt", model="claude-haiku-4-5", max_output_tokens=100, output_schema=SCHEMA)
def typed(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.messages.parse(
        model=query.model,
        max_tokens=100,
        messages=[{"role": "user", "content": query.prompt}],
        output_format=answer,
    )
    return {"answer": found.parsed_output.model_dump()}


@asks("generate", "prompt", model="claude-opus-4-5", max_output_tokens=100, anthropic_effort="low")
def with_effort(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.messages.create(
        model=query.model,
        max_tokens=100,
        messages=[{"role": "user", "content": query.prompt}],
        output_config={"effort": "low"},
    )
    return {"answer": found.content[0].text}


@asks("check")
def models(sdk: Any, query: Query) -> dict[str, Any]:
    return {"good": bool(sdk.models.list().data)}


PAGE = "Brightloom weaves linen in two sheds. " * 150  # long enough to be cached


@asks("generate", model="claude-sonnet-4-6", max_output_tokens=100, prompt=f"{PAGE}Who?", shared_characters=len(PAGE))
def cached(sdk: Any, query: Query) -> dict[str, Any]:
    marked = {"type": "text", "text": PAGE, "cache_control": {"type": "ephemeral"}}
    found = sdk.messages.create(
        model=query.model,
        max_tokens=100,
        messages=[{"role": "user", "content": [marked, {"type": "text", "text": "Who?"}]}],
    )
    return {"answer": found.content[0].text}
