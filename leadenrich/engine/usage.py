"""What was asked, found and spent, by provider and operation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from leadenrich import markup
from leadenrich.errors import called
from leadenrich.results import NO_COST, Cost


@dataclass(slots=True)
class UsageLine:
    """One operation of one provider: questions asked, how they ended, and their cost.

    `cached` counts questions answered from what was already paid; `latency` is the sum of seconds over `calls`.
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

    @property
    def hit_rate(self) -> float | None:
        """Return hits over answers, or None before the first."""
        answers = self.hits + self.misses
        return self.hits / answers if answers else None


class Usage(Mapping[str, UsageLine]):
    """`"hunter.find_email"` -> `UsageLine`; `.cost` is the sum, `.requests` the HTTP calls really sent."""

    def __init__(self) -> None:
        self._lines: dict[str, UsageLine] = {}
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
            for name in ("questions", "hits", "misses", "errors", "cached", "calls", "latency"):
                setattr(total, name, getattr(total, name) + getattr(line, name))
            total.cost = total.cost + line.cost
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
