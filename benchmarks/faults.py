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
TRUSTING = "keep, trust=0.97"
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


POLICIES = ("keep, by expected cost", "agree, by expected cost", "reject, by expected cost", "reject and pattern")
PILOT = 300
SITUATIONS = ("the pilot's session goes on", "another session", "other companies")
"""Where a plan is made: in the session of the pilot, in another one over the same companies, for companies unseen."""


def told_apart(seed: int, companies: bool) -> tuple[FaultyMarket, int]:
    """Return a market, and how many of its people are the pilot's; `companies`: no company has people in both parts."""
    if not companies:
        return FaultyMarket(seed), PILOT
    market = FaultyMarket(seed, leads=4 * PILOT)
    first: set[str] = set()
    by_company: dict[str, int] = {}
    for one in market.people:
        by_company[one.lead["company_domain"]] = by_company.get(one.lead["company_domain"], 0) + 1
    size = 0
    for domain, people in by_company.items():
        if size < PILOT:
            first.add(domain)
            size += people
    market.sort(lambda one: one.lead["company_domain"] not in first)
    return market, size


async def planned(seed: int, name: str, situation: str) -> tuple[Any, float, int]:
    """Return the plan made after a pilot, and what the run came to: USD, and values."""
    market, size = told_apart(seed, situation == "other companies")
    pilot, rest = market.leads[:size], market.leads[size:]
    waterfall, session = made(SETTINGS[name]), MarketSession(market)
    await waterfall.run(pilot, session=session, concurrency=5)
    if situation != SITUATIONS[0]:
        session = MarketSession(market)
    plan = waterfall.explain(rest, session=session)
    async with waterfall.stream(rest, session=session, concurrency=5) as stream:
        done = sum([row.status == "complete" async for row in stream])
    return plan, float(stream.summary.cost.usd or 0), done


def compared(told: Sequence[tuple[Any, float, int]]) -> tuple[str, ...]:
    """Return how far plans were off, how often they were within a tenth, and how often their intervals held."""
    cost = [plan.usd.expected / usd - 1 for plan, usd, _ in told]
    found = [plan.accepted.expected / max(done, 1) - 1 for plan, _, done in told]
    inside = fmean(plan.usd.low <= usd <= plan.usd.high for plan, usd, _ in told)
    holds = fmean(plan.accepted.low <= done <= plan.accepted.high for plan, _, done in told)
    return (
        f"{spread([abs(one) for one in cost])}, mean {fmean(cost):+.3f}",
        f"{spread([abs(one) for one in found])}, mean {fmean(found):+.3f}",
        f"{fmean(abs(one) <= 0.1 for one in cost):.0%} / {fmean(abs(one) <= 0.1 for one in found):.0%}",
        f"{inside:.0%} / {holds:.0%}",
    )


async def plans(seeds: Sequence[int]) -> list[tuple[str, ...]]:
    """Compare plans with runs, by where they are made and by policy."""
    return [
        (situation, name, *compared([await planned(seed, name, situation) for seed in seeds]))
        for situation in SITUATIONS
        for name in POLICIES
    ]


async def unpiloted(seeds: Sequence[int]) -> list[tuple[str, ...]]:
    """Compare plans made before anything was asked, of each finder's true rates as priors, with runs."""
    import leadenrich as le

    lines = []
    for name in POLICIES[:2]:
        told = []
        for seed in seeds:
            market = FaultyMarket(seed)
            priors = {
                finder: le.Prior(find=facts.find, accept=facts.right, weight=200)
                for finder, facts in zip(FINDERS, market.finders, strict=True)
            }
            waterfall = made(SETTINGS[name], stats=le.Stats(priors))
            plan = waterfall.explain(market.leads, session=MarketSession(market))
            got = await ran(market, waterfall)
            told.append((plan, got.usd, got.accepted))
        lines.append((name, *compared(told)))
    return lines


async def trusting(seeds: Sequence[int]) -> list[tuple[str, ...]]:
    """Compare `trust=0.97` with verifying everything, by how long the list is."""
    lines = []
    for leads in (600, 3000):
        cost, share, precision, trusted = [], [], [], []
        for seed in seeds:
            market = FaultyMarket(seed, leads=leads)
            plain, trust = [await ran(market, made(SETTINGS[one])) for one in ("keep, by expected cost", TRUSTING)]
            spent = sum(
                float(one.cost.usd or 0) for row in plain.rows for one in row.attempts if one.provider in VERIFIERS
            )
            cost.append(trust.usd / plain.usd)
            share.append(spent / plain.usd)
            precision.append(trust.precision - plain.precision)
            flagged = sum("email" in row.values and "trusted" in row.values["email"].flags for row in trust.rows)
            trusted.append(flagged / trust.accepted)
        lines.append((f"{leads:,}", spread(cost), spread(share), spread(trusted, min), spread(precision, min)))
    return lines


async def replays(seeds: Sequence[int]) -> list[tuple[str, ...]]:
    """Compare what replays of one run say of other orders with what these orders really cost."""
    import leadenrich as le

    lines = []
    for policy in ("keep", "agree", "reject"):
        off, found, ranked, apart, inside = [], [], [], [], []
        for seed in seeds:
            market = FaultyMarket(seed, leads=400)
            rows = (await ran(market, made({"verify": VERIFIERS, "catch_all": policy}))).rows
            costs = []
            for turn in range(1, len(FINDERS)):
                order = [*FINDERS[turn:], *FINDERS[:turn]]
                waterfall = made({"verify": VERIFIERS, "catch_all": policy}, order)
                told, real = le.replay(rows, waterfall), await ran(market, waterfall)
                costs.append((told, real.usd))
                off.append(abs(told.expected_usd / real.usd - 1))
                found.append(abs(told.expected / max(real.accepted, 1) - 1))
                inside.append(told.usd_range.low <= real.usd <= told.usd_range.high)
            for (one, usd), (other, others) in combinations(costs, 2):
                ranked.append((one.expected_usd < other.expected_usd) == (usd < others))
                if (cheaper := one.is_cheaper_than(other)) is not None:
                    apart.append(cheaper == (usd < others))
        near = f"{fmean(one <= 0.1 for one in off):.0%} / {fmean(inside):.0%}"
        right = f"{fmean(apart):.1%} of {len(apart)} of {len(ranked)}"
        lines.append((policy, spread(off), spread(found), near, f"{fmean(ranked):.1%}", right))
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
        tail = ("cost off", "found off", "within a tenth: cost / found", "in the 80 % interval: cost / found")
        shown("Plans after a pilot of 300", ("made in", "policy", *tail), await plans(seeds))
        shown("Plans from true rates as priors", ("policy", *tail), await unpiloted(seeds))
        head = (
            "policy",
            "cost off",
            "found off",
            "within a tenth / in the 80 % interval",
            "pairs ranked",
            "told apart",
        )
        shown("Replays of another order", head, await replays(seeds))
        head = ("leads", "USD, x verified", "verification, of USD", "trusted values", "precision, more")
        shown("trust=0.97", head, await trusting(seeds[:5]))
        shown("Sorted by company, cost of a right address, x shuffled", ("settings", ""), await sorting(seeds))
        shown("1,000 records after a change: above what is best then", ("", "mean"), await drifts(seeds[:5]))


if __name__ == "__main__":
    asyncio.run(main())
