"""One record's question: pages gathered once, a model asked, its answer checked, repaired once, weighed."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from leadenrich.contract import Query
from leadenrich.engine.budget import Budget
from leadenrich.engine.question import Asked
from leadenrich.errors import InvalidReplyError, ProviderError
from leadenrich.registry import registry
from leadenrich.research.evidence import Page
from leadenrich.research.gather import Gathered, Gatherer, planned, unpriced, usd_of
from leadenrich.research.guard import visible
from leadenrich.research.messages import message_of, pages_part
from leadenrich.research.prefix import LEAST, Beginnings
from leadenrich.research.prompts import HOLE, Prompt
from leadenrich.research.reading import Reading, Votes
from leadenrich.research.terms import Terms
from leadenrich.results import Attempt, EnrichedRecord, Hit, Miss
from leadenrich.waterfall.asker import Asker
from leadenrich.waterfall.rules.merge import same
from leadenrich.waterfall.rules.outcome import Ended
from leadenrich.waterfall.rules.record_state import RecordState
from leadenrich.waterfall.rules.rules import Rules
from leadenrich.waterfall.run.context import RunContext
from leadenrich.waterfall.run.record_loop import RecordLoop
from leadenrich.waterfall.step import StepState

ONCE_MORE = "Your last answer did not have the form asked for ({why}). Answer again, in that form alone."


@dataclass(slots=True)
class Material:
    """What one record's question has at hand.

    Attributes:
        gathered: the pages. said: what models have said so far, by column. ready: answers that are there already, by
            the index of the step. unread: an answer is returned as it came.
    """

    gathered: Gathered | None = None
    said: Votes = field(default_factory=dict)
    ready: dict[int, Asked] = field(default_factory=dict)
    unread: bool = False


class QuestionLoop(RecordLoop):
    """A question bound to a session.

    Args:
        question: its terms. The others as `RecordLoop`.
    """

    def __init__(self, question: Terms, rules: Rules, session: Asker, context: RunContext | None = None) -> None:
        super().__init__(rules, session, context)
        self.question = question
        self.gatherer = Gatherer(session, question.search, question.read, question.limits)
        self.beginnings = Beginnings()
        self._nothing = session.ledger(Budget(usd=0), "pages without a model", warn=False)
        self._at_hand: dict[int, Material] = {}

    async def work(self, row: EnrichedRecord, purses: tuple[Any, ...] = (), material: Material | None = None) -> Ended:
        """Take one record through; every column of the question is a field of the row, None where it was not found.

        Args:
            row: as in `RecordLoop`.
            purses: likewise.
            material: what is at hand already.
        """
        if self.question.max_usd is not None:
            purses = (*purses, self.session.ledger(self.question.max_usd, "question", warn=False))
        material = self._at_hand[id(row)] = Material() if material is None else material
        try:
            ended = await super().work(row, purses)
            if ended.status == "partial" and ended.reason is None and (split := self._split(material)):
                return ended._replace(reason=f"no {self.question.agree} models say the same of {' and '.join(split)}")
            return ended
        finally:
            del self._at_hand[id(row)]
            for name in self.question.columns:
                row.data.setdefault(name, None)

    def _split(self, material: Material) -> list[str]:
        """Return the columns of which too few models say the same."""
        return [
            name
            for name, votes in material.said.items()
            if all(sum(same(vote[1], other[1]) for other in votes) < self.question.agree for vote in votes)
        ]

    tries = 2  # an answer of another form is asked for once more

    @property
    def cap(self) -> Decimal | None:
        """Return the question's bound in money."""
        return None if self.question.max_usd is None else self.question.max_usd.usd

    def most_before(self) -> Decimal | None:
        """Return the most that searches and pages take."""
        question = self.question
        sources = [one for one in (*question.search, *question.read) if self.session.has_credentials(one.step.provider)]
        dearest = [usd_of(one, self.session, most=True) for one in sources]
        known = [usd for usd in dearest if usd is not None]
        return max(known, default=Decimal(0)) * question.limits.steps if len(known) == len(dearest) else None

    def missing_prices(self) -> Mapping[str, str]:
        """Return the entries of `prices=` that its sources lack."""
        sources = [one for one in (*self.question.search, *self.question.read)]
        able = [one for one in sources if self.session.has_credentials(one.step.provider)]
        return {name: what for one in able for name, what in unpriced(one, self.session).items()}

    def before(self, records: float, per_company: float) -> Mapping[Any, Any]:
        """Return the searches and page reads of a plan; the people of a company share theirs."""
        question = self.question
        own = records / per_company if question.pages_by_company else records
        words = question.look_for.text
        return planned(question.search, question.read, words, question.limits, self.session, own)

    def next_step(self, state: RecordState) -> StepState | None:
        """Return the step to ask now: one whose answer is there already, else as usual."""
        at_hand = self._at_hand.get(id(state.row))
        ready = at_hand.ready if at_hand is not None else {}
        return next((step for step in state.pending if step.index in ready), None) or super().next_step(state)

    async def ask_once(self, step: StepState, state: RecordState, material: Material) -> Asked:
        """Ask one model once, and return its answer as it came; the pages are gathered for it where they are not."""
        self._at_hand[id(state.row)] = material
        try:
            return await self._put_in_turn(step, state, state.row.data)
        except ProviderError as error:
            return Asked(error)
        finally:
            del self._at_hand[id(state.row)]

    async def put(self, step: StepState, state: RecordState, fields: Mapping[str, Any]) -> Asked:
        """Put the question to one model; an answer of another form is asked for once more, then counts as a miss."""
        material = self._at_hand[id(state.row)]
        if material.gathered is None:
            purses = state.purses if self._can_be_paid(step, state) else (*state.purses, self._nothing)
            material.gathered = await self._gather(state.row, fields, purses)
        message = message_of(self.question, fields, material.gathered)
        if material.unread:
            return await self._sent(step, state, material, message)
        if (ready := material.ready.pop(step.index, None)) is not None:
            asked, why = self._checked(ready, step, state, material)
        else:
            asked, why = await self._once(step, state, material, message)
        if why is None:
            return asked
        self._note(
            state,
            Attempt(
                step.provider,
                step.operation,
                "rejected",
                f"the answer does not have its form: {why}",
                asked.cost,
                latency=asked.latency,
                cached=asked.cached,
            ),
        )
        state.row.cost += asked.cost
        asked, why = await self._once(step, state, material, f"{message}\n\n{ONCE_MORE.format(why=why)}")
        if why is None:
            return asked
        miss = Miss(f"twice no answer of its form: {why}")
        return Asked(miss, asked.cost, asked.latency, asked.cached, asked.job_id)

    def _can_be_paid(self, step: StepState, state: RecordState) -> bool:
        """Return whether the budgets can still pay the model; where not, pages are only taken if they cost nothing."""
        prices = self.session.prices
        if prices is None or not self.question.gathers:
            return True
        options = {**step.options, "prompt": self.question.prompt.text}
        usd = prices.usd(registry.info(step.provider), step.feature.most(Query(options)))
        need = {"usd": usd or Decimal(0)}
        ledgers = [one for one in (*state.purses, self.session.budget) if one is not None]
        return all(ledger.blocked(need) is None for ledger in ledgers)

    async def _gather(self, row: EnrichedRecord, fields: Mapping[str, Any], purses: tuple[Any, ...]) -> Gathered:
        question = self.question
        if not question.gathers:
            return Gathered()
        own = []
        for given in fields.get(question.pages_field) or () if question.pages_field else ():
            if isinstance(given, Mapping) and isinstance(given.get("url"), str) and isinstance(given.get("text"), str):
                own.append(Page(given["url"], str(given.get("title") or ""), given["text"]))
        site = fields.get("website") or fields.get("company_domain")
        known = [] if own or not isinstance(site, str) or not site else [site if "://" in site else f"https://{site}"]
        words = question.look_for.text and " ".join(_plain_words(question.look_for, fields).split())
        return await self.gatherer.gather(row, own, words or None, known, purses)

    async def _once(
        self, step: StepState, state: RecordState, material: Material, message: str
    ) -> tuple[Asked, str | None]:
        """Ask once, and check what comes back."""
        return self._checked(await self._sent(step, state, material, message), step, state, material)

    def _checked(
        self, asked: Asked, step: StepState, state: RecordState, material: Material
    ) -> tuple[Asked, str | None]:
        """Return an answer as fields of the row, and why it is not of its form, where it is not."""
        result = asked.result
        if isinstance(result, InvalidReplyError) and result.misfit is not None:
            return asked, result.misfit
        if not isinstance(result, Hit):
            return asked, None
        asker = f"{step.provider} {step.options.get('model', '')} {step.operation}"
        gathered = material.gathered or Gathered()
        read = Reading(self.question, state.given, gathered, material.said).read(result, asker)
        if isinstance(read, str):
            return asked, read
        return replace(asked, result=read), None

    async def _sent(self, step: StepState, state: RecordState, material: Material, message: str) -> Asked:
        """Send a message to a model; one whose beginning others share is told of that, and waits for the first."""
        options = {name: value for name, value in step.options.items() if name != "prompt"}
        words = step.feature.words
        beginning = pages_part(material.gathered or Gathered()) if self.question.shares_pages else ""
        shared = len(beginning) >= LEAST and "shared_characters" in words and message.startswith(beginning)
        if shared:
            options["shared_characters"] = len(beginning)
        if "system" not in words:  # no place of its own for the rules
            message = f"{self.question.system}\n\n{message}"
        async with self.beginnings.in_turn(f"{step.index} {beginning}") if shared else contextlib.nullcontext():
            return await self.session.ask(
                step.provider,
                step.operation,
                {**options, "prompt": message},
                timeout=step.timeout,
                retries=step.retries,
                purses=state.purses,
                queued=state.queued,
                max_wait=self.max_wait_of(step),
            )


def _plain_words(prompt: Prompt, fields: Mapping[str, Any]) -> str:
    """Return the words of a search: values as they are, without quotes or characters that cannot be seen."""
    return HOLE.sub(lambda hole: visible(str(fields.get(hole[1]) or "")), prompt.text)
