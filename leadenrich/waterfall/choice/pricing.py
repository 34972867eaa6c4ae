"""What asking a step takes, in USD and in seconds: declared prices first, then what answers really took."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self

from leadenrich.contract import Charged, Query
from leadenrich.registry import registry
from leadenrich.waterfall.asker import PriceList
from leadenrich.waterfall.caller_function import call_function
from leadenrich.waterfall.choice.order import Charges
from leadenrich.waterfall.rules.rules import Rules
from leadenrich.waterfall.stats.statistics import Stats
from leadenrich.waterfall.step import StepState

ASSUMED_USD = 0.02
"""USD an answer, where no price is known, of this step or any other; plans say that it is assumed."""

DECLARED_WEIGHT = 5.0
"""How many answers' experience a declared price is worth beside what answers really took."""

UNDECIDED = 0.1
"""The share of values about which a verifier is expected not to know, so that the next one is asked."""


class Pricing:
    """The prices of a waterfall's steps in one session.

    Args:
        session: whose prices. stats: what answers took so far. checks: the rules by which what is found is verified.
        shadow: further USD a credit, by purse: what a scarce allowance is worth; see `allocation`.
    """

    def __init__(self, session: PriceList, stats: Stats, checks: Sequence[Rules] = ()) -> None:
        self._session, self._stats, self._checks = session, stats, checks
        self._per_credit: dict[str, float | None] = {}
        self._declared: dict[tuple[str, str, str], Mapping[str, float] | None] = {}
        self.shadow: dict[str, float] = {}
        self._assumed = ASSUMED_USD

    def assume_dear(self, steps: Iterable[StepState]) -> Self:
        """Take an answer without a known price to cost what the dearest priced one among `steps` costs.

        So a step is never preferred because its price is unknown.
        """
        dear = [self.charges(step).hit for step in steps if not step.is_pattern and self.known(step)]
        self._assumed = max(dear, default=0.0) or ASSUMED_USD
        return self

    def charges(self, step: StepState) -> Charges:
        """Return what a question takes in USD: where nothing is found, where something is, and to verify that."""
        number = self._stats.number(step.provider, step.operation)
        spent = self._stats.spent(number)
        if step.is_pattern:
            return Charges(0.0, 0.0, self._check(spent.checks, spent.on_check))
        declared = self.declared(step)
        if declared is None and not spent.on_hit and not spent.on_miss:
            on_call = step.feature.charged is Charged.ON_CALL
            free = step.feature.charged is Charged.FREE
            usd = 0.0 if free else self._assumed
            return Charges(usd if on_call else 0.0, usd, self._check(spent.checks, spent.on_check))
        on_miss = declared if step.feature.charged is Charged.ON_CALL else None
        hit = self._blend(declared or {}, spent.hits, spent.on_hit)
        miss = self._blend(on_miss or {}, spent.misses, spent.on_miss)
        check = self._check(spent.checks, spent.on_check)
        return Charges(self._usd(miss, declared), self._usd(hit, declared), check)

    def delays(self, step: StepState) -> Charges:
        """Return what a question takes in seconds."""
        seconds = 0.0 if step.is_pattern else self._stats.seconds(self._stats.number(step.provider, step.operation))
        checking = sum(
            check.stats.seconds(check.stats.number(state.provider, state.operation))
            for check in self._checks
            for state in check.states[:1]
        )
        return Charges(seconds, seconds, checking)

    def credits(self, step: StepState, *, hit: bool) -> dict[str, float]:
        """Return the credits a question takes, by purse ("hunter", "surfe.mobile")."""
        spent = self._stats.spent(self._stats.number(step.provider, step.operation))
        declared = self.declared(step) or {}
        if hit:
            return self._blend(declared, spent.hits, spent.on_hit)
        return self._blend(declared if step.feature.charged is Charged.ON_CALL else {}, spent.misses, spent.on_miss)

    def declared(self, step: StepState) -> Mapping[str, float] | None:
        """Return the credits that are declared for a question, by purse; None where none are stated."""
        key = (step.provider, step.operation, str(step.options.get("model")))
        if key not in self._declared:
            settings = Query({name: getattr(value, "text", value) for name, value in step.options.items()})
            credits: Mapping[str, Any] | None = step.feature.usual(settings)
            if step.feature.charged is Charged.FREE:
                credits = {}
            elif credits is None and (prices := self._session.prices) is not None:
                credits = prices.credits_of(registry.info(step.provider), step.feature)
            self._declared[key] = (
                None
                if credits is None
                else {f"{step.provider}.{pool}" if pool else step.provider: float(n) for pool, n in credits.items()}
            )
        return self._declared[key]

    def known(self, step: StepState) -> bool:
        """Return whether a step's price is known, not assumed."""
        declared = self.declared(step)
        return step.is_pattern or (declared is not None and all(self.per_credit(p) is not None for p in declared))

    def missing(self, step: StepState) -> dict[str, str]:
        """Return the entries of `prices=` that a budget in USD needs for a step: name -> what it prices."""
        if step.is_pattern or step.feature.charged is Charged.FREE:
            return {}
        declared = self.declared(step)
        purses = {**self._most(step, tokens=declared is None), **(declared or {})}
        if declared is None and not purses:
            return {f"{step.provider}.{step.operation}": "USD for each answer"}
        return {purse: "USD per credit" for purse in purses if self.per_credit(purse) is None}

    @staticmethod
    def _most(step: StepState, tokens: bool) -> dict[str, float]:
        """Return what a question may take of each purse at most: by another way in, of more purses than usual.

        The purses of a language model depend on the model asked for, which a made-up question does not name; they are
        left out unless `tokens` are asked for too.
        """
        if step.feature.max_credits is None:
            return {}
        most: dict[str, float] = {}
        for way in step.feature.needs or ((),):
            made_up = Query(dict.fromkeys(way, "x"))
            found, _ = call_function(step.feature.most, made_up)  # an adapter may refuse the made-up question
            for pool, amount in (found or {}).items():
                if tokens or ":" not in pool:
                    most[f"{step.provider}.{pool}" if pool else step.provider] = float(amount)
        return most

    def per_credit(self, purse: str) -> float | None:
        """Return USD a credit, None where it is unknown."""
        if purse not in self._per_credit:
            provider, _, pool = purse.partition(".")
            price = self._session.price(provider, pool)
            self._per_credit[purse] = None if price is None else float(price)
        return self._per_credit[purse]

    @staticmethod
    def _blend(declared: Mapping[str, float], seen: float, sums: Mapping[str, float] | None) -> dict[str, float]:
        whole, sums = DECLARED_WEIGHT + seen, sums or {}
        return {
            purse: (DECLARED_WEIGHT * declared.get(purse, 0.0) + sums.get(purse, 0.0)) / whole
            for purse in {**declared, **sums}
        }

    def _usd(self, credits: Mapping[str, float], declared: Mapping[str, float] | None = None) -> float:
        """Return what credits come to; those of unknown price are together one answer, or a part of one."""
        total, unknown = 0.0, 0.0
        for purse, amount in credits.items():
            price = self.per_credit(purse)
            if price is None:
                whole = (declared or {}).get(purse, 0.0)
                unknown = max(unknown, amount / whole if whole else min(amount, 1.0))
            total += amount * ((price or 0.0) + self.shadow.get(purse, 0.0))
        return total + self._assumed * unknown

    def _check(self, seen: float, sums: Mapping[str, float] | None) -> float:
        """Return the expected cost of verifying an answer."""
        if not self._checks:
            return 0.0
        declared, left = 0.0, 1.0
        for check in self._checks:
            pricing, left = Pricing(self._session, check.stats).assume_dear(check.states), 1.0
            for state in check.states:
                if self._session.has_credentials(state.provider):
                    charges = pricing.charges(state)
                    declared += left * charges.hit
                    left *= UNDECIDED
        observed = self._usd(sums) if sums else 0.0
        return (DECLARED_WEIGHT * declared + observed) / (DECLARED_WEIGHT + seen)
