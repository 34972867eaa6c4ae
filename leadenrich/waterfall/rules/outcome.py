"""How a record left a waterfall: its status, and the reason in a sentence that holds no personal value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from leadenrich.results import Attempt, EnrichedRecord, Status
from leadenrich.vocabulary import MAIN_FIELD, Operation
from leadenrich.waterfall.rules.acceptance import PHONES
from leadenrich.waterfall.rules.merge import drop
from leadenrich.waterfall.rules.record_state import RecordState
from leadenrich.waterfall.step import StepState

if TYPE_CHECKING:
    from leadenrich.waterfall.waterfall import Waterfall


class Ended(NamedTuple):
    """How a record left a waterfall.

    `withheld`: its person turned out to be suppressed, so nothing found is shown. `needless`: the waterfall did not
    apply to the record, or the record had it already.
    """

    status: Status
    reason: str | None = None
    withheld: bool = False
    needless: bool = False


def ended(waterfall: Waterfall, state: RecordState, satisfied: bool) -> Ended:
    """Return how a record ended once nobody else is asked."""
    row, wanted = state.row, waterfall.wanted
    if state.suppressed is not None:
        return Ended("skipped", state.suppressed, withheld=True)
    if satisfied:
        return Ended("complete", withhold_phone(row) if waterfall.operation == Operation.CHECK_DNC else None)
    refused = [attempt for attempt in state.attempts if attempt.outcome == "rejected"]
    gained = [field for field in (wanted or row.values) if field in row.values and field not in state.given]
    if gained:
        lacking = sorted(wanted - state.done - state.held)
        why = [f"{' and '.join(lacking)} not found"] if lacking else []
        if state.held and refused:
            why.append(f"not good enough: {refused[-1].reason}")
        return Ended("partial", "; ".join(why) or state.stop)
    if waterfall.operation == Operation.FIND_PHONE and "phone" in row.values and "phone" not in state.given:
        return Ended("partial", "a phone was found, not known to be a mobile")
    if not state.answered and not state.errors:
        refusals = [attempt for attempt in state.attempts if attempt.outcome == "skipped"]
        return Ended("skipped", listed([*refusals, *state.passed]) or state.stop or "no step can be asked")
    failed = [attempt for attempt in state.attempts if attempt.outcome == "error"]
    if not state.answered:
        return Ended("failed", listed(failed))
    why = [text for text in (state.stop or listed(refused), listed(failed)) if text]
    return Ended("not_found", "; ".join(why) or None)


def withhold_phone(row: EnrichedRecord) -> str | None:
    """Take a phone that is on a do-not-call list out of a row; return the reason, None where it may stay."""
    number = row.data.get("mobile_phone") or row.data.get("phone")  # the one that was asked about
    if row.data.get("on_dnc") is not True or not number:
        return None
    drop(row, tuple(field for field in PHONES if row.data.get(field) == number))
    return "the phone is withheld: it is on a do-not-call list"


def listed(attempts: Iterable[Attempt]) -> str:
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
        name = next((f"{step.provider}.{step.operation}" for step in others if field in step.gives), None)
        name = name or SUPPLIERS.get(field)
        if name and name not in told:
            told.append(str(name))
    supplied = f" (from {' and '.join(told)})" if told else ""
    return f"needs {' and '.join(lacking)}{supplied}"
