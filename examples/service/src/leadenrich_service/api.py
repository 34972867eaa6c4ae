"""The calls that the pages' scripts make: table, design, run, trying a feature, usage."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from leadenrich_service import designs, downloads, trying, usage
from leadenrich_service.designs import Design
from leadenrich_service.doors import Bounds, FromPage, Here, Refused, body, json_body
from leadenrich_service.runs import Run
from leadenrich_service.tables import Table
from leadenrich_service.visitors import Visitor

api = APIRouter(prefix="/api")
SAMPLES = (Path(__file__).with_name("leads.csv"), Path(__file__).parents[3] / "leads.csv")
"""The 300 leads of the examples: in the wheel, or beside the service in a clone."""


# ---- the table


@api.post("/table")
async def upload(request: Request, visitor: FromPage, bounds: Bounds, name: str = "leads.csv") -> dict[str, Any]:
    """Take a file; its bytes are the body."""
    content = await body(request, bounds.max_bytes)
    return await _take(visitor, Table(re.sub(r"[^\w .()+-]", "_", name)[-120:], content, bounds))


@api.post("/table/sample")
async def sample(visitor: FromPage, bounds: Bounds) -> dict[str, Any]:
    """Take the sample of 300 leads."""
    content = next(path for path in SAMPLES if path.exists()).read_bytes()
    return await _take(visitor, Table("leads.csv", content, bounds))


async def _take(visitor: Visitor, table: Table) -> dict[str, Any]:
    if visitor.run is not None and visitor.run.is_running:
        raise Refused(409, "A run is under way; cancel it before you take another table.")
    await asyncio.to_thread(table.read)
    visitor.table, visitor.run = table, None
    return await asyncio.to_thread(table.to_dict)


@api.get("/table")
async def shown(visitor: Here) -> dict[str, Any] | None:
    """Return the table, None where there is none yet."""
    return None if visitor.table is None else await asyncio.to_thread(visitor.table.to_dict)


@api.patch("/table")
async def remap(request: Request, visitor: FromPage, bounds: Bounds) -> dict[str, Any]:
    """Read the table anew: another sheet, other columns, another country."""
    old = visitor.table
    if old is None:
        raise Refused(409, "There is no table yet.")
    given = await json_body(request)
    if not isinstance(given, dict):
        raise Refused(400, "The request is no object.")
    new = Table(old.name, old.content, bounds, old.sheet, dict(old.chosen), old.region)
    if "sheet" in given and given["sheet"] != old.sheet:
        new.sheet, new.chosen = given["sheet"], {}
    if "columns" in given:
        new.chosen = {str(header): field or None for header, field in given["columns"].items()}
    if "region" in given:
        new.region = given["region"] or None
    return await _take(visitor, new)


# ---- the design


@api.get("/design")
async def designed(visitor: Here, bounds: Bounds) -> dict[str, Any]:
    """Return the design with its plan."""
    return await _planned(visitor, bounds.concurrency)


@api.put("/design")
async def redesign(request: Request, visitor: FromPage, bounds: Bounds) -> dict[str, Any]:
    """Take a design, and return its plan."""
    visitor.design = Design.read(await json_body(request))
    return await _planned(visitor, bounds.concurrency)


async def _planned(visitor: Visitor, concurrency: int) -> dict[str, Any]:
    records = visitor.table.records if visitor.table is not None else []
    told = await asyncio.to_thread(designs.plan, visitor.design, records, concurrency)
    return {"design": visitor.design.model_dump(mode="json"), "records": len(records), **told}


@api.post("/design/toml")
async def import_toml(request: Request, visitor: FromPage, bounds: Bounds) -> dict[str, Any]:
    """Take the waterfalls of a TOML file, of one waterfall or of a chain."""
    text = (await body(request, 256 * 1024)).decode("utf-8", "replace")
    visitor.design = visitor.design.model_copy(update={"waterfalls": designs.from_toml(text)})
    return await _planned(visitor, bounds.concurrency)


@api.get("/design/toml")
async def export_toml(visitor: Here) -> Response:
    """Return what `le.Chain.load` reads."""
    return _file(visitor.design.toml().encode(), "application/toml", "waterfalls.toml")


# ---- the run


@api.post("/run")
async def start(request: Request, visitor: FromPage, bounds: Bounds) -> dict[str, Any]:
    """Begin a run of the table through the design."""
    if visitor.table is None:
        raise Refused(409, "Upload a table first.")
    if visitor.run is not None and visitor.run.is_running:
        raise Refused(409, "A run is under way already.")
    if visitor.design.source == "keys" and visitor.design.budget is None:
        raise Refused(422, "A run with your keys costs money: give it a budget in USD first.")
    state = request.app.state
    url = f"{state.public_url.rstrip('/')}/hooks/{{provider}}" if state.public_url else None
    records = list(visitor.table.records)
    run = Run(visitor.design, records, bounds, visitor.answers, state.observing.heard, url)
    run.name = visitor.table.name
    run.start()
    visitor.run = run
    return run.progress()


@api.get("/run")
async def run_now(visitor: Here) -> dict[str, Any] | None:
    """Return how the run stands, None where there is none."""
    return None if visitor.run is None else visitor.run.progress()


@api.post("/run/cancel")
async def cancel(visitor: FromPage) -> dict[str, Any]:
    """Stop the run; the rows that came stay."""
    run = _run_of(visitor)
    await run.cancel()
    return run.progress()


@api.post("/run/retry")
async def retry(visitor: FromPage) -> dict[str, Any]:
    """Ask again about what may end differently, and about what never came."""
    run = _run_of(visitor)
    if run.is_running:
        raise Refused(409, "The run is under way.")
    run.start(retry=True)
    return run.progress()


@api.get("/run/rows/{place}")
async def story(visitor: Here, place: int) -> dict[str, Any]:
    """Return the story of one row."""
    run = _run_of(visitor)
    if not 0 <= place < len(run.rows):
        raise Refused(404, "There is no such row.")
    return run.story(place)


@api.get("/run/download")
async def download(
    visitor: Here,
    kind: Annotated[downloads.Format, Query(alias="format")] = "csv",
    column: Annotated[list[str] | None, Query()] = None,
    provenance: bool = False,
) -> Response:
    """Return the rows that came, as a file."""
    run = _run_of(visitor)
    rows = [row for row in run.rows if row is not None]
    if not rows:
        raise Refused(409, "No row has come yet.")
    content = await asyncio.to_thread(downloads.write, rows, kind, column, provenance)
    return _file(content, downloads.TYPES[kind], f"{Path(run.name).stem or 'leads'}-enriched.{kind}")


def _run_of(visitor: Visitor) -> Run:
    if visitor.run is None:
        raise Refused(404, "There is no run yet.")
    return visitor.run


# ---- the rest


@api.post("/vendors/{provider_id}/try")
async def try_feature(request: Request, _: FromPage, provider_id: str) -> dict[str, Any]:
    """Ask a vendor's feature on the sandbox."""
    given = await json_body(request)
    if not isinstance(given, dict) or not isinstance(given.get("query"), dict):
        raise Refused(400, "The request holds an operation and a query.")
    return await trying.ask(provider_id, str(given.get("operation")), given["query"])


@api.get("/usage")
async def used(visitor: Here) -> dict[str, Any] | None:
    """Return what the run's vendors did, spend and health, None where there is no run."""
    run = visitor.run
    if run is None:
        return None
    return {**await asyncio.to_thread(usage.of, run), "progress": run.progress()}


@api.get("/usage/figures/{name}")
async def figure(visitor: Here, name: str, dark: bool = False) -> Response:
    """Return a picture of the run."""
    content = await asyncio.to_thread(usage.picture, _run_of(visitor), name, dark)
    if content is None:
        raise Refused(404, "There is no such picture.")
    return Response(content, media_type="image/png")


@api.get("/usage/report")
async def report(visitor: Here) -> Response:
    """Return the run's report as a page to keep."""
    made = await asyncio.to_thread(usage.report_of, _run_of(visitor))
    if made is None:
        raise Refused(409, "No row has come yet.")
    content = await asyncio.to_thread(made.html, f"What each vendor did: {_run_of(visitor).name}")
    return _file(content.encode(), "text/html; charset=utf-8", "report.html")


def _file(content: bytes, kind: str, name: str) -> Response:
    safe = re.sub(r"[^A-Za-z0-9._-]", "_", name)
    return Response(content, media_type=kind, headers={"content-disposition": f'attachment; filename="{safe}"'})
