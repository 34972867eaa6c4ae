"""How many calls to one account may be in flight: a slow start until it has answered well (G7), then its own cap."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

FIRST = 4
"""Calls in flight until a vendor has given one good answer: a refused key costs four bad calls, not a thousand."""
GROWTH = 8
"""By how much a good answer widens: a limit of hundreds a second is reached within a second or two of good answers."""
OPEN = 1024
"""Above this, no cap but the vendor's own."""


class Concurrency:
    """A counter with waiters. Its width grows with each good answer, from 4 up to the vendor's cap."""

    __slots__ = ("_cap", "_waiting", "in_flight", "width")

    def __init__(self, cap: int | None) -> None:
        self._cap = cap or OPEN
        self._waiting: deque[asyncio.Future[bool]] = deque()
        self.width = min(FIRST, self._cap)
        self.in_flight = 0

    @property
    def full(self) -> bool:
        """Return whether one who comes now has to wait."""
        return self.in_flight >= self.width and not (self.width >= OPEN and self._cap >= OPEN)

    def take(self) -> bool:
        """Take a place at once; False where none is free."""
        if self.full:
            return False
        self.in_flight += 1
        return True

    async def enter(self, check: Callable[[], None]) -> None:
        """Wait for a place.

        Args:
            check: raises where the vendor must not be asked any more; called again when `recheck` wakes this waiter.
        """
        while self.full:
            future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
            self._waiting.append(future)
            try:
                if await future:
                    return  # `leave` has counted it
            except asyncio.CancelledError:
                if future.done() and not future.cancelled() and future.result():
                    self.leave(good=False)  # the place was given in the same turn
                elif future in self._waiting:
                    self._waiting.remove(future)
                raise
            check()
        self.in_flight += 1

    def leave(self, *, good: bool) -> None:
        """Give the place back; a good answer widens."""
        self.in_flight -= 1
        if good and self.width < self._cap:
            self.width = min(self._cap, self.width + GROWTH)
        self._admit()

    def narrow(self) -> None:
        """Start slowly again: what the vendor said casts doubt on the next calls too."""
        self.width = min(FIRST, self._cap)

    def recheck(self) -> None:
        """Wake every waiter to look whether the vendor may still be asked."""
        waiting, self._waiting = self._waiting, deque()
        for future in waiting:
            if not future.done():
                future.set_result(False)

    def _admit(self) -> None:
        while self._waiting and not self.full:
            future = self._waiting.popleft()
            if not future.done():
                self.in_flight += 1
                future.set_result(True)
