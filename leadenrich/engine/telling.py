"""A question as its listeners hear of it: when it is asked, when it waits, what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from leadenrich.engine.events import EventBus
from leadenrich.engine.limits import Queued
from leadenrich.engine.question import Asked
from leadenrich.engine.subject import ABOUT, CALL
from leadenrich.errors import ProviderError
from leadenrich.results import NO_COST, Cost, Hit


class Told:
    """One question, entered when it is asked.

    Attributes:
        asked: what came of it. cost: what it cost, where it was given up.
    """

    def __init__(self, events: EventBus, clock: Callable[[], float], provider: str, operation: str) -> None:
        self._events, self._clock, self._provider, self._operation = events, clock, provider, operation
        self._subject, self._call = ABOUT.get(), events.number()
        self._since: float | None = None
        self.asked: Asked | None = None
        self.cost: Cost = NO_COST

    def _tell(self, kind: str, **data: Any) -> None:
        self._events.tell(kind, self._provider, self._operation, data, self._subject, self._call)

    def __enter__(self) -> Told:
        self._token = CALL.set(self._call)
        self._tell("call.started")
        return self

    def __exit__(self, kind: type[BaseException] | None, *raised: object) -> None:
        CALL.reset(self._token)
        asked = self.asked
        result = None if asked is None else asked.result
        if asked is None:
            outcome = "cancelled" if kind is asyncio.CancelledError else "error"
        else:
            outcome = "error" if isinstance(result, ProviderError) else "hit" if isinstance(result, Hit) else "miss"
        self._tell(
            "call.finished",
            outcome=outcome,
            cached=asked is not None and asked.cached,
            latency=None if asked is None else asked.latency,
            code=str(result.code) if isinstance(result, ProviderError) else None,
            **cost_facts(self.cost if asked is None else asked.cost),
        )

    def queued(self, other: Queued | None) -> Queued:
        """Return what is told while the question waits for a limit: the listeners, then whoever asked."""

        def told(waiting: bool) -> None:
            if waiting:
                self._since = self._clock()
                self._tell("call.waiting")
            elif self._since is not None:
                waited, self._since = self._clock() - self._since, None
                self._tell("call.resumed", seconds=waited)
            if other is not None:
                other(waiting)

        return told


def cost_facts(cost: Cost) -> dict[str, Any]:
    """Return what something cost as an event says it: exact, as text."""
    usd, unsure = cost.usd, cost.uncertain_usd
    return {
        "usd": None if usd is None else f"{usd:f}",
        "credits": {purse: f"{amount:f}" for purse, amount in cost.credits.items()},
        "uncertain_usd": None if unsure is None else f"{unsure:f}",
    }
