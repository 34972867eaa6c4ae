"""Excel workbooks in and out (extra `excel`), streamed row by row."""

from __future__ import annotations

import contextlib
import io
import os
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import IO, Any

from leadenrich.errors import ConfigurationError, CsvParsingError, nearest
from leadenrich.records.cell_values import to_text
from leadenrich.records.columns import ColumnMap
from leadenrich.records.dialect import NOT_TEXT, SAMPLE_BYTES, binary_kind, find_header
from leadenrich.records.export import survey
from leadenrich.records.file_writing import replacing
from leadenrich.records.headers import read_meanings
from leadenrich.records.output_columns import fill
from leadenrich.records.preview import table_html
from leadenrich.records.table import Columns, Problems, Record, TableWarning, make_records, resolve_columns
from leadenrich.records.value_evidence import SAMPLE_ROWS

CELL_LIMIT = 32_767
"""Excel holds no more characters in a cell."""

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


class ExcelTable:
    """A sheet of a workbook as records; iterate it as often as you like. See `read_excel`.

    Attributes:
        columns: the `ColumnMap`: which header became which field and why.
        sheet: the name of the sheet that is read. sheets: the names of all of them.
        problems: rows that were not as they should be in the latest reading; nothing is lost by them.
    """

    def __init__(
        self, path: str | os.PathLike[str] | IO[bytes], sheet: str | None = None, columns: Columns = "auto"
    ) -> None:
        self._file = None if isinstance(path, str | os.PathLike) else _readable(path)
        self.path = Path(path if isinstance(path, str | os.PathLike) else _name_of(path))
        self.sheets, self.sheet = self._choose(sheet)
        self.problems = Problems()
        head = list(islice(self._rows(), SAMPLE_ROWS + 40))
        rows = [cells for _, cells in head]
        at = find_header(rows) if any(cell.strip() for cells in rows for cell in cells) else None
        if at is None:
            raise CsvParsingError(
                f"{self.path.name}: no header line was found in the sheet {self.sheet!r}; add one above the data"
            )
        names = head[at][1]
        while names and not names[-1].strip():
            names.pop()
        self._start = at + 1
        self.columns: ColumnMap = resolve_columns(
            [name.strip() for name in names], (cells for _, cells in head[at + 1 :]), columns
        )

    def __iter__(self) -> Iterator[Record]:
        self.problems = Problems()
        width = len(self.columns)
        rows = ((line, _trim(cells, width)) for line, cells in islice(self._rows(), self._start, None))
        return make_records(rows, self.columns, self.problems)

    def __repr__(self) -> str:
        return f"<ExcelTable {self.path.name!r}: {len(self.columns)} columns>"

    def _repr_html_(self) -> str:
        """Return the first rows as a table for a notebook."""
        return table_html(self, self.path.name, f"sheet {self.sheet!r}", rows=True)

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        with _workbook(self.path, self._file) as book:
            for line, cells in enumerate(book[self.sheet].iter_rows(values_only=True), 1):
                yield line, [cell_text(cell) for cell in cells]

    def _choose(self, sheet: str | None) -> tuple[tuple[str, ...], str]:
        """Return the names of all sheets, and of the one to read."""
        with _workbook(self.path, self._file) as book:
            tables = {one.title: one for one in book.worksheets}
            if sheet is not None:
                if sheet not in tables:
                    raise ConfigurationError(
                        f"{self.path.name} has no sheet {sheet!r}{nearest(sheet, tables)}; it has {', '.join(tables)}"
                    )
                return tuple(tables), sheet
            open_one = getattr(book.active, "title", None)
            active = str(open_one if open_one in tables else next(iter(tables)))
            if len(tables) == 1:
                return tuple(tables), active
            known = {name: _known_headers(one) for name, one in tables.items()}
        chosen = active if known[active] else max(known, key=lambda name: known[name])
        with_leads = [name for name, count in known.items() if count]
        if len(with_leads) > 1 or chosen != active:
            others = ", ".join(repr(name) for name in tables if name != chosen)
            warnings.warn(
                f"{self.path.name}: the sheet {chosen!r} is read; others are {others} (sheet= names one)",
                TableWarning,
                stacklevel=5,
            )
        return tuple(tables), chosen


def _known_headers(sheet: Any) -> int:
    """Return how many headers of a sheet mean a field, 0 where it is no table of leads."""
    rows = [[cell_text(cell) for cell in cells] for cells in islice(sheet.iter_rows(values_only=True), 40)]
    if not any(cell.strip() for cells in rows for cell in cells):
        return 0
    at = find_header(rows)
    return 0 if at is None or at + 1 == len(rows) else sum(bool(read_meanings(cell)) for cell in rows[at])


def _trim(cells: list[str], width: int) -> list[str]:
    while len(cells) > width and not cells[-1]:
        cells.pop()
    return cells


def cell_text(value: Any) -> str:
    """Return a workbook's cell as the text a CSV would hold: whole numbers without ".0", dates ISO 8601."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time(0):
        return value.date().isoformat()
    if isinstance(value, time):
        return value.isoformat()
    return to_text(value)


@contextlib.contextmanager
def _workbook(path: Path, file: IO[bytes] | None) -> Iterator[Any]:
    openpyxl = _openpyxl()
    if file is not None:
        file.seek(0)
    try:
        book = openpyxl.load_workbook(path if file is None else file, read_only=True, data_only=True)
    except FileNotFoundError:
        raise CsvParsingError(f"there is no file {str(path)!r}") from None
    except Exception as error:  # openpyxl lets zipfile, XML and key errors of all kinds through
        raise CsvParsingError(f"{str(path)!r} {_what_it_is(path, file, error)}") from error
    try:
        yield book
    finally:
        book.close()


def _what_it_is(path: Path, file: IO[bytes] | None, error: Exception) -> str:
    """Say what a file is that openpyxl cannot read."""
    if file is None and path.is_dir():
        return "is a directory; name a file in it"
    try:
        with contextlib.nullcontext(file) if file is not None else path.open("rb") as opened:
            opened.seek(0)
            start = opened.read(SAMPLE_BYTES)
    except OSError as reason:
        return f"cannot be read: {reason.strerror}"
    if not start:
        return "is empty (0 bytes)"
    if not start.startswith(b"PK"):
        kind = binary_kind(start)
        return f"is {kind}" if kind and kind != NOT_TEXT else "is no .xlsx workbook; read_csv reads CSV and other text"
    return f"is a ZIP archive but no .xlsx workbook, or a damaged one ({type(error).__name__})"


def _readable(file: Any) -> IO[bytes]:
    """Return an open file that a workbook can be read from.

    Raises:
        CsvParsingError: it is no file, a text file, or one that cannot be rewound.
    """
    if not hasattr(file, "read") or not hasattr(file, "seek"):
        raise CsvParsingError(
            f"a workbook is read from a path or an open binary file, not from a {type(file).__name__}"
        )
    if isinstance(file, io.TextIOBase):
        raise CsvParsingError("a workbook is read from a file opened in binary mode: open(path, 'rb')")
    opened: IO[bytes] = file
    return opened


def _name_of(file: Any) -> str:
    name = getattr(file, "name", None)
    return name if isinstance(name, str) else "the workbook"


def _openpyxl() -> Any:
    try:
        import openpyxl
    except ImportError:
        raise ConfigurationError("Excel files need openpyxl: install leadenrich[excel]") from None
    return openpyxl


def read_excel(
    path: str | os.PathLike[str] | IO[bytes], sheet: str | None = None, columns: Columns = "auto"
) -> ExcelTable:
    """Read a sheet of an .xlsx workbook as records, like `read_csv`; needs the extra `excel`.

    Args:
        path: the workbook, or an open binary file (read from its beginning; not closed).
        sheet: the sheet's name; None takes the one that was open when the workbook was saved, or, where that one has
            no known header (a cover sheet), the one with the most.
        columns: as in `read_csv`.

    Returns:
        A table that can be iterated again and again. Cells are texts as a CSV would hold them; of a formula, its last
        computed value.

    Raises:
        CsvParsingError: no such file, no workbook (the text says what it is: empty, password-protected, an old .xls,
            a PDF, ...), or no header in it.
        ConfigurationError: no such sheet, or openpyxl is not installed.

    Warns:
        TableWarning: several sheets look like tables of leads, or another one than the open one is read.
    """
    return ExcelTable(path, sheet, columns)


def write_excel(
    path: str | os.PathLike[str] | IO[bytes],
    rows: Iterable[Any],
    columns: Sequence[str] | Mapping[str, str] | None = None,
    *,
    provenance: bool = False,
    like: ColumnMap | None = None,
    write_back: bool = False,
) -> int:
    """Write finished rows (or dicts) as an .xlsx workbook, columns as in `write_csv`; needs the extra `excel`.

    `path` may be an open binary file too. Texts stay texts: nothing is run as a formula, no phone loses its plus and
    no key its zeros. Numbers, booleans and dates that were found as such stay what they are. Returns how many rows
    were written.

    Warns:
        TableWarning: a text was longer than Excel's 32,767 characters and was cut.
    """
    openpyxl = _openpyxl()
    from openpyxl.cell import WriteOnlyCell

    with contextlib.ExitStack() as stack:
        kept, seen = survey(rows, like, stack, chosen=columns is not None)
        chosen = seen.columns(columns, provenance, write_back)
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet("leads")
        cut = 0

        def cell(value: Any) -> Any:
            nonlocal cut
            if value is None or (isinstance(value, bool | int | float | date) and not _too_exact(value)):
                return value if not isinstance(value, datetime) or value.tzinfo is None else value.isoformat()
            text = _FORBIDDEN.sub("", to_text(value))
            cut += len(text) > CELL_LIMIT
            made = WriteOnlyCell(sheet, value=text[:CELL_LIMIT])
            if text:
                made.data_type = "s"  # else a text that begins with "=" becomes a formula
            return made

        sheet.append([cell(column.header) for column in chosen])
        count = 0
        for row in kept:
            sheet.append([cell(value) for value in fill(row, chosen)])
            count += 1
        with replacing(path) as target:
            book.save(target)
    if cut:
        warnings.warn(f"{cut} cells were cut at Excel's {CELL_LIMIT} characters", TableWarning, stacklevel=2)
    return count


def _too_exact(value: Any) -> bool:
    """Whether Excel, which counts in 15 digits, would round this integer."""
    return isinstance(value, int) and abs(value) >= 10**15
