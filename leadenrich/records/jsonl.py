"""Reading and writing JSON lines, where values keep their types."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from leadenrich.errors import CsvParsingError
from leadenrich.records.file_writing import replacing
from leadenrich.records.output_columns import (
    RETRY_COLUMN,
    Column,
    choose_columns,
    data_of,
    fill,
    found_fields,
    retry_reason,
)
from leadenrich.results import to_json


class JsonlTable:
    """A JSON-lines file as dicts, one a line; iterate it as often as you like."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        try:
            with self.path.open("rb"):
                pass
        except FileNotFoundError:
            raise CsvParsingError(f"there is no file {str(path)!r}") from None
        except OSError as error:
            what = "is a directory; name a file in it" if self.path.is_dir() else f"cannot be read: {error.strerror}"
            raise CsvParsingError(f"{str(path)!r} {what}") from None

    def __iter__(self) -> Iterator[dict[str, Any]]:
        with self.path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if not line.strip():
                    continue
                try:
                    found = json.loads(line.removeprefix(b"\xef\xbb\xbf"))
                except ValueError as error:
                    where = f"{self.path.name}, line {number}"
                    raise CsvParsingError(
                        f"{where} is no JSON ({error.args[0]}); every line must be one object"
                    ) from None
                if not isinstance(found, dict):
                    raise CsvParsingError(f"{self.path.name}, line {number} is a {type(found).__name__}, not an object")
                yield found

    def __repr__(self) -> str:
        return f"<JsonlTable {self.path.name!r}>"


def read_jsonl(path: str | os.PathLike[str]) -> JsonlTable:
    """Read a file with one JSON object a line, streaming, as often as you like.

    Raises:
        CsvParsingError: no such file, a directory, or (while iterating) a line that is no JSON object.
    """
    return JsonlTable(path)


def to_object(
    row: Any, *, columns: Sequence[str] | Mapping[str, str] | None = None, provenance: bool = False
) -> dict[Any, Any]:
    """Return a finished row (or dict) as what one line holds: merged fields, status, with `provenance` the sources.

    Its values are the row's own; `to_line` brings them to JSON's types.
    """
    if columns is None and not provenance:
        if isinstance(row, Mapping):
            return dict(row)
        shown = {**data_of(row), "status": getattr(row, "status", None)}
    else:
        inputs = [Column(str(name), "field", name) for name in data_of(row)]
        chosen = choose_columns(inputs, found_fields(row), columns=columns, provenance=provenance)
        shown = {column.header: value for column, value in zip(chosen, fill(row, chosen), strict=True)}
    if columns is None and not isinstance(row, Mapping):
        shown.pop(RETRY_COLUMN, None)  # a record's own gives way, as its status does
        if reason := retry_reason(row):
            shown[RETRY_COLUMN] = reason
    return shown


def to_line(shown: Mapping[Any, Any]) -> str:
    """Return an object as one line of JSON, whatever types its values have."""
    try:
        return _encode(shown) + "\n"
    except (TypeError, ValueError):  # a key that is no text, NaN: what `default` is not asked about
        return _encode(to_json(shown)) + "\n"


_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, default=to_json).encode


def write_jsonl(
    path: str | os.PathLike[str] | IO[str],
    rows: Iterable[Any],
    columns: Sequence[str] | Mapping[str, str] | None = None,
    *,
    provenance: bool = False,
) -> int:
    """Write finished rows (or dicts) as one JSON object a line: merged fields and the status.

    Args:
        path: where to, written beside its place and moved there when whole; or an open text file.
        rows: `EnrichedRecord`s or dicts, streamed.
        columns: which fields; None writes all. A mapping `{name: key}` renames them as well.
        provenance: add `<field>_source`, `<field>_confidence` and `<field>_cost` beside each found field.

    Returns:
        How many rows were written.
    """
    count = 0
    with replacing(path, "utf-8") as target:
        for row in rows:
            target.write(to_line(to_object(row, columns=columns, provenance=provenance)))
            count += 1
    return count
