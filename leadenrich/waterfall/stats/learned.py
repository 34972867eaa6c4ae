"""What a waterfall learns, in the ledger of the session that runs it: read before a run, added to while it goes on."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Protocol

from leadenrich.errors import LeadEnrichError
from leadenrich.waterfall.stats.statistics import Stats
from leadenrich.waterfall.stats.statistics_file import add, aged, from_dict, to_dict

log = logging.getLogger("leadenrich")

SOME = 50
"""Records after which what was learned is written, if the last time was a while ago."""
AWHILE = 5.0
"""Seconds."""


class Keeper(Protocol):
    """Keeps small things beyond the run: the journal of a `FileLedger`."""

    place: str

    def kept(self, name: str) -> Any:
        """Return what was kept under a name, None where nothing was."""
        ...

    def keep(self, name: str, make: Callable[[Any], Any]) -> Any:
        """Replace what is kept by what `make` makes of it, in one step."""
        ...

    def write_with(self, save: Callable[[], None]) -> None:
        """Call `save` whenever what waits in memory is written."""
        ...


class Learned:
    """What one `Stats` learns, record by record, until it is in the ledger.

    Only what is new is written, added to what stands there, so that several processes learn together.
    """

    def __init__(self, correlation: float, keeper: Keeper, name: str, half_life: float | None = None) -> None:
        self._name, self._correlation, self._half_life = name, correlation, half_life
        self._new = Stats(correlation=correlation, half_life=half_life)
        self._since, self._written = 0, _now()
        self._keeper: Keeper | None = None
        self.use(keeper)

    def use(self, keeper: Keeper) -> None:
        """Write to that from now on."""
        if keeper is not self._keeper:
            self._keeper = keeper
            keeper.write_with(self.write)

    def learn(self, log: Any) -> None:
        """Take a finished record into account; write from time to time."""
        self._new.learn(log)
        self._since += 1
        if self._since >= SOME and _now() - self._written > AWHILE:
            self.write()

    def prove(self, provider: str, operation: str, good: bool) -> None:
        """Take into account that verification confirmed or refuted an answer."""
        self._new.prove(self._new.number(provider, operation), good)

    def pass_over(self) -> None:
        """Take into account that nobody was asked about a record, because its domain accepts every address."""
        self._new.pass_over()
        self._since += 1

    def write(self) -> None:
        """Add what is new to what the ledger has; what cannot be written now waits for the next time."""
        new, self._written = self._new, _now()
        if not self._since or self._keeper is None:
            return
        self._since, self._new = 0, Stats(correlation=self._correlation, half_life=self._half_life)
        try:
            self._keeper.keep(self._name, lambda plain: to_dict(_sum(plain, new, self._half_life)))
        except LeadEnrichError as error:
            self._since, self._new = self._since + 1, new
            log.warning("what was learned is not saved: %s", error.message)


def remember(stats: Stats, keeper: Keeper | None, name: str) -> None:
    """Read what earlier runs learned into `stats`, once, and write what it learns from now on."""
    if keeper is None or stats.frozen:
        return
    if stats.recalled != keeper.place:
        stats.recalled, stats.learned = keeper.place, None
        if (plain := keeper.kept(name)) is not None:
            add(stats, aged(from_dict(Stats, plain), plain))
    if stats.learned is None:
        stats.learned = Learned(stats.correlation, keeper, name, stats.half_life)
    else:
        stats.learned.use(keeper)


def _sum(plain: Any, new: Stats, half_life: float | None) -> Stats:
    """Return what the ledger has, faded by what was learned since, with that."""
    if plain is None:
        return new
    whole = aged(from_dict(Stats, plain), plain)
    if half_life is not None:
        whole.fade(0.5 ** (new.records / half_life))
    add(whole, new)
    return whole


def _now() -> float:
    return datetime.now(UTC).timestamp()
