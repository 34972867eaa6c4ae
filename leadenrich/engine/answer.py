"""An answer in its one form: canonical values, a confidence and where it is from."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from leadenrich import clean
from leadenrich.contract import Feature, Query
from leadenrich.errors import InvalidReplyError
from leadenrich.results import Hit, Miss
from leadenrich.vocabulary import MAIN_FIELD, SENSITIVE_FIELDS, Operation

BY_STATUS = {
    "valid": 95,
    "accept_all": 60,
    "unknown": 40,
    "role": 50,
    "disposable": 10,
    "invalid": 0,
    "spamtrap": 0,
    "abuse": 0,
}
"""Confidence by `email_status`, where a vendor states no score of its own."""
PAGING = {"total", "next_cursor"}
"""What says nothing by itself where an operation goes by pages; where it only counts, `total` is the answer."""
NAME_THEM = (Operation.FIND_PHONE, Operation.FIND_PERSONAL_EMAIL, Operation.VERIFY_PHONE, Operation.CHECK_DNC)
"""Operations that are about a personal value."""
SOUGHT: dict[str, tuple[str, ...]] = {
    Operation.FIND_EMAIL: ("email",),
    Operation.FIND_PERSONAL_EMAIL: ("personal_email",),
    Operation.FIND_PHONE: ("mobile_phone", "phone"),
    Operation.FIND_LINKEDIN: ("linkedin_url",),
    Operation.FIND_DOMAIN: ("company_domain",),
}
"""The one value that an operation looks for: where it is no address or number at all, nothing was found."""
UNSURE = 50
"""Confidence where neither the vendor nor the operation's declaration says anything."""


def finished(outcome: Any, provider: str, feature: Feature, query: Query) -> tuple[Hit | Miss, bool]:
    """Return what a flow returned in its one form, and whether it can be used.

    A hit in which nothing canonical is left, or not the one value that was looked for, becomes a miss, and cannot be
    used unless it states what it cost.

    Raises:
        InvalidReplyError: a flow returned something else than a Hit or a Miss.
    """
    if not isinstance(outcome, Hit | Miss):
        kind = "nothing" if outcome is None else f"a {type(outcome).__name__}"
        raise InvalidReplyError(f"the adapter's operation returned {kind}, not a Hit or a Miss")
    outcome.provider, outcome.operation = provider, feature.operation
    outcome.observed_at = datetime.now(UTC)
    if not isinstance(outcome, Hit):
        return outcome, True
    region = outcome.data.get("country") or query.get("country")
    data, problems = clean.fields(outcome.data, region=region if isinstance(region, str) else None)
    if problems:
        outcome.notes = {problem.field: problem.reason for problem in problems}
    for name in [name for name, value in data.items() if value == []]:
        del data[name]
    if "phone" in data and data["phone"] == data.get("mobile_phone") and not _names_it(feature.operation):
        del data["phone"]  # a mobile number goes by that name alone, or it could be had without naming it
    sought = SOUGHT.get(feature.operation, ())
    if not data.keys() & set(sought) and outcome.data.keys() & set(sought):
        data = {}
    if not data.keys() - (PAGING if "next_cursor" in feature.gives else ()):
        miss = Miss("nothing usable in the answer")
        miss.claim, miss.claim_unread, miss.record = outcome.claim, outcome.claim_unread, outcome.record
        miss.raw = outcome.raw
        miss.provider, miss.operation, miss.observed_at = outcome.provider, outcome.operation, outcome.observed_at
        return miss, outcome.claim is not None
    outcome.data = data
    outcome.confidence, outcome.confidence_source = _confidence(outcome, feature)
    return outcome, True


def withheld(result: Hit | Miss, operation: str, fields: Iterable[str]) -> Hit | Miss:
    """Return an answer without personal values that were not asked for by name (G13).

    Operations that are for such a value, and a vendor's own features, name it by themselves.
    """
    if not isinstance(result, Hit) or _names_it(operation):
        return result
    named = frozenset(fields)
    for field in SENSITIVE_FIELDS & result.data.keys() - named:
        if MAIN_FIELD.get(operation) != field:
            del result.data[field]
            result.notes[field] = f"withheld: name it to receive it, fields=[{field!r}]"
    return result


def _names_it(operation: str) -> bool:
    """Return whether an operation is for a personal value, or a vendor's own feature, which names it by itself."""
    return operation in NAME_THEM or "." in operation


def _confidence(hit: Hit, feature: Feature) -> tuple[float, str]:
    stated = _number(hit.confidence)
    if stated is not None:
        return stated, "vendor"
    status = hit.data.get("email_status")
    if status in BY_STATUS and ("email" in hit.data or feature.operation == "verify_email"):
        return BY_STATUS[status], "email_status"
    return feature.confidence if feature.confidence is not None else UNSURE, "default"


def _number(stated: Any) -> float | None:
    """Return a confidence that a reply states, if it is a number from 0 to 100."""
    if isinstance(stated, bool) or not isinstance(stated, int | float | str):
        return None
    try:
        number = float(stated)
    except (ValueError, OverflowError):
        return None
    if not 0 <= number <= 100:
        return None
    return stated if isinstance(stated, int | float) else number
