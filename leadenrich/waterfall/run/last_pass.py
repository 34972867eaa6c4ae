"""The last pass: records from which scarce money held a step back wait for the end, and share what was not spent."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Callable

from leadenrich.waterfall.run.parking import PLACE

MOST = 2_000
"""So many records wait for the last pass at most; beyond that, those whose next step is dearest end without it."""


class LastPass:
    """Lets records wait for what is left at the end, the cheapest next step first.

    Args:
        most: how many may wait. room: whether another record may be worked on now.
    """

    def __init__(self, most: int, room: Callable[[], bool]) -> None:
        self._most, self._room = most, room
        self._waiting: list[tuple[float, int, asyncio.Future[bool]]] = []
        self._number = itertools.count()
        self._begun = False

    async def wait(self, index: float) -> bool:
        """Wait until there is nothing better to spend money on; False: too many wait, and others have better use of it.

        Args:
            index: what a value of the next step is expected to cost.
        """
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (index, next(self._number), future))
        place = PLACE.get()
        if place is not None:
            place.change(1, 1)
        try:
            if len(self._waiting) > self._most:
                self._give_up(max(self._waiting))
            self.go_on()
            return await future
        finally:
            if place is not None:
                place.change(-1, -1)
            self.go_on()

    def begin(self) -> None:
        """Note that no further record begins: what is left is for those that wait."""
        self._begun = True
        self.go_on()

    def go_on(self) -> None:
        """Let those with the cheapest next step go on, as many as may be under way."""
        while self._begun and self._waiting and self._room():
            _, _, future = heapq.heappop(self._waiting)
            if not future.done():
                future.set_result(True)
                return  # it takes its place when it runs, and calls again when it leaves it

    def give_up(self) -> None:
        """Let all of them end: rows in order wait for theirs."""
        while self._waiting:
            self._give_up(self._waiting[0])

    def _give_up(self, one: tuple[float, int, asyncio.Future[bool]]) -> None:
        self._waiting.remove(one)
        heapq.heapify(self._waiting)
        if not one[2].done():
            one[2].set_result(False)
