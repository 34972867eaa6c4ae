"""One market's leads: who of them each finder knows, what fixed orders cost on them, and what is true of the rates."""

from __future__ import annotations

import random
from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any

from benchmarks.markets import A_COMPANY, LEADS, LEVELS, Market, chances
from leadenrich.contract import Charged, Feature
from leadenrich.results import Attempt, Cost
from leadenrich.waterfall.choice.order import Charges
from leadenrich.waterfall.stats.attempt_log import ACCEPTED, CATCH_ALL, MISSED, WRONG
from leadenrich.waterfall.stats.statistics import STATES, Estimate, Prior, Stats
from leadenrich.waterfall.step import Step, StepState

MISS, FALSE, RIGHT = 0, 1, 2
OPERATION = "find_email"


class World:
    """The leads of a market.

    A finder misses a lead, or has a false address, or the right one. A verifier refutes false ones. Where the domain
    accepts every address it cannot tell: an address is accepted once two finders agree on it (`catch_all="agree"`).

    Attributes:
        said: for each finder, each lead's outcome. open: bit sets over the leads.
    """

    def __init__(self, market: Market, leads: int = LEADS, run: int = 0) -> None:
        self.market, self.leads = market, leads
        rng = random.Random(f"leads {market.seed} {market.correlation} {market.catch_all} {run}")
        companies = [rng.random() < market.catch_all for _ in range(-(-leads // A_COMPANY))]
        self.company = [lead // A_COMPANY for lead in range(leads)]
        rng.shuffle(self.company)
        self.accepts_all = [companies[company] for company in self.company]
        level = rng.choices(range(LEVELS), k=leads)
        draw = rng.random
        self.said: list[bytes] = []
        for finder, chance in zip(market.finders, chances(market), strict=True):
            good = [share * finder.accept for share in chance]
            self.said.append(
                bytes([RIGHT if (u := draw()) < good[n] else FALSE if u < chance[n] else MISS for n in level])
            )
        self.charges = [Charges(f.call + f.miss, f.call + f.hit, market.verify) for f in market.finders]
        self.steps = [_step(number, finder.id) for number, finder in enumerate(market.finders)]

    # ---- what fixed orders cost

    @cached_property
    def _bits(self) -> tuple[list[int], list[int], int]:
        found = [_bits(said, lambda code: code != MISS) for said in self.said]
        right = [_bits(said, lambda code: code == RIGHT) for said in self.said]
        return found, right, _bits(self.accepts_all, bool)

    def cost_of_step(self, asked: Sequence[int], step: int) -> float:
        """Return what asking a step costs after others (in whatever order), over all leads still open then."""
        found, right, catch_all = self._bits
        once = twice = 0
        for other in asked:
            twice |= once & right[other]
            once |= right[other]
        open_ = ((1 << self.leads) - 1) & ~((once & ~catch_all) | (twice & catch_all))
        hits = (open_ & found[step]).bit_count()
        known = (open_ & right[step] & once).bit_count()  # verified before
        misses = open_.bit_count() - hits
        charges = self.charges[step]
        return misses * charges.miss + hits * charges.hit + (hits - known) * charges.check

    def cost(self, order: Sequence[int]) -> float:
        """Return what all leads cost in a fixed order, each until an address is accepted."""
        return sum(self._table[sum(1 << other for other in order[:place]), step] for place, step in enumerate(order))

    @cached_property
    def _table(self) -> dict[tuple[int, int], float]:
        """Return the cost of each step after each set of others (a bit set)."""
        every = range(len(self.steps))
        return {
            (asked, step): self.cost_of_step([other for other in every if asked >> other & 1], step)
            for asked in range(1 << len(self.steps))
            for step in every
            if not asked >> step & 1
        }

    @cached_property
    def best(self) -> float:
        """Return what the best fixed order costs.

        All orders are tried: what a step costs depends on which others went before, not on their order, so the
        cheapest way to have asked each set is enough.
        """
        cheapest = {0: 0.0}
        for asked in range(1, 1 << len(self.steps)):
            cheapest[asked] = min(
                cheapest[asked & ~(1 << step)] + self._table[asked & ~(1 << step), step]
                for step in range(len(self.steps))
                if asked >> step & 1
            )
        return cheapest[(1 << len(self.steps)) - 1]

    @cached_property
    def best_rejecting(self) -> tuple[float, int]:
        """Return (cost, accepted) of the best fixed order where addresses of catch-all domains are rejected."""
        found, right, catch_all = self._bits
        count, every = len(self.steps), (1 << self.leads) - 1
        once = [0] * (1 << count)
        for asked in range(1, 1 << count):
            low = (asked & -asked).bit_length() - 1
            once[asked] = once[asked & (asked - 1)] | right[low]
        cheapest = {0: 0.0}
        for asked in range(1, 1 << count):
            ways = []
            for step in range(count):
                if asked >> step & 1:
                    before = asked & ~(1 << step)
                    open_ = every & ~(once[before] & ~catch_all)
                    hits = (open_ & found[step]).bit_count()
                    known = (open_ & right[step] & once[before]).bit_count()  # verified before
                    charges = self.charges[step]
                    cost = (open_.bit_count() - hits) * charges.miss + hits * charges.hit
                    cost += (hits - known) * charges.check
                    ways.append(cheapest[before] + cost)
            cheapest[asked] = min(ways)
        last = (1 << count) - 1
        return cheapest[last], (once[last] & ~catch_all).bit_count()

    @cached_property
    def accepted(self) -> int:
        """Return how many leads get an address, whatever the order."""
        _, right, catch_all = self._bits
        once = twice = 0
        for bits in right:
            twice |= once & bits
            once |= bits
        return ((once & ~catch_all) | (twice & catch_all)).bit_count()

    # ---- the rates

    def priors(self, shuffled: bool = False) -> dict[str, Prior]:
        """Return what is published of each finder; `shuffled`: each one's figures are another one's."""
        told = [(finder.prior_find, finder.prior_accept) for finder in self.market.finders]
        if shuffled:
            told = told[::-1]
        return {step.provider: Prior(*figures) for step, figures in zip(self.steps, told, strict=True)}

    def truth(self) -> Stats:
        """Return the true rates."""
        return Truth(self)


class Truth(Stats):
    """`Stats` that are told a market's exact rates in each situation, once it comes up."""

    def __init__(self, world: World) -> None:
        super().__init__(frozen=True)
        self.world = world
        self._told: set[int] = set()
        self._chances = chances(world.market)
        for step in world.steps:
            self.number(step.provider, step.operation)

    def estimate(self, number: int, situation: int = 0, segment: str | None = None) -> Estimate:
        """Return what is expected."""
        if situation not in self._told:
            self._told.add(situation)
            self._tell(situation)
        return super().estimate(number, situation, segment)

    def asked(self, number: int, situation: int, segment: str | None = None) -> float:
        """Return the experience there is: all of it."""
        self.estimate(number, situation, segment)
        return super().asked(number, situation, segment)

    def _tell(self, situation: int) -> None:
        asked = {step: STATES[code - 1] for step in range(len(self._chances)) if (code := situation >> 3 * step & 7)}
        after = {f"f{step}.{OPERATION}": state for step, state in asked.items()}
        finders = self.world.market.finders
        share = self.world.market.catch_all
        plain, none, one_right = [1 - share] * LEVELS, [share] * LEVELS, [0.0] * LEVELS
        for step, state in asked.items():
            accept = finders[step].accept
            for n, find in enumerate(self._chances[step]):
                if state == MISSED:
                    plain[n] *= 1 - find
                    none[n] *= 1 - find
                    one_right[n] *= 1 - find
                elif state == WRONG:
                    plain[n] *= find * (1 - accept)
                    none[n] = one_right[n] = 0.0
                else:
                    plain[n] = 0.0
                    one_right[n] = find * ((1 - accept) * one_right[n] + accept * none[n])
                    none[n] *= find * (1 - accept)
        whole = sum(plain) + sum(none) + sum(one_right)
        for step, finder in enumerate(finders):
            if step in asked or whole <= 0:
                continue
            find = self._chances[step]
            good = sum(f * finder.accept * (p + r) for f, p, r in zip(find, plain, one_right, strict=True)) / whole
            wrong = sum(f * (1 - finder.accept) * p for f, p in zip(find, plain, strict=True)) / whole
            catch = (
                sum(f * (o + (1 - finder.accept) * r) for f, o, r in zip(find, none, one_right, strict=True)) / whole
            )
            outcomes = {MISSED: 1 - good - wrong - catch, WRONG: wrong, CATCH_ALL: catch, ACCEPTED: good}
            self.declare(f"f{step}.{OPERATION}", outcomes, after=after, weight=1e7)


def _bits(values: Sequence[Any], holds: Any) -> int:
    return int("".join(["1" if holds(value) else "0" for value in values]), 2)


def _step(number: int, name: str) -> StepState:
    feature = Feature(OPERATION, gives=("email",), credits={"": Decimal(1)}, charged=Charged.ON_HIT, summary=name)
    return StepState(Step(f"f{number}"), number, OPERATION, feature)


ATTEMPTS = {
    (name, state): Attempt(name, OPERATION, outcome, state=state, cost=Cost())
    for name in (*(f"f{number}" for number in range(12)), "local")
    for outcome, state in (("miss", MISSED), ("rejected", WRONG), ("rejected", CATCH_ALL), ("hit", ACCEPTED))
}
"""One attempt of each kind, shared: the loop here is about choices, not about rows."""
