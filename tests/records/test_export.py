"""Writing: original columns first, nothing that runs as a formula, and back again without loss."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadenrich.errors import ConfigurationError, CsvParsingError, DataTransformationError
from leadenrich.records import map_columns, read_csv, read_jsonl, write_csv, write_jsonl
from leadenrich.records.cell_values import to_text
from leadenrich.records.formula_escape import escape, unescape
from leadenrich.results import to_json
from tests.records.rows import finished
from tests.records.test_csv_read import Pipe

SOURCE = "Nr;E-Mail;Vorname;Nachname;Notiz;;Notiz\n1;;Ann;Neu;=1+1;x;a\n2;bob@example.com;Bob;Alt;+49305550100;;b\n"


def source(folder: Path) -> Any:
    path = folder / "in.csv"
    path.write_text(SOURCE, encoding="utf-8")
    return read_csv(path)


def raw(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_original_columns_first_then_found_ones_then_status(tmp_path: Path) -> None:
    table = source(tmp_path)
    rows = [finished(record) for record in table]
    rows[0] = finished(rows[0].record, {"email": "ann@example.com", "title": "CEO"})
    out = tmp_path / "out.csv"
    assert write_csv(out, rows) == 2
    head, first, second = raw(out)
    assert head == ["Nr", "E-Mail", "Vorname", "Nachname", "Notiz", "", "Notiz", "email", "title", "status"]
    assert first == ["1", "", "Ann", "Neu", "'=1+1", "x", "a", "ann@example.com", "CEO", "complete"]
    assert second == ["2", "bob@example.com", "Bob", "Alt", "+49305550100", "", "b", "bob@example.com", "", "complete"]
    again = list(read_csv(out))
    assert again[0]["email"] == "ann@example.com"
    assert again[1]["email"] == "bob@example.com"
    assert again[0]["Notiz"] == "=1+1"


def test_rows_that_come_only_once_give_the_same_file(tmp_path: Path) -> None:
    table = source(tmp_path)
    rows = [finished(record, {"title": "CEO"} if number else {}) for number, record in enumerate(table)]

    def once() -> Iterator[Any]:
        yield from rows

    write_csv(tmp_path / "a.csv", rows)
    write_csv(tmp_path / "b.csv", once())
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    assert raw(tmp_path / "a.csv")[0][-2:] == ["title", "status"]


def test_rows_of_both_kinds_that_come_only_once(tmp_path: Path) -> None:
    rows = [{"id": 1, "n": 2.5}, finished({"id": 2}, {"email": "a@example.com"})]
    out = tmp_path / "out.csv"
    write_csv(out, iter(rows), provenance=True)
    assert raw(out) == [
        ["id", "n", "email", "email_source", "email_confidence", "email_cost", "status"],
        ["1", "2.5", "", "", "", "", ""],
        ["2", "", "a@example.com", "acme", "90", "0.05", "complete"],
    ]
    write_csv(out, iter(rows), columns=["id", "cost", "row_key"])
    assert raw(out) == [["id", "cost", "row_key"], ["1", "", ""], ["2", "0.05", ""]]


def test_a_failing_source_leaves_the_old_file(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    out.write_text("old")

    def broken() -> Iterator[Any]:
        yield {"id": 1}
        raise RuntimeError("gone")

    with pytest.raises(RuntimeError, match="gone"):
        write_csv(out, broken(), columns=["id"])
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]
    assert out.read_text() == "old"


def test_a_pipe_can_be_written_on(tmp_path: Path) -> None:
    table = read_csv(io.BufferedReader(Pipe(b"id,email\n1,a@example.com\n")))
    assert not table.rereadable
    assert write_csv(tmp_path / "out.csv", table) == 1
    assert raw(tmp_path / "out.csv")[1] == ["1", "a@example.com"]


def test_provenance(tmp_path: Path) -> None:
    rows = [finished({"id": "1"}, {"email": "a@example.com"}), finished({"id": "2", "email": "b@example.com"}, {})]
    out = tmp_path / "out.csv"
    write_csv(out, rows, provenance=True)
    head, first, second = raw(out)
    assert head == ["id", "email", "email_source", "email_confidence", "email_cost", "status"]
    assert first == ["1", "a@example.com", "acme", "90", "0.05", "complete"]
    assert second == ["2", "b@example.com", "input", "", "", "complete"]


def test_chosen_columns(tmp_path: Path) -> None:
    rows = [finished(record, {"email": "x@example.com"}) for record in source(tmp_path)]
    out = tmp_path / "out.csv"
    write_csv(out, rows, columns=["email", "E-Mail", "first_name", "email_source", "status", "cost", "hunter_id"])
    head, first, _ = raw(out)
    assert head == ["email", "E-Mail", "first_name", "email_source", "status", "cost", "hunter_id"]
    assert first == ["x@example.com", "", "Ann", "acme", "complete", "0.05", ""]
    with pytest.raises(ConfigurationError, match="did you mean 'email'"):
        write_csv(out, rows, columns=["emial"])
    with pytest.raises(ConfigurationError, match="leaves nothing"):
        write_csv(out, rows, columns=[])
    assert raw(out)[0] == head  # a failed export leaves the old file alone
    assert not list(tmp_path.glob(".out.csv*"))


def test_a_header_named_like_the_field_is_filled_in_place(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    write_csv(out, [finished({"email": "", "status": "new"}, {"email": "a@example.com"})])
    assert raw(out) == [["email", "status", "enrichment_status"], ["a@example.com", "new", "complete"]]


def test_plain_dicts_of_any_shape(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    write_csv(out, [{"a": 1}, {"b": True, "a": None}])
    assert raw(out) == [["a", "b"], ["1", ""], ["", "true"]]
    with pytest.raises(DataTransformationError, match="not a int"):
        write_csv(out, [1])


def test_a_bad_record_is_written_too(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    write_csv(out, [finished({"id": 1}), finished(None, status="invalid")])
    assert raw(out) == [["id", "status"], ["1", "complete"], ["", "invalid"]]


def test_rows_that_forgot_their_headers(tmp_path: Path) -> None:
    table = source(tmp_path)
    out = tmp_path / "out.csv"
    write_csv(out, [dict(record) for record in table], like=table.columns)
    assert raw(out)[0] == list(table.columns.headers)


def test_extra_cells_are_not_lost(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("id,Name\n1,Ann,x,y\n2,Bob\n")
    with pytest.warns(UserWarning, match="extra ones are kept"):
        rows = list(read_csv(tmp_path / "in.csv"))
    write_csv(tmp_path / "out.csv", rows)
    assert raw(tmp_path / "out.csv") == [["id", "Name", "(extra cells)"], ["1", "Ann", '["x", "y"]'], ["2", "Bob", ""]]


def test_options(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    write_csv(out, [{"a": "=1", "b": "ü"}], safe=False, delimiter=";", encoding="utf-8-sig")
    assert out.read_bytes() == b"\xef\xbb\xbfa;b\r\n=1;\xc3\xbc\r\n"
    target = io.StringIO(newline="")
    assert write_csv(target, [{"a": 1}]) == 1
    assert target.getvalue() == "a\r\n1\r\n"


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1+1",
        "-1+1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "'=1",
        "''=1",
        "＝1",
        "=",
        "+",
        "-a",
        "+49 30 5550100",
    ],
)
def test_what_may_run_is_neutralised_and_restored(text: str) -> None:
    safe = escape(text)
    assert safe == "'" + text
    assert unescape(safe) == text


@pytest.mark.parametrize(
    "text", ["+4930555010", "+12025550100", "-5", "-5.25", "+3", "1e-5", "-", "--", "Ann", "'s", "12 %", ""]
)
def test_phones_numbers_and_words_stay(text: str) -> None:
    assert escape(text) == text
    assert unescape(text) == text


@given(st.text(alphabet=st.sampled_from("'=+-@\t\r\n＝ab1.,;\" "), max_size=8) | st.text(max_size=20))
def test_every_text_comes_back(text: str) -> None:
    assert unescape(escape(text)) == text or text.startswith('="')  # Excel's ="..." is read as its text


CELLS = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"], include_characters="\t\r\n"), max_size=12)


@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=6))
def test_our_own_file_is_read_back_without_loss(cells: list[list[str]]) -> None:
    rows = [{"key": f"k{number}", "a": a, "b": b, "c": c} for number, (a, b, c) in enumerate(cells)]
    target = io.StringIO(newline="")
    write_csv(target, rows)
    read = read_csv(io.BytesIO(target.getvalue().encode()), columns=None, header=True)
    expected = [{name: unescape(escape(value)) for name, value in row.items()} for row in rows]
    assert list(read) == expected


def test_values_of_any_type_become_text() -> None:
    assert to_text(None) == ""
    assert to_text(False) == "false"
    assert to_text(Decimal("1.50")) == "1.50"
    assert to_text(["a", Decimal(2)]) == '["a", 2]'
    assert to_text(datetime(2026, 1, 2, tzinfo=UTC)) == "2026-01-02T00:00:00+00:00"
    assert to_json({1: {date(2026, 1, 2)}, "b": (1.5, object)}) == {"1": ["2026-01-02"], "b": [1.5, "<class 'object'>"]}


def test_json_lines_keep_types(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    rows = [finished({"id": 1, "tags": ["a"]}, {"employee_count": 250}), {"id": 2}]
    assert write_jsonl(out, rows) == 2
    assert list(read_jsonl(out)) == [{"id": 1, "tags": ["a"], "employee_count": 250, "status": "complete"}, {"id": 2}]
    write_jsonl(out, rows[:1], provenance=True)
    assert next(iter(read_jsonl(out)))["employee_count_source"] == "acme"
    write_jsonl(out, rows[:1], columns=["employee_count"])
    assert list(read_jsonl(out)) == [{"employee_count": 250}]
    target = io.StringIO()
    write_jsonl(target, [{"a": "ü"}])
    assert target.getvalue() == '{"a": "ü"}\n'


def test_what_is_no_json_lines_says_so(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text('\ufeff{"a": 1}\n\n[1]\n', encoding="utf-8")
    with pytest.raises(CsvParsingError, match="line 3 is a list"):
        list(read_jsonl(path))
    path.write_text('{"a": 1}\nnope\n')
    with pytest.raises(CsvParsingError, match="line 2 is no JSON"):
        list(read_jsonl(path))
    with pytest.raises(CsvParsingError, match="there is no file"):
        read_jsonl(tmp_path / "none")
    with pytest.raises(CsvParsingError, match="is a directory"):
        read_jsonl(tmp_path)
    assert "x.jsonl" in repr(read_jsonl(path))


def test_a_mapping_can_be_made_without_a_file() -> None:
    assert map_columns(["Mail"]).fields == ("email",)


def test_a_row_as_json_whatever_it_holds() -> None:
    found = {
        "annual_revenue_usd": Decimal("1200000"),
        "score": Decimal("1.50"),
        "long": Decimal("0.12345678901234567890123"),
        "huge": Decimal("1E+999999"),
        "nothing": float("nan"),
        "when": datetime(2026, 1, 2, 3, 4),
        "places": {date(2026, 1, 2)},
        "people": [{"email": "a@example.com", "rank": Decimal(2)}],
    }
    row = finished({"id": "1"}, found)
    back = json.loads(json.dumps(row.to_dict(provenance=True), allow_nan=False))
    assert back["annual_revenue_usd"] == 1200000
    assert back["score"] == 1.5
    assert back["long"] == "0.12345678901234567890123"  # no number of JSON's is exactly this one
    assert back["huge"] == "1E+999999"
    assert back["nothing"] is None
    assert back["when"] == "2026-01-02T03:04:00"
    assert back["places"] == ["2026-01-02"]
    assert back["people"] == [{"email": "a@example.com", "rank": 2}]
    assert back["score_cost"] == 0.05
