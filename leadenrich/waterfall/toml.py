"""Writes the little of TOML that waterfall files use; the standard library only reads it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from leadenrich.errors import WaterfallError

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def to_toml(plain: Mapping[str, Any]) -> str:
    """Return a TOML document: settings first, then one `[[name]]` table for each mapping in a list of mappings.

    Raises:
        WaterfallError: a value TOML has no word for.
    """
    settings = {name: value for name, value in plain.items() if not _is_tables(name, value)}
    lines = [f"{_key(name)} = {_value(value, name == 'steps')}" for name, value in settings.items()]
    for name, tables in plain.items():
        if name not in settings:
            for table in tables:
                lines += ["", f"[[{_key(name)}]]", *(to_toml(table).splitlines())]
    return "\n".join(lines) + "\n"


def _is_tables(name: str, value: Any) -> bool:
    return name == "waterfalls" and isinstance(value, list)


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")  # JSON lets DEL stand, TOML does not


def _value(value: Any, one_a_line: bool = False) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, Mapping):
        inside = ", ".join(f"{_key(str(name))} = {_value(one)}" for name, one in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, list | tuple | set | frozenset):
        items = [_value(one) for one in value]
        return "[\n" + "".join(f"  {item},\n" for item in items) + "]" if one_a_line else f"[{', '.join(items)}]"
    raise WaterfallError(f"TOML has no word for {value!r}")
