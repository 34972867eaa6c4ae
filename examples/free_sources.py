"""Companies from keyless public sources: GLEIF, Wikidata and the SEC, side by side, with the source of every value.

    python examples/free_sources.py                                     # offline, on the sandbox's invented companies
    python examples/free_sources.py --live "Ada's CRM ada@example.com"  # real companies, on a machine with a network

Wikidata and the SEC ask every caller for a name and a contact in the User-Agent: give your own.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Sequence

import leadenrich as le
from leadenrich.sandbox import World

SOURCES = ["gleif", "wikidata", "sec_edgar"]
COMPANIES = ["Siemens Aktiengesellschaft", "Apple Inc.", "Nestlé S.A.", "Volvo AB", "Toyota Motor Corporation"]
SHOWN = ("country", "website", "founded_year", "lei", "ticker")


def session_for(contact: str | None) -> tuple[le.Session, list[str]]:
    """Return a session and the names of the companies it can be asked about."""
    if contact is None:
        world = World(seed=0)
        return le.Session.sandbox(seed=0), [company.company_name for company in itertools.islice(world.companies, 5)]
    agent = {"user_agent": contact}
    return le.Session({"wikidata": agent, "sec_edgar": agent}), COMPANIES


def main(arguments: Sequence[str] | None = None) -> None:
    """Ask every source about each company and print what is known, and by whom."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--live", metavar="CONTACT", help="ask the real sources, saying who you are")
    session, names = session_for(parser.parse_args(arguments).live)
    # merge="best" asks all of them and keeps, field by field, the value its source is surest of.
    waterfall = le.Waterfall("enrich_company", SOURCES, merge="best")
    for row in waterfall.iter_sync([{"company_name": name} for name in names], session=session, ordered=True):
        print(f"{row.record['company_name']}: {row.status}")
        for field in SHOWN:
            if (value := row.values.get(field)) is not None:
                print(f"  {field:<14} {value.value!s:<44} {value.provider}")
    print(f"\ncost: {session.usage.cost}")


if __name__ == "__main__":
    main()
