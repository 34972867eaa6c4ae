"""Kill -9 at random moments of a job with every kind of vendor, three times each (`benchmarks.crash` plays 200)."""

from __future__ import annotations

import signal

import pytest

from benchmarks.crash import moments


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no kill -9 there")
def test_nothing_is_lost_doubled_or_paid_twice() -> None:
    told = moments(range(20))
    assert [(one.seed, one.broken) for one in told if one.broken] == []
    assert sum(one.kills for one in told) >= 20
    assert sum(one.in_flight for one in told) >= 20  # else the moments were no test
