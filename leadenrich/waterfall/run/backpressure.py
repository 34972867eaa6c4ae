"""Lets calls go out only while the caller takes the rows: a stream that is kept but not read comes to rest."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

SETTLING = 0.01
"""Seconds within which calls let through may turn out to wait for a limit, so that they did not go out after all."""


class ConsumerGate:
    """Open while the consumer waits for a row; between two rows it lets `allowance` calls through.

    So a consumer that walks away without a word costs at most `allowance` further calls, and one that is merely slow
    is never waited for in vain.

    Attributes:
        open: whether a call may go out now. passed: calls let through since the consumer was last here.
        on_closed: called when it stays closed, so that what waits for a limit can be taken back.
    """

    __slots__ = ("_allowance", "_attended", "_visit", "_waiting", "on_closed", "open", "passed")

    def __init__(self, allowance: int) -> None:
        self._allowance = allowance
        self._attended, self._visit = False, 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self.open = True
        self.passed = 0
        self.on_closed: Callable[[], None] | None = None

    def count(self, *, sent: bool = False) -> int:
        """Note that a call goes out; return during which of the consumer's visits, for `uncount`.

        Args:
            sent: it had waited for a limit and leaves now; else it may turn out that it has to wait.
        """
        self.passed += 1
        if not self._attended and self.passed >= self._allowance and self.open:
            self.open = False
            if sent:
                self._settled()
            elif self.on_closed is not None:
                asyncio.get_running_loop().call_later(SETTLING, self._settled)
        return self._visit

    def uncount(self, visit: int) -> None:
        """Note that a call counted during a visit waits for a limit instead."""
        if visit != self._visit:
            return
        self.passed -= 1
        if not self.open and self.passed < self._allowance:
            self.open = True
            self._let_in(self._allowance)

    def ended(self) -> None:
        """Note that a call has ended: another that waits here may go out."""
        if self.open and self._waiting:
            self._let_in(1)

    async def wait(self) -> None:
        """Wait until the gate has been opened again."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        await future

    def attend(self) -> None:
        """The consumer waits for a row."""
        self._visit += 1
        self._attended = self.open = True
        self.passed = 0
        if self._waiting:
            self._let_in(self._allowance)

    def leave(self) -> None:
        """The consumer went to work on its row, or went for good."""
        self._visit += 1
        self._attended = False
        self.passed = 0

    def _settled(self) -> None:
        if not self.open and self.on_closed is not None:
            self.on_closed()

    def _let_in(self, most: int) -> None:
        while self._waiting and most:
            future = self._waiting.popleft()
            if not future.done():
                future.set_result(None)
                most -= 1
