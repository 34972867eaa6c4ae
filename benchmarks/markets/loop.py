"""A light record loop over a market: the library's own order, stats and allocation choose, the rest is arithmetic."""

from __future__ import annotations

import random
from typing import Any

from benchmarks.markets.world import ATTEMPTS, FALSE, MISS, OPERATION, RIGHT, World
from leadenrich.results import Attempt
from leadenrich.waterfall.choice.allocation import Cutoff
from leadenrich.waterfall.choice.order import Charges, Order
from leadenrich.waterfall.rules.memory import SeenDomains
from leadenrich.waterfall.stats.attempt_log import ACCEPTED, CATCH_ALL, MISSED, WRONG, AttemptLog
from leadenrich.waterfall.step import Step, StepState, look_up


class Record:
    """As much of a record's state as an order reads."""

    __slots__ = ("allowed", "attempts", "held_at", "segment", "stop", "stop_reason")

    def __init__(self) -> None:
        self.attempts: list[Attempt] = []
        self.segment: str | None = None
        self.stop: str | None = None
        self.stop_reason: str | None = None
        self.allowed = 0.0
        self.held_at: float | None = None


class Run:
    """What a run over a world came to."""

    __slots__ = ("accepted", "cost", "costs")

    def __init__(self) -> None:
        self.cost, self.accepted = 0.0, 0
        self.costs: list[float] = []


def walk(world: World, order: Order, start: int = 0, stop: int | None = None) -> Run:
    """Take the leads through one after the other; the order chooses and learns."""
    run, said, charges = Run(), world.said, world.charges
    for lead in range(start, world.leads if stop is None else stop):
        record, left, rights, cost = Record(), list(world.steps), 0, 0.0
        accepts_all = world.accepts_all[lead]
        while left:
            place = order.choose(left, record)  # type: ignore[arg-type]  # a light record
            if place is None:
                break
            number = left.pop(place).index
            code, charge = said[number][lead], charges[number]
            if code == MISS:
                state = MISSED
                cost += charge.miss
            else:
                cost += charge.hit
                if code == FALSE or not rights:
                    cost += charge.check
                if code == RIGHT:
                    rights += 1
                    state = ACCEPTED if not accepts_all or rights > 1 else CATCH_ALL
                else:
                    state = CATCH_ALL if accepts_all else WRONG
            record.attempts.append(ATTEMPTS[(f"f{number}", state)])
            if state == ACCEPTED:
                run.accepted += 1
                break
        run.cost += cost
        run.costs.append(cost)
        order.learn(AttemptLog(OPERATION, None, tuple(record.attempts)))
    return run


class Purse:
    """As much of a budget's ledger as allocation reads."""

    def __init__(self, usd: float) -> None:
        self.usd = usd

    def left(self, line: str) -> float | None:
        """Return what a line has left."""
        return self.usd if line == "usd" else None


class Prices:
    """A market's prices in the form that allocation and plans read; credits play no part here."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.shadow: dict[str, float] = {}

    def charges(self, step: StepState) -> Charges:
        """Return a step's charges."""
        return Charges(0.0, 0.0, self._world.market.verify) if step.is_pattern else self._world.charges[step.index]

    delays = charges

    def declared(self, step: StepState) -> dict[str, float]:
        """Return nothing: no credits."""
        return {}


def within(world: World, order: Order, usd: float, cutoff: bool) -> int:
    """Return how many values a budget gets accepted, with a cutoff or row by row."""
    purse, accepted = Purse(usd), 0
    allocation = None
    if cutoff:
        prices: Any = Prices(world)
        allocation = Cutoff(order, world.steps, prices, world.leads, [purse], tell=lambda text: None)
        order.limit = allocation.allows
    for lead in range(world.leads):
        if allocation is not None:
            allocation.begin()
        run = walk(world, order, lead, lead + 1)
        if run.cost > purse.usd:
            break
        purse.usd -= run.cost
        accepted += run.accepted
    return accepted


def adapt(world: World, order: Order, patterns: float | None = None) -> Run:
    """Take the leads through where an address of a catch-all domain is rejected and ends its record and its domain.

    Args:
        world: the leads.
        order: chooses and learns.
        patterns: the share of people whose address follows their company's pattern; None: no step that proposes it.
    """
    run, memory, clock = Run(), SeenDomains(lambda: 0.0), 0.0
    local = look_up(Step("local"), len(world.steps), OPERATION)
    rng = random.Random(f"patterns {world.market.seed}")
    follows = [patterns is not None and rng.random() < patterns for _ in range(world.leads)]
    known: set[int] = set()
    for lead in range(world.leads):
        company, accepts_all, cost = world.company[lead], world.accepts_all[lead], 0.0
        if memory.knows(str(company), clock):
            continue
        left = [*world.steps, *((local,) if patterns is not None and company in known else ())]
        record, state = Record(), MISSED
        while left and state not in (ACCEPTED, CATCH_ALL):
            place = order.choose(left, record)  # type: ignore[arg-type]  # a light record
            assert place is not None
            step = left.pop(place)
            if step.is_pattern:
                code, cost = RIGHT if follows[lead] else FALSE, cost + world.market.verify
            else:
                code, charge = world.said[step.index][lead], world.charges[step.index]
                cost += charge.miss if code == MISS else charge.hit + charge.check
            state = MISSED if code == MISS else CATCH_ALL if accepts_all else ACCEPTED if code == RIGHT else WRONG
            record.attempts.append(ATTEMPTS[(step.provider, state)])
        if state == CATCH_ALL:
            memory.add(str(company))
        elif state == ACCEPTED:
            run.accepted += 1
            if follows[lead]:
                known.add(company)
        run.cost += cost
        order.learn(AttemptLog(OPERATION, None, tuple(record.attempts)))
    return run


def spread(world: World, order: Order) -> float:
    """Return what all leads cost under an order that does not learn: each situation is met once, by all its leads."""
    found, right, catch_all = world._bits
    every = (1 << world.leads) - 1
    total = 0.0
    waiting: list[tuple[Record, list[Any], int, int]] = [(Record(), list(world.steps), every, 0)]
    while waiting:
        record, left, leads, once = waiting.pop()
        place = order.choose(left, record)  # type: ignore[arg-type]  # a light record
        if place is None:
            continue
        number = left[place].index
        rest = [step for step in left if step.index != number]
        hits = leads & found[number]
        rights = leads & right[number]
        charge = world.charges[number]
        total += (leads & ~hits).bit_count() * charge.miss + hits.bit_count() * charge.hit
        total += (hits & ~(rights & once)).bit_count() * charge.check
        accepted = rights & (~catch_all | once)
        groups = (
            (MISSED, leads & ~hits),
            (WRONG, hits & ~rights & ~catch_all),
            (CATCH_ALL, hits & catch_all & ~accepted),
        )
        for state, group in groups:
            if group and rest:
                following = Record()
                following.attempts = [*record.attempts, ATTEMPTS[(f"f{number}", state)]]
                waiting.append((following, rest, group, once | (rights & group)))
    return total


def by_truth(world: World) -> float:
    """Return the cost of all leads where the true rates are known."""
    return spread(world, Order(world.truth(), "expected_cost", lambda step: world.charges[step.index]))
