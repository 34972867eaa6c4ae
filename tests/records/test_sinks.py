"""Sinks: a finished row stays finished, whatever happens, and none is doubled or lost."""

import csv
import errno
import json
import os
import sys
import tracemalloc
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from leadenrich.errors import ConfigurationError, StorageError
from leadenrich.records import CsvSink, JsonlSink, ResumeWarning, Sink, file_writing, read_csv, read_jsonl, write_csv
from leadenrich.records.finished_keys import KeySet, PositionSet, content_digest
from tests.records.rows import finished

SINKS: list[Callable[..., Sink]] = [CsvSink, JsonlSink]


def run(sink: Sink, records: Iterable[Any], found: Callable[[Any], dict[str, Any]] = lambda record: {}) -> list[Any]:
    """Do what a stream does: skip what is finished, write the rest; returns the records that were asked for."""
    asked = []
    with sink:
        for position, record in enumerate(records):
            key = sink.key_of(record, position)
            if key not in sink.finished:
                asked.append(record)
                sink.write(finished(record, found(record), key=key, index=position))
    return asked


def rows_in(path: Path) -> list[dict[str, Any]]:
    if path.suffix == ".jsonl":
        return list(read_jsonl(path))
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(params=SINKS, ids=["csv", "jsonl"])
def sink_at(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., Sink]:
    kind: Callable[..., Sink] = request.param
    path = tmp_path / ("out.csv" if kind is CsvSink else "out.jsonl")
    return lambda key="id", **more: kind(path, key, **more)


RECORDS = [{"id": str(number), "name": f"N{number}"} for number in range(6)]


def test_a_second_run_asks_for_nothing(sink_at: Callable[..., Sink]) -> None:
    assert run(sink_at(), RECORDS, lambda record: {"email": "a@example.com"}) == RECORDS
    sink = sink_at()
    before = sink.path.read_bytes()
    assert run(sink, RECORDS) == []
    assert len(sink.finished) == 6
    assert sink.path.read_bytes() == before
    assert "6 finished" in repr(sink)


def test_a_run_goes_on_where_another_stopped(sink_at: Callable[..., Sink]) -> None:
    run(sink_at(), RECORDS[:2])
    assert run(sink_at(), RECORDS) == RECORDS[2:]
    assert [row["id"] for row in rows_in(sink_at().path)] == ["0", "1", "2", "3", "4", "5"]


def test_torn_anywhere_nothing_is_lost_or_doubled(sink_at: Callable[..., Sink]) -> None:
    """Cut the file at every single byte, as a crash or a full disk may, and run again."""
    records = [{"id": "a,1", "note": 'line 1\nline "2"'}, {"id": "b", "note": "ü"}, {"id": "c", "note": ""}]
    sink = sink_at()
    run(sink, records, lambda record: {"title": "x,y"})
    whole = sink.path.read_bytes()
    complete = rows_in(sink.path)
    for length in range(len(whole)):
        sink.path.write_bytes(whole[:length])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResumeWarning)
            asked = run(sink_at(), records, lambda record: {"title": "x,y"})
        assert rows_in(sink.path) == complete, length
        kept = whole[:length].count(b"complete\r\n" if sink.path.suffix == ".csv" else b"}\n")
        assert len(asked) == 3 - kept, length


def test_a_torn_end_is_reported(sink_at: Callable[..., Sink]) -> None:
    sink = sink_at()
    run(sink, RECORDS)
    sink.path.write_bytes(sink.path.read_bytes()[:-3])
    with pytest.warns(ResumeWarning, match="was torn"):
        assert run(sink_at(), RECORDS) == RECORDS[-1:]


def test_by_position_and_content(sink_at: Callable[..., Sink]) -> None:
    records = [{"name": "Ann"}, {"name": "Bob"}, {"name": "Ann"}]
    run(sink_at(None), records[:2])
    assert run(sink_at(None), records) == records[2:]
    changed = [records[0], {"name": "Cem"}, records[2]]
    with pytest.warns(ResumeWarning, match="position 1 is not the one"):
        assert run(sink_at(None), changed) == [{"name": "Cem"}]
    assert [row["name"] for row in rows_in(sink_at(None).path)] == ["Ann", "Bob", "Ann", "Cem"]


def test_shared_and_missing_keys_lose_no_row(sink_at: Callable[..., Sink]) -> None:
    records = [
        {"id": "7", "name": "Ann"},
        {"id": "7", "name": "Bob"},
        {"id": "", "name": "Cem"},
        {"id": None, "name": "Dan"},
        {"id": "7", "name": "Bob"},
        {"id": "8", "name": "Eve"},
    ]
    with pytest.warns(ResumeWarning) as said:
        assert run(sink_at(), records[:2] + records[5:]) == [*records[:2], records[5]]
    assert any("share their 'id'" in str(warning.message) for warning in said)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResumeWarning)
        assert run(sink_at(), records) == records[2:5]
        assert run(sink_at(), records) == []
    names = sorted(row["name"] for row in rows_in(sink_at().path))
    assert names == ["Ann", "Bob", "Bob", "Cem", "Dan", "Eve"]


def test_asking_for_the_same_key_twice_is_no_duplicate(sink_at: Callable[..., Sink]) -> None:
    sink = sink_at()
    assert sink.key_of(RECORDS[0], 0) == sink.key_of(RECORDS[0], 0) == "0"
    sink.close()


def test_records_without_such_a_column(sink_at: Callable[..., Sink]) -> None:
    with sink_at("nr") as sink, pytest.raises(ConfigurationError, match="records have no 'nr'"):
        sink.key_of({"name": "Ann"}, 0)


def test_records_that_are_no_mappings_are_rows_too(sink_at: Callable[..., Sink]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResumeWarning)
        assert run(sink_at(), [RECORDS[0], None, 5]) == [RECORDS[0], None, 5]
        assert run(sink_at(), [RECORDS[0], None, 5]) == []


def test_plain_dicts_can_be_written(sink_at: Callable[..., Sink]) -> None:
    with sink_at() as sink:
        for record in RECORDS:
            sink.write(record)
    assert run(sink_at(), RECORDS) == []


def test_fsync(sink_at: Callable[..., Sink]) -> None:
    assert run(sink_at(fsync=True), RECORDS) == RECORDS


@pytest.mark.skipif(sys.platform == "win32", reason="no advisory locks there")
def test_two_writers_never_share_a_file(sink_at: Callable[..., Sink]) -> None:
    with sink_at(), pytest.raises(ConfigurationError, match="another run is writing"):
        sink_at().open()


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be written"):
        CsvSink(tmp_path).open()
    with pytest.raises(ConfigurationError, match="cannot be written"):
        JsonlSink(tmp_path / "no" / "such" / "folder.jsonl").open()


# --- CSV


def leads(folder: Path, text: str = "ID;E-Mail;Notiz\n1;;=1\n2;b@example.com;x\n3;;\n") -> Any:
    path = folder / "in.csv"
    path.write_text(text, encoding="utf-8")
    return read_csv(path)


def test_csv_keeps_the_original_columns(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    run(CsvSink(out), leads(tmp_path), lambda record: {"email": "a@example.com"})
    assert out.read_text(encoding="utf-8").splitlines() == [
        "ID,E-Mail,Notiz,email,status",
        "1,,'=1,a@example.com,complete",
        "2,b@example.com,x,a@example.com,complete",
        "3,,,a@example.com,complete",
    ]
    assert run(CsvSink(out), leads(tmp_path)) == []


def test_csv_grows_a_column_for_what_is_found_later(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    found = {"1": {}, "2": {"title": "CEO"}, "3": {"email": "c@example.com"}}
    run(CsvSink(out), leads(tmp_path), lambda record: found[record["ID"]])
    assert out.read_text(encoding="utf-8").splitlines() == [
        "ID,E-Mail,Notiz,title,email,status",
        "1,,'=1,,,complete",
        "2,b@example.com,x,CEO,b@example.com,complete",  # what came in, where nothing was found
        "3,,,,c@example.com,complete",
    ]
    assert run(CsvSink(out), leads(tmp_path)) == []
    assert not list(tmp_path.glob(".out*"))


def test_csv_can_be_told_what_to_expect(tmp_path: Path) -> None:
    sink = CsvSink(tmp_path / "out.csv")
    sink.expect(["email", "title"])
    run(sink, leads(tmp_path))
    assert (tmp_path / "out.csv").read_text().splitlines()[0] == "ID,E-Mail,Notiz,email,title,status"


def test_csv_goes_on_with_the_columns_the_file_has(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    table = list(leads(tmp_path))
    run(CsvSink(out, provenance=True), table[:1], lambda record: {"title": "CEO"})
    run(CsvSink(out, provenance=True), table, lambda record: {"email": "x@example.com"} if record["ID"] == "3" else {})
    with out.open(newline="") as file:
        head, *rows = list(csv.reader(file))
    assert head == ["ID", "E-Mail", "Notiz", "title", "title_source", "title_confidence", "title_cost",
                    "email", "email_source", "email_confidence", "email_cost", "status"]  # fmt: skip
    assert rows[0] == ["1", "", "'=1", "CEO", "acme", "90", "0.05", "", "", "", "", "complete"]
    assert rows[1][7:9] == ["b@example.com", "input"]
    assert rows[2][7:9] == ["x@example.com", "acme"]


def test_csv_key_by_a_field_survives_that_the_field_is_found(tmp_path: Path) -> None:
    """Keyed by the e-mail that came in, although an e-mail is found as well."""
    out = tmp_path / "out.csv"
    table = leads(tmp_path, "E-Mail,Name\na@example.com,Ann\nb@example.com,Bob\n")
    assert len(run(CsvSink(out, "email"), table, lambda record: {"email": "new@example.com"})) == 2
    assert out.read_text().splitlines()[0] == "E-Mail,Name,email,status,row_key"
    assert run(CsvSink(out, "email"), table) == []
    assert run(CsvSink(out, "E-Mail"), table) == []


def test_csv_with_chosen_columns(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    run(CsvSink(out, columns=["email", "status"]), RECORDS[:1], lambda record: {"email": "a@example.com"})
    assert out.read_text().splitlines() == ["email,status,row_key", "a@example.com,complete,0"]
    assert run(CsvSink(out, columns=["email", "status"]), RECORDS[:2]) == RECORDS[1:2]
    with pytest.raises(ConfigurationError, match="not the chosen ones"):
        run(CsvSink(out, columns=["status"]), RECORDS)


def test_csv_refuses_what_is_not_its_own(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    out.write_text("something,else\n1,2\n")
    with pytest.raises(ConfigurationError, match="no column 'row_key' or 'id'"):
        CsvSink(out).open()
    assert out.read_text() == "something,else\n1,2\n"
    out.unlink()
    run(CsvSink(out, "ID"), leads(tmp_path))
    with pytest.raises(ConfigurationError, match="from a table with other columns"):
        run(CsvSink(out, "ID"), leads(tmp_path, "ID;Email\n9;x@example.com\n"))
    with pytest.raises(ConfigurationError, match="from a table with other columns"):
        run(CsvSink(out, "ID"), [{"id": "9", "foo": "x"}])


def test_csv_rows_of_another_width_are_left_alone(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    run(CsvSink(out), RECORDS[:2])
    with out.open("a", newline="") as file:
        file.write("1,2,3,4,5,6\r\n")
    with pytest.warns(ResumeWarning, match="row 3 of out.csv has another number of cells"):
        assert run(CsvSink(out), RECORDS[:3]) == RECORDS[2:3]


def test_csv_dicts_may_bring_new_keys(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    run(CsvSink(out), [{"id": "1"}, {"id": "2", "city": "Ulm"}])
    assert out.read_text().splitlines() == ["id,city,status", "1,,complete", "2,Ulm,complete"]


# --- JSON lines


def test_jsonl_refuses_what_is_not_its_own(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    out.write_text('{"a": 1}\n')
    with pytest.raises(ConfigurationError, match="not written by a JsonlSink"):
        JsonlSink(out).open()
    out.unlink()
    run(JsonlSink(out), RECORDS[:1])
    with out.open("a") as file:
        file.write("garbage\n")
    with pytest.warns(ResumeWarning, match="line 2 of out.jsonl is not a row of this sink"):
        assert run(JsonlSink(out), RECORDS[:2]) == RECORDS[1:2]


def test_jsonl_lines(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    run(JsonlSink(out, provenance=True), RECORDS[:1], lambda record: {"employee_count": 5})
    assert json.loads(out.read_text()) == {
        "id": "0", "name": "N0", "employee_count": 5, "employee_count_source": "acme",
        "employee_count_confidence": 90, "employee_count_cost": 0.05, "status": "complete", "row_key": "0",
    }  # fmt: skip


# --- keys


@pytest.mark.slow
def test_finished_keys_cost_at_most_16_bytes_each() -> None:
    count = 60_000
    for kind, key in ((KeySet, "customer-{}"), (PositionSet, "{}-00000000000000ff")):
        tracemalloc.start()
        keys: Any = kind()
        for number in range(count):
            keys.add(key.format(number))
            if kind is KeySet:
                keys.meet(key.format(number), number)
        used, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert len(keys) == count
        assert key.format(7) in keys
        assert key.format(count) not in keys
        assert used / count <= 16
        assert peak / count <= 16 * 1.6


def test_key_sets_answer_oddities() -> None:
    keys = KeySet()
    assert 5 not in keys
    keys.add("a")
    keys.add("a")
    assert len(keys) == 1
    positions = PositionSet()
    positions.add("nonsense")
    assert len(positions) == 0
    assert "nonsense" not in positions
    assert not positions.changed("nonsense")


def test_the_content_digest_does_not_depend_on_order() -> None:
    assert content_digest({"a": 1, "b": None}) == content_digest({"b": None, "a": 1})
    assert content_digest({"a": 1}) != content_digest({"a": "1"})
    assert content_digest(None) != content_digest({})


def test_the_rows_of_one_record_are_written_in_one_step(sink_at: Callable[..., Sink]) -> None:
    with sink_at() as sink:
        key = sink.key_of(RECORDS[3], 3)
        people = [finished(RECORDS[3], {"email": f"{n}@example.com"}, key=f"3/{n}") for n in range(3)]
        sink.write_all(people, key)
        assert "3" in sink.finished
    assert [row["email"] for row in rows_in(sink.path)] == ["0@example.com", "1@example.com", "2@example.com"]
    assert run(sink_at(), RECORDS[3:5]) == RECORDS[4:5]


# --- rows that may be asked again


def outage(sink: Sink, records: Iterable[Any], failing: set[str], email: str) -> list[str]:
    """Run with a vendor that fails for some ids; returns the ids that were asked for."""
    asked = []
    with sink:
        for position, record in enumerate(records):
            key = sink.key_of(record, position)
            if key in sink.finished:
                continue
            asked.append(record["id"])
            failed = record["id"] in failing
            row = finished(record, {} if failed else {"email": email}, "failed" if failed else "complete", key=key)
            row.retry_reason = "acme.find_email: timed out" if failed else None
            sink.write(row, key=key)
    return asked


@pytest.mark.parametrize("key", ["id", None])
def test_rows_of_an_outage_are_asked_again_and_replaced(sink_at: Callable[..., Sink], key: str | None) -> None:
    assert outage(sink_at(key), RECORDS, {"1", "4"}, "a@example.com") == ["0", "1", "2", "3", "4", "5"]
    rows = rows_in(sink_at(key).path)
    assert [row["id"] for row in rows if row.get("retry_reason")] == ["1", "4"]
    assert outage(sink_at(key), RECORDS, {"4"}, "b@example.com") == ["1", "4"]
    assert outage(sink_at(key), RECORDS, set(), "c@example.com") == ["4"]
    assert outage(sink_at(key), RECORDS, set(), "d@example.com") == []
    rows = rows_in(sink_at(key).path)
    found = {row["id"]: row["email"] for row in rows}
    assert len(rows) == 6
    assert found == {"1": "b@example.com", "4": "c@example.com"} | dict.fromkeys("0235", "a@example.com")
    assert not any(row.get("retry_reason") for row in rows)
    assert not list(sink_at(key).path.parent.glob("*.part"))


def test_an_old_row_stays_until_its_new_one_is_there(sink_at: Callable[..., Sink]) -> None:
    outage(sink_at(), RECORDS, {"1", "4"}, "a@example.com")
    before = sink_at().path.read_bytes()
    sink = sink_at()
    sink.open()
    assert sink.path.read_bytes() == before
    row = finished(RECORDS[1], {"email": "b@example.com"}, key="1")
    sink.write(row, key="1")
    crashed = sink.path.read_bytes()  # killed here, before closing
    sink.close()
    sink.path.write_bytes(crashed)
    assert sorted(row["id"] for row in rows_in(sink.path)) == ["0", "1", "1", "2", "3", "4", "5"]
    assert outage(sink_at(), RECORDS, set(), "c@example.com") == ["4"]
    assert sorted((row["id"], row["email"]) for row in rows_in(sink.path))[1] == ("1", "b@example.com")
    assert len(rows_in(sink.path)) == 6


def test_the_reason_has_a_column_of_its_own_name(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    records = [{"id": "1", "retry_reason": "mine"}]
    assert outage(CsvSink(out), records, {"1"}, "") == ["1"]
    assert rows_in(out)[0]["enrichment_retry_reason"] == "acme.find_email: timed out"
    assert outage(CsvSink(out), records, set(), "a@example.com") == ["1"]
    assert outage(CsvSink(out), records, set(), "a@example.com") == []
    assert rows_in(out)[0]["retry_reason"] == "mine"
    chosen = tmp_path / "chosen.csv"
    assert outage(CsvSink(chosen, columns=["id", "email"]), RECORDS[:2], {"1"}, "a@example.com") == ["0", "1"]
    assert outage(CsvSink(chosen, columns=["id", "email"]), RECORDS[:2], set(), "a@example.com") == ["1"]


# --- a disk that is full


class Full:
    """A file that takes so many bytes at a time and in all, then has no room."""

    def __init__(self, file: Any, room: int, at_once: int = 7) -> None:
        self._file, self._room, self._at_once = file, room, at_once

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def write(self, data: Any) -> int:
        taken = min(len(data), self._room, self._at_once)
        if not taken:
            raise OSError(errno.ENOSPC, "No space left on device")
        self._room -= taken
        return int(self._file.write(bytes(data[:taken])))


@pytest.mark.parametrize("room", [0, 1, 20, 45, 60, 90])
def test_a_full_disk_tears_no_row(sink_at: Callable[..., Sink], room: int) -> None:
    sink = sink_at()
    sink.open()
    sink._file = Full(sink._file, room)  # type: ignore[assignment]  # a disk with little room
    rows = [finished(record, key=record["id"]) for record in RECORDS]
    with pytest.raises(StorageError, match="cannot be written: No space left on device; run again") as caught:
        list(map(sink.write, rows))
    assert str(sink.path) in str(caught.value)
    sink.close()
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # no torn end is found
        left = run(sink_at(), RECORDS)
    assert left == RECORDS[len(RECORDS) - len(left) :]
    assert [row["id"] for row in rows_in(sink.path)] == ["0", "1", "2", "3", "4", "5"]


def test_a_full_disk_while_the_file_is_rewritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sink = CsvSink(tmp_path / "out.csv")
    run(sink, RECORDS[:3])
    before = sink.path.read_bytes()
    real = file_writing.write_bytes

    def full(file: Any, data: Any) -> None:
        real(Full(file, 30), data)  # type: ignore[arg-type]

    monkeypatch.setattr(file_writing, "write_bytes", full)
    with sink, pytest.raises(StorageError, match=r"out.csv cannot be written: No space left"):
        sink.write(finished(RECORDS[3], {"email": "a@example.com"}, key="3"))
    assert sink.path.read_bytes() == before
    assert not list(tmp_path.glob("*.part"))
    with pytest.raises(StorageError, match=r"no/out\.csv cannot be written: No such file or directory"):
        write_csv(tmp_path / "no" / "out.csv", RECORDS)


@pytest.mark.skipif(sys.platform == "win32", reason="no modes there")
def test_files_are_the_owners_alone(sink_at: Callable[..., Sink]) -> None:
    sink = sink_at()
    run(sink, RECORDS[:2])
    assert sink.path.stat().st_mode & 0o777 == 0o600
    sink.path.chmod(0o640)
    run(sink_at(), RECORDS, lambda record: {"email": "a@example.com"})
    assert sink.path.stat().st_mode & 0o777 == 0o640


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes there")
def test_a_pipe_and_a_link_are_not_replaced(tmp_path: Path) -> None:
    pipe, kept, link = tmp_path / "pipe", tmp_path / "kept.csv", tmp_path / "link.csv"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_csv(pipe, [{"id": "1"}])
    assert os.read(reader, 100) == b"id\r\n1\r\n"
    os.close(reader)
    assert pipe.is_fifo()
    link.symlink_to(kept)
    write_csv(link, [{"id": "2"}])
    assert link.is_symlink()
    assert kept.read_text() == "id\n2\n"
    kept.unlink()
    run(CsvSink(link), RECORDS[:1])
    run(CsvSink(link), RECORDS, lambda record: {"email": "a@example.com"})
    assert link.is_symlink()
    assert [row["id"] for row in rows_in(kept)] == ["0", "1", "2", "3", "4", "5"]
