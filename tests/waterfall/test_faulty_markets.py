"""The markets with faults that settings are compared in: deterministic, with their faults, on the real waterfall."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from statistics import fmean

import pytest

import leadenrich as le
from benchmarks.faults import PILOT, made, ran, told_apart
from benchmarks.markets.faults import FINDERS, HELD_OUT, TUNING, VERIFIERS, FaultyMarket, MarketSession, registered


@pytest.fixture(autouse=True)
def _known() -> Iterator[None]:
    with registered():
        yield


def test_no_seed_is_for_both() -> None:
    assert set(TUNING).isdisjoint(HELD_OUT)


async def test_wrong_people_are_accepted_unless_something_stops_them_and_every_run_is_the_same() -> None:
    market = FaultyMarket(0, leads=120)
    plain = await ran(market, made({"identity": False}))
    again = await ran(FaultyMarket(0, leads=120), made({"identity": False}))
    assert (plain.usd, plain.accepted, plain.right) == (again.usd, again.accepted, again.right)
    assert len(plain.rows) == 120
    assert plain.right < plain.accepted
    checked = await ran(market, made({"verify": VERIFIERS, "catch_all": "reject"}))
    assert checked.precision >= plain.precision


async def test_a_sorted_list_costs_what_a_shuffled_one_does() -> None:
    told = {"verify": VERIFIERS, "catch_all": "reject"}
    shuffled = await ran(FaultyMarket(2, leads=150), made(told), 50)
    ordered = await ran(FaultyMarket(2, leads=150, ordered=True), made(told), 50)
    assert ordered.usd <= 1.1 * shuffled.usd


@pytest.mark.parametrize("pattern", [False, True])
async def test_a_plan_under_reject_knows_how_many_are_spared(pattern: bool) -> None:
    """After a pilot, in a new session: on average near to what comes to pass, cost and values."""
    cost, found = [], []
    for seed in TUNING[:4]:
        market = FaultyMarket(seed)
        pilot, rest = market.leads[:300], market.leads[300:]
        told = {"verify": VERIFIERS, "order": "expected_cost", "catch_all": "reject", "local": pattern}
        waterfall = made(told)
        await waterfall.run(pilot, session=MarketSession(market), concurrency=5)
        plan = waterfall.explain(rest, session=MarketSession(market))
        async with waterfall.stream(rest, session=MarketSession(market), concurrency=5) as stream:
            done = sum([row.status == "complete" async for row in stream])
        cost.append(plan.usd.expected / float(stream.summary.cost.usd or 0) - 1)
        found.append(plan.accepted.expected / done - 1)
    assert abs(fmean(cost)) < 0.08
    assert abs(fmean(found)) < 0.08
    assert max(map(abs, (*cost, *found))) < 0.25


async def test_a_plan_in_a_session_knows_the_domains_that_it_has_seen() -> None:
    """Of companies that showed themselves in the pilot nothing is guessed: those left are found, or not asked about."""
    market = FaultyMarket(2)
    told = {"verify": VERIFIERS, "order": "expected_cost", "catch_all": "reject"}
    waterfall, session = made(told), MarketSession(market)
    await waterfall.run(market.leads[:300], session=session, concurrency=5)
    here, elsewhere = (waterfall.explain(market.leads[300:], session=one) for one in (session, MarketSession(market)))
    assert here.asked < elsewhere.asked == 300
    width = [(one.accepted.high - one.accepted.low) / one.accepted.expected for one in (here, elsewhere)]
    assert width[0] < 0.7 * width[1]


def test_a_pilot_of_other_companies_shares_none_with_the_rest() -> None:
    market, size = told_apart(0, companies=True)
    domains = [one["company_domain"] for one in market.leads]
    assert set(domains[:size]).isdisjoint(domains[size:])
    assert PILOT <= size < 1.1 * PILOT
    assert [market.place[one.lead["full_name"] + one.lead["company_domain"]] for one in market.people[:3]] == [0, 1, 2]


async def test_orders_that_a_replay_tells_apart_are_in_truth_as_it_says() -> None:
    market = FaultyMarket(0, leads=300)
    told = {"verify": VERIFIERS, "catch_all": "agree"}
    rows = (await ran(market, made(told))).rows
    seen = []
    for turn in range(1, len(FINDERS)):
        waterfall = made(told, [*FINDERS[turn:], *FINDERS[:turn]])
        seen.append((le.replay(rows, waterfall), (await ran(market, waterfall)).usd))
    assert fmean(abs(one.expected_usd / usd - 1) for one, usd in seen) < 0.1
    pairs = [(a.is_cheaper_than(b), usd < other) for (a, usd), (b, other) in combinations(seen, 2)]
    assert all(cheaper == true for cheaper, true in pairs if cheaper is not None)
    assert sum(cheaper is not None for cheaper, _ in pairs) >= 2
