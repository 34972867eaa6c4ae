"""The seeded fault storms of the test suite, as many as you like: `python -m benchmarks.storm --seeds 100000`."""

from __future__ import annotations

import argparse
import logging
import time

from tests.engine import storm


def main() -> None:
    """Play storms and say how many broke a promise."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=10_000, help="how many")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--seed", type=int, help="replay this one, with its log")
    options = parser.parse_args()
    if options.seed is not None:
        storm.run(options.seed)
        print(f"seed {options.seed}: every promise held")
        return
    logging.disable(logging.WARNING)
    started, broken = time.perf_counter(), 0
    for seed in range(options.first, options.first + options.seeds):
        try:
            storm.run(seed)
        except AssertionError as error:
            broken += 1
            print(error)
    print(f"{options.seeds} storms in {time.perf_counter() - started:.0f} s, {broken} broke a promise")
    raise SystemExit(1 if broken else 0)


if __name__ == "__main__":
    main()
