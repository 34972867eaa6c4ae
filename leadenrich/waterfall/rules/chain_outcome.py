"""How a record left a chain: from how it left each of the chain's waterfalls."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from leadenrich.results import EnrichedRecord, Status, StopReason
from leadenrich.waterfall.rules.outcome import Ended
from leadenrich.waterfall.rules.rules import Rules

Ending = tuple[Rules, Ended]
"""The rules of one waterfall, and how the record left it."""

_WORST_LAST: tuple[Status, ...] = ("not_found", "failed", "skipped")


@dataclass(frozen=True, slots=True)
class Case:
    """A record that went through a chain.

    Attributes:
        fields: what makes the row complete; None: that every waterfall which applied is complete.
        row: the record as it is now. given: the fields it had when the chain began.
        endings: every waterfall it went through, in order.
        applied: those that applied to it. open_ones: of these, the ones that are not complete.
    """

    fields: Sequence[str] | None
    row: EnrichedRecord
    given: Mapping[str, Any]
    endings: Sequence[Ending]
    applied: Sequence[Ending]
    open_ones: Sequence[Ending]


def chain_ended(
    fields: Sequence[str] | None, row: EnrichedRecord, given: Mapping[str, Any], endings: Sequence[Ending]
) -> Ended:
    """Return how a record ended once it went through all waterfalls: what the first of `RULES` says that applies.

    Args:
        fields: what makes the row complete; None: that every waterfall which applied is complete.
        row: the record as it is now.
        given: the fields it had when the chain began.
        endings: every waterfall it went through, in order.
    """
    applied = [(rules, one) for rules, one in endings if not one.needless]
    open_ones = [(rules, one) for rules, one in applied if one.status != "complete"]
    case = Case(fields, row, given, endings, applied, open_ones)
    return next(over for rule in RULES if (over := rule(case)) is not None)


# ---- the rules: each returns how the record ended, None where it does not apply


def _withheld(case: Case) -> Ended | None:
    return next((one for _, one in case.endings if one.withheld), None)


def _fields_filled(case: Case) -> Ended | None:
    if case.fields is None or any(case.row.data.get(field) in (None, "", []) for field in case.fields):
        return None
    if any(one.status == "partial" for _, one in case.open_ones):
        return None
    return Ended("complete", None, StopReason.FOUND)


def _all_complete(case: Case) -> Ended | None:
    if case.fields is not None or case.open_ones:
        return None
    if not case.applied and any(one.status == "skipped" for _, one in case.endings):
        return None
    return Ended("complete", None, StopReason.FOUND)


def _needless(case: Case) -> Ended | None:
    if case.fields is not None or case.open_ones:
        return None
    first = next(one for _, one in case.endings if one.status == "skipped")
    return Ended("skipped", first.reason, first.stop_reason)


def _incomplete(case: Case) -> Ended:
    told = _about(case)
    return Ended(
        "partial" if _gained(case) else _worst(told),
        _reason(told),
        _stop_reason(case.open_ones),
        "; ".join(dict.fromkeys(one.retry_reason for _, one in case.open_ones if one.retry_reason)) or None,
    )


RULES: tuple[Callable[[Case], Ended | None], ...] = (
    _withheld,
    _fields_filled,
    _all_complete,
    _needless,
    _incomplete,
)
"""In this order; the last applies always."""


def _about(case: Case) -> Sequence[Ending]:
    """Return the open waterfalls that are there to find the fields; all, where none is."""
    if case.fields is None:
        return case.open_ones
    wanted = set(case.fields)
    return [(w, one) for w, one in case.open_ones if not w.wanted or w.wanted & wanted] or case.open_ones


def _gained(case: Case) -> bool:
    if case.fields is not None:
        return any(field in case.row.values and field not in case.given for field in case.fields)
    return any(one.status in ("complete", "partial") for _, one in case.applied)


def _worst(open_ones: Sequence[Ending]) -> Status:
    statuses = {one.status for _, one in open_ones}
    return next((status for status in _WORST_LAST if status in statuses), "not_found")


def _reason(open_ones: Iterable[Ending]) -> str:
    told = (f"{w.operation}: {one.status}{f' ({one.reason})' if one.reason else ''}" for w, one in open_ones)
    return "; ".join(dict.fromkeys(told))


def _stop_reason(open_ones: Sequence[Ending]) -> StopReason:
    """Return the word of the first waterfall that may end otherwise another time, else of the first one."""
    retried = [one for _, one in open_ones if one.retry_reason is not None]
    ended = retried or [one for _, one in open_ones]
    return ended[0].stop_reason if ended else StopReason.EXHAUSTED
