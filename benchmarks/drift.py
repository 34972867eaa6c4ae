"""What `session.drift` costs: the CPU time of looking, as a share of all, over one provider's questions.

python -m benchmarks.drift [questions]
"""

from __future__ import annotations

import asyncio
import sys
import time

import leadenrich as le
from leadenrich.engine.drift import DriftTable

VENDORS = (("hunter", "find_email"), ("apollo", "enrich_person"), ("people_data_labs", "enrich_person"))


async def share(provider: str, operation: str, questions: int) -> tuple[float, float]:
    """Return the seconds of CPU of asking, and those of them that went into drift."""
    spent = 0.0
    wants, look = DriftTable.wants, DriftTable.look

    def timed_wants(table: DriftTable, *given: str) -> bool:
        nonlocal spent
        begun = time.process_time_ns()
        wanted = wants(table, *given)
        spent += time.process_time_ns() - begun
        return wanted

    def timed_look(table: DriftTable, *given: object) -> None:
        nonlocal spent
        begun = time.process_time_ns()
        look(table, *given)  # type: ignore[arg-type]  # handed on as it came
        spent += time.process_time_ns() - begun

    DriftTable.wants, DriftTable.look = timed_wants, timed_look  # type: ignore[method-assign]  # measured, then put back
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
        DriftTable.wants, DriftTable.look = wants, look  # type: ignore[method-assign]


def main() -> None:
    """Print a line for each provider."""
    questions = int(sys.argv[1]) if len(sys.argv) > 1 else 3000
    for provider, operation in VENDORS:
        whole, drift = asyncio.run(share(provider, operation, questions))
        took = f"{whole:.2f} s of CPU, {drift:.4f} s of it for drift: {drift / whole:.2%}"
        print(f"{provider}.{operation}: {questions} questions, {took}")


if __name__ == "__main__":
    main()
