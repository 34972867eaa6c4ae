"""Paid calls in a ledger: written before they leave, gone when settled, uncertain when no answer was seen."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from leadenrich.ledger import budgets
from leadenrich.ledger.budgets import Lines
from leadenrich.ledger.owners import now

SENT, UNCERTAIN = "sent", "uncertain"


@dataclass(frozen=True, slots=True)
class Intent:
    """A paid call that is about to leave.

    Attributes:
        key: its identity, a keyed hash of the account and of all that is sent. calls: HTTP calls that leave with it.
        provider, operation, charged: whom, what for, and when the vendor charges ("on_hit", "on_call", ...).
        credits, usd: the most it can cost. holds: of each question that pays for it, the numbers of its holds.
    """

    key: bytes
    provider: str
    operation: str
    charged: str
    credits: Mapping[str, Decimal] = field(default_factory=dict)
    usd: Decimal | None = None
    holds: Sequence[Sequence[int]] = ()
    calls: int = 1


@dataclass(frozen=True, slots=True)
class UncertainCall:
    """A paid call whose answer was not seen: it may have been charged.

    Attributes:
        provider, operation: whom, and what for. charged: when the vendor charges. at: when it left.
        credits, usd: the most it can have cost; `usd` is None where the price is not known.
    """

    provider: str
    operation: str
    charged: str
    at: datetime
    credits: Mapping[str, Decimal]
    usd: Decimal | None


def sent(connection: Any, owner: int, intents: Sequence[Intent]) -> None:
    """Write down calls that are about to leave; a repeat of one counts on."""
    at = now()
    connection.executemany(
        "INSERT INTO calls (key, owner, at, provider, operation, charged, state, calls, cost, holds, booked)"
        f" VALUES (?, ?, ?, ?, ?, ?, '{SENT}', ?, ?, ?, '{{}}')"
        " ON CONFLICT (key) DO UPDATE SET owner = excluded.owner, at = excluded.at, holds = excluded.holds,"
        f" calls = excluded.calls + CASE WHEN state = '{SENT}' AND owner = excluded.owner THEN calls ELSE 0 END,"
        f" cost = excluded.cost, state = '{SENT}', booked = '{{}}'",
        [
            (
                one.key,
                owner,
                at,
                one.provider,
                one.operation,
                one.charged,
                one.calls,
                _cost(one.credits, one.usd),
                json.dumps([list(holds) for holds in one.holds]),
            )
            for one in intents
        ],
    )


def settled(
    connection: Any, key: bytes, settled: Lines, uncertain: Lines, *, unsure: bool, booked: Mapping[str, Lines]
) -> None:
    """Close a call: it is gone, or `unsure`.

    Args:
        connection: in a transaction.
        key: of the call.
        settled: what it cost, in the place of what an earlier run booked as uncertain for it.
        uncertain: what it may have cost, likewise.
        unsure: whether it was charged is not known.
        booked: budget -> what was booked as uncertain for that.
    """
    row = connection.execute("SELECT booked FROM calls WHERE key = ?", (key,)).fetchone()
    if row is None:
        return
    before = {budget: _lines(lines) for budget, lines in json.loads(row[0]).items()}
    for budget, lines in before.items():
        back = {line: -amount for line, amount in lines.items()}
        budgets.add(connection, budget, uncertain=back)
        budgets.add(connection, budget, settled=settled, uncertain=uncertain)
    if unsure:
        told = {budget: uncertain for budget in before} | dict(booked)
        connection.execute(
            f"UPDATE calls SET state = '{UNCERTAIN}', holds = '[]', booked = ? WHERE key = ?", (_booked(told), key)
        )
    else:
        connection.execute("DELETE FROM calls WHERE key = ?", (key,))


def lost(connection: Any, owner: int) -> list[UncertainCall]:
    """Book the calls that a process left behind as uncertain, and give its holds back; return those calls."""
    found = []
    rows = connection.execute(
        f"SELECT key, provider, operation, charged, at, cost, holds, calls FROM calls"
        f" WHERE owner = ? AND state = '{SENT}' ORDER BY at, key",
        (owner,),
    ).fetchall()
    for key, provider, operation, charged, at, cost, holds, calls in rows:
        booked = _charge(connection, json.loads(holds), calls)
        connection.execute(
            f"UPDATE calls SET state = '{UNCERTAIN}', holds = '[]', booked = ? WHERE key = ?", (_booked(booked), key)
        )
        found.append(_told(provider, operation, charged, at, cost))
    for (number,) in connection.execute("SELECT id FROM holds WHERE owner = ?", (owner,)).fetchall():
        budgets.release(connection, number)
    return found


def _charge(connection: Any, payers: Sequence[Sequence[int]], calls: int) -> dict[str, Lines]:
    """Turn the holds of the first question that still has them into uncertain cost; the calls were made for certain."""
    booked: dict[str, Lines] = {}
    for holds in payers:
        for number in holds:
            if (released := budgets.release(connection, number)) is not None:
                budget, lines = released
                unsure = {line: amount for line, amount in lines.items() if line != "calls"}
                budgets.add(connection, budget, settled={"calls": Decimal(calls)}, uncertain=unsure)
                booked[budget] = unsure
        if booked:
            break
    return booked


def uncertain(connection: Any, key: bytes) -> UncertainCall | None:
    """Return a call whose answer was not seen; None where there is no such call."""
    row = connection.execute(
        f"SELECT provider, operation, charged, at, cost FROM calls WHERE key = ? AND state = '{UNCERTAIN}'", (key,)
    ).fetchone()
    return None if row is None else _told(*row)


def all_uncertain(connection: Any) -> list[UncertainCall]:
    """Return every call whose answer was not seen, oldest first."""
    rows = connection.execute(
        f"SELECT provider, operation, charged, at, cost FROM calls WHERE state = '{UNCERTAIN}' ORDER BY at, key"
    )
    return [_told(*row) for row in rows]


def _told(provider: str, operation: str, charged: str, at: float, cost: str) -> UncertainCall:
    told = json.loads(cost)
    usd = None if told["usd"] is None else Decimal(told["usd"])
    return UncertainCall(provider, operation, charged, datetime.fromtimestamp(at, UTC), _lines(told["credits"]), usd)


def _cost(credits: Lines, usd: Decimal | None) -> str:
    return json.dumps(
        {"credits": {purse: str(amount) for purse, amount in credits.items()}, "usd": None if usd is None else str(usd)}
    )


def _lines(told: Mapping[str, str]) -> dict[str, Decimal]:
    return {line: Decimal(amount) for line, amount in told.items()}


def _booked(booked: Mapping[str, Lines]) -> str:
    return json.dumps({budget: {line: str(n) for line, n in lines.items()} for budget, lines in booked.items()})
