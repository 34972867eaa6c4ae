"""G4: a strict sliding-window server refuses nothing, and is used to the full."""

import asyncio
import random
from collections import deque

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

import leadenrich as le
from leadenrich.contract import Rate
from leadenrich.engine.limits import Limiter
from leadenrich.engine.sliding_window import Window
from tests.engine.vendors import KEY, Server, name

pytestmark = pytest.mark.looptime


class Strict:
    """Counts arrivals as the strictest vendor would: at most n in any window, at any moment."""

    def __init__(self, windows: list[tuple[int, float]], jitter: float = 0.0, seed: int = 0) -> None:
        self.windows = [(n, per, deque[float]()) for n, per in windows]
        self.jitter, self.random, self.refused, self.served = jitter, random.Random(seed), 0, 0

    async def __call__(self, request: httpx.Request, count: int) -> object:
        await asyncio.sleep(self.random.uniform(0, self.jitter))
        now = asyncio.get_running_loop().time()
        for n, per, seen in self.windows:
            while seen and seen[0] <= now - per:
                seen.popleft()
            if len(seen) >= n:
                self.refused += 1
                return httpx.Response(429)
        for _, _, seen in self.windows:
            seen.append(now)
        self.served += 1
        return {"email": "mira@brightloom.example"}


async def rate_against(windows: list[tuple[int, float]], calls: int, jitter: float) -> tuple[Strict, float]:
    async def strict(request: httpx.Request, count: int) -> object:
        return await server_side(request, count)

    server_side = Strict(windows, jitter)
    server = Server({"/find": lambda request, count: strict(request, count)}, delay=0.001)
    rates = {"limited": [Rate(n, per=per) for n, per in windows]}
    async with le.Session({"limited": KEY}, transport=server, rates=rates, retries=3) as session:
        started = asyncio.get_running_loop().time()
        asked = [session.ask("limited", "find_email", {"full_name": name(i)}) for i in range(calls)]
        answers = await asyncio.gather(*asked)
        seconds = asyncio.get_running_loop().time() - started
    assert all(isinstance(answer.result, le.Hit) for answer in answers)
    return server_side, fastest(windows, calls) / seconds


def fastest(windows: list[tuple[int, float]], calls: int) -> float:
    """Return the least time in which so many calls can arrive, each as soon as every window has room."""
    sent: list[float] = []
    for i in range(calls):
        sent.append(max([sent[-1] if sent else 0.0, *(sent[i - n] + per for n, per in windows if i >= n)]))
    return sent[-1]


@pytest.mark.parametrize("windows", [[(50, 1)], [(10, 1), (45, 5), (100, 20)]])
async def test_no_refusal_at_97_percent_of_the_rate(windows: list[tuple[int, float]]) -> None:
    strict, share = await rate_against(windows, 400, jitter=0.0)
    assert strict.refused == 0
    assert share >= 0.97


@pytest.mark.parametrize("jitter", [pytest.param(0.01, marks=pytest.mark.slow), 0.05])
async def test_no_refusal_under_arrival_jitter_at_90_percent_of_the_rate(jitter: float) -> None:
    strict, share = await rate_against([(50, 1)], 1000, jitter)
    assert strict.refused == 0
    assert share >= 0.9


async def test_a_limit_lower_than_promised_is_learned_from_refusals() -> None:
    server = Strict([(10, 1.2)])  # the vendor says 10 a second, and counts 1.2 s

    async def answer(request: httpx.Request, count: int) -> object:
        return await server(request, count)

    transport = Server({"/find": lambda request, count: answer(request, count)}, delay=0.3)
    async with le.Session({"limited": KEY}, transport=transport, retries=9) as session:
        asked = [session.ask("limited", "find_email", {"full_name": name(i)}) for i in range(300)]
        answers = await asyncio.gather(*asked)
        early = server.refused
        asked = [session.ask("limited", "find_email", {"full_name": name(i)}) for i in range(300, 600)]
        answers += await asyncio.gather(*asked)
    assert all(isinstance(answer.result, le.Hit) for answer in answers)
    assert 0 < early < 60
    assert server.refused - early < early


async def test_limits_belong_to_endpoints_and_to_accounts_not_to_sessions() -> None:
    limiter, loop = Limiter(), asyncio.get_running_loop()
    rates = (Rate(2, per=10, on="GET /a"), Rate(5, per=10))

    async def timed(account: str, endpoint: str) -> float:
        await limiter.acquire(account, endpoint, rates)
        return loop.time()

    first = [await timed("x", "GET /b") for _ in range(2)]
    second = await asyncio.gather(*(timed("x", "GET /a") for _ in range(3)), *(timed("y", "GET /a") for _ in range(2)))
    assert max(first) < 1
    assert [moment >= 10 for moment in second] == [False, False, True, False, False]


async def test_sessions_over_one_transport_share_one_keys_limit() -> None:
    strict = Strict([(10, 1)])

    async def answer(request: httpx.Request, count: int) -> object:
        return await strict(request, count)

    server = Server({"/find": lambda request, count: answer(request, count)}, delay=0.001)
    sessions = [le.Session({"limited": KEY}, transport=server, retries=0) for _ in range(3)]
    asked = [s.ask("limited", "find_email", {"full_name": name(i)}) for i in range(20) for s in sessions]
    answers = await asyncio.gather(*asked)
    assert all(isinstance(answer.result, le.Hit) for answer in answers)
    assert strict.refused == 0
    for session in sessions:
        await session.aclose()


async def test_rate_headers_and_retry_after_hold_others_back() -> None:
    loop, sent = asyncio.get_running_loop(), []

    def answer(request: httpx.Request, count: int) -> object:
        sent.append(loop.time())
        headers = {"x-left": "0", "x-reset": "30"} if count == 1 else {}
        return httpx.Response(200, json={"email": "mira@brightloom.example"}, headers=headers)

    server = Server({"/find": answer})
    async with le.Session({"limited": KEY}, transport=server) as session:
        await session.ask("limited", "find_email", {"full_name": name(0)})
        await session.bulk("limited", "find_email", [{"full_name": name(i)} for i in range(1, 4)])
    assert sent[0] < 1
    assert min(sent[1:]) >= 30


async def test_those_who_wait_for_one_vendor_do_not_hold_up_another() -> None:
    server = Server()
    rates = {"limited": [Rate(1, per=1000)]}
    async with le.Session({"limited": KEY, "acme": KEY}, transport=server, rates=rates) as session:
        slow = [asyncio.create_task(session.ask("limited", "find_email", {"full_name": name(i)})) for i in range(50)]
        await asyncio.sleep(0.1)
        await session.bulk("acme", "find_email", [{"full_name": name(i)} for i in range(50)])
        assert asyncio.get_running_loop().time() < 5
        for task in slow:
            task.cancel()
        await asyncio.gather(*slow, return_exceptions=True)


async def test_a_cancelled_waiter_gives_its_place_away() -> None:
    limiter = Limiter()
    rates = (Rate(1, per=5),)
    await limiter.acquire("x", "GET /a", rates)
    first = asyncio.create_task(limiter.acquire("x", "GET /a", rates))
    second = asyncio.create_task(limiter.acquire("x", "GET /a", rates))
    await asyncio.sleep(1)
    first.cancel()
    await asyncio.sleep(6)
    assert second.done()


async def test_a_leaky_bucket_lets_its_burst_through_and_then_its_average() -> None:
    limiter, loop = Limiter(), asyncio.get_running_loop()
    rates = (Rate(10, per=1, kind="leaky", burst=20),)
    for _ in range(20):
        await limiter.acquire("x", "GET /a", rates)
    assert loop.time() < 0.5
    for _ in range(20):
        await limiter.acquire("x", "GET /a", rates)
    assert 1.5 < loop.time() < 2.5


@given(
    limit=st.integers(1, 20),
    per=st.sampled_from([1.0, 10.0, 60.0]),
    steps=st.lists(st.tuples(st.floats(0, 3), st.integers(1, 5)), max_size=120),
)
def test_no_window_ever_holds_more_than_its_limit(limit: int, per: float, steps: list[tuple[float, int]]) -> None:
    window = Window(Rate(limit, per=per, unit="items"))
    now, sent = 0.0, []
    for gap, items in steps:
        weight = window.weight(items)
        now = max(now + gap, window.ready_at(now + gap, weight))
        window.take(now, weight)
        sent.append((now, weight))
    for start, _ in sent:
        assert sum(weight for moment, weight in sent if start <= moment < start + per) <= limit
