"""What each vendor did in all runs together: the lines of the renewal report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from leadenrich.errors import LeadEnrichError, called
from leadenrich.reporting.figure_data import by_operation, in_order
from leadenrich.reporting.stories import ZERO, Ask, Story
from leadenrich.waterfall.plan.contribution import contributions
from leadenrich.waterfall.rules.verification import CHECKS
from leadenrich.waterfall.stats.attempt_log import BELOW, CATCH_ALL, FAILED, MISSED
from leadenrich.waterfall.waterfall import Waterfall

MOST_REPLAYED = 1_000
"""Records that are gone through again to say what each vendor adds."""


@dataclass(slots=True)
class VendorLine:
    """One vendor's part in one operation, over all runs.

    Attributes:
        provider, operation: who was asked what. asked: questions, `cached` of them already paid for; None where only
            output files are known. found: answers. accepted: those that were taken.
        unique: accepted, and no other vendor had an answer for the record; None as `asked`.
        confirmed, wrong: what verifiers said.
        errors: questions that failed. usd: all it cost, verification of its answers included; None: a price is
            unknown. checking: the part of the verification.
        p50, p95: seconds to an answer, None where these are unknown.
        adds, adds_low, adds_high: further records completed because the vendor is asked, expected from what the others
            said, with an 80 % interval. adds_usd: what that costs more than to ask the others alone; below 0: it saves
            money. None where it cannot be said.
    """

    provider: str
    operation: str
    asked: int | None = 0
    cached: int = 0
    found: int = 0
    accepted: int = 0
    unique: int | None = 0
    confirmed: int = 0
    wrong: int = 0
    errors: int = 0
    usd: Decimal | None = ZERO
    checking: Decimal | None = ZERO
    adds: float | None = None
    adds_low: float | None = None
    adds_high: float | None = None
    adds_usd: float | None = None
    latencies: list[float] = field(default_factory=list, repr=False)

    @property
    def hit_rate(self) -> float | None:
        """Return answers a question, 0-1."""
        return self.found / self.asked if self.asked else None

    @property
    def usd_per_find(self) -> Decimal | None:
        """Return USD for each accepted answer."""
        return None if self.usd is None or not self.accepted else self.usd / self.accepted

    @property
    def usd_per_unique(self) -> Decimal | None:
        """Return USD for each answer that no other vendor had."""
        return None if self.usd is None or not self.unique else self.usd / self.unique

    @property
    def p50(self) -> float | None:
        """Return the median of the latency in seconds."""
        return _quantile(self.latencies, 0.5)

    @property
    def p95(self) -> float | None:
        """Return the 95th percentile of the latency in seconds."""
        return _quantile(self.latencies, 0.95)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data; USD as floats."""
        plain = {name: getattr(self, name) for name in FIELDS}
        return {name: float(value) if isinstance(value, Decimal) else value for name, value in plain.items()}


FIELDS = (
    "provider",
    "operation",
    "asked",
    "cached",
    "found",
    "hit_rate",
    "accepted",
    "unique",
    "confirmed",
    "wrong",
    "errors",
    "usd",
    "checking",
    "usd_per_find",
    "usd_per_unique",
    "adds",
    "adds_low",
    "adds_high",
    "adds_usd",
    "p50",
    "p95",
)


def vendor_lines(stories: Sequence[Story]) -> list[VendorLine]:
    """Return a line for each vendor and operation, in the order in which they were asked."""
    lines: dict[str, VendorLine] = {}
    for story in stories:
        for ask in story.asks:
            line = lines.get(ask.name)
            if line is None:
                line = lines[ask.name] = VendorLine(ask.provider, ask.operation)
            _count(line, ask, story)
    ordered = [lines[name] for name in in_order(stories)]
    for operation, group in by_operation(stories).items():
        _leave_out([line for line in ordered if line.operation == operation], operation, group)
    return ordered


def _count(line: VendorLine, ask: Ask, story: Story) -> None:
    line.asked = None if line.asked is None or not story.whole else line.asked + 1
    line.cached += ask.cached
    line.found += ask.found
    line.accepted += ask.accepted
    others = [one for one in story.asks if one.found and one.operation == ask.operation and one is not ask]
    line.unique = None if line.unique is None or not story.whole else line.unique + (ask.accepted and not others)
    line.confirmed += ask.right is True
    line.wrong += ask.right is False
    line.errors += ask.error is not None or ask.state is None or ask.state == "failed"
    line.usd = _plus(line.usd, ask.whole_usd)
    checks = [check.usd for check in ask.checks]
    line.checking = _plus(line.checking, None if None in checks else sum((one for one in checks if one), ZERO))
    if ask.latency is not None and not ask.cached:
        line.latencies.append(ask.latency)


def _leave_out(lines: Sequence[VendorLine], operation: str, stories: Sequence[Story]) -> None:
    """Fill in what each vendor adds: the answers are gone through with all of them, and without each (`contributions`).

    Of many records some are taken, evenly spread, and counted for all.
    """
    if not operation or operation in CHECKS or len(lines) < 2 or not all(story.whole for story in stories):
        return
    some = stories[:: -(-len(stories) // MOST_REPLAYED)]
    times = len(stories) / len(some)
    try:
        waterfall = Waterfall(operation, [line.provider for line in lines], identity=False)
        worth = {one.step: one for one in contributions([_note(story) for story in some], waterfall)}
    except LeadEnrichError:  # a vendor or an operation that is no longer there
        return
    for line in lines:
        one = worth.get(called(line.provider, line.operation))
        if one is not None:
            line.adds, line.adds_usd = one.values.expected * times, one.usd.expected * times
            line.adds_low, line.adds_high = one.values.low * times, one.values.high * times


_AS = {None: MISSED, FAILED: MISSED, CATCH_ALL: BELOW}
"""How the run went on: a failure was passed over like a miss, an accept-all address was not good enough."""


def _note(story: Story) -> dict[str, Any]:
    """Return a story as `replay` reads it from a ledger."""
    told = []
    for ask in story.asks:
        for one in (ask, *ask.checks):
            state = _AS.get(one.state, one.state)
            told.append([one.provider, one.operation, state, one.confidence, _text(one.usd), False])
    return {"status": story.status, "attempts": told}


def _text(usd: Decimal | None) -> str | None:
    return None if usd is None else str(usd)


def _plus(a: Decimal | None, b: Decimal | None) -> Decimal | None:
    return None if a is None or b is None else a + b


def _quantile(values: Sequence[float], share: float) -> float | None:
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else None
