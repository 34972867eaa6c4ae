"""An hour's outage amid a job: after the next run as much is found as without it, and no answer is bought twice."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import pytest

import leadenrich as le
from leadenrich.records import JsonlSink, read_jsonl
from leadenrich.sandbox.session import SandboxCredentials
from leadenrich.sandbox.transport import SandboxTransport
from tests.sandbox_leads import PRICES, people

pytestmark = pytest.mark.looptime
HOUR = 3600.0
STEPS = ["hunter", "apollo", "findymail"]
RATES = {name: [le.Rate(1, per=60)] for name in STEPS}
"""Slow enough that a job of 100 people takes over an hour, and the outage lies in its middle."""


class Weather(httpx.AsyncBaseTransport):
    """The sandbox's vendors, some of whom are down for a while, each in its own way."""

    def __init__(self, down: tuple[float, float], how: str, who: tuple[str, ...]) -> None:
        self._inner, self._down, self._how, self._who = SandboxTransport(seed=0), down, how, who
        self.answered: Counter[str] = Counter()
        self.failed = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer, or fail as the outage has it."""
        begin, end = self._down
        now = asyncio.get_running_loop().time()
        if begin <= now < end and any(name in request.url.host for name in self._who):
            self.failed += 1
            if self._how == "unreachable":
                raise httpx.ConnectError("no route", request=request)
            if self._how == "silent":
                await asyncio.sleep(10 * HOUR)
            return httpx.Response({"down": 503, "refusing": 401, "empty": 402}[self._how])
        self.answered[f"{request.method} {request.url} {request.content!r}"] += 1
        return await self._inner.handle_async_request(request)


async def job(folder: Path, weather: Weather, usd: str | None = None) -> tuple[Any, set[str]]:
    """Run what is left of the job; return its summary, and the people found so far."""
    waterfall = le.Waterfall("find_email", STEPS, quality_threshold=80)
    with le.FileLedger(folder / "job.db", fsync=False) as ledger:
        async with le.Session(
            SandboxCredentials(), transport=weather, prices=PRICES, ledger=ledger, rates=RATES
        ) as session:
            sink = JsonlSink(folder / "rows.jsonl", key=None)
            summary = await waterfall.stream(people(100), session=session, into=sink, concurrency=8).drain()
    found = {str(row["full_name"]) for row in read_jsonl(folder / "rows.jsonl") if row["status"] == "complete"}
    return summary, found


@pytest.mark.parametrize(
    ("how", "who"),
    [
        ("down", ("hunter",)),
        pytest.param("unreachable", ("hunter", "apollo", "findymail"), marks=pytest.mark.slow),
        pytest.param("silent", ("apollo",), marks=pytest.mark.slow),
        pytest.param("refusing", ("apollo", "findymail"), marks=pytest.mark.slow),
        pytest.param("empty", ("hunter",), marks=pytest.mark.slow),
    ],
)
async def test_after_the_next_run_nothing_is_missing(tmp_path: Path, how: str, who: tuple[str, ...]) -> None:
    (calm := tmp_path / "calm").mkdir()
    (stormy := tmp_path / "stormy").mkdir()
    _, without = await job(calm, Weather((0, 0), how, who))
    now = asyncio.get_running_loop().time()
    weather = Weather((now + 0.4 * HOUR, now + 1.4 * HOUR), how, who)
    first, found = await job(stormy, weather)
    assert weather.failed
    assert first.retryable
    assert found <= without
    second, found = await job(stormy, weather)
    assert second.rows == first.retryable  # only what is open is asked again
    assert found == without
    assert second.retryable == 0
    assert weather.answered.most_common(1)[0][1] == 1  # no answer was bought twice
    third, found = await job(stormy, weather)
    assert (third.rows, found) == (0, without)


def chain() -> le.Chain:
    return le.Chain(
        [
            le.Waterfall("find_email", STEPS, quality_threshold=80),
            le.Waterfall("verify_email", ["zerobounce"]),
            le.Waterfall("enrich_company", ["leadmagic", "contactout"], fields=["employee_count"]),
        ]
    )


def waterfall() -> le.Waterfall:
    return le.Waterfall("find_email", STEPS, quality_threshold=80)


FOUND = ("email", "email_status", "employee_count")


@pytest.mark.slow
@pytest.mark.parametrize("keeps", ["ledger and sink", "ledger", "sink", "rows"])
@pytest.mark.parametrize("make", [waterfall, chain])
async def test_whatever_a_job_keeps_the_next_run_finds_the_rest(tmp_path: Path, make: Any, keeps: str) -> None:
    """Chains too, and where there is a ledger alone, a sink alone, or nothing but the rows of the first run."""

    async def run(folder: Path, weather: Weather, earlier: Any = None) -> tuple[Any, dict[str, tuple[Any, ...]]]:
        options: dict[str, Any] = {"concurrency": 8}
        if "sink" in keeps:
            options["into"] = JsonlSink(folder / "rows.jsonl", key=None)
        if earlier is not None and keeps == "rows":
            options["retry_failed"] = earlier
        ledger = le.FileLedger(folder / "job.db", fsync=False) if "ledger" in keeps else None
        prices = PRICES | {"zerobounce": "0.008", "leadmagic": "0.02", "contactout": "0.05"}
        settings: dict[str, Any] = {"transport": weather, "prices": prices, "ledger": ledger, "rates": RATES}
        async with le.Session(SandboxCredentials(), **settings) as session:
            rows = await make().run(people(100), session=session, **options)
        if ledger is not None:
            ledger.close()
        told = {row["full_name"]: tuple(row.get(field) for field in FOUND) for row in rows}
        if "sink" in keeps:
            lines = read_jsonl(folder / "rows.jsonl")
            told = {str(one["full_name"]): tuple(one.get(field) for field in FOUND) for one in lines}
        return rows, told

    down = (*STEPS, "zerobounce", "leadmagic")
    (calm := tmp_path / "calm").mkdir()
    (stormy := tmp_path / "stormy").mkdir()
    _, without = await run(calm, Weather((0, 0), "down", down))
    now = asyncio.get_running_loop().time()
    weather = Weather((now + 0.4 * HOUR, now + 1.4 * HOUR), "down", down)
    first, early = await run(stormy, weather)
    assert any(row.retryable for row in first)
    assert how_many(early) < how_many(without)
    second, late = await run(stormy, weather, first)
    if keeps == "rows":
        late = early | late
    assert not any(row.retryable for row in second)
    missing = {who: (told, late[who]) for who, told in without.items() if _known(told) != _known(late[who])}
    assert not missing
    if "ledger" in keeps:
        assert weather.answered.most_common(1)[0][1] == 1


def how_many(told: dict[str, tuple[Any, ...]]) -> int:
    return sum(field is not None for one in told.values() for field in one)


def _known(told: tuple[Any, ...]) -> tuple[bool, ...]:
    return tuple(field is not None for field in told)


async def test_what_a_later_step_has_completed_is_not_bought_from_one_that_failed(tmp_path: Path) -> None:
    """The row is open for its company alone: its address, which the second finder gave, is in the ledger."""

    async def run(weather: Weather) -> tuple[Any, Any]:
        with le.FileLedger(tmp_path / "job.db", fsync=False) as ledger:
            async with le.Session(SandboxCredentials(), transport=weather, prices=PRICES, ledger=ledger) as session:
                both = le.Chain(
                    [
                        le.Waterfall("find_email", ["hunter", "findymail"]),
                        le.Waterfall("enrich_company", ["leadmagic"], fields=["employee_count"]),
                    ]
                )
                stream = both.stream(people(60), session=session)
                plan = stream.explain()
                return plan, await stream

    _, first = await run(Weather((0, 10 * HOUR), "down", ("hunter", "leadmagic")))
    addresses = {row.index: row["email"] for row in first if row.get("email")}
    assert len(addresses) > 10
    weather = Weather((0, 0), "down", ())
    plan, second = await run(weather)
    asked = sum("hunter" in one for one in weather.answered)
    assert asked == 60 - len(addresses)
    assert all(second[index]["email"] == email for index, email in addresses.items())
    assert plan.plans[0].steps[0].calls == asked
