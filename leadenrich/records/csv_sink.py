"""A CSV file that finished rows are appended to, growing columns as they are found."""

from __future__ import annotations

import codecs
import csv
import io
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from leadenrich.errors import ConfigurationError
from leadenrich.records.cell_values import to_text
from leadenrich.records.csv import CsvTable
from leadenrich.records.formula_escape import escape, unescape
from leadenrich.records.headers import MAPPABLE
from leadenrich.records.output_columns import (
    KEY_COLUMN,
    NOTES,
    RETRY_COLUMN,
    Column,
    choose_columns,
    filler,
    found_fields,
    input_columns,
    record_of,
    retry_column,
    retry_reason,
)
from leadenrich.records.sinks import Sink


class CsvSink(Sink):
    """Appends finished rows to a CSV file and goes on where a stopped run left it.

    The columns are those `write_csv` writes. A field that is found for the first time in a later row gets its column
    then: the file is written anew beside itself and swapped in one step. A "row_key" column appears only where no
    column of the input can serve as the key.

    Args:
        path: the file; made if it is not there.
        key: the column that tells records apart; None tells them apart by position and content.
        columns: what to write, as in `write_csv`.
        provenance: whether each found field's source, confidence and cost are written too.
        safe: put a `'` before cells a spreadsheet program would run as a formula.
        fsync: wait for the disk after every row, which survives a power cut and is slow.
        delimiter: one character; None takes that of `like`, else a comma.
        encoding: "utf-8", "utf-8-sig" (with the mark that old Excel versions need) or another one that extends ASCII,
            in which characters it does not have become "?"; None is "utf-8", or "utf-8-sig" beside a `like` that is
            not plain UTF-8.
        like: the table the records come from (`read_csv(...)`), to write the file as it is written.
        write_back: put a found field into the table's own column for it, as `write_csv` does.

    Raises:
        ConfigurationError: such a delimiter or encoding cannot be.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        key: str | None = "id",
        columns: Sequence[str] | Mapping[str, str] | None = None,
        *,
        provenance: bool = False,
        safe: bool = True,
        fsync: bool = False,
        delimiter: str | None = None,
        encoding: str | None = None,
        like: CsvTable | None = None,
        write_back: bool = False,
    ) -> None:
        super().__init__(path, key, fsync=fsync)
        self._choice = columns
        self._provenance = provenance
        self._clean = escape if safe else str
        self._write_back = write_back
        self._delimiter = delimiter or (like.delimiter if like is not None else ",")
        if len(self._delimiter) != 1 or self._delimiter in '"\r\n':
            raise ConfigurationError(f"delimiter={delimiter!r} must be one character, and no quote or line end")
        encoding = encoding or ("utf-8" if like is None or like.encoding in ("utf-8", "") else "utf-8-sig")
        self._mark = codecs.BOM_UTF8 if encoding.lower().replace("_", "-") == "utf-8-sig" else b""
        self._encoding = _check_encoding(encoding)
        self._headers: list[str] = []  # as they stand in the file
        self._layout: tuple[Column, ...] = ()  # what fills them; empty until the first row of this run
        self._fill = filler(())
        self._inputs: list[Column] = []  # the columns that records came with
        self._expected: list[str] = []

    def expect(self, fields: Sequence[str]) -> None:
        """Say which fields a run asks for, so that their columns are there from the first row."""
        self._expected = list(dict.fromkeys([*self._expected, *fields]))

    def _make_fit(self, row: Any, key: str) -> None:
        wanted = self._wanted(row, key)
        if wanted != self._layout:
            self._relayout(wanted)

    def _encode(self, row: Any, key: str) -> bytes:
        return self._line([to_text(value) for value in self._fill(row, key)])

    def _line(self, cells: Sequence[str]) -> bytes:
        buffer = io.StringIO()
        writer = csv.writer(buffer, delimiter=self._delimiter, lineterminator="\r\n")
        writer.writerow([self._clean(cell) for cell in cells])
        return buffer.getvalue().encode(self._encoding, "replace")

    def _wanted(self, row: Any, key: str) -> tuple[Column, ...]:
        """Return the columns the file needs for this row: those it has, and any this row brings."""
        if not self._layout or self._brings(row):
            found = [column.name for column in self._layout if column.kind in ("field", "own")]
            fresh = dict.fromkeys([*found, *self._expected, *found_fields(row)])
            inputs = self._inputs or input_columns(record_of(row))
            if self._layout and not hasattr(record_of(row), "columns"):
                have = {column.name for column in self._layout}
                have |= {column.name for column in inputs}
                inputs = [*inputs, *(column for column in input_columns(record_of(row)) if column.name not in have)]
            status = not isinstance(row, Mapping) or "status" in self._headers
            self._inputs = inputs
            wanted = choose_columns(
                inputs,
                fresh,
                columns=self._choice,
                provenance=self._provenance,
                status=status,
                write_back=self._write_back,
            )
            wanted = self._merged_with_file(wanted, exact=hasattr(record_of(row), "columns"))
        else:
            wanted = self._layout
        if retry_reason(row) and not any(column.kind == "retry" for column in wanted):
            wanted = (*wanted, retry_column({column.header for column in wanted if column.kind == "input"}))
        if any(column.kind == "key" for column in wanted) or self._key_shows(row, key, wanted):
            return wanted
        return (*wanted, Column(KEY_COLUMN, "key"))

    def _brings(self, row: Any) -> bool:
        if self._choice is not None:
            return False
        have = {column.name for column in self._layout if column.kind in ("field", "own")}
        if any(name not in have for name in found_fields(row)):
            return True
        record, have = record_of(row), {column.name for column in self._layout}
        return not hasattr(record, "columns") and any(name not in have for name in record)

    def _key_shows(self, row: Any, key: str, wanted: Sequence[Column]) -> bool:
        """Whether a column of the input holds exactly this key, so that no column for it is needed."""
        if KEY_COLUMN in self._headers or self.key is None:
            return False
        own = [column for column in wanted if column.header.casefold() == self.key.casefold()]
        if len(own) != 1 or own[0].kind != "input" or own[0].name in MAPPABLE:
            return False
        return to_text(record_of(row).get(own[0].name)) == key

    def _merged_with_file(self, wanted: tuple[Column, ...], exact: bool) -> tuple[Column, ...]:
        """Keep the file's own columns in their order, those only it knows too; new ones come before its status."""
        if not self._headers:
            return wanted
        self._check_fits(wanted, exact)
        fresh = list(wanted)
        kept: list[Column] = []
        for header in self._headers:
            column = next((column for column in fresh if column.header == header), None)
            if column is not None:
                fresh.remove(column)
            kept.append(column or self._column_of(header))
        end = next((at for at, column in enumerate(kept) if column.kind == "status"), len(kept))
        return (*kept[:end], *fresh, *kept[end:])

    def _column_of(self, header: str) -> Column:
        if header == KEY_COLUMN:
            return Column(header, "key")
        if header == self._retry_header():
            return Column(header, "retry")
        for ending, kind in NOTES.items():
            if self._provenance and header.removesuffix(ending) in self._headers and header.endswith(ending):
                return Column(header, kind, header.removesuffix(ending))
        return Column(header, "field", header)

    def _check_fits(self, wanted: Sequence[Column], exact: bool) -> None:
        """Refuse to mix two tables, or two choices of columns, in one file."""
        if self._layout:
            return
        names = [column.header for column in wanted]
        own = {KEY_COLUMN, self._retry_header()}
        if self._choice is not None and [header for header in self._headers if header not in own] != names:
            raise ConfigurationError(
                f"{self.path} has the columns {', '.join(self._headers[:6])}, ..., not the chosen ones; use another"
            )
        inputs = [column.header for column in self._inputs]
        other = self._headers[: len(inputs)] != inputs if exact else not set(inputs) & set(self._headers)
        if self._choice is None and inputs and other:
            raise ConfigurationError(
                f"{self.path} was written from a table with other columns ({', '.join(self._headers[:6])}, ...); "
                "use another file, or remove this one to begin anew"
            )

    def _relayout(self, wanted: tuple[Column, ...]) -> None:
        """Make the file have the wanted columns: write its header, or write the file anew with wider rows."""
        headers = [column.header for column in wanted]
        if not self._headers:
            self._append(self._mark + self._line(headers))
            self._count(None)
        elif headers != self._headers:
            self._widen(wanted)
        self._headers, self._layout, self._fill = headers, wanted, filler(wanted)

    def _widen(self, wanted: Sequence[Column]) -> None:
        self._replace(self._widened(wanted))

    def _widened(self, wanted: Sequence[Column]) -> Iterator[bytes]:
        places = self._places(wanted)
        yield self._mark + self._line([column.header for column in wanted])
        lines = self._rows(self._reader())
        next(lines)
        for _, old in lines:
            cells = ["" if place is None or place >= len(old) else unescape(old[place]) for place in places]
            for at, column in enumerate(wanted):
                if column.kind == "source" and column.header not in self._headers and cells[at]:
                    cells[at] = "input"
            yield self._line(cells)

    def _places(self, wanted: Sequence[Column]) -> list[int | None]:
        """Return which cell of an old row each wanted column takes over; equal headers are paired in order.

        A column that is new shows what the input had: the merged value of rows for which the field was not asked.
        """
        left = list(range(len(self._headers)))
        places: list[int | None] = []
        for column in wanted:
            at = next((at for at in left if self._headers[at] == column.header), None)
            if at is not None:
                left.remove(at)
            elif column.kind == "key":
                at = self._place_of(self.key)
            elif column.kind in {"field", "source"}:
                original = next((one for one in wanted if one.kind == "input" and one.name == column.name), None)
                at = self._headers.index(original.header) if original and original.header in self._headers else None
            places.append(at)
        return places

    def _keyed_lines(self, lines: Iterator[bytes]) -> Iterator[tuple[bytes, str | None, str | None]]:
        key_at: int | None = None
        reason_at: int | None = None
        for number, (line, cells) in enumerate(self._rows(lines)):
            if number == 0:
                self._headers = [unescape(cell) for cell in cells]
                key_at, reason_at = self._key_place(), self._place_of(self._retry_header())
                yield line, None, None
            elif key_at is not None and len(cells) == len(self._headers):
                yield line, unescape(cells[key_at]), "" if reason_at is None else unescape(cells[reason_at])
            else:
                self._tell("odd", f"row {number} of {self.path.name} has another number of cells; it is left as it is")
                yield line, None, None

    def _retry_header(self) -> str:
        """Return the header under which this file says why a row may be asked again."""
        own = f"enrichment_{RETRY_COLUMN}"
        return own if own in self._headers else RETRY_COLUMN

    def _key_place(self) -> int:
        for name in (KEY_COLUMN, self.key):
            at = self._place_of(name)
            if at is not None:
                return at
        for sign in ";,\t|":
            if len(self._headers) == 1 and KEY_COLUMN in self._headers[0].split(sign):
                raise ConfigurationError(
                    f"{self.path} is a file whose cells are parted by {sign!r}, written for another table; "
                    f"name another file, or pass delimiter={sign!r}"
                )
        either = f"{KEY_COLUMN!r}" if self.key is None else f"{KEY_COLUMN!r} or {self.key!r}"
        raise ConfigurationError(
            f"{self.path} has no column {either} that says which rows are finished; "
            "name the key it was written with, or another file"
        )

    def _place_of(self, name: str | None) -> int | None:
        """Return the one column of the file with this header, in any case."""
        own = [at for at, header in enumerate(self._headers) if name and header.casefold() == name.casefold()]
        return own[0] if len(own) == 1 else None

    def _rows(self, lines: Iterator[bytes]) -> Iterator[tuple[bytes, list[str]]]:
        return _records(lines, self._delimiter, self._encoding)


def _check_encoding(encoding: str) -> str:
    """Return the codec behind an encoding that a file can be appended to and repaired in."""
    try:
        if "a\n".encode(encoding.lower().replace("_", "-").removesuffix("-sig")) == b"a\n":
            return encoding.lower().replace("_", "-").removesuffix("-sig")
    except LookupError:
        raise ConfigurationError(f"there is no encoding {encoding!r}") from None
    raise ConfigurationError(f"encoding={encoding!r} cannot be appended to; take utf-8 or utf-8-sig")


def _records(lines: Iterator[bytes], delimiter: str, encoding: str) -> Iterator[tuple[bytes, list[str]]]:
    """Yield `(its bytes, its cells)` for every whole row; a torn end is not yielded. Only for files of our own make."""
    held: list[bytes] = []
    quotes = 0
    for line in lines:
        held.append(line)
        quotes += line.count(b'"')
        if quotes % 2 == 0 and line.endswith(b"\n"):
            whole = b"".join(held)
            text = whole.decode(encoding, "replace").removeprefix("\ufeff")
            yield whole, next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
            held, quotes = [], 0
