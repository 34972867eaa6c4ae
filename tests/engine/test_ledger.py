"""Answers kept by the caller: nothing paid twice, old ones deleted, a person forgotten."""

import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

import leadenrich as le
from tests.engine.vendors import KEY, Server, name


def every_other(request: httpx.Request, count: int) -> object:
    full_name = json.loads(request.content)["full_name"]
    return {"person": {"email": f"{len(full_name)}@b.example"} if full_name in (name(1), name(3)) else None}


QUERIES = [{"full_name": name(i)} for i in range(5)]


async def run(path: Path, server: Server, **options: object) -> le.Session:
    with le.FileLedger(path, **options) as ledger:  # type: ignore[arg-type]  # max_age alone
        async with le.Session({"acme": KEY}, transport=server, cache=ledger) as session:
            await session.bulk("acme", "find_email", QUERIES)
    return session


async def test_a_second_run_pays_nothing_misses_included(tmp_path: Path) -> None:
    path, server = (
        tmp_path / "answers.jsonl",
        Server({"/person": every_other}),
    )
    first, second = await run(path, server), await run(path, server)
    assert len(server.requests) == 5
    assert (first.usage.cost.credits, second.usage.cost.credits) == ({"acme": 2}, {})
    assert second.usage["acme.find_email"].cached == 5
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    text = path.read_text()
    assert KEY not in text
    assert name(0) not in text


async def test_a_torn_last_line_is_repaired(tmp_path: Path) -> None:
    path, server = tmp_path / "answers.jsonl", Server()
    await run(path, server)
    path.write_bytes(path.read_bytes()[:-20])
    await run(path, server)
    assert len(server.requests) == 6
    assert all(json.loads(line) for line in path.read_text().splitlines())


async def test_what_is_too_old_is_asked_again_and_leaves_the_file(tmp_path: Path) -> None:
    path, server = tmp_path / "answers.jsonl", Server()
    await run(path, server)
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    old = (datetime.now(UTC) - timedelta(days=40)).isoformat()
    path.write_text("".join(json.dumps({**line, "at": old} if "at" in line else line) + "\n" for line in lines))
    with le.FileLedger(path, max_age=timedelta(days=30)) as ledger:
        assert len(ledger) == 0
    await run(path, server, max_age=timedelta(days=30))
    assert len(server.requests) == 10


async def test_a_person_is_forgotten(tmp_path: Path) -> None:
    path, server = tmp_path / "answers.jsonl", Server()
    await run(path, server)
    with le.FileLedger(path) as ledger:
        email = name(2).lower().replace(" ", ".") + "@Brightloom.example"
        assert ledger.forget(email=email) == 1
        assert ledger.forget(email=email) == 0
        assert len(ledger) == 4
        ledger.note({"row": "1", "who": []})
        assert len(list(ledger.entries())) == 5
        assert "4 answers" in repr(ledger)
        with pytest.raises(le.ConfigurationError):
            ledger.forget(title="Head of Data")
    assert email.lower() not in path.read_text()
    await run(path, server)
    assert len(server.requests) == 6


async def test_decimals_and_lists_come_back_as_they_were(tmp_path: Path) -> None:
    from leadenrich.engine.cache import decode, encode

    hit = le.Hit(annual_revenue_usd=le.results.Decimal("12.50"), technologies=["a"], emails=[{"email": "a@b.example"}])
    again = decode(json.loads(json.dumps(encode(hit, {}))))
    assert again == hit


def test_a_wrong_path_or_age_is_a_clear_error(tmp_path: Path) -> None:
    other = tmp_path / "leads.csv"
    other.write_text("name,company\n")
    with pytest.raises(le.DataTransformationError, match=r"leads\.csv"):
        le.FileLedger(other)
    assert other.read_text() == "name,company\n"
    with pytest.raises(le.ConfigurationError, match="directory"):
        le.FileLedger(tmp_path)
    with pytest.raises(le.ConfigurationError, match="max_age"):
        le.FileLedger(tmp_path / "x", max_age=timedelta(0))


def test_a_cache_is_a_mapping_or_has_get_and_set() -> None:
    with pytest.raises(le.ConfigurationError, match="cache"):
        le.Session({}, cache=7)
