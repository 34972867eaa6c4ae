# ruff: noqa: E501  a file in a string keeps its lines
"""Providers without code: the same engine behind a file, and errors that name file, line and key."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

import leadenrich as le
import leadenrich.declared
from leadenrich.registry import registry
from tests.engine.vendors import Server

TOML = """
id = "inhouse"
title = "In-house finder"
base_url = "https://people.inhouse.example/v1"
category = "email_contact"
docs_url = "https://wiki.inhouse.example/people"
auth = {kind = "header", name = "X-Token"}
rates = [{limit = 100, per = 1}]
prices = [{usd = "0.001", as_of = "2026-11-01"}]

[errors]
409 = "PROVIDER_RATE_LIMIT"

[enums.status]
ok = "valid"
catchall = "accept_all"

[operations.find_email]
needs = [["first_name", "last_name", "company_domain"], ["linkedin_url"]]
uses = ["inhouse_team"]
credits = 1
request = {method = "POST", path = "/find", json = {name = {first = "{first_name}", last = "{last_name}"}, domain = "{company_domain}", profile = "{linkedin_url}", team = "{inhouse_team}", source = "crm"}}
fields = {email = "hit.mail", email_status = {path = "hit.state", enum = "status"}, confidence = {path = "hit.sure", scale = 100}}
miss = {status = [], path = "known", is = [false]}

[operations.enrich_company]
needs = [["company_domain"]]
uses = ["industry"]
charged = "on_call"
request = {path = "/companies/{company_domain}", params = {deep = "true", tag = "{industry}"}, expect = [200, 404]}
miss = {status = [404]}
confidence = 80

[operations.enrich_company.fields]
company_name = {first = ["names.legal", "names.short"]}
company_linkedin_url = {path = "slug", template = "https://www.linkedin.com/company/{value}"}
employee_count = "size"

[operations.search_people]
needs = [["company_domain"]]
uses = ["limit"]
request = {path = "/people", params = {domain = "{company_domain}", n = "{limit}"}}
fields = {people = {path = "rows", items = {first_name = "first", email = "mail"}}, total = "count"}

[operations.find_phone]
needs = [["linkedin_url"]]
request = {method = "POST", path = "/phones", form = {profile = "{linkedin_url}"}, expect = [202]}
fields = {mobile_phone = "number"}
poll = {id = "job", request = {path = "/phones/{job}"}, done = {path = "state", is = ["done"]}, failed = {path = "state", is = ["failed"]}, every = 1, patience = 30}
"""
CREDENTIALS = {"inhouse": "token-77"}


@pytest.fixture
def inhouse(tmp_path: Path) -> Iterator[type[le.HTTPProvider]]:
    path = tmp_path / "inhouse.toml"
    path.write_text(TOML)
    yield le.DeclaredProvider.load(path)
    registry.plugins().pop("inhouse", None)
    registry._loaded.pop("inhouse", None)


async def ask(server: Server, operation: str, query: dict[str, object]) -> le.Hit | le.Miss:
    async with le.Session(CREDENTIALS, transport=server) as session:
        return await session.call("inhouse", operation, query)


@pytest.mark.usefixtures("inhouse")
async def test_a_question_is_asked_and_read_as_declared() -> None:
    server = Server(
        {"/v1/find": {"known": True, "hit": {"mail": "Mira@Brightloom.example", "state": "OK", "sure": 0.93}}}
    )
    hit = await ask(
        server, "find_email", {"first_name": "Mira", "last_name": "Okafor", "company_domain": "brightloom.example"}
    )
    assert hit.data == {"email": "mira@brightloom.example", "email_status": "valid"}
    assert (hit.confidence, hit.credits, str(hit.cost.usd)) == (93, 1, "0.001")
    (request,) = server.requests
    assert request.headers["x-token"] == "token-77"
    assert json.loads(request.content) == {
        "name": {"first": "Mira", "last": "Okafor"},
        "domain": "brightloom.example",
        "source": "crm",
    }


@pytest.mark.usefixtures("inhouse")
@pytest.mark.parametrize(
    "reply",
    [{"known": False, "hit": {"mail": "a@b.example"}}, {"known": True}, {"known": True, "hit": {"state": "ok"}}],
)
async def test_what_a_miss_looks_like(reply: object) -> None:
    query = {"linkedin_url": "https://www.linkedin.com/in/mira-okafor-example", "inhouse_team": "west"}
    assert not await ask(Server({"/v1/find": reply}), "find_email", query)


@pytest.mark.usefixtures("inhouse")
async def test_paths_lists_templates_and_alternatives() -> None:
    server = Server(
        {
            "/v1/companies": {"names": {"short": "Brightloom"}, "slug": "brightloom-example", "size": 42},
            "/v1/people": {"rows": [{"first": "Mira", "mail": "mira@brightloom.example"}, {}, "odd"], "count": 1},
        }
    )
    company = await ask(server, "enrich_company", {"company_domain": "brightloom.example"})
    assert company.data == {
        "company_name": "Brightloom",
        "employee_count": 42,
        "company_linkedin_url": "https://www.linkedin.com/company/brightloom-example",
    }
    people = await ask(server, "search_people", {"company_domain": "brightloom.example", "limit": 5})
    assert people.data == {"people": [{"first_name": "Mira", "email": "mira@brightloom.example"}], "total": 1}
    assert [str(request.url) for request in server.requests] == [
        "https://people.inhouse.example/v1/companies/brightloom.example?deep=true",
        "https://people.inhouse.example/v1/people?domain=brightloom.example&n=5",
    ]
    gone = Server({"/v1/companies": httpx.Response(404, text="gone")})
    assert not await ask(gone, "enrich_company", {"company_domain": "nowhere.example"})


@pytest.mark.looptime
@pytest.mark.usefixtures("inhouse")
async def test_submit_and_poll() -> None:
    states = iter([{"state": "new"}, {"state": "done", "number": "+12025550142"}, {"state": "failed"}])

    def answer(request: httpx.Request, count: int) -> object:
        return httpx.Response(202, json={"job": "j/1"}) if request.method == "POST" else next(states)

    server = Server({"/v1/phones": answer})
    query = {"linkedin_url": "https://www.linkedin.com/in/mira-okafor-example"}
    assert (await ask(server, "find_phone", query)).data == {"mobile_phone": "+12025550142"}
    assert server.requests[1].url.raw_path == b"/v1/phones/j%2F1"
    with pytest.raises(le.FeatureExecutionError, match="the job failed"):
        await ask(server, "find_phone", query)


@pytest.mark.usefixtures("inhouse")
async def test_its_errors_are_the_vendors_and_its_facts_are_in_the_catalogue() -> None:
    with pytest.raises(le.RateLimitError):
        async with le.Session(CREDENTIALS, transport=Server({"/v1/find": httpx.Response(409)}), retries=0) as session:
            await session.call(
                "inhouse", "find_email", {"linkedin_url": "https://www.linkedin.com/in/mira-okafor-example"}
            )
    (info,) = le.providers(where=lambda info: info.id == "inhouse")
    assert (info.title, str(info.support), len(info.features)) == ("In-house finder", "inferred", 4)


@pytest.mark.usefixtures("inhouse")
async def test_it_passes_the_conformance_suite_and_is_offline_in_the_sandbox() -> None:
    from leadenrich.testing import conformance

    for check in conformance.checks("inhouse"):
        await check()
    async with le.Session.sandbox(knows="everything") as session:
        person = next(person for person in session.transport.world.people if person.email and person.linkedin_url)
        hit = await session.call("inhouse", "find_email", {"linkedin_url": person.linkedin_url})
        company = await session.call("inhouse", "enrich_company", {"company_domain": person.company.company_domain})
        phone = await session.call("inhouse", "find_phone", {"linkedin_url": person.linkedin_url})
    assert hit["email"] == person.email
    assert company["employee_count"] == person.company.employee_count
    assert phone.get("mobile_phone") == person.mobile_phone


def test_a_file_may_add_a_feature_to_a_built_in_vendor(tmp_path: Path) -> None:
    path = tmp_path / "more.json"
    operation = {
        "needs": [["company_domain"]],
        "request": {"path": "/check-google-ads", "params": {"domain": "{company_domain}"}},
        "fields": {"runs_google_ads": "data.active"},
    }
    path.write_text(json.dumps({"extends": "betterenrich", "operations": {"check-google-ads": operation}}))
    try:
        le.DeclaredProvider.load(path)
        feature = registry.info("betterenrich").feature("betterenrich.check-google-ads")
        assert feature is not None
        assert str(feature.support) == "inferred"

        async def main() -> le.Hit | le.Miss:
            server = Server({"/api/v1/check-google-ads": {"data": {"active": True}}})
            async with le.Session({"betterenrich": "k"}, transport=server) as session:
                return await session.call("betterenrich", "check-google-ads", {"company_domain": "brightloom.example"})

        import asyncio

        assert asyncio.run(main()).data == {"runs_google_ads": True}
        assert registry.info("betterenrich").feature("find_email") is not None
    finally:
        registry._loaded.pop("betterenrich", None)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            ("fields = {email =", "fields = {emial ="),
            r"inhouse\.toml, line 23: operations\.find_email\.fields\.emial: .*'email'",
        ),
        (
            ('first_name", "last', 'fist_name", "last'),
            r"line 19: operations\.find_email\.needs: no query word 'fist_name'.*'first_name'",
        ),
        (("credits = 1", "creditz = 1"), r"line 21: operations\.find_email\.creditz: no such key.*'credits'"),
        (("limit = 100", "limit = 0"), r"line 8: rates\.0\.limit"),
        (('enum = "status"', 'enum = "statos"'), r"no enum 'statos'.*'status'"),
        (('kind = "header"', 'kind = "cookie"'), r"line 7: auth\.kind"),
        (('name = "X-Token"', 'prefix = "x"'), r"line 7: auth: auth kind 'header' needs a name"),
        (("base_url =", "basis ="), r"basis: no such key"),
        (('tag = "{industry}"', 'tag = "{city}"'), r"enrich_company\.request: \{city\} is in neither needs nor uses"),
        (('id = "inhouse"', "id = inhouse"), r"inhouse\.toml is no TOML"),
    ],
)
def test_a_fault_names_file_line_and_key(tmp_path: Path, change: tuple[str, str], words: str) -> None:
    path = tmp_path / "inhouse.toml"
    assert change[0] in TOML
    path.write_text(TOML.replace(change[0], change[1], 1))
    with pytest.raises(le.ConfigurationError, match=words):
        le.DeclaredProvider.load(path)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("x.json", "{", "line 1 is no JSON"),
        ("x.yaml", "a: [", "is no YAML"),
        ("x.ini", "", r"\.toml, \.yaml or \.json"),
        ("x.json", "[]", "is a list"),
        (
            "x.json",
            '{"id": "apollo", "base_url": "https://a.example", "operations": {"generate": {"needs": [["prompt"]], "request": {"path": "/"}, "fields": {"answer": "a"}}}}',
            "extends",
        ),
        (
            "x.json",
            '{"extends": "apolo", "operations": {"generate": {"needs": [["prompt"]], "request": {"path": "/"}, "fields": {"answer": "a"}}}}',
            "apollo",
        ),
    ],
)
def test_a_file_that_is_none(tmp_path: Path, name: str, text: str, words: str) -> None:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(le.LeadEnrichError, match=words):
        le.DeclaredProvider.load(path)


def test_a_missing_file_and_the_schema(tmp_path: Path) -> None:
    with pytest.raises(le.ConfigurationError, match="cannot be read"):
        le.DeclaredProvider.load(tmp_path / "none.toml")
    schema = le.DeclaredProvider.schema()
    assert {"operations", "base_url", "auth"} <= set(schema["properties"])
    published = Path(le.declared.__file__).with_name("provider.schema.json")
    assert json.loads(published.read_text()) == schema, (
        "write it anew: json.dumps(le.DeclaredProvider.schema(), indent=2)"
    )


@pytest.mark.parametrize(
    ("auth", "fields"),
    [
        ({"kind": "none"}, ()),
        ({"kind": "bearer"}, ("api_key",)),
        ({"kind": "query", "name": "k"}, ("api_key",)),
        ({"kind": "body", "name": "k"}, ("api_key",)),
        ({"kind": "path"}, ("api_key",)),
        ({"kind": "basic"}, ("username", "password")),
        ({"kind": "client_credentials", "url": "https://a.example/t"}, ("client_id", "client_secret")),
        (
            {"kind": "login", "url": "https://a.example/t", "fields": {"user": "username", "pw": "password"}},
            ("username", "password"),
        ),
    ],
)
def test_every_kind_of_auth_may_be_declared(auth: dict[str, object], fields: tuple[str, ...]) -> None:
    operation = {"needs": [["prompt"]], "request": {"path": "/"}, "fields": {"answer": "a"}}
    made = le.DeclaredProvider.declare(
        {"id": "kinds_of_auth", "base_url": "https://a.example", "auth": auth, "operations": {"generate": operation}}
    )
    assert made.info.auth.fields == fields
    registry.plugins().pop("kinds_of_auth")
