"""What each provider is worth: what a waterfall would have found and cost without each of its steps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from leadenrich.errors import called
from leadenrich.waterfall.plan.plan import Range, aligned, plan_html
from leadenrich.waterfall.plan.play import Outcome, Player, past_of
from leadenrich.waterfall.plan.replay import rules_of
from leadenrich.waterfall.rules.rules import Ruled

EIGHTY = 1.2816
"""Standard deviations on both sides of a mean that hold four cases out of five."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one step adds to a waterfall: with it, less without it.

    Attributes:
        step: "provider.operation". values: further records completed, with an 80 % interval. usd: what that costs
            more, likewise; below 0: it saves money, because the others would be asked instead.
        usd_per_value: USD for each further value; None where it adds none. keep: whether it adds values or saves
            money beyond what chance explains.
        unknown: the share of the records (0-1) whose outcome without it rests on answers that were not asked for.
    """

    step: str
    values: Range
    usd: Range
    unknown: float

    @property
    def usd_per_value(self) -> float | None:
        """Return USD for each further value, None where it adds none."""
        return self.usd.expected / self.values.expected if self.values.expected > 0.5 else None

    @property
    def keep(self) -> bool:
        """Return whether it adds values, or saves money, beyond what chance explains."""
        return self.values.low > 0 or self.usd.high < 0

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data."""
        return {
            "step": self.step,
            "values": self.values._asdict(),
            "usd": self.usd._asdict(),
            "usd_per_value": self.usd_per_value,
            "keep": self.keep,
            "unknown": self.unknown,
        }


@dataclass(frozen=True, slots=True)
class Contributions:
    """The contribution of each step of a waterfall; prints as a table, shows as one in a notebook.

    Attributes:
        records: how many past records that rests on. values, usd: what the whole waterfall comes to on them.
        steps: by what each adds, most first.
    """

    records: int
    values: float
    usd: float
    steps: tuple[Contribution, ...]

    def __iter__(self) -> Iterator[Contribution]:
        return iter(self.steps)

    def __getitem__(self, step: str) -> Contribution:
        return next(one for one in self.steps if one.step == step)

    def table(self) -> list[tuple[str, ...]]:
        """Return a header and a line a step, as text."""
        lines: list[tuple[str, ...]] = [("step", "adds", "range", "costs more", "range", "a value", "keep")]
        for one in self.steps:
            values, usd, each = one.values, one.usd, one.usd_per_value
            lines.append(
                (
                    one.step,
                    f"{values.expected:,.0f}",
                    f"{values.low:,.0f} to {values.high:,.0f}",
                    f"${usd.expected:,.2f}",
                    f"${usd.low:,.2f} to ${usd.high:,.2f}",
                    "" if each is None else f"${each:,.3f}",
                    "yes" if one.keep else "not shown",
                )
            )
        return lines

    def __str__(self) -> str:
        head = f"{self.records:,} records: {self.values:,.0f} found for ${self.usd:,.2f}; what each step adds to that"
        return "\n".join([f"{head} (80 % intervals)", *aligned(self.table())])

    def _repr_html_(self) -> str:
        return plan_html([str(self).split("\n", 1)[0]], self.table(), ())

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data."""
        return {
            "records": self.records,
            "values": self.values,
            "usd": self.usd,
            "steps": [one.to_dict() for one in self.steps],
        }


def contributions(ledger: Any, waterfall: Ruled) -> Contributions:
    """Return what each step of a waterfall contributes: the past is played with all steps, then without each of them.

    An answer that was not asked for then is taken as the other records have it (see `Replay.expected`). Intervals say
    how far chance may be off over so many records. A run with `merge="best"` over a few hundred records asks
    every provider, so that nothing has to be guessed.

    Args:
        ledger: a `FileLedger` that was the session's `cache` when a stream ran, or rows of earlier runs.
        waterfall: whose steps, order and rules count.

    Raises:
        ConfigurationError: nothing is known of its steps.
    """
    rules = rules_of(waterfall)
    past = past_of(ledger, rules)
    whole = list(Player(rules, past).outcomes())
    steps = []
    for state in rules.states:
        name = called(state.provider, state.operation)
        others = list(Player(rules, past, without=name).outcomes())
        pairs = list(zip(whole, others, strict=True))
        unknown = sum(other.undecided for other in others) / len(others)
        values = _sum([one.expected - other.expected for one, other in pairs])
        usd = _sum([one.expected_usd - other.expected_usd for one, other in pairs])
        steps.append(Contribution(name, values, usd, unknown))
    steps.sort(key=lambda one: (-one.values.expected, one.usd.expected))
    return Contributions(len(whole), _total(whole), sum(one.expected_usd for one in whole), tuple(steps))


def _total(outcomes: Sequence[Outcome]) -> float:
    return sum(one.expected for one in outcomes)


def _sum(differences: Sequence[float]) -> Range:
    """Return the sum of what records differ by, and where it lies in four draws of such records out of five."""
    count, total = len(differences), sum(differences)
    mean = total / count
    variance = sum((one - mean) ** 2 for one in differences) / max(count - 1, 1)
    spread = EIGHTY * (count * variance) ** 0.5
    return Range(total, total - spread, total + spread)
