"""Whether work grows with its input and no faster, measured in CPU time of this thread as a ratio of sizes."""

from __future__ import annotations

import time
from collections.abc import Callable

SMALL = 0.004
"""Seconds of CPU that need no ratio: so little is no danger whatever its growth."""


def assert_linear(run: Callable[[int], object], size: int, *, small: float = SMALL) -> None:
    """Fail where twice the size takes clearly more than twice the CPU (a square takes four times as much).

    Args:
        run: does the work for an input of that size; called with slightly different sizes, so that nothing is cached.
        size: the larger size.
        small: seconds of CPU at that size that are fine without a ratio.
    """
    ratio = 0.0
    for attempt in range(5):  # another process may have spoilt the caches of the processor: the best counts
        whole = min(_cpu(run, size - 3 * attempt - more) for more in range(2))
        if whole < small:
            return
        half = min(_cpu(run, size // 2 - 3 * attempt - more) for more in range(2))
        ratio = whole / half
        if ratio < 3:
            return
    raise AssertionError(f"twice the size takes {ratio:.1f} times the CPU ({whole:.3f} s at {size})")


def _cpu(run: Callable[[int], object], size: int) -> float:
    start = time.thread_time()
    run(size)
    return time.thread_time() - start
