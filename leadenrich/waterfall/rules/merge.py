"""Which value a row shows: the first good one or the best, the record's own before any, the others kept beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from leadenrich.errors import InvalidValueError
from leadenrich.results import EnrichedRecord, Hit, Value

SATELLITES: dict[str, tuple[str, ...]] = {
    "email": ("email_status", "is_free", "is_disposable", "is_role", "mx_provider"),
    "personal_email": (),
    "mobile_phone": ("phone_status", "line_type", "carrier", "on_dnc"),
    "phone": (),
}
"""What is said about a value, not about the lead: it comes and goes with the value it describes."""

CONFLICT = "conflict"
"""The flag of a value that another source contradicts; both are kept."""


def same(a: Any, b: Any, field: str = "") -> bool:
    """Return whether two values say the same, whatever the case and blanks; company names, whatever the legal form."""
    if a == b:
        return True
    if field == "company_name":
        return _company(a) == _company(b)
    if isinstance(a, str) and isinstance(b, str):
        return " ".join(a.split()).casefold() == " ".join(b.split()).casefold()
    return isinstance(a, list) and isinstance(b, list) and _folded(a) == _folded(b)


def _company(name: Any) -> str:
    from leadenrich.clean import company_key

    try:
        return company_key(name)
    except InvalidValueError:
        return str(name)


def _folded(items: list[Any]) -> list[str]:
    return sorted(str(item).casefold() for item in items)


class Merger:
    """Puts values into a row.

    Args:
        best: the most confident value wins; otherwise the first good one stays.
        overwrite: found values replace the record's own.
    """

    __slots__ = ("best", "overwrite")

    def __init__(self, best: bool = False, overwrite: bool = False) -> None:
        self.best, self.overwrite = best, overwrite

    def put(self, row: EnrichedRecord, field: str, value: Value, *, good: bool, old_good: bool = True) -> bool:
        """Offer a value for a field; return whether the row now shows it.

        Args:
            row: its `values` and `alternatives` are changed, `data` is the caller's to fill.
            field: which.
            value: the new one.
            good: whether the new value is good enough.
            old_good: whether the one there is.
        """
        old = row.values.get(field)
        if old is None:
            mine = row.data.get(field)
            if mine is None or mine == "" or mine == []:
                row.values[field] = value
                return True
            if same(mine, value.value, field):
                return False
            old = Value(mine, "input", confidence_source="input")
            return self._settle(row, field, value, old, wins=self.overwrite)
        if same(old.value, value.value, field):
            if good and (not old_good or (self.best and (value.confidence or 0) > (old.confidence or 0))):
                contested = (CONFLICT,) if CONFLICT in old.flags else ()
                row.values[field] = replace(value, flags=_flags(value.flags, contested)) if contested else value
                return True
            return False
        if old.provider == "input":
            return self._settle(row, field, value, old, wins=self.overwrite)
        return self._settle(row, field, value, old, wins=self._beats(value, old, good, old_good))

    def _beats(self, new: Value, old: Value, good: bool, old_good: bool) -> bool:
        if good is not old_good:
            return good
        if good and not self.best:
            return False
        return (new.confidence or 0) > (old.confidence or 0)

    @staticmethod
    def _settle(row: EnrichedRecord, field: str, new: Value, old: Value, wins: bool) -> bool:
        winner, loser = (new, old) if wins else (old, new)
        row.values[field] = replace(winner, flags=_flags(winner.flags, (CONFLICT,)))
        others = row.alternatives.setdefault(field, [])
        if not any(same(one.value, loser.value) for one in others):
            others.append(replace(loser, flags=_flags(loser.flags, (CONFLICT,))))
        row.alternatives[field] = [one for one in others if not same(one.value, winner.value)]
        return wins


def _flags(*groups: tuple[str, ...]) -> tuple[str, ...]:
    """Return the flags of several groups, once each."""
    return tuple(dict.fromkeys(flag for group in groups for flag in group))


def drop(row: EnrichedRecord, fields: Mapping[str, Any] | Sequence[str]) -> None:
    """Take found values out of a row."""
    for field in tuple(fields):
        row.values.pop(field, None)
        row.alternatives.pop(field, None)
        row.data.pop(field, None)


def take_all(row: EnrichedRecord, hit: Hit) -> None:
    """Put an answer that cost nothing into a row as it is."""
    for field, value in hit.data.items():
        row.values[field] = Value(
            value,
            str(hit.provider),
            hit.confidence,
            hit.observed_at,
            operation=hit.operation,
            confidence_source=hit.confidence_source,
        )
        row.data[field] = value
