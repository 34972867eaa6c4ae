"""One limit as its server counts it: how many calls may arrive in any window of so many seconds."""

from __future__ import annotations

from collections import deque

from leadenrich.contract.provider import Rate

GRAINS = 1000
"""Calls within a thousandth of a window count as sent together, at the later time: memory stays small."""
TICK = 0.001
"""Seconds added to a window, for a server that counts its very edge."""
FIRST_MARGIN = 0.06
"""Of a window, the most a margin takes before any refusal."""
SAFETY = 1.1
"""The spread of a few dozen round trips is a little less than that of all."""
WIDEST_MARGIN = 0.5
"""Of a window, the most a margin ever takes."""


class Window:
    """A strict sliding window over the times at which calls may have *arrived*.

    A call leaves at a known time and arrives at an unknown later one, so two calls can arrive closer together than
    they left, by at most the spread of their round trips. `margin` is that spread, as far as it was needed: it starts
    small, widens when a call is refused, and narrows slowly while none is.
    """

    __slots__ = ("_grain", "_marks", "_used", "granted", "margin", "margin_share", "rate")

    def __init__(self, rate: Rate) -> None:
        self.rate = rate
        self.margin = 0.0
        self.margin_share = FIRST_MARGIN
        self.granted = 0
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

    def refused(self, spread: float) -> None:
        """Widen the margin: the server counted more than we did."""
        self.margin_share = min(WIDEST_MARGIN, self.margin_share * 2 + 0.01)
        self.fit(spread)

    def eased(self, spread: float) -> None:
        """Narrow the margin a little: a window's worth of calls went through."""
        self.margin_share = max(FIRST_MARGIN, self.margin_share * 0.98)
        self.fit(spread)

    def fit(self, spread: float) -> None:
        """Set the margin to the spread of recent round trips, as far as the share allows."""
        self.margin = min(spread * SAFETY, self.margin_share * self.rate.per)


class RoundTrips:
    """The spread of recent round trips, in seconds."""

    __slots__ = ("_recent", "spread")

    def __init__(self, keep: int = 64) -> None:
        self._recent: deque[float] = deque(maxlen=keep)
        self.spread = 0.0

    def add(self, seconds: float) -> None:
        """Take note of one round trip."""
        recent = self._recent
        recent.append(seconds)
        if len(recent) < 8 or len(recent) % 8 == 0:
            self.spread = max(recent) - min(recent)
