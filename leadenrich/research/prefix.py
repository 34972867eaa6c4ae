"""Prompts with the same long beginning: the first is answered before the others go out, so that they find it cached."""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

LEAST = 2_000
"""Characters of the shortest beginning that any vendor caches; each adapter knows more of its own models."""

LASTS = 300.0
"""Seconds for which a vendor holds it at least."""

WAITS = 15.0
"""Seconds for which a prompt waits at most for the first one of its beginning."""

MOST = 1_000
"""Beginnings that are remembered."""


@dataclass(slots=True)
class _First:
    until: float
    answered: asyncio.Event = field(default_factory=asyncio.Event)


class Beginnings:
    """The beginnings that the latest prompts of one question had."""

    def __init__(self) -> None:
        self._firsts: OrderedDict[str, _First] = OrderedDict()

    @contextlib.asynccontextmanager
    async def in_turn(self, beginning: str) -> AsyncIterator[None]:
        """Wait until the first prompt of this beginning is answered; where there is none, this one is the first."""
        now = asyncio.get_running_loop().time()
        first = self._firsts.get(beginning)
        if first is not None and now < first.until:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(WAITS):
                    await first.answered.wait()
            yield
            return
        mine = self._firsts[beginning] = _First(now + LASTS)
        if len(self._firsts) > MOST:
            self._firsts.popitem(last=False)
        try:
            yield
        finally:
            mine.answered.set()
