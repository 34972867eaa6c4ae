"""Waterfalls and chains over the real engine while its vendors misbehave: nothing lost, every cent accounted for."""

from __future__ import annotations

import asyncio
import logging
from decimal import Decimal
from itertools import islice
from typing import Any

import pytest

from leadenrich.engine.budget import Budget
from leadenrich.engine.session import Session
from leadenrich.waterfall import Chain, Step, Waterfall

pytestmark = pytest.mark.looptime

STORMS = {
    "calm": {},
    "slow down": {"hunter": {"rate_limited": 0.5, "retry_after": 3}, "apollo": {"rate_limited": 0.3}},
    "errors": {"*": {"errors": 0.3, "html": 0.1}},
    "lost answers": {"hunter": {"timeouts": 0.3}, "findymail": {"timeouts": 0.5}},
    "refused and empty": {"hunter": {"refuses_key": True}, "findymail": {"out_of_credits_after": 3}},
    "everything": {"*": {"errors": 0.2, "html": 0.2, "timeouts": 0.2, "rate_limited": 0.2, "retry_after": 1}},
}


def finders(**settings: Any) -> Waterfall:
    steps = ["local", Step("hunter", timeout=5, retries=2), Step("apollo", timeout=8, retries=1), "findymail"]
    return Waterfall("find_email", steps, verify=["zerobounce", "neverbounce"], quality_threshold=80, **settings)


def chain() -> Chain:
    profile = Waterfall("enrich_company", ["contactout", "leadmagic"], fields=["employee_count"])
    return Chain([Waterfall("find_domain", ["wikidata", "ocean_io"]), finders(catch_all="reject"), profile])


def leads(session: Session, count: int = 60) -> list[Any]:
    """Every third of them lacks its domain; some are no records at all."""
    found: list[Any] = []
    for number, person in enumerate(islice(session.transport.world.people, 0, count * 4, 4)):  # type: ignore[attr-defined]  # the sandbox's own transport
        record = {
            "first_name": person.first_name,
            "last_name": person.last_name,
            "company_name": person.company.company_name,
            "company_domain": person.company.company_domain,
        }
        if number % 3 == 0:
            del record["company_domain"]
        found.append(["no", "record"] if number % 17 == 16 else record)
    return found


def others() -> list[asyncio.Task[Any]]:
    return [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]


@pytest.mark.parametrize("storm", STORMS)
async def test_whatever_vendors_do_rows_and_money_add_up(storm: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)
    async with Session.sandbox(seed=3, misbehave=STORMS[storm]) as session:
        records = leads(session)
        async with chain().stream(records, session=session, concurrency=25) as rows:
            out = [row async for row in rows]
        assert sorted(row.index for row in out) == list(range(len(records)))
        assert rows.summary.cost.credits == session.usage.cost.credits
        assert rows.summary.cost.uncertain_credits == session.usage.cost.uncertain_credits
        assert rows.summary.cost.calls == session.usage.cost.calls
        for row in out:
            assert row.record is records[row.index]
            assert (row.status == "invalid") is (not isinstance(row.record, dict))
            assert row.reason or row.status == "complete"
            if "email" in row.values:
                assert row.values["email"].verified_by or "unverified" in row.values["email"].flags
        if storm == "calm":
            assert rows.summary.statuses["complete"] > 15
    assert others() == []


@pytest.mark.parametrize("storm", ["calm", "everything"])
async def test_leaving_in_the_storm_leaves_nothing_behind(storm: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)
    for leave_after in (0, 1, 7):
        async with Session.sandbox(seed=4, misbehave=STORMS[storm]) as session:
            seen = 0
            async with chain().stream(leads(session), session=session, concurrency=25) as rows:
                async for _ in rows:
                    seen += 1
                    if seen > leave_after:
                        break
            calls = session.usage.cost.calls
            assert not any("waterfall" in repr(task) for task in others())
            await asyncio.sleep(300)
            assert session.usage.cost.calls == calls
            assert others() == []


async def test_the_budget_of_a_run_is_a_wall(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)
    for allocation in ("depth", "cutoff"):
        async with Session.sandbox(seed=3) as session:
            records = leads(session)
            budget = Budget(credits={"hunter": 4, "findymail": 6, "apollo": 5, "zerobounce": 9, "neverbounce": 0})
            waterfall = finders(allocation=allocation)
            async with waterfall.stream(records, session=session, budget=budget, concurrency=25) as rows:
                out = [row async for row in rows]
            spent = session.usage.cost.credits
            for purse, most in budget.credits.items():
                assert sum((n for name, n in spent.items() if name.split(".")[0] == purse), Decimal(0)) <= most
            assert len(out) == len(records)
            poor = [row for row in out if any("budget" in str(a.reason) for a in row.attempts)]
            assert poor
