"""G7, G12 and retries: what a vendor may do wrong, and what becomes of it."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest

import leadenrich as le
from leadenrich.contract import Flow, HTTPProvider, Query, Request
from leadenrich.engine.classify import judge
from leadenrich.engine.limits import Slot
from leadenrich.results import Miss
from tests.engine.vendors import KEY, Acme, Server, name

CREDENTIALS = {"acme": KEY, "tokened": {"client_id": "id-1", "client_secret": "s-1"}, "bodied": "b-key", "native": KEY}
ASK = ("acme", "find_email", {"full_name": "Mira Okafor"})
pytestmark = pytest.mark.looptime


def refusing(status: int, times: int, **more: object) -> object:
    def answer(request: httpx.Request, count: int) -> object:
        if count <= times:
            return httpx.Response(status, **more)  # type: ignore[arg-type]  # json= and headers=
        return {"person": {"email": "mira@brightloom.example"}}

    return answer


@pytest.mark.parametrize("status", [429, 418, 500, 503, 408])
async def test_passing_errors_are_asked_again(status: int) -> None:
    server = Server({"/person": refusing(status, 2, json={})})
    async with le.Session(CREDENTIALS, transport=server) as session:
        assert (await session.call(*ASK))["email"] == "mira@brightloom.example"
    assert (len(server.requests), session.usage.retries) == (3, 2)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "FEATURE_PARAMETERS_INVALID"),
        (401, "PROVIDER_AUTHENTICATION_FAILED"),
        (402, "PROVIDER_INSUFFICIENT_CREDITS"),
        (403, "PROVIDER_AUTHENTICATION_FAILED"),
        (404, "PROVIDER_API_ERROR"),
        (422, "FEATURE_PARAMETERS_INVALID"),
        (301, "PROVIDER_API_ERROR"),
    ],
)
async def test_final_errors_are_asked_once(status: int, code: str) -> None:
    headers = {"x-request-id": "req-7", "location": "https://elsewhere.example/"}
    server = Server({"/person": httpx.Response(status, json={"message": "No such thing"}, headers=headers)})
    async with le.Session(CREDENTIALS, transport=server) as session:
        with pytest.raises(le.ProviderError) as caught:
            await session.call(*ASK)
    error = caught.value
    assert (error.code, error.status, error.provider, error.operation) == (code, status, "acme", "find_email")
    assert (error.recoverable, error.request_id, error.detail) == (False, "req-7", "No such thing")
    assert len(server.requests) == 1
    assert not session.usage.cost


async def test_retry_after_is_obeyed_in_both_forms() -> None:
    loop = asyncio.get_running_loop()
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=40), usegmt=True)
    for header, least in (("20", 20), (date, 35)):
        server = Server({"/person": refusing(429, 1, headers={"retry-after": header}, json={})})
        async with le.Session(CREDENTIALS, transport=server) as session:
            started = loop.time()
            await session.call(*ASK)
            assert loop.time() - started >= least


async def test_a_pause_longer_than_a_call_is_told_not_waited() -> None:
    server = Server({"/person": refusing(429, 9, headers={"retry-after": "3600"}, json={})})
    async with le.Session(CREDENTIALS, transport=server) as session:
        with pytest.raises(le.ProviderError) as caught:
            await session.call(*ASK)
    assert caught.value.retry_after == 3600
    assert caught.value.recoverable
    assert len(server.requests) == 1


async def test_an_outage_does_not_multiply_traffic() -> None:
    server = Server({"/person": httpx.Response(503)})
    async with le.Session(CREDENTIALS, transport=server, retries=10) as session:
        answers = await session.bulk("acme", "find_email", [{"full_name": name(i)} for i in range(300)])
    assert all(isinstance(answer, le.ProviderError) for answer in answers)
    assert len(server.requests) < 60  # a breaker and a purse of retries, not 3,300


async def test_an_attempt_has_its_own_clock_from_when_bytes_are_sent() -> None:
    server = Server(delay=100)
    async with le.Session(CREDENTIALS, transport=server) as session:
        started = asyncio.get_running_loop().time()
        with pytest.raises(le.ProviderTimeoutError, match="no answer within 5 s"):
            await session.call(*ASK, timeout=5)
        assert asyncio.get_running_loop().time() - started == pytest.approx(5, abs=0.1)
    assert len(server.requests) == 1  # it may have been charged: never blindly again
    assert session.usage.cost.uncertain_credits == {"acme": 1}


async def test_a_connection_that_was_never_made_is_tried_again() -> None:
    def answer(request: httpx.Request, count: int) -> object:
        return httpx.ConnectError("refused") if count < 3 else {"person": {"email": "mira@brightloom.example"}}

    server = Server({"/person": answer})
    async with le.Session(CREDENTIALS, transport=server) as session:
        assert await session.call(*ASK)
    assert len(server.requests) == 3
    assert not session.usage.cost.uncertain_credits


async def test_a_refused_key_costs_four_bad_calls_and_benches_once_loudly(caplog: pytest.LogCaptureFixture) -> None:
    server = Server({"/person": httpx.Response(401, json={"message": "bad key"})}, delay=0.2)
    heard: list[le.Event] = []
    async with le.Session(CREDENTIALS, transport=server, on_event=heard.append) as session:
        answers = await session.bulk("acme", "find_email", [{"full_name": name(i)} for i in range(1000)])
        assert session.health["acme"].state == "benched"
        assert "benched" in repr(session.health)
    assert len(server.requests) <= 4
    assert len(answers) == 1000
    assert all(isinstance(answer, le.ProviderError) for answer in answers)
    assert sum(event.kind == "provider.benched" for event in heard) == 1
    assert len([record for record in caplog.records if record.levelno >= logging.WARNING]) == 1


async def test_a_key_that_is_not_enabled_for_one_api_benches_that_one() -> None:
    refused = httpx.Response(403, json={"errorCode": "FORBIDDEN", "message": "not authorized for this product"})
    server = Server({"/3.2/phone": refused, "/3.0/phone_intel": {"is_valid": True, "line_type": "Mobile"}})
    async with le.Session({"trestle": KEY}, transport=server) as session:
        for _ in range(2):
            with pytest.raises(le.ProviderError):
                await session.call("trestle", "enrich_person", {"phone": "+12025550142"})
        hit = await session.call("trestle", "verify_phone", {"phone": "+12025550142"})
    assert hit["phone_status"] == "valid"
    assert len(server.requests) == 2


async def test_a_refused_key_that_opens_one_api_alone_benches_that_one() -> None:
    checked = {"email_deliverability": {"status": "deliverable"}}
    server = Server({"/v2": httpx.Response(401, json={"error": {"message": "bad key"}}), "/v1/": checked})
    keys = {"email_key": "key-for-emails", "company_key": "key-for-companies"}
    heard: list[le.Event] = []
    async with le.Session({"abstract_api": keys}, transport=server, on_event=heard.append) as session:
        for _ in range(2):
            with pytest.raises(le.ProviderError):
                await session.call("abstract_api", "enrich_company", {"company_domain": "brightloom.example"})
        assert session.health["abstract_api"].state == "benched"
        hit = await session.call("abstract_api", "verify_email", {"email": "mira@brightloom.example"})
    assert hit["email_status"] == "valid"
    assert len(server.requests) == 2  # the refused key was tried once
    benched = [event.operation for event in heard if event.kind == "provider.benched"]
    assert benched == ["enrich_company"]


async def test_an_endpoint_that_a_key_may_not_use_is_left_alone_and_the_others_are_asked() -> None:
    server = Server({"/verify": httpx.Response(403, json={"error": "this key is not authorized"})})
    heard: list[le.Event] = []
    async with le.Session(CREDENTIALS, transport=server, on_event=heard.append) as session:
        barred = [await session.ask("acme", "verify_email", {"email": f"m{i}@brightloom.example"}) for i in range(3)]
        assert await session.call(*ASK)
        assert "verify_email" in (session.health["acme"].reason or "")
    assert server.paths().count("/verify") == 1
    assert [type(asked.result) for asked in barred] == [le.AuthenticationError] + [le.ProviderBenchedError] * 2
    assert [(event.provider, event.operation) for event in heard if event.kind == "provider.benched"] == [
        ("acme", "verify_email")
    ]


@pytest.mark.parametrize(
    ("status", "says", "said", "verdict", "bars"),
    [
        (401, {}, {}, None, "account"),
        (403, {}, {}, None, "operation"),
        (403, {403: le.ErrorCode.PROVIDER_AUTHENTICATION_FAILED}, {}, None, "account"),
        (403, {}, {("error", "bad key"): le.ErrorCode.PROVIDER_AUTHENTICATION_FAILED}, None, "account"),
        (403, {}, {}, le.ErrorCode.PROVIDER_AUTHENTICATION_FAILED, "account"),
        (403, {}, {}, le.ErrorCode.FEATURE_NOT_SUPPORTED, "operation"),
        (403, {}, {}, le.FeatureNotSupportedError("that filter is not in the plan"), None),
        (422, {}, {}, le.ErrorCode.FEATURE_NOT_SUPPORTED, None),
        (402, {}, {}, None, "operation"),
        (404, {}, {}, None, None),
    ],
)
def test_a_403_bars_the_operation_unless_the_adapter_says_what_it_means(
    status: int, says: Any, said: Any, verdict: Any, bars: str | None
) -> None:
    class Saying(Acme):
        """Acme with these facts."""

        errors, words = says, said

        def classify(self, reply: le.Reply) -> Any:
            return verdict

    error = judge(Saying(), le.Reply(status, json={"error": "bad key"}))
    assert error is not None
    assert error.bars == bars


async def test_an_account_look_up_that_a_key_may_not_use_leaves_the_vendor_in() -> None:
    async with le.Session(CREDENTIALS, transport=Server({"/account": httpx.Response(403)})) as session:
        with pytest.raises(le.AuthenticationError):
            await session.quota("acme")
        assert await session.call(*ASK)


async def test_the_breaker_opens_rests_probes_and_closes() -> None:
    ill = True

    def answer(request: httpx.Request, count: int) -> object:
        return httpx.Response(500) if ill else {"person": {"email": "mira@brightloom.example"}}

    server = Server({"/person": answer})
    async with le.Session(CREDENTIALS, transport=server, retries=0) as session:
        for i in range(20):
            await session.ask("acme", "find_email", {"full_name": name(i)})
        assert session.health["acme"].state == "open"
        sent = len(server.requests)
        asked = await session.ask("acme", "find_email", {"full_name": name(99)})
        assert isinstance(asked.result, le.ProviderBenchedError)
        assert len(server.requests) == sent
        await asyncio.sleep(6)
        assert session.health["acme"].state == "half-open"
        await session.ask("acme", "find_email", {"full_name": name(100)})
        assert session.health["acme"].state == "open"  # the probe failed: a longer rest
        await asyncio.sleep(11)
        ill = False
        assert await session.call("acme", "find_email", {"full_name": name(101)})
        assert session.health["acme"].state == "closed"


async def test_the_slow_start_doubles() -> None:
    server = Server(delay=1)
    async with le.Session(CREDENTIALS, transport=server) as session:
        await session.bulk("acme", "find_email", [{"full_name": name(i)} for i in range(4 + 8 + 16 + 32)])
        assert asyncio.get_running_loop().time() < 6
    assert 8 < server.most_in_flight <= 40


BROKEN = [
    httpx.Response(200, text="<!doctype html><p>please wait</p>"),
    httpx.Response(200, text='{"person": {"ema'),
    httpx.Response(200, text="null"),
    httpx.Response(200, text='"text"'),
    httpx.Response(200, text="42"),
    httpx.Response(200, text=""),
    httpx.Response(200, content=b"\xff\xfe\x00"),
    httpx.Response(200, text="[" * 100_000),
    httpx.Response(200, content=b"\x1f\x8b", headers={"x": "y"}),
]


@pytest.mark.parametrize("reply", BROKEN)
async def test_what_cannot_be_read_is_a_typed_error_naming_the_vendor(reply: httpx.Response) -> None:
    server = Server({"/person": reply})
    async with le.Session(CREDENTIALS, transport=server) as session:
        with pytest.raises(le.InvalidReplyError) as caught:
            await session.call(*ASK)
    assert caught.value.provider == "acme"
    assert session.usage.cost.uncertain_credits == {"acme": 1}  # it said 200: it may have charged


@pytest.mark.parametrize(
    "body", [{"person": "text"}, {"person": [1, 2]}, {"person": {"email": {"a": 1}}}, {"person": 7}, []]
)
async def test_odd_shapes_are_a_miss_and_never_a_crash(body: object) -> None:
    async with le.Session(CREDENTIALS, transport=Server({"/person": body})) as session:
        assert isinstance(await session.call(*ASK), le.Miss)


async def test_a_body_without_end_is_cut_off() -> None:
    class Endless(httpx.AsyncByteStream):
        sent = 0

        async def __aiter__(self):  # type: ignore[no-untyped-def]  # a stream of bytes
            while True:
                Endless.sent += 1
                yield b"x" * (1 << 20)

    server = Server({"/person": lambda r, n: httpx.Response(200, stream=Endless())})
    async with le.Session(CREDENTIALS, transport=server) as session:
        with pytest.raises(le.InvalidReplyError, match="longer than"):
            await session.call(*ASK)
    assert Endless.sent < 40


async def test_a_token_is_fetched_once_renewed_before_its_end_and_after_a_401() -> None:
    tokens: list[str] = []

    def token(request: httpx.Request, count: int) -> object:
        assert b"client_secret=s-1" in request.content
        tokens.append(f"t{len(tokens)}")
        return {"access_token": tokens[-1], "expires_in": 3600}

    refused = {"t1"}

    def find(request: httpx.Request, count: int) -> object:
        bearer = request.headers["authorization"].removeprefix("Bearer ")
        return httpx.Response(401) if bearer in refused else {"email": "mira@brightloom.example"}

    server = Server({"/token": token, "/find": find}, delay=0.1)
    async with le.Session(CREDENTIALS, transport=server) as session:
        ask = [{"full_name": name(i)} for i in range(30)]
        assert all(await session.bulk("tokened", "find_email", ask[:10]))
        assert all([await session.call("tokened", "find_email", {"full_name": name(90 + i)}) for i in range(3)])
        assert tokens == ["t0"]
        await asyncio.sleep(3590)
        assert all(await session.bulk("tokened", "find_email", ask[10:20]))
        assert tokens == ["t0", "t1", "t2"]  # t1 was refused: replaced once, whoever noticed


async def test_a_login_that_is_refused_is_an_authentication_error() -> None:
    server = Server({"/token": httpx.Response(400, json={"error": "invalid_client"})})
    async with le.Session(CREDENTIALS, transport=server) as session:
        with pytest.raises(le.AuthenticationError):
            await session.call("tokened", "find_email", {"full_name": "Mira Okafor"})
        with pytest.raises(le.ProviderError):
            await session.call("tokened", "find_email", {"full_name": "Jonas Weber"})
    assert server.paths().count("/find") == 0


async def test_a_key_never_travels_to_a_foreign_host() -> None:
    server = Server()
    async with le.Session(CREDENTIALS, transport=server) as session:
        with pytest.raises(le.LeadEnrichError, match=r"elsewhere\.example is no host of"):
            await session.call("bodied", "find_domain", {"company_name": "Brightloom"})
    assert not server.requests


async def test_values_in_paths_are_data() -> None:
    server = Server({"/find": httpx.Response(200, text="mira@brightloom.example\n")})
    async with le.Session(CREDENTIALS, transport=server) as session:
        asked = await session.ask("bodied", "find_email", {"full_name": "{key} /../ Mira?x=1"})
    assert isinstance(asked.result, le.Hit)
    assert asked.result["email"] == "mira@brightloom.example"
    assert server.requests[0].url.raw_path == b"/find/%7Bkey%7D%20%2F..%2F%20Mira%3Fx%3D1"
    assert b"b-key" in server.requests[0].content


async def test_a_plugin_that_does_its_own_io_gets_the_same_engine() -> None:
    async with le.Session(CREDENTIALS, transport=Server(), prices={"native": "0.1"}) as session:
        asked = await asyncio.gather(
            *(session.call("native", "find_email", {"full_name": "Mira Okafor"}) for _ in range(5))
        )
        assert {hit["email"] for hit in asked} == {"mira@brightloom.example"}
        assert not await session.call("native", "find_email", {"full_name": "Nobody Known"})
        with pytest.raises(le.ProviderError, match="RuntimeError"):
            await session.call("native", "find_email", {"full_name": "Broken Thing"})
        assert session._accounts["native"].adapter.asked == ["Mira Okafor", "Nobody Known", "Broken Thing"]
        assert await session.check("native")
        assert (await session.quota("native")).remaining == 3
    assert session.usage.cost.credits == {"native": 1}


async def test_a_list_whose_items_are_all_odd_is_no_answer() -> None:
    server = Server({"/v2/domain-search": {"data": {"emails": [{"value": {"a": 1}}]}, "meta": {"results": 1}}})
    async with le.Session({"hunter": KEY}, transport=server) as session:
        assert isinstance(
            await session.call("hunter", "domain_emails", {"company_domain": "brightloom.example"}), le.Miss
        )


@pytest.mark.parametrize(
    ("provider", "operation", "words", "reply", "hit"),
    [
        ("hunter", "email-count", {"company_domain": "acme.example"}, {"data": {"total": 7}}, {"total": 7}),
        ("hunter", "domain_emails", {"company_domain": "acme.example"}, {"data": {}, "meta": {"results": 7}}, None),
    ],
)
async def test_a_number_of_results_is_an_answer_only_where_it_was_asked_for(
    provider: str, operation: str, words: Any, reply: Any, hit: Any
) -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json=reply))
    async with le.Session(credentials={provider: "key"}, transport=transport) as session:
        result = await session.call(provider, operation, words)
    assert (result.data if isinstance(result, le.Hit) else None) == hit


@pytest.mark.parametrize(
    ("header", "form", "seconds"),
    [
        ("30", "seconds", 30),
        ("99999999", "seconds", 86_400),
        ("6m0s", "duration", 360),
        ("soon", "seconds", None),
        ("-5", "seconds", None),
        ("1e400", "epoch", None),
    ],
)
def test_a_reset_header_is_read_with_care(header: str, form: str, seconds: float | None) -> None:
    from leadenrich.engine.classify import _seconds

    found = _seconds(header, form)
    assert found == (None if seconds is None else pytest.approx(seconds, abs=5))


def test_a_moment_called_seconds_is_read_as_a_moment() -> None:
    from leadenrich.engine.classify import _seconds

    left = _seconds(str(int(datetime.now(UTC).timestamp()) + 5000), "seconds")
    assert left is not None
    assert 0 < left <= 5000


def test_a_quota_holds_numbers() -> None:
    quota = le.Quota(used="1,204.5", remaining="x", pools={"a": "7", "b": None, "c": True, "d": 2})
    assert (str(quota.used), quota.remaining, {k: int(v) for k, v in quota.pools.items()}) == (
        "1204.5",
        None,
        {"a": 7, "d": 2},
    )


async def test_a_vendor_that_sends_callers_away_for_an_hour_rests_and_no_call_queues_behind_it() -> None:
    loop, away = asyncio.get_running_loop(), iter([True])

    def answer(request: httpx.Request, count: int) -> object:
        if next(away, False):
            return httpx.Response(429, headers={"retry-after": "3600"})
        return {"person": {"email": "mira@brightloom.example"}}

    server = Server({"/person": answer})
    async with le.Session(CREDENTIALS, transport=server) as session:
        answers = await session.bulk("acme", "find_email", [{"full_name": name(i)} for i in range(50)])
        assert loop.time() < 300
        assert all(isinstance(answer, le.ProviderError) or answer for answer in answers)
        resting = await session.ask("acme", "find_email", {"full_name": name(77)})
        assert isinstance(resting.result, le.ProviderBenchedError)
        assert resting.result.retry_after == pytest.approx(3600, abs=300)
        await asyncio.sleep(3600)
        assert await session.call("acme", "find_email", {"full_name": name(78)})


class Unpaced:
    """A caller's own limiter, which takes no notice of refusals."""

    async def acquire(self, account: str, endpoint: str, rates: object, weight: int = 1) -> Slot:
        return Slot(account, endpoint, (), weight, asyncio.get_running_loop().time())

    def answered(self, slot: Slot, **told: object) -> None:
        assert slot.account.startswith("acme:")


async def test_retry_after_is_waited_for_whatever_limiter_is_in_place() -> None:
    server = Server({"/person": refusing(429, 1, headers={"retry-after": "45"}, json={})})
    async with le.Session(CREDENTIALS, transport=server, limiter=Unpaced()) as session:
        assert await session.call(*ASK)
    assert asyncio.get_running_loop().time() >= 45


@pytest.mark.parametrize("generator", [True, False])
async def test_a_question_no_request_can_be_made_of_is_told_as_such_and_sends_nothing(
    generator: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An adapter trips over a value before anything is sent: the caller's question is at fault, not a reply."""

    def broken(self: HTTPProvider, operation: str, query: Query) -> Flow:
        int("not a number")
        yield Request("GET", "/never")
        return Miss()

    def flow(self: HTTPProvider, operation: str, query: Query) -> Flow:
        if not generator:
            int("not a number")
        return broken(self, operation, query)

    server = Server({})
    async with le.Session({"acme": KEY}, transport=server) as session:
        monkeypatch.setattr(HTTPProvider, "flow", flow)
        with pytest.raises(le.FeatureParametersError) as error:
            await session.call("acme", "find_email", {"full_name": "Ida Example"})
    assert "cannot be put (ValueError): check full_name" in str(error.value)
    assert "Ida" not in str(error.value)
    assert server.requests == []
    assert session.usage.cost.credits == {}
