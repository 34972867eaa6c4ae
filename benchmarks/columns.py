"""Prints how well headers are mapped: on the half that mapping was tuned on, and on the half it was not.

python benchmarks/columns.py            the scores
python benchmarks/columns.py --errors   and every wrong column
python benchmarks/columns.py --half tune --errors
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from leadenrich.records import map_columns

HEADERS = Path(__file__).parents[1] / "tests" / "records" / "headers"


def samples() -> Any:
    """Return the module that reads the header rows."""
    spec = importlib.util.spec_from_file_location("header_samples", HEADERS / "samples.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def judge(half: str, *, with_values: bool) -> Iterator[tuple[bool, float, bool, str]]:
    """Yield `(right, confidence, is it somebody's, what was said)` for every column of one half."""
    for table in samples().tables():
        if table.half == half:
            said = map_columns(table.headers, table.rows() if with_values else ())
            for header, field, sure, meant in zip(said.headers, said.fields, said.confidence, table.meant, strict=True):
                wanted = "|".join(sorted(str(name) for name in meant))
                yield (
                    field in meant,
                    sure,
                    None not in meant,
                    f"{table.name}: {header!r} is {field} ({sure:.2f}), not {wanted}",
                )


def main() -> None:
    """Print the scores."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--errors", action="store_true", help="print every wrong column")
    parser.add_argument("--half", choices=["tune", "final", "fresh"], help="only this half")
    options = parser.parse_args()
    count = sum(1 for _ in samples().tables())
    print(f"{count} header rows")
    for half in [options.half] if options.half else ["tune", "final", "fresh"]:
        for with_values in (False, True):
            judged = list(judge(half, with_values=with_values))
            right = sum(ok for ok, _, _, _ in judged)
            mapped = [ok for ok, _, somebodys, _ in judged if somebodys]
            sure = [text for ok, sure, _, text in judged if not ok and sure > 0.9]
            kind = "headers and values" if with_values else "headers alone"
            print(
                f"{half:5}  {kind:18}  {right} of {len(judged)} columns right ({100 * right / len(judged):.1f} %);"
                f" of those that hold a field {sum(mapped)} of {len(mapped)} ({100 * sum(mapped) / len(mapped):.1f} %);"
                f" {len(sure)} wrong at confidence above 0.9"
            )
            if options.errors:
                for ok, _, _, text in judged:
                    if not ok:
                        print("      ", text)


if __name__ == "__main__":
    main()
