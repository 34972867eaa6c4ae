"""Figures that orders and plans rest on, each small enough to work out by hand."""

from __future__ import annotations

import itertools
import math
from decimal import Decimal
from typing import Any

import pytest

import leadenrich as le
from leadenrich.contract import Charged
from leadenrich.results import Attempt, Cost, EnrichedRecord
from leadenrich.sandbox import World
from leadenrich.waterfall import Step, Waterfall
from leadenrich.waterfall.choice.allocation import Cutoff
from leadenrich.waterfall.choice.candidates import Candidate, candidates
from leadenrich.waterfall.choice.expectation import Expectation, Node, expect, expect_caught, found_in, look_ahead
from leadenrich.waterfall.choice.order import Charges, Order
from leadenrich.waterfall.choice.policies import order_for
from leadenrich.waterfall.choice.pricing import UNDECIDED
from leadenrich.waterfall.plan.chain_plan import _sum
from leadenrich.waterfall.plan.companies import Companies
from leadenrich.waterfall.plan.domains import catch_all_share
from leadenrich.waterfall.plan.plan import Range
from leadenrich.waterfall.plan.replay import replay
from leadenrich.waterfall.plan.sampling import count
from leadenrich.waterfall.stats.rates import Domains
from leadenrich.waterfall.stats.statistics import Estimate, Prior, Stats
from leadenrich.waterfall.step import StepState, look_up
from tests.waterfall.fakes import FakeSession, lead

PRICES = {"hunter": "0.02", "apollo": "0.10", "zerobounce": "0.01", "contactout": "0.05", "leadmagic": "0.02"}
SURE = 1e6


def step(name: str, place: int = 0) -> StepState:
    return look_up(Step(name), place, "find_email")


class Nothing:
    """The situation of a record that nobody was asked about."""

    attempts: tuple[Any, ...] = ()
    segment = stop = None


# ---- orders


@pytest.mark.parametrize(("after_alpha", "first"), [(0.6, 0), (0.9, 1)])
def test_steps_change_places_where_the_second_is_dearer_after_the_first(after_alpha: float, first: int) -> None:
    """Alpha charges each call, beta each answer: asked after alpha's misses, beta may answer (and charge) more often.

    Alpha first: 0.010 + 0.5 x beta (0.021 for each answer: 0.0126 at 60 %, 0.0189 at 90 %). Beta first: 0.0126 + 0.4 x
    0.010 = 0.0166. So alpha's lower index is not all there is to it.
    """
    stats = Stats(half_life=None)
    sure: dict[str, Any] = {"weight": SURE}
    stats.declare("alpha.find_email", {"missed": 0.5, "accepted": 0.5}, **sure)
    stats.declare("beta.find_email", {"missed": 0.4, "accepted": 0.6}, **sure)
    for one, other, share in (("alpha", "beta", after_alpha), ("beta", "alpha", 0.5)):
        outcomes = {"missed": 1 - share, "accepted": share}
        stats.declare(f"{other}.find_email", outcomes, after={f"{one}.find_email": "missed"}, **sure)
    charges = {"alpha": Charges(0.01, 0.01), "beta": Charges(0.0, 0.021)}
    order = Order(stats, "expected_cost", lambda one: charges[one.provider])
    assert order.settled([step("alpha"), step("beta", 1)], 0) == first


@pytest.mark.parametrize("half_life", [None, 500])
def test_a_choice_is_thought_over_when_its_situation_was_met_an_eighth_more_often(half_life: float | None) -> None:
    thoughts: list[int] = []

    def charges(one: StepState) -> Charges:
        thoughts.append(number)
        return Charges(0.01, 0.01)

    order = Order(Stats(half_life=half_life), "expected_cost", charges)
    for number in range(1000):  # noqa: B007  # read by `charges`
        order.choose([step("alpha")], Nothing())  # type: ignore[arg-type]
    first, *gaps = thoughts[0], *(after - before for before, after in itertools.pairwise(thoughts))
    assert first == 0
    assert gaps == [1 + min(at // 8, 50) for at in thoughts[:-1]]


# ---- expectations


def node(place: int, find: float, accept: float, charges: Charges, index: float = 1.0, **after: Node) -> Node:
    told = Estimate(find, accept, 1, 1, 0, 1, 1, (1.0, 0.0, 0.0))
    return Node(step("alpha", place), place, told, charges, 2.0, index, 1.0, dict(after))


def test_an_expectation_by_hand() -> None:
    """Half are found for 3 (1 of it verification), half of these accepted; the others are asked for at the second."""
    second = node(1, 0.5, 1.0, Charges(1.0, 4.0, 0.0), index=9.0)
    root = node(0, 0.5, 0.5, Charges(0.0, 2.0, 1.0), missed=second)
    got = expect(root)
    assert got.usd == pytest.approx(0.25 * 3 + 0.25 * 3 + 0.25 * 4 + 0.25 * 1)  # good, wrong, second, nobody
    assert got.square == pytest.approx(0.25 * 9 + 0.25 * 9 + 0.25 * 16 + 0.25 * 1)
    assert got.variance == pytest.approx(got.square - got.usd**2)
    assert got.accepted == pytest.approx(0.5)
    assert got.seconds == pytest.approx(2 + 0.5 * 2)
    assert (got.calls, got.hits, got.good) == ({0: 1.0, 1: 0.5}, {0: 0.5, 1: 0.25}, {0: 0.25, 1: 0.25})
    assert got.spent == pytest.approx({0: 1.5, 1: 1.25})
    assert got.plain == pytest.approx((0.75, 0.25 * 3 + 0.25 * 3 + 0.25 * 4))
    assert got.caught == (0.0, 0.0)
    assert expect(root, limit=9.0).usd == pytest.approx(got.usd)  # a limit is the highest that is asked
    assert expect(root, limit=8.9).usd == pytest.approx(0.5 * 3)
    assert expect(root, rates=lambda one: (0.0, 0.0)).usd == pytest.approx(1.0)


def test_of_a_catch_all_domain_the_second_answer_needs_no_further_verification() -> None:
    caught = Estimate(1.0, 0.0, 1, 1, 0, 1, 1, (0.0, 0.0, 1.0))
    second = node(1, 1.0, 1.0, Charges(0.0, 2.0, 1.0))
    root = node(0, 1.0, 0.0, Charges(0.0, 2.0, 1.0), catch_all=second)
    root.estimate = caught
    got = expect(root)
    assert got.usd == pytest.approx(2 + 1 + 2)
    assert (got.plain, got.caught) == ((0.0, 0.0), pytest.approx((1.0, 5.0)))


def test_what_records_of_a_domain_share() -> None:
    """A quarter of the finds are at catch-all domains and cost 6 each, the others 2."""
    shared = 0.25 * 0.75 * (0.8 * 4) ** 2
    assert Expectation(plain=(0.6, 1.2), caught=(0.2, 1.2)).between == pytest.approx((shared, 0.0))
    assert Expectation(plain=(0.6, 1.2)).between == Expectation(caught=(0.2, 1.2)).between == (0.0, 0.0)


def test_what_records_of_a_domain_share_where_both_sorts_are_known() -> None:
    """Half of the records may be of either sort, a quarter of them caught; plain ones cost 3 more and find 0.8 more."""
    whole = Expectation()
    whole.part(0.5, 0.25, Expectation(usd=4.0, accepted=0.8), Expectation(usd=1.0))
    assert whole.between == pytest.approx((0.5 * 0.1875 * 9, 0.5 * 0.1875 * 0.64))
    both = Expectation()
    both.add(whole, 0.5)
    assert both.between == pytest.approx((0.25 * 0.1875 * 9, 0.25 * 0.1875 * 0.64))


def test_a_record_at_a_plain_domain_and_one_at_a_catch_all_domain_by_hand() -> None:
    """Found in 0.8: 0.4 accepted, 0.1 wrong, 0.3 at domains that accept every address."""
    told = Estimate(0.8, 0.5, 1, 1, 0, 1, 1, (0.25, 0.0, 0.75))
    root = Node(step("alpha", 0), 0, told, Charges(1.0, 2.0, 1.0), 2.0, 1.0, 1.0, {})
    plain, caught = expect(root, plain=True), expect_caught(root, asked=0.5)
    assert plain.accepted == pytest.approx(0.4 * 0.8 / 0.5)
    assert plain.plain == pytest.approx((0.8, 3 * 0.8))
    assert plain.caught == (0.0, 0.0)
    assert plain.usd == pytest.approx(0.8 * 3 + 0.2 * 1)
    assert (caught.usd, caught.accepted) == pytest.approx((0.5 * plain.usd, 0.0))
    assert caught.caught == pytest.approx((0.4, 1.2))
    assert (caught.calls, caught.hits) == ({0: 0.5}, pytest.approx({0: 0.4}))
    assert found_in(root) == pytest.approx(0.8)


def test_how_many_domains_accept_every_address_by_hand() -> None:
    """Of 80 records asked, of whom half are found, 10 showed their company's domain; 20 more were spared for it."""
    asked = Expectation(plain=(0.35, 1.0), caught=(0.15, 1.0))
    got = catch_all_share(Domains(80, 10, 20), asked, 5.0, Companies.of([3, 3]))
    assert got.share == pytest.approx((0.25 * 80 + 20) / 100)
    assert got.weight == pytest.approx(100 / 3 + 2)
    assert catch_all_share(Domains(), asked, 5.0, Companies()) == (pytest.approx(0.3), 5.0)
    assert catch_all_share(Domains(9, 0, 0), Expectation(plain=(0.5, 1.0)), 5.0, Companies()).share == 0.0


def test_an_expectation_is_scaled_and_added_up() -> None:
    one = expect(node(0, 0.5, 0.5, Charges(0.0, 2.0, 1.0)))
    both = Expectation()
    both.add(one, 0.5)
    both.add(one, 1.5)
    assert (both.usd, both.square, both.seconds, both.accepted) == pytest.approx((3.0, 9.0, 4.0, 0.5))
    assert both.plain == pytest.approx((1.0, 3.0))
    assert both.calls == pytest.approx({0: 2.0})


def test_no_more_are_looked_ahead_than_may_be_asked() -> None:
    steps = [step(name, place) for place, name in enumerate(("alpha", "beta", "gamma"))]
    order = Order(Stats(), "listed", lambda one: Charges(0.01, 0.01))

    def asked(most: int | None) -> set[int]:
        root = look_ahead(order, steps, lambda one: Charges(), lambda one: Charges(), most=most)
        return {one.step.index for one in root or ()}

    assert [asked(most) for most in (None, 2, 1)] == [{0, 1, 2}, {0, 1}, {0}]


# ---- what answers cost


def test_a_finder_that_charges_each_call_is_weighed_as_two_calls_and_a_verifier_as_one() -> None:
    session = le.Session.sandbox()
    session.price = lambda provider, pool="": Decimal("0.01")  # type: ignore[method-assign]

    def of(operation: str, field: str) -> list[Candidate]:
        return [
            one
            for one in candidates(session, (operation,), frozenset({field}))
            if one.feature.charged is Charged.ON_CALL and one.feature.credits
        ]

    for one in of("find_email", "email") + of("enrich_company", "employee_count"):
        assert one.price == 2 * Decimal("0.01") * sum((one.feature.credits or {}).values())
    verifiers = of("verify_email", "email_status")
    assert verifiers
    for one in verifiers:
        assert one.price == Decimal("0.01") * sum((one.feature.credits or {}).values())


@pytest.mark.parametrize("left", [1, 2, 3, 4])
async def test_the_last_calls_too_buy_an_answer_with_its_verification(left: int) -> None:
    known = [one for company in range(40) for one in World.of(0).people_of(company)][:60]
    people = [{"full_name": one.full_name, "company_domain": one.company_domain} for one in known]
    waterfall = Waterfall("find_email", ["findymail"], verify=["zerobounce"], allocation="depth")
    prices = {"findymail": "0.02", "zerobounce": "0.01"}
    rows = await waterfall.run(people, session=le.Session.sandbox(prices=prices), concurrency=1)
    found = [person for person, row in zip(people, rows, strict=True) if row.cost.calls == 2]
    rows = await waterfall.run(
        found, session=le.Session.sandbox(prices=prices), concurrency=1, budget=le.Budget(calls=left)
    )
    assert [row.cost.calls for row in rows if row.cost.calls] == [2] * (left // 2)


class Purse:
    """A budget in USD of which so much is left."""

    def __init__(self, usd: float) -> None:
        self.usd = usd

    def left(self, line: str) -> float | None:
        return self.usd if line == "usd" else None


def test_a_cutoff_counts_the_records_that_are_left_with_the_one_that_begins() -> None:
    told: list[str] = []
    waterfall = Waterfall("find_email", ["alpha", "beta"], order="expected_cost")
    order, pricing = order_for(waterfall.rules, FakeSession(usd="0.10"))
    purse = Purse(0.5)
    cutoff = Cutoff(order, waterfall.rules.states, pricing, 40, [purse], tell=told.append)
    cutoff.begin()
    assert "the budget of $0.50 for 40 records reaches" in told[0]
    assert cutoff._each == pytest.approx(0.5 / 40)
    for _ in range(25):
        cutoff.begin()
    assert cutoff._each == pytest.approx(0.5 / 40)  # the plan stands for so long
    purse.usd = 0.3
    cutoff.begin()
    assert cutoff._each == pytest.approx(0.3 / 14)  # with the 27th
    assert len(told) == 1


# ---- plans


def test_a_plan_asks_no_more_than_may_be_asked_and_ends_at_a_catch_all() -> None:
    stats = Stats({"hunter": Prior(0.5, 0.8, SURE), "apollo": Prior(0.5, 0.5, SURE)}, correlation=0.0)
    session = le.Session.sandbox(prices=PRICES)
    one = Waterfall("find_email", ["hunter", "apollo"], stats=stats, max_providers=1).explain(1000, session=session)
    assert [step.calls for step in one.steps] == pytest.approx([1000, 0])
    assert one.accepted.expected == pytest.approx(400)


@pytest.mark.parametrize(("rate", "held"), [(le.Rate(10, per=60), True), (le.Rate(100_000, per=1), False)])
def test_a_plan_names_what_holds_it_up_only_where_something_does(rate: le.Rate, held: bool) -> None:
    stats = Stats({"hunter": Prior(0.5, 0.8, SURE, seconds=2.0)}, correlation=0.0)
    session = le.Session.sandbox(prices=PRICES, rates={"hunter": [rate]})
    plan = Waterfall("find_email", ["hunter"], stats=stats).explain(100, session=session, concurrency=10)
    assert (plan.bottleneck, plan.limit) == (("hunter", "10 requests in 60 s") if held else (None, None))
    assert plan.seconds == pytest.approx(90 * 6 if held else 2.0 * 100 / 10 + 2.0)


def test_the_second_verifier_is_asked_about_what_the_first_does_not_know() -> None:
    stats = Stats({"hunter": Prior(0.5, 1.0, SURE)}, correlation=0.0)
    rates = {name: [le.Rate(1, per=60)] for name in ("zerobounce", "findymail")}
    session = le.Session.sandbox(prices={**PRICES, "findymail": "0.02"}, rates=rates)
    waterfall = Waterfall("find_email", ["hunter"], verify=["zerobounce", "findymail"], stats=stats)
    plan = waterfall.explain(1000, session=session)
    assert (plan.bottleneck, plan.seconds) == ("zerobounce", pytest.approx((500 - 1) * 60, rel=0.01))
    rates = {"findymail": [le.Rate(1, per=3600)]}
    plan = waterfall.explain(1000, session=le.Session.sandbox(prices=PRICES, rates=rates))
    assert (plan.bottleneck, plan.seconds) == ("findymail", pytest.approx((500 * UNDECIDED - 1) * 3600, rel=0.01))


def test_amounts_add_up_and_their_intervals_as_squares_do() -> None:
    got = _sum([Range(10, 7, 13), Range(20, 16, 26)])
    assert got == pytest.approx((30, 30 - 5, 30 + math.hypot(3, 6)))
    assert _sum([Range(1, 0, 1), Range(1, 0, 1), Range(0.1, 0, 0.1)]).low == pytest.approx(2.1 - math.sqrt(2.01))
    assert _sum([]) == (0, 0, 0)


def test_which_records_come_before_the_first_of_their_company_to_show_something() -> None:
    assert Companies.of([4]).first(1.0) == pytest.approx(1 / 4)  # the first shows it
    assert Companies.of([4], alone=4).first(1.0) == pytest.approx((4 + 1) / 8)
    assert Companies.of([2]).first(0.5) == pytest.approx((1 + 0.5) / 2)  # the second is needed half the time
    assert Companies.of([2, 2, 5], alone=3).first(1.0) == pytest.approx((3 + 1 + 1 + 1) / 12)
    assert Companies.of([4]).first(0.0) == 1.0
    assert Companies.of([4]).later(1.0) == pytest.approx(3 / 4)
    assert Companies.of([4]).later(0.0) == 0.0
    assert (Companies.of([4, 2]).mean, Companies().mean, Companies().first(0.5)) == (3.0, 1.0, 1.0)


def test_records_without_a_company_are_alone() -> None:
    records = [{"company_domain": "a.example"}, {"company_domain": "a.example"}, {"company_domain": "b.example"}, {}, 7]
    total, sample, companies = count(records)
    assert (total, sample) == (5, records)
    assert (companies.sizes, companies.alone) == ({2: 1, 1: 1}, 2)


def test_a_plan_of_what_costs_nothing_is_no_division_by_nothing() -> None:
    stats = Stats()
    stats.declare("alpha.find_email", {"missed": 0.4, "catch_all": 0.3, "accepted": 0.3}, weight=SURE)
    waterfall = Waterfall("find_email", ["alpha"], catch_all="reject", stats=stats)
    records = [lead(number) for number in range(20)]
    plan = waterfall.explain(records, session=FakeSession(usd="0"))
    assert plan.usd.expected == 0
    assert 0 < plan.accepted.expected < 20


# ---- replays


def row(*told: tuple[str, str, str]) -> EnrichedRecord:
    """A row whose attempts are (provider, state, USD)."""
    made = EnrichedRecord(lead())
    for provider, state, usd in told:
        outcome: Any = {"missed": "miss", "accepted": "hit"}.get(state, "rejected")
        made.attempts.append(
            Attempt(provider, "find_email", outcome, cost=Cost(usd=Decimal(usd)), confidence=90.0, state=state)
        )
    return made


def test_the_figures_of_a_replayed_step() -> None:
    rows = [
        row(("alpha", "missed", "0.01"), ("beta", "accepted", "0.03")),
        row(("alpha", "wrong", "0.02"), ("beta", "missed", "0")),
        row(("alpha", "accepted", "0.02")),
        row(("beta", "missed", "0")),
    ]
    got = replay(rows, Waterfall("find_email", ["alpha", "beta"]))
    alpha, beta = got.steps["alpha.find_email"], got.steps["beta.find_email"]
    assert (alpha.asked, alpha.unknown, alpha.found, alpha.accepted) == (4, 1, 2, 1)
    assert (beta.asked, beta.unknown, beta.found, beta.accepted) == (2, 0, 1, 1)
    assert (alpha.usd, beta.usd, got.usd) == pytest.approx((0.05, 0.03, 0.08))
    assert (got.records, got.accepted, got.undecided, got.was_accepted) == (4, 2, 1, 2)
    assert (alpha.lift, beta.lift) == (1, 1)


def test_an_unknown_answer_is_expected_to_cost_what_the_others_did() -> None:
    """Each that was found cost $0.50, a miss nothing; beta finds nobody."""
    found, missed = row(("alpha", "accepted", "0.50")), row(("alpha", "missed", "0"), ("beta", "missed", "0"))
    rows = [*[found] * 300, *[missed] * 10, row(("beta", "missed", "0"))]
    got = replay(rows, Waterfall("find_email", ["alpha", "beta"]))
    assert (got.undecided, got.accepted, got.usd) == (1, 300, pytest.approx(150))
    assert got.expected_usd - got.usd == pytest.approx(0.5 * (got.expected - got.accepted), rel=0.1)


def test_the_rows_of_one_person_in_several_runs_are_one_story() -> None:
    def note(provider: str, state: str, *people: list[str]) -> dict[str, Any]:
        return {"note": {"attempts": [[provider, "find_email", state, 90.0, "0.02", False]], "people": list(people)}}

    waterfall = Waterfall("find_email", ["alpha", "beta"])
    same = replay([note("alpha", "missed", ["p1"], ["p9"]), note("beta", "accepted", ["p1"], ["p8"])], waterfall)
    assert (same.records, same.accepted, same.undecided) == (1, 1, 0)
    others = replay([note("alpha", "missed", ["p1"], ["p9"]), note("beta", "accepted", ["p2"], ["p9"])], waterfall)
    assert others.records == 2  # what their answers list in common makes them no one person


def test_an_address_that_was_accepted_shows_that_its_domain_is_no_catch_all() -> None:
    """So an unknown answer about that person is likelier to be taken than about one whose domain is unknown."""

    def expected(said: str) -> float:
        history = [row(("beta", state, "0.01")) for state in ("accepted", "catch_all") for _ in range(40)]
        waterfall = Waterfall("find_email", ["beta", "alpha"], catch_all="reject", max_providers=1)
        got = replay([*history, *[row(("alpha", said, "0.01"))] * 10], waterfall)
        assert got.undecided == 10
        return got.expected - got.accepted

    assert expected("accepted") > 1.3 * expected("wrong")
