"""One value as the text of a cell."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any

from leadenrich.results import to_json


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
        return json.dumps(to_json(value), ensure_ascii=False)
    return str(value)
