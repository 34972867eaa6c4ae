"""A plugin that breaks every rule an adapter has, a native one that does, and one that keeps them all."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Mapping
from typing import Any, ClassVar

import httpx

import leadenrich as le
from leadenrich.contract import to_credits
from leadenrich.registry import registry
from tests.engine.storm_seams import NONSENSE, WORDS, Unshowable, raised
from tests.engine.vendors import KEY, facts, name

MODES = (
    *("fine",) * 6,
    "raises before",
    "raises after",
    "yields nonsense",
    "yields nonsense after",
    "returns nonsense",
    "returns nothing after",
    "never ends",
    "never ends for nothing",
    "odd claim",
    "odd values",
    "no waiting for the end",
    "waits for nonsense",
    "waits for ever",
    "asks a stranger",
    "asks oddly",
    "is async",
    "is no generator",
    "keeps on after its end",
    "changes the reply",
)
"""What a flow of the foul plugin does with a question: by the question alone, for generators are pure."""
BULK_MODES = (*("fine",) * 3, "raises", "short", "nonsense", "nothing", "errors", "back", "dict", "yields nonsense")
UNCHARGED = ("no waiting for the end", "odd values")
"""After these the plugin says, and may say, that nothing was found: so its server must not have charged."""


class Foul(le.HTTPProvider):
    """The plugin that breaks them."""

    info = facts("foul", concurrency=None)
    salt: ClassVar[str] = ""
    seen: ClassVar[Counter[str]] = Counter()

    @classmethod
    def mode(cls, operation: str, who: Any) -> str:
        """Return what it does with a question."""
        return random.Random(f"{cls.salt} {operation} {who}").choice(MODES)

    def _flow(self, operation: str, query: le.Query) -> Any:
        for field in query:
            Foul.seen[field] += 1
        who = query["full_name"]
        mode, rng = self.mode(operation, who), random.Random(f"{self.salt} {who}")
        if mode == "is async":
            return _coroutine()
        if mode == "is no generator":
            return rng.choice([None, 7, [le.Request("GET", "/person")], object()])
        return self._steps(mode, rng, le.Request("GET", "/person", params={"name": who, "for": operation}))

    def _steps(self, mode: str, rng: random.Random, request: le.Request) -> Any:
        if mode == "raises before":
            raise _failure(rng, request.params["name"])
        if mode == "yields nonsense":
            yield rng.choice(NONSENSE)
        if mode == "asks a stranger":
            yield le.Request("GET", "https://stranger.example/steal")
        if mode == "asks oddly":
            odd = [float("inf"), float("nan"), -1, 1e9]
            yield rng.choice([le.Request("GET", "/person", after=rng.choice(odd)), le.Request("GET", "/{lost}")])
        if mode == "never ends":
            number = 0
            while True:
                number += 1
                yield le.Request("GET", "/person", params={**request.params, "n": number})
        if mode == "never ends for nothing":
            while True:
                yield le.Request("GET", "/free", paid=False)
        reply = yield request
        match mode:
            case "raises after":
                raise raised(rng)
            case "yields nonsense after":
                yield rng.choice(NONSENSE)
            case "returns nonsense":
                return rng.choice([7, "word", [], {"email": "x"}, object, Unshowable(), le.Hit, NotImplemented])
            case "returns nothing after":
                return None
            case "odd claim":
                return _hit(reply, rng.choice(["NaN", "Infinity", "1e999", -1, "1,000", "", [], {"": -3}]))
            case "odd values":
                odd: Any = rng.choice([7, [], {}, None, float("nan"), "x" * 10_000, "\ud800", {"a": Unshowable()}])
                return le.Hit({"email": odd, "title": {}})
            case "no waiting for the end":
                yield le.Wait(reply.get("id"), poll=le.Request("GET", "/free", paid=False), every=float("nan"))
                return le.Miss()
            case "waits for nonsense":
                every: Any = rng.choice([float("inf"), -1, 0, 1e12])
                yield le.Wait(rng.choice([None, 7, "", Unshowable()]), every=every)
            case "waits for ever":
                while True:
                    yield le.Wait("job", poll=le.Request("GET", "/free", paid=False), every=2)
            case "keeps on after its end":
                try:
                    yield rng.choice(NONSENSE[:3])
                finally:
                    yield request
            case "changes the reply":
                reply.headers = None
                del reply.request
        return _hit(reply, None)

    @le.operation("find_email", needs=[("full_name",)], gives=("email", "title"), credits=1, patience=60)
    def find_email(self, query: le.Query) -> le.Flow:
        """Do whatever."""
        return self._flow("find_email", query)  # type: ignore[no-any-return]

    @le.operation("enrich_person", needs=[("full_name",)], gives=("email", "title"), credits=1, patience=60)
    def enrich_person(self, query: le.Query) -> le.Flow:
        """Do whatever."""
        return self._flow("enrich_person", query)  # type: ignore[no-any-return]

    @le.operation("enrich_company", needs=[("company_domain",)], gives=("company_name",), credits=1)
    def enrich_company(self, query: le.Query) -> le.Flow:
        """Be folded, badly."""
        reply = yield le.Request("GET", "/company", params=query.pick(domain="company_domain"))
        return le.Hit(company_name=reply.get("name")) if reply.get("name") else le.Miss()

    def _group(request: le.Request) -> Any:  # type: ignore[misc]  # a function of the class body
        drawn = random.Random(f"{Foul.salt} group {request.params}").random()
        if drawn < 0.05:
            raise RuntimeError(WORDS)
        return [] if drawn < 0.1 else None if drawn < 0.15 else "one"

    @classmethod
    def bulk_mode(cls, domains: list[str]) -> tuple[random.Random, str]:
        """Return what it does to these, and the chance that goes on from there."""
        rng = random.Random(f"{cls.salt} {domains}")
        return rng, rng.choice(BULK_MODES)

    @le.bulk("GET", "/company", max_items=5, group=_group, patience=60)
    def companies(self, requests: Any) -> le.Fold:
        """Ask for several."""
        domains = [request.params["domain"] for request in requests]
        rng, mode = self.bulk_mode(domains)
        if mode == "yields nonsense":
            yield rng.choice(NONSENSE)  # type: ignore[misc]  # on purpose
        reply = yield le.Request("POST", "/companies", json={"domains": domains})
        names = reply.get("names")
        good: list[Any] = [reply.with_json({"name": names.get(domain)}) for domain in domains]
        match mode:
            case "raises":
                raise raised(rng)
            case "short":
                return good[1:]
            case "nonsense":
                return [rng.choice(NONSENSE) for _ in good]
            case "nothing":
                return None  # type: ignore[return-value]  # on purpose
            case "errors":
                return [le.ProviderError(f"{KEY} {domains}"), *good[1:]]
            case "back":
                return [requests[0], *good[1:]]
            case "dict":
                return dict(zip(domains, good, strict=True))  # type: ignore[return-value]  # on purpose
        return good

    def classify(self, reply: le.Reply) -> Any:
        """Judge a reply, or fall over it."""
        drawn = random.Random(f"{self.salt} classify {sorted((reply.request.params or {}).items())}").random()
        if drawn < 0.03:
            raise RuntimeError(WORDS)
        return NONSENSE[int(drawn * 1000) % len(NONSENSE)] if drawn < 0.06 else None

    def delivered(self, body: Any, headers: Mapping[str, str]) -> Any:
        """Read a webhook, or fall over it."""
        return random.choice([7, None, [("job", Unshowable())], [7], [(None, None)], {"a": 1}, [("job", {})]])


def _failure(rng: random.Random, who: str) -> BaseException:
    """Return what is raised before anything is asked: also errors of the library's, which repeat what was asked."""
    words = f"{KEY} {who}"
    kind = rng.choice([None, None, le.ProviderError, le.ConfigurationError, le.WaterfallError])
    return raised(rng, words) if kind is None else kind(words)


def _hit(reply: le.Reply, credits: Any) -> le.Hit | le.Miss:
    if not reply.get("email"):
        return le.Miss()
    found = {"email": reply.get("email"), "title": reply.get("title")}
    return le.Hit(found, credits=credits) if credits is not None else le.Hit(found)


async def _coroutine() -> None:
    raise AssertionError("nobody waits for this")


class Meek(le.HTTPProvider):
    """The plugin that keeps every rule: whatever happens beside it, it answers."""

    info = facts("meek")

    @le.operation("find_email", needs=[("full_name",)], gives=("email", "title"), credits=1)
    def find_email(self, query: le.Query) -> le.Flow:
        """Ask."""
        reply = yield le.Request("GET", "/person", params=query.pick(name="full_name"))
        return _hit(reply, None)

    @le.operation("enrich_person", needs=[("full_name",)], gives=("email", "title"), credits=1)
    def enrich_person(self, query: le.Query) -> le.Flow:
        """Ask the same."""
        found = yield from self.find_email(query)
        return found

    @le.operation("enrich_company", needs=[("company_domain",)], gives=("company_name",), credits=1)
    def enrich_company(self, query: le.Query) -> le.Flow:
        """Be folded."""
        reply = yield le.Request("GET", "/company", params=query.pick(domain="company_domain"))
        return le.Hit(company_name=reply.get("name")) if reply.get("name") else le.Miss()

    @le.bulk("GET", "/company", max_items=5)
    def companies(self, requests: Any) -> le.Fold:
        """Ask for several."""
        domains = [request.params["domain"] for request in requests]
        reply = yield le.Request("POST", "/companies", json={"domains": domains})
        names = reply.get("names")
        return [reply.with_json({"name": names.get(domain)}) for domain in domains]


class Wild:
    """A plugin that does its own I/O, and whatever else it likes."""

    info = facts("wild").with_features(
        "wild",
        [
            le.Feature("find_email", needs=(("full_name",),), gives=("email",), credits=to_credits(1)),
            le.Feature("enrich_person", needs=(("full_name",),), gives=("email",), credits=to_credits(1)),
        ],
    )
    mischief: ClassVar[Any] = None
    asked: ClassVar[int] = 0

    async def initialize(self, credentials: Mapping[str, str]) -> Any:
        """Take the keys."""
        return (await self.mischief.awaited())[1]

    async def validate_credentials(self) -> Any:
        """Be unsure."""
        return (await self.mischief.awaited())[1]

    async def execute(self, operation: str, query: le.Query) -> Any:
        """Ask."""
        Wild.asked += 1
        well, nonsense = await self.mischief.awaited()
        return le.Hit(email=f"{query['full_name'].lower().replace(' ', '.')}@x.example") if well else nonsense

    async def bulk_execute(self, operation: str, queries: Any) -> Any:
        """Ask for several."""
        return [await self.execute(operation, query) for query in queries]

    async def quota(self) -> Any:
        """Be unsure."""
        return (await self.mischief.awaited())[1]


for cls in (Foul, Meek, Wild):
    registry.register(cls)

CREDENTIALS = {"foul": KEY, "meek": KEY, "wild": KEY}


class Servers(httpx.AsyncBaseTransport):
    """The two vendors' servers, in good health; the transport itself may be somebody's work too.

    Attributes:
        charged: by vendor, what was bought: a question once, however often it is asked in odd ways.
        paid: by vendor, calls that may be charged.
    """

    def __init__(self, rng: random.Random, mischief: Any) -> None:
        self.rng, self.mischief = rng, mischief
        self.paid: Counter[str] = Counter()
        self.bought: dict[str, Counter[str]] = {"foul": Counter(), "meek": Counter()}
        self.strangers = 0
        self.in_flight = 0

    @property
    def calls(self) -> int:
        """Return how many arrived that may be charged."""
        return sum(self.paid.values())

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer."""
        if not request.url.host.endswith(("foul.example", "meek.example")):
            self.strangers += 1
        vendor = request.url.host.split(".")[1]
        if request.url.path != "/free":
            self.paid[vendor] += 1
        self.in_flight += 1
        try:
            await asyncio.sleep(0.01 + self.rng.random() * 0.1)
            answer = self._answer(vendor, request)
            if self.mischief is not None:
                well, nonsense = await self.mischief.awaited()
                return answer if well else nonsense
            return answer
        finally:
            self.in_flight -= 1

    def _answer(self, vendor: str, request: httpx.Request) -> httpx.Response:
        import json

        bought = self.bought.setdefault(vendor, Counter())
        params, path = request.url.params, request.url.path
        if path == "/person" and "name" in params:
            who = params["name"]
            if not knows(who):
                return httpx.Response(200, json={"email": None})
            if "n" not in params and (vendor == "meek" or Foul.mode(params["for"], who) not in UNCHARGED):
                bought[f"{who} {params.get('for')}"] += 1
            found = {"email": f"{who.lower().replace(' ', '.')}@brightloom.example", "title": "Head of Data"}
            return httpx.Response(200, json=found)
        if path == "/company":
            domain = params["domain"]
            bought[domain] += knows(domain) and (vendor == "meek" or not bought[domain])
            return httpx.Response(200, json={"name": f"House {domain}" if knows(domain) else None})
        if path == "/companies":
            domains = json.loads(request.content)["domains"]
            given_back = vendor == "foul" and Foul.bulk_mode(domains)[1] == "back"  # so it has not worked on the first
            worked_on = domains[1:] if given_back else domains
            bought.update(d for d in worked_on if knows(d) and (vendor == "meek" or not bought[d]))
            return httpx.Response(200, json={"names": {d: f"House {d}" for d in domains if knows(d)}})
        return httpx.Response(200, json={})


def knows(question: str) -> bool:
    """Return whether both vendors know somebody: two of three."""
    return sum(question.encode()) % 3 != 0


PEOPLE = [name(i) for i in range(9)]
