"""Two processes of one machine over one job: one ledger is shared, a sink has one owner and says so."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import multiprocessing
import sqlite3
import warnings
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

import pytest

import leadenrich as le
from leadenrich.ledger.schema import MARK
from leadenrich.records import read_jsonl
from tests.sandbox_leads import PRICES, people

FORK = multiprocessing.get_context("fork") if "fork" in multiprocessing.get_all_start_methods() else None


def work(folder: Path, sink: str, start: int, ready: Any, results: Any) -> None:
    """Run a part of the job as a process of its own would; tell what it spent, or why it could not."""
    warnings.simplefilter("ignore")

    async def job() -> Any:
        with le.FileLedger(folder / "job.db", fsync=False) as ledger:
            budget = le.Budget(usd=2, name="q3")
            async with le.Session.sandbox(prices=PRICES, ledger=ledger, budget=budget) as session:
                one = le.Waterfall("find_email", ["hunter", "apollo", "findymail"], quality_threshold=80)
                into = le.JsonlSink(folder / sink, key=None)
                into.open()
                ready.wait(60)  # so that neither has ended before the other begins
                return await one.stream(people(start + 60)[start:], session=session, into=into, concurrency=10).drain()

    try:
        results.put((str(asyncio.run(job()).cost.usd), None))
    except le.LeadEnrichError as error:
        ready.abort()
        results.put((None, f"{type(error).__name__}: {error.message}"))


def both(folder: Path, sinks: tuple[str, str], starts: tuple[int, int]) -> list[tuple[str | None, str | None]]:
    assert FORK is not None
    ready, results = FORK.Barrier(2), FORK.Queue()
    processes = [
        FORK.Process(target=_safely, args=(folder, sink, start, ready, results))
        for sink, start in zip(sinks, starts, strict=True)
    ]
    for process in processes:
        process.start()
    told = [results.get(timeout=120) for _ in processes]
    for process in processes:
        process.join(60)
    return told


def _safely(folder: Path, sink: str, start: int, ready: Any, results: Any) -> None:
    class Patient:
        """A barrier that one who cannot come has broken for the other: that one goes on."""

        def wait(self, seconds: float) -> None:
            try:
                ready.wait(seconds)
            except Exception:
                return

        def abort(self) -> None:
            ready.abort()

    work(folder, sink, start, Patient(), results)


pytestmark = pytest.mark.skipif(FORK is None, reason="no fork there")


def test_one_ledger_is_shared_by_two_parts_of_a_list(tmp_path: Path) -> None:
    """They overlap: twenty people are asked for by both, and paid for once."""
    told = both(tmp_path, ("one.jsonl", "two.jsonl"), (0, 40))
    assert [why for _, why in told] == [None, None]
    spent = sum(Decimal(usd or 0) for usd, _ in told)
    with le.FileLedger(tmp_path / "job.db") as ledger:
        assert ledger.spent("q3")["usd"] == spent <= 2
        assert ledger.uncertain() == []
        assert ledger.journal.spent("q3").held.get("usd", Decimal(0)) == 0
    with sqlite3.connect(tmp_path / "job.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
    for sink in ("one.jsonl", "two.jsonl"):
        assert len(list(read_jsonl(tmp_path / sink))) == 60


def test_a_sink_has_one_owner(tmp_path: Path) -> None:
    told = sorted(both(tmp_path, ("rows.jsonl", "rows.jsonl"), (0, 0)), key=str)
    errors = [why for _, why in told if why]
    assert len(errors) == 1
    assert errors[0].startswith("ConfigurationError: another run is writing to")
    assert "rows.jsonl" in errors[0]
    assert len(list(read_jsonl(tmp_path / "rows.jsonl"))) == 60


class Rival(sqlite3.Connection):
    """A connection that another process gets in before: it runs `meanwhile` before a statement that begins so."""

    meanwhile: ClassVar[dict[str, Callable[[], None]]] = {}

    def execute(self, statement: str, *values: Any) -> sqlite3.Cursor:
        for beginning in [one for one in self.meanwhile if statement.startswith(one)]:
            self.meanwhile.pop(beginning)()
        return super().execute(statement, *values)


@pytest.fixture
def rival(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[sqlite3.Connection]:
    """Another process's connection to the same new file."""
    other = sqlite3.connect(tmp_path / "job.db", timeout=0, isolation_level=None)
    monkeypatch.setattr(sqlite3, "connect", functools.partial(sqlite3.connect, factory=Rival))
    monkeypatch.setattr(Rival, "meanwhile", {})
    yield other
    other.close()


def test_a_file_that_another_process_is_making_is_no_foreign_database(
    rival: sqlite3.Connection, tmp_path: Path
) -> None:
    """Whether it is empty is read at the moment at which its mark is: not before the other's tables, and after."""

    def make() -> None:
        with contextlib.suppress(sqlite3.OperationalError):  # locked: it has to wait, and that is as good
            rival.executescript(f"BEGIN; CREATE TABLE t (a); PRAGMA application_id = {MARK}; COMMIT")
        if rival.in_transaction:
            rival.execute("ROLLBACK")

    Rival.meanwhile["SELECT 1 FROM sqlite_master"] = make
    le.FileLedger(tmp_path / "job.db").close()
    assert not Rival.meanwhile


def test_a_new_file_that_another_process_changes_is_waited_for(rival: sqlite3.Connection, tmp_path: Path) -> None:
    """SQLite refuses the second of two that switch to a log at once, and does not wait."""

    def begin() -> None:
        rival.execute("BEGIN IMMEDIATE")
        Rival.meanwhile["BEGIN IMMEDIATE"] = functools.partial(rival.execute, "COMMIT")

    Rival.meanwhile["PRAGMA journal_mode"] = begin
    with le.FileLedger(tmp_path / "job.db") as ledger:
        assert ledger.spent("q3") == {}
    assert not Rival.meanwhile
