"""Verification inside the loop: each found value is checked once, by one waterfall of verifiers or several."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol

from leadenrich.results import EnrichedRecord
from leadenrich.vocabulary import MAIN_FIELD, Operation
from leadenrich.waterfall.rules.acceptance import PHONES, REFUTED
from leadenrich.waterfall.rules.merge import SATELLITES
from leadenrich.waterfall.rules.outcome import Ended
from leadenrich.waterfall.rules.record_state import Checked, RecordState
from leadenrich.waterfall.rules.rules import Rules

CHECKS: dict[str, frozenset[str]] = {
    Operation.VERIFY_EMAIL: frozenset({"email", "personal_email"}),
    Operation.VERIFY_PHONE: PHONES,
    Operation.CHECK_DNC: PHONES,
}
"""Which operations check which fields."""


class VerifyingLoop(Protocol):
    """Takes one value through one verifying waterfall: a `RecordLoop`."""

    rules: Rules

    async def work(self, row: EnrichedRecord, purses: tuple[Any, ...] = ()) -> Ended:
        """Take a row with the value in its `data` through; what is said of it goes into the row."""
        ...


class Verifier:
    """Runs the verifying waterfalls over a value."""

    __slots__ = ("_loops",)

    def __init__(self, loops: Sequence[VerifyingLoop]) -> None:
        self._loops = {
            field: [loop for loop in loops if field in CHECKS[loop.rules.operation]]
            for field in frozenset().union(*CHECKS.values())
        }

    async def check(self, field: str, value: Any, state: RecordState) -> Checked | None:
        """Return what the verifiers say; the same value of the same record is not verified again. None: no verifier."""
        loops = self._loops.get(field)
        if not loops:
            return None
        known = state.checked.get((field, value))
        if known is None:
            known = state.checked[(field, value)] = await self._ask(loops, field, value, state)
        return known

    async def _ask(self, loops: Sequence[VerifyingLoop], field: str, value: Any, state: RecordState) -> Checked:
        whole = Checked(True)
        for loop in loops:
            one = await _checked(loop, field, value, state)
            whole.data = {**whole.data, **one.data}
            if one.confidence is not None:
                whole.confidence = one.confidence
            whole.status, whole.by = one.status or whole.status, one.by or whole.by
            if one.ok is not True:
                whole.ok, whole.reason, whole.unavailable = one.ok, one.reason, one.unavailable
                break
        return whole


def digest_of(value: Any) -> int:
    """Return 16 bits of a digest of a value: enough to tell the values of one record apart, too few to find it."""
    return zlib.crc32(repr(value).encode()) & 0xFFFF


async def _checked(loop: VerifyingLoop, field: str, value: Any, state: RecordState) -> Checked:
    """Take one value through one verifying waterfall; what that cost and whom it asked goes into the record's row."""
    main = MAIN_FIELD[loop.rules.operation]
    fields = {name: known for name, known in state.row.data.items() if name not in SATELLITES.get(field, ())}
    fields[field] = value
    if field in PHONES:  # verifiers differ in which of the two words they read
        fields |= dict.fromkeys(PHONES, value)
    elif field == "personal_email":
        fields["email"] = value
    fields.pop(main, None)
    asking = EnrichedRecord(None, key=state.row.key, index=state.row.index, data=fields)
    try:
        ended = await loop.work(asking, (*state.purses, *(one.draw for one in state.aside)))
    finally:
        number = digest_of(value)
        state.row.attempts += [replace(one, value=number) for one in asking.attempts]
        state.row.cost += asking.cost
        state.checking += asking.cost
    said = asking.values.get(main)
    told = {name: asking.values[name].value for name in SATELLITES.get(field, ()) if name in asking.values}
    if ended.retry_reason is not None:
        state.unsettled += [one for one in asking.attempts if one.stop_reason is not None and one.stop_reason.retryable]
    if said is None:
        unavailable = ended.status in ("failed", "skipped")
        return Checked(None, reason=ended.reason or "no verifier knows it", unavailable=unavailable)
    if main == "on_dnc":
        return Checked(said.value is not True, None, None, said.provider, told)
    status = str(said.value)
    ok = None if status == "unknown" else status not in REFUTED
    reason = None if ok else f"{said.provider} says {status}"
    return Checked(ok, said.confidence, status, said.provider, told, reason)
