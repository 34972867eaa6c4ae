"""What one process keeps for many workers, in one process here: the ports keep what the engine relies on."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from decimal import Decimal
from typing import Any

import httpx
import pytest

import leadenrich as le
from leadenrich.integrations.house import House, HouseCache, HouseLimiter, HouseWallet
from leadenrich.testing import ports
from tests.sandbox_leads import PRICES, people

pytestmark = pytest.mark.looptime


def reach(house: House) -> Any:
    """Return how a worker reaches a house: a little later, as over a wire."""

    async def call(method: str, *arguments: Any) -> Any:
        await asyncio.sleep(0.001)
        return await getattr(house, method)(*arguments)

    return call


LIMITER_CHECKS = [check.name for check in ports.limiter_checks(lambda: None)]
WALLET_CHECKS = [check.name for check in ports.wallet_checks(lambda balance: None, expire=lambda: None)]
CACHE_CHECKS = [check.name for check in ports.cache_checks(lambda: None, reopen=lambda cache: None)]


@pytest.mark.parametrize("number", range(len(LIMITER_CHECKS)), ids=LIMITER_CHECKS)
async def test_the_limiter_keeps_what_the_engine_relies_on(number: int) -> None:
    await ports.limiter_checks(lambda: HouseLimiter(reach(House())))[number]()


@pytest.mark.parametrize("number", range(len(WALLET_CHECKS)), ids=WALLET_CHECKS)
async def test_the_wallet_keeps_what_the_engine_relies_on(number: int) -> None:
    def wallet(balance: Decimal) -> Any:
        return HouseWallet(reach(House(balance=balance, lease=0.5)), wait=0)

    await ports.wallet_checks(wallet, expire=lambda: asyncio.sleep(0.6))[number]()


@pytest.mark.parametrize("number", range(len(CACHE_CHECKS)), ids=CACHE_CHECKS)
async def test_the_cache_keeps_what_the_engine_relies_on(number: int) -> None:
    def reopened(cache: HouseCache) -> HouseCache:
        return HouseCache(cache._call)

    await ports.cache_checks(lambda: HouseCache(reach(House())), reopen=reopened)[number]()


async def worker(house: House, records: list[dict[str, Any]], **settings: Any) -> Any:
    call = reach(house)
    session = le.Session.sandbox(
        prices=PRICES,
        limiter=HouseLimiter(call),
        wallet=HouseWallet(call, ("usd",)),
        cache=HouseCache(call),
        **settings,
    )
    async with session:
        waterfall = le.Waterfall("find_email", ["hunter", "apollo", "findymail"], quality_threshold=80)
        rows = await waterfall.run(records, session=session, concurrency=20)
        return rows, session._transport


@pytest.mark.slow
async def test_four_workers_spend_one_purse_and_ask_about_no_record_twice() -> None:
    house = House(usd=Decimal("1.50"))
    told = await asyncio.gather(*(worker(house, people(80)) for _ in range(4)))
    assert [len(rows) for rows, _ in told] == [80] * 4
    spent = sum((row.cost.usd or Decimal(0) for rows, _ in told for row in rows), Decimal(0))
    assert await house.spent() == spent <= Decimal("1.50")
    alone, _ = await worker(House(usd=Decimal(100)), people(80))
    cost = sum((row.cost.usd or Decimal(0) for row in alone), Decimal(0))
    house = House(usd=Decimal(100))
    told = await asyncio.gather(*(worker(house, people(80)) for _ in range(4)))
    assert await house.spent() == cost  # four workers with the same list pay what one pays
    found = [{row.index: row["email"] for row in rows} for rows, _ in told]
    assert found == [{row.index: row["email"] for row in alone}] * 4


@pytest.mark.parametrize("status", [200, 500])
async def test_a_question_that_takes_long_is_asked_once_and_one_that_fails_is_not_waited_for(status: int) -> None:
    """A slow machine or vendor made a second worker ask, and pay, after four seconds."""
    asked = Counter[str]()

    async def vendor(request: httpx.Request) -> httpx.Response:
        asked[request.url.host] += 1
        await asyncio.sleep(18)
        return httpx.Response(status, json={"data": {"email": "mira@example.com", "score": 97}})

    async def ask(house: House) -> Any:
        session = le.Session({"hunter": "key"}, transport=httpx.MockTransport(vendor), cache=HouseCache(reach(house)))
        async with session:
            query = {"full_name": "Mira Okafor", "company_domain": "example.com"}
            return await session.ask("hunter", "find_email", query, retries=0, timeout=30)

    house, begun = House(), asyncio.get_running_loop().time()
    told = await asyncio.gather(*(ask(house) for _ in range(3)))
    took = asyncio.get_running_loop().time() - begun
    if status == 200:
        assert [one.result["email"] for one in told] == ["mira@example.com"] * 3
        assert (asked.total(), round(took)) == (1, 18)
    else:
        assert all(isinstance(one.result, le.ProviderError) for one in told)
        assert (asked.total(), round(took)) == (3, 54)  # one after the other, each as soon as the one before has failed


async def test_four_workers_keep_one_limit() -> None:
    house, sent = House(), Counter[int]()

    async def ask(limiter: HouseLimiter) -> None:
        await limiter.acquire("a", "GET /x", [le.Rate(50, per=1)])
        sent[int(asyncio.get_running_loop().time())] += 1

    started = asyncio.get_running_loop().time()
    await asyncio.gather(
        *(ask(limiter) for limiter in [HouseLimiter(reach(house)) for _ in range(4)] for _ in range(150))
    )
    took = asyncio.get_running_loop().time() - started
    assert 11 <= took <= 11 / 0.95 + 1  # 600 calls at 50 a second: the first 50 leave at once


async def test_a_house_learns_from_its_workers_how_far_round_trips_spread() -> None:
    """So a limit is used to within what the network may do, and not to within what it might: 2 % of a second, not 6."""

    async def run(tell: bool) -> float:
        house, chance = House(), random.Random(0)
        limiters = [HouseLimiter(reach(house)) for _ in range(4)]

        async def ask(limiter: HouseLimiter) -> None:
            slot = await limiter.acquire("a", "GET /x", [le.Rate(50, per=1)])
            await asyncio.sleep(chance.uniform(0.1, 0.5))
            if tell:
                await limiter.answered(slot)

        started = asyncio.get_running_loop().time()
        await asyncio.gather(*(ask(limiter) for limiter in limiters for _ in range(500)))
        return asyncio.get_running_loop().time() - started

    told, untold = await run(tell=True), await run(tell=False)
    assert told - 40 < 0.7 * (untold - 40), (told, untold)


async def test_a_wait_ends_with_its_time_where_the_clock_is_coarse() -> None:
    """A deadline may lie a rounding error after a time that the clock shows: waiting for that moves no clock."""
    loop = asyncio.get_running_loop()
    for tenths in range(1, 60):
        begun = loop.time()
        house = House(usd=Decimal(1), lease=0.1 * tenths)
        assert await house.get("question", 1) is None  # another worker asks, and never says
        assert await house.get("question", 0.1 * tenths) is None
        assert loop.time() == pytest.approx(begun + 0.1 * tenths, abs=0.01)
        assert await house.reserve("", "usd", Decimal(1), 0)
        assert await house.reserve("", "usd", Decimal(1), 0.07 * tenths) is False
        assert await house.reserve("", "usd", Decimal(1), 10)  # the lease has ended


async def test_what_a_killed_worker_held_is_free_when_its_lease_ends() -> None:
    house = House(usd=Decimal(1), lease=60)
    wallet = HouseWallet(reach(house), ("usd",), wait=0)
    assert await wallet.reserve("", "usd", Decimal("0.9"))  # by a worker that dies
    assert await wallet.reserve("", "usd", Decimal("0.5")) is False
    patient = HouseWallet(reach(house), ("usd",), wait=90)
    assert await patient.reserve("", "usd", Decimal("0.5"))
