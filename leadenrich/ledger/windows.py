"""Calls counted in long windows of vendors' limits (a day's), so that a restart does not begin the day anew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from leadenrich.ledger.owners import now

GRAINS = 500
"""Calls within a five-hundredth of a window are one row, at the later time."""

Pending = Mapping[tuple[str, str, float], int]
"""(account, rate, from when on it counts) -> calls or items."""


def place(per: float) -> float:
    """Return the time under which a call that leaves now is counted in a window of so many seconds."""
    grain = per / GRAINS
    return (now() // grain + 1) * grain


def count(connection: Any, pending: Pending) -> None:
    """Count calls."""
    connection.executemany(
        "INSERT INTO windows (account, rate, at, used) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (account, rate, at) DO UPDATE SET used = used + excluded.used",
        [(*key, used) for key, used in pending.items()],
    )


def counted(connection: Any, account: str, rate: str, per: float) -> list[tuple[float, int]]:
    """Return what still counts in a window: (seconds ago, calls or items), oldest first."""
    at = now()
    rows = connection.execute(
        "SELECT at, used FROM windows WHERE account = ? AND rate = ? AND at > ? ORDER BY at", (account, rate, at - per)
    )
    return [(at - then, used) for then, used in rows]


def forget_old(connection: Any, longest: float) -> None:
    """Delete what counts in no window any more."""
    connection.execute("DELETE FROM windows WHERE at < ?", (now() - longest,))
