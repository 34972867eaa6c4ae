"""On which line of a TOML, JSON or YAML file each key stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

Keys = tuple[str, ...]
"""The keys and list positions that lead to a value."""

_BLANK = re.compile(r"(?:\s|#[^\n]*)*")
_STRING = re.compile(r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'', re.DOTALL)
_WORD = re.compile(r"[^\s,\]}=:#.\[{]+")
_BARE = re.compile(r"[^,\]}\n#]*")


def lines_of(text: str, kind: str) -> dict[Keys, int]:
    """Return the line of every key in a file that could be parsed.

    Args:
        text: the file.
        kind: its suffix: ".toml", ".json", ".yaml" or ".yml".
    """
    if kind in (".yaml", ".yml"):
        return _of_yaml(text)
    scan = _Scan(text)
    if kind == ".json":
        scan.value(())
    elif kind == ".toml":
        scan.toml()
    return scan.lines


def line_of(lines: dict[Keys, int], keys: Sequence[str]) -> int | None:
    """Return the line of the deepest of nested keys that the file has; parts of `keys` that are no key are passed."""
    path: Keys = ()
    for key in keys:
        if (*path, key) in lines:
            path = (*path, key)
    return lines.get(path)


class _Scan:
    """Reads TOML, or JSON, for its keys alone."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self.lines: dict[Keys, int] = {}
        self._tables: dict[Keys, int] = {}

    def toml(self) -> None:
        """Read statements: headers and `key = value`."""
        table: Keys = ()
        while self._skip() < len(self.text):
            if self.text.startswith("[", self.at):
                many = self.text.startswith("[[", self.at)
                self.at += 1 + many
                line, keys = self._line(), self._key()
                self.at += 1 + many
                table = self._header(keys, many, line)
            else:
                self._pair(table)

    def _header(self, keys: Keys, many: bool, line: int) -> Keys:
        path: Keys = ()
        for number, key in enumerate(keys):
            path = (*path, key)
            self.lines.setdefault(path, line)
            if many and number == len(keys) - 1:
                self._tables[path] = self._tables.get(path, -1) + 1
            if path in self._tables:
                path = (*path, str(self._tables[path]))
                self.lines.setdefault(path, line)
        return path

    def value(self, path: Keys) -> None:
        """Read one value, and the keys in it."""
        self._skip()
        if self.text.startswith("{", self.at):
            self.at += 1
            while self._more("}"):
                self._pair(path)
        elif self.text.startswith("[", self.at):
            self.at += 1
            number = 0
            while self._more("]"):
                self.lines.setdefault((*path, str(number)), self._line())
                self.value((*path, str(number)))
                number += 1
        else:
            found = _STRING.match(self.text, self.at) or _BARE.match(self.text, self.at)
            self.at = found.end() if found is not None else len(self.text)

    def _pair(self, table: Keys) -> None:
        self._skip()
        line, start = self._line(), self.at
        path = table
        for key in self._key():
            path = (*path, key)
            self.lines.setdefault(path, line)
        self._skip()
        self.at += 1  # the = or :
        self.value(path)
        self.at = max(self.at, start + 1)

    def _key(self) -> Keys:
        keys: list[str] = []
        while True:
            self._skip()
            found = _STRING.match(self.text, self.at) or _WORD.match(self.text, self.at)
            if found is None:
                return tuple(keys)
            keys.append(found[0].strip("\"'"))
            self.at = found.end()
            self._skip()
            if not self.text.startswith(".", self.at):
                return tuple(keys)
            self.at += 1

    def _more(self, end: str) -> bool:
        """Go to the next item of a list or table; at its end, step over that."""
        while self._skip() < len(self.text) and self.text[self.at] == ",":
            self.at += 1
        if self.at >= len(self.text) or self.text[self.at] == end:
            self.at += 1
            return False
        return True

    def _skip(self) -> int:
        blank = _BLANK.match(self.text, self.at)
        self.at = blank.end() if blank is not None else self.at
        return self.at

    def _line(self) -> int:
        return self.text.count("\n", 0, self.at) + 1


def _of_yaml(text: str) -> dict[Keys, int]:
    import yaml

    lines: dict[Keys, int] = {}

    def walk(node: Any, path: Keys) -> None:
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                lines.setdefault((*path, str(key.value)), key.start_mark.line + 1)
                walk(value, (*path, str(key.value)))
        elif isinstance(node, yaml.SequenceNode):
            for number, value in enumerate(node.value):
                lines.setdefault((*path, str(number)), value.start_mark.line + 1)
                walk(value, (*path, str(number)))

    walk(yaml.compose(text), ())
    return lines
