"""What `import leadenrich` costs against `import httpx, pydantic`, each in a fresh interpreter.

python -m benchmarks.import
"""

from __future__ import annotations

import argparse
import subprocess
import sys

from benchmarks._measure import Figure, interleaved, median, report, spread

TIMED = "import time; t = time.perf_counter(); {}; print(time.perf_counter() - t)"


def seconds(statement: str) -> float:
    """Return the seconds a statement takes in a fresh interpreter."""
    done = subprocess.run([sys.executable, "-c", TIMED.format(statement)], capture_output=True, text=True, check=True)
    return float(done.stdout)


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=21)
    options = parser.parse_args()
    kinds = {"ours": lambda: seconds("import leadenrich"), "theirs": lambda: seconds("import httpx, pydantic")}
    results = interleaved(kinds, options.runs)
    ratio = median(results["ours"]) / median(results["theirs"])
    pairs = [ours / theirs for ours, theirs in zip(results["ours"], results["theirs"], strict=True)]
    figure = Figure(
        "import leadenrich", f"{ratio:.2f} x ({spread(pairs)})", "<= 1.25 x `import httpx, pydantic`", ratio <= 1.25
    )
    report("import", f"Fresh interpreters, median of {options.runs} interleaved runs.", [figure])


if __name__ == "__main__":
    main()
