"""What settings cost and get right in markets with faults: precision beside spend, mean and worst, seeds held out.

python -m benchmarks.faults               # the held-out seeds, some minutes
python -m benchmarks.faults --tuning      # the seeds that settings may be chosen by
"""

from __future__ import annotations

import argparse
import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import fmean
from typing import Any

from benchmarks.markets.faults import FINDERS, HELD_OUT, TUNING, VERIFIERS, FaultyMarket, MarketSession, registered

OP = "find_email"
SETTINGS: dict[str, dict[str, Any]] = {
    "as listed, unverified": {"identity": True},
    "as listed, verified": {"verify": VERIFIERS},
    "verified, bar of 85, by expected cost": {"verify": VERIFIERS, "order": "expected_cost", "quality_threshold": 85},
    "keep, by expected cost": {"verify": VERIFIERS, "order": "expected_cost"},
    "keep, trust=0.97": {"verify": VERIFIERS, "order": "expected_cost", "trust": 0.97},
    "agree, by expected cost": {"verify": VERIFIERS, "order": "expected_cost", "catch_all": "agree"},
    "agree and pattern (le.enrich)": {
        "verify": VERIFIERS,
        "order": "expected_cost",
        "catch_all": "agree",
        "local": True,
    },
    "reject, by expected cost": {"verify": VERIFIERS, "order": "expected_cost", "catch_all": "reject"},
    "reject and pattern": {"verify": VERIFIERS, "order": "expected_cost", "catch_all": "reject", "local": True},
}


@dataclass(frozen=True)
class Figures:
    """What one run came to: USD, accepted addresses, the right ones of them, and the rows."""

    usd: float
    accepted: int
    right: int
    rows: list[Any]

    @property
    def precision(self) -> float:
        """Return the share of right ones."""
        return self.right / self.accepted if self.accepted else 1.0


def made(settings: dict[str, Any], steps: Sequence[str] = FINDERS, **more: Any) -> Any:
    """Return a waterfall with some settings."""
    import leadenrich as le

    told = {**settings, **more}
    guessing = ("local",) if told.pop("local", False) else ()
    return le.Waterfall(OP, [*guessing, *steps], **told)


async def ran(market: FaultyMarket, waterfall: Any, concurrency: int = 5) -> Figures:
    """Run a waterfall over a market."""
    async with waterfall.stream(market.leads, session=MarketSession(market), concurrency=concurrency) as stream:
        rows = [row async for row in stream]
    done = [row for row in rows if row.status == "complete"]
    right = sum(market.is_right(row.record, row["email"]) for row in done)
    return Figures(float(stream.summary.cost.usd or 0), len(done), right, rows)


def spread(values: Sequence[float], worst: Any = max) -> str:
    """Return mean and worst."""
    return f"{fmean(values):.3f} (worst {worst(values):.3f})"


async def aims(seeds: Sequence[int]) -> list[tuple[str, str, str, str, str]]:
    """Compare settings: USD a right address, precision, right addresses, total USD, all beside the first setting's."""
    lines = []
    base: dict[int, Figures] = {}
    for name, settings in SETTINGS.items():
        each, precision, found, spent = [], [], [], []
        for seed in seeds:
            market = FaultyMarket(seed)
            got = await ran(market, made(settings))
            first = base.setdefault(seed, got)
            each.append(got.usd / max(got.right, 1))
            precision.append(got.precision)
            found.append(got.right / first.right)
            spent.append(got.usd / first.usd)
        lines.append((name, spread(spent), spread(each), spread(precision, min), spread(found, min)))
    return lines


async def plans(seeds: Sequence[int]) -> list[tuple[str, str, str, str]]:
    """Compare plans with runs, by policy, after a pilot on another market's draw of the same finders."""
    lines = []
    for name in ("keep, by expected cost", "agree, by expected cost", "reject, by expected cost", "reject and pattern"):
        cost, found, inside = [], [], []
        for seed in seeds:
            market = FaultyMarket(seed)
            half = len(market.people) // 2
            pilot, rest = market.leads[:half], market.leads[half:]
            waterfall, session = made(SETTINGS[name]), MarketSession(market)
            await waterfall.run(pilot, session=session, concurrency=5)
            plan = waterfall.explain(rest, session=MarketSession(market))
            async with waterfall.stream(rest, session=MarketSession(market), concurrency=5) as stream:
                done = sum([row.status == "complete" async for row in stream])
            usd = float(stream.summary.cost.usd or 0)
            cost.append(plan.usd.expected / usd - 1)
            found.append(plan.accepted.expected / max(done, 1) - 1)
            inside.append(plan.usd.low <= usd <= plan.usd.high)
        near = fmean(abs(one) <= 0.1 for one in cost)
        off = f"{spread([abs(one) for one in cost])}, mean {fmean(cost):+.3f}"
        lines.append((name, off, spread([abs(one) for one in found]), f"{near:.0%} / {fmean(inside):.0%}"))
    return lines


async def replays(seeds: Sequence[int]) -> list[tuple[str, str, str, str]]:
    """Compare what replays of one run say of other orders with what these orders really cost."""
    import leadenrich as le

    lines = []
    for policy in ("keep", "agree", "reject"):
        off, found, ranked = [], [], []
        for seed in seeds:
            market = FaultyMarket(seed, leads=400)
            rows = (await ran(market, made({"verify": VERIFIERS, "catch_all": policy}))).rows
            costs = []
            for turn in range(1, len(FINDERS)):
                order = [*FINDERS[turn:], *FINDERS[:turn]]
                waterfall = made({"verify": VERIFIERS, "catch_all": policy}, order)
                told, real = le.replay(rows, waterfall), await ran(market, waterfall)
                costs.append((told.expected_usd, real.usd))
                off.append(abs(told.expected_usd / real.usd - 1))
                found.append(abs(told.expected / max(real.accepted, 1) - 1))
            ranked += [(a[0] > b[0]) == (a[1] > b[1]) for a, b in combinations(costs, 2)]
        lines.append((policy, spread(off), spread(found), f"{fmean(ranked):.1%}"))
    return lines


async def drifts(seeds: Sequence[int]) -> list[tuple[str, str]]:
    """Compare spend in the last quarter, after the rates have changed places, with and without fading."""
    import leadenrich as le

    lines = []
    for name, half_life in (("half_life=500", 500), ("half_life=None", None)):
        late = []
        for seed in seeds:
            market = FaultyMarket(seed, leads=3000, drift=True)
            stats = le.Stats(half_life=half_life)
            told = {"verify": VERIFIERS, "order": "expected_cost"}
            waterfall = made(told, stats=stats)
            session, leads = MarketSession(market), market.leads
            await waterfall.run(leads[:2500], session=session, concurrency=5)
            async with waterfall.stream(leads[2500:], session=MarketSession(market), concurrency=5) as stream:
                async for _ in stream:
                    pass
            usd = float(stream.summary.cost.usd or 0)
            fresh = le.Stats(half_life=None)
            await made(told, stats=fresh).run(leads[1500:2500], session=MarketSession(market), concurrency=5)
            async with made(told, stats=fresh).stream(leads[2500:], session=MarketSession(market)) as best:
                async for _ in best:
                    pass
            late.append(usd / float(best.summary.cost.usd or 1) - 1)
        lines.append((name, spread(late)))
    return lines


async def sorting(seeds: Sequence[int]) -> list[tuple[str, str]]:
    """Compare a list sorted by company with the same one shuffled, under reject with patterns."""
    lines = []
    for name in ("reject, by expected cost", "reject and pattern"):
        ratio = []
        for seed in seeds:
            shuffled, ordered = FaultyMarket(seed), FaultyMarket(seed, ordered=True)
            a = await ran(shuffled, made(SETTINGS[name]), 50)
            b = await ran(ordered, made(SETTINGS[name]), 50)
            ratio.append((b.usd / max(b.right, 1)) / (a.usd / max(a.right, 1)))
        lines.append((name, spread(ratio)))
    return lines


def shown(title: str, head: Sequence[str], lines: Sequence[Sequence[str]]) -> None:
    """Print a Markdown table."""
    print(f"\n## {title}\n\n| {' | '.join(head)} |\n|{'---|' * len(head)}")
    for line in lines:
        print(f"| {' | '.join(line)} |", flush=True)


async def main() -> None:
    """Print every figure."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--tuning", action="store_true")
    parser.add_argument("--seeds", type=int, default=10)
    given = parser.parse_args()
    seeds = (TUNING if given.tuning else HELD_OUT)[: given.seeds]
    logging.disable(logging.WARNING)
    with registered():
        head = ("settings", "USD, x as listed", "USD a right address", "precision", "right, x as listed")
        shown("Settings", head, await aims(seeds))
        head = ("policy", "cost off", "found off", "within a tenth / in the 80 % interval")
        shown("Plans for the second half", head, await plans(seeds))
        shown("Replays of another order", ("policy", "cost off", "found off", "pairs ranked"), await replays(seeds))
        shown("Sorted by company, cost of a right address, x shuffled", ("settings", ""), await sorting(seeds))
        shown("1,000 records after a change: above what is best then", ("", "mean"), await drifts(seeds[:5]))


if __name__ == "__main__":
    asyncio.run(main())
