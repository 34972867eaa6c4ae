"""Vendor limits kept (G4): calls are released when every window they count in has room, and not before."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

from leadenrich.contract.ports import Slot
from leadenrich.contract.provider import Rate
from leadenrich.engine.sliding_window import RoundTrips, Window
from leadenrich.errors import ProviderBusyError

QUICK = 1024
"""Lanes found by the identity of their rates: hashing these for every call costs more than keeping the limit."""
LONG = 3600.0
"""Seconds from which on a window outlives the run, where there is a ledger."""
SWEEP_AT = 256
"""Accounts kept before idle ones are looked for; then again at each doubling."""

Queued = Callable[[bool], None]
"""Told True when a call starts to wait for a place or a limit, False when it moves on."""


class LimiterPort(Protocol):
    """What the engine asks of a limiter: the built-in, or a caller's own behind its guard."""

    async def acquire(
        self,
        account: str,
        endpoint: str,
        rates: Sequence[Rate],
        weight: int = 1,
        *,
        max_wait: float = math.inf,
        queued: Queued | None = None,
    ) -> Slot:
        """Wait until one call may leave, for at most `max_wait` seconds."""
        ...

    def answered(
        self,
        slot: Slot,
        *,
        refused: bool = False,
        retry_after: float | None = None,
        remaining: int | None = None,
        reset_in: float | None = None,
    ) -> None:
        """Take note of what became of it."""
        ...


class Counts(Protocol):
    """What remembers the calls of long windows beyond this run: the caller's ledger."""

    def count(self, account: str, rate: str, per: float, used: int) -> None:
        """Count calls, or items, that leave now."""
        ...

    def counted(self, account: str, rate: str, per: float) -> list[tuple[float, int]]:
        """Return what still counts in a window: (seconds ago, calls or items), oldest first."""
        ...


class Limiter:
    """The built-in limiter: our own sliding windows, aiolimiter's leaky buckets where a vendor has these."""

    def __init__(self) -> None:
        self._keepers: list[Counts] = []
        self._accounts: dict[str, _AccountLimits] = {}
        self._sweep_at = SWEEP_AT

    @property
    def counts(self) -> Counts | None:
        """Return what remembers the calls of long windows: of the open sessions with a ledger, the last one's."""
        return self._keepers[-1] if self._keepers else None

    def keep_in(self, counts: Counts) -> None:
        """Let what is used up of a day's limit outlive the run: in the ledger of a session that opens."""
        self._keepers.append(counts)

    def keep_no_more_in(self, counts: Counts) -> None:
        """Leave the ledger of a session that closes alone."""
        self._keepers.remove(counts)

    def _of(self, account: str) -> _AccountLimits:
        limits = self._accounts.get(account)
        if limits is None:
            if len(self._accounts) >= self._sweep_at:
                self._sweep()
            limits = self._accounts[account] = _AccountLimits(account, self)
        return limits

    def _sweep(self) -> None:
        """Forget accounts whose every window has run out: a service may see thousands of keys in its life."""
        now = asyncio.get_running_loop().time()
        self._accounts = {key: limits for key, limits in self._accounts.items() if not limits.is_idle(now)}
        self._sweep_at = max(SWEEP_AT, 2 * len(self._accounts))

    async def acquire(
        self,
        account: str,
        endpoint: str,
        rates: Sequence[Rate],
        weight: int = 1,
        *,
        max_wait: float = math.inf,
        queued: Queued | None = None,
    ) -> Slot:
        """Wait until one call may leave.

        A queue that moves is waited for, however long it is; `max_wait` bounds for how long no call at all may leave.

        Raises:
            ProviderBusyError: the limit is used up for longer than `max_wait` seconds.
        """
        limits = self._of(account)
        lane = limits.lane(endpoint, rates)
        for bucket in lane.buckets:
            await bucket.acquire()
        now = asyncio.get_running_loop().time()
        if lane.waiting or not limits.take(lane, now, weight):
            await limits.wait(lane, weight, now, max_wait, queued)
            now = asyncio.get_running_loop().time()
        slot = Slot(account, endpoint, rates, weight, now)
        slot.lane = lane
        return slot

    def answered(
        self,
        slot: Slot,
        *,
        refused: bool = False,
        retry_after: float | None = None,
        remaining: int | None = None,
        reset_in: float | None = None,
    ) -> None:
        """Learn from a reply: round trip, refusal, Retry-After, what the headers say is left."""
        self._of(slot.account).answered(slot, refused, retry_after, remaining, reset_in)

    def took(self, account: str, endpoint: str, rates: Sequence[Rate], trips: Iterable[float]) -> None:
        """Learn from round trips, in seconds, that somebody else has seen."""
        lane = self._of(account).lane(endpoint, rates)
        for seconds in trips:
            lane.trips.add(seconds)
        now = asyncio.get_running_loop().time()
        for window in lane.windows:
            window.fit(now, lane.trips.spread)


class _Waiter:
    """One call that waits, and how long its limit may be used up."""

    __slots__ = ("future", "max_wait", "weight")

    def __init__(self, future: asyncio.Future[None], weight: int, max_wait: float) -> None:
        self.future, self.weight, self.max_wait = future, weight, max_wait


class _Lane:
    """The calls of one endpoint, in the order they came."""

    __slots__ = ("buckets", "endpoint", "in_flight", "least_patience", "paused_until", "trips", "waiting", "windows")

    def __init__(self, endpoint: str, windows: list[Window], buckets: list[Any]) -> None:
        self.endpoint, self.windows, self.buckets = endpoint, windows, buckets
        self.waiting: deque[_Waiter] = deque()
        self.paused_until = 0.0
        self.least_patience = math.inf  # no longer than the `max_wait` of any that waits
        self.in_flight = 0
        self.trips = RoundTrips()


class _AccountLimits:
    """All the lanes of one account; windows that cover several endpoints are shared between their lanes.

    Sessions that hold one key may state different rates for it: all of them count, so the strictest binds.
    """

    def __init__(self, account: str, limiter: Limiter) -> None:
        self._account, self._limiter = account, limiter
        self._stated: list[Rate] = []
        self._windows: dict[Rate, Window] = {}
        self._buckets: dict[Rate, Any] = {}
        self._lanes: dict[str, _Lane] = {}
        self._quick: dict[tuple[str, int], tuple[Sequence[Rate], _Lane]] = {}
        self._timer: asyncio.Handle | None = None

    def lane(self, endpoint: str, rates: Sequence[Rate]) -> _Lane:
        known = self._quick.get((endpoint, id(rates)))
        if known is not None:
            return known[1]
        self._state(rates)
        if (lane := self._lanes.get(endpoint)) is None:
            lane = self._lanes[endpoint] = _Lane(endpoint, *self._counters(endpoint))
        if len(self._quick) < QUICK:
            self._quick[endpoint, id(rates)] = (rates, lane)  # kept alive, so that its id stays its own
        return lane

    def _state(self, rates: Sequence[Rate]) -> None:
        new = [rate for rate in dict.fromkeys(rates) if rate not in self._stated]
        if new:
            self._stated += new
            for lane in self._lanes.values():
                lane.windows, lane.buckets = self._counters(lane.endpoint)

    def _counters(self, endpoint: str) -> tuple[list[Window], list[Any]]:
        covering = [rate for rate in self._stated if rate.covers(endpoint)]
        windows = [self._window(rate) for rate in covering if rate.kind == "sliding"]
        return windows, [self._bucket(rate) for rate in covering if rate.kind == "leaky"]

    def _window(self, rate: Rate) -> Window:
        if rate not in self._windows:
            window = self._windows[rate] = Window(rate)
            if rate.per >= LONG and (counts := self._limiter.counts) is not None:
                now = asyncio.get_running_loop().time()
                for ago, used in counts.counted(self._account, repr(rate), rate.per):
                    window.restore(now - ago, used)
        return self._windows[rate]

    def _bucket(self, rate: Rate) -> Any:
        if rate not in self._buckets:
            from aiolimiter import AsyncLimiter

            burst = rate.burst or 1
            self._buckets[rate] = AsyncLimiter(burst, rate.per * burst / rate.limit)
        return self._buckets[rate]

    def is_idle(self, now: float) -> bool:
        return all(
            not lane.waiting and not lane.in_flight and lane.paused_until <= now for lane in self._lanes.values()
        ) and all(window.is_idle(now) for window in self._windows.values())

    def ready_at(self, lane: _Lane, now: float, weight: int) -> float:
        ready = max(now, lane.paused_until)
        for window in lane.windows:
            at = window.ready_at(now, window.weight(weight))
            if at > ready:
                ready = at
        return ready

    def take(self, lane: _Lane, now: float, weight: int) -> bool:
        if lane.windows or lane.paused_until > now:
            if self.ready_at(lane, now, weight) > now:
                return False
            for window in lane.windows:
                window.take(now, window.weight(weight))
                if (rate := window.rate).per >= LONG and (counts := self._limiter.counts) is not None:
                    counts.count(self._account, repr(rate), rate.per, window.weight(weight))
        lane.in_flight += 1
        return True

    async def wait(self, lane: _Lane, weight: int, now: float, max_wait: float, queued: Queued | None) -> None:
        if not lane.waiting and (used_up := self.ready_at(lane, now, weight) - now) > max_wait:
            raise _busy(used_up)
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiter = _Waiter(future, weight, max_wait)
        lane.waiting.append(waiter)
        lane.least_patience = min(lane.least_patience, max_wait)
        if len(lane.waiting) == 1:
            self._schedule()
        if queued is not None:
            queued(True)
        try:
            await future
        except asyncio.CancelledError:
            if future.done() and not future.cancelled() and future.exception() is None:
                lane.in_flight -= 1  # released in the same turn: it leaves all the same, unsent
            elif waiter in lane.waiting:
                lane.waiting.remove(waiter)
            raise
        finally:
            if queued is not None:
                queued(False)

    def _schedule(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        ready = [self._head_at(lane, now) for lane in self._lanes.values() if lane.waiting]
        if ready and min(ready) < math.inf:
            self._timer = loop.call_at(max(min(ready), now), self._release)

    def _head_at(self, lane: _Lane, now: float) -> float:
        """Return when the first in a queue may leave; those for whom that is too long are told."""
        ready = self.ready_at(lane, now, lane.waiting[0].weight)
        if ready - now <= lane.least_patience:
            return ready
        patient = deque[_Waiter]()
        for waiter in lane.waiting:
            if ready - now <= waiter.max_wait:
                patient.append(waiter)
            elif not waiter.future.done():
                waiter.future.set_exception(_busy(ready - now))
        lane.waiting = patient
        lane.least_patience = min((waiter.max_wait for waiter in patient), default=math.inf)
        return self.ready_at(lane, now, patient[0].weight) if patient else math.inf

    def _release(self) -> None:
        """Let one call of each lane go, then look again once it has gone.

        A call is counted when it is released. If a whole window were released at once, the last call would leave long
        after it was counted, and arrive too close to the first of the next window.
        """
        self._timer = None
        loop = asyncio.get_running_loop()
        now = loop.time()
        moved = False
        for lane in self._lanes.values():
            while lane.waiting and lane.waiting[0].future.done():
                lane.waiting.popleft()
            if not lane.waiting:
                continue
            head = lane.waiting[0]
            if self.take(lane, now, head.weight):
                lane.waiting.popleft().future.set_result(None)
                moved = True
        if moved:
            self._timer = loop.call_soon(self._release)
        else:
            self._schedule()

    def answered(
        self, slot: Slot, refused: bool, retry_after: float | None, remaining: int | None, reset_in: float | None
    ) -> None:
        lane = slot.lane if isinstance(slot.lane, _Lane) else self.lane(slot.endpoint, slot.rates)
        now = asyncio.get_running_loop().time()
        lane.in_flight = max(0, lane.in_flight - 1)
        lane.trips.add(now - slot.sent_at)
        for window in lane.windows:
            if refused:
                window.refused(now)
            window.fit(now, lane.trips.spread)
        pause = retry_after if retry_after is not None else (self._breath(lane) if refused else 0.0)
        if remaining is not None and reset_in is not None and remaining <= lane.in_flight:
            pause = max(pause, reset_in)
        if pause > 0:
            self._pause(lane, now + pause)

    @staticmethod
    def _breath(lane: _Lane) -> float:
        """Return how long to hold back after a refusal without Retry-After: the shortest window, a second at most."""
        return min([1.0, *(window.rate.per for window in lane.windows)])

    def _pause(self, lane: _Lane, until: float) -> None:
        shared = set(map(id, lane.windows))
        for other in self._lanes.values():
            if other is lane or not lane.windows or shared & set(map(id, other.windows)):
                other.paused_until = max(other.paused_until, until)
        self._schedule()


def _busy(seconds: float) -> ProviderBusyError:
    return ProviderBusyError(f"its limit is used up for another {seconds:,.0f} s", retry_after=seconds)
