"""Every option of a run beside every other: each record ends in one row, and nothing stands still."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

import looptime
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import leadenrich as le
from leadenrich.waterfall import Chain, Waterfall
from tests.waterfall.test_allocation import people

OPTIONS = st.fixed_dictionaries(
    {"ordered": st.booleans(), "concurrency": st.integers(1, 7)},
    optional={
        "budget": st.sampled_from(["0.05", "0.6", "3"]),
        "dedupe": st.just(True),
        "pilot": st.integers(1, 20),
        "record_timeout": st.sampled_from([0.5, 5.0, 900.0]),
        "limit": st.integers(0, 60),
    },
)
SETTINGS = st.fixed_dictionaries(
    {},
    optional={
        "allocation": st.sampled_from(["depth", "cutoff", "breadth"]),
        "order": st.sampled_from(["expected_cost", "expected_time"]),
        "catch_all": st.sampled_from(["keep", "reject", "agree"]),
        "verify": st.just(["zerobounce"]),
        "max_wait": st.sampled_from([0.5, 2.0]),
        "max_providers": st.integers(1, 2),
    },
)


PRICES = {"hunter": "0.01", "apollo": "0.02", "contactout": "0.30", "zerobounce": "0.008"}

WEATHER = st.sampled_from([{}, {"*": {"errors": 0.2, "rate_limited": 0.2, "timeouts": 0.1}}])


RUN: dict[str, Any] = {
    "weather": WEATHER,
    "options": OPTIONS,
    "waterfall": SETTINGS,
    "chain": st.booleans(),
    "guesses": st.booleans(),
}


@pytest.mark.slow
@settings(max_examples=30)
@given(count=st.integers(0, 90), **RUN)
def test_each_record_ends_in_one_row(**drawn: Any) -> None:
    play(**drawn)


def play(
    count: int, weather: dict[str, Any], options: dict[str, Any], waterfall: dict[str, Any], chain: bool, guesses: bool
) -> None:
    """Run it, and hold it to what it promises."""
    if "pilot" in options and waterfall.get("allocation") == "breadth":
        waterfall = {**waterfall, "allocation": "cutoff"}  # they exclude each other
    if guesses:
        waterfall = {**waterfall, "verify": ["zerobounce"]}
    if "budget" in options:
        options = {**options, "budget": le.Budget(usd=options["budget"])}

    async def run() -> None:
        steps = [*(["local"] if guesses else []), "hunter", "apollo", "contactout"]
        made: Any = Waterfall("find_email", steps, **waterfall)
        if chain:
            made = Chain([made, Waterfall("enrich_company", ["contactout", "apollo"])])
        async with le.Session.sandbox(prices=PRICES, misbehave=weather) as session:
            async with asyncio.timeout(50_000), made.stream(people(count), session=session, **options) as stream:
                rows = [row async for row in stream]
            if "budget" in options:
                assert sum((row.cost.usd or Decimal(0) for row in rows), Decimal(0)) <= options["budget"].usd
        wanted = list(range(min(count, options.get("limit", count))))
        indices = [row.index for row in rows]
        assert (indices if options["ordered"] else sorted(indices)) == wanted
        assert [task for task in asyncio.all_tasks() if task is not asyncio.current_task()] == []

    loop = looptime.new_event_loop()
    loop.setup_looptime(noop_cycles=1)  # there is no I/O to be waited for
    try:
        loop.run_until_complete(run())
    finally:
        loop.close()


@pytest.mark.slow
@example(
    count=300,
    weather={},
    options={"ordered": True, "concurrency": 3},
    waterfall={"allocation": "breadth"},
    chain=False,
    guesses=False,
)
@settings(max_examples=20)
@given(count=st.integers(150, 400), **RUN)
def test_each_record_of_a_run_longer_than_any_window_ends_in_one_row(**drawn: Any) -> None:
    play(**drawn)
