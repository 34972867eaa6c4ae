"""What a step finds where others were asked before it, told by runs in which it was asked before them.

After an outage, records are open about which the others were asked, and the vendor that was down was not. Nobody was
ever asked in that order. Bayes' rule turns the other one round: of those whom the others miss, as many are missed by
all as are missed by this step first and by the others then.
"""

from __future__ import annotations

import math

from leadenrich.waterfall.choice.expectation import Node
from leadenrich.waterfall.stats.rates import STATES, Estimate
from leadenrich.waterfall.stats.statistics import SITUATION, Stats

FEWEST = 5.0
"""A step asked fewer times in a situation tells nothing of it."""

MOST = 0.95
"""No find rate is taken to be further than this from none."""


def turn(node: Node | None, stats: Stats, segment: str | None) -> Node | None:
    """Replace what is guessed of situations that no record has been in by what the other order says, where it does."""
    for one in node or ():
        estimate = one.estimate
        if not one.situation or estimate.asked >= 1:
            continue
        number = stats.number(one.step.provider, one.step.operation)
        told = found_after(stats, number, one.situation, segment)
        if told is not None:
            one.estimate = _blended(estimate, *told)
    return node


def found_after(stats: Stats, number: int, situation: int, segment: str | None = None) -> tuple[float, float] | None:
    """Return the find rate of a step after others, and how many records' experience that is worth.

    Args:
        stats: what was seen.
        number: the step's.
        situation: what the others said.
        segment: of the record.

    Returns:
        None where too little was seen of one of the orders.
    """
    names = {f"{provider}.{operation}": place for place, (provider, operation) in enumerate(stats.steps)}
    others = {names[step]: state for step, state in stats.told(situation).items()}
    first = _share(stats, number, "missed", 0, segment)
    if first is None:
        return None
    missed, unsure = first
    before = _chance(stats, others, 0, segment)
    after = _chance(stats, others, stats.after(0, number, "missed"), segment)
    if before is None or after is None:
        return None
    rest = missed * after[0] / before[0]  # of those of whom the others say this, whom this step misses too
    variance = rest**2 * (unsure + before[1] + after[1])
    find = min(max(1 - rest, 1 - MOST), MOST)
    return find, find * (1 - find) / variance if variance else math.inf


def _chance(stats: Stats, others: dict[int, str], situation: int, segment: str | None) -> tuple[float, float] | None:
    """Return the chance that all of them say so, and the square of its relative error: in the order best known."""
    left, chance, unsure = dict(others), 1.0, 0.0
    while left:
        number = max(left, key=lambda one: stats.asked(one, situation, segment))
        told = _share(stats, number, left.pop(number), situation, segment)
        if told is None:
            return None
        chance, unsure = chance * told[0], unsure + told[1]
        situation = stats.after(situation, number, others[number])
    return chance, unsure


def _share(stats: Stats, number: int, state: str, situation: int, segment: str | None) -> tuple[float, float] | None:
    """Return how often a step said so in a situation, and the square of the relative error of that."""
    counts = stats.counts(number, situation, segment)
    asked, said = sum(counts), counts[STATES.index(state)]
    if asked < FEWEST or said <= 0:
        return None
    return said / asked, (1 - said / asked) / said


def _blended(guessed: Estimate, find: float, weight: float) -> Estimate:
    whole = SITUATION + weight
    mixed = (SITUATION * guessed.find + weight * find) / whole
    return guessed._replace(find=mixed, find_weight=whole, low=min(guessed.low, mixed), high=max(guessed.high, mixed))
