"""Makes the `Plan` of a waterfall: who can be asked, what that comes to, and how sure that is."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from leadenrich.contract import HTTPProvider, Query, Rate, Request
from leadenrich.engine.budget import Budget, check_budget
from leadenrich.engine.validation import whole
from leadenrich.errors import ConfigurationError, called
from leadenrich.registry import registry
from leadenrich.waterfall.asker import Asker, check_session
from leadenrich.waterfall.choice.access import check_prices
from leadenrich.waterfall.choice.allocation import shadow_price
from leadenrich.waterfall.choice.expectation import (
    Expectation,
    Node,
    Rates,
    expect,
    expect_caught,
    found_in,
    look_ahead,
)
from leadenrich.waterfall.choice.order import Charges, Order
from leadenrich.waterfall.choice.policies import order_for
from leadenrich.waterfall.choice.pricing import UNDECIDED, Pricing
from leadenrich.waterfall.plan.domains import CatchAllShare, catch_all_share
from leadenrich.waterfall.plan.plan import Plan, PlanStep, Range
from leadenrich.waterfall.plan.sampling import Kind, Sampling, count, rows_of
from leadenrich.waterfall.plan.turned import turn
from leadenrich.waterfall.rules.rules import Rules
from leadenrich.waterfall.run.record_loop import RecordLoop, loop_of
from leadenrich.waterfall.step import StepState

TELLING = 0.95
"""The share of accepted addresses that tell their company's pattern."""

DRAWS = 200
"""How many possible sets of true rates an interval is made of."""


GUESSED = 0.2
"""How far find rates in situations never seen may all be off, as the standard deviation of their logarithm."""

CERTAIN = 1e5
"""Rates with so much experience behind them are taken as they are."""


class Tree(NamedTuple):
    """The situations of one kind of record.

    Attributes:
        root: the first of them. share: of such records (0-1). sure: they are complete in the end, whoever finds them.
        plain: their companies' domains are known not to accept every address.
        open: the share of the records for which this is what happens at a domain that does.
    """

    root: Node | None
    share: float
    sure: bool = False
    plain: bool = False
    open: float = 0.0


Forest = list[Tree]
"""The situations of each kind of record."""

Mixed = Sequence[tuple[Forest, float]]
"""What happens to which share of the records."""


class Money(NamedTuple):
    """What a run comes to: values and USD with their intervals, the average record, how many records are reached."""

    accepted: Range
    usd: Range
    whole: Expectation
    records: float
    cutoff: float | None
    notes: tuple[str, ...]


def explain(
    rules: Rules,
    records: int | Iterable[Any],
    *,
    session: Any = None,
    budget: Budget | None = None,
    concurrency: int = 100,
) -> Plan:
    """Return the plan of a run; see `Waterfall.explain`."""
    check_session(session)
    check_budget(budget)
    whole("concurrency", concurrency, 1, ConfigurationError)
    if session is None:
        from leadenrich.engine.session import Session

        session = Session()
    usd = usd_of(budget, session)
    if usd is not None:
        check_prices((rules,), session)
    total, sample, companies = count(records)
    loop = loop_of(rules, session)
    order, pricing = order_for(rules, session)
    rows = None if sample is None else rows_of(sample, clean=rules.clean, region=rules.region)
    return Planner(loop, order, pricing, Sampling(loop, rows, companies)).plan(total, usd, concurrency)


def usd_of(budget: Budget | None, session: Asker) -> float | None:
    """Return the USD there are: the run's, or what the session has left."""
    limits = [float(budget.usd)] if budget is not None and budget.usd is not None else []
    if (ledger := session.budget) is not None and (left := ledger.left("usd")) is not None:
        limits.append(float(left))
    return min(limits, default=None)


class Planner:
    """Works a plan out.

    Args:
        loop, order, pricing, sampling: of the waterfall. counted: what is asked before the steps and is in the plan of
            another waterfall already; what is in this one is added.

    Attributes:
        waiting: the seconds for which answers alone keep a planned run busy, whatever the vendors' limits.
        found: the values that those who are asked are expected to give; what is known already is not among them.
    """

    def __init__(
        self,
        loop: RecordLoop,
        order: Order,
        pricing: Pricing,
        sampling: Sampling,
        counted: set[Any] | None = None,
    ) -> None:
        self.loop, self.order, self.pricing, self.sampling = loop, order, pricing, sampling
        self.counted = set() if counted is None else counted
        self.rules = loop.rules
        self.waiting = self.found = 0.0
        self._domains: CatchAllShare | None = None

    def plan(self, total: int, usd: float | None = None, concurrency: int = 100) -> Plan:
        """Return the plan for so many records and USD, with so many records under way at once."""
        asked = total * sum(share for _, share in self.sampling.shares)
        before = self._before(asked)
        money = self.money(total, usd, sum(step.usd for step in before))
        records, whole = money.records, money.whole
        before = [self._of_share(step, records / total) for step in before] if total else before
        steps = tuple(self._steps(whole, records))
        checking = self._checking(sum(whole.hits.values()) * records)
        slowest = max((*before, *steps, *checking), key=lambda one: one.seconds, default=None)
        last = whole.seconds if records > concurrency else 0.0  # the last record takes its time alone
        self.waiting = waiting = whole.seconds * records / max(min(concurrency, records), 1) + last
        held = slowest is not None and slowest.seconds > waiting
        return Plan(
            self.rules.operation,
            total,
            asked,
            slowest.seconds if slowest is not None and held else waiting,
            slowest.provider if slowest is not None and held else None,
            self._limit(slowest, slowest.calls)[1] if slowest is not None and held else None,
            money.accepted,
            money.usd,
            steps,
            (*self._missing(), *money.notes),
            money.cutoff,
            self.rules.stats.records,
        ).with_before(before)

    def _before(self, asked: float) -> list[PlanStep]:
        """Return what is asked before the steps are and is in no other plan yet."""
        found = self.loop.before(asked, self.sampling.per_company)
        new = {key: step for key, step in found.items() if key not in self.counted}
        self.counted.update(new)
        return list(new.values())

    def _of_share(self, step: PlanStep, share: float) -> PlanStep:
        """Return what is left of a step where only a share of the records is reached, and how long that takes."""
        calls, seconds = step.calls * share, self._limit(step, step.calls * share)[0]
        return replace(step, calls=calls, hits=step.hits * share, usd=step.usd * share, seconds=seconds)

    def money(self, total: int, usd: float | None = None, before: float = 0.0) -> Money:
        """Return what a run over so many records, with so many USD, comes to in money and values.

        Args:
            total: how many records.
            usd: what there is; None: enough.
            before: USD spent before the steps are asked, from the same money; not in what is returned.
        """
        cutoff, records, notes = None, float(total), []
        self._domains = self._met() if self.loop.remembers else None
        forest = self._forest(None)
        mixed = [(forest, 1.0)]
        if usd is not None and total and (cost := self._mean(forest).usd * total + before) > usd:
            if self.rules.allocation == "cutoff" and not before:
                levels = [node.index for tree in forest for node in tree.root or ()]
                cutoff, share = shadow_price(lambda limit: self._mean(self._forest(limit)).usd, levels, usd / total)
                assert cutoff is not None
                mixed = self._cut(cutoff, share)
                notes.append(
                    f"the budget of ${usd:,.2f} is less than the ${cost:,.2f} that asking everybody costs: steps that"
                    f" are expected to cost more than ${cutoff:.2g} a value are left out"
                )
            else:
                records *= usd / cost
                notes.append(f"the budget of ${usd:,.2f} lasts for about {records:,.0f} of the records")
        whole = self._mean_of(mixed)
        drawn = self._draws(mixed, records)
        self.found = min(whole.accepted * records, total)
        known = total * sum(self.sampling.complete) / max(self.sampling.seen, 1)
        accepted = _range(known + whole.accepted * records, [known + values for values, _ in drawn], total)
        left = None if usd is None else usd - before * records / max(total, 1)
        spent = _range(whole.usd * records, [cost for _, cost in drawn], left)
        if cutoff is not None:  # what is left out follows what is really spent, so the budget is used up
            spent = Range(spent.expected, spent.expected, spent.expected)
        return Money(accepted, spent, whole, records, cutoff, tuple(notes))

    def _forest(self, limit: float | None) -> Forest:
        """Return the situations of each kind of record, with its share."""
        trees: Forest = []
        for kind, share in self.sampling.shares:
            plain = self._tree(kind, kind.steps, limit)
            guessed, known = 0.0, kind.plain
            if kind.guessed:
                # one accepted address of a company tells the others' pattern
                told = self._of_plain(plain).accepted * TELLING
                guessed = self.sampling.companies.later(told)
            if guessed > 0:
                own = self._tree(kind, (*kind.guessed, *kind.steps), limit)
                trees.append(Tree(own, share * guessed, plain=known))
            trees.append(Tree(plain, share * (1 - guessed), kind.sure, known, 0.0 if known else share))
        return trees

    def _met(self) -> CatchAllShare:
        """Return what earlier runs have met of domains that accept every address."""
        asked, weights = Expectation(), [CERTAIN * 10]
        for kind, share in self.sampling.shares:
            root = self._tree(kind, kind.steps, None)
            asked.add(expect(root), share)
            weights += [root.estimate.accept_weight] if root is not None else []
        return catch_all_share(self.rules.stats.domains, asked, min(weights), self.sampling.companies)

    def _of_plain(self, root: Node | None, rates: Rates | None = None) -> Expectation:
        """Return what a record comes to whose company's domain is not one that accepts every address."""
        return expect(root, rates=rates, plain=self._domains is not None)

    def _mean(self, trees: Forest, rates: Rates | None = None, share: float | None = None) -> Expectation:
        """Return what a record comes to on average.

        Args:
            trees: what can happen.
            rates: as in `expect`.
            share: of the records whose company's domain accepts every address; None: as expected.
        """
        whole, domains = Expectation(), self._domains
        caught_share = 0.0 if domains is None else domains.share if share is None else share
        for tree in trees:
            one = self._of_plain(tree.root, rates)
            if tree.sure:
                one.accepted = 1.0
            risk = 0.0 if tree.plain else caught_share
            whole.add(one, tree.share * (1 - risk))
            if risk and tree.open:
                chance = self.sampling.companies.first(found_in(tree.root, rates))
                caught = expect_caught(tree.root, rates=rates, asked=chance)
                whole.add(caught, tree.open * risk)
                whole.part(tree.open, risk, one, caught)
        return whole

    def _mean_of(self, mixed: Mixed, rates: Rates | None = None, share: float | None = None) -> Expectation:
        whole = Expectation()
        for trees, weight in mixed:
            whole.add(self._mean(trees, rates, share), weight)
        return whole

    def _tree(self, kind: Kind, places: Sequence[int], limit: float | None) -> Node | None:
        rules, most = self.rules, self.rules.max_providers
        root = look_ahead(
            self.order,
            [self.loop.steps[place] for place in sorted(places)],
            self._charges,
            self.pricing.delays,
            segment=kind.segment,
            most=most if most is None else max(most - kind.asked, 0),
            reject=rules.catch_all_ends,
            limit=limit,
            situation=kind.situation,
        )
        return turn(root, rules.stats, kind.segment) if kind.situation else root

    def _charges(self, step: StepState) -> Charges:
        """Return what a question takes on average, less what another record of the company has paid."""
        share, charges = self.sampling.paid(step), self.pricing.charges(step)
        return charges if share == 1 else Charges(*(share * usd for usd in charges))

    def _cut(self, cutoff: float, share: float) -> list[tuple[Forest, float]]:
        """Return what happens at a cutoff: the steps just at it are asked for a share of the records."""
        return [(self._forest(cutoff * (1 + 1e-9)), share), (self._forest(cutoff * (1 - 1e-9)), 1 - share)]

    def _draws(self, mixed: Mixed, records: float) -> list[tuple[float, float]]:
        """Return (accepted values, USD) of the run under possible true rates and as chance has it."""
        rng, results = random.Random(0), []
        together = self.sampling.companies.together
        nodes = [node for trees, _ in mixed for tree in trees for node in tree.root or ()]
        certain = all(min(node.estimate.find_weight, node.estimate.accept_weight) > CERTAIN for node in nodes)
        whole: Expectation | None = None
        for _ in range(DRAWS):
            if whole is None or not certain:
                share = None if self._domains is None else self._domains.drawn(rng)
                whole = self._mean_of(mixed, None if certain else _rates(rng), share)
            usd, values = whole.between
            variance = whole.variance + (together - 1) * usd
            cost = records * whole.usd + (records * variance) ** 0.5 * rng.gauss(0, 1)
            variance = whole.accepted * max(1 - whole.accepted, 0.0) + (together - 1) * values
            luck = (records * variance) ** 0.5 * rng.gauss(0, 1)
            results.append((records * whole.accepted + luck, cost))
        return results

    def _steps(self, whole: Expectation, records: float) -> Iterator[PlanStep]:
        for step in self.loop.steps:
            first = self.order.estimate(step)
            calls = whole.calls.get(step.index, 0.0) * records
            lacking = self.sampling.lacking[step.index] / max(self.sampling.seen, 1)
            missing = (
                step.blocked.text
                if step.blocked
                else (f"{lacking:.0%} of the records lack what it needs" if lacking else None)
            )
            yield PlanStep(
                step.provider,
                step.operation,
                calls,
                whole.hits.get(step.index, 0.0) * records,
                whole.good.get(step.index, 0.0) * records,
                whole.spent.get(step.index, 0.0) * records,
                0.0 if step.is_pattern else self._limit(step, calls * self.sampling.paid(step))[0],
                Range(first.find, first.low, first.high),
                self.pricing.known(step),
                missing,
            )

    def _checking(self, values: float) -> Iterator[PlanStep]:
        """Yield what verifiers are asked, as their limits may hold a run up; its cost is in the finders'."""
        for check in self.rules.checks:
            calls = values
            order, pricing = order_for(check, self.loop.session)
            able = [step for step in check.states if self.loop.session.has_credentials(step.provider)]
            while able:
                step = able.pop(order.settled(able, 0) or 0)
                seconds, one = self._limit(step, calls)[0], order.estimate(step)
                find = Range(one.find, one.low, one.high)
                known = pricing.known(step)
                yield PlanStep(step.provider, step.operation, calls, calls, 0.0, 0.0, seconds, find, known)
                calls *= UNDECIDED

    def _limit(self, step: PlanStep | StepState, calls: float) -> tuple[float, str]:
        """Return how long a vendor's limits make so many calls take, in seconds, and the limit that does."""
        info = registry.info(step.provider)
        given: Mapping[str, Sequence[Rate]] = self.loop.session.rates
        endpoint = _endpoint(step.provider, step.operation)
        slowest, words = 0.0, ""
        for rate in given.get(step.provider, info.rates):
            if rate.covers(endpoint) and (seconds := max(calls - rate.limit, 0.0) * rate.per / rate.limit) >= slowest:
                slowest, words = seconds, f"{rate.limit:,} {rate.unit} in {rate.per:g} s"
        return slowest, words

    def _missing(self) -> Iterator[str]:
        for step in self.loop.steps:
            if step.blocked is not None:
                yield f"{step.provider} cannot be asked: {step.blocked.text}"
            elif not self.pricing.known(step):
                yield f"{called(step.provider, step.operation)}: no price is known, so one is assumed; give `prices`"
        for place, records in sorted(self.sampling.lacking.items()):
            step = self.loop.steps[place]
            ways = " or ".join(" + ".join(way) for way in step.needs)
            yield f"{step.provider}: {records / self.sampling.seen:.0%} of the records lack what it needs ({ways})"
        if self.rules.policy is not None:
            yield "the order is a policy of your own: this plan is for the steps as listed"
        if not any(step.blocked is None for step in self.loop.steps):
            yield "no step can be asked"


def _rates(rng: random.Random) -> Rates:
    """Return what gives the rates of each situation as they might truly be, the same ones whenever it is asked."""
    drawn: dict[tuple[int, int], tuple[float, float]] = {}
    tilt = math.exp(GUESSED * rng.gauss(0, 1))

    def rates(node: Node) -> tuple[float, float]:
        key = (node.step.index, node.situation)
        if key not in drawn:
            one = node.estimate
            find = _beta(rng, one.find, one.find_weight)
            if node.situation:  # what is guessed of unseen situations is off in the same direction in all of them
                find = min(find * tilt ** (1 - one.asked / one.find_weight), 0.999)
            drawn[key] = (find, _beta(rng, one.accept, one.accept_weight))
        return drawn[key]

    return rates


def _beta(rng: random.Random, rate: float, weight: float) -> float:
    return rng.betavariate(rate * weight, (1 - rate) * weight) if 0 < rate < 1 else rate


def _endpoint(provider: str, operation: str) -> str:
    """Return the endpoint a question goes to first, as limits name it, "" where that cannot be told without asking."""
    cls = registry.get(provider)
    feature = registry.info(provider).feature(operation)
    if not (isinstance(cls, type) and issubclass(cls, HTTPProvider)) or feature is None:
        return ""
    words = feature.needs[0] if feature.needs else ()
    try:  # adapters do no I/O: their first request can be looked at
        request = next(cls(None, {}).flow(operation, Query(dict.fromkeys(words, "x"))))
    except Exception:  # an adapter may refuse the made-up question; then only limits on everything are known
        return ""
    return f"{request.method} {request.path}" if isinstance(request, Request) else ""


def _range(expected: float, drawn: Sequence[float], most: float | None) -> Range:
    values = sorted(drawn)
    low, high = values[len(values) // 10], values[-1 - len(values) // 10]
    if most is not None:
        high, expected = min(high, most), min(expected, most)
    return Range(expected, max(min(low, expected), 0.0), max(high, expected))
