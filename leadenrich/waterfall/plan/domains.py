"""How many companies' domains accept every address, where one record shows it and the others are not asked about."""

from __future__ import annotations

import random
from typing import NamedTuple

from leadenrich.waterfall.choice.expectation import Expectation
from leadenrich.waterfall.plan.companies import Companies
from leadenrich.waterfall.stats.rates import Domains

FEW = 2.0
"""Companies' experience that is added where little was seen."""


class CatchAllShare(NamedTuple):
    """What is expected of companies of which nothing has been seen yet.

    Attributes:
        share: of the records whose company's domain accepts every address (0-1).
        weight: how many companies' experience that is.
    """

    share: float
    weight: float

    def drawn(self, rng: random.Random) -> float:
        """Return the share as it might truly be."""
        if not 0 < self.share < 1:
            return self.share
        return rng.betavariate(self.share * self.weight, (1 - self.share) * self.weight)


def catch_all_share(seen: Domains, asked: Expectation, weight: float, companies: Companies) -> CatchAllShare:
    """Return what is expected of companies, by what earlier runs have met.

    Records about which nobody was asked count as much as the others: those who were asked are not like all.

    Args:
        seen: what was met.
        asked: what a record comes to among those that were asked about.
        weight: the experience in records behind that, where nothing was met.
        companies: of the records that are planned for.
    """
    caught = asked.caught[0]
    found = caught + asked.plain[0]
    if caught <= 0 or found <= 0:
        return CatchAllShare(0.0, weight)
    if seen.asked <= 0:
        return CatchAllShare(caught / found, weight)
    shown = seen.shown / seen.asked
    records = seen.asked + seen.passed
    share = (min(shown / found, 1.0) * seen.asked + seen.passed) / records
    size = (seen.shown + seen.passed) / seen.shown if seen.shown else 1.0
    uneven = companies.together / companies.mean
    return CatchAllShare(share, records / size / uneven + FEW)
