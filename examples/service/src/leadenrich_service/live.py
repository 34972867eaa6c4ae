"""The socket of a live run: rows as they finish, console and counts, a few messages a second."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from fastapi import APIRouter, WebSocket
from starlette.websockets import WebSocketDisconnect

from leadenrich_service.runs import Run
from leadenrich_service.security import COOKIE
from leadenrich_service.settings import Settings

live = APIRouter()
MOST_ROWS = 1_000
"""Rows in one message."""


@live.websocket("/api/run/live")
async def follow(socket: WebSocket) -> None:
    """Send the run of a visitor from its beginning, then as it goes on."""
    visitor = socket.app.state.visitors.find(socket.cookies.get(COOKIE))
    await socket.accept()
    if visitor is None or visitor.run is None:
        await socket.close(4404, "no run")
        return
    run, settings = visitor.run, socket.app.state.settings
    run.joined()
    sender = asyncio.create_task(_send(socket, run, settings))
    try:
        with contextlib.suppress(WebSocketDisconnect):
            while True:  # nothing is expected from the page; this notices that it went
                await socket.receive_text()
    finally:
        sender.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await sender
        run.left()


async def _send(socket: WebSocket, run: Run, settings: Settings) -> None:
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):
        await socket.send_json(_begin(run))
        sent = said = 0
        told: Any = None
        while True:
            places = run.order[sent : sent + MOST_ROWS]
            sent += len(places)
            lines = [line for line in run.lines if line["n"] > said] if run.said > said else []
            said = lines[-1]["n"] if lines else said
            progress = run.progress()
            if places or lines or progress != told:
                rows = [run.row(place) for place in dict.fromkeys(places)]
                await socket.send_json({"kind": "more", "rows": rows, "lines": lines, "progress": progress})
                told = progress
            if len(places) < MOST_ROWS:
                await asyncio.sleep(settings.tick if run.is_running else 0.5)


def _begin(run: Run) -> dict[str, Any]:
    """Return what a page starts from: the columns, and all rows as they were uploaded."""
    return {
        "kind": "begin",
        "columns": run.columns,
        "inputs": run.inputs,
        "others": run.others,
        "rows": [run.row(place) for place in range(len(run.rows)) if run.rows[place] is None],
        "progress": run.progress(),
    }
