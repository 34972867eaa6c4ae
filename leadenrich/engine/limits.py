"""Vendor limits kept (G4): calls are released when every window they count in has room, and not before."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Any

from leadenrich.contract.ports import RateLimiter, Slot
from leadenrich.contract.provider import Rate
from leadenrich.engine.window import RoundTrips, Window

QUICK = 1024
"""Lanes found by the identity of their rates: hashing these for every call costs more than keeping the limit."""


class Limiter:
    """The built-in limiter: our own sliding windows, aiolimiter's leaky buckets where a vendor has these."""

    def __init__(self) -> None:
        self._accounts: dict[str, _AccountLimits] = {}

    def _of(self, account: str) -> _AccountLimits:
        limits = self._accounts.get(account)
        if limits is None:
            limits = self._accounts[account] = _AccountLimits()
        return limits

    async def acquire(self, account: str, endpoint: str, rates: Sequence[Rate], weight: int = 1) -> Slot:
        """Wait until one call may leave."""
        limits = self._of(account)
        lane = limits.lane(endpoint, rates)
        for bucket in lane.buckets:
            await bucket.acquire()
        now = asyncio.get_running_loop().time()
        if lane.waiting or not limits.take(lane, now, weight):
            await limits.wait(lane, weight)
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


class _Lane:
    """The calls of one endpoint, in the order they came."""

    __slots__ = ("buckets", "in_flight", "paused_until", "trips", "waiting", "windows")

    def __init__(self, windows: list[Window], buckets: list[Any]) -> None:
        self.windows, self.buckets = windows, buckets
        self.waiting: deque[tuple[asyncio.Future[None], int]] = deque()
        self.paused_until = 0.0
        self.in_flight = 0
        self.trips = RoundTrips()


class _AccountLimits:
    """All the lanes of one account; windows that cover several endpoints are shared between their lanes."""

    def __init__(self) -> None:
        self._windows: dict[Rate, Window] = {}
        self._buckets: dict[Rate, Any] = {}
        self._lanes: dict[tuple[str, tuple[Rate, ...]], _Lane] = {}
        self._quick: dict[tuple[str, int], tuple[Sequence[Rate], _Lane]] = {}
        self._timer: asyncio.Handle | None = None

    def lane(self, endpoint: str, rates: Sequence[Rate]) -> _Lane:
        known = self._quick.get((endpoint, id(rates)))
        if known is not None:
            return known[1]
        key = (endpoint, tuple(rates))
        if (lane := self._lanes.get(key)) is None:
            covering = [rate for rate in rates if rate.covers(endpoint)]
            windows = [self._windows.setdefault(rate, Window(rate)) for rate in covering if rate.kind == "sliding"]
            buckets = [self._bucket(rate) for rate in covering if rate.kind == "leaky"]
            lane = self._lanes[key] = _Lane(windows, buckets)
        if len(self._quick) < QUICK:
            self._quick[endpoint, id(rates)] = (rates, lane)  # kept alive, so that its id stays its own
        return lane

    def _bucket(self, rate: Rate) -> Any:
        if rate not in self._buckets:
            from aiolimiter import AsyncLimiter

            burst = rate.burst or 1
            self._buckets[rate] = AsyncLimiter(burst, rate.per * burst / rate.limit)
        return self._buckets[rate]

    def ready_at(self, lane: _Lane, now: float, weight: int) -> float:
        ready = max(now, lane.paused_until)
        for window in lane.windows:
            ready = max(ready, window.ready_at(now, window.weight(weight)))
        return ready

    def take(self, lane: _Lane, now: float, weight: int) -> bool:
        if lane.windows or lane.paused_until > now:
            if self.ready_at(lane, now, weight) > now:
                return False
            for window in lane.windows:
                window.take(now, window.weight(weight))
        lane.in_flight += 1
        return True

    async def wait(self, lane: _Lane, weight: int) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        place = (future, weight)
        lane.waiting.append(place)
        if len(lane.waiting) == 1:
            self._schedule()
        try:
            await future
        except asyncio.CancelledError:
            if place in lane.waiting:
                lane.waiting.remove(place)
            raise

    def _schedule(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        heads = [lane for lane in self._lanes.values() if lane.waiting]
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if heads:
            soonest = min(self.ready_at(lane, now, lane.waiting[0][1]) for lane in heads)
            self._timer = loop.call_at(max(soonest, now), self._release)

    def _release(self) -> None:
        """Let one call of each lane go, then look again once it has gone.

        A call is counted when it is let go; were a whole window's let go at once, the last would leave long after it
        was counted, and arrive too close to the next window's first.
        """
        self._timer = None
        loop = asyncio.get_running_loop()
        now = loop.time()
        moved = False
        for lane in self._lanes.values():
            while lane.waiting and lane.waiting[0][0].done():
                lane.waiting.popleft()
            if lane.waiting and self.take(lane, now, lane.waiting[0][1]):
                lane.waiting.popleft()[0].set_result(None)
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
                window.refused(now, lane.trips.spread)
            elif window.granted % window.rate.limit == 0:
                window.eased(lane.trips.spread)
            else:
                window.fit(lane.trips.spread)
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


__all__ = ["Limiter", "RateLimiter", "Slot"]
