"""Which columns a written table has, and how one finished row fills them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Literal

from leadenrich.errors import ConfigurationError, DataTransformationError, nearest
from leadenrich.records.columns import ColumnMap
from leadenrich.records.table import OVERFLOW
from leadenrich.results import EnrichedRecord
from leadenrich.vocabulary import QUERY_WORDS

Kind = Literal["input", "own", "field", "status", "retry", "source", "confidence", "cost", "row_cost", "key"]
KEY_COLUMN = "row_key"
"""The column that holds a row's key where no column of the caller's does."""

RETRY_COLUMN = "retry_reason"
"""The column that says why a row may be asked again; it is there once there is such a row."""

NOTES: dict[str, Kind] = {"_source": "source", "_confidence": "confidence", "_cost": "cost"}
"""What stands beside a found field with `provenance=True`."""


@dataclass(frozen=True, slots=True)
class Column:
    """One written column: its header, what it shows, and of which key or field."""

    header: str
    kind: Kind
    name: str = ""


def record_of(row: Any) -> Mapping[str, Any]:
    """Return what went in: a finished row's `record` (empty where it was no mapping), or the plain dict itself.

    Raises:
        DataTransformationError: the row is neither.
    """
    if type(row) is dict:
        return row
    if type(row) is EnrichedRecord and isinstance(row.record, dict):
        return row.record
    if isinstance(row, Mapping):
        return row
    if not hasattr(row, "record") or not hasattr(row, "values"):
        raise DataTransformationError(f"a row must be a finished row or a dict, not a {type(row).__name__}")
    record: Any = row.record
    return record if isinstance(record, Mapping) else {}


def found_fields(row: Any) -> list[str]:
    """Return the names of the fields found for a finished row, not those its record brought; a plain dict has none."""
    values = values_of(row)
    return [name for name, value in values.items() if getattr(value, "provider", None) != "input"] if values else []


def values_of(row: Any) -> Mapping[str, Any]:
    """Return a finished row's values with their sources, by field; a plain dict has none."""
    if type(row) is EnrichedRecord:
        return row.values
    values: Mapping[str, Any] = {} if isinstance(row, Mapping) else row.values
    return values


def data_of(row: Any) -> Mapping[str, Any]:
    """Return input and found fields merged."""
    if type(row) is EnrichedRecord:
        return row.data
    data: Mapping[str, Any] = row if isinstance(row, Mapping) else row.data
    return data


def retry_reason(row: Any) -> str | None:
    """Return why a finished row may be asked again, None where that would change nothing; a plain dict has none."""
    if type(row) is EnrichedRecord:
        return row.retry_reason
    reason: str | None = None if isinstance(row, Mapping) else getattr(row, "retry_reason", None)
    return reason


def input_columns(record: Mapping[str, Any], like: ColumnMap | None = None) -> list[Column]:
    """Return the columns a record came with, under their original headers and in their order."""
    mapping = like if like is not None else getattr(record, "columns", None)
    if isinstance(mapping, ColumnMap):
        return [Column(header, "input", key) for header, key in zip(mapping.headers, mapping.keys, strict=True)]
    return [Column(str(key), "input", key) for key in record if key != OVERFLOW]


def choose_columns(
    inputs: Sequence[Column],
    found: Iterable[str],
    *,
    columns: Sequence[str] | Mapping[str, str] | None = None,
    provenance: bool = False,
    status: bool = True,
    retry: bool = False,
    write_back: bool = False,
) -> tuple[Column, ...]:
    """Return the columns to write: the original ones first, then each found field, then the status.

    A found field whose name is literally an original header fills that column instead of doubling it. `columns` chooses
    and orders them instead: original headers, field names, "status", "cost", "<field>_source", ....
    A mapping `{name: header}` renames them as well. With `retry` the last column says why a row may be asked again.
    With `write_back` what was found goes into the table's own column for that field.

    Raises:
        ConfigurationError: `columns` names something that exists nowhere.
    """
    if isinstance(columns, Mapping):
        return _renamed(choose_columns(inputs, found, columns=list(columns), provenance=provenance), columns)
    headers = {column.header for column in inputs}
    written: list[Column] = []
    if columns is not None:
        known = [*headers, *(column.name for column in inputs), *found]
        for name in columns:
            written += _chosen(name, inputs, known, provenance)
    else:
        fresh = list(dict.fromkeys(found))
        for column in inputs:
            own = _own_field(column, fresh) if write_back else None
            if own is not None:
                fresh.remove(own)
                written.append(Column(column.header, "own", own))
                written += _notes(own) if provenance else ()
                continue
            merged = column.header == column.name and column.header in fresh
            written.append(Column(column.header, "field", column.name) if merged else column)
            if merged and provenance:
                written += _notes(column.name)
        for name in fresh:
            if name not in headers:
                written.append(Column(name, "field", name))
                written += _notes(name) if provenance else ()
        if status:
            written.append(Column("status" if "status" not in headers else "enrichment_status", "status"))
        if retry:
            written.append(retry_column(headers))
    return tuple(written)


def _own_field(column: Column, found: Sequence[str]) -> str | None:
    """Return the found field that a column of the input is for."""
    alike = "_".join(column.header.casefold().split())
    return column.name if column.name in found else alike if alike in found else None


def _renamed(written: Sequence[Column], headers: Mapping[str, str]) -> tuple[Column, ...]:
    """Return the columns under the headers that the caller wants."""
    renamed = []
    for column in written:
        ending = column.header.removeprefix(column.name) if column.kind in NOTES.values() else ""
        stem = column.header.removesuffix(ending) if ending else column.header
        renamed.append(replace(column, header=headers.get(column.header) or headers.get(stem, stem) + ending))
    twice = [header for header, count in Counter(column.header for column in renamed).items() if count > 1]
    if twice:
        raise ConfigurationError(f"columns= gives the header {twice[0]!r} to two columns; one must be another")
    return tuple(renamed)


def retry_column(headers: Collection[str]) -> Column:
    """Return the column for the reason, under a name that no column of the input has."""
    return Column(RETRY_COLUMN if RETRY_COLUMN not in headers else f"enrichment_{RETRY_COLUMN}", "retry")


def _notes(name: str) -> list[Column]:
    return [Column(name + ending, kind, name) for ending, kind in NOTES.items()]


def _chosen(name: str, inputs: Sequence[Column], known: Sequence[str], provenance: bool) -> list[Column]:
    original = next((column for column in inputs if column.header == name), None)
    if original is not None and original.name != name:
        return [original]
    if name == KEY_COLUMN:
        return [Column(name, "key")]
    if original is None and name in {"status", "enrichment_status"}:
        return [Column(name, "status")]
    if original is None and name in {RETRY_COLUMN, f"enrichment_{RETRY_COLUMN}"}:
        return [Column(name, "retry")]
    if original is None and name == "cost":
        return [Column(name, "row_cost")]
    for ending, kind in NOTES.items():
        stem = name.removesuffix(ending)
        if original is None and stem != name and (stem in QUERY_WORDS or stem in known):
            return [Column(name, kind, stem)]
    if name not in known and name not in QUERY_WORDS and not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)+", name):
        raise ConfigurationError(
            f"columns= names {name!r}, which is not a column here{nearest(name, {*known, *QUERY_WORDS})}"
        )
    return [Column(name, "field", name), *(_notes(name) if provenance and name in QUERY_WORDS else ())]


def fill(row: Any, columns: Sequence[Column], key: str | None = None) -> list[Any]:
    """Return a row's values for the given columns, in their own types."""
    return filler(columns)(row, key)


def filler(columns: Sequence[Column]) -> Callable[..., list[Any]]:
    """Return a function `(row, key=None)` that gives a row's values for these columns, in their own types."""
    runs: list[tuple[str, tuple[str, ...], tuple[Column, ...]]] = []
    for kind, group in groupby(columns, key=lambda column: column.kind):
        alike = tuple(group)
        runs.append((kind, tuple(column.name for column in alike), alike))

    def fill(row: Any, key: str | None = None) -> list[Any]:
        record, data = record_of(row), data_of(row)
        values: list[Any] = []
        for kind, names, alike in runs:
            if kind == "input":
                values += map(record.get, names)
            elif kind == "field":
                values += map(data.get, names)
            elif kind == "status":
                values += [getattr(row, "status", None)] * len(alike)
            else:
                values += [_other(row, column, key) for column in alike]
        return values

    return fill


def _other(row: Any, column: Column, key: str | None) -> Any:
    """Return what is in a column that is neither the input's nor a field's."""
    kind, name = column.kind, column.name
    if kind == "retry":
        return retry_reason(row)
    if kind == "key":
        return key
    if kind == "row_cost":
        return getattr(getattr(row, "cost", None), "usd", None)
    found = values_of(row)
    if kind == "own":
        if name in found and getattr(found[name], "provider", None) != "input":
            return data_of(row).get(name)
        record = record_of(row)
        return record.get(name, record.get(column.header))
    if name not in found:
        return "input" if kind == "source" and data_of(row).get(name) not in (None, "") else None
    if kind == "source":
        return getattr(found[name], "provider", None)
    noted = getattr(found[name], kind, None)
    return getattr(noted, "usd", None) if kind == "cost" else noted
