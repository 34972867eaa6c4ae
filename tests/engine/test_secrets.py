"""G9 and G13: no key and no personal value where it does not belong."""

import asyncio
import base64
import json
import logging
import pickle
import traceback
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import httpx
import pytest

import leadenrich as le
from leadenrich.contract import AllOf, Basic, HeaderKey, QueryKey, QuotaFlow
from leadenrich.engine.redact import redact
from leadenrich.registry import registry
from tests.engine.vendors import KEY, Server, facts

PRIVATE = ("mira.okafor@brightloom.example", "Mira", "Okafor", "+12025550142", "2025550142")
QUERY = {"full_name": "Mira Okafor"}


def echo(request: httpx.Request, count: int) -> httpx.Response:
    words = f"key {KEY} is bad for mira.okafor@brightloom.example, Mira Okafor, +1 202-555-0142, see https://x.example/?k={KEY}"
    return httpx.Response(403, json={"message": words, "key": KEY})


async def test_nothing_secret_or_personal_is_shown(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    heard: list[le.Event] = []
    async with le.Session({"acme": KEY}, transport=Server({"/person": echo}), on_event=heard.append) as session:
        with pytest.raises(le.AuthenticationError) as caught:
            await session.call("acme", "find_email", QUERY)
        shown = [
            str(caught.value),
            repr(caught.value),
            str(caught.value.detail),
            repr(session.credentials),
            repr(session.health),
            repr(session.usage),
            str(heard),
            repr(session),
            caplog.text,
            repr(session._accounts),
            "".join(traceback.format_exception(caught.value)),
            str(vars(caught.value)),
        ]
    assert "[key]" in str(caught.value)
    for text in shown:
        for secret in (KEY, *PRIVATE):
            assert secret not in text


@pytest.mark.parametrize(
    ("secret", "text", "shown"),
    [
        ("sandbox", "the sandbox has no such person", "the sandbox has no such person"),
        ("key", "the keyword monkey-key is no key_1: key=key", "the keyword monkey-[key] is no [key]_1: [key]=[key]"),
        ("tes", "the test latest tes", "the test latest [key]"),
        ("a.b", "aa.bb, a.b!", "aa.bb, [key]!"),
        ("k€y", "mon k€ys, k%E2%82%ACy", "mon k€ys, [key]"),
        ("acme-secret-0001", "Xacme-secret-0001Y", "X[key]Y"),
    ],
)
def test_a_short_key_is_hidden_where_it_is_a_word_of_its_own(secret: str, text: str, shown: str) -> None:
    assert redact(text, [secret]) == shown


async def test_a_status_is_said_once_and_an_own_feature_by_its_own_name() -> None:
    server = Server({"/person": httpx.Response(503), "/v1": httpx.Response(503)})
    async with le.Session({"acme": KEY, "openai": "k"}, transport=server, retries=0) as session:
        with pytest.raises(le.ProviderAPIError) as caught:
            await session.call("acme", "find_email", QUERY)
        assert str(caught.value) == "acme.find_email: the vendor failed (HTTP 503)"
        with pytest.raises(le.ProviderAPIError, match=r"^openai\.batch-generate: "):
            await session.call("openai", "batch-generate", {"prompt": "hello"})
        assert list(session.usage) == ["acme.find_email", "openai.batch-generate"]
        assert "openai.openai" not in repr(session.usage)
    row = le.EnrichedRecord({})
    row.attempts.append(le.Attempt("openai", "openai.batch-generate", "miss"))
    assert "openai.openai" not in row.explain()


async def test_reprs_of_answers_and_rows_name_fields_only() -> None:
    async with le.Session({"acme": KEY}, transport=Server()) as session:
        hit = await session.call("acme", "enrich_person", QUERY)
    assert hit["email"] == "mira.okafor@brightloom.example"
    for text in (repr(hit), repr(le.Query(QUERY)), repr(le.Miss())):
        assert not any(value in text for value in PRIVATE)


async def test_an_adapter_receives_only_the_words_its_operation_declares() -> None:
    server = Server()
    more = {**QUERY, "personal_email": "mira@home.example", "phone": "+12025550142", "title": "Head", "city": "Berlin"}
    async with le.Session({"acme": KEY}, transport=server) as session:
        await session.call("acme", "find_email", more)
    assert server.requests[0].content == b'{"full_name":"Mira Okafor"}'


async def test_suppressed_people_are_never_sent_and_suppressed_values_are_withheld() -> None:
    class Blocks:
        def blocks(self, fields: object) -> str | None:
            return "on the list" if "Okafor" in str(fields) or "brightloom" in str(fields) else None

    server = Server({"/person": {"person": {"email": "jonas@brightloom.example"}}})
    async with le.Session({"acme": KEY}, transport=server, suppression=Blocks()) as session:
        with pytest.raises(le.SuppressedError) as caught:
            await session.call("acme", "find_email", QUERY)
        assert (caught.value.code, caught.value.recoverable) == (le.ErrorCode.SUPPRESSED, False)
        assert not server.requests
        with pytest.raises(le.SuppressedError, match="after lookup"):
            await session.call("acme", "find_email", {"full_name": "Jonas Weber"})
    assert session.usage.cost.credits == {"acme": 1}  # withheld, and paid all the same


async def test_allow_is_asked_before_anything_is_sent() -> None:
    server, asked = Server(), []

    def allow(info: le.ProviderInfo) -> bool:
        asked.append(info.id)
        return info.established_in == "DE"

    async with le.Session({"acme": KEY}, transport=server, allow=allow) as session:
        with pytest.raises(le.FeatureNotSupportedError, match="allow"):
            await session.call("acme", "find_email", QUERY)
    assert asked == ["acme"]
    assert not server.requests


async def test_raw_is_on_call_alone() -> None:
    async with le.Session({"acme": KEY}, transport=Server()) as session:
        assert (await session.call("acme", "find_email", QUERY)).raw["person"]["title"] == "Head of Data"
        asked = await session.ask("acme", "find_email", QUERY)
        assert isinstance(asked.result, le.Hit)
        assert asked.result.raw is None
        (bulk,) = await session.bulk("acme", "find_email", [QUERY])
        assert isinstance(bulk, le.Hit)
        assert bulk.raw is None


def test_keys_are_read_from_the_environment_only_without_a_mapping(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACME_API_KEY", KEY)
    assert le.Session().has_credentials("acme")
    assert not le.Session({}).has_credentials("acme")
    with pytest.raises(le.AuthenticationError, match="HUNTER_API_KEY"):
        asyncio.run(le.Session().call("hunter", "verify_email", {"email": "mira@brightloom.example"}))


@pytest.mark.parametrize(
    ("credentials", "words"),
    [
        ({"acme": {"api_kye": "x"}}, "api_key"),
        ({"tokened": "only-one"}, "client_secret"),
        ({"acme": 7}, "string or a dict"),
        ({"tokened": {"client_id": "half"}}, r"credentials\['tokened'\] lacks 'client_secret'"),
        ({"surfe": {"webhook_secret": "x"}}, "lacks 'api_key'"),
        ({"tomba": "key"}, "a dict with api_key, api_secret"),
    ],
)
def test_malformed_credentials_fail_at_construction_and_name_the_field(
    credentials: dict[str, object], words: str
) -> None:
    with pytest.raises(le.ConfigurationError, match=words):
        le.Session(credentials, transport=Server())


def test_a_value_that_was_not_found_is_no_credential_and_no_error() -> None:
    session = le.Session({"acme": None, "hunter": "", "surfe": KEY})
    assert [session.has_credentials(name) for name in ("acme", "hunter", "surfe")] == [False, False, True]


@pytest.mark.parametrize("query", [{}, {"title": "Head of Data"}, {"full_name": ""}])
async def test_what_cannot_be_asked_is_refused_before_sending(query: dict[str, str]) -> None:
    server = Server()
    async with le.Session({"acme": KEY}, transport=server, budget=le.Budget(credits={"acme": 1})) as session:
        with pytest.raises(le.FeatureParametersError, match="needs full_name or linkedin_url"):
            await session.call("acme", "find_email", query)
        assert isinstance((await session.ask("acme", "find_email", query)).result, le.FeatureParametersError)
    assert not server.requests


async def test_every_answer_says_who_gave_it_when_how_sure_and_for_how_much() -> None:
    server = Server({"/verify": {"status": "accept_all"}, "/company": {}})
    async with le.Session({"acme": KEY}, transport=server) as session:
        started = datetime.now(UTC)
        found = await session.call("acme", "enrich_person", QUERY)
        verdict = await session.call("acme", "verify_email", {"email": "mira@brightloom.example"})
        missed = await session.call("acme", "enrich_company", {"company_domain": "nowhere.example"})
        row = await le.Waterfall("enrich_person", ["acme"]).enrich(QUERY, session=session)
    for answer, operation in ((found, "enrich_person"), (verdict, "verify_email"), (missed, "enrich_company")):
        assert (answer.provider, answer.operation) == ("acme", operation)
        assert answer.observed_at is not None
        assert started <= answer.observed_at <= datetime.now(UTC)
    assert (found.confidence, found.confidence_source) == (50, "default")
    assert isinstance(verdict, le.Hit)
    assert (verdict.confidence, verdict.confidence_source) == (60, "email_status")
    value = row.values["title"]
    assert (value.provider, value.operation, value.confidence) == ("acme", "enrich_person", 50)
    assert value.observed_at is not None
    assert {source["field"] for source in le.sources(row)} >= {"email", "title"}


SHARP = "Sk+long/secret=7 q"
"""A key that is written otherwise in a URL, in JSON and in base64, and too short to look like one."""


class Sharp(le.HTTPProvider):
    """Wants its key in a header, in the query and as basic authentication, and repeats what vendors say."""

    info = facts("sharp", auth=AllOf(HeaderKey("x-key"), QueryKey("key"), Basic("api_key")))

    @le.operation("find_email", needs=[("full_name",)], credits=1)
    def find_email(self, query: le.Query) -> le.Flow:
        reply = yield le.Request("GET", "/person", params={"name": query.full_name})
        if reply.get("state"):
            raise le.FeatureExecutionError(f"the run ended as {reply.get('state')!r}")
        return le.Hit(email=reply.json["email"], confidence=float(reply.json["score"]))

    def quota(self) -> QuotaFlow:
        reply = yield le.Request("GET", "/account", paid=False)
        return le.Quota(used=float(reply.json["used"]))


registry.register(Sharp)


def said(request: httpx.Request) -> str:
    basic = request.headers["authorization"]
    return f"{request.url.raw_path.decode()} {request.headers['x-key']} {basic} {basic[6:30]} {request.url}"


def broken_off(request: httpx.Request, count: int) -> httpx.Response:
    return httpx.Response(400, text="x" * 280 + said(request), headers={"content-type": "text/plain"})


SAYINGS: dict[str, Any] = {
    "refused": lambda request, count: httpx.Response(401, json={"message": said(request)}),
    "quoted": lambda request, count: httpx.Response(422, json={"detail": json.dumps(said(request))}),
    "numbered": lambda request, count: httpx.Response(500, json={}, headers={"x-request-id": request.headers["x-key"]}),
    "located": lambda request, count: httpx.Response(500, json={}, headers={"x-request-id": str(request.url)}),
    "broken off": broken_off,
    "odd state": lambda request, count: {"state": said(request)},
    "odd number": lambda request, count: {"email": "x@y.example", "score": said(request), "used": said(request)},
    "failing transport": lambda request, count: ValueError(said(request)),
    "no connection": lambda request, count: httpx.ConnectError(said(request)),
    "broken connection": lambda request, count: OSError(5, said(request)),
}


@pytest.mark.parametrize("saying", SAYINGS.values(), ids=SAYINGS)
async def test_a_key_is_hidden_however_it_comes_back(saying: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    hidden = [SHARP, quote(SHARP, safe=""), quote(SHARP), base64.b64encode(f"{SHARP}:".encode()).decode()[:20]]
    hidden += [SHARP[:9], *PRIVATE[1:3]]
    server = Server({"/person": saying, "/account": saying})
    async with le.Session({"sharp": SHARP}, transport=server, retries=0) as session:
        for ask in (session.call("sharp", "find_email", QUERY), session.quota("sharp")):
            with pytest.raises(le.ProviderError) as caught:
                await ask
            chain, error = [], caught.value
            while error is not None:
                chain += [str(error), repr(error), repr(vars(error)), *traceback.format_exception(error)]
                error = error.__cause__ or error.__context__
            for text in (*chain, repr(pickle.dumps(caught.value)), caplog.text, str(session.health)):
                assert not [one for one in hidden if one in text]


async def test_where_an_adapter_broke_is_noted_without_what_it_read() -> None:
    server = Server({"/person": {"email": "x@y.example", "score": "Mira Okafor"}})
    async with le.Session({"sharp": SHARP}, transport=server) as session:
        with pytest.raises(le.InvalidReplyError) as caught:
            await session.call("sharp", "find_email", QUERY)
    (note,) = caught.value.__notes__
    assert "ValueError was raised in find_email" in note
    assert "test_secrets.py" in note


async def test_a_token_is_hidden_as_a_key_is(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    def refuse(request: httpx.Request, count: int) -> httpx.Response:
        return httpx.Response(429, json={"message": f"slower, {request.headers['authorization']}"})

    server = Server({"/token": {"access_token": "tkn.short#1"}, "/": refuse})
    secret = {"client_id": "me", "client_secret": "client-secret-0001"}
    async with le.Session({"tokened": secret}, transport=server, retries=0) as session:
        with pytest.raises(le.RateLimitError, match="slower") as caught:
            await session.call("tokened", "find_email", QUERY)
        account = session._accounts["tokened"]
        for text in (str(caught.value), repr(vars(account)), str(session._context._tasks), caplog.text):
            assert "tkn.short" not in text


async def test_an_id_of_the_vendors_is_kept_where_it_is_one() -> None:
    answer = httpx.Response(500, json={}, headers={"x-request-id": "b2a6c9d4-0f6e-4f55-8a3c-9f3f6f1b2c3d"})
    async with le.Session({"acme": KEY}, transport=Server({"/": answer}), retries=0) as session:
        with pytest.raises(le.ProviderAPIError) as caught:
            await session.call("acme", "find_email", QUERY)
    assert caught.value.request_id == "b2a6c9d4-0f6e-4f55-8a3c-9f3f6f1b2c3d"


@pytest.mark.parametrize(
    ("text", "values", "shown"),
    [
        ("no match for Okafor, Mira", ["Mira Okafor"], "no match for [value], [value]"),
        ("it lies below the mark", ["low"], "it lies below the mark"),
        ("low is too low", ["low"], "[value] is too [value]"),
        ("?q=M%C3%BCller+Bau", ["Müller Bau"], "?q=[value]"),
    ],
)
def test_values_are_hidden_as_words(text: str, values: list[str], shown: str) -> None:
    assert redact(text, (), values) == shown


def test_a_value_does_not_show_itself() -> None:
    assert "okafor" not in repr(le.Value("mira.okafor@brightloom.example", "acme"))
