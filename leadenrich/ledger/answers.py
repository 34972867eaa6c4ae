"""Paid answers and notes in a ledger: written in batches, found by their whole key, erased person by person."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from leadenrich.errors import LeadEnrichError
from leadenrich.ledger.database import Database

BATCH = 500
"""Answers that wait in memory, at the most."""
SOON = 0.02
"""Seconds after which a running event loop writes them at the latest."""
OLD = 10_000
"""Entries that opening a ledger deletes for their age, at the most: `compact` deletes all."""
AT_ONCE = 50
"""Hashes looked for in one reading of a table."""
WHERE = (("answers", "answer"), ("notes", "note"), ("jobs", "who"), ("mailboxes", "who"))
"""The tables about people, and the column that says of whom."""
DIGEST, TEXT = 40, b"text:"

GET = "SELECT at, until, answer FROM answers WHERE key = ?"
PUT = "INSERT OR REPLACE INTO answers (key, at, until, answer) VALUES (?, ?, ?, ?)"
NOTE = "INSERT INTO notes (at, note) VALUES (?, ?)"


class Answers:
    """The answers and notes of one ledger.

    `put` and `note` collect in memory; `flush` writes all of it in one transaction. It happens by itself after 500
    entries, after 20 ms where an event loop runs, and with whatever else is written to the same file.
    """

    def __init__(self, database: Database, max_age: float | None) -> None:
        self._database, self._max_age = database, max_age
        self._answers: dict[bytes, tuple[float, float | None, str]] = {}
        self._notes: list[tuple[float, str]] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._failed: LeadEnrichError | None = None
        if max_age is not None:
            self._prune(OLD)

    # ---- reading

    def get(self, key: str) -> Mapping[str, Any] | None:
        """Return the answer under a key, unless it is too old."""
        raw = _raw(key)
        kept = self._answers.get(raw) or self._database.one(GET, raw)
        if kept is None:
            return None
        at, until, text = kept
        if not self._fresh(at, until):
            return None
        answer: Mapping[str, Any] = json.loads(text)
        return answer

    def entries(self) -> Iterator[Mapping[str, Any]]:
        """Yield every answer, then every note, each in the order written."""
        for key, at, answer in self._pages("key, at, answer", "answers"):
            yield {"key": _shown(key), "at": _iso(at), "answer": json.loads(answer)}
        for at, note in self._pages("at, note", "notes"):
            yield {"at": _iso(at), "note": json.loads(note)}

    def count(self) -> int:
        """Return how many answers there are."""
        self.flush()
        row = self._database.one("SELECT count(*) FROM answers")
        assert row is not None
        return int(row[0])

    def is_empty(self) -> bool:
        """Return whether there is no answer yet."""
        return not self._answers and self._database.one("SELECT 1 FROM answers LIMIT 1") is None

    def _pages(self, columns: str, table: str) -> Iterator[tuple[Any, ...]]:
        """Read a table page by page, so that no caller waits and nothing piles up."""
        self.flush()
        last = 0
        while rows := self._database.all(f"SELECT id, {columns} FROM {table} WHERE id > ? ORDER BY id LIMIT 500", last):
            for row in rows:
                yield row[1:]
            last = rows[-1][0]

    def _fresh(self, at: float, until: float | None) -> bool:
        if until is None and self._max_age is None:
            return True
        now = _now()
        return (until is None or until >= now) and (self._max_age is None or now - at <= self._max_age)

    # ---- writing

    def put(self, key: str, value: Mapping[str, Any], ttl: float | None = None) -> None:
        """Keep an answer."""
        self.add(key, value, ttl)
        self._later()

    def add(self, key: str, value: Mapping[str, Any], ttl: float | None = None) -> None:
        """Keep an answer with what the caller is about to write."""
        now = _now()
        text = json.dumps(value, separators=(",", ":"), default=str)
        with self._database.lock:
            self._answers[_raw(key)] = (now, None if ttl is None else now + ttl, text)

    def note(self, entry: Mapping[str, Any]) -> None:
        """Keep something else."""
        with self._database.lock:
            self._notes.append((_now(), json.dumps(entry, separators=(",", ":"), default=str)))
        self._later()

    def _later(self) -> None:
        if self._failed is not None:
            failed, self._failed = self._failed, None
            raise failed
        if len(self._answers) + len(self._notes) >= BATCH:
            self.flush()
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self.flush()  # nothing would write it later
            return
        if self._loop is not loop:
            self._loop = loop
            loop.call_later(SOON, self._due)

    def _due(self) -> None:
        self._loop = None
        if not self._database.closed:
            try:
                self.flush()
            except LeadEnrichError as error:
                self._failed = error  # raised at the next write: no caller waits here

    def flush(self) -> None:
        """Write what waits in memory."""
        if self._answers or self._notes:
            with self._database.write() as connection:
                self.flush_into(connection)
            self.written()

    def flush_into(self, connection: Any) -> None:
        """Write what waits in memory as part of another writer's transaction; `written` forgets it afterwards."""
        if self._answers:
            connection.executemany(PUT, [(key, *kept) for key, kept in self._answers.items()])
        if self._notes:
            connection.executemany(NOTE, self._notes)

    def written(self) -> None:
        """Forget what waited in memory: the transaction that wrote it has ended."""
        self._answers.clear()
        self._notes.clear()

    # ---- erasing

    def erase(self, marks: set[str], follow: bool) -> int:
        """Delete every answer, note and job about a person or company; return how many there were.

        Args:
            marks: the hashes it is known by.
            follow: whether what these entries know of the same person (a name at a company, a further address) leads
                to further entries.
        """
        self.flush()
        gone, known, fresh = 0, set(marks), set(marks)
        with self._database.write() as connection:
            while fresh:
                found: set[str] = set()
                for table, column in WHERE:
                    doomed = []
                    for number, told in _matching(connection, table, column, fresh):
                        if (own := _own(told, fresh, named=known == marks)) is not None:
                            doomed.append((number,))
                            found |= own
                    connection.executemany(f"DELETE FROM {table} WHERE id = ?", doomed)
                    if table == "jobs":
                        connection.executemany("DELETE FROM replies WHERE job = ?", doomed)
                    gone += len(doomed)
                fresh = found - known if follow else set()
                known |= fresh
        if gone:
            self._database.scrub()
        return gone

    def compact(self) -> int:
        """Delete what is too old and give the room back to the disk; return how many entries are gone."""
        self.flush()
        now, gone = _now(), 0
        with self._database.write() as connection:
            gone += connection.execute("DELETE FROM answers WHERE until < ?", (now,)).rowcount
            for table in ("answers", "notes") if self._max_age is not None else ():
                gone += connection.execute(f"DELETE FROM {table} WHERE at < ?", (now - (self._max_age or 0),)).rowcount
        self._database.vacuum()
        self._database.scrub()
        return gone

    def _prune(self, most: int) -> int:
        """Delete the oldest entries that are too old: rows stand in the order of their age."""
        assert self._max_age is not None
        before, gone = _now() - self._max_age, 0
        for table in ("answers", "notes"):
            last = None
            for number, at in self._database.all(f"SELECT id, at FROM {table} ORDER BY id LIMIT 1"):
                last = number if at < before else None
            if last is None:
                continue
            with self._database.write() as connection:
                for number, at in connection.execute(f"SELECT id, at FROM {table} ORDER BY id LIMIT ?", (most,)):
                    if at >= before:
                        break
                    last = number
                gone += connection.execute(f"DELETE FROM {table} WHERE id <= ?", (last,)).rowcount
        return gone


def _matching(connection: Any, table: str, column: str, marks: set[str]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield (id, what it says) of every row whose text holds one of these hashes."""
    listed = sorted(marks)
    for start in range(0, len(listed), AT_ONCE):
        some = listed[start : start + AT_ONCE]
        holds = " OR ".join([f"instr({column}, ?)"] * len(some))
        for number, text in connection.execute(f"SELECT id, {column} FROM {table} WHERE {holds}", some):
            yield number, json.loads(text)


def _own(told: Mapping[str, Any], marks: set[str], *, named: bool) -> set[str] | None:
    """Return the hashes of those people in an entry whom the marks name; None where they name no person in it.

    `named`: the caller gave these marks, so that a phone among them is this person's own.
    """
    people = [set(person) for person in told.get("people", ())]
    shared = marks.intersection(told.get("who", ()))
    own = [person for person in people if person & marks]
    if not shared and not own:
        return None
    if shared and named and people:
        own.append(people[0])
    return set().union(*own)


def _now() -> float:
    return datetime.now(UTC).timestamp()


def _iso(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()


def _raw(key: str) -> bytes:
    """Return a key as bytes: a digest as it is, any other text marked as such."""
    if len(key) == DIGEST:
        try:
            return bytes.fromhex(key)
        except ValueError:
            pass
    return TEXT + key.encode()


def _shown(key: bytes) -> str:
    return key.removeprefix(TEXT).decode() if key.startswith(TEXT) else key.hex()
