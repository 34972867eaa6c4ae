"""Answers kept by the caller: nothing paid twice, old ones deleted, several processes, full disks, foreign files."""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import multiprocessing
import os
import pickle
import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

import leadenrich as le
from leadenrich.engine.cache import decode, encode
from tests.engine.vendors import KEY, Server, name

KEYS = [f"{number:040x}" for number in range(2000)]


def every_other(request: httpx.Request, count: int) -> object:
    full_name = json.loads(request.content)["full_name"]
    return {"person": {"email": f"{len(full_name)}@b.example"} if full_name in (name(1), name(3)) else None}


QUERIES = [{"full_name": name(i)} for i in range(5)]


async def run(path: Path, server: Server, **options: Any) -> le.Session:
    with le.FileLedger(path, **options) as ledger:
        async with le.Session({"acme": KEY}, transport=server, cache=ledger) as session:
            await session.bulk("acme", "find_email", QUERIES)
    return session


def everything(path: Path) -> bytes:
    """Every byte that the ledger has on disk."""
    return b"".join(one.read_bytes() for one in sorted(path.parent.glob(path.name + "*")))


def aged(path: Path, days: int) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE answers SET at = at - ?", (days * 86_400,))
        connection.execute("UPDATE notes SET at = at - ?", (days * 86_400,))


async def test_a_second_run_pays_nothing_misses_included(tmp_path: Path) -> None:
    path, server = tmp_path / "answers.db", Server({"/person": every_other})
    first, second = await run(path, server), await run(path, server)
    assert len(server.requests) == 5
    assert (first.usage.cost.credits, second.usage.cost.credits) == ({"acme": 2}, {})
    assert second.usage["acme.find_email"].cached == 5
    assert KEY.encode() not in everything(path)
    assert name(0).encode() not in everything(path)


def test_a_file_that_others_may_read_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "answers.db"
    path.touch(mode=0o644)
    path.chmod(0o644)
    with le.FileLedger(path) as ledger:
        ledger.set(KEYS[0], {"hit": False})
        modes = {one.name: stat.S_IMODE(one.stat().st_mode) for one in tmp_path.iterdir()}
        assert modes == {"answers.db": 0o600, "answers.db-wal": 0o600, "answers.db-shm": 0o600}


def test_a_new_file_is_never_open_to_others(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        with le.FileLedger(tmp_path / "answers.db") as ledger:
            ledger.set(KEYS[0], {})
            assert {stat.S_IMODE(one.stat().st_mode) for one in tmp_path.iterdir()} == {0o600}
    finally:
        os.umask(old)


async def test_what_is_too_old_is_asked_again_and_leaves_the_file(tmp_path: Path) -> None:
    path, server = tmp_path / "answers.db", Server()
    await run(path, server)
    aged(path, 40)
    await run(path, server, max_age=timedelta(days=50))
    assert len(server.requests) == 5
    with le.FileLedger(path, max_age=timedelta(days=30)) as ledger:
        assert len(ledger) == 0
    await run(path, server, max_age=timedelta(days=30))
    assert len(server.requests) == 10


def test_compacting_leaves_out_what_is_over(tmp_path: Path) -> None:
    path = tmp_path / "answers.db"
    with le.FileLedger(path) as ledger:
        ledger.set(KEYS[0], {"v": 0}, ttl=-1)
        ledger.set(KEYS[1], {"v": 1}, ttl=1000)
        ledger.note({"row": 1})
        assert ledger.get(KEYS[0]) is None
        assert ledger.get(KEYS[1]) == {"v": 1}
        assert ledger.compact() == 1
    aged(path, 2)
    with le.FileLedger(path, max_age=timedelta(days=3)) as ledger:
        ledger.set(KEYS[2], {"v": 2})
        assert ledger.compact() == 0
    aged(path, 2)
    with le.FileLedger(path, max_age=timedelta(days=3)) as ledger:
        assert [entry["answer"] for entry in ledger.entries()] == [{"v": 2}]


def test_the_whole_key_is_compared_and_the_last_answer_counts(tmp_path: Path) -> None:
    with le.FileLedger(tmp_path / "answers.db") as ledger:
        for number, key in enumerate(KEYS):
            ledger.set(key, {"v": number})
        assert ledger.get(KEYS[0][:-1] + "f") == {"v": 15}
        assert ledger.get("f" * 40) is None
        ledger.set(KEYS[3], {"v": "again"})
        ledger.set("a key of another kind", {"v": "text"})
        assert ledger.get(KEYS[3]) == {"v": "again"}
        assert ledger.get("a key of another kind") == {"v": "text"}
        assert len(ledger) == len(KEYS) + 1
        ledger.note({"row": "1"})
        entries = list(ledger.entries())
        assert len(entries) == len(KEYS) + 2
        assert entries[-1]["note"] == {"row": "1"}
        assert entries[-2]["key"] == "a key of another kind"
        assert {entry["key"] for entry in entries[:-2]} == set(KEYS)
        assert f"{len(KEYS) + 1} answers" in repr(ledger)
    assert "closed" in repr(ledger)


@pytest.mark.looptime
async def test_answers_wait_a_moment_for_company_and_are_found_meanwhile(tmp_path: Path) -> None:
    path = tmp_path / "answers.db"
    ledger = le.FileLedger(path)
    with closing(sqlite3.connect(path)) as other:
        ledger.set(KEYS[0], {"v": 0})
        assert ledger.get(KEYS[0]) == {"v": 0}
        assert other.execute("SELECT count(*) FROM answers").fetchone() == (0,)
        await asyncio.sleep(0.03)
        assert other.execute("SELECT count(*) FROM answers").fetchone() == (1,)
        for key in KEYS[:500]:
            ledger.set(key, {})
        assert other.execute("SELECT count(*) FROM answers").fetchone() == (500,)
    ledger.close()


def test_what_waits_is_written_when_the_loop_ends_and_the_ledger_goes(tmp_path: Path) -> None:
    path = tmp_path / "answers.db"

    async def ask(ledger: le.FileLedger, key: str) -> None:
        ledger.set(key, {"v": key})

    ledger = le.FileLedger(path)
    asyncio.run(ask(ledger, KEYS[0]))
    asyncio.run(ask(ledger, KEYS[1]))
    del ledger
    gc.collect()
    with le.FileLedger(path) as ledger:
        assert len(ledger) == 2


def test_decimals_and_lists_come_back_as_they_were() -> None:
    hit = le.Hit(annual_revenue_usd=le.results.Decimal("12.50"), technologies=["a"], emails=[{"email": "a@b.example"}])
    again = decode(json.loads(json.dumps(encode(hit, {}))))
    assert again == hit


def _writer(path: Path, number: int) -> None:
    with le.FileLedger(path) as ledger:
        for key in KEYS[number::4]:
            ledger.set(key, {"by": number, "key": key})


def test_several_processes_write_one_file_and_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "answers.db"
    context = multiprocessing.get_context("fork")
    with le.FileLedger(path) as parent:  # forked with it open: each child gets a connection of its own
        processes = [context.Process(target=_writer, args=(path, number)) for number in range(4)]
        for process in processes:
            process.start()
        for process in processes:
            process.join(60)
        assert [process.exitcode for process in processes] == [0] * 4
        assert len(parent) == len(KEYS)
        assert all(parent.get(key) == {"by": number % 4, "key": key} for number, key in enumerate(KEYS))


def _child(ledger: le.FileLedger) -> None:
    ledger.set(KEYS[1], {"v": "child"})
    ledger.flush()


def test_a_ledger_lives_on_after_a_fork(tmp_path: Path) -> None:
    with le.FileLedger(tmp_path / "answers.db") as ledger:
        ledger.set(KEYS[0], {"v": "parent"})
        process = multiprocessing.get_context("fork").Process(target=_child, args=(ledger,))
        process.start()
        process.join(60)
        assert process.exitcode == 0
        assert ledger.get(KEYS[1]) == {"v": "child"}


def test_a_ledger_is_pickled_as_its_path(tmp_path: Path) -> None:
    with le.FileLedger(tmp_path / "answers.db", max_age=timedelta(days=1)) as ledger:
        ledger.set(KEYS[0], {"v": 0})
        with pickle.loads(pickle.dumps(ledger)) as again:
            assert again.get(KEYS[0]) == {"v": 0}
            assert again.max_age == timedelta(days=1)


def test_a_full_disk_is_a_typed_error_that_names_the_file(tmp_path: Path) -> None:
    ledger = le.FileLedger(tmp_path / "answers.db")
    ledger.set(KEYS[0], {"v": 0})
    pages = ledger._database.one("PRAGMA page_count")
    assert pages is not None
    ledger._database.one(f"PRAGMA max_page_count = {pages[0]}")  # to SQLite the same as a disk without room
    with pytest.raises(le.StorageError, match=r"answers\.db.*full") as raised:
        ledger.set(KEYS[1], {"v": "x" * 100_000})
    assert raised.value.code == le.ErrorCode.STORAGE_FAILED
    assert ledger.get(KEYS[0]) == {"v": 0}
    ledger._database.one("PRAGMA max_page_count = 1000000")  # there is room again: what waited is written
    ledger.close()
    with le.FileLedger(tmp_path / "answers.db") as ledger:
        assert len(ledger) == 2


@pytest.mark.looptime
async def test_a_full_disk_loses_no_paid_answer_and_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    ledger = le.FileLedger(tmp_path / "answers.db")
    pages = ledger._database.one("PRAGMA page_count")
    assert pages is not None
    ledger._database.one(f"PRAGMA max_page_count = {pages[0]}")
    with caplog.at_level(logging.WARNING):
        async with le.Session({"acme": KEY}, transport=Server(), cache=ledger) as session:
            for number in range(40):
                assert await session.call("acme", "find_email", {"full_name": name(number)})
                await asyncio.sleep(0.03)
    assert "answers.db" in caplog.text
    ledger._database.one("PRAGMA max_page_count = 1000000")
    ledger.close()


def test_a_wrong_path_or_age_is_a_clear_error(tmp_path: Path) -> None:
    other = tmp_path / "leads.csv"
    other.write_text("name,company\n")
    with pytest.raises(le.DataTransformationError, match=r"leads\.csv"):
        le.FileLedger(other)
    assert other.read_text() == "name,company\n"
    with pytest.raises(le.ConfigurationError, match="directory"):
        le.FileLedger(tmp_path)
    for age in (timedelta(0), 90):
        with pytest.raises(le.ConfigurationError, match="max_age"):
            le.FileLedger(tmp_path / "x", max_age=age)  # type: ignore[arg-type]  # wrong on purpose
    with closing(sqlite3.connect(tmp_path / "crm.db")) as connection:
        connection.execute("CREATE TABLE people (name TEXT)")
    before = (tmp_path / "crm.db").read_bytes()
    with pytest.raises(le.DataTransformationError, match="no ledger"):
        le.FileLedger(tmp_path / "crm.db")
    assert (tmp_path / "crm.db").read_bytes() == before
    ledger = le.FileLedger(tmp_path / "answers.db")
    ledger.close()
    ledger.close()
    with pytest.raises(le.ConfigurationError, match="closed"):
        ledger.get(KEYS[0])


def test_a_newer_version_and_a_damaged_file_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "answers.db"
    with le.FileLedger(path) as ledger:
        for key in KEYS:
            ledger.set(key, {"v": "x" * 100})
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(le.ConfigurationError, match=r"version 99.*upgrade"):
        le.FileLedger(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 1")
    content = path.read_bytes()
    path.write_bytes(content[:4096] + bytes(len(content) - 4096))
    with pytest.raises(le.DataTransformationError, match=r"answers\.db is damaged"), le.FileLedger(path) as ledger:
        ledger.get(KEYS[5])


def test_a_cache_is_a_mapping_or_has_get_and_set() -> None:
    with pytest.raises(le.ConfigurationError, match="cache"):
        le.Session({}, cache=7)


# ---- ledgers of the form before


def old_lines(*entries: dict[str, Any]) -> str:
    at = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC).isoformat()
    lines = [{"leadenrich_ledger": 1}, *({"at": at, **entry} for entry in entries)]
    return "".join(json.dumps(line) + "\n" for line in lines)


def test_a_ledger_of_json_lines_is_imported_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "answers.jsonl"
    until = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    kept = [{"key": key, "answer": {"hit": True, "data": {"email": f"{key}@b.example"}, "who": []}} for key in KEYS[:9]]
    text = old_lines(*kept, {"key": KEYS[9], "answer": {"hit": False}, "until": until}, {"note": {"row": "1"}})
    torn = text.replace(f'"{KEYS[4]}"', '"no key').encode() + b'{"key": "torn'
    path.write_bytes(torn)
    with caplog.at_level(logging.WARNING), le.FileLedger(path) as ledger:
        assert len(ledger) == 9
        assert ledger.get(KEYS[5]) is not None
        assert ledger.get(KEYS[9]) == {"hit": False, "people": [], "who": []}
        assert [entry["note"] for entry in ledger.entries() if "note" in entry] == [{"row": "1"}]
        assert ledger.forget(email=f"{KEYS[7]}@b.example") == 1
    assert "10 entries taken over" in caplog.text
    assert "2 lines that could not be read" in caplog.text
    assert path.read_bytes().startswith(b"SQLite format 3")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with le.FileLedger(path) as ledger:
        assert len(ledger) == 8
    assert [one.name for one in tmp_path.iterdir()] == ["answers.jsonl"]


def test_an_old_ledger_of_another_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    path.write_text('{"leadenrich_ledger": 2}\n')
    with pytest.raises(le.ConfigurationError, match="version"):
        le.FileLedger(path)
    assert path.read_text() == '{"leadenrich_ledger": 2}\n'
