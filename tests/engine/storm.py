"""A seeded storm under virtual time: vendors fail in every way at once, consumers leave, and the books must balance.

`run(seed)` plays one storm and raises `AssertionError` with a one-line way to replay it. Vendors are hand-made ones or
the real adapters over the sandbox's fakes, each in weather of its own (`storm_weather`).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import tempfile
from collections.abc import AsyncIterator, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import leadenrich as le
from tests.engine.storm_files import IN_MEMORY, NAME, Files, Job, question, quiet
from tests.engine.storm_sandbox import OverSandbox
from tests.engine.storm_vendors import HandMade
from tests.engine.storm_watch import Ears, play, silent, told
from tests.engine.storm_weather import Body, Sky, Weather

FEW, MANY = 5, 100_000
RESULTS = le.Hit | le.Miss | le.ProviderError | asyncio.CancelledError


class Plan:
    """What one storm is made of, drawn from its seed."""

    def __init__(self, seed: int) -> None:
        self.rng = rng = random.Random(seed * 7919 + 1)
        self.sky: Any = HandMade(rng) if rng.random() < 0.5 else OverSandbox(rng)
        self.vendors = list(self.sky.weather)
        self.calm = rng.random() < 0.1
        self.sessions = rng.choice([1, 1, 1, 1, 2, 3])
        self.kept = rng.choice([None, None, "mapping", "answers", "job", "job"])
        self.seen: list[Any] = []
        self.files: Files | None = None
        self.runs = rng.choice([1, 2, 2, 3]) if self.kept == "job" else 1
        self.name = NAME if self.kept == "job" and rng.random() < 0.6 else None
        self.one_budget = self._budget() if self.name is not None else None
        self.stream_budget = (
            le.Budget(calls=rng.choice([2, 8, 30]), name="streams")
            if self.kept == "job" and rng.random() < 0.3
            else None
        )
        if self.calm:
            self.sky.weather = dict.fromkeys(self.vendors, Weather())
            self.sky.jobs_end = True

    def budget(self) -> le.Budget | None:
        """Return the budget of a session: its own, or the one wall of a whole job."""
        return self._budget() if self.name is None else self.one_budget

    def _budget(self) -> le.Budget | None:
        """Return a budget: of credits, of USD, of calls, of several of these, or none."""
        rng = self.rng
        lines: dict[str, Any] = {}
        if rng.random() < 0.7:
            lines["credits"] = dict.fromkeys(self.vendors, rng.choice([FEW, 40, MANY]))
        if rng.random() < 0.4:
            lines["usd"] = rng.choice(["0.05", "0.5", "1000"])
        if rng.random() < 0.4:
            lines["calls"] = rng.choice([4, 30, 10_000])
        return le.Budget(**lines, name=self.name) if lines or self.name else None

    def per_record(self) -> dict[str, Any]:
        """Return options of a stream: what a record may cost, and how long it may take."""
        rng = self.rng
        found: dict[str, Any] = {"concurrency": rng.choice([1, 5, 50])}
        if rng.random() < 0.3:
            found["max_cost_per_record"] = rng.choice(["0.05", le.Budget(calls=2), le.Budget(usd="0.5", calls=1)])
        if rng.random() < 0.3 and not self.calm:
            found["record_timeout"] = rng.choice([0.5, 5, 60])
        if rng.random() < 0.2:
            found["budget"] = le.Budget(calls=rng.choice([2, 8]))
        if self.stream_budget is not None:
            found["budget"] = self.stream_budget
        return found

    @contextlib.contextmanager
    def keeping(self) -> Iterator[Any]:
        """Give what keeps answers beyond a session."""
        with tempfile.TemporaryDirectory(dir=IN_MEMORY) as folder, quiet():
            if self.kept == "job":
                self.files = Files(Path(folder), self.rng, self.sky)
                for number in range(self.rng.randrange(0, 3)):
                    records = self.sky.records(self.rng.randrange(1, 10))
                    self.files.jobs.append(Job(number, records, self.sky.finders(), self.rng))
                yield None
            elif self.kept == "answers":
                with le.FileLedger(Path(folder) / "answers.db") as cache:
                    yield cache
            else:
                yield {} if self.kept else None


async def storm(seed: int) -> None:
    """Play it."""
    plan = Plan(seed)
    ears, still_open = Ears(), Body.open
    with ears.open(), plan.keeping() as cache:
        sessions: list[le.Session] = []
        streams: list[Any] = []
        for number in range(plan.runs):
            mine = [_session(plan, cache) for _ in range(plan.sessions)]
            sessions += mine
            await _run(plan, mine, streams, last=number + 1 == plan.runs)
            calls = sum(plan.sky.calls.values())
            await asyncio.sleep(600)
            assert sum(plan.sky.calls.values()) == calls, "a call left after every session was closed"
            assert plan.sky.in_flight == 0, "a call was left in flight"
            assert Body.open == still_open, "a connection was left open"
            assert asyncio.all_tasks() == {asyncio.current_task()}, "a task was left behind"
        if plan.files is not None:
            await _files(plan, plan.files)
    assert not ears.complaints, ears.complaints
    _books(plan, sessions, streams)
    texts = [*ears.lines, *(told(thing) for thing in plan.seen), *map(told, sessions)]
    silent(texts, [*plan.sky.secrets, *plan.sky.private])


async def _run(plan: Plan, sessions: list[le.Session], streams: list[Any], last: bool) -> None:
    """Let one process live, to its end or until it is killed."""
    files, sky = plan.files, plan.sky
    weather = asyncio.ensure_future(_weather(plan, sessions, streams, last))
    if last or files is None or plan.calm or plan.rng.random() < 0.4:
        await weather
    else:
        await asyncio.wait([weather], timeout=plan.rng.random() * plan.rng.choice([0.3, 3, 20]))
        files.kill()
        sky.cut, arrived = True, sum(sky.paid.values())
        weather.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await weather
        sky.cut, files.lost_calls = False, files.lost_calls + sum(sky.paid.values()) - arrived
    if files is not None:
        files.close()
        files.check_rows(last)


async def _files(plan: Plan, files: Files) -> None:
    """Look at what is left on the disk when all is over."""
    files.check_money(plan.one_budget, plan.stream_budget, plan.vendors)
    files.check_file(plan.sky.secrets)
    session = _session(plan, None, budget=None)
    await files.check_answers(le.Session.ask, session)
    files.close()


def _session(plan: Plan, cache: Any, **more: Any) -> le.Session:
    rng = plan.rng
    settings: dict[str, Any] = {"budget": plan.budget()}
    if plan.files is not None:
        settings |= {"ledger": plan.files.ledger(), "on_uncertain": rng.choice([None, "ask", "pass"])}
    return le.Session(
        plan.sky.credentials,
        transport=plan.sky,
        prices={vendor: "0.02" for vendor in plan.vendors},
        cache=cache,
        timeout=6,
        retries=rng.choice([0, 2]),
        max_wait=rng.choice([5, 60, 900]),
        webhook_url=rng.choice([None, "https://host.example/hooks/{provider}"]),
        on_event=plan.seen.append if rng.random() < 0.3 else None,
        **settings | more,
    )


async def _weather(plan: Plan, sessions: list[le.Session], ends: list[Any], last: bool) -> None:
    rng, files = plan.rng, plan.files
    kills = 0 if files is None else files.kills

    def answered(vendor: str, operation: str, query: Any, result: Any) -> None:
        if files is not None and files.kills == kills:
            files.answered(question(vendor, operation, query), result)

    async def one(session: le.Session, asked: tuple[str, str, Any]) -> Any:
        await asyncio.sleep(rng.random() * rng.choice([0.1, 4, 30]))
        result = (await session.ask(*asked)).result
        answered(*asked, result)
        return result

    async def gust(session: le.Session) -> None:
        """Ask the same vendor for many at once: what has a bulk form is folded."""
        vendor, operation = plan.sky.bulk_heavy()
        queries = [query for name, asked, query in plan.sky.questions(40) if name == vendor and asked == operation]
        results = await session.bulk(vendor, operation, queries)
        for query, result in zip(queries, results, strict=True):
            answered(vendor, operation, query, result)
        plan.seen += results

    async def stream(session: le.Session, job: Job | None = None) -> None:
        records = plan.sky.records(rng.randrange(1, 10)) if job is None else job.records
        leave_after = None if plan.calm or (job is not None and last) else rng.choice([None, None, 3])
        options = plan.per_record()
        if job is not None and files is not None:
            options["into"] = job.sink(files.folder)
        finders = plan.sky.finders() if job is None else job.finders
        waterfall = le.Waterfall("find_email", finders, quality_threshold=80)
        rows = waterfall.stream(records, session=session, **options)
        got = []
        async with rows:
            async for row in rows:
                got.append(row)
                if leave_after is not None and len(got) >= leave_after:
                    break
        plan.seen += got
        ends.append((options, rows.summary))
        places = [row.index for row in got]
        assert len(places) == len(set(places)), "a lead was doubled"
        assert job is not None or leave_after is not None or sorted(places) == list(range(len(records))), (
            "a lead was lost"
        )

    async def webhooks(session: le.Session) -> None:
        for _ in range(rng.randrange(0, 8)):
            await asyncio.sleep(rng.random() * 3)
            body = rng.choice([json.dumps({"job": f"job-{rng.randrange(0, 4)}"}), "{}", "not json", '{"job": null}'])
            for _ in range(rng.choice([1, 1, 3])):
                await session.deliver(rng.choice([*plan.vendors, "nobody"]), body, {})

    async def life(session: le.Session, jobs: list[Job]) -> None:
        leaves_early = rng.random() < 0.2 and not plan.calm and not (jobs and last)
        async with session, _cleared() as tasks:
            loop = asyncio.get_running_loop()
            asked = [
                loop.create_task(one(session, question)) for question in plan.sky.questions(rng.choice([2, 6, 15]))
            ]
            others = [loop.create_task(stream(session)) for _ in range(rng.randrange(0, 3))]
            others += [loop.create_task(stream(session, job)) for job in jobs]
            others += [loop.create_task(gust(session)) for _ in range(rng.randrange(0, 2))]
            others.append(loop.create_task(webhooks(session)))
            tasks += [*asked, *others]
            for task in rng.sample(asked, 0 if plan.calm else len(asked) // rng.choice([1000, 10, 3, 1])):
                loop.call_later(rng.random() * rng.choice([0.2, 12]), task.cancel)
            if leaves_early:
                await asyncio.sleep(rng.random() * 8)
                for task in others:
                    task.cancel()
            else:
                await asyncio.gather(*others)
                await asyncio.wait(asked)
        done = await asyncio.gather(*asked, return_exceptions=True)
        for result in [*done, *await asyncio.gather(*others, return_exceptions=True)]:
            if isinstance(result, le.ConfigurationError) and leaves_early:
                continue  # asked of a session that is closed
            assert result is None or isinstance(result, RESULTS), result
            plan.seen.append(result)

    jobs = [] if files is None else files.jobs
    lives = [life(session, jobs[at :: len(sessions)]) for at, session in enumerate(sessions)]
    await asyncio.gather(*lives)


@contextlib.asynccontextmanager
async def _cleared() -> AsyncIterator[list[asyncio.Task[Any]]]:
    """Stop every task of a life that is ended from outside."""
    tasks: list[asyncio.Task[Any]] = []
    try:
        yield tasks
    except asyncio.CancelledError:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise


def _books(plan: Plan, sessions: list[le.Session], streams: list[Any]) -> None:
    """Compare what the vendors took with what was booked, and what was allowed."""
    sky: Sky = plan.sky
    zero = Decimal(0)
    for session in sessions:
        if (ledger := session.budget) is not None and plan.name is None:
            _wall(ledger, session, resumes=plan.kept == "job")
    for options, summary in streams:
        if (budget := options.get("budget")) is not None:
            assert summary.cost.calls <= budget.calls, "the wall of a stream was crossed"
    for vendor in plan.vendors:
        certain, unsure = zero, zero
        for session in sessions:
            spent = session.usage.cost
            certain += _of(spent.credits, vendor)
            unsure += _of(spent.uncertain_credits, vendor)
        charged = sky.charged(vendor)
        assert certain <= charged, f"{vendor}: {certain} booked, {charged} charged"
        assert charged <= certain + unsure, f"{vendor}: {charged} charged, {certain} + {unsure} booked"
        assert not plan.calm or (charged == certain and not unsure), (
            f"{vendor}: {charged}, {certain} + {unsure} in a calm"
        )
    booked = sum(session.usage.cost.calls for session in sessions)
    assert booked == sum(sky.paid.values()), f"{booked} calls booked, {sum(sky.paid.values())} arrived"
    limits = [session.budget.budget.calls if session.budget is not None else None for session in sessions]
    if None not in limits and plan.name is None:  # else one wall for all of them: `Files.check_money`
        assert sum(sky.paid.values()) <= sum(limits), f"{sum(sky.paid.values())} paid calls arrived, {limits} allowed"
    for vendor, books in getattr(sky, "books", {}).items():
        assert books.over_limit == 0, f"{vendor}: {books.over_limit} of {sky.calls[vendor]} calls came too early"


def _wall(ledger: Any, session: le.Session, resumes: bool) -> None:
    spent = session.usage.cost
    for line, limit in ledger.limits.items():
        settled, uncertain = ledger.settled[line], ledger.uncertain[line]
        assert ledger.reserved[line] == 0, f"{line}: a reservation was left open"
        assert settled + uncertain <= limit, f"{line}: {settled} + {uncertain} of {limit}: the wall was crossed"
        if resumes:  # a job that is waited for again was paid before: no matter of this budget
            continue
        if line == "calls":
            assert settled == spent.calls, "calls: budget and usage disagree"
        elif line == "usd":
            assert settled == (spent.usd or 0), f"usd: budget and usage disagree: {settled} {spent.usd}"
            assert uncertain == (spent.uncertain_usd or 0), "usd: budget and usage disagree on what is uncertain"
        else:
            assert settled == _of(spent.credits, line), f"{line}: budget and usage disagree"
            assert uncertain == _of(spent.uncertain_credits, line), f"{line}: budget and usage disagree on uncertain"


def _of(purses: Any, vendor: str) -> Decimal:
    return sum(
        (amount for purse, amount in purses.items() if purse == vendor or purse.startswith(vendor + ".")), Decimal(0)
    )


def run(seed: int) -> None:
    """Play one storm.

    Raises:
        AssertionError: a promise was broken; the text says how to replay it.
    """
    play(seed, lambda: storm(seed), f"python -m benchmarks.storm --seed {seed}")
