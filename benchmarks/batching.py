"""Whether bulk endpoints are used without being asked: 10,000 Apollo look-ups.

python -m benchmarks.batching
"""

from __future__ import annotations

import asyncio
import json

import httpx

import leadenrich as le
from benchmarks._measure import Figure, lead, report

LEADS = 10_000


class Apollo(httpx.AsyncBaseTransport):
    """Answers bulk and single matches, and counts."""

    calls = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one call after 20 ms."""
        self.calls += 1
        await asyncio.sleep(0.02)
        if request.url.path.endswith("/people/bulk_match"):
            details = json.loads(request.content)["details"]
            return httpx.Response(200, json={"matches": [self.person(one) for one in details]})
        return httpx.Response(200, json={"person": self.person(dict(request.url.params))})

    @staticmethod
    def person(one: dict[str, str]) -> dict[str, str]:
        """Return whoever was asked for."""
        email = f"{one['first_name'].lower()}@{one['domain']}"
        return {
            "first_name": one["first_name"],
            "last_name": one["last_name"],
            "email": email,
            "email_status": "verified",
        }


async def run() -> tuple[int, int]:
    """Return the calls made and the rows found."""
    transport = Apollo()
    waterfall = le.Waterfall("find_email", ["apollo"])
    session = le.Session({"apollo": "k"}, transport=transport, rates={"apollo": []})
    async with session:
        rows = await waterfall.run((lead(i) for i in range(LEADS)), session=session)
    return transport.calls, sum(row.status == "complete" for row in rows)


def main() -> None:
    """Measure and report."""
    calls, found = asyncio.run(run())
    bound = LEADS // 10
    figure = Figure(f"calls for {LEADS:,} look-ups, ten to a call", f"{calls:,}", f"= {bound:,}", calls == bound)
    rows = Figure("rows answered", f"{found:,}", f"= {LEADS:,}", found == LEADS)
    report(
        "batching",
        "Different people through Apollo's single endpoint, folded into its bulk endpoint by the engine.",
        [figure, rows],
    )


if __name__ == "__main__":
    main()
