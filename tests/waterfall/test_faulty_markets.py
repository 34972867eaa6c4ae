"""The markets with faults that settings are compared in: deterministic, with their faults, on the real waterfall."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from benchmarks.faults import made, ran
from benchmarks.markets.faults import HELD_OUT, TUNING, VERIFIERS, FaultyMarket, registered


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
