"""What a job learned of its vendors is in its ledger: the next run plans with it, and adds to it."""

from __future__ import annotations

import pickle
import sqlite3
from pathlib import Path
from typing import Any

import pytest

import leadenrich as le
from tests.sandbox_leads import PRICES, people

pytestmark = pytest.mark.looptime
STEPS = ["hunter", "apollo", "findymail"]


def waterfall(**settings: Any) -> le.Waterfall:
    return le.Waterfall("find_email", STEPS, **{"quality_threshold": 80, **settings})


async def learn(path: Path, records: Any, one: le.Waterfall | le.Chain | None = None) -> Any:
    with le.FileLedger(path, fsync=False) as ledger:
        async with le.Session.sandbox(prices=PRICES, ledger=ledger) as session:
            await (one or waterfall()).run(records, session=session)
    return one


def plan(path: Path, one: le.Waterfall | None = None) -> Any:
    with le.FileLedger(path, fsync=False) as ledger:
        return (one or waterfall()).explain(1000, session=le.Session.sandbox(prices=PRICES, ledger=ledger))


async def test_the_next_run_knows_what_the_last_one_learned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leadenrich.waterfall.stats.learned.AWHILE", 3600.0)  # written once, so nothing fades twice
    path = tmp_path / "q3.db"
    first = waterfall()
    await learn(path, people(120), first)
    told = plan(path)
    assert told.experience == 120
    own = plan(path, first)
    assert round(told.accepted.expected, 6) == round(
        own.accepted.expected, 6
    )  # who learned it himself does not read it a second time
    assert (
        told.accepted.expected != waterfall().explain(1000, session=le.Session.sandbox(prices=PRICES)).accepted.expected
    )
    await learn(path, people(150)[120:])
    assert plan(path).experience == 150


async def test_several_runs_of_one_waterfall_are_counted_once(tmp_path: Path) -> None:
    path, one = tmp_path / "q3.db", waterfall()
    for start in (0, 40, 80):
        await learn(path, people(start + 40)[start:], one)
    assert one.stats.records == plan(path).experience == plan(path, one).experience == 120


async def test_two_processes_learn_together(tmp_path: Path) -> None:
    path = tmp_path / "q3.db"
    with le.FileLedger(path, fsync=False) as one, le.FileLedger(path, fsync=False) as two:
        async with (
            le.Session.sandbox(prices=PRICES, ledger=one) as first,
            le.Session.sandbox(prices=PRICES, ledger=two) as second,
        ):
            await waterfall().run(people(30), session=first)
            await waterfall().run(people(70)[30:], session=second)
    assert plan(path).experience == 70


async def test_other_rules_learn_apart_and_other_steps_together(tmp_path: Path) -> None:
    path = tmp_path / "q3.db"
    await learn(path, people(30))
    assert plan(path, waterfall(quality_threshold=95)).experience == 0
    assert plan(path, le.Waterfall("find_email", ["apollo", "prospeo"], quality_threshold=80)).experience == 30


async def test_stats_of_the_callers_own_stay_the_callers(tmp_path: Path) -> None:
    path = tmp_path / "q3.db"
    own = waterfall(stats=le.Stats())
    await learn(path, people(30), own)
    assert own.stats.records == 30
    assert plan(path).experience == 0


async def test_it_is_written_while_a_long_run_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that is killed loses what it learned lately, not all of it."""
    path = tmp_path / "q3.db"
    monkeypatch.setattr("leadenrich.waterfall.stats.learned.AWHILE", -1.0)
    with le.FileLedger(path, fsync=False) as ledger:
        async with le.Session.sandbox(prices=PRICES, ledger=ledger) as session:
            await waterfall().run(people(230), session=session)
            with sqlite3.connect(path) as connection:  # as it is at that moment
                ((kept,),) = connection.execute("SELECT value FROM kept WHERE name LIKE 'stats %'").fetchall()
            connection.close()
    assert '"records": 200' in kept
    assert plan(path).experience == 230


async def test_a_full_disk_delays_it(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "q3.db"
    one = waterfall()
    ledger = le.FileLedger(path, fsync=False)
    async with le.Session.sandbox(prices=PRICES, ledger=ledger) as session:
        await one.run(people(30), session=session)
        full = ledger.journal._database.connection.execute("PRAGMA page_count").fetchone()[0]
        ledger.journal._database.connection.execute(f"PRAGMA max_page_count = {full}")
        one.stats.learned.write()  # type: ignore[union-attr]
        assert "what was learned is not saved" in caplog.text
        ledger.journal._database.connection.execute("PRAGMA max_page_count = 1000000")
    ledger.close()
    assert plan(path).experience == 30


async def test_a_waterfall_with_a_ledger_can_still_be_pickled(tmp_path: Path) -> None:
    path, one = tmp_path / "q3.db", waterfall()
    await learn(path, people(30), one)
    again = pickle.loads(pickle.dumps(one))
    assert plan(path, again).experience == 30
    await learn(path, people(40)[30:], again)
    assert plan(path).experience == 40


async def test_a_chain_and_its_verifiers_learn_too(tmp_path: Path) -> None:
    path = tmp_path / "q3.db"
    prices = PRICES | {"zerobounce": "0.008"}

    def chain() -> le.Chain:
        return le.Chain(
            [
                le.Waterfall("find_email", STEPS, verify=["zerobounce"]),
                le.Waterfall("enrich_person", ["apollo"], fields=["title"]),
            ]
        )

    with le.FileLedger(path, fsync=False) as ledger:
        async with le.Session.sandbox(prices=prices, ledger=ledger) as session:
            await (ran := chain()).run(people(40), session=session)
        told = chain().explain(100, session=le.Session.sandbox(prices=prices, ledger=ledger))
    assert [one.experience for one in told.plans] == [one.stats.records for one in ran.waterfalls]
    assert ran.waterfalls[0].stats.records == 40
    with sqlite3.connect(path) as connection:
        kept = dict(connection.execute("SELECT name, value FROM kept WHERE name LIKE 'stats %'"))
    connection.close()
    assert sorted(name.split()[1] for name in kept) == ["enrich_person", "find_email"]
    assert any("zerobounce.verify_email" in value for value in kept.values())
