"""Invented markets: finders with rates and prices, and who of 5,000 leads each of them knows.

`make` draws the parameters of 50 markets from the published figures in `priors.json` and writes them to `markets.json`,
which is what the benchmarks read:

    python -m benchmarks.markets
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import product
from pathlib import Path
from statistics import NormalDist
from typing import Any

HERE = Path(__file__).parent
SEEDS = 50
FINDERS = 6
LEADS = 5000
A_COMPANY = 10
CORRELATIONS = (0.0, 0.3, 0.6)
CATCH_ALL = (0.0, 0.3)
BILLINGS = ("on_hit", "mixed")
LEVELS = 12
"""How finely leads differ in how easily they are found."""

_NORMAL = NormalDist()


@dataclass(frozen=True)
class Finder:
    """One finder: its true rates, what is believed of it, and its prices in USD."""

    id: str
    find: float
    accept: float
    prior_find: float
    prior_accept: float
    call: float
    hit: float
    miss: float


@dataclass(frozen=True)
class Market:
    """Finders, a verifier's price, how alike the finders' knowledge is, and the share of catch-all domains."""

    seed: int
    billing: str
    correlation: float
    catch_all: float
    verify: float
    finders: tuple[Finder, ...]


def make() -> list[dict[str, Any]]:
    """Draw 50 sets of finders, each with two ways of charging; correlation and catch-all share come on top."""
    said = json.loads((HERE / "priors.json").read_text(encoding="utf-8"))
    drawn = []
    for seed, billing in product(range(SEEDS), BILLINGS):
        rng = random.Random(f"market {seed}")  # the same finders under both ways of charging
        chosen = rng.sample(said["finders"], FINDERS)
        verify = rng.choice(said["verifiers"])["usd"]
        finders = []
        for one in chosen:
            usd = one["usd"] * rng.lognormvariate(0, 0.25)
            find, accept = _near(rng, one["find"], 0.8), _near(rng, one["accept"], 0.8)
            kind, part = rng.random(), rng.uniform(0.3, 0.6)
            call = hit = miss = 0.0
            if billing == "on_hit" or kind < 0.5:
                hit = usd
            elif kind < 0.8:
                call = usd * part
            else:
                hit, miss = usd, usd * part * 0.4
            prices = {"call": round(call, 5), "hit": round(hit, 5), "miss": round(miss, 5)}
            finders.append(
                {
                    "id": one["id"],
                    "find": find,
                    "accept": accept,
                    "prior_find": one["find"],
                    "prior_accept": one["accept"],
                    **prices,
                }
            )
        drawn.append({"seed": seed, "billing": billing, "verify": verify, "finders": finders})
    return drawn


def _near(rng: random.Random, rate: float, spread: float) -> float:
    """Return a true rate around a published one: normal in log odds."""
    odds = rate / (1 - rate) * 2.718281828 ** rng.gauss(0, spread)
    return round(min(max(odds / (1 + odds), 0.05), 0.99), 4)


@lru_cache(maxsize=1)
def _read() -> tuple[dict[str, Any], ...]:
    return tuple(json.loads((HERE / "markets.json").read_text(encoding="utf-8")))


def markets(
    seeds: int = SEEDS, *, correlations: tuple[float, ...] = CORRELATIONS, catch_all: tuple[float, ...] = CATCH_ALL
) -> list[Market]:
    """Return the markets of so many seeds, in every combination."""
    return [
        Market(
            one["seed"],
            one["billing"],
            correlation,
            share,
            one["verify"],
            tuple(Finder(**finder) for finder in one["finders"]),
        )
        for one in _read()
        if one["seed"] < seeds
        for correlation in correlations
        for share in catch_all
    ]


def chances(market: Market) -> list[list[float]]:
    """Return, for each finder, the chance that it finds a lead of each of the equally common levels of findability.

    A normal copula: `correlation` is that of the hidden normal variables of any two finders.
    """
    levels = [_NORMAL.inv_cdf((level + 0.5) / LEVELS) for level in range(LEVELS)]
    scale = (sum(z * z for z in levels) / LEVELS) ** 0.5
    return [_spread(finder.find, market.correlation, [z / scale for z in levels]) for finder in market.finders]


@cache
def _cached(find: float, correlation: float, levels: tuple[float, ...]) -> tuple[float, ...]:
    bar, low, high = 0.0, -6.0, 6.0
    for _ in range(40):  # so that the mean over the levels is the rate itself
        bar = (low + high) / 2
        shares = [_NORMAL.cdf((bar + correlation**0.5 * z) / (1 - correlation) ** 0.5) for z in levels]
        low, high = (bar, high) if sum(shares) / len(shares) < find else (low, bar)
    return tuple(shares)


def _spread(find: float, correlation: float, levels: list[float]) -> list[float]:
    return list(_cached(find, correlation, tuple(levels)))
