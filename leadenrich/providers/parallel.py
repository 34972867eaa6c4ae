"""Parallel: research tasks on the web in the background, with the pages each answer rests on, and web search.

Facts: the vendor's own client for Python (parallel-web 1.3.7, generated from its OpenAPI file). A task is a run:
started, polled, its result fetched. What a run costs depends on its processor, what a search costs on its mode;
prices stand on the vendor's site, so both are counted by that name and priced by the caller. Confidence is stated for
each field in words and belongs to no value of ours.
"""

from typing import Any

from leadenrich.contract import (
    Category,
    FeatureExecutionError,
    Flow,
    HeaderKey,
    Hit,
    HTTPProvider,
    Miss,
    Operation,
    Parameter,
    ProviderInfo,
    Query,
    Request,
    Support,
    Tier,
    finished,
    listing,
    operation,
    present,
)
from leadenrich.providers._models import answered, found_pages

RUNNING = ("queued", "running", "cancelling")
MODES = ("turbo", "fast", "basic", "advanced")
PROCESSOR = Parameter("string", description="The vendor's processor: lite, base, core, pro, ultra or a newer one.")
MODE = Parameter("string", enum=MODES, description="How hard the web is searched.")


class Parallel(HTTPProvider):
    info = ProviderInfo(
        title="Parallel",
        category=Category.AI_RESEARCH,
        tier=Tier.FREE,
        base_url="https://api.parallel.ai",
        docs_url="https://docs.parallel.ai",
        auth=HeaderKey("x-api-key"),
        established_in="US",
        support=Support.INFERRED,
        summary="Research tasks with a schema and the pages they rest on, web search.",
    )

    @operation(
        Operation.RESEARCH,
        needs=[("prompt",)],
        uses=("output_schema",),
        gives=("answer", "citations"),
        credits={"base": 1},
        charged="on_call",
        max_credits=lambda query: {processor(query): 1},
        patience=900,
        parameters={"parallel_processor": PROCESSOR},
    )
    def research(self, query: Query) -> Flow:
        """Work on a prompt in the background; JSON where there is a schema."""
        wanted: dict[str, Any] = {"type": "text"}
        if query.output_schema:
            wanted = {"type": "json", "json_schema": query.output_schema}
        body = {"input": query.prompt, "processor": processor(query), "task_spec": {"output_schema": wanted}}
        start = yield Request("POST", "/v1/tasks/runs", json=body, expect=(200, 201, 202))
        run = yield from finished(start, "run_id", poll, lambda reply: reply.get("status") in RUNNING, every=5)
        if run.get("status") != "completed":
            raise FeatureExecutionError(f"the run ended as {run.get('status')!r}")
        reply = yield Request("GET", "/v1/tasks/runs/{run_id}/result", at={"run_id": start.get("run_id")}, paid=False)
        pages = [page for part in reply.items("output.basis") for page in listing(part.get("citations"))]
        return answered(reply.get("output.content"), query, credits={processor(query): 1}, citations=pages)

    @operation(
        "web-search",
        needs=[("query",)],
        uses=("limit",),
        gives=("answer", "citations"),
        credits={"search": 1},
        charged="on_call",
        parameters={"parallel_mode": MODE},
    )
    def web_search(self, query: Query) -> Flow:
        """Search the web: pages as citations, with the passages that fit best."""
        settings = query.pick(max_results="limit")
        body = {"search_queries": [query.query], "advanced_settings": settings, **query.pick(mode="parallel_mode")}
        reply = yield Request("POST", "/v1/search", json=present(body))
        found = found_pages(reply.items("results"), text="excerpts")
        return Hit(found) if found else Miss()


def processor(query: Query) -> str:
    """Return the processor that works on a task."""
    return str(query.parallel_processor or "base")


def poll(name: Any) -> Request:
    """Return the request that asks how far a run is."""
    return Request("GET", "/v1/tasks/runs/{run_id}", at={"run_id": name}, paid=False)


provider = Parallel
