"""How many files, file switches and calls one look-up takes, from `stream` to the transport and back.

python -m benchmarks.trace

Twice: for a stream of one lead, its beginning and end included, and for a further lead of a stream under way, with a
budget and a listener, cleaned as usual; of that one also the calls of Python's own and others' functions.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from itertools import islice, pairwise
from pathlib import Path
from types import FrameType
from typing import Any

import leadenrich as le
from leadenrich.sandbox.world import World

PACKAGE = str(Path(le.__file__).parent)
NOT_COUNTED = ("/sandbox/", "/clean/")  # the fake vendor's own work, and cleaning, which depends on the lead
PERSON = {"full_name": "Mira Okafor", "company_domain": "brightloom.example"}
WARM, COUNTED = 200, 20
"""Leads before those that are counted, and how many are."""


class Trace:
    """What was called while it was on: files in order, and how often anything was called."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.calls = self.of_c = 0

    def __call__(self, frame: FrameType, event: str, arg: object) -> None:
        """Note one event of the interpreter's."""
        self.of_c += event == "c_call"
        if event != "call":
            return
        self.calls += 1
        name = frame.f_code.co_filename
        if name.startswith(PACKAGE) and not any(part in name for part in NOT_COUNTED):
            self.seen.append(name.removeprefix(PACKAGE + "/"))

    @property
    def files(self) -> list[str]:
        """Return the files passed through."""
        return sorted(set(self.seen))

    @property
    def switches(self) -> int:
        """Return how often it went from one file to another."""
        return sum(before != after for before, after in pairwise(self.seen))


async def look_up(session: le.Session, waterfall: le.Waterfall, **more: Any) -> None:
    """Stream one lead."""
    async for _ in waterfall.stream([{**PERSON, **more}], session=session):
        pass


async def traced() -> Trace:
    """Return the trace of a stream of one lead."""
    trace = Trace()
    waterfall = le.Waterfall("find_email", ["hunter"], clean=False)
    async with le.Session.sandbox() as session:
        await look_up(session, waterfall, full_name="Jonas Weber")  # imports and first times aside
        sys.setprofile(trace)
        try:
            await look_up(session, waterfall)
        finally:
            sys.setprofile(None)
    return trace


async def further() -> Trace:
    """Return the trace of further leads of a stream under way, one after the other; each is found."""
    trace = Trace()

    def leads() -> Iterator[dict[str, str]]:
        for number, person in enumerate(islice(World(0).people, WARM + COUNTED + 1)):
            if number in (WARM, WARM + COUNTED):
                sys.setprofile(trace if number == WARM else None)
            yield {
                "first_name": person.first_name,
                "last_name": person.last_name,
                "company_domain": person.company.domain,
            }

    heard: list[le.Event] = []
    waterfall = le.Waterfall("find_email", ["hunter"])
    rates = {"hunter": [le.Rate(10**8, per=1), le.Rate(10**9, per=60)]}
    session = le.Session.sandbox(knows="everything", budget=le.Budget(usd=10**6), on_event=heard.append, rates=rates)
    async with session, waterfall.stream(leads(), session=session, concurrency=1) as rows:
        async for row in rows:
            assert row.status == "complete", row.reason
    return trace


def main() -> None:
    """Count and print."""
    one = asyncio.run(traced())
    print("\n".join(one.files))
    print(f"{len(one.files)} files, {one.switches} switches, {len(one.seen)} calls")
    more = asyncio.run(further())
    print(
        f"a further lead: {len(more.files)} files, {more.switches / COUNTED:.0f} switches,"
        f" {len(more.seen) / COUNTED:.0f} calls; with all other code, the sandbox's too,"
        f" {more.calls / COUNTED:.0f} calls of Python functions and {more.of_c / COUNTED:.0f} of C functions"
    )


if __name__ == "__main__":
    main()
