"""Usage, health and the report of a run: the library's own report and pictures, and spend by day."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import leadenrich as le
from leadenrich_service.numbers import exact, total
from leadenrich_service.runs import Run

FIGURES = ("coverage", "calibration", "waterfall", "overlap", "spend")


def report_of(run: Run) -> le.Report | None:
    """Return the report of the rows that came; None before the first."""
    rows = [row for row in run.rows if row is not None]
    return le.report(rows, budget=run.design.money()) if rows else None


def of(run: Run) -> dict[str, Any]:
    """Return what each vendor did, spend by day, health, and which pictures there are."""
    report = report_of(run)
    return {
        "vendors": [one.to_dict() for one in report.vendors] if report is not None else [],
        "figures": drawable(report),
        "spend": _spend(run),
        "health": [_health(one) for session in run.sessions[-1:] for one in session.health.values()],
    }


def drawable(report: le.Report | None) -> list[dict[str, str]]:
    """Return the pictures that the run tells something of."""
    if report is None:
        return []
    return [
        {"name": name, "title": report.figures[name].title}
        for name in FIGURES
        if name in report.figures and report.figures[name].spec
    ]


def picture(run: Run, name: str, dark: bool) -> bytes | None:
    """Return a picture as PNG; None where there is none of that name."""
    report = report_of(run)
    if name not in {one["name"] for one in drawable(report)} or report is None:
        return None
    return report.figures[name].png(dark=dark)


def _spend(run: Run) -> list[dict[str, Any]]:
    days: dict[tuple[str, str], le.Cost] = defaultdict(le.Cost)
    for session in run.sessions:
        for day, lines in session.usage.days.items():
            for line in lines.values():
                if line.cost:
                    place = (day.isoformat(), line.provider)
                    days[place] = days[place] + line.cost
    return [
        {
            "day": day,
            "provider": provider,
            "usd": exact(cost.usd),
            "credits": total(cost.plain_credits.values()),
            "tokens": total(cost.tokens.values()),
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
