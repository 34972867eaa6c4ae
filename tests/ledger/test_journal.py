"""The running part of a ledger: budgets exact over processes, calls known after a kill, jobs kept."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sqlite3
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import leadenrich as le
from leadenrich.ledger.calls import Intent
from leadenrich.ledger.jobs import Job, KeptReply
from leadenrich.ledger.journal import Settlement
from leadenrich.ledger.people import about
from leadenrich.ledger.schema import VERSION

LIMITS = {"usd": Decimal("1.00")}
CENTS = {"usd": Decimal("0.10"), "calls": Decimal(1), "acme": Decimal(5)}
ONE_CALL = {"calls": Decimal(1)}
LESS = {"usd": Decimal("0.04"), "acme": Decimal(2)}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "q3.db"


@pytest.fixture
def ledger(path: Path) -> Iterator[le.FileLedger]:
    with le.FileLedger(path, fsync=False) as opened:
        yield opened


def held(ledger: le.FileLedger, need: dict[str, Decimal] = CENTS) -> int:
    number = ledger.journal.hold("q3", LIMITS, need)
    assert number is not None
    return number


def intent(key: bytes, *holds: list[int], **more: Any) -> Intent:
    return Intent(key, "acme", "find_email", "on_hit", {"acme": Decimal(5)}, Decimal("0.10"), holds, **more)


def killed(path: Path, work: Callable[[le.FileLedger], None]) -> None:
    """Do some work in a process of its own that is then killed."""

    def run() -> None:
        own = le.FileLedger(path, fsync=False)
        work(own)
        os.kill(os.getpid(), signal.SIGKILL)

    process = multiprocessing.get_context("fork").Process(target=run)
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL


def test_a_budget_is_exact_and_no_wall_is_crossed(ledger: le.FileLedger, path: Path) -> None:
    journal = ledger.journal
    with le.FileLedger(path) as other:  # another process would see no more and no less
        holds = [held(ledger) for _ in range(5)] + [held(other) for _ in range(5)]
        assert journal.hold("q3", LIMITS, {"usd": Decimal("0.01")}) is None
        assert journal.hold("q4", LIMITS, CENTS) is not None
        paid = {"usd": Decimal("0.033"), "calls": Decimal(1), "acme": Decimal("1.65")}
        for number in holds:
            journal.settle(Settlement(holds={number: "q3"}, settled=paid))
    assert ledger.spent("q3") == {"usd": Decimal("0.330"), "calls": Decimal(10), "acme": Decimal("16.50")}
    assert journal.spent("q3").held["usd"] == 0
    assert journal.hold("q3", LIMITS, {"usd": Decimal("0.671")}) is None
    assert journal.hold("q3", LIMITS, {"usd": Decimal("0.67")}) is not None


def test_a_hold_may_grow_and_be_given_back(ledger: le.FileLedger) -> None:
    number = held(ledger)
    limits = {**LIMITS, "calls": Decimal(2)}
    assert ledger.journal.hold_more(number, limits, ONE_CALL)
    assert not ledger.journal.hold_more(number, limits, ONE_CALL)
    ledger.journal.give_back(number)
    ledger.journal.give_back(number)
    assert not ledger.journal.hold_more(number, limits, ONE_CALL)
    assert ledger.journal.spent("q3").taken("usd") == 0
    assert ledger.spent("q3") == {}


def test_a_killed_process_leaves_holds_that_are_given_back_and_calls_that_are_uncertain(
    ledger: le.FileLedger, path: Path
) -> None:
    def work(own: le.FileLedger) -> None:
        journal = own.journal
        held(own)  # nothing left for it
        both = held(own)
        journal.sent([intent(b"1", [both]), intent(b"2", [both], calls=0)])  # one question, two exchanges
        shared = [[held(own)], [held(own)]]
        journal.sent([intent(b"3", *shared)])  # two questions, one exchange
        journal.sent([intent(b"3", *shared)])  # and a retry of it
        done = held(own)
        journal.sent([intent(b"4", [done])])
        journal.settle(Settlement(keys=[b"4"], holds={done: "q3"}, settled=CENTS, answer=("4" * 40, {"v": 4})))
        own.set("5" * 40, {"v": 5})

    killed(path, work)
    assert ledger.spent("q3") == CENTS
    assert ledger.journal.spent("q3").held["usd"] == Decimal("0.40")
    assert ledger.get("4" * 40) == {"v": 4}
    found = ledger.journal.reclaim()
    assert [(one.provider, one.operation, one.usd) for one in found] == [("acme", "find_email", Decimal("0.10"))] * 3
    assert ledger.spent("q3") == {"usd": Decimal("0.30"), "calls": Decimal(4), "acme": Decimal(15)}
    state = ledger.journal.spent("q3")
    assert (state.uncertain["usd"], state.held["usd"], state.settled["calls"]) == (Decimal("0.20"), 0, 4)
    assert ledger.journal.reclaim() == []
    assert len(ledger.uncertain()) == 3
    assert ledger.journal.uncertain(b"3") is not None
    assert ledger.journal.uncertain(b"4") is None


def test_no_room_looks_for_what_the_dead_have_left(ledger: le.FileLedger, path: Path) -> None:
    killed(path, lambda own: [held(own) for _ in range(10)] and None)
    assert held(ledger) is not None


def test_a_process_that_lives_keeps_what_it_holds(ledger: le.FileLedger, path: Path) -> None:
    with le.FileLedger(path, fsync=False) as other:
        number = held(other)
        other.journal.sent([intent(b"1", [number])])
        assert ledger.journal.reclaim() == []
        assert ledger.journal.spent("q3").held["usd"] == Decimal("0.10")
    assert [one.provider for one in ledger.uncertain()] == ["acme"]  # closed with a call under way
    assert ledger.journal.spent("q3").uncertain["usd"] == Decimal("0.10")


def test_an_uncertain_call_that_is_asked_again_is_booked_twice(ledger: le.FileLedger) -> None:
    """The first may have been charged as well as the second."""
    number = held(ledger)
    ledger.journal.sent([intent(b"1", [number])])
    unsure = {"usd": Decimal("0.10")}
    ledger.journal.settle(
        Settlement(keys=[b"1"], holds={number: "q3"}, settled=ONE_CALL, uncertain=unsure, unsure=True)
    )
    assert len(ledger.uncertain()) == 1
    number = held(ledger)
    ledger.journal.sent([intent(b"1", [number])])
    assert ledger.uncertain() == []
    ledger.journal.settle(Settlement(keys=[b"1"], holds={number: "q3"}, settled=CENTS))
    assert ledger.spent("q3")["usd"] == Decimal("0.20")


def test_a_job_that_is_resumed_replaces_what_was_uncertain(ledger: le.FileLedger, path: Path) -> None:
    start = KeptReply(202, {"content-type": "application/json"}, b'{"id": "j1"}')

    def work(own: le.FileLedger) -> None:
        number = held(own)
        own.journal.sent([intent(b"1", [number])])
        own.journal.submitted(Job("acme", "find_phone", "j1", {b"0": start, b"1": start}, who=[about({})]))

    killed(path, work)
    ledger.journal.reclaim()
    assert ledger.spent("q3")["usd"] == Decimal("0.10")
    assert [job.job_id for job in ledger.journal.open_jobs()] == ["j1"]
    assert ledger.journal.reply(b"1") == start
    assert ledger.journal.reply(b"2") is None
    assert ledger.journal.take_over(b"1")
    ledger.journal.settle(Settlement(keys=[b"1"], jobs=[b"1"], settled={"usd": Decimal("0.04"), "acme": Decimal(2)}))
    assert ledger.spent("q3") == {"usd": Decimal("0.04"), "calls": Decimal(1), "acme": Decimal(2)}
    assert ledger.journal.open_jobs() == []
    assert ledger.journal.reply(b"0") is None


def test_a_job_is_taken_over_by_one_session_alone(ledger: le.FileLedger, path: Path) -> None:
    def work(own: le.FileLedger) -> None:
        own.journal.sent([intent(b"1", [held(own)])])

    killed(path, work)
    ledger.journal.reclaim()
    one, two = ledger.journal.sender(), ledger.journal.sender()
    assert ledger.journal.take_over(b"1", one)
    assert not ledger.journal.take_over(b"1", two)  # it is under way: `one` pays
    assert ledger.spent("q3")["usd"] == Decimal("0.10")
    ledger.close()  # and never came to it
    with le.FileLedger(path) as again:
        assert again.spent("q3")["usd"] == Decimal("0.10")
        assert again.journal.take_over(b"1")
        again.journal.settle(Settlement(keys=[b"1"], settled=LESS))
        assert again.spent("q3")["usd"] == LESS["usd"]


def test_what_the_first_of_several_pays_for_a_job_is_booked(ledger: le.FileLedger, path: Path) -> None:
    def work(own: le.FileLedger) -> None:
        own.journal.sent([intent(b"1", [held(own)])])

    killed(path, work)
    ledger.journal.reclaim()
    assert ledger.journal.take_over(b"1")
    ledger.journal.settle(Settlement(shared=[b"1"]))
    ledger.journal.settle(Settlement(shared=[b"1"], settled=LESS))
    ledger.journal.settle(Settlement(keys=[b"1"]))
    assert ledger.spent("q3") == {**LESS, "calls": Decimal(1)}


def test_two_sessions_that_send_the_same_call_are_booked_apart(ledger: le.FileLedger, path: Path) -> None:
    unsure = {"usd": Decimal("0.10"), "acme": Decimal(5)}

    def work(own: le.FileLedger) -> None:
        one, two = own.journal.sender(), own.journal.sender()
        first, second = held(own), held(own)
        own.journal.sent([intent(b"1", [first])], one)
        own.journal.sent([intent(b"1", [second])], two)
        own.journal.settle(
            Settlement(keys=[b"1"], sender=two, holds={second: "q3"}, settled=ONE_CALL, uncertain=unsure, unsure=True)
        )

    killed(path, work)  # while the first one's is under way
    assert len(ledger.journal.reclaim()) == 1
    assert ledger.spent("q3") == {"usd": Decimal("0.20"), "calls": Decimal(2), "acme": Decimal(10)}
    assert len(ledger.uncertain()) == 2


def test_a_ledger_of_the_version_before_is_brought_up_to_this_one(path: Path) -> None:
    old = (
        "CREATE TABLE calls (key BLOB PRIMARY KEY, owner INTEGER NOT NULL, at REAL NOT NULL, provider TEXT NOT NULL,"
        " operation TEXT NOT NULL, charged TEXT NOT NULL, state TEXT NOT NULL, calls INTEGER NOT NULL,"
        " cost TEXT NOT NULL, holds TEXT NOT NULL, booked TEXT NOT NULL) WITHOUT ROWID"
    )
    with le.FileLedger(path) as ledger:
        ledger.journal.sent([intent(b"1")])
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        columns = "key, owner, at, provider, operation, charged, state, calls, cost, holds, booked"
        row = connection.execute(f"SELECT {columns} FROM calls").fetchone()
        connection.execute("DROP TABLE calls")
        connection.execute(old)
        connection.execute("CREATE INDEX calls_by_owner ON calls (owner)")
        connection.execute("INSERT INTO calls VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        connection.execute("PRAGMA user_version = 1")
    with le.FileLedger(path) as ledger:
        assert [call.provider for call in ledger.uncertain()] == ["acme"]
        assert ledger.journal.take_over(b"1")
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone()[0] == VERSION


def test_a_bulk_job_stays_until_its_last_question_is_settled(ledger: le.FileLedger) -> None:
    started = KeptReply(200, {}, b"{}")
    asked = [{"json": {"email": "a@b.example"}}, {"json": {"email": "c@d.example"}}]
    job = Job("acme", "verify_email", "j2", members=(b"1", b"2"), requests=asked, sent=(started,))
    ledger.journal.submitted(job)
    found = ledger.journal.batch(b"2")
    assert found == job
    assert ledger.journal.reply(b"2") is None
    ledger.journal.settle(Settlement(keys=[b"1"], jobs=[b"1"]))
    assert ledger.journal.batch(b"1") is None
    assert ledger.journal.batch(b"2") == job
    ledger.journal.settle(Settlement(jobs=[b"2"]))
    assert ledger.journal.open_jobs() == []


def test_a_job_about_a_person_is_forgotten_with_them(ledger: le.FileLedger, path: Path) -> None:
    asked = about({"email": "mira@brightloom.example"})
    reply = KeptReply(200, {}, b'{"for": "mira@brightloom.example"}')
    ledger.journal.submitted(Job("acme", "find_phone", "j3", {b"1": reply}, who=[asked]))
    assert ledger.forget(email="mira@brightloom.example") == 1
    assert ledger.journal.reply(b"1") is None
    assert ledger.journal.open_jobs() == []


def full(ledger: le.FileLedger, is_full: bool) -> None:
    pages = ledger._database.one("PRAGMA page_count")
    assert pages is not None
    ledger._database.one(f"PRAGMA max_page_count = {pages[0] if is_full else 10**6}")


def test_a_full_disk_lets_no_call_leave_and_loses_no_settlement(ledger: le.FileLedger) -> None:
    number = held(ledger)
    ledger.journal.sent([intent(b"1", [number])])
    full(ledger, True)
    answer = {"v": "x" * 100_000}
    ledger.journal.settle(Settlement(keys=[b"1"], holds={number: "q3"}, settled=CENTS, answer=("1" * 40, answer)))
    assert ledger.journal.failed is not None
    with pytest.raises(le.StorageError, match=r"q3\.db"):
        ledger.journal.sent([intent(b"2")])
    assert ledger.get("1" * 40) == answer
    full(ledger, False)
    ledger.journal.sent([intent(b"3")])
    assert ledger.journal.failed is None
    assert ledger.spent("q3") == CENTS
    assert ledger.journal.uncertain(b"1") is None


def test_small_things_are_replaced_in_one_step(ledger: le.FileLedger) -> None:
    assert ledger.journal.kept("counts") is None
    for _ in range(3):
        ledger.journal.keep("counts", lambda before: (before or 0) + 1)
    assert ledger.journal.kept("counts") == 3


def _spender(path: Path, results: Any) -> None:
    with le.FileLedger(path, fsync=False) as own:
        mine = 0
        for number in range(200):
            hold = own.journal.hold("q3", LIMITS, {"usd": Decimal("0.01")})
            if hold is None:
                break
            key = f"{os.getpid()}-{number}".encode()
            own.journal.sent([intent(key, [hold])])
            own.journal.settle(Settlement(keys=[key], holds={hold: "q3"}, settled={"usd": Decimal("0.003")}))
            mine += 1
        results.put(mine)


def test_several_processes_share_one_wall(ledger: le.FileLedger, path: Path) -> None:
    context = multiprocessing.get_context("fork")
    results: Any = context.Queue()
    processes = [context.Process(target=_spender, args=(path, results)) for _ in range(4)]
    for process in processes:
        process.start()
    counts = [results.get(timeout=60) for _ in processes]
    for process in processes:
        process.join(60)
    total = Decimal("0.003") * sum(counts)
    assert ledger.spent("q3") == {"usd": total}
    assert Decimal("0.99") < total + Decimal("0.01") <= Decimal("1.00") + Decimal("0.003")
    assert total <= 1
