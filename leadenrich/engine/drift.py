"""What daily use shows of a vendor that has moved on: fields that no longer come, new words, statuses and charges.

Of each operation's flows the first few are looked at, then one in 256: the replies it is handed are copies whose places
note that they are read. Nothing of what they hold is kept.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from leadenrich import markup
from leadenrich.contract import Query, Reply, Request, Wait
from leadenrich.contract.reading import Readings, plain, said, shown, texts, watched
from leadenrich.engine.stepper import Done, Stepper
from leadenrich.errors import InvalidReplyError
from leadenrich.results import Hit

LAST = 8
"""Hits looked at that a place must have been absent from, all of them; also how many flows are looked at first."""
EVERY = 256
"""After those, one flow in so many is looked at."""
LARGEST = 200_000
"""Bytes of a reply above which it is not looked at."""
MOST = 1_000
"""Entries kept of each operation."""

KINDS = {
    "absent": "read, but absent in the last hits looked at",
    "gone": "came before, absent in the last hits looked at",
    "word": "a word the tables lack",
    "status": "an HTTP status that is not declared",
    "charge": "more charged than declared",
}
"""Kind of an entry -> what it means."""


@dataclass(frozen=True, slots=True)
class Drift:
    """One thing that is not as the adapter has it.

    Attributes:
        provider, operation: whose.
        kind: a key of `KINDS`.
        place: of a field in the reply; an HTTP status; a purse.
        said: the word, where it looks like one of the vendor's own; what was charged.
        count: how often it was seen; of a place, in how many hits it was absent.
    """

    provider: str
    operation: str
    kind: str
    place: str
    said: str = ""
    count: int = 1

    def __str__(self) -> str:
        """Show it in a line."""
        more = f" ({self.said})" if self.said else ""
        return f"{self.provider}.{self.operation}: {self.place}: {KINDS[self.kind]}{more}, {self.count} times"


class _Seen:
    """What was seen of one operation."""

    __slots__ = ("came", "flows", "last", "statuses", "words")

    def __init__(self) -> None:
        self.flows = 0
        self.last: deque[tuple[set[str], set[str]]] = deque(maxlen=LAST)
        self.came: set[str] = set()
        self.words: dict[tuple[str, str], int] = {}
        self.statuses: dict[int, int] = {}


class Watch:
    """Looks at one flow: the replies it is handed note which of their places are read."""

    __slots__ = ("_bodies", "_operation", "_provider", "_readings", "_table")

    def __init__(self, table: DriftTable, provider: str, operation: str) -> None:
        self._table, self._provider, self._operation = table, provider, operation
        self._readings = Readings()
        self._bodies: list[Any] = []

    def advance(self, stepper: Stepper, reply: Reply | None) -> Request | Wait | Done:
        """Step a flow with a reply that notes what is read of it."""
        if reply is not None and not reply.request.text and 0 < len(reply.content) <= LARGEST:
            try:
                body = reply.json
            except InvalidReplyError:
                body = None
            if body is not None:
                self._bodies.append(body)
                reply = reply.with_json(watched(body, self._readings))
        with self._readings.words():
            return stepper.advance(reply)

    def ended(self, hit: Hit, query: Query) -> None:
        """Note what a hit's flow read, and leave nothing in the hit that notes any more."""
        hit.data = {name: plain(value) for name, value in hit.data.items()}
        words = [word for _, word in self._readings.unknown]
        values = texts(dict(query), split=True) | texts(*self._bodies, but=words)
        self._table.note(self._provider, self._operation, self._readings, values)


class DriftTable:
    """`session.drift`: iterate over its entries, print it, ask for those of one provider.

    Args:
        charged_more: by provider and operation, credits charged above what is declared.
        tell: hears of an entry the first time it is seen, but for places that never came.
    """

    def __init__(
        self,
        charged_more: Mapping[tuple[str, str], Mapping[str, Decimal]] | None = None,
        tell: Callable[[Drift], None] | None = None,
    ) -> None:
        self.on = True
        self._charged_more = charged_more if charged_more is not None else {}
        self._tell = tell
        self._seen: dict[tuple[str, str], _Seen] = {}
        self._told: set[tuple[str, ...]] = set()

    # ---- what the engine says

    def watch(self, provider: str, operation: str) -> Watch | None:
        """Return what looks at the next flow of an operation; None where it is not its turn."""
        if not self.on:
            return None
        seen = self._of(provider, operation)
        seen.flows += 1
        if seen.flows > LAST and seen.flows % EVERY:
            return None
        return Watch(self, provider, operation)

    def status(self, provider: str, operation: str | None, status: int) -> None:
        """Note a status that the adapter's table does not have."""
        if not self.on:
            return
        seen = self._of(provider, operation or "any operation")
        seen.statuses[status] = seen.statuses.get(status, 0) + 1
        self._first(Drift(provider, operation or "any operation", "status", str(status)))

    def _of(self, provider: str, operation: str) -> _Seen:
        found = self._seen.get((provider, operation))
        if found is None:
            found = self._seen[provider, operation] = _Seen()
        return found

    def note(self, provider: str, operation: str, readings: Readings, values: set[str]) -> None:
        """Note what the flow of one hit read; `values`: the texts that nothing may show."""
        seen = self._of(provider, operation)
        came = {shown(place, values) for place in readings.came}
        absent = {shown(place, values) for place in readings.never} - came
        seen.last.append((came, absent))
        for place, word in readings.unknown:
            key = (shown(place, values), said(word, values))
            if key in seen.words or len(seen.words) < MOST:
                seen.words[key] = seen.words.get(key, 0) + 1
                self._first(Drift(provider, operation, "word", *key))
        for entry in self._places(provider, operation, seen):
            if entry.kind == "gone":
                self._first(entry)
        if len(seen.came) < MOST:
            seen.came |= came

    def _first(self, entry: Drift) -> None:
        key = (entry.provider, entry.operation, entry.kind, entry.place, entry.said)
        if key not in self._told and len(self._told) < MOST:
            self._told.add(key)
            if self._tell is not None:
                self._tell(entry)

    # ---- what the user reads

    def _places(self, provider: str, operation: str, seen: _Seen) -> Iterator[Drift]:
        if len(seen.last) < LAST:
            return
        missing = set.intersection(*(absent for _, absent in seen.last))
        for place in sorted(missing):
            kind = "gone" if place in seen.came else "absent"
            yield Drift(provider, operation, kind, place, count=len(seen.last))

    def __iter__(self) -> Iterator[Drift]:
        """Yield the entries, by provider and operation."""
        for (provider, operation), seen in sorted(self._seen.items()):
            yield from self._places(provider, operation, seen)
            for (place, word), count in sorted(seen.words.items()):
                yield Drift(provider, operation, "word", place, word, count)
            for status, count in sorted(seen.statuses.items()):
                yield Drift(provider, operation, "status", str(status), count=count)
        for (provider, operation), purses in sorted(self._charged_more.items()):
            for purse, amount in sorted(purses.items()):
                yield Drift(provider, operation, "charge", purse or "credits", f"{amount:f}")

    def of(self, provider: str) -> list[Drift]:
        """Return the entries of one provider."""
        return [entry for entry in self if entry.provider == provider]

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __bool__(self) -> bool:
        return any(True for _ in self)

    def __str__(self) -> str:
        """Show all of it, a line each."""
        return "\n".join(map(str, self)) or "no drift seen"

    def __repr__(self) -> str:
        return f"<DriftTable {len(self)} entries>"

    def _repr_html_(self) -> str:
        """Return the entries as a table for a notebook."""
        head = ("provider", "operation", "place", "what", "said", "times")
        lines = [(one.provider, one.operation, one.place, KINDS[one.kind], one.said, f"{one.count:,}") for one in self]
        return markup.block("Drift", markup.table(head, lines, numbers=("times",)) if lines else "no drift seen")
