"""`replay`: what another order or threshold would have found and cost on past answers, spending nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from html import escape
from itertools import combinations
from types import SimpleNamespace
from typing import Any, NamedTuple

from leadenrich.engine.prices import Prices
from leadenrich.engine.validation import a, has
from leadenrich.errors import ConfigurationError, called
from leadenrich.registry import registry
from leadenrich.results import Attempt, Cost, EnrichedRecord
from leadenrich.waterfall.choice.policies import order_for
from leadenrich.waterfall.rules.rules import Ruled, Rules
from leadenrich.waterfall.rules.verification import CHECKS
from leadenrich.waterfall.run.story import UNSURE, below_the_bar
from leadenrich.waterfall.stats.attempt_log import ACCEPTED, BELOW, MISSED, WRONG


class Answer(NamedTuple):
    """What one step said of one record, then: how that left it, how sure it was, USD with its verification."""

    state: str
    confidence: float | None
    usd: float


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
    have been found lies between `accepted` and `accepted + undecided`.

    Attributes:
        records: past records. accepted: those that would have been completed. undecided: those that an unknown
            answer would have decided. usd: the cost up to there. was_accepted, was_usd: what really came of them.
        steps: by "provider.operation". overlap: pair of steps -> records for which both had an accepted value.
    """

    records: int = 0
    accepted: int = 0
    undecided: int = 0
    usd: float = 0.0
    was_accepted: int = 0
    was_usd: float = 0.0
    steps: dict[str, StepReplay] = field(default_factory=dict)
    overlap: Counter[tuple[str, str]] = field(default_factory=Counter)

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
        for table in (self.table(), self.overlap_table()):
            widths = [max(len(line[place]) for line in table) for place in range(len(table[0]))]
            lines += ["  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)).rstrip() for line in table]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        text = escape(str(self).split("\n", 1)[0])
        tables = []
        for head, *body in (self.table(), self.overlap_table()):
            top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
            rest = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in line) + "</tr>" for line in body)
            tables.append(f"<table><thead><tr>{top}</tr></thead><tbody>{rest}</tbody></table>")
        return f"<p>{text}</p>{''.join(tables)}"


def replay(ledger: Any, waterfall: Ruled) -> Replay:
    """Return what a waterfall would have found and cost on past answers; nothing is asked and nothing is spent.

    The waterfall's order, `max_providers`, `quality_threshold` and conditions on the order of its steps are applied to
    what providers said then. Whether a value was right is known as far as it was judged then: one rejected as wrong
    stays wrong; a threshold is held against the confidence stated with the answer.

    Args:
        ledger: a `FileLedger` that was the session's `cache` when a stream ran, or rows of an earlier run.
        waterfall: its `order` chooses the steps, with its `stats`; `where` and needs of its steps are not looked at,
            as nothing is known of the records any more.

    Raises:
        ConfigurationError: it holds no row's story.
    """
    rules = getattr(waterfall, "rules", None)
    if not isinstance(rules, Rules):
        raise ConfigurationError(f"replay takes rows or a ledger, and a le.Waterfall, not {a(waterfall)}")
    if not hasattr(ledger, "entries"):
        has("what is replayed", ledger, ("__iter__",), "a FileLedger, or rows of an earlier run")
    result = Replay(steps={called(one.provider, one.operation): StepReplay() for one in rules.states})
    order = _order(rules)
    for attempts in _stories(ledger):
        own = {called(one.provider, one.operation) for one in attempts}
        if own.isdisjoint(result.steps):
            continue
        _record(result, rules, order, _answers(attempts, rules))
        result.was_accepted += any(
            one.state == ACCEPTED
            and one.operation not in CHECKS
            and called(one.provider, one.operation) in result.steps
            for one in attempts
        )
        result.was_usd += sum(_usd(one) for one in attempts)
    if not result.records:
        raise ConfigurationError(
            "nothing to replay: give rows of an earlier run, or the FileLedger that was the session's cache"
            " while a stream with these steps ran"
        )
    return result


def _order(rules: Rules) -> Any:
    return rules.policy if rules.policy is not None else order_for(rules, _ListPrices())[0]


class _ListPrices:
    """Knows what vendors state, and nothing of the caller."""

    prices = None

    def price(self, provider_id: str, pool: str = "") -> Decimal | None:
        return Prices(None).per_credit(registry.info(provider_id), pool)

    def has_credentials(self, provider_id: str) -> bool:
        return True


def _stories(ledger: Any) -> Iterator[list[Attempt]]:
    entries: Iterable[Any] = ledger.entries() if hasattr(ledger, "entries") else ledger or ()
    for entry in entries:
        if isinstance(entry, EnrichedRecord):
            yield [one for one in entry.attempts if one.outcome != "skipped"]
        elif isinstance(entry, Mapping):
            note = entry.get("note", entry)
            if isinstance(note, Mapping) and isinstance(note.get("attempts"), list):
                yield [_attempt(*told) for told in note["attempts"]]


def _attempt(
    provider: str, operation: str, state: str | None, confidence: float | None, usd: str | None, bar: bool
) -> Attempt:
    outcome: Any = {MISSED: "miss", ACCEPTED: "hit", None: "error", "failed": "error"}.get(state, "rejected")
    cost = Cost(usd=None if usd is None else Decimal(usd))
    reason = UNSURE if bar else None
    return Attempt(provider, operation, outcome, reason, cost, confidence=confidence, state=state)


def _usd(attempt: Attempt) -> float:
    return float(attempt.cost.usd or 0)


def _answers(attempts: Iterable[Attempt], rules: Rules) -> dict[str, Answer]:
    """Return what each step said; the verification that follows an answer counts as its cost."""
    answers: dict[str, Answer] = {}
    last: str | None = None
    for one in attempts:
        name = called(one.provider, one.operation)
        if one.operation in CHECKS and rules.operation not in CHECKS:
            if last is not None:
                answers[last] = answers[last]._replace(usd=answers[last].usd + _usd(one))
            continue
        last = None
        if name in answers or one.state is None or one.outcome == "error":
            continue
        answers[name] = Answer(_state(one, rules.quality_threshold), one.confidence, _usd(one))
        last = name
    return answers


def _state(attempt: Attempt, threshold: float | None) -> str:
    """Return how an answer would leave the record with another bar."""
    if attempt.state != ACCEPTED and not below_the_bar(attempt):
        return attempt.state or WRONG
    return BELOW if threshold is not None and (attempt.confidence or 0) < threshold else ACCEPTED


def _record(result: Replay, rules: Rules, order: Any, answers: Mapping[str, Answer]) -> None:
    result.records += 1
    good = sorted(name for name, one in answers.items() if one.state == ACCEPTED and name in result.steps)
    result.overlap.update(combinations(good, 2))
    if len(good) == 1:
        result.steps[good[0]].lift += 1
    left, asked = list(rules.states), 0
    state = SimpleNamespace(attempts=[], segment=None, stop=None, fields={}, purses=())
    while left and (rules.max_providers is None or asked < rules.max_providers):
        place = order.choose(left, state)
        if place is None:
            return
        step = left.pop(place)
        name, asked = called(step.provider, step.operation), asked + 1
        part = result.steps[name]
        part.asked += 1
        answer = answers.get(name)
        if answer is None:
            part.unknown += 1
            result.undecided += 1
            return
        part.usd += answer.usd
        result.usd += answer.usd
        part.found += answer.state != MISSED
        outcome: Any = "miss" if answer.state == MISSED else "hit" if answer.state == ACCEPTED else "rejected"
        state.attempts.append(Attempt(step.provider, step.operation, outcome, state=answer.state))
        if answer.state == ACCEPTED:
            part.accepted += 1
            if not rules.best:
                result.accepted += 1
                return
    result.accepted += any(one.state == ACCEPTED for one in state.attempts)
