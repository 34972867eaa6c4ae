"""Given names and the short forms they go by: which are one name, which are kin, and which are neither."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import NamedTuple

from leadenrich.clean.text import fold


class NameTable(NamedTuple):
    """What `given_names.txt` says, by folded name.

    Attributes:
        groups: the lines a name stands in; names that share one are kin ("Carl", "Carlos", "Chuck").
        spellings: the names it is a spelling of, as numbers.
        formal: the lines in which it is a formal name. short: those in which it is a short form.
        first: line -> its first formal name. shorts_of: line -> its short forms.
    """

    groups: dict[str, frozenset[int]]
    spellings: dict[str, frozenset[int]]
    formal: dict[str, frozenset[int]]
    short: dict[str, frozenset[int]]
    first: dict[int, str]
    shorts_of: dict[int, tuple[str, ...]]


@cache
def table() -> NameTable:
    """Return the table, read once."""
    groups: dict[str, set[int]] = {}
    spellings: dict[str, set[int]] = {}
    formal: dict[str, set[int]] = {}
    short: dict[str, set[int]] = {}
    first: dict[int, str] = {}
    shorts_of: dict[int, tuple[str, ...]] = {}
    names = 0
    text = files("leadenrich.clean.identity").joinpath("given_names.txt").read_text("utf-8")
    for number, line in enumerate(line for line in text.splitlines() if line and not line.startswith("#")):
        full, _, nicknames = line.partition("|")
        for name in full.split():
            names += 1
            for spelling in map(fold, name.split("=")):
                first.setdefault(number, spelling)
                groups.setdefault(spelling, set()).add(number)
                formal.setdefault(spelling, set()).add(number)
                spellings.setdefault(spelling, set()).add(names)
        shorts_of[number] = tuple(map(fold, nicknames.split()))
        for name in shorts_of[number]:
            groups.setdefault(name, set()).add(number)
            short.setdefault(name, set()).add(number)
    return NameTable(_frozen(groups), _frozen(spellings), _frozen(formal), _frozen(short), first, shorts_of)


def _frozen(found: dict[str, set[int]]) -> dict[str, frozenset[int]]:
    return {name: frozenset(numbers) for name, numbers in found.items()}
