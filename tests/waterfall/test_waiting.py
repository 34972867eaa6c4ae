"""Waiting for a vendor's limit holds no place, and is given up where it would take too long."""

from __future__ import annotations

import asyncio
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import pytest

import leadenrich as le
from leadenrich.contract import (
    Category,
    Flow,
    HeaderKey,
    Hit,
    HTTPProvider,
    Miss,
    ProviderInfo,
    Query,
    Rate,
    Request,
    Tier,
)
from leadenrich.contract import operation as an_operation
from leadenrich.errors import ProviderBusyError, WaterfallError
from leadenrich.registry import registry
from leadenrich.results import StopReason
from leadenrich.waterfall import Step, Waterfall
from leadenrich.waterfall.run.parking import MOST
from tests.waterfall.fakes import FakeSession, lead

pytestmark = pytest.mark.looptime

LEADS = 600


def vendor(provider_id: str) -> type[HTTPProvider]:
    class Vendor(HTTPProvider):
        """Answers what its server says."""

        info = ProviderInfo(
            id=provider_id,
            title=provider_id.title(),
            category=Category.EMAIL_CONTACT,
            tier=Tier.FREE,
            base_url=f"https://api.{provider_id}.example",
            docs_url=f"https://{provider_id}.example/docs",
            auth=HeaderKey("x-api-key"),
        )

        @an_operation("find_email", needs=[("full_name",)], credits=1)
        def find_email(self, query: Query) -> Flow:
            """Ask."""
            reply = yield Request("GET", "/find", params=query.pick("full_name"))
            return Hit(email=reply.get("email")) if reply.get("email") else Miss()

    return Vendor


VENDORS = {name: vendor(name) for name in ("one", "two", "three", "four", "five")}


@pytest.fixture(autouse=True)
def _vendors() -> Iterator[None]:
    plugins = registry.plugins()
    plugins.update(VENDORS)
    try:
        yield
    finally:
        for name in VENDORS:
            plugins.pop(name, None)
            registry._loaded.pop(name, None)


class Server(httpx.AsyncBaseTransport):
    """Finds somebody where `knows` says so, after `delay` seconds; counts the calls that arrive."""

    def __init__(self, knows: Any, delay: float = 0.2) -> None:
        self.knows, self.delay = knows, delay
        self.calls: Counter[str] = Counter()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        name = request.url.host.split(".")[1]
        self.calls[name] += 1
        await asyncio.sleep(self.delay)
        person = request.url.params["full_name"]
        address = f"{''.join(person.split()).lower()}@brightloom.example"
        return httpx.Response(200, json={"email": address} if self.knows(name, person) else {})


def opened(server: Server, rates: Mapping[str, int | Rate] | None = None, **settings: Any) -> le.Session:
    """A session with keys for all, limited to so many a second, or as `Rate` says."""
    limits = {name: [limit if isinstance(limit, Rate) else Rate(limit, per=1)] for name, limit in (rates or {}).items()}
    return le.Session(dict.fromkeys(VENDORS, "key-of-ours"), transport=server, rates=limits, **settings)


def people(count: int, **more: Any) -> list[dict[str, Any]]:
    return [{"full_name": lead(number)["last_name"] + " Okafor", "n": number, **more} for number in range(1, count + 1)]


async def times(stream: Any) -> dict[int, float]:
    """When each row came out."""
    clock, seen = asyncio.get_running_loop(), {}
    async with stream as rows:
        started = clock.time()
        async for row in rows:
            seen[row.index] = clock.time() - started
    return seen


@pytest.mark.slow
async def test_a_slow_vendors_leads_do_not_hold_up_those_of_a_fast_one() -> None:
    finder = Waterfall("find_email", [Step("one", where={"kind": "a"}), Step("two", where={"kind": "b"})], clean=False)
    leads = [{**one, "kind": "ab"[one["n"] % 2]} for one in people(2 * LEADS)]
    async with opened(Server(lambda *_: True), {"one": 50, "two": 1}) as session:
        came = await times(finder.stream(leads, session=session))
    fast = sorted(seconds for index, seconds in came.items() if leads[index]["kind"] == "a")
    slow = sorted(seconds for index, seconds in came.items() if leads[index]["kind"] == "b")
    assert len(fast) == len(slow) == LEADS
    assert fast[-1] <= 1.05 * LEADS / 50 + 2.5
    assert slow[-1] <= 1.05 * LEADS


@pytest.mark.slow
async def test_in_a_line_of_vendors_each_finds_at_its_own_pace() -> None:
    def knows(name: str, person: str) -> bool:
        return (name == "one" and len(person) % 2 == 0) or name == "five"

    rates = {"one": 100, "two": 10, "three": 50, "four": 1, "five": 100}
    leads = [{**one, "full_name": f"{'x' * (one['n'] % 2)}y {one['full_name']}"} for one in people(2 * LEADS)]
    finder = Waterfall("find_email", list(rates), clean=False)
    stream, found = None, {}
    async with opened(Server(lambda name, person: knows(name, person.split()[0])), rates) as session:
        stream, clock = finder.stream(leads, session=session), asyncio.get_running_loop()
        async with stream as rows:
            started = clock.time()
            async for row in rows:
                found.setdefault(row.values["email"].provider, []).append(clock.time() - started)
    assert len(found["one"]) == len(found["five"]) == LEADS
    assert found["one"][-1] <= 1.05 * 2 * LEADS / 100 + 2.5
    assert found["five"][-1] <= 1.05 * LEADS + 20


async def test_what_is_parked_is_bounded_and_the_source_is_not_read_on_for_ever() -> None:
    taken = 0

    async def endless() -> Any:
        nonlocal taken
        while True:
            taken += 1
            yield {"full_name": f"Person {taken}"}

    finder = Waterfall("find_email", ["one"], clean=False)
    async with (
        opened(Server(lambda *_: True), {"one": 1}, max_wait=1e9) as session,
        finder.stream(endless(), session=session, concurrency=3) as rows,
    ):
        for _ in range(5):
            await anext(rows)
    assert 3 * MOST <= taken <= 3 * (MOST + 5)


async def test_concurrency_counts_what_vendors_work_on() -> None:
    most = now = 0

    class Counting(Server):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            nonlocal most, now
            now += 1
            most = max(most, now)
            try:
                return await super().handle_async_request(request)
            finally:
                now -= 1

    async with opened(Counting(lambda *_: True, delay=3.0), {"one": 5}) as session:
        rows = await Waterfall("find_email", ["one"], clean=False).run(people(60), session=session, concurrency=10)
    assert len(rows) == 60
    assert most <= 16  # 5 a second for 3 s; without a limit there would be 10


async def test_a_stream_that_is_left_makes_few_further_calls_although_many_leads_wait() -> None:
    server = Server(lambda *_: True)
    async with opened(server, {"one": 20}) as session:
        stream = Waterfall("find_email", ["one"], clean=False).stream(people(500), session=session, concurrency=10)
        for _ in range(30):
            await anext(stream)
        before = server.calls["one"]
        await asyncio.sleep(60)  # it is kept, but nobody takes its rows
        assert server.calls["one"] - before <= 12
        rest = [row async for row in stream]  # and goes on where it was
        assert len(rest) == 470
        assert {row.status for row in rest} == {"complete"}
        assert server.calls["one"] == 500


# ---- not now


async def test_a_used_up_window_is_passed_over_and_the_next_vendor_asked() -> None:
    server = Server(lambda *_: True)
    daily = {"one": Rate(20, per=86_400)}
    async with opened(server, rates=daily) as session:
        came = await times(
            stream := Waterfall("find_email", ["one", "two"], clean=False).stream(people(200), session=session)
        )
    assert max(came.values()) < 60
    assert stream.summary.found["email"] == 200
    assert 15 <= server.calls["one"] <= 20
    assert server.calls["two"] == 200 - server.calls["one"]
    part = stream.summary.providers["one.find_email"]
    assert part.skipped == 200 - server.calls["one"]


async def test_a_row_that_found_nothing_for_lack_of_room_can_be_asked_again() -> None:
    daily = {"one": Rate(1, per=86_400)}
    async with opened(Server(lambda *_: False), rates=daily) as session:
        rows = await Waterfall("find_email", ["one", "two"], clean=False).run(people(3), session=session)
    told = {row.stop_reason for row in rows}
    assert told == {StopReason.EXHAUSTED, StopReason.BUSY}
    busy = next(row for row in rows if row.stop_reason is StopReason.BUSY)
    assert busy.status == "not_found"
    assert str(busy.retry_reason).startswith("one: ")
    assert [(one.provider, one.outcome, one.stop_reason) for one in busy.attempts] == [
        ("one", "skipped", StopReason.BUSY),
        ("two", "miss", None),
    ]


@pytest.mark.parametrize("where", ["step", "waterfall", "session"])
async def test_how_long_to_wait_is_a_setting_of_step_waterfall_and_session(where: str) -> None:
    steps = [Step("one", max_wait=5) if where == "step" else "one", "two"]
    rules = {"max_wait": 5.0} if where == "waterfall" else {}
    settings = {"max_wait": 5.0} if where == "session" else {}
    server = Server(lambda *_: True)
    async with opened(server, rates={"one": Rate(1, per=60)}, **settings) as session:
        rows = await Waterfall("find_email", steps, clean=False, **rules).run(people(5), session=session)
    assert server.calls == {"one": 1, "two": 4}
    assert {row.status for row in rows} == {"complete"}


async def test_a_step_with_more_patience_than_its_session_waits() -> None:
    server = Server(lambda *_: True)
    async with opened(server, rates={"one": Rate(1, per=60)}, max_wait=5.0) as session:
        rows = await Waterfall("find_email", ["one"], max_wait=1000, clean=False).run(people(4), session=session)
    assert server.calls == {"one": 4}
    assert {row.status for row in rows} == {"complete"}


async def test_it_is_asked_again_once_its_window_has_opened() -> None:
    class Session(FakeSession):
        async def ask(self, provider_id: str, *args: Any, **options: Any) -> Any:
            self.opens = getattr(self, "opens", self.now() + 50)
            if provider_id == "alpha" and self.now() < self.opens:
                self.script["alpha"] = ProviderBusyError("its limit is used up", retry_after=self.opens - self.now())
            elif provider_id == "alpha":
                self.script["alpha"] = le.Hit(email="mira.okafor@brightloom.example")
            return await super().ask(provider_id, *args, **options)

    session = Session(delay=lambda provider, query: 100.0 if provider == "beta" else 0.0)
    row = await Waterfall("find_email", ["alpha", "beta"]).enrich(lead(), session=session)
    assert session.names == ["alpha.find_email", "beta.find_email", "alpha.find_email"]
    assert (row.status, row.retryable) == ("complete", False)
    assert [(one.provider, one.outcome) for one in row.attempts] == [("beta", "miss"), ("alpha", "hit")]
    session = Session(delay=1.0)
    row = await Waterfall("find_email", ["alpha", "beta"]).enrich(lead(), session=session)
    assert session.names == ["alpha.find_email", "beta.find_email"]  # its window is still closed
    assert (row.status, row.stop_reason, row.retryable) == ("not_found", StopReason.BUSY, True)


@pytest.mark.parametrize("wait", [0, -1, "5", True])
def test_a_senseless_patience_is_refused(wait: Any) -> None:
    with pytest.raises(WaterfallError, match="max_wait"):
        Step("one", max_wait=wait)
    with pytest.raises(WaterfallError, match="max_wait"):
        Waterfall("find_email", ["one"], max_wait=wait)


class Hanging(Server):
    """The first vendor takes every call and does not answer until `recovers`."""

    recovers = float("inf")

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.host.split(".")[1] == "one" and (now := asyncio.get_running_loop().time()) < self.recovers:
            self.calls["one, in vain"] += 1
            await asyncio.sleep(self.recovers - now)
        return await super().handle_async_request(request)


@pytest.mark.parametrize("count", [150, 500, pytest.param(2500, marks=pytest.mark.slow)])
async def test_a_vendor_that_never_answers_costs_one_time_out(count: int) -> None:
    server, took = Hanging(lambda *_: True), {}
    for steps in (["two", "three"], ["one", "two", "three"]):
        async with opened(server, {"two": 50, "three": 50}, timeout=30.0) as session:
            came = await times(
                stream := Waterfall("find_email", steps, clean=False).stream(people(count), session=session)
            )
        assert stream.summary.found["email"] == count
        took[len(steps)] = max(came.values())
    assert took[3] <= 1.3 * took[2] + 30
    assert server.calls["one, in vain"] <= 12  # those that went out at first, then a probe now and again


async def test_a_vendor_that_hung_and_is_slow_by_nature_is_found_well_again() -> None:
    async def arriving() -> Any:
        for one in people(400):
            await asyncio.sleep(1.0)
            yield one

    finder = Waterfall("find_email", ["one", "two"], clean=False)
    server = Hanging(lambda *_: True, delay=8.0)
    server.recovers = asyncio.get_running_loop().time() + 60
    async with opened(server, timeout=30.0) as session:
        await times(finder.stream(arriving(), session=session))
    assert server.calls["one"] > 300  # from the first probe on that waits as long as it takes to answer


async def test_duplicates_of_a_parked_person_hold_no_place() -> None:
    leads = [{"full_name": "Mira Okafor", "company_name": "Brightloom"}] * 50 + people(50, kind="b")
    finder = Waterfall(
        "find_email", [Step("one", where={"kind": False}), Step("two", where={"kind": "b"})], clean=False
    )
    async with opened(Server(lambda *_: True), rates={"one": Rate(1, per=30)}) as session:
        await session.call("one", "find_email", {"full_name": "Somebody Else"})
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            came = await times(finder.stream(leads, session=session, concurrency=5, dedupe=True))
    assert max(seconds for index, seconds in came.items() if index >= 50) < 10
