"""What a stream runs: a waterfall or a chain, as far as the machinery of a run knows it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Protocol

from leadenrich.engine.budget import Budget
from leadenrich.results import EnrichedRecord
from leadenrich.waterfall.asker import Asker
from leadenrich.waterfall.rules.rules import Rules
from leadenrich.waterfall.run.context import RunContext

Worker = Callable[[EnrichedRecord, tuple[Any, ...]], Awaitable[list[EnrichedRecord]]]
"""Takes a prepared row and the ledgers that must have room; returns the rows that came of it."""


class Runnable(Protocol):
    """A waterfall or a chain.

    Attributes:
        clean: whether records are brought to canonical form first. region: the country of phones without a code.
    """

    clean: bool
    region: str | None

    @property
    def expected(self) -> tuple[str, ...]:
        """Return the fields asked for."""
        ...

    @property
    def all_rules(self) -> tuple[Rules, ...]:
        """Return the rules of each waterfall."""
        ...

    @property
    def by_breadth(self) -> bool:
        """Return whether records take turns: step 1 of all before step 2 of any."""
        ...

    def bind(self, session: Asker, context: RunContext) -> Worker:
        """Return what takes prepared rows through in one session."""
        ...

    def explain(
        self, records: int | Iterable[Any], *, session: Any = None, budget: Budget | None = None, concurrency: int = 100
    ) -> Any:
        """Return the plan of a run."""
        ...
