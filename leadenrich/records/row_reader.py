"""From lines of text to rows of cells, whatever stray quotes they hold."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator

from leadenrich.records.table import Problems

RUNAWAY_LINES = 1_000
"""A quoted cell of more lines than this is taken for a quote that was never closed; fewer are enough in a file that
has had such quotes already, or reading it would take a thousand times as long as it should."""

RUNAWAY_CHARS = 1_000_000
"""So is one of more characters than this."""

_LEAST_LINES = 20
_LEAST_CHARS = 20_000


class _Runaway(Exception):
    """A quote was opened and not closed again; not for callers."""


def read_rows(lines: Iterable[str], delimiter: str, skip: int, problems: Problems) -> Iterator[tuple[int, list[str]]]:
    """Yield `(line number, cells)` for every row, after `skip` lines.

    A quote that is never closed costs its own row the quoting, never other rows.
    """
    feed = _Feed(lines, skip)
    reader = csv.reader(feed, delimiter=delimiter)
    while True:
        feed.begin()
        try:
            cells = next(reader)
            if feed.ended and len(feed.held) > 1 and _unclosed(feed.held, delimiter):
                raise _Runaway
        except StopIteration:
            return
        except (_Runaway, csv.Error):
            first, *rest = feed.held
            problems.note(feed.line, "a quote is opened and never closed; the row was read without quoting")
            feed.again(rest)
            reader = csv.reader(feed, delimiter=delimiter)
            cells = first.rstrip("\r\n").split(delimiter)
        yield feed.line, cells


class _Feed:
    """Hands lines to the csv module, remembering those of the row under way."""

    def __init__(self, lines: Iterable[str], skip: int) -> None:
        self._lines = iter(lines)
        for _ in range(skip):
            next(self._lines, None)
        self._number = skip
        self.line = skip
        self.held: list[str] = []
        self._size = 0
        self._waiting: deque[str] = deque()  # lines handed back
        self._most_lines = RUNAWAY_LINES
        self._most_chars = RUNAWAY_CHARS
        self.ended = False

    def begin(self) -> None:
        """A row begins."""
        self.held.clear()
        self._size = 0
        self.line = self._number + 1

    def again(self, lines: list[str]) -> None:
        """Hand these lines out once more: the first line of the row had a quote that is never closed."""
        self._number -= len(lines)
        self._waiting.extendleft(reversed(lines))
        self._most_lines = max(_LEAST_LINES, self._most_lines // 2)
        self._most_chars = max(_LEAST_CHARS, self._most_chars // 2)
        self.ended = False

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        try:
            line: str = self._waiting.popleft() if self._waiting else next(self._lines)
        except StopIteration:
            self.ended = True
            raise
        if "\0" in line:
            line = line.replace("\0", "")
        if not self._number and line[:1] == "\ufeff":
            line = line[1:]
        self._number += 1
        self.held.append(line)
        self._size += len(line)
        if len(self.held) > self._most_lines or (self._size > self._most_chars and len(self.held) > 1):
            raise _Runaway
        return line


def _unclosed(lines: list[str], delimiter: str) -> bool:
    """Whether a quote is still open after these lines: then one more line belongs to their last cell."""
    rows = list(csv.reader([*lines, "\n", "end"], delimiter=delimiter))
    return rows[-1:] != [["end"]]


csv.field_size_limit(max(csv.field_size_limit(), RUNAWAY_CHARS * 16))
