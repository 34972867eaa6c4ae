"""How alike providers' knowledge is, seen in what they find after others have missed and after others have found."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from leadenrich.waterfall.stats.rates import Prior

SURE = 0.25
"""How far the correlation may lie from the declared one before anything is seen, as a standard deviation."""

STEPS = 20
"""How finely it is looked for."""

MOST = 0.9
"""Up to which it is looked for."""

_EDGE = 0.005  # no rate is taken to be nearer to 0 or 1


class Seen(NamedTuple):
    """How often a provider was asked after so many misses and finds of others, and missed."""

    number: int
    misses: int
    finds: int
    asked: float
    missed: float


def effect_of(misses: int, finds: int, correlation: float) -> tuple[float, float]:
    """Return `(scale, shift)`: a find rate `q` becomes `scale q + shift` after those misses and finds."""
    whole = 1 - correlation + (misses + finds) * correlation
    return (1 - correlation) / whole, finds * correlation / whole


def fitted(seen: Iterable[Seen], priors: Sequence[Prior], declared: float) -> float:
    """Return the correlation that fits what was seen, weighed with the declared one.

    Args:
        seen: what was seen.
        priors: of the providers, by number.
        declared: the correlation to begin with.
    """
    sums: dict[int, dict[tuple[int, int], list[float]]] = defaultdict(lambda: defaultdict(lambda: [0.0, 0.0]))
    for one in seen:
        both = sums[one.number][one.misses, one.finds]
        both[0] += one.asked
        both[1] += one.asked - one.missed
    several = {number: shapes for number, shapes in sums.items() if len(shapes) > 1}
    if not several:
        return declared
    grid = [MOST * step / STEPS for step in range(STEPS + 1)]
    chances = [_likelihood(several, priors, one) - (one - declared) ** 2 / (2 * SURE**2) for one in grid]
    best = max(chances)
    weights = [math.exp(one - best) for one in chances]
    return sum(one * weight for one, weight in zip(grid, weights, strict=True)) / sum(weights)


def _likelihood(
    sums: dict[int, dict[tuple[int, int], list[float]]], priors: Sequence[Prior], correlation: float
) -> float:
    """Return the logarithm of the chance of what was seen, each provider's rate as it fits best."""
    total = 0.0
    for number, shapes in sums.items():
        prior = priors[number]
        exposure, finds = prior.weight, prior.weight * prior.find
        effects = [(*effect_of(*shape, correlation), asked, found) for shape, (asked, found) in shapes.items()]
        for scale, shift, asked, found in effects:
            exposure += scale * asked
            finds += found - shift * asked
        base = min(max(finds / exposure, _EDGE), 1 - _EDGE)
        for scale, shift, asked, found in effects:
            rate = min(max(scale * base + shift, _EDGE), 1 - _EDGE)
            total += found * math.log(rate) + (asked - found) * math.log(1 - rate)
    return total
