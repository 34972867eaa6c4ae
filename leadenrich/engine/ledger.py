"""The caller's own file of paid answers: a second run, or one after a crash, pays nothing twice."""

from __future__ import annotations

import contextlib
import json as jsonlib
import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, Self

from leadenrich.engine.cache import identities
from leadenrich.errors import ConfigurationError, DataTransformationError

HEAD = {"leadenrich_ledger": 1}


class FileLedger:
    """An append-only JSONL file of answers, hits and misses, with their age: opt-in, readable by its owner alone.

    Hand it to `Session(cache=le.FileLedger("answers.jsonl", max_age=timedelta(days=90)))`. Its keys are keyed hashes
    of account and question; it holds the answers themselves, so it is personal data: delete it as you would those.
    One process writes it at a time. In memory it keeps one digest and one offset an answer.

    Args:
        path: the file, made with mode 0600 where it is not there.
        max_age: answers older than this are not used, and leave the file at the next compaction.

    Raises:
        ConfigurationError: `path` is a directory, or `max_age` no positive time, or the file cannot be written.
        DataTransformationError: the file is something else than a ledger.
    """

    def __init__(self, path: str | os.PathLike[str], *, max_age: timedelta | None = None) -> None:
        if max_age is not None and max_age <= timedelta(0):
            raise ConfigurationError(f"max_age is {max_age}; give a positive timedelta")
        self.path, self.max_age = Path(path), max_age
        if self.path.is_dir():
            raise ConfigurationError(f"{self.path.name} is a directory; give the path of a file")
        self._offsets: dict[bytes, int] = {}
        self._file: BinaryIO = self._open()
        try:
            self._read()
        except BaseException:
            self._file.close()
            raise
        if self.max_age is not None and any(not self._fresh(entry) for entry in self.entries()):
            self.compact()

    def _open(self) -> BinaryIO:
        try:
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        except OSError as error:
            raise ConfigurationError(f"{self.path} cannot be written: {error.strerror}") from None
        os.fchmod(descriptor, 0o600)
        return os.fdopen(descriptor, "r+b", buffering=0)

    def _read(self) -> None:
        self._offsets.clear()
        self._file.seek(0)
        good = 0
        for number, line in enumerate(self._file):
            entry = _parsed(line)
            if number == 0 and (entry is None or "leadenrich_ledger" not in entry):
                raise DataTransformationError(f"{self.path.name} is no ledger of answers; give another path")
            if entry is None:
                break  # a last line torn by a crash
            if "key" in entry:
                self._offsets[bytes.fromhex(entry["key"])] = good
            good += len(line)
        if good < self._file.seek(0, os.SEEK_END):
            self._file.truncate(good)
        if good == 0:
            self._append(HEAD)

    def _append(self, entry: Mapping[str, Any]) -> int:
        offset = self._file.seek(0, os.SEEK_END)
        self._file.write(jsonlib.dumps(entry, separators=(",", ":"), default=str).encode() + b"\n")
        return offset

    def get(self, key: str) -> Mapping[str, Any] | None:
        """Return the answer kept under a key, unless it is too old."""
        offset = self._offsets.get(bytes.fromhex(key))
        if offset is None:
            return None
        self._file.seek(offset)
        entry = _parsed(self._file.readline())
        return entry["answer"] if entry is not None and self._fresh(entry) else None

    def set(self, key: str, value: Mapping[str, Any], ttl: float | None = None) -> None:
        """Append an answer; it is in the file when this returns."""
        now = datetime.now(UTC)
        entry: dict[str, Any] = {"key": key, "at": now.isoformat(), "answer": value}
        if ttl is not None:
            entry["until"] = (now + timedelta(seconds=ttl)).isoformat()
        self._offsets[bytes.fromhex(key)] = self._append(entry)

    def note(self, entry: Mapping[str, Any]) -> None:
        """Append something else worth keeping beside the answers: a row's story, for `le.replay`."""
        self._append({"at": datetime.now(UTC).isoformat(), "note": entry})

    def entries(self) -> Iterator[Mapping[str, Any]]:
        """Yield every entry in the order written: answers (`key`, `at`, `answer`) and notes (`at`, `note`)."""
        with self.path.open("rb") as lines:
            for line in lines:
                entry = _parsed(line)
                if entry is not None and ("key" in entry or "note" in entry):
                    yield entry

    def _fresh(self, entry: Mapping[str, Any]) -> bool:
        now = datetime.now(UTC)
        if "until" in entry and datetime.fromisoformat(entry["until"]) < now:
            return False
        return self.max_age is None or now - datetime.fromisoformat(entry["at"]) <= self.max_age

    def forget(self, **who: str) -> int:
        """Erase everything about a person or company: `forget(email="...")`, `forget(linkedin_url="...")`.

        Returns:
            How many entries are gone.
        """
        marks = set(identities(who))
        if not marks:
            raise ConfigurationError("forget needs an email, phone, linkedin_url or company_domain")
        return self._rewrite(lambda entry: not marks & set(_marks(entry)))

    def compact(self) -> int:
        """Rewrite the file without what is too old or was answered again; return how many entries are gone."""
        last = {entry["key"]: entry["at"] for entry in self.entries() if "key" in entry}
        return self._rewrite(
            lambda entry: self._fresh(entry) and ("key" not in entry or last[entry["key"]] == entry["at"])
        )

    def _rewrite(self, keep: Any) -> int:
        beside = self.path.with_name(self.path.name + ".new")
        gone = 0
        with contextlib.suppress(FileNotFoundError):
            beside.unlink()
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(jsonlib.dumps(HEAD).encode() + b"\n")
            for entry in self.entries():
                if keep(entry):
                    out.write(jsonlib.dumps(entry, separators=(",", ":")).encode() + b"\n")
                else:
                    gone += 1
            out.flush()
            os.fsync(out.fileno())
        self._file.close()
        beside.replace(self.path)
        self._file = self._open()
        self._read()
        return gone

    def __len__(self) -> int:
        return len(self._offsets)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __repr__(self) -> str:
        return f"<FileLedger of {len(self)} answers>"


def _parsed(line: bytes) -> dict[str, Any] | None:
    if not line.endswith(b"\n"):
        return None
    try:
        entry = jsonlib.loads(line)
    except ValueError:
        return None
    return entry if isinstance(entry, dict) else None


def _marks(entry: Mapping[str, Any]) -> list[str]:
    return list((entry.get("answer") or entry.get("note") or {}).get("who", []))
