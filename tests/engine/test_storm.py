"""Seeded storms: the promises hold whatever vendors, networks, foreign code and callers do.

Forty in the quick suite, four hundred in the suite, four thousand among the judges; `benchmarks.storm` plays as many
as you like.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.engine import storm, storm_foreign

QUICK, FEW, MANY, CHUNK = 20, 200, 2000, 100

of_both_kinds = pytest.mark.parametrize("run", [storm.run, storm_foreign.run], ids=["vendors", "foreign code"])


@of_both_kinds
@pytest.mark.parametrize(
    "seeds",
    [
        range(QUICK),
        pytest.param(range(QUICK, CHUNK), marks=pytest.mark.slow),
        pytest.param(range(CHUNK, FEW), marks=pytest.mark.slow),
    ],
    ids=str,
)
def test_no_storm_breaks_a_promise(run: Callable[[int], None], seeds: range) -> None:
    for seed in seeds:
        run(seed)


@pytest.mark.judge
@of_both_kinds
@pytest.mark.parametrize("first", range(FEW, MANY, CHUNK))
def test_no_further_storm_breaks_a_promise(run: Callable[[int], None], first: int) -> None:
    for seed in range(first, first + CHUNK):
        run(seed)
