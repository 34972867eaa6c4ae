"""Usage, health and the report of a run, as plain data for the page: the library's own counts, by vendor."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

import leadenrich as le
from leadenrich.waterfall.summary import Summary
from leadenrich_service.numbers import exact
from leadenrich_service.runs import Run


def of(run: Run) -> dict[str, Any]:
    """Return spend by vendor and day, cost per find and per find of its own, overlap, latency and breaker states."""
    summary = Summary()
    for row in run.rows:
        if row is not None:
            summary.add(row)
    return {
        "summary": summary.to_dict(),
        "vendors": [_vendor(name, part, _alone(run, name)) for name, part in sorted(summary.providers.items())],
        "spend": _spend(run),
        "health": [_health(one) for session in run.sessions[-1:] for one in session.health.values()],
        "progress": run.progress(),
    }


def _vendor(name: str, part: Any, alone: int) -> dict[str, Any]:
    usd = part.cost.usd
    return {
        "name": name,
        "asked": part.asked,
        "hits": part.hits,
        "misses": part.misses,
        "rejected": part.rejected,
        "errors": part.errors,
        "skipped": part.skipped,
        "cached": part.cached,
        "usd": exact(usd),
        "credits": {purse: exact(amount) for purse, amount in part.cost.credits.items()},
        "per_find": exact(_share(usd, part.hits)),
        "alone": alone,
    }


def _alone(run: Run, name: str) -> int:
    """Return for how many rows this one had an answer while somebody else was asked the same and had none."""
    count = 0
    for row in run.rows:
        if row is None:
            continue
        answered = {called(one) for one in row.attempts if one.outcome == "hit"}
        asked = {called(one) for one in row.attempts if one.outcome in ("miss", "error")}
        operation = name.split(".")[-1]
        others = {one for one in answered | asked if one != name and one.split(".")[-1] == operation}
        count += name in answered and bool(others) and not others & answered
    return count


def called(attempt: le.Attempt) -> str:
    """Return who was asked what, as the summary names it."""
    operation = attempt.operation
    return operation if operation.startswith(f"{attempt.provider}.") else f"{attempt.provider}.{operation}"


def _share(usd: Decimal | None, count: int) -> Decimal | None:
    return None if usd is None or not count else round(usd / count, 6)


def _spend(run: Run) -> list[dict[str, Any]]:
    days: dict[tuple[str, str], le.Cost] = defaultdict(le.Cost)
    for day, session in zip(run.days, run.sessions, strict=True):
        for provider, line in session.usage.by_provider().items():
            if line.cost:
                days[day, provider] = days[day, provider] + line.cost
    return [
        {
            "day": day,
            "provider": provider,
            "usd": exact(cost.usd),
            "credits": exact(sum(cost.credits.values(), Decimal(0))),
        }
        for (day, provider), cost in sorted(days.items())
    ]


def _health(one: Any) -> dict[str, Any]:
    return {
        "provider": one.provider,
        "state": one.state,
        "calls": one.calls,
        "success_rate": one.success_rate,
        "p50": one.p50,
        "p95": one.p95,
        "reason": one.reason,
    }
