"""What a caller keeps on disk in a storm: a ledger, a file of rows for each job; a run is cut off and another goes on.

A run ends well, or is left early, or its process is killed: then the next one has the files as they were at that very
moment, in which its owner is a process that is not there any more.
"""

from __future__ import annotations

import contextlib
import csv
import json
import random
import shutil
import sqlite3
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import leadenrich as le
from leadenrich.records.sinks import ResumeWarning
from tests.engine.storm_weather import Sky

NO_PROCESS = 99_999_999
"""A process id beyond the highest there is."""
IN_MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
"""A folder of which no disk knows: a storm has no power cut, and need not wait for one."""
NAME = "the whole job"
ZERO = Decimal(0)

Question = tuple[str, str, str]
"""Vendor, operation, and the query as JSON."""


class Job:
    """Leads on their way through one waterfall into one file, however many runs it takes."""

    def __init__(self, number: int, records: list[dict[str, Any]], finders: list[str], rng: random.Random) -> None:
        self.records, self.finders = records, finders
        self.name = f"rows-{number}.{rng.choice(['jsonl', 'csv'])}"
        self.finished: dict[str, Any] = {}

    def sink(self, folder: Path) -> Any:
        """Return the file, open for a run."""
        path = folder / self.name
        return le.JsonlSink(path) if path.suffix == ".jsonl" else le.CsvSink(path)

    def rows(self, folder: Path) -> list[dict[str, Any]]:
        """Return what the file holds."""
        path = folder / self.name
        if not path.exists():
            return []
        if path.suffix == ".jsonl":
            return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        with path.open(encoding="utf-8", newline="") as file:
            return [{"row_key": row["id"], **row} for row in csv.DictReader(file)]


class Files:
    """A folder with a ledger and the rows of its jobs.

    Attributes:
        folder: of the present run. kills: how often a process was killed.
        answers: what was answered in runs that knew the ledger: question -> data, None for a miss.
    """

    def __init__(self, base: Path, rng: random.Random, sky: Sky) -> None:
        self.base, self.rng, self.sky = base, rng, sky
        self.kills = self.lost_calls = 0
        self.folder = base / "0"
        self.folder.mkdir()
        self.answers: dict[Question, Mapping[str, Any] | None] = {}
        self.jobs: list[Job] = []
        self.shared = rng.random() < 0.5
        self._open: list[le.FileLedger] = []

    # ---- a run

    def ledger(self) -> le.FileLedger:
        """Return a ledger for a session: one for all of a run, or one for each."""
        if self.shared and self._open:
            return self._open[0]
        self._open.append(le.FileLedger(self.folder / "job.db", fsync=self.rng.random() < 0.1))
        return self._open[-1]

    def close(self) -> None:
        """End a run: its process is over."""
        for ledger in self._open:
            ledger.close()
        self._open.clear()

    def kill(self) -> None:
        """Go on with the files as they are now, as a process finds them whose predecessor was killed."""
        self.kills += 1
        new = self.base / str(self.kills)
        shutil.copytree(self.folder, new)
        self.folder = new
        with contextlib.closing(sqlite3.connect(new / "job.db")) as connection, connection:
            connection.execute("UPDATE owners SET pid = ?", (NO_PROCESS,))

    def answered(self, question: Question, result: Any) -> None:
        """Take note of an answer that was handed on."""
        if isinstance(result, le.Hit | le.Miss):
            self.answers[question] = result.data if isinstance(result, le.Hit) else None

    # ---- the end of all

    def check_rows(self, over: bool) -> None:
        """Look at the files of rows between two runs, and when all are over."""
        for job in self.jobs:
            rows = job.rows(self.folder)
            keys = Counter(row["row_key"] for row in rows)
            assert not over or all(count == 1 for count in keys.values()), f"rows doubled: {keys}"
            assert not over or keys.keys() == {str(record["id"]) for record in job.records}, f"rows lost: {keys}"
            for key, before in job.finished.items():
                same = [row for row in rows if row["row_key"] == key and before.items() <= row.items()]
                assert same, f"the finished row {key} was changed: {before}"
            job.finished = {row["row_key"]: row for row in rows if not row.get("retry_reason")}

    def check_money(self, budget: le.Budget | None, streams: le.Budget | None, vendors: list[str]) -> None:
        """Compare the books of all runs with what arrived and was charged."""
        with le.FileLedger(self.folder / "job.db") as ledger:
            ledger.journal.reclaim()
            job, row = ledger.journal.spent(NAME), ledger.journal.spent("streams")
        for state, limits in ((job, budget), (row, streams)):
            for line, limit in (limits.limits() if limits is not None else {}).items():
                assert not state.held.get(line), f"{line}: {state.held[line]} is held for ever"
                assert state.gone(line) <= limit, f"{line}: {state.gone(line)} of {limit}: the wall was crossed"
        if budget is None:
            return
        arrived = sum(self.sky.paid.values()) - self.lost_calls
        booked = job.settled.get("calls", ZERO)
        assert arrived <= booked, f"{arrived} calls arrived, {booked} are booked in the ledger"
        assert self.kills or arrived == booked, f"{arrived} calls arrived, {booked} are booked in the ledger"
        for vendor in vendors:
            charged, certain = self.sky.charged(vendor), job.settled.get(vendor, ZERO)
            unsure = job.uncertain.get(vendor, ZERO)
            assert certain <= charged <= certain + unsure, f"{vendor}: {charged} charged, ledger {certain} + {unsure}"

    def check_file(self, secrets: list[str]) -> None:
        """Look at the ledger's file: nothing is under way, and no key stands in it."""
        with contextlib.closing(sqlite3.connect(self.folder / "job.db")) as connection:
            sent = connection.execute("SELECT count(*) FROM calls WHERE state = 'sent'").fetchone()[0]
            assert not sent, f"{sent} calls are under way for ever"
            for table in ("owners", "holds"):
                left = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
                assert not left, f"{left} {table} are left"
        for path in self.folder.iterdir():
            content = path.read_bytes()
            for secret in secrets:
                assert secret.encode() not in content, f"a key stands in {path.name}"

    async def check_answers(self, ask: Any, session: le.Session) -> None:
        """Ask everything that was answered once more: nothing leaves, and the answers are the same."""
        calls = sum(self.sky.calls.values())
        async with session:
            for (vendor, operation, query), before in self.answers.items():
                result = (await ask(session, vendor, operation, json.loads(query))).result
                now = result.data if isinstance(result, le.Hit) else None
                assert isinstance(result, le.Hit | le.Miss), f"an answer of an earlier run is lost: {result!r}"
                assert now == before, f"an answer of an earlier run has changed: {operation} at {vendor}"
        assert sum(self.sky.calls.values()) == calls, "what an earlier run has paid for was asked again"


def question(vendor: str, operation: str, query: Any) -> Question:
    """Return a question as it is remembered here."""
    return vendor, operation, json.dumps(dict(query), sort_keys=True)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Let files be repaired without a word: a killed run leaves torn lines."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResumeWarning)
        yield
