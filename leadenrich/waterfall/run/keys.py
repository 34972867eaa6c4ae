"""Row keys: whose they are, which are finished already, which come twice."""

from __future__ import annotations

import os
import warnings
from array import array
from collections.abc import Callable, Container, Iterable, Mapping, Sized
from pathlib import Path
from typing import Any

from leadenrich.errors import ConfigurationError
from leadenrich.records import ColumnMappingWarning, read_csv, read_excel, read_jsonl
from leadenrich.records.waiting import Union, Waiting, awaited
from leadenrich.results import EnrichedRecord
from leadenrich.waterfall.caller_function import call_function

Key = str | Callable[[Any], Any] | None
"""A record's field, or a function of the record; None: its position."""

WINDOW = 100_000
"""Among how many of the latest keys a repeated one is noticed."""

UNFINISHED = frozenset({"failed", "skipped"})
"""Statuses that `retry_failed` asks again where all that is known is the status."""


def key_of(record: Any, key: Key, index: int) -> tuple[str, str | None]:
    """Return a record's key, and what was wrong with it where its position had to do."""
    if key is None:
        return str(index), None
    found, why = call_function(key if callable(key) else lambda one: _field_of(one, key), record)
    if why is not None:
        return str(index), f"function {why}"
    if found is None or found == "":
        return str(index), f"{key!r} is not in the record" if isinstance(key, str) else "function gave nothing"
    return str(found), None


def _field_of(record: Any, name: str) -> Any:
    return record.get(name) if isinstance(record, Mapping) else None


class SeenKeys:
    """The latest keys, so that one that comes again is noticed: a set of hashes, and a ring of which is oldest."""

    __slots__ = ("_hashes", "_next", "_ring", "_size")

    def __init__(self, size: int = WINDOW) -> None:
        self._hashes: set[int] = set()
        self._ring = array("q")
        self._size, self._next = size, 0

    def again(self, key: str) -> bool:
        """Return whether this key was seen before."""
        digest = hash(key)
        if digest in self._hashes:
            return True
        if len(self._ring) < self._size:
            self._ring.append(digest)
        else:
            self._hashes.discard(self._ring[self._next])
            self._ring[self._next] = digest
            self._next = (self._next + 1) % self._size
        self._hashes.add(digest)
        return False


class Finished:
    """Keys to pass over: `key in finished`."""

    __slots__ = ("places",)

    def __init__(self, *places: Any) -> None:
        for place in places:
            if not hasattr(place, "__contains__"):
                raise ConfigurationError(f"done= takes anything that keys can be `in`, not {type(place).__name__}")
        self.places = [place for place in places if place != ()]

    def __bool__(self) -> bool:
        return bool(self.places)

    @property
    def count(self) -> int:
        """Return how many keys there are at the least: those of the largest place, as places may share some."""
        return max((len(place) for place in self.places if isinstance(place, Sized)), default=0)

    def __contains__(self, key: object) -> bool:
        return any(key in place for place in self.places)


class Earlier:
    """An earlier output: which of its rows need not be asked again.

    Args:
        rows: `{key: status}`, or an earlier run's rows: `EnrichedRecord`s, or dicts with a "status" as `read_csv`
            gives them; or the path of a file with them (.jsonl, .xlsx, else CSV).
        key: how the run's records are keyed; dicts are keyed the same way, by position where it is None.

    Raises:
        ConfigurationError: a row without a status.
    """

    def __init__(
        self, rows: str | os.PathLike[str] | Iterable[Any] | Mapping[str, str] | None, key: Key = None
    ) -> None:
        self._finished: set[str] = set()
        self._waiting = Waiting()
        if isinstance(rows, str | os.PathLike):
            rows = _read_output(Path(rows))
        if isinstance(rows, Mapping):
            self._finished |= {str(name) for name, status in rows.items() if status not in UNFINISHED}
            rows = None
        for index, row in enumerate(rows or ()):
            self._take(row, key, index)

    def _take(self, row: Any, key: Key, index: int) -> None:
        if isinstance(row, EnrichedRecord):
            name, reason = row.key, row.retry_reason
            done = reason is None
        else:
            known = row if isinstance(row, Mapping) else {}
            reason = _said(known, "retry_reason")
            name = str(known.get("row_key") or "") or key_of(row, key, index)[0]
            done = not reason and _status_of(known, index) != "failed"  # of the skipped ones, nobody can be asked
        if done:
            self._finished.add(name)
        elif providers := awaited(reason):
            self._waiting.add(name, providers)

    def finished_without(self, has_key: Callable[[str], bool]) -> Container[str]:
        """Return the keys of rows for which nobody would answer differently now: of those that wait for keys, too."""
        return Union(self._finished, *self._waiting.in_vain(has_key))


def _read_output(path: Path) -> Iterable[Any]:
    if path.suffix == ".jsonl":
        return read_jsonl(path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ColumnMappingWarning)  # the run's own input says it
        return read_excel(path) if path.suffix == ".xlsx" else read_csv(path)


def _said(row: Mapping[str, Any], word: str) -> str:
    """Return what an output says of a row, whose column has another name where the input has one of this name."""
    own = f"enrichment_{word}"
    return str(row.get(own if own in row else word) or "")


def _status_of(row: Mapping[str, Any], index: int) -> str:
    """Return the status of a dict that an earlier run wrote."""
    if not (status := _said(row, "status")):
        raise ConfigurationError(f"retry_failed: row {index} of the earlier output has no status")
    return status
