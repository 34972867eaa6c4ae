"""Tables in and out beside the standard library, over leads as they come: `python -m benchmarks.records`.

Processor time; each ratio is of two runs side by side, and what is shown is the median of them with its spread.
"""

from __future__ import annotations

import csv
import io
import json
import random
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from benchmarks._measure import Figure, interleaved, median, report, spread
from benchmarks.leads import leads
from leadenrich import clean
from leadenrich.records import map_columns, write_csv, write_jsonl
from leadenrich.results import Cost, EnrichedRecord, Value

COUNT = 5_000
COLUMNS = 500


def finished() -> list[EnrichedRecord]:
    """Return leads for whom a mobile number was found."""
    rows = []
    for number, lead in enumerate(leads(COUNT)):
        row = EnrichedRecord(lead, data={**lead, "mobile_phone": f"+4917{number:08d}"}, status="complete")
        row.values["mobile_phone"] = Value(row.data["mobile_phone"], "acme", 90, cost=Cost(usd=Decimal("0.05")))
        rows.append(row)
    return rows


def headers() -> list[str]:
    """Return as many headers as the widest exports have: known ones, the company's own, typos."""
    rng = random.Random(0)
    kinds = ("E-Mail {}", "Custom Field {}", "Kampagne {}", "Frist Name {}", "{} Notes", "LinkedIn {} URL")
    return [rng.choice(kinds).format("".join(rng.choices("abcdefghij", k=5))) for _ in range(COLUMNS)]


def main() -> None:
    """Measure, print, and write the section of docs/performance.md."""
    rows = finished()
    plain = [{**row.data, "status": row.status} for row in rows]
    fresh = iter(range(1_000_000))

    def dumped() -> None:
        target = io.StringIO()
        for row in plain:
            target.write(json.dumps(row, ensure_ascii=False) + "\n")

    def written() -> None:
        target = io.StringIO(newline="")
        writer = csv.DictWriter(target, list(plain[0]))
        writer.writeheader()
        writer.writerows(plain)

    def cleaned() -> None:
        for lead in leads(COUNT, seed=next(fresh)):
            clean.record(lead)

    def generated() -> None:
        for _ in leads(COUNT, seed=next(fresh)):
            pass

    kinds: dict[str, Callable[[], Any]] = {
        "dumps": dumped,
        "jsonl": lambda: write_jsonl(io.StringIO(), rows),
        "DictWriter": written,
        "csv": lambda: write_csv(io.StringIO(newline=""), rows),
        "csv, chosen columns": lambda: write_csv(io.StringIO(newline=""), rows, columns=list(plain[0])),
        "cleaned": cleaned,
        "generated": generated,
        "map": lambda: map_columns(headers()),
    }
    seconds = interleaved({kind: _timed(run) for kind, run in kinds.items()})
    figures = [
        _ratio("`write_jsonl` to `json.dumps` lines", seconds["jsonl"], seconds["dumps"], 1.5),
        _ratio("`write_csv` to `csv.DictWriter`", seconds["csv"], seconds["DictWriter"], 1.2),
        _ratio("the same, columns chosen", seconds["csv, chosen columns"], seconds["DictWriter"], 1.2),
    ]
    each = [(a - b) / COUNT * 1e6 for a, b in zip(seconds["cleaned"], seconds["generated"], strict=True)]
    figures.append(
        Figure(
            "`clean.record`, nine fields, new leads",
            f"{median(each):.0f} us ({spread(each)})",
            "100 us",
            median(each) <= 100,
        )
    )
    wide = [one * 1e3 for one in seconds["map"]]
    first = wide[0]  # the only run in which no header is known yet
    figures.append(Figure(f"`map_columns`, {COLUMNS} new headers", f"{first:.0f} ms", "100 ms", first <= 100))
    report("records", "Over leads as they come (`benchmarks/leads.py`), in processor time.", figures)


def _timed(run: Callable[[], Any]) -> Callable[[], float]:
    def timed() -> float:
        start = time.process_time()
        run()
        return time.process_time() - start

    return timed


def _ratio(name: str, ours: list[float], theirs: list[float], bound: float) -> Figure:
    ratios = [a / b for a, b in zip(ours, theirs, strict=True)]
    return Figure(name, f"{median(ratios):.2f} x ({spread(ratios)})", f"{bound} x", median(ratios) <= bound)


if __name__ == "__main__":
    main()
