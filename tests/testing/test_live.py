"""The live check, on fakes that drift on purpose: it finds what was planted and nothing else, and shows no value."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from leadenrich.errors import ConfigurationError
from leadenrich.registry import registry
from leadenrich.sandbox.facts import SandboxCompany, SandboxPerson
from leadenrich.sandbox.transport import SandboxTransport
from leadenrich.sandbox.world import World
from leadenrich.testing import live
from leadenrich.testing.asking import SIZE
from leadenrich.testing.cases import load, run
from leadenrich.testing.live import Finding
from leadenrich.testing.live import __main__ as command

pytestmark = [pytest.mark.slow, pytest.mark.looptime]  # limits and jobs take the time they take, but nobody waits
CASES = Path(__file__).parents[1] / "cases"
Change = Callable[[str, Any], Any]


class Drifting(SandboxTransport):
    """The sandbox, its replies changed on the way; `dearer` is charged on top of each call."""

    def __init__(self, change: Change | None = None, dearer: int = 0, headers: dict[str, str] | None = None) -> None:
        super().__init__(0, knows="everything", delay=None, size=SIZE)
        self.change, self.dearer, self.more = change, dearer, headers or {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await super().handle_async_request(request)
        server = self.server("hunter")
        assert server is not None
        paid = bool(server.book.credits) and request.url.path.endswith("/email-verifier")
        if self.dearer and paid:
            server.book.credits[""] += self.dearer
        if self.change is None or response.status_code != 200:
            return httpx.Response(response.status_code, headers=self.more, content=response.content)
        body = self.change(request.url.path, response.json())
        return httpx.Response(200, headers=self.more, json=body)


def somebody() -> SandboxPerson:
    world = World.of(0, SIZE)

    def known(person: SandboxPerson) -> int:
        return sum(
            getattr(one, name) not in (None, "", []) for one in (person, person.company) for name in one.__slots__
        )

    return max((person for place in range(len(world)) for person in world.people_of(place)), key=known)


def lead() -> dict[str, Any]:
    person = somebody()
    words = ("first_name", "last_name", "full_name", "email", "linkedin_url", "company_domain", "company_name")
    return {word: getattr(person, word) for word in words} | {"industry": person.company.industry}


async def checked(provider: str = "hunter", transport: SandboxTransport | None = None, **options: Any) -> live.Report:
    keys = dict.fromkeys(registry.info(provider).auth.fields, "sandbox")
    given = {"lead": lead(), "credits": 1000, "credentials": {provider: keys}, "cases": CASES / f"{provider}.yaml"}
    return await live.check(provider, transport=transport or Drifting(), **{**given, **options})


VENDORS = ("hunter", "tomba", "apollo", "lusha", "people_data_labs", "zerobounce", "the_companies_api", "snov")


@pytest.mark.parametrize("provider", VENDORS)
async def test_a_vendor_that_is_as_known_has_no_findings(provider: str) -> None:
    report = await checked(provider)
    assert report.findings == [], str(report)
    assert sum(one.outcome == "hit" for one in report.checked) > 1


def renamed(path: str, body: Any) -> Any:
    if path.endswith("/email-finder") and body["data"].get("email"):
        body["data"]["job_title"] = body["data"].pop("position")
    return body


def retyped(path: str, body: Any) -> Any:
    if path.endswith("/email-finder") and body["data"].get("email"):
        body["data"]["score"] = str(body["data"]["score"])
    return body


def reworded(path: str, body: Any) -> Any:
    if path.endswith("/email-verifier"):
        body["data"]["status"] = "probably_fine"
    return body


def says_a_name(path: str, body: Any) -> Any:
    if path.endswith("/email-verifier"):
        body["data"]["status"] = somebody().first_name
    return body


def keyed_by_values(path: str, body: Any) -> Any:
    if path.endswith("/companies/find") and body.get("data"):
        body["data"]["people"] = {somebody().full_name: 1, somebody().email: 2, somebody().first_name: 3}
    return body


PLANTED = [
    (renamed, "find_email", {Finding("absent", "data.position", "text"), Finding("new", "data.job_title", "text")}),
    (retyped, "find_email", {Finding("type", "data.score", "text, known as number")}),
    (reworded, "verify_email", {Finding("word", "status", '"probably_fine"')}),
    (keyed_by_values, "enrich_company", {Finding("new", "data.people", "object")}),
]


@pytest.mark.parametrize(("change", "operation", "due"), PLANTED, ids=lambda value: getattr(value, "__name__", None))
async def test_what_is_planted_is_found_and_nothing_else(change: Change, operation: str, due: set[Finding]) -> None:
    report = await checked(transport=Drifting(change))
    assert {finding for name, finding in report.findings if name == operation} == due, str(report)
    assert {name for name, _ in report.findings} == {operation}


async def test_another_price_is_found() -> None:
    report = await checked(transport=Drifting(dearer=1))
    ((name, finding),) = report.findings
    assert (name, finding.kind, finding.place) == ("charges", "charge", "used")
    taken, booked = (Decimal(part.split()[0]) for part in finding.said.split(", "))
    assert taken > booked


async def test_a_rate_header_that_is_not_declared_is_found_once_for_each_operation() -> None:
    report = await checked(transport=Drifting(headers={"X-RateLimit-Left": "7"}))
    assert {finding for _, finding in report.findings} == {Finding("header", "x-ratelimit-left")}


async def test_a_refused_key_is_an_error_with_its_status() -> None:
    report = await checked(credentials={"hunter": {"api_key": "wrong-key-for-tests"}})
    assert {finding.kind for _, finding in report.findings} == {"error"}
    assert "PROVIDER_AUTHENTICATION_FAILED, HTTP 401" in str(report)


async def test_without_a_budget_only_what_is_free_is_asked() -> None:
    transport = Drifting()
    report = await checked(transport=transport, credits=None)
    assert transport.books["hunter"].total == 0
    asked = {one.operation: one.outcome for one in report.checked if one.asked == "hit"}
    assert asked["find_email"] == "skipped"
    assert asked["hunter.email-count"] == "hit"


async def test_a_budget_is_kept() -> None:
    transport = Drifting()
    report = await checked(transport=transport, credits=2)
    assert transport.books["hunter"].total <= 2
    assert any(one.why == "the budget is spent" for one in report.checked)


async def test_what_cannot_be_checked_is_said() -> None:
    with pytest.raises(ConfigurationError, match="makes no HTTP calls"):
        await live.check("local")


def values_of_the_world() -> Iterator[str]:
    """Yield every text of the world that is somebody's or some company's; words of common lists are no value."""
    common = {"valid", "accept_all", "other", "google", "microsoft", "private", "public"}
    person = somebody()
    for one in (person, person.company):
        for name in one.__slots__:
            value = getattr(one, name)
            for text in value if isinstance(value, list) else [value]:
                if isinstance(text, str) and len(text) > 3 and text.lower() not in common:
                    yield text


@pytest.mark.parametrize("provider", VENDORS[:4])
@pytest.mark.parametrize("change", [None, says_a_name, keyed_by_values], ids=["as known", "a name", "keys"])
async def test_no_value_of_the_world_is_in_a_report(provider: str, change: Change | None) -> None:
    report = await checked(provider, Drifting(change))
    text = f"{report} {json.dumps(report.to_dict())}".lower()
    operations = " ".join(one.operation for one in report.checked)
    assert [value for value in values_of_the_world() if value.lower() in text.replace(operations, "")] == []


async def test_a_name_in_the_place_of_a_word_is_not_shown() -> None:
    report = await checked(transport=Drifting(says_a_name))
    length = len(somebody().first_name)
    assert Finding("word", "status", f"a text of {length} characters") in [finding for _, finding in report.findings]


async def test_the_hash_names_what_was_found() -> None:
    first, second, other = await checked(), await checked(), await checked(transport=Drifting(renamed))
    assert first.hash == second.hash != other.hash
    assert len(first.hash) == 16


async def test_recorded_cases_hold_invented_values_and_run(tmp_path: Path) -> None:
    import yaml

    kept: list[Any] = []
    await checked(record=kept.extend)
    path = tmp_path / "hunter.yaml"
    path.write_text(yaml.safe_dump({"cases": kept}, allow_unicode=True), encoding="utf-8")
    text = path.read_text(encoding="utf-8").lower()
    kind = {
        "industry",
        "company_type",
        "email_pattern",
        "country",
        "country_name",
        "city",
        "region",
        "technologies",
        "seniority",
        "department",
    }
    person = somebody()
    mine = [getattr(person, name) for name in SandboxPerson.__slots__ if name not in kind]
    firm = [getattr(person.company, name) for name in SandboxCompany.__slots__ if name not in kind]
    said = [value for value in [*mine, *firm] if isinstance(value, str) and len(value) > 5]
    assert [value for value in said if value.lower() in text] == []
    cases = load(path)
    assert {case.operation for case in cases} >= {"find_email", "verify_email", "enrich_company", "domain_emails"}
    for case in cases:
        await run(case)


class Through(httpx.AsyncBaseTransport):
    """Sends what is meant for a vendor to a server on loopback, over real HTTP."""

    def __init__(self, port: int) -> None:
        self.port, self.inner = port, httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url.copy_with(scheme="http", host="127.0.0.1", port=self.port)
        headers = {**request.headers, "x-meant-for": request.url.host}
        response = await self.inner.handle_async_request(
            httpx.Request(request.method, url, headers=headers, content=request.content)
        )
        await response.aread()
        return httpx.Response(response.status_code, headers=response.headers, content=response.content)

    async def aclose(self) -> None:
        await self.inner.aclose()


@pytest.fixture
def loopback() -> Iterator[Callable[[SandboxTransport], int]]:
    servers: list[ThreadingHTTPServer] = []

    def serve(transport: SandboxTransport) -> int:
        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                content = self.rfile.read(int(self.headers.get("content-length") or 0))
                url = f"https://{self.headers['x-meant-for']}{self.path}"
                headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
                request = httpx.Request(self.command, url, headers=headers, content=content)
                response = asyncio.run(transport.handle_async_request(request))
                self.send_response(response.status_code)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(response.content)))
                self.end_headers()
                self.wfile.write(response.content)

            do_GET = do_POST = answer

            def log_message(self, *args: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server.server_port

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.looptime(False)
async def test_over_real_http_the_same_is_found(loopback: Callable[[SandboxTransport], int]) -> None:
    transport = Through(loopback(Drifting(renamed)))
    report = await checked(transport=transport)  # type: ignore[arg-type]  # any transport will do
    await transport.aclose()
    assert {finding for _, finding in report.findings} == PLANTED[0][2], str(report)


def test_the_command_prints_the_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HUNTER_API_KEY", "sandbox")
    monkeypatch.setattr("leadenrich.testing.live.runner.default_transport", lambda: Drifting(reworded))
    (tmp_path / "lead.json").write_text(json.dumps(lead()), encoding="utf-8")
    options = ["--lead", str(tmp_path / "lead.json"), "--credits", "50", "--record", str(tmp_path / "out.yaml")]
    assert command.main(["hunter", *options, "--cases", str(CASES / "hunter.yaml")]) == 1
    said = capsys.readouterr().out
    assert 'status: a word the adapter\'s tables lack ("probably_fine")' in said
    assert load(tmp_path / "out.yaml", "hunter")
    assert command.main(["nobody-knows-this"]) == 2
    assert "cannot check" in capsys.readouterr().err
