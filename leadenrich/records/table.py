"""A table that is read as records: plain dicts that remember which columns they came from."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from leadenrich.errors import ConfigurationError
from leadenrich.records.columns import ColumnMap, map_columns, plain_columns
from leadenrich.records.formula_escape import SUSPECT, unescape
from leadenrich.records.value_evidence import classify

OVERFLOW = "(extra cells)"
"""The key under which a record keeps the cells of a row that is longer than the header."""

PROBLEMS_KEPT = 100
"""How many problems a table remembers one by one; all are counted."""

Columns = Literal["auto"] | Mapping[str, str | None] | ColumnMap | None
"""How columns are mapped: "auto", the caller's own `{header: field}` on top of it, a ready map, or None: not at all."""


class TableWarning(UserWarning):
    """A table has rows that are not as its header says; nothing was lost."""


class Record(dict[str, Any]):
    """One row: a dict from canonical field (or the column's own header) to the cell, as it is in the file.

    Attributes:
        columns: the `ColumnMap` shared by the whole table, from which a writer knows the original headers.
        line: the line of the file the row begins on, 0 where there is none.
    """

    __slots__ = ("columns", "line")

    columns: ColumnMap
    line: int

    def __init__(self, cells: Any = (), *, columns: ColumnMap, line: int = 0) -> None:
        super().__init__(cells)
        self.columns = columns
        self.line = line

    def __reduce__(self) -> Any:
        return (_rebuild, (dict(self), self.columns, self.line))

    def copy(self) -> Record:
        """Return a copy that remembers the same columns."""
        return Record(self, columns=self.columns, line=self.line)


def _rebuild(cells: dict[str, Any], columns: ColumnMap, line: int) -> Record:
    return Record(cells, columns=columns, line=line)


@dataclass(frozen=True, slots=True)
class Problem:
    """One row that is not as it should be, and what was done about it."""

    line: int
    text: str


class Problems(list[Problem]):
    """The first problems of a table one by one; `total` counts them all."""

    def __init__(self, *, quiet: bool = False) -> None:
        super().__init__()
        self.total = 0
        self._quiet = quiet

    def note(self, line: int, text: str) -> None:
        """Remember a problem; the first of a reading is issued as a `TableWarning` too."""
        self.total += 1
        if len(self) < PROBLEMS_KEPT:
            self.append(Problem(line, text))
        if self.total == 1 and not self._quiet:
            warnings.warn(f"line {line}: {text} (.problems counts all of them)", TableWarning, stacklevel=4)


def resolve_columns(headers: Sequence[object], rows: Iterable[Sequence[object]], columns: Columns) -> ColumnMap:
    """Return the column map a caller asked for, and issue its warnings."""
    if columns is None:
        return plain_columns(headers)
    if isinstance(columns, ColumnMap):
        if len(columns) != len(headers):
            raise ConfigurationError(f"columns= maps {len(columns)} columns, the table has {len(headers)}")
        return columns
    if isinstance(columns, Mapping):
        mapping = map_columns(headers, rows, columns=columns)
    elif columns == "auto":
        mapping = map_columns(headers, rows)
    else:
        raise ConfigurationError(
            f"columns= must be 'auto', a mapping {{header: field}}, a ColumnMap or None, not {columns!r}"
        )
    mapping.warn(stacklevel=4)
    return mapping


def _without_footer(
    rows: Iterable[tuple[int, list[str]]], width: int, problems: Problems
) -> Iterator[tuple[int, list[str]]]:
    """Leave out what reports put below their table: after a blank row, nothing but single cells until the end.

    Held back are so few rows that memory stays flat; a row of the table behind them brings them all back.
    """
    held: list[tuple[int, list[str]]] = []
    for row in rows:
        filled = [cell for cell in row[1] if cell.strip()]
        if width >= 3 and len(held) < _LONGEST_FOOTER and (not filled or (held and _is_note(row[1], filled))):
            held.append(row)
            continue
        yield from held
        held = []
        yield row
    notes = [line for line, cells in held if any(cell.strip() for cell in cells)]
    if notes:
        problems.note(notes[0], f"{len(notes)} rows below the table are notes, not records; they are left out")


_LONGEST_FOOTER = 20


def _is_note(cells: Sequence[str], filled: Sequence[str]) -> bool:
    """Whether a row is one text in its first cell, without an address or number that identifies a person."""
    return len(filled) == 1 and bool(cells[0].strip()) and classify(filled[0].strip()) == "text"


def count_records(rows: Iterable[tuple[int, list[str]]], width: int, limit: int | None = None) -> int:
    """Return how many records `make_records` makes of these rows, at most `limit`."""
    kept = _without_footer(rows, width, Problems(quiet=True))
    full = (1 for _, cells in kept if any(cell.strip() for cell in cells))
    return sum(itertools.islice(full, limit))


def make_records(rows: Iterable[tuple[int, list[str]]], columns: ColumnMap, problems: Problems) -> Iterator[Record]:
    """Yield one record a row: short rows are padded, long ones keep their extra cells, blank ones are passed over."""
    keys, width = columns.keys, len(columns)
    for line, cells in _without_footer(rows, width, problems):
        if len(cells) != width or not cells[0].strip():
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) < width:
                if len(cells) > 1 or width > 2:
                    problems.note(line, f"{len(cells)} cells instead of {width}; the missing ones are empty")
                cells = cells + [""] * (width - len(cells))
        values = [unescape(cell) if cell[:1] in SUSPECT else cell for cell in cells]
        record = Record(zip(keys, values, strict=False), columns=columns, line=line)
        if len(values) > width:
            extra = values[width:]
            if any(cell.strip() for cell in extra):
                problems.note(
                    line, f"{len(cells)} cells instead of {width}; the extra ones are kept under {OVERFLOW!r}"
                )
                record[OVERFLOW] = extra
        yield record
