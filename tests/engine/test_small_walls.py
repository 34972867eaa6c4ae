"""Single lines on which money and limits rest, each with a test that fails when the line says something else."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

import httpx
import pytest

import leadenrich as le
from leadenrich.contract import Query, Rate, Request
from leadenrich.engine.answer import _confidence
from leadenrich.engine.batching import _longest
from leadenrich.engine.bill import Bill
from leadenrich.engine.budget import Budget, BudgetLedger, Reservation
from leadenrich.engine.limits import QUICK, Limiter
from leadenrich.engine.singleflight import Exchange
from leadenrich.ledger.owners import LEASE, _is_gone
from tests.engine.vendors import KEY, Server, name

pytestmark = pytest.mark.looptime
RATES = (Rate(100, per=60),)


async def test_a_question_alone_books_every_call_that_left() -> None:
    """Also more than it has set aside: what left counts."""
    async with le.Session({"acme": KEY}, transport=Server(), budget=le.Budget(calls=5)) as session:
        account, feature = session.account("acme"), session.feature("acme", "find_email")
        assert session.budget is not None
        bill = Bill(session._context, account, feature, Query({"full_name": "Mira Okafor"}), [session.budget])
        await bill.reserve(None)
        exchange = Exchange(account, b"key", Request("GET", "/person"), 5, 0, "find_email")
        bill.hang_on(exchange)
        exchange.leaves(0.0)
        exchange.leaves(1.0)
        assert bill.for_stop().calls == 2


async def test_of_a_shared_exchange_each_books_what_it_has_set_aside() -> None:
    async with le.Session({"acme": KEY}, transport=Server(), budget=le.Budget(calls=5)) as session:
        account, feature = session.account("acme"), session.feature("acme", "find_email")
        assert session.budget is not None
        query = Query({"full_name": "Mira Okafor"})
        bills = [Bill(session._context, account, feature, query, [session.budget]) for _ in range(2)]
        exchange = Exchange(account, b"key", Request("GET", "/person"), 5, 0, "find_email")
        for bill in bills:
            await bill.reserve(None)
            bill.hang_on(exchange)
        for now in range(2):
            exchange.leaves(now)
        costs = []
        for bill in bills:
            costs.append(bill.for_stop())
            bill.settle_now(costs[-1])
        assert [cost.calls for cost in costs] == [1, 1]
        assert session.budget.settled["calls"] == 2
        assert session.budget.reserved["calls"] == 0


def test_a_hold_that_no_ledger_knows_has_no_number() -> None:
    hold = BudgetLedger(Budget(calls=1, name="q3")).hold({"calls": Decimal(1)})
    assert hold is not None
    assert Reservation("acme", [hold]).numbers == {}


async def test_lanes_found_quickly_are_kept_within_a_bound() -> None:
    limits = Limiter()._of("acme")
    stated: list[Any] = [list(RATES) for _ in range(QUICK + 5)]  # a caller may make a list for each call
    lanes = {id(limits.lane("GET /person", rates)) for rates in stated}
    assert len(lanes) == 1
    assert len(limits._quick) == QUICK


@pytest.mark.parametrize(("remaining", "pauses"), [(2, False), (1, True), (0, True)])
async def test_what_a_vendor_says_is_left_is_for_the_calls_in_flight(remaining: int, pauses: bool) -> None:
    limiter, now = Limiter(), asyncio.get_running_loop().time
    slots = [await limiter.acquire("acme", "GET /person", RATES) for _ in range(2)]
    limiter.answered(slots[0], remaining=remaining, reset_in=30.0)  # one more is under way
    started = now()
    await limiter.acquire("acme", "GET /person", RATES)
    assert (now() - started >= 30) == pauses


async def test_those_who_may_not_wait_so_long_are_told_and_the_others_wait() -> None:
    limiter, now = Limiter(), asyncio.get_running_loop().time
    slot = await limiter.acquire("acme", "GET /person", [Rate(1, per=20)])
    started = now()
    waiting = [
        asyncio.ensure_future(limiter.acquire("acme", "GET /person", [Rate(1, per=20)], max_wait=seconds))
        for seconds in (30, 40, 100)
    ]
    await asyncio.sleep(1)
    limiter.answered(slot, refused=True, retry_after=35.0)
    done, _ = await asyncio.wait(waiting, timeout=1)
    assert done == {waiting[0]}
    with pytest.raises(le.ProviderError, match="used up"):
        waiting[0].result()
    assert await waiting[1]
    assert now() - started >= 36
    assert await waiting[2]


# ---- what a session says and counts


async def test_an_empty_purse_of_one_operation_is_told_once() -> None:
    told: list[tuple[str | None, str | None]] = []

    def heard(event: le.Event) -> None:
        if event.kind == "provider.benched":
            told.append((event.provider, event.operation))

    server = Server({"/jobs": httpx.Response(402)})
    async with le.Session({"acme": KEY}, transport=server, on_event=heard) as session:
        for number in range(3):
            await session.ask("acme", "find_phone", {"full_name": name(number)})
    assert told == [("acme", "find_phone")]


async def test_a_question_to_a_closed_session_is_counted_as_an_error() -> None:
    async with le.Session({"acme": KEY}, transport=Server()) as session:
        await session.ask("acme", "find_email", {"full_name": name(1)})
    for number in (2, 3):
        await session.ask("acme", "find_email", {"full_name": name(number)})
    line = session.usage["acme.find_email"]
    assert (line.questions, line.errors) == (3, 2)


@pytest.mark.parametrize(
    ("stated", "confidence", "source"),
    [
        (87, 87, "vendor"),
        ("87.5", 87.5, "vendor"),
        (0, 0, "vendor"),
        (100, 100, "vendor"),
        (101, 50, "default"),
        (-1, 50, "default"),
        (True, 50, "default"),
        ("high", 50, "default"),
    ],
)
async def test_a_stated_confidence_is_a_number_from_0_to_100(stated: Any, confidence: float, source: str) -> None:
    hit = le.Hit(email="mira@brightloom.example")
    hit.confidence = stated
    async with le.Session({"acme": KEY}, transport=Server()) as session:
        feature = session.feature("acme", "find_email")
    assert _confidence(hit, feature) == (confidence, source)


async def test_the_latency_of_a_job_runs_from_the_first_byte_sent() -> None:
    async with le.Session({"signing": KEY}, transport=Server({"/jobs": {"id": "j1"}}, delay=3)) as session:
        asked = asyncio.create_task(session.ask("signing", "find_phone", {"full_name": name(1)}))
        await asyncio.sleep(10)
        session._jobs.close()
        assert (await asked).latency == pytest.approx(10)


def test_of_several_patiences_the_longest_counts_and_the_sessions_where_one_has_none() -> None:
    assert _longest([1.0, 3.0, 2.0]) == 3.0
    assert _longest([1.0, None, 3.0]) is None
    assert _longest([]) is None


@pytest.mark.parametrize(
    ("rebooted", "silent", "gone"), [(True, 0.0, True), (False, LEASE, False), (False, LEASE + 1, True)]
)
def test_a_process_elsewhere_is_gone_with_its_machine_or_after_its_lease(
    rebooted: bool, silent: float, gone: bool
) -> None:
    assert _is_gone(False, rebooted, 1, "", silent) is gone


async def test_a_pause_sends_the_impatient_away_and_the_patient_wait_it_out() -> None:
    limiter, rates = Limiter(), [Rate(1, per=1)]
    first = await limiter.acquire("account", "GET /x", rates)
    patiences = (5, 100, 5)
    asked = [asyncio.create_task(limiter.acquire("account", "GET /x", rates, max_wait=one)) for one in patiences]
    await asyncio.sleep(0.1)
    limiter.answered(first, refused=True, retry_after=50)
    await asyncio.sleep(0.1)
    assert [task.done() for task in asked] == [True, False, True]
    assert all(isinstance(asked[place].exception(), le.ProviderBusyError) for place in (0, 2))
    await asked[1]
    assert asyncio.get_running_loop().time() == pytest.approx(50, abs=2)


async def test_one_is_not_sent_away_for_the_many_items_of_another_behind_it() -> None:
    limiter, rates = Limiter(), [Rate(10, per=100, unit="items")]
    first = await limiter.acquire("account", "GET /x", rates, 6)
    await asyncio.sleep(50)
    await limiter.acquire("account", "GET /x", rates, 3)
    asked = [
        asyncio.create_task(limiter.acquire("account", "GET /x", rates, items, max_wait=patience))
        for items, patience in ((5, 70), (9, 1000))
    ]
    await asyncio.sleep(0)
    limiter.answered(first, refused=True, retry_after=1)
    await asyncio.gather(*asked)  # fifty seconds for the one, a hundred and more for the other


async def test_a_bulk_call_whose_askers_have_all_left_is_stopped() -> None:
    server = Server({"/companies": {"companies": []}}, delay=30)
    async with le.Session({"acme": KEY}, transport=server) as session:
        asked = [
            asyncio.create_task(session.ask("acme", "enrich_company", {"company_domain": f"house{number}.example"}))
            for number in range(3)
        ]
        await asyncio.sleep(5)
        assert (server.in_flight, server.paths()) == (1, ["/companies"])
        asked[0].cancel()
        asked[1].cancel()
        await asyncio.sleep(1)
        assert server.in_flight == 1  # somebody waits for it still
        asked[2].cancel()
        await asyncio.sleep(1)
        assert server.in_flight == 0
