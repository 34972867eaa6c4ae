"""What happens, as it happens, for its listeners; field names and hashed row keys, never values (G13)."""

from __future__ import annotations

import asyncio
import itertools
import weakref
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

from leadenrich.engine.subject import ABOUT, CALL, Subject

QUEUE = 10_000
"""Events that an iterator holds for a listener that is slow; further ones are dropped and counted."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. Those of one row come in the order in which they happened.

    Kinds, with what `data` holds (money and credits as text, which is exact):

    - `run.started` (operation, total), `run.finished` (rows, statuses, usd): a stream.
    - `row.started`, `row.finished` (status, stop_reason, retryable, found: names of fields, asked, usd, credits).
    - `call.started`, `call.finished` (outcome: hit, miss, error or cancelled; cached, latency, code, usd, credits,
      uncertain_usd): a question, from when it is asked to when its answer is there.
    - `call.shared`: it joins the same question under way. `call.waiting`, `call.resumed` (seconds): a limit of the
      vendor's holds it back, and lets it go on. `call.retried` (code, wait): it is sent again.
    - `call.uncertain` (left_at, usd, credits): a paid call of an earlier run whose answer was not seen.
    - `charge.exceeded` (declared, charged): a reply says more than the operation declares.
    - `provider.benched` (code): out for this session. `breaker.opened` (seconds), `breaker.closed`: a vendor that
      failed repeatedly rests, and answers again.
    - `budget.warning` (budget, line, share): at 80 % and at 100 %. `allocation.cutoff` (text): steps are left out.
      `enrich.planned` (text): how le.enrich chose whom to ask. `mailbox.contested`: two people are said to have one.
    - `job.submitted` (job_id), `webhook.delivered` (woken): background work. `drift.seen` (what, place, said).

    Attributes:
        kind: one of these. at: seconds on the session's clock. provider, operation: whom it concerns.
        data: further facts, no values.
        run, row: the number of the run in this process, and the place of the record in it. key: the row's key, hashed
            where it looks like a person. call: the number of the question, by which its events belong together. None
            where it is about none; what is sent for several rows at once is about none.
    """

    kind: str
    at: float
    provider: str | None = None
    operation: str | None = None
    data: dict[str, Any] = field(default_factory=dict)
    run: int | None = None
    row: int | None = None
    key: str | None = None
    call: int | None = None


class Listener(AsyncIterator[Event]):
    """Events from the moment it was made until the session closes: `async for event in session.events()`.

    Attributes:
        dropped: events that came while it held as many as it can.
    """

    def __init__(self, size: int = QUEUE) -> None:
        self._queue: asyncio.Queue[Event | None] = asyncio.Queue(size)
        self._over = False
        self.dropped = 0

    def put(self, event: Event) -> None:
        """Hold an event for the listener; one that sleeps neither stops the run nor grows without end."""
        if self._over:
            return
        if self._queue.full():
            self.dropped += 1
        else:
            self._queue.put_nowait(event)

    def end(self) -> None:
        """Let it end after what it holds."""
        if self._over:
            return
        self._over = True
        if self._queue.full():
            self._queue.get_nowait()
            self.dropped += 1
        self._queue.put_nowait(None)

    async def __anext__(self) -> Event:
        event = None if self._over and self._queue.empty() else await self._queue.get()
        if event is None:
            raise StopAsyncIteration
        return event

    async def aclose(self) -> None:
        """Stop listening."""
        self.end()


class EventBus:
    """Hands events to a callback and to any number of listeners; costs one truth test without listeners."""

    def __init__(self, clock: Callable[[], float], tell: Callable[[Callable[[Event], Any], Event], None]) -> None:
        self._clock, self._tell = clock, tell
        self._callback: Callable[[Event], Any] | None = None
        self._listeners: weakref.WeakSet[Listener] = weakref.WeakSet()  # one that is forgotten is gone
        self._listened = False
        self._numbers = itertools.count(1)

    def __bool__(self) -> bool:
        return self._callback is not None or (self._listened and bool(self._listeners))

    def listen_with(self, callback: Callable[[Event], Any] | None) -> None:
        """Hand every event to a callback, sync or async; what it does wrong hurts nothing."""
        self._callback = callback

    def number(self) -> int:
        """Return a number for a question."""
        return next(self._numbers)

    def emit(self, kind: str, provider: str | None = None, operation: str | None = None, **data: Any) -> None:
        """Tell every listener of something that the running task is about."""
        if self._callback is not None or self:
            self.tell(kind, provider, operation, data, ABOUT.get(), CALL.get())

    def tell(
        self,
        kind: str,
        provider: str | None,
        operation: str | None,
        data: dict[str, Any],
        subject: Subject | None,
        call: int | None,
    ) -> None:
        """Tell every listener; a callback that fails is logged, never raised into the run."""
        run, row, key = (None, None, None) if subject is None else (subject.run, subject.row, subject.key)
        event = Event(kind, self._clock(), provider, operation, data, run, row, key, call)
        if self._callback is not None:
            self._tell(self._callback, event)
        if self._listened:
            for listener in tuple(self._listeners):
                listener.put(event)

    def listen(self) -> Listener:
        """Return an iterator over the events from now on, until the session closes."""
        listener = Listener()
        self._listeners.add(listener)
        self._listened = True
        return listener

    def close(self) -> None:
        """End every iterator."""
        for listener in tuple(self._listeners):
            listener.end()
        self._listeners.clear()
