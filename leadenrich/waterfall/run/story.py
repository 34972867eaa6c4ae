"""What a ledger keeps of a finished row, so that `le.replay` can go through it again: who was asked, no values."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from leadenrich.ledger.people import about, identities
from leadenrich.results import Attempt, EnrichedRecord
from leadenrich.waterfall.stats.attempt_log import BELOW, CATCH_ALL

UNSURE = "confidence "
"""How the reason begins where an answer is not sure enough (see `accept`)."""


def story(row: EnrichedRecord) -> dict[str, Any] | None:
    """Return what a ledger keeps of a row for `replay`: who was asked, what came of it, no values."""
    asked = [attempt for attempt in row.attempts if attempt.outcome != "skipped"]
    if not asked:
        return None
    return {
        **about(row.data),
        "record": record_marks(row),
        "domain": domain_mark(row.data),
        "status": row.status,
        "attempts": [
            [
                one.provider,
                one.operation,
                one.state,
                one.confidence,
                _plain(one.cost.usd),
                below_the_bar(one),
                one.value,
                one.catch_all,
                one.cached,
                None if one.latency is None else round(one.latency, 3),
                None if one.error is None else str(one.error),
            ]
            for one in asked
        ],
    }


def record_marks(row: EnrichedRecord) -> list[str]:
    """Return keyed hashes of whom a record was about as it came, by which it is known again in another run."""
    found = {name for name, value in row.values.items() if value.provider != "input"}
    told = about({name: value for name, value in row.data.items() if name not in found})
    return sorted(mark for person in told["people"] for mark in person)


def domain_mark(fields: Mapping[str, Any]) -> str | None:
    """Return a keyed hash of a record's company domain, None where it has none."""
    domain = fields.get("company_domain")
    return next(iter(identities({"company_domain": domain})), None) if isinstance(domain, str) else None


def below_the_bar(attempt: Attempt) -> bool:
    """Return whether an answer was not good enough for its confidence alone, so that another bar may accept it."""
    reason = attempt.reason or ""
    return (attempt.state == BELOW and reason.startswith(UNSURE)) or (attempt.state == CATCH_ALL and UNSURE in reason)


def _plain(usd: Decimal | None) -> str | None:
    return None if usd is None else str(usd)
