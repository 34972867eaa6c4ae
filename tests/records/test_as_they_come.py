"""Spreadsheets as they come: covers and footers, placeholders, files that are something else, a table's own columns."""

from __future__ import annotations

import csv
import io
import warnings
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import leadenrich as le
from leadenrich import clean
from leadenrich.errors import ConfigurationError, CsvParsingError
from leadenrich.records import (
    CsvSink,
    TableWarning,
    map_columns,
    read_csv,
    read_excel,
    write_csv,
    write_excel,
    write_jsonl,
)
from tests.records.rows import finished

LEADS = [
    ["Vorname", "Nachname", "E-Mail", "Firma"],
    ["Ann", "Neu", "ann@acme.example", "Acme"],
    ["Bob", "Alt", "", "Bolt"],
]


def workbook(path: Path, sheets: dict[str, list[list[Any]]], active: str | None = None) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.active = list(sheets).index(active) if active else 0
    book.save(path)
    return path


def test_a_data_sheet_behind_a_cover(tmp_path: Path) -> None:
    cover = [["Export of 2026-01-02"], ["Contact", "Sales Ops"]]
    path = workbook(tmp_path / "leads.xlsx", {"Cover": cover, "Leads": LEADS, "Notes": [["Note"], ["x"]]})
    with pytest.warns(TableWarning, match=r"leads.xlsx: the sheet 'Leads' is read; others are 'Cover', 'Notes'"):
        table = le.read_excel(path)
    assert (table.sheet, table.sheets) == ("Leads", ("Cover", "Leads", "Notes"))
    assert [row["first_name"] for row in table] == ["Ann", "Bob"]
    with pytest.raises(ConfigurationError, match=r"no sheet 'Lead'.*'Leads'.*it has Cover, Leads, Notes"):
        read_excel(path, "Lead")


def test_the_open_sheet_is_read_where_it_is_a_table(tmp_path: Path) -> None:
    path = workbook(tmp_path / "two.xlsx", {"Old": [*LEADS, *LEADS[1:]], "New": LEADS}, active="New")
    with pytest.warns(TableWarning, match="'New' is read; others are 'Old'"):
        assert read_excel(path).sheet == "New"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert read_excel(workbook(tmp_path / "one.xlsx", {"Only": LEADS})).sheets == ("Only",)
        assert read_excel(path, "Old").sheet == "Old"


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "is empty"),
        (b"%PDF-1.7\n", "a PDF"),
        (OLE, r"an old Excel workbook \(.xls\)"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "a password-protected Excel workbook; remove the password"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "a PNG image"),
    ],
)
def test_files_are_named_for_what_they_are(tmp_path: Path, content: bytes, what: str) -> None:
    for name, reader in (("leads.xlsx", read_excel), ("leads.csv", read_csv)):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(CsvParsingError, match=what):
            reader(tmp_path / name)  # type: ignore[operator]  # either of the two


def test_a_report_s_footer_is_no_record() -> None:
    body = "First Name,Last Name,Email\nAnn,Neu,ann@acme.example\nBob,,\n"
    footer = "\nContacts with accounts\nCopyright (c) 2000-2026 Example Inc. All rights reserved.\nConfidential\n"
    with pytest.warns(TableWarning, match="3 rows below the table are notes"):
        rows = list(read_csv(io.StringIO(body + footer)))
    assert [row["first_name"] for row in rows] == ["Ann", "Bob"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert len(list(read_csv(io.StringIO(body + "\nCem\nDan,Ott,d@acme.example\n")))) == 4  # the table goes on
        assert len(list(read_csv(io.StringIO(body + "\ncem@acme.example\n")))) == 3  # somebody can be found by it


def test_placeholders_are_empty() -> None:
    cleaned = clean.record(
        {
            "email": "email_not_unlocked@domain.com",
            "personal_email": "Test@Test.com",
            "company_name": "Self-employed",
            "title": "[Not provided]",
            "city": "(No value)",
        }
    )
    assert cleaned.record == {}
    assert cleaned.problems == []


def test_custom_fields_of_salesforce_are_known() -> None:
    mapping = map_columns(["LinkedIn_URL__c", "Mobile_Phone__pc", "Company_Domain__c", "Vendor__c"])
    assert mapping.fields == ("linkedin_url", "mobile_phone", "company_domain", None)


TABLE = "Id;Email;Vorname;Handy\n1;;Ann;\n2;bob@acme.example;Bob;030 1\n"


def rows_of(table: Any) -> list[Any]:
    rows = []
    for record in table:
        found = {} if record["email"] else {"email": "ann@acme.example", "title": "CEO"}
        rows.append(finished(record, found, key=record["Id"]))
    return rows


def test_what_was_found_goes_into_the_table_s_own_columns(tmp_path: Path) -> None:
    table = read_csv(io.StringIO(TABLE))
    out = tmp_path / "out.csv"
    write_csv(out, rows_of(table), write_back=True)
    with out.open(newline="", encoding="utf-8") as file:
        header, *cells = csv.reader(file)
    assert header == ["Id", "Email", "Vorname", "Handy", "title", "status"]
    assert cells == [
        ["1", "ann@acme.example", "Ann", "", "CEO", "complete"],
        ["2", "bob@acme.example", "Bob", "030 1", "", "complete"],
    ]
    unmapped = read_csv(io.StringIO("EMAIL,x\n,1\n"), columns=None)
    target = io.StringIO(newline="")
    write_csv(target, [finished(next(iter(unmapped)), {"email": "ann@acme.example"})], write_back=True)
    assert target.getvalue().splitlines() == ["EMAIL,x,status", "ann@acme.example,1,complete"]
    write_excel(tmp_path / "out.xlsx", rows_of(table), write_back=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert next(iter(read_excel(tmp_path / "out.xlsx")))["email"] == "ann@acme.example"


def test_columns_are_renamed() -> None:
    rows = rows_of(read_csv(io.StringIO(TABLE)))
    target = io.StringIO(newline="")
    write_csv(target, rows, columns={"Id": "Record ID", "email": "E-Mail", "email_source": "Woher", "status": "Status"})
    assert target.getvalue().splitlines()[:2] == ["Record ID,E-Mail,Woher,Status", "1,ann@acme.example,acme,complete"]
    target = io.StringIO(newline="")
    write_csv(target, rows[:1], columns={"email": "E-Mail"}, provenance=True)
    assert target.getvalue().splitlines()[0] == "E-Mail,E-Mail_source,E-Mail_confidence,E-Mail_cost"
    lines = io.StringIO()
    write_jsonl(lines, rows[:1], columns={"email": "mail"})
    assert lines.getvalue() == '{"mail": "ann@acme.example"}\n'
    with pytest.raises(ConfigurationError, match="'A' to two columns"):
        write_csv(io.StringIO(), rows, columns={"email": "A", "title": "A"})


def test_a_sink_writes_like_its_source(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_bytes(TABLE.replace("Ann", "Änn").encode("cp1252"))
    out = tmp_path / "out.csv"
    for expected in (1, 1, 0):  # stopped after each row, and run again
        table = read_csv(source)
        written = 0
        with CsvSink(out, key="Id", like=table, write_back=True) as sink:
            for position, row in enumerate(rows_of(table)):
                key = sink.key_of(row.record, position)
                if key not in sink.finished:
                    sink.write(row, key)
                    written += 1
                    break
        assert written == expected
    text = out.read_bytes().decode("utf-8-sig")
    assert out.read_bytes().startswith(b"\xef\xbb\xbfId;Email")
    assert text.splitlines() == [
        "Id;Email;Vorname;Handy;title;status",
        "1;ann@acme.example;Änn;;CEO;complete",
        "2;bob@acme.example;Bob;030 1;;complete",
    ]


@pytest.mark.parametrize(
    "settings", [{"delimiter": ";;"}, {"delimiter": '"'}, {"encoding": "utf-16"}, {"encoding": "x"}]
)
def test_a_sink_refuses_what_it_cannot_append(tmp_path: Path, settings: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError, match=r"delimiter|encoding"):
        CsvSink(tmp_path / "out.csv", **settings)  # type: ignore[arg-type]  # on purpose


def test_a_sink_over_a_table_whose_header_is_a_field_goes_on(tmp_path: Path) -> None:
    text = "id,email,name\n1,,Ann\n2,,Bob\n"
    for _ in range(2):
        table = read_csv(io.StringIO(text))
        with CsvSink(tmp_path / "out.csv") as sink:
            for position, record in enumerate(table):
                if (key := sink.key_of(record, position)) not in sink.finished:
                    sink.write(finished(record, {"email": f"{key}@acme.example"}), key)
                    break
    assert [row["email"] for row in read_csv(tmp_path / "out.csv")] == ["1@acme.example", "2@acme.example"]


def test_values_that_stand_for_nothing_are_no_evidence_against_a_header() -> None:
    rows = [["Mira", "k.A."], ["Jonas", "(No value)"], ["Ida", "keine Angabe"], ["Ole", ""]]
    assert map_columns(["Vorname", "E-Mail-Adresse"], rows)["E-Mail-Adresse"] == "email"


def test_a_file_without_a_header_is_read_by_what_its_values_show(tmp_path: Path) -> None:
    path = tmp_path / "bare.csv"
    lines = [f"Mira{n} Okafor,Bright {n},mira{n}@example.com,bright{n}.example,+49 30 90182{n:02}" for n in range(9)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table = read_csv(path)
    assert table.columns.fields == (None, None, "email", "company_domain", "phone")
    assert map_columns(["Referrer"], [[f"site{n}.example"] for n in range(9)]).fields == (None,)


def test_an_output_that_is_parted_otherwise_is_named_for_what_it_is(tmp_path: Path) -> None:
    (row,) = [finished({"email": "ann@acme.example"}, {"title": "CEO"})]
    with CsvSink(tmp_path / "out.csv", key=None, delimiter=";") as sink:
        sink.write(row, "0-0123456789abcdef")
    with pytest.raises(ConfigurationError, match=r"parted by ';', written for another table"):
        CsvSink(tmp_path / "out.csv", key=None).open()
