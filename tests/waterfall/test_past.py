"""What a replay makes of past answers: values verified once, catch-all rules, several runs, cached answers, guesses."""

from __future__ import annotations

from decimal import Decimal
from itertools import combinations, permutations
from typing import Any

import pytest

import leadenrich as le
from leadenrich.results import Attempt, Cost, EnrichedRecord
from leadenrich.sandbox import World
from leadenrich.waterfall import Waterfall
from leadenrich.waterfall.plan.contribution import contributions
from leadenrich.waterfall.plan.replay import replay
from leadenrich.waterfall.summary import Summary
from tests.sandbox_leads import PRICES
from tests.waterfall.fakes import lead

FINDERS = ("hunter", "apollo", "findymail", "contactout")
OP = "find_email"


def told(provider: str, state: str, usd: str = "0", value: int | None = None, **more: Any) -> Attempt:
    outcome: Any = {"missed": "miss", "accepted": "hit"}.get(state, "rejected")
    operation = "verify_email" if provider == "vera" else OP
    cost = Cost(usd=Decimal(usd))
    return Attempt(provider, operation, outcome, cost=cost, state=state, value=value, **more)


def row(*attempts: Attempt, number: int | None = None) -> EnrichedRecord:
    made = EnrichedRecord(lead(), data={} if number is None else lead(number))
    made.attempts += attempts
    return made


def test_verification_belongs_to_the_value_whoever_finds_it() -> None:
    same = [
        told("alpha", "below", "0.02", 7),
        told("vera", "accepted", "0.01", 7),
        told("beta", "accepted", "0.03", 7),  # the same address: it was not verified again
    ]
    got = replay([row(*same)], Waterfall(OP, ["beta", "alpha"]))
    assert got.usd == pytest.approx(0.03 + 0.01)
    assert replay([row(*same)], Waterfall(OP, ["alpha", "beta"])).usd == pytest.approx(0.06)


@pytest.mark.parametrize(("catch_all", "accepted", "usd"), [("keep", 1, 0.02), ("agree", 1, 0.05), ("reject", 0, 0.02)])
def test_an_address_of_a_catch_all_domain_is_judged_by_the_rules_of_now(
    catch_all: Any, accepted: int, usd: float
) -> None:
    kept = [told("alpha", "accepted", "0.02", 7, catch_all=True), told("beta", "accepted", "0.03", 7, catch_all=True)]
    rejected = [told("alpha", "catch_all", "0.02", 7, catch_all=True), told("beta", "catch_all", "0.03", 7)]
    for attempts in (kept, rejected):
        got = replay([row(*attempts)], Waterfall(OP, ["alpha", "beta"], catch_all=catch_all))
        assert (got.accepted, got.undecided, got.usd) == (accepted, 0, pytest.approx(usd))


def test_reject_ends_the_domain_too() -> None:
    rows = [row(told("alpha", "catch_all", "0.02", 7, catch_all=True), number=number) for number in range(3)]
    got = replay(rows, Waterfall(OP, ["alpha", "beta"], catch_all="reject"))
    assert (got.records, got.accepted, got.usd) == (3, 0, pytest.approx(0.02))


def test_a_record_of_several_runs_is_one_story() -> None:
    first = row(told("alpha", "missed"), number=1)
    second = row(told("beta", "accepted", "0.03", 7), number=1)
    other = row(told("alpha", "accepted", "0.02", 3), number=2)
    got = replay([first, second, other], Waterfall(OP, ["alpha", "beta"]))
    assert (got.records, got.accepted, got.undecided, got.usd) == (2, 2, 0, pytest.approx(0.05))


def test_a_cached_answer_costs_what_it_was_bought_for() -> None:
    bought = row(told("alpha", "accepted", "0.02", 7), number=1)
    again = row(told("alpha", "accepted", "0", 7, cached=True), number=1)
    assert replay([again, bought], Waterfall(OP, ["alpha"])).usd == pytest.approx(0.02)
    elsewhere = row(told("alpha", "accepted", "0", 7, cached=True), number=2)  # bought in a run that is not known
    assert replay([bought, elsewhere], Waterfall(OP, ["alpha"])).usd == pytest.approx(0.04)


def leads(count: int) -> list[dict[str, Any]]:
    people = [one for company in range(count) for one in World.of(0).people_of(company)]
    return [{"full_name": one.full_name, "company_domain": one.company_domain} for one in people[:count]]


async def ran(order: Any, count: int = 60, **told: Any) -> tuple[list[EnrichedRecord], Summary]:
    waterfall = Waterfall(OP, list(order), verify=["zerobounce"], **told)
    stream = waterfall.stream(leads(count), session=le.Session.sandbox(prices=PRICES), concurrency=1)
    return await stream, stream.summary


@pytest.mark.slow
@pytest.mark.parametrize("catch_all", ["keep", "reject"])
async def test_another_order_is_foretold_from_one_run(catch_all: Any) -> None:
    rows, _ = await ran(FINDERS[:3], 100, catch_all=catch_all)
    costs = []
    for order in list(permutations(FINDERS[:3]))[2::2]:
        told = replay(rows, Waterfall(OP, list(order), verify=["zerobounce"], catch_all=catch_all))
        _, summary = await ran(order, 100, catch_all=catch_all)
        usd = float(summary.cost.usd or 0)
        assert told.expected_usd == pytest.approx(usd, rel=0.1)
        assert told.expected == pytest.approx(summary.statuses["complete"], rel=0.05)
        costs.append((told.expected_usd, usd))
    assert sum(told / usd for told, usd in costs) / len(costs) == pytest.approx(1, abs=0.05)
    far = [pair for pair in combinations(costs, 2) if abs(pair[0][1] / pair[1][1] - 1) > 0.05]
    assert all((a[0] > b[0]) == (a[1] > b[1]) for a, b in far)


@pytest.mark.slow
async def test_who_earns_his_keep() -> None:
    rows, _ = await ran(FINDERS, merge="best")
    got = contributions(rows, Waterfall(OP, list(FINDERS), verify=["zerobounce"]))
    assert got.records == 60
    whole, all_of = await ran(FINDERS)
    assert {one.unknown for one in got} == {0.0}  # everybody was asked about everybody
    for one in got:
        assert one.values.low <= one.values.expected <= one.values.high
        others = [name for name in FINDERS if f"{name}.{OP}" != one.step]
        left, summary = await ran(others)
        assert one.values.expected == pytest.approx(
            all_of.statuses["complete"] - summary.statuses["complete"], abs=1e-6
        )
        usd = float((all_of.cost.usd or 0) - (summary.cost.usd or 0))
        assert one.usd.expected == pytest.approx(usd, abs=0.1 * got.usd)  # what is found early changes later questions
        assert len(left) == len(whole)
    assert got["hunter.find_email"].to_dict()["keep"] == got["hunter.find_email"].keep
    assert "what each step adds" in str(got)
    assert "60 records" in got._repr_html_()


def test_a_step_that_adds_nothing_is_not_shown_to_earn_its_keep() -> None:
    rows = [
        row(told("alpha", "accepted", "0.01", 1), told("beta", "accepted", "0.05", 1), number=number)
        for number in range(20)
    ]
    got = contributions(rows, Waterfall(OP, ["alpha", "beta"]))
    beta, alpha = got["beta.find_email"], got["alpha.find_email"]
    assert (beta.values.expected, beta.usd.expected, beta.keep, beta.usd_per_value) == (0, 0, False, None)
    assert (alpha.values.expected, alpha.usd.expected) == (0, pytest.approx(20 * (0.01 - 0.05)))
    assert alpha.keep  # without it the dear one would be asked


def test_the_summary_counts_verification_with_the_finder() -> None:
    summary = Summary()
    summary.add(
        row(
            told("alpha", "wrong", "0.02", 7),
            told("vera", "accepted", "0.01", 7),
            told("beta", "accepted", "0.03", 8),
            told("vera", "accepted", "0.01", 8),
        )
    )
    summary.add(row(told("alpha", "accepted", "0.02", 1), told("beta", "accepted", "0.03", 1)))
    alpha, beta = summary.providers["alpha.find_email"], summary.providers["beta.find_email"]
    assert (alpha.usd, beta.usd) == (Decimal("0.05"), Decimal("0.07"))
    assert (alpha.unique, beta.unique) == (0, 1)
    assert alpha.usd_per_find == Decimal("0.025")
    assert alpha.usd_per_accepted == Decimal("0.05")
    assert beta.usd_per_unique == Decimal("0.07")
    assert alpha.usd_per_unique is None
    assert summary.to_dict()["providers"]["beta.find_email"]["usd_per_accepted"] == "0.035"
    assert "$0.0500" in str(summary)
