"""The same without an event loop, inside a running one, over frames, and against the sandbox."""

from __future__ import annotations

import io
import pickle
import threading
from typing import Any

import pyarrow
import pytest

from leadenrich.engine.session import Session
from leadenrich.errors import ConfigurationError
from leadenrich.integrations.progress import ProgressBar
from leadenrich.results import Hit
from leadenrich.waterfall import Chain, Step, Waterfall, enrich
from tests.waterfall.fakes import FakeSession, lead


def found(query: Any) -> Hit:
    return Hit(email=f"{query['last_name'].lower()}@brightloom.example")


def portals() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if "portal" in thread.name]


def test_run_sync_keeps_order_and_leaves_no_thread() -> None:
    session = FakeSession({"alpha": found})
    rows = Waterfall("find_email", ["alpha"]).run_sync([lead(n) for n in range(50)], session=session, concurrency=7)
    assert [row.index for row in rows] == list(range(50))
    assert {row.status for row in rows} == {"complete"}
    assert session.closed
    assert portals() == []


async def test_what_a_run_returned_knows_how_it_went() -> None:
    waterfall, leads = Waterfall("find_email", ["alpha"]), [lead(n) for n in range(3)]
    by_run = await waterfall.run(leads, session=FakeSession({"alpha": found}))
    by_stream = await waterfall.stream(leads, session=FakeSession({"alpha": found}))
    for rows in (by_run, by_stream, pickle.loads(pickle.dumps(by_run))):
        assert rows.summary.rows == len(rows) == 3
        assert rows.summary.providers["alpha.find_email"].hits == 3
    assert by_run[:2].summary is None


async def test_run_sync_inside_a_running_loop() -> None:
    session = FakeSession({"alpha": found})
    rows = Waterfall("find_email", ["alpha"]).run_sync([lead(1)], session=session)
    assert rows[0].status == "complete"
    async with Session.sandbox() as opened:
        with pytest.raises(ConfigurationError, match="open on an event loop"):
            Waterfall("find_email", ["hunter"]).run_sync([lead(1)], session=opened)
    assert portals() == []


def test_iter_sync_streams_and_stops_when_left() -> None:
    session = FakeSession({"alpha": found}, delay=0.001)
    waterfall = Waterfall("find_email", ["alpha"])
    seen = sorted(row.index for row in waterfall.iter_sync([lead(n) for n in range(30)], session=session))
    assert seen == list(range(30))
    rows = waterfall.iter_sync([lead(n) for n in range(10_000)], session=session, concurrency=5)
    next(rows)
    rows.close()
    assert len(session.calls) < 2_000
    assert session.in_flight == 0
    assert portals() == []
    with pytest.raises(ConfigurationError, match="did you mean 'concurrency'"):
        waterfall.iter_sync([lead(1)], concurency=3)  # type: ignore[call-arg]  # that is the point


def test_a_source_that_breaks_is_raised_here() -> None:
    def source() -> Any:
        yield lead(1)
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="disk"):
        Waterfall("find_email", ["alpha"]).run_sync(source(), session=FakeSession({"alpha": found}))
    assert portals() == []


def test_inside_a_with_block_the_sessions_own_thread_is_used() -> None:
    waterfall = Waterfall("find_email", ["hunter"])
    with Session.sandbox(seed=0) as session:
        rows = waterfall.run_sync([lead(1)], session=session)
        more = list(waterfall.iter_sync([lead(1)], session=session))
        assert len(portals()) == 1
    assert rows[0].status == more[0].status
    assert portals() == []


@pytest.mark.parametrize("library", ["pandas", "polars"])
async def test_a_frame_comes_back_as_its_own_kind(library: str) -> None:
    frames = pytest.importorskip(library)
    frame = frames.DataFrame(
        {"first_name": ["Mira", "Ada"], "last_name": ["Okafor", "Lind"], "company_domain": ["a.example"] * 2}
    )
    session = FakeSession({"alpha": found})
    out = await Waterfall("find_email", ["alpha"]).frame(frame, session=session)
    assert type(out) is type(frame)
    assert list(out["email"]) == ["okafor@brightloom.example", "lind@brightloom.example"]
    chosen = await Waterfall("find_email", ["alpha"]).frame(frame, session=session, columns=["last_name", "email"])
    assert list(chosen.columns) == ["last_name", "email"]
    with pytest.raises(ConfigurationError, match="frame"):
        await Waterfall("find_email", ["alpha"]).run(frame, session=session)


LEADS = "examples/leads.csv"
BROKEN_ROWS = pytest.mark.filterwarnings("ignore::leadenrich.records.table.TableWarning")  # three, on purpose


@BROKEN_ROWS
async def test_the_sandbox_end_to_end() -> None:
    from leadenrich.records import read_csv

    waterfall = Waterfall(
        "find_email",
        [
            "local",
            Step("hunter", timeout=5, retries=2),
            Step("apollo", timeout=8, retries=1),
            Step("contactout", timeout=10),
            Step("findymail", timeout=5),
        ],
        max_providers=3,
        quality_threshold=85,
        verify=["zerobounce"],
    )
    chain = Chain([Waterfall("find_domain", ["ocean_io"], where={"company_domain": False}), waterfall])
    async with Session.sandbox(seed=0) as session:
        records = list(read_csv(LEADS))
        async with chain.stream(records, session=session, concurrency=40) as rows:
            out = [row async for row in rows]
    assert sorted(row.index for row in out) == list(range(len(records)))
    assert rows.summary.statuses["complete"] > 60
    assert rows.summary.providers["local.find_email"].hits > 0
    for row in out:
        assert sum(1 for a in row.attempts if a.operation == "find_email" and a.asked and a.provider != "local") <= 3
        if row.status == "complete":
            value = row.values.get("email")
            if value is not None:
                assert value.confidence is not None
                assert value.confidence >= 85
                assert "sandbox" in value.flags
    spent = session.usage.cost
    assert spent.credits == rows.summary.cost.credits
    assert spent.usd == rows.summary.cost.usd


@pytest.mark.slow
@BROKEN_ROWS
@pytest.mark.looptime
async def test_enrich_on_the_sandbox() -> None:
    from leadenrich.records import read_csv

    async with Session.sandbox(seed=0) as session:
        rows = await enrich(read_csv(LEADS), find=["email", "employee_count"], session=session, limit=80)
    assert len(rows) == 80
    assert sum("employee_count" in row for row in rows) > 20
    assert not any("mobile_phone" in row.values or "personal_email" in row.values for row in rows)


def test_the_progress_bar(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("tqdm")
    session = FakeSession({"alpha": found})
    screen = io.StringIO()
    Waterfall("find_email", ["alpha"]).run_sync([lead(1)] * 3, session=session, progress=ProgressBar(file=screen))
    assert "3/3" in screen.getvalue()
    Waterfall("find_email", ["alpha"]).run_sync([lead(1)] * 3, session=session, progress=True)
    assert capsys.readouterr().err == ""  # no terminal


def test_one_record_and_a_frame_have_sync_forms() -> None:
    waterfall = Waterfall("find_email", ["hunter"])
    record = {"full_name": "Mira Okafor", "company_domain": "brightloom.example"}
    with Session.sandbox() as session:
        assert waterfall.enrich_sync(record, session=session).attempts[0].provider == "hunter"
        frame = waterfall.frame_sync(pyarrow.Table.from_pylist([record]), session=session)
    assert frame.num_rows == 1
    assert frame.column_names == ["full_name", "company_domain", "status"]
    assert waterfall.enrich_sync(record, session=Session.sandbox()).attempts[0].provider == "hunter"
