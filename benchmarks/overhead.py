"""What the whole engine costs a record, against bare HTTP clients and against the peer `leadenrich-mcp`.

    python -m benchmarks.overhead

The peer is measured where it is installed beside: `pip install --no-deps leadenrich-mcp==0.2.0`.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from benchmarks._measure import Figure, interleaved, lead, loopback, median, redirected, report, spread
from benchmarks.leads import leads as as_they_come

Result = tuple[float, float]
"""CPU microseconds a record, records a second."""


async def _timed(records: int, in_flight: int, one: Callable[[int], Awaitable[Any]]) -> Result:
    numbers = iter(range(records))

    async def worker() -> None:
        for number in numbers:
            await one(number)

    cpu, wall = time.process_time(), time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(in_flight)))
    return (time.process_time() - cpu) / records * 1e6, records / (time.perf_counter() - wall)


def bare(base: str, records: int, in_flight: int, transport: Callable[[], Any]) -> Result:
    """`httpx.AsyncClient` doing `get` and `json` on some transport."""

    async def main() -> Result:
        async with httpx.AsyncClient(
            transport=transport(), timeout=60, limits=httpx.Limits(max_connections=None)
        ) as client:

            async def one(number: int) -> None:
                who = lead(number)
                params = {
                    "first_name": who["first_name"],
                    "last_name": who["last_name"],
                    "domain": who["company_domain"],
                }
                reply = await client.get(f"{base}/v2/email-finder", params=params, headers={"x-api-key": "k"})
                reply.raise_for_status()
                reply.json()

            return await _timed(records, in_flight, one)

    return asyncio.run(main())


def ours(base: str, records: int, in_flight: int, clean: bool, *, messy: bool = False, own: bool = True) -> Result:
    """A waterfall's stream as users get it: limits, budget, usage, events, breaker and provenance on.

    `messy`: leads as they come, nine fields each, every one asked about. `own`: over the library's own transport.
    """
    import leadenrich as le

    def heard(event: le.Event) -> None:
        nonlocal events
        events += 1

    events = 0

    async def main() -> Result:
        transport = redirected(base) if own else Elsewhere(base)
        session = le.Session(
            {"hunter": "k"},
            transport=transport,
            budget=le.Budget(usd=10**9),
            on_event=heard,
            rates={"hunter": [le.Rate(10**8, per=1), le.Rate(10**9, per=60)]},
        )
        waterfall = le.Waterfall("find_email", ["hunter"], quality_threshold=80, clean=clean, overwrite=messy)
        async with session:
            cpu, wall = time.process_time(), time.perf_counter()
            done = 0
            clear = (lead(number) for number in range(records))
            given = as_they_come(records, companies=10_000) if messy else clear
            async with waterfall.stream(given, session=session, concurrency=in_flight) as rows:
                async for row in rows:
                    done += row["email"] is not None
            result = (time.process_time() - cpu) / records * 1e6, records / (time.perf_counter() - wall)
        await transport.aclose()
        assert done == records or (messy and done > 0.9 * records), done
        assert events >= 4 * done
        return result

    return asyncio.run(main())


def peer(base: str, records: int, in_flight: int) -> Result | None:
    """The peer's own Hunter look-up, its client as it makes it, its host replaced by the loopback server."""
    try:
        from leadenrich_mcp import providers
    except ImportError:
        return None

    class Redirected(httpx.AsyncHTTPTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            request.url = httpx.URL(base).copy_with(raw_path=request.url.raw_path)
            return await super().handle_async_request(request)

    async def main() -> Result:
        limits = httpx.Limits(max_connections=20, max_keepalive_connections=10)
        providers._cache.clear()
        providers._client = httpx.AsyncClient(timeout=60, transport=Redirected(limits=limits))

        async def one(number: int) -> None:
            who = lead(number)
            found = await providers.enrich_hunter(
                "k", domain=who["company_domain"], first_name=who["first_name"], last_name=who["last_name"]
            )
            assert found is not None

        try:
            return await _timed(records, in_flight, one)
        finally:
            await providers._client.aclose()

    return asyncio.run(main())


class Elsewhere(AiohttpTransport):
    """The aiohttp transport for httpx as a caller gives it, every vendor's host replaced by the loopback server."""

    def __init__(self, base: str) -> None:
        super().__init__(client=lambda: aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)))
        self._base = httpx.URL(base)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request to the loopback server."""
        request.url = self._base.copy_with(raw_path=request.url.raw_path)
        return await super().handle_async_request(request)


def plainly() -> Any:
    """Return httpx's own transport, unlimited in connections."""
    return httpx.AsyncHTTPTransport(limits=httpx.Limits(max_connections=None))


def on_aiohttp() -> Any:
    """The aiohttp transport for httpx, unlimited in connections."""
    return AiohttpTransport(client=lambda: aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)))


KINDS = {
    "ours": ("with cleaning", 1.15),
    "uncleaned": ("with `clean=False`", 1.0),
    "messy": ("of leads as they come", 1.0),
}
"""What is measured against bare: its name in the table, and the most it may take."""


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=4000)
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()
    n, figures, lines = options.records, [], []
    with loopback() as base:
        for in_flight in (20, 200, 1000):
            ours(base, 300, in_flight, True)  # imports and caches are not what is measured
            results = interleaved(
                {
                    "bare": lambda c=in_flight: bare(base, n, c, on_aiohttp),  # type: ignore[misc]  # bound now
                    "ours": lambda c=in_flight: ours(base, n, c, True),  # type: ignore[misc]  # bound now
                    "uncleaned": lambda c=in_flight: ours(base, n, c, False),  # type: ignore[misc]  # bound now
                    "messy": lambda c=in_flight: ours(base, n, c, True, messy=True),  # type: ignore[misc]  # bound now
                    "given": lambda c=in_flight: ours(base, n, c, True, own=False),  # type: ignore[misc]  # bound now
                },
                options.runs,
            )
            for kind, (label, bound) in KINDS.items():
                ratios = [mine[0] / other[0] for mine, other in zip(results[kind], results["bare"], strict=True)]
                value = f"{median(ratios):.2f} x ({spread(ratios)})"
                figures.append(
                    Figure(
                        f"CPU per record {label}, {in_flight} in flight",
                        value,
                        f"<= {bound} x bare",
                        median(ratios) <= bound,
                    )
                )
            lines.append(
                f"{in_flight} in flight: bare {median([r[0] for r in results['bare']]):.0f} us a record,"
                f" ours {median([r[0] for r in results['ours']]):.0f},"
                f" uncleaned {median([r[0] for r in results['uncleaned']]):.0f},"
                f" leads as they come {median([r[0] for r in results['messy']]):.0f},"
                f" over a transport of the caller's {median([r[0] for r in results['given']]):.0f}."
            )
            more = [
                (mine[0] - own[0]) / other[0]
                for mine, own, other in zip(results["given"], results["ours"], results["bare"], strict=True)
            ]
            figures.append(
                Figure(
                    f"more where the caller gives the transport, {in_flight} in flight",
                    f"{median(more):.2f} x ({spread(more)})",
                    "<= 0.1 x bare",
                    median(more) <= 0.1,
                )
            )
        plain = interleaved(
            {
                "plain": lambda: bare(base, min(n, 1500), 200, plainly),
                "ours": lambda: ours(base, n, 200, True),
                "peer": lambda: peer(base, min(n, 1500), 200),
            },
            min(options.runs, 5),
        )
        ratio = [mine[1] / other[1] for mine, other in zip(plain["ours"], plain["plain"], strict=True)]
        lines.append(
            f"Against plain httpx (its own transport) at 200 in flight: {median(ratio):.1f} x its records a second"
            f" ({spread(ratio)})."
        )
        if plain["peer"][0] is None:
            lines.append("The peer was not installed.")
        else:
            times = [mine[1] / other[1] for mine, other in zip(plain["ours"], plain["peer"], strict=True)]
            value = f"{median(times):.1f} x ({spread(times)})"
            figures.append(
                Figure(
                    "records a second against leadenrich-mcp 0.2.0, 200 in flight", value, ">= 7 x", median(times) >= 7
                )
            )
    text = (
        "One Hunter look-up a record through `waterfall.stream` with cleaning, limits, budget, usage, events, breaker"
        " and provenance on, against bare `httpx.AsyncClient` on the aiohttp transport doing `get` and `json`, on a"
        f" loopback server in a process of its own; {n} records a run, median of {options.runs} interleaved runs"
        " (least to most).\n\n" + "\n".join(f"- {line}" for line in lines)
    )
    report("overhead", text, figures)


if __name__ == "__main__":
    main()
