"""Streams a large CSV, made on the fly, and prints the speed and the memory it takes.

python benchmarks/csv_stream.py               1 GB
python benchmarks/csv_stream.py --mb 50       a smaller one
python benchmarks/csv_stream.py --keys 1000000   what finished keys cost in memory
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
import tracemalloc
from pathlib import Path

from leadenrich.records import read_csv, write_csv
from leadenrich.records.finished_keys import KeySet

HEADER = "id;Vorname;Nachname;Firma;Position;E-Mail Adresse;Telefon;LinkedIn URL;Ort;Land;Notizen\n"


def make(path: Path, size: int) -> int:
    """Write about `size` bytes of invented leads; returns how many."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        written = file.write(HEADER)
        while written < size:
            lines = [
                f'{n};Jörg{n};Müller;"Muster; und Söhne {n % 999} GmbH";Geschäftsführer;j.mueller{n}@example.com;'
                f"030 5550{n % 9999:04};https://www.linkedin.com/in/jm-{n};Köln;DE;"
                f'"sagt ""ja"",\nwill {"mehr " * (n % 9)}wissen"\n'
                for n in range(count, count + 1000)
            ]
            written += file.write("".join(lines))
            count += 1000
    return count


def peak_mb() -> float:
    """Return the most memory this process has held so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def stream(size: int, *, write: bool) -> None:
    """Read a file of `size` bytes (and write it again), printing speed and memory."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "leads.csv"
        count = make(path, size)
        table = read_csv(path)
        before = peak_mb()
        began = time.perf_counter()
        rows = write_csv(Path(folder) / "out.csv", table) if write else sum(1 for record in table if record["email"])
        seconds = time.perf_counter() - began
        assert rows == count
        megabytes = path.stat().st_size / 1e6
        print(
            f"{'read and written' if write else 'read'}: {megabytes:,.0f} MB, {rows:,} rows in {seconds:.1f} s"
            f" ({megabytes / seconds:.0f} MB/s, {rows / seconds:,.0f} rows/s);"
            f" peak memory {before:.0f} MB before, {peak_mb():.0f} MB after"
        )


def keys(count: int) -> None:
    """Print what finished keys cost."""
    tracemalloc.start()
    held = KeySet()
    for number in range(count):
        held.add(f"customer-{number}")
    used, peak = tracemalloc.get_traced_memory()
    print(f"{count:,} finished keys: {used / count:.1f} bytes each, {peak / count:.1f} at the peak")


def main() -> None:
    """Run what the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mb", type=int, default=1000, help="size of the file in MB (default 1000)")
    parser.add_argument("--write", action="store_true", help="write the rows again as well")
    parser.add_argument("--keys", type=int, metavar="N", help="measure N finished keys instead")
    options = parser.parse_args()
    if options.keys:
        keys(options.keys)
    else:
        stream(options.mb * 1_000_000, write=options.write)


if __name__ == "__main__":
    main()
