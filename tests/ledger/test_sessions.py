"""A session with a ledger: what is interrupted goes on, and nothing is paid for twice."""

from __future__ import annotations

import asyncio
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

import leadenrich as le
from leadenrich.engine.budget import Reservation
from leadenrich.engine.named_budget import NamedBudget
from tests.engine.vendors import KEY, Server, name

pytestmark = pytest.mark.looptime
ALL = {"acme": KEY, "signing": "s", "native": "n"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "q3.db"


def session(path: Path, server: Server, **settings: Any) -> le.Session:
    ledger = le.FileLedger(path, fsync=False)
    return le.Session(ALL, transport=server, ledger=ledger, retries=0, **settings)


def q3(usd: str | None = "1", **more: Any) -> le.Budget:
    return le.Budget(usd=usd, name="q3", **more)


async def ask(asking: le.Session, number: int, operation: str = "find_email") -> le.Hit | le.Miss:
    return await asking.call("acme", operation, {"full_name": name(number)})


async def abandoned(asking: le.Session, *questions: Any) -> None:
    """Let questions leave, then stop as a killed process does: nothing more is written."""
    tasks = [asyncio.ensure_future(question) for question in questions]
    await asyncio.sleep(1)
    journal = asking._context.journal
    assert journal is not None
    journal._database.one("UPDATE owners SET pid = 999999999")
    journal._database.close()  # whatever the cancelled questions would still write is lost
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    journal._owner.sign_out()


async def test_a_second_run_pays_nothing_and_a_budget_is_over_all_runs(path: Path) -> None:
    server = Server()
    async with session(path, server, budget=q3("0.06")) as first:  # 2 cents a question
        await ask(first, 1)
        await ask(first, 2)
    async with session(path, server, budget=q3("0.06")) as second:
        assert (await ask(second, 1)).cached
        assert second.usage.cost.usd == 0
        await ask(second, 3)
        with pytest.raises(le.BudgetExceededError, match=r"the q3 budget has 0\.00 usd left"):
            await ask(second, 4)
    assert len(server.requests) == 3
    with le.FileLedger(path) as ledger:
        assert ledger.spent("q3") == {"acme": Decimal(3), "calls": Decimal(3), "usd": Decimal("0.06")}
        assert ledger.uncertain() == []


async def test_a_budget_with_a_name_is_one_though_session_and_run_state_it(path: Path) -> None:
    async with session(path, Server(), budget=q3()) as asking:
        waterfall = le.Waterfall("find_email", ["acme"])
        await waterfall.run([{"full_name": name(1)}], session=asking, budget=q3())
    with le.FileLedger(path) as ledger:
        assert ledger.spent("q3")["usd"] == Decimal("0.02")


async def test_a_budget_with_a_name_that_is_stated_twice_is_set_aside_once(path: Path) -> None:
    """What suffices for one answer does so however often it is stated."""
    async with asyncio.timeout(60), session(path, Server(), budget=q3("0.02")) as asking:
        rows = await le.Waterfall("find_email", ["acme"]).run(
            [{"full_name": name(1)}], session=asking, budget=q3("0.02")
        )
    assert rows[0].status == "complete"


async def test_two_sessions_share_one_wall_and_wait_for_each_other(path: Path) -> None:
    server = Server({"/person": lambda request, count: _later(count)})
    async with session(path, server, budget=q3("0.08")) as one, session(path, server, budget=q3("0.08")) as other:
        asked = [ask(asking, number) for number in range(4) for asking in (one, other)]
        outcomes = await asyncio.gather(*asked, return_exceptions=True)
    told = [type(outcome).__name__ for outcome in outcomes]
    assert told.count("Miss") == 8  # a miss costs nothing: each waited until there was room
    assert len(server.requests) == 8


async def _later(count: int) -> Any:
    await asyncio.sleep(5)
    return {"person": None}


@pytest.mark.parametrize("wrong", [{"name": ""}, {"name": 7}])
def test_a_name_is_text(wrong: dict[str, Any]) -> None:
    with pytest.raises(le.ConfigurationError, match="name is text"):
        le.Budget(usd=1, **wrong)


def test_a_name_needs_a_ledger_and_says_what_it_means(path: Path) -> None:
    with pytest.raises(le.ConfigurationError, match=r"one wall over all runs.*Session\(ledger="):
        le.Session(ALL, budget=q3())
    with pytest.raises(le.ConfigurationError, match=r"ledger is a le.FileLedger"):
        le.Session(ALL, ledger="q3.db")  # type: ignore[arg-type]  # wrong on purpose
    with pytest.raises(le.ConfigurationError, match="on_uncertain needs a ledger"):
        le.Session(ALL, on_uncertain="ask")
    with pytest.raises(le.ConfigurationError, match="on_uncertain is one of ask, pass"):
        le.Session(ALL, ledger=le.FileLedger(path), on_uncertain="perhaps")
    assert "name='q3'" in repr(q3())
    assert q3() == q3()
    assert q3() != le.Budget(usd=1)
    assert hash(q3()) == hash(q3())


# ---- calls whose answer was not seen


async def hang(*_: Any) -> Any:
    await asyncio.sleep(1000)


async def test_calls_in_flight_at_a_kill_are_known_booked_and_named(path: Path) -> None:
    server = Server({"/person": hang, "/verify": hang})
    first = session(path, server, budget=q3())
    verify = first.call("acme", "verify_email", {"email": "mira@brightloom.example"})
    await abandoned(first, ask(first, 1), ask(first, 2), verify)
    events: list[le.Event] = []
    server.answers = {"/verify": {"status": "valid"}}
    async with session(path, server, budget=q3(), on_event=events.append) as second:
        told = [(one.operation, one.data["usd"]) for one in events if one.kind == "call.uncertain"]
        assert sorted(told) == [("find_email", "0.02"), ("find_email", "0.02"), ("verify_email", "0.04")]
        with le.FileLedger(path) as ledger:
            assert ledger.spent("q3")["usd"] == Decimal("0.08")
            assert [one.charged for one in ledger.uncertain()].count("on_hit") == 2
        sent = len(server.requests)
        assert await ask(second, 1)  # charged on hit: it is asked again
        assert len(server.requests) == sent + 1
        with pytest.raises(le.FeatureExecutionError, match="did not see its answer"):  # charged on call: it is not
            await second.call("acme", "verify_email", {"email": "mira@brightloom.example"})
        assert len(server.requests) == sent + 1
    with le.FileLedger(path) as ledger:
        assert ledger.spent("q3")["usd"] == Decimal("0.10")
        assert sorted(one.operation for one in ledger.uncertain()) == ["find_email", "verify_email"]


async def test_a_question_that_joins_a_call_under_way_pays_for_it_after_a_kill(path: Path) -> None:
    first = session(path, Server({"/person": hang}), budget=q3())
    one = asyncio.ensure_future(ask(first, 1))
    await asyncio.sleep(0.5)

    async def leaves() -> None:
        await asyncio.sleep(0.5)
        one.cancel()

    await abandoned(first, ask(first, 1, "enrich_person"), leaves())
    with le.FileLedger(path) as ledger:
        assert len(ledger.journal.reclaim()) == 1
        assert ledger.spent("q3")["usd"] == Decimal("0.04")  # the most that this question can cost


async def test_the_calls_of_a_flow_are_booked_by_the_named_budgets_that_set_them_aside(path: Path) -> None:
    with le.FileLedger(path, fsync=False) as ledger:
        budget = NamedBudget(le.Budget(calls=5, name="q3"), ledger.journal, "q3", None)
        hold = budget.hold({"calls": Decimal(1)})
        assert hold is not None
        reservation = Reservation("acme", [hold])
        assert [reservation.hold_call() for _ in range(5)] == [True] * 4 + [False]
        assert reservation.calls == 5


async def test_on_uncertain_decides(path: Path) -> None:
    server = Server({"/person": hang, "/verify": hang})
    first = session(path, server)
    verify = first.call("acme", "verify_email", {"email": "mira@brightloom.example"})
    await abandoned(first, ask(first, 1), verify)
    server.answers = {"/verify": {"status": "valid"}}
    async with session(path, server, on_uncertain="pass") as second:
        with pytest.raises(le.FeatureExecutionError, match="did not see its answer"):
            await ask(second, 1)
    async with session(path, server, on_uncertain="ask") as third:
        assert await third.call("acme", "verify_email", {"email": "mira@brightloom.example"})
        assert await ask(third, 1)
    with le.FileLedger(path) as ledger:
        assert ledger.uncertain() == []


async def test_a_call_that_timed_out_is_uncertain_for_the_next_run_too(path: Path) -> None:
    async with session(path, Server({"/person": hang}), budget=q3(), timeout=5) as first:
        with pytest.raises(le.ProviderTimeoutError):
            await ask(first, 1)
    with le.FileLedger(path) as ledger:
        assert [one.operation for one in ledger.uncertain()] == ["find_email"]
        assert ledger.spent("q3") == {"acme": Decimal(1), "calls": Decimal(1), "usd": Decimal("0.02")}


async def test_a_question_that_does_not_leave_settles_no_earlier_call(path: Path) -> None:
    server = Server({"/person": hang})
    async with session(path, server, budget=q3(), timeout=5) as asking:
        with pytest.raises(le.ProviderTimeoutError):
            await ask(asking, 1)
        with pytest.raises(le.ProviderBenchedError):
            await ask(asking, 1)
        assert len(server.requests) == 1
    with le.FileLedger(path) as ledger:
        assert [one.operation for one in ledger.uncertain()] == ["find_email"]
        assert ledger.spent("q3") == {"acme": Decimal(1), "calls": Decimal(1), "usd": Decimal("0.02")}


async def test_a_call_that_was_refused_for_certain_is_settled(path: Path) -> None:
    async with session(path, Server({"/person": httpx.Response(422, json={})}), budget=q3()) as first:
        with pytest.raises(le.ProviderError):
            await ask(first, 1)
    with le.FileLedger(path) as ledger:
        assert ledger.uncertain() == []
        assert "usd" not in ledger.spent("q3")


async def test_a_full_disk_stops_the_run_before_anybody_is_paid(path: Path) -> None:
    server = Server()
    async with session(path, server) as asking:
        await ask(asking, 1)
        journal = asking._context.journal
        assert journal is not None
        pages = journal._database.one("PRAGMA page_count")
        assert pages is not None
        journal._database.one(f"PRAGMA max_page_count = {pages[0]}")
        raised: list[BaseException] = []
        for number in range(2, 60):
            try:
                await ask(asking, number)
            except le.LeadEnrichError as error:
                raised.append(error)
        sent = len(server.requests)
        assert isinstance(raised[-1], le.StorageError)
        assert "q3.db" in str(raised[-1])
        with pytest.raises(le.StorageError, match=r"q3\.db"):
            await le.Waterfall("find_email", ["acme"]).run([{"full_name": name(99)}], session=asking)
        assert len(server.requests) == sent
        journal._database.one("PRAGMA max_page_count = 1000000")
    async with session(path, server) as again:
        for number in range(1, sent + 1):
            await ask(again, number)
    assert len(server.requests) == sent


async def test_a_ledger_that_is_removed_under_a_run_stops_it_before_anybody_is_paid(path: Path) -> None:
    server = Server()
    running = session(path, server)
    async with running:
        await ask(running, 1)
        paid = len(server.requests)
        for file in path.parent.glob(f"{path.name}*"):
            file.unlink()
        with pytest.raises(le.LeadEnrichError, match=r"q3\.db was removed or replaced"):  # the question that met it
            await ask(running, 2)
        le.FileLedger(path).close()  # another one is made in its place
        with pytest.raises(le.StorageError, match=r"q3\.db was removed or replaced"):
            await ask(running, 3)
        assert len(server.requests) == paid
    assert running._ledger is not None
    with pytest.raises(le.StorageError, match=r"q3\.db was removed or replaced"):
        running._ledger.close()  # nor does it end in silence


async def test_what_is_used_up_of_a_days_limit_outlives_the_run(path: Path) -> None:
    rates = {"acme": [le.Rate(3, per=86_400)]}
    async with session(path, Server(), rates=rates) as first:
        for number in range(3):
            await ask(first, number)
    server = Server()
    async with session(path, server, rates=rates, max_wait=60) as second:
        assert (await ask(second, 1)).cached
        with pytest.raises(le.ProviderError, match="limit is used up for another 86"):
            await ask(second, 4)
    assert server.requests == []


async def test_a_ledger_that_is_closed_under_a_question_leaves_no_reservation_open(path: Path) -> None:
    ledger = le.FileLedger(path, fsync=False)
    server = Server({"/person": hang})
    async with le.Session(ALL, transport=server, ledger=ledger, budget=le.Budget(calls=3), retries=0) as asking:
        asked = asyncio.ensure_future(ask(asking, 1))
        await asyncio.sleep(1)
        ledger.close()
        asked.cancel()
        await asyncio.gather(asked, return_exceptions=True)
        assert asking.budget is not None
        assert (asking.budget.reserved["calls"], asking.budget.settled["calls"]) == (0, 1)


async def test_a_closed_ledger_is_nothing_to_the_next_session_over_the_same_transport(path: Path) -> None:
    server = Server()
    day, hour = le.Rate(10, per=86_400), le.Rate(5, per=3600)
    ledger = le.FileLedger(path)
    async with le.Session(ALL, transport=server, ledger=ledger, rates={"acme": [day]}) as first:
        await ask(first, 1)
    ledger.close()
    async with session(path, server, rates={"acme": [day, hour]}) as second:
        await ask(second, 2)
    assert len(server.requests) == 2


# ---- jobs


class Jobs:
    """A vendor's background jobs: started once each, done from a given second on."""

    def __init__(self) -> None:
        self.started: list[str] = []
        self.done = False
        self.server = Server({"/jobs": self.answer})

    def answer(self, request: httpx.Request, count: int) -> Any:
        if request.method == "POST":
            self.started.append(json.loads(request.content)["full_name"])
            return httpx.Response(202, json={"id": f"job-{len(self.started)}", "state": "running"})
        number = request.url.path.rpartition("-")[2]
        return {"state": "done", "phone": f"+1415555010{number}"} if self.done else {"state": "running"}


async def test_a_job_under_way_is_polled_by_the_next_run(path: Path) -> None:
    jobs, events = Jobs(), []
    first = session(path, jobs.server, budget=q3("0.40"), on_event=events.append)
    await abandoned(first, ask(first, 1, "find_phone"), ask(first, 2, "find_phone"))
    assert [one.data["job_id"] for one in events if one.kind == "job.submitted"] == ["job-1", "job-2"]
    jobs.done = True
    async with session(path, jobs.server, budget=q3("0.40")) as second:
        found = await asyncio.gather(ask(second, 1, "find_phone"), ask(second, 2, "find_phone"))
        assert [one["mobile_phone"] for one in found if isinstance(one, le.Hit)] == ["+14155550101", "+14155550102"]
        assert second.usage.cost.credits == {"acme": Decimal(16)}
    assert jobs.started == [name(1), name(2)]
    with le.FileLedger(path) as ledger:
        assert ledger.spent("q3") == {"acme": Decimal(16), "calls": Decimal(2), "usd": Decimal("0.32")}
        assert (ledger.uncertain(), ledger.journal.open_jobs()) == ([], [])


async def test_a_job_under_way_in_another_session_is_waited_for_and_paid_once(path: Path) -> None:
    jobs = Jobs()
    async with session(path, jobs.server, budget=q3()) as one, session(path, jobs.server, budget=q3()) as other:
        first = asyncio.ensure_future(ask(one, 1, "find_phone"))
        await asyncio.sleep(3)
        second = asyncio.ensure_future(ask(other, 1, "find_phone"))
        await asyncio.sleep(3)
        jobs.done = True
        found = await asyncio.gather(first, second)
        assert [one["mobile_phone"] for one in found if isinstance(one, le.Hit)] == ["+14155550101"] * 2
        assert (one.usage.cost.credits, other.usage.cost.credits) == ({"acme": Decimal(8)}, {})
    assert len(jobs.started) == 1
    with le.FileLedger(path) as ledger:
        assert ledger.spent("q3") == {"acme": Decimal(8), "calls": Decimal(1), "usd": Decimal("0.16")}


async def test_a_job_under_way_in_another_session_is_that_ones_to_settle(path: Path) -> None:
    jobs = Jobs()
    first = session(path, jobs.server, budget=q3())
    async with session(path, jobs.server, budget=q3()) as other:

        async def joins() -> None:
            await asyncio.sleep(0.5)
            asked = asyncio.ensure_future(ask(other, 1, "find_phone"))
            await asyncio.sleep(0.2)
            jobs.done = True
            await asked

        joining = asyncio.ensure_future(joins())
        await abandoned(first, ask(first, 1, "find_phone"))
        await joining
    with le.FileLedger(path) as ledger:
        ledger.journal.reclaim()
        assert ledger.spent("q3")["usd"] == Decimal("0.16")  # it was charged, and nobody else has booked it


async def test_a_job_that_was_given_up_is_booked_once_when_it_is_asked_for_again(path: Path) -> None:
    jobs = Jobs()
    async with session(path, jobs.server, budget=q3()) as asking:
        for _ in range(2):
            given_up = asyncio.ensure_future(ask(asking, 1, "find_phone"))
            await asyncio.sleep(3)
            given_up.cancel()
            await asyncio.gather(given_up, return_exceptions=True)
            with le.FileLedger(path) as ledger:
                assert ledger.journal.spent("q3").uncertain["usd"] == Decimal("0.16")
        jobs.done = True
        assert isinstance(await ask(asking, 1, "find_phone"), le.Hit)
    assert len(jobs.started) == 1
    with le.FileLedger(path) as ledger:
        state = ledger.journal.spent("q3")
        assert (state.settled["usd"], state.uncertain["usd"]) == (Decimal("0.16"), 0)
        assert ledger.uncertain() == []


async def test_a_job_that_was_not_waited_out_is_polled_again(path: Path) -> None:
    jobs = Jobs()
    async with session(path, jobs.server, budget=q3()) as first:
        with pytest.raises(le.ProviderTimeoutError):
            await ask(first, 1, "find_phone")
    with le.FileLedger(path) as ledger:
        assert ledger.journal.spent("q3").uncertain["usd"] == Decimal("0.16")
    jobs.done = True
    async with session(path, jobs.server, budget=q3()) as second:
        assert isinstance(await ask(second, 1, "find_phone"), le.Hit)
    assert len(jobs.started) == 1
    with le.FileLedger(path) as ledger:
        state = ledger.journal.spent("q3")
        assert (state.settled["usd"], state.uncertain["usd"]) == (Decimal("0.16"), 0)


async def test_a_job_that_the_vendor_lost_is_uncertain_and_started_anew(path: Path) -> None:
    jobs = Jobs()
    first = session(path, jobs.server, budget=q3())
    await abandoned(first, ask(first, 1, "find_phone"))
    lost = Server({"/jobs": httpx.Response(404, json={})})
    async with session(path, lost, budget=q3()) as second:
        with pytest.raises(le.ProviderError):
            await ask(second, 1, "find_phone")
    jobs.done = True
    async with session(path, jobs.server, budget=q3()) as third:
        assert isinstance(await ask(third, 1, "find_phone"), le.Hit)
    assert len(jobs.started) == 2
    with le.FileLedger(path) as ledger:
        state = ledger.journal.spent("q3")
        assert (state.settled["usd"], state.uncertain["usd"]) == (Decimal("0.16"), Decimal("0.16"))


async def test_a_webhook_of_an_earlier_run_is_still_believed(path: Path) -> None:
    jobs = Jobs()
    settings = {"webhook_url": "https://hooks.example/{provider}"}
    first = session(path, jobs.server, **settings)
    await abandoned(first, ask(first, 1, "find_phone"))
    asked = json.loads(jobs.server.requests[0].content)["callback"]
    token = asked.partition("token=")[2]
    second = session(path, jobs.server, **settings)
    async with second:
        waiting = asyncio.ensure_future(ask(second, 1, "find_phone"))
        await asyncio.sleep(1)
        jobs.done = True
        body = json.dumps({"job": "job-1"}).encode()
        assert await second.deliver("acme", body, {}, token=token)
        assert isinstance(await waiting, le.Hit)
    assert len(jobs.started) == 1


# ---- bulk jobs


from leadenrich.contract import Flow, Fold, Hit, HTTPProvider, Miss, Query, Request, Wait, bulk, operation  # noqa: E402
from leadenrich.registry import registry  # noqa: E402
from tests.engine.vendors import facts  # noqa: E402


class Batchy(HTTPProvider):
    """Verifies many addresses in one background job."""

    info = facts("batchy")

    @operation("verify_email", needs=[("email",)], credits=1, charged="on_call", patience=60)
    def verify_email(self, query: Query) -> Flow:
        """Ask one."""
        reply = yield Request("GET", "/verify", params=query.pick("email"))
        return Hit(email_status=reply.get("status")) if reply.get("status") else Miss()

    @bulk("GET", "/verify", max_items=50, patience=60)
    def many(self, requests: Any) -> Fold:
        """Ask many in a job."""
        emails = [request.params["email"] for request in requests]
        start = yield Request("POST", "/jobs", json={"full_name": emails}, expect=(202,))
        poll = Request("GET", f"/jobs/{start.get('id')}", paid=False)
        reply = start
        while reply.get("state") == "running":
            reply = yield Wait(start.get("id"), poll=poll, every=2)
        return [reply.with_json({"status": "valid"}) for _ in requests]


registry.register(Batchy)


def emails(numbers: Any) -> list[dict[str, str]]:
    return [{"email": f"{name(number).split()[0].lower()}@b.example"} for number in numbers]


async def test_a_bulk_job_under_way_is_polled_by_the_next_run(path: Path) -> None:
    jobs, keys = Jobs(), {**ALL, "batchy": "b"}
    ledger = le.FileLedger(path, fsync=False)
    first = le.Session(keys, transport=jobs.server, ledger=ledger, budget=q3(), retries=0)
    await abandoned(first, first.bulk("batchy", "verify_email", emails(range(10))))
    assert len(jobs.started) == 1
    jobs.done = True
    ledger = le.FileLedger(path, fsync=False)
    async with le.Session(keys, transport=jobs.server, ledger=ledger, budget=q3(), retries=0) as second:
        some = await second.bulk("batchy", "verify_email", emails([3, 7, 20]))  # one is new
        assert [one["email_status"] for one in some if isinstance(one, le.Hit)] == ["valid"] * 2
    ledger = le.FileLedger(path, fsync=False)
    async with le.Session(keys, transport=jobs.server, ledger=ledger, budget=q3(), retries=0) as third:
        rest = await third.bulk("batchy", "verify_email", emails(range(10)))
        assert all(isinstance(one, le.Hit) for one in rest)
        assert len(ledger.journal.open_jobs()) == 0
    assert len(jobs.started) == 1
    with le.FileLedger(path) as ledger:
        assert ledger.spent("q3")["batchy"] == 11
        assert ledger.journal.spent("q3").uncertain["usd"] == 0
