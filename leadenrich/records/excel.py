"""Excel workbooks in and out (extra `excel`), streamed row by row."""

from __future__ import annotations

import contextlib
import os
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import Any

from leadenrich.errors import ConfigurationError, CsvParsingError
from leadenrich.records.cell_values import to_text
from leadenrich.records.columns import ColumnMap
from leadenrich.records.dialect import find_header
from leadenrich.records.export import survey
from leadenrich.records.file_writing import replacing
from leadenrich.records.output_columns import fill
from leadenrich.records.table import Columns, Problems, Record, TableWarning, make_records, resolve_columns
from leadenrich.records.value_evidence import SAMPLE_ROWS

CELL_LIMIT = 32_767
"""Excel holds no more characters in a cell."""

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


class ExcelTable:
    """A sheet of a workbook as records; iterate it as often as you like. See `read_excel`."""

    def __init__(self, path: str | os.PathLike[str], sheet: str | None = None, columns: Columns = "auto") -> None:
        self.path = Path(path)
        self.sheet = sheet
        self.problems = Problems()
        head = list(islice(self._rows(), SAMPLE_ROWS + 40))
        rows = [cells for _, cells in head]
        at = find_header(rows) if any(cell.strip() for cells in rows for cell in cells) else None
        if at is None:
            raise CsvParsingError(f"{self.path.name}: no header line was found in the sheet; add one above the data")
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

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        with _workbook(self.path) as book:
            if self.sheet is not None and self.sheet not in book.sheetnames:
                raise ConfigurationError(
                    f"{self.path.name} has no sheet {self.sheet!r}, but {', '.join(book.sheetnames)}"
                )
            sheet = book[self.sheet] if self.sheet is not None else book.active
            for line, cells in enumerate(sheet.iter_rows(values_only=True), 1):
                yield line, [cell_text(cell) for cell in cells]


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
def _workbook(path: Path) -> Iterator[Any]:
    openpyxl = _openpyxl()
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except FileNotFoundError:
        raise CsvParsingError(f"there is no file {str(path)!r}") from None
    except Exception as error:  # openpyxl lets zipfile, XML and key errors of all kinds through
        what = (
            "is a directory; name a file in it" if path.is_dir() else f"is no .xlsx workbook ({type(error).__name__})"
        )
        raise CsvParsingError(f"{str(path)!r} {what}") from error
    try:
        yield book
    finally:
        book.close()


def _openpyxl() -> Any:
    try:
        import openpyxl
    except ImportError:
        raise ConfigurationError("Excel files need openpyxl: install leadenrich[excel]") from None
    return openpyxl


def read_excel(path: str | os.PathLike[str], sheet: str | None = None, columns: Columns = "auto") -> ExcelTable:
    """Read a sheet of an .xlsx workbook as records, like `read_csv`; needs the extra `excel`.

    Args:
        path: the workbook.
        sheet: the sheet's name; None takes the one that was open when the workbook was saved.
        columns: as in `read_csv`.

    Returns:
        A table that can be iterated again and again. Cells are texts as a CSV would hold them; of a formula, its last
        computed value.

    Raises:
        CsvParsingError: no such file, no workbook, or no header in it.
        ConfigurationError: no such sheet, or openpyxl is not installed.
    """
    return ExcelTable(path, sheet, columns)


def write_excel(
    path: str | os.PathLike[str],
    rows: Iterable[Any],
    columns: Sequence[str] | None = None,
    *,
    provenance: bool = False,
    like: ColumnMap | None = None,
) -> int:
    """Write finished rows (or dicts) as an .xlsx workbook, columns as in `write_csv`; needs the extra `excel`.

    Texts stay texts: nothing is run as a formula, no phone loses its plus and no key its zeros. Numbers, booleans and
    dates that were found as such stay what they are. Returns how many rows were written.

    Warns:
        TableWarning: a text was longer than Excel's 32,767 characters and was cut.
    """
    openpyxl = _openpyxl()
    from openpyxl.cell import WriteOnlyCell

    with contextlib.ExitStack() as stack:
        kept, seen = survey(rows, like, stack, chosen=columns is not None)
        chosen = seen.columns(columns, provenance)
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
