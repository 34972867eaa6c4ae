"""A light record loop over a market: the library's own order, stats and allocation choose, the rest is arithmetic."""

from __future__ import annotations

from typing import Any

from benchmarks.markets.world import ATTEMPTS, FALSE, MISS, OPERATION, RIGHT, World
from leadenrich.results import Attempt
from leadenrich.waterfall.order import Order
from leadenrich.waterfall.state import ACCEPTED, CATCH_ALL, MISSED, WRONG, AttemptLog


class Record:
    """As much of a record's state as an order reads."""

    __slots__ = ("attempts", "segment", "stop")

    def __init__(self) -> None:
        self.attempts: list[Attempt] = []
        self.segment: str | None = None
        self.stop: str | None = None


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
            record.attempts.append(ATTEMPTS[(number, state)])
            if state == ACCEPTED:
                run.accepted += 1
                break
        run.cost += cost
        run.costs.append(cost)
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
            (MISSED, leads & ~hits), (WRONG, hits & ~rights & ~catch_all), (CATCH_ALL, hits & catch_all & ~accepted),
        )  # fmt: skip
        for state, group in groups:
            if group and rest:
                following = Record()
                following.attempts = [*record.attempts, ATTEMPTS[(number, state)]]
                waiting.append((following, rest, group, once | (rights & group)))
    return total


def by_truth(world: World) -> float:
    """Return the cost of all leads where the true rates are known."""
    return spread(world, Order(world.truth(), "expected_cost", lambda step: world.charges[step.index]))
