"""Questions of one record that are asked in one call: one answer, taken apart, each part weighed by its question."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_DOWN, Decimal
from typing import Any

from leadenrich.contract.shapes import UNKNOWN
from leadenrich.engine.foreign import stopped_by_us
from leadenrich.engine.question import Asked
from leadenrich.errors import BudgetExceededError, FeatureExecutionError, InvalidReplyError, ProviderError
from leadenrich.research.folding import Known, Putting, Saving, alike, joined, saved
from leadenrich.research.loop import Material, QuestionLoop
from leadenrich.results import Attempt, Cost, EnrichedRecord, Hit, Miss, StopReason
from leadenrich.vocabulary import Operation
from leadenrich.waterfall.rules.outcome import Ended
from leadenrich.waterfall.rules.record_state import RecordState
from leadenrich.waterfall.rules.rules import Rules
from leadenrich.waterfall.run.context import RunContext
from leadenrich.waterfall.run.record_loop import loop_of
from leadenrich.waterfall.run.stage import side_by_side
from leadenrich.waterfall.step import StepState

MOST = 8
"""Questions that are asked in one call at most: a model that is asked more at once answers each less well."""


class FoldingLoop(QuestionLoop):
    """A question that is asked together with others of its stage where that is cheaper."""

    @classmethod
    def folds(cls, loops: Mapping[int, QuestionLoop]) -> Sequence[Joint]:
        """Return which of several questions are asked in one call.

        They read the same pages, ask the same models and demand the same of an answer; none has a condition, a bound
        in money or an order of its own, and none searches by itself.
        """
        return tuple(_grouped({place: loop for place, loop in loops.items() if _may(loop)}))


def _may(loop: QuestionLoop) -> bool:
    question, rules = loop.question, loop.rules
    own = rules.condition is not None or rules.policy is not None or rules.order != "listed"
    searches = any(step.operation == Operation.RESEARCH for step in loop.steps)
    return bool(question.given["fold"]) and not (
        own or searches or question.max_usd is not None or rules.allocation == "breadth"
    )


def _grouped(left: dict[int, QuestionLoop]) -> Iterator[Joint]:
    known: Known = {}
    while left:
        place = next(iter(left))
        group, saving = {place: left.pop(place)}, None
        first = group[place]
        for other, loop in list(left.items()):
            if len(group) == MOST:
                break
            if not alike(first.question, loop.question) or first.rules.max_wait != loop.rules.max_wait:
                continue
            asked = [Putting(one.question, one.steps) for one in (*group.values(), loop)]
            if (found := saved(asked, first.session, known)) is not None:
                group[other], saving = left.pop(other), found
        if saving is not None:
            yield Joint(group, saving)


class Joint:
    """Several questions that are asked in one call.

    What cannot be answered together is asked one by one: a part that its question does not take goes on alone, and so
    do all of them where the model declines, breaks the form or is cut off.

    Args:
        loops: of the questions, by their places in the stage.
        saving: what that saves.
    """

    def __init__(self, loops: Mapping[int, QuestionLoop], saving: Saving) -> None:
        self.places, self.loops = tuple(loops), tuple(loops.values())
        self._saving = saving
        self._made: dict[tuple[int, ...], QuestionLoop] = {}

    @property
    def rules(self) -> Rules:
        """Return the rules of the question that asks all of them."""
        return self._loop(tuple(range(len(self.loops)))).rules

    @property
    def note(self) -> str:
        """Return what a plan says of it."""
        names = " and ".join(", ".join(loop.question.columns) for loop in self.loops)
        return f"{names}: asked together in one call, {self._saving}"

    async def work(self, row: EnrichedRecord, purses: tuple[Any, ...]) -> list[Ended]:
        """Take one record through all of them; return how it left each."""
        materials = [Material() for _ in self.loops]
        for index, members in self._wanting(row, purses).items():
            if len(members) > 1:
                await self._ask(index, members, row, purses, materials)
        works = [loop.work(row, purses, one) for loop, one in zip(self.loops, materials, strict=True)]
        return await side_by_side(works)

    def _wanting(self, row: EnrichedRecord, purses: tuple[Any, ...]) -> Mapping[int, tuple[int, ...]]:
        """Return which questions would now ask which step: its index -> their numbers."""
        wanting: dict[int, tuple[int, ...]] = {}
        for number, loop in enumerate(self.loops):
            state = RecordState(row, loop.steps, purses, loop.rules.segment_of(row.data))
            step = None if loop.needless(state) is not None else loop.next_step(state)
            if step is not None:
                wanting[step.index] = (*wanting.get(step.index, ()), number)
        return wanting

    def _loop(self, members: tuple[int, ...]) -> QuestionLoop:
        """Return the loop of the question that asks several of them."""
        if members not in self._made:
            first = self.loops[members[0]]
            question = joined([self.loops[number].question for number in members], where=None)
            made: Any = loop_of(question.rules, first.session, RunContext(first.gate))
            self._made[members] = made
        return self._made[members]

    async def _ask(
        self,
        index: int,
        members: tuple[int, ...],
        row: EnrichedRecord,
        purses: tuple[Any, ...],
        materials: Sequence[Material],
    ) -> None:
        """Ask one model several questions at once, and give each its part of the answer."""
        loop = self._loop(members)
        step = loop.steps[index]
        whole = Material(unread=True)
        try:
            asked = await loop.ask_once(step, RecordState(row, loop.steps, purses, None), whole)
        except asyncio.CancelledError:
            told = "it was cut off before it answered; what it may have cost is in the session's usage"
            cut = Attempt(step.provider, step.operation, "error", told, stop_reason=StopReason.INTERRUPTED)
            row.attempts.append(cut)
            if stopped_by_us():
                raise
            return
        for number in members:
            materials[number].gathered = whole.gathered
        if (why := _why_apart(asked)) is not None:
            row.cost += asked.cost
            row.attempts.append(_attempt(step, asked, f"{len(members)} questions asked together: {why}"))
            return
        for number, cost in zip(members, shares(asked.cost, len(members)), strict=True):
            others = [name for other in members if other != number for name in self.loops[other].question.columns]
            part = _part(asked.result, self.loops[number].question.columns, cost)
            note = f"asked together with {', '.join(others)}"
            materials[number].ready[index] = Asked(part, cost, asked.latency, asked.cached, asked.job_id, note)


def _why_apart(asked: Asked) -> str | None:
    """Return why each question is to be asked alone after all; None: the answer, or the failure, is that of each."""
    result = asked.result
    if isinstance(result, Hit):
        return None if isinstance(result.get("answer"), Mapping) else "the answer is not an object"
    if isinstance(result, Miss):
        return None if result.reason == UNKNOWN else result.reason or "no answer"
    if isinstance(result, InvalidReplyError):
        return result.misfit
    return result.message if isinstance(result, BudgetExceededError | FeatureExecutionError) else None


def _attempt(step: StepState, asked: Asked, why: str) -> Attempt:
    unsent = isinstance(asked.result, BudgetExceededError)
    code = str(asked.result.code) if isinstance(asked.result, ProviderError) else None
    return Attempt(
        step.provider,
        step.operation,
        "skipped" if unsent else "rejected",
        why,
        asked.cost,
        latency=asked.latency,
        cached=asked.cached,
        error=code,
        job_id=asked.job_id,
        stop_reason=StopReason.BUDGET if unsent else None,
    )


def _part(result: Hit | Miss | ProviderError, columns: Mapping[str, Any], cost: Cost) -> Hit | Miss | ProviderError:
    """Return a question's part of a joint answer; what is no answer is each question's own."""
    if not isinstance(result, Hit):
        return result
    part = Hit({name: value for name, value in result.data.items() if name != "answer"})
    part.data["answer"] = {name: result["answer"].get(name) for name in columns}
    part.provider, part.operation, part.observed_at = result.provider, result.operation, result.observed_at
    part.cost, part.cached, part.confidence = cost, result.cached, result.confidence
    return part


def shares(cost: Cost, count: int) -> list[Cost]:
    """Return a cost in so many equal parts, whose sum it is exactly; what cannot be divided is in the first part."""
    usd, unsure = _parts(cost.usd, count), _parts(cost.uncertain_usd, count)
    credits = {purse: _parts(amount, count) for purse, amount in cost.credits.items()}
    uncertain = {purse: _parts(amount, count) for purse, amount in cost.uncertain_credits.items()}
    return [
        Cost(
            usd=usd[number],
            credits={purse: amount for purse, parts in credits.items() if (amount := parts[number])},
            calls=cost.calls if number == 0 else 0,
            uncertain_usd=unsure[number],
            uncertain_credits={purse: amount for purse, parts in uncertain.items() if (amount := parts[number])},
        )
        for number in range(count)
    ]


SMALLEST = Decimal("1e-12")
"""The least part of a USD or of a credit that is told apart."""


def _parts(amount: Decimal | None, count: int) -> list[Any]:
    if amount is None:
        return [None] * count
    unit = Decimal(1) if amount == amount.to_integral_value() and amount >= count else SMALLEST
    part = (amount / count).quantize(unit, ROUND_DOWN)
    return [amount - part * (count - 1), *[part] * (count - 1)]
