"""Who waits for whom: a vendor's rows against that vendor's own limit, whatever the others do; under virtual time.

python -m benchmarks.waiting
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import math
import warnings
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import looptime

from benchmarks._measure import Figure, report
from leadenrich.contract import Rate
from leadenrich.registry import registry
from leadenrich.waterfall import Step, Waterfall
from tests.engine.test_limits_in_company import Thinking, run
from tests.waterfall.test_waiting import VENDORS, Server, opened, people

ANSWER = 0.2
"""Seconds a vendor takes to answer."""


def virtual(work: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    """Run it on a loop whose clock jumps to what comes next, and return what it returned."""
    loop = looptime.new_event_loop()
    loop.setup_looptime(noop_cycles=1)  # there is no I/O to be waited for
    try:
        return loop.run_until_complete(work())
    finally:
        loop.close()


async def rows_of(finder: Waterfall, leads: list[Any], session: Any, **options: Any) -> dict[str, list[float]]:
    """Return by vendor when the rows it found came out, in seconds from the start."""
    clock = asyncio.get_running_loop()
    found: dict[str, list[float]] = {}
    async with session, finder.stream(leads, session=session, **options) as rows:
        started = clock.time()
        async for row in rows:
            email = row.values.get("email")
            found.setdefault(email.provider if email else "none", []).append(clock.time() - started)
    return found


def halves(leads: int) -> Iterator[Figure]:
    """Half the leads can only go to a fast vendor, half only to a slow one."""
    rates = {"one": 50, "two": 1}
    finder = Waterfall("find_email", [Step("one", where={"kind": "a"}), Step("two", where={"kind": "b"})], clean=False)
    mixed = [{**one, "kind": "ab"[one["n"] % 2]} for one in people(leads)]
    found = virtual(lambda: rows_of(finder, mixed, opened(Server(lambda *_: True, ANSWER), rates)))
    for name, rate in rates.items():
        yield against(f"two halves, the one of {rate}/s", found[name][-1], leads // 2 / rate)


def line(leads: int) -> Iterator[Figure]:
    """Five vendors in a line, of which each finds a fifth: what one finds waits only for those asked before it."""
    rates = {"one": 100, "two": 10, "three": 50, "four": 1, "five": 100}
    names = list(rates)
    places = {one["full_name"]: one["n"] % 5 for one in people(leads)}
    server = Server(lambda name, person: places[person] == names.index(name), ANSWER)
    finder = Waterfall("find_email", names, clean=False)
    found = virtual(lambda: rows_of(finder, people(leads), opened(server, rates)))
    bound = 0.0
    for place, (name, rate) in enumerate(rates.items()):
        bound = max(bound, leads * (5 - place) / 5 / rate)
        yield against(f"five in a line, the {name} ({rate}/s)", found[name][-1], bound)


def against(name: str, seconds: float, bound: float) -> Figure:
    """Return how the last row stands against the least its vendor's limits allow, plus 2.5 s for the start."""
    ratio = seconds / bound
    kept = seconds <= 1.05 * bound + 2.5
    return Figure(name, f"{seconds:.1f} s for a bound of {bound:.1f} s, {ratio:.2f} x", "<= 1.05 x + 2.5 s", kept)


class Hanging(Server):
    """The first vendor takes every call and never answers."""

    async def handle_async_request(self, request: Any) -> Any:
        """Answer, but for the first vendor."""
        if request.url.host.split(".")[1] == "one":
            await asyncio.sleep(math.inf)
        return await super().handle_async_request(request)


def hanging(leads: int, timeout: float = 30.0) -> Iterator[Figure]:
    """The first of three never answers."""

    def last(server: Server, names: list[str]) -> float:
        finder = Waterfall("find_email", [Step(name, timeout=timeout) for name in names], clean=False)
        found = virtual(lambda: rows_of(finder, people(leads), opened(server, {"two": 50, "three": 50})))
        assert "none" not in found
        return max(times[-1] for times in found.values())

    without = last(Server(lambda *_: True, ANSWER), ["two", "three"])
    hung = last(Hanging(lambda *_: True, ANSWER), ["one", "two", "three"])
    ratio = (hung - timeout) / without
    told = f"{hung:.1f} s; {without:.1f} s without it: {ratio:.2f} x after one time-out of {timeout:g} s"
    yield Figure(f"the first of three never answers, {leads} leads", told, "<= 1.3 x + a time-out", ratio <= 1.3)


def not_now(leads: int) -> Iterator[Figure]:
    """A used-up daily window with a free vendor behind it."""
    server = Server(lambda *_: True, ANSWER)
    finder = Waterfall("find_email", ["one", "two"], clean=False)
    session = opened(server, {"one": Rate(20, per=86_400)})
    found = virtual(lambda: rows_of(finder, people(leads), session))
    last = max(times[-1] for times in found.values())
    told = f"{last:.1f} s, {sum(map(len, found.values()))} found, {len(found['one'])} by the limited one"
    yield Figure(f"a daily window of 20, {leads} leads", told, "under a minute, all found", last < 60)


def limits(windows: int) -> Iterator[Figure]:
    """A limit at real latencies: arrivals spread by the network, answers slow by nature."""
    plan = [
        (5, 1.0, 0.02, (0.1, 0.8)),
        (50, 1.0, 0.02, (0.1, 0.8)),
        (50, 1.0, 0.02, (0.5, 3.0)),
        (200, 1.0, 0.02, (0.1, 3.0)),
        (300, 60.0, 0.02, (0.5, 3.0)),
        (1000, 1.0, 0.02, (0.3, 0.3)),
        (50, 1.0, 0.05, (0.1, 0.8)),
    ]
    for limit, per, jitter, think in plan:
        rounds = max(6, windows if limit < 1000 else windows // 3) if per == 1 else 6
        vendor = Thinking(limit, per, jitter, think)
        took = virtual(lambda vendor=vendor, calls=limit * rounds: run(vendor, calls))
        steady = vendor.served[len(vendor.served) // 3 :: limit]  # one a window, after the start
        share, allowed = (len(steady) - 1) * per / (steady[-1] - steady[0]), per / (per + jitter)
        least = (rounds - 1) * per / allowed + think[1]
        allowed_refusals = 0 if jitter <= 0.02 else 1
        told = (
            f"{share:.1%} of the rate, jitter allows {allowed:.1%}; {vendor.refused} refused; {took:.1f} s for"
            f" {least:.1f} s"
        )
        yield Figure(
            f"{limit}/{'s' if per == 1 else 'min'}, {think[0]:g}-{think[1]:g} s to answer, {jitter:g} s jitter",
            told,
            f">= {allowed - 0.005:.1%}, {allowed_refusals} refused, + 2.5 s",
            share >= allowed - 0.005 and vendor.refused <= allowed_refusals and took <= least / 0.995 + 2.5,
        )


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--leads", type=int, default=1200)
    parser.add_argument("--windows", type=int, default=30)
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    registry.plugins().update(VENDORS)
    with contextlib.suppress(KeyboardInterrupt):
        figures = [
            *halves(options.leads),
            *line(options.leads),
            *hanging(500),
            *not_now(200),
            *limits(options.windows),
        ]
        text = (
            f"{options.leads} leads at default settings under virtual time, vendors that answer in {ANSWER} s: when the"
            " last row of a vendor comes out, against the least that the limits on its way allow. Below, a strict one"
            " behind a network that spreads arrivals: the share of its rate that is used once started."
        )
        report("waiting", text, figures)


if __name__ == "__main__":
    main()
