"""How near a plan comes to its run: fresh, resumed, after an outage, with and without a budget.

    python -m benchmarks.plans             # a quarter of an hour
    python -m benchmarks.plans --seeds 1

Each job is a waterfall, plain or verified, or a chain over 400 people of a sandbox's market. Its vendors' rates are
known from 400 other people of it, as after a pilot. What is compared is `stream.explain()`, made right before the run,
and the run's cost.
"""

from __future__ import annotations

import argparse
import itertools
import logging
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterable
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


def verified() -> le.Waterfall:
    """Return the same with every address verified, and none taken at a domain that accepts every address."""
    return le.Waterfall("find_email", ["hunter", "apollo", "findymail"], verify=["zerobounce"], catch_all="reject")


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


class Market:
    """One market in which a waterfall or a chain has had its pilot.

    Args:
        make: makes the waterfall or chain. seed: of the market. folder: for its ledgers.
    """

    def __init__(self, make: Callable[[], Any], seed: int, folder: Path) -> None:
        self._make, self._seed, self._folder = make, seed, folder
        self._whole: float | None = None

    async def run(
        self, job: Path, records: Any, *, usd: float | None = None, sink: bool = True, **options: Any
    ) -> tuple[Any, Any]:
        """Return the plan of a run of a job, made right before it, and its summary."""
        transport = options.pop("transport", None) or SandboxTransport(seed=self._seed)
        budget = None if usd is None else le.Budget(usd=round(usd, 2), name="job")
        with le.FileLedger(job / "job.db", fsync=False) as ledger:
            async with le.Session(
                SandboxCredentials(), transport=transport, prices=PRICES, ledger=ledger, budget=budget
            ) as session:
                into = le.JsonlSink(job / "rows.jsonl", key="id") if sink else None
                stream = self._make().stream(records, session=session, key="id", into=into, **options)
                return stream.explain(), await stream.drain()

    async def prepare(self) -> None:
        """Make the pilot, and see what asking everybody costs."""
        (self._folder / "pilot").mkdir()
        await self.run(self._folder / "pilot", people(self._seed, LEADS), sink=False)
        async with le.Session.sandbox(seed=self._seed, prices=PRICES) as session:
            stream = self._make().stream(people(self._seed, 0), session=session)
            self._whole = float((await stream.drain()).cost.usd or 0)

    async def planned_and_spent(self, situation: str, share: float | None) -> tuple[float, float]:
        """Return the USD of the plan and those of the run; `share`: of what asking everybody costs, as a budget."""
        job = self._folder / f"{situation}{share}"
        shutil.copytree(self._folder / "pilot", job)
        leads, sink = people(self._seed, 0), situation != "again, from the ledger"
        assert self._whole is not None
        usd = None if share is None else share * self._whole
        if situation in ("stopped half way", "again, from the ledger"):
            await self.run(job, leads, limit=LEADS // 2 if share is None else LEADS // 8, usd=usd, sink=sink)
        elif situation == "after an outage":
            await self.run(job, leads, transport=HalfDown(self._seed), usd=usd)
        plan, summary = await self.run(job, leads, usd=usd, sink=sink)
        return plan.usd.expected, float(summary.cost.usd or 0)


CASES = [(one, None) for one in SITUATIONS] + [(one, 0.5) for one in SITUATIONS[:2]]
"""What is planned, and the budget as a share of what asking everybody costs."""


def measured(
    make: Callable[[], Any], seeds: Iterable[int]
) -> dict[tuple[str, float | None], list[tuple[float, float]]]:
    """Return, for each case, plan and cost in each market."""
    pairs: dict[tuple[str, float | None], list[tuple[float, float]]] = {case: [] for case in CASES}
    for seed in seeds:
        loop = looptime.new_event_loop()
        with tempfile.TemporaryDirectory() as folder:
            market = Market(make, seed, Path(folder))
            loop.run_until_complete(market.prepare())
            for case in CASES:
                pairs[case].append(loop.run_until_complete(market.planned_and_spent(*case)))
                plan, spent = pairs[case][-1]
                print(f"{make.__name__} {case} {seed}: {plan:.3f} {spent:.3f} {plan / spent - 1:+.1%}", flush=True)
        loop.close()
    return pairs


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first", type=int, default=0)
    options = parser.parse_args()
    logging.disable(logging.ERROR)
    warnings.simplefilter("ignore")
    figures = []
    for make in (waterfall, verified, chain):
        for (situation, share), pairs in measured(make, range(options.first, options.first + options.seeds)).items():
            whole = sum(plan for plan, _ in pairs) / sum(spent for _, spent in pairs) - 1
            apart = [abs(plan / spent - 1) for plan, spent in pairs]
            within = sum(one <= BOUND for one in apart)
            money = "" if share is None else ", a budget of half"
            figures.append(
                Figure(
                    f"{make.__name__}, {situation}{money}",
                    f"{whole:+.1%} (one market: {fmean(apart):.1%} on average, {max(apart):.1%} at worst,"
                    f" {within} of {len(pairs)} within 10 %)",
                    "10 %",
                    abs(whole) <= BOUND,
                )
            )
            print(figures[-1].name, figures[-1].value, flush=True)
    report(
        "plans",
        f"The cost that `stream.explain()` expects against the cost of the run: {LEADS} people of about"
        f" 45 companies in each of {options.seeds} markets of the sandbox, of which another {LEADS} were a pilot. The"
        " bound is for all markets together; one market has few companies, so its vendors know more or less of it"
        " than the pilot's.",
        figures,
    )


if __name__ == "__main__":
    main()
