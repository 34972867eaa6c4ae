"""One limit as its server counts it: how many calls may arrive in any window of so many seconds."""

from __future__ import annotations

import math
from collections import deque

from leadenrich.contract.provider import Rate

GRAINS = 1000
"""Calls within a thousandth of a window count as sent together, at the later time: memory stays small."""
TICK = 0.001
"""Seconds added to a window, for a server that counts its very edge."""
SPREAD_SHARE = 0.06
"""Of a window, the most the spread of round trips adds to it: the rest of a spread is the vendor's own work."""
FEWEST = 16
"""Round trips below which their spread is not believed."""
SAFETY = 1.1
"""The spread of a few dozen round trips is a little less than that of all."""
LEARNED_FIRST = 0.05
LEARNED_MOST = 0.5
"""Of a window, what refusals teach: the first of them, and all of them together."""
FORGET = 0.995
"""What is left of it after a window's worth of calls without a refusal."""


class Window:
    """A strict sliding window over the times at which calls may have *arrived*.

    A call leaves at a known time and arrives at an unknown later one, so two calls can arrive closer together than
    they left, by at most the spread of their round trips. `margin` is that spread, as far as it is likely the
    network's, and whatever refusals have taught: it widens with a refusal and narrows slowly while there is none.
    """

    __slots__ = ("_grain", "_learned", "_marks", "_taught_at", "_used", "granted", "margin", "rate")

    def __init__(self, rate: Rate) -> None:
        self.rate = rate
        self.margin = SPREAD_SHARE * rate.per
        self.granted = 0
        self._learned = 0.0
        self._taught_at = -rate.per
        self._marks: deque[list[float]] = deque()  # [time the last of it left, weight, time the first of it left]
        self._used = 0
        self._grain = rate.per / GRAINS

    def weight(self, items: int) -> int:
        """Return what a call counts here."""
        return min(items, self.rate.limit) if self.rate.unit == "items" else 1

    def ready_at(self, now: float, weight: int) -> float:
        """Return the earliest time at which a call of this weight may leave."""
        span = self.rate.per + self.margin + TICK
        marks = self._marks
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

    def refused(self, now: float, spread: float) -> None:
        """Widen the margin, once a window: the server counted more than we did."""
        if now - self._taught_at >= self.rate.per:
            self._taught_at = now
            self._learned = min(max(self._learned * 2, LEARNED_FIRST * self.rate.per), LEARNED_MOST * self.rate.per)
        self.fit(spread)

    def eased(self, spread: float) -> None:
        """Narrow the margin a little: a window's worth of calls went through."""
        self._learned *= FORGET
        self.fit(spread)

    def fit(self, spread: float) -> None:
        """Set the margin by the spread of recent round trips and by what refusals taught."""
        self.margin = min(spread * SAFETY, SPREAD_SHARE * self.rate.per) + self._learned


class RoundTrips:
    """The spread of recent round trips, in seconds."""

    __slots__ = ("_recent", "spread")

    def __init__(self, keep: int = 128) -> None:
        self._recent: deque[float] = deque(maxlen=keep)
        self.spread = math.inf  # nothing known yet: as wide as it may be

    def add(self, seconds: float) -> None:
        """Take note of one round trip."""
        recent = self._recent
        recent.append(seconds)
        if len(recent) >= FEWEST and len(recent) % 8 == 0:
            self.spread = max(recent) - min(recent)
