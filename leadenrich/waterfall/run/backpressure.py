"""Lets calls go out only while somebody takes the rows: a stream that is kept but not read comes to rest."""

from __future__ import annotations

import asyncio
from collections import deque


class ConsumerGate:
    """Open while the consumer waits for a row; between two rows it lets `allowance` calls through.

    So a consumer that walks away without a word costs at most `allowance` further calls, and one that is merely slow
    is never waited for in vain.

    Attributes:
        open: whether a call may go out now. passed: calls let through since the consumer was last here.
    """

    __slots__ = ("_allowance", "_attended", "_waiting", "open", "passed")

    def __init__(self, allowance: int) -> None:
        self._allowance = allowance
        self._attended = False
        self._waiting: deque[asyncio.Future[None]] = deque()
        self.open = True
        self.passed = 0

    def count(self) -> None:
        """Note that a call goes out."""
        self.passed += 1
        if not self._attended and self.passed >= self._allowance:
            self.open = False

    async def wait(self) -> None:
        """Wait until the gate has been opened again."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        await future

    def attend(self) -> None:
        """The consumer waits for a row."""
        self._attended = self.open = True
        self.passed = 0
        while self._waiting:
            future = self._waiting.popleft()
            if not future.done():
                future.set_result(None)

    def leave(self) -> None:
        """The consumer went to work on its row, or went for good."""
        self._attended = False
        self.passed = 0
