"""How a run went, as it goes: statuses, what was found, every provider's part in it, money, overlap."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import combinations
from typing import Any

from leadenrich import markup
from leadenrich.errors import called
from leadenrich.results import NO_COST, Cost, EnrichedRecord
from leadenrich.vocabulary import Operation


@dataclass(slots=True)
class ProviderSummary:
    """One provider's part in one operation.

    Attributes:
        asked: questions, `cached` of them answered from what was already paid. hits, misses, rejected, errors: what
            became of those. skipped: times it was passed over. cost: what it cost.
        unique: records for which it alone gave a value that was accepted. checking: what verifying its values cost;
            a value that several gave is counted with the first.
    """

    asked: int = 0
    hits: int = 0
    misses: int = 0
    rejected: int = 0
    errors: int = 0
    skipped: int = 0
    cached: int = 0
    cost: Cost = NO_COST
    unique: int = 0
    checking: Cost = NO_COST

    @property
    def usd(self) -> Decimal | None:
        """Return what it cost together with the verification of its values; None where a price is not known."""
        own, checking = self.cost.usd, self.checking.usd
        if self.checking is NO_COST:
            return own
        return None if own is None or checking is None else own + checking

    @property
    def usd_per_find(self) -> Decimal | None:
        """Return USD for each answer it gave, accepted or not."""
        return self._each(self.hits + self.rejected)

    @property
    def usd_per_accepted(self) -> Decimal | None:
        """Return USD for each accepted value."""
        return self._each(self.hits)

    @property
    def usd_per_unique(self) -> Decimal | None:
        """Return USD for each record that only it had an accepted value for."""
        return self._each(self.unique)

    def _each(self, count: int) -> Decimal | None:
        usd = self.usd
        return None if usd is None or not count else usd / count

    @property
    def hit_rate(self) -> float | None:
        """Return accepted answers a question, 0-1; None before the first question."""
        return self.hits / self.asked if self.asked else None


CHECKS = (Operation.VERIFY_EMAIL, Operation.VERIFY_PHONE, Operation.CHECK_DNC)

_COUNTED = {"hit": "hits", "miss": "misses", "rejected": "rejected", "error": "errors"}


@dataclass(slots=True)
class Summary:
    """A run so far; prints as a table.

    Attributes:
        rows: rows that came out. total: records there are, where that is known. statuses: rows by status.
        found: rows by field found. cost: everything together. providers: by "provider.operation".
        overlap: records for which both of a pair of providers had an answer (where both were asked).
        finished_before: records passed over because `done` or the sink had their key.
        duplicate_keys: records whose key an earlier one (within the window) had. duplicate_people: rows that were
            given the answer of an earlier row (`dedupe=True`).
        retryable: rows that may end differently when they are asked again (`row.retry_reason` says why).
        examples: a reason for each status but `complete`, as the first such row gave it.
        started_at, ended_at: when the run began and ended, in UTC; None: not yet. seconds: from its beginning to its
            end, or to its latest row. budget_usd: the least budget in USD that binds it, where one does.
        asking: by provider, how many of its questions are under way at this moment.
    """

    rows: int = 0
    total: int | None = None
    statuses: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    cost: Cost = NO_COST
    providers: dict[str, ProviderSummary] = field(default_factory=dict)
    overlap: Counter[tuple[str, str]] = field(default_factory=Counter)
    finished_before: int = 0
    duplicate_keys: int = 0
    duplicate_people: int = 0
    retryable: int = 0
    examples: dict[str, str] = field(default_factory=dict)
    started_at: datetime | None = None
    ended_at: datetime | None = None
    seconds: float = 0.0
    budget_usd: Decimal | None = None
    asking: Counter[str] = field(default_factory=Counter, compare=False, repr=False)

    @property
    def rate(self) -> float | None:
        """Return finished rows a second; None before the first row."""
        return self.rows / self.seconds if self.rows and self.seconds > 0 else None

    @property
    def waits_for(self) -> str | None:
        """Return the provider with the most questions under way at this moment; None: no provider is asked."""
        most = max(self.asking.values(), default=0)
        return min((name for name, count in self.asking.items() if count == most), default=None) if most > 0 else None

    def add(self, row: EnrichedRecord) -> None:
        """Count a row."""
        self.rows += 1
        self.statuses[row.status] += 1
        for name, value in row.values.items():
            if value.provider != "input":
                self.found[name] += 1
        if row.cost is not NO_COST:
            self.cost += row.cost
        self.retryable += row.retryable
        if row.reason is not None and row.status != "complete":
            self.examples.setdefault(row.status, row.reason)
        answered = []
        for attempt in row.attempts:
            name = called(attempt.provider, attempt.operation)
            part = self.providers.get(name)
            if part is None:
                part = self.providers[name] = ProviderSummary()
            if attempt.outcome == "skipped":
                part.skipped += 1
                continue
            part.asked += 1
            part.cached += attempt.cached
            counted = _COUNTED[attempt.outcome]
            setattr(part, counted, getattr(part, counted) + 1)
            if attempt.cost is not NO_COST:
                part.cost += attempt.cost
            if attempt.outcome in ("hit", "rejected"):
                answered.append(name)
        self._attribute(row)
        if len(answered) > 1:
            self.overlap.update(combinations(sorted(set(answered)), 2))

    def _attribute(self, row: EnrichedRecord) -> None:
        """Count each verification with the finder of its value, and who alone had a value that was accepted."""
        finder: dict[int | None, str] = {}
        last: str | None = None
        accepted: dict[str, set[str]] = {}
        for attempt in row.attempts:
            if attempt.outcome == "skipped":
                continue
            name = called(attempt.provider, attempt.operation)
            if attempt.operation in CHECKS:
                by = finder.get(attempt.value, last) if attempt.value is not None else last
                if by is not None and attempt.cost is not NO_COST:
                    self.providers[by].checking += attempt.cost
                continue
            last = name
            if attempt.value is not None:
                finder.setdefault(attempt.value, name)
            if attempt.outcome == "hit":
                accepted.setdefault(attempt.operation, set()).add(name)
        for names in accepted.values():
            if len(names) == 1:
                self.providers[names.pop()].unique += 1

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data, ready for JSON; money and credits as text, which is exact."""
        return {
            "rows": self.rows,
            "total": self.total,
            "statuses": dict(self.statuses),
            "found": dict(self.found),
            "usd": _exact(self.cost.usd),
            "credits": _amounts(self.cost.credits),
            "uncertain_usd": _exact(self.cost.uncertain_usd),
            "providers": {
                name: {
                    "asked": part.asked,
                    "hits": part.hits,
                    "misses": part.misses,
                    "rejected": part.rejected,
                    "errors": part.errors,
                    "skipped": part.skipped,
                    "cached": part.cached,
                    "unique": part.unique,
                    "checking_usd": _exact(part.checking.usd),
                    "usd_per_find": _exact(part.usd_per_find),
                    "usd_per_unique": _exact(part.usd_per_unique),
                    "usd_per_accepted": _exact(part.usd_per_accepted),
                    "usd": _exact(part.cost.usd),
                    "credits": _amounts(part.cost.credits),
                }
                for name, part in sorted(self.providers.items())
            },
            "overlap": [{"providers": list(pair), "records": n} for pair, n in sorted(self.overlap.items())],
            "finished_before": self.finished_before,
            "duplicate_keys": self.duplicate_keys,
            "duplicate_people": self.duplicate_people,
            "retryable": self.retryable,
            "started_at": None if self.started_at is None else self.started_at.isoformat(),
            "ended_at": None if self.ended_at is None else self.ended_at.isoformat(),
            "seconds": round(self.seconds, 3),
            "rate": None if self.rate is None else round(self.rate, 3),
            "budget_usd": _exact(self.budget_usd),
        }

    def table(self) -> list[tuple[str, ...]]:
        """Return a header and a line a provider, as text."""
        head = ("provider", "asked", "hits", "misses", "rejected", "errors", "skipped", "cost", "a find", "a value")
        lines: list[tuple[str, ...]] = [head]
        for name, part in sorted(self.providers.items()):
            counts = (part.asked, part.hits, part.misses, part.rejected, part.errors, part.skipped)
            each = (_dollars(part.usd_per_find), _dollars(part.usd_per_accepted))
            lines.append((name, *map(str, counts), str(part.cost), *each))
        return lines

    def __str__(self) -> str:
        table = self.table()
        widths = [max(len(line[i]) for line in table) for i in range(len(table[0]))]
        told = ["  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)).rstrip() for line in table]
        return "\n".join([*self._lines(), *told])

    def _lines(self) -> list[str]:
        of = f" of {self.total}" if self.total is not None else ""
        statuses = ", ".join(f"{count} {status}" for status, count in self.statuses.most_common())
        found = ", ".join(f"{count} {name}" for name, count in self.found.most_common(12))
        none = "none yet" if self.ended_at is None else "none was open"
        lines = [f"{self.rows} rows{of}: {statuses or none}", f"found: {found or 'nothing'}"]
        lines.append(f"cost: {self.cost}")
        for count, text in (
            (self.finished_before, "were finished before and not asked again"),
            (self.duplicate_keys, "have a key that an earlier record has"),
            (self.retryable, "can be asked again: a provider failed or could not be asked"),
            (self.duplicate_people, "were given the answer of an earlier row about the same person"),
        ):
            if count:
                lines.append(f"{count} {text}")
        told = {status: reason for status, reason in self.examples.items() if not reason.endswith(f": {status}")}
        return [*lines, *(f"{status}, for instance: {reason}" for status, reason in told.items())]

    def _repr_html_(self) -> str:
        """Return the run as tables for a notebook."""
        head, *body = self.table()
        return markup.block("Run", *self._lines(), markup.table(head, body, numbers=head[1:]))


def _exact(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:f}"


def _dollars(amount: Decimal | None) -> str:
    return "" if amount is None else f"${amount:.4f}"


def _amounts(purses: Mapping[str, Decimal]) -> dict[str, str]:
    return {purse: f"{amount:f}" for purse, amount in purses.items()}
