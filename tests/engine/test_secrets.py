"""G9 and G13: no key and no personal value where it does not belong."""

import asyncio
import logging
import traceback
from datetime import UTC, datetime

import httpx
import pytest

import leadenrich as le
from tests.engine.vendors import KEY, Server

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
            str(caught.value), repr(caught.value), str(caught.value.detail), repr(session.credentials),
            repr(session.health), repr(session.usage), str(heard), repr(session), caplog.text,
            repr(session._accounts), "".join(traceback.format_exception(caught.value)), str(vars(caught.value)),
        ]  # fmt: skip
    assert "[key]" in str(caught.value)
    for text in shown:
        for secret in (KEY, *PRIVATE):
            assert secret not in text


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
        with pytest.raises(le.SuppressedError):
            await session.call("acme", "find_email", QUERY)
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
    ],
)
async def test_malformed_credentials_name_the_right_field(credentials: dict[str, object], words: str) -> None:
    async with le.Session(credentials, transport=Server()) as session:
        with pytest.raises(le.ConfigurationError, match=words):
            await session.call(next(iter(credentials)), "find_email", QUERY)


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
