"""Background jobs: polled, or delivered by a webhook the host hands over."""

import asyncio
import base64
import hashlib
import hmac
import itertools
import json
from collections.abc import Iterator, Mapping
from email.message import Message
from typing import Any

import httpx
import pytest
from multidict import CIMultiDict, CIMultiDictProxy

import leadenrich as le
from leadenrich.contract import HMACSignature
from leadenrich.engine.webhooks import verify
from tests.engine.vendors import KEY, Server

pytestmark = pytest.mark.looptime
SIGNING = {"signing": {"api_key": KEY, "webhook_secret": "hook-secret"}}


def signed(body: bytes, secret: str = "hook-secret", stamp: str = "17") -> dict[str, str]:
    digest = hmac.new(secret.encode(), stamp.encode() + b"." + body, "sha256").hexdigest()
    return {"X-Signature": f"t={stamp},v0={digest}"}


async def test_a_delivery_wakes_the_call_and_repeats_are_harmless() -> None:
    server = Server({"/jobs": {"id": "j-1"}})
    session = le.Session(SIGNING, transport=server, webhook_url="https://host.example/hooks/{provider}")
    body = json.dumps({"id": "j-1", "phone": "+12025550142"}).encode()
    async with session:
        call = asyncio.create_task(session.call("signing", "find_phone", {"full_name": "Mira Okafor"}))
        await asyncio.sleep(5)
        assert await session.deliver("signing", body, {"x-signature": "t=17,v0=00"}) is False
        assert await session.deliver("signing", body, {}) is False
        assert not call.done()
        assert await session.deliver("signing", body, signed(body)) is True
        hit = await call
        assert hit["mobile_phone"] == "+12025550142"
        assert await session.deliver("signing", body, signed(body)) is False
        unknown = json.dumps({"id": "j-9"}).encode()
        assert await session.deliver("signing", unknown, signed(unknown)) is False
        assert await session.deliver("signing", b"not json", signed(b"not json")) is False
    assert json.loads(server.requests[0].content)["url"] == "https://host.example/hooks/signing"


async def test_an_early_delivery_is_kept_for_who_comes_late() -> None:
    body = json.dumps({"id": "j-1", "phone": "+12025550142"}).encode()
    session = le.Session(SIGNING, transport=Server({"/jobs": {"id": "j-1"}}))
    async with session:
        assert await session.deliver("signing", body, signed(body)) is False
        assert await session.call("signing", "find_phone", {"full_name": "Mira Okafor"})
        assert asyncio.get_running_loop().time() < 1


async def test_a_job_that_is_never_finished_is_uncertain_and_names_its_id() -> None:
    server = Server({"/jobs": {"id": "j-1"}})
    async with le.Session(SIGNING, transport=server) as session:
        with pytest.raises(le.ProviderTimeoutError) as caught:
            await session.call("signing", "find_phone", {"full_name": "Mira Okafor"}, timeout=1)
        assert asyncio.get_running_loop().time() == pytest.approx(30, abs=1)  # patience, not the attempt's clock
    assert (caught.value.job_id, caught.value.recoverable) == ("j-1", False)
    assert session.usage.cost.uncertain_credits == {"signing": 5}
    assert len(server.requests) == 1


def job(states: list[object]) -> object:
    replies = iter(states)

    def answer(request: httpx.Request, count: int) -> object:
        if request.method == "POST":
            return httpx.Response(202, json={"id": "j-1"})
        return next(replies)

    return answer


async def test_polls_grow_slowly_and_survive_a_passing_failure() -> None:
    loop, moments = asyncio.get_running_loop(), []

    def poll(request: httpx.Request, count: int) -> object:
        if request.method == "POST":
            return httpx.Response(202, json={"id": "j-1"})
        moments.append(loop.time())
        if len(moments) < 6:
            return httpx.Response(503) if len(moments) == 3 else {"state": "running"}
        return {"state": "done", "phone": "+12025550142"}

    async with le.Session({"acme": KEY}, transport=Server({"/jobs": poll}), retries=0) as session:
        assert (await session.call("acme", "find_phone", {"full_name": "Mira Okafor"})).credits == 8
    gaps = [later - earlier for earlier, later in itertools.pairwise(moments)]
    assert gaps == sorted(gaps)
    assert 2 <= gaps[0] < gaps[-1] < 10


async def test_a_delivery_makes_the_engine_poll_at_once_and_a_token_guards_the_unsigned() -> None:
    server = Server({"/jobs": job([{"state": "done", "phone": "+12025550142"}])})
    session = le.Session({"acme": KEY}, transport=server, webhook_url="https://host.example/{provider}")
    async with session:
        call = asyncio.create_task(session.call("acme", "find_phone", {"full_name": "Mira Okafor"}))
        await asyncio.sleep(0.5)
        callback = httpx.URL(json.loads(server.requests[0].content)["callback"])
        token = callback.params["token"]
        assert len(token) > 20
        assert await session.deliver("acme", b'{"job": "j-1"}', {}, token="wrong") is False
        assert await session.deliver("acme", b'{"job": "j-1"}', {}, token="fälschung") is False
        assert not call.done()
        assert await session.deliver("acme", b'{"job": "j-1"}', {}, token=token) is True
        assert (await call)["mobile_phone"] == "+12025550142"
        assert asyncio.get_running_loop().time() < 1.5
        assert await session.deliver("acme", b'{"no": "job"}', {}, token=token) is False


async def test_early_deliveries_are_bounded() -> None:
    async with le.Session(SIGNING, transport=Server()) as session:
        for i in range(1100):
            body = json.dumps({"id": f"j-{i}"}).encode()
            await session.deliver("signing", body, signed(body))
        assert len(session._jobs._early) == 1000


def test_signature_forms() -> None:
    body, key = b'{"a": 1}', base64.b64encode(b"raw-secret").decode()
    digest = hmac.new(b"raw-secret", b"id-1.1700000000." + body, hashlib.sha256).digest()
    form = HMACSignature(
        "webhook-signature",
        signed=("header:webhook-id", "header:webhook-timestamp", "body"),
        prefix="v1,",
        encoding="base64",
        secret="base64",
        secret_prefix="whsec_",
    )
    headers = {
        "webhook-signature": "v1,AAAA v1," + base64.b64encode(digest).decode(),
        "webhook-id": "id-1",
        "webhook-timestamp": "1700000000",
    }
    assert verify(form, "whsec_" + key, body, headers)
    assert not verify(form, "whsec_" + base64.b64encode(b"other").decode(), body, headers)
    assert not verify(form, "whsec_" + key, body + b" ", headers)
    assert not verify(form, "whsec_" + key, body, {"webhook-signature": headers["webhook-signature"]})
    old = HMACSignature("s", signed=("param:t", "body"), value="v", timestamp="param:t", tolerance=300)
    good = hmac.new(b"k", b"1700000000." + body, "sha256").hexdigest()
    assert not verify(old, "k", body, {"s": f"t=1700000000,v={good}"})
    assert not verify(old, "k", body, {"s": f"t=soon,v={good}"})


async def test_a_delivery_without_a_signature_wakes_a_poll_and_is_never_believed() -> None:
    server = Server({"/jobs": job([{"state": "running"}, {"state": "done", "phone": "+12025550142"}])})
    session = le.Session({"acme": KEY}, transport=server, webhook_url="https://host.example/{provider}")
    async with session:
        call = asyncio.create_task(session.call("acme", "find_phone", {"full_name": "Mira Okafor"}))
        await asyncio.sleep(0.5)
        assert await session.deliver("acme", b'{"job": "j-1", "phone": "+12025550199"}', {}) is True
        assert (await call)["mobile_phone"] == "+12025550142"
    unsigned = le.Session({"signing": KEY}, transport=Server({"/jobs": {"id": "j-1"}}))
    body = json.dumps({"id": "j-1", "phone": "+12025550199"}).encode()
    async with unsigned:
        call = asyncio.create_task(unsigned.call("signing", "find_phone", {"full_name": "Mira Okafor"}))
        await asyncio.sleep(0.5)
        assert await unsigned.deliver("signing", body, signed(body)) is False  # its secret is not at hand
        with pytest.raises(le.ProviderTimeoutError):
            await call


async def test_headers_come_as_hosts_hand_them_over() -> None:
    raw = [(b"X-Signature", "v0=fälschung".encode("latin-1")), (b"Content-Type", b"application/json")]
    async with le.Session({"signing": {"api_key": "k", "webhook_secret": "s"}}, transport=Server()) as session:
        assert await session.deliver("signing", b"{}", raw) is False
        assert await session.deliver("signing", b"{}", {"X-Signature": "t=ü,v0=ü"}) is False
        assert await session.deliver("signing", "\ud800", {"X-Signature": "t=1,v0=2"}) is False


class WerkzeugHeaders:
    """As Flask hands them over: no mapping, names as sent, one line for each of several of one name."""

    def __init__(self, lines: list[tuple[str, str]]) -> None:
        self._lines = lines

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._lines)

    def items(self) -> Iterator[tuple[str, str]]:
        return iter(self._lines)


class DjangoHeaders(Mapping[str, str]):
    """As Django hands them over: a mapping whose names are looked up in any case."""

    def __init__(self, fields: dict[str, str]) -> None:
        self._fields = {name.lower(): (name, value) for name, value in fields.items()}

    def __getitem__(self, name: str) -> str:
        return self._fields[name.lower()][1]

    def __len__(self) -> int:
        return len(self._fields)

    def __iter__(self) -> Iterator[str]:
        return (name for name, _ in self._fields.values())


def of_http_server(fields: dict[str, str]) -> Message:
    message = Message()
    for name, value in fields.items():
        message[name] = value
    return message


@pytest.mark.parametrize(
    "make",
    [
        dict,
        httpx.Headers,
        DjangoHeaders,
        CIMultiDict,
        lambda fields: CIMultiDictProxy(CIMultiDict(fields)),
        of_http_server,
        lambda fields: WerkzeugHeaders([*fields.items(), ("X-Signature", "t=1,v0=second")]),
        lambda fields: list(fields.items()),
        lambda fields: [(name.lower().encode(), value.encode()) for name, value in fields.items()],  # ASGI
    ],
    ids=["dict", "httpx", "django", "aiohttp", "aiohttp proxy", "http.server", "werkzeug", "pairs", "asgi"],
)
@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview, lambda body: body.decode()])
async def test_whatever_a_host_calls_its_headers_and_body(make: Any, kind: Any) -> None:
    body = json.dumps({"id": "j-1", "phone": "+12025550142"}).encode()
    async with le.Session(SIGNING, transport=Server({"/jobs": {"id": "j-1"}})) as session:
        call = asyncio.create_task(session.call("signing", "find_phone", {"full_name": "Mira Okafor"}))
        await asyncio.sleep(1)
        assert await session.deliver("signing", kind(body), make(signed(body))) is True
        assert (await call)["mobile_phone"] == "+12025550142"


@pytest.mark.parametrize("provider", ["nobody", "hunter", "", "../signing", None, 7, ["signing"]])
async def test_what_any_stranger_can_post_is_false(provider: Any) -> None:
    async with le.Session(SIGNING, transport=Server()) as session:  # no key for hunter, and no other provider
        assert await session.deliver(provider, b'{"id": "j-1"}', {}) is False
    async with le.Session(SIGNING, transport=Server(), allow=lambda info: False) as session:
        assert await session.deliver("signing", b'{"id": "j-1"}', {}) is False


@pytest.mark.parametrize("body", [b"", b"[", b"\xff", b"[" * 100_000, b"null", b"7", b'{"id": {}}', b'{"id": NaN}'])
async def test_a_body_of_any_kind_is_false(body: bytes) -> None:
    async with le.Session(SIGNING, transport=Server()) as session:
        assert await session.deliver("signing", body, signed(body)) is False


@pytest.mark.parametrize(("body", "headers"), [({}, {}), (None, {}), (b"{}", None), (b"{}", 7), (b"{}", ["x"])])
async def test_what_no_request_has_is_the_hosts_mistake(body: Any, headers: Any) -> None:
    async with le.Session(SIGNING, transport=Server()) as session:
        with pytest.raises(le.FeatureParametersError, match=", not "):
            await session.deliver("signing", body, headers)


async def test_early_deliveries_are_bounded_in_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leadenrich.engine.jobs.EARLY_BYTES", 10_000)
    async with le.Session(SIGNING, transport=Server({"/jobs": {"id": "j-19"}})) as session:
        for i in range(20):
            body = json.dumps({"id": f"j-{i}", "phone": "+12025550142", "more": "x" * 1000}).encode()
            for _ in range(2):  # a repeat takes the place of the first
                await session.deliver("signing", body, signed(body))
        kept = session._jobs._early
        assert list(kept) == [("signing", f"j-{i}") for i in range(11, 20)]
        assert session._jobs._early_bytes == sum(size for _, size in kept.values()) <= 10_000
        long = json.dumps({"id": "j-99", "more": "x" * 10_000}).encode()
        assert await session.deliver("signing", long, signed(long)) is False
        assert ("signing", "j-99") not in kept
        assert await session.call("signing", "find_phone", {"full_name": "Mira Okafor"})
        assert session._jobs._early_bytes == sum(size for _, size in kept.values())
