"""The end of a budget: what is left buys an answer and its verification, or neither."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

import leadenrich as le
from leadenrich.sandbox import World

PRICES = {"findymail": "0.02", "zerobounce": "0.01"}


def people(count: int) -> list[dict[str, Any]]:
    found = [one for company in range(count) for one in World.of(0).people_of(company)]
    return [{"full_name": one.full_name, "company_domain": one.company_domain} for one in found[:count]]


@pytest.mark.parametrize("whose", ["run", "session", "named"])
@pytest.mark.parametrize("concurrency", [1, 40])
async def test_nothing_is_found_that_could_not_be_verified(whose: str, concurrency: int, tmp_path: Any) -> None:
    budget = le.Budget(usd="0.5", name="q3" if whose == "named" else None)
    told: dict[str, Any] = {"budget": budget} if whose == "session" else {}
    if whose == "named":
        told["ledger"] = le.FileLedger(tmp_path / "q3.db")
    session = le.Session.sandbox(prices=PRICES, **told)
    waterfall = le.Waterfall("find_email", ["findymail"], verify=["zerobounce"], allocation="depth")
    run = {} if whose == "session" else {"budget": budget}
    rows = await waterfall.run(people(60), session=session, concurrency=concurrency, **run)
    assert not [row for row in rows if "email" in row and "unverified" in row.values["email"].flags]
    complete = [row for row in rows if row.status == "complete"]
    spent = sum((row.cost.usd or Decimal(0)) for row in rows)
    assert Decimal("0.46") < spent <= Decimal("0.5")  # less than two whole values are left
    assert len(complete) >= 12


async def test_what_is_left_is_said() -> None:
    session = le.Session.sandbox(prices=PRICES)
    waterfall = le.Waterfall("find_email", ["findymail"], verify=["zerobounce"], allocation="depth")
    (row,) = await waterfall.run(people(1), session=session, budget=le.Budget(usd="0.025"))
    assert row.status == "skipped"
    assert "this call and the verification of its answer can cost 0.03" in str(row.attempts[0].reason)
    assert session.usage is not None
    (row,) = await waterfall.run(people(1), session=le.Session.sandbox(prices=PRICES), budget=le.Budget(usd="0.03"))
    assert row.attempts[0].outcome != "skipped"


async def test_a_miss_gives_back_what_was_set_aside() -> None:
    session = le.Session.sandbox(prices=PRICES)
    nobody = {"full_name": "Nobody Atall", "company_domain": "brightloom.example"}
    waterfall = le.Waterfall("find_email", ["findymail"], verify=["zerobounce"], allocation="depth")
    rows = await waterfall.run([nobody, *people(3)], session=session, concurrency=4, budget=le.Budget(usd="0.09"))
    assert [row.status for row in rows][1:].count("skipped") == 0
