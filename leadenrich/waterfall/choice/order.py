"""Who is asked next: one index for every way of charging, conditional, greedy, learned while running."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple

from leadenrich.results import StopReason
from leadenrich.waterfall.rules.record_state import RecordState
from leadenrich.waterfall.stats.attempt_log import MISSED, AttemptLog
from leadenrich.waterfall.stats.statistics import Estimate, Stats
from leadenrich.waterfall.step import StepState

Kind = Literal["listed", "expected_cost", "expected_time"]

REFRESH = 8
"""A choice is thought over again when a situation was met an eighth more often than when it was made."""

SOON = 50
"""But after so many times at the latest, so that it follows vendors who change."""

RIVALS = 2
"""How many of the next in line are compared pairwise with the one of the lowest index."""

TRUSTED = 150
"""How many records of a situation make what is known of it count half in that comparison."""

CLEAR = 0.03
"""How much cheaper (as a share) the other way round must be for two steps to change places, while little is known."""

ENOUGH = 30
"""How often a situation is met before what is known of it is taken as it is."""

MAX_CHOICES = 20_000
"""How many situations' choices are remembered; then they are thought over anew."""

BOLDNESS = 1.0
"""How far choices wander while little is known: 1 is Thompson sampling, less is more cautious, 0 never explores."""


CALM = 0.35
"""What is left of that once two half-lives have been seen: what fades would else be tried out for ever."""


class Charges(NamedTuple):
    """What one question takes, in USD (or seconds): when nothing is found, when something is, and to verify that."""

    miss: float = 0.0
    hit: float = 0.0
    check: float = 0.0

    def expected(self, find: float) -> float:
        """Return what a question takes on average at a find rate."""
        return self.miss * (1 - find) + (self.hit + self.check) * find


def index(
    find: float, accept: float, *, call: float = 0.0, hit: float = 0.0, miss: float = 0.0, verify: float = 0.0
) -> float:
    """Return what a step is expected to cost for each value it gets accepted; steps are best asked in its order.

    `(c + m (1 - q) + q (h + v)) / (q a)`.

    Args:
        find: share of questions answered, `q`.
        accept: share of the answers that are accepted, `a`.
        call: cost of each question, `c`.
        hit: cost of each answer, `h`.
        miss: fee where nothing is found, `m`.
        verify: expected cost of verifying an answer, `v`.

    Returns:
        USD for each accepted value; infinity where nothing is ever accepted.
    """
    good = find * accept
    return (call + miss * (1 - find) + find * (hit + verify)) / good if good > 0 else float("inf")


class Choice:
    """What was chosen in a situation and what that is expected to cost for a value; likewise without exploring."""

    __slots__ = ("index", "place", "sure", "sure_index", "tried_again", "until", "uses")

    def __init__(self, place: int, index: float, sure: int, sure_index: float, uses: int, until: int) -> None:
        self.place, self.index, self.sure, self.sure_index = place, index, sure, sure_index
        self.uses, self.until = uses, until
        self.tried_again = False


class Order:
    """Chooses steps by their index, in one session; what `order=` names.

    Args:
        stats: the rates. kind: by cost, by time, or as listed (then it only leaves out what is not worth it).
        charges: gives a step's charges in USD. delays: gives them in seconds, for "expected_time".
        value: USD that a filled field is worth. limit: gives the index above which a step is left out for a record,
            None for no limit; see `allocation`.
        boldness: how far choices wander while little is known. seed: of that. known: says whether a step's price is
            known; one whose price is assumed is never left out for it.
    """

    def __init__(
        self,
        stats: Stats,
        kind: Kind,
        charges: Callable[[StepState], Charges],
        *,
        delays: Callable[[StepState], Charges] | None = None,
        value: float | None = None,
        limit: Callable[[float, RecordState], bool] | None = None,
        boldness: float = BOLDNESS,
        seed: int = 0,
        known: Callable[[StepState], bool] | None = None,
    ) -> None:
        self.stats, self.kind, self.value, self.limit = stats, kind, value, limit
        self._charges, self._delays, self._known = charges, delays, known
        self._boldness = 0.0 if stats.frozen or kind == "listed" else boldness
        self._random = random.Random(seed)
        self._choices: dict[Any, Choice] = {}

    def choose(self, candidates: Sequence[StepState], state: RecordState) -> int | None:
        """Return the place of the candidate to ask now, None where none of them is worth its cost."""
        situation = self.stats.situation(state.attempts)
        if self.kind != "listed":
            return self._chosen(candidates, situation, state)
        for place, step in enumerate(candidates):  # the first that is worth its cost
            if self._chosen((step,), situation, state) is not None:
                state.stop = state.stop_reason = None
                return place
        return None

    def _chosen(self, candidates: Sequence[StepState], situation: int, state: RecordState) -> int | None:
        key = (state.segment, situation, *[step.index for step in candidates])
        choice = self._choices.get(key)
        if choice is None or choice.uses >= choice.until:
            choice = self._thought_over(key, candidates, situation, state.segment)
        choice.uses += 1
        if self._worth(choice.index, choice, state):
            return choice.place
        if choice.place != choice.sure and self._worth(choice.sure_index, choice, state):
            return choice.sure  # what is tried out for once is not worth it, but what is known to be best is
        return None

    def _worth(self, index: float, choice: Choice, state: RecordState) -> bool:
        """Return whether a step of an index is worth asking for a record; where not, the record says why."""
        if self.value is not None and index > self.value and not choice.tried_again:
            state.stop = f"a value is expected to cost ${index:.2g} here, above value={self.value:g}"
            state.stop_reason = StopReason.NOT_WORTH_COST
            return False
        return self.limit is None or self.limit(index, state)

    def settled(
        self, candidates: Sequence[StepState], situation: int, segment: str | None = None, limit: float | None = None
    ) -> int | None:
        """Return the place of the candidate that is chosen by what is known now, without exploring.

        Args:
            candidates: the steps that can be asked.
            situation: see `Stats`.
            segment: the record's.
            limit: the highest index of a step that is asked; None for no limit but `value`.
        """
        estimates = [self.estimate(step, situation, segment) for step in candidates]
        limits = [one for one in (limit, self.value) if one is not None]
        if self.kind == "listed":
            within = (
                place
                for place, (step, one) in enumerate(zip(candidates, estimates, strict=True))
                if not limits or self.index_of(step, one) <= min(limits)
            )
            return next(within, None)
        place = self._first(candidates, estimates, situation, segment, 0.0)
        if limits and self.index_of(candidates[place], estimates[place]) > min(limits):
            return None
        return place

    def _thought_over(
        self, key: tuple[Any, ...], candidates: Sequence[StepState], situation: int, segment: str | None
    ) -> Choice:
        """Choose anew; the choice stands until the situation was met an eighth more often."""
        estimates = [self.estimate(step, situation, segment) for step in candidates]
        boldness = self._boldness * (CALM if self._is_settled else 1.0)
        place = self._first(candidates, estimates, situation, segment, boldness) if len(candidates) > 1 else 0
        if len(self._choices) >= MAX_CHOICES:
            self._choices.clear()
        before = self._choices.get(key)
        uses = 0 if before is None else before.uses
        index = sure_index = self.index_of(candidates[place], estimates[place])
        sure = place
        if self._boldness and len(candidates) > 1 and (self.value is not None or self.limit is not None):
            sure = self._first(candidates, estimates, situation, segment, 0.0)
            sure_index = self.index_of(candidates[sure], estimates[sure])
        choice = self._choices[key] = Choice(
            place, index, sure, sure_index, uses, uses + 1 + min(uses // REFRESH, SOON)
        )
        # What is left out teaches nothing more; while little is known of it, it is asked once in a while.
        choice.tried_again = uses > 0 and estimates[place].asked < ENOUGH and self._random.random() < self._boldness / 8
        return choice

    @property
    def _is_settled(self) -> bool:
        half_life = self.stats.half_life
        return half_life is not None and self.stats.records >= 2 * half_life

    def _first(
        self,
        candidates: Sequence[StepState],
        estimates: Sequence[Estimate],
        situation: int,
        segment: str | None,
        boldness: float,
    ) -> int:
        """Return the place of the one to ask first: the lowest index, unless the next in line should go before it."""
        drawn = [self._expected(step, one, boldness) for step, one in zip(candidates, estimates, strict=True)]
        ranks = [cost / good if good > 0 else float("inf") for cost, good in drawn]
        best, *others = sorted(range(len(ranks)), key=ranks.__getitem__)[: 1 + RIVALS]
        for other in others:
            if ranks[other] > 2 * ranks[best]:
                break
            if self._swap(candidates, estimates, drawn, (best, other), situation, segment):
                best = other
        return best

    def _swap(
        self,
        candidates: Sequence[StepState],
        estimates: Sequence[Estimate],
        drawn: Sequence[tuple[float, float]],
        pair: tuple[int, int],
        situation: int,
        segment: str | None,
    ) -> bool:
        """Return whether the second of a pair should go before the first, given what each says of the other.

        After both, the situation is the same whichever went first, so the cheaper of the two orders is right. Where
        steps know nothing of each other this is the comparison of their indices; alike ones take each other's hits.
        """
        costs, sure = [], 1.0
        for one, other in (pair, pair[::-1]):
            first, second = candidates[one], candidates[other]
            number, asked = (self.stats.number(step.provider, step.operation) for step in (first, second))
            plain, left, after = self._mean(second, estimates[other]), 0.0, 0.0
            for state, share in estimates[one].unaccepted:
                then = self.stats.after(situation, number, state)
                seen = self.stats.asked(asked, then, segment)
                trust = seen / (seen + TRUSTED)
                left += share
                after += share * plain
                if trust > 0.05:
                    told = self._mean(second, self.stats.estimate(asked, then, segment))
                    after += share * (told - plain) * trust
                if state == MISSED:
                    sure = min(sure, trust)
            ratio = after / (plain * left) if plain * left > 0 else 1.0
            cost, good = drawn[one]
            costs.append(cost + (1 - good) * drawn[other][0] * ratio)
        return costs[1] < costs[0] * (1 - CLEAR * (1 - sure) - 1e-9)

    def _mean(self, step: StepState, estimate: Estimate) -> float:
        return self._takes(step).expected(estimate.find)

    def _takes(self, step: StepState) -> Charges:
        return self._delays(step) if self.kind == "expected_time" and self._delays else self._charges(step)

    def _expected(self, step: StepState, estimate: Estimate, boldness: float) -> tuple[float, float]:
        """Return (what asking takes, chance of an accepted value); while little is known, as drawn at random."""
        find, accept = estimate.find, estimate.accept
        if boldness:
            find = self._drawn(find, estimate.find_weight / boldness**2)
            accept = self._drawn(accept, estimate.accept_weight / boldness**2)
        return self._takes(step).expected(find), find * accept

    def _drawn(self, rate: float, weight: float) -> float:
        return self._random.betavariate(rate * weight, (1 - rate) * weight) if 0 < rate < 1 else rate

    def estimate(self, step: StepState, situation: int = 0, segment: str | None = None) -> Estimate:
        """Return what is expected of a step in a situation."""
        return self.stats.estimate(self.stats.number(step.provider, step.operation), situation, segment)

    def index_of(self, step: StepState, estimate: Estimate) -> float:
        """Return the USD a step is expected to cost for each value it gets accepted; 0 where its price is assumed."""
        if self._known is not None and not self._known(step):
            return 0.0
        good = estimate.find * estimate.accept
        return self._charges(step).expected(estimate.find) / good if good > 0 else float("inf")

    def learn(self, log: AttemptLog) -> None:
        """Take a finished record into account."""
        self.stats.learn(log)
