"""Writing finished rows as a delimited file that spreadsheet programs can open without harm."""

from __future__ import annotations

import contextlib
import csv
import os
import pickle
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from types import SimpleNamespace
from typing import IO, Any

from leadenrich.errors import ConfigurationError
from leadenrich.records.cell_values import to_text
from leadenrich.records.columns import ColumnMap
from leadenrich.records.file_writing import replacing, storing
from leadenrich.records.formula_escape import FIRST, escape
from leadenrich.records.output_columns import (
    Column,
    choose_columns,
    data_of,
    filler,
    found_fields,
    input_columns,
    record_of,
    retry_reason,
    values_of,
)
from leadenrich.records.table import OVERFLOW
from leadenrich.results import to_json


def write_csv(
    path: str | os.PathLike[str] | IO[str],
    rows: Iterable[Any],
    columns: Sequence[str] | Mapping[str, str] | None = None,
    *,
    provenance: bool = False,
    safe: bool = True,
    delimiter: str = ",",
    encoding: str = "utf-8",
    like: ColumnMap | None = None,
    write_back: bool = False,
) -> int:
    """Write finished rows (or plain dicts) as CSV: original columns in order, then what was found, then the status.

    A file is written beside its place and moved there when it is whole. `read_csv` reads it back cell for cell.

    Args:
        path: where to; or an open text file (opened with `newline=""`).
        rows: `EnrichedRecord`s or dicts, as many as you like; they are not all held in memory.
        columns: what to write instead, in this order: original headers, field names, "status", "cost",
            "<field>_source" and the like. A mapping `{name: header}` renames them as well.
        provenance: add `<field>_source`, `<field>_confidence` and `<field>_cost` beside each found field.
        safe: put a `'` before cells a spreadsheet program would run as a formula; phones and numbers stay.
        delimiter: one character.
        encoding: "utf-8-sig" writes the mark old Excel versions need to see that it is UTF-8.
        like: the `ColumnMap` of the table the rows came from, where they no longer remember it themselves.
        write_back: put a found field into the table's own column for it (a found `email` into "E-Mail"), instead of
            into a column of its own beside it; a cell for which nothing was found stays as it was.

    Returns:
        How many rows were written.

    Raises:
        ConfigurationError: `columns` names something that exists nowhere.
        DataTransformationError: a row is neither a finished row nor a dict.
        StorageError: the file cannot be written (no such directory, a full disk); what was there before stays.
    """
    with contextlib.ExitStack() as stack:
        kept, seen = survey(rows, like, stack, chosen=columns is not None)
        chosen = seen.columns(columns, provenance, write_back)
        if not chosen and columns is not None:
            raise ConfigurationError("columns=[] leaves nothing to write; name at least one column")
        target = stack.enter_context(replacing(path, encoding))
        return write_rows(target, kept, chosen, safe=safe, delimiter=delimiter)


def write_rows(
    target: IO[str], rows: Iterable[Any], columns: Sequence[Column], *, safe: bool = True, delimiter: str = ","
) -> int:
    """Write a header and rows to an open text file; returns how many rows."""
    writer = csv.writer(target, delimiter=delimiter, lineterminator="\r\n")
    clean = escape if safe else str
    risky = FIRST if safe else frozenset[str]()
    writer.writerow([clean(column.header) for column in columns])
    fill = filler(columns)
    count = 0
    for row in rows:
        writer.writerow(
            [value if type(value) is str and value[:1] not in risky else clean(to_text(value)) for value in fill(row)]
        )
        count += 1
    return count


@dataclass(slots=True)
class Seen:
    """What the rows of a table have: the columns they came with, the fields found in any, and what else to write."""

    inputs: dict[tuple[str, str], Column] = field(default_factory=dict)
    found: dict[str, None] = field(default_factory=dict)
    finished: bool = False
    retryable: bool = False

    def columns(
        self, chosen: Sequence[str] | Mapping[str, str] | None, provenance: bool, write_back: bool = False
    ) -> tuple[Column, ...]:
        """Return the columns to write."""
        return choose_columns(
            list(self.inputs.values()),
            self.found,
            columns=chosen,
            provenance=provenance,
            status=self.finished,
            retry=self.retryable,
            write_back=write_back,
        )


def survey(
    rows: Iterable[Any], like: ColumnMap | None, stack: contextlib.ExitStack, *, chosen: bool = False
) -> tuple[Iterable[Any], Seen]:
    """Return the rows again, and what was seen in them.

    The header must know every field before the first row is written, so rows that come only once wait in a file;
    not so where the columns are `chosen` already, for which the first row says enough.
    """
    seen = Seen()
    known = seen.inputs
    shapes: set[tuple[Any, ...]] = set()  # the keys of records that were looked at; most are alike

    def look(row: Any) -> None:
        record = record_of(row)
        shape = tuple(record)
        if shape not in shapes:
            if len(shapes) < _MOST_SHAPES:
                shapes.add(shape)
            if not known or not hasattr(record, "columns"):
                for column in input_columns(record, like):
                    known.setdefault((column.header, column.name), column)
            if OVERFLOW in record:
                known.setdefault((OVERFLOW, OVERFLOW), Column(OVERFLOW, "input", OVERFLOW))
        if type(row) is dict:
            return
        for name in found_fields(row):
            seen.found.setdefault(name)
        seen.finished = seen.finished or hasattr(row, "status")
        seen.retryable = seen.retryable or retry_reason(row) is not None

    if chosen:
        coming = iter(rows)
        first = list(islice(coming, 1))
        for row in first:
            look(row)
        rows = chain(first, coming)
    elif not isinstance(rows, Iterator) and getattr(rows, "rereadable", True):
        for row in rows:
            look(row)
    elif len(first := list(islice(rows, _HELD))) < _HELD:
        for row in first:
            look(row)
        rows = first
    else:
        rows = _spool(chain(first, rows), look, stack.enter_context(tempfile.TemporaryFile()))  # noqa: SIM115 - the stack closes it
    return rows, seen


_MOST_SHAPES = 1_000
_HELD = 5_000
"""So many rows are held in memory; a longer stream of them waits in a file."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """What is written of a finished row, waiting for the header to be known."""

    record: Any
    data: Any
    values: Any
    status: Any
    cost: Any
    retry_reason: Any


def _spool(rows: Iterable[Any], look: Callable[[Any], None], file: IO[bytes]) -> Iterator[Any]:
    for row in rows:
        look(row)
        if isinstance(row, Mapping):
            kept: list[Any] = [dict(row)]
        else:
            values = {
                name: (value.provider, value.confidence, getattr(value.cost, "usd", None))
                for name, value in values_of(row).items()
            }
            cost = getattr(getattr(row, "cost", None), "usd", None)
            kept = [dict(record_of(row)), dict(data_of(row)), values, getattr(row, "status", None), cost]
            kept.append(retry_reason(row))
        try:
            pickled = pickle.dumps(kept)
        except (pickle.PicklingError, TypeError, AttributeError):  # a value of the caller's own that cannot be pickled
            pickled = pickle.dumps(to_json(kept))
        with storing("the directory for temporary files"):
            file.write(pickled)
    file.seek(0)
    return _unspooled(file)


def _unspooled(file: IO[bytes]) -> Iterator[Any]:
    while True:
        try:
            record, *rest = pickle.load(file)  # written just above, to a temporary file without a name
        except EOFError:
            return
        if not rest:
            yield record
            continue
        data, values, status, cost, reason = rest
        sourced = {
            name: SimpleNamespace(provider=provider, confidence=sure, cost=SimpleNamespace(usd=usd))
            for name, (provider, sure, usd) in values.items()
        }
        yield _Kept(record, data, sourced, status, SimpleNamespace(usd=cost), reason)
