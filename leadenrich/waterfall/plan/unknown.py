"""Answers that nobody asked for then: what the other records say of them, and how far that may be off."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from leadenrich.errors import called
from leadenrich.waterfall.plan.past import Story
from leadenrich.waterfall.plan.plan import Range
from leadenrich.waterfall.rules.rules import Rules
from leadenrich.waterfall.stats.attempt_log import MISSED
from leadenrich.waterfall.stats.correlation import MOST, effect_of
from leadenrich.waterfall.stats.statistics import Stats

USUAL = 8.0
"""How many records' experience it is worth that two providers are as alike as all are on average."""

SURE = 10.0
"""How many records' experience the declared correlation is worth."""

PRIOR = 4.0
"""How many records' experience the declared find rate of a step is worth."""

EIGHTY = 1.2816
"""Standard deviations on both sides of a mean that hold four cases out of five."""

Pair = tuple[str, str]
"""A step that found something, "" where none did, and the one whose answer is not known."""


class Guess(NamedTuple):
    """The chance (0-1) that something is found, by which pair of steps, and how many records that rests on."""

    find: float
    pair: Pair
    weight: float


class Unknown:
    """Says how likely a step would have found something, by what others said of the record.

    Where an earlier answer was accepted nobody else was asked, so what others find then shows only in records where it
    was rejected. How alike two steps are is seen there, pair by pair; where that is little, they are taken to be as
    alike as most are.

    Args:
        stories: past records. rules: the waterfall's.
    """

    def __init__(self, stories: Sequence[Story], rules: Rules) -> None:
        priors = Stats(rules.stats.priors)
        self._base = {
            called(one.provider, one.operation): priors.base(priors.number(one.provider, one.operation))
            for one in rules.states
        }
        told = [self._in_turn(story) for story in stories]
        self._alike = _most(told, rules.stats.correlation)
        sums = {name: [PRIOR, PRIOR * base] for name, base in self._base.items()}
        for answers in told:
            for place, (name, hit) in enumerate(answers):
                scale, shift = self._effect(dict(answers[:place]))
                sums[name][0] += scale
                sums[name][1] += hit - shift
        self._base = {name: min(max(finds / asked, 0.0), 1.0) for name, (asked, finds) in sums.items()}
        self._asked: dict[Pair, float] = defaultdict(float)
        self._beyond: dict[Pair, float] = defaultdict(float)  # how many more it found than alike steps would have
        for answers in told:
            for place, (name, hit) in enumerate(answers):
                before = dict(answers[:place])
                expected = self._usual(name, before)
                for pair in _pairs(name, before):
                    self._asked[pair] += 1
                    self._beyond[pair] += hit - expected

    def _in_turn(self, story: Story) -> list[tuple[str, bool]]:
        names = dict.fromkeys(called(one.provider, one.operation) for one in story.attempts)
        return [
            (name, story.answers[name].state != MISSED)
            for name in names
            if name in story.answers and name in self._base
        ]

    def of(self, name: str, story: Story) -> Guess:
        """Return what is expected of a step's answer about a record."""
        known = {other: one.state != MISSED for other, one in story.answers.items() if other in self._base}
        find, pairs = self._usual(name, known), list(_pairs(name, known))
        find += sum(self._beyond[pair] / (self._asked[pair] + USUAL) for pair in pairs)
        least = min(pairs, key=lambda pair: self._asked[pair])
        return Guess(min(max(find, 0.005), 0.995), least, self._asked[least] + USUAL)

    def _usual(self, name: str, known: Mapping[str, bool]) -> float:
        """Return how often a step finds something where some have found and some have missed, if all are alike."""
        scale, shift = self._effect(known)
        return scale * self._base[name] + shift

    def _effect(self, known: Mapping[str, bool]) -> tuple[float, float]:
        finds = sum(known.values())
        return effect_of(len(known) - finds, finds, self._alike)


def _most(told: Iterable[Sequence[tuple[str, bool]]], declared: float) -> float:
    """Return how alike most pairs of steps are: how much more often one finds where another found, not missed.

    The median of the pairs, weighed by how much is known of each: two that share a feed say nothing of the others.
    """
    counts: dict[Pair, list[list[float]]] = defaultdict(lambda: [[0.0, 0.0], [0.0, 0.0]])
    for answers in told:
        for place, (name, hit) in enumerate(answers):
            for other, before in answers[:place]:
                counts[other, name][before][0] += 1
                counts[other, name][before][1] += hit
    pairs = []
    for (missed, after_miss), (found, after_find) in counts.values():
        if missed and found:
            pairs.append((after_find / found - after_miss / missed, missed * found / (missed + found)))
    whole = sum(weight for _, weight in pairs)
    middle, below = declared, 0.0
    for apart, weight in sorted(pairs):
        below += weight
        if below >= whole / 2:
            middle = min(max(apart, 0.0), MOST)
            break
    return (whole * middle + SURE * declared) / (whole + SURE)


def _pairs(name: str, known: Mapping[str, bool]) -> Iterable[Pair]:
    found = [other for other, hit in known.items() if hit]
    return [(other, name) for other in found] or [("", name)]


@dataclass(slots=True)
class Doubt:
    """How far a sum over records may be off, because answers are not known.

    Attributes:
        rates: pair -> by how much the USD and the values change with the find rate; and that rate's variance.
        usd, values: the variance that is left where the rates are known.
    """

    rates: dict[Pair, tuple[float, float, float]] = field(default_factory=dict)
    usd: float = 0.0
    values: float = 0.0

    def add(self, guess: Guess, chance: float, usd: float, values: float) -> None:
        """Add one answer.

        Args:
            guess: what is expected of it.
            chance: that it matters (0-1).
            usd: how much more its record costs where something is found than where nothing is.
            values: and how many more values there are.
        """
        self._add(guess.pair, guess.find, guess.weight, chance, usd, values)

    def add_verdict(self, step: str, rate: float, weight: float, chance: float, usd: float, values: float) -> None:
        """Add what becomes of one answer that is found.

        Args:
            step: whose answer.
            rate: the chance that it ends the record (0-1).
            weight: how many records that rests on.
            chance: that it is found (0-1).
            usd: how much more its record costs where it ends it than where it does not.
            values: and how many more values there are.
        """
        self._add(("accepted", step), rate, weight, chance, usd, values)

    def _add(self, what: Pair, rate: float, weight: float, chance: float, usd: float, values: float) -> None:
        luck = rate * (1 - rate)
        self.usd += chance * luck * usd * usd
        self.values += chance * luck * values * values
        before = self.rates.get(what, (0.0, 0.0, 0.0))
        variance = max(before[2], luck / (weight + 1))
        self.rates[what] = before[0] + chance * usd, before[1] + chance * values, variance

    def spread_of_usd(self, other: Doubt | None = None) -> float:
        """Return the standard deviation of the USD, or of what they differ by from another's: the same is unknown."""
        theirs = {} if other is None else other.rates
        variance = self.usd + (0.0 if other is None else other.usd)
        for pair in {**self.rates, **theirs}:
            mine, its = self.rates.get(pair, (0.0, 0.0, 0.0)), theirs.get(pair, (0.0, 0.0, 0.0))
            variance += (mine[0] - its[0]) ** 2 * max(mine[2], its[2])
        return float(variance**0.5)

    def spread_of_values(self) -> float:
        """Return the standard deviation of the values."""
        return float((self.values + sum(one[1] ** 2 * one[2] for one in self.rates.values())) ** 0.5)


def around(expected: float, spread: float, least: float | None = 0.0) -> Range:
    """Return an expected amount with its 80 % interval, which begins at `least` at the lowest."""
    low = expected - EIGHTY * spread
    return Range(expected, low if least is None else max(low, min(least, expected)), expected + EIGHTY * spread)
