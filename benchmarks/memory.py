"""Whether memory is flat: the peak of a run of 10,000 records against one of 1,000,000.

python -m benchmarks.memory
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import resource
import sys
from typing import Any

from benchmarks._measure import Figure, lead, report


def _run(records: int, result: Any) -> None:
    import httpx

    import leadenrich as le

    class Here(httpx.AsyncBaseTransport):
        """Answers in this very process: what is measured is the library, not a socket."""

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            who = request.url.params
            email = f"{who['first_name'].lower()}@{who['domain']}"
            data = {"email": email, "score": 97, "first_name": who["first_name"], "last_name": who["last_name"]}
            return httpx.Response(200, json={"data": data})

    async def main() -> None:
        session = le.Session({"hunter": "k"}, transport=Here(), rates={"hunter": []}, budget=le.Budget(usd=10**9))
        waterfall = le.Waterfall("find_email", ["hunter"], quality_threshold=80)
        found = 0
        async with (
            session,
            waterfall.stream((lead(i) for i in range(records)), session=session, concurrency=100) as rows,
        ):
            async for row in rows:
                found += row["email"] is not None
        assert found == records

    asyncio.run(main())
    result.value = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
        1024 if sys.platform != "darwin" else 1024 * 1024
    )


def peak(records: int) -> float:
    """Return the peak memory of a fresh process that streams so many records, in MiB."""
    context = multiprocessing.get_context("spawn")
    result = context.Value("d", 0.0)
    process = context.Process(target=_run, args=(records, result))
    process.start()
    process.join()
    assert process.exitcode == 0
    return float(result.value)


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=1_000_000)
    options = parser.parse_args()
    few, many = peak(10_000), peak(options.records)
    value = f"{many - few:+.1f} MB ({few:.1f} to {many:.1f} MB)"
    figure = Figure(
        f"growth of the peak from 10,000 to {options.records:,} records", value, "<= 10 MB", many - few <= 10
    )
    report(
        "memory",
        "Peak memory of a fresh process that streams records through one vendor, every record another question.",
        [figure],
    )


if __name__ == "__main__":
    main()
