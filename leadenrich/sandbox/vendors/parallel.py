"""Sandbox: Parallel's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.fake import Answer, Call, route
from leadenrich.sandbox.vendors._models import PAGE, company_in

REFUSED = Answer(401, json={"type": "error", "error": {"message": "Unauthorized", "ref_id": "r-1"}})


def run(name: str, status: str, processor: str = "base") -> dict[str, Any]:
    """Return a run."""
    return {
        "run_id": name,
        "interaction_id": name,
        "status": status,
        "is_active": status != "completed",
        "processor": processor,
        "created_at": "2026-01-05T10:00:00Z",
        "modified_at": "2026-01-05T10:00:00Z",
    }


@route("POST", "/v1/tasks/runs")
def start(call: Call) -> object:
    """Take a task."""
    wanted = call.json["task_spec"]["output_schema"]
    call.charge(1, call.json["processor"])
    asked = call.json["input"]
    if wanted["type"] == "json":
        output = {"type": "json", "content": call.answer_json(wanted["json_schema"], asked)}
    else:
        output = {"type": "text", "content": call.answer_text(asked)}
    basis = [{"field": "output", "reasoning": "x", "citations": [{"url": PAGE["url"], "title": PAGE["title"]}]}]
    return Answer(202, json=run(call.job({**output, "basis": basis}), "queued", call.json["processor"]))


@route("GET", "/v1/tasks/runs/{run_id}")
def state(call: Call) -> object:
    """Say how far a run is."""
    return run(call.at["run_id"], "running" if call.done(call.at["run_id"]) is None else "completed")


@route("GET", "/v1/tasks/runs/{run_id}/result")
def result(call: Call) -> object:
    """Return what a run found."""
    return {"run": run(call.at["run_id"], "completed"), "output": call.done(call.at["run_id"])}


@route("POST", "/v1/search")
def search(call: Call) -> object:
    """Search the web."""
    call.charge(1, "search")
    company = company_in(call, call.json["search_queries"][0])
    page = {"url": company.website, "title": company.company_name} if company else PAGE
    found = {"url": page["url"], "title": page["title"], "excerpts": ["x"]}
    return {"search_id": "s", "session_id": "s", "results": [found], "usage": [{"name": "search", "count": 1}]}
