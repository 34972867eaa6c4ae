"""`replay`: what another order or threshold would have found and cost on past answers, spending nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from leadenrich import markup
from leadenrich.engine.validation import a
from leadenrich.errors import ConfigurationError, called
from leadenrich.waterfall.plan.past import Story
from leadenrich.waterfall.plan.plan import Range
from leadenrich.waterfall.plan.play import Outcome, Player, past_of
from leadenrich.waterfall.plan.unknown import Doubt, around
from leadenrich.waterfall.rules.rules import Ruled, Rules
from leadenrich.waterfall.stats.attempt_log import ACCEPTED, MISSED


@dataclass(slots=True)
class StepReplay:
    """One step in a replay.

    Attributes:
        asked: records it would have been asked about. unknown: of these, those where its answer is unknown.
        found, accepted: answers, and those that would have been accepted. usd: what that would have cost.
        lift: records that only this step of the waterfall could have completed.
    """

    asked: int = 0
    unknown: int = 0
    found: int = 0
    accepted: int = 0
    usd: float = 0.0
    lift: int = 0


@dataclass(slots=True)
class Replay:
    """What a waterfall would have found and cost on past answers.

    An answer that was not asked for then is unknown now: its record counts as undecided from there on. So what would
    have been found lies between `accepted` and `accepted + undecided`; `expected` and `expected_usd` go on with what
    the other records say of such an answer.

    Attributes:
        records: past records; one that was in several runs counts once. accepted: those that would have been
            completed. undecided: those that an unknown answer would have decided. usd: the cost up to there.
        expected, expected_usd: both with unknown answers as they are to be expected.
        doubt: how far these may be off; see `found_range`, `usd_range` and `difference`.
        was_accepted, was_usd: what really came of them.
        steps: by "provider.operation". overlap: pair of steps -> records for which both had an accepted value.
    """

    records: int = 0
    accepted: int = 0
    undecided: int = 0
    usd: float = 0.0
    expected: float = 0.0
    expected_usd: float = 0.0
    was_accepted: int = 0
    was_usd: float = 0.0
    steps: dict[str, StepReplay] = field(default_factory=dict)
    overlap: Counter[tuple[str, str]] = field(default_factory=Counter)
    doubt: Doubt = field(default_factory=Doubt)

    @property
    def found_range(self) -> Range:
        """Return what would have been found, with an 80 % interval: what is not known may be otherwise."""
        return around(self.expected, self.doubt.spread_of_values())

    @property
    def usd_range(self) -> Range:
        """Return what it would have cost, with an 80 % interval."""
        return around(self.expected_usd, self.doubt.spread_of_usd())

    def difference(self, other: Replay) -> Range:
        """Return how much more this would have cost than another replay of the same records, with an 80 % interval."""
        apart = self.expected_usd - other.expected_usd
        return around(apart, self.doubt.spread_of_usd(other.doubt), None)

    def is_cheaper_than(self, other: Replay) -> bool | None:
        """Return whether this costs less than another replay of the same records; None: they cannot be told apart."""
        apart = self.difference(other)
        return None if apart.low <= 0 <= apart.high else apart.expected < 0

    def table(self) -> list[tuple[str, ...]]:
        """Return a header and a line a step, as text."""
        lines: list[tuple[str, ...]] = [("step", "asked", "unknown", "found", "accepted", "lift", "cost")]
        for name, one in self.steps.items():
            counts = (one.asked, one.unknown, one.found, one.accepted, one.lift)
            lines.append((name, *(f"{count:,}" for count in counts), f"${one.usd:,.2f}"))
        return lines

    def overlap_table(self) -> list[tuple[str, ...]]:
        """Return a header and a line a step: for how many records it and each other both had an accepted value."""
        names = list(self.steps)
        lines: list[tuple[str, ...]] = [("both accepted", *names)]
        for one in names:
            pairs = [min((one, other), (other, one)) for other in names]
            cells = ["" if pair[0] == pair[1] else f"{self.overlap[pair]:,}" for pair in pairs]
            lines.append((one, *cells))
        return lines

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data."""
        return {
            "records": self.records,
            "accepted": self.accepted,
            "undecided": self.undecided,
            "usd": self.usd,
            "expected": self.expected,
            "expected_usd": self.expected_usd,
            "found_range": self.found_range._asdict(),
            "usd_range": self.usd_range._asdict(),
            "was_accepted": self.was_accepted,
            "was_usd": self.was_usd,
            "steps": {
                name: {slot: getattr(one, slot) for slot in StepReplay.__slots__} for name, one in self.steps.items()
            },
            "overlap": [{"steps": list(pair), "records": count} for pair, count in sorted(self.overlap.items())],
        }

    def __str__(self) -> str:
        most = f" to {self.accepted + self.undecided:,}" if self.undecided else ""
        lines = [
            f"{self.records:,} records: {self.accepted:,}{most} found for ${self.usd:,.2f};"
            f" it was {self.was_accepted:,} for ${self.was_usd:,.2f}"
        ]
        if self.undecided:
            found, usd = self.found_range, self.usd_range
            lines.append(
                f"unknown answers as expected: {found.expected:,.0f} found ({found.low:,.0f} to {found.high:,.0f}) for"
                f" ${usd.expected:,.2f} (${usd.low:,.2f} to ${usd.high:,.2f}); 80 % intervals"
            )
        for table in (self.table(), self.overlap_table()):
            widths = [max(len(line[place]) for line in table) for place in range(len(table[0]))]
            lines += ["  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)).rstrip() for line in table]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        tables = [markup.table(head, body, numbers=head[1:]) for head, *body in (self.table(), self.overlap_table())]
        return markup.block(None, str(self).split("\n", 1)[0], *tables)


def replay(ledger: Any, waterfall: Ruled) -> Replay:
    """Return what a waterfall would have found and cost on past answers; nothing is asked and nothing is spent.

    The waterfall's order, `max_providers`, `quality_threshold`, `catch_all` and conditions on the order of its steps
    are applied to what providers said then. Whether a value was right is known as far as it was judged then: one
    rejected as wrong stays wrong; a threshold is held against the confidence after verification, or the one stated
    with the answer. A value is verified once, whoever finds it; an answer that came from the cache costs what it was
    bought for.

    Args:
        ledger: a `FileLedger` that was the session's `cache` when a stream ran, or rows of earlier runs.
        waterfall: its `order` chooses the steps, with its `stats` (those of the past records, where it has none);
            `where` and needs of its steps are not looked at, as nothing is known of the records any more.

    Raises:
        ConfigurationError: it holds no row's story.
    """
    rules = rules_of(waterfall)
    past = past_of(ledger, rules)
    result = Replay(steps={called(one.provider, one.operation): StepReplay() for one in rules.states})
    for story, outcome in zip(past.stories, Player(rules, past).outcomes(), strict=True):
        _count(result, story, outcome, rules)
    return result


def rules_of(waterfall: Any) -> Rules:
    """Return a waterfall's rules.

    Raises:
        ConfigurationError: it is none.
    """
    rules = getattr(waterfall, "rules", None)
    if not isinstance(rules, Rules):
        raise ConfigurationError(f"replay takes rows or a ledger, and a le.Waterfall, not {a(waterfall)}")
    return rules


def _count(result: Replay, story: Story, outcome: Outcome, rules: Rules) -> None:
    result.records += 1
    result.accepted += outcome.found
    result.undecided += outcome.undecided
    result.usd += outcome.usd
    result.expected += outcome.expected
    result.expected_usd += outcome.expected_usd
    outcome.doubt(result.doubt)
    result.was_accepted += story.was_accepted
    result.was_usd += story.was_usd
    for name, state, usd in outcome.steps:
        part = result.steps[name]
        part.asked += 1
        part.unknown += state is None
        part.usd += usd
        part.found += state is not None and state != MISSED
        part.accepted += state == ACCEPTED
    answers = story.answers.items()
    states = {name: one.now(rules, story.sure.get(one.value), ()) for name, one in answers if name in result.steps}
    good = sorted(name for name, state in states.items() if state == ACCEPTED)
    result.overlap.update(combinations(good, 2))
    if len(good) == 1:
        result.steps[good[0]].lift += 1
