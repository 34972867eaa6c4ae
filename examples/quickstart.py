"""An exported spreadsheet goes in, an enriched one comes out: offline, on the sandbox, through real vendor adapters.

Run it with `python examples/quickstart.py [leads.csv [enriched.csv]]`. With keys of your own, say `le.Session()`.
"""

import asyncio
import sys
import warnings
from collections import defaultdict
from pathlib import Path

import leadenrich as le
from leadenrich.records import TableWarning
from leadenrich.waterfall.summary import Summary

# A third of the leads name a company and no domain, with which most vendors find more.
FIND_DOMAIN = le.Waterfall("find_domain", ["ocean_io", "apollo.enrich_company"])
FIND_EMAIL = le.Waterfall(
    "find_email",
    [
        le.Step("hunter", timeout=5, retries=2),
        le.Step("apollo", timeout=8, retries=1),
        le.Step("contactout", timeout=10),
        le.Step("findymail", timeout=5),
    ],
    max_providers=3,
    quality_threshold=85,
)
# USD a credit, where the vendor publishes no list price: invented here, on your contract with you.
PRICES = {"ocean_io": "0.10", "contactout.search": "0.02", "contactout.email": "0.20"}
FOUND = ["company_domain", "email", "email_source", "email_confidence", "email_cost", "status"]


async def main(source: str | Path, target: str | Path) -> None:
    """Reads `source`, asks, writes `target`, and tells how it went."""
    leads = le.read_csv(source)
    print(leads.columns.explain(), end="\n\n")
    chain = le.Chain([FIND_DOMAIN, FIND_EMAIL], fields=["email"])
    finished: list[le.EnrichedRecord] = []
    unasked: dict[str, list[int]] = defaultdict(list)
    async with (
        le.Session.sandbox(seed=0, prices=PRICES) as session,
        chain.stream(leads, session=session, ordered=True, progress=show_progress) as rows,
    ):
        async for row in rows:
            finished.append(row)
            if row.status in ("skipped", "invalid"):
                unasked[row.reason or row.status].append(row.index + 1)
    le.write_csv(target, finished, columns=[*leads.columns, *FOUND])
    print(rows.summary, end="\n\n")
    for problem in leads.problems:
        print(f"{source}, line {problem.line}: {problem.text}")
    for reason, numbers in unasked.items():
        print(f"nobody could be asked about row {', '.join(map(str, numbers))}: {reason}")
    print(f"written: {target}")


def show_progress(summary: Summary) -> None:
    """Counts on one line of a terminal; says nothing where the output goes to a file."""
    if sys.stderr.isatty():
        end = "\n" if summary.rows == summary.total else ""
        print(f"\r{summary.rows} rows, {summary.found['email']} e-mails", end=end, file=sys.stderr, flush=True)


if __name__ == "__main__":
    warnings.simplefilter("ignore", TableWarning)  # told at the end, from `leads.problems`
    given = sys.argv[1:3]
    asyncio.run(main(*given, *[Path(__file__).with_name("leads.csv"), "enriched.csv"][len(given) :]))
