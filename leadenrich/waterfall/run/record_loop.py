"""One record through one waterfall in one session: who is asked next, what happens to the answer, how it ended."""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from leadenrich.contract.local_verdict import invalid, why_invalid
from leadenrich.engine.cache import Recall
from leadenrich.engine.foreign import stopped_by_us
from leadenrich.engine.question import Asked
from leadenrich.engine.validation import a
from leadenrich.errors import (
    BudgetExceededError,
    PortError,
    ProviderBenchedError,
    ProviderBusyError,
    ProviderError,
    SuppressedError,
    WaterfallError,
)
from leadenrich.results import NO_COST, Attempt, EnrichedRecord, Hit, StopReason
from leadenrich.vocabulary import Operation
from leadenrich.waterfall.asker import Asker
from leadenrich.waterfall.caller_function import call_function, named
from leadenrich.waterfall.choice.access import why_blocked
from leadenrich.waterfall.choice.policies import policy_for
from leadenrich.waterfall.rules.acceptance import Verdict
from leadenrich.waterfall.rules.acceptor import Acceptor, told_mobile, without_suppressed
from leadenrich.waterfall.rules.identity import contradiction
from leadenrich.waterfall.rules.memory import SeenDomains, memory_of
from leadenrich.waterfall.rules.merge import take_all
from leadenrich.waterfall.rules.misnamed import misnamed
from leadenrich.waterfall.rules.outcome import Ended, ended, lacks, reason_of
from leadenrich.waterfall.rules.patterns import Proposal
from leadenrich.waterfall.rules.record_state import RecordState
from leadenrich.waterfall.rules.rules import Rules
from leadenrich.waterfall.rules.verification import CHECKS, Verifier, digest_of
from leadenrich.waterfall.run.context import RunContext
from leadenrich.waterfall.run.first_of_company import FirstOfCompany
from leadenrich.waterfall.run.parking import PLACE, QuestionWait
from leadenrich.waterfall.run.set_aside import set_aside, verification_of
from leadenrich.waterfall.run.trust import TRUSTED, Trust
from leadenrich.waterfall.stats.attempt_log import ACCEPTED, CATCH_ALL, FAILED, MISSED, WRONG, AttemptLog
from leadenrich.waterfall.stats.learned import remember
from leadenrich.waterfall.step import Passed, StepState

logger = logging.getLogger("leadenrich")

REASONS = 10_000
"""How many different reasons are kept to be used again."""
_OF_PHONES = (Operation.VERIFY_PHONE, Operation.CHECK_DNC)
NOT_ASKED = (BudgetExceededError, PortError, ProviderBenchedError, ProviderBusyError)
"""Errors that mean nothing was sent."""


class RecordLoop:
    """A waterfall bound to a session; `work` takes one record through it.

    Args:
        rules: the waterfall's. session: whom to ask. context: what all records of the run share.
        inner: this loop verifies a value for another loop, which has already looked at suppression.
    """

    def __init__(
        self,
        rules: Rules,
        session: Asker,
        context: RunContext | None = None,
        *,
        inner: bool = False,
    ) -> None:
        context = RunContext() if context is None else context
        self.rules, self.session, self.gate = rules, session, context.gate
        self.inner = inner
        self.learns = context.learns
        if rules.learns and context.learns:
            remember(rules.stats, session.journal, rules.name)
        self.suppression = None if inner else session.suppression
        self.memory = memory_of(session)
        self.memory.learning = self.memory.learning or any(step.is_pattern for step in rules.states)
        self.steps = [self._bound(step) for step in rules.states]
        self.asking = context.asking
        plain = rules.policy is None and rules.max_providers is None and not rules.best
        self.earlier = session.earlier if plain else None
        inside = RunContext(context.gate, asking=context.asking, learns=context.learns)
        loops = [RecordLoop(check, session, inside, inner=True) for check in rules.checks]
        self.verifier = Verifier(loops) if loops else None
        self.trust = None if rules.trust is None else Trust(rules.trust, rules)
        self.to_verify = verification_of(rules, session)
        self.acceptor = Acceptor(rules, self.memory, sandbox=session.is_sandbox)
        self.policy, self.cutoff = policy_for(rules, session, self.steps, context.funds)
        self.last_pass = context.last_pass
        self.breadth = context.breadth if rules.allocation == "breadth" else None
        self.first = FirstOfCompany()
        self.remembers = rules.catch_all == "reject" and bool(rules.catch_all_memory) and "email" in rules.wanted
        self._guesses = any(step.is_pattern and step.blocked is None for step in self.steps)
        self._told = False
        self._reasons: dict[tuple[int, tuple[str, ...], str], Passed] = {}

    def _bound(self, state: StepState) -> StepState:
        step = state.rebound()
        step.blocked = why_blocked(self.session, step)
        if not step.is_pattern:
            step.price = {pool: self.session.price(step.provider, pool) for pool in step.feature.credits or {}}
        return step

    async def work(self, row: EnrichedRecord, purses: tuple[Any, ...] = ()) -> Ended:
        """Take one record through: `row.data` holds its cleaned fields and receives what is found.

        Args:
            row: values, alternatives, attempts and cost are added to it; its status is the caller's to set.
            purses: further ledgers that must have room.
        """
        rules = self.rules
        state = RecordState(row, self.steps, purses, rules.segment_of(row.data))
        cutoff, over = self.cutoff, self.needless(state)
        if cutoff is not None:
            cutoff.begin()
            cutoff.look_at(over is None and any(self.why_not(step, state) is None for step in state.pending))
        if over is not None:
            return self._untouched(over)
        company = self._company(state)
        if company is None:
            await self._ask_all(state)
        else:
            known = functools.partial(self._is_known, state)
            if await self.first.wait(company, known) and (over := self.needless(state)) is not None:
                return self._untouched(over)
            with self.first.leading(company, known, lambda: self._has_shown(state)):
                await self._ask_all(state)
        return ended(rules, state, self.is_satisfied(state))

    async def _ask_all(self, state: RecordState) -> None:
        """Ask, and settle what came of it, however the asking ends."""
        try:
            await self.ask_in_turn(state)
        finally:
            self._settle(state)
            if self.cutoff is not None:
                self.cutoff.end(state.attempts)

    def _untouched(self, over: Ended) -> Ended:
        """Note that nobody was asked about a record."""
        if over.stop_reason is StopReason.CATCH_ALL and self.learns:
            self.rules.stats.pass_over()
        return over

    def _company(self, state: RecordState) -> str | None:
        """Return the company of which one record goes first; None where no record shows anything of the others."""
        if self.breadth is not None or not (self.remembers or self._guesses):
            return None
        domain = state.row.data.get("company_domain")
        return domain if isinstance(domain, str) else None

    def _is_known(self, state: RecordState) -> bool:
        """Return whether a record's company has shown already that its domain takes all, or how its addresses look."""
        if self._accepts_all(state):
            return True
        return any(step.is_pattern for step in self.steps) and self._proposal(state) is not None

    @staticmethod
    def _has_shown(state: RecordState) -> bool:
        return any(attempt.state in (ACCEPTED, CATCH_ALL) for attempt in state.attempts)

    def needless(self, state: RecordState) -> Ended | None:
        """Return how it ended where no provider needs to or may be asked."""
        rules, fields = self.rules, state.row.data
        if rules.condition is not None and (why := rules.condition.why_not(fields)) is not None:
            return Ended("skipped", why, StopReason.FILTERED, needless=True)
        if self.suppression is not None and (why := self.suppression.blocks(fields)) is not None:
            return Ended("skipped", f"suppressed: {why}", StopReason.SUPPRESSED, withheld=True)
        problems = state.row.problems
        if problems and (why := why_invalid(rules.operation, fields, problems)) is not None:
            take_all(state.row, invalid(rules.operation, why))
            return Ended("complete", f"{why}: invalid without asking", StopReason.FOUND)
        if not rules.overwrite:
            for field in rules.wanted:
                if fields.get(field) not in (None, "", []):
                    if rules.operation in CHECKS and self._only_said(field, state.row):
                        state.held.add(field)  # a finder's own word on its find gives way to a verifier's
                    else:
                        state.done.add(field)
            if rules.wanted and len(state.done) == len(rules.wanted):
                return Ended("complete", "the record has it already", StopReason.ALREADY_FILLED, needless=True)
        if self._accepts_all(state):
            seen = "its domain accepts every address, as seen earlier"
            return Ended("skipped", seen, StopReason.CATCH_ALL)
        return None

    def _accepts_all(self, state: RecordState) -> bool:
        """Return whether a record's company has been seen to accept every address, where that is of use."""
        return self.remembers and self._is_in(self.memory.catch_all, state)

    def is_plain(self, state: RecordState) -> bool:
        """Return whether a record's company has been seen not to accept every address, where that is of use."""
        return self.remembers and self._is_in(self.memory.plain, state)

    def _is_in(self, seen: SeenDomains, state: RecordState) -> bool:
        domain = state.row.data.get("company_domain")
        return bool(domain) and seen.knows(str(domain), self.rules.catch_all_memory)

    @staticmethod
    def _only_said(field: str, row: EnrichedRecord) -> bool:
        """Return whether a finder said this of its own find, earlier in a chain."""
        known = row.values.get(field)
        return known is not None and known.operation not in CHECKS and known.confidence_source != "verified"

    async def ask_in_turn(self, state: RecordState) -> None:
        """Ask one step after the other until the record has what is wanted, or nobody is left."""
        most, rules = self.rules.max_providers, self.rules
        while (state.pending or self._opened(state)) and state.stop is None:
            if most is not None and len({a.provider for a in state.attempts if _counts(a)}) >= most:
                state.end(StopReason.MAX_PROVIDERS, f"max_providers={most} were asked")
                break
            step = self._known_step(state) or self.next_step(state)
            if step is None:
                if self._opened(state) or await self._last_pass_of(state):
                    continue
                break
            if self.breadth is not None and state.attempts:
                await self.breadth.wait(len(state.attempts))
            state.pending.remove(step)
            try:
                await self._ask(step, state)
            finally:
                if state.aside:
                    state.release()
            if not rules.best and self.is_satisfied(state):
                break

    def _known_step(self, state: RecordState) -> StepState | None:
        """Return a step that found something in an earlier run: it is taken before any that would have to be paid for.

        So a step that failed then is not asked about a record that another one has completed.
        """
        if self.earlier is None:
            return None
        if state.known is None:
            state.known = [step for step in state.pending if self._found_earlier(self.earlier, step, state)]
        while state.known:
            step = state.known.pop(0)
            if self.why_not(step, state) is None:
                return step
        return None

    def _found_earlier(self, earlier: Recall, step: StepState, state: RecordState) -> bool:
        if step.is_pattern or self.why_not(step, state) is not None:
            return False
        return isinstance(earlier(step.provider, step.operation, step.query(self._fields(state))), Hit)

    async def _last_pass_of(self, state: RecordState) -> bool:
        """Wait for the last pass where scarce money held the next step back; return whether it may be asked now."""
        index, state.held_at = state.held_at, None
        if index is None or self.last_pass is None or self._company(state) is not None:
            return False  # others of its company wait for what it shows
        if not await self.last_pass.wait(index):
            return False
        state.stop = state.stop_reason = None
        state.allowed = index
        return True

    def _opened(self, state: RecordState) -> bool:
        """Take up again the steps that were passed over for a limit which has room by now; return whether any was."""
        if not state.busy:
            return False
        now = self.session.now()
        opened = [step for step, (_, until) in state.busy.items() if until <= now]
        for step in opened:
            attempt, _ = state.busy.pop(step)
            state.attempts.remove(attempt)
            state.row.attempts.remove(attempt)
            state.pending.append(step)
        return bool(opened)

    def is_satisfied(self, state: RecordState) -> bool:
        """Return whether a record has all that is wanted."""
        wanted = self.rules.wanted
        return state.accepted if not wanted else len(state.done) >= len(wanted)

    def next_step(self, state: RecordState) -> StepState | None:
        """Return the step to ask now: the next one listed, or what the policy chooses; None: none can or should be."""
        policy = self.policy
        if policy is None:
            for step in state.pending:
                if self.why_not(step, state) is None:
                    return step
            return None
        candidates = [step for step in state.pending if self.why_not(step, state) is None]
        if not candidates:
            return None
        with named("`order`"):
            chosen: Any = policy.choose(candidates, state)
        if chosen is None:
            state.end(state.stop_reason or StopReason.NOT_WORTH_COST, state.stop or "no step left is worth its cost")
            return None
        if type(chosen) is not int or not 0 <= chosen < len(candidates):
            told = a(chosen) if not isinstance(chosen, int) else chosen
            raise WaterfallError(
                f"`order` chose {told}; it gives the place of one of the {len(candidates)} candidates, or None"
            )
        return candidates[chosen]

    def why_not(self, step: StepState, state: RecordState) -> Passed | None:
        """Return why a step cannot or need not be asked, or None."""
        if step.blocked is not None:
            return step.blocked
        rules = self.rules
        if rules.wanted and not rules.best and step.gives.isdisjoint(rules.wanted - state.done):
            return Passed(StopReason.NOT_NEEDED, "it gives nothing that is still wanted")
        fields = self._fields(state)
        if lacking := step.missing(fields):
            return self._lacks(step, lacking, misnamed(step, fields))
        if step.is_pattern and self._proposal(state) is None:
            return Passed(StopReason.MISSING_INPUT, "no address pattern of the company gives one that is free")
        if step.condition is not None and (why := step.condition.why_not(fields)) is not None:
            return Passed(StopReason.FILTERED, why)
        return None

    def _fields(self, state: RecordState) -> dict[str, Any]:
        """Return the record's fields as a step sees them: verifiers of phones differ in which word they read."""
        fields = state.row.data
        if self.rules.operation in _OF_PHONES and (number := fields.get("mobile_phone") or fields.get("phone")):
            return {**fields, "phone": number, "mobile_phone": number}
        return fields

    def _lacks(self, step: StepState, lacking: tuple[str, ...], hint: str) -> Passed:
        key = (step.index, lacking, hint)
        reason = self._reasons.get(key)
        if reason is None:
            others = [other for other in self.steps if other.operation != self.rules.operation and other is not step]
            reason = Passed(StopReason.MISSING_INPUT, lacks(lacking, others) + hint)
            if len(self._reasons) < REASONS:
                self._reasons[key] = reason
        return reason

    async def _ask(self, step: StepState, state: RecordState) -> None:
        """Ask one provider and take what it says into the row."""
        if step.is_pattern:
            await self._propose(step, state)
            return
        fields = self._fields(state)
        try:
            asked = await self._put_in_turn(step, state, fields)
        except ProviderError as error:
            asked = Asked(error)
        except asyncio.CancelledError:
            told = "it was cut off before it answered; what it may have cost is in the session's usage"
            cut = Attempt(
                step.provider, step.operation, "error", told, state=FAILED, stop_reason=StopReason.INTERRUPTED
            )
            self._note(state, cut)
            if stopped_by_us():
                raise
            state.errors += 1  # the record goes on: the provider cancelled itself, and the next one is asked
            return
        cost = asked.cost
        if cost is not NO_COST:
            state.row.cost += cost
        result = asked.result
        if isinstance(result, Hit):
            noted = Attempt(
                step.provider,
                step.operation,
                "hit",
                asked.note,
                cost,
                tuple(result.data),
                result.confidence,
                asked.latency,
                asked.cached,
                None,
                asked.job_id,
                ACCEPTED,
            )
            await self._take(step, state, result, noted)
        elif isinstance(result, ProviderError):
            self._failed(step, state, result, asked)
        else:
            state.answered += 1
            self._note(
                state,
                Attempt(
                    step.provider,
                    step.operation,
                    "miss",
                    "; ".join(one for one in (result.reason, asked.note) if one) or None,
                    cost,
                    (),
                    None,
                    asked.latency,
                    asked.cached,
                    None,
                    asked.job_id,
                    MISSED,
                ),
            )

    async def _put_in_turn(self, step: StepState, state: RecordState, fields: Mapping[str, Any]) -> Asked:
        """Put the question once a call may go out; while it waits for a limit, its record holds no place."""
        gate, place = self.gate, PLACE.get()
        self.asking[step.provider] += 1  # it can be seen who is being asked
        try:
            while gate is not None:
                while not gate.open:
                    await gate.wait()
                visit = gate.count()
                if place is None:
                    return await self.put(step, state, fields)
                state.queued = wait = QuestionWait(place, visit)
                try:
                    return await self.put(step, state, fields)
                except asyncio.CancelledError:
                    if not wait.was_taken_back():
                        raise
                    # the rows were not read, so it was taken back unsent: it is asked again when they are
                finally:
                    state.queued = None
                    wait.end()
                    gate.ended()
            return await self.put(step, state, fields)
        finally:
            self.asking[step.provider] -= 1

    tries = 1
    """How often a step is asked at most."""

    @property
    def cap(self) -> Decimal | None:
        """Return the most USD that a record may take, None where nothing bounds it but the run's budgets."""
        return None

    def most_before(self) -> Decimal | None:
        """Return the most USD that is spent on a record before its steps are asked; None where that is not known."""
        return Decimal(0)

    def missing_prices(self) -> Mapping[str, str]:
        """Return the entries of `prices=` that a budget in USD needs for what is asked before its steps."""
        return {}

    def before(self, records: float, per_company: float) -> Mapping[Any, Any]:
        """Return what is asked before its steps are, for plans: `PlanStep`s, those of equal key once in a chain.

        Args:
            records: that are asked about.
            per_company: how many of them share a company.
        """
        return {}

    @classmethod
    def folds(cls, loops: Mapping[int, Any]) -> Sequence[Any]:
        """Return which loops of one stage ask in one call what they would ask one by one: `Fold`s.

        Args:
            loops: those of this kind, by their places in the stage.
        """
        return ()

    async def put(self, step: StepState, state: RecordState, fields: Mapping[str, Any]) -> Asked:
        """Put the question to a step's provider and return what came of it."""
        purses = state.purses
        if self.to_verify:
            state.release()
            state.aside = set_aside(self.to_verify, (self.session.budget, *purses))
            purses = (*purses, *state.aside)
        return await self.session.ask(
            step.provider,
            step.operation,
            step.query(fields),
            timeout=step.timeout,
            retries=step.retries,
            purses=purses,
            queued=state.queued,
            max_wait=self.max_wait_of(step),
        )

    def max_wait_of(self, step: StepState) -> float | None:
        """Return the seconds for which a limit may keep a step waiting; None: the session's."""
        return step.max_wait if step.max_wait is not None else self.rules.max_wait

    @staticmethod
    def _note(state: RecordState, attempt: Attempt) -> None:
        state.attempts.append(attempt)
        state.row.attempts.append(attempt)

    def _failed(self, step: StepState, state: RecordState, error: ProviderError, asked: Asked) -> None:
        suppressed = isinstance(error, SuppressedError)
        failed = not suppressed and not isinstance(error, NOT_ASKED)
        if suppressed:
            state.suppressed = error.message
            state.end(StopReason.SUPPRESSED, error.message)
        after = suppressed and asked.latency is not None  # the vendor answered, and was paid, before it was known
        noted = Attempt(
            step.provider,
            step.operation,
            "error" if failed else "rejected" if after else "skipped",
            error.message,
            asked.cost,
            latency=asked.latency,
            cached=asked.cached,
            error=str(error.code),
            job_id=asked.job_id,
            state=FAILED if failed else None,
            stop_reason=reason_of(error),
        )
        self._note(state, noted)
        if isinstance(error, ProviderBusyError) and error.retry_after is not None:
            state.busy[step] = noted, self.session.now() + error.retry_after
        if failed:
            state.errors += 1
            if self.rules.on_error == "stop":
                state.end(reason_of(error), f"{step.provider} failed ({error.code}) and on_error is 'stop'")

    async def _propose(self, step: StepState, state: RecordState) -> None:
        proposal = self._proposal(state)
        assert proposal is not None  # or the step would not have been chosen
        hit = Hit(email=proposal.email, confidence=proposal.confidence)
        hit.provider, hit.operation, hit.confidence_source = step.provider, step.operation, "pattern"
        hit.observed_at = self.acceptor.now()
        noted = Attempt(
            step.provider, step.operation, "hit", None, NO_COST, ("email",), proposal.confidence, state=ACCEPTED
        )
        await self._take(step, state, hit, noted)

    def _proposal(self, state: RecordState) -> Proposal | None:
        fields, told, taken = state.row.data, self.rules.patterns, self.acceptor.taken_from(state)
        found = self.memory.patterns.propose(fields, taken)
        return found or (told.propose(fields, taken) if told is not None else None)

    async def _take(self, step: StepState, state: RecordState, hit: Hit, noted: Attempt) -> None:
        """Judge a hit, verify what must be verified, and merge it; the attempt says how it went."""
        state.answered += 1
        row = state.row
        place, turn = len(row.attempts), len(state.attempts)
        self._note(state, noted)  # before anything is verified: a record that runs out of time still tells of it
        verdict = await self._judged(step, state, hit, noted)
        if verdict is None:
            noted = noted.judged("miss", "it has none of what is wanted", MISSED)
        elif not verdict.good:
            noted = noted.judged("rejected", verdict.reason, verdict.state, verdict.value, verdict.catch_all)
        elif verdict.value is not None:
            noted = noted.judged(noted.outcome, noted.reason, noted.state, verdict.value, verdict.catch_all)
        else:
            return
        row.attempts[place] = state.attempts[turn] = noted

    async def _judged(self, step: StepState, state: RecordState, hit: Hit, noted: Attempt) -> Verdict | None:
        if self.suppression is not None and (why := self.suppression.blocks(hit.data)) is not None:
            state.suppressed = f"suppressed after lookup: {why}"
            state.end(StopReason.SUPPRESSED, state.suppressed)
            return Verdict(False, WRONG, None, None, state.suppressed)
        if self.suppression is not None:
            hit = without_suppressed(hit, self.suppression)
        if step.operation == Operation.FIND_PHONE:
            hit = told_mobile(hit)
        one_owner = self.memory.mail_domains.belongs
        if self.rules.identity and (why := contradiction(state.given, hit.data, one_owner)) is not None:
            self.acceptor.note_company(state, hit)
            return Verdict(False, WRONG, None, None, why)
        verdict: Verdict | None = None
        wanted = self.rules.wanted
        judged = self.acceptor.to_judge(step, hit, state)
        for field, value in judged:
            checked, trusted = None, False
            one = self.acceptor.judge_unverified(step, state, field, value, hit)
            if one is None:
                if self.verifier is not None and (not wanted or field in wanted):
                    trusted = self.trust is not None and self.trust.goes_unverified(step, field, hit)
                    if not trusted:
                        checked = await self.verifier.check(field, value, state)
                        if self.trust is not None and self.learns:
                            self.trust.learn(step, checked)
                one = self.acceptor.judge(step, state, field, value, hit, checked)
            one.value = digest_of(value)
            if trusted:
                one.flags = (*one.flags, TRUSTED)
            self.acceptor.merge_judged(step, state, field, value, hit, noted, one, checked)
            if (not wanted or field in wanted) and (verdict is None or one.good or not verdict.good):
                verdict = one
            if one.ends:
                state.end(StopReason.CATCH_ALL if one.state == CATCH_ALL else StopReason.UNVERIFIED, one.reason)
        return self.acceptor.merge_rest(step, state, hit, noted, verdict, {field for field, _ in judged})

    def _settle(self, state: RecordState) -> None:
        """Show the best so far where nothing was good enough; note who was not asked and why."""
        row = state.row
        if state.suppressed is not None:
            row.values.clear()
            row.alternatives.clear()
            row.data.clear()
            row.data.update(state.given)
        for field in state.held:
            if field in row.values:
                row.data[field] = row.values[field].value
        if state.pending and not self.is_satisfied(state):
            for step in state.pending:
                passed = self.why_not(step, state)
                if passed is None and state.stop is not None:
                    passed = Passed(state.stop_reason or StopReason.NOT_WORTH_COST, state.stop)
                if passed is not None:  # None: the record was interrupted before its turn
                    reason, text = passed
                    state.passed.append(Attempt(step.provider, step.operation, "skipped", text, stop_reason=reason))
            row.attempts += state.passed
        if not self.learns:
            return
        attempts = tuple(state.attempts)
        shown = state.stop_reason is StopReason.CATCH_ALL and self._accepts_all(state)
        log = AttemptLog(self.rules.operation, state.segment, attempts, state.stop, state.checking, self.inner, shown)
        self.rules.stats.learn(log)
        if self.rules.policy is not None:
            _, why = call_function(self.rules.policy.learn, log)
            if why is not None and not self._told:
                self._told = True
                logger.warning("%s: `order.learn` %s", self.rules.operation, why)


def loop_of(rules: Rules, session: Asker, context: RunContext | None = None) -> RecordLoop:
    """Return what takes records through a waterfall's rules in one session: its own kind of loop where it has one."""
    loop: RecordLoop = (rules.loop or RecordLoop)(rules, session, context)
    return loop


def _counts(attempt: Attempt) -> bool:
    """Return whether an attempt counts for `max_providers`: a proposal of our own asks no provider."""
    return attempt.outcome != "skipped" and attempt.provider != "local"
