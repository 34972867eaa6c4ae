"""Asking once per person: rows about the same person as an earlier row get its answer."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any

from leadenrich.errors import InvalidValueError
from leadenrich.results import NO_COST, EnrichedRecord, Status, StopReason, Value
from leadenrich.waterfall.run.keys import WINDOW


def identities(fields: Mapping[str, Any]) -> list[str]:
    """Return what tells a person (or, without a name, a company) apart; two rows that share one are about the same.

    A shared mailbox (info@) identifies no person; a name is one only together with a company.
    """
    found = []
    email = fields.get("email")
    if isinstance(email, str) and "@" in email:
        from leadenrich.clean.emails import is_role

        if not is_role(email.partition("@")[0]):
            found.append(f"email {email}")
    if url := fields.get("linkedin_url"):
        found.append(f"linkedin {url}")
    name = fields.get("full_name") or " ".join(
        str(fields[part]) for part in ("first_name", "last_name") if part in fields
    )
    company = fields.get("company_domain") or _company(fields.get("company_name"))
    if name and company:
        found.append(f"name {' '.join(str(name).casefold().split())} at {company}")
    if not name and not found and company:
        found.append(f"company {company}")
    return found


def _company(name: Any) -> str | None:
    if not isinstance(name, str):
        return None
    from leadenrich.clean import company_key

    try:
        return company_key(name)
    except InvalidValueError:
        return None


@dataclass(frozen=True, slots=True)
class Told:
    """What a later row takes from the first one about its person: a few hundred bytes, not the row."""

    index: int
    values: tuple[tuple[str, Value], ...]
    status: Status
    reason: str | None
    stop_reason: StopReason | None
    retry_reason: str | None

    @classmethod
    def by(cls, row: EnrichedRecord) -> Told:
        """Return what a row says, at no cost."""
        values = tuple((name, replace(value, cost=NO_COST)) for name, value in row.values.items())
        return cls(row.index, values, row.status, row.reason, row.stop_reason, row.retry_reason)


class FirstAnswer:
    """What the first row about a person has to say, once it is there."""

    __slots__ = ("_over", "_told", "_waiting")

    def __init__(self) -> None:
        self._waiting: asyncio.Future[None] | None = None
        self._told: Told | None = None
        self._over = False

    def tell(self, row: EnrichedRecord | None) -> None:
        """Say what the first row came to; None: it came to nothing that others could take."""
        if self._over:
            return
        self._over, self._told = True, None if row is None else Told.by(row)
        if self._waiting is not None:
            self._waiting.set_result(None)
            self._waiting = None

    async def wait(self) -> Told | None:
        """Return what the first row has to say, once it is finished."""
        if not self._over:
            if self._waiting is None:
                self._waiting = asyncio.get_running_loop().create_future()
            await asyncio.shield(self._waiting)
        return self._told


class PersonDedupe:
    """The first row about each person, within a window of identities, which are kept as hashes."""

    def __init__(self, size: int = WINDOW) -> None:
        self._first: dict[int, FirstAnswer] = {}
        self._order: deque[int] = deque()
        self._size = size

    def meet(self, fields: Mapping[str, Any]) -> tuple[bool, FirstAnswer]:
        """Return (whether this row is the first about its person, the first one's answer to be)."""
        names = [_hashed(name) for name in identities(fields)]
        answer = next((known for name in names if (known := self._first.get(name)) is not None), None)
        first = answer is None
        if answer is None:
            answer = FirstAnswer()
        for name in names:
            if name not in self._first:
                self._first[name] = answer
                self._order.append(name)
                if len(self._order) > self._size:
                    del self._first[self._order.popleft()]
        return first, answer


def _hashed(name: str) -> int:
    return int.from_bytes(blake2b(name.encode(errors="surrogatepass"), digest_size=8).digest())


def copied(row: EnrichedRecord, first: Told) -> EnrichedRecord:
    """Return the row with the first one's answer: its values where the row has none of its own, at no cost."""
    for name, value in first.values:
        if row.data.get(name) in (None, "", []):
            row.values[name] = value
            row.data[name] = value.value
    row.status, row.stop_reason, row.retry_reason = first.status, first.stop_reason, first.retry_reason
    row.reason = f"the same person as row {first.index}" + (f": {first.reason}" if first.reason else "")
    return row
