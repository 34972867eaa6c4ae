"""What happens, as it happens, for its listeners; field names and row keys, never values (G13)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened.

    Attributes:
        kind: call.started, call.finished, call.retried, call.shared, provider.benched, breaker.opened,
            budget.warning, row.finished, webhook.delivered, ...
        at: seconds on the session's clock. provider, operation: whom it concerns. data: further facts, no values.
    """

    kind: str
    at: float
    provider: str | None = None
    operation: str | None = None
    data: dict[str, Any] = field(default_factory=dict)


class EventBus:
    """Hands events to a callback and to any number of iterators; costs one truth test without listeners."""

    def __init__(self, clock: Callable[[], float], tell: Callable[..., None]) -> None:
        self._clock, self._tell = clock, tell
        self._callback: Callable[[Event], Any] | None = None
        self._queues: set[asyncio.Queue[Event | None]] = set()
        self.dropped = 0

    def __bool__(self) -> bool:
        return self._callback is not None or bool(self._queues)

    def listen_with(self, callback: Callable[[Event], Any] | None) -> None:
        """Hand every event to a callback, sync or async; what it does wrong hurts nothing."""
        self._callback = callback

    def emit(self, kind: str, provider: str | None = None, operation: str | None = None, **data: Any) -> None:
        """Tell every listener; a callback that fails is logged, never raised into the run."""
        if not self:
            return
        event = Event(kind, self._clock(), provider, operation, data)
        if self._callback is not None:
            self._tell("the on_event callback", self._callback, event)
        for queue in self._queues:
            if queue.full():
                self.dropped += 1  # a listener that sleeps must not stop the run, nor grow without end
            else:
                queue.put_nowait(event)

    async def listen(self, size: int = 10_000) -> AsyncIterator[Event]:
        """Yield events from now on, until the session closes."""
        queue: asyncio.Queue[Event | None] = asyncio.Queue(size)
        self._queues.add(queue)
        try:
            while (event := await queue.get()) is not None:
                yield event
        finally:
            self._queues.discard(queue)

    def close(self) -> None:
        """End every iterator."""
        for queue in self._queues:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(None)
