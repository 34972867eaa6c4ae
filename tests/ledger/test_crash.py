"""A job with every kind of vendor, killed at random moments, three times each (`benchmarks.crash` plays 200)."""

from __future__ import annotations

import signal

import pytest

from benchmarks.crash import moments


def _nothing_is_lost_doubled_or_paid_twice(first: int, count: int) -> None:
    told = moments(range(first, first + count))
    assert [(one.seed, one.broken) for one in told if one.broken] == []
    assert sum(one.kills for one in told) >= count
    assert sum(one.in_flight for one in told) >= 5 * count  # else the moments were no test


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no kill -9 there")
def test_nothing_is_lost_doubled_or_paid_twice() -> None:
    _nothing_is_lost_doubled_or_paid_twice(0, 6)


@pytest.mark.judge
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no kill -9 there")
def test_nothing_is_lost_doubled_or_paid_twice_at_many_moments() -> None:
    _nothing_is_lost_doubled_or_paid_twice(6, 40)
