"""How a record left a waterfall: its status, and the reason in a sentence that holds no personal value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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


def ended(rules: Rules, state: RecordState, satisfied: bool) -> Ended:
    """Return how a record ended once no other provider is asked."""
    if state.suppressed is not None:
        return Ended("skipped", state.suppressed, StopReason.SUPPRESSED, withheld=True)
    if satisfied:
        withheld = withhold_phone(state.row) if rules.operation == Operation.CHECK_DNC else None
        return Ended("complete", withheld, StopReason.FOUND)
    open_ones = unsettled(state)
    retry = list_attempts(open_ones) or None
    stopped = state.stop_reason or (open_ones[0].stop_reason if open_ones else None) or StopReason.EXHAUSTED
    if (why := _partly(rules, state)) is not None:
        return Ended("partial", why or state.stop, stopped, retry)
    if not state.answered and not state.errors:
        refusals = [attempt for attempt in state.attempts if attempt.outcome == "skipped"]
        not_asked = [*refusals, *state.passed]
        first = next((one.stop_reason for one in not_asked if one.stop_reason is not None), StopReason.EXHAUSTED)
        why = list_attempts(not_asked) or state.stop or "no step can be asked"
        return Ended("skipped", why, state.stop_reason or (stopped if open_ones else first), retry)
    failed = [attempt for attempt in state.attempts if attempt.outcome == "error"]
    if not state.answered:
        first = failed[0].stop_reason or StopReason.PROVIDER_FAILED
        return Ended("failed", list_attempts(failed), state.stop_reason or first, retry)
    refused = [attempt for attempt in state.attempts if attempt.outcome == "rejected"]
    lost = [*failed, *(attempt for attempt in open_ones if attempt not in failed)]
    told = [text for text in (state.stop or list_attempts(refused), list_attempts(lost)) if text]
    return Ended("not_found", "; ".join(told) or None, stopped, retry)


def end(row: EnrichedRecord, over: Ended) -> None:
    """Write into a row how it ended."""
    row.status, row.reason, row.stop_reason, row.retry_reason, *_ = over


def _partly(rules: Rules, state: RecordState) -> str | None:
    """Return what is missing where something was gained, None where nothing was."""
    row, wanted = state.row, rules.wanted
    gained = any(field in row.values and field not in state.given for field in wanted or row.values)
    if gained:
        lacking = sorted(wanted - state.done - state.held)
        why = [f"{' and '.join(lacking)} not found"] if lacking else []
        refused = [attempt for attempt in state.attempts if attempt.outcome == "rejected"]
        if state.held and refused:
            why.append(f"not good enough: {refused[-1].reason}")
        return "; ".join(why)
    if rules.operation == Operation.FIND_PHONE and "phone" in row.values and "phone" not in state.given:
        return "a phone was found, not known to be a mobile"
    return None


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
