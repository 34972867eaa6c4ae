"""What was asked, found and spent, by provider and operation."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from leadenrich import markup
from leadenrich.errors import called
from leadenrich.markup.frame import frame_of
from leadenrich.results import NO_COST, Cost

_RATIO = 1.05
"""Between two latencies that are told apart: percentiles take no more memory for a million calls."""


def _bucket(seconds: float) -> int:
    return math.ceil(math.log(max(seconds, 0.001), _RATIO))


@dataclass(slots=True)
class UsageLine:
    """One operation of one provider: questions asked, how they ended, and their cost.

    `cached` counts questions answered from what was already paid; `latency` is the sum of seconds over `calls`.
    `p50`, `p95`: seconds within which half of the calls, and 95 % of them, were answered (to 5 %); None before the
    first. `cost_per_hit`: USD; None before the first hit, or where a price is unknown.
    """

    provider: str
    operation: str
    questions: int = 0
    hits: int = 0
    misses: int = 0
    errors: int = 0
    cached: int = 0
    calls: int = 0
    latency: float = 0.0
    cost: Cost = field(default=NO_COST)
    _waits: Counter[int] = field(default_factory=Counter, repr=False)

    def add(self, kind: str, latency: float | None, cost: Cost, *, cached: bool) -> None:
        """Count how a question ended: one of hits, misses or errors."""
        setattr(self, kind, getattr(self, kind) + 1)
        self.cached += cached
        if latency is not None and not cached:
            self.calls += 1
            self.latency += latency
            self._waits[_bucket(latency)] += 1
        if cost.calls or cost:
            self.cost = self.cost + cost

    def absorb(self, other: UsageLine) -> None:
        """Add the counts and the cost of another line."""
        for name in ("questions", "hits", "misses", "errors", "cached", "calls", "latency"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.cost = self.cost + other.cost
        self._waits.update(other._waits)

    @property
    def p50(self) -> float | None:
        """Return the seconds within which half of the calls were answered."""
        return self._within(0.50)

    @property
    def p95(self) -> float | None:
        """Return the seconds within which 95 % of the calls were answered."""
        return self._within(0.95)

    @property
    def cost_per_hit(self) -> Decimal | None:
        """Return USD a hit."""
        return self.cost.usd / self.hits if self.hits and self.cost.usd is not None else None

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data, ready for JSON; money as text, which is exact."""
        counts = ("questions", "hits", "misses", "errors", "cached", "calls")
        per_hit, usd = self.cost_per_hit, self.cost.usd
        return {
            "provider": self.provider,
            "operation": self.operation,
            **{name: getattr(self, name) for name in counts},
            "hit_rate": self.hit_rate,
            "p50": self.p50,
            "p95": self.p95,
            "usd": None if usd is None else f"{usd:f}",
            "usd_per_hit": None if per_hit is None else f"{per_hit:.6f}",
        }

    def _within(self, share: float) -> float | None:
        left = share * self._waits.total()
        for bucket in sorted(self._waits):
            left -= self._waits[bucket]
            if left <= 0:
                return round(_RATIO**bucket, 3)
        return None

    @property
    def hit_rate(self) -> float | None:
        """Return hits over answers, or None before the first."""
        answers = self.hits + self.misses
        return self.hits / answers if answers else None


class Usage(Mapping[str, UsageLine]):
    """`"hunter.find_email"` -> `UsageLine`; `.cost` is the sum, `.requests` the HTTP calls really sent.

    `.days` holds the same by day (UTC): `{date: {"hunter.find_email": UsageLine}}`.
    """

    def __init__(self) -> None:
        self._lines: dict[str, UsageLine] = {}
        self.days: dict[date, dict[str, UsageLine]] = {}
        self.requests: dict[str, int] = {}
        self.evictions = 0
        self.retries = 0
        self.folded = 0

    def line(self, provider: str, operation: str) -> UsageLine:
        """Return the line of an operation, making it on first use."""
        key = called(provider, operation)
        if (line := self._lines.get(key)) is None:
            line = self._lines[key] = UsageLine(provider, operation)
        return line

    def today(self, provider: str, operation: str) -> UsageLine:
        """Return the line of an operation for this day (UTC); `.days` has those of all days."""
        lines = self.days.setdefault(datetime.now(UTC).date(), {})
        key = called(provider, operation)
        if (line := lines.get(key)) is None:
            line = lines[key] = UsageLine(provider, operation)
        return line

    def to_dict(self) -> dict[str, Any]:
        """Return totals and days as plain data, ready for JSON."""
        return {
            "total": {key: line.to_dict() for key, line in self._lines.items()},
            "days": {
                day.isoformat(): {key: line.to_dict() for key, line in lines.items()}
                for day, lines in self.days.items()
            },
        }

    def to_rows(self) -> list[dict[str, Any]]:
        """Return one row for each day and operation."""
        return [
            {"day": day.isoformat(), **line.to_dict()} for day, lines in self.days.items() for line in lines.values()
        ]

    def to_frame(self) -> Any:
        """Return `to_rows` as a pandas frame, or a polars one where pandas is not installed."""
        return frame_of(self.to_rows())

    def sent(self, provider: str) -> None:
        """Count one HTTP request."""
        self.requests[provider] = self.requests.get(provider, 0) + 1

    @property
    def cost(self) -> Cost:
        """Return everything spent."""
        total = NO_COST
        for line in self._lines.values():
            total = total + line.cost
        return total

    @property
    def credits(self) -> Mapping[str, Decimal]:
        """Return the credits spent, by purse."""
        return self.cost.credits

    def by_provider(self) -> dict[str, UsageLine]:
        """Return one line a provider, its operations summed."""
        summed: dict[str, UsageLine] = {}
        for line in self._lines.values():
            total = summed.setdefault(line.provider, UsageLine(line.provider, "*"))
            total.absorb(line)
        return summed

    def __getitem__(self, key: str) -> UsageLine:
        return self._lines[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)

    def __repr__(self) -> str:
        head = f"{'provider.operation':<34} {'asked':>7} {'hits':>6} {'misses':>7} {'errors':>7} {'cached':>7}  cost"
        rows = [
            f"{key:<34} {line.questions:>7} {line.hits:>6} {line.misses:>7} {line.errors:>7} {line.cached:>7}"
            f"  {line.cost}"
            for key, line in self._lines.items()
        ]
        return "\n".join([head, *rows, f"{'total':<34} {'':>38}  {self.cost}"])

    def _repr_html_(self) -> str:
        """Return the lines as a table for a notebook."""
        head = ("operation", "asked", "hits", "hit rate", "misses", "errors", "already paid", "latency", "cost")
        lines = [
            (
                key,
                f"{line.questions:,}",
                f"{line.hits:,}",
                markup.share(line.hit_rate),
                f"{line.misses:,}",
                f"{line.errors:,}",
                f"{line.cached:,}",
                markup.seconds(line.latency / line.calls if line.calls else None),
                markup.money(line.cost.usd),
            )
            for key, line in self._lines.items()
        ]
        return markup.block("Usage", markup.table(head, lines, numbers=head[1:]), note=f"total {self.cost}")
