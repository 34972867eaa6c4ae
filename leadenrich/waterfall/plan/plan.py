"""`Plan`: what a run is expected to find, cost and take, before a cent is spent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from leadenrich import markup
from leadenrich.errors import called


class Range(NamedTuple):
    """An expected value, and the bounds between which it ends in four runs out of five."""

    expected: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class PlanStep:
    """What is expected of one step over the whole run.

    Attributes:
        provider, operation: who is asked what. calls, hits, accepted: questions, answers, accepted values.
        usd: what that costs, verification included. seconds: how long the vendor's limits make that take.
        find: the find rate when asked first, with its range. price_known: else the price is assumed.
        missing: why it cannot be asked at all, or for how many of the records, else None.
    """

    provider: str
    operation: str
    calls: float
    hits: float
    accepted: float
    usd: float
    seconds: float
    find: Range
    price_known: bool = True
    missing: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is expected to come to.

    Prints as text, shows as a table in a notebook; `to_dict()` and `mermaid()` give it to other programs.

    Attributes:
        operation: what is asked. records: how many. asked: how many of them need asking at all.
        seconds: when it is finished, in seconds, by vendors' limits and answer times. bottleneck: the provider that
            decides that, or None where answer times do; `limit` is the limit in words.
        accepted, usd: totals with their 80 % intervals. steps: one by one, in the order listed.
        notes: what is missing, assumed or left out.
        cutoff: the USD for an accepted value above which steps are left out for lack of budget, or None.
        experience: how many records the rates were learned from; 0: from priors alone.
    """

    operation: str
    records: int
    asked: float
    seconds: float
    bottleneck: str | None
    limit: str | None
    accepted: Range
    usd: Range
    steps: tuple[PlanStep, ...]
    notes: tuple[str, ...] = ()
    cutoff: float | None = None
    experience: int = 0

    def with_before(self, steps: Sequence[PlanStep]) -> Plan:
        """Return the plan with further steps in front, which are asked before its own."""
        if not steps:
            return self
        more = sum(one.usd for one in steps)
        unknown = [called(one.provider, one.operation) for one in steps if not one.price_known]
        return replace(
            self,
            usd=Range(*(amount + more for amount in self.usd)),
            steps=(*steps, *self.steps),
            notes=(*self.notes, *(f"{one}: no price is known, so it is left out of the sum" for one in unknown)),
        )

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield self._finish()
        yield (
            f"{self.operation} for {self.records:,} records: about {self.accepted.expected:,.0f} found"
            f" ({self.accepted.low:,.0f} to {self.accepted.high:,.0f}),"
            f" for ${self.usd.expected:,.2f} (${self.usd.low:,.2f} to ${self.usd.high:,.2f}); 80 % intervals"
        )
        seen = f"{self.experience:,} records" if self.experience else "no record yet: rates are priors"
        yield f"learned from {seen}"
        yield from aligned(self.table())
        yield from self.notes

    def _finish(self) -> str:
        if self.bottleneck is None:
            return f"finished after {duration(self.seconds)}: no vendor's limit holds it up"
        return f"finished after {duration(self.seconds)}: {self.bottleneck} allows {self.limit}"

    def table(self) -> list[tuple[str, ...]]:
        """Return a header and a line a step, as text."""
        lines: list[tuple[str, ...]] = [("step", "finds", "calls", "hits", "accepted", "cost", "limits")]
        for one in self.steps:
            low, high = f"{100 * one.find.low:.0f}", f"{100 * one.find.high:.0f}"
            counts = (f"{one.calls:,.0f}", f"{one.hits:,.0f}", f"{one.accepted:,.0f}")
            cost = f"${one.usd:,.2f}" + ("" if one.price_known else "?")
            name = called(one.provider, one.operation)
            lines.append((name, f"{low}-{high} %", *counts, cost, duration(one.seconds)))
        return lines

    def _repr_html_(self) -> str:
        first, second, third, *_ = self._lines()
        return plan_html((first, second, third), self.table(), self.notes)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data."""
        return {
            "operation": self.operation,
            "records": self.records,
            "asked": self.asked,
            "seconds": self.seconds,
            "bottleneck": self.bottleneck,
            "limit": self.limit,
            "accepted": self.accepted._asdict(),
            "usd": self.usd._asdict(),
            "cutoff": self.cutoff,
            "experience": self.experience,
            "steps": [
                {
                    "provider": one.provider,
                    "operation": one.operation,
                    "calls": one.calls,
                    "hits": one.hits,
                    "accepted": one.accepted,
                    "usd": one.usd,
                    "seconds": one.seconds,
                    "find": one.find._asdict(),
                    "price_known": one.price_known,
                    "missing": one.missing,
                }
                for one in self.steps
            ],
            "notes": list(self.notes),
        }

    def mermaid(self) -> str:
        """Return the plan as a Mermaid flow chart."""
        lines = ["flowchart LR", f'  records(["{self.records:,} records"])']
        before = "records"
        asked = sorted((one for one in self.steps if one.calls >= 0.5), key=lambda one: -one.calls)
        for number, one in enumerate(asked):
            lines.append(f'  s{number}["{called(one.provider, one.operation)}<br>${one.usd:,.2f}"]')
            lines.append(f"  {before} -->|{one.calls:,.0f}| s{number}")
            lines.append(f"  s{number} -->|{one.accepted:,.0f}| found")
            before = f"s{number}"
        lines.append(f'  found(["{self.accepted.expected:,.0f} found<br>${self.usd.expected:,.2f}"])')
        return "\n".join(lines)


def aligned(table: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Yield the lines of a table as text: the first column to the left, numbers to the right."""
    widths = [max(len(line[place]) for line in table) for place in range(len(table[0]))]
    for line in table:
        cells = [line[0].ljust(widths[0]), *(cell.rjust(w) for cell, w in zip(line[1:], widths[1:], strict=True))]
        yield "  ".join(cells).rstrip()


def plan_html(said: Sequence[str], table: Sequence[tuple[str, ...]], notes: Sequence[str]) -> str:
    """Return what a plan says, its table (the first line is the head) and its notes for a notebook."""
    head, *body = table
    return markup.block(None, *said, markup.table(head, body, numbers=head[1:]), *notes)


def duration(seconds: float) -> str:
    """Return a time in words, to two units."""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms" if seconds >= 0.0005 else "0 s"
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes} min"
    days, hours = divmod(hours, 24)
    return f"{days} days {hours} h"
