"""Records that wait for a vendor's limit hold no place: others are worked on meanwhile.

A record is parked while every question it has under way waits for a limit. At most `most` records are parked; beyond
that they hold their places, so memory stays bounded.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from leadenrich.waterfall.rules.record_state import Gate

MOST = 100
"""So many records are parked at most, for each that may be under way."""


class Parking:
    """Counts the records that are parked.

    Args:
        most: how many may be. gate: is told of calls as they go out. on_parked: called when one is parked, so that
            another can take its place.
    """

    def __init__(self, most: int, gate: Gate, on_parked: Callable[[], None]) -> None:
        self._most, self.gate, self._on_parked = most, gate, on_parked
        self._parked = 0
        self._waiting: dict[QuestionWait, None] = {}

    @property
    def free(self) -> int:
        """Return how many places are free because their records are parked."""
        return min(self._parked, self._most)

    def park(self) -> None:
        """Take note that a record is parked."""
        self._parked += 1
        if self._parked <= self._most:
            self._on_parked()

    def unpark(self) -> None:
        """Take note that a record goes on."""
        self._parked -= 1

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Park a record for as long as this lasts: it only waits for what another one finds."""
        self.park()
        try:
            yield
        finally:
            self.unpark()

    def noted(self, wait: QuestionWait) -> None:
        """Take note of a question that nothing was sent for yet."""
        self._waiting[wait] = None

    def forget(self, wait: QuestionWait) -> None:
        """Take note that something may be sent for a question."""
        self._waiting.pop(wait, None)

    def take_back(self) -> None:
        """Take back the questions that wait for a limit: the rows are not read, so no further call may go out."""
        for wait in tuple(self._waiting):
            wait.take_back()


class Place:
    """One record's place among those under way."""

    __slots__ = ("_asking", "_parked", "_queued", "parking")

    def __init__(self, parking: Parking) -> None:
        self.parking = parking
        self._asking = self._queued = 0
        self._parked = False

    def change(self, asking: int, queued: int) -> None:
        """Take note that so many more questions are under way, and so many more of them wait for a limit."""
        self._asking += asking
        self._queued += queued
        parked = 0 < self._asking == self._queued
        if parked is not self._parked:
            self._parked = parked
            if parked:
                self.parking.park()
            else:
                self.parking.unpark()


class QuestionWait:
    """One question of a record: call it with True when it starts to wait for a limit, with False when it moves on."""

    __slots__ = ("_before", "_moved_on", "_place", "_taken_back", "_task", "_visit", "_waits")

    def __init__(self, place: Place, visit: int) -> None:
        self._place, self._visit, self._task = place, visit, asyncio.current_task()
        self._before = 0 if self._task is None else self._task.cancelling()
        self._waits = self._moved_on = self._taken_back = False
        place.change(1, 0)

    def __call__(self, waits: bool) -> None:
        """Take note that it starts to wait for a limit, or moves on; the same twice counts once."""
        if waits is self._waits:
            return
        self._waits = waits
        parking = self._place.parking
        if waits:
            if not self._moved_on:
                parking.gate.uncount(self._visit)
                parking.noted(self)
            self._place.change(0, 1)
        else:
            if not self._moved_on:
                self._moved_on = True
                parking.forget(self)
                parking.gate.count(sent=True)
            self._place.change(0, -1)

    def take_back(self) -> None:
        """Give the question up while nothing was sent for it; it is asked again once the rows are read.

        It is cancelled at once, not in the next turn of the loop: by then it might have been sent.
        """
        if self._task is not None and not self._taken_back:
            self._taken_back = True
            self._task.cancel()

    def was_taken_back(self) -> bool:
        """Return whether a cancellation of the task was ours alone, and take it back if so."""
        if not self._taken_back or self._task is None:
            return False
        return self._task.uncancel() <= self._before

    def end(self) -> None:
        """Take note that it is over."""
        self._place.parking.forget(self)
        self._place.change(-1, -1 if self._waits else 0)


PLACE: ContextVar[Place | None] = ContextVar("leadenrich_place", default=None)
"""The place of the record that the running task works on; None: it is not part of a stream."""
