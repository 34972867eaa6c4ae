"""Files that finished rows are written to as they come, and from which a stopped run goes on."""

from __future__ import annotations

import contextlib
import copy
import io
import json
import os
import warnings
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Self

from leadenrich.errors import ConfigurationError, StorageError, nearest
from leadenrich.records.file_writing import open_locked, storing, swap, write_bytes
from leadenrich.records.finished_keys import KeySet, PositionSet, content_digest, key_reader
from leadenrich.records.jsonl import to_line, to_object
from leadenrich.records.output_columns import KEY_COLUMN, RETRY_COLUMN, record_of, retry_reason
from leadenrich.records.waiting import OF_RECORD, Union, Waiting, awaited

NEXT = "//"
"""Between a record's key and the number of one of the rows it became, in the key of all its rows but the last."""
FIRST = f"{NEXT}0"


class ResumeWarning(UserWarning):
    """A run goes on from a file that does not quite fit: a torn line was cut off, or the input has changed."""


class Sink:
    """What both kinds of file share: which rows are finished, locking, repairing, appending. Use a subclass.

    A row counts as finished once its line has been handed to the operating system whole, so killing the process at
    any moment loses no finished row; with `fsync=True` not even a power cut does. A row that may be asked again
    (`row.retryable`) is written but not finished: the next run asks its record again, and the new row takes the
    place of the old one. Both stand in the file until the sink is closed (or opened again after a crash).
    """

    def __init__(self, path: str | os.PathLike[str], key: str | None = "id", *, fsync: bool = False) -> None:
        self.path = Path(path)
        self.key = key
        self._fsync = fsync
        self._file: io.FileIO | None = None
        self._keys: KeySet | PositionSet = KeySet() if key is not None else PositionSet()
        self._own_key = key_reader(key) if key is not None else None
        self._told: set[str] = set()
        self._read = False
        self._size = 0  # bytes of whole lines
        self._lines = 0
        self._waiting = Waiting(type(self._keys))
        self._unfinished = KeySet()  # with each key, the number of its latest line
        self._superseded = 0  # lines whose row has a newer one below
        self._siblings = "", 0  # the record whose rows are being counted, and how many of them came so far

    @property
    def finished(self) -> KeySet | PositionSet:
        """The keys of the rows that are in the file: `key in sink.finished`."""
        if not self._read:
            self.open()
        return self._keys

    def finished_without(self, has_key: Callable[[str], bool]) -> Container[str]:
        """Return `finished`, and with it the keys of rows that wait for nothing but the key of a provider without one.

        Args:
            has_key: of a provider's id, whether there is a key for it now.
        """
        return Union(self.finished, *self._waiting.in_vain(has_key))

    def key_of(self, record: object, position: int) -> str:
        """Return the key that tells this record from all others, the same in every run over the same input.

        Args:
            record: the input record.
            position: its position in the input, from 0.

        Returns:
            The record's own key as text. A record without one, and a second one with the same, is told apart by its
            content; with `key=None` every record is, together with its position.

        Raises:
            ConfigurationError: the first record has no such column at all.
        """
        self.open()
        if self._own_key is None or isinstance(self._keys, PositionSet):
            key = f"{position}-{content_digest(record)}"
            if isinstance(self._keys, PositionSet) and self._keys.changed(key):
                self._tell(
                    "changed",
                    f"the record at position {position} is not the one that was finished there before; the input has"
                    f" changed since {self.path.name} was begun, and changed records are asked for again",
                )
            return key
        own = self._own_key(record) if isinstance(record, Mapping) else ""
        if not own:
            if position == 0 and isinstance(record, Mapping):
                self._check_key(record)
            self._tell("blank", f"some records have no {self.key!r}; they are told apart by their content")
            own = f"#{content_digest(record)}"
        if not self._keys.meet(own, position):
            self._tell("twice", f"some records share their {self.key!r}; they are told apart by their content")
            own = f"{own}#{content_digest(record)}"
            if not self._keys.meet(own, position):
                own = f"{own}-{position}"
                self._keys.meet(own, position)
        return own

    def write(self, row: Any, key: str | None = None) -> None:
        """Append one finished row; when this returns, the row is finished and safe from the process being killed.

        Args:
            row: an `EnrichedRecord` or a dict.
            key: what `key_of` returned for its record; None takes the row's own `key`, else calls `key_of`.
        """
        self.open()
        if key is None:
            key = getattr(row, "key", None)
        if key is None:
            key = self.key_of(record_of(row), getattr(row, "index", len(self._keys)))
        self._write([(row, key)])

    def write_all(self, rows: Sequence[Any], key: str) -> None:
        """Append all the rows one record became, in one step: the record is finished when they are all there.

        Where one of them may be asked again, the record is asked again as a whole, and its new rows, however many,
        take the place of the old ones.

        Args:
            rows: `EnrichedRecord`s, at least one.
            key: what `key_of` returned for the record; the last row carries it, the others `<key>//0`, `<key>//1`, ....
        """
        self.open()
        why = "; ".join(dict.fromkeys(reason for row in rows if (reason := retry_reason(row))))
        told = [_asked_again(row, why) if why else row for row in rows]
        *others, last = told
        self._write([*((row, f"{key}{NEXT}{number}") for number, row in enumerate(others)), (last, key)])

    def _write(self, keyed: Sequence[tuple[Any, str]]) -> None:
        for row, key in keyed:
            self._make_fit(row, key)
        self._append(b"".join([self._encode(row, key) for row, key in keyed]))
        for row, key in keyed:
            self._count(key, retry_reason(row))

    def _count(self, key: str | None, reason: str | None = None) -> None:
        """Count a line of the file, and what it says of its key: finished, or the reason why it is not."""
        self._lines += 1
        if key is None:
            return
        again = self._unfinished.note_of(key) > 0
        self._superseded += again
        if again:
            self._waiting.discard(key)
        if again or reason:
            self._unfinished.set_note(key, self._lines)
        if not reason:
            self._keys.add(key)
        elif providers := awaited(reason):
            self._waiting.add(key, providers)
        parent, number = self._siblings
        if number and key == f"{parent}{NEXT}{number}":
            self._siblings = parent, number + 1
            return
        if again:
            self._drop_siblings(key, number if key == parent else 0)
        self._siblings = (key.removesuffix(FIRST), 1) if key.endswith(FIRST) else ("", 0)

    def _drop_siblings(self, key: str, number: int) -> None:
        """Count rows of a record beyond its latest `number` as replaced: it became more rows the time before."""
        while self._unfinished.note_of(sibling := f"{key}{NEXT}{number}"):
            self._unfinished.set_note(sibling, self._lines)
            self._superseded += 1
            number += 1

    def open(self) -> None:
        """Open the file, repair a torn end and read which rows are finished; asking for anything does it as well.

        Raises:
            ConfigurationError: the file is not one of ours, or another run is writing to it.
            StorageError: it cannot be repaired, as the disk is full or fails.
        """
        if self._file is not None:
            return
        self._file = open_locked(self.path)
        try:
            self._repair()
            if self._superseded:  # the last run was killed before it could do this
                self._drop_superseded()
                self._repair()
        except BaseException:
            self._file.close()
            self._file = None
            raise
        self._read = True

    def close(self) -> None:
        """Remove rows that newer ones replace, and close the file; writing again opens it for another run.

        Raises:
            StorageError: there is no room for the file without the replaced rows; the next run removes them.
        """
        if self._file is None:
            return
        try:
            self._drop_superseded()
        finally:
            self._file.close()
            self._file = None
            self._keys.forget()

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.path.name!r}: {len(self._keys)} finished>"

    def _make_fit(self, row: Any, key: str) -> None:
        """Give the file the columns that a row needs."""

    def _encode(self, row: Any, key: str) -> bytes:
        raise NotImplementedError

    def _keyed_lines(self, lines: Iterator[bytes]) -> Iterator[tuple[bytes, str | None, str | None]]:
        """Yield every whole line of the file, the key of its row (None for a header), and why it is not finished."""
        raise NotImplementedError

    def _repair(self) -> None:
        assert self._file is not None
        self._size = self._lines = self._superseded = 0
        self._siblings = "", 0
        self._unfinished, self._waiting = KeySet(), Waiting(type(self._keys))
        size = self._file.seek(0, os.SEEK_END)
        records = 0  # bytes of lines that belong to whole records
        for line, key, reason in self._keyed_lines(self._reader()) if size else ():
            self._size += len(line)
            self._count(key, reason)
            if not self._siblings[1]:
                records = self._size
        self._size, self._siblings = records, ("", 0)
        if self._size < size:
            torn = size - self._size
            self._tell("torn", f"the end of {self.path.name} was torn ({torn} bytes) and is cut off")
            with storing(self.path):
                self._file.truncate(self._size)

    def _drop_superseded(self) -> None:
        """Write the file anew without the rows that newer ones replace."""
        if self._superseded:
            numbered = enumerate(self._keyed_lines(self._reader()), 1)
            latest = (
                (number, line, self._unfinished.note_of(key) if key else 0) for number, (line, key, _) in numbered
            )
            self._replace(line for number, line, last in latest if last in (0, number))
            self._superseded = 0

    def _reader(self) -> io.BufferedReader:
        assert self._file is not None
        self._file.seek(0)
        return io.BufferedReader(Unclosed(self._file))

    def _replace(self, lines: Iterable[bytes]) -> None:
        """Put a new file of these lines in the place of the present one, in one step."""
        assert self._file is not None
        new = swap(self.path, lines)
        self._file.close()
        self._file = new
        self._size = new.seek(0, os.SEEK_END)

    def _append(self, line: bytes) -> None:
        """Write a line whole, or not at all.

        Raises:
            StorageError: the disk is full or fails; the file holds whole lines only, and the next run goes on from it.
        """
        assert self._file is not None
        self._file.seek(self._size)
        try:
            write_bytes(self._file, line)
            if self._fsync:
                os.fsync(self._file.fileno())
        except OSError as error:
            with contextlib.suppress(OSError):  # a torn end is cut off by the next run as well
                self._file.truncate(self._size)
            why = error.strerror or type(error).__name__
            raise StorageError(f"{self.path} cannot be written: {why}; run again to go on from it") from error
        self._size += len(line)

    def _check_key(self, record: Mapping[str, Any]) -> None:
        columns = getattr(record, "columns", None)
        names = [*map(str, record), *(columns.headers if columns is not None else ())]
        if not any(name.casefold() == str(self.key).casefold() for name in names):
            raise ConfigurationError(
                f"records have no {self.key!r} to tell them apart by{nearest(str(self.key), names)}; "
                "name a column that holds a different value in every row, or pass key=None"
            )

    def _tell(self, what: str, text: str) -> None:
        if what not in self._told:
            self._told.add(what)
            warnings.warn(text, ResumeWarning, stacklevel=4)


def _asked_again(row: Any, why: str) -> Any:
    """Return a row of a record that is asked again, as it is written."""
    if retry_reason(row) != why:
        row = copy.copy(row)
        row.retry_reason = OF_RECORD + why
    return row


class JsonlSink(Sink):
    """Appends finished rows to a JSON-lines file and goes on where a stopped run left it.

    Each line is one object: the merged fields, "status" and "row_key", and "retry_reason" where the record may be
    asked again; with `provenance=True` also
    `<field>_source`, `<field>_confidence` and `<field>_cost`.

    Args:
        path: the file; made if it is not there.
        key: the column that tells records apart; None tells them apart by position and content.
        columns: which fields to write; None writes all.
        provenance: whether each found field's source, confidence and cost are written too.
        fsync: wait for the disk after every row, which survives a power cut and is slow.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        key: str | None = "id",
        columns: Sequence[str] | Mapping[str, str] | None = None,
        *,
        provenance: bool = False,
        fsync: bool = False,
    ) -> None:
        super().__init__(path, key, fsync=fsync)
        self._columns = columns
        self._provenance = provenance

    def _encode(self, row: Any, key: str) -> bytes:
        shown = to_object(row, columns=self._columns, provenance=self._provenance) | {KEY_COLUMN: key}
        if reason := retry_reason(row):
            shown[RETRY_COLUMN] = reason
        return to_line(shown).encode("utf-8", "replace")

    def _keyed_lines(self, lines: Iterator[bytes]) -> Iterator[tuple[bytes, str | None, str | None]]:
        for number, line in enumerate(lines, 1):
            if not line.endswith(b"\n"):
                return
            try:
                found = json.loads(line)
            except ValueError:
                found = None
            if isinstance(found, dict) and isinstance(found.get(KEY_COLUMN), str):
                yield line, found[KEY_COLUMN], str(found.get(RETRY_COLUMN) or "")
            elif number == 1:
                raise ConfigurationError(f"{self.path} was not written by a JsonlSink; name a file of its own")
            else:
                self._tell("odd", f"line {number} of {self.path.name} is not a row of this sink and is left as it is")
                yield line, None, None


class Unclosed(io.RawIOBase):
    """A file for a buffered reader that must not close it."""

    def __init__(self, file: IO[bytes] | io.FileIO) -> None:
        self._file = file

    def readable(self) -> bool:
        """Return True: it is opened for reading."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read from the file."""
        data = self._file.read(len(buffer)) or b""
        buffer[: len(data)] = data
        return len(data)
