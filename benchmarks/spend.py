"""What order and allocation save: the library's own choosing, over invented markets, against the best fixed order.

python -m benchmarks.spend             # all of it, a few minutes; writes docs/spend.md
python -m benchmarks.spend --seeds 5   # quick, writes nothing
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import random
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import fmean
from types import SimpleNamespace
from typing import Any

from benchmarks.markets import A_COMPANY, SEEDS, Market, markets
from benchmarks.markets.loop import Prices, adapt, by_truth, spread, walk, within
from benchmarks.markets.world import OPERATION, World
from leadenrich.waterfall.choice.order import Order
from leadenrich.waterfall.plan.companies import Companies
from leadenrich.waterfall.plan.explain import Planner
from leadenrich.waterfall.plan.sampling import Kind
from leadenrich.waterfall.stats.statistics import Stats

PAGE = Path(__file__).parent.parent / "docs" / "spend.md"


class Tally:
    """Figures of one kind over many markets."""

    def __init__(self) -> None:
        self.values: list[float] = []
        self.groups: dict[Any, list[float]] = {}

    def add(self, value: float, group: Any = None) -> None:
        """Note one market's figure."""
        self.values.append(value)
        self.groups.setdefault(group, []).append(value)

    @property
    def mean(self) -> float:
        """Return the mean."""
        return fmean(self.values)


def order_of(world: World, stats: Stats, kind: Any = "expected_cost") -> Order:
    """Return the library's order over a market's prices."""
    prices = Prices(world)
    return Order(stats, kind, prices.charges)


def group_of(market: Market) -> tuple[str, float, float]:
    """Return what a market has in common with others."""
    return market.billing, market.correlation, market.catch_all


def ordering(seeds: int) -> dict[str, Tally]:
    """Compare costs with the best fixed order's, as a share above it."""
    names = ("true rates", "learning", "frozen", "listed", "cheapest", "hit rate")
    tallies = {name: Tally() for name in (*names, "wrong, learning", "wrong, frozen")}
    for market in markets(seeds):
        world, group = World(market), group_of(market)
        best = world.best
        every = range(len(world.steps))

        def note(name: str, cost: float, best: float = best, group: Any = group) -> None:
            tallies[name].add(cost / best - 1, group)

        note("true rates", by_truth(world))
        run = walk(world, order_of(world, Stats(world.priors())))
        assert run.accepted == world.accepted, "every order ends with the same addresses"
        note("learning", run.cost)
        note("frozen", spread(world, order_of(world, Stats(world.priors(), frozen=True))))
        note("listed", world.cost(every))
        finders = market.finders
        note("cheapest", world.cost(sorted(every, key=lambda n: finders[n].call + finders[n].hit)))
        note("hit rate", world.cost(sorted(every, key=lambda n: -finders[n].prior_find)))
        if market.seed % 5 == 0:  # each finder's published figures are another one's
            wrong = world.priors(shuffled=True)
            note("wrong, learning", walk(world, order_of(world, Stats(wrong))).cost)
            note("wrong, frozen", spread(world, order_of(world, Stats(wrong, frozen=True))))
    return tallies


def adapting(seeds: int) -> dict[str, Tally]:
    """Compare, with catch-all addresses rejected, with the best fixed order that goes on all the same."""
    tallies = {name: Tally() for name in ("cost", "patterns", "patterns found")}
    for market in markets(seeds, correlations=(0.3,), catch_all=(0.3,)):
        world = World(market)
        best, accepted = world.best_rejecting
        plain = adapt(world, order_of(world, Stats(world.priors())))
        assert plain.accepted == accepted, "nothing that would have been accepted is given up"
        tallies["cost"].add(plain.cost / best, market.billing)
        proposing = adapt(world, order_of(world, Stats(world.priors())), patterns=0.75)
        each, best_each = proposing.cost / proposing.accepted, best / accepted
        tallies["patterns"].add(each / best_each, market.billing)
        tallies["patterns found"].add(proposing.accepted / accepted, market.billing)
    return tallies


def scarce(seeds: int) -> dict[str, Tally]:
    """Compare what a fifth of the full run's cost gets accepted."""
    tallies = {name: Tally() for name in ("depth", "listed", "possible")}
    for market in markets(seeds, correlations=(0.3,)):
        world = World(market)
        usd = world.best / 5
        cutoff = within(world, order_of(world, Stats(world.priors())), usd, cutoff=True)
        depth = within(world, order_of(world, Stats(world.priors())), usd, cutoff=False)
        listed = within(world, order_of(world, Stats(world.priors()), "listed"), usd, cutoff=False)
        group = (market.billing, market.catch_all)
        tallies["depth"].add(cutoff / depth, group)
        tallies["listed"].add(cutoff / listed, group)
        if market.seed % 5 == 0:
            truth = within(world, order_of(world, world.truth()), usd, cutoff=True)
            tallies["possible"].add(truth / cutoff, group)
    return tallies


def planner(world: World, order: Order) -> Planner:
    """Return what makes plans, over a market."""
    rules = SimpleNamespace(
        operation=OPERATION,
        max_providers=None,
        catch_all="agree",
        catch_all_ends=False,
        checks=(),
        allocation="cutoff",
        stats=order.stats,
    )
    loop: Any = SimpleNamespace(rules=rules, steps=world.steps, session=None, remembers=False)
    every = Kind(None, tuple(range(len(world.steps))))
    sampling: Any = SimpleNamespace(
        shares=[(every, 1.0)],
        lacking=Counter(),
        seen=1,
        complete=[False],
        paid=lambda step: 1.0,
        per_company=A_COMPANY,
        companies=Companies.of([A_COMPANY] * (world.leads // A_COMPANY)),
    )
    prices: Any = Prices(world)
    return Planner(loop, order, prices, sampling)


def explaining(runs: int) -> dict[str, Any]:
    """See how often the interval holds the true cost, and the point lies within a tenth of it."""
    chosen = random.Random(0).sample(markets(SEEDS), runs)
    found: dict[str, list[bool]] = {"true, inside": [], "true, near": [], "pilot, inside": [], "pilot, near": []}
    off = []
    for number, market in enumerate(chosen):
        world = World(market, run=number + 1)
        order = order_of(world, world.truth())
        plan = planner(world, order).money(world.leads).usd
        cost = spread(world, order)
        found["true, inside"].append(plan.low <= cost <= plan.high)
        found["true, near"].append(abs(plan.expected / cost - 1) <= 0.1)
        order = order_of(world, Stats(world.priors()))
        walk(world, order, 0, 200)
        plan = planner(world, order).money(world.leads - 200).usd
        cost = walk(world, order, 200).cost
        found["pilot, inside"].append(plan.low <= cost <= plan.high)
        found["pilot, near"].append(abs(plan.expected / cost - 1) <= 0.1)
        off.append(plan.expected / cost - 1)
    return {name: fmean(values) for name, values in found.items()} | {"pilot, off": fmean(off), "runs": runs}


async def end_to_end() -> dict[str, Any]:
    """Run the real waterfall over the sandbox, as listed and by expected cost."""
    import leadenrich as le
    from leadenrich.sandbox import World as Sandbox

    people = [one for index in range(400) for one in Sandbox.of(0).people_of(index)][:2000]
    leads = [{"full_name": one.full_name, "company_domain": one.company_domain} for one in people]
    prices = {"hunter": "0.0149", "apollo": "0.025", "findymail": "0.0208", "contactout": "0.1", "zerobounce": "0.0099"}
    results: dict[str, Any] = {"leads": len(leads)}
    for kind in ("listed", "expected_cost"):
        steps = ["contactout", "apollo", "findymail", "hunter"]
        session = le.Session.sandbox(prices=prices)
        waterfall = le.Waterfall("find_email", steps, verify=["zerobounce"], order=kind, catch_all="reject")
        async with session:
            plan = waterfall.explain(leads, session=session)
            async with waterfall.stream(leads, session=session) as rows:
                complete = [row async for row in rows if row.status == "complete"]
            results[kind] = (len(complete), float(rows.summary.cost.usd or 0), plan.usd)
    return results


def percent(value: float, digits: int = 2) -> str:
    """Return a share in percent."""
    return f"{100 * value:.{digits}f} %"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    return "\n".join("| " + " | ".join(line) + " |" for line in (head, ["---"] * len(head), *rows))


def verdict(value: float, bound: float, above: bool = False) -> str:
    """Say whether a bound holds."""
    return "holds" if (value >= bound if above else value <= bound) else "**does not hold**"


def report(seeds: int, runs: int) -> str:
    """Run everything and return the page."""
    started = time.process_time()
    tallies, adaptive, budget = ordering(seeds), adapting(seeds), scarce(seeds)
    plans, real = explaining(runs), asyncio.run(end_to_end())
    seconds = time.process_time() - started
    above = [
        (title, percent(tallies[name].mean), percent(max(tallies[name].values)))
        for title, name in (
            ("true rates known", "true rates"),
            ("learning from published priors", "learning"),
            ("published priors, never learning", "frozen"),
            ("as listed", "listed"),
            ("cheapest first", "cheapest"),
            ("highest hit rate first", "hit rate"),
        )
    ]
    groups = sorted(tallies["learning"].groups)
    by_group = [
        (
            billing,
            f"{correlation:g}",
            percent(catch_all, 0),
            *(
                f"{percent(fmean(tallies[name].groups[group]))} / {percent(max(tallies[name].groups[group]))}"
                for name in ("true rates", "learning", "frozen")
            ),
        )
        for group in groups
        for billing, correlation, catch_all in [group]
    ]
    truth, learning = tallies["true rates"], tallies["learning"]
    wrong, stuck = tallies["wrong, learning"], tallies["wrong, frozen"]
    bounds = [
        ("true rates, mean", percent(truth.mean), "<= 0.5 %", verdict(truth.mean, 0.005)),
        ("true rates, worst", percent(max(truth.values)), "<= 2 %", verdict(max(truth.values), 0.02)),
        ("learning, mean", percent(learning.mean), "<= 1 %", verdict(learning.mean, 0.01)),
        ("learning, worst", percent(max(learning.values)), "<= 4 %", verdict(max(learning.values), 0.04)),
        (
            "wrong priors: learning, mean",
            percent(wrong.mean),
            f"< frozen, {percent(stuck.mean)}",
            verdict(wrong.mean, stuck.mean),
        ),
        (
            "catch-all rejected: cost, mean",
            f"{adaptive['cost'].mean:.2f} x",
            "<= 0.45 x",
            verdict(adaptive["cost"].mean, 0.45),
        ),
        (
            "a fifth of the budget: cutoff over depth in listed order, mean",
            f"{budget['listed'].mean:.2f} x",
            ">= 1.9 x",
            verdict(budget["listed"].mean, 1.9, above=True),
        ),
        (
            "the same over depth in the cheapest order, mean",
            f"{budget['depth'].mean:.2f} x",
            ">= 1.9 x",
            verdict(budget["depth"].mean, 1.9, above=True),
        ),
        (
            "80 % interval holds, true rates",
            percent(plans["true, inside"], 0),
            "75-85 %",
            "holds" if 0.75 <= plans["true, inside"] <= 0.85 else "**does not hold**",
        ),
        (
            "80 % interval holds, after a pilot",
            percent(plans["pilot, inside"], 0),
            "75-85 %",
            "holds" if 0.75 <= plans["pilot, inside"] <= 0.85 else "**does not hold**",
        ),
        (
            "within a tenth, true rates",
            percent(plans["true, near"], 0),
            "100 %",
            verdict(plans["true, near"], 1.0, above=True),
        ),
        (
            "within a tenth, after a pilot of 200",
            percent(plans["pilot, near"], 0),
            ">= 80 %",
            verdict(plans["pilot, near"], 0.8, above=True),
        ),
    ]
    listed, cheap = real["listed"], real["expected_cost"]
    return PAGE_TEXT.format(
        seeds=seeds,
        count=len(learning.values),
        seconds=f"{seconds:.0f}",
        runs=runs,
        cores=os.cpu_count(),
        python=platform.python_version(),
        bounds=table(("", "measured", "wanted", ""), bounds),
        above=table(("order", "mean above the best", "worst"), above),
        by_group=table(("charged", "correlation", "catch-all", "true rates", "learning", "frozen"), by_group),
        wrong=percent(wrong.mean),
        wrong_worst=percent(max(wrong.values)),
        stuck=percent(stuck.mean),
        stuck_worst=percent(max(stuck.values)),
        adaptive=f"{adaptive['cost'].mean:.2f}",
        adaptive_worst=f"{max(adaptive['cost'].values):.2f}",
        adaptive_best=f"{min(adaptive['cost'].values):.2f}",
        patterns=f"{adaptive['patterns'].mean:.2f}",
        patterns_found=percent(adaptive["patterns found"].mean - 1, 1),
        budget=table(
            ("charged", "catch-all", "over depth, as listed", "over depth, cheapest order", "true rates known"),
            [
                (
                    billing,
                    percent(share, 0),
                    *(
                        f"{fmean(budget[name].groups[billing, share]):.2f} x"
                        f" ({min(budget[name].groups[billing, share]):.2f} to"
                        f" {max(budget[name].groups[billing, share]):.2f})"
                        for name in ("listed", "depth", "possible")
                    ),
                )
                for billing, share in sorted(budget["depth"].groups)
            ],
        ),
        off=percent(plans["pilot, off"], 1),
        leads=real["leads"],
        listed_found=listed[0],
        listed_usd=f"{listed[1]:.2f}",
        listed_each=f"{listed[1] / listed[0]:.4f}",
        cheap_found=cheap[0],
        cheap_usd=f"{cheap[1]:.2f}",
        cheap_each=f"{cheap[1] / cheap[0]:.4f}",
    )


PAGE_TEXT = """# What order saves

Written by `python -m benchmarks.spend`: {cores} cores, Python {python}, {seconds} s on one core. The markets are
invented; what they are drawn from is in `benchmarks/markets/priors.json`, numbers with their sources. They say
nothing about any vendor.

## The bounds

{bounds}

## Markets

{count} markets: {seeds} sets of six finders and a verifier; every answer charged, or a mix with charges for each
call and fees for misses; correlation of what finders know (that of the hidden normal variables of a copula) 0, 0.3
and 0.6; no catch-all domains or 30 % of them, where an address is accepted once two finders agree. True rates lie
around the published ones, normal in log odds with a standard deviation of 0.8; the library knows the published
ones. Each market has 5,000 leads, ten a company. Cost is counted from the first lead on, so learning pays for
itself or shows. The best fixed order is found by trying all 720 with hindsight. The loop around the choosing is a
light one; order, statistics, allocation, memory and plans are the library's.

## Cost over the best fixed order

{above}

Mean and worst by kind of market:

{by_group}

Where each finder's published figures are another one's, every fifth set: learning {wrong} above the best (worst
{wrong_worst}), frozen {stuck} (worst {stuck_worst}).

## Rejecting catch-all addresses

30 % catch-all domains, `catch_all="reject"`, correlation 0.3. A rejection ends the record, and the domain for the
session. The same addresses are accepted at {adaptive} times the cost of the best fixed order that goes on asking
({adaptive_best} to {adaptive_worst}). With the step `local` and three quarters of the people following their
company's pattern: {patterns} times its cost for each accepted address, and {patterns_found} more addresses
accepted.

## A fifth of the money

The budget is 20 % of what the best fixed order costs; correlation 0.3. How many more addresses
`allocation="cutoff"` gets accepted, learning as it goes, than going row by row (range over the markets). Row by row
in the listed order is what a waterfall without any of this does. Row by row in the cheapest order differs in
allocation alone; there, how much can be gained is the market's doing: where all finders cost about the same for a
value, leaving some out gains nothing. The last column is how much more the cutoff would reach if it knew the true
rates from the start (every fifth set).

{budget}

## Plans

{runs} markets, drawn at random. With the true rates known the plan is for 5,000 leads; after a pilot of 200 for the
rest, which goes on learning. The point estimate after a pilot lies {off} beside the truth on average.

## The real waterfall

{leads} leads of the sandbox through `Waterfall` itself, four finders and a verifier, catch-all rejected: as listed
{listed_found} accepted for ${listed_usd} (${listed_each} each), by expected cost {cheap_found} for ${cheap_usd}
(${cheap_each} each). The sandbox' vendors are invented too.
"""


def main() -> None:
    """Run and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--runs", type=int, default=200)
    chosen = parser.parse_args()
    page = report(chosen.seeds, chosen.runs)
    if chosen.seeds == SEEDS and chosen.runs >= 200:
        PAGE.write_text(page, encoding="utf-8")
    print(page)


if __name__ == "__main__":
    main()
