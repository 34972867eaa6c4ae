"""kill -9 at random moments, run again: finished rows are kept and not asked for again, none is doubled or lost."""

import csv
import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

RECORDS = 250
SCRIPT = """
import sys, warnings
from leadenrich.records import CsvSink, JsonlSink, read_csv

warnings.simplefilter("ignore")
source, out, asked, key = sys.argv[1:]
sink = (CsvSink if out.endswith(".csv") else JsonlSink)(out, key or None)
paid = open(asked, "ab", buffering=0)
with sink:
    for position, record in enumerate(read_csv(source)):
        row_key = sink.key_of(record, position)
        if row_key in sink.finished:
            continue
        paid.write(record["Nr"].encode() + b"\\n")
        row = dict(record)
        if position % 7 == 0:
            row[f"found_{position % 4}"] = "x" * (position % 50 + 1) + "\\nsecond line"
        sink.write(row, key=row_key)
        print(f"{position:4000}", flush=True)  # a pipe holds few of these: it cannot run far ahead
"""


def lines_of(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no kill -9 there")
@pytest.mark.parametrize(("name", "key"), [("out.csv", "Nr"), ("out.csv", ""), ("out.jsonl", "Nr")])
def test_kill_and_go_on(tmp_path: Path, name: str, key: str) -> None:
    source, out, asked = tmp_path / "in.csv", tmp_path / name, tmp_path / "asked"
    with source.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["Nr", "Name", "Notes"], *([n, f"Jörg {n}", 'a "b"\nc'] for n in range(RECORDS))])
    chance = random.Random(name + key)
    command = [sys.executable, "-c", SCRIPT, str(source), str(out), str(asked), key]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    kills = 0
    while True:
        # Killed when it has said so many lines, wherever it then stands: at most some twenty rows further on.
        after = chance.randrange(1, 55)
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
            assert process.stdout is not None
            for said, _ in enumerate(process.stdout, 1):
                if said == after:
                    process.send_signal(signal.SIGKILL)
                    break
            process.stdout.read()
        if process.returncode == 0:
            break
        assert process.returncode == -signal.SIGKILL
        kills += 1
    assert kills >= 3
    if name.endswith(".csv"):
        with out.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    else:
        rows = [json.loads(line) for line in lines_of(out)]
    assert sorted(int(row["Nr"]) for row in rows) == list(range(RECORDS))
    assert all(row["Notes"] == 'a "b"\nc' for row in rows)
    for row in rows:
        number = int(row["Nr"])
        if number % 7 == 0:
            assert row[f"found_{number % 4}"] == "x" * (number % 50 + 1) + "\nsecond line"
    paid = lines_of(asked)
    assert set(paid) == {str(number) for number in range(RECORDS)}
    assert len(paid) - RECORDS <= kills  # at most the one row under way at each kill is asked for again
