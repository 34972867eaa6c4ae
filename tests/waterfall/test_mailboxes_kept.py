"""Whose an address is outlives the run in a ledger, and is erased with the person."""

from pathlib import Path

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
