"""A plan of a job: finished rows are left out, tables are counted, a named budget is what is left of it."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import leadenrich as le
from tests.sandbox_leads import PRICES, people

pytestmark = [pytest.mark.slow, pytest.mark.looptime]


def table(path: Path, count: int) -> Any:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["full_name", "company_domain"])
        writer.writerows([one["full_name"], one["company_domain"]] for one in people(count))
    return le.read_csv(path)


async def run(records: Any, tmp_path: Path, *, limit: int | None = None, **budget: Any) -> Any:
    waterfall = le.Waterfall("find_email", ["hunter", "apollo", "findymail"], quality_threshold=80)
    with le.FileLedger(tmp_path / "job.db", fsync=False) as ledger:
        async with le.Session.sandbox(prices=PRICES, ledger=ledger, budget=le.Budget(**budget)) as session:
            sink = le.JsonlSink(tmp_path / "rows.jsonl", key=None)
            return await waterfall.stream(records, session=session, into=sink, limit=limit, concurrency=8).drain()


async def test_a_resumed_run_plans_for_what_is_left(tmp_path: Path) -> None:
    """Of 240 records 200 are finished; what suffices for the 40 that are left is spent on them."""
    await run(people(240), tmp_path, limit=200, usd=100)
    second = await run(people(240), tmp_path, usd="1.50")
    (other := tmp_path / "other").mkdir()
    alone = await run(people(240)[200:], other, usd="1.50")
    assert (second.rows, second.finished_before) == (40, 200)
    assert second.statuses == alone.statuses


async def test_a_table_is_counted_as_a_list_is(tmp_path: Path) -> None:
    (first := tmp_path / "list").mkdir()
    (second := tmp_path / "table").mkdir()
    of_list = await run(people(150), first, usd="1.20")
    of_table = await run(table(tmp_path / "leads.csv", 150), second, usd="1.20")
    assert of_table.total == 150
    assert (of_table.statuses, of_table.cost.usd) == (of_list.statuses, of_list.cost.usd)


async def test_a_budget_with_a_name_plans_with_what_is_left_of_it(tmp_path: Path) -> None:
    """Four runs of 60 records under one wall of $4: no more than that in all, and nothing is asked twice."""
    spent = Decimal(0)
    for limit in (60, 120, 180, 240):
        summary = await run(people(240), tmp_path, limit=limit, usd=4, name="q3")
        spent += summary.cost.usd
    with le.FileLedger(tmp_path / "job.db") as ledger:
        assert ledger.spent("q3")["usd"] == spent <= 4
