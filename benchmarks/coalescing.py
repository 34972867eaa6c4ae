"""Whether the same question is paid once: 10,000 leads at 1,000 companies.

python -m benchmarks.coalescing
"""

from __future__ import annotations

import asyncio

import httpx

import leadenrich as le
from benchmarks._measure import Figure, lead, report

LEADS, COMPANIES = 10_000, 1_000


class Counting(httpx.AsyncBaseTransport):
    """Answers any company, and counts."""

    calls = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one call."""
        self.calls += 1
        await asyncio.sleep(0.001)
        return httpx.Response(200, json={"data": {"name": "House", "domain": request.url.params["domain"]}})


async def run() -> tuple[int, int]:
    """Return the calls made and the rows found."""
    transport = Counting()
    waterfall = le.Waterfall("enrich_company", ["hunter"])
    session = le.Session({"hunter": "k"}, transport=transport, rates={"hunter": []})
    spellings = ("{}", "www.{}", "https://{}/", "{}".upper())
    leads = [{"company_domain": spellings[i % 4].format(lead(i % COMPANIES)["company_domain"])} for i in range(LEADS)]
    async with session:
        rows = await waterfall.run(leads, session=session)
    return transport.calls, sum(row.status == "complete" for row in rows)


def main() -> None:
    """Measure and report."""
    calls, found = asyncio.run(run())
    figure = Figure(
        f"company calls for {LEADS:,} leads at {COMPANIES:,} companies",
        f"{calls:,}",
        f"= {COMPANIES:,}",
        calls == COMPANIES,
    )
    rows = Figure("rows answered", f"{found:,}", f"= {LEADS:,}", found == LEADS)
    report(
        "coalescing", "Leads of the same companies, their domains spelt four ways, through one vendor.", [figure, rows]
    )


if __name__ == "__main__":
    main()
