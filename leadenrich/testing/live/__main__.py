"""`python -m leadenrich.testing.live PROVIDER`: see `leadenrich.testing.live`."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path

from leadenrich.errors import LeadEnrichError
from leadenrich.testing import live
from leadenrich.testing.live.record import Case
from leadenrich.testing.live.runner import check


def main(arguments: list[str] | None = None) -> int:
    """Run a check and print its report; 1 where anything differs, 2 where nothing could be checked."""
    parser = argparse.ArgumentParser(prog="python -m leadenrich.testing.live", description=live.__doc__)
    parser.add_argument("provider", help="the provider's id, such as hunter; its key comes from the environment")
    parser.add_argument("--lead", type=Path, help='JSON file of a person the vendor knows: {"email": ..., ...}')
    parser.add_argument("--spend", help="US dollars at most")
    parser.add_argument("--credits", help="the vendor's credits at most")
    parser.add_argument("--cases", type=Path, help="the provider's case file: its replies are known shapes too")
    parser.add_argument("--record", type=Path, help="write a case file of the replies, each value invented")
    given = parser.parse_args(arguments)

    def write(cases: list[Case]) -> None:
        import yaml

        given.record.write_text(
            yaml.safe_dump({"cases": cases}, sort_keys=False, width=120, allow_unicode=True), encoding="utf-8"
        )

    try:
        lead = json.loads(given.lead.read_text(encoding="utf-8")) if given.lead else None
        report = asyncio.run(
            check(
                given.provider,
                lead=lead,
                spend=given.spend,
                credits=given.credits,
                cases=given.cases,
                record=write if given.record else None,
            )
        )
    except (LeadEnrichError, OSError, ValueError) as error:
        print(f"cannot check: {error}", file=sys.stderr)
        return 2
    print(report)
    return int(report.drifted)


if __name__ == "__main__":
    sys.exit(main())
