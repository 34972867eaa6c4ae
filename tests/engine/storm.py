"""A seeded storm under virtual time: vendors fail in every way at once, consumers leave, and the books must balance.

`run(seed)` plays one storm and raises `AssertionError` with a one-line way to replay it.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections import deque
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import httpx
import looptime

import leadenrich as le
from leadenrich.contract import Rate
from leadenrich.registry import registry
from tests.engine.vendors import KEY, facts, name

PATIENCE = 3600.0
"""Virtual seconds within which every storm must be over."""


RETRY_AFTER: list[dict[str, str]] = [
    {},
    {},
    {"retry-after": "2"},
    {"retry-after": "soon"},
    {"retry-after": "-5"},
    {"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"},
    {"retry-after": "Sat, 21 Oct 2090 07:28:00 GMT"},
]
"""What vendors say, clocks that have jumped among them."""


class Drip(httpx.AsyncByteStream):
    """A body that comes a few bytes at a time, and sometimes never ends."""

    def __init__(self, body: bytes, pause: float) -> None:
        self.body, self.pause = body, pause

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for at in range(0, len(self.body), 16):
            await asyncio.sleep(self.pause)
            yield self.body[at : at + 16]


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
    """The same vendor under another name, healthier."""

    info = facts("breeze", rates=(Rate(10, per=1),))


for cls in (Gale, Breeze):
    registry.register(cls)


@dataclass
class Weather:
    """What one vendor does wrong: shares of its calls."""

    slow: float = 0.0
    hang: float = 0.0
    reset_before: float = 0.0
    reset_after: float = 0.0
    throttle: float = 0.0
    broken: float = 0.0
    html: float = 0.0
    half: float = 0.0
    odd: float = 0.0
    lying: float = 0.0
    drip: float = 0.0

    @classmethod
    def drawn(cls, rng: random.Random) -> Weather:
        worst = rng.choice([0.0, 0.02, 0.1, 0.3])
        return cls(**{name: rng.random() * worst for name in cls.__dataclass_fields__})


@dataclass
class Vendor:
    """One fake server with its weather, its true books and a strict count of arrivals."""

    rng: random.Random
    weather: Weather
    windows: tuple[tuple[int, float], ...]
    charged: Decimal = Decimal(0)
    over_limit: int = 0
    calls: int = 0
    jobs: dict[str, list[Any]] = field(default_factory=dict)
    seen: list[deque[float]] = field(default_factory=list)

    def knows(self, question: str) -> bool:
        return sum(question.encode()) % 3 != 0

    def charge(self, question: str, credits: int) -> None:
        self.charged += credits

    def within_limits(self) -> bool:
        now = asyncio.get_running_loop().time()
        self.seen = self.seen or [deque() for _ in self.windows]
        for (limit, per), seen in zip(self.windows, self.seen, strict=True):
            while seen and seen[0] <= now - per:
                seen.popleft()
            if len(seen) >= limit:
                self.over_limit += 1
                return False
        for seen in self.seen:
            seen.append(now)
        return True

    async def handle(self, request: httpx.Request) -> httpx.Response:
        self.calls += 1
        rng, weather = self.rng, self.weather
        await asyncio.sleep(0.01 + rng.random() * 0.02)
        if not self.within_limits() or rng.random() < weather.throttle:
            headers = rng.choice(RETRY_AFTER)
            return httpx.Response(429, headers=headers, json={"message": "slow down"})
        if rng.random() < weather.reset_before:
            raise httpx.ConnectError("refused")
        if rng.random() < weather.broken:
            return httpx.Response(rng.choice([500, 502, 503]), text="<html>oops")
        if rng.random() < weather.odd:
            return httpx.Response(200, json=rng.choice([[], {"email": {"a": 1}}, {"names": 7}, {"id": None}, 5, None]))
        reply = self.answer(request)
        if rng.random() < weather.slow:
            await asyncio.sleep(rng.random() * 8)
        if rng.random() < weather.hang:
            await asyncio.sleep(500)
        if rng.random() < weather.reset_after:
            raise httpx.ReadError("reset")
        if rng.random() < weather.html:
            return httpx.Response(200, text="<!doctype html>")
        if rng.random() < weather.half:
            return httpx.Response(200, text=json.dumps(reply)[:-3])
        if rng.random() < weather.drip:
            stream = Drip(json.dumps(reply).encode(), rng.choice([0.05, 0.3, 3.0]))
            return httpx.Response(200, stream=stream, headers={"content-type": "application/json"})
        if rng.random() < weather.lying:
            return httpx.Response(200, json=reply, headers={"retry-after": "900", "content-type": "text/html"})
        return httpx.Response(200, json=reply)

    def answer(self, request: httpx.Request) -> Mapping[str, Any]:
        path = request.url.path
        if path == "/person":
            who = request.url.params["name"]
            if not self.knows(who):
                return {"email": None}
            self.charge(who, 1)
            return {"email": f"{who.lower().replace(' ', '.')}@brightloom.example", "title": "Head of Data"}
        if path == "/jobs":
            who = json.loads(request.content)["name"]
            job = f"job-{len(self.jobs)}"
            self.jobs[job] = [who, self.rng.randrange(0, 6) if self.rng.random() < 0.9 else 10_000]
            return {"id": job}
        if path.startswith("/jobs/"):
            job = path.rsplit("/", 1)[1]
            if job not in self.jobs:
                return {"state": "unknown"}
            who, left = self.jobs[job]
            if left > 0:
                self.jobs[job][1] -= 1
                return {"state": "running"}
            if left == 0 and self.knows(who):
                self.jobs[job][1] = -1
                self.charge(f"phone {who}", 5)
            return {"state": "done", "phone": "+12025550142" if self.knows(who) else None}
        domains = json.loads(request.content)["domains"] if path == "/companies" else [request.url.params["domain"]]
        names = {}
        for domain in domains:
            if self.knows(domain):
                self.charge(domain, 1)
                names[domain] = "House " + domain
        return {"names": names} if path == "/companies" else {"name": names.get(domains[0])}


class Sky(httpx.AsyncBaseTransport):
    """Both vendors behind one transport."""

    def __init__(self, seed: int) -> None:
        rng = random.Random(seed)
        self.vendors = {
            "gale": Vendor(random.Random(rng.random()), Weather.drawn(rng), ((20, 1.0), (300, 60.0))),
            "breeze": Vendor(random.Random(rng.random()), Weather.drawn(rng), ((10, 1.0),)),
        }
        self.in_flight = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.in_flight += 1
        try:
            return await self.vendors[request.url.host.split(".")[1]].handle(request)
        finally:
            self.in_flight -= 1


async def storm(seed: int) -> None:
    rng, sky = random.Random(seed * 7919 + 1), Sky(seed)
    limit = rng.choice([5, 40, 100_000])
    budget = le.Budget(credits={"gale": limit, "breeze": limit})
    session = le.Session(
        {"gale": KEY, "breeze": KEY}, transport=sky, budget=budget, timeout=6, retries=rng.choice([0, 2])
    )
    people = [name(i) for i in range(rng.choice([3, 8, 20]))]

    async def one() -> le.LeadEnrichError | Any:
        await asyncio.sleep(rng.random() * 4)
        vendor = rng.choice(["gale", "breeze"])
        operation = rng.choice(["find_email", "enrich_person", "find_phone", "enrich_company"])
        who = rng.choice(people)
        query = (
            {"company_domain": who.split()[0].lower() + ".example"}
            if operation == "enrich_company"
            else {"full_name": who}
        )
        return (await session.ask(vendor, operation, query)).result

    async def stream() -> None:
        waterfall = le.Waterfall("find_email", ["gale", "breeze"], quality_threshold=80)
        records = [{"full_name": rng.choice(people), "id": i} for i in range(rng.randrange(1, 12))]
        leave_after = rng.choice([None, None, 3])
        async with waterfall.stream(records, session=session, concurrency=rng.choice([1, 5, 50])) as rows:
            got = []
            async for row in rows:
                got.append(row.index)
                if leave_after is not None and len(got) >= leave_after:
                    break
        assert len(got) == len(set(got)), "a lead was doubled"
        assert leave_after is not None or sorted(got) == list(range(len(records))), "a lead was lost"

    async def webhooks() -> None:
        for _ in range(rng.randrange(0, 12)):
            await asyncio.sleep(rng.random() * 3)
            body = rng.choice([json.dumps({"job": f"job-{rng.randrange(0, 4)}"}), "{}", "not json", '{"job": null}'])
            for _ in range(rng.choice([1, 1, 3])):
                await session.deliver(rng.choice(["gale", "breeze"]), body, {})

    async with session:
        calls = asyncio.create_task(webhooks())
        asked = [asyncio.create_task(one()) for _ in range(rng.choice([3, 10, 30]))]
        streams = [asyncio.create_task(stream()) for _ in range(rng.randrange(0, 3))]
        for task in rng.sample(asked, len(asked) // rng.choice([1000, 10, 3, 1])):
            asyncio.get_running_loop().call_later(rng.random() * 12, task.cancel)
        done = await asyncio.gather(*asked, return_exceptions=True)
        await asyncio.gather(*streams, calls)
        await asyncio.sleep(0)
    for result in done:
        assert isinstance(result, le.Hit | le.Miss | le.ProviderError | asyncio.CancelledError), result
    await asyncio.sleep(1)
    assert sky.in_flight == 0, "a call was left in flight"
    assert asyncio.all_tasks() == {asyncio.current_task()}, "a task was left behind"
    ledger = session.budget
    assert ledger is not None
    spent = session.usage.cost
    for vendor, books in sky.vendors.items():
        certain = spent.credits.get(vendor, Decimal(0))
        unsure = spent.uncertain_credits.get(vendor, Decimal(0))
        assert ledger.settled[vendor] == certain, f"{vendor}: ledger and usage disagree"
        assert ledger.uncertain[vendor] == unsure, f"{vendor}: ledger and usage disagree on what is uncertain"
        assert ledger.reserved[vendor] == 0, f"{vendor}: a reservation was left open"
        assert certain <= books.charged, f"{vendor}: {certain} booked, {books.charged} charged"
        assert books.charged <= certain + unsure, f"{vendor}: {books.charged} charged, {certain} + {unsure} booked"
        assert certain + unsure <= limit, f"{vendor}: {certain} + {unsure} of {limit}: the wall was crossed"
        assert books.over_limit == 0, f"{vendor}: {books.over_limit} of {books.calls} calls came too early"


def run(seed: int) -> None:
    """Play one storm.

    Raises:
        AssertionError: a promise was broken; the text says how to replay it.
    """
    loop = looptime.patch_event_loop(asyncio.new_event_loop())
    loop.setup_looptime(end=PATIENCE)
    try:
        loop.run_until_complete(storm(seed))
    except BaseException as error:
        raise AssertionError(f"{error!r}; replay with: python -m benchmarks.storm --seed {seed}") from error
    finally:
        loop.close()
