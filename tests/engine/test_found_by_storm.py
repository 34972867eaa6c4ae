"""What storms have found, one small test each."""

from __future__ import annotations

import asyncio
import itertools
from decimal import Decimal
from typing import Any

import httpx
import pytest

import leadenrich as le
from leadenrich.contract import Fold, Hit, HTTPProvider, Query, Request, Wait, bulk, operation
from leadenrich.engine.permit import Permit
from leadenrich.engine.singleflight import Exchange
from leadenrich.registry import registry
from tests.engine.vendors import KEY, Acme, Native, Server, facts, name

pytestmark = pytest.mark.looptime(noop_cycles=1)


async def test_closing_a_session_wakes_whoever_waits_for_a_job_of_a_vendor_that_rests() -> None:
    def poll(request: httpx.Request, count: int) -> Any:
        return httpx.Response(429, headers={"retry-after": "80000"}, json={})

    server = Server({"/jobs/": poll, "/jobs": lambda request, count: httpx.Response(202, json={"id": "j1"})})
    session = le.Session({"acme": KEY}, transport=server, retries=0)
    async with session:
        asked = asyncio.create_task(session.ask("acme", "find_phone", {"full_name": name(1)}))
        await asyncio.sleep(30)
    async with asyncio.timeout(1):
        result = (await asked).result
    assert isinstance(result, le.ProviderError)
    assert result.job_id == "j1"
    assert session.usage.cost.uncertain_credits == {"acme": Decimal(8)}


async def test_a_call_that_a_closed_session_no_longer_sends_is_not_counted() -> None:
    session = le.Session({"acme": KEY}, transport=Server())
    session.open()
    account = session.account("acme")
    exchange = Exchange(account, b"key", le.Request("POST", "/person"), 5, 0, "find_email")
    permit: Permit = await account.door.permit("POST /person", 1)
    session._context.release()
    with pytest.raises(le.ConfigurationError):
        await account._once(exchange.request, account.info.auth, None, 5, permit, exchange)
    assert (exchange.calls, exchange.sent_at) == (0, None)
    await session.aclose()


async def test_a_shared_call_is_booked_by_the_budgets_that_set_it_aside() -> None:
    def fails_first(request: httpx.Request, count: int) -> Any:
        return httpx.Response(503) if count == 1 else {"person": {"name": "Mira", "email": "mira@brightloom.example"}}

    async with le.Session({"acme": KEY}, transport=Server({"/person": fails_first}), retries=2) as session:
        mine, yours = session.ledger(le.Budget(calls=1)), session.ledger(le.Budget(calls=1))
        query = {"full_name": name(1)}
        await asyncio.gather(*(session.ask("acme", "find_email", query, purses=[one]) for one in (mine, yours)))
        assert session.usage.cost.calls == 2
    assert mine.settled["calls"] == yours.settled["calls"] == 1


async def test_the_calls_of_a_bulk_form_are_booked_by_the_budgets_that_set_them_aside() -> None:
    def fails_first(request: httpx.Request, count: int) -> Any:
        return httpx.Response(503) if count == 1 else {"companies": []}

    async with le.Session({"acme": KEY}, transport=Server({"/companies": fails_first}), retries=2) as session:
        purses = [session.ledger(le.Budget(calls=1)) for _ in range(2)]
        await asyncio.gather(
            *(
                session.ask("acme", "enrich_company", {"company_domain": f"house{i}.example"}, purses=[purse])
                for i, purse in enumerate(purses)
            )
        )
        assert session.usage.cost.calls == 2
    assert [purse.settled["calls"] for purse in purses] == [1, 1]


async def test_one_given_up_before_a_bulk_call_is_repeated_is_not_in_it() -> None:
    def refuses_first(request: httpx.Request, count: int) -> Any:
        return httpx.Response(503) if count == 1 else {"companies": []}

    server = Server({"/compan": refuses_first})
    async with le.Session({"acme": KEY}, transport=server, retries=2) as session:
        asked = [
            asyncio.create_task(session.ask("acme", "enrich_company", {"company_domain": f"house{i}.example"}))
            for i in range(3)
        ]
        await asyncio.sleep(0.2)  # before the second attempt
        asked[0].cancel()
        await asyncio.wait(asked)
    assert b"house0" in server.requests[0].content
    assert b"house0" not in server.requests[1].content
    assert session.usage.folded == 2


async def test_an_answer_whose_claim_cannot_be_read_is_booked_once_for_all_who_share_it() -> None:
    server = Server({"/verify": {"status": "valid", "cost": "NaN"}})
    async with le.Session({"acme": KEY}, transport=server, budget=le.Budget(credits={"acme": 10})) as session:
        query = {"email": "mira@brightloom.example"}
        await asyncio.gather(*(session.ask("acme", "verify_email", query) for _ in range(3)))
        assert session.usage.cost.uncertain_credits == {"acme": Decimal(2)}


@pytest.mark.parametrize("kind", [SystemExit, GeneratorExit, KeyError])
async def test_whatever_a_transport_raises_is_an_error_of_the_call(kind: type[BaseException]) -> None:
    class Odd(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            raise kind(KEY)

    async with le.Session({"acme": KEY}, transport=Odd(), retries=0) as session:
        result = (await session.ask("acme", "find_email", {"full_name": name(1)})).result
    assert isinstance(result, le.ProviderError)
    assert result.message == f"the transport failed ({kind.__name__})"


@pytest.mark.parametrize("verdict", [7, "word", [], Exception])
async def test_a_verdict_that_is_none_is_named(verdict: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Acme, "classify", lambda self, reply: verdict)
    async with le.Session({"acme": KEY}, transport=Server()) as session:
        result = (await session.ask("acme", "find_email", {"full_name": name(1)})).result
    assert isinstance(result, le.ProviderError)
    assert "classify returned" in result.message


@pytest.mark.parametrize("said", [{"full_name": name(1)}, name(1), 7, SystemExit])
async def test_what_a_list_of_somebody_elses_says_shows_no_person(said: Any) -> None:
    class List:
        def blocks(self, fields: Any) -> Any:
            if said is SystemExit:
                raise SystemExit(name(1))
            return said

    async with le.Session({"acme": KEY}, transport=Server(), suppression=List()) as session:
        result = (await session.ask("acme", "find_email", {"full_name": name(1)})).result
        row = await le.Waterfall("find_email", ["acme"]).enrich({"full_name": name(1)}, session=session)
    assert isinstance(result, le.LeadEnrichError)
    assert result.code is le.ErrorCode.SUPPRESSED
    assert row.status == "skipped"
    for text in (repr(result), str(result), str(row.reason)):
        assert name(1) not in text


async def test_an_error_that_a_cache_raises_is_not_shown() -> None:
    class Cache(dict[str, Any]):
        def get(self, key: str, default: Any = None) -> Any:
            raise le.ProviderError(KEY)

    async with le.Session({"acme": KEY}, transport=Server(), cache=Cache()) as session:
        assert isinstance((await session.ask("acme", "find_email", {"full_name": name(1)})).result, le.Hit)


@pytest.mark.parametrize("kind", [le.ProviderError, le.ConfigurationError, le.WaterfallError])
async def test_an_error_that_an_adapter_raises_before_it_asks_is_its_own_and_shows_nothing(
    kind: type[le.LeadEnrichError], monkeypatch: pytest.MonkeyPatch
) -> None:
    def flow(self: Any, operation: str, query: le.Query) -> Any:
        raise kind(f"no {KEY} for {query['full_name']}")
        yield

    monkeypatch.setattr(Acme, "flow", flow)
    async with le.Session({"acme": KEY}, transport=Server()) as session:
        result = (await session.ask("acme", "find_email", {"full_name": name(1)})).result
    assert isinstance(result, le.ProviderError)
    assert result.message == "no [key] for [value]"


async def test_a_plugin_with_its_own_io_shows_nothing_either(monkeypatch: pytest.MonkeyPatch) -> None:
    async def execute(self: Any, operation: str, query: le.Query) -> Any:
        raise le.ProviderError(f"no {KEY} for {query['full_name']}")

    monkeypatch.setattr(Native, "execute", execute)
    async with le.Session({"native": KEY}, transport=Server()) as session:
        result = (await session.ask("native", "find_email", {"full_name": name(1)})).result
    assert isinstance(result, le.ProviderError)
    assert result.message == "no [key] for [value]"


async def test_a_plugin_that_cannot_say_whether_a_key_is_good_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    async def unsure(self: Any) -> Any:
        return "perhaps"

    monkeypatch.setattr(Native, "validate_credentials", unsure)
    async with le.Session({"native": KEY}, transport=Server()) as session:
        with pytest.raises(le.ProviderError, match="validate_credentials returned a str"):
            await session.check("native")


async def test_an_error_on_one_item_of_a_bulk_call_does_not_show_another(monkeypatch: pytest.MonkeyPatch) -> None:
    def fold(self: Any, adapter: Any, requests: Any) -> Any:
        reply = yield le.Request("POST", "/companies", json={})
        return [le.ProviderError(f"of {[one.params['domain'] for one in requests]}"), *[reply] * (len(requests) - 1)]

    monkeypatch.setattr(type(Acme.folds["GET /company"]), "run", fold)
    async with le.Session({"acme": KEY}, transport=Server({"/companies": {}})) as session:
        found = await session.bulk(
            "acme", "enrich_company", [{"company_domain": f"house{i}.example"} for i in range(2)]
        )
    assert isinstance(found[0], le.ProviderError)
    assert "house" not in found[0].message


@pytest.mark.parametrize("body", ["{}", "[]", "7"])
async def test_a_delivery_that_an_adapter_cannot_read_is_unclaimed(body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with le.Session({"acme": KEY}, transport=Server()) as session:
        for said in (7, None, [7], [(1, 2, 3)], {"a": 1}):
            monkeypatch.setattr(Acme, "delivered", lambda self, body, headers, said=said: said)
            assert not await session.deliver("acme", body, {})


async def test_what_a_wallet_granted_in_odd_words_after_it_was_given_up_is_undone() -> None:
    held: list[Decimal] = []

    class Wallet:
        async def reserve(self, account: str, purse: str, amount: Decimal) -> Any:
            await asyncio.sleep(1)
            held.append(amount)
            return 7

        def settle(self, account: str, purse: str, reserved: Decimal, spent: Decimal) -> None:
            held.remove(reserved)

    async with le.Session({"acme": KEY}, transport=Server(), wallet=Wallet()) as session:
        asked = asyncio.create_task(session.ask("acme", "find_email", {"full_name": name(1)}))
        await asyncio.sleep(0.5)
        asked.cancel()
        await asyncio.sleep(5)
        assert held == []


async def test_a_slot_that_is_granted_when_it_is_waited_for_no_more_is_given_back() -> None:
    told: list[le.Slot] = []

    class Limiter:
        async def acquire(self, account: str, endpoint: str, rates: Any, weight: int = 1) -> le.Slot:
            try:
                await asyncio.sleep(10)
            except asyncio.CancelledError:
                await asyncio.sleep(0)  # it was granted already
            return le.Slot(account, endpoint, rates, weight, asyncio.get_running_loop().time())

        def answered(self, slot: le.Slot, **what: Any) -> None:
            told.append(slot)

    async with le.Session({"acme": KEY}, transport=Server(), limiter=Limiter()) as session:
        asked = asyncio.create_task(session.ask("acme", "find_email", {"full_name": name(1)}))
        await asyncio.sleep(1)
        asked.cancel()
        await asyncio.wait([asked])
        await asyncio.sleep(1)
    assert len(told) == 1


async def test_an_answer_that_is_being_kept_when_its_asker_leaves_is_booked() -> None:
    class Cache(dict[str, Any]):
        async def set(self, key: str, value: Any, ttl: float | None = None) -> None:
            await asyncio.sleep(3)

        async def get(self, key: str, default: Any = None) -> None:
            return None

    async with le.Session({"acme": KEY}, transport=Server(), cache=Cache()) as session:
        asked = asyncio.create_task(session.ask("acme", "find_email", {"full_name": name(1)}))
        await asyncio.sleep(1)
        asked.cancel()
        await asyncio.wait([asked])
        assert session.usage.cost.credits == {"acme": Decimal(1)}


async def test_an_allowance_that_cannot_be_looked_at_is_a_failed_port() -> None:
    class Odd:
        def __bool__(self) -> bool:
            raise RuntimeError(KEY)

    async with le.Session({"acme": KEY}, transport=Server(), allow=lambda info: Odd()) as session:
        result = (await session.ask("acme", "find_email", {"full_name": name(1)})).result
    assert isinstance(result, le.LeadEnrichError)
    assert result.code is le.ErrorCode.PORT_FAILED


@pytest.mark.parametrize("kind", [SystemExit, GeneratorExit, asyncio.CancelledError])
@pytest.mark.parametrize("seam", ["source", "sink", "progress", "accept", "order"])
async def test_what_code_of_the_callers_raises_under_a_stream_ends_no_program(
    kind: type[BaseException], seam: str
) -> None:
    def fails(*args: Any) -> Any:
        raise kind("on purpose")

    class Sink:
        finished: frozenset[str] = frozenset()
        key_of = write = fails

        def close(self) -> None:
            pass

    def source() -> Any:
        yield {"full_name": name(1)}
        raise kind("on purpose")

    settings: dict[str, Any] = {seam: fails} if seam in ("accept", "order") else {}
    options: dict[str, Any] = {"into": Sink()} if seam == "sink" else {"progress": fails} if seam == "progress" else {}
    records = source() if seam == "source" else [{"full_name": name(1)}]
    async with le.Session({"acme": KEY, "bodied": KEY}, transport=Server()) as session:
        waterfall = le.Waterfall("find_email", ["acme", "bodied"] if seam == "order" else ["acme"], **settings)
        rows = waterfall.stream(records, session=session, **options)
        if seam in ("accept", "order"):
            assert [row.status async for row in rows] == ["not_found" if seam == "accept" else "failed"]
        else:
            with pytest.raises(le.WaterfallError):
                [row async for row in rows]


async def test_a_question_that_waits_for_a_wallet_when_its_session_closes_begins_nothing() -> None:
    turns = itertools.count(1)

    class Wallet:
        async def reserve(self, account: str, purse: str, amount: Decimal) -> bool:
            await asyncio.sleep(4 * next(turns))  # the second keeps the session from having closed
            return True

        async def settle(self, account: str, purse: str, reserved: Decimal, spent: Decimal) -> None:
            assert (reserved, spent) == (1, 0)

    acquired: list[str] = []

    class Limiter:
        async def acquire(self, account: str, endpoint: str, rates: Any, weight: int = 1) -> le.Slot:
            acquired.append(endpoint)
            return le.Slot(account, endpoint, rates, weight, asyncio.get_running_loop().time())

        def answered(self, slot: le.Slot, **what: Any) -> None:
            pass

    server = Server()
    settings: dict[str, Any] = {"wallet": Wallet(), "limiter": Limiter()}
    async with le.Session({"acme": KEY}, transport=server, **settings) as session:
        asked = [
            asyncio.create_task(session.ask("acme", "find_email", {"full_name": name(number)})) for number in range(2)
        ]
        await asyncio.sleep(1)
    for one in asked:
        result = (await one).result
        assert isinstance(result, le.ProviderError)
        assert result.message == "given up: the session was closed"
    await asyncio.sleep(1)
    assert (acquired, server.requests) == ([], [])
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_question_that_waits_for_a_cache_when_its_session_closes_begins_nothing() -> None:
    asked_of_wallet: list[Decimal] = []

    class Cache:
        async def get(self, key: str) -> None:
            await asyncio.sleep(4)

        async def set(self, key: str, value: Any, ttl: float | None = None) -> None:
            raise AssertionError("there is no answer")

    class Wallet:
        async def reserve(self, account: str, purse: str, amount: Decimal) -> bool:
            asked_of_wallet.append(amount)
            return True

        async def settle(self, account: str, purse: str, reserved: Decimal, spent: Decimal) -> None:
            pass

    async with le.Session({"acme": KEY}, transport=Server(), cache=Cache(), wallet=Wallet()) as session:
        asked = asyncio.create_task(session.ask("acme", "find_email", {"full_name": name(1)}))
        await asyncio.sleep(1)
    result = (await asked).result
    assert isinstance(result, le.ProviderError)
    assert result.message == "given up: the session was closed"
    assert asked_of_wallet == []


async def test_a_question_of_a_closing_session_asks_its_wallet_for_nothing_more() -> None:
    """Seed 401725 of the foreign storms: the second of two reservations began when nobody would stop it any more."""
    asked_of_wallet: list[str] = []

    class Wallet:
        lines = ("calls",)

        async def reserve(self, account: str, purse: str, amount: Decimal) -> bool:
            asked_of_wallet.append(purse)
            await asyncio.sleep(4 if len(asked_of_wallet) == 1 else 1e6)
            return True

        async def settle(self, account: str, purse: str, reserved: Decimal, spent: Decimal) -> None:
            assert (reserved, spent) == (1, 0)

    async with le.Session({"acme": KEY}, transport=Server(), wallet=Wallet()) as session:
        asked = asyncio.create_task(session.ask("acme", "find_email", {"full_name": name(1)}))
        await asyncio.sleep(1)
    result = (await asked).result
    assert isinstance(result, le.ProviderError)
    assert result.message == "given up: the session was closed"
    await asyncio.sleep(1)
    assert len(asked_of_wallet) == 1
    assert asyncio.all_tasks() == {asyncio.current_task()}


class Filed(HTTPProvider):
    """A verifier that takes many addresses as a file: a paid upload, a free state, a free report."""

    info = facts("filed")

    @operation("verify_email", needs=[("email",)], credits=1, charged="on_call")
    def verify_email(self, query: Query) -> Any:
        """Verify one."""
        reply = yield Request("GET", "/check", params=query.pick("email"))
        return Hit(email_status=reply.get("status"))

    @bulk("GET", "/check", max_items=10)
    def file(self, requests: Any) -> Fold:
        """Verify many."""
        start = yield Request("POST", "/upload", json={"emails": len(requests)})
        yield Wait(start.get("id"), poll=Request("GET", "/state", paid=False), every=2)
        report = yield Request("GET", "/report", paid=False)
        return [report.with_json({"status": "valid"}) for _ in requests]


registry.register(Filed)


@pytest.mark.parametrize("status", [401, 402, 404, 429, 500])
@pytest.mark.parametrize("where", ["/state", "/report"])
async def test_a_refusal_after_the_upload_forgives_no_charge(where: str, status: int) -> None:
    """Seed 418018: the report of a file that was paid for met a 429, and the ten addresses were booked at nothing."""
    server = Server({where: httpx.Response(status), "/": {"id": "j1"}})
    async with le.Session({"filed": KEY}, transport=server, retries=0) as session:
        asked = [{"email": f"{name(number).split()[0]}@brightloom.example".lower()} for number in range(3)]
        results = await session.bulk("filed", "verify_email", asked)
        assert all(isinstance(result, le.ProviderError) for result in results)
        assert server.paths().count("/upload") == 1
        assert session.usage.cost.uncertain_credits == {"filed": Decimal(3)}


async def test_a_refusal_of_the_upload_costs_nothing() -> None:
    server = Server({"/upload": httpx.Response(429)})
    async with le.Session({"filed": KEY}, transport=server, retries=0) as session:
        asked = [{"email": f"{name(number).split()[0]}@brightloom.example".lower()} for number in range(3)]
        results = await session.bulk("filed", "verify_email", asked)
        assert all(isinstance(result, le.RateLimitError) for result in results)
        assert not session.usage.cost.uncertain_credits


@pytest.mark.parametrize("status", [429, 500, 503])
@pytest.mark.parametrize("times", [1, 4])
async def test_what_a_finished_job_has_made_is_fetched_until_it_is_there(status: int, times: int) -> None:
    """With no retries too: it is paid for, so its report is asked for as long as a poll would be."""
    failed = 0

    def report(request: httpx.Request, count: int) -> Any:
        nonlocal failed
        failed += 1
        return httpx.Response(status) if failed <= times else {"ready": True}

    server = Server({"/report": report, "/": {"id": "j1"}})
    async with le.Session({"filed": KEY}, transport=server, retries=0) as session:
        asked = [{"email": f"{name(number).split()[0]}@brightloom.example".lower()} for number in range(3)]
        results = await session.bulk("filed", "verify_email", asked)
    assert [result["email_status"] for result in results] == ["valid"] * 3
    assert (server.paths().count("/upload"), server.paths().count("/report")) == (1, times + 1)
    assert session.usage.cost.credits == {"filed": 3}
    assert not session.usage.cost.uncertain_credits


class Mapped(HTTPProvider):
    """A finder that works in the background and leaves its answer at another place."""

    info = facts("mapped")

    @operation("find_phone", needs=[("full_name",)], gives=("mobile_phone",), credits=5, patience=60)
    def find_phone(self, query: Query) -> Any:
        """Start, wait, fetch."""
        start = yield Request("POST", "/jobs", json=query.pick("full_name"))
        yield Wait(start.get("id"), poll=Request("GET", "/state", paid=False), every=2)
        found = yield Request("GET", "/result", paid=False)
        return Hit(mobile_phone=found.get("phone"))


registry.register(Mapped)


async def test_what_one_question_has_bought_is_fetched_until_its_patience_ends() -> None:
    tries = 0

    def result(request: httpx.Request, count: int) -> Any:
        nonlocal tries
        tries += 1
        return httpx.Response(429) if tries < 3 else {"phone": "+12025550123"}

    server = Server({"/result": result, "/": {"id": "j1"}})
    async with le.Session({"mapped": KEY}, transport=server, retries=0) as session:
        hit = await session.call("mapped", "find_phone", {"full_name": name(1)})
    assert hit["mobile_phone"] == "+12025550123"
    server = Server({"/result": httpx.Response(429), "/": {"id": "j1"}})
    begun = asyncio.get_running_loop().time()
    async with le.Session({"mapped": KEY}, transport=server, retries=0) as session:
        with pytest.raises(le.RateLimitError) as raised:
            await session.call("mapped", "find_phone", {"full_name": name(1)})
        assert (raised.value.job_id, session.usage.cost.uncertain_credits) == ("j1", {"mapped": 5})
    assert asyncio.get_running_loop().time() - begun <= 61
