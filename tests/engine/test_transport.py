"""The one real HTTP server of the suite, on loopback: what really leaves, and what really comes back."""

import asyncio
import gzip
import json
import logging
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

import leadenrich as le
from leadenrich.contract import AllOf, Basic, Bearer, HeaderKey, OptionalKey, PathKey, QueryKey, Settings
from leadenrich.contract.wire import Request
from leadenrich.engine import transport as transports
from leadenrich.registry import registry
from tests.engine.vendors import facts, name

KEY = "loop-secret-42"


class Loop(le.HTTPProvider):
    """A vendor on this very machine; its port is known once the server runs."""

    info = facts("loop", base_url="http://127.0.0.1:1", private=True, auth=QueryKey("api_key"))

    @le.operation("find_email", needs=[("full_name",)], uses=("query",), credits=1)
    def find_email(self, query: le.Query) -> le.Flow:
        """Ask."""
        path = query.query or "/ok"
        reply = yield le.Request(
            "GET", path, params={"name": query.full_name, "tags": ["a b", "ä&c"], "yes": True, "no": None}
        )
        return le.Hit(email=reply.get("email")) if reply.get("email") else le.Miss()


registry.register(Loop)


class Server:
    """A small HTTP/1.1 server that answers by path, some of it badly."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.headers: list[dict[str, str]] = []

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := (await reader.readline()).decode().strip():
                headers = {}
                while header := (await reader.readline()).decode().strip():
                    key, _, value = header.partition(": ")
                    headers[key.lower()] = value
                if length := int(headers.get("content-length", 0)):
                    await reader.readexactly(length)
                self.lines.append(line)
                self.headers.append(headers)
                if not await self.answer(line.split(" ")[1].partition("?")[0], writer):
                    return
        finally:
            writer.close()

    async def answer(self, path: str, writer: asyncio.StreamWriter) -> bool:
        body, more, status = json.dumps({"email": "mira@brightloom.example"}).encode(), "", "200 OK"
        if path == "/reset":
            writer.transport.abort()
            return False
        if path == "/half":
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{")
            await writer.drain()
            writer.transport.abort()
            return False
        if path == "/slow":
            await asyncio.sleep(30)
        if path == "/gzip":
            body, more = gzip.compress(body), "content-encoding: gzip\r\n"
        if path == "/broken-gzip":
            more = "content-encoding: gzip\r\n"
        if path == "/redirect":
            status, more = "302 Found", "location: http://127.0.0.1:9/steal\r\n"
        if path == "/huge":
            body = b"[" + b" " * (transports.MAX_REPLY_BYTES + 1) + b"]"
        head = f"HTTP/1.1 {status}\r\ncontent-type: application/json\r\n{more}content-length: {len(body)}\r\n"
        writer.write(f"{head}set-cookie: tenant=1\r\n\r\n".encode() + body)
        await writer.drain()
        return True


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    mine = Server()
    listening = await asyncio.start_server(mine.handle, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    Loop.info = type(Loop.info)(
        **{**{f: getattr(Loop.info, f) for f in Loop.info.__slots__}, "base_url": f"http://127.0.0.1:{port}"}
    )
    yield mine
    listening.close()


def kinds() -> list[Any]:
    return [None, lambda: httpx.AsyncHTTPTransport()]


@pytest.fixture(params=["own", "httpx"])
async def session(request: pytest.FixtureRequest, server: Server) -> AsyncIterator[le.Session]:
    given = httpx.AsyncHTTPTransport() if request.param == "httpx" else None
    async with le.Session({"loop": KEY}, transport=given, retries=0) as mine:
        yield mine
    if given is not None:
        await given.aclose()


async def ask(session: le.Session, path: str = "/ok", **options: Any) -> Any:
    return (await session.ask("loop", "find_email", {"full_name": "Mira Okafor", "query": path}, **options)).result


async def test_a_call_arrives_as_documented_and_no_log_shows_the_key(
    session: le.Session, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    hit = await ask(session)
    assert hit["email"] == "mira@brightloom.example"
    assert server.lines == [f"GET /ok?name=Mira%20Okafor&tags=a%20b&tags=%C3%A4%26c&yes=true&api_key={KEY} HTTP/1.1"]
    assert server.headers[0]["user-agent"].startswith("leadenrich")
    assert KEY not in caplog.text


async def test_compressed_replies_are_read_and_broken_ones_are_errors(session: le.Session) -> None:
    assert (await ask(session, "/gzip"))["email"]
    broken = await ask(session, "/broken-gzip")
    assert isinstance(broken, le.ProviderError)


@pytest.mark.parametrize("path", ["/reset", "/half"])
async def test_a_broken_connection_may_have_been_charged_and_is_not_repeated(
    session: le.Session, server: Server, path: str
) -> None:
    assert await ask(session)  # a kept-alive connection, which a client might be tempted to retry on
    error = await ask(session, path, retries=3)
    assert isinstance(error, le.ProviderUnreachableError)
    assert error.maybe_charged
    assert len(server.lines) == 2


async def test_a_refused_connection_is_certain_not_to_have_charged(session: le.Session, server: Server) -> None:
    Loop.info = type(Loop.info)(
        **{**{f: getattr(Loop.info, f) for f in Loop.info.__slots__}, "base_url": "http://127.0.0.1:9"}
    )
    error = await ask(session)
    assert isinstance(error, le.ProviderUnreachableError)
    assert not error.maybe_charged


async def test_a_slow_answer_ends_with_its_clock(session: le.Session) -> None:
    error = await ask(session, "/slow", timeout=0.05)
    assert isinstance(error, le.ProviderTimeoutError)
    assert error.maybe_charged


async def test_a_redirect_is_not_followed_and_a_flood_is_cut(session: le.Session, server: Server) -> None:
    redirected = await ask(session, "/redirect")
    assert (redirected.code, redirected.status) == ("PROVIDER_API_ERROR", 302)
    assert isinstance(await ask(session, "/huge"), le.InvalidReplyError)
    assert len(server.lines) == 2


async def test_no_cookie_travels_from_one_tenant_to_another(server: Server) -> None:
    shared = le.default_transport()
    for key in ("one", "two"):
        async with le.Session({"loop": key}, transport=shared) as session:
            assert await ask(session)
            assert await ask(session, "/gzip")
    assert not any("cookie" in headers for headers in server.headers)
    await shared.aclose()


async def test_many_at_once(session: le.Session, server: Server) -> None:
    answers = await session.bulk("loop", "find_email", [{"full_name": name(i)} for i in range(150)])
    assert all(answers)
    assert len(server.lines) == 150


def test_sync_calls_run_on_a_portal_and_a_wrong_use_says_so() -> None:
    with le.Session(
        {"acme": "k"},
        transport=httpx.MockTransport(lambda r: httpx.Response(200, json={"person": {"email": "a@b.example"}})),
    ) as session:
        assert session.call_sync("acme", "find_email", {"full_name": "Mira Okafor"})["email"] == "a@b.example"
        assert len(session.bulk_sync("acme", "find_email", [{"full_name": name(i)} for i in range(3)])) == 3
        with pytest.raises(le.ProviderNotFoundError):
            session.call_sync("acmee", "find_email", {})
    with pytest.raises(le.ConfigurationError, match="with Session"):
        session.call_sync("acme", "find_email", {})


def test_a_session_open_on_another_loop_is_a_clear_error() -> None:
    session = le.Session({"acme": "k"}, transport=httpx.MockTransport(lambda r: httpx.Response(200, json={})))
    asyncio.run(session.call("acme", "find_email", {"full_name": "Mira Okafor"}))
    with pytest.raises(le.ConfigurationError, match="another event loop"):
        asyncio.run(session.call("acme", "find_email", {"full_name": "Mira Okafor"}))


@pytest.mark.parametrize(
    ("auth", "secrets", "url", "header"),
    [
        (HeaderKey("X-Key", prefix="Token "), {"api_key": "k"}, "/a/b", ("X-Key", "Token k")),
        (Bearer(), {"api_key": "k"}, "/a/b", ("Authorization", "Bearer k")),
        (Basic("api_key"), {"api_key": "k"}, "/a/b", ("Authorization", "Basic azo=")),
        (Basic("user", "password"), {"user": "u", "password": "p"}, "/a/b", ("Authorization", "Basic dTpw")),
        (QueryKey("k"), {"api_key": "a/b"}, "/a/b?k=a%2Fb", None),
        (AllOf(HeaderKey("X-A", field="a"), HeaderKey("X-B", field="b")), {"a": "1", "b": "2"}, "/a/b", ("X-B", "2")),
        (OptionalKey(Bearer()), {}, "/a/b", None),
    ],
)
def test_each_kind_of_key_goes_where_it_belongs(auth: Any, secrets: dict[str, str], url: str, header: Any) -> None:
    from pydantic import SecretStr

    request = Request("GET", "/a/{id}", at={"id": "b"})
    kept = {field: SecretStr(value) for field, value in secrets.items()}
    signed = transports.build(request, facts("kinds"), auth, kept, None, "agent")
    assert signed.url == "https://api.kinds.example" + url
    if header is not None:
        assert signed.headers[header[0].lower()] == header[1]
    assert request.headers is None
    assert "k" not in repr(signed).replace("Signed", "")


def test_keys_and_settings_fill_paths_and_nothing_else_does() -> None:
    from pydantic import SecretStr

    auth = AllOf(PathKey(), Settings("account_id"))
    kept = {"api_key": SecretStr("a/k"), "account_id": SecretStr("7")}
    request = Request("GET", "/{account_id}/{api_key}/{q}", at={"q": "{api_key}"})
    assert transports.build(request, facts("kinds"), auth, kept, None, "agent").url.endswith("/7/a%2Fk/%7Bapi_key%7D")
    with pytest.raises(le.ConfigurationError, match=r"\{nothing\}"):
        transports.build(Request("GET", "/{nothing}"), facts("kinds"), auth, kept, None, "agent")
    with pytest.raises(le.ConfigurationError, match="unencrypted"):
        transports.build(Request("GET", "http://api.kinds.example/x"), facts("kinds"), auth, kept, None, "agent")
    with pytest.raises(le.ConfigurationError, match="no host"):
        transports.build(
            Request("GET", "https://api.kinds.example.evil.example/"), facts("kinds"), auth, kept, None, "a"
        )
