"""Kill a job at random moments, three times each, then let it finish: what was lost, doubled, paid twice.

    python -m benchmarks.crash                # 200 moments
    python -m benchmarks.crash --moments 20 --seed 7

The vendors are invented, one of every kind: a plain call, a bulk call, a job that is polled, a job that calls back, and
a bulk job. They write down on disk, outside the library, what arrives and what they charge for it.

A moment is chosen by what has happened, so that it is the same on a fast and on a slow machine: the n-th request that
arrives, before or after the vendor has worked on it, or some processor time later. Both end the process at once,
between any two instructions, and none of its own code runs: SIGKILL, or the default action of SIGPROF.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import faulthandler
import json
import multiprocessing
import os
import random
import signal
import sqlite3
import tempfile
import traceback
import warnings
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx

import leadenrich as le
from benchmarks._measure import Figure, report
from leadenrich.contract import (
    Category,
    Flow,
    Fold,
    HeaderKey,
    Hit,
    HTTPProvider,
    Miss,
    Price,
    ProviderInfo,
    Query,
    Request,
    Tier,
    Wait,
    bulk,
    operation,
)
from leadenrich.registry import registry

LEADS = 12
CONCURRENCY = 8
KILLS = 3
LATEST = 30
"""Requests after which a run is killed at the latest: a whole run sends some 60, polls included."""
MORE = 0.02
"""Seconds of processor time, at the most, that a run still has after such a request."""
HANGS = 120
"""Seconds after which a run that is not killed counts as hanging."""
USD = Decimal("0.01")
NEED = Decimal("3.50")
"""More than a job of so many leads can cost."""


def _info(name: str) -> ProviderInfo:
    return ProviderInfo(
        id=name,
        title=name.title(),
        category=Category.EMAIL_CONTACT,
        tier=Tier.FREE,
        base_url=f"https://api.{name}.example",
        docs_url=f"https://{name}.example/docs",
        auth=HeaderKey("x-api-key"),
        prices=(Price(str(USD)),),
    )


class Plainly(HTTPProvider):
    """One call, one answer."""

    info = _info("plainly")

    @operation("find_email", needs=[("full_name",)], credits=1)
    def find_email(self, query: Query) -> Flow:
        """Ask."""
        reply = yield Request("POST", "/find", json=query.pick("full_name"))
        return Hit(email=reply.get("email")) if reply.get("email") else Miss()


class Bulky(HTTPProvider):
    """Verifies many addresses in one call; every one is charged."""

    info = _info("bulky")

    @operation("verify_email", needs=[("email",)], credits=1, charged="on_call")
    def verify_email(self, query: Query) -> Flow:
        """Ask one."""
        reply = yield Request("GET", "/one", params=query.pick("email"))
        return Hit(email_status=reply.get("status"))

    @bulk("GET", "/one", max_items=6)
    def many(self, requests: Sequence[Request]) -> Fold:
        """Ask many."""
        emails = [request.params["email"] for request in requests if request.params]
        reply = yield Request("POST", "/many", json={"emails": emails}, weight=len(emails))
        return [reply.with_json({"status": status}) for status in reply.get("statuses")]


class Polled(HTTPProvider):
    """A background job that is polled."""

    info = _info("polled")

    @operation("find_phone", needs=[("full_name",)], gives=("mobile_phone",), credits=8, patience=20)
    def find_phone(self, query: Query) -> Flow:
        """Start a job and poll it."""
        reply = yield Request("POST", "/jobs", json=query.pick("full_name"), expect=(202,))
        name = reply.get("id")
        while reply.get("state") == "running":
            reply = yield Wait(name, poll=Request("GET", f"/jobs/{name}", paid=False), every=0.05)
        return Hit(mobile_phone=reply.get("phone")) if reply.get("phone") else Miss()


class Hooked(HTTPProvider):
    """A background job that calls back, and cannot be polled."""

    info = _info("hooked")

    @operation("find_linkedin", needs=[("full_name",)], gives=("linkedin_url",), credits=3, patience=1)
    def find_linkedin(self, query: Query) -> Flow:
        """Be called back."""
        start = yield Request("POST", "/jobs", json={**query.pick("full_name"), "url": self.webhook_url})
        reply = yield Wait(start.get("id"))
        return Hit(linkedin_url=reply.get("url")) if reply.get("url") else Miss()

    def delivered(self, body: Any, headers: Mapping[str, str]) -> list[tuple[str, Any]]:
        """Say which job it speaks of."""
        return [(body["id"], body)]


class Batched(HTTPProvider):
    """A bulk job: many people at once, polled."""

    info = _info("batched")

    @operation("enrich_person", needs=[("full_name",)], gives=("title",), credits=2, patience=20)
    def enrich_person(self, query: Query) -> Flow:
        """Ask one."""
        reply = yield Request("POST", "/person", json=query.pick("full_name"))
        return Hit(title=reply.get("title")) if reply.get("title") else Miss()

    @bulk("POST", "/person", max_items=6, patience=20)
    def many(self, requests: Sequence[Request]) -> Fold:
        """Ask many in a job."""
        names = [request.json["full_name"] for request in requests]
        reply = yield Request("POST", "/batches", json={"names": names}, weight=len(names), expect=(202,))
        name = reply.get("id")
        while reply.get("state") == "running":
            reply = yield Wait(name, poll=Request("GET", f"/batches/{name}", paid=False), every=0.05)
        return [reply.with_json({"title": title}) for title in reply.get("titles")]


PROVIDERS = (Plainly, Bulky, Polled, Hooked, Batched)
for provider in PROVIDERS:
    registry.register(provider)


def _now() -> float:
    return datetime.now(UTC).timestamp()


def _knows(what: str, who: str) -> bool:
    """Return whether the vendor knows somebody: the same in every run."""
    return zlib.crc32(f"{what} {who}".encode()) % 10 < 7


@dataclass
class Death:
    """When a run ends: at the request of this number, before the vendor works on it, after, or some time later."""

    request: int
    when: str
    later: float

    @classmethod
    def drawn(cls, chance: random.Random) -> Death:
        """Return a moment."""
        return cls(chance.randrange(1, LATEST), chance.choice(["before", "after", "later"]), chance.uniform(1e-4, MORE))

    def come(self, request: int, when: str) -> None:
        """End this process, if the moment has come."""
        if request != self.request or when != self.when:
            return
        if when == "later":
            signal.signal(signal.SIGPROF, signal.SIG_DFL)
            signal.setitimer(signal.ITIMER_PROF, self.later)
        else:
            os.kill(os.getpid(), signal.SIGKILL)


class Vendors(httpx.AsyncBaseTransport):
    """The vendors' side, with a memory on disk that no kill of the library's process touches."""

    def __init__(self, folder: Path, seed: int, death: Death | None = None) -> None:
        self.arrived, self._death = 0, death
        self.path = folder / "vendors.jsonl"
        self._file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._chance = random.Random(seed)
        self.session: le.Session | None = None
        self._deliveries: set[asyncio.Task[None]] = set()

    def resume(self) -> None:
        """Go on trying to deliver what was not taken before."""
        told = lines_of(self.path)
        taken = {line["id"] for line in told if line["what"] == "taken"}
        for line in told:
            if line["what"] == "find_linkedin" and line["id"] not in taken:
                self._deliver(line)

    def _write(self, **line: Any) -> dict[str, Any]:
        os.write(self._file, json.dumps({"at": _now(), **line}).encode() + b"\n")
        return line

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer as the vendor of that host."""
        body = json.loads(request.content) if request.content else dict(request.url.params)
        vendor, path = request.url.host.split(".")[1], request.url.path
        self.arrived += 1
        number = self.arrived
        self._perhaps_die(number, "before")
        answer = getattr(self, f"_{vendor}")(request.method, path, body)  # what arrives is charged, answered or not
        self._perhaps_die(number, "after")
        self._perhaps_die(number, "later")
        await asyncio.sleep(self._chance.uniform(0.002, 0.03))
        return answer if isinstance(answer, httpx.Response) else httpx.Response(200, json=answer)

    def _perhaps_die(self, number: int, when: str) -> None:
        if self._death is not None:
            self._death.come(number, when)

    def _plainly(self, method: str, path: str, body: Any) -> Any:
        who = body["full_name"]
        found = _knows("email", who)
        self._write(what="find_email", who=who, charged=int(found))
        return {"email": f"{who.lower().replace(' ', '.')}@brightloom.example"} if found else {}

    def _bulky(self, method: str, path: str, body: Any) -> Any:
        emails = body["emails"] if method == "POST" else [body["email"]]
        for email in emails:
            self._write(what="verify_email", who=email, charged=1)
        return {"statuses": ["valid"] * len(emails)} if method == "POST" else {"status": "valid"}

    def _polled(self, method: str, path: str, body: Any) -> Any:
        if method == "POST":
            who = body["full_name"]
            number = self._chance.getrandbits(48)
            self._write(
                what="find_phone", who=who, charged=8 * _knows("phone", who), id=f"p{number}", done=self._soon()
            )
            return httpx.Response(202, json={"id": f"p{number}", "state": "running"})
        job = self._job(path)
        self._write(what="polled", job=job["id"])
        if job["done"] > _now():
            return {"state": "running"}
        return {"state": "done", "phone": "+14155550123" if job["charged"] else None}

    def _batched(self, method: str, path: str, body: Any) -> Any:
        if method == "POST":
            names = body.get("names") or [body["full_name"]]
            found = [_knows("title", who) for who in names]
            number, done = self._chance.getrandbits(48), self._soon()
            for who, known in zip(names, found, strict=True):
                self._write(what="enrich_person", who=who, charged=2 * known, id=f"b{number}", done=done)
            titles = ["Head of Data" if known else None for known in found]
            if path == "/person":
                return {"title": titles[0]}
            return httpx.Response(202, json={"id": f"b{number}", "state": "running"})
        jobs = [line for line in lines_of(self.path) if line.get("id") == path.rpartition("/")[2]]
        self._write(what="polled", job=jobs[0]["id"])
        if jobs[0]["done"] > _now():
            return {"state": "running"}
        return {"state": "done", "titles": ["Head of Data" if job["charged"] else None for job in jobs]}

    def _hooked(self, method: str, path: str, body: Any) -> Any:
        who = body["full_name"]
        number = f"h{self._chance.getrandbits(48)}"
        charged, done = 3 * _knows("profile", who), self._soon()
        line = self._write(what="find_linkedin", who=who, charged=charged, id=number, done=done, url=body["url"])
        self._deliver(line)
        return {"id": number}

    def _deliver(self, line: Mapping[str, Any]) -> None:
        task = asyncio.ensure_future(self._until_taken(line))
        self._deliveries.add(task)
        task.add_done_callback(self._deliveries.discard)

    async def _until_taken(self, line: Mapping[str, Any]) -> None:
        url = "https://www.linkedin.com/in/mira-okafor" if line["charged"] else None
        body = json.dumps({"id": line["id"], "url": url}).encode()
        token = str(line["url"]).partition("token=")[2]
        await asyncio.sleep(max(line["done"] - _now(), 0))
        assert self.session is not None
        for _ in range(10_000):
            if await self.session.deliver("hooked", body, {}, token=token):
                break
            await asyncio.sleep(0.03)
        self._write(what="taken", id=line["id"])

    def _soon(self) -> float:
        return _now() + self._chance.uniform(0.05, 0.25)

    def _job(self, path: str) -> dict[str, Any]:
        number = path.rpartition("/")[2]
        return next(line for line in lines_of(self.path) if line.get("id") == number)


def lines_of(path: Path) -> list[dict[str, Any]]:
    """Return the whole lines of a file of JSON lines."""
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_bytes().split(b"\n")[:-1]]


# ---- the job


def leads() -> list[dict[str, str]]:
    """Return invented people, each unlike the others."""
    letters = "bcdfghjklmnprstv"
    return [
        {"id": str(n), "full_name": f"{letters[n % 16].upper()}a{letters[n // 16 % 16]}o Okafor"} for n in range(LEADS)
    ]


def run_job(folder: Path, usd: Decimal, seed: int, death: Death | None = None) -> None:
    """Run the job, or what is left of it; until a moment, where one is given."""
    warnings.simplefilter("ignore")

    async def main() -> None:
        chain = le.Chain(
            [
                le.Waterfall("find_email", ["plainly"]),
                le.Waterfall("verify_email", ["bulky"]),
                le.Waterfall("find_phone", ["polled"]),
                le.Waterfall("find_linkedin", ["hooked"]),
                le.Waterfall("enrich_person", ["batched"], fields=["title"]),
            ]
        )
        vendors = Vendors(folder, seed, death)
        with le.FileLedger(folder / "job.db", fsync=False) as ledger:
            session = le.Session(
                {provider.info.id: "k" for provider in PROVIDERS},
                transport=vendors,
                ledger=ledger,
                budget=le.Budget(usd=usd, name="job"),
                webhook_url="https://host.example/hooks/{provider}",
            )
            vendors.session = session
            async with session:
                vendors.resume()
                sink = le.JsonlSink(folder / "rows.jsonl", key="id")
                await chain.run(leads(), session=session, into=sink, concurrency=CONCURRENCY, key="id")
                for task in list(vendors._deliveries):
                    task.cancel()

    asyncio.run(main())


def _worker(folder: Path, usd: Decimal, seed: int, death: Death | None) -> None:
    """Run the job in a process of its own; a fork has no use for what its parent would do at its end."""
    with (folder / "log").open("a") as log:
        os.dup2(log.fileno(), 2)
        faulthandler.enable(file=log)  # no timer of it: the parent's own, as pytest sets, would hang the fork
        try:
            run_job(folder, usd, seed, death)
        except BaseException:
            traceback.print_exc(file=log)
            log.flush()
            os._exit(1)
        os._exit(0)


@dataclass
class Told:
    """What one moment came to."""

    seed: int
    kills: int = 0
    in_flight: int = 0
    paid_twice: int = 0
    uncertain: int = 0
    broken: list[str] = field(default_factory=list)


def moment(seed: int, base: Path) -> Told:
    """Kill a job three times, let it finish, and compare what it says with what the vendors say."""
    folder = base / str(seed)
    folder.mkdir()
    chance, told = random.Random(seed), Told(seed)
    usd = NEED if chance.random() < 0.7 else NEED / 4
    known: Counter[str] = Counter()
    for attempt in range(KILLS + 1):
        death = Death.drawn(chance) if attempt < KILLS else None
        context = multiprocessing.get_context("fork")
        process = context.Process(target=_worker, args=(folder, usd, seed * 10 + attempt, death))
        process.start()
        process.join(HANGS)
        if process.exitcode is None:
            assert process.pid is not None
            os.kill(process.pid, signal.SIGABRT)  # it says where it stands
            process.join(5)
            process.kill()
            process.join()
            told.broken.append(f"it hangs: {(folder / 'log').read_text()[-3000:]}")
        elif death is not None and process.exitcode in (-signal.SIGKILL, -signal.SIGPROF):
            told.kills += 1
            known += _left_open(folder / "job.db")
        elif process.exitcode != 0:
            told.broken.append(f"a run failed ({process.exitcode}): {(folder / 'log').read_text()[-2000:]}")
    told.in_flight = known.total()
    _judge(folder, usd, known, told)
    return told


def _left_open(path: Path) -> Counter[str]:
    """Return the calls that the ledger knows to have been in flight when its process was killed."""
    if not path.exists():
        return Counter()
    with contextlib.closing(sqlite3.connect(path)) as connection:
        try:
            rows = connection.execute("SELECT operation, count(*) FROM calls WHERE state = 'sent' GROUP BY operation")
            return Counter(dict(rows.fetchall()))
        except sqlite3.OperationalError:  # killed before there were tables
            return Counter()


def _judge(folder: Path, usd: Decimal, known: Counter[str], told: Told) -> None:
    rows = Counter(row["row_key"] for row in lines_of(folder / "rows.jsonl"))
    if missing := {lead["id"] for lead in leads()} - rows.keys():
        told.broken.append(f"rows lost: {sorted(missing)}")
    if doubled := [key for key, count in rows.items() if count > 1]:
        told.broken.append(f"rows doubled: {doubled}")
    lines = lines_of(folder / "vendors.jsonl")
    if doubled := _bought_again(lines):
        told.broken.append(f"jobs that were waited for were submitted again: {doubled}")
    paid = [line for line in lines if "who" in line]
    calls = Counter((line["what"], line["who"]) for line in paid)
    again = Counter[str]()
    for (what, _), count in calls.items():
        again[what] += count - 1
    told.paid_twice = again.total()
    for what, count in again.items():
        if count > known[what]:
            told.broken.append(f"{what}: {count} calls were sent again, {known[what]} were known to be in flight")
    charged = USD * sum(line["charged"] for line in paid)
    with le.FileLedger(folder / "job.db") as ledger:
        state, uncertain = ledger.journal.spent("job"), ledger.uncertain()
    told.uncertain = len(uncertain)
    settled, unsure = state.settled.get("usd", Decimal(0)), state.uncertain.get("usd", Decimal(0))
    if not settled <= charged <= settled + unsure:
        told.broken.append(f"charged {charged}, booked {settled} and perhaps {unsure}")
    if charged > usd or settled + unsure > usd:
        told.broken.append(f"the budget of {usd} was crossed: charged {charged}, booked {settled + unsure}")
    if state.held.get("usd"):
        told.broken.append(f"{state.held['usd']} is held by nobody")


def _bought_again(lines: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return which jobs were submitted again after they had been polled, so that their id was known."""
    jobs: dict[str, set[tuple[str, str]]] = {}
    known: set[tuple[str, str]] = set()
    again = []
    for line in lines:
        if line["what"] == "polled":
            known |= jobs[line["job"]]
        elif "id" in line and "who" in line:
            question = line["what"], line["who"]
            if question in known:
                again.append(line["what"])
            jobs.setdefault(line["id"], set()).add(question)
    return again


def moments(seeds: Sequence[int], side_by_side: int = 4) -> list[Told]:
    """Play several moments; the first run of all, here, is there to import what the forked ones need."""
    with tempfile.TemporaryDirectory() as folder:
        run_job(Path(folder), NEED, 0)
    fork = multiprocessing.get_context("fork")
    with tempfile.TemporaryDirectory() as base, ProcessPoolExecutor(side_by_side, mp_context=fork) as pool:
        return list(pool.map(moment, seeds, [Path(base)] * len(seeds)))


def main() -> None:
    """Play and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--moments", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    told = moments(range(options.seed, options.seed + options.moments))
    for one in told:
        for problem in one.broken:
            print(f"seed {one.seed}: {problem}")
    kills, flight = sum(one.kills for one in told), sum(one.in_flight for one in told)
    again, broken = sum(one.paid_twice for one in told), sum(bool(one.broken) for one in told)
    report(
        "crash",
        f"A job of {LEADS} people at five kinds of vendors (plain, bulk, polled, calling back, bulk job),"
        f" {CONCURRENCY} at once, killed at {kills} random moments, up to {KILLS} times each, then finished;"
        f" three in ten under a budget that does not suffice. {flight} calls were in flight at the kills and known to"
        f" the ledger, {again} calls were sent again.",
        [
            Figure(
                "jobs with a row lost or doubled, a call paid twice that was not in flight, or a budget inexact",
                f"{broken} of {len(told)}",
                "0",
                not broken,
            )
        ],
    )


if __name__ == "__main__":
    main()
