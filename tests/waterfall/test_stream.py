"""Streams: no lead lost or doubled, nothing left behind, memory and calls bounded, whatever happens."""

from __future__ import annotations

import asyncio
import gc
import warnings
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadenrich.engine.budget import Budget
from leadenrich.errors import ConfigurationError, ProviderAPIError
from leadenrich.results import EnrichedRecord, Hit
from leadenrich.vocabulary import Person
from leadenrich.waterfall import Waterfall
from leadenrich.waterfall.run.keys import SeenKeys
from leadenrich.waterfall.summary import Summary
from tests.waterfall.fakes import FakeSession, lead, registered, virtual

pytestmark = pytest.mark.looptime

EMAIL = "mira.okafor@brightloom.example"


def leads(count: int) -> list[dict[str, Any]]:
    return [lead(number, id=f"lead-{number}") for number in range(count)]


def found(query: Any) -> Hit:
    return Hit(email=f"{query['last_name'].lower()}@brightloom.example")


def waterfall(**settings: Any) -> Waterfall:
    return Waterfall("find_email", ["alpha", "beta"], clean=False, **settings)


def others() -> list[asyncio.Task[Any]]:
    return [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]


async def test_n_in_n_out_in_the_order_asked_for() -> None:
    session = FakeSession({"beta": found}, delay=lambda provider, query: len(query["last_name"]) * 0.37 % 1)
    rows = await waterfall().run(leads(500), session=session, concurrency=50)
    assert [row.index for row in rows] == list(range(500))
    assert [row["email"] for row in rows] == [found(record).data["email"] for record in leads(500)]
    async with waterfall().stream(leads(500), session=session, concurrency=50) as stream:
        unordered = [row.index async for row in stream]
    assert sorted(unordered) == list(range(500))
    assert session.most_in_flight == 50


async def test_rows_come_as_they_finish_unless_ordered() -> None:
    session = FakeSession({"alpha": found}, delay=lambda provider, query: 10.0 if query["id"] == "lead-0" else 1.0)
    async with waterfall().stream(leads(20), session=session, concurrency=5) as rows:
        first = await anext(rows)
    assert first.index != 0
    async with waterfall().stream(leads(20), session=session, concurrency=5, ordered=True) as rows:
        assert [row.index async for row in rows] == list(range(20))


async def test_all_kinds_of_sources() -> None:
    def generator() -> Iterator[Any]:
        yield from leads(3)

    async def later() -> AsyncIterator[Any]:
        for record in leads(3):
            await asyncio.sleep(1)
            yield record

    session = FakeSession({"alpha": found})
    for records in (leads(3), generator(), later(), iter(leads(3)), (Person(lead(n)) for n in range(3))):
        rows = await waterfall().run(records, session=session, concurrency=2)
        assert [row.index for row in rows] == [0, 1, 2]
        assert {row.status for row in rows} == {"complete"}
    assert len(await waterfall().run(lead(), session=session)) == 1
    assert await waterfall().run([], session=session) == []
    for bad, text in (("leads.csv", "read_csv"), (7, "int")):
        with pytest.raises(ConfigurationError, match=text):
            waterfall().stream(bad, session=session)  # type: ignore[arg-type]  # that is the point


async def test_bad_records_are_rows_and_stop_nothing() -> None:
    class Broken(dict[str, Any]):
        def items(self) -> Any:
            raise RuntimeError("this mapping is broken")

        def keys(self) -> Any:
            raise RuntimeError("this mapping is broken")

        def __iter__(self) -> Any:
            raise RuntimeError("this mapping is broken")

    records: list[Any] = [lead(1), "text", None, 7, Broken(a=1), {}, lead(2)]
    rows = await Waterfall("find_email", ["alpha"]).run(records, session=FakeSession({"alpha": found}))
    assert [row.status for row in rows] == [
        "complete",
        "invalid",
        "invalid",
        "invalid",
        "invalid",
        "skipped",
        "complete",
    ]
    assert [row.record for row in rows[:4]] == records[:4]


async def test_whatever_breaks_inside_one_record_stays_there(caplog: pytest.LogCaptureFixture) -> None:
    def breaks(query: Any) -> Hit:
        if query["id"] == "lead-3":
            raise RuntimeError("a bug")
        return found(query)

    rows = await waterfall().run(leads(6), session=FakeSession({"alpha": breaks}))
    assert [row.status for row in rows] == ["complete"] * 3 + ["failed"] + ["complete"] * 2
    assert rows[3].reason == "internal error: RuntimeError"
    assert "RuntimeError" in caplog.text


@pytest.mark.parametrize("how", ["break", "exception", "cancel", "early_exit"])
@pytest.mark.parametrize("managed", [True, False])
async def test_leaving_starts_no_further_call_and_leaves_no_task(how: str, managed: bool) -> None:
    session = FakeSession({"alpha": found}, delay=1.0)

    async def consume() -> None:
        if managed:
            async with waterfall().stream(leads(1000), session=session, concurrency=20) as rows:
                if how == "early_exit":
                    return
                async for _ in rows:
                    await act()
                    break
        else:
            async for _ in waterfall().stream(leads(1000), session=session, concurrency=20):
                await act()
                break

    async def act() -> None:
        if how == "exception":
            raise LookupError
        if how == "cancel":
            current = asyncio.current_task()
            assert current is not None
            current.cancel()
            await asyncio.sleep(0)

    task = asyncio.create_task(consume())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # unmanaged, with work done between row and exit
        await asyncio.wait([task])
        if not task.cancelled():
            task.exception()
        del task
        gc.collect()
    calls = len(session.calls)
    await asyncio.sleep(0)
    assert others() == []
    await asyncio.sleep(100)
    assert len(session.calls) == calls
    assert session.in_flight == 0


async def test_a_clean_break_out_of_a_temporary_stream_is_silent() -> None:
    session = FakeSession({"alpha": found}, delay=1.0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        async for _ in waterfall().stream(leads(1000), session=session, concurrency=20):
            break
    await asyncio.sleep(0)
    assert others() == []


async def test_a_kept_stream_comes_to_rest_and_warns_when_it_goes() -> None:
    session = FakeSession(delay=1.0)  # nobody finds anything: two calls a record
    rows = waterfall().stream(leads(1000), session=session, concurrency=20)
    async for _ in rows:
        break
    before = len(session.calls)
    await asyncio.sleep(1000)
    assert len(session.calls) - before <= 20
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        del rows
        gc.collect()
    assert [(one.category, "use `async with" in str(one.message)) for one in told] == [(ResourceWarning, True)]
    await asyncio.sleep(0)
    assert others() == []


async def test_a_kept_stream_goes_on_where_it_was() -> None:
    session = FakeSession(delay=1.0)  # two calls a record, so that it comes to rest in the middle of some
    rows = waterfall().stream(leads(100), session=session, concurrency=7)
    seen = [(await anext(rows)).index for _ in range(3)]
    await asyncio.sleep(500)
    seen += [row.index async for row in rows]
    assert sorted(seen) == list(range(100))


async def test_waiting_for_a_row_with_a_time_limit_loses_nothing() -> None:
    session = FakeSession({"alpha": found}, delay=10.0)
    async with waterfall().stream(leads(10), session=session, concurrency=3) as rows:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(anext(rows), 4)
        assert sorted([row.index async for row in rows]) == list(range(10))


async def test_a_slow_consumer_slows_the_stream() -> None:
    session = FakeSession({"alpha": found}, delay=0.1)
    taken = 0

    def source() -> Iterator[Any]:
        nonlocal taken
        for record in leads(1000):
            taken += 1
            yield record

    async with waterfall().stream(source(), session=session, concurrency=10) as rows:
        for number in range(1, 30):
            await anext(rows)
            await asyncio.sleep(60)
            assert taken <= number + 2 * 10 + 1


async def test_a_source_that_breaks_is_told_after_the_rows_before_it() -> None:
    def source() -> Iterator[Any]:
        yield from leads(5)
        raise OSError("the disk is gone")

    session = FakeSession({"alpha": found}, delay=1.0)
    rows: list[EnrichedRecord] = []

    async def consume() -> None:
        async for row in waterfall().stream(source(), session=session, concurrency=1):
            rows.append(row)

    with pytest.raises(OSError, match="disk"):
        await consume()
    assert len(rows) == 5
    assert others() == []


async def test_what_was_opened_for_reading_is_closed_again() -> None:
    class Table:
        closed = 0

        def __iter__(self) -> Iterator[Any]:
            try:
                yield from leads(1000)
            finally:
                self.closed += 1

    table, session = Table(), FakeSession({"alpha": found}, delay=1.0)
    await waterfall().run(table, session=session, limit=3)
    assert table.closed == 1
    async for _ in waterfall().stream(table, session=session):
        break
    assert table.closed == 2
    own = iter(table)  # a generator of the caller's own is left as it is
    await waterfall().run(own, session=session, limit=3)
    assert table.closed == 2
    assert next(own)["id"] == "lead-3"


async def test_done_limit_and_keys() -> None:
    session = FakeSession({"alpha": found})
    stream = waterfall().stream(leads(10), session=session, key="id", done={"lead-2", "lead-3"}, limit=6)
    rows = await stream
    assert [row.key for row in rows] == ["lead-0", "lead-1", "lead-4", "lead-5"]
    assert [row.index for row in rows] == [0, 1, 4, 5]
    assert stream.summary.finished_before == 2
    by_function = await waterfall().run(leads(2), session=session, key=lambda record: record["id"].upper())
    assert [row.key for row in by_function] == ["LEAD-0", "LEAD-1"]
    assert [row.key for row in await waterfall().run(leads(2), session=session)] == ["0", "1"]
    lacking = await waterfall().run([lead(1)], session=session, key="id")
    assert (lacking[0].key, str(lacking[0].problems[0])) == ("0", "key 'id' is not in the record")


async def test_repeated_keys_are_told_and_lose_nothing() -> None:
    stream = waterfall().stream([*leads(3), *leads(3)], session=FakeSession({"alpha": found}), key="id")
    rows = await stream
    assert len(rows) == 6
    assert stream.summary.duplicate_keys == 3
    assert str(rows[3].problems[0]) == "key is that of an earlier record too"


def test_repeated_keys_are_noticed_within_a_window() -> None:
    seen = SeenKeys(3)
    assert [seen.again(key) for key in "abca"] == [False, False, False, True]
    assert [seen.again(key) for key in "dbac"] == [False, True, False, True]  # "a" was the oldest when "d" came


async def test_retrying_what_failed_before() -> None:
    session = FakeSession(
        {"alpha": lambda query: found(query) if query["id"] != "lead-1" else ProviderAPIError("down")}
    )
    only = Waterfall("find_email", ["alpha"], clean=False)
    earlier = await only.run(leads(4), session=session, key="id")
    assert [row.status for row in earlier] == ["complete", "failed", "complete", "complete"]
    again = await only.run(leads(4), session=FakeSession({"alpha": found}), key="id", retry_failed=earlier)
    assert [(row.key, row.status) for row in again] == [("lead-1", "complete")]
    table = [{"id": row.key, "status": row.status} for row in earlier]
    assert [row.key for row in await only.run(leads(4), session=session, key="id", retry_failed=table)] == ["lead-1"]
    statuses = {row.key: str(row.status) for row in earlier}
    assert len(await only.run(leads(4), session=session, key="id", retry_failed=statuses)) == 1
    with pytest.raises(ConfigurationError, match="no status"):
        only.stream(leads(4), session=session, retry_failed=[{"id": "lead-1"}])


class ListSink:
    """A sink that keeps what it is given."""

    def __init__(self, finished: tuple[str, ...] = ()) -> None:
        self.finished = set(finished)
        self.rows: list[tuple[str | None, EnrichedRecord]] = []
        self.closed = False

    def key_of(self, record: Any, position: int) -> str:
        return str(record["id"])

    def write(self, row: EnrichedRecord, key: str | None = None) -> None:
        self.rows.append((key, row))

    def close(self) -> None:
        self.closed = True


async def test_a_sink_is_written_before_a_row_comes_out() -> None:
    sink = ListSink(("lead-1",))
    session = FakeSession({"alpha": found}, delay=1.0)
    async with waterfall().stream(leads(5), session=session, into=sink, ordered=True, concurrency=2) as rows:
        async for row in rows:
            assert (row.key, row) in sink.rows
    assert [key for key, _ in sink.rows] == ["lead-0", "lead-2", "lead-3", "lead-4"]
    assert sink.closed
    summary = await waterfall().stream(leads(5), session=session, into=ListSink()).drain()
    assert summary.statuses == {"complete": 5}
    with pytest.raises(ConfigurationError, match="CsvSink"):
        waterfall().stream(leads(1), session=session, into="out.csv")


async def test_a_sink_that_breaks_ends_the_stream() -> None:
    class Full(ListSink):
        def write(self, row: EnrichedRecord, key: str | None = None) -> None:
            raise OSError("no space left")

    sink, session = Full(), FakeSession({"alpha": found})
    with pytest.raises(OSError, match="no space"):
        await waterfall().run(leads(5), session=session, into=sink)
    assert others() == []
    assert sink.closed
    assert session.streams == 0


async def test_a_record_has_so_much_time() -> None:
    session = FakeSession(
        {"alpha": Hit(email=EMAIL, confidence=50), "beta": found},
        delay=lambda provider, query: 100.0 if query["id"] == "lead-1" or provider == "beta" else 1.0,
    )
    rows = await waterfall(quality_threshold=80).run(leads(2), session=session, record_timeout=10)
    assert [row.status for row in rows] == ["partial", "failed"]
    assert rows[0]["email"] == EMAIL
    assert rows[0].reason == "record_timeout of 10 s ended it"
    assert [a.outcome for a in rows[0].attempts] == ["rejected", "error"]
    assert "cut off" in str(rows[0].attempts[-1].reason)
    assert session.in_flight == 0


async def test_budgets_of_a_run_and_of_a_record() -> None:
    session = FakeSession()
    rows = await waterfall().run(leads(10), session=session, budget=Budget(calls=5), concurrency=1)
    assert len(session.calls) == 5
    assert len(rows) == 10
    assert rows[-1].status == "skipped"
    assert rows[-1].reason == "alpha, beta: no room left in the budget"
    session = FakeSession()
    rows = await waterfall().run(leads(3), session=session, max_cost_per_record=Budget(calls=1))
    assert session.names == ["alpha.find_email"] * 3
    assert rows[0].attempts[-1].outcome == "skipped"


async def test_progress_is_told_row_by_row() -> None:
    told: list[tuple[int, int | None]] = []
    summaries: list[Summary] = []

    def tell(summary: Summary) -> None:
        told.append((summary.rows, summary.total))
        summaries.append(summary)

    await waterfall().run(leads(3), session=FakeSession({"alpha": found}), progress=tell)
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert summaries[-1].statuses["complete"] == 3

    def breaks(summary: Summary) -> None:
        raise LookupError

    with pytest.raises(LookupError):
        await waterfall().run(leads(3), session=FakeSession({"alpha": found}), progress=breaks)


async def test_the_summary_adds_up() -> None:
    session = FakeSession(
        {"alpha": lambda query: found(query) if query["id"] < "lead-5" else None, "beta": ProviderAPIError("down")}
    )
    stream = waterfall().stream(leads(10), session=session)
    rows = await stream
    summary = stream.summary
    assert summary.rows == 10
    assert summary.statuses == {"complete": 5, "not_found": 5}
    assert summary.found == {"email": 5}
    assert summary.cost.usd == sum((row.cost.usd or 0) for row in rows)
    alpha = summary.providers["alpha.find_email"]
    assert (alpha.asked, alpha.hits, alpha.misses, alpha.hit_rate) == (10, 5, 5, 0.5)
    assert summary.providers["beta.find_email"].errors == 5
    assert stream.usage == {"fake": True}
    text = str(summary)
    assert "10 rows of 10: 5 complete, 5 not_found" in text
    assert "alpha.find_email  10" in text
    assert "<table>" in summary._repr_html_()
    assert summary.to_dict()["providers"]["alpha.find_email"]["hits"] == 5


async def test_the_same_person_is_asked_once() -> None:
    session = FakeSession({"alpha": found}, delay=1.0)
    twice = [
        lead(1),
        lead(2),
        lead(1, company_name="Brightloom AG", note="again"),
        lead(1, email="info@brightloom.example"),
    ]
    both = Waterfall("find_email", ["alpha"])
    stream = both.stream(twice, session=session, dedupe=True)
    rows = await stream
    assert [row["email"] for row in rows] == [
        "okafor-b@brightloom.example",
        "okafor-c@brightloom.example",
        "okafor-b@brightloom.example",
        "info@brightloom.example",
    ]
    assert len(session.calls) == 2
    assert stream.summary.duplicate_people == 2
    assert rows[2].reason == "the same person as row 0"
    assert rows[2]["note"] == "again"
    assert not rows[2].cost
    assert not rows[2].values["email"].cost


async def test_options_are_checked() -> None:
    for options, text in (
        ({"concurency": 3}, "did you mean 'concurrency'"),
        ({"concurrency": 0}, "whole number from 1"),
        ({"record_timeout": 0}, "number of seconds above 0"),
        ({"limit": -1}, "whole number from 0"),
        ({"done": 3}, "done= takes"),
    ):
        with pytest.raises(ConfigurationError, match=text):
            waterfall().stream(leads(1), session=FakeSession(), **options)  # type: ignore[arg-type]  # that is the point


async def test_nothing_is_asked_before_the_first_row_is_awaited() -> None:
    session = FakeSession({"alpha": found})
    stream = waterfall().stream(leads(3), session=session)
    await asyncio.sleep(10)
    assert session.calls == []
    assert stream.usage is session.usage
    await stream.aclose()
    assert [row async for row in stream] == []


@pytest.fixture
def own_session(monkeypatch: pytest.MonkeyPatch) -> FakeSession:
    """What a stream that is given no session opens for itself."""
    import leadenrich.engine.session as engine

    session = FakeSession({"alpha": found}, delay=1.0)
    monkeypatch.setattr(engine, "Session", lambda: session)
    return session


async def test_a_stream_without_a_session_opens_one_and_closes_it(own_session: FakeSession) -> None:
    stream = waterfall().stream(leads(2))
    assert stream.usage is None
    assert [row.status for row in await stream] == ["complete", "complete"]
    assert own_session.closed
    own_session.closed = False
    assert (await waterfall().enrich(lead())).status == "complete"
    assert own_session.closed


async def test_its_own_session_is_closed_when_the_loop_is_left(own_session: FakeSession) -> None:
    async for _ in waterfall().stream(leads(100), concurrency=3):
        break
    await asyncio.sleep(1)
    assert own_session.closed
    assert others() == []


async def test_a_stream_dropped_by_another_thread_stops(own_session: FakeSession) -> None:
    held = [waterfall().stream(leads(100), session=own_session, concurrency=3, into=ListSink())]
    await anext(held[0])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        await asyncio.to_thread(held.clear)
        gc.collect()
    await asyncio.sleep(1)
    assert others() == []


def test_a_stream_that_outlives_its_loop_is_let_go() -> None:
    held: list[Any] = []

    async def begin() -> None:
        held.append(waterfall().stream(leads(100), session=FakeSession({"alpha": found}, delay=1.0), concurrency=3))
        await anext(held[0])

    with registered(), warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        asyncio.run(begin())  # its tasks end with the loop
        held.clear()
        gc.collect()


async def test_a_generator_that_takes_its_time_over_what_is_finished_gives_the_loop_a_turn() -> None:
    turns = 0

    async def others_work() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    beside = asyncio.create_task(others_work())
    many = [{"id": str(number)} for number in range(5000)]
    rows = await waterfall().run(many, session=FakeSession(), key="id", done={str(number) for number in range(5000)})
    beside.cancel()
    assert rows == []
    assert turns >= 5


async def test_keys_by_function_may_fail() -> None:
    def broken(record: Any) -> str:
        raise LookupError

    session = FakeSession({"alpha": found})
    (row,) = await waterfall().run([lead()], session=session, key=broken)
    assert (row.key, str(row.problems[0])) == ("0", "key function raised a LookupError")
    (row,) = await waterfall().run([lead()], session=session, key=lambda record: None)
    assert str(row.problems[0]) == "key function gave nothing"


async def test_a_stream_shows_itself_without_values() -> None:
    assert repr(waterfall().stream(leads(1))) == "<Stream of Waterfall('find_email', [alpha, beta]): 0 rows so far>"


outcomes = st.sampled_from(["hit", "below", "miss", "error", "bug", "benched"])


@given(
    plan=st.lists(st.tuples(outcomes, outcomes, st.sampled_from([0.0, 0.5, 3.0])), max_size=25),
    concurrency=st.integers(1, 8),
    ordered=st.booleans(),
    leave_after=st.integers(0, 30),
)
def test_no_lead_is_lost_or_doubled_whatever_vendors_do(
    plan: list[tuple[str, str, float]], concurrency: int, ordered: bool, leave_after: int
) -> None:
    from leadenrich.errors import ProviderBenchedError

    def answer(place: int) -> Any:
        def say(query: Any) -> Any:
            what = plan[query["n"]][place]
            if what == "bug":
                raise RuntimeError("a bug")
            return {
                "hit": Hit(**found(query).data, confidence=95),
                "below": Hit(**found(query).data, confidence=10),
                "miss": None,
                "error": ProviderAPIError("down"),
                "benched": ProviderBenchedError("out"),
            }[what]

        return say

    async def run() -> None:
        session = FakeSession(
            {"alpha": answer(0), "beta": answer(1)}, delay=lambda provider, query: plan[query["n"]][2]
        )
        records = [lead(n, n=n) for n in range(len(plan))]
        chosen = waterfall(quality_threshold=50)
        rows = []
        async with chosen.stream(records, session=session, concurrency=concurrency, ordered=ordered) as stream:
            async for row in stream:
                rows.append(row)
                if len(rows) == leave_after:
                    break
        assert len({row.index for row in rows}) == len(rows)
        if leave_after == 0 or leave_after > len(plan):
            assert len(rows) == len(plan)
        if ordered:
            assert [row.index for row in rows] == list(range(len(rows)))
        for row in rows:
            first, second, _ = plan[row.index]
            if "hit" in (first, second) and first != "bug":
                assert row.status == "complete"
            assert row.cost.calls == sum(a.cost.calls for a in row.attempts)
        assert session.in_flight == 0
        assert [task for task in asyncio.all_tasks() if task is not asyncio.current_task()] == []

    with registered():
        virtual(run)
