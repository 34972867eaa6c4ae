"""Events of a session in words, for the console of a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import leadenrich as le

Data = Mapping[str, Any]
Words = tuple[str, Callable[[Data], str]]

LINES: dict[str, Words] = {
    "call.waiting": ("wait", lambda data: "waits for a limit of the vendor's"),
    "call.resumed": ("wait", lambda data: f"goes on after {data['seconds']:.1f} s"),
    "call.retried": ("info", lambda data: f"is asked again in {data['wait']:.1f} s: {data['code']}"),
    "call.uncertain": ("warn", lambda data: "an earlier call whose answer was not seen may have been charged"),
    "charge.exceeded": ("warn", lambda data: f"charged {data['charged']}, declared {data['declared']}"),
    "provider.benched": ("bad", lambda data: f"is left out from now on: {data['code']}"),
    "breaker.opened": ("warn", lambda data: f"failed repeatedly and rests for {data['seconds']:.0f} s"),
    "breaker.closed": ("good", lambda data: "answers again"),
    "budget.warning": ("warn", lambda data: f"the budget for {data['line']} is spent to {float(data['share']):.0%}"),
    "allocation.cutoff": ("warn", lambda data: str(data["text"])),
    "enrich.planned": ("info", lambda data: str(data["text"])),
    "job.submitted": ("info", lambda data: "works in the background; the answer is waited for"),
    "webhook.delivered": ("info", lambda data: "delivered" if data["woken"] else "delivered what is not waited for"),
    "drift.seen": (
        "warn",
        lambda data: f"replies otherwise than its adapter has it: {data['what']} at {data['place']}",
    ),
}
"""Kind -> its level, and its words; what comes with every question is counted instead."""
SHORT = 0.1
"""Seconds of waiting that nobody is told the end of."""


def line(event: le.Event) -> dict[str, Any] | None:
    """Return a line of the console, None for what comes with every question."""
    if event.kind not in LINES or (event.kind == "call.resumed" and event.data["seconds"] < SHORT):
        return None
    level, words = LINES[event.kind]
    who = ".".join(part for part in (event.provider, event.operation) if part)
    return {"kind": event.kind, "level": level, "who": who, "text": words(event.data), "row": event.row}
