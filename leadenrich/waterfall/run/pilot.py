"""A pilot: some records first, then a plan for the rest made of what they showed, and the caller's consent."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

from leadenrich.engine.budget import Budget
from leadenrich.errors import ConfigurationError
from leadenrich.waterfall.run.open_records import OpenRecords
from leadenrich.waterfall.run.processor import Processor
from leadenrich.waterfall.run.runnable import Runnable

Approve = Callable[[Any], bool | Awaitable[bool]]
"""Receives the plan (a chain's: a `ChainPlan`) of the records that are left; says, perhaps later, whether to go on."""


class Pilot:
    """Holds a run after its first records until the caller has agreed to the plan for the rest.

    Args:
        size: how many records. plan: makes the plan of the rest. approve: is asked once; None: go on in any case.
    """

    def __init__(self, size: int, plan: Callable[[], Any], approve: Approve | None) -> None:
        self.size, self._plan, self._approve = size, plan, approve
        self.declined: str | None = None
        self.plan: Any = None
        self._finished = 0
        self._over = asyncio.Event()
        self._lock = asyncio.Lock()

    def finished(self) -> None:
        """Note that a record is finished."""
        self._finished += 1
        if self._finished >= self.size:
            self._over.set()

    async def admit(self, taken: int) -> None:
        """Wait, before the record after so many is taken, until it may be."""
        if taken < self.size or self.plan is not None:
            return
        await self._over.wait()
        async with self._lock:
            if self.plan is not None:
                return
            plan = self._plan()
            if self._approve is not None:
                said = self._approve(plan)
                agreed = await said if inspect.isawaitable(said) else said
                if not agreed:
                    self.declined = f"the plan was declined after a pilot of {self.size} records"
            self.plan = plan


def pilot_of(
    enricher: Runnable,
    size: int,
    approve: Approve | None,
    total: int | None,
    left: Callable[[], OpenRecords | None],
    process: Processor,
    concurrency: int,
) -> Pilot:
    """Return the pilot of a stream; `left` gives the records after it, where they can be read again.

    Raises:
        ConfigurationError: it is not known how many records there are.
    """
    if enricher.by_breadth:
        raise ConfigurationError("a pilot finishes its records first, which allocation='breadth' does not: choose one")
    if total is None:
        raise ConfigurationError("a pilot needs to know how many records there are: give total=")

    def plan() -> Any:
        ledger = process.ledger
        usd = None if ledger is None else ledger.left("usd")
        budget = None if usd is None else Budget(usd=max(usd, Decimal(0)))
        records = left()
        rest = max(total - size, 0) if records is None else records
        return enricher.explain(rest, session=process.session, budget=budget, concurrency=concurrency)

    return Pilot(size, plan, approve)
