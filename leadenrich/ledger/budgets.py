"""Named budgets in a ledger: one wall over all runs and processes, exact in Decimal."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

ZERO = Decimal(0)

Lines = Mapping[str, Decimal]
"""What something takes from each line of a budget: "usd", "calls", "<provider>", "<provider>.<pool>"."""


@dataclass(slots=True)
class Spent:
    """What has become of a budget: settled, uncertain (it counts as spent), and held by questions under way."""

    settled: dict[str, Decimal] = field(default_factory=dict)
    uncertain: dict[str, Decimal] = field(default_factory=dict)
    held: dict[str, Decimal] = field(default_factory=dict)

    def taken(self, line: str) -> Decimal:
        """Return what is not there any more for others: settled, uncertain and held."""
        return self.gone(line) + self.held.get(line, ZERO)

    def gone(self, line: str) -> Decimal:
        """Return what is spent for good: settled and uncertain."""
        return self.settled.get(line, ZERO) + self.uncertain.get(line, ZERO)


def spent(connection: Any, budget: str) -> Spent:
    """Return the state of a budget; a new one has spent nothing."""
    state = Spent()
    rows = connection.execute("SELECT line, settled, uncertain, held FROM spend WHERE budget = ?", (budget,))
    for line, settled, uncertain, held in rows:
        state.settled[line], state.uncertain[line] = Decimal(settled), Decimal(uncertain)
        state.held[line] = Decimal(held)
    return state


def fits(state: Spent, limits: Lines, need: Lines) -> bool:
    """Return whether there is room for `need`, holds counted."""
    return all(line not in limits or amount <= limits[line] - state.taken(line) for line, amount in need.items())


def hold(connection: Any, owner: int, budget: str, limits: Lines, need: Lines) -> int | None:
    """Set aside, and return the hold's number; None where there is no room."""
    state = spent(connection, budget)
    if not fits(state, limits, need):
        return None
    add(connection, budget, state, held=need)
    added = connection.execute(
        "INSERT INTO holds (owner, budget, lines) VALUES (?, ?, ?)", (owner, budget, packed(need))
    )
    return int(added.lastrowid)


def hold_more(connection: Any, number: int, limits: Lines, need: Lines) -> bool:
    """Set more aside for a hold that is open; False where there is no room."""
    row = connection.execute("SELECT budget, lines FROM holds WHERE id = ?", (number,)).fetchone()
    if row is None:
        return False
    budget, lines = row[0], unpacked(row[1])
    state = spent(connection, budget)
    if not fits(state, limits, need):
        return False
    add(connection, budget, state, held=need)
    lines = {line: lines.get(line, ZERO) + need.get(line, ZERO) for line in {**lines, **need}}
    connection.execute("UPDATE holds SET lines = ? WHERE id = ?", (packed(lines), number))
    return True


def release(connection: Any, number: int) -> tuple[str, dict[str, Decimal]] | None:
    """Give a hold back; return its budget and lines, None where it is gone already."""
    row = connection.execute("SELECT budget, lines FROM holds WHERE id = ?", (number,)).fetchone()
    if row is None:
        return None
    connection.execute("DELETE FROM holds WHERE id = ?", (number,))
    budget, lines = row[0], unpacked(row[1])
    add(connection, budget, held={line: -amount for line, amount in lines.items()})
    return budget, lines


def add(
    connection: Any,
    budget: str,
    state: Spent | None = None,
    *,
    settled: Lines | None = None,
    uncertain: Lines | None = None,
    held: Lines | None = None,
) -> None:
    """Add to a budget's lines; amounts may be negative."""
    state = spent(connection, budget) if state is None else state
    changes = ((state.settled, settled or {}), (state.uncertain, uncertain or {}), (state.held, held or {}))
    for line in {line for _, more in changes for line, amount in more.items() if amount}:
        values = [str(have.get(line, ZERO) + more.get(line, ZERO)) for have, more in changes]
        connection.execute(
            "INSERT INTO spend (budget, line, settled, uncertain, held) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (budget, line) DO UPDATE SET settled = excluded.settled,"
            " uncertain = excluded.uncertain, held = excluded.held",
            (budget, line, *values),
        )


def packed(lines: Lines) -> str:
    """Return lines as JSON, exact."""
    return json.dumps({line: str(amount) for line, amount in lines.items()})


def unpacked(text: str) -> dict[str, Decimal]:
    """Return lines out of JSON."""
    return {line: Decimal(amount) for line, amount in json.loads(text).items()}
