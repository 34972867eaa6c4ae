"""A job over a sink: what an outage left open is asked again and replaced, nothing is asked twice or lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from leadenrich.errors import ProviderAPIError
from leadenrich.records import CsvSink, JsonlSink, Sink, read_csv, read_jsonl
from leadenrich.results import Hit
from leadenrich.waterfall import Waterfall
from tests.waterfall.fakes import FakeSession, lead

pytestmark = pytest.mark.looptime


def leads(count: int) -> list[dict[str, Any]]:
    return [lead(number, id=f"lead-{number}") for number in range(count)]


def found(query: Any) -> Hit:
    return Hit(email=f"{query['last_name'].lower()}@brightloom.example")


def rows_of(path: Path) -> list[dict[str, Any]]:
    return [dict(row) for row in (read_jsonl(path) if path.suffix == ".jsonl" else read_csv(path))]


@pytest.mark.parametrize("kind", [CsvSink, JsonlSink])
async def test_an_outage_leaves_nothing_behind(tmp_path: Path, kind: type[Sink]) -> None:
    path = tmp_path / ("out.jsonl" if kind is JsonlSink else "out.csv")
    only = Waterfall("find_email", ["alpha"], clean=False)

    def half(query: Any) -> Any:
        if int(query["id"].rpartition("-")[2]) % 2:
            return ProviderAPIError("alpha is down", provider="alpha")
        return found(query)

    first = await only.run(leads(8), session=FakeSession({"alpha": half}), into=kind(path), concurrency=1)
    open_rows = [row.key for row in first if row.retryable]
    assert open_rows == [f"lead-{number}" for number in (1, 3, 5, 7)]
    assert sum(bool(row.get("retry_reason")) for row in rows_of(path)) == 4
    second = await only.run(leads(8), session=FakeSession({"alpha": found}), into=kind(path))
    assert sorted(row.key for row in second) == open_rows
    rows = rows_of(path)
    assert sorted(row["id"] for row in rows) == [f"lead-{number}" for number in range(8)]
    assert all(row["status"] == "complete" for row in rows)
    assert await only.run(leads(8), session=FakeSession({"alpha": found}), into=kind(path)) == []


async def test_retry_failed_takes_the_path_of_an_output(tmp_path: Path) -> None:
    only = Waterfall("find_email", ["alpha"], clean=False)
    path = tmp_path / "out.csv"

    def half(query: Any) -> Any:
        if query["id"] == "lead-2":
            return ProviderAPIError("alpha is down", provider="alpha")
        return found(query)

    await only.run(leads(4), session=FakeSession({"alpha": half}), into=CsvSink(path))
    again = await only.run(leads(4), session=FakeSession({"alpha": found}), key="id", retry_failed=path)
    assert [row.key for row in again] == ["lead-2"]
    again = await only.run(leads(4), session=FakeSession({"alpha": found}), key="id", retry_failed=str(path))
    assert [row.key for row in again] == ["lead-2"]
