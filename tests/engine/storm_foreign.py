"""The nastier storm: foreign code at every seam, chosen at random, raises, hangs, cancels, is slow or answers nonsense.

Vendors are in good health; plugins, ports, functions, sources and sinks are not, and tasks are cancelled meanwhile.
`run(seed)` plays one storm and raises `AssertionError` with a one-line way to replay it.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import tempfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import leadenrich as le
from tests.engine import storm_seams as seams
from tests.engine.storm_adapters import CREDENTIALS, PEOPLE, Foul, Servers, Wild, knows
from tests.engine.storm_files import IN_MEMORY, NAME
from tests.engine.storm_watch import Ears, play, silent, told
from tests.engine.vendors import KEY

SEAMS = ("limiter", "wallet", "cache", "on_event", "suppression", "allow", "transport", "source", "sink", "functions")
WAITED = ("raise", "nonsense", "slow", "hang", "stubborn")
AT_ONCE = ("raise", "nonsense")
LONG = 2000.0
"""Virtual seconds within which a question must be answered, whatever the seams do."""
ANSWERS = le.Hit | le.Miss | le.ProviderError | le.ConfigurationError
"""What a question may end with; a plugin, too, may say that a setting of the caller's is missing."""
ZERO = Decimal(0)


class Plan:
    """What one storm is made of, drawn from its seed."""

    def __init__(self, seed: int) -> None:
        self.rng = rng = random.Random(seed * 6007 + 5)
        self.broken = set(rng.sample(SEAMS, rng.choice([0, 1, 1, 2, 4])))
        self.cancels = rng.random() < 0.5
        Foul.salt, Wild.mischief, Wild.asked = str(seed), seams.Mischief(rng, WAITED, 0.3), 0
        Foul.seen.clear()
        self.servers = Servers(rng, self.mischief("transport", WAITED, 0.1) if "transport" in self.broken else None)
        self.limiter = self._port("limiter", lambda one: seams.Limiter(one, rng.random() < 0.5))
        self.wallet = self._port(
            "wallet", lambda one: seams.Wallet(one, rng.random() < 0.5, rng.random() < 0.5, rng.choice([3, 1000]))
        )
        self.cache = self._port("cache", lambda one: seams.Cache(one, rng.random() < 0.5))
        self.runs = rng.choice([0, 0, 0, 1, 2])
        """With a ledger: how many follow each other; 0 is one without."""
        self.name = NAME if self.runs and rng.random() < 0.6 else None
        self.one_budget = self._budget() if self.name is not None else None
        self.ledger: le.FileLedger | None = None
        self.seen: list[Any] = []
        self.events: list[Any] = []
        self.doubtful = False
        self.left_early = False

    def mischief(self, seam: str, kinds: tuple[str, ...] = WAITED, share: float = 0.25) -> seams.Mischief:
        """Return what a seam does: nothing wrong where it is not among the broken ones."""
        return seams.Mischief(self.rng, kinds, share if seam in self.broken else 0.0)

    def _port(self, seam: str, make: Any) -> Any:
        used = seam in self.broken or self.rng.random() < 0.2
        return make(self.mischief(seam)) if used else None

    def session(self) -> le.Session:
        """Return a session over all of it."""
        rng = self.rng
        return le.Session(
            CREDENTIALS,
            transport=self.servers,
            budget=self._budget() if self.name is None else self.one_budget,
            ledger=self.ledger,
            limiter=self.limiter,
            wallet=self.wallet,
            cache=self.cache,
            suppression=seams.Suppression(self.mischief("suppression", AT_ONCE))
            if "suppression" in self.broken
            else None,
            allow=seams.function(self.mischief("allow", AT_ONCE), True) if "allow" in self.broken else None,
            on_event=self._heard(rng.random() < 0.5),
            timeout=4,
            retries=rng.choice([0, 1]),
            max_wait=rng.choice([5, 60]),
        )

    def _budget(self) -> le.Budget | None:
        rng = self.rng
        if rng.random() < 0.3 and self.name is None:
            return None
        return le.Budget(
            credits={"foul": rng.choice([3, 1000])},
            usd=rng.choice([None, "0.2", 100]),
            calls=rng.choice([None, 5, 40]),
            name=self.name,
        )

    def _heard(self, is_async: bool) -> Any:
        if "on_event" not in self.broken and self.rng.random() < 0.7:
            return None
        broken = seams.function(self.mischief("on_event"), None, is_async)

        def heard(event: Any) -> Any:
            self.events.append(event)
            return broken(event)

        return heard

    def well(self, *seam: str) -> bool:
        """Return whether none of these seams is broken."""
        return not self.broken.intersection(seam)


async def storm(seed: int) -> None:
    """Play it."""
    plan, ears = Plan(seed), Ears()
    sessions: list[le.Session] = []
    with ears.open(), tempfile.TemporaryDirectory(dir=IN_MEMORY) as folder:
        for _ in range(max(plan.runs, 1)):
            with _ledger(plan, Path(folder)):
                mine = [plan.session() for _ in range(plan.rng.choice([1, 1, 2]))]
                sessions += mine
                await asyncio.gather(*(_life(plan, session) for session in mine))
            calls = plan.servers.calls, Wild.asked
            await asyncio.sleep(300)
            assert (plan.servers.calls, Wild.asked) == calls, "a call left after every session was closed"
            assert plan.servers.in_flight == 0, "a call was left in flight"
            assert asyncio.all_tasks() == {asyncio.current_task()}, f"a task was left behind: {asyncio.all_tasks()}"
        if plan.one_budget is not None:
            _one_wall(plan, Path(folder), plan.one_budget)
    assert not ears.complaints, ears.complaints
    assert plan.servers.strangers == 0, "a request went to a stranger"
    assert Foul.seen.keys() <= {"full_name", "company_domain"}, f"an adapter received {set(Foul.seen)}"
    _ports(plan, sessions)
    _money(plan, sessions)
    texts = [*ears.lines, *(told(thing) for thing in [*plan.seen, *plan.events, *sessions])]
    silent(texts, [KEY, *PEOPLE, *(f"{who.lower().replace(' ', '.')}@" for who in PEOPLE)])


@contextlib.contextmanager
def _ledger(plan: Plan, folder: Path) -> Iterator[None]:
    """Give the sessions of one run the caller's ledger."""
    if not plan.runs:
        yield
        return
    with le.FileLedger(folder / "job.db", fsync=False) as plan.ledger:
        yield


async def _life(plan: Plan, session: le.Session) -> None:
    rng = plan.rng
    loop = asyncio.get_running_loop()

    async def one() -> Any:
        await asyncio.sleep(rng.random() * rng.choice([0.1, 3, 20]))
        if rng.random() < 0.1:
            await session.deliver("foul", rng.choice(["{}", "[]", "7", "no"]), {"x": "y"})
            return await _free(session)
        vendor = rng.choice(["foul", "foul", "meek", "wild"])
        operation = rng.choice(["find_email", "enrich_person", "enrich_company"])
        who = rng.choice(PEOPLE)
        if operation == "enrich_company" and vendor != "wild":
            query = {"company_domain": who.split()[0].lower() + ".example", "title": "not for them"}
        else:
            operation = "find_email" if vendor == "wild" else "enrich_person"
            query = {"full_name": who, "title": "not for them", "segment": "nor this"}
        async with asyncio.timeout(LONG):
            asked = await session.ask(vendor, operation, query)
        if vendor == "meek":
            _meek(plan, asked.result, query.get("full_name") or query["company_domain"])
        return asked.result

    leaves_early = rng.random() < 0.2
    plan.left_early |= leaves_early
    try:
        async with asyncio.timeout(LONG), session:
            asked = [loop.create_task(one()) for _ in range(rng.choice([2, 6, 15]))]
            streams = [loop.create_task(_stream(plan, session)) for _ in range(rng.randrange(0, 2))]
            if plan.cancels:
                for task in rng.sample(asked, len(asked) // rng.choice([4, 2, 1])):
                    loop.call_later(rng.random() * rng.choice([0.2, 12]), task.cancel)
            if leaves_early:
                await asyncio.sleep(rng.random() * 8)
                for task in streams:
                    task.cancel()
            else:
                await asyncio.gather(*streams)
                await asyncio.wait(asked)
    except TimeoutError:
        raise AssertionError("a question was never answered") from None
    done = await asyncio.gather(*asked, return_exceptions=True)
    for result in [*done, *await asyncio.gather(*streams, return_exceptions=True)]:
        if isinstance(result, asyncio.CancelledError):
            assert plan.cancels or leaves_early, "something ended as if we had stopped it"
        elif not (result is None or isinstance(result, ANSWERS)):
            raise AssertionError(f"{result!r} came out of a question") from result
        plan.seen.append(result)


async def _free(session: le.Session) -> Any:
    """Ask a plugin what it has left, or whether a key is good."""
    try:
        await (session.quota("wild") if random.random() < 0.5 else session.check("wild"))
    except le.ProviderError as error:
        return error


def _meek(plan: Plan, result: Any, question: str) -> None:
    """One that keeps the rules answers, whatever the one beside it does."""
    if plan.well(*SEAMS[:7]) and not plan.left_early and plan.wallet is None:
        if isinstance(result, le.BudgetExceededError):
            return
        assert isinstance(result, le.Hit if knows(question) else le.Miss), f"meek failed: {result!r}"


async def _stream(plan: Plan, session: le.Session) -> None:
    rng = plan.rng
    records: list[Any] = [{"full_name": rng.choice(PEOPLE), "id": i} for i in range(rng.randrange(1, 8))]
    source = seams.source(plan.mischief("source", ("raise", "nonsense", "slow", "hang")), records, rng.random() < 0.5)
    functions = plan.mischief("functions", AT_ONCE, 0.3)
    more: dict[str, Any] = {}
    if "functions" in plan.broken:
        more = {"accept": seams.function(functions, True), "where": seams.function(functions, True)}
        if rng.random() < 0.3:
            more["order"] = seams.function(functions, None)
    steps = [le.Step(vendor) for vendor in rng.sample(["foul", "meek", "wild"], 3)]
    waterfall = le.Waterfall("find_email", steps, **more)
    options: dict[str, Any] = {"concurrency": rng.choice([1, 20]), "ordered": rng.random() < 0.3}
    sink = seams.Sink(plan.mischief("sink", ("raise", "nonsense"), 0.1)) if "sink" in plan.broken else None
    if sink is not None:
        options["into"] = sink
    if "functions" in plan.broken and rng.random() < 0.3:
        options["progress"] = seams.function(functions, None)
    leave_after = rng.choice([None, None, 2])
    got: list[Any] = []
    failed: BaseException | None = None
    clock = asyncio.timeout(LONG / 2)
    try:
        async with clock, waterfall.stream(source, session=session, **options) as rows:
            async for row in rows:
                got.append(row)
                if leave_after is not None and len(got) >= leave_after:
                    plan.left_early = True
                    break
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        assert task is not None
        assert task.cancelling(), "a stream ended as if we had stopped it"
        failed = error
        raise
    except Exception as error:
        failed, plan.left_early = error, True
        if clock.expired() and plan.well("source"):
            raise AssertionError("a stream never ended") from error
        if plan.well("source", "sink", "functions", "allow", "cache"):
            raise AssertionError("a stream broke") from error
    finally:
        plan.seen += got
        places = [row.index for row in got]
        assert len(places) == len(set(places)), "a lead was doubled"
    if failed is None and leave_after is None:
        assert sorted(places) == list(range(len(records))), f"a lead was lost: {sorted(places)} of {len(records)}"


def _ports(plan: Plan, sessions: list[le.Session]) -> None:
    if plan.limiter is not None:
        for slot in plan.limiter.given:
            assert plan.limiter.told[id(slot)] == 1, f"a slot was given back {plan.limiter.told[id(slot)]} times"
    if plan.wallet is not None:
        held = {purse: amount for purse, amount in plan.wallet.held.items() if amount}
        assert not held, f"the wallet holds {held} for ever"
        spent = sum(plan.wallet.spent.values(), ZERO)
        booked = sum((_all(session, "credits") + _all(session, "uncertain_credits") for session in sessions), ZERO)
        taken_over = plan.runs > 1 or (plan.runs and len(sessions) > 1)  # what another has paid is not paid here again
        assert spent <= booked if taken_over else spent == booked, f"the wallet was told {spent}, {booked} are booked"


def _one_wall(plan: Plan, folder: Path, budget: le.Budget) -> None:
    with le.FileLedger(folder / "job.db") as ledger:
        state = ledger.journal.spent(NAME)
        assert not ledger.journal.reclaim(), "a call is under way for ever"
    for line, limit in budget.limits().items():
        assert not state.held.get(line), f"{line}: {state.held[line]} is held for ever"
        assert state.gone(line) <= limit, f"{line}: {state.gone(line)} of {limit}: the wall was crossed"
    if plan.well("transport"):
        arrived, booked = plan.servers.calls + Wild.asked, state.settled.get("calls", ZERO)
        assert arrived <= booked, f"{arrived} calls arrived, {booked} are booked in the ledger"
    for vendor, bought in plan.servers.bought.items():
        gone = state.gone(vendor)
        assert sum(bought.values()) <= gone, f"{vendor}: {sum(bought.values())} charged, {gone} in the ledger"


def _money(plan: Plan, sessions: list[le.Session]) -> None:
    for session in sessions:
        ledger = session.budget
        if ledger is None or plan.name is not None:
            continue
        for line, limit in ledger.limits.items():
            assert ledger.reserved[line] == 0, f"{line}: a reservation was left open"
            spent = ledger.settled[line] + ledger.uncertain[line]
            assert spent <= limit, f"{line}: {spent} of {limit}: the wall was crossed"
    booked = sum(session.usage.cost.calls for session in sessions)
    arrived = plan.servers.calls + Wild.asked
    if plan.well("transport"):
        assert arrived <= booked, f"{arrived} calls arrived, {booked} are booked"
    limits = [session.budget.budget.calls if session.budget is not None else None for session in sessions]
    if None not in limits and plan.name is None:
        assert arrived <= sum(limits), f"{arrived} paid calls arrived, {limits} allowed"
    for vendor, bought in plan.servers.bought.items():
        certain = sum((_of(session, vendor, "credits") for session in sessions), ZERO)
        unsure = sum((_of(session, vendor, "uncertain_credits") for session in sessions), ZERO)
        charged = sum(bought.values())
        assert charged <= certain + unsure, f"{vendor}: {charged} charged, {certain} + {unsure} booked"
        assert certain <= charged or vendor == "foul", f"{vendor}: {certain} booked, {charged} charged"
        if (
            plan.well(*SEAMS[:7])
            and not plan.cancels
            and len(sessions) == 1
            and not plan.left_early
            and vendor == "meek"
        ):
            assert not unsure, f"{vendor}: {unsure} are unsure in a calm"
            assert all(count <= 1 for count in bought.values()), "the same question was paid twice"


def _all(session: le.Session, kind: str) -> Decimal:
    return sum(getattr(session.usage.cost, kind).values(), ZERO)


def _of(session: le.Session, vendor: str, kind: str) -> Decimal:
    return Decimal(getattr(session.usage.cost, kind).get(vendor, ZERO))


def run(seed: int) -> None:
    """Play one storm.

    Raises:
        AssertionError: a promise was broken; the text says how to replay it.
    """
    play(seed, lambda: storm(seed), f"python -m benchmarks.storm --foreign --seed {seed}")
