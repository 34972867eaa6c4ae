"""What an adapter reads of a reply: a body that notes each place asked for, and whether it held anything."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

KINDS = {str: "text", bool: "yes or no", int: "number", float: "number", list: "list", dict: "object"}
"""How a report names the JSON types; null is none of them."""

_UNKNOWN: ContextVar[set[tuple[str, str]] | None] = ContextVar("unknown words", default=None)


class Readings:
    """What was read.

    Attributes:
        came: places read that held something: "data.emails[].value".
        absent: places read that held nothing.
        unknown: (place, word) that a table of the adapter does not have.
    """

    __slots__ = ("absent", "came", "unknown")

    def __init__(self) -> None:
        self.came: set[str] = set()
        self.absent: set[str] = set()
        self.unknown: set[tuple[str, str]] = set()

    def note(self, place: str, value: Any) -> None:
        """Keep that a place was read."""
        (self.absent if value is None or value in ("", [], {}) else self.came).add(place)

    @property
    def never(self) -> set[str]:
        """Return the places that were read and never held anything."""
        return self.absent - self.came

    @contextmanager
    def words(self) -> Iterator[None]:
        """Collect the words that tables do not have, while the block runs."""
        token = _UNKNOWN.set(self.unknown)
        try:
            yield
        finally:
            _UNKNOWN.reset(token)


def unknown_word(place: str, word: Any) -> None:
    """Report that a table lacks a word, where a recorder listens."""
    listening = _UNKNOWN.get()
    if listening is not None and isinstance(word, str):
        listening.add((place, word))


class _Object(dict[str, Any]):
    """An object of a reply that notes what is asked of it."""

    __slots__ = ("place", "readings")
    readings: Readings
    place: str

    def get(self, name: Any, default: Any = None) -> Any:
        value = super().get(name, default)
        self.readings.note(_below(self.place, name), value)
        return value

    def __getitem__(self, name: Any) -> Any:
        value = super().get(name)
        self.readings.note(_below(self.place, name), value)
        return super().__getitem__(name)


class _List(list[Any]):
    """A list of a reply; its items note for themselves."""

    __slots__ = ()


def _below(place: str, name: Any) -> str:
    return f"{place}.{name}" if place else str(name)


def watched(body: Any, readings: Readings, place: str = "") -> Any:
    """Return a copy of a reply's body whose places are noted as they are read; a list's items share one place."""
    if isinstance(body, dict):
        one = _Object({name: watched(part, readings, _below(place, name)) for name, part in body.items()})
        one.readings, one.place = readings, place
        return one
    if isinstance(body, list):
        return _List(watched(part, readings, f"{place}[]") for part in body)
    return body


def plain(value: Any) -> Any:
    """Return a value without anything that notes: objects and lists of a watched body as plain ones."""
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    return [plain(part) for part in value] if isinstance(value, list) else value


def shape(body: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Yield (place, kind) of everything in a body; `KINDS` names the kinds, beside "null"."""
    if place:
        yield place, KINDS.get(type(body), "null")
    if isinstance(body, Mapping):
        for name, part in body.items():
            yield from shape(part, _below(place, name))
    elif isinstance(body, list):
        for part in body:
            yield from shape(part, f"{place}[]")


NAME = re.compile(r"[A-Za-z_@$][A-Za-z0-9_@$:-]{0,39}")
"""How the name of a field looks; a key of another look may be a person's value, and is shown as `*`."""

WORD = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,23}")
"""How a word of a vendor's own list looks."""


def shown(place: str, values: set[str]) -> str:
    """Return a place with `*` for each key that may be a person's value."""
    parts = []
    for part in place.split("."):
        name, brackets, rest = part.partition("[]")
        fine = not name or (NAME.fullmatch(name) and not _is_value(name, values))
        parts.append((name if fine else "*") + brackets + rest)
    return ".".join(parts)


def _is_value(word: str, values: set[str]) -> bool:
    return word.casefold() in values


def said(word: str, values: set[str]) -> str:
    """Return a word of a vendor's list; of a text that may be a person's, how long it is."""
    fine = WORD.fullmatch(word) and word in (word.lower(), word.upper()) and not _is_value(word, values)
    return f'"{word}"' if fine else f"a text of {len(word)} characters"


def texts(*bodies: Any, but: Iterable[str] = (), split: bool = False) -> set[str]:
    """Return every text in some bodies, with `split` every word of it too, but for those named."""
    found: set[str] = set()

    def collect(part: Any) -> None:
        if isinstance(part, str):
            found.add(part.casefold())
            if split:
                found.update(re.split(r"[\W_]+", part.casefold()))
        elif isinstance(part, Mapping):
            for one in part.values():
                collect(one)
        elif isinstance(part, list | tuple):
            for one in part:
                collect(one)

    for body in bodies:
        collect(body)
    return found - {word.casefold() for word in but}
