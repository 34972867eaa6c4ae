"""How many calls to one account may be in flight: a slow start until it has answered well (G7), then its own cap."""

from __future__ import annotations

import asyncio
from collections import deque

FIRST = 4
"""Calls in flight until a vendor has given one good answer: a refused key costs four bad calls, not a thousand."""
OPEN = 1024
"""Above this, no cap but the vendor's own."""


class Gate:
    """A counter with waiters; its width doubles with each round of good answers, from 4 up to the vendor's cap."""

    __slots__ = ("_cap", "_waiting", "in_flight", "width")

    def __init__(self, cap: int | None) -> None:
        self._cap = cap or OPEN
        self._waiting: deque[asyncio.Future[None]] = deque()
        self.width = min(FIRST, self._cap)
        self.in_flight = 0

    async def enter(self) -> None:
        """Wait for a place."""
        if self.in_flight < self.width or (self.width >= OPEN and self._cap >= OPEN):
            self.in_flight += 1
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        try:
            await future
        except asyncio.CancelledError:
            if future.done() and not future.cancelled():
                self.leave(good=False)  # the place was given just before
            raise

    def leave(self, *, good: bool) -> None:
        """Give the place back; a good answer widens the gate."""
        self.in_flight -= 1
        if good and self.width < self._cap:
            self.width = min(self._cap, self.width * 2 if self.width == FIRST else self.width + 1)
        while self._waiting and self.in_flight < self.width:
            future = self._waiting.popleft()
            if not future.done():
                self.in_flight += 1
                future.set_result(None)

    def open_all(self) -> None:
        """Let every waiter through: the account is benched and each will see so at once."""
        while self._waiting:
            future = self._waiting.popleft()
            if not future.done():
                self.in_flight += 1
                future.set_result(None)
