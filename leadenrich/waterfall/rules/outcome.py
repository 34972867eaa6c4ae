"""How a record left a waterfall: its status, and the reason in a sentence that holds no personal value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from leadenrich.errors import ErrorCode, ProviderBenchedError, ProviderError, SuppressedError, called
from leadenrich.results import Attempt, EnrichedRecord, Status, StopReason
from leadenrich.vocabulary import MAIN_FIELD, Operation
from leadenrich.waterfall.rules.acceptance import PHONES
from leadenrich.waterfall.rules.merge import drop
from leadenrich.waterfall.rules.record_state import RecordState
from leadenrich.waterfall.rules.rules import Rules
from leadenrich.waterfall.step import StepState

_BY_CODE: Mapping[str, StopReason] = {
    ErrorCode.BUDGET_EXCEEDED: StopReason.BUDGET,
    ErrorCode.PROVIDER_BUSY: StopReason.BUSY,
    ErrorCode.PORT_FAILED: StopReason.INTERNAL_ERROR,
    ErrorCode.PROVIDER_RATE_LIMIT: StopReason.RATE_LIMITED,
    ErrorCode.PROVIDER_INSUFFICIENT_CREDITS: StopReason.NO_CREDITS,
    ErrorCode.PROVIDER_AUTHENTICATION_FAILED: StopReason.CREDENTIALS_REFUSED,
    ErrorCode.FEATURE_PARAMETERS_INVALID: StopReason.QUESTION_REFUSED,
    ErrorCode.FEATURE_NOT_SUPPORTED: StopReason.QUESTION_REFUSED,
}

_FINAL = (StopReason.CATCH_ALL, StopReason.SUPPRESSED)
"""Reasons that settle a record whatever the others would say."""


def reason_of(error: ProviderError) -> StopReason:
    """Return the word for an error that a question ended in."""
    if isinstance(error, SuppressedError):
        return StopReason.SUPPRESSED
    if isinstance(error, ProviderBenchedError):
        return StopReason.RESTING if error.retry_after is not None else StopReason.BENCHED
    if isinstance(error, TimeoutError):
        return StopReason.TIMED_OUT
    return _BY_CODE.get(error.code, StopReason.PROVIDER_FAILED)


class Ended(NamedTuple):
    """How a record left a waterfall.

    `retry_reason`: who failed or could not be asked, where asking again may end differently; else None.
    `withheld`: its person turned out to be suppressed, so nothing found is shown. `needless`: the waterfall did not
    apply to the record, or the record had it already.
    """

    status: Status
    reason: str | None
    stop_reason: StopReason
    retry_reason: str | None = None
    withheld: bool = False
    needless: bool = False


@dataclass(slots=True)
class Case:
    """A record that no other provider is asked about.

    Attributes:
        rules: of the waterfall. state: what is known of the record. satisfied: all that is wanted is good enough.
        open_ones: who failed or could not be asked, and might answer another time.
    """

    rules: Rules
    state: RecordState
    satisfied: bool
    open_ones: Sequence[Attempt]

    @property
    def retry_reason(self) -> str | None:
        """Return who would have to be asked again."""
        return list_attempts(self.open_ones) or None

    @property
    def stop_reason(self) -> StopReason:
        """Return the word for why the waterfall stopped."""
        first = self.open_ones[0].stop_reason if self.open_ones else None
        return self.state.stop_reason or first or StopReason.EXHAUSTED

    def attempts(self, outcome: str) -> list[Attempt]:
        """Return the attempts that ended in one way, in order."""
        return [attempt for attempt in self.state.attempts if attempt.outcome == outcome]


def ended(rules: Rules, state: RecordState, satisfied: bool) -> Ended:
    """Return how a record ended once no other provider is asked: what the first of `RULES` says that applies."""
    case = Case(rules, state, satisfied, unsettled(state))
    for rule in RULES:
        if (over := rule(case)) is not None:
            return over
    raise AssertionError("the last rule applies always")


# ---- the rules: each returns how the record ended, None where it does not apply


def _suppressed(case: Case) -> Ended | None:
    if case.state.suppressed is None:
        return None
    return Ended("skipped", case.state.suppressed, StopReason.SUPPRESSED, withheld=True)


def _found(case: Case) -> Ended | None:
    if not case.satisfied:
        return None
    withheld = withhold_phone(case.state.row) if case.rules.operation == Operation.CHECK_DNC else None
    return Ended("complete", withheld, StopReason.FOUND)


def _found_in_part(case: Case) -> Ended | None:
    """Say what is missing where something was gained."""
    row, wanted, state = case.state.row, case.rules.wanted, case.state
    if not any(field in row.values and field not in state.given for field in wanted or row.values):
        return None
    lacking = sorted(wanted - state.done - state.held)
    why = [f"{' and '.join(lacking)} not found"] if lacking else []
    refused = case.attempts("rejected")
    if state.held and refused:
        why.append(f"not good enough: {refused[-1].reason}")
    return Ended("partial", "; ".join(why) or state.stop, case.stop_reason, case.retry_reason)


def _another_phone(case: Case) -> Ended | None:
    state = case.state
    if case.rules.operation != Operation.FIND_PHONE or "phone" not in state.row.values or "phone" in state.given:
        return None
    return Ended("partial", "a phone was found, not known to be a mobile", case.stop_reason, case.retry_reason)


def _not_asked(case: Case) -> Ended | None:
    """Say why no provider was asked."""
    state = case.state
    if state.answered or state.errors:
        return None
    not_asked = [*case.attempts("skipped"), *state.passed]
    why = list_attempts(not_asked) or state.stop or "no step can be asked"
    first = next((one.stop_reason for one in not_asked if one.stop_reason is not None), None)
    stopped = case.stop_reason if state.stop_reason or case.open_ones else first or StopReason.EXHAUSTED
    return Ended("skipped", why, stopped, case.retry_reason)


def _failed(case: Case) -> Ended | None:
    """Say who failed where no provider answered."""
    if case.state.answered:
        return None
    failed = case.attempts("error")
    stopped = case.state.stop_reason or failed[0].stop_reason or StopReason.PROVIDER_FAILED
    return Ended("failed", list_attempts(failed), stopped, case.retry_reason)


def _not_found(case: Case) -> Ended:
    """Say what was refused, and who might still answer."""
    failed = case.attempts("error")
    lost = [*failed, *(attempt for attempt in case.open_ones if attempt not in failed)]
    told = [case.state.stop or list_attempts(case.attempts("rejected")), list_attempts(lost)]
    return Ended("not_found", "; ".join(filter(None, told)) or None, case.stop_reason, case.retry_reason)


RULES: tuple[Callable[[Case], Ended | None], ...] = (
    _suppressed,
    _found,
    _found_in_part,
    _another_phone,
    _not_asked,
    _failed,
    _not_found,
)
"""In this order; the last applies always."""


def end(row: EnrichedRecord, over: Ended) -> None:
    """Write into a row how it ended."""
    row.status, row.reason, row.stop_reason, row.retry_reason, *_ = over


def unsettled(state: RecordState) -> list[Attempt]:
    """Return who failed or could not be asked, and might answer another time."""
    if state.stop_reason in _FINAL:
        return []
    everybody = (*state.attempts, *state.passed, *state.unsettled)
    return [one for one in everybody if one.stop_reason is not None and one.stop_reason.retryable]


def withhold_phone(row: EnrichedRecord) -> str | None:
    """Take a phone that is on a do-not-call list out of a row; return the reason, None where it may stay."""
    number = row.data.get("mobile_phone") or row.data.get("phone")  # the one that was asked about
    if row.data.get("on_dnc") is not True or not number:
        return None
    drop(row, tuple(field for field in PHONES if row.data.get(field) == number))
    return "the phone is withheld: it is on a do-not-call list"


def list_attempts(attempts: Iterable[Attempt]) -> str:
    """Return "provider, provider: reason; ..." of several attempts."""
    by_reason: dict[str, dict[str, None]] = {}
    for attempt in attempts:
        reason = attempt.reason or attempt.error or attempt.outcome
        by_reason.setdefault(reason, {})[attempt.provider] = None
    return "; ".join(f"{', '.join(providers)}: {reason}" for reason, providers in by_reason.items())


SUPPLIERS: Mapping[str, str] = {
    **dict.fromkeys(("first_name", "last_name", "full_name"), Operation.ENRICH_PERSON),
    "company_name": Operation.ENRICH_COMPANY,
    **{field: operation for operation, field in MAIN_FIELD.items() if operation.startswith("find_")},
}
"""Which operation supplies a field that a step may need."""


def lacks(lacking: tuple[str, ...], others: Iterable[StepState]) -> str:
    """Return what a step needs, and which step would supply it: one of `others`, else the operation that can."""
    others, told = list(others), []
    for field in lacking:
        name = next((called(step.provider, step.operation) for step in others if field in step.gives), None)
        name = name or SUPPLIERS.get(field)
        if name and name not in told:
            told.append(str(name))
    supplied = f" (from {' and '.join(told)})" if told else ""
    return f"needs {' and '.join(lacking)}{supplied}"
