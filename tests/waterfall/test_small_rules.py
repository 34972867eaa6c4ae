"""Single lines of the rules, each with a test that fails when the line says something else."""

from __future__ import annotations

import asyncio

import pytest

import leadenrich as le
from tests.engine.vendors import KEY, Server, name

pytestmark = pytest.mark.looptime


@pytest.mark.parametrize(("memory", "seconds"), [(0, 10), (3600, 20)])
async def test_one_record_of_a_company_goes_first_only_where_its_answer_is_remembered(
    memory: int, seconds: float
) -> None:
    waterfall = le.Waterfall("find_email", ["acme"], catch_all="reject", catch_all_memory=memory)
    records = [{"full_name": name(number), "company_domain": "brightloom.example"} for number in range(2)]
    async with le.Session({"acme": KEY}, transport=Server(delay=10)) as session:
        started = asyncio.get_running_loop().time()
        await waterfall.run(records, session=session, concurrency=2)
    assert asyncio.get_running_loop().time() - started == pytest.approx(seconds, abs=1)
