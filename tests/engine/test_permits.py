"""A place and a slot are given back once, whatever comes between: odd headers, lost tokens, cancellations."""

import asyncio
from typing import Any

import httpx
import pytest

import leadenrich as le
from leadenrich.engine.classify import allowance
from leadenrich.engine.concurrency import FIRST, Concurrency
from leadenrich.engine.limits import Limiter
from leadenrich.registry import registry
from tests.engine.vendors import KEY, Server, facts, name, person

pytestmark = pytest.mark.looptime

TOKENED = {"client_id": "me", "client_secret": "client-secret-0001"}
UNREADABLE = [
    {"retry-after": "Mon, 01 Jan 99999999999999 00:00:00 GMT"},
    {"retry-after": "nan"},
    {"retry-after": "١٢"},
    {"x-reset": "1.2.3s", "x-left": "0"},
    {"x-reset": "2026-13-45T99:99", "x-left": "-1"},
    {"x-reset": "inf", "x-left": "1e999"},
]


class Folded(le.HTTPProvider):
    """A vendor with a login, and a bulk form that more leads ask for than places are free."""

    info = facts(
        "folded",
        auth=le.ClientCredentials("https://auth.folded.example/token"),
        hosts=("auth.folded.example",),
        rate_headers=le.RateHeaders(remaining="x-left", reset="x-reset", reset_as="duration"),
    )

    @le.operation("enrich_company", needs=[("company_domain",)], gives=("company_name",), credits=1)
    def enrich_company(self, query: le.Query) -> le.Flow:
        """Be folded."""
        reply = yield le.Request("GET", "/company", params=query.pick(domain="company_domain"))
        return le.Hit(company_name=reply.get("name")) if reply.get("name") else le.Miss()

    @le.bulk("GET", "/company", max_items=2)
    def companies(self, requests: Any) -> le.Fold:
        """Ask for two."""
        reply = yield le.Request("POST", "/companies", json=[request.params for request in requests])
        return [reply.with_json({"name": "House"}) for _ in requests]

    @le.operation("find_email", needs=[("full_name",)], credits=1)
    def find_email(self, query: le.Query) -> le.Flow:
        """Ask."""
        reply = yield le.Request("GET", "/find", params=query.pick("full_name"))
        return le.Hit(email=reply.get("email")) if reply.get("email") else le.Miss()


registry.register(Folded)


@pytest.mark.parametrize("leads", [1, 5, 40])
async def test_a_login_is_waited_for_by_no_call_that_holds_a_place(leads: int) -> None:
    answers = {"/token": {"access_token": "t-0001-abcdef"}, "/companies": {}, "/company": {"name": "House"}}
    server = Server(answers, delay=0.1)
    async with asyncio.timeout(60), le.Session({"folded": TOKENED}, transport=server) as session:
        asked = [{"company_domain": f"{name(i).split()[0]}.example".lower()} for i in range(leads)]
        found = await session.bulk("folded", "enrich_company", asked)
    assert all(isinstance(answer, le.Hit) for answer in found)
    assert server.paths().count("/token") == 1


@pytest.mark.parametrize("headers", UNREADABLE)
@pytest.mark.parametrize("status", [200, 429, 500])
async def test_an_unreadable_header_is_none(headers: dict[str, str], status: int) -> None:
    def answer(request: httpx.Request, count: int) -> httpx.Response:
        coded = [(key.encode(), value.encode()) for key, value in headers.items()]
        return httpx.Response(status, json={"email": "mira@brightloom.example"}, headers=coded)

    server = Server({"/token": {"access_token": "t-0001-abcdef"}, "/find": answer})
    async with asyncio.timeout(600), le.Session({"folded": TOKENED}, transport=server, retries=0) as session:
        for i in range(12):  # more than there are places at the start
            asked = await session.ask("folded", "find_email", {"full_name": name(i)})
            if status == 200:
                assert isinstance(asked.result, le.Hit)
                assert asked.cost.credits == {"folded": 1}
            else:
                assert isinstance(asked.result, le.ProviderError)
        assert session._accounts["folded"].door.places.in_flight == 0


async def test_a_lost_token_does_not_end_a_probe() -> None:
    ill, refused = True, False

    def answer(request: httpx.Request, count: int) -> httpx.Response:
        nonlocal refused
        if ill:
            return httpx.Response(503)
        if not refused:  # the vendor has forgotten its tokens while it was away
            refused = True
            return httpx.Response(401)
        return httpx.Response(200, json={"email": "mira@brightloom.example"})

    server = Server({"/token": {"access_token": "t-0001-abcdef"}, "/find": answer})
    async with le.Session({"folded": TOKENED}, transport=server, retries=0) as session:
        for i in range(14):
            await session.ask("folded", "find_email", {"full_name": name(i)})
        assert session.health["folded"].state == "open"
        ill = False
        await asyncio.sleep(6)
        for i in range(3):
            asked = await session.ask("folded", "find_email", {"full_name": name(100 + i)})
            assert isinstance(asked.result, le.Hit)
        assert session.health["folded"].state == "closed"


async def test_a_probe_that_is_cancelled_lets_another_be_the_probe() -> None:
    ill = True

    async def answer(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(1)
        return httpx.Response(503) if ill else httpx.Response(200, json={"email": "mira@brightloom.example"})

    server = Server({"/find": lambda request, count: answer(request)})
    async with le.Session({"limited": KEY}, transport=server, retries=0) as session:
        for i in range(14):
            await session.ask("limited", "find_email", {"full_name": name(i)})
        await asyncio.sleep(6)
        ill = False
        probe = asyncio.create_task(session.ask("limited", "find_email", {"full_name": name(50)}))
        await asyncio.sleep(0.5)
        probe.cancel()
        await asyncio.gather(probe, return_exceptions=True)
        asked = await session.ask("limited", "find_email", {"full_name": name(51)})
        assert isinstance(asked.result, le.Hit)


async def test_an_old_calls_end_does_not_let_a_second_probe_go() -> None:
    answers: dict[str, asyncio.Event] = {}

    async def answer(request: httpx.Request) -> httpx.Response:
        gate = answers.get(request.url.params["full_name"])
        if gate is not None:
            await gate.wait()
            return httpx.Response(200, json={"email": "mira@brightloom.example"})
        return httpx.Response(503)

    server = Server({"/find": lambda request, count: answer(request)})
    old, probe = name(70), name(71)
    answers[old] = asyncio.Event()
    async with le.Session({"limited": KEY}, transport=server, retries=0, timeout=500) as session:
        waiting = asyncio.create_task(session.ask("limited", "find_email", {"full_name": old}))
        await asyncio.sleep(0.1)
        for i in range(14):
            await session.ask("limited", "find_email", {"full_name": name(i)})
        await asyncio.sleep(6)
        answers[probe] = asyncio.Event()
        probing = asyncio.create_task(session.ask("limited", "find_email", {"full_name": probe}))
        await asyncio.sleep(0.1)
        waiting.cancel()  # it left before the rest: it is not the probe
        await asyncio.gather(waiting, return_exceptions=True)
        sent = len(server.requests)
        asked = await session.ask("limited", "find_email", {"full_name": name(72)})
        assert isinstance(asked.result, le.ProviderBenchedError)
        assert len(server.requests) == sent
        answers[probe].set()
        await probing
        assert session.health["limited"].state == "closed"


async def test_a_waiter_for_a_place_that_is_cancelled_keeps_none() -> None:
    places = Concurrency(2)
    for _ in range(2):
        await places.enter(lambda: None)
    waiters = [asyncio.create_task(places.enter(lambda: None)) for _ in range(3)]
    await asyncio.sleep(0)
    places.leave(good=False)  # the first waiter is given the place, and cancelled in the same turn
    waiters[0].cancel()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert waiters[0].cancelled()
    assert waiters[1].done()
    assert not waiters[1].cancelled()
    places.leave(good=False)
    places.leave(good=False)
    await asyncio.wait_for(waiters[2], 1)
    places.leave(good=False)
    assert places.in_flight == 0


async def test_a_waiter_for_a_limit_that_is_cancelled_as_it_is_let_go_is_not_in_flight() -> None:
    limiter = Limiter()
    rates = (le.Rate(1, per=1),)
    first = await limiter.acquire("a", "GET /x", rates)
    waiting = asyncio.create_task(limiter.acquire("a", "GET /x", rates))
    await asyncio.sleep(0.5)
    limits = limiter._accounts["a"]
    assert limits._timer is not None
    limits._timer.cancel()
    await asyncio.sleep(1)
    limits._release()
    waiting.cancel()  # in the turn in which it was let go
    await asyncio.gather(waiting, return_exceptions=True)
    limiter.answered(first)
    assert first.lane.in_flight == 0


async def test_a_limit_that_is_used_up_for_longer_than_max_wait_is_not_waited_for() -> None:
    server = Server()
    rates = {"acme": [le.Rate(2, per=86_400)]}
    async with le.Session({"acme": KEY}, transport=server, rates=rates, max_wait=60) as session:
        for i in range(2):
            await session.call("acme", "find_email", {"full_name": name(i)})
        started = asyncio.get_running_loop().time()
        with pytest.raises(le.ProviderBusyError, match="used up") as caught:
            await session.call("acme", "find_email", {"full_name": name(9)})
        assert asyncio.get_running_loop().time() - started < 1
        assert caught.value.retry_after is not None
        assert caught.value.retry_after > 80_000
        assert caught.value.code == "PROVIDER_BUSY"
    assert len(server.requests) == 2


async def test_those_who_queue_are_told_when_a_long_pause_begins() -> None:
    def answer(request: httpx.Request, count: int) -> httpx.Response:
        if count == 3:
            return httpx.Response(200, json={}, headers={"x-left": "0", "x-reset": "7200"})
        return httpx.Response(200, json={"email": "mira@brightloom.example"})

    server = Server({"/find": answer}, delay=0.2)
    rates = {"limited": [le.Rate(3, per=60)]}
    async with (
        asyncio.timeout(300),
        le.Session({"limited": KEY}, transport=server, rates=rates, max_wait=100) as session,
    ):
        answers = await session.bulk("limited", "find_email", [{"full_name": name(i)} for i in range(6)])
    assert [type(answer).__name__ for answer in answers[3:]] == ["ProviderBusyError"] * 3


async def test_a_vendor_that_never_answered_rests_after_its_first_silence() -> None:
    async def silent() -> httpx.Response:
        await asyncio.sleep(10_000)
        return httpx.Response(200)

    server = Server({"/find": lambda request, count: silent()})
    async with le.Session({"limited": KEY}, transport=server, timeout=5, retries=0) as session:
        started = asyncio.get_running_loop().time()
        answers = await session.bulk("limited", "find_email", [{"full_name": name(i)} for i in range(300)])
        assert asyncio.get_running_loop().time() - started < 6
    assert all(isinstance(answer, le.ProviderError) for answer in answers)
    assert len(server.requests) <= 4


async def test_an_empty_purse_silences_the_operation_that_met_it_alone() -> None:
    def jobs(request: httpx.Request, count: int) -> httpx.Response:
        return httpx.Response(402, json={"message": "no mobile credits"})

    server = Server({"/jobs": jobs})
    async with le.Session({"acme": KEY}, transport=server) as session:
        for i in range(3):
            asked = await session.ask("acme", "find_phone", {"full_name": name(i)})
            assert isinstance(asked.result, le.InsufficientCreditsError if i == 0 else le.ProviderBenchedError)
        assert await session.call("acme", "find_email", {"full_name": name(7)})
        assert session.health["acme"].state == "benched"
        assert "find_phone" in (session.health["acme"].reason or "")
    assert server.paths().count("/jobs") == 1


@pytest.mark.slow
async def test_a_thousand_calls_a_second_are_reached_soon() -> None:
    def quick(request: httpx.Request, count: int) -> Any:
        return later(0.1 + (count * 37 % 70) / 100)

    async def later(seconds: float) -> Any:
        await asyncio.sleep(seconds)
        arrived.append(asyncio.get_running_loop().time())
        return {"email": "mira@brightloom.example"}

    arrived: list[float] = []
    server = Server({"/find": quick}, delay=0.001)
    rates = {"limited": [le.Rate(1000, per=1)]}
    async with le.Session({"limited": KEY}, transport=server, rates=rates) as session:
        await session.bulk("limited", "find_email", [{"full_name": name(i)} for i in range(3500)])
    first = arrived[0]
    assert sum(first + 1.5 < moment <= first + 2.5 for moment in arrived) > 800


@pytest.mark.parametrize("own", [False, True])
async def test_a_queue_that_moves_is_waited_for_however_long_it_is(own: bool) -> None:
    class Own:
        """A limiter of the caller's, one call a second."""

        def __init__(self) -> None:
            self.lock = asyncio.Lock()

        async def acquire(self, account: str, endpoint: str, rates: Any, weight: int = 1) -> le.Slot:
            async with self.lock:
                await asyncio.sleep(1)
            return le.Slot(account, endpoint, rates, weight, asyncio.get_running_loop().time())

        def answered(self, slot: le.Slot, **told: Any) -> None:
            """Learn nothing."""

    settings: dict[str, Any] = {"limiter": Own()} if own else {"rates": {"acme": [le.Rate(1, per=1)]}}
    async with le.Session({"acme": KEY}, transport=Server(), max_wait=20, **settings) as session:
        answers = await session.bulk("acme", "find_email", [{"full_name": name(i)} for i in range(100)])
    assert all(isinstance(answer, le.Hit) for answer in answers)


async def test_a_call_that_waited_for_a_limit_looks_again_whether_the_vendor_may_be_asked() -> None:
    server = Server({"/": lambda request, count: httpx.Response(401)}, delay=1)
    rates = {"acme": [le.Rate(1, per=10)]}
    async with le.Session({"acme": KEY}, transport=server, rates=rates, retries=0) as session:
        queries = [{"full_name": name(i)} for i in range(2)]
        first, second = await asyncio.gather(*(session.ask("acme", "find_email", one) for one in queries))
    assert len(server.requests) == 1
    assert isinstance(first.result, le.AuthenticationError)
    assert isinstance(second.result, le.ProviderError)
    assert second.result.message.startswith("out for this session")


async def test_waiters_for_a_place_that_are_cancelled_leave_nothing_behind() -> None:
    places = Concurrency(1)
    await places.enter(lambda: None)
    waiting = [asyncio.create_task(places.enter(lambda: None)) for _ in range(100)]
    await asyncio.sleep(0)
    for task in waiting:
        task.cancel()
    await asyncio.wait(waiting)
    assert not places._waiting
    places.leave(good=True)
    assert places.in_flight == 0


async def test_the_items_of_the_first_in_line_are_what_a_limit_looks_at() -> None:
    limiter = Limiter()
    rates = [le.Rate(10, per=1, unit="items")]
    await limiter.acquire("account", "POST /many", rates, 5)
    waiting = [asyncio.create_task(limiter.acquire("account", "POST /many", rates, weight)) for weight in (8, 3)]
    await waiting[0]
    await asyncio.sleep(0.5)
    assert not waiting[1].done()  # eleven in a second would be one too many
    await waiting[1]


async def test_one_that_queues_for_a_place_is_told_when_it_moves_on() -> None:
    told: list[bool] = []
    async with le.Session({"acme": KEY}, transport=Server(delay=1)) as session:
        others = [session.ask("acme", "find_email", {"full_name": name(i)}) for i in range(4)]
        mine = session.ask("acme", "find_email", {"full_name": name(9)}, queued=told.append)
        await asyncio.gather(*others, mine)
    assert told == [True, False]


async def test_an_empty_purse_starts_the_others_slowly_again() -> None:
    def empty(request: httpx.Request, count: int) -> Any:
        return httpx.Response(402) if request.url.path == "/verify" else person(request, count)

    async with le.Session({"acme": KEY}, transport=Server({"/": empty})) as session:
        for number in range(3):
            await session.ask("acme", "find_email", {"full_name": name(number)})
        places = session.account("acme").door.places
        assert places.width > FIRST
        await session.ask("acme", "verify_email", {"email": "mira@brightloom.example"})
        assert places.width == FIRST


async def test_health_counts_failures_too() -> None:
    async with le.Session({"acme": KEY}, transport=Server({"/": httpx.Response(503)}), retries=0) as session:
        await session.ask("acme", "find_email", {"full_name": name(1)})
        assert (session.health["acme"].calls, session.health["acme"].success_rate) == (1, 0.0)


@pytest.mark.parametrize(("left", "waits"), [("0", True), ("1", False)])
async def test_a_window_that_a_header_says_is_used_up_is_waited_for(left: str, waits: bool) -> None:
    headers = {"x-left": left, "x-reset": "30"}
    server = Server({"/": lambda request, count: httpx.Response(200, json={"email": None}, headers=headers)})
    async with le.Session({"limited": KEY}, transport=server) as session:
        started = asyncio.get_running_loop().time()
        for number in range(2):
            await session.ask("limited", "find_email", {"full_name": name(number)})
        assert (asyncio.get_running_loop().time() - started >= 30) is waits


@pytest.mark.parametrize(
    ("vendor", "reset", "seconds"), [("tomba", "50", 50), ("clearout", "50", 50), ("enrow", "1600000000", 0)]
)
def test_the_headers_of_a_vendor_say_when_its_limit_is_reset(vendor: str, reset: str, seconds: float) -> None:
    headers = {"x-ratelimit-limit": "100", "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset}
    assert allowance(registry.get(vendor)(), headers) == (0, seconds)
