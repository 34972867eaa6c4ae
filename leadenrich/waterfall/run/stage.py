"""The waterfalls of a chain that run side by side; some of them may ask in one call what they would ask one by one."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any, Protocol

from leadenrich.results import EnrichedRecord
from leadenrich.waterfall.rules.outcome import Ended
from leadenrich.waterfall.rules.rules import Rules
from leadenrich.waterfall.run.record_loop import RecordLoop


class Fold(Protocol):
    """Waterfalls of one stage that ask together."""

    @property
    def places(self) -> tuple[int, ...]:
        """Return their places among the loops of the stage."""
        ...

    @property
    def rules(self) -> Rules:
        """Return the rules that stand for all of them in a plan."""
        ...

    @property
    def note(self) -> str:
        """Return what a plan says of it."""
        ...

    async def work(self, row: EnrichedRecord, purses: tuple[Any, ...]) -> list[Ended]:
        """Take one record through all of them; return how it left each, in the order of their places."""
        ...


def folds_of(loops: Sequence[RecordLoop]) -> list[Fold]:
    """Return which of several loops ask together: each kind of loop knows that of its own."""
    by_kind: dict[type[RecordLoop], list[int]] = {}
    for place, loop in enumerate(loops):
        by_kind.setdefault(type(loop), []).append(place)
    return [
        fold
        for kind, places in by_kind.items()
        if len(places) > 1
        for fold in kind.folds({p: loops[p] for p in places})
    ]


class Stage:
    """One stage of a chain in one session.

    Args:
        loops: of its waterfalls.
    """

    def __init__(self, loops: Sequence[RecordLoop]) -> None:
        self.loops = tuple(loops)
        self._folds = folds_of(loops)
        together = {place for fold in self._folds for place in fold.places}
        self._alone = [place for place in range(len(loops)) if place not in together]

    async def work(self, row: EnrichedRecord, purses: tuple[Any, ...]) -> list[Ended]:
        """Take one record through; return how it left each waterfall."""
        works: list[Coroutine[Any, Any, Any]] = [self.loops[place].work(row, purses) for place in self._alone]
        over = await side_by_side([*works, *(fold.work(row, purses) for fold in self._folds)])
        ended = dict(zip(self._alone, over, strict=False))
        for fold, ends in zip(self._folds, over[len(self._alone) :], strict=True):
            ended |= zip(fold.places, ends, strict=True)
        return [ended[place] for place in range(len(self.loops))]


async def side_by_side(works: Sequence[Coroutine[Any, Any, Any]]) -> list[Any]:
    """Return what several coroutines return; where one raises, the others are cancelled."""
    if len(works) == 1:
        return [await works[0]]
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(work) for work in works]
    except ExceptionGroup as group_of:
        raise group_of.exceptions[0] from None
    return [task.result() for task in tasks]
