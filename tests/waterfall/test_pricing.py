"""What asking a step takes: declared, learned, assumed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

import leadenrich as le
from leadenrich.results import Attempt, Cost, Hit
from leadenrich.waterfall import Step, Waterfall
from leadenrich.waterfall.choice.policies import order_for
from leadenrich.waterfall.choice.pricing import ASSUMED_USD, UNDECIDED, Pricing
from leadenrich.waterfall.stats.attempt_log import AttemptLog
from leadenrich.waterfall.stats.statistics import Prior, Stats
from leadenrich.waterfall.step import StepState, look_up
from tests.waterfall.fakes import FakeSession, lead


def step(provider: str, operation: str = "find_email") -> StepState:
    return look_up(Step(provider), 0, operation)


def learned(stats: Stats, times: int, state: str, credits: dict[str, int], seconds: float | None = None) -> None:
    cost = Cost(credits={purse: Decimal(n) for purse, n in credits.items()})
    told = Attempt("alpha", "find_email", "hit", cost=cost, state=state, latency=seconds)
    for _ in range(times):
        stats.learn(AttemptLog("find_email", None, (told,)))


def test_a_hit_costs_its_credits_and_a_call_found_or_not() -> None:
    pricing = Pricing(FakeSession(usd="0.03"), Stats())
    assert pricing.charges(step("alpha")) == (0.0, pytest.approx(0.03), 0.0)
    on_call = pricing.charges(step("vera", "verify_email"))
    assert (on_call.miss, on_call.hit) == pytest.approx((0.03, 0.03))


def test_verifying_is_the_first_verifier_and_now_and_then_the_next() -> None:
    waterfall = Waterfall("find_email", ["alpha"], verify=["vera", "vito"])
    session = FakeSession(usd="0.01")
    _, pricing = order_for(waterfall.rules, session)
    assert pricing.charges(step("alpha")).check == pytest.approx(0.01 * (1 + UNDECIDED))
    _, alone = order_for(waterfall.rules, FakeSession(usd="0.01", without=("vera",)))
    assert alone.charges(step("alpha")).check == pytest.approx(0.01)
    assert pricing.charges(look_up(Step("local"), 1, "find_email")) == (0.0, 0.0, pytest.approx(0.011))


def test_what_answers_really_take_comes_to_count_more() -> None:
    stats = Stats(half_life=None)
    learned(stats, 95, "accepted", {"alpha": 3})
    learned(stats, 95, "missed", {"alpha": 1})
    charges = Pricing(FakeSession(usd="0.01"), stats).charges(step("alpha"))
    assert charges.hit == pytest.approx(0.01 * (5 * 1 + 95 * 3) / 100)
    assert charges.miss == pytest.approx(0.01 * 95 / 100)


def test_an_unknown_price_is_assumed() -> None:
    session = FakeSession()
    session.price = lambda provider, pool="": None  # type: ignore[method-assign]
    pricing = Pricing(session, Stats())
    assert pricing.charges(step("alpha")).hit == pytest.approx(ASSUMED_USD)
    assert not pricing.known(step("alpha"))


def test_an_operation_without_documented_credits_is_priced_by_the_caller_or_assumed() -> None:
    found = [
        (info.id, feature.operation)
        for info in le.providers()
        for feature in info.features
        if feature.credits is None and feature.charged is le.Charged.ON_HIT and feature.support != "undocumented"
    ]
    provider, operation = found[0]
    unknown = StepState(Step(provider), 0, operation, le.Session().feature(provider, operation))
    assumed = Pricing(le.Session(), Stats())
    assert assumed.charges(unknown) == (0.0, ASSUMED_USD, 0.0)
    assert not assumed.known(unknown)
    priced = Pricing(le.Session(prices={f"{provider}.{operation}": "0.07"}), Stats())
    assert priced.charges(unknown).hit == pytest.approx(0.07)
    assert priced.known(unknown)


def test_a_scarce_credit_is_dearer() -> None:
    pricing = Pricing(FakeSession(usd="0.01"), Stats())
    pricing.shadow["alpha"] = 0.5
    assert pricing.charges(step("alpha")).hit == pytest.approx(0.51)
    assert pricing.credits(step("alpha"), hit=True) == {"alpha": 1.0}
    assert pricing.credits(step("alpha"), hit=False) == {}


def test_delays_are_learned_too() -> None:
    stats = Stats({"alpha": Prior(seconds=3.0)}, half_life=None)
    waterfall = Waterfall("find_email", ["alpha"], verify=["vera"], stats=stats)
    _, pricing = order_for(waterfall.rules, FakeSession())
    assert pricing.delays(step("alpha")) == (3.0, 3.0, 1.0)
    learned(stats, 99, "accepted", {}, seconds=7.0)
    assert pricing.delays(step("alpha")).hit == pytest.approx(6.96)
    assert pricing.delays(look_up(Step("local"), 1, "find_email")).hit == 0


async def test_what_verifying_cost_is_learned_with_the_finder() -> None:
    session = FakeSession({"alpha": Hit(email="mira.okafor@brightloom.example"), "vera": Hit(email_status="valid")})
    waterfall = Waterfall("find_email", ["alpha"], verify=["vera"])
    await waterfall.enrich(lead(), session=session)
    spent: Any = waterfall.stats.spent(waterfall.stats.number("alpha", "find_email"))
    assert (spent.checks, spent.on_check) == (1, {"vera": 1.0})
