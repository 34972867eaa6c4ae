"""The progress bar: one readable line, and silence where nobody looks."""

from __future__ import annotations

import io
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

import leadenrich as le
from leadenrich.integrations.progress import ProgressBar, told
from leadenrich.waterfall.summary import Summary
from tests.waterfall.fakes import FakeSession, lead


async def test_a_table_has_a_percentage_and_fits_into_80_columns(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_text("first_name,last_name,company_domain\n" + "Mira,Okafor,brightloom.example\n" * 30, encoding="utf-8")
    screen = io.StringIO()
    bar = ProgressBar(file=screen, ncols=79, dynamic_ncols=False, mininterval=0)
    waterfall = le.Waterfall("find_email", ["hunter"])
    async with le.Session.sandbox() as session:
        async with waterfall.stream(le.read_csv(path), session=session, budget=le.Budget(usd=20), progress=bar) as rows:
            async for _ in rows:
                pass
        assert rows.summary.total == 30
    lines = [line for line in screen.getvalue().split("\r") if line.strip()]
    assert lines[-1].startswith("100% |")
    assert "30/30" in lines[-1]
    assert "found" in lines[-1]
    assert "of $20" in lines[-1]
    assert max(len(line.rstrip("\n")) for line in lines) <= 79


async def test_without_a_terminal_nothing_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    waterfall = le.Waterfall("find_email", ["hunter"])
    await waterfall.run([lead()], session=FakeSession(), progress=True)
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "")


def test_the_text_beside_the_bar() -> None:
    summary = Summary(statuses=Counter(complete=3, partial=1, not_found=9))
    summary.cost = le.Cost(usd=Decimal("1.234"))
    assert told(summary) == "4 found, $1.23"
    summary.budget_usd = Decimal(20)
    summary.asking.update(apollo=3, hunter=5)
    assert told(summary) == "4 found, $1.23 of $20, waits for hunter"
    summary.asking.clear()
    assert summary.waits_for is None


async def test_a_run_has_a_clock() -> None:
    waterfall = le.Waterfall("find_email", ["hunter"])
    async with waterfall.stream([lead()] * 3, session=FakeSession()) as rows:
        assert rows.summary.ended_at is None
        async for _ in rows:
            pass
    summary = rows.summary
    assert summary.started_at is not None
    assert summary.ended_at is not None
    assert summary.started_at <= summary.ended_at
    assert summary.to_dict()["started_at"] == summary.started_at.isoformat()
    assert sum(summary.asking.values()) == 0
