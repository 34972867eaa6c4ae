"""Reading delimited text of any kind, in flat memory, as often as needed."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any, cast

from leadenrich.errors import CsvParsingError
from leadenrich.records.columns import ColumnMap
from leadenrich.records.dialect import FALLBACK, SAMPLE_BYTES, find_header, sniff, sniff_bytes
from leadenrich.records.formula_escape import unescape
from leadenrich.records.preview import table_html
from leadenrich.records.row_reader import read_rows
from leadenrich.records.table import Columns, Problems, Record, count_records, make_records, resolve_columns
from leadenrich.records.value_evidence import SAMPLE_ROWS


class CsvTable:
    """A delimited file as records; iterate it as often as you like.

    Attributes:
        columns: the `ColumnMap`: which header became which field and why.
        encoding: the encoding it is read in.
        delimiter: the delimiter found.
        problems: rows that were not as they should be in the latest reading; nothing is lost by them.
    """

    def __init__(
        self,
        source: str | os.PathLike[str] | IO[Any],
        columns: Columns = "auto",
        *,
        encoding: str | None = None,
        delimiter: str | None = None,
        header: bool | None = None,
    ) -> None:
        self._source = source
        self.name = _name_of(source)
        self._start = 0
        self._reads = 0
        self.problems = Problems()
        if delimiter is not None and len(delimiter) != 1:
            raise CsvParsingError(f"delimiter={delimiter!r} must be one character")
        with _opened(source, self.name) as handle:
            self._seekable = handle.seekable()
            self._start = handle.tell() if self._seekable else 0
            sample = handle.read(SAMPLE_BYTES)
            if isinstance(sample, str):
                if not sample.strip("\ufeff\0\r\n\t "):
                    raise CsvParsingError(f"{self.name} is empty; a CSV file needs a header line and at least one row")
                self.encoding, text = "", sample.removeprefix("\ufeff").replace("\0", "")
            else:
                self.encoding, text = sniff_bytes(sample, self.name, encoding=encoding)
            self._once: Any = None if self._seekable else sample
        self.delimiter, self._skip = sniff(text, delimiter=delimiter)
        head = list(islice(read_rows(_lines(text), self.delimiter, self._skip, Problems(quiet=True)), SAMPLE_ROWS + 40))
        if not any(cell.strip() for _, cells in head for cell in cells):
            raise CsvParsingError(f"{self.name} holds no cell with text; a CSV file needs a header line and rows")
        self._header_row = at = find_header([cells for _, cells in head], header=header)
        names: list[str]
        if at is None:
            width = max((len(cells) for _, cells in head), default=0)
            names, rows = [f"column {number}" for number in range(1, width + 1)], head
        else:
            names, rows = [unescape(cell).strip() for cell in head[at][1]], head[at + 1 :]
            width = max((len(cells) for _, cells in rows[:20]), default=0)
            while len(names) > max(width, 1) and not names[-1]:
                names.pop()
        self.columns: ColumnMap = resolve_columns(names, (cells for _, cells in rows), columns)
        if at is None and columns == "auto":
            self.problems.note(1, "the file has no header; columns are named 'column 1', 'column 2', ...")

    def __iter__(self) -> Iterator[Record]:
        if not self._seekable and self._reads:
            raise CsvParsingError(f"{self.name} can be read only once; save it to a file to read it again")
        self._reads += 1
        if self._reads > 1:
            self.problems = Problems()
        return self._records()

    def count_rows(self, limit: int | None = None) -> int:
        """Return how many records iterating gives, without making them; about a third of the time of that.

        Args:
            limit: stop counting at so many.
        """
        with _opened(self._source, self.name) as handle:
            text = self._text(handle)
            try:
                quiet = Problems(quiet=True)
                rows = read_rows(text, self.delimiter, self._skip, quiet)
                start = 0 if self._header_row is None else self._header_row + 1
                return count_records(islice(rows, start, None), len(self.columns), limit)
            finally:
                if text is not handle and isinstance(text, io.TextIOWrapper):
                    text.detach()

    @property
    def rereadable(self) -> bool:
        """Whether it can be iterated more than once; a pipe cannot."""
        return self._seekable

    def __repr__(self) -> str:
        return f"<CsvTable {self.name!r}: {len(self.columns)} columns, {self.encoding or 'text'}, {self.delimiter!r}>"

    def _repr_html_(self) -> str:
        """Return the columns and the first rows as a table for a notebook; of an open file, the columns alone."""
        form = f"{self.encoding or 'text'}, delimiter {self.delimiter!r}"
        return table_html(self, self.name, form, rows=not hasattr(self._source, "read"))

    def _records(self) -> Iterator[Record]:
        with _opened(self._source, self.name) as handle:
            text = self._text(handle)
            try:
                rows = read_rows(text, self.delimiter, self._skip, self.problems)
                start = 0 if self._header_row is None else self._header_row + 1
                yield from make_records(islice(rows, start, None), self.columns, self.problems)
            finally:
                if text is not handle and isinstance(text, io.TextIOWrapper):
                    text.detach()  # the handle belongs to the caller, or is closed just below

    def _text(self, handle: IO[Any]) -> Any:
        """Return the file's lines as text from its beginning, line ends as they are."""
        if self._seekable:
            handle.seek(self._start)
        if not self.encoding:
            return handle if self._seekable else chain(_lines(self._take()), handle)
        raw = handle if self._seekable else _Joined(self._take(), handle)
        errors = FALLBACK if self.encoding.startswith("utf-8") else "replace"
        return io.TextIOWrapper(cast(Any, raw), self.encoding, errors=errors, newline="")

    def _take(self) -> Any:
        sample, self._once = self._once, None
        return sample


class _Joined(io.RawIOBase):
    """The bytes already read as a sample, then the rest of a stream that cannot be rewound."""

    def __init__(self, sample: bytes, rest: IO[bytes]) -> None:
        self._sample, self._rest = sample, rest

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if self._sample:
            part, self._sample = self._sample, b""
            return part
        return self._rest.read(size if size > 0 else SAMPLE_BYTES)

    read1 = read  # TextIOWrapper asks for this one


def _lines(text: str) -> Iterator[str]:
    return iter(io.StringIO(text, newline=""))


class _opened:
    """Opens a path for reading bytes; an open file is passed on and not closed."""

    def __init__(self, source: str | os.PathLike[str] | IO[Any], name: str) -> None:
        self._own = not hasattr(source, "read")
        self._source, self._name = source, name

    def __enter__(self) -> IO[Any]:
        if not self._own:
            self._handle = cast("IO[Any]", self._source)
            return self._handle
        path = Path(cast("str", self._source))
        try:
            self._handle = path.open("rb")
        except OSError as error:
            if isinstance(self._source, str) and "\n" in self._source:
                why = f"there is no file {self._name!r}; to read CSV text itself, pass io.StringIO(text)"
            elif isinstance(error, FileNotFoundError):
                why = f"there is no file {self._name!r}"
            elif path.is_dir():
                why = f"{self._name!r} is a directory; name a file in it"
            else:
                why = f"{self._name!r} cannot be read: {error.strerror}"
            raise CsvParsingError(why) from error
        return self._handle

    def __exit__(self, *_: object) -> None:
        if self._own:
            self._handle.close()


def _name_of(source: object) -> str:
    if hasattr(source, "read"):
        name = getattr(source, "name", None)
        return name if isinstance(name, str) else "the file"
    if not isinstance(source, str | os.PathLike):
        raise CsvParsingError(f"a CSV is read from a path or an open file, not from a {type(source).__name__}")
    text = os.fspath(source)
    return text if len(text) <= 200 and "\n" not in text else text[:40].splitlines()[0] + "..."


def read_csv(
    path_or_file: str | os.PathLike[str] | IO[Any],
    columns: Columns = "auto",
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    header: bool | None = None,
) -> CsvTable:
    """Read a CSV, TSV or other delimited file as records, whoever wrote it.

    Encoding (UTF-8, UTF-16, cp1252 and others), delimiter (`, ; tab |`), a `sep=;` line, notes above the header, NUL
    bytes and any line ends are dealt with. Rows are streamed: gigabytes need no more memory than a small file.

    Args:
        path_or_file: a path, or an open text or binary file (read from where it stands; not closed).
        columns: "auto" maps headers to canonical fields; a mapping `{header: field}` overrules that for the columns it
            names (None as the field: leave it alone); a `ColumnMap` is taken as it is; None maps nothing.
        encoding: only where the guess is wrong.
        delimiter: only where the guess is wrong; one character.
        header: True: the first line that is not blank is the header; False: there is none; None: found by itself.

    Returns:
        A `CsvTable` that can be iterated again and again; each record is a dict in which a mapped column has its
        canonical field as key and any other its own header, with the cell's text untouched. `.columns` says which
        header became which field and why. Empty cells are "". A row too long keeps its extra cells under
        "(extra cells)", a row too short is filled up with empty cells; both are in `.problems`.

    Raises:
        CsvParsingError: no such file, a directory, an empty file, or a file that is no text.
        ConfigurationError: `columns` names a header that is not there.

    Warns:
        ColumnMappingWarning: a column is ambiguous, or none says who a row is about.
        TableWarning: a row is not as the header says.
    """
    return CsvTable(path_or_file, columns, encoding=encoding, delimiter=delimiter, header=header)
