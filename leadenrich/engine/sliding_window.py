"""One limit as its server counts it: how many calls may arrive in any window of so many seconds."""

from __future__ import annotations

import math
from collections import deque

from leadenrich.contract.provider import Rate

GRAINS = 1000
"""Calls within a thousandth of a window count as sent together, at the later time: memory stays small."""
TICK = 0.001
"""Seconds added to a window, for a server that counts its very edge."""
JITTER = 0.02
"""Seconds by which arrivals are taken to spread where round trips spread so far that they show the vendor at work."""
NETWORK = 0.06
"""Seconds of spread up to which round trips are taken to show the network."""
FEWEST = 16
"""Round trips below which their spread is not trusted."""
SAFETY = 1.1
"""The spread of a few dozen round trips is a little less than that of all."""
LEARNED_FIRST = 0.005
"""Of a window, the least that a first refusal adds to the margin; twice `JITTER` where that is more."""
LEARNED_MOST = 0.5
"""Of a window, the most that refusals add."""
HALF_LIFE = 6 * 3600.0
"""Seconds after which half of what a refusal added is forgotten."""


class Window:
    """A strict sliding window over the times at which calls may have *arrived*.

    A call leaves at a known time and arrives at an unknown later one, so two calls can arrive closer together than
    they left, by at most the spread of the network's delay. Where round trips spread little, that is the spread; where
    they spread more, most of it is the vendor at work, and `JITTER` is assumed. `margin` is that plus what refusals
    have taught: a refusal widens it, and it narrows slowly while there is none.
    """

    __slots__ = ("_by_item", "_grain", "_learned", "_marks", "_taught_at", "_used", "granted", "margin", "rate")

    def __init__(self, rate: Rate) -> None:
        self.rate = rate
        self._by_item = rate.unit == "items"
        self.margin = NETWORK * min(1.0, rate.per)
        self.granted = 0
        self._learned = 0.0
        self._taught_at = -math.inf
        self._marks: deque[list[float]] = deque()  # [time the last of it left, weight, time the first of it left]
        self._used = 0
        self._grain = rate.per / GRAINS

    @property
    def span(self) -> float:
        """Return for how many seconds a call counts."""
        return self.rate.per + self.margin + TICK

    def weight(self, items: int) -> int:
        """Return what a call counts here."""
        return min(items, self.rate.limit) if self._by_item else 1

    def ready_at(self, now: float, weight: int) -> float:
        """Return the earliest time at which a call of this weight may leave, with no other call waiting."""
        span, marks = self.rate.per + self.margin + TICK, self._marks
        while marks and marks[0][0] + span <= now:
            self._used -= int(marks.popleft()[1])
        room = self.rate.limit - self._used
        if weight <= room:
            return now
        for time, count, _ in marks:
            room += int(count)
            if weight <= room:
                return time + span
        return now

    def is_idle(self, now: float) -> bool:
        """Return whether nothing counts here any more."""
        return not self._marks or self._marks[-1][0] + self.span <= now

    def take(self, now: float, weight: int) -> None:
        """Count a call that leaves now."""
        marks = self._marks
        if len(marks) > 1 and now - marks[-1][2] <= self._grain:
            marks[-1][0] = now
            marks[-1][1] += weight
        else:
            marks.append([now, weight, now])
        self._used += weight
        self.granted += 1

    def restore(self, then: float, weight: int) -> None:
        """Count a call that left at an earlier time, in the order of these times, before any other."""
        self._marks.append([then, weight, then])
        self._used += weight

    def refused(self, now: float) -> None:
        """Widen the margin, once a window: the server counted more than we did."""
        if now - self._taught_at >= self.rate.per:
            first = max(2 * JITTER, LEARNED_FIRST * self.rate.per)
            self._learned = min(max(self._taught(now) * 2, first), LEARNED_MOST * self.rate.per)
            self._taught_at = now

    def fit(self, now: float, spread: float) -> None:
        """Set the margin by the spread of recent round trips (inf: not known yet) and by what refusals taught."""
        if spread == math.inf:
            network = NETWORK * min(1.0, self.rate.per)
        else:
            network = spread * SAFETY if spread <= NETWORK else JITTER
        self.margin = network + (self._taught(now) if self._learned else 0.0)

    def _taught(self, now: float) -> float:
        return self._learned * 0.5 ** ((now - self._taught_at) / HALF_LIFE) if self._learned else 0.0


class RoundTrips:
    """The spread of recent round trips, in seconds: no more than that is the network's doing."""

    __slots__ = ("_count", "_recent", "spread")

    def __init__(self, keep: int = 128) -> None:
        self._recent: deque[float] = deque(maxlen=keep)
        self._count = 0
        self.spread = math.inf  # nothing known yet

    def add(self, seconds: float) -> None:
        """Take note of one round trip."""
        recent = self._recent
        recent.append(seconds)
        self._count += 1
        if self._count >= FEWEST and self._count % 8 == 0:
            self.spread = max(recent) - min(recent)
