"""OpenAI's own client."""

from typing import Any

from pydantic import BaseModel

from leadenrich.providers._models import prefix_key
from leadenrich.sandbox.fake import SECRET
from leadenrich.vocabulary import Query
from tests.clients.harness import asks

PROVIDER, PACKAGE = "openai", "openai"


class answer(BaseModel):  # the client takes the schema's name from it
    """A typed answer."""

    sells: bool
    why: str


SCHEMA = answer.model_json_schema()


def client() -> Any:
    from openai import OpenAI

    return OpenAI(api_key=SECRET, max_retries=0)


@asks("generate", "prompt", model="gpt-5-mini", max_output_tokens=100)
def generate(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.responses.create(model=query.model, input=query.prompt, max_output_tokens=100, store=False)
    return {"answer": found.output_text}


@asks("generate", "prompt", "system", model="gpt-5-mini", max_output_tokens=100)
def with_system(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.responses.create(
        model=query.model, input=query.prompt, instructions=query.system, max_output_tokens=100, store=False
    )
    return {"answer": found.output_text}


@asks("research", "prompt", model="gpt-5-mini", max_output_tokens=100)
def research(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.responses.create(
        model=query.model,
        input=query.prompt,
        max_output_tokens=100,
        store=False,
        max_tool_calls=5,
        tools=[{"type": "web_search"}],
        include=["web_search_call.action.sources"],
    )
    return {"answer": found.output_text}


@asks("generate", "prompt", model="gpt-5-mini", max_output_tokens=100, output_schema=SCHEMA, openai_effort="low")
def typed(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.responses.parse(
        model=query.model,
        input=query.prompt,
        max_output_tokens=100,
        store=False,
        text_format=answer,
        reasoning={"effort": "low"},
    )
    return {"answer": found.output_parsed.model_dump()}


@asks("check")
def models(sdk: Any, query: Query) -> dict[str, Any]:
    return {"good": bool(sdk.models.list().data)}


PAGE = "Brightloom weaves linen in two sheds. " * 150  # long enough to be cached


@asks("generate", model="gpt-6-luna", max_output_tokens=100, prompt=f"{PAGE}Who?", shared_characters=len(PAGE))
def cached(sdk: Any, query: Query) -> dict[str, Any]:
    marked = {"type": "input_text", "text": PAGE, "prompt_cache_breakpoint": {"mode": "explicit"}}
    found = sdk.responses.create(
        model=query.model,
        input=[{"role": "user", "content": [marked, {"type": "input_text", "text": "Who?"}]}],
        max_output_tokens=100,
        store=False,
        prompt_cache_options={"mode": "explicit"},
        prompt_cache_key=prefix_key(query),
    )
    return {"answer": found.output_text}


@asks("generate", model="gpt-5-mini", max_output_tokens=100, prompt=f"{PAGE}Who?", shared_characters=len(PAGE))
def cached_by_earlier_models(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.responses.create(
        model=query.model,
        input=query.prompt,
        max_output_tokens=100,
        store=False,
        prompt_cache_key=prefix_key(query),
    )
    return {"answer": found.output_text}
