"""What `session.drift` costs: the CPU time of looking, as a share of all, over one provider's questions.

python -m benchmarks.drift [questions]
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable
from typing import Any

import leadenrich as le
from leadenrich.engine.drift import DriftTable, Watch
from leadenrich.engine.stepper import Stepper

VENDORS = (("hunter", "find_email"), ("apollo", "enrich_person"), ("people_data_labs", "enrich_person"))


async def share(provider: str, operation: str, questions: int) -> tuple[float, float]:
    """Return the seconds of CPU of asking, and those of them that went into drift."""
    spent = 0.0
    advance, ended, watch = Watch.advance, Watch.ended, DriftTable.watch
    stepping = Stepper.advance

    def timed(function: Callable[..., Any]) -> Callable[..., Any]:
        def measured(*given: Any) -> Any:
            nonlocal spent
            begun = time.process_time_ns()
            result = function(*given)
            spent += time.process_time_ns() - begun
            return result

        return measured

    def own(stepper: Stepper, *given: Any) -> Any:
        nonlocal spent
        begun = time.process_time_ns()
        result = stepping(stepper, *given)
        if inside:
            spent -= time.process_time_ns() - begun  # the adapter's own work, which is done with and without
        return result

    inside = False

    def timed_advance(one: Watch, *given: Any) -> Any:
        nonlocal inside
        inside = True
        try:
            return timed(advance)(one, *given)
        finally:
            inside = False

    DriftTable.watch, Watch.ended = timed(watch), timed(ended)  # type: ignore[method-assign]  # put back below
    Watch.advance, Stepper.advance = timed_advance, own  # type: ignore[method-assign]  # put back below
    try:
        async with le.Session.sandbox(knows="everything") as session:
            transport = session.transport
            people = [person for place in range(400) for person in transport.world.people_of(place)][:questions]
            queries = [
                {"first_name": one.first_name, "last_name": one.last_name, "company_domain": one.company_domain}
                for one in people
            ]
            begun = time.process_time_ns()
            await session.bulk(provider, operation, queries)
            return (time.process_time_ns() - begun) / 1e9, spent / 1e9
    finally:
        DriftTable.watch, Watch.ended = watch, ended  # type: ignore[method-assign]
        Watch.advance, Stepper.advance = advance, stepping  # type: ignore[method-assign]


def main() -> None:
    """Print a line for each provider."""
    questions = int(sys.argv[1]) if len(sys.argv) > 1 else 3000
    for provider, operation in VENDORS:
        whole, drift = asyncio.run(share(provider, operation, questions))
        took = f"{whole:.2f} s of CPU, {drift:.4f} s of it for drift: {drift / whole:.2%}"
        print(f"{provider}.{operation}: {questions} questions, {took}")


if __name__ == "__main__":
    main()
