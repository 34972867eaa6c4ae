"""A verdict that needs no vendor: what is plainly no address and no number is invalid, at no cost."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from leadenrich import clean
from leadenrich.clean.values import Problem
from leadenrich.results import Hit
from leadenrich.vocabulary import MAIN_FIELD, Operation

LOCAL = "local"
"""Who says it: this library."""
_READS: Mapping[str, tuple[str, ...]] = {
    Operation.VERIFY_EMAIL: ("email",),
    Operation.VERIFY_PHONE: ("phone", "mobile_phone"),
}
_UNCLEAR = ("holds several", "holds no phone", "has no country code", "was rounded", "is a fraction")
"""How a reason begins where the value may still be right: a person can tell, a vendor is not asked."""


def why_invalid(operation: str, known: Mapping[str, Any], problems: list[Problem]) -> str | None:
    """Return why what an operation would verify cannot exist ("email has no @"), None where it may, or is not given.

    Args:
        operation: its id.
        known: the cleaned fields.
        problems: what cleaning could not read.
    """
    words = _READS.get(operation, ())
    if any(known.get(word) for word in words):
        return None
    for problem in problems:
        wrong_type = ", not a" in problem.reason
        if problem.field in words and not wrong_type and not problem.reason.startswith(_UNCLEAR):
            return f"{problem.field} {problem.reason}"
    return None


def invalid(operation: str, why: str) -> Hit:
    """Return the verdict, as a vendor's answer would hold it."""
    field = MAIN_FIELD[operation]
    hit = Hit({field: "invalid"})
    hit.confidence, hit.confidence_source = 0, field
    hit.provider, hit.operation, hit.observed_at = LOCAL, operation, datetime.now(UTC)
    hit.notes = {field: f"{why}; nothing was sent"}
    return hit


def judge_locally(operation: str, query: Mapping[str, Any]) -> Hit | None:
    """Return the verdict on a query whose value cannot exist, None where a vendor is to be asked."""
    if operation not in _READS:
        return None
    region = query.get("country")
    known, problems = clean.fields(query, region=region if isinstance(region, str) else None)
    why = why_invalid(operation, known, problems)
    return invalid(operation, why) if why is not None else None
