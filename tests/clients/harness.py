"""Asks a vendor's official client and the adapter the same question of the same fake, and compares.

A module of `tests/clients/judges` is one client:

    PROVIDER, PACKAGE = "emailable", "emailable"       # our id, and the distribution on PyPI

    def client() -> Any:                               # imports the client; every credential is SECRET
        import emailable
        return emailable.Client(SECRET)

    @asks("verify_email", "email")                     # the operation, and the query words it is asked with
    def verify(client: Any, query: Query) -> dict[str, Any]:
        found = client.verify(query.email)
        return {"email": found.email, "email_status": found.state}   # what the client makes of the reply

The words are those of one person of the invented world; `asks(..., limit=5)` adds further ones. `differs` names the
places where the two may differ, each with its reason ("query:timeout": "the client's own default"); a place that does
not differ after all is a mistake as well. `STANDS_FOR = {"9.9.9.9": "ip"}`: what stands in a URL for a fact of the
person's company, where a client refuses the world's own (addresses kept for documentation). `LOOPBACK = True`: the
client is served on loopback, at `query.loopback`. `asks("quota")` and `asks("check")` compare the account and the key.
"""

from __future__ import annotations

import asyncio
import importlib
import pkgutil
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx

from leadenrich import clean
from leadenrich.contract import Quota, Request
from leadenrich.contract.auth import Outgoing
from leadenrich.engine.session import Session
from leadenrich.registry import registry
from leadenrich.results import Hit
from leadenrich.sandbox.facts import SandboxPerson
from leadenrich.sandbox.fake import SECRET, TOKEN, Answer
from leadenrich.sandbox.session import HurriedJobs, HurriedLimiter
from leadenrich.sandbox.transport import SandboxTransport
from leadenrich.sandbox.world import World
from leadenrich.testing.asking import SIZE, fact, words_of
from leadenrich.vocabulary import Query
from tests.clients.wire import Line, Sent, rerouted, served

F = TypeVar("F", bound=Callable[..., Any])

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Question:
    """One question both are asked."""

    operation: str
    words: tuple[str, ...]
    settings: Mapping[str, Any]
    differs: Mapping[str, str]
    ask: Callable[[Any, Query], Mapping[str, Any]]


@dataclass(frozen=True)
class Judge:
    """One client and its questions."""

    id: str
    provider: str
    package: str
    client: Callable[[], Any]
    questions: Mapping[str, Question]
    official: bool = True
    differs: Mapping[str, str] = field(default_factory=dict)
    stands_for: Mapping[str, str] = field(default_factory=dict)
    loopback: bool = False

    @property
    def version(self) -> str | None:
        """Return the installed version, None where it is not installed."""
        try:
            return metadata.version(self.package)
        except metadata.PackageNotFoundError:
            return None


def asks(operation: str, *words: str, differs: Mapping[str, str] | None = None, **settings: Any) -> Callable[[F], F]:
    """Declare a function of (client, query) as a question; it returns the facts that the client found."""

    def declare(function: F) -> F:
        function.__question__ = Question(operation, words, settings, differs or {}, function)  # type: ignore[attr-defined]  # read back by `judge_of`
        return function

    return declare


@cache
def judges() -> tuple[Judge, ...]:
    """Return every client, installed or not."""
    return tuple(
        judge_of(importlib.import_module(f"tests.clients.judges.{found.name}"))
        for found in pkgutil.iter_modules([str(HERE / "judges")])
    )


def judge_of(module: ModuleType) -> Judge:
    """Return what a module declares."""
    questions = {name: member.__question__ for name, member in vars(module).items() if hasattr(member, "__question__")}
    return Judge(
        module.__name__.rpartition(".")[2],
        module.PROVIDER,
        module.PACKAGE,
        module.client,
        questions,
        getattr(module, "OFFICIAL", True),
        getattr(module, "DIFFERS", {}),
        getattr(module, "STANDS_FOR", {}),
        getattr(module, "LOOPBACK", False),
    )


@cache
def someone() -> SandboxPerson:
    """Return the person of the world of whom most is known."""
    world = World.of(0, SIZE)

    def known(person: SandboxPerson) -> int:
        return sum(
            getattr(one, name) not in (None, "", []) for one in (person, person.company) for name in one.__slots__
        )

    return max((person for place in range(len(world)) for person in world.people_of(place)), key=known)


def query_of(judge: Judge, question: Question) -> Query:
    """Return the query: the person's words and the question's own settings."""
    feature = registry.info(judge.provider).feature(question.operation)
    if feature is None:
        return Query(dict(question.settings))
    person, words, query = someone(), words_of(judge.provider, question.operation), {}
    for word in question.words:
        value = words[word] if word in words else fact(judge.provider, person, word, feature)
        query[word] = value(person) if callable(value) else value
    return Query({**query, **question.settings})


@dataclass
class Fakes:
    """The fakes of one question: two of one seed, so that the client's call leaves no trace for the adapter's."""

    provider: str
    stands_for: Mapping[str, str] = field(default_factory=dict)
    transport: SandboxTransport = field(
        default_factory=lambda: SandboxTransport(0, knows="everything", delay=None, size=SIZE)
    )

    def read_as(self, url: str) -> str:
        """Return a URL with the person's own facts where a stand-in is."""
        for word, name in self.stands_for.items():
            url = url.replace(word, str(getattr(someone().company, name)))
        return url

    def answer(self, method: str, url: str, headers: Mapping[str, str], content: bytes) -> Answer:
        """Answer a client; where it puts its key elsewhere than the adapter does, the adapter's is added."""
        server = self.transport.server(self.provider)
        assert server is not None
        split = urlsplit(url)
        plain = f"{split.scheme}://{split.netloc.lower().removesuffix(':443')}{split.path}"
        plain = self.read_as(plain.replace("http://", "https://", 1))  # what is answered; `line` tells them apart
        headers = dict(headers)
        query = split.query
        if SECRET in url or any(SECRET in value for value in headers.values()) or SECRET.encode() in content:
            out = Outgoing(Request("POST", "/", json={}))
            server.info.auth.sign(out, dict.fromkeys(server.info.auth.fields, SECRET), TOKEN)
            headers |= {name.lower(): value for name, value in out.headers.items()}
            query = str(httpx.URL("https://x.example/?" + query).copy_merge_params(out.params).query, "ascii")
        server.book.calls += 1
        return server.answer(method, plain, query, headers, content)


async def adapters(judge: Judge, question: Question, query: Query) -> tuple[Any, list[Sent]]:
    """Return the adapter's result and what it sent."""
    kept: list[Sent] = []
    fakes = Fakes(judge.provider, judge.stands_for)

    class Keeping(SandboxTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            meant = httpx.Request(
                request.method, fakes.read_as(str(request.url)), headers=request.headers, content=request.content
            )
            response = await super().handle_async_request(meant)
            answer = Answer(response.status_code, text=response.text)
            kept.append(Sent.of(request.method, str(request.url), dict(request.headers), request.content, answer))
            return response

    transport = Keeping(0, knows="everything", delay=None, size=SIZE)
    auth = registry.info(judge.provider).auth
    needed = {name: SECRET for name in auth.fields if name not in auth.optional or name == auth.fields[0]}
    async with Session(
        credentials={judge.provider: needed}, transport=transport, limiter=HurriedLimiter(), retries=0
    ) as session:
        session._use(HurriedJobs(session._context))
        if question.operation in ("quota", "check"):
            result = await getattr(session, question.operation)(judge.provider)
        else:
            result = await session.call(judge.provider, question.operation, dict(query))
    return result, kept


def clients(judge: Judge, question: Question, query: Query) -> tuple[Mapping[str, Any], list[Sent], list[str]]:
    """Return what the client found, what it sent, and why it refused the reply, where it did."""
    line, found, refused = Line(Fakes(judge.provider, judge.stands_for).answer), {}, []
    with rerouted(line), ExitStack() as stack:
        if judge.loopback:
            here = stack.enter_context(served(line, registry.info(judge.provider).base_url))
            query = Query({**query, "loopback": here})
        try:
            found = question.ask(judge.client(), query)
        except Exception as error:  # whatever a client raises over a reply is its verdict
            said = [one.reply.status for one in line.sent]
            refused = [f"the client refuses the reply ({said}): {type(error).__name__}: {error}"]
    return found, line.sent, refused


async def disputes(judge: Judge, question: Question) -> list[str]:
    """Ask both, and return where they differ."""
    query = query_of(judge, question)
    found, theirs, problems = await asyncio.to_thread(clients, judge, question, query)
    result, ours = await adapters(judge, question, query)
    problems = [*problems, *compare(judge, question, theirs, ours)]
    return problems + (disagreements(found, result) if found else [])


def compare(judge: Judge, question: Question, theirs: list[Sent], ours: list[Sent]) -> list[str]:
    """Return where the requests of the client and of the adapter differ."""
    theirs, ours = _once(theirs), _once(ours)
    allowed = {**judge.differs, **question.differs}
    lines, met = [], set()
    if len(theirs) != len(ours) and "count" not in allowed:
        lines.append(f"the client sent {[one.line for one in theirs]}, the adapter {[one.line for one in ours]}")
    elif len(theirs) != len(ours):
        met.add("count")
    for client, adapter in zip(theirs, ours, strict=False):
        for place, said, asked in _differences(client, adapter):
            if place in allowed:
                met.add(place)
            else:
                lines.append(f"{client.line}: {place} is {said!r} with the client, {asked!r} with the adapter")
    stale = set(question.differs) - met
    return lines + [f"{place} does not differ; take it out of `differs`" for place in sorted(stale)]


def _differences(client: Sent, adapter: Sent) -> list[tuple[str, Any, Any]]:
    found: list[tuple[str, Any, Any]] = []
    if client.line != adapter.line:
        found.append(("line", client.line, adapter.line))
    if client.keys != adapter.keys:
        found.append(("key", sorted(client.keys), sorted(adapter.keys)))
    for place in sorted({*client.parts, *adapter.parts}):
        said, asked = client.parts.get(place), adapter.parts.get(place)
        if _plain(said) != _plain(asked):
            found.append((place, said, asked))
    for name in sorted(adapter.headers):
        if client.headers.get(name) != adapter.headers[name]:
            found.append((f"header:{name}", client.headers.get(name), adapter.headers[name]))
    return found


def _plain(value: Any) -> Any:
    """Return a value in one form: numbers and words of a query string as text, what is absent as None."""
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items() if part is not None}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    if isinstance(value, bool):
        return str(value).lower()
    if value in ("True", "False"):
        return value.lower()
    return str(value) if isinstance(value, int | float) else value


def _once(sent: list[Sent]) -> list[Sent]:
    """Return the requests without repetitions in a row (polls)."""
    return [
        one
        for place, one in enumerate(sent)
        if not place or (one.line, one.parts) != (sent[place - 1].line, sent[place - 1].parts)
    ]


def disagreements(found: Mapping[str, Any], result: Any) -> list[str]:
    """Return where the facts the client found are not the adapter's."""
    if isinstance(result, Quota):
        data = {name: getattr(result, name) for name in ("plan", "used", "remaining", "resets_at")}
        data |= {f"pool {name}": amount for name, amount in result.pools.items()}
    elif isinstance(result, Hit):
        data = {**result.data, "confidence": result.confidence}
    elif isinstance(result, bool):
        data = {"good": result}
    else:
        return [f"the adapter has a {type(result).__name__}"]
    if not found:
        return ["the question compares no fact"]
    lines = []
    for name, value in found.items():
        cleaned = clean.fields({name: value})[0].get(name, value) if isinstance(result, Hit) else value
        if cleaned in (None, "", []):
            lines.append(f"{name}: the client found nothing")
        elif not _same(cleaned, data.get(name)):
            lines.append(f"{name} is {cleaned!r} with the client, {data.get(name)!r} with the adapter")
    return lines


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(other, int | float | Decimal) and isinstance(one, str) and one.replace(".", "", 1).isdigit():
        one = Decimal(one)
    if isinstance(one, int | float | Decimal) and isinstance(other, int | float | Decimal):
        return abs(Decimal(str(one)) - Decimal(str(other))) < Decimal("0.001")
    if isinstance(one, dict) and isinstance(other, dict):  # of an item of a list, the client may name a few facts
        return all(_same(value, other.get(name)) for name, value in one.items())
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    return bool(one == other)
