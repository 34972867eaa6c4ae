"""What a caller gets wrong is refused where it is said: typed, by name, with what to give instead."""

import asyncio
from decimal import Decimal
from typing import Any

import httpx
import pytest

import leadenrich as le
from tests.engine.vendors import KEY, Server

QUERY = {"full_name": "Mira Okafor"}


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"credentials": "a-whole-key"}, "credentials is a mapping"),
        ({"credentials": ["acme"]}, "credentials is a mapping"),
        ({"credentials": {5: "key"}}, "a key that is an int"),
        ({"budget": 5}, "le.Budget"),
        ({"budget": {"usd": 5}}, "not a dict"),
        ({"budget": le.Budget(credits={"acmee": 5})}, "did you mean 'acme'"),
        ({"prices": ["0.02"]}, "prices is a mapping"),
        ({"prices": {5: 1}}, "a key that is an int"),
        ({"rates": "fast"}, "rates is a mapping"),
        ({"rates": {"acme": le.Rate(5, per=1)}}, "list of le.Rate"),
        ({"rates": {"acme": [5]}}, "list of le.Rate"),
        ({"rates": {"acme": None}}, "list of le.Rate"),
        ({"timeout": "5"}, "timeout is a number of seconds above 0"),
        ({"timeout": -1}, "timeout"),
        ({"timeout": float("nan")}, "timeout"),
        ({"retries": -1}, "retries is a whole number"),
        ({"retries": "2"}, "retries"),
        ({"allow": ["acme"]}, "allow is a function"),
        ({"on_event": []}, "on_event is a function"),
        ({"suppression": ["a@b.example"]}, "le.Suppression"),
        ({"limiter": 5}, "limiter"),
        ({"wallet": 5}, "wallet"),
        ({"webhook_url": 5}, "webhook_url"),
        ({"transport": "https://proxy.example"}, "httpx.AsyncBaseTransport"),
        ({"transport": httpx.HTTPTransport()}, "httpx.AsyncBaseTransport"),
    ],
)
def test_a_setting_of_the_wrong_kind_is_refused_where_it_is_given(settings: dict[str, Any], text: str) -> None:
    with pytest.raises(le.ConfigurationError, match=text) as caught:
        le.Session(**{"credentials": {"acme": KEY}, **settings})
    assert "whole-key" not in str(caught.value)


def test_none_means_the_default() -> None:
    session = le.Session({"acme": KEY}, timeout=None, retries=None)
    assert (session.timeout, session.retries) == (30, 2)


@pytest.mark.parametrize(
    ("secret", "text"), [(b"bytes", "not a bytes|a bytes"), (True, "bool"), ({"api_key": ["x"]}, "a list")]
)
def test_a_credential_is_text(secret: Any, text: str) -> None:
    with pytest.raises(le.ConfigurationError, match=text):
        le.Session({"acme": secret}, transport=Server())


async def test_a_key_read_from_a_file_loses_its_line_end_and_one_that_no_header_holds_is_refused() -> None:
    server = Server()
    async with le.Session({"acme": KEY + "\n"}, transport=server) as session:
        await session.call("acme", "find_email", QUERY)
    assert server.requests[0].headers["x-api-key"] == KEY
    for odd in ("two\nlines-0001", "schlüssel-0001"):
        async with le.Session({"acme": odd}, transport=server) as session:
            with pytest.raises(le.AuthenticationError, match="x-api-key") as caught:
                await session.call("acme", "find_email", QUERY)
            assert odd not in str(caught.value)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "ask",
    [
        lambda session: session.call(["acme"], "find_email", QUERY),
        lambda session: session.call("acme", ["find_email"], QUERY),
        lambda session: session.call("acme", "find_email", QUERY, timeout="5"),
        lambda session: session.call("acme", "find_email", QUERY, retries=-1),
        lambda session: session.call("apollo", "search_people", {"title": "CEO", "limit": float("inf")}),
        lambda session: session.bulk("acme", "find_email", None),
        lambda session: session.bulk("acme", "find_email", QUERY),
        lambda session: session.bulk("acme", "find_email", "Mira Okafor"),
        lambda session: session.check(["acme"]),
        lambda session: session.quota({}),
        lambda session: session.deliver("acme", None, {}),
        lambda session: session.deliver("acme", {"id": 1}, {}),
        lambda session: session.deliver("acme", b"{}", None),
        lambda session: anext(session.search("apollo", "search_people", {"title": "CEO"}, limit="5")),
        lambda session: anext(session.search("apollo", "search_people", None)),
        lambda session: anext(session.search("apollo", "search_people", "CEO")),
    ],
)
async def test_a_question_of_the_wrong_kind_is_a_typed_error(ask: Any) -> None:
    server = Server()
    async with le.Session({"acme": KEY, "apollo": KEY}, transport=server) as session:
        with pytest.raises(le.LeadEnrichError) as caught:
            await ask(session)
    assert "Mira" not in str(caught.value)
    assert not server.requests


@pytest.mark.parametrize(
    "make",
    [
        lambda: le.Rate(0, per=1),
        lambda: le.Rate("5", per=1),  # type: ignore[arg-type]
        lambda: le.Rate(5, per=-1),
        lambda: le.Rate(5, per=1, unit="item"),  # type: ignore[arg-type]
        lambda: le.Rate(5, per=1, kind="leaking"),  # type: ignore[arg-type]
        lambda: le.Budget(calls=1.5),  # type: ignore[arg-type]
        lambda: le.Budget(credits=[1]),  # type: ignore[arg-type]
        lambda: le.Suppression(5),  # type: ignore[arg-type]
        lambda: le.Prior(find="x"),  # type: ignore[arg-type]
        lambda: le.Stats(priors={"hunter": 0.5}),  # type: ignore[dict-item]
        lambda: le.FileLedger("/nonexistent/folder/answers.jsonl"),
        lambda: le.Stats().save("/nonexistent/folder/stats.json"),
    ],
)
def test_amounts_limits_and_files_are_checked(make: Any) -> None:
    with pytest.raises(le.ConfigurationError):
        make()


def test_an_address_where_a_file_should_be_is_not_shown() -> None:
    with pytest.raises(le.ConfigurationError, match="entries in a list") as caught:
        le.Suppression("mira.okafor@brightloom.example")
    assert "okafor" not in str(caught.value)


class Down:
    """A cache, or a wallet, whose server is away."""

    def __init__(self, *broken: str) -> None:
        self.broken = broken

    def _may(self, name: str) -> None:
        if name in self.broken:
            raise ConnectionError("redis is away")

    def get(self, key: str) -> Any:
        self._may("get")

    def set(self, key: str, value: Any, ttl: float | None = None) -> None:
        self._may("set")

    async def reserve(self, account: str, purse: str, amount: Decimal) -> bool:
        self._may("reserve")
        return True

    async def settle(self, account: str, purse: str, reserved: Decimal, spent: Decimal) -> None:
        self._may("settle")


@pytest.mark.parametrize("broken", ["get", "set"])
async def test_a_cache_that_fails_loses_no_answer(broken: str, caplog: pytest.LogCaptureFixture) -> None:
    async with le.Session({"acme": KEY}, transport=Server(), cache=Down(broken)) as session:
        assert await session.call("acme", "find_email", QUERY)
        assert await session.call("acme", "find_email", {"full_name": "Jonas Weber"})
    assert caplog.text.count("going on without it") == 1


@pytest.mark.parametrize("breaks", [GeneratorExit, SystemExit, asyncio.CancelledError, OSError])
async def test_a_cache_that_breaks_where_it_is_read_ahead_loses_no_row(breaks: type[BaseException]) -> None:
    class Broken(Down):
        def get(self, key: str) -> Any:
            raise breaks

    async with le.Session({"acme": KEY}, transport=Server(), cache=Broken()) as session:
        rows = await le.Waterfall("find_email", ["acme"]).stream([{**QUERY}], session=session)
    assert [row.status for row in rows] == ["complete"]


async def test_a_cache_that_turns_out_to_be_async_is_not_read_ahead() -> None:
    class Later(Down):
        def get(self, key: str) -> Any:
            async def later() -> None:
                return None

            return later()

    async with le.Session({"acme": KEY}, transport=Server(), cache=Later()) as session:
        rows = await le.Waterfall("find_email", ["acme"]).stream([{**QUERY}], session=session)
    assert [row.status for row in rows] == ["complete"]


async def test_what_a_cache_holds_may_be_anything() -> None:
    class Odd(Down):
        def get(self, key: str) -> Any:
            return {"hit": True, "bogus": 1}

    async with le.Session({"acme": KEY}, transport=Server(), cache=Odd()) as session:
        assert await session.call("acme", "find_email", QUERY)


@pytest.mark.looptime
async def test_a_wallet_that_fails_before_a_call_stops_it_and_after_one_loses_no_answer() -> None:
    server = Server()
    async with le.Session({"acme": KEY}, transport=server, wallet=Down("reserve")) as session:
        with pytest.raises(le.BudgetExceededError, match="nothing was sent"):
            await session.call("acme", "find_email", QUERY)
    assert not server.requests
    async with le.Session({"acme": KEY}, transport=server, wallet=Down("settle")) as session:
        assert await session.call("acme", "find_email", QUERY)


async def test_a_session_in_a_with_block_stays_on_its_thread() -> None:
    session = le.Session({"acme": KEY}, transport=Server())
    with session:
        with pytest.raises(le.ConfigurationError, match="call_sync"):
            await session.call("acme", "find_email", QUERY)
        with pytest.raises(le.ConfigurationError, match="open already"), session:
            pass
        assert await asyncio.to_thread(session.call_sync, "acme", "find_email", QUERY)


async def test_closing_a_session_ends_every_wait() -> None:
    never = asyncio.Event()

    async def hang(request: httpx.Request) -> httpx.Response:
        await never.wait()
        return httpx.Response(200)

    session = le.Session({"acme": KEY}, transport=httpx.MockTransport(hang))
    session.open()
    asks = [asyncio.create_task(session.call("acme", "find_email", {"full_name": f"Mira {n}"})) for n in range(12)]
    for _ in range(3):
        await asyncio.sleep(0)
        await session.aclose()  # some exchanges have not even begun
    done = await asyncio.wait_for(asyncio.gather(*asks, return_exceptions=True), 5)
    assert all(isinstance(one, le.LeadEnrichError) for one in done)


async def test_a_plugin_whose_constructor_raises_is_a_typed_error_of_that_provider() -> None:
    from leadenrich.registry import registry
    from tests.engine.vendors import Acme, facts

    def broken(self: object, *args: object) -> None:
        raise KeyError("acme-secret-0001")

    registry.register(type("Broken", (Acme,), {"info": facts("broken_init"), "__init__": broken}))
    try:
        async with le.Session({"broken_init": "acme-secret-0001"}, transport=Server()) as session:
            with pytest.raises(le.ProviderAPIError, match="its constructor raised a KeyError") as caught:
                await session.call("broken_init", "find_email", {"full_name": "Mira Okafor"})
        assert caught.value.provider == "broken_init"
        assert "secret" not in f"{caught.value!r}{caught.value}{caught.value.__cause__!r}{caught.value.__context__!r}"
    finally:
        registry.plugins().pop("broken_init")
