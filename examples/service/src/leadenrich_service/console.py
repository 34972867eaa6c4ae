"""Events of a session in words, for the console of a run."""

from __future__ import annotations

from typing import Any

import leadenrich as le

QUIET = {"call.started", "call.finished", "call.shared", "row.finished"}
"""What comes with every question; the counts beside the console tell of it."""


def line(event: le.Event) -> dict[str, Any] | None:
    """Return a line of the console, None for what comes with every question."""
    if event.kind in QUIET:
        return None
    data = event.data
    who = ".".join(part for part in (event.provider, event.operation) if part)
    level = "info"
    if event.kind == "call.retried":
        text = f"asked again in {data.get('wait', 0):.1f} s: {data.get('code')}"
    elif event.kind == "provider.benched":
        level, text = "bad", f"left out from now on: {data.get('code')}"
    elif event.kind == "breaker.opened":
        level, text = "warn", "left alone for a while: it failed repeatedly"
    elif event.kind == "budget.warning":
        level, text = "warn", f"the budget for {data.get('line')} is spent to {float(data.get('share', 0)):.0%}"
    elif event.kind == "allocation.cutoff":
        level, text = "warn", str(data.get("text"))
    else:
        text = ", ".join(f"{name} {value}" for name, value in data.items())
    return {"kind": event.kind, "level": level, "who": who, "text": text}
