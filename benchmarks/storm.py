"""The seeded storms of the test suite, as many as you like: `python -m benchmarks.storm --seeds 100000`.

With `--foreign` those in which everything that is not ours (plugins, ports, functions, sources) breaks its rules.
"""

from __future__ import annotations

import argparse
import time

from tests.engine import storm, storm_foreign


def main() -> None:
    """Play storms and say how many broke a promise."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=10_000, help="how many")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--seed", type=int, help="replay this one, with its traceback")
    parser.add_argument("--foreign", action="store_true", help="the storms of foreign code")
    options = parser.parse_args()
    run = storm_foreign.run if options.foreign else storm.run
    if options.seed is not None:
        run(options.seed)
        print(f"seed {options.seed}: every promise held")
        return
    started, cpu, broken = time.perf_counter(), time.process_time(), 0
    for seed in range(options.first, options.first + options.seeds):
        try:
            run(seed)
        except AssertionError as error:
            broken += 1
            print(error)
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    print(f"{options.seeds} storms in {seconds:.0f} s ({cpu:.0f} s of processor), {broken} broke a promise")
    raise SystemExit(1 if broken else 0)


if __name__ == "__main__":
    main()
