"""What a session counts: percentiles of latency, cost a hit, and the same by day."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

import leadenrich as le
from leadenrich.engine.usage import UsageLine


def test_percentiles_and_cost_a_hit() -> None:
    line = UsageLine("hunter", "find_email")
    assert (line.p50, line.p95, line.cost_per_hit) == (None, None, None)
    for number in range(1, 101):
        line.add("hits", number / 100, le.Cost(usd=Decimal("0.01")), cached=False)
    line.add("hits", 900.0, le.Cost(usd=Decimal("0")), cached=True)
    assert line.p50 == pytest.approx(0.50, rel=0.06)
    assert line.p95 == pytest.approx(0.95, rel=0.06)
    assert line.cost_per_hit == Decimal("1.00") / 101
    assert (line.calls, line.cached) == (100, 1)


async def test_usage_by_day_is_the_total_of_one_day_and_plain_data() -> None:
    record = {"full_name": "Mira Okafor", "company_domain": "brightloom.example"}
    async with le.Session.sandbox() as session:
        await le.Waterfall("find_email", ["hunter", "apollo"]).run([record] * 3, session=session)
        usage = session.usage
    (lines,) = usage.days.values()
    assert set(lines) == set(usage)
    for key, line in usage.items():
        assert lines[key].to_dict() == line.to_dict()
    plain = json.loads(json.dumps(usage.to_dict()))
    assert list(plain["days"]) == [datetime.now(UTC).date().isoformat()]
    assert {row["provider"] for row in usage.to_rows()} == {line.provider for line in usage.values()}
    frame = usage.to_frame()
    assert list(frame["operation"]) == [row["operation"] for row in usage.to_rows()]
    total = usage.by_provider()["hunter"]
    assert total.p50 == usage["hunter.find_email"].p50
