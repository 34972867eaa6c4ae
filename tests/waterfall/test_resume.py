"""A job over a sink: what an outage left open is asked again and replaced, nothing is asked twice or lost."""

from __future__ import annotations

import asyncio
import warnings
from pathlib import Path
from typing import Any

import pytest

import leadenrich as le
from leadenrich.errors import ProviderAPIError
from leadenrich.records import CsvSink, JsonlSink, ResumeWarning, Sink, read_csv, read_jsonl
from leadenrich.records.waiting import awaited
from leadenrich.results import Hit
from leadenrich.waterfall import Chain, Waterfall
from tests.engine.vendors import KEY, Server, name
from tests.waterfall.fakes import FakeSession, lead

pytestmark = pytest.mark.looptime


def leads(count: int) -> list[dict[str, Any]]:
    return [lead(number, id=f"lead-{number}") for number in range(count)]


def found(query: Any) -> Hit:
    return Hit(email=f"{query['last_name'].lower()}@brightloom.example")


def of_company(query: Any) -> Hit:
    return Hit(email=f"{query['full_name'].replace(' ', '.')}@company0.example".lower())


def rows_of(path: Path) -> list[dict[str, Any]]:
    return [dict(row) for row in (read_jsonl(path) if path.suffix == ".jsonl" else read_csv(path))]


async def test_a_sink_is_free_again_after_a_stream_that_could_not_begin_or_was_cancelled_twice(tmp_path: Path) -> None:
    path, only = tmp_path / "out.jsonl", Waterfall("find_email", ["acme"], clean=False)
    async with le.Session({"acme": KEY}, transport=Server(delay=9)) as session:
        run = asyncio.ensure_future(
            only.run([{"id": "1", "full_name": name(1)}], session=session, into=JsonlSink(path))
        )
        await asyncio.sleep(1)
        for _ in range(2):  # the second time while it waits for its tasks to end
            run.cancel()
            await asyncio.sleep(0)
        with pytest.raises(asyncio.CancelledError):
            await run
        with JsonlSink(path):
            pass
    with pytest.raises(le.ConfigurationError, match="closed"):
        await only.run([{"id": "1", "full_name": name(1)}], session=session, into=JsonlSink(path))
    with JsonlSink(path):
        pass


@pytest.mark.parametrize("kind", [CsvSink, JsonlSink])
async def test_an_outage_leaves_nothing_behind(tmp_path: Path, kind: type[Sink]) -> None:
    path = tmp_path / ("out.jsonl" if kind is JsonlSink else "out.csv")
    only = Waterfall("find_email", ["alpha"], clean=False)

    def half(query: Any) -> Any:
        if int(query["id"].rpartition("-")[2]) % 2:
            return ProviderAPIError("alpha is down", provider="alpha")
        return found(query)

    first = await only.run(leads(8), session=FakeSession({"alpha": half}), into=kind(path), concurrency=1)
    open_rows = [row.key for row in first if row.retryable]
    assert open_rows == [f"lead-{number}" for number in (1, 3, 5, 7)]
    assert sum(bool(row.get("retry_reason")) for row in rows_of(path)) == 4
    second = await only.run(leads(8), session=FakeSession({"alpha": found}), into=kind(path))
    assert sorted(row.key for row in second) == open_rows
    rows = rows_of(path)
    assert sorted(row["id"] for row in rows) == [f"lead-{number}" for number in range(8)]
    assert all(row["status"] == "complete" for row in rows)
    assert await only.run(leads(8), session=FakeSession({"alpha": found}), into=kind(path)) == []


async def test_retry_failed_takes_the_path_of_an_output(tmp_path: Path) -> None:
    only = Waterfall("find_email", ["alpha"], clean=False)
    path = tmp_path / "out.csv"

    def half(query: Any) -> Any:
        if query["id"] == "lead-2":
            return ProviderAPIError("alpha is down", provider="alpha")
        return found(query)

    await only.run(leads(4), session=FakeSession({"alpha": half}), into=CsvSink(path))
    again = await only.run(leads(4), session=FakeSession({"alpha": found}), key="id", retry_failed=path)
    assert [row.key for row in again] == ["lead-2"]
    again = await only.run(leads(4), session=FakeSession({"alpha": found}), key="id", retry_failed=str(path))
    assert [row.key for row in again] == ["lead-2"]


@pytest.mark.parametrize("kind", [CsvSink, JsonlSink])
async def test_retry_failed_leaves_rows_alone_about_which_nobody_can_be_asked(tmp_path: Path, kind: Any) -> None:
    """As a sink does: a skipped row that says of nobody that they might answer another time is finished."""
    only = Waterfall("find_email", ["alpha"], clean=False)
    records = [{**one, "status": "failed", "retry_reason": "later"} for one in leads(3)]  # columns of the input's own
    records.append({"id": "lead-3"})
    path = tmp_path / "out"

    def down(query: Any) -> Any:
        return ProviderAPIError("alpha is down", provider="alpha") if query["id"] == "lead-2" else found(query)

    rows = await only.run(records, session=FakeSession({"alpha": down}), into=kind(path, key="id"))
    assert [(row.status, row.retryable) for row in rows] == [
        ("complete", False),
        ("complete", False),
        ("failed", True),
        ("skipped", False),
    ]
    path = path.rename(path.with_suffix(".jsonl" if kind is JsonlSink else ".csv"))
    again = await only.run(records, session=FakeSession({"alpha": found}), key="id", retry_failed=path)
    assert [row.key for row in again] == ["lead-2"]


async def test_a_run_that_finds_all_finished_says_so(tmp_path: Path) -> None:
    only = Waterfall("find_email", ["alpha"], clean=False)
    for told in ("3 rows of 3: 3 complete", "0 rows of 3: none was open"):
        sink = JsonlSink(tmp_path / "out.jsonl", key="id")
        summary = await only.stream(leads(3), session=FakeSession({"alpha": found}), into=sink).drain()
        assert str(summary).startswith(told)


PEOPLE = [{"full_name": f"{name} Okafor", "first_name": name, "last_name": "Okafor"} for name in ("Mira", "Ada", "Tom")]
COMPANIES = [{"id": f"c{n}", "company_domain": f"company{n}.example"} for n in range(3)]


def search() -> Chain:
    """People at companies, and their addresses."""
    return Chain([Waterfall("search_people", ["alpha"]), Waterfall("find_email", ["alpha"])])


def market(people: dict[str, int], failing: set[str] | None = None) -> FakeSession:
    """A vendor that knows so many people at each domain, and fails for some first names."""

    def email(query: Any) -> Any:
        if query["first_name"] in (failing or set()):
            return ProviderAPIError("alpha is down", provider="alpha")
        return Hit(email=f"{query['first_name'].lower()}@{query['company_domain']}")

    def found(query: Any) -> Any:
        known = PEOPLE[: people.get(query["company_domain"], 0)]
        return Hit(people=known) if known else None

    return FakeSession({"alpha.search_people": found, "alpha.find_email": email})


def emails(path: Path) -> list[str]:
    return sorted(row["email"] for row in rows_of(path) if row.get("email"))


@pytest.mark.parametrize("kind", [CsvSink, JsonlSink])
async def test_a_record_that_became_several_rows_is_finished_with_them(tmp_path: Path, kind: type[Sink]) -> None:
    path = tmp_path / ("out.jsonl" if kind is JsonlSink else "out.csv")
    people = {"company0.example": 3, "company1.example": 1}
    first = await search().run(COMPANIES, session=market(people), into=kind(path))
    assert len(first) == 5
    again = market(people)
    assert await search().run(COMPANIES, session=again, into=kind(path)) == []
    assert again.asked("alpha.search_people") == []
    assert len(rows_of(path)) == 5


@pytest.mark.parametrize("kind", [CsvSink, JsonlSink])
@pytest.mark.parametrize("later", [1, 2, 3])
async def test_a_record_one_of_whose_rows_is_open_is_asked_again_as_a_whole(
    tmp_path: Path, kind: type[Sink], later: int
) -> None:
    path = tmp_path / ("out.jsonl" if kind is JsonlSink else "out.csv")
    await search().run(COMPANIES[:1], session=market({"company0.example": 3}, {"Ada"}), into=kind(path))
    assert [bool(row["retry_reason"]) for row in rows_of(path)] == [True] * 3
    assert emails(path) == ["mira@company0.example", "tom@company0.example"]
    rows = await search().run(COMPANIES, session=market({"company0.example": later}), into=kind(path))
    assert len(rows) == later + 2
    assert emails(path) == sorted(f"{one['first_name'].lower()}@company0.example" for one in PEOPLE[:later])
    assert len(rows_of(path)) == later + 2  # what the search gives no longer stands there no longer
    assert await search().run(COMPANIES, session=market({}), into=kind(path)) == []


async def test_a_run_that_is_killed_between_two_rows_of_a_record_asks_it_again(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    await search().run(COMPANIES[:1], session=market({"company0.example": 3}), into=JsonlSink(path))
    whole = path.read_bytes()
    for cut in range(0, len(whole), 37):  # a power cut leaves any beginning of it
        path.write_bytes(whole[:cut])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResumeWarning)
            await search().run(COMPANIES[:1], session=market({"company0.example": 2}), into=JsonlSink(path))
        assert emails(path) == ["ada@company0.example", "mira@company0.example"], cut


async def test_a_sink_of_ones_own_need_not_write_several_rows_at_once() -> None:
    class Rows:
        def __init__(self) -> None:
            self.finished: set[str] = set()
            self.written: list[str] = []

        def key_of(self, record: Any, position: int) -> str:
            return str(record["id"])

        def write(self, row: Any, key: str) -> None:
            self.written.append(key)
            self.finished.add(key)

        def close(self) -> None:
            pass

    sink = Rows()
    await search().run(COMPANIES[:1], session=market({"company0.example": 3}), into=sink)
    assert sink.written == ["c0/0", "c0/1", "c0"]


@pytest.mark.parametrize("kind", [CsvSink, JsonlSink])
@pytest.mark.parametrize("key", ["id", None])
async def test_who_waits_for_a_key_is_asked_again_once_it_is_there(
    tmp_path: Path, kind: type[Sink], key: str | None
) -> None:
    path = tmp_path / ("out.jsonl" if kind is JsonlSink else "out.csv")
    both = Waterfall("find_email", ["alpha", "beta"], clean=False)

    def some(query: Any) -> Any:
        number = int(query["id"].rpartition("-")[2])
        return ProviderAPIError("down", provider="alpha") if number == 1 else found(query) if number % 2 else None

    first = await both.run(leads(6), session=FakeSession({"alpha": some}, without=("beta",)), into=kind(path, key))
    assert sum(row.retryable for row in first) == 4
    script = {"alpha": found, "beta": found}
    again = await both.run(leads(6), session=FakeSession(script, without=("beta",)), into=kind(path, key))
    assert [row.record["id"] for row in again] == ["lead-1"]  # that one rests on a failure as well
    for earlier in (path, first) if key else ():
        some_rows = await both.run(
            leads(6), session=FakeSession(script, without=("beta",)), key="id", retry_failed=earlier
        )
        assert [row.key for row in some_rows] == (["lead-1"] if earlier is first else [])
    with_key = await both.run(leads(6), session=FakeSession(script), into=kind(path, key))
    assert [row.record["id"] for row in with_key] == ["lead-0", "lead-2", "lead-4"]
    assert all(row["status"] == "complete" for row in rows_of(path))
    assert await both.run(leads(6), session=FakeSession(script), into=kind(path, key)) == []


async def test_rows_of_one_record_that_wait_for_a_key(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    chain = Chain([Waterfall("search_people", ["alpha"]), Waterfall("find_email", ["beta"])])
    script = {"alpha.search_people": Hit(people=PEOPLE), "beta.find_email": of_company}
    await chain.run(COMPANIES[:1], session=FakeSession(script, without=("beta",)), into=JsonlSink(path))
    again = FakeSession(script, without=("beta",))
    assert await chain.run(COMPANIES[:1], session=again, into=JsonlSink(path)) == []
    assert len(await chain.run(COMPANIES[:1], session=FakeSession(script), into=JsonlSink(path))) == 3
    assert len(emails(path)) == 3


def test_a_reason_says_whose_keys_are_all_that_is_missing() -> None:
    assert awaited("hunter: no credentials for hunter") == {"hunter"}
    assert awaited("hunter: no credentials for hunter; apollo: no credentials for apollo") == {"hunter", "apollo"}
    assert awaited("a row of this record: hunter: no credentials for hunter") == {"hunter"}
    for other in (None, "", "hunter: it timed out", "hunter: no credentials for hunter; apollo: it timed out"):
        assert awaited(other) == frozenset()
