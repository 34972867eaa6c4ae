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


@dataclass(frozen=True, slots=True)
class Place:
    """Whose row of a call it is: the process, and which of its sessions."""

    owner: int
    sender: int

    def row(self, key: bytes) -> tuple[bytes, int, int]:
        """Return what `ONE_ROW` asks for."""
        return key, self.owner, self.sender


ONE_ROW = "WHERE key = ? AND owner = ? AND sender = ?"


def sent(connection: Any, place: Place, intents: Sequence[Intent]) -> None:
    """Write down calls that are about to leave; a repeat of one counts on."""
    at = now()
    connection.executemany(
        f"DELETE FROM calls WHERE key = ? AND state = '{UNCERTAIN}'", [(intent.key,) for intent in intents]
    )
    connection.executemany(
        "INSERT INTO calls (key, owner, sender, at, provider, operation, charged, state, calls, cost, holds, booked)"
        f" VALUES (?, ?, ?, ?, ?, ?, ?, '{SENT}', ?, ?, ?, '{{}}')"
        " ON CONFLICT (key, owner, sender) DO UPDATE SET at = excluded.at, holds = excluded.holds,"
        " calls = excluded.calls + calls, cost = excluded.cost",
        [
            (
                *place.row(one.key),
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


def joined(connection: Any, place: Place, key: bytes, holds: Sequence[int]) -> None:
    """Note one more question that pays for a call under way, by its holds."""
    row = connection.execute(f"SELECT holds FROM calls {ONE_ROW} AND state = '{SENT}'", place.row(key)).fetchone()
    if row is not None:
        payers = json.dumps([*json.loads(row[0]), list(holds)])
        connection.execute(f"UPDATE calls SET holds = ? {ONE_ROW}", (payers, *place.row(key)))


def settled(connection: Any, place: Place, key: bytes, booked: Mapping[str, Lines] | None = None) -> None:
    """Close a call: it is gone; or, with `booked`, it is not known whether it was charged.

    Args:
        connection: in a transaction.
        place: whose.
        key: of the call.
        booked: budget -> what is booked as uncertain for it.
    """
    if booked is None:
        connection.execute(f"DELETE FROM calls {ONE_ROW}", place.row(key))
    else:
        connection.execute(
            f"UPDATE calls SET state = '{UNCERTAIN}', holds = '[]', booked = ? {ONE_ROW}",
            (_booked(booked), *place.row(key)),
        )


def let_go(connection: Any, place: Place, key: bytes) -> None:
    """Leave a call that was taken over as uncertain as it was."""
    connection.execute(f"UPDATE calls SET state = '{UNCERTAIN}' {ONE_ROW}", place.row(key))


def given_back(connection: Any, place: Place, key: bytes) -> set[str]:
    """Give back what is booked as uncertain for a call; return of which budgets."""
    row = connection.execute(f"SELECT booked FROM calls {ONE_ROW}", place.row(key)).fetchone()
    before = {} if row is None else {budget: _lines(lines) for budget, lines in json.loads(row[0]).items()}
    for budget, lines in before.items():
        budgets.add(connection, budget, uncertain={line: -amount for line, amount in lines.items()})
    return set(before)


def booked_on(connection: Any, place: Place, key: bytes, booked: Mapping[str, Lines]) -> None:
    """Note what is booked as uncertain for a call that others still depend on."""
    connection.execute(f"UPDATE calls SET booked = ? {ONE_ROW}", (_booked(booked), *place.row(key)))


def lost(connection: Any, owner: int) -> list[UncertainCall]:
    """Book the calls that a process left behind as uncertain, and give its holds back; return those calls."""
    found = []
    rows = connection.execute(
        f"SELECT key, sender, provider, operation, charged, at, cost, holds, calls, booked FROM calls"
        f" WHERE owner = ? AND state = '{SENT}' ORDER BY at, key",
        (owner,),
    ).fetchall()
    for key, sender, provider, operation, charged, at, cost, holds, calls, before in rows:
        booked: dict[str, Lines] = {budget: _lines(lines) for budget, lines in json.loads(before).items()}  # taken over
        booked.update(_charge(connection, json.loads(holds), calls))
        connection.execute(
            f"UPDATE calls SET state = '{UNCERTAIN}', holds = '[]', booked = ? {ONE_ROW}",
            (_booked(booked), key, owner, sender),
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


def take_over(connection: Any, place: Place, key: bytes) -> bool:
    """Take over a call that was left without an answer; False where another session pays for it, or has done so."""
    rows = connection.execute("SELECT owner, sender, state FROM calls WHERE key = ? ORDER BY at", (key,)).fetchall()
    places = [Place(owner, sender) for owner, sender, _ in rows]
    if place not in places and (not rows or any(state == SENT for _, _, state in rows)):
        return False
    before = place if place in places else places[-1]
    connection.execute(
        f"UPDATE calls SET owner = ?, sender = ?, state = '{SENT}' {ONE_ROW}",
        (place.owner, place.sender, *before.row(key)),
    )
    return True


def uncertain(connection: Any, key: bytes) -> UncertainCall | None:
    """Return a call whose answer was not seen; None where there is no such call."""
    row = connection.execute(
        f"SELECT provider, operation, charged, at, cost FROM calls WHERE key = ? AND state = '{UNCERTAIN}'"
        " ORDER BY at DESC",
        (key,),
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
