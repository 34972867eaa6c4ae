"""Whatever foreign code does (adapters, limiters, wallets, caches, callbacks), the lead goes on and money is booked."""

import asyncio
import json
import logging
import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import httpx
import pytest

import leadenrich as le
from leadenrich.registry import registry
from tests.engine.vendors import KEY, Server, facts, name

pytestmark = pytest.mark.looptime

QUERY = {"full_name": "Mira Okafor"}
ODD_CHARGES = [math.nan, math.inf, "1e999", 1e999, -1, "1,000", "", True, [], "NaN", {"n": math.nan}]


class Odd(le.HTTPProvider):
    """An adapter whose only operation does what a test puts here."""

    info = facts("odd")
    act: Callable[[le.Query], Any]

    @le.operation("find_email", needs=[("full_name",)], credits=2, max_credits=3)
    def find_email(self, query: le.Query) -> le.Flow:
        """Act."""
        return Odd.act(query)  # type: ignore[no-any-return]

    @le.operation("find_phone", needs=[("full_name",)], gives=("mobile_phone",), credits=1)
    def find_phone(self, query: le.Query) -> le.Flow:
        """Be well."""
        reply = yield le.Request("GET", "/phone", params=query.pick("full_name"))
        return le.Hit(mobile_phone=reply.get("phone")) if reply.get("phone") else le.Miss()


registry.register(Odd)


def asks(*, paid: bool = True) -> le.Request:
    return le.Request("GET", "/odd", paid=paid)


async def ask(act: Callable[[le.Query], Any], server: Server | None = None, **settings: Any) -> tuple[Any, le.Session]:
    Odd.act = staticmethod(act)
    async with asyncio.timeout(3600), le.Session({"odd": KEY}, transport=server or Server(), **settings) as session:
        return await session.ask("odd", "find_email", QUERY), session


# ---- money in a reply


@pytest.mark.parametrize("charge", ODD_CHARGES, ids=repr)
@pytest.mark.parametrize("kind", [le.Hit, le.Miss])
async def test_a_charge_that_cannot_be_read_is_uncertain_at_the_declared_maximum(charge: Any, kind: type) -> None:
    def act(query: le.Query) -> le.Flow:
        yield asks()
        return kind(credits=charge) if kind is le.Miss else le.Hit({"email": "mira@brightloom.example"}, credits=charge)

    Odd.act = staticmethod(act)
    budget = le.Budget(credits={"odd": 9})
    async with asyncio.timeout(60), le.Session({"odd": KEY}, transport=Server(), budget=budget) as session:
        for i in range(4):
            asked = await session.ask("odd", "find_email", {"full_name": name(i)})
            if i == 0:
                assert isinstance(asked.result, kind)
                assert asked.cost.credits == {}
                assert asked.cost.uncertain_credits == {"odd": 3}
        assert session.budget is not None
        assert session.budget.reserved["odd"] == 0
        assert session.budget.spent["odd"] == 3  # the same exchange serves all four


async def test_an_odd_charge_in_one_reply_leaves_the_budget_to_others() -> None:
    count = 0

    def act(query: le.Query) -> le.Flow:
        nonlocal count
        count += 1
        yield le.Request("GET", "/odd", params={"n": count})
        return le.Hit({"email": "mira@brightloom.example"}, credits=math.nan if count < 3 else 1)

    Odd.act = staticmethod(act)
    budget = le.Budget(credits={"odd": 9})
    async with asyncio.timeout(60), le.Session({"odd": KEY}, transport=Server(), budget=budget) as session:
        results = [await session.ask("odd", "find_email", {"full_name": name(i)}) for i in range(4)]
    assert [asked.cost.uncertain_credits.get("odd", 0) for asked in results] == [3, 3, 0, 0]
    assert isinstance(results[3].result, le.BudgetExceededError)  # 2 are left, and a call may cost 3
    assert isinstance(results[2].result, le.Hit)
    assert session.budget is not None
    assert session.budget.spent["odd"] == 7


async def test_more_charged_than_declared_is_booked_told_and_reserved_the_next_time() -> None:
    def act(query: le.Query) -> le.Flow:
        yield le.Request("GET", "/odd", params=query.pick("full_name"))
        return le.Hit({"email": "mira@brightloom.example"}, credits=5)

    heard: list[le.Event] = []
    Odd.act = staticmethod(act)
    budget = le.Budget(credits={"odd": 9})
    async with le.Session({"odd": KEY}, transport=Server(), budget=budget, on_event=heard.append) as session:
        first = await session.ask("odd", "find_email", {"full_name": name(1)})
        second = await session.ask("odd", "find_email", {"full_name": name(2)})
    assert first.cost.credits == {"odd": 5}
    assert isinstance(second.result, le.BudgetExceededError)  # 4 are left, and such a call has cost 5
    assert [event.kind for event in heard if event.kind == "charge.exceeded"] == ["charge.exceeded"]


# ---- generators that yield or return what they should not


def yields(*things: Any, result: Any = None) -> Callable[[le.Query], Any]:
    def act(query: le.Query) -> Any:
        for thing in things:
            _ = yield thing
        return result if result is not None else le.Hit(email="mira@brightloom.example")

    return act


def returns(thing: Any) -> Callable[[le.Query], Any]:
    return lambda query: thing


def raises(error: BaseException, after: int = 1) -> Callable[[le.Query], Any]:
    def act(query: le.Query) -> Any:
        for _ in range(after):
            yield asks()
        raise error

    return act


async def coroutine(query: le.Query) -> le.Hit:
    return le.Hit(email="mira@brightloom.example")


@pytest.mark.parametrize(
    ("act", "text", "unsure"),
    [
        (yields(None), "yielded nothing", 0),
        (yields("GET /odd"), "yielded a str", 0),
        (yields(asks(), {"method": "GET"}), "yielded a dict", 3),
        (yields(asks(), result={"email": "x"}), "returned a dict", 3),
        (yields(asks(), result="mira@brightloom.example"), "returned a str", 3),
        (returns(le.Hit(email="mira@brightloom.example")), "is a Hit, not a generator", 0),
        (returns(None), "is nothing, not a generator", 0),
        (coroutine, "is a coroutine, not a generator", 0),
        (raises(asyncio.CancelledError()), "CancelledError", 3),
        (raises(asyncio.CancelledError(), 0), "CancelledError", 0),
        (raises(SystemExit(1)), "SystemExit", 3),
        (raises(GeneratorExit()), "GeneratorExit", 3),
        (raises(KeyError("mira"), 1), "KeyError", 3),
        (yields(le.Request("GET", "/odd", after=math.nan)), "wait nan seconds", 0),
        (yields(le.Request("GET", "/odd", after=1e12)), "3600 at the most", 0),
    ],
)
async def test_what_no_adapter_may_do_is_an_error_of_that_provider(act: Any, text: str, unsure: int) -> None:
    asked, session = await ask(act, budget=le.Budget(credits={"odd": 100}))
    assert isinstance(asked.result, le.ProviderError)
    assert text in str(asked.result)
    assert asked.result.provider == "odd"
    assert asked.cost.uncertain_credits.get("odd", 0) == unsure
    assert session.budget is not None
    assert session.budget.reserved["odd"] == 0


async def test_the_next_vendor_is_asked_after_one_whose_adapter_breaks() -> None:
    Odd.act = staticmethod(yields("GET /odd"))
    waterfall = le.Waterfall("find_email", ["odd", "acme"])
    async with le.Session({"odd": KEY, "acme": KEY}, transport=Server()) as session:
        (row,) = await waterfall.run([QUERY], session=session)
    assert row["email"]
    assert row.attempts[0].outcome == "error"


@pytest.mark.parametrize("paid", [True, False])
async def test_a_flow_without_end_is_stopped(paid: bool) -> None:
    def endless(query: le.Query) -> Any:
        number = 0
        while True:
            number += 1
            yield le.Request("GET", "/odd", params={"n": number}, paid=paid)

    server = Server()
    asked, _ = await ask(endless, server)
    assert "goes on after 100 requests" in str(asked.result)
    assert len(server.requests) == 100
    server = Server()
    asked, session = await ask(endless, server, budget=le.Budget(calls=2))
    assert isinstance(asked.result, le.ProviderError)
    assert len(server.requests) == (2 if paid else 100)
    assert session.usage.cost.calls == (2 if paid else 0)


async def test_a_job_that_is_polled_without_a_pause_is_polled_with_one() -> None:
    def act(query: le.Query) -> Any:
        yield asks()
        while True:
            yield le.Wait("7", poll=le.Request("GET", "/poll", paid=False), every=0)

    server = Server()
    asked, _ = await ask(act, server)
    assert isinstance(asked.result, le.ProviderTimeoutError)
    assert len(server.requests) < 1000


# ---- a budget in calls, replies that cannot be read


async def test_calls_cancelled_under_way_count() -> None:
    async def slow() -> Any:
        await asyncio.sleep(100)

    server = Server({"/person": lambda request, count: slow()})
    async with le.Session({"acme": KEY}, transport=server, budget=le.Budget(calls=4), timeout=500) as session:
        for round_ in range(6):
            asked = [
                asyncio.create_task(session.ask("acme", "find_email", {"full_name": name(10 * round_ + i)}))
                for i in range(4)
            ]
            await asyncio.sleep(1)
            for task in asked:
                task.cancel()
            await asyncio.gather(*asked, return_exceptions=True)
        assert session.budget is not None
        assert session.budget.spent["calls"] == 4
    assert len(server.requests) == 4


async def test_a_call_that_somebody_joined_is_counted_once_whoever_leaves_first() -> None:
    async def slow() -> Any:
        await asyncio.sleep(10)
        return {"person": {"email": "mira@brightloom.example"}}

    server = Server({"/person": lambda request, count: slow()})
    async with le.Session({"acme": KEY}, transport=server, budget=le.Budget(calls=2)) as session:
        first = asyncio.create_task(session.ask("acme", "find_email", QUERY))
        second = asyncio.create_task(session.ask("acme", "enrich_person", QUERY))
        await asyncio.sleep(1)
        first.cancel()
        asked = await second
        assert isinstance(asked.result, le.Hit)
        assert session.budget is not None
        assert session.budget.spent["calls"] == 1
        assert session.budget.reserved["calls"] == 0
        assert session.usage.cost.calls == 1


async def test_repeats_count_as_calls_too() -> None:
    server = Server({"/person": httpx.Response(500)})
    async with le.Session({"acme": KEY}, transport=server, budget=le.Budget(calls=2), retries=5) as session:
        for i in range(3):
            await session.ask("acme", "find_email", {"full_name": name(i)})
    assert len(server.requests) == 2


@pytest.mark.parametrize("what", ["long", "gzip", "cut"])
@pytest.mark.parametrize("status", [200, 429, 401])
async def test_a_body_that_cannot_be_read_may_have_been_charged_if_the_vendor_said_yes(
    what: str, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leadenrich.engine.transport.MAX_REPLY_BYTES", 1000)

    class Cut(httpx.AsyncByteStream):
        async def __aiter__(self) -> Any:
            yield b'{"person"'
            raise httpx.ReadError("gone")

    def answer(request: httpx.Request, count: int) -> httpx.Response:
        if what == "long":
            return httpx.Response(status, text="x" * 5000)
        if what == "cut":
            return httpx.Response(status, stream=Cut())
        return httpx.Response(status, stream=httpx.ByteStream(b"no gzip"), headers={"content-encoding": "gzip"})

    server = Server({"/person": answer})
    budget = le.Budget(credits={"acme": 3})
    async with le.Session({"acme": KEY}, transport=server, budget=budget, retries=0) as session:
        costs = [await session.ask("acme", "find_email", {"full_name": name(i)}) for i in range(10)]
        spent = session.budget.spent["acme"]  # type: ignore[union-attr]
    charged = sum(asked.cost.uncertain_credits.get("acme", Decimal(0)) for asked in costs)
    assert spent == charged == (3 if status == 200 else 0)
    if status == 200:
        assert len(server.requests) == 3
    if status == 429:
        assert isinstance(costs[0].result, le.RateLimitError)
    if status == 401:
        assert isinstance(costs[0].result, le.AuthenticationError)


# ---- limiter, wallet, cache, callbacks


class Port:
    """A limiter, wallet and cache that do one thing wrong."""

    def __init__(self, wrong: str, how: str) -> None:
        self.wrong, self.how = wrong, how
        self.held = Decimal(0)
        self.reserved = 0

    async def _do(self, what: str, good: Any) -> Any:
        if what != self.wrong or self.how == "slow":
            return good
        if self.how == "raise":
            raise ConnectionError("redis://mira:secret@host")
        if self.how == "cancel":
            raise asyncio.CancelledError
        if self.how == "hang":
            await asyncio.sleep(1e7)
        return object()

    async def acquire(self, account: str, endpoint: str, rates: Any, weight: int = 1) -> Any:
        return await self._do("acquire", le.Slot(account, endpoint, rates, weight, asyncio.get_running_loop().time()))

    async def answered(self, slot: Any, **told: Any) -> None:
        await self._do("answered", None)

    async def reserve(self, account: str, purse: str, amount: Decimal) -> Any:
        if self.wrong == "reserve" and self.how == "slow":
            await asyncio.sleep(30)
        room = await self._do("reserve", True)
        if room is True:
            self.held += amount
        return room

    async def settle(self, account: str, purse: str, reserved: Decimal, spent: Decimal) -> None:
        if self.wrong == "settle" and self.how == "once":
            self.how = ""
            raise ConnectionError
        if self.wrong == "settle" and self.how == "slow":
            await asyncio.sleep(3)
        elif self.how:
            await self._do("settle", None)
        self.held -= reserved

    async def get(self, key: str) -> Any:
        return await self._do("get", None)

    async def set(self, key: str, value: Any, ttl: float | None = None) -> None:
        await self._do("set", None)


@pytest.mark.parametrize("how", ["raise", "hang", "cancel", "nonsense"])
@pytest.mark.parametrize("wrong", ["acquire", "answered", "reserve", "settle", "get", "set"])
async def test_a_port_that_does_wrong_loses_no_lead_and_hangs_nothing(
    wrong: str, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "leadenrich")
    port = Port(wrong, how)
    ports = {"limiter": port} if wrong in ("acquire", "answered") else {"wallet": port}
    ports = {"cache": port} if wrong in ("get", "set") else ports
    server = Server()
    async with asyncio.timeout(3000):
        async with le.Session({"acme": KEY}, transport=server, retries=0, max_wait=20, **ports) as session:
            answers = [await session.ask("acme", "find_email", {"full_name": name(i)}) for i in range(6)]
    if wrong in ("acquire", "reserve") and not (wrong == "reserve" and how == "nonsense"):
        kinds = (le.PortError, le.ProviderBusyError)
        assert all(isinstance(asked.result, kinds) for asked in answers)
        assert server.requests == []
    elif wrong == "reserve":
        assert all(isinstance(asked.result, le.WalletError) for asked in answers)
    else:
        assert all(isinstance(asked.result, le.Hit) for asked in answers)
        assert session.usage.cost.credits == {"acme": 6}
    assert "secret" not in caplog.text + "".join(str(asked.result) for asked in answers)


async def test_a_settlement_that_fails_once_is_told_again() -> None:
    port = Port("settle", "once")
    async with le.Session({"acme": KEY}, transport=Server(), wallet=port) as session:
        await session.call("acme", "find_email", QUERY)
    assert port.held == 0


async def test_a_slow_wallet_is_told_although_the_caller_and_the_session_have_left() -> None:
    port = Port("settle", "slow")
    async with le.Session({"acme": KEY}, transport=Server(delay=1), wallet=port) as session:
        asked = asyncio.create_task(session.ask("acme", "find_email", QUERY))
        await asyncio.sleep(2)  # answered; the wallet is being told
        asked.cancel()
        await asyncio.gather(asked, return_exceptions=True)
        assert port.held == 1
    assert port.held == 0


async def test_a_reservation_that_was_asked_for_is_undone_if_its_asker_leaves() -> None:
    port = Port("reserve", "slow")
    async with le.Session({"acme": KEY}, transport=Server(), wallet=port) as session:
        asked = asyncio.create_task(session.ask("acme", "find_email", QUERY))
        await asyncio.sleep(1)
        asked.cancel()
        await asyncio.gather(asked, return_exceptions=True)
        await asyncio.sleep(60)
        assert port.held == 0
        late = await session.ask("acme", "find_email", {"full_name": name(3)})  # 30 s are too long
        assert isinstance(late.result, le.WalletError)
        await asyncio.sleep(60)
    assert port.held == 0


@pytest.mark.parametrize("how", ["raise", "exit", "cancel", "async", "hang"])
async def test_a_callback_never_hurts_a_run(how: str) -> None:
    heard = []

    async def later(event: le.Event) -> None:
        await asyncio.sleep(1e6 if how == "hang" else 0)
        heard.append(event.kind)

    def callback(event: le.Event) -> Any:
        if how in ("async", "hang"):
            return later(event)
        raise {"raise": ValueError, "exit": SystemExit, "cancel": asyncio.CancelledError}[how]

    async with asyncio.timeout(600), le.Session({"acme": KEY}, transport=Server(), on_event=callback) as session:
        assert await session.call("acme", "find_email", QUERY)
    assert how != "async" or heard == ["call.started", "call.finished"]


@pytest.mark.parametrize("error", [KeyError("mira"), SystemExit(2), asyncio.CancelledError()])
async def test_an_allow_or_a_suppression_that_fails_sends_nothing(error: BaseException) -> None:
    def fails(*_: Any) -> Any:
        raise error

    class Broken:
        blocks = staticmethod(fails)

    server = Server()
    async with le.Session({"acme": KEY}, transport=server, allow=fails) as session:
        with pytest.raises(le.PortError, match="`allow` raised"):
            await session.call("acme", "find_email", QUERY)
    async with le.Session({"acme": KEY}, transport=server, suppression=Broken()) as session:
        with pytest.raises(le.SuppressedError, match="no person may be looked up"):
            await session.call("acme", "find_email", QUERY)
    assert server.requests == []


async def test_a_transport_that_cancels_itself_is_a_failure_not_an_end() -> None:
    server = Server({"/person": asyncio.CancelledError()})
    server.answers["/person"] = cancels
    async with le.Session({"acme": KEY}, transport=server, retries=0) as session:
        asked = await session.ask("acme", "find_email", QUERY)
    assert isinstance(asked.result, le.ProviderError)
    assert asked.cost.uncertain_credits == {"acme": 1}


async def cancels(*_: Any) -> Any:
    raise asyncio.CancelledError


class Plugin:
    """A plugin that does its own I/O, badly."""

    info = registry.info("native")
    result: Any = None

    async def initialize(self, credentials: Any) -> None: ...

    async def validate_credentials(self) -> bool:
        return True

    async def execute(self, operation: str, query: le.Query) -> Any:
        if isinstance(self.result, BaseException):
            raise self.result
        return self.result

    async def quota(self) -> Any:
        return self.result


@pytest.mark.parametrize(
    "result", [None, {"email": "x"}, "text", SystemExit(1), asyncio.CancelledError(), ValueError("mira")], ids=repr
)
async def test_a_plugin_of_its_own_io_that_answers_nonsense_is_an_error(
    result: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Plugin, "result", result)
    monkeypatch.setattr(registry, "get", lambda provider_id: Plugin)
    async with asyncio.timeout(60), le.Session({"native": KEY}, transport=Server()) as session:
        asked = await session.ask("native", "find_email", QUERY)
        with pytest.raises(le.ProviderError):
            await session.quota("native")
    assert isinstance(asked.result, le.ProviderError)
    assert asked.cost.uncertain_credits == {"native": 1}
    assert "mira" not in str(asked.result)


def test_json_is_what_it_was() -> None:
    assert json.loads("1e999") == math.inf  # so a reply can hold what no vendor charges


@pytest.mark.parametrize("kind", [SystemExit, GeneratorExit, KeyError])
async def test_a_cache_that_is_looked_at_beforehand_may_raise_anything(kind: type[BaseException]) -> None:
    """What is known is taken first, and a plan reads it too: a cache that fails there knows nothing."""

    class Odd:
        def get(self, key: str) -> Any:
            raise kind(KEY)

        def set(self, key: str, value: Any, ttl: float | None = None) -> None:
            raise kind(KEY)

        def is_empty(self) -> bool:
            raise kind(KEY)

    async with le.Session({"acme": KEY}, transport=Server(), cache=Odd()) as session:
        assert session.earlier is None
        assert session.recall("acme", "find_email", {"full_name": name(1)}) is None
        rows = await le.Waterfall("find_email", ["acme"]).run([{"full_name": name(1)}], session=session)
    assert rows[0].status == "complete"
