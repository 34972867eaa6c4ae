"""Who is asked next: the index, what is learned, what is left out."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.markets import HERE, make, markets
from benchmarks.markets.loop import by_truth, walk
from benchmarks.markets.world import World
from benchmarks.spend import order_of
from leadenrich.errors import WaterfallError
from leadenrich.results import Attempt, Hit, Miss
from leadenrich.waterfall import Step, Waterfall
from leadenrich.waterfall.choice.order import Charges, Order, index
from leadenrich.waterfall.stats.attempt_log import AttemptLog
from leadenrich.waterfall.stats.statistics import Prior, Stats
from leadenrich.waterfall.step import StepState, look_up
from tests.waterfall.fakes import FakeSession, lead, own_address, registered

EMAIL = "mira.okafor@brightloom.example"
NAMES = ("alpha", "beta", "gamma", "delta")


def step(name: str, place: int = 0) -> StepState:
    return look_up(Step(name), place, "find_email")


class Situation:
    """As much of a record's state as an order reads."""

    def __init__(self, *attempts: tuple[str, str]) -> None:
        self.attempts = [Attempt(name, "find_email", "miss", state=state) for name, state in attempts]
        self.segment: str | None = None
        self.stop: str | None = None


def log(*attempts: tuple[str, str], segment: str | None = None) -> AttemptLog:
    return AttemptLog("find_email", segment, tuple(Situation(*attempts).attempts))


def test_the_index_is_the_documented_one() -> None:
    got = index(0.5, 0.8, call=0.01, hit=0.02, miss=0.003, verify=0.004)
    assert got == pytest.approx((0.01 + 0.003 * 0.5 + 0.5 * (0.02 + 0.004)) / (0.5 * 0.8))
    assert index(0.0, 0.8, call=0.01) == index(0.5, 0.0, call=0.01) == float("inf")
    assert Charges(0.013, 0.03, 0.004).expected(0.5) / 0.4 == pytest.approx(got)


share = st.floats(0.05, 0.95)
usd = st.floats(0.0, 0.2)


@given(st.lists(st.tuples(share, share, usd, usd, usd), min_size=2, max_size=4), usd)
def test_ascending_indices_are_the_cheapest_order_of_independent_steps(
    steps: list[tuple[float, float, float, float, float]], verify: float
) -> None:
    def cost(order: Sequence[int]) -> float:
        total, left = 0.0, 1.0
        for place in order:
            find, accept, call, hit, miss = steps[place]
            total += left * (call + miss * (1 - find) + find * (hit + verify))
            left *= 1 - find * accept
        return total

    def rank(place: int) -> float:
        find, accept, call, hit, miss = steps[place]
        return index(find, accept, call=call, hit=hit, miss=miss, verify=verify)

    every = range(len(steps))
    assert cost(sorted(every, key=rank)) <= min(map(cost, permutations(every))) + 1e-9


@settings(max_examples=25)
@given(st.lists(st.tuples(share, share, st.floats(0.001, 0.2)), min_size=2, max_size=4), st.integers(0, 3))
def test_what_is_known_for_certain_is_chosen_by_index(rates: list[tuple[float, float, float]], seed: int) -> None:
    with registered():
        steps = [step(name, place) for place, (name, _) in enumerate(zip(NAMES, rates, strict=False))]
        priors = {one.provider: Prior(*rate[:2], weight=1e6) for one, rate in zip(steps, rates, strict=True)}
        charges = [Charges(0.0, usd, 0.01) for *_, usd in rates]
        order = Order(Stats(priors), "expected_cost", lambda one: charges[one.index], seed=seed)
        ranks = [index(q, a, hit=usd, verify=0.01) for q, a, usd in rates]
        chosen = order.choose(steps, Situation())  # type: ignore[arg-type]
        assert chosen is not None
        assert ranks[chosen] <= min(ranks) * 1.05  # certain to the fourth digit or so
        settled = order.settled(steps, 0)
        assert settled is not None
        assert ranks[settled] <= min(ranks) * (1 + 1e-9)


async def test_the_cheaper_finder_comes_first_whatever_the_list_says() -> None:
    prices = {"alpha": Decimal("0.20"), "beta": Decimal("0.01")}
    session = FakeSession({"alpha": Hit(email=EMAIL), "beta": Hit(email=EMAIL)})
    session.price = lambda provider, pool="": prices[provider]  # type: ignore[method-assign]
    strong = {name: Prior(0.5, 0.9, weight=500) for name in prices}
    waterfall = Waterfall("find_email", ["alpha", "beta"], order="expected_cost", stats=Stats(strong))
    row = await waterfall.enrich(lead(), session=session)
    assert session.names == ["beta.find_email"]
    assert row.status == "complete"


async def test_the_faster_finder_comes_first() -> None:
    session = FakeSession({"alpha": Hit(email=EMAIL), "beta": Hit(email=EMAIL)})
    stats = Stats({"alpha": Prior(0.5, 0.9, 500, seconds=30), "beta": Prior(0.5, 0.9, 500, seconds=2)})
    await Waterfall("find_email", ["alpha", "beta"], order="expected_time", stats=stats).enrich(lead(), session=session)
    assert session.names == ["beta.find_email"]


async def test_the_order_is_learned_while_running() -> None:
    """Alpha charges each call and knows nobody; that is found out at once and costs little."""
    session = FakeSession({"alpha": Miss(), "beta": own_address})
    waterfall = Waterfall("find_email", ["alpha", "beta"], order="expected_cost", clean=False)
    records = [lead(number) for number in range(1, 201)]
    await waterfall.run(records, session=session, concurrency=1)
    assert session.names.count("beta.find_email") == 200
    assert session.names.count("alpha.find_email") < 20
    assert "alpha.find_email" not in session.names[-100:]


def test_what_earlier_steps_said_decides() -> None:
    stats = Stats()
    for after, good in (("missed", "beta"), ("catch_all", "gamma")):
        for name in ("beta", "gamma"):
            find = 0.8 if name == good else 0.1
            outcomes = {"missed": 1 - find, "accepted": find}
            stats.declare(f"{name}.find_email", outcomes, after={"alpha.find_email": after}, weight=1e5)
    steps = [step("beta", 1), step("gamma", 2)]
    order = Order(stats, "expected_cost", lambda one: Charges(0.01, 0.01))
    assert order.choose(steps, Situation(("alpha", "missed"))) == 0  # type: ignore[arg-type]
    assert order.choose(steps, Situation(("alpha", "catch_all"))) == 1  # type: ignore[arg-type]


@pytest.mark.parametrize("order", ["listed", "expected_cost"])
async def test_value_leaves_out_what_costs_more(order: Any) -> None:
    session = FakeSession({"alpha": Miss(), "beta": Hit(email=EMAIL)}, usd="0.05")
    stats = Stats({"alpha": Prior(0.9, 0.9, 1e4), "beta": Prior(0.1, 0.5, 1e4)})
    waterfall = Waterfall("find_email", ["alpha", "beta"], order=order, value=0.08, stats=stats)
    row = await waterfall.enrich(lead(), session=session)
    assert session.names == ["alpha.find_email"]
    assert row.status == "not_found"
    assert row.attempts[-1].outcome == "skipped"
    assert "above value=0.08" in str(row.attempts[-1].reason)


async def test_in_listed_order_a_step_left_out_gives_its_place_to_the_next() -> None:
    prices = {"alpha": Decimal("9"), "beta": Decimal("0.01")}
    session = FakeSession({"alpha": Hit(email=EMAIL), "beta": Hit(email=EMAIL)})
    session.price = lambda provider, pool="": prices[provider]  # type: ignore[method-assign]
    row = await Waterfall("find_email", ["alpha", "beta"], value=0.5).enrich(lead(), session=session)
    assert session.names == ["beta.find_email"]
    assert row.status == "complete"


async def test_a_function_may_choose() -> None:
    session = FakeSession({"beta": Hit(email=EMAIL)})
    waterfall = Waterfall("find_email", ["alpha", "beta"], order=lambda candidates, state: len(candidates) - 1)
    await waterfall.enrich(lead(), session=session)
    assert session.names == ["beta.find_email"]


@pytest.mark.parametrize(("order", "says"), [("expected_costs", "expected_cost"), (7, "not int")])
def test_an_unknown_order_is_refused(order: Any, says: str) -> None:
    with pytest.raises(WaterfallError, match=says):
        Waterfall("find_email", ["alpha"], order=order)


def test_what_is_left_out_is_tried_again_while_little_is_known() -> None:
    stats = Stats()
    for _ in range(6):
        stats.learn(log(("alpha", "missed")))
    order = Order(stats, "expected_cost", lambda one: Charges(0.01, 0.01), value=0.03)
    asked = [order.choose([step("alpha")], Situation()) for _ in range(600)]  # type: ignore[arg-type]
    assert asked[0] is None
    assert 0 < asked.count(0) < 200


def test_choices_are_bounded_in_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leadenrich.waterfall.choice.order.MAX_CHOICES", 5)
    order = Order(Stats(), "expected_cost", lambda one: Charges(0.01, 0.01))
    for number in range(50):
        place = Situation()
        place.segment = str(number)
        assert order.choose([step("alpha")], place) == 0  # type: ignore[arg-type]
    assert len(order._choices) <= 5


# ---- the benchmark's markets


def test_the_market_files_are_what_the_script_makes() -> None:
    import json

    assert json.loads((HERE / "markets.json").read_text(encoding="utf-8")) == make()


def test_the_best_fixed_order_is_the_best_of_all() -> None:
    world = World(markets(1)[5], leads=300)
    every = range(len(world.steps))
    assert world.best == pytest.approx(min(world.cost(order) for order in permutations(every)))


@pytest.mark.parametrize("market", markets(2, correlations=(0.3,)), ids=str)
def test_the_bounds_hold_on_a_few_markets(market: Any) -> None:
    """All of them are in `benchmarks/spend.py`; these keep a change from going unnoticed until it runs."""
    world = World(market)
    assert by_truth(world) <= 1.02 * world.best
    run = walk(world, order_of(world, Stats(world.priors())))
    assert run.accepted == world.accepted
    assert run.cost <= 1.04 * world.best
