"""Excel workbooks: texts stay texts, and come back as the records a CSV would give."""

import io
import re
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from leadenrich.errors import ConfigurationError, CsvParsingError
from leadenrich.records import TableWarning, read_excel, write_excel
from tests.records.rows import finished


def book(folder: Path, rows: list[list[object]], name: str = "Leads") -> Path:
    path = folder / "leads.xlsx"
    workbook = openpyxl.Workbook()
    workbook.active.title = name
    for row in rows:
        workbook.active.append(row)
    workbook.save(path)
    return path


def test_a_sheet_is_read_like_a_csv(tmp_path: Path) -> None:
    path = book(
        tmp_path,
        [
            ["Leads of the week"],
            [],
            ["Nr", "Vorname", "Nachname", "E-Mail", "seit", "aktiv", "Wert", "um", None],
            [1, "Ann", "Neu", "ann@example.com", date(2026, 1, 2), True, 2.5, time(9, 30), None],
            [None, None, None],
            [2.0, "Bob", "Alt", None, datetime(2026, 1, 2, 3, 4), False, None, None, None],
        ],
    )
    table = read_excel(path)
    first, second = table
    assert first == {
        "Nr": "1", "first_name": "Ann", "last_name": "Neu", "email": "ann@example.com", "seit": "2026-01-02",
        "aktiv": "true", "Wert": "2.5", "um": "09:30:00",
    }  # fmt: skip
    assert second["Nr"] == "2"
    assert second["email"] == ""
    assert second["seit"] == "2026-01-02T03:04:00"
    assert first.line == 4
    assert list(table) == [first, second]
    assert not table.problems
    assert "8 columns" in repr(table)


def test_a_sheet_by_name(tmp_path: Path) -> None:
    path = book(tmp_path, [["email"], ["a@example.com"]], name="Kunden")
    assert list(read_excel(path, "Kunden", {"email": "personal_email"})) == [{"personal_email": "a@example.com"}]
    with pytest.raises(ConfigurationError, match="no sheet 'Other'; it has Kunden"):
        read_excel(path, "Other")


def test_what_is_no_workbook_says_so(tmp_path: Path) -> None:
    with pytest.raises(CsvParsingError, match="there is no file"):
        read_excel(tmp_path / "none.xlsx")
    with pytest.raises(CsvParsingError, match="is a directory"):
        read_excel(tmp_path)
    (tmp_path / "x.xlsx").write_text("email\n")
    with pytest.raises(CsvParsingError, match=r"is no \.xlsx workbook"):
        read_excel(tmp_path / "x.xlsx")
    with pytest.raises(CsvParsingError, match="no header line"):
        read_excel(book(tmp_path, []))


def test_texts_stay_texts(tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    record = {"id": "007", "note": "=1+1", "phone": "+49305550100", "odd": "a\x01b", "n": 5, "big": 10**17, "ok": True}
    rows = [finished(record, {"email": "a@example.com"}), finished(record | {"note": None}, {})]
    assert write_excel(out, rows, provenance=True) == 2
    sheet = openpyxl.load_workbook(out).active
    head, first, second = [list(row) for row in sheet.iter_rows()]
    shown = dict(zip([cell.value for cell in head], first, strict=True))
    assert shown["note"].value == "=1+1"
    assert shown["note"].data_type == "s"
    assert shown["id"].value == "007"
    assert shown["phone"].value == "+49305550100"
    assert shown["odd"].value == "ab"
    assert shown["n"].value == 5
    assert shown["big"].value == str(10**17)
    assert shown["ok"].value is True
    assert shown["email_source"].value == "acme"
    assert second[1].value is None
    again = next(iter(read_excel(out)))
    assert again["note"] == "=1+1"
    assert again["id"] == "007"


def test_too_long_a_text_is_cut_and_said(tmp_path: Path) -> None:
    with pytest.warns(TableWarning, match="1 cells were cut"):
        write_excel(tmp_path / "out.xlsx", [{"email": "a@example.com", "text": "x" * 40_000}])
    assert len(next(iter(read_excel(tmp_path / "out.xlsx")))["text"]) == 32_767


def test_a_workbook_in_memory_goes_out_and_in(tmp_path: Path) -> None:
    """A server holds uploads and downloads in memory; no file is needed for either."""
    target = io.BytesIO()
    assert write_excel(target, [{"Full Name": "Ann Neu", "Company": "Brightloom"}]) == 1
    table = read_excel(target)
    assert [dict(record) for record in table] == [{"full_name": "Ann Neu", "company_name": "Brightloom"}] == list(table)
    assert table.sheets == ("leads",)
    target.close()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (io.BytesIO(b"a;b\n1;2"), "'the workbook' is no .xlsx workbook; read_csv reads CSV"),
        (io.BytesIO(b""), "'the workbook' is empty"),
        (io.StringIO("a"), "opened in binary mode"),
        (7, "from a path or an open binary file, not from a int"),
    ],
)
def test_what_is_no_workbook_in_memory_says_so(given: Any, told: str) -> None:
    with pytest.raises(CsvParsingError, match=re.escape(told)):
        read_excel(given)
