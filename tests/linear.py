"""Whether work grows with its input and no faster.

Most of the work is done inside regular expressions and string methods, where nothing counts it but the CPU time of this
thread. So sizes far apart are compared: eight times the input takes eight times the CPU if the work is linear, and 64
times if it is a square. A busy machine that doubles one of the figures changes nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable

SMALL = 0.004
"""Seconds of CPU that need no ratio: so little is no danger whatever its growth."""
TIMES, MOST = 8, 24
"""How much larger the input is, and how much more CPU it may take: three times as much as linear work does."""


def assert_linear(run: Callable[[int], object], size: int, *, small: float = SMALL) -> None:
    """Fail where eight times the size takes the CPU of a square.

    Args:
        run: does the work for an input of that size; called with slightly different sizes, so that nothing is cached.
        size: the larger size.
        small: seconds of CPU at that size that are fine without a ratio.
    """
    ratio = 0.0
    for attempt in range(3):
        whole = _cpu(run, size - attempt)
        if whole < small:
            return
        ratio = whole / _cpu(run, size // TIMES - attempt)
        if ratio < MOST:
            return
    raise AssertionError(f"{TIMES} times the size takes {ratio:.1f} times the CPU ({whole:.3f} s at {size})")


def _cpu(run: Callable[[int], object], size: int) -> float:
    start = time.thread_time()
    run(size)
    return time.thread_time() - start
