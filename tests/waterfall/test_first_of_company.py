"""A list sorted by company: one record of each goes first, and the others have what it shows."""

from __future__ import annotations

import asyncio
from typing import Any

from leadenrich.results import Hit, Miss
from leadenrich.waterfall import Waterfall
from tests.waterfall.fakes import FakeSession, lead

OP = "find_email"


def sorted_leads(companies: int, each: int) -> list[dict[str, Any]]:
    return [
        lead(number, company_domain=f"c{number // each}.example", company_name=f"C{number // each}")
        for number in range(companies * each)
    ]


def address(query: Any) -> Hit:
    first, last = query["full_name"].lower().split()
    return Hit(email=f"{first}.{last.replace('-', '')}@{query['company_domain']}")


async def asked(script: dict[str, Any], records: list[dict[str, Any]], **told: Any) -> tuple[FakeSession, list[Any]]:
    session = FakeSession(script, delay=1.0)
    steps = told.pop("steps", ["alpha", "beta"])
    waterfall = Waterfall(OP, steps, verify=["vera"], **told)
    rows = await waterfall.run(records, session=session, concurrency=told.pop("concurrency", 20))
    return session, rows


async def test_a_catch_all_domain_is_paid_for_once_in_a_sorted_list() -> None:
    script = {"alpha": address, "vera": Hit(email_status="accept_all")}
    session, rows = await asked(script, sorted_leads(10, 20), catch_all="reject")
    assert session.names.count("alpha.find_email") == 10
    assert len(rows) == 200
    assert {row.stop_reason for row in rows} == {"catch_all"}


async def test_a_pattern_is_learned_from_the_first_and_used_for_the_others() -> None:
    script = {"alpha": address, "vera": Hit(email_status="valid")}
    session, rows = await asked(script, sorted_leads(10, 20), steps=["local", "alpha"])
    assert session.names.count("alpha.find_email") <= 20
    assert {row.status for row in rows} == {"complete"}


async def test_waiting_holds_no_place() -> None:
    script = {"alpha": address, "vera": Hit(email_status="accept_all")}
    session = FakeSession(script, delay=1.0)
    waterfall = Waterfall(OP, ["alpha"], verify=["vera"], catch_all="reject")
    started = asyncio.get_running_loop().time()
    await waterfall.run(sorted_leads(10, 20), session=session, concurrency=10)
    assert asyncio.get_running_loop().time() - started <= 4  # the ten first ones side by side: 2 s


async def test_a_company_that_shows_nothing_does_not_wait_for_ever() -> None:
    started = asyncio.get_running_loop().time()
    session, rows = await asked({"alpha": Miss(), "beta": Miss()}, sorted_leads(1, 60), catch_all="reject")
    assert session.names.count("alpha.find_email") == 60
    assert {row.status for row in rows} == {"not_found"}
    assert asyncio.get_running_loop().time() - started < 20  # three one by one, the others at once


async def test_other_policies_wait_for_nothing() -> None:
    session, _ = await asked({"alpha": address, "vera": Hit(email_status="valid")}, sorted_leads(1, 20))
    assert session.most_in_flight == 20


async def test_a_stream_that_is_left_leaves_nothing_behind() -> None:
    session = FakeSession({"alpha": address, "vera": Hit(email_status="valid")}, delay=1.0)
    waterfall = Waterfall(OP, ["alpha"], verify=["vera"], catch_all="reject")
    async with waterfall.stream(sorted_leads(1, 50), session=session, concurrency=10) as rows:
        async for _ in rows:
            break
    assert session.in_flight == 0
    await waterfall.run(sorted_leads(1, 5), session=session)
