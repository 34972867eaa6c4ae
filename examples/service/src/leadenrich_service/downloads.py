"""Finished rows as a file: CSV, Excel or JSON lines, written by the library, formulas made harmless."""

from __future__ import annotations

import io
from typing import Any, Literal

import leadenrich as le

Format = Literal["csv", "xlsx", "jsonl"]
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/x-ndjson",
}


def write(rows: list[Any], kind: Format, columns: list[str] | None, provenance: bool) -> bytes:
    """Return the file.

    Raises:
        le.LeadEnrichError: a chosen column that exists nowhere.
    """
    if kind == "xlsx":
        book = io.BytesIO()
        le.write_excel(book, rows, columns, provenance=provenance)
        return book.getvalue()
    text = io.StringIO(newline="")
    if kind == "csv":
        text.write("\ufeff")  # spreadsheet programs see by it that this is UTF-8
        le.write_csv(text, rows, columns, provenance=provenance)
    else:
        le.write_jsonl(text, rows, columns, provenance=provenance)
    return text.getvalue().encode()
