"""What a ledger keeps of a finished row, so that `le.replay` can go through it again: who was asked, no values."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from leadenrich.ledger.people import about
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
        "status": row.status,
        "attempts": [
            [one.provider, one.operation, one.state, one.confidence, _plain(one.cost.usd), below_the_bar(one)]
            for one in asked
        ],
    }


def below_the_bar(attempt: Attempt) -> bool:
    """Return whether an answer was not good enough for its confidence alone, so that another bar may accept it."""
    reason = attempt.reason or ""
    return (attempt.state == BELOW and reason.startswith(UNSURE)) or (attempt.state == CATCH_ALL and UNSURE in reason)


def _plain(usd: Decimal | None) -> str | None:
    return None if usd is None else str(usd)
