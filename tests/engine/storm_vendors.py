"""Hand-made vendors for storms, and their true servers: bulk forms, jobs, webhooks, lost tokens, rate headers."""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, ClassVar

import httpx

import leadenrich as le
from leadenrich.contract import ClientCredentials, LoginToken, Rate, RateHeaders
from leadenrich.registry import registry
from tests.engine.storm_weather import Sky, Weather
from tests.engine.vendors import KEY, facts, name


class Gale(le.HTTPProvider):
    """A finder with a bulk form, limits and a background job."""

    info = facts("gale", rates=(Rate(20, per=1), Rate(300, per=60)))

    @le.operation("find_email", needs=[("full_name",)], gives=("email", "title"), credits=1)
    def find_email(self, query: le.Query) -> le.Flow:
        """Ask the one endpoint."""
        reply = yield le.Request("GET", "/person", params=query.pick(name="full_name"))
        return le.Hit(email=reply.get("email"), confidence=90) if reply.get("email") else le.Miss()

    @le.operation("enrich_person", needs=[("full_name",)], gives=("email", "title"), credits=1)
    def enrich_person(self, query: le.Query) -> le.Flow:
        """Ask the same endpoint."""
        reply = yield le.Request("GET", "/person", params=query.pick(name="full_name"))
        return le.Hit(email=reply.get("email"), title=reply.get("title")) if reply.get("email") else le.Miss()

    @le.operation("find_phone", needs=[("full_name",)], gives=("mobile_phone",), credits=5, patience=90)
    def find_phone(self, query: le.Query) -> le.Flow:
        """Start a job, then poll."""
        start = yield le.Request("POST", "/jobs", json=query.pick(name="full_name"))
        poll = le.Request("GET", "/jobs/{id}", at={"id": start.get("id")}, paid=False)
        reply = yield le.Wait(start.get("id"), poll=poll, every=3)
        while reply.get("state") != "done":
            reply = yield le.Wait(start.get("id"), poll=poll, every=3)
        return le.Hit(mobile_phone=reply.get("phone")) if reply.get("phone") else le.Miss()

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

    def delivered(self, body: Any, headers: Mapping[str, str]) -> list[tuple[str, Any]]:
        """Say which job a webhook speaks of."""
        return [(body["job"], {})]


class Breeze(Gale):
    """The same vendor under another name, with rate headers."""

    info = facts("breeze", rates=(Rate(10, per=1),), rate_headers=RateHeaders("x-left", "x-reset", "x-limit"))


class Squall(Gale):
    """One that wants a token, says in odd ways when the window is full again, and counts items."""

    info = facts(
        "squall",
        auth=ClientCredentials("https://api.squall.example/token"),
        rates=(Rate(15, per=1, unit="items"),),
        rate_headers=RateHeaders("x-left", "x-reset", "x-limit", reset_as="duration"),
    )

    @le.bulk("GET", "/company", max_items=5, patience=60)
    def companies(self, requests: Any) -> le.Fold:
        """Start a job for several, wait for it, and tell of each."""
        domains = [request.params["domain"] for request in requests]
        start = yield le.Request("POST", "/companies/jobs", json={"domains": domains}, weight=len(domains))
        poll = le.Request("GET", "/companies/jobs/{id}", at={"id": start.get("id")}, paid=False)
        reply = yield le.Wait(start.get("id"), poll=poll, every=2)
        while reply.get("state") != "done":
            reply = yield le.Wait(start.get("id"), poll=poll, every=2)
        names = reply.get("names")
        return [reply.with_json({"name": names.get(domain)}) for domain in domains]


class Monsoon(Gale):
    """One with a login for a JWT and several purses, where a search costs by what it finds."""

    info = facts(
        "monsoon",
        auth=LoginToken(
            "https://api.monsoon.example/oauth/login",
            places={"user": "username", "pass": "password"},
            token_at="jwt",
            lifetime=40,
        ),
        concurrency=3,
        rate_headers=RateHeaders("x-left", "x-reset", reset_as="timestamp"),
        prices=(le.Price("0.02", pool="mail"), le.Price("0.1", pool="mobile")),
    )
    errors: ClassVar[Mapping[int, le.ErrorCode]] = {418: le.ErrorCode.PROVIDER_RATE_LIMIT}

    @le.operation("find_email", needs=[("full_name",)], gives=("email", "title"), credits={"mail": 1})
    def find_email(self, query: le.Query) -> le.Flow:
        """Ask, then ask for more where the first answer says that there is."""
        reply = yield le.Request("GET", "/person", params=query.pick(name="full_name"))
        if reply.get("email"):
            yield le.Request("GET", "/person/seen", params=query.pick(name="full_name"), paid=False)
        return le.Hit(email=reply.get("email"), confidence=90) if reply.get("email") else le.Miss()

    @le.operation("enrich_person", needs=[("full_name",)], gives=("email", "title"), credits={"mail": 1})
    def enrich_person(self, query: le.Query) -> le.Flow:
        """Ask the same endpoint."""
        reply = yield le.Request("GET", "/person", params=query.pick(name="full_name"))
        return le.Hit(email=reply.get("email"), title=reply.get("title")) if reply.get("email") else le.Miss()

    @le.operation("find_phone", needs=[("full_name",)], gives=("mobile_phone",), credits={"mobile": 5}, patience=90)
    def find_phone(self, query: le.Query) -> le.Flow:
        """Start a job."""
        found = yield from Gale.find_phone(self, query)
        return found

    @le.operation("enrich_company", needs=[("company_domain",)], gives=("company_name",), credits={"mail": 1})
    def enrich_company(self, query: le.Query) -> le.Flow:
        """Be folded."""
        found = yield from Gale.enrich_company(self, query)
        return found


VENDORS = ("gale", "breeze", "squall", "monsoon")
for cls in (Gale, Breeze, Squall, Monsoon):
    registry.register(cls)

CREDENTIALS: dict[str, Any] = {
    "gale": KEY,
    "breeze": KEY,
    "squall": {"client_id": "mira-public", "client_secret": KEY},
    "monsoon": {"username": "mira-public", "password": KEY},
}
WINDOWS = {"gale": ((20, 1.0), (300, 60.0)), "breeze": ((10, 1.0),), "squall": ((15, 1.0),), "monsoon": ()}
LOGINS = ("/token", "/oauth/login")


@dataclass
class Books:
    """What one vendor knows for certain: what it has taken, from whom, and how many calls came too early."""

    charged: Decimal = Decimal(0)
    purses: Counter[str] = field(default_factory=Counter)
    bought: Counter[str] = field(default_factory=Counter)
    over_limit: int = 0
    jobs: dict[str, list[Any]] = field(default_factory=dict)
    seen: list[deque[tuple[float, int]]] = field(default_factory=list)
    tokens: dict[str, float] = field(default_factory=dict)
    logins: int = 0

    def charge(self, what: str, credits: int, purse: str = "") -> None:
        """Take credits."""
        self.charged += credits
        self.purses[purse] += credits
        self.bought[what] += 1


class HandMade(Sky):
    """The four vendors above."""

    def __init__(self, rng: random.Random, vendors: tuple[str, ...] = VENDORS) -> None:
        super().__init__(rng)
        self.books = {vendor: Books() for vendor in vendors}
        self.weather = {vendor: Weather.drawn(rng) for vendor in vendors}
        self.jobs_end = False
        self.tokens = rng.choice([3600, 5, 0, -1, "NaN", "1e999", None])
        for vendor in vendors:
            if vendor in ("gale", "breeze"):
                self.weather[vendor].lost_token = 0.0  # there it would mean that the key is refused

    def vendor_of(self, request: httpx.Request) -> str:
        return request.url.host.split(".")[1]

    def is_login(self, request: httpx.Request) -> bool:
        return request.url.path in LOGINS

    def is_paid(self, vendor: str, request: httpx.Request) -> bool:
        path = request.url.path
        return not (self.is_login(request) or ("/jobs/" in path and request.method == "GET") or path == "/person/seen")

    def rate_headers(self, vendor: str) -> tuple[str, ...]:
        return {"breeze": ("x-left", "x-reset"), "squall": ("x-left", "x-reset"), "monsoon": ("x-left", "x-reset")}.get(
            vendor, ()
        )

    def too_early(self, vendor: str, request: httpx.Request) -> bool:
        books, windows, now = self.books[vendor], WINDOWS[vendor], asyncio.get_running_loop().time()
        weight = 1
        if vendor == "squall" and request.url.path == "/companies/jobs":
            weight = len(json.loads(request.content)["domains"])
        books.seen = books.seen or [deque() for _ in windows]
        for (limit, per), seen in zip(windows, books.seen, strict=True):
            while seen and seen[0][0] <= now - per:
                seen.popleft()
            if sum(one for _, one in seen) + weight > limit and seen:
                books.over_limit += 1
                return True
        for seen in books.seen:
            seen.append((now, weight))
        return False

    def charged(self, vendor: str) -> Decimal:
        return self.books[vendor].charged

    def knows(self, question: str) -> bool:
        """Return whether the vendors know somebody: two of three."""
        return sum(question.encode()) % 3 != 0

    async def answer(self, vendor: str, request: httpx.Request) -> httpx.Response:
        books, path = self.books[vendor], request.url.path
        if self.is_login(request):
            return self._login(vendor, request)
        if vendor in ("squall", "monsoon"):
            token = request.headers.get("authorization", "").removeprefix("Bearer ")
            if books.tokens.get(token, -1.0) < asyncio.get_running_loop().time():
                return httpx.Response(401, json={"message": "token expired"})
        mail, mobile = ("mail", "mobile") if vendor == "monsoon" else ("", "")
        if path == "/person":
            who = request.url.params["name"]
            if not self.knows(who):
                return httpx.Response(200, json={"email": None})
            books.charge(who, 1, mail)
            found = {"email": f"{who.lower().replace(' ', '.')}@brightloom.example", "title": "Head of Data"}
            return httpx.Response(200, json=found)
        if path == "/person/seen":
            return httpx.Response(200, json={})
        if path == "/jobs":
            return self._job(books, json.loads(request.content)["name"])
        if path == "/companies/jobs":
            domains = json.loads(request.content)["domains"]
            return self._job(books, {domain: self._company(books, domain, mail) for domain in domains})
        if path.startswith(("/jobs/", "/companies/jobs/")):
            return self._state(books, path.rsplit("/", 1)[1], mobile)
        domains = json.loads(request.content)["domains"] if path == "/companies" else [request.url.params["domain"]]
        names = {domain: found for domain in domains if (found := self._company(books, domain, mail))}
        return httpx.Response(200, json={"names": names} if path == "/companies" else {"name": names.get(domains[0])})

    def _company(self, books: Books, domain: str, purse: str) -> str | None:
        if not self.knows(domain):
            return None
        books.charge(domain, 1, purse)
        return "House " + domain

    def _job(self, books: Books, what: Any) -> httpx.Response:
        job = f"job-{len(books.jobs)}"
        books.jobs[job] = [what, self.rng.randrange(0, 6) if self.rng.random() < 0.9 or self.jobs_end else 10_000]
        return httpx.Response(200, json={"id": job})

    def _state(self, books: Books, job: str, purse: str) -> httpx.Response:
        if job not in books.jobs:
            return httpx.Response(200, json={"state": "unknown"})
        what, left = books.jobs[job]
        if left > 0:
            books.jobs[job][1] -= 1
            return httpx.Response(200, json={"state": "running"})
        if isinstance(what, dict):
            return httpx.Response(200, json={"state": "done", "names": what})
        if left == 0 and self.knows(what):
            books.jobs[job][1] = -1
            books.charge(f"phone {what}", 5, purse)
        return httpx.Response(200, json={"state": "done", "phone": "+12025550142" if self.knows(what) else None})

    def _login(self, vendor: str, request: httpx.Request) -> httpx.Response:
        books = self.books[vendor]
        if KEY not in request.content.decode():
            return httpx.Response(401, json={"message": "who"})
        books.logins += 1
        token = f"tok-{vendor}-{books.logins}-sesame"
        lives = self.tokens if isinstance(self.tokens, int) and self.tokens > 0 else 3600
        books.tokens[token] = asyncio.get_running_loop().time() + lives
        if vendor == "monsoon":
            return httpx.Response(200, json={"jwt": token})
        return httpx.Response(200, json={"access_token": token, "expires_in": self.tokens})

    # ---- what may be asked

    def questions(self, count: int) -> list[tuple[str, str, dict[str, str]]]:
        """Return questions: vendor, operation, query; few people, so that many are alike."""
        rng = self.rng
        people = [name(i) for i in range(rng.choice([3, 8, 20]))]
        found = []
        for _ in range(count):
            operation = rng.choice(["find_email", "enrich_person", "find_phone", "enrich_company"])
            who = rng.choice(people)
            query = (
                {"company_domain": who.split()[0].lower() + ".example"}
                if operation == "enrich_company"
                else {"full_name": who}
            )
            found.append((rng.choice(list(self.books)), operation, query))
        return found

    def records(self, count: int) -> list[dict[str, Any]]:
        """Return leads."""
        people = [name(i) for i in range(8)]
        return [{"full_name": self.rng.choice(people), "id": i} for i in range(count)]

    def finders(self) -> list[str]:
        """Return vendors that find addresses."""
        return self.rng.sample(list(self.books), 2)

    def bulk_heavy(self) -> tuple[str, str]:
        """Return a vendor and an operation with a bulk form."""
        return self.rng.choice(list(self.books)), "enrich_company"

    @property
    def credentials(self) -> dict[str, Any]:
        """Return what a session needs."""
        return {vendor: CREDENTIALS[vendor] for vendor in self.books}

    @property
    def secrets(self) -> list[str]:
        """Return what no text may show."""
        return [KEY, *(token for books in self.books.values() for token in books.tokens)]

    @property
    def private(self) -> list[str]:
        """Return the values of people that no text may show."""
        people = [name(i) for i in range(20)]
        return [*people, *(f"{who.lower().replace(' ', '.')}@" for who in people), "2025550142"]
