"""Where a session may be used, and what sessions that hold one key share."""

import asyncio
import gc
import os
import pickle
import sys
import traceback
from typing import Any

import httpx
import pytest

import leadenrich as le
from leadenrich.engine.shared import shared_over
from leadenrich.registry import registry
from tests.engine.vendors import KEY, Server, facts, name

QUERY = {"full_name": "Mira Okafor"}
SECRET = "query-key-secret-0001"
TOKENED = {"client_id": "me", "client_secret": "client-secret-0001"}


async def test_a_closed_session_says_so_and_can_be_opened_again() -> None:
    session = le.Session({"acme": KEY}, transport=Server())
    async with session:
        assert await session.call("acme", "find_email", QUERY)
    with pytest.raises(le.ConfigurationError, match="this session is closed"):
        await session.call("acme", "find_email", QUERY)
    with pytest.raises(le.ConfigurationError, match="this session is closed"):
        await le.Waterfall("find_email", ["acme"]).run([QUERY], session=session)
    async with session:
        assert await session.call("acme", "find_email", QUERY)


def test_the_sync_forms_use_one_session_again_and_again() -> None:
    session = le.Session({"acme": KEY}, transport=Server())
    waterfall = le.Waterfall("find_email", ["acme"])
    for _ in range(2):
        (row,) = waterfall.run_sync([QUERY], session=session)
        assert row["email"]


def test_a_session_is_not_pickled() -> None:
    with pytest.raises(le.ConfigurationError, match="make one where it is used"):
        pickle.dumps(le.Session({"acme": KEY}))


def test_no_event_loop_of_asyncio_is_a_clear_error() -> None:
    session = le.Session({"acme": KEY}, transport=Server())
    with pytest.raises(le.ConfigurationError, match="asyncio event loop"):
        session.call("acme", "find_email", QUERY).send(None)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
async def test_a_session_that_was_opened_before_a_fork_is_a_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    async with le.Session({"acme": KEY}, transport=Server()) as session:
        own = os.getpid()
        monkeypatch.setattr(os, "getpid", lambda: own + 1)
        with pytest.raises(le.ConfigurationError, match="before a fork"):
            await session.call("acme", "find_email", QUERY)


def test_a_transport_on_a_second_loop_or_closed_is_a_clear_error() -> None:
    transport = le.default_transport()

    async def use() -> None:
        async with le.Session({"acme": KEY}, transport=transport, retries=0) as session:
            asked = await session.ask("acme", "find_email", QUERY)  # acme.example does not exist
            assert isinstance(asked.result, le.ProviderError)

    asyncio.run(use())
    with pytest.raises(le.ConfigurationError, match="another event loop"):
        asyncio.run(use())
    asyncio.run(transport.aclose())
    with pytest.raises(le.ConfigurationError, match="is closed"):
        asyncio.run(use())


def test_transports_share_one_context_of_certificates() -> None:
    from leadenrich.engine.transport import _ssl_context

    assert _ssl_context() is _ssl_context()


@pytest.mark.looptime
async def test_the_strictest_of_two_sessions_rates_binds_both() -> None:
    server = Server()
    loose = le.Session({"acme": KEY}, transport=server, rates={"acme": [le.Rate(1000, per=1)]})
    strict = le.Session({"acme": KEY}, transport=server, rates={"acme": [le.Rate(2, per=10)]})
    async with loose, strict:
        started = asyncio.get_running_loop().time()
        await strict.call("acme", "find_email", {"full_name": name(0)})
        for i in range(1, 5):
            await loose.call("acme", "find_email", {"full_name": name(i)})
        assert asyncio.get_running_loop().time() - started >= 20


@pytest.mark.looptime
async def test_a_token_is_fetched_once_an_account_over_one_transport() -> None:
    server = Server({"/token": {"access_token": "t-0001-abcdef"}}, delay=0.5)
    sessions = [le.Session({"tokened": TOKENED}, transport=server) for _ in range(3)]
    async with sessions[0], sessions[1], sessions[2]:
        asked = [session.ask("tokened", "find_email", {"full_name": name(i)}) for i, session in enumerate(sessions)]
        assert all(isinstance(answer.result, le.Hit) for answer in await asyncio.gather(*asked))
    assert server.paths().count("/token") == 1


@pytest.mark.looptime
async def test_a_session_that_closes_while_it_fetches_the_token_leaves_it_to_another() -> None:
    server = Server({"/token": {"access_token": "t-0001-abcdef"}}, delay=1)
    first, second = (le.Session({"tokened": TOKENED}, transport=server) for _ in range(2))
    async with second:
        async with first:
            one = asyncio.create_task(first.ask("tokened", "find_email", {"full_name": name(1)}))
            await asyncio.sleep(0.1)
            other = asyncio.create_task(second.ask("tokened", "find_email", {"full_name": name(2)}))
            await asyncio.sleep(0.1)
        await asyncio.gather(one, return_exceptions=True)
        assert isinstance((await asyncio.wait_for(other, 60)).result, le.Hit)


@pytest.mark.looptime
async def test_an_account_that_is_not_used_any_more_is_forgotten() -> None:
    server = Server()
    for i in range(600):
        async with le.Session({"limited": f"key-of-tenant-{i:05}"}, transport=server) as session:
            await session.call("limited", "find_email", {"full_name": name(i)})
        await asyncio.sleep(1)
    gc.collect()
    shared = shared_over(server, asyncio.get_running_loop())
    assert len(shared.limiter._accounts) <= 300
    assert len(shared._accounts) <= 1


@pytest.mark.looptime
async def test_a_place_that_another_session_of_the_account_gives_back_is_taken_at_once() -> None:
    async def slow() -> Any:
        await asyncio.sleep(5)
        return {"email": "mira@brightloom.example"}

    server = Server({"/find": lambda request, count: slow()})
    first, second = (le.Session({"limited": KEY}, transport=server, timeout=100) for _ in range(2))
    async with first, second:
        busy = [asyncio.create_task(first.ask("limited", "find_email", {"full_name": name(i)})) for i in range(4)]
        await asyncio.sleep(1)
        started = asyncio.get_running_loop().time()
        await second.call("limited", "find_email", {"full_name": name(9)})
        assert 8 < asyncio.get_running_loop().time() - started < 10  # 4 s until a place is free, 5 s for the answer
        await asyncio.gather(*busy)


class Keyed(le.HTTPProvider):
    """A vendor with its key in the URL."""

    info = le.ProviderInfo(
        id="keyed",
        title="Keyed",
        category=le.Category.EMAIL_CONTACT,
        tier=le.Tier.FREE,
        base_url="https://api.keyed.example",
        docs_url="https://keyed.example/docs",
        auth=le.QueryKey("api_key"),
    )
    free_call = le.Request("GET", "/account", paid=False)

    @le.operation("find_email", needs=[("full_name",)], credits=1)
    def find_email(self, query: le.Query) -> le.Flow:
        """Ask."""
        reply = yield le.Request("GET", "/find")
        return le.Hit(email=reply.get("email"))

    def quota(self) -> Any:
        """Ask."""
        reply = yield le.Request("GET", "/account", paid=False)
        return le.Quota(plan=reply.get("plan"))


registry.register(Keyed)


@pytest.mark.parametrize("fault", [httpx.ReadError("x"), httpx.ConnectError("x"), ValueError("x"), "500", "html"])
async def test_no_key_stands_in_the_locals_of_any_frame_of_an_error(fault: Any) -> None:
    def answer(request: httpx.Request, count: int) -> Any:
        if fault == "500":
            return httpx.Response(500, text="oops")
        return httpx.Response(200, text="<html>") if fault == "html" else fault

    async with le.Session({"keyed": SECRET}, transport=Server({"/": answer}), retries=0) as session:
        for ask in (
            lambda: session.check("keyed"),
            lambda: session.quota("keyed"),
            lambda: session.call("keyed", "find_email", QUERY),
        ):
            with pytest.raises(le.LeadEnrichError) as caught:
                await ask()
            seen = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
            assert SECRET not in "".join(seen.format())
            error: BaseException | None = caught.value
            assert error.__cause__ is None
            assert error.__context__ is None


PERSONAL = ("mobile_phone", "phone", "personal_email")


class Generous(le.HTTPProvider):
    """A vendor that tells more than it was asked."""

    info = facts("generous")

    @le.operation("enrich_person", needs=[("full_name",)], gives=("title", *PERSONAL), credits=1)
    def enrich_person(self, query: le.Query) -> le.Flow:
        """Tell all."""
        reply = yield le.Request("GET", "/find")
        number = "+12025550142"  # the vendor lists it again as a number of no kind
        return le.Hit(title=reply.get("title"), mobile_phone=number, phone=number, personal_email="mira@mail.example")

    @le.operation("find_phone", needs=[("full_name",)], gives=("mobile_phone",), credits=1)
    def find_phone(self, query: le.Query) -> le.Flow:
        """Tell a number."""
        yield le.Request("GET", "/phone")
        return le.Hit(mobile_phone="+12025550142")


registry.register(Generous)


async def test_a_personal_value_comes_only_to_those_who_name_it() -> None:
    async with le.Session({"generous": KEY}, transport=Server({"/": {"title": "Head of Data"}})) as session:
        plain = await session.call("generous", "enrich_person", QUERY)
        assert isinstance(plain, le.Hit)
        assert set(plain.data) == {"title"}
        assert "withheld" in plain.notes["mobile_phone"]
        named = await session.call("generous", "enrich_person", QUERY, fields=["mobile_phone"])
        assert set(named.data) == {"title", "mobile_phone"}
        assert (await session.call("generous", "find_phone", QUERY)).data == {"mobile_phone": "+12025550142"}
        (bulk,) = await session.bulk("generous", "enrich_person", [QUERY])
        assert isinstance(bulk, le.Hit)
        assert "personal_email" not in bulk


@pytest.mark.looptime
async def test_time_in_which_a_poll_waits_for_a_limit_is_no_time_of_the_job() -> None:
    polled: dict[str, int] = {}

    def state(request: httpx.Request, count: int) -> Any:
        job = request.url.path.rsplit("/", 1)[1]
        polled[job] = polled.get(job, 0) + 1
        return {"state": "running" if polled[job] < 3 else "done", "phone": "+12025550142"}

    started = iter(range(10_000))
    answers = {
        "/jobs/": state,
        "/jobs": lambda request, count: httpx.Response(202, json={"id": f"j{next(started)}"}),
    }
    server = Server(answers)
    rates = {"acme": [le.Rate(1, per=2)]}  # 40 jobs and their polls: minutes, for a job of 60 seconds' patience
    async with le.Session({"acme": KEY}, transport=server, rates=rates) as session:
        found = await session.bulk("acme", "find_phone", [{"full_name": name(i)} for i in range(40)])
    assert all(isinstance(one, le.Hit) for one in found)
