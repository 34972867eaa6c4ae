"""What is known of a record before a run: the answers that the ledger keeps, taken through the waterfall's own rules.

A run that goes on, or is made again, does not pay for those answers, and the records that they leave open are not like
the others: somebody has been asked about them already, in vain. Nothing is asked here, and nothing is learned.
"""

from __future__ import annotations

from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from leadenrich.engine.budget import Budget, BudgetLedger
from leadenrich.engine.cache import Recall
from leadenrich.engine.prices import Prices
from leadenrich.engine.question import Asked
from leadenrich.errors import ProviderBusyError
from leadenrich.results import Attempt, EnrichedRecord
from leadenrich.waterfall.asker import Asker
from leadenrich.waterfall.choice.order import Order
from leadenrich.waterfall.choice.policies import order_for
from leadenrich.waterfall.rules.record_state import RecordState
from leadenrich.waterfall.rules.rules import Rules
from leadenrich.waterfall.rules.verification import CHECKS
from leadenrich.waterfall.run.context import RunContext
from leadenrich.waterfall.run.record_loop import RecordLoop
from leadenrich.waterfall.step import StepState


class Remembering(Asker):
    """A session that asks nobody: it gives what is kept, and says of everything else that it cannot be asked now.

    Attributes:
        unknown: the questions, as (provider, operation), of which nothing was kept since this was last emptied.
    """

    def __init__(self, session: Asker, recall: Recall) -> None:
        self._session, self._recall = session, recall
        self.suppression, self.allow = session.suppression, session.allow
        self.unknown: set[tuple[str, str]] = set()

    def price(self, provider_id: str, pool: str = "") -> Decimal | None:
        """Return the USD price of one credit."""
        return self._session.price(provider_id, pool)

    def has_credentials(self, provider_id: str) -> bool:
        """Return whether a provider could be asked."""
        return self._session.has_credentials(provider_id)

    @property
    def prices(self) -> Prices | None:
        """Return the caller's prices by operation."""
        return self._session.prices

    @property
    def is_sandbox(self) -> bool:
        """Return whether answers are invented."""
        return self._session.is_sandbox

    @property
    def earlier(self) -> Recall | None:
        """Return what gives the answers that are kept."""
        return self._recall

    def now(self) -> float:
        """Return a time at which nothing passes."""
        return 0.0

    def emit(self, kind: str, provider: str | None = None, operation: str | None = None, **data: Any) -> None:
        """Tell nobody."""

    def open(self) -> None:
        """Do nothing: there is nothing to open."""
        return

    async def aclose(self) -> None:
        """Do nothing."""
        return

    def ledger(self, budget: Budget, name: str = "session", warn: bool = True) -> BudgetLedger:
        """Return the session's ledger over a budget; nothing is spent here."""
        return self._session.ledger(budget, name, warn)

    async def ask(self, provider_id: str, operation: str, query: Mapping[str, Any], **_: Any) -> Asked:
        """Return what is kept of a question."""
        kept = self._recall(provider_id, operation, query)
        if kept is None:
            self.unknown.add((provider_id, operation))
            return Asked(ProviderBusyError("it is not known yet", provider=provider_id, operation=operation))
        return Asked(kept, cached=True)


@dataclass(frozen=True, slots=True)
class Known:
    """What a record has come to by what is known.

    Attributes:
        complete: it needs nobody any more. over: nobody would be asked about it any more.
        situation: its situation by then, as `Stats` numbers it. told: who said so, as (provider, operation).
        open: the steps, by index, that would have been asked before the last of these, and of which nothing is known.
    """

    complete: bool
    over: bool
    situation: int
    told: frozenset[tuple[str, str]]
    open: tuple[int, ...] = ()


class Rehearsal:
    """Takes records through a waterfall's rules by what is known.

    Args:
        rules: the waterfall's. session: the one that remembers. order: in which the run would ask.
    """

    def __init__(self, rules: Rules, session: Remembering, order: Order) -> None:
        self._session = session
        plain = replace(rules, policy=None, order="listed", value=None)
        self._loop = RecordLoop(plain, session, RunContext(learns=False))
        if rules.policy is not None:
            self._loop.earlier = None  # a policy of the caller's decides itself
        left, self._steps = list(self._loop.steps), list[StepState]()
        while left:
            self._steps.append(left.pop(order.settled(left, 0) or 0))

    def of(self, row: EnrichedRecord) -> Known | None:
        """Return what is known of a prepared record, whose row receives it; None: nothing."""
        loop, unknown, data = self._loop, self._session.unknown, dict(row.data)
        unknown.clear()
        state = RecordState(row, self._steps, (), None)
        if (needless := self.needless(row)) is not None:
            return needless
        if not _runs(loop.ask_in_turn(state)):
            return None
        told = [one for one in state.attempts if one.state is not None]
        if not told or (loop.rules.operation not in CHECKS and any(name in CHECKS for _, name in unknown)):
            row.data = data  # what was found there is to be verified yet
            return None
        complete = loop.is_satisfied(state)
        over = complete or state.stop is not None
        who = frozenset(map(_by, told))
        return Known(complete, over, loop.rules.stats.situation(told), who, self._open(state.attempts))

    def _open(self, attempts: Sequence[Attempt]) -> tuple[int, ...]:
        places = {(step.provider, step.operation): step.index for step in self._steps}
        last = max(number for number, one in enumerate(attempts) if one.state is not None)
        return tuple(places[_by(one)] for one in attempts[:last] if one.state is None)

    def needless(self, row: EnrichedRecord) -> Known | None:
        """Return what becomes of a record about which nobody is asked, by what known answers show of its domain."""
        loop = self._loop
        over = loop.needless(RecordState(row, loop.steps, (), None))
        return None if over is None else Known(over.status == "complete", True, 0, frozenset())


def _by(attempt: Attempt) -> tuple[str, str]:
    return attempt.provider, attempt.operation


def rehearsal_of(loop: RecordLoop) -> Rehearsal | None:
    """Return what goes through the answers that a waterfall's session keeps; None where none can be looked up."""
    recall: Recall | None = getattr(loop.session, "recall", None)
    if recall is None or loop.session.cache is None or type(loop) is not RecordLoop:
        return None
    return Rehearsal(loop.rules, Remembering(loop.session, recall), order_for(loop.rules, loop.session)[0])


def _runs(work: Coroutine[Any, Any, None]) -> bool:
    """Run a coroutine that has nothing to wait for; False: it had."""
    try:
        work.send(None)
    except StopIteration:
        return True
    finally:
        work.close()
    return False
