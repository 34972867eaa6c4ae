"""Scarce money: what is left out, what is asked first, and that nobody gets lost over it."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import leadenrich as le
from leadenrich.errors import WaterfallError
from leadenrich.results import Hit, Miss
from leadenrich.sandbox import World
from leadenrich.waterfall import Waterfall
from leadenrich.waterfall.choice.allocation import shadow_price
from leadenrich.waterfall.run.last_pass import LastPass
from leadenrich.waterfall.stats.statistics import Prior, Stats
from tests.sandbox_leads import people
from tests.waterfall.fakes import FakeSession, lead, own_address, registered, virtual

PRICES = {"hunter": "0.01", "apollo": "0.02", "contactout": "0.30", "zerobounce": "0.008"}


@given(
    st.lists(st.tuples(st.floats(0.001, 1.0), st.floats(0.0, 0.5)), min_size=1, max_size=8),
    st.floats(0.0, 2.0),
)
def test_the_shadow_price_spends_the_money_and_no_more(steps: list[tuple[float, float]], each: float) -> None:
    """Each step: its index, and what asking it costs a record on average."""

    def cost(limit: float | None) -> float:
        return sum(usd for index, usd in steps if limit is None or index <= limit)

    price, share = shadow_price(cost, [index for index, _ in steps], each)
    if price is None:
        assert cost(None) <= each
        return
    below = cost(price * (1 - 1e-9))
    spent = below + share * (cost(price) - below)
    assert 0 <= share <= 1
    assert spent <= each + 1e-9
    assert spent == pytest.approx(each) or cost(price) == below


@pytest.mark.looptime(False)  # without latency: where all wait for a limit, the cheap steps of all come first anyway
async def test_a_cutoff_finds_more_for_the_same_money() -> None:
    found = {}
    for allocation in ("depth", "cutoff"):
        events: list[le.Event] = []
        async with le.Session.sandbox(prices=PRICES, on_event=events.append) as session:
            waterfall = Waterfall(
                "find_email",
                ["hunter", "apollo", "contactout"],
                order="expected_cost",
                allocation=allocation,  # type: ignore[arg-type]
            )
            rows = await waterfall.run(people(400), session=session, budget=le.Budget(usd=6), concurrency=10)
        assert len(rows) == 400
        spent = sum((row.cost.usd or Decimal(0) for row in rows), Decimal(0))
        assert spent <= 6
        found[allocation] = sum(row.status == "complete" for row in rows)
        if allocation == "cutoff":
            texts = [event.data["text"] for event in events if event.kind == "allocation.cutoff"]
            assert any("reaches as far as" in text for text in texts)
            assert spent > 5
    assert found["cutoff"] > 1.5 * found["depth"]


async def test_enough_money_leaves_nothing_out() -> None:
    session = FakeSession({"alpha": Miss(), "beta": own_address})
    rows = await Waterfall("find_email", ["alpha", "beta"]).run([lead(n) for n in range(1, 9)], session=session)
    assert {row.status for row in rows} == {"complete"}


async def test_without_a_number_of_records_a_budget_goes_row_by_row() -> None:
    async with le.Session.sandbox(prices=PRICES) as session:
        waterfall = Waterfall("find_email", ["hunter", "apollo", "contactout"])
        rows = await waterfall.run((one for one in people(60)), session=session, budget=le.Budget(usd=1), concurrency=1)
        assert not any("reaches as far" in str(one.reason) for row in rows for one in row.attempts)
        assert any(one.provider == "contactout" and one.asked for row in rows for one in row.attempts)


async def test_a_declared_number_of_records_will_do() -> None:
    events: list[le.Event] = []
    async with le.Session.sandbox(prices=PRICES, on_event=events.append) as session:
        waterfall = Waterfall("find_email", ["hunter", "apollo", "contactout"])
        source = (one for one in people(60))
        await waterfall.run(source, session=session, budget=le.Budget(usd="0.3"), concurrency=1, total=60)
    assert "allocation.cutoff" in {event.kind for event in events}


@pytest.mark.slow
async def test_scarce_credits_are_kept_for_where_they_are_worth_most() -> None:
    """Hunter is cheapest, but has credits for a tenth of the records: they go to those whom nobody else finds."""
    used = {}
    for allocation in ("depth", "cutoff"):
        async with le.Session.sandbox(prices=PRICES) as session:
            strong = Stats({name: Prior(0.5, 0.95, 200) for name in ("hunter", "apollo")}, correlation=0.2)
            waterfall = Waterfall(
                "find_email",
                ["hunter", "apollo"],
                order="expected_cost",
                allocation=allocation,
                stats=strong,  # type: ignore[arg-type]
            )
            budget = le.Budget(credits={"hunter": 15})
            rows = await waterfall.run(people(200), session=session, budget=budget, concurrency=1)
        used[allocation] = sum(row.status == "complete" for row in rows)
        first = [row.attempts[0].provider for row in rows[:10]]
        assert ("apollo" in first) == (allocation == "cutoff")
        assert sum(row.cost.credits.get("hunter", Decimal(0)) for row in rows) <= 15
    assert used["cutoff"] >= used["depth"]


# ---- breadth


async def test_breadth_asks_step_one_of_all_first() -> None:
    session = FakeSession({"gamma": own_address}, delay=0.0)
    waterfall = Waterfall("find_email", ["alpha", "beta", "gamma"], allocation="breadth", clean=False)
    records = [lead(number) for number in range(1, 31)]
    rows = await waterfall.run(records, session=session, concurrency=4)
    assert [row.status for row in rows] == ["complete"] * 30
    assert [row.index for row in rows] == list(range(30))
    assert session.names[:30] == ["alpha.find_email"] * 30
    assert session.names[30:60] == ["beta.find_email"] * 30
    assert session.most_in_flight <= 4


async def test_breadth_spends_a_budget_on_everybodys_first_step() -> None:
    session = FakeSession()
    waterfall = Waterfall("find_email", ["alpha", "beta"], allocation="breadth", clean=False)
    records = [lead(number) for number in range(1, 21)]
    rows = await waterfall.run(records, session=session, concurrency=3, budget=le.Budget(calls=25))
    assert session.names.count("alpha.find_email") == 20
    assert session.names.count("beta.find_email") == 5
    assert len(rows) == 20


@pytest.mark.parametrize("records", [60, 400])
async def test_rows_in_order_wait_for_a_record_that_waits_for_its_turn(records: int) -> None:
    """More rows are finished than a window holds, and the first record waits for all others: nothing stands still."""
    session = FakeSession(
        {"alpha": lambda query: Miss() if query["id"] == "0" else own_address(query), "beta": own_address}
    )
    waterfall = Waterfall("find_email", ["alpha", "beta"], allocation="breadth", clean=False)
    leads = [{**lead(number + 1), "id": str(number)} for number in range(records)]
    async with waterfall.stream(leads, session=session, concurrency=3, ordered=True) as stream:
        rows = [row async for row in stream]
    assert [row.index for row in rows] == list(range(records))
    assert {row.status for row in rows} == {"complete"}


async def test_a_run_in_order_spends_what_was_held_back() -> None:
    """`run` puts its rows in order at the end, so any record may wait for the last pass."""
    waterfall = Waterfall("find_email", ["hunter", "apollo", "contactout"], order="expected_cost")
    async with le.Session.sandbox(prices=PRICES) as session:
        rows = await waterfall.run(people(300), session=session, budget=le.Budget(usd=7), concurrency=10)
    assert [row.index for row in rows] == list(range(300))
    assert sum((row.cost.usd or Decimal(0) for row in rows), Decimal(0)) > Decimal("6.40")


@settings(max_examples=25)
@given(
    outcomes=st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), max_size=25),
    concurrency=st.integers(1, 7),
    ordered=st.booleans(),
)
def test_breadth_loses_no_record(outcomes: list[tuple[bool, bool, bool]], concurrency: int, ordered: bool) -> None:
    def said(place: int) -> Any:
        def answer(query: Any) -> Any:
            return Hit(email=f"{query['id']}@brightloom.example") if outcomes[int(query["id"])][place] else Miss()

        return answer

    async def run() -> None:
        delays = {"alpha": 0.3, "beta": 1.1, "gamma": 0.2}
        script = {name: said(place) for place, name in enumerate(delays)}
        session = FakeSession(script, delay=lambda provider, query: delays[provider] * (1 + int(query["id"]) % 3))
        waterfall = Waterfall("find_email", list(delays), allocation="breadth", clean=False)
        records = [{**lead(number + 1), "id": str(number)} for number in range(len(outcomes))]
        async with waterfall.stream(records, session=session, concurrency=concurrency, ordered=ordered) as rows:
            found = [row async for row in rows]
        assert sorted(row.index for row in found) == list(range(len(outcomes)))
        for row in found:
            assert (row.status == "complete") == any(outcomes[row.index])
            assert len([one for one in row.attempts if one.asked]) == (
                outcomes[row.index].index(True) + 1 if any(outcomes[row.index]) else 3
            )
        names = [name.partition(".")[0] for name in session.names]
        last = max((place for place, name in enumerate(names) if name == "alpha"), default=-1)
        assert session.most_in_flight <= concurrency
        assert "gamma" not in names[:last]

    with registered():
        virtual(run)


@pytest.mark.parametrize("concurrency", [1, 3])
async def test_breadth_and_one_answer_a_person_do_not_wait_for_each_other(concurrency: int) -> None:
    session = FakeSession({"beta": own_address})
    waterfall = Waterfall("find_email", ["alpha", "beta"], allocation="breadth", clean=False)
    records = [lead(number % 4 + 1) for number in range(20)]
    async with asyncio.timeout(30):
        rows = await waterfall.run(records, session=session, concurrency=concurrency, dedupe=True)
    assert [row.status for row in rows] == ["complete"] * 20
    assert len(session.calls) == 8


async def test_a_pilot_and_breadth_exclude_each_other() -> None:
    waterfall = Waterfall("find_email", ["alpha"], allocation="breadth")
    with pytest.raises(le.ConfigurationError, match="choose one"):
        await waterfall.run([lead()], session=FakeSession(), pilot=5)


async def test_the_waterfalls_of_a_chain_share_a_budget() -> None:
    events: list[le.Event] = []
    async with le.Session.sandbox(prices=PRICES, on_event=events.append) as session:
        chain = le.Chain(
            [
                Waterfall("find_email", ["hunter", "apollo", "contactout"], order="expected_cost"),
                Waterfall("enrich_company", ["apollo"], order="expected_cost"),
            ]
        )
        rows = await chain.run(people(100), session=session, budget=le.Budget(usd=2), concurrency=5)
    assert sum((row.cost.usd or Decimal(0) for row in rows), Decimal(0)) <= 2
    assert "allocation.cutoff" in {event.kind for event in events}


@pytest.mark.looptime
async def test_leaving_a_breadth_stream_leaves_nothing_behind() -> None:
    session = FakeSession(delay=1.0)
    waterfall = Waterfall("find_email", ["alpha", "beta"], allocation="breadth", clean=False)
    async with waterfall.stream([lead(n) for n in range(1, 40)], session=session, concurrency=5) as rows:
        await asyncio.sleep(0)
        waiting = asyncio.ensure_future(anext(rows))
        await asyncio.sleep(7.5)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    assert [task for task in asyncio.all_tasks() if task is not asyncio.current_task()] == []


def test_an_unknown_allocation_is_refused() -> None:
    with pytest.raises(WaterfallError, match="allocation"):
        Waterfall("find_email", ["alpha"], allocation="width")  # type: ignore[arg-type]


# ---- the last pass


async def spent_and_found(usd: str | None, **options: Any) -> tuple[Decimal, set[int], int]:
    """Return what a run over 300 people with that budget spent, whom it found, and how many rows it gave."""
    waterfall = Waterfall("find_email", ["hunter", "apollo", "contactout"], order="expected_cost")
    budget = None if usd is None else le.Budget(usd=usd)
    async with (
        le.Session.sandbox(prices=PRICES) as session,
        waterfall.stream(people(300), session=session, budget=budget, concurrency=10, **options) as stream,
    ):
        rows = [row async for row in stream]
    cost = sum((row.cost.usd or Decimal(0) for row in rows), Decimal(0))
    return cost, {row.index for row in rows if row.status == "complete"}, len(rows)


@pytest.mark.slow
async def test_a_budget_that_suffices_for_everybody_asks_everybody() -> None:
    """The cutoff is cautious while little is known; what it held back is spent at the end."""
    whole, everybody, _ = await spent_and_found(None)
    largest = Decimal("0.60")  # the most one call can cost: a call is made only where that has room
    cost, found, rows = await spent_and_found(str(whole + largest))
    assert rows == 300
    assert found == everybody
    assert cost <= whole + largest


@pytest.mark.slow
@pytest.mark.parametrize("ordered", [False, True])
async def test_what_the_cutoff_held_back_is_spent_at_the_end(ordered: bool) -> None:
    whole, _, _ = await spent_and_found(None)
    for share in (Decimal("0.3"), Decimal("0.7"), Decimal("0.95")):
        usd = round(whole * share, 2)
        cost, _, rows = await spent_and_found(str(usd), ordered=ordered)
        assert rows == 300
        assert cost <= usd
        if not ordered:  # rows in order cannot all wait for the end
            assert usd - cost < Decimal("0.60")  # less than the most that the call still wanted can cost


@settings(max_examples=25)
@given(
    count=st.integers(0, 40),
    concurrency=st.integers(1, 7),
    ordered=st.booleans(),
    cents=st.integers(1, 60),
    most=st.sampled_from([1, 3, 2000]),
)
def test_the_last_pass_loses_no_record_and_crosses_no_budget(
    count: int, concurrency: int, ordered: bool, cents: int, most: int
) -> None:
    async def run() -> None:
        session = le.Session.sandbox(prices={"hunter": "0.01", "contactout": "0.05"})
        async with session:
            waterfall = Waterfall("find_email", ["hunter", "contactout"], order="expected_cost")
            budget = le.Budget(usd=Decimal(cents) / 100)
            records = people(count)
            stream = waterfall.stream(records, session=session, budget=budget, concurrency=concurrency, ordered=ordered)
            async with asyncio.timeout(36_000), stream as rows:
                got = [row async for row in rows]
        assert sorted(row.index for row in got) == list(range(len(records)))
        assert not ordered or [row.index for row in got] == list(range(len(records)))
        assert sum((row.cost.usd or Decimal(0) for row in got), Decimal(0)) <= Decimal(cents) / 100

    with pytest.MonkeyPatch.context() as patch, registered():
        patch.setattr("leadenrich.waterfall.run.pipeline.LAST", most)
        virtual(run)


async def test_those_with_the_dearest_next_step_end_without_the_last_pass_when_too_many_wait() -> None:
    room = [False]
    last = LastPass(2, lambda: room[0])
    waits = {index: asyncio.ensure_future(last.wait(index)) for index in (0.3, 0.1, 0.2)}
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert {index: wait.done() and wait.result() for index, wait in waits.items()} == {
        0.3: False,
        0.1: False,
        0.2: False,
    }
    assert [index for index, wait in waits.items() if wait.done()] == [0.3]
    room[0] = True
    last.begin()
    assert await waits[0.1]
    assert await waits[0.2]
    assert await asyncio.wait_for(last.wait(5.0), 1)  # nobody better waits


async def test_a_record_that_is_stopped_leaves_the_last_pass() -> None:
    last = LastPass(5, lambda: True)
    waits = [asyncio.ensure_future(last.wait(index)) for index in (0.1, 0.2)]
    await asyncio.sleep(0)
    waits[0].cancel()
    await asyncio.sleep(0)
    last.begin()
    assert await waits[1]


async def test_the_last_pass_holds_up_no_record_that_waits_for_the_first_of_a_company() -> None:
    known = [one for index in range(30) for one in World.of(0).people_of(index)][:200]
    records = [{"full_name": one.full_name, "company_domain": one.company_domain} for one in known]
    prices = PRICES | {"findymail": "0.0208"}
    waterfall = Waterfall(
        "find_email",
        ["hunter", "apollo", "findymail"],
        verify=["zerobounce"],
        order="expected_cost",
        catch_all="reject",
    )
    async with le.Session.sandbox(prices=prices) as session, asyncio.timeout(360_000):
        stream = waterfall.stream(records, session=session, budget=le.Budget(usd=1), concurrency=1)
        assert (await stream.drain()).rows == 200
