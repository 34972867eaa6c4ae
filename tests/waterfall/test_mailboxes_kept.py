"""Whose an address is outlives the run in a ledger, and is erased with the person."""

from pathlib import Path
from typing import Any

import leadenrich as le
from leadenrich.results import EnrichedRecord, Hit
from leadenrich.waterfall import Waterfall
from tests.waterfall.fakes import FakeSession

ADDRESS = "x7@acme.example"


async def run(ledger: le.FileLedger, first: str, last: str) -> EnrichedRecord:
    session = FakeSession({"alpha": Hit(email=ADDRESS)})
    session.journal = ledger.journal
    record = {"first_name": first, "last_name": last, "company_domain": "acme.example"}
    return await Waterfall("find_email", ["alpha"]).enrich(record, session=session)


async def test_a_later_run_knows_whose_an_address_is(tmp_path: Path) -> None:
    path = tmp_path / "job.db"
    with le.FileLedger(path) as ledger:
        assert (await run(ledger, "Robert", "Lind")).status == "complete"
    with le.FileLedger(path) as ledger:
        other = await run(ledger, "Ada", "Okafor")
        assert (other.status, other.attempts[0].reason) == ("not_found", "the address belongs to another person")
        assert (await run(ledger, "Bob", "Lind")).status == "complete"
        assert ledger.forget(email=ADDRESS) == 1
        assert (await run(ledger, "Ada", "Okafor")).status == "complete"
        assert ledger.forget(full_name="Ada Okafor", company_domain="acme.example") == 1
    assert b"Okafor" not in path.read_bytes()
    assert ADDRESS.encode() not in path.read_bytes()


async def test_a_file_written_before_there_was_such_a_table(tmp_path: Path) -> None:
    path = tmp_path / "job.db"
    with le.FileLedger(path) as ledger, ledger._database.write() as connection:
        connection.execute("DROP TABLE mailboxes")
        connection.execute("PRAGMA user_version = 1")
    with le.FileLedger(path) as ledger:
        assert (await run(ledger, "Robert", "Lind")).status == "complete"
        assert (await run(ledger, "Ada", "Okafor")).status == "not_found"


async def test_a_later_run_knows_that_a_domain_accepts_every_address(tmp_path: Path) -> None:
    """Nobody of it is asked about again after a restart, as in the run that saw it; a day later it is seen anew."""

    async def one(ledger: le.FileLedger, last: str, **settings: Any) -> EnrichedRecord:
        session = FakeSession({"alpha": Hit(email=f"{last}@acme.example".lower(), email_status="accept_all")})
        session.journal = ledger.journal
        record = {"first_name": "Ada", "last_name": last, "company_domain": "acme.example"}
        rejecting = Waterfall("find_email", ["alpha"], catch_all="reject", **settings)
        return await rejecting.enrich(record, session=session)

    path = tmp_path / "job.db"
    with le.FileLedger(path) as ledger:
        assert (await one(ledger, "Okafor")).attempts[0].state == "catch_all"
    with le.FileLedger(path) as ledger:
        row = await one(ledger, "Lind")
        assert (row.status, row.stop_reason, row.attempts) == ("skipped", "catch_all", [])
        assert (await one(ledger, "Weber", catch_all_memory=0.0)).attempts
    assert b"acme.example" not in path.read_bytes()
