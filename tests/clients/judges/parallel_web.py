"""Parallel's own client."""

from typing import Any

from leadenrich.sandbox.fake import SECRET
from leadenrich.vocabulary import Query
from tests.clients.harness import asks

PROVIDER, PACKAGE = "parallel", "parallel-web"
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}


def client() -> Any:
    from parallel import Parallel

    return Parallel(api_key=SECRET, max_retries=0)


def run(sdk: Any, prompt: str, schema: dict[str, Any]) -> Any:
    """Run a task, as its documentation does."""
    started = sdk.task_run.create(input=prompt, processor="base", task_spec={"output_schema": schema})
    while sdk.task_run.retrieve(started.run_id).status != "completed":
        pass
    return sdk.task_run.result(started.run_id).output.content


@asks("research", "prompt")
def answer(sdk: Any, query: Query) -> dict[str, Any]:
    return {"answer": run(sdk, query.prompt, {"type": "text"})}


@asks("research", "prompt", output_schema=SCHEMA)
def structured(sdk: Any, query: Query) -> dict[str, Any]:
    return {"answer": run(sdk, query.prompt, {"type": "json", "json_schema": SCHEMA})}


@asks("parallel.web-search", "query", limit=5)
def pages(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.search(search_queries=[query.query], advanced_settings={"max_results": 5})
    return {"citations": [{"url": one.url, "title": one.title} for one in found.results]}
