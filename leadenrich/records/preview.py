"""The first rows of a table that was opened, as a notebook shows them."""

from __future__ import annotations

import copy
import warnings
from itertools import islice
from typing import Any

from leadenrich import markup
from leadenrich.markup import Markup
from leadenrich.records.table import Problems

FIRST_ROWS = 5


def table_html(table: Any, name: str, form: str, *, rows: bool) -> str:
    """Return the columns with their fields and the first rows.

    Args:
        table: a `CsvTable` or an `ExcelTable`.
        name: of the file.
        form: what kind of file it is.
        rows: whether to read the first rows; an open file of the caller's is left where it stands.
    """
    first: list[Any] = []
    if rows:
        own = copy.copy(table)
        own.problems = Problems(quiet=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the run's own reading says what is wrong
            first = list(islice(iter(own), FIRST_ROWS))
    columns = table.columns
    head = [_head(header, field) for header, field in zip(columns.headers, columns.fields, strict=True)]
    named = sum(field is not None for field in columns.fields)
    told = f"{form}; {named} of {len(columns)} columns are known fields"
    lines = [[row.get(key) for key in columns.keys] for row in first]
    shown = markup.table(head, lines)
    return markup.block(name, shown, note=f"{told}; the first {len(first)} rows" if rows else told)


def _head(header: str, field: str | None) -> Markup:
    named = markup.word_list([field]) if field else "kept as it is"
    return Markup(f'{markup.text(header)}<br><span class="dim">{named}</span>')
