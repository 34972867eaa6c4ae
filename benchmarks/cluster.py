"""Several workers over one house: limits used, money spent, calls made, and what limits allow.

    python -m benchmarks.cluster               # the simulation, in virtual time, and 1, 2 and 4 workers over Ray
    python -m benchmarks.cluster --rows 20000 --batch 1 --no-ray

The simulation runs the real `House` and its limiter, on one event loop whose clock waits for nobody: every worker
reaches the house over an invented wire. Rows go in batches, each a bulk call whose limit counts its items, so that ten
million of them take minutes; `--batch 1` has a call for each row. Ray is run where it is installed.
"""

from __future__ import annotations

import argparse
import asyncio
import functools
import os
import random
import time
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import looptime

import leadenrich as le
from benchmarks._measure import Figure, report
from leadenrich.integrations.house import House, HouseLimiter
from leadenrich.sandbox import World

VENDORS, WORKERS, CONCURRENCY = 60, 64, 400
WIRE = 0.002
"""Seconds from a worker to the house and back."""
PRICES = {"hunter": "0.0149", "apollo": "0.025", "findymail": "0.0208"}
ROOT = Path(__file__).parent.parent


async def simulated(rows: int, batch: int) -> tuple[float, float, int, int]:
    """Return the seconds a run took, those that the limits allow, the calls to vendors and those to the house."""
    chance = random.Random(0)
    limits = [chance.choice([5, 10, 20, 50]) * batch for _ in range(VENDORS)]
    rates = [[le.Rate(limit, per=1, unit="items" if batch > 1 else "requests")] for limit in limits]
    house, calls, reached = House(), Counter[int](), 0

    async def call(method: str, *arguments: Any) -> Any:
        nonlocal reached
        reached += 1
        await asyncio.sleep(WIRE)
        return await getattr(house, method)(*arguments)

    todo = iter(range(rows // batch))

    async def lane(limiter: HouseLimiter, seed: int) -> None:
        mine = random.Random(seed)
        for _ in todo:
            for vendor in mine.choices(range(VENDORS), limits, k=2):
                calls[vendor] += 1
                slot = await limiter.acquire(str(vendor), "GET /find", rates[vendor], batch)
                await asyncio.sleep(mine.uniform(0.1, 0.5))
                await limiter.answered(slot)

    limiters = [HouseLimiter(call) for _ in range(WORKERS)]
    loop = asyncio.get_running_loop()
    started = loop.time()
    await asyncio.gather(*(lane(limiters[n % WORKERS], n) for n in range(CONCURRENCY * WORKERS)))
    took = loop.time() - started
    bound = max(count * batch / limits[vendor] for vendor, count in calls.items())
    return took, bound, calls.total(), reached


def simulate(rows: int, batch: int) -> tuple[float, float, int, int]:
    """Run the simulation on a loop with a virtual clock."""
    loop = looptime.new_event_loop()
    try:
        return loop.run_until_complete(simulated(rows, batch))
    finally:
        loop.close()


def over_ray(name: str, workers: int, people: list[dict[str, Any]], usd: float = 100) -> tuple[Decimal, int, int]:
    """Return the dollars spent, the paid calls and how many were found, with so many workers."""
    import ray

    from leadenrich.integrations.ray import enrich

    waterfall = le.Waterfall("find_email", list(PRICES), quality_threshold=80)
    dataset = ray.data.from_items(people).repartition(8)
    session = functools.partial(le.Session.sandbox, prices=PRICES)
    shared: dict[str, Any] = {"usd": usd, "calls": 1_000_000, "name": name, "num_cpus": 0.5}
    started = time.perf_counter()
    rows = enrich(dataset, waterfall, workers=workers, batch_size=50, session=session, **shared).take_all()
    print(f"{name}: {time.perf_counter() - started:.0f} s")
    house = ray.get_actor(name)
    assert len(rows) == len(people)
    found = sum(row["status"] == "complete" for row in rows)
    return ray.get(house.spent.remote()), int(ray.get(house.spent.remote("", "calls"))), found


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--batch", type=int, default=100)
    parser.add_argument("--people", type=int, default=400)
    parser.add_argument("--no-ray", action="store_true")
    options = parser.parse_args()
    took, bound, calls, reached = simulate(options.rows, options.batch)
    figures = [
        Figure(
            f"{options.rows:,} rows in batches of {options.batch}, {VENDORS} vendors, {WORKERS} workers: time against"
            " what the limits allow",
            f"{took / bound:.3f} x ({took:,.0f} s)",
            "<= 1.05 x",
            took <= 1.05 * bound,
        ),
        Figure("calls to the house for each call to a vendor", f"{reached / calls:.2f}", "<= 1", reached <= calls),
    ]
    if not options.no_ray:
        figures += _ray(options.people)
    report("cluster", "Workers that share one `House`: a simulation in virtual time, and Ray on this machine.", figures)


def _ray(people: int) -> list[Figure]:
    import ray

    environment = {"env_vars": {"PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}}
    ray.init(num_cpus=4, include_dashboard=False, logging_level="ERROR", runtime_env=environment)
    ray.data.DataContext.get_current().enable_progress_bars = False
    known = zip(World.of(0).people, range(people // 2))  # noqa: B905
    half = [{"full_name": one.full_name, "company_domain": one.company_domain} for one, _ in known]
    figures, alone = [], (Decimal(0), 0)
    for workers in (1, 2, 4):
        spent, calls, found = over_ray(f"cluster{workers}", workers, half * 2)  # everybody twice: paid once
        alone = alone if alone[1] else (spent, calls)
        figures.append(
            Figure(
                f"{workers} workers over Ray, everybody twice: spent and calls against one worker",
                f"{spent / alone[0]:.2f} x (${spent:.2f}), {calls / alone[1]:.2f} x ({calls:,} calls); {found} found",
                "<= 1.0 x",
                spent <= alone[0],
            )
        )
    wall = round(float(alone[0]) / 2, 2)
    spent, calls, found = over_ray("wall", 4, half * 2, usd=wall)
    figures.append(
        Figure(
            f"4 workers over Ray with ${wall:.2f} for all: spent",
            f"${spent:.4f} ({calls:,} calls; {found} found)",
            f"<= ${wall:.2f}",
            float(spent) <= wall,
        )
    )
    ray.shutdown()
    return figures


if __name__ == "__main__":
    main()
