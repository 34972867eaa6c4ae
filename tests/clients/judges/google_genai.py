"""Google's own client of Gemini."""

from typing import Any

from leadenrich.sandbox.fake import SECRET
from leadenrich.vocabulary import Query
from tests.clients.harness import asks

PROVIDER, PACKAGE = "gemini", "google-genai"


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


@asks("check")
def models(sdk: Any, query: Query) -> dict[str, Any]:
    return {"good": bool(list(sdk.models.list()))}
