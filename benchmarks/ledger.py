"""Whether a ledger of a million answers opens, reads and writes as fast as one of a thousand.

python -m benchmarks.ledger
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks._measure import Figure, interleaved, median, report, spread

BATCH = 2000
ANSWER = {
    "hit": True,
    "provider": "hunter",
    "operation": "find_email",
    "observed_at": "2026-04-12T10:00:00+00:00",
    "credits": {"hunter": "1"},
    "usd": "0.02",
    "who": ["0123456789abcdef01234567"],
    "people": [["89abcdef0123456701234567", "fedcba987654321001234567"]],
    "data": {"email": "mira.okafor@brightloom.example", "email_status": "valid"},
}


def key_of(number: int) -> str:
    """Return a key as a digest would be: anywhere among the others."""
    return f"{random.Random(number).getrandbits(160):040x}"


def _fill(path: Path, answers: int) -> None:
    import leadenrich as le

    async def main() -> None:
        with le.FileLedger(path) as ledger:
            for number in range(answers):
                ledger.set(key_of(number), ANSWER)

    asyncio.run(main())


def _opened(path: Path) -> float:
    """Return the milliseconds that opening and a first `get` take."""
    import leadenrich as le

    started = time.perf_counter()
    with le.FileLedger(path) as ledger:
        assert ledger.get(key_of(7)) is not None
        return (time.perf_counter() - started) * 1e3


Use = tuple[float, float]
"""Microseconds: of processor time, and on the clock."""


def _timed(work: Callable[[], object]) -> Use:
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return (time.process_time() - processor) / BATCH * 1e6, (time.perf_counter() - clock) / BATCH * 1e6


async def _used(path: Path, answers: int, turn: int) -> tuple[Use, Use]:
    """Return what one `get` and one `set` take, each over a few thousand."""
    import leadenrich as le

    chance = random.Random(turn)
    asked = [key_of(chance.randrange(answers)) for _ in range(BATCH)]
    new = [key_of(10_000_000 + BATCH * turn + number) for number in range(BATCH)]
    with le.FileLedger(path) as ledger:

        def read() -> None:
            for key in asked:
                assert ledger.get(key) is not None

        def write() -> None:
            for key in new:
                ledger.set(key, ANSWER)
            ledger.flush()

        return _timed(read), _timed(write)


def _peak(path: Path, answers: int, result: Any) -> None:
    for turn in range(5):
        asyncio.run(_used(path, answers, 100 + turn))
    result.value = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
        1024 if sys.platform != "darwin" else 1024 * 1024
    )


def peak(path: Path, answers: int) -> float:
    """Return the peak memory in MiB of a fresh process that reads and writes."""
    context = multiprocessing.get_context("spawn")
    result = context.Value("d", 0.0)
    process = context.Process(target=_peak, args=(path, answers, result))
    process.start()
    process.join()
    assert process.exitcode == 0
    return float(result.value)


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--few", type=int, default=1_000)
    parser.add_argument("--many", type=int, default=1_000_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        few, many = Path(folder) / "few.db", Path(folder) / "many.db"
        _fill(few, options.few)
        _fill(many, options.many)
        opening = interleaved({"few": lambda: _opened(few), "many": lambda: _opened(many)}, runs=15)
        turns = iter(range(10_000))
        using = interleaved(
            {
                "few": lambda: asyncio.run(_used(few, options.few, next(turns))),
                "many": lambda: asyncio.run(_used(many, options.many, next(turns))),
            },
            runs=15,
        )
        memory = peak(many, options.many) / peak(few, options.few)
        size = many.stat().st_size / options.many
    opened = median(opening["many"]) / median(opening["few"])
    verbs = {verb: [one[part] for one in using["many"]] for part, verb in enumerate(("get", "set"))}
    figures = [
        Figure(
            "opening a million answers, against opening a thousand",
            f"{opened:.2f} x ({median(opening['many']):.1f} ms)",
            "<= 1.5 x",
            opened <= 1.5,
        ),
        *(
            Figure(
                f"`{verb}` among a million",
                f"{median([cpu for cpu, _ in took]):.1f} us of processor time ({spread([cpu for cpu, _ in took])}),"
                f" {median([clock for _, clock in took]):.1f} us on the clock",
                "<= 30 us of processor time",
                median([cpu for cpu, _ in took]) <= 30,
            )
            for verb, took in verbs.items()
        ),
        Figure("peak memory, a million against a thousand", f"{memory:.2f} x", "<= 1.25 x", memory <= 1.25),
    ]
    report(
        "ledger",
        f"A `FileLedger` of {options.many:,} answers against one of {options.few:,}; {size:,.0f} bytes an answer."
        f" Medians of {len(verbs['get'])} runs side by side, {BATCH:,} random keys each;"
        " `set` includes writing the batches.",
        figures,
    )


if __name__ == "__main__":
    main()
