"""One cell of text: made harmless for spreadsheet programs on the way out, and exactly undone on the way in."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

_DANGEROUS = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")  # noqa: RUF001 - the full-width signs start formulas as well
_HARMLESS = re.compile(r"\+[1-9]\d{4,14}|[+-]?\d+([.,]\d+)*%?|[+-]?\d+(\.\d+)?[eE][+-]?\d+|-+")
_ESCAPED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")  # noqa: RUF001
_EXCEL_TEXT = re.compile(r'="([^"]*)"')
_FIRST = frozenset("'=+-@\t\r\n＝＋－＠")  # noqa: RUF001
SUSPECT = frozenset("'=")
"""First characters of cells that `restore` has to look at."""


def neutralise(text: str) -> str:
    """Return text that no spreadsheet program takes for a formula: a leading `'` where it could be one.

    E.164 phones (`+4930123456`) and plain numbers (`-12.5`) are harmless and stay as they are. `restore` undoes it
    exactly, whatever the text.
    """
    if text[:1] in _FIRST and _DANGEROUS.match(text) and not _HARMLESS.fullmatch(text):
        return "'" + text
    return text


def restore(text: str) -> str:
    """Undo `neutralise`, and read Excel's `="0049 30 1234"` as the text it stands for."""
    if _ESCAPED.match(text):
        return text[1:]
    excel = _EXCEL_TEXT.fullmatch(text)
    return excel[1] if excel else text


def to_text(value: Any) -> str:
    """Return a value as one cell: None is empty, lists and mappings are JSON, dates ISO 8601, booleans true/false."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.value if isinstance(value, Enum) else value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list | tuple | set | frozenset | Mapping):
        return json.dumps(plain(value), ensure_ascii=False)
    return str(value)


def plain(value: Any) -> Any:
    """Return a value of JSON's own types: Decimal as text, dates ISO 8601, sets sorted."""
    if isinstance(value, Enum):
        return plain(value.value)
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted((plain(item) for item in value), key=str)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return str(value)
