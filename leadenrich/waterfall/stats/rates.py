"""The words of rates: states, priors, estimates, and what answers took."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from leadenrich.engine.validation import number
from leadenrich.errors import ConfigurationError
from leadenrich.waterfall.stats.attempt_log import ACCEPTED, BELOW, CATCH_ALL, MISSED, WRONG

STATES = (MISSED, WRONG, BELOW, CATCH_ALL, ACCEPTED)
"""What asking a provider can lead to, as far as rates go; a failure says nothing about them."""

_FOUND = 0.5
_ACCEPTED = 0.85


@dataclass(frozen=True, slots=True)
class Prior:
    """What is assumed of a provider before anything is seen.

    Attributes:
        find: share of the questions it answers (0-1). accept: share of its answers that are accepted (0-1).
        weight: how many records' experience that belief is worth. seconds: how long one answer takes.
    """

    find: float = _FOUND
    accept: float = _ACCEPTED
    weight: float = 4.0
    seconds: float = 1.0

    def __post_init__(self) -> None:
        for name in ("find", "accept"):
            number(f"a prior's {name}", getattr(self, name), ConfigurationError)
            if not 0 < getattr(self, name) <= 1:
                raise ConfigurationError(f"a prior's {name} is a share above 0, up to 1, not {getattr(self, name)!r}")
        number("a prior's weight", self.weight, ConfigurationError)
        number("a prior's seconds", self.seconds, ConfigurationError)
        if self.weight <= 0 or self.seconds < 0:
            raise ConfigurationError("a prior's weight is positive, and its seconds are not negative")


class Estimate(NamedTuple):
    """What is expected of asking a provider now.

    Attributes:
        find, accept: expected rates (0-1). find_weight, accept_weight: the experience behind them, in records.
        low, high: where the find rate lies: between a doubled and no effect of the misses before, where this situation
            was never seen; else about four times out of five. asked: how often this very situation was seen.
        rejections: what an answer that is not accepted becomes: shares of wrong, below and catch_all.
    """

    find: float
    accept: float
    find_weight: float
    accept_weight: float
    low: float
    high: float
    asked: float
    rejections: tuple[float, float, float]

    @property
    def unaccepted(self) -> list[tuple[str, float]]:
        """Return the states in which the record goes on, with their chances."""
        bad = self.find * (1 - self.accept)
        shares = ((state, bad * share) for state, share in zip((WRONG, BELOW, CATCH_ALL), self.rejections, strict=True))
        return [(MISSED, 1 - self.find), *((state, share) for state, share in shares if share > 1e-4)]


class Shape(NamedTuple):
    """A situation in short: how many missed, how many found, and which kinds of rejection there were."""

    misses: int
    finds: int
    kinds: int


class Domains(NamedTuple):
    """How often domains that accept every address were met.

    Attributes:
        asked: records that somebody was asked about. shown: those of them that showed their company's domain to be one.
        passed: records about which nobody was asked, because another one of their company had shown it.
    """

    asked: float = 0.0
    shown: float = 0.0
    passed: float = 0.0


@dataclass(slots=True)
class Spent:
    """What a provider's answers took: credits by purse, and seconds; sums over so many."""

    hits: float = 0
    on_hit: dict[str, float] | None = None
    misses: float = 0
    on_miss: dict[str, float] | None = None
    checks: float = 0
    on_check: dict[str, float] | None = None
    timed: float = 0
    seconds: float = 0

    def fade(self, share: float) -> None:
        """Let all sums count for a share of what they did."""
        self.hits *= share
        self.misses *= share
        self.checks *= share
        self.timed *= share
        self.seconds *= share
        for sums in (self.on_hit, self.on_miss, self.on_check):
            for purse in sums or ():
                sums[purse] *= share  # type: ignore[index]  # it is not None where there is a purse

    def add(self, other: Spent, share: float = 1.0) -> None:
        """Add what another one's answers took, or a share of that."""
        for name in ("hits", "misses", "checks", "timed", "seconds"):
            setattr(self, name, getattr(self, name) + share * getattr(other, name))
        for name in ("on_hit", "on_miss", "on_check"):
            if (more := getattr(other, name)) is not None:
                mine = getattr(self, name) or {}
                for purse, amount in more.items():
                    mine[purse] = mine.get(purse, 0.0) + share * amount
                setattr(self, name, mine)
