"""Limits used at real latencies: a vendor thinks for seconds, the network spreads arrivals by milliseconds."""

import asyncio
import random
from collections import deque
from typing import Any

import httpx
import pytest

import leadenrich as le
from leadenrich.contract import Rate
from tests.engine.vendors import KEY, Server, name

pytestmark = [pytest.mark.slow, pytest.mark.looptime]


class Thinking:
    """A strict vendor behind a network: arrivals spread by `jitter`, answers take `think` seconds."""

    def __init__(self, limit: int, per: float, jitter: float, think: tuple[float, float]) -> None:
        self.limit, self.per, self.jitter, self.think = limit, per, jitter, think
        self.random, self.seen, self.refused = random.Random(7), deque[float](), 0
        self.served: list[float] = []

    async def __call__(self) -> Any:
        await asyncio.sleep(self.random.uniform(0, self.jitter))
        now = asyncio.get_running_loop().time()
        while self.seen and self.seen[0] <= now - self.per:
            self.seen.popleft()
        if len(self.seen) >= self.limit:
            self.refused += 1
            return httpx.Response(429)
        self.seen.append(now)
        self.served.append(now)
        await asyncio.sleep(self.random.uniform(*self.think))
        return {"email": "mira@brightloom.example"}


async def run(vendor: Thinking, calls: int) -> float:
    server = Server({"/find": lambda request, count: vendor()}, delay=0.001)
    rates = {"limited": [Rate(vendor.limit, per=vendor.per)]}
    async with le.Session({"limited": KEY}, transport=server, rates=rates, max_wait=1e6) as session:
        started = asyncio.get_running_loop().time()
        answers = await session.bulk("limited", "find_email", [{"full_name": name(i)} for i in range(calls)])
        assert all(isinstance(answer, le.Hit) for answer in answers)
        return asyncio.get_running_loop().time() - started


@pytest.mark.parametrize(
    ("limit", "per", "windows", "think"),
    [
        (5, 1, 40, (0.1, 0.8)),
        (50, 1, 20, (0.1, 0.8)),
        (50, 1, 15, (0.5, 3.0)),
        (200, 1, 8, (0.3, 0.3)),
        (300, 60, 3, (0.5, 3.0)),
    ],
    ids=str,
)
async def test_a_limit_is_used_to_what_the_jitter_allows(
    limit: int, per: float, windows: int, think: tuple[float, float]
) -> None:
    vendor = Thinking(limit, per, 0.02, think)
    took = await run(vendor, limit * windows)
    assert vendor.refused == 0
    allowed = per / (per + 0.02)
    steady = vendor.served[len(vendor.served) // 3 :: limit]  # one a window, after the start
    share = (len(steady) - 1) * per / (steady[-1] - steady[0])
    assert share >= allowed - 0.005
    assert took <= (windows - 1) * per / (allowed - 0.005) + think[1] + 2.5


async def test_a_wider_jitter_is_learned_from_one_refusal() -> None:
    vendor = Thinking(50, 1, 0.05, (0.1, 0.8))
    await run(vendor, 50 * 60)
    assert vendor.refused <= 1
