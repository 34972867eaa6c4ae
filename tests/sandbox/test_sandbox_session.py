"""A session over the sandbox: the whole code path, offline, with vendors that count and may misbehave."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import httpx
import pytest

import leadenrich as le
from leadenrich.errors import (
    AuthenticationError,
    InsufficientCreditsError,
    InvalidReplyError,
    ProviderTimeoutError,
    RateLimitError,
)
from leadenrich.registry import registry
from leadenrich.sandbox import Answer, Call, SandboxCredentials, SandboxTransport, World, route, sandbox_session
from leadenrich.sandbox.fake import TOKEN
from leadenrich.sandbox.server import FakeServer
from leadenrich.sandbox.transport import handlers_of
from leadenrich.sandbox.vendors import hunter
from leadenrich.sandbox.view import View

WORLD = World.of(0)
EVERYBODY = [person for index in range(30) for person in WORLD.people_of(index)]


def question(person: Any) -> dict[str, str]:
    return {"full_name": person.full_name, "company_domain": person.company_domain}


async def test_zoominfo_charges_a_record_once_whatever_is_asked_about_it() -> None:
    person = max(EVERYBODY, key=lambda one: bool(one.email and one.mobile_phone and one.company.technologies))
    who = {"full_name": person.full_name, "company_name": person.company_name}
    firm = {"company_domain": person.company_domain}
    async with le.Session.sandbox(knows="everything", delay=None) as session:
        costs = [
            (await session.call("zoominfo", operation, asked)).credits
            for operation, asked in (
                ("enrich_company", firm),
                ("detect_technologies", firm),
                ("find_news", firm),
                ("zoominfo.hierarchy", firm),
                ("enrich_person", who),
                ("find_email", {"email": person.email, **who} if person.email else who),
                ("find_phone", {"linkedin_url": person.linkedin_url}),
            )
        ]
        assert session.usage.cost.credits == {"zoominfo": 2}
        assert session.transport.books["zoominfo"].credits == {"": 2}  # type: ignore[attr-defined]  # the sandbox's own
    assert costs == [1, 0, 0, 0, 1, 0, 0]


async def test_no_key_and_no_network_are_needed() -> None:
    async with le.Session.sandbox(seed=0, knows="everything") as session:
        assert session.is_sandbox
        assert session.has_credentials("hunter")
        person = EVERYBODY[0]
        hit = await session.call("hunter", "find_email", question(person))
    assert hit["email"] == person.email


async def test_the_vendor_s_books_and_ours_agree() -> None:
    async with sandbox_session(le.Session, 0) as session:
        results = await session.bulk("hunter", "find_email", [question(person) for person in EVERYBODY])
        await session.bulk("hunter", "verify_email", [{"email": person.email} for person in EVERYBODY[:9]])
        book = session.transport.books["hunter"]  # type: ignore[attr-defined]  # the sandbox's own transport
    hits = sum(1 for result in results if result)
    assert 0 < hits < len(results)
    spent = session.usage.credits["hunter"]
    assert book.total == spent == Decimal(hits) + Decimal("4.5")
    assert book.calls == len(EVERYBODY) + 9
    assert book.statuses == {200: book.calls}


async def test_the_same_seed_gives_the_same_answers_in_any_order() -> None:
    async def ask(people: list[Any], seed: int) -> dict[str, Any]:
        async with sandbox_session(le.Session, seed) as session:
            results = await session.bulk("hunter", "find_email", [question(person) for person in people])
        return {person.id: result.get("email") for person, result in zip(people, results, strict=True)}

    assert await ask(EVERYBODY, 0) == await ask(EVERYBODY[::-1], 0)
    assert await ask(EVERYBODY, 0) != await ask(EVERYBODY, 1)


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"refuses_key": True}, AuthenticationError),
        ({"out_of_credits_after": 0}, InsufficientCreditsError),
        ({"rate_limited": 1.0}, RateLimitError),
        ({"html": 1.0}, InvalidReplyError),
        ({"errors": 1.0}, le.ProviderAPIError),
        ({"timeouts": 1.0}, ProviderTimeoutError),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
async def test_vendors_can_be_told_to_misbehave(wrong: dict[str, Any], error: type[Exception]) -> None:
    async with sandbox_session(le.Session, 0, misbehave={"hunter": wrong}, retries=0) as session:
        with pytest.raises(error):
            await session.call("hunter", "find_email", question(EVERYBODY[0]))
        assert await session.call("apollo", "enrich_person", question(EVERYBODY[0])) is not None


async def test_a_lost_answer_was_paid_for() -> None:
    """The vendor has counted it; here it is uncertain."""
    knows = {"knows": "everything", "misbehave": {"*": {"timeouts": 1.0}}, "retries": 0}
    async with sandbox_session(le.Session, 0, **knows) as session:
        asked = await session.ask("hunter", "find_email", question(EVERYBODY[0]))
        assert session.transport.books["hunter"].total == 1  # type: ignore[attr-defined]  # the sandbox's own
    assert asked.cost.uncertain_credits == {"hunter": 1}


async def test_credits_run_out_and_throttles_name_their_patience() -> None:
    wrong = {"out_of_credits_after": 3}
    people = [{"email": person.email} for person in EVERYBODY[:8]]
    async with sandbox_session(le.Session, 0, misbehave={"hunter": wrong}) as session:
        results = [(await session.ask("hunter", "verify_email", query)).result for query in people]
    assert [bool(result) for result in results[:3]] == [True] * 3
    assert isinstance(results[3], InsufficientCreditsError)
    wrong = {"rate_limited": 1.0, "retry_after": 7}
    async with sandbox_session(le.Session, 0, misbehave={"hunter": wrong}, retries=0) as session:
        error = (await session.ask("hunter", "verify_email", people[0])).result
    assert isinstance(error, RateLimitError)
    assert error.retry_after == 7


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"knows": "nothing"}, "knows is 'nothing'"),
        ({"delay": "long"}, "delay is 'long'"),
        ({"misbehave": {"hunter": {"eror": 1}}}, "did you mean 'errors'"),
        ({"misbehave": {"hunter": {"errors": 7}}}, "between 0 and 1"),
        ({"misbehave": {"huntr": {}}}, "did you mean 'hunter'"),
        ({"transport": None}, "leave `transport` out"),
    ],
)
def test_wrong_options_are_named(options: dict[str, Any], message: str) -> None:
    with pytest.raises(le.LeadEnrichError, match=message):
        sandbox_session(le.Session, 0, **options)


async def test_a_wrong_key_is_refused() -> None:
    async with sandbox_session(le.Session, 0, credentials={"hunter": "not-the-sandbox-s"}) as session:
        with pytest.raises(AuthenticationError):
            await session.call("hunter", "find_email", question(EVERYBODY[0]))


def test_credentials_are_there_for_whoever_has_a_fake() -> None:
    given = SandboxCredentials()
    assert given["hunter"] == {"api_key": "sandbox"}
    assert "hunter" in list(given)
    assert len(given) == len(list(given))
    with pytest.raises(KeyError):
        given["nobody"]


@pytest.mark.looptime
async def test_answers_take_a_vendor_s_time_on_a_virtual_clock() -> None:
    loop = asyncio.get_running_loop()
    async with sandbox_session(le.Session, 0) as session:
        asked = await session.ask("hunter", "verify_email", {"email": EVERYBODY[0].email})
    assert loop.time() > 0.05
    assert asked.latency == pytest.approx(loop.time(), abs=1e-3)


@pytest.mark.looptime
async def test_a_background_job_takes_until_its_answer() -> None:
    loop = asyncio.get_running_loop()
    who = {name: getattr(EVERYBODY[0], name) for name in ("first_name", "last_name", "company_domain")}
    async with sandbox_session(le.Session, 0) as session:
        asked = await session.ask("icypeas", "find_email", who)
    assert loop.time() > 1.0
    assert asked.latency == pytest.approx(loop.time(), abs=1e-3)


@pytest.mark.looptime
async def test_no_delay_when_none_is_wanted() -> None:
    async with sandbox_session(le.Session, 0, delay=None) as session:
        await session.ask("hunter", "verify_email", {"email": EVERYBODY[0].email})
    assert asyncio.get_running_loop().time() < 0.01


@pytest.mark.looptime
async def test_delay_real_takes_its_time_on_any_loop() -> None:
    async with sandbox_session(le.Session, 0, delay="real") as session:
        await session.ask("hunter", "verify_email", {"email": EVERYBODY[0].email})
    assert asyncio.get_running_loop().time() > 0.05


async def test_what_no_provider_answers_is_said() -> None:
    async with httpx.AsyncClient(transport=SandboxTransport()) as client:
        strange = await client.get("https://nobody.example/path")
        lost = await client.get("https://api.hunter.io/v2/no-such-path", headers={"X-API-KEY": "sandbox"})
    assert strange.status_code == lost.status_code == 501
    assert "nobody.example" in strange.text
    assert "no route" in lost.text


# ---- a plugin's own fake


@route("POST", "/jobs/{kind}")
def submit(call: Call) -> object:
    return {"id": call.job({"kind": call.at["kind"], "email": call.form["email"], "tags": call.params.get("tag")})}


@route("GET", "/jobs/{kind}/{id}")
def poll(call: Call) -> object:
    done = call.done(call.at["id"])
    return Answer(202, json={"state": "pending"}) if done is None else {"state": "done", **done}


@route("GET", "/jobs/fixed/first")
def fixed(call: Call) -> object:
    return {"state": "done", "kind": "the plain path comes first", "who": call.answer_text("brightloom.example?")}


class Sandboxed(le.HTTPProvider):
    """A plugin that brings its own fake and logs in for a token."""

    info = le.ProviderInfo(
        id="sandboxed",
        title="Sandboxed",
        category=le.Category.SPECIALIZED,
        tier=le.Tier.FREE,
        base_url="https://api.sandboxed.example/v1",
        docs_url="https://docs.sandboxed.example",
        auth=le.ClientCredentials("/oauth/token"),
    )
    sandbox = (submit, poll, fixed)

    @le.operation("verify_email", needs=[("email",)], gives=("email_status",))
    def verify_email(self, query: le.Query) -> le.Flow:
        """Verify in the background."""
        data = {"email": query.email}
        start = yield le.Request("POST", "/jobs/{kind}", at={"kind": "a b/c"}, data=data, params={"tag": ["x", "y"]})
        ask = le.Request(
            "GET", "/jobs/{kind}/{id}", at={"kind": "k", "id": start.get("id")}, paid=False, expect=(200, 202)
        )
        reply = yield le.Wait(start.get("id"), poll=ask)
        while reply.status == 202:
            reply = yield le.Wait(start.get("id"), poll=ask)
        fits = reply.json == {"state": "done", "kind": "a b/c", "email": query.email, "tags": ["x", "y"]}
        return le.Hit(email_status="valid" if fits else "invalid")


@pytest.fixture
def plugin() -> Iterator[str]:
    registry.register(Sandboxed)
    yield "sandboxed"
    registry.plugins().pop("sandboxed")
    registry._loaded.pop("sandboxed", None)


async def test_a_plugin_brings_its_own_fake(plugin: str) -> None:
    async with sandbox_session(le.Session, 0) as session:
        hit = await session.call(plugin, "verify_email", {"email": "mira.okafor@brightloom.example"})
        book = session.transport.books[plugin]  # type: ignore[attr-defined]  # the sandbox's own transport
    assert hit["email_status"] == "valid"
    assert book.statuses == {200: 3, 202: 1}


@pytest.mark.parametrize(
    ("auth", "body", "answer"),
    [
        (
            le.LoginToken("/in", places={"user": "username", "pass": "password"}, token_at="data.jwt"),
            {"user": "sandbox", "pass": "sandbox"},
            {"data": {"jwt": TOKEN}},
        ),
        (le.LoginToken("/in", places={"key": "api_key"}, token_at=""), {"key": "sandbox"}, TOKEN),
    ],
)
def test_logins_are_answered_by_their_declaration(auth: Any, body: dict[str, str], answer: object) -> None:
    server = FakeServer(replace(Sandboxed.info, auth=auth), {}, [], View(WORLD, "sandboxed"))
    url, headers = "https://api.sandboxed.example/v1/in", {"content-type": "application/json"}
    said = server.answer("POST", url, "", headers, json.dumps(body).encode())
    assert (said.text if said.json is None else said.json) == answer
    assert server.has_route("POST", url)
    assert server.answer("POST", url, "", headers, b"{}").status == 401


def test_a_refusal_is_said_in_the_vendor_s_own_status() -> None:
    errors = {403: le.ErrorCode.PROVIDER_RATE_LIMIT, 409: le.ErrorCode.PROVIDER_AUTHENTICATION_FAILED}
    server = FakeServer(Sandboxed.info, errors, [], View(WORLD, "sandboxed"))
    assert (server.throttled.status, server.refused.status, server.no_credits.status) == (403, 409, 402)


async def test_a_fake_may_be_a_module_of_the_plugin(plugin: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Sandboxed, "sandbox", "leadenrich.sandbox.vendors.hunter")
    assert handlers_of(plugin) is hunter
    monkeypatch.setattr(Sandboxed, "sandbox", None)
    assert handlers_of(plugin) is None
    async with sandbox_session(
        le.Session, 0, credentials={plugin: {"client_id": "a", "client_secret": "b"}}
    ) as session:
        asked = await session.ask(plugin, "verify_email", {"email": "mira.okafor@brightloom.example"})
    assert isinstance(asked.result, le.ProviderAPIError)


async def test_a_job_only_a_webhook_could_end_is_late_at_once() -> None:
    async with sandbox_session(le.Session, 0) as session:
        account = session.account("hunter")
        with pytest.raises(ProviderTimeoutError, match="not finished"):
            await session._jobs.pause(account, le.Wait("7"), 1e9, 0)


async def test_the_token_is_asked_for(plugin: str) -> None:
    base = "https://api.sandboxed.example/v1"
    async with httpx.AsyncClient(transport=SandboxTransport()) as client:
        good = {"grant_type": "client_credentials", "client_id": "sandbox", "client_secret": "sandbox"}
        login = await client.post(f"{base}/oauth/token", data=good)
        refused = await client.post(f"{base}/oauth/token", data={**good, "client_secret": "guess"})
        unsigned = await client.get(f"{base}/jobs/fixed/first")
        signed = await client.get(f"{base}/jobs/fixed/first", headers={"Authorization": f"Bearer {TOKEN}"})
    assert login.json() == {"access_token": TOKEN, "token_type": "Bearer", "expires_in": 3600}
    assert refused.status_code == unsigned.status_code == 401
    assert signed.json()["kind"] == "the plain path comes first"


def test_invented_answers_fit_a_schema() -> None:
    transport = SandboxTransport()
    server = transport.server("hunter")
    assert server is not None
    call = Call(server, "POST", "https://api.hunter.io/v2/x", "", {}, b"not json")
    schema = {
        "type": "object",
        "properties": {
            "summary": {"type": "string"},
            "size": {"type": ["null", "integer"]},
            "share": {"type": "number"},
            "hiring": {"type": "boolean"},
            "stage": {"enum": ["early", "late"]},
            "tags": {"type": "array", "items": {"type": "string"}},
        },
    }
    company = WORLD.company(1)
    answer = call.answer_json(schema, f"What does {company.domain} do?")
    assert answer["summary"].startswith(company.name)
    assert (answer["size"], answer["share"], answer["hiring"], answer["stage"]) == (7, 0.7, True, "early")
    assert answer["tags"] == [answer["summary"]]
    assert call.answer_text("one") == call.answer_text("one")
    assert (call.json, call.form, call.done("job-9")) == (None, {}, None)
