"""How many files, file switches and calls one look-up takes, from `stream` to the transport and back.

python -m benchmarks.trace
"""

from __future__ import annotations

import asyncio
import sys
from itertools import pairwise
from pathlib import Path
from types import FrameType
from typing import Any

import leadenrich as le

PACKAGE = str(Path(le.__file__).parent)
NOT_COUNTED = ("/sandbox/", "/clean/")  # the fake vendor's own work, and cleaning, which depends on the lead
PERSON = {"full_name": "Mira Okafor", "company_domain": "brightloom.example"}


async def look_up(session: le.Session, waterfall: le.Waterfall, **more: Any) -> None:
    """Stream one lead."""
    async for _ in waterfall.stream([{**PERSON, **more}], session=session):
        pass


async def traced() -> tuple[list[str], int, int]:
    """Return the files one look-up passes through, how often it goes from one to another, and its calls."""
    seen: list[str] = []

    def note(frame: FrameType, event: str, arg: object) -> None:
        name = frame.f_code.co_filename
        if event == "call" and name.startswith(PACKAGE) and not any(part in name for part in NOT_COUNTED):
            seen.append(name.removeprefix(PACKAGE + "/"))

    waterfall = le.Waterfall("find_email", ["hunter"], clean=False)
    async with le.Session.sandbox() as session:
        await look_up(session, waterfall, full_name="Jonas Weber")  # imports and first times aside
        sys.setprofile(note)
        try:
            await look_up(session, waterfall)
        finally:
            sys.setprofile(None)
    switches = sum(before != after for before, after in pairwise(seen))
    return sorted(set(seen)), switches, len(seen)


if __name__ == "__main__":
    files, switches, calls = asyncio.run(traced())
    print("\n".join(files))
    print(f"{len(files)} files, {switches} switches, {calls} calls")
