"""How near a plan comes to its run: fresh, resumed, after an outage, with and without a budget.

    python -m benchmarks.plans             # some minutes
    python -m benchmarks.plans --seeds 1

Each job is a waterfall or a chain over 400 people of a sandbox's market. Its vendors' rates are known from 400 other
people of it, as after a pilot. What is compared is `stream.explain()`, made right before the run, and the run's cost.
"""

from __future__ import annotations

import argparse
import itertools
import logging
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from statistics import fmean
from typing import Any

import httpx
import looptime

import leadenrich as le
from benchmarks._measure import Figure, report
from leadenrich.sandbox import World
from leadenrich.sandbox.transport import SandboxCredentials, SandboxTransport

LEADS = 400
PRICES = {
    "hunter": "0.0149",
    "apollo": "0.025",
    "findymail": "0.0208",
    "zerobounce": "0.0099",
    "ocean_io": "0.05",
    "contactout": "0.05",
    "leadmagic": "0.02",
}
SITUATIONS = ("fresh", "stopped half way", "after an outage", "again, from the ledger")
BOUND = 0.1


def waterfall() -> le.Waterfall:
    """Return a waterfall of three finders."""
    return le.Waterfall("find_email", ["hunter", "apollo", "findymail"], quality_threshold=80)


def chain() -> le.Chain:
    """Return a chain of four waterfalls, which need what the ones before them find."""
    return le.Chain(
        [
            le.Waterfall("find_domain", ["ocean_io"]),
            le.Waterfall("find_email", ["hunter", "findymail"]),
            le.Waterfall("verify_email", ["zerobounce"]),
            le.Waterfall("enrich_company", ["contactout", "leadmagic"], fields=["employee_count"]),
        ]
    )


class HalfDown(httpx.AsyncBaseTransport):
    """The sandbox's vendors, of whom two fail half of the time."""

    def __init__(self, seed: int) -> None:
        self._inner, self._calls = SandboxTransport(seed=seed), 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer, or fail."""
        if any(name in request.url.host for name in ("hunter", "leadmagic")):
            self._calls += 1
            if self._calls * 7919 % 1000 < 500:
                return httpx.Response(503)
        return await self._inner.handle_async_request(request)


def people(seed: int, first: int) -> list[dict[str, Any]]:
    """Return people of a market, of whose companies every third is known by name alone."""
    some = itertools.islice(World.of(seed).people, first, first + LEADS)
    return [
        {
            "id": str(first + number),
            "full_name": one.full_name,
            "company_name": one.company_name,
            **({} if number % 3 == 0 else {"company_domain": one.company_domain}),
        }
        for number, one in enumerate(some)
    ]


async def planned_and_spent(
    make: Callable[[], Any], seed: int, situation: str, share: float | None
) -> tuple[float, float]:
    """Return the USD of the plan and those of the run; `share`: of what asking everybody costs, as a budget."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)

        async def run(records: Any, *, usd: float | None = None, sink: bool = True, **options: Any) -> tuple[Any, Any]:
            transport = options.pop("transport", None) or SandboxTransport(seed=seed)
            budget = None if usd is None else le.Budget(usd=round(usd, 2), name="job")
            with le.FileLedger(path / "job.db", fsync=False) as ledger:
                async with le.Session(
                    SandboxCredentials(), transport=transport, prices=PRICES, ledger=ledger, budget=budget
                ) as session:
                    into = le.JsonlSink(path / "rows.jsonl", key="id") if sink else None
                    stream = make().stream(records, session=session, key="id", into=into, **options)
                    return stream.explain(), await stream.drain()

        await run(people(seed, LEADS), sink=False)
        leads, usd, sink = people(seed, 0), None, situation != "again, from the ledger"
        if share is not None:
            async with le.Session.sandbox(seed=seed, prices=PRICES) as session:
                stream = make().stream(leads, session=session)
                usd = share * float((await stream.drain()).cost.usd or 0)
        if situation in ("stopped half way", "again, from the ledger"):
            await run(leads, limit=LEADS // 2 if share is None else LEADS // 8, usd=usd, sink=sink)
        elif situation == "after an outage":
            await run(leads, transport=HalfDown(seed), usd=usd)
        plan, summary = await run(leads, usd=usd, sink=sink)
        return plan.usd.expected, float(summary.cost.usd or 0)


def measured(make: Callable[[], Any], situation: str, share: float | None, seeds: int) -> tuple[float, float, float]:
    """Return plan against run over all markets together, and the mean and the greatest distance of one market."""
    pairs = []
    for seed in range(seeds):
        loop = looptime.new_event_loop()
        pairs.append(loop.run_until_complete(planned_and_spent(make, seed, situation, share)))
        loop.close()
    apart = [abs(plan / spent - 1) for plan, spent in pairs]
    return sum(plan for plan, _ in pairs) / sum(spent for _, spent in pairs) - 1, fmean(apart), max(apart)


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    options = parser.parse_args()
    logging.disable(logging.ERROR)
    warnings.simplefilter("ignore")
    figures = []
    for make, situation, share in itertools.product((waterfall, chain), SITUATIONS, (None, 0.5)):
        if share is not None and situation not in SITUATIONS[:2]:
            continue
        whole, mean, worst = measured(make, situation, share, options.seeds)
        money = "" if share is None else ", a budget of half"
        figures.append(
            Figure(
                f"{make.__name__}, {situation}{money}",
                f"{whole:+.1%} (one market: {mean:.1%} on average, {worst:.1%} at worst)",
                "10 %",
                abs(whole) <= BOUND,
            )
        )
        print(figures[-1].name, figures[-1].value, flush=True)
    report(
        "plans",
        f"The cost that `stream.explain()` expects against the cost of the run, {LEADS} people in each of"
        f" {options.seeds} markets.",
        figures,
    )


if __name__ == "__main__":
    main()
