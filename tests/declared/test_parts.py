"""What else a declared provider may say: words, bulk, webhooks, costs, accounts, parameters, limits of items."""

import asyncio
import hashlib
import hmac
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

import leadenrich as le
from leadenrich.registry import registry
from leadenrich.testing import conformance
from tests.engine.vendors import Server

DOCS = Path(__file__).parents[2] / "docs" / "providers" / "declared.md"
PERSON = {"linkedin_url": "https://www.linkedin.com/in/mira-okafor-example"}
OPERATION: dict[str, Any] = {
    "needs": [["linkedin_url"]],
    "request": {"method": "POST", "path": "/find", "json": {"profile": "{linkedin_url}"}},
    "fields": {"email": "hit.mail", "title": "hit.job"},
    "credits": 1,
}
FACTS: dict[str, Any] = {
    "id": "parts",
    "title": "Parts",
    "base_url": "https://parts.example/v1",
    "docs_url": "https://docs.parts.example",
    "auth": {"kind": "header", "name": "X-Key"},
}


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    yield
    for name in ("parts", "surfe", "inhouse"):
        registry.plugins().pop(name, None)
        registry._loaded.pop(name, None)


def declare(operation: dict[str, Any] | None = None, name: str = "find_email", **facts: Any) -> type[le.HTTPProvider]:
    return le.DeclaredProvider.declare({**FACTS, **facts, "operations": {name: {**OPERATION, **(operation or {})}}})


async def ask(reply: Any, query: dict[str, Any] = PERSON, operation: str = "find_email") -> Any:
    server = Server({"/v1": reply})
    async with le.Session({"parts": "k"}, transport=server, retries=0) as session:
        return (await session.ask("parts", operation, query)), server


WORDS = [
    {"path": "error.code", "is": ["NO_FUNDS", 17], "means": "PROVIDER_INSUFFICIENT_CREDITS"},
    {"path": "error.code", "is": ["UNKNOWN"], "status": [200, 404, 422], "means": "miss"},
    {"path": "message", "contains": ["slow down"], "means": "PROVIDER_RATE_LIMIT"},
    {"path": "error", "means": "PROVIDER_API_ERROR"},
]


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (200, {"error": {"code": "NO_FUNDS"}}, "PROVIDER_INSUFFICIENT_CREDITS"),
        (200, {"error": {"code": "no_funds"}}, "PROVIDER_INSUFFICIENT_CREDITS"),
        (200, {"error": {"code": 17}}, "PROVIDER_INSUFFICIENT_CREDITS"),
        (403, {"error": {"code": "NO_FUNDS"}}, "PROVIDER_INSUFFICIENT_CREDITS"),
        (200, {"message": "Please SLOW DOWN a little"}, "PROVIDER_RATE_LIMIT"),
        (200, {"error": "anything"}, "PROVIDER_API_ERROR"),
        (200, {"error": {"code": "UNKNOWN"}}, None),
        (404, {"error": {"code": "UNKNOWN"}}, None),
        (200, {"error": "", "hit": {}}, None),
        (404, {}, "PROVIDER_API_ERROR"),
        (422, {}, "FEATURE_PARAMETERS_INVALID"),
        (500, {"error": {"code": "UNKNOWN"}}, "PROVIDER_API_ERROR"),
        (401, {}, "PROVIDER_AUTHENTICATION_FAILED"),
    ],
)
async def test_words_in_a_reply_mean_errors_and_misses(status: int, body: Any, code: str | None) -> None:
    declare(words=WORDS)
    asked, _ = await ask(httpx.Response(status, json=body))
    assert getattr(asked.result, "code", None) == code
    assert isinstance(asked.result, le.Miss if code is None else le.ProviderError)


async def test_an_operations_own_words_come_first_and_a_miss_may_be_a_status() -> None:
    own = [{"path": "error.code", "is": ["NO_FUNDS"], "means": "miss"}]
    declare({"words": own, "miss": {"status": [410]}}, words=WORDS, errors={410: "PROVIDER_RATE_LIMIT"})
    asked, _ = await ask({"error": {"code": "NO_FUNDS"}})
    assert isinstance(asked.result, le.Miss)
    asked, _ = await ask(httpx.Response(410))
    assert isinstance(asked.result, le.Miss)


async def test_words_of_a_file_that_extends_a_vendor_are_about_its_own_operations() -> None:
    words = [{"path": "error", "means": "PROVIDER_INSUFFICIENT_CREDITS"}]
    le.DeclaredProvider.declare({"extends": "surfe", "words": words, "operations": {"more": OPERATION}})
    answer = httpx.MockTransport(lambda request: httpx.Response(200, json={"error": "x"}))
    async with le.Session({"surfe": "k"}, transport=answer, retries=0) as session:
        own = (await session.ask("surfe", "more", PERSON)).result
        theirs = (await session.ask("surfe", "search_people", {"company_domain": "brightloom.example"})).result
    assert getattr(own, "code", None) == "PROVIDER_INSUFFICIENT_CREDITS"
    assert getattr(theirs, "code", None) != "PROVIDER_INSUFFICIENT_CREDITS"


@pytest.mark.parametrize(
    ("cost", "reply", "credits"),
    [
        ({"path": "meta.took"}, {"hit": {"mail": "a@b.example"}, "meta": {"took": 3}}, {"parts": 3}),
        ({"path": "meta.took"}, {"hit": {"mail": "a@b.example"}, "meta": {"took": "0"}}, {}),
        ({"path": "meta.took"}, {"hit": {"mail": "a@b.example"}}, {"parts": 1}),
        ({"path": "meta.took"}, {"meta": {"took": 2}}, {"parts": 2}),  # a miss that is charged
        ({"path": "took", "pool": "finder"}, {"hit": {"mail": "a@b.example"}, "took": 2}, {"parts.finder": 2}),
        (
            {"header": "X-Credits"},
            httpx.Response(200, json={"hit": {"mail": "a@b.example"}}, headers={"x-credits": "0.5"}),
            {"parts": 0.5},
        ),
    ],
)
async def test_a_reply_says_what_it_cost(cost: Any, reply: Any, credits: Any) -> None:
    declare({"cost": cost, "max_credits": 5})
    asked, _ = await ask(reply)
    assert {purse: float(amount) for purse, amount in asked.cost.credits.items()} == credits


def test_credits_of_pools_and_limits_of_items_are_facts() -> None:
    rates = [
        {"limit": 10, "per": 1, "unit": "items", "on": ["POST /find"]},
        {"limit": 5, "per": 1, "kind": "leaky", "burst": 2},
    ]
    info = declare({"credits": {"finder": 2}, "max_credits": {"finder": 9}}, rates=rates).info
    assert info.rates == (
        le.Rate(10, per=1, unit="items", on=("POST /find",)),
        le.Rate(5, per=1, kind="leaky", burst=2),
    )
    feature = info.features[0]
    assert feature.credits == {"finder": 2}
    assert feature.most(le.Query(PERSON)) == {"finder": 9}


async def test_the_account_and_the_check() -> None:
    declare(
        account={"path": "/me", "plan": "plan.name", "used": "used", "limit": "all", "pools": {"finder": "pools.f"}},
        check={"path": "/ping"},
    )
    server = Server(
        {
            "/v1/me": {"plan": {"name": "Pro"}, "used": 3, "all": 10, "pools": {"f": 7}},
            "/v1/ping": lambda request, count: {} if count == 1 else httpx.Response(401),
        }
    )
    async with le.Session({"parts": "k"}, transport=server, retries=0) as session:
        assert await session.check("parts") is True
        quota = await session.quota("parts")
        assert (quota.plan, quota.used, quota.remaining, quota.pools) == ("Pro", 3, 7, {"finder": 7})
        assert await session.check("parts") is False


BULK = {
    "max_items": 10,
    "request": {"method": "POST", "path": "/find/batch", "json": {"people": "{items}"}},
    "replies": "results",
    "wrap": "hit",
}
PEOPLE = [{"linkedin_url": f"https://www.linkedin.com/in/person-{n}-example"} for n in range(4)]


async def bulk(server: Server) -> tuple[list[Any], le.Session]:
    async with le.Session({"parts": "k"}, transport=server, retries=0) as session:
        return await session.bulk("parts", "find_email", PEOPLE), session


async def test_questions_that_wait_at_once_are_one_call() -> None:
    declare({"bulk": BULK}, rates=[{"limit": 10, "per": 1, "unit": "items"}])

    def answer(request: httpx.Request, count: int) -> Any:
        sent = json.loads(request.content)["people"]
        return {"results": [{"mail": one["profile"].rsplit("/", 1)[1] + "@parts.example"} for one in sent]}

    server = Server({"/v1/find/batch": answer})
    found, session = await bulk(server)
    assert [hit["email"] for hit in found] == [f"person-{n}-example@parts.example" for n in range(4)]
    assert server.paths() == ["/v1/find/batch"]
    assert session.usage.cost.credits == {"parts": 4}


async def test_answers_are_matched_and_items_have_errors_of_their_own() -> None:
    item = {"url": "{linkedin_url}", "deep": True}
    declare(
        {"bulk": {**BULK, "item": item, "match": {"sent": "url", "got": "query"}}},
        words=[{"path": "hit.error", "is": ["FORBIDDEN"], "means": "FEATURE_EXECUTION_FAILED"}],
    )

    def answer(request: httpx.Request, count: int) -> Any:
        first, second, third, _ = [one["url"] for one in json.loads(request.content)["people"]]
        return {
            "results": [
                {"query": third, "mail": "c@parts.example"},
                {"query": first.upper(), "mail": "a@parts.example"},
                {"query": second, "error": "FORBIDDEN"},
            ]
        }

    (one, two, three, four), session = await bulk(Server({"/v1/find/batch": answer}))
    assert (one["email"], three["email"]) == ("a@parts.example", "c@parts.example")
    assert isinstance(two, le.FeatureExecutionError)
    assert isinstance(four, le.Miss)
    assert session.usage.cost.credits == {"parts": 2}


@pytest.mark.parametrize("reply", [{"results": "none"}, {"results": [{}]}, {}, []])
async def test_a_bulk_reply_that_does_not_fit_its_questions(reply: Any) -> None:
    declare({"bulk": BULK})
    found, _ = await bulk(Server({"/v1/find/batch": reply}))
    assert {type(one) for one in found} == {le.BulkOperationError}


@pytest.mark.looptime
async def test_a_bulk_call_may_be_a_job() -> None:
    poll = {"id": "job", "request": {"path": "/jobs/{job}"}, "done": {"path": "state", "is": ["done"]}, "every": 1}
    declare({"bulk": {**BULK, "poll": poll}})
    states = iter([{"state": "new"}, {"state": "done", "results": [{"mail": f"p{n}@parts.example"} for n in range(4)]}])
    server = Server({"/v1/find/batch": {"job": "7"}, "/v1/jobs/7": lambda request, count: next(states)})
    found, _ = await bulk(server)
    assert [hit["email"] for hit in found] == [f"p{n}@parts.example" for n in range(4)]


async def test_one_question_alone_is_asked_alone() -> None:
    declare({"bulk": BULK})
    asked, server = await ask({"hit": {"mail": "a@parts.example"}})
    assert asked.result["email"] == "a@parts.example"
    assert server.paths() == ["/v1/find"]


CALLBACK = {
    "request": {"method": "POST", "path": "/find", "json": {"profile": "{linkedin_url}", "notify": "{webhook_url}"}},
    "poll": {"id": "job", "done": {"path": "state", "is": ["done"]}, "patience": 30},
}
WEBHOOK = {"job": "job", "header": "X-Signature", "prefix": "sha256="}


@pytest.mark.looptime
async def test_a_result_may_come_by_webhook_alone() -> None:
    declare(CALLBACK, webhook=WEBHOOK)
    server = Server({"/v1/find": {"job": "j1"}})
    keys = {"parts": {"api_key": "k", "webhook_secret": "s"}}
    body = json.dumps({"job": "j1", "state": "done", "hit": {"mail": "a@parts.example"}}).encode()
    async with le.Session(keys, transport=server, webhook_url="https://host.example/{provider}") as session:
        call = asyncio.create_task(session.call("parts", "find_email", PERSON))
        await asyncio.sleep(1)
        assert await session.deliver("parts", body, {"X-Signature": "sha256=00"}) is False
        good = "sha256=" + hmac.new(b"s", body, hashlib.sha256).hexdigest()
        assert await session.deliver("parts", body, {"X-Signature": good}) is True
        assert (await call)["email"] == "a@parts.example"
    assert json.loads(server.requests[0].content)["notify"] == "https://host.example/parts"
    async with le.Session(keys, transport=server) as session:
        with pytest.raises(le.FeatureNotSupportedError, match="webhook_url"):
            await session.call("parts", "find_email", PERSON)
    assert len(server.requests) == 1


PARAMETERS = {
    "parts_depth": {"type": "integer", "enum": [1, 2, 3], "default": 2, "description": "How far to look."},
    "parts_team": {"enum": ["west", "east"]},
    "parts_deep": {"type": "boolean"},
    "parts_tags": {"type": "array"},
    "parts_score": {"type": "number"},
}
WITH_PARAMETERS = {
    "parameters": PARAMETERS,
    "request": {
        "method": "POST",
        "path": "/find",
        "json": {
            "profile": "{linkedin_url}",
            "depth": "{parts_depth}",
            "team": "{parts_team}",
            "deep": "{parts_deep}",
            "tags": "{parts_tags}",
            "score": "{parts_score}",
        },
    },
}


async def test_parameters_have_types_values_and_defaults() -> None:
    made = declare(WITH_PARAMETERS, name="look")
    schema = made.info.features[0].parameters
    assert schema["properties"]["parts_depth"] == {
        "type": "integer",
        "enum": [1, 2, 3],
        "default": 2,
        "description": "How far to look.",
    }
    assert schema["properties"]["parts_team"].items() >= {"type": "string", "enum": ["west", "east"]}.items()
    words = {**PERSON, "parts_depth": "3", "parts_deep": "TRUE", "parts_tags": ["a"], "parts_score": "0.5"}
    _, server = await ask({}, words, "look")
    sent = json.loads(server.requests[0].content)
    assert (sent["depth"], sent["deep"], sent["tags"], sent["score"]) == (3, True, ["a"], 0.5)
    _, server = await ask({}, PERSON, "look")
    assert json.loads(server.requests[0].content) == {"profile": PERSON["linkedin_url"], "depth": 2}


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"parts_depth": 4}, "parts_depth must be one of 1, 2, 3, not 4"),
        ({"parts_depth": "deep"}, "parts_depth must be a whole number, not 'deep'"),
        ({"parts_depth": 1.5}, "a whole number, not 1.5"),
        ({"parts_depth": True}, "a whole number, not True"),
        ({"parts_team": "wset"}, "one of west, east, not 'wset'; did you mean 'west'"),
        ({"parts_deep": "perhaps"}, "true or false, not 'perhaps'"),
        ({"parts_tags": "a"}, "a list, not 'a'"),
        ({"parts_score": "nan"}, "a number, not 'nan'"),
        ({"parts_score": {}}, "a number, not a dict"),
        ({"parts_dept": 1}, "did you mean 'parts_depth'"),
    ],
)
async def test_parameters_are_validated(wrong: dict[str, Any], told: str) -> None:
    feature = declare(WITH_PARAMETERS, name="look").info.features[0]
    with pytest.raises(le.FeatureParametersError, match=re.escape(told)):
        feature.validate({**PERSON, **wrong})
    async with le.Session({"parts": "k"}, transport=Server()) as session:
        with pytest.raises(le.FeatureParametersError, match=re.escape(told)):
            await session.call("parts", "look", {**PERSON, **wrong})


def test_an_operation_in_code_has_parameters_too() -> None:
    class Coded(le.HTTPProvider):
        info = le.ProviderInfo(
            id="coded",
            title="Coded",
            category=le.Category.PHONE,
            tier=le.Tier.FREE,
            base_url="https://coded.example",
            docs_url=None,
        )

        @le.operation("look", needs=[("email",)], parameters={"coded_depth": le.Parameter("integer", default=1)})
        def look(self, query: le.Query) -> le.Flow:
            """Look."""
            yield le.Request("GET", "/x")
            return le.Miss()

    (feature,) = Coded.info.features
    assert feature.uses == ("coded_depth",)
    assert dict(feature.validate({"email": "a@b.example"})) == {"email": "a@b.example", "coded_depth": 1}


@pytest.mark.parametrize(
    ("parameter", "told"),
    [
        ({"type": "int"}, "the type of a Parameter is one of"),
        ({"type": "integer", "default": "x"}, "'x' is no integer"),
        ({"type": "integer", "enum": (1, True)}, "True is no integer"),
        ({"enum": ("a",), "default": "b"}, "not in its enum"),
    ],
)
def test_a_parameter_that_contradicts_itself(parameter: dict[str, Any], told: str) -> None:
    with pytest.raises(le.ConfigurationError, match=told):
        le.Parameter(**parameter)


@pytest.mark.parametrize(
    ("operation", "facts", "told"),
    [
        ({"bulk": {**BULK, "request": {"path": "/b"}}}, {}, r"bulk: the request has no \"\{items\}\""),
        ({"bulk": {**BULK, "match": {"sent": "a"}}}, {}, "bulk: match needs both"),
        ({"bulk": {**BULK, "max_items": 1}}, {}, "bulk.max_items"),
        ({"bulk": {**BULK, "request": {**BULK["request"], "path": "b"}}}, {}, r"bulk\.request\.path: .*one slash"),  # type: ignore[dict-item]
        ({"cost": {}}, {}, "cost: a cost stands at a path or in a header"),
        ({"cost": {"header": "X Y"}}, {}, "cost.header"),
        ({"requires": "phone"}, {}, "requires: 'phone' is none of the fields"),
        ({**CALLBACK}, {}, r"find_email\.poll: without a request the result comes by webhook"),
        ({"parameters": {"depth": {}}}, {}, "parameters: no query word 'depth'"),
        ({"parameters": {"parts_depth": {"type": "integer", "default": "x"}}}, {}, "'x' is no integer"),
        ({"credits": -1}, {}, "credits is"),
        ({}, {"words": [{"path": "x", "means": "NOT_A_CODE"}]}, r"words\.0\.means"),
        ({}, {"rates": [{"limit": 1, "per": 1, "unit": "leads"}]}, r"rates\.0\.unit"),
        ({}, {"account": {"path": "https://evil.example/me"}}, r"account\.path: evil\.example is no host"),
        ({}, {"check": {"path": "me"}}, r"check\.path: .*one slash"),
        ({}, {"webhook": {"job": "id", "header": "X\nY"}}, "webhook.header"),
    ],
)
def test_a_wrong_part_is_named(operation: dict[str, Any], facts: dict[str, Any], told: str) -> None:
    with pytest.raises(le.ConfigurationError, match=told):
        declare(operation, **facts)


def test_two_bulk_forms_of_one_endpoint_are_refused() -> None:
    operations = {"find_email": {**OPERATION, "bulk": BULK}, "more": {**OPERATION, "bulk": BULK}}
    with pytest.raises(le.ConfigurationError, match="POST /find has two bulk forms"):
        le.DeclaredProvider.declare({**FACTS, "operations": operations})


@pytest.mark.parametrize("number", range(2))
async def test_what_the_documentation_shows_passes_the_conformance(number: int) -> None:
    texts = re.findall(r"'''\n(.*?)'''", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert len(texts) == 2
    import tomllib

    le.DeclaredProvider.declare(tomllib.loads(texts[number]))
    for check in conformance.checks("inhouse"):
        await check()


async def test_everything_together_conforms_and_answers_in_the_sandbox() -> None:
    declare(
        {"bulk": {**BULK, "match": {"sent": "profile", "got": "query"}}, "cost": {"path": "took"}},
        words=WORDS,
        account={"path": "/me", "plan": "plan", "remaining": "left"},
        check={"path": "/ping"},
        webhook=WEBHOOK,
        rates=[{"limit": 50, "per": 1, "unit": "items"}],
    )
    for check in conformance.checks("parts"):
        await check()
    async with le.Session.sandbox(knows="everything") as session:
        people = [one for one in session.transport.world.people if one.email and one.linkedin_url][:5]
        found = await session.bulk("parts", "find_email", [{"linkedin_url": one.linkedin_url} for one in people])
        assert [hit.get("email") for hit in found] == [one.email for one in people]  # type: ignore[union-attr]
        assert session.usage.requests["parts"] == 1
        assert await session.check("parts") is True
        assert (await session.quota("parts")).plan == "sandbox"
        nobody = await session.call("parts", "find_email", PERSON)
        assert isinstance(nobody, le.Miss)
        books = session.transport.books["parts"].credits
    assert session.usage.cost.credits == {"parts": books[""]}
