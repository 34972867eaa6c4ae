"""Four thousand seeded storms: the promises hold whatever vendors, networks, foreign code and callers do."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.engine import storm, storm_foreign

SEEDS = 2000
CHUNK = 100


@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
@pytest.mark.parametrize("run", [storm.run, storm_foreign.run], ids=["vendors", "foreign code"])
def test_no_storm_breaks_a_promise(run: Callable[[int], None], first: int) -> None:
    for seed in range(first, first + CHUNK):
        run(seed)
