"""Breadth: all records have their first step before any has its second."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Breadth:
    """Lets records that have had a step wait until all others have had theirs.

    A waiting record stays in memory, with what was found for it so far.

    Args:
        most: how many records are asked about at once. parked: called when one begins to wait, so that another can
            take its place.
    """

    def __init__(self, most: int, parked: Callable[[], None]) -> None:
        self._most, self._on_parked = most, parked
        self._waiting: defaultdict[int, deque[asyncio.Future[None]]] = defaultdict(deque)
        self._active = 0
        self.parked = 0
        self._all_begun = False

    def begin(self) -> None:
        """Note that a record begins."""
        self._active += 1

    def finish(self) -> None:
        """Note that a record is finished."""
        self._active -= 1
        self._go_on()

    def end(self) -> None:
        """Note that no further record begins."""
        self._all_begun = True
        self._go_on()

    async def wait(self, depth: int) -> None:
        """Wait until it is the turn of records that have had `depth` steps."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[depth].append(future)
        self._active -= 1
        self.parked += 1
        self._on_parked()
        self._go_on()
        try:
            await future
        except asyncio.CancelledError:
            if not future.done() or future.cancelled():
                self.parked -= 1
                self._active += 1
            raise

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Let another record take one's place while this lasts: it only waits for an earlier record's answer."""
        self._active -= 1
        self.parked += 1
        self._on_parked()
        self._go_on()
        try:
            yield
        finally:
            self.parked -= 1
            self._active += 1

    def _go_on(self) -> None:
        """Let those that had the fewest steps go on, as many as may be under way."""
        while self._all_begun and self._active < self._most:
            depths = [depth for depth, waiting in self._waiting.items() if waiting]
            if not depths:
                return
            future = self._waiting[min(depths)].popleft()
            if not future.done():
                self.parked -= 1
                self._active += 1
                future.set_result(None)
