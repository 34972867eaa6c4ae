"""Plans: what a run comes to before it is run, and pilots."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import leadenrich as le
from benchmarks.markets import Finder, Market
from benchmarks.markets.loop import spread
from benchmarks.markets.world import World as MarketWorld
from benchmarks.spend import order_of, planner
from leadenrich.errors import ConfigurationError
from leadenrich.results import Hit
from leadenrich.sandbox import World
from leadenrich.waterfall import Waterfall
from leadenrich.waterfall.plan.plan import Plan, duration
from leadenrich.waterfall.stats.statistics import Prior, Stats
from tests.sandbox_leads import PRICES, people
from tests.waterfall.fakes import FakeSession, lead

STEPS = ["hunter", "apollo", "findymail"]


def waterfall(**settings: Any) -> Waterfall:
    return Waterfall("find_email", STEPS, **{"verify": ["zerobounce"], "order": "expected_cost", **settings})


def test_a_plan_begins_with_when_it_is_finished_and_who_holds_it_up() -> None:
    plan = waterfall().explain(50_000, session=le.Session.sandbox(prices=PRICES))
    first, second, *_ = str(plan).splitlines()
    assert first.startswith("finished after ")
    assert plan.bottleneck is not None
    assert plan.bottleneck in first
    assert str(plan.limit) in first
    assert "for 50,000 records" in second
    assert plan.seconds >= max(one.seconds for one in plan.steps)
    assert plan.accepted.low < plan.accepted.expected < plan.accepted.high < 50_000
    assert plan.usd.low < plan.usd.expected < plan.usd.high


def test_the_callers_own_limits_count() -> None:
    rates = {"hunter": [le.Rate(10, per=60)]}
    plan = waterfall(order="listed").explain(610, session=le.Session.sandbox(prices=PRICES, rates=rates))
    assert (plan.bottleneck, plan.seconds) == ("hunter", pytest.approx(3600))
    assert "10 requests in 60 s" in str(plan)


def test_known_rates_make_the_sums_of_the_textbook() -> None:
    stats = Stats({"hunter": Prior(0.5, 0.8, 1e6), "apollo": Prior(0.5, 0.5, 1e6)}, correlation=0.0)
    one = Waterfall("find_email", ["hunter", "apollo"], stats=stats)
    plan = one.explain(1000, session=le.Session.sandbox(prices={"hunter": "0.02", "apollo": "0.1"}))
    hunter, apollo = plan.steps
    assert (hunter.calls, hunter.hits, hunter.accepted) == pytest.approx((1000, 500, 400))
    assert (apollo.calls, apollo.hits, apollo.accepted) == pytest.approx((600, 300, 150), rel=0.01)
    assert plan.usd.expected == pytest.approx(500 * 0.02 + 300 * 0.1, rel=0.01)


def test_a_plan_is_data_a_table_and_a_chart() -> None:
    plan = waterfall().explain(1000, session=le.Session.sandbox(prices=PRICES))
    plain = json.loads(json.dumps(plan.to_dict()))
    assert plain["records"] == 1000
    assert [one["provider"] for one in plain["steps"]] == STEPS
    assert plain["usd"]["low"] <= plain["usd"]["expected"] <= plain["usd"]["high"]
    html = plan._repr_html_()
    assert html.count("<tr>") == 1 + len(STEPS)
    chart = plan.mermaid()
    assert chart.startswith("flowchart LR")
    assert all(name in chart for name in STEPS)


def test_what_is_missing_is_said() -> None:
    session = le.Session(credentials={"hunter": "key"})
    plan = waterfall().explain(100, session=session)
    assert any("apollo cannot be asked: no credentials" in note for note in plan.notes)
    assert plan.steps[1].missing == "no credentials for apollo"
    assert plan.steps[1].calls == 0
    nobody = waterfall().explain(100, session=le.Session(credentials={}))
    assert nobody.accepted.expected == nobody.usd.expected == 0
    assert "no step can be asked" in nobody.notes


def test_records_are_looked_at_for_what_they_lack() -> None:
    records: list[Any] = [*people(30), *({"full_name": "Mira Okafor"} for _ in range(10))]
    records += [{"full_name": "Jon Quist", "company_domain": "quist.example", "email": "jon@quist.example"}] * 10
    plan = waterfall(order="listed").explain(records, session=le.Session.sandbox(prices=PRICES))
    assert plan.records == 50
    assert plan.asked == pytest.approx(30)
    assert plan.steps[0].calls == pytest.approx(30)
    assert plan.steps[0].missing == "20% of the records lack what it needs"
    assert any("company_domain" in note for note in plan.notes)


def test_unknown_prices_are_assumed_and_marked() -> None:
    session = FakeSession()
    session.price = lambda provider, pool="": None  # type: ignore[method-assign]
    plan = Waterfall("find_email", ["alpha"]).explain(100, session=session)
    assert plan.usd.expected > 0
    assert not plan.steps[0].price_known
    assert "?" in plan.table()[1][5]
    assert any("no price is known" in note for note in plan.notes)


@pytest.mark.parametrize("allocation", ["cutoff", "depth"])
def test_a_budget_that_is_too_small_shows(allocation: Any) -> None:
    session = le.Session.sandbox(prices={**PRICES, "findymail": "0.9"})
    plan = waterfall(allocation=allocation).explain(10_000, session=session, budget=le.Budget(usd=200))
    assert plan.usd.high <= 200
    assert any("the budget of $200.00" in note for note in plan.notes)
    assert (plan.cutoff is not None) == (allocation == "cutoff")
    if allocation == "cutoff":
        assert plan.steps[2].calls == 0
        assert plan.usd.expected == pytest.approx(200, rel=0.01)
        other = waterfall(allocation="depth").explain(10_000, session=session, budget=le.Budget(usd=200))
        assert plan.accepted.expected > other.accepted.expected


def test_no_record_comes_to_nothing() -> None:
    for none in (0, []):
        plan = waterfall().explain(none, session=le.Session.sandbox(prices=PRICES))
        assert (plan.records, plan.usd.expected, plan.accepted.expected) == (0, 0, 0)


@pytest.mark.parametrize("records", [-1, True, "leads.csv", iter([]), 3.5])
def test_records_that_cannot_be_read_again_are_refused(records: Any) -> None:
    with pytest.raises(ConfigurationError, match="explain takes"):
        waterfall().explain(records, session=le.Session.sandbox())


@pytest.mark.slow
async def test_a_plan_learns_from_what_ran() -> None:
    async with le.Session.sandbox(prices=PRICES) as session:
        one = waterfall()
        before = one.explain(1000, session=session)
        rows = await one.run(people(500), session=session)
        after = one.explain(500, session=session)
    assert before.experience == 0
    assert after.experience > 400
    cost = sum(float(row.cost.usd or 0) for row in rows)
    assert after.usd.expected == pytest.approx(cost, rel=0.1)
    assert after.usd.high - after.usd.low < (before.usd.high - before.usd.low) / 2


shares = st.floats(0.1, 0.9)


@settings(max_examples=15)
@given(
    st.lists(st.tuples(shares, shares, st.floats(0.0, 0.1), st.floats(0.001, 0.2)), min_size=1, max_size=4),
    st.sampled_from([0.0, 0.5]),
    st.sampled_from([0.0, 0.3]),
)
def test_with_the_true_rates_a_plan_is_what_comes_to_pass(
    finders: list[tuple[float, float, float, float]], correlation: float, catch_all: float
) -> None:
    made = tuple(Finder(str(n), q, a, q, a, call, hit, 0.0) for n, (q, a, call, hit) in enumerate(finders))
    world = MarketWorld(Market(0, "mixed", correlation, catch_all, 0.005, made), leads=4000)
    order = order_of(world, world.truth())
    plan = planner(world, order).money(world.leads)
    assert plan.usd.expected == pytest.approx(spread(world, order), rel=0.12)
    assert plan.usd.low <= plan.usd.expected <= plan.usd.high
    assert plan.accepted.expected == pytest.approx(world.accepted, rel=0.12)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (0.25, "250 ms"), (42, "42 s"), (600, "10 min"), (7260, "2 h 1 min"), (200_000, "2 days 7 h")],
)
def test_times_are_said_in_words(seconds: float, text: str) -> None:
    assert duration(seconds) == text


# ---- pilots


def leads(count: int) -> list[dict[str, Any]]:
    return [lead(number) for number in range(1, count + 1)]


def found(query: Any) -> Hit:
    return Hit(email=f"{query['last_name'].lower()}@brightloom.example")


@pytest.mark.parametrize("agree", [True, False])
@pytest.mark.parametrize("asynchronous", [True, False])
@pytest.mark.parametrize("source", ["list", "generator", "async generator"])
async def test_a_pilot_asks_before_it_goes_on(agree: bool, asynchronous: bool, source: str) -> None:
    plans: list[Plan] = []

    def approve(plan: Plan) -> bool:
        plans.append(plan)
        return agree

    async def approve_later(plan: Plan) -> bool:
        return approve(plan)

    async def stream() -> Any:
        for one in leads(60):
            yield one

    session = FakeSession({"alpha": found})
    records: Any = {"list": leads(60), "generator": iter(leads(60)), "async generator": stream()}[source]
    rows = await Waterfall("find_email", ["alpha"], clean=False).run(
        records, session=session, concurrency=7, pilot=20, total=60, approve=approve_later if asynchronous else approve
    )
    (plan,) = plans
    assert (plan.records, plan.experience) == (40, 20)
    assert plan.accepted.expected > 30
    assert len(rows) == 60
    assert len(session.calls) == (60 if agree else 20)
    if not agree:
        assert {row.status for row in rows[20:]} == {"skipped"}
        assert rows[-1].reason == "the plan was declined after a pilot of 20 records"


async def test_a_list_no_longer_than_its_pilot_just_runs() -> None:
    asked: list[Plan] = []
    session = FakeSession({"alpha": found})
    rows = await Waterfall("find_email", ["alpha"], clean=False).run(
        leads(5),
        session=session,
        pilot=200,
        approve=asked.append,  # type: ignore[arg-type]
    )
    assert [row.status for row in rows] == ["complete"] * 5
    assert asked == []


async def test_a_pilot_needs_to_know_what_the_rest_is() -> None:
    def some() -> Iterator[dict[str, Any]]:
        yield lead()

    session = FakeSession()
    with pytest.raises(ConfigurationError, match="total="):
        await Waterfall("find_email", ["alpha"]).run(some(), session=session, pilot=3)
    with pytest.raises(ConfigurationError, match="pilot=200"):
        await Waterfall("find_email", ["alpha"]).run([lead()], session=session, approve=lambda plan: True)


async def test_a_plan_needs_no_session_and_says_when_the_order_is_not_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUNTER_API_KEY", "key")
    plan = Waterfall("find_email", ["hunter", "apollo"], order=lambda candidates, state: 0).explain(100)
    assert plan.steps[0].calls == 100
    assert any("a policy of your own" in note for note in plan.notes)


def test_a_single_record_and_broken_ones() -> None:
    session = le.Session.sandbox(prices=PRICES)
    assert waterfall().explain(people(1)[0], session=session).records == 1
    plan = waterfall().explain([*people(3), "no record", 7], session=session)
    assert (plan.records, plan.asked) == (5, pytest.approx(3))


def test_a_long_list_is_sampled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leadenrich.waterfall.plan.sampling.SAMPLE", 20)
    plan = waterfall(order="listed").explain(people(200), session=le.Session.sandbox(prices=PRICES))
    assert plan.records == 200
    assert plan.steps[0].calls == pytest.approx(200)


def test_catch_all_memory_shows_as_shorter_runs() -> None:
    stats = Stats()
    stats.declare("hunter.find_email", {"missed": 0.4, "catch_all": 0.3, "accepted": 0.3}, weight=1e6)
    ends, goes_on = (
        Waterfall("find_email", ["hunter", "apollo"], catch_all=policy, stats=stats).explain(
            1000, session=le.Session.sandbox(prices=PRICES)
        )
        for policy in ("reject", "agree")
    )
    assert ends.steps[1].calls == pytest.approx(400, rel=0.01)
    assert goes_on.steps[1].calls == pytest.approx(700, rel=0.01)


@pytest.mark.parametrize(
    ("steps", "catch_all"), [(STEPS, "reject"), pytest.param(["local", *STEPS], "keep", marks=pytest.mark.slow)]
)
async def test_a_plan_knows_what_one_record_of_a_company_tells_of_the_others(steps: Any, catch_all: Any) -> None:
    def people(first: int) -> list[dict[str, Any]]:
        found = [one for company in range(first, first + 25) for one in World.of(0).people_of(company)]
        random.Random(first).shuffle(found)
        return [{"full_name": one.full_name, "company_domain": one.company_domain} for one in found[:120]]

    told: dict[str, Any] = {"verify": ["zerobounce"], "catch_all": catch_all, "stats": le.Stats(half_life=None)}
    before = Waterfall("find_email", steps, **told)
    await before.run(people(100), session=le.Session.sandbox(prices=PRICES), concurrency=2)
    plan = before.explain(people(0), session=le.Session.sandbox(prices=PRICES))
    alone = [{**one, "company_domain": f"c{number}.example"} for number, one in enumerate(people(0))]
    without = before.explain(alone, session=le.Session.sandbox(prices=PRICES))
    stream = Waterfall("find_email", steps, **told).stream(
        people(0), session=le.Session.sandbox(prices=PRICES), concurrency=2
    )
    await stream
    usd = float(stream.summary.cost.usd or 0)
    assert plan.usd.expected == pytest.approx(usd, rel=0.25)
    assert plan.usd.expected < 0.9 * without.usd.expected


def test_verifiers_limits_hold_a_run_up_too() -> None:
    rates = {"zerobounce": [le.Rate(1, per=60)]}
    session = le.Session.sandbox(prices=PRICES, rates=rates)
    plan = Waterfall("find_email", ["hunter"], verify=["zerobounce"]).explain(1000, session=session)
    assert plan.bottleneck == "zerobounce"
    assert plan.seconds > 20_000
