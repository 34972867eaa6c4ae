"""Finished rows for the tests, without any engine."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from leadenrich.results import Cost, EnrichedRecord, Value


def finished(
    record: Mapping[str, Any] | Any, found: Mapping[str, Any] | None = None, status: Any = "complete", **more: Any
) -> EnrichedRecord:
    """Return a row as an engine would finish it."""
    data = dict(record) if isinstance(record, Mapping) else {}
    data.update(found or {})
    row = EnrichedRecord(record, data=data, status=status, **more)
    for name, value in (found or {}).items():
        row.values[name] = Value(value, "acme", confidence=90, cost=Cost(usd=Decimal("0.05")))
    row.cost = Cost(usd=Decimal("0.05"))
    return row
