"""Trying one feature of one vendor on the sandbox: what would be sent, and what came back."""

from __future__ import annotations

from typing import Any

import leadenrich as le
from leadenrich.results import to_json
from leadenrich_service.numbers import exact


async def ask(provider_id: str, operation: str, query: dict[str, Any]) -> dict[str, Any]:
    """Return what the vendor's fake answers.

    Raises:
        le.LeadEnrichError: an unknown vendor or operation, a word that does not fit, or the vendor's failure.
    """
    feature = le.features(provider_id)[operation]
    given = {word: value for word, value in query.items() if value not in (None, "", [])}
    async with le.Session.sandbox(knows="everything") as session:
        answer = await session.call(provider_id, feature.operation, given, fields=["mobile_phone", "personal_email"])
    return {
        "hit": bool(answer),
        "data": to_json(answer.data),
        "confidence": answer.confidence if isinstance(answer, le.Hit) else None,
        "usd": exact(answer.cost.usd),
        "credits": {purse: exact(amount) for purse, amount in answer.cost.credits.items()},
        "raw": to_json(answer.raw),
        "reason": answer.reason if isinstance(answer, le.Miss) else None,
    }
