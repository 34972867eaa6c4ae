"""Two thousand seeded storms: G1 to G5 and G7 hold whatever vendors, networks and consumers do at once."""

import logging

import pytest

from tests.engine import storm

SEEDS = 2000
CHUNK = 100


@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_no_storm_breaks_a_promise(first: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, "leadenrich")
    for seed in range(first, first + CHUNK):
        storm.run(seed)
