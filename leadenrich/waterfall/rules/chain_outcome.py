"""How a record left a chain: from how it left each of the chain's waterfalls."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from leadenrich.results import EnrichedRecord, Status, StopReason
from leadenrich.waterfall.rules.outcome import Ended
from leadenrich.waterfall.rules.rules import Rules

Ending = tuple[Rules, Ended]
"""The rules of one waterfall, and how the record left it."""

_WORST_LAST: tuple[Status, ...] = ("not_found", "failed", "skipped")


def chain_ended(
    fields: Sequence[str] | None, row: EnrichedRecord, given: Mapping[str, Any], endings: Sequence[Ending]
) -> Ended:
    """Return how a record ended once it went through all waterfalls.

    Args:
        fields: what makes the row complete; None: that every waterfall which applied is complete.
        row: the record as it is now.
        given: the fields it had when the chain began.
        endings: every waterfall it went through, in order.
    """
    withheld = next((one for _, one in endings if one.withheld), None)
    if withheld is not None:
        return withheld
    applied = [(rules, one) for rules, one in endings if not one.needless]
    open_ones = [(rules, one) for rules, one in applied if one.status != "complete"]
    if _complete(fields, row, endings, open_ones):
        return Ended("complete", None, StopReason.FOUND)
    if not open_ones and fields is None:
        needless = next(one for _, one in endings if one.status == "skipped")
        return Ended("skipped", needless.reason, needless.stop_reason)
    told = _about(fields, open_ones)
    return Ended(
        _status(fields, row, given, applied, told),
        _reason(told),
        _stop_reason(open_ones),
        "; ".join(dict.fromkeys(one.retry_reason for _, one in open_ones if one.retry_reason)) or None,
    )


def _complete(
    fields: Sequence[str] | None, row: EnrichedRecord, endings: Sequence[Ending], open_ones: Sequence[Ending]
) -> bool:
    if fields is not None:
        lacking = [field for field in fields if row.data.get(field) in (None, "", [])]
        return not lacking and not any(one.status == "partial" for _, one in open_ones)
    applied = any(not one.needless for _, one in endings)
    return not open_ones and (applied or not any(one.status == "skipped" for _, one in endings))


def _about(fields: Sequence[str] | None, open_ones: Sequence[Ending]) -> Sequence[Ending]:
    """Return the open waterfalls that are there to find the fields; all, where none is."""
    wanted = set(fields or ())
    if fields is None:
        return open_ones
    return [(w, one) for w, one in open_ones if not w.wanted or w.wanted & wanted] or open_ones


def _status(
    fields: Sequence[str] | None,
    row: EnrichedRecord,
    given: Mapping[str, Any],
    applied: Sequence[Ending],
    open_ones: Sequence[Ending],
) -> Status:
    if fields is not None:
        gained = any(field in row.values and field not in given for field in fields)
    else:
        gained = any(one.status in ("complete", "partial") for _, one in applied)
    if gained:
        return "partial"
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
