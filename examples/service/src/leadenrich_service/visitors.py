"""Who is here: each visitor's table, design and run, in memory, bounded, forgotten when they are gone."""

from __future__ import annotations

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import MutableMapping
from typing import Any

from leadenrich_service.designs import Design, presets
from leadenrich_service.runs import Run
from leadenrich_service.settings import Settings
from leadenrich_service.tables import Table


class Answers(OrderedDict[str, Any]):
    """Paid answers of one visitor; the oldest go where there are too many."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most

    def __setitem__(self, key: str, value: Any) -> None:
        super().__setitem__(key, value)
        if len(self) > self.most:
            self.popitem(last=False)


class Visitor:
    """One visitor.

    Attributes:
        id: in a cookie that scripts cannot read. csrf: in every page; each change must bring it.
        answers: paid answers, so that a retry pays for nothing twice.
    """

    def __init__(self, settings: Settings, now: float) -> None:
        self.id = secrets.token_urlsafe(32)
        self.csrf = secrets.token_urlsafe(32)
        self.table: Table | None = None
        self.design = Design(waterfalls=presets()["verified_email"])
        self.run: Run | None = None
        self.answers: MutableMapping[str, Any] = Answers(settings.answers)
        self.seen = now

    async def leave(self) -> None:
        """Stop what runs."""
        if self.run is not None:
            await self.run.cancel()


class Visitors:
    """All of them, the one idle longest first."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._here: OrderedDict[str, Visitor] = OrderedDict()
        self._leaving: set[asyncio.Task[None]] = set()

    def find(self, token: str | None) -> Visitor | None:
        """Return the visitor of a cookie."""
        visitor = self._here.get(token or "")
        if visitor is not None:
            visitor.seen = _now()
            self._here.move_to_end(visitor.id)
        return visitor

    def welcome(self) -> Visitor:
        """Return a new visitor; who is idle too long, or one too many, goes."""
        while self._here:
            oldest = next(iter(self._here.values()))
            if len(self._here) < self.settings.max_visitors and _now() - oldest.seen < self.settings.idle:
                break
            self._forget(oldest)
        visitor = Visitor(self.settings, _now())
        self._here[visitor.id] = visitor
        return visitor

    def _forget(self, visitor: Visitor) -> None:
        del self._here[visitor.id]
        task = asyncio.get_running_loop().create_task(visitor.leave())
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)

    def runs(self) -> list[Run]:
        """Return the runs that are under way."""
        return [one.run for one in self._here.values() if one.run is not None and one.run.is_running]

    async def close(self) -> None:
        """Stop every run."""
        await asyncio.gather(*(visitor.leave() for visitor in self._here.values()), *self._leaving)
        self._here.clear()


def _now() -> float:
    return asyncio.get_running_loop().time()
