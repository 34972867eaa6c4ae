"""Mistral's own client."""

from typing import Any

from pydantic import BaseModel

from leadenrich.providers._models import prefix_key
from leadenrich.sandbox.fake import SECRET
from leadenrich.vocabulary import Query
from tests.clients.harness import asks

PROVIDER, PACKAGE = "mistral", "mistralai"
DIFFERS = {
    "body:stream": "the client says that it does not stream",
    "body:timeout_hours": "the client states the default",
}


class answer(BaseModel):  # the client takes the schema's name from it
    """A typed answer."""

    sells: bool
    why: str


SCHEMA = answer.model_json_schema()


def client() -> Any:
    from mistralai.client import Mistral

    return Mistral(api_key=SECRET)


@asks("generate", "prompt", model="mistral-small-latest", max_output_tokens=100)
def generate(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.chat.complete(model=query.model, messages=[{"role": "user", "content": query.prompt}], max_tokens=100)
    return {"answer": found.choices[0].message.content}


@asks("research", "prompt", model="mistral-small-latest", max_output_tokens=100)
def research(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.beta.conversations.start(
        model=query.model,
        inputs=query.prompt,
        tools=[{"type": "web_search"}],
        completion_args={"max_tokens": 100},
        store=False,
    )
    said = found.outputs[-1].content
    return {"answer": said if isinstance(said, str) else "".join(one.text for one in said if one.type == "text")}


@asks("mistral.batch-generate", "prompt", model="mistral-small-latest", max_output_tokens=100)
def batch(sdk: Any, query: Query) -> dict[str, Any]:
    body = {"model": query.model, "messages": [{"role": "user", "content": query.prompt}], "max_tokens": 100}
    job = sdk.batch.jobs.create(
        model=query.model, endpoint="/v1/chat/completions", requests=[{"custom_id": "0", "body": body}]
    )
    while job.status in ("QUEUED", "RUNNING"):
        job = sdk.batch.jobs.get(job_id=job.id, inline=True)
    return {"answer": job.outputs[0]["response"]["body"]["choices"][0]["message"]["content"]}


@asks("generate", "prompt", model="mistral-small-latest", max_output_tokens=100, output_schema=SCHEMA)
def typed(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.chat.parse(
        model=query.model,
        messages=[{"role": "user", "content": query.prompt}],
        max_tokens=100,
        response_format=answer,
    )
    return {"answer": found.choices[0].message.parsed.model_dump()}


@asks("check")
def models(sdk: Any, query: Query) -> dict[str, Any]:
    return {"good": bool(sdk.models.list().data)}


PAGE = "Brightloom weaves linen in two sheds. " * 20  # long enough to be cached


@asks(
    "generate", model="mistral-small-latest", max_output_tokens=100, prompt=f"{PAGE}Who?", shared_characters=len(PAGE)
)
def cached(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.chat.complete(
        model=query.model,
        messages=[{"role": "user", "content": query.prompt}],
        max_tokens=100,
        prompt_cache_key=prefix_key(query),
    )
    return {"answer": found.choices[0].message.content}
