"""One order played over past answers: known ones as they were, unknown ones as the other records say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, NamedTuple

from leadenrich.engine.prices import Prices as ListPrices
from leadenrich.engine.validation import has
from leadenrich.errors import ConfigurationError, called
from leadenrich.registry import registry
from leadenrich.results import Attempt
from leadenrich.waterfall.choice.order import Charges, Order
from leadenrich.waterfall.choice.policies import order_for
from leadenrich.waterfall.plan.past import Answer, Prices, Story, stories
from leadenrich.waterfall.plan.unknown import Doubt, Guess, Unknown
from leadenrich.waterfall.rules.rules import Rules
from leadenrich.waterfall.rules.verification import CHECKS
from leadenrich.waterfall.stats.attempt_log import ACCEPTED, CATCH_ALL, MISSED, AttemptLog
from leadenrich.waterfall.stats.statistics import Estimate, Stats
from leadenrich.waterfall.step import StepState

NEARLY = 0.999
"""So sure that nothing more is asked at a domain."""


@dataclass(frozen=True, slots=True)
class Past:
    """Past records, what their answers cost, and what they say of the rates."""

    stories: Sequence[Story]
    prices: Prices
    stats: Stats


def past_of(ledger: Any, rules: Rules) -> Past:
    """Return what a ledger, or rows, tell of a waterfall's steps.

    Raises:
        ConfigurationError: nothing.
    """
    if not hasattr(ledger, "entries"):
        has("what is replayed", ledger, ("__iter__",), "a FileLedger, or rows of an earlier run")
    names = [called(one.provider, one.operation) for one in rules.states]
    told = stories(ledger, names, rules.operation in CHECKS)
    if not told:
        raise ConfigurationError(
            "nothing to replay: give rows of an earlier run, or the FileLedger that was the session's cache"
            " while a stream with these steps ran"
        )
    stats, prices = Stats(rules.stats.priors, correlation=rules.stats.correlation, half_life=None), Prices()
    for story in told:
        prices.learn(story)
        stats.learn(AttemptLog(rules.operation, None, tuple(_as_now(story, rules))))
    return Past(told, prices, stats)


def _as_now(story: Story, rules: Rules) -> Iterator[Attempt]:
    """Yield a record's answers with the states that they have under the rules."""
    seen: list[Answer] = []
    for one in story.attempts:
        answer = story.answers.get(called(one.provider, one.operation))
        if answer is not None:
            yield replace(one, state=answer.now(rules, story.sure.get(answer.value), seen))
            seen.append(answer)


@dataclass(slots=True)
class Outcome:
    """What comes of one record.

    Attributes:
        found: it is completed by what is known. undecided: an unknown answer would have decided. usd: up to there.
        expected, expected_usd: with unknown answers as expected.
        steps: (name, state or None where the answer is not known, USD) of each step asked up to there.
        turns: every step that may be asked, in turn.
    """

    found: bool = False
    undecided: bool = False
    usd: float = 0.0
    expected: float = 0.0
    expected_usd: float = 0.0
    steps: list[tuple[str, str | None, float]] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)

    def doubt(self, whole: Doubt) -> None:
        """Add to `whole` how far the record may come to something else, because answers are not known."""
        usd = values = 0.0
        for turn in reversed(self.turns):
            more, further = turn.hit - turn.miss - turn.ends * usd, turn.good - turn.ends * values
            if turn.guess is not None:
                whole.add(turn.guess, turn.chance, more, further)
                found = turn.chance * turn.guess.find
                whole.add_verdict(turn.guess.pair[1], turn.ends, turn.weight, found, -usd, bool(turn.good) - values)
            find = 1.0 if turn.guess is None else turn.guess.find
            usd, values = usd + turn.miss + find * more, values + find * further


class Turn(NamedTuple):
    """One step that may be asked about a record.

    Attributes:
        chance: that it is (0-1). guess: what is expected of its answer, None where that is known.
        hit, miss: USD where something is found (where it is known: whatever it was), and where nothing is.
        good, ends: the chances, where something is found, that it is accepted, and that nobody else is asked then.
        weight: how many records' experience is behind these.
    """

    chance: float
    guess: Guess | None
    hit: float
    miss: float
    good: float
    ends: float
    weight: float = 0.0


class Player:
    """Plays a waterfall's order over past records.

    Args:
        rules: the waterfall's. past: the records. without: a step that is left out, by name.
    """

    def __init__(self, rules: Rules, past: Past, without: str | None = None) -> None:
        self.rules, self.past = rules, past
        self._steps = [one for one in rules.states if called(one.provider, one.operation) != without]
        known = rules.stats.records > 0 or rules.order == "listed"
        own = rules if known else replace(rules, stats=past.stats)
        self._order, self._pricing = order_for(own, _ListPrices())
        self._named = {called(one.provider, one.operation): one for one in rules.states}
        if self._order.kind != "expected_time":  # by what answers were bought for
            self._order = Order(own.stats, self._order.kind, self._charges, value=rules.value)
        self._over: dict[str, float] = {}  # domains at which nothing more is asked, with the chance of that
        self._unknown = Unknown(past.stories, rules)
        self._domains = _seen_of(past.stories)

    def outcomes(self) -> Iterator[Outcome]:
        """Yield what comes of each record, in turn."""
        self._over = {}
        for story in self.past.stories:
            yield self._outcome(story)

    def _outcome(self, story: Story) -> Outcome:
        rules, out = self.rules, Outcome()
        over = self._over.get(story.domain or "", 0.0)
        if over > NEARLY:
            return out
        left, asked, chance = list(self._steps), 0, 1.0 - over
        out.undecided = over > 0
        state: Any = SimpleNamespace(attempts=[], segment=None, stop=None, stop_reason=None, fields={}, purses=())
        seen: list[Answer] = []
        checked: set[int | None] = set()
        while left and (rules.max_providers is None or asked < rules.max_providers):
            place = self._choose(left, state)
            if place is None:
                break
            step = left.pop(place)
            name, asked = called(step.provider, step.operation), asked + 1
            answer = story.answers.get(name)
            if answer is None:
                chance *= 1 - self._guess(out, story, step, name, chance, checked)
                state.attempts.append(Attempt(step.provider, step.operation, "miss", state=MISSED))
                continue
            now = answer.now(rules, story.sure.get(answer.value), seen)
            usd = self._price(name, step, answer)
            if answer.value not in checked:
                checked.add(answer.value)
                usd += story.checks.get(answer.value, 0.0)
            seen.append(answer)
            out.expected_usd += chance * usd
            over = (now == ACCEPTED and not rules.best) or (now == CATCH_ALL and rules.catch_all_ends)
            out.turns.append(Turn(chance, None, usd, 0.0, float(now == ACCEPTED), float(over)))
            if not out.undecided:
                out.usd += usd
                out.steps.append((name, now, usd))
            outcome: Any = "miss" if now == MISSED else "hit" if now == ACCEPTED else "rejected"
            state.attempts.append(Attempt(step.provider, step.operation, outcome, state=now))
            if now == ACCEPTED and not rules.best:
                out.expected += chance
                out.found = not out.undecided
                return out
            if now == CATCH_ALL and rules.catch_all_ends:
                self._show(story, chance)
                return out
        if rules.best and any(one.state == ACCEPTED for one in state.attempts):
            out.expected += chance
            out.found = not out.undecided
        return out

    def _choose(self, left: Sequence[StepState], state: Any) -> int | None:
        if self.rules.policy is not None:
            return self.rules.policy.choose(left, state)
        order: Order = self._order
        return order.settled(left, order.stats.situation(state.attempts))

    def _show(self, story: Story, chance: float) -> None:
        """Note the chance that a record has shown its domain to accept every address."""
        rules = self.rules
        if rules.catch_all == "reject" and rules.catch_all_memory and story.domain is not None:
            self._over[story.domain] = min(self._over.get(story.domain, 0.0) + chance, 1.0)

    def _guess(
        self, out: Outcome, story: Story, step: StepState, name: str, chance: float, checked: set[int | None]
    ) -> float:
        """Take an unknown answer as the other records have it; return the chance that it ends the record."""
        if not out.undecided:
            out.undecided = True
            out.steps.append((name, None, 0.0))
        stats = self.past.stats
        everything = [
            Attempt(self._named[other].provider, self._named[other].operation, "hit", state=one.state)
            for other, one in story.answers.items()
            if other in self._named
        ]
        one = stats.estimate(stats.number(step.provider, step.operation), stats.situation(everything))
        guess = self._unknown.of(name, story)
        hit, miss = self._usual(name, step, hit=True), self._usual(name, step, hit=False)
        accept, caught = self._at_its_domain(story, one)
        ends = 0.0 if self.rules.best else min(accept + (caught if self.rules.catch_all_ends else 0.0), 1.0)
        same = accept if checked else 0.0  # the value that another gave is verified already
        hit += (1 - same) * self.past.prices.check
        out.expected_usd += chance * (guess.find * hit + (1 - guess.find) * miss)
        out.expected += chance * guess.find * accept
        out.turns.append(Turn(chance, guess, hit, miss, accept, ends, one.accept_weight))
        if self.rules.catch_all_ends:
            self._show(story, chance * guess.find * caught)
        return guess.find * ends

    def _at_its_domain(self, story: Story, one: Estimate) -> tuple[float, float]:
        """Return the chances (0-1) that an answer is accepted, and that it is one of a catch-all domain.

        What other answers have shown of the record's domain is known; only an agreement of two is still open there.
        """
        caught = (1 - one.accept) * one.rejections[2]
        seen = self._domains.get(story.domain or "")
        if seen is None and any(told.state == ACCEPTED and not told.catch_all for told in story.answers.values()):
            seen = False
        if seen and (self.rules.catch_all_ends or (self.rules.catch_all == "agree" and not story.answers)):
            return 0.0, 1.0
        if seen is False:
            return one.accept / max(1 - caught, one.accept, 1e-9), 0.0
        return one.accept, caught

    def _price(self, name: str, step: StepState, answer: Answer) -> float:
        if answer.usd is not None:
            return answer.usd
        return self._usual(name, step, hit=answer.state != MISSED)

    def _charges(self, step: StepState) -> Charges:
        name = called(step.provider, step.operation)
        hit, miss = self._usual(name, step, hit=True), self._usual(name, step, hit=False)
        return Charges(miss, hit, self.past.prices.check)

    def _usual(self, name: str, step: StepState, *, hit: bool) -> float:
        bought = self.past.prices.of(name, hit)
        if bought is not None:
            return bought
        charges = self._pricing.charges(step)
        return charges.hit if hit else charges.miss


def _seen_of(stories: Sequence[Story]) -> dict[str, bool]:
    """Return whether a company's domain accepts every address, where its records' answers have shown that."""
    seen: dict[str, bool] = {}
    for story in stories:
        for one in story.answers.values():
            if story.domain is None or one.value is None:
                continue
            if one.state == CATCH_ALL:
                seen[story.domain] = True
            elif one.state == ACCEPTED and story.sure.get(one.value) is not None:
                seen.setdefault(story.domain, one.catch_all)
    return seen


class _ListPrices:
    """Knows what vendors state, and nothing of the caller."""

    prices = None

    def price(self, provider_id: str, pool: str = "") -> Decimal | None:
        return ListPrices(None).per_credit(registry.info(provider_id), pool)

    def has_credentials(self, provider_id: str) -> bool:
        return True
