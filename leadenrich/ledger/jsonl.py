"""Ledgers of the first form, JSON lines: imported once, in place."""

from __future__ import annotations

import contextlib
import io
import json
import logging
import os
import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from leadenrich.errors import ConfigurationError
from leadenrich.ledger.people import about

log = logging.getLogger("leadenrich")

HEAD = "leadenrich_ledger"
BATCH = 1000


def is_old_ledger(head: bytes) -> bool:
    """Return whether a file that begins so is a ledger of JSON lines."""
    return head.lstrip().startswith(b'{"' + HEAD.encode() + b'"')


def replace(path: Path, opened: Callable[[Path], sqlite3.Connection]) -> None:
    """Put a database with the same answers and notes in the place of a ledger of JSON lines.

    Lines that cannot be read are left out, and counted in the log. Whatever ends the process in between, the old file
    stays as it is.
    """
    beside = path.with_name(path.name + ".new")
    with path.open("rb") as lines:
        _lock(lines.fileno())
        with path.open("rb") as now:
            if not is_old_ledger(now.read(64)):
                return  # another process was faster
        for leftover in (beside, beside.with_name(beside.name + "-wal"), beside.with_name(beside.name + "-shm")):
            leftover.unlink(missing_ok=True)
        os.close(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        connection = opened(beside)
        try:
            taken, left_out = _copy(lines, connection, path)
        finally:
            connection.close()
        beside.replace(path)
    log.warning("%s was a ledger of JSON lines and is a database now: %s entries taken over", path.name, f"{taken:,}")
    if left_out:
        log.warning("%s held %s lines that could not be read; they are left out", path.name, f"{left_out:,}")


def _copy(lines: io.BufferedReader, connection: sqlite3.Connection, path: Path) -> tuple[int, int]:
    taken = left_out = 0
    connection.execute("BEGIN")
    for number, line in enumerate(lines):
        entry = _parsed(line)
        if number == 0:
            if entry is None or entry.get(HEAD) != 1:
                raise ConfigurationError(f"{path.name} is a ledger of another version; give another path")
            continue
        if entry is None or not _put(connection, entry):
            left_out += 1
            continue
        taken += 1
        if taken % BATCH == 0:
            connection.execute("COMMIT")
            connection.execute("BEGIN")
    connection.execute("COMMIT")
    return taken, left_out


def _put(connection: sqlite3.Connection, entry: dict[str, Any]) -> bool:
    try:
        at = _seconds(entry["at"])
        if isinstance(note := entry.get("note"), dict):
            connection.execute("INSERT INTO notes (at, note) VALUES (?, ?)", (at, json.dumps(note)))
            return True
        key, answer = bytes.fromhex(entry["key"]), entry["answer"]
        until = _seconds(entry["until"]) if "until" in entry else None
        found = about(answer.get("data") or {})
        answer["who"] = sorted({*answer.get("who", ()), *found["who"]})
        answer["people"] = found["people"]
    except (KeyError, TypeError, ValueError, AttributeError):
        return False
    connection.execute(
        "INSERT OR REPLACE INTO answers (key, at, until, answer) VALUES (?, ?, ?, ?)",
        (key, at, until, json.dumps(answer, separators=(",", ":"))),
    )
    return True


def _seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return entry if isinstance(entry, dict) else None


def _lock(descriptor: int) -> None:
    """Wait until no other process imports the same file; where there are no such locks, do without."""
    with contextlib.suppress(ImportError):
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX)


__all__ = ["is_old_ledger", "replace"]
