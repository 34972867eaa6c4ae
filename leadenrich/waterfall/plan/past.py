"""Past answers, record by record, in a form that another order can be played over: values apart, verified once each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, NamedTuple

from leadenrich.errors import called
from leadenrich.results import Attempt, Cost, EnrichedRecord
from leadenrich.waterfall.rules.rules import Rules
from leadenrich.waterfall.rules.verification import CHECKS
from leadenrich.waterfall.run.story import UNSURE, below_the_bar, domain_mark, record_marks
from leadenrich.waterfall.stats.attempt_log import ACCEPTED, BELOW, CATCH_ALL, MISSED, WRONG


class Answer(NamedTuple):
    """What one step said of one record, then.

    Attributes:
        state: how that left the record. confidence: how sure it was. usd: what it cost, None: it was paid before.
        value: which value, None: not known. catch_all: of a domain that accepts every address.
        bar: only a bar kept it from being accepted.
    """

    state: str
    confidence: float | None
    usd: float | None
    value: int | None
    catch_all: bool
    bar: bool

    def now(self, rules: Rules, sure: float | None, seen: Iterable[Answer]) -> str:
        """Return how it leaves the record under other rules.

        Args:
            rules: the waterfall's.
            sure: the confidence after verification, None where there was none.
            seen: the answers that come before it.
        """
        threshold = rules.quality_threshold
        confidence = self.confidence if sure is None else sure
        reaches = threshold is None or (confidence or 0) >= threshold
        if self.catch_all and self.state != WRONG:
            if rules.catch_all == "agree":
                agreed = self.value is not None and any(one.value == self.value for one in seen)
                return ACCEPTED if agreed else CATCH_ALL
            if rules.catch_all == "keep" and self.state == BELOW and not self.bar:
                return BELOW  # something else spoke against it, such as a domain that is not the company's
            return ACCEPTED if rules.catch_all == "keep" and reaches else CATCH_ALL
        if self.state != ACCEPTED and not self.bar:
            return self.state
        return ACCEPTED if reaches else BELOW


@dataclass(slots=True)
class Story:
    """What is known of one record, whichever runs it was in.

    Attributes:
        answers: by "provider.operation". checks: value -> USD of its verification. sure: value -> confidence after it.
        domain: of its company, as a hash. was_accepted, was_usd: what really came of it, in the first run it was in.
        attempts: those of its first run.
    """

    answers: dict[str, Answer] = field(default_factory=dict)
    checks: dict[int | None, float] = field(default_factory=dict)
    sure: dict[int | None, float] = field(default_factory=dict)
    domain: str | None = None
    was_accepted: bool = False
    was_usd: float = 0.0
    attempts: list[Attempt] = field(default_factory=list)

    def add(self, attempts: Iterable[Attempt], steps: Iterable[str], checking: bool) -> None:
        """Add what one run said of the record.

        Args:
            attempts: of that run.
            steps: the steps that count.
            checking: the steps themselves verify.
        """
        last: int | None = None
        mine = set(steps)
        for place, one in enumerate(attempts):
            name, usd = called(one.provider, one.operation), float(one.cost.usd or 0)
            self.was_usd += usd
            if one.operation in CHECKS and not checking:
                value = one.value if one.value is not None else last
                if not one.cached or value not in self.checks:
                    self.checks[value] = self.checks.get(value, 0.0) + usd
                if one.confidence is not None and one.state == ACCEPTED:
                    self.sure[value] = one.confidence
                continue
            if one.state is None or one.outcome == "error":
                continue
            self.was_accepted = self.was_accepted or (name in mine and one.state == ACCEPTED)
            value = one.value if one.value is not None else -1 - place  # not known: of its own
            last = value
            bought = None if one.cached and not usd else usd
            known = self.answers.get(name)
            if known is None:
                all_of = one.catch_all or one.state == CATCH_ALL
                self.answers[name] = Answer(one.state, one.confidence, bought, value, all_of, below_the_bar(one))
            elif known.usd is None and bought is not None:
                self.answers[name] = known._replace(usd=bought)
        self.attempts = self.attempts or list(attempts)


@dataclass(slots=True)
class Prices:
    """What answers of each step cost on average: USD where nothing was found, where something was; and to verify."""

    sums: dict[tuple[str, bool], list[float]] = field(default_factory=lambda: defaultdict(lambda: [0.0, 0.0]))
    checked: list[float] = field(default_factory=lambda: [0.0, 0.0])

    def learn(self, story: Story) -> None:
        """Take a record into account."""
        for name, one in story.answers.items():
            if one.usd is not None:
                sums = self.sums[name, one.state != MISSED]
                sums[0] += 1
                sums[1] += one.usd
        found = {one.value for one in story.answers.values() if one.state != MISSED}
        self.checked[0] += len(found | story.checks.keys())  # some are refused before they are verified
        self.checked[1] += sum(story.checks.values())

    def of(self, name: str, hit: bool) -> float | None:
        """Return USD for an answer; None: none was bought."""
        count, usd = self.sums.get((name, hit), (0.0, 0.0))
        return usd / count if count else None

    @property
    def check(self) -> float:
        """Return USD for the verification of a value, on average."""
        return self.checked[1] / self.checked[0] if self.checked[0] else 0.0


def stories(ledger: Any, steps: Iterable[str], checking: bool) -> list[Story]:
    """Return what is known of each record that some of the steps were asked about.

    Args:
        ledger: a `FileLedger`, or rows of one run or several.
        steps: "provider.operation" of each.
        checking: the steps themselves verify.
    """
    mine = set(steps)
    known: dict[str, Story] = {}
    found: list[Story] = []
    for attempts, marks, domain in _told(ledger):
        if mine.isdisjoint(called(one.provider, one.operation) for one in attempts):
            continue
        story = next((known[mark] for mark in marks if mark in known), None)
        if story is None:
            story = Story(domain=domain)
            found.append(story)
        story.add(attempts, mine, checking)
        known.update(dict.fromkeys(marks, story))
    return found


def _told(ledger: Any) -> Iterator[tuple[list[Attempt], list[str], str | None]]:
    """Yield (attempts, whom the record is about, its domain) of each row of each run."""
    entries: Iterable[Any] = ledger.entries() if hasattr(ledger, "entries") else ledger or ()
    for entry in entries:
        if isinstance(entry, EnrichedRecord):
            asked = [one for one in entry.attempts if one.outcome != "skipped"]
            yield asked, record_marks(entry), domain_mark(entry.data)
        elif isinstance(entry, Mapping):
            note = entry.get("note", entry)
            if isinstance(note, Mapping) and isinstance(note.get("attempts"), list):
                marks = note.get("record") or [mark for person in note.get("people", ())[:1] for mark in person]
                yield [_attempt(*told) for told in note["attempts"]], list(marks), note.get("domain")


def _attempt(
    provider: str,
    operation: str,
    state: str | None,
    confidence: float | None,
    usd: str | None,
    bar: bool,
    value: int | None = None,
    catch_all: bool = False,
    cached: bool = False,
    latency: float | None = None,
    error: str | None = None,
) -> Attempt:
    outcome: Any = {MISSED: "miss", ACCEPTED: "hit", None: "error", "failed": "error"}.get(state, "rejected")
    cost = Cost(usd=None if usd is None else Decimal(usd))
    reason = UNSURE if bar else None
    made = Attempt(provider, operation, outcome, reason, cost, confidence=confidence, state=state, cached=cached)
    return replace(made, value=value, catch_all=catch_all, latency=latency, error=error)
