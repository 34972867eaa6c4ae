"""What became of each record, read from finished rows, a ledger or an output file, in one form."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from leadenrich.errors import ConfigurationError, DataTransformationError, called
from leadenrich.markup.rows import QUALITIES
from leadenrich.records import ColumnMappingWarning, TableWarning, read_csv, read_excel, read_jsonl
from leadenrich.results import Attempt, EnrichedRecord
from leadenrich.waterfall.rules.verification import CHECKS
from leadenrich.waterfall.stats.attempt_log import ACCEPTED, FAILED, MISSED, WRONG

ZERO = Decimal(0)
SUFFIX = "_source"


@dataclass(slots=True)
class Ask:
    """One question that a record led to.

    Attributes:
        provider, operation: who was asked what; the operation is "" where an output file names the provider alone.
        state: how it left the record ("accepted", "missed", "wrong", "below", "catch_all", "failed"), or None.
        confidence: as stated with the answer (0-100). usd: its price, None where that is unknown.
        latency: seconds. error: a code. cached: it was paid for before. checks: the verification of its answer.
    """

    provider: str
    operation: str
    state: str | None
    confidence: float | None = None
    usd: Decimal | None = ZERO
    latency: float | None = None
    error: str | None = None
    cached: bool = False
    checks: list[Ask] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Return who was asked what."""
        return called(self.provider, self.operation) if self.operation else self.provider

    @property
    def found(self) -> bool:
        """Return whether there was an answer, good enough or not."""
        return self.state not in (MISSED, FAILED, None)

    @property
    def accepted(self) -> bool:
        """Return whether the answer was taken."""
        return self.state == ACCEPTED

    @property
    def right(self) -> bool | None:
        """Return whether a verifier said yes or no; None where none was asked, or none could tell."""
        if self.state == WRONG:
            return False
        return True if self.accepted and any(check.accepted for check in self.checks) else None

    @property
    def whole_usd(self) -> Decimal | None:
        """Return the price with that of the verification that followed."""
        prices = [self.usd, *(check.usd for check in self.checks)]
        return None if None in prices else sum((one for one in prices if one is not None), ZERO)


@dataclass(slots=True)
class Story:
    """One record: who was asked, in order.

    Attributes:
        asks: the questions, each with the verification of its answer. status: how the row ended.
        usd: what all of it cost, None where a price is unknown. at: when, in seconds since 1970, where that is known.
        whole: every question is known; False: only what was found, as in an output file.
    """

    asks: list[Ask]
    status: str
    usd: Decimal | None
    at: float | None = None
    whole: bool = True


def stories_of(source: Any) -> list[Story]:
    """Return the stories of rows, a ledger, an output file, or several of these.

    Raises:
        ConfigurationError: it is none of these, or tells of no question.
    """
    found = list(_of(source))
    if not any(story.asks for story in found):
        raise ConfigurationError(
            "nothing to report: give finished rows, an output file with provenance=True, or the FileLedger that was a"
            " session's `ledger` or `cache` while a stream ran; several of them in a list"
        )
    return found


def _of(source: Any) -> Iterator[Story]:
    if isinstance(source, str | os.PathLike):
        yield from _of_file(Path(source))
    elif hasattr(source, "entries"):
        for entry in source.entries():
            if isinstance(entry.get("note"), Mapping) and isinstance(entry["note"].get("attempts"), list):
                yield _of_note(entry["note"], entry.get("at"))
    elif isinstance(source, EnrichedRecord):
        yield _of_row(source)
    elif isinstance(source, Mapping):
        yield _of_output(source)
    elif isinstance(source, Iterable):
        for one in source:
            yield from _of(one)
    else:
        raise ConfigurationError(f"a report is made of rows, files or ledgers, not of a {type(source).__name__}")


def _of_row(row: EnrichedRecord) -> Story:
    times = [value.observed_at.timestamp() for value in row.values.values() if value.observed_at is not None]
    asks = [_ask(one) for one in row.attempts if one.asked]
    return Story(_with_checks(asks), row.status, row.cost.usd, max(times, default=None))


def _ask(one: Attempt) -> Ask:
    state = one.state or {"hit": ACCEPTED, "miss": MISSED, "error": FAILED}.get(one.outcome)
    return Ask(one.provider, one.operation, state, one.confidence, one.cost.usd, one.latency, one.error, one.cached)


def _of_note(note: Mapping[str, Any], at: Any) -> Story:
    asks = []
    for provider, operation, state, confidence, usd, *more in note["attempts"]:
        cached, latency, error = (*more[3:6], None, None, None)[:3]
        price = None if usd is None else Decimal(usd)
        asks.append(Ask(provider, operation, state, confidence, price, latency, error, bool(cached)))
    known = [one.usd for one in asks]
    total = None if None in known else sum((one for one in known if one is not None), ZERO)
    return Story(_with_checks(asks), str(note.get("status", "")), total, at if isinstance(at, int | float) else None)


def _with_checks(asks: list[Ask]) -> list[Ask]:
    """Return the questions, each check with the answer that it followed."""
    if all(one.operation in CHECKS for one in asks):
        return asks  # they are what the run was for
    finders: list[Ask] = []
    for one in asks:
        if one.operation in CHECKS and finders:
            finders[-1].checks.append(one)
        elif one.operation not in CHECKS:
            finders.append(one)
    return finders


def _of_file(path: Path) -> Iterator[Story]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ColumnMappingWarning)
        warnings.simplefilter("ignore", TableWarning)
        if path.suffix == ".jsonl":
            rows: Iterable[Mapping[str, Any]] = read_jsonl(path)
        else:
            rows = read_excel(path, columns=None) if path.suffix == ".xlsx" else read_csv(path, columns=None)
        for row in rows:
            yield _of_output(row)


def _of_output(row: Mapping[str, Any]) -> Story:
    """Return what a written row tells: what was found, by whom and at what price."""
    asks: dict[str, Ask] = {}
    for name, provider in row.items():
        if not name.endswith(SUFFIX) or provider in (None, "", "input"):
            continue
        stem = name.removesuffix(SUFFIX)
        if stem in QUALITIES:  # what a verifier said of an address
            continue
        usd = _amount(row.get(f"{stem}_cost"))
        known = asks.get(str(provider))
        if known is None:
            sure = _amount(row.get(f"{stem}_confidence"))
            asks[str(provider)] = Ask(str(provider), "", ACCEPTED, None if sure is None else float(sure), usd)
        elif usd is not None:  # the fields of one answer name the same price
            known.usd = max(known.usd or ZERO, usd)
    total = _amount(row.get("cost"))
    if total is None:
        prices = [one.usd for one in asks.values()]
        total = None if None in prices else sum((one for one in prices if one is not None), ZERO)
    return Story(list(asks.values()), str(row.get("status") or ""), total, whole=False)


def _amount(cell: Any) -> Decimal | None:
    if cell in (None, ""):
        return None
    try:
        amount = Decimal(str(cell))
    except ArithmeticError:
        raise DataTransformationError("a cost or a confidence in the output file is no number") from None
    return amount if amount.is_finite() else None
