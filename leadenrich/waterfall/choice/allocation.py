"""Scarce money: which steps are left out so that a budget reaches all records, and what scarce credits are worth."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from leadenrich.results import Attempt, StopReason
from leadenrich.waterfall.choice.expectation import Expectation, Node, expect, look_ahead
from leadenrich.waterfall.choice.order import Order
from leadenrich.waterfall.choice.pricing import Pricing
from leadenrich.waterfall.rules.record_state import RecordState
from leadenrich.waterfall.step import StepState

log = logging.getLogger("leadenrich")

EDGE = 0.02
"""How near to the shadow price (as a share of it) an index lies for a step to be asked as far as the pace allows."""

AGAIN = 25
"""The plan is made anew after so many records, at least, and after each twentieth of them all."""

ROUNDS = 14
"""How often the worth of scarce credits is halved in on."""


@dataclass(frozen=True, slots=True)
class Funds:
    """The money of a run.

    Attributes:
        total: how many records it is for, None where that is not known. purses: the ledgers it is in.
        cutoffs: those that share the ledgers: a chain's waterfalls.
    """

    total: int | None = None
    purses: tuple[Any, ...] = ()
    cutoffs: list[Cutoff] = field(default_factory=list)

    @property
    def scarce(self) -> tuple[Any, ...]:
        """Return the ledgers that limit USD or credits."""
        return tuple(one for one in self.purses if one.budget.usd is not None or one.budget.credits)


def shadow_price(
    cost: Callable[[float | None], float], levels: Iterable[float], per_record: float
) -> tuple[float | None, float]:
    """Return the index above which steps are left out so that a record costs no more than `per_record` on average.

    Args:
        cost: gives what a record costs on average (USD) where only steps up to an index are asked; None: all.
        levels: the indices there are.
        per_record: USD.

    Returns:
        `(price, share)`: USD for each accepted value, or None where there is enough for everything; and the share of
        the records for which a step just at that price can still be asked.
    """
    if cost(None) <= per_record:
        return None, 1.0
    known = sorted(set(levels))
    low, high = 0, len(known) - 1
    while low < high:  # the first level whose steps cannot all be asked
        middle = (low + high) // 2
        if cost(known[middle]) > per_record:
            high = middle
        else:
            low = middle + 1
    without = cost(known[low - 1]) if low else 0.0
    more = cost(known[low]) - without
    return known[low], min(max((per_record - without) / more, 0.0), 1.0) if more > 0 else 1.0


def fair_shares(needs: Sequence[float], whole: float) -> list[float]:
    """Return how an amount is divided among those who need so much each: equal parts, and what one leaves the others.

    Args:
        needs: what each can use.
        whole: what there is; where it exceeds all needs together, everybody gets more in equal parts.
    """
    shares, left, others = [0.0] * len(needs), whole, len(needs)
    for place in sorted(range(len(needs)), key=needs.__getitem__):
        shares[place] = min(needs[place], left / others)
        left, others = left - shares[place], others - 1
    return [share + left / len(needs) for share in shares]


class Cutoff:
    """Spreads what is left of a run's money over the records that are left.

    Steps whose conditional index exceeds the shadow price are left out: spent there, a dollar would find less than it
    finds elsewhere. The price is thought over again while the run goes, from what is really left. Scarce credits of
    one vendor are priced in the same way: a credit gets the worth at which they last for all records.

    Args:
        order: chooses the steps. steps, pricing: whom, and what that takes.
        total: how many records there are. purses: ledgers that every call draws on.
        most, reject: as in `look_ahead`. tell: called with a sentence when steps are left out.
        sharing: all that draw on the same ledgers, this one included: each plans with an equal part of the money, and
            with what others do not need of theirs.

    Attributes:
        need: USD a record that this one can use, others' limits aside.
    """

    def __init__(
        self,
        order: Order,
        steps: Sequence[StepState],
        pricing: Pricing,
        total: int,
        purses: Sequence[Any],
        *,
        most: int | None = None,
        reject: bool = False,
        tell: Callable[[str], None] | None = None,
        sharing: list[Cutoff] | None = None,
    ) -> None:
        self._order, self._steps, self._pricing = order, [step for step in steps if step.blocked is None], pricing
        self.total, self._purses = total, purses
        self._most, self._reject, self._tell = most, reject, tell or log.info
        self._sharing = [self] if sharing is None else sharing
        self.begun = 0
        self.price: float | None = None
        self.need = math.inf
        self._again = 0
        self._looked_at = self._asked = self._put = self._paid = 0
        self._mark = (0, 0.0)  # records begun and USD left when the plan was made
        self._each = 0.0
        self._told = False

    def begin(self) -> None:
        """Note that a record begins."""
        self.begun += 1
        if self.begun > self._again:
            self._plan()

    def look_at(self, needs_asking: bool) -> None:
        """Note whether a record that began needs anybody."""
        self._looked_at += 1
        self._asked += needs_asking

    def end(self, attempts: Sequence[Attempt]) -> None:
        """Note what was asked about a record: what is known already is not paid for."""
        self._put += len(attempts)
        self._paid += sum(not one.cached for one in attempts)

    def allows(self, index: float, state: RecordState) -> bool:
        """Return whether a step of an index is worth its cost for a record; where not, the record says why."""
        price = self.price
        if price is None or index < price * (1 - EDGE) or index <= state.allowed:
            return True
        if index <= price * (1 + EDGE):
            begun, left = self._mark
            if left - self._left() <= self._each * (self.begun - begun):
                return True
        state.held_at = index
        state.stop = (
            f"left out: a value is expected to cost ${index:.2g} here; the budget reaches as far as ${price:.2g}"
        )
        state.stop_reason = StopReason.BUDGET
        return False

    def _left(self) -> float:
        return min((float(left) for purse in self._purses if (left := purse.left("usd")) is not None), default=0.0)

    def _plan(self) -> None:
        remaining = max(self.total - self.begun + 1, 1)
        self._again = self.begun + max(AGAIN, self.total // 20)
        self._price_credits(remaining)
        if not any(purse.left("usd") is not None for purse in self._purses):
            return
        left = max(self._left(), 0.0)
        self._mark, self._each = (self.begun - 1, left), left / remaining
        root = self._ahead()
        paid = (self._asked + 1) / (self._looked_at + 1) * (self._paid + 1) / (self._put + 1)

        def cost(limit: float | None) -> float:
            if self._order.kind == "listed":  # a step that is left out gives its place to the next one
                return paid * expect(self._ahead(limit)).usd
            return paid * expect(root, limit=limit).usd

        self.need = cost(None)
        needs = [one.need for one in self._sharing]
        each = fair_shares(needs, self._each)[self._sharing.index(self)]
        self.price, _ = shadow_price(cost, (node.index for node in root or ()), each)
        if self.price is not None and not self._told:
            self._told = True
            self._tell(
                f"the budget of ${left:.2f} for {remaining} records reaches as far as ${self.price:.2g} a value;"
                " steps that are expected to cost more are left out"
            )

    def _ahead(self, limit: float | None = None) -> Node | None:
        charges, delays = self._pricing.charges, self._pricing.delays
        return look_ahead(self._order, self._steps, charges, delays, most=self._most, reject=self._reject, limit=limit)

    def _price_credits(self, remaining: int) -> None:
        for purse in self._scarce():
            left = min(float(n) for one in self._purses if (n := one.left(purse)) is not None)
            self._pricing.shadow.pop(purse, None)
            if self._needed(purse) * remaining <= left:
                continue
            low, high = 0.0, 4 * max((node.index for node in self._ahead() or ()), default=1.0)
            for _ in range(ROUNDS):
                middle = (low + high) / 2
                self._pricing.shadow[purse] = middle
                low, high = (middle, high) if self._needed(purse) * remaining > left else (low, middle)
            self._pricing.shadow[purse] = high

    def _scarce(self) -> set[str]:
        """Return the purses whose credits are limited."""
        own = {purse for step in self._steps for purse in self._pricing.declared(step) or {}}
        return {purse for purse in own if any(one.left(purse) is not None for one in self._purses)}

    def _needed(self, purse: str) -> float:
        """Return the credits of a purse that a record is expected to take."""
        ahead: Expectation = expect(self._ahead())
        needed = 0.0
        for step in self._steps:
            calls, hits = ahead.calls.get(step.index, 0.0), ahead.hits.get(step.index, 0.0)
            on_hit: Mapping[str, float] = self._pricing.credits(step, hit=True)
            on_miss: Mapping[str, float] = self._pricing.credits(step, hit=False)
            needed += hits * on_hit.get(purse, 0.0) + (calls - hits) * on_miss.get(purse, 0.0)
        return needed
