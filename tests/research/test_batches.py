"""Batches of a vendor are half the price, take their time, and go on after a restart."""

import asyncio
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

import leadenrich as le
from leadenrich.research import Research
from tests.engine.vendors import Server
from tests.research.replies import claims, openai

KEY = "key-for-tests"
RECORDS = [{"company_name": f"Company {number}"} for number in range(3)]


class Batches:
    """OpenAI's files and batches: a batch ends once `done` is set."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.files: dict[str, str] = {}
        self.done = False

    def __call__(self, request: httpx.Request, count: int) -> Any:
        path = request.url.path.removeprefix("/v1")
        self.paths.append(f"{request.method} {path}")
        if path == "/files":
            name = f"file-{len(self.files)}"
            self.files[name] = request.content.decode()
            return {"id": name, "object": "file"}
        if path == "/batches":
            return {"id": f"batch-{json.loads(request.content)['input_file_id']}", "status": "validating"}
        if path.startswith("/batches/"):
            file = path.removeprefix("/batches/batch-")
            ended = {"status": "completed", "output_file_id": f"out-{file}"}
            return {"id": path.rpartition("/")[2], **(ended if self.done else {"status": "in_progress"})}
        text = self.files[path.split("/")[2].removeprefix("out-")]
        lines = [json.loads(line) for line in text.splitlines() if line.startswith('{"custom_id"')]
        body = openai(claims(product="looms"), read=100, written=10)
        answers = [{"custom_id": one["custom_id"], "response": {"status_code": 200, "body": body}} for one in lines]
        return httpx.Response(200, text="\n".join(map(json.dumps, answers)))


@pytest.mark.looptime
async def test_a_batch_goes_on_after_a_restart_and_is_paid_once(tmp_path: Path) -> None:
    vendor = Batches()
    question = Research("What does {company_name} make?", ["openai"], answer={"product": str}, batch=True)
    ledger = tmp_path / "answers.db"

    async def run(patience: float | None) -> list[le.EnrichedRecord]:
        session = le.Session({"openai": KEY}, transport=Server({"/v1": vendor}), ledger=le.FileLedger(ledger))
        async with session, asyncio.timeout(patience):
            return await question.run(RECORDS, session=session)

    with pytest.raises(TimeoutError):
        await run(600)  # the process is stopped while the batch is under way
    first = list(vendor.paths)
    assert first.count("POST /batches") == 1
    vendor.done = True
    rows = await run(None)
    assert [row["product"] for row in rows] == ["looms"] * 3
    assert vendor.paths.count("POST /batches") == 1
    assert vendor.paths.count("POST /files") == 1
    assert len(vendor.files) == 1


@pytest.mark.looptime
async def test_a_batch_is_one_file_for_all_records_at_half_the_price() -> None:
    vendor = Batches()
    vendor.done = True
    question = Research("What does {company_name} make?", ["openai"], answer={"product": str}, batch=True)
    async with le.Session({"openai": KEY}, transport=Server({"/v1": vendor}), budget=le.Budget(usd=1)) as session:
        rows = await question.run(RECORDS, session=session)
    assert len(vendor.files) == 1
    listed = (100 * Decimal("0.75") + 10 * Decimal("4.5")) / 1_000_000
    assert [row.cost.usd for row in rows] == [listed / 2] * 3
