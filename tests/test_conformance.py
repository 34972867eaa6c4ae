"""The suite that plugin authors run, run for every built-in provider; and that it has teeth."""

import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

import leadenrich as le
from leadenrich.contract import NoAuth, Query
from leadenrich.registry import registry
from leadenrich.sandbox import Answer, Call, route
from leadenrich.testing import conformance, drive
from leadenrich.testing.mock import always, session_over
from leadenrich.testing.roundtrip import lossy_fields, round_trip
from leadenrich.testing.sending import misplaced

pytestmark = pytest.mark.slow

pytest_plugins = ["leadenrich.testing.fixtures"]


@pytest.mark.parametrize("provider", registry.builtin_ids())
async def test_every_provider_conforms(provider: str) -> None:
    await conformance.run(provider)


# ---- a provider that keeps everything, and then breaks one promise at a time


@route("GET", "/people")
def people(call: Call) -> object:
    person = call.view.person(full_name=call.params.get("name"), company_domain=call.params.get("domain"))
    if person is None or person.email is None:
        return Answer(404, json={})
    return {"person": {"email": person.email, "job": person.title, "name": {"whole": person.full_name}}}


FACTS: dict[str, Any] = {
    "id": "probe",
    "title": "Probe",
    "category": le.Category.EMAIL_CONTACT,
    "tier": le.Tier.FREE,
    "base_url": "https://api.probe.example",
    "docs_url": "https://docs.probe.example",
    "auth": le.HeaderKey("X-Key"),
}
FOUND = {"email": "person.email", "title": "person.job", "full_name": "person.name.whole"}


def probe(
    flow: Any = None,
    *,
    declared: dict[str, Any] | None = None,
    errors: Any = None,
    members: dict[str, Any] | None = None,
    **facts: Any,
) -> type[le.HTTPProvider]:
    """A provider of one operation; what is given replaces its flow, its declaration, its facts or a method."""

    def find_email(self: le.HTTPProvider, query: Query) -> le.Flow:
        """Find a work e-mail."""
        params = {"name": query.full_name, "domain": query.company_domain}
        reply = yield le.Request("GET", "/people", params=params, expect=(200, 404))
        found = le.rename(reply.json, FOUND)
        return le.Hit(found) if "email" in found else le.Miss()

    needs = [("full_name", "company_domain")]
    how = {"needs": needs, "gives": ("email", "title", "full_name"), "credits": 1, **(declared or {})}
    body = flow or find_email
    body.__doc__ = body.__doc__ or "Find a work e-mail."

    return type(
        "Probe",
        (le.HTTPProvider,),
        {
            "__doc__": "A provider for tests.",
            "info": le.ProviderInfo(**{**FACTS, **facts}),
            "errors": errors or {},
            "sandbox": [people],
            "ask": le.operation("find_email", **how)(body),
            **(members or {}),
        },
    )


@pytest.fixture(autouse=True)
def _forget_the_probe() -> Iterator[None]:
    yield
    registry.plugins().pop("probe", None)
    registry._loaded.pop("probe", None)


async def broken(cls: type[le.HTTPProvider]) -> set[str]:
    """Returns the names of the checks that a provider fails."""
    failed = {}
    for check in conformance.checks(cls):
        try:
            await check()
        except AssertionError as error:
            failed[check.name] = str(error).splitlines()[0]
    assert failed == {name: f"probe: {name}" for name in failed}
    return set(failed)


async def test_a_good_provider_passes_and_makes_the_round_trip() -> None:
    assert await broken(probe()) == set()
    assert await round_trip("probe", "find_email") == []


def sends_more(self: Any, query: Query) -> Any:
    yield le.Request("GET", "/people", params=query.pick("full_name", "mobile_phone"))
    return le.Miss()


def sends_away(self: Any, query: Query) -> Any:
    yield le.Request("GET", "https://elsewhere.example/people", params=query.pick("full_name"))
    return le.Miss()


def has_no_slash(self: Any, query: Query) -> Any:
    yield le.Request("GET", "people")
    return le.Miss()


def shows_the_answer(self: Any, query: Query) -> Any:
    reply = yield le.Request("GET", "/people", params={"name": query.full_name, "domain": query.company_domain})
    reply.json["person"]["email"] = None
    return le.Miss()


COUNT = iter(range(10**6))


def misspells(self: Any, query: Query) -> Any:
    yield le.Request("GET", "/people", params=query.pick(name="full_nmae|full_name", domain="company_domain"))
    return le.Miss()


@le.operation("find_emails", needs=[("full_name", "company_domain")], gives=("email",))
def is_nearly_an_operation(self: Any, query: Query) -> Any:
    """Find a work e-mail."""
    yield le.Request("GET", "/people")
    return le.Miss()


def counts(self: Any, query: Query) -> Any:
    yield le.Request("GET", "/people", params={"name": query.full_name, "n": next(COUNT)})
    return le.Miss()


def trusts(self: Any, query: Query) -> Any:
    reply = yield le.Request("GET", "/people", params={"name": query.full_name, "domain": query.company_domain})
    return le.Hit(email=reply.json["person"].get("email").lower())


def swallows(self: Any, query: Query) -> Any:
    yield le.Request("GET", "/people", params=query.pick("full_name"), expect=(200, 401, 404, 429, 500, 503))
    return le.Hit(email="a@b.example")


def logs(self: Any, query: Query) -> Any:
    reply = yield le.Request("GET", "/people", params={"name": query.full_name, "domain": query.company_domain})
    logging.getLogger("probe").debug("it said %s", reply.text)
    return le.Miss()


def gives_reasons(self: Any, query: Query) -> Any:
    yield le.Request("GET", "/people", params={"name": query.full_name, "domain": query.company_domain})
    return le.Miss(f"nobody is called {query.full_name}")


def gives_more(self: Any, query: Query) -> Any:
    reply = yield le.Request("GET", "/people", params={"name": query.full_name, "domain": query.company_domain})
    return le.Hit(email=reply.get("person.email"), headline=reply.get("person.job"))


def trusts_the_whole(self: Any, query: Query) -> Any:
    reply = yield le.Request("GET", "/people", params={"name": query.full_name, "domain": query.company_domain})
    return le.Hit(email=reply.json.get("email")) if reply.json else le.Miss()


@le.operation("find_personal_email", needs=[("full_name", "company_domain")], credits=1)
def buys_again(self: Any, query: Query) -> Any:
    """Ask for the same person in other words."""
    params = {"name": query.full_name, "domain": query.company_domain, "kind": "personal"}
    reply = yield le.Request("GET", "/people", params=params, expect=(200, 404))
    found = le.rename(reply.json, {"personal_email": "person.email"})
    return le.Hit(found) if found else le.Miss()


def blames_another(self: Any, query: Query) -> Any:
    yield le.Request("GET", "/people")
    raise le.ProviderAPIError("it was not me", provider="hunter", operation="find_email")


def writes_into_the_query(self: Any, query: Query) -> Any:
    query._fields["company_domain"] = "other.example"  # type: ignore[index]  # what nobody should do
    yield le.Request("GET", "/people")
    return le.Miss()


@le.bulk("POST", "/elsewhere", max_items=1)
def fold_of_nothing(self: Any, requests: Any) -> Any:
    reply = yield le.Request("POST", "/elsewhere/bulk")
    return [reply] * len(requests)


def calls_everything_a_throttle(self: Any, reply: le.Reply) -> Any:
    return le.ErrorCode.PROVIDER_RATE_LIMIT if reply.status >= 400 else None


def calls_nothing_passing(self: Any, reply: le.Reply) -> Any:
    return le.ProviderAPIError("for good", recoverable=False) if reply.status >= 500 else None


@pytest.mark.parametrize(
    ("cls", "check"),
    [
        (lambda: probe(declared={"needs": [(), ("full_name",)]}), "words are known"),
        (lambda: probe(declared={"credits": -1}), "words are known"),
        (lambda: probe(blames_another), "broken replies are typed"),
        (lambda: probe(writes_into_the_query), "parsing is pure"),
        (lambda: probe(members={"fold": fold_of_nothing}), "requests stay at home"),
        (lambda: probe(members={"again": buys_again}), "one record is bought once"),
        (lambda: probe(members={"classify": calls_everything_a_throttle}), "refusals are typed"),
        (lambda: probe(members={"classify": calls_nothing_passing}), "refusals are typed"),
        (lambda: probe(base_url="http://api.probe.example"), "facts are complete"),
        (lambda: probe(base_url="https://api.probe.example/"), "facts are complete"),
        (lambda: probe(docs_url=None), "facts are complete"),
        (lambda: probe(title=" "), "facts are complete"),
        (lambda: probe(prices=(le.Price("0.1"),)), "facts are complete"),
        (lambda: probe(declared={"needs": [("ful_name",)]}), "words are known"),
        (lambda: probe(declared={"gives": ("email", "titel")}), "words are known"),
        (lambda: probe(declared={"confidence": 90}), "words are known"),
        (lambda: probe(misspells), "words that are read exist"),
        (lambda: probe(members={"more": is_nearly_an_operation}), "words are known"),
        (lambda: probe(sends_more), "only declared words are sent"),
        (lambda: probe(sends_away), "requests stay at home"),
        (lambda: probe(has_no_slash), "requests stay at home"),
        (lambda: probe(swallows, errors={401: le.ErrorCode.PROVIDER_API_ERROR}), "refusals are typed"),
        (lambda: probe(trusts), "wrong types are harmless"),
        (lambda: probe(shows_the_answer), "parsing is pure"),
        (lambda: probe(counts), "parsing is pure"),
        (lambda: probe(logs), "reprs hold no values"),
        (lambda: probe(gives_reasons), "reprs hold no values"),
        (lambda: probe(gives_more), "answers hold declared words"),
        (lambda: probe(trusts_the_whole), "broken replies are typed"),
    ],
)
async def test_each_check_has_teeth(cls: Any, check: str) -> None:
    assert check in await broken(cls())


def test_the_docs_name_every_check() -> None:
    page = (Path(__file__).parents[1] / "docs" / "testing.md").read_text(encoding="utf-8")
    told = set(re.findall(r"^\| ([a-z ]+) \|", page, re.MULTILINE))
    assert {*conformance.STATIC, *conformance.OVER_HTTP} <= told


@pytest.mark.parametrize(
    ("auth", "request_", "found"),
    [
        (le.HeaderKey("X-Key"), httpx.Request("GET", "https://a.example", headers={"x-key": "s3"}), []),
        (le.HeaderKey("X-Key"), httpx.Request("GET", "https://a.example?key=s3"), ["api_key in the parameter key"]),
        (le.HeaderKey("X-Key"), httpx.Request("GET", "https://a.example/s3/x"), ["api_key in the path"]),
        (le.HeaderKey("X-Key"), httpx.Request("POST", "https://a.example", json={"k": "s3"}), ["api_key in the body"]),
        (le.QueryKey("key"), httpx.Request("GET", "https://a.example?key=s3"), []),
        (
            le.QueryKey("key"),
            httpx.Request("GET", "https://a.example", headers={"a": "b s3"}),
            ["api_key in the header a"],
        ),
        (le.BodyKey("k"), httpx.Request("POST", "https://a.example", json={"k": "s3"}), []),
        (le.PathKey(), httpx.Request("GET", "https://a.example/s3/x"), []),
    ],
)
def test_a_key_out_of_place_is_found(auth: Any, request_: httpx.Request, found: list[str]) -> None:
    assert misplaced(auth, request_, {"api_key": "s3"}) == found


async def test_the_round_trip_has_teeth() -> None:
    def swaps(self: Any, query: Query) -> Any:
        reply = yield le.Request("GET", "/people", params={"name": query.full_name, "domain": query.company_domain})
        return le.Hit(email=reply.get("person.email"), title=reply.get("person.name.whole"), full_name="x y")

    registry.register(probe(swaps))
    problems = await round_trip("probe", "find_email")
    asked = "asked by full_name, company_domain"
    assert [line.split(" is ")[0] for line in problems] == [f"{asked}: title", f"{asked}: full_name"]


async def test_the_round_trip_wants_a_hit_and_only_what_is_declared() -> None:
    def misses(self: Any, query: Query) -> Any:
        yield le.Request("GET", "/people", params={"name": query.full_name, "domain": query.company_domain})
        return le.Miss()

    registry.register(probe(misses))
    assert await round_trip("probe", "find_email") == [
        "asked by full_name, company_domain: a Miss, though the vendor knows everything"
    ]


async def test_the_round_trip_says_what_it_cannot_ask() -> None:
    registry.register(probe(declared={"needs": [("probe_list",)]}))
    (line,) = await round_trip("probe", "find_email")
    assert "probe_list; say in WORDS" in line


def test_a_loss_needs_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    from leadenrich.sandbox.vendors import hunter

    monkeypatch.setattr(hunter, "LOSSY", {"find_email": {"title": "no"}}, raising=False)
    with pytest.raises(le.ConfigurationError, match="needs a reason"):
        lossy_fields("hunter", "find_email")


# ---- driving by hand, and the fixtures


def test_drive_steps_a_flow() -> None:
    flow = probe()().flow("find_email", Query(full_name="Ida Example", company_domain="brightloom.example"))
    (request,), found = drive(flow, [{"person": {"email": "ida@brightloom.example"}}])
    assert (request.endpoint, request.params) == (
        "GET /people",
        {"name": "Ida Example", "domain": "brightloom.example"},
    )
    assert found == le.Hit(email="ida@brightloom.example")


def test_drive_counts_replies() -> None:
    query = Query(full_name="Ida Example", company_domain="brightloom.example")
    with pytest.raises(AssertionError, match="no reply left"):
        drive(probe()().flow("find_email", query))
    with pytest.raises(AssertionError, match="1 replies left"):
        drive(probe()().flow("find_email", query), [{}, {}])


def test_drive_answers_waits() -> None:
    def waits() -> Any:
        reply = yield le.Request("POST", "/jobs")
        while reply.get("state") != "done":
            reply = yield le.Wait(reply.get("id"), poll=le.Request("GET", "/jobs/{id}", at={"id": reply.get("id")}))
        delivered = yield le.Wait("7")
        return delivered.json

    asked, found = drive(waits(), [{"id": 1}, {"id": 1}, le.Reply(200, json={"state": "done"}), {"body": 1}])
    assert [request.endpoint for request in asked] == ["POST /jobs", "GET /jobs/{id}", "GET /jobs/{id}"]
    assert found == {"body": 1}


async def test_the_fixtures_work(sandbox_session: Any, mock_vendor: Any) -> None:
    assert sandbox_session.is_sandbox
    vendor = always(200, json={"person": {"email": "IDA@brightloom.example"}})
    async with mock_vendor(probe(), vendor) as session:
        hit = await session.call(
            "probe", "find_email", {"full_name": "Ida Example", "company_domain": "brightloom.example"}
        )
    assert hit["email"] == "ida@brightloom.example"
    (request,) = vendor.asked
    assert request.headers["X-Key"] == "test-api_key"


async def test_a_pretended_vendor_fails_in_the_end() -> None:
    def asks_for_ever(self: Any, query: Query) -> Any:
        while True:
            yield le.Wait("7", poll=le.Request("GET", "/jobs", paid=False))

    registry.register(probe(asks_for_ever, auth=NoAuth()))
    transport = httpx.MockTransport(vendor := always(200, json={}))
    async with session_over("probe", transport) as session:
        asked = await session.ask("probe", "find_email", {"full_name": "Ida Example", "company_domain": "b.example"})
    assert isinstance(asked.result, le.ProviderAPIError)
    assert len(vendor.asked) > 30
