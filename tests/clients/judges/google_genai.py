"""Google's own client of Gemini."""

from typing import Any

from pydantic import BaseModel

from leadenrich.sandbox.fake import SECRET
from leadenrich.vocabulary import Query
from tests.clients.harness import asks

PROVIDER, PACKAGE = "gemini", "google-genai"


class answer(BaseModel):  # the client takes the schema's name from it
    """A typed answer."""

    sells: bool
    why: str


SCHEMA = answer.model_json_schema()


def client() -> Any:
    from google import genai

    return genai.Client(api_key=SECRET)


@asks("generate", "prompt", model="gemini-2.5-flash", max_output_tokens=100)
def generate(sdk: Any, query: Query) -> dict[str, Any]:
    from google.genai import types

    found = sdk.models.generate_content(
        model=query.model, contents=query.prompt, config=types.GenerateContentConfig(max_output_tokens=100)
    )
    return {"answer": found.text}


@asks("research", "prompt", model="gemini-2.5-flash", max_output_tokens=100)
def research(sdk: Any, query: Query) -> dict[str, Any]:
    from google.genai import types

    found = sdk.models.generate_content(
        model=query.model,
        contents=query.prompt,
        config=types.GenerateContentConfig(
            max_output_tokens=100, tools=[types.Tool(google_search=types.GoogleSearch())]
        ),
    )
    return {"answer": found.text}


@asks("generate", "prompt", model="gemini-2.5-flash", max_output_tokens=100, output_schema=SCHEMA)
def typed(sdk: Any, query: Query) -> dict[str, Any]:
    from google.genai import types

    found = sdk.models.generate_content(
        model=query.model,
        contents=query.prompt,
        config=types.GenerateContentConfig(
            max_output_tokens=100,
            response_mime_type="application/json",
            response_json_schema={**SCHEMA, "additionalProperties": False},
        ),
    )
    return {"answer": answer.model_validate_json(found.text).model_dump()}


@asks("check")
def models(sdk: Any, query: Query) -> dict[str, Any]:
    return {"good": bool(list(sdk.models.list()))}
