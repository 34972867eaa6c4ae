"""What the record loop knows of one record, and how an order policy reads and learns it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from leadenrich.results import NO_COST, Attempt, EnrichedRecord, StopReason
from leadenrich.waterfall.stats.attempt_log import AttemptLog
from leadenrich.waterfall.step import StepState


@dataclass(slots=True)
class Checked:
    """What verification said of one value.

    Attributes:
        ok: whether it was confirmed; False: refuted; None: no verifier could or would say.
        confidence: 0-100. status: `email_status` or `phone_status`. by: who said it.
        data: what they said about the value. unavailable: no verifier could be asked, or all failed.
    """

    ok: bool | None
    confidence: float | None = None
    status: str | None = None
    by: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    reason: str | None = None
    unavailable: bool = False


class SetAside(Protocol):
    """What is set aside for the verification of one answer in one budget; `draw` lets the verification have it."""

    @property
    def draw(self) -> Any:
        """Return what stands among the budgets of the verifier's question."""
        ...

    def release(self) -> None:
        """Give it back."""
        ...


class RecordState:
    """One record on its way through one waterfall.

    Attributes:
        row: the row that is being filled. given: the fields as they were when the waterfall began.
        fields: the fields as known by now. segment: the record's segment, where the waterfall names one.
        attempts: what was asked so far, in order; `Attempt.state` says how each left the record.
        done: the wanted fields that are good enough. asked: ids of the providers asked.
        aside: what is set aside for verifying the answer that is being asked for.
        stop, stop_reason: why no further step is asked, as a sentence and as a word; None: the steps go on.
    """

    __slots__ = (
        "accepted",
        "allowed",
        "answered",
        "aside",
        "attempts",
        "busy",
        "checked",
        "checking",
        "done",
        "errors",
        "finders",
        "given",
        "held",
        "held_at",
        "known",
        "passed",
        "pending",
        "purses",
        "queued",
        "row",
        "segment",
        "stop",
        "stop_reason",
        "suppressed",
        "unsettled",
    )

    def __init__(
        self, row: EnrichedRecord, steps: Sequence[StepState], purses: tuple[Any, ...], segment: str | None
    ) -> None:
        self.row = row
        self.given: dict[str, Any] = dict(row.data)
        self.purses = purses
        self.aside: Sequence[SetAside] = ()
        self.checking = NO_COST  # what verifying its values cost
        self.segment = segment
        self.pending: list[StepState] = list(steps)
        self.attempts: list[Attempt] = []
        self.known: list[StepState] | None = None  # whose answers are kept and found something; None: not looked up
        self.passed: list[Attempt] = []  # those who were not asked, and why
        self.busy: dict[StepState, tuple[Attempt, float]] = {}  # passed over for a limit, until when
        self.queued: Callable[[bool], None] | None = None  # is told when the question under way waits for a limit
        self.done: set[str] = set()
        self.held: set[str] = set()  # wanted fields with a value that is not good enough: not yet in row.data
        self.finders: dict[tuple[str, Any], list[str]] = {}
        self.checked: dict[tuple[str, Any], Checked] = {}
        self.answered = self.errors = 0
        self.accepted = False  # where nothing in particular is wanted: an answer was good enough
        self.held_at: float | None = None  # what a value of the step would cost that scarce money holds back
        self.allowed = 0.0  # up to which it is not held back any more
        self.stop: str | None = None
        self.stop_reason: StopReason | None = None
        self.suppressed: str | None = None
        self.unsettled: list[Attempt] = []  # verifiers that failed or could not be asked

    def end(self, reason: StopReason, text: str | None) -> None:
        """Ask no further step, and say why."""
        self.stop_reason, self.stop = reason, text

    def release(self) -> None:
        """Give back what is set aside for verifying."""
        for one in self.aside:
            one.release()
        self.aside = ()

    @property
    def fields(self) -> Mapping[str, Any]:
        """Return the fields as known by now."""
        return self.row.data

    @property
    def asked(self) -> set[str]:
        """Return the ids of the providers asked."""
        return {attempt.provider for attempt in self.attempts if attempt.outcome != "skipped"}


class Policy(Protocol):
    """Decides which step is next."""

    def choose(self, candidates: Sequence[StepState], state: RecordState) -> int | None:
        """Return the index of the candidate to ask now, or None: none of them is worth it."""
        ...

    def learn(self, log: AttemptLog) -> None:
        """Take a finished record into account."""
        ...


class Gate(Protocol):
    """Lets calls through only while the caller takes the rows."""

    open: bool

    async def wait(self) -> None:
        """Wait until a call may be made."""
        ...

    def count(self, *, sent: bool = False) -> int:
        """Note that one is made; return what `uncount` needs to know of when that was."""
        ...

    def uncount(self, visit: int) -> None:
        """Note that one waits for a limit instead."""
        ...

    def ended(self) -> None:
        """Note that one has ended."""
        ...
