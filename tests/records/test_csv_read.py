"""Reading delimited text of any make: nothing is lost, and what is odd is said."""

import gzip
import io
import warnings
from pathlib import Path

import pytest

from leadenrich.errors import ConfigurationError, CsvParsingError, ErrorCode
from leadenrich.records import ColumnMap, ColumnMappingWarning, Record, TableWarning, read_csv
from leadenrich.records.dialect import guess_encoding
from leadenrich.records.table import OVERFLOW

ROWS = [
    ["id", "First Name", "Last Name", "E-Mail", "Company", "Notes"],
    ["1", "Jörg", "Müller", "joerg@example.com", "Bäckerei Süß", "zahlt spät"],
    ["2", "Zoë", "Gómez", "zoe@example.org", "Café Niño", 'says "hi"'],
]


def text_of(delimiter: str = ",", end: str = "\n") -> str:
    def cell(value: str) -> str:
        return '"' + value.replace('"', '""') + '"' if '"' in value or delimiter in value else value

    return "".join(delimiter.join(map(cell, row)) + end for row in ROWS)


def put(folder: Path, data: bytes | str, name: str = "leads.csv") -> Path:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def check(path: Path) -> None:
    table = read_csv(path)
    for _ in range(2):  # a table can be read again
        records = list(table)
        assert [record["first_name"] for record in records] == ["Jörg", "Zoë"]
        assert records[0] == {
            "id": "1",
            "first_name": "Jörg",
            "last_name": "Müller",
            "email": "joerg@example.com",
            "company_name": "Bäckerei Süß",
            "Notes": "zahlt spät",
        }
        assert records[1]["Notes"] == 'says "hi"'
        assert not table.problems
    assert table.columns.headers == tuple(ROWS[0])
    assert table.columns["E-Mail"] == "email"
    assert table.columns["Notes"] is None


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(tmp_path: Path, delimiter: str, end: str) -> None:
    check(put(tmp_path, text_of(delimiter, end)))


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1"]
)
def test_encodings(tmp_path: Path, encoding: str) -> None:
    check(put(tmp_path, text_of(";", "\r\n").encode(encoding)))


def test_other_encodings_are_told_by_their_letters() -> None:
    polish = "Imię;Nazwisko;Miasto\nŁukasz;Wójcik;Łódź\nŻaneta;Dąbrowska;Częstochowa\n" * 20
    assert polish.encode("cp1250").decode(guess_encoding(polish.encode("cp1250"))) == polish
    for letters in ("cp1250", "iso8859_2"):  # a few words are enough, with a neighbour's among them
        few = "Imię;Nazwisko;Województwo\nŁucja;Żak;Łódzkie\nRené;Müller;Śląskie\n"
        assert few.encode(letters).decode(guess_encoding(few.encode(letters))) == few
    russian = "Имя;Фамилия;Компания\nИван;Примеров;Пример и партнёры\n" * 20
    assert russian.encode("cp1251").decode(guess_encoding(russian.encode("cp1251"))) == russian
    french = "Prénom;Société\nZoë;Café de l’Été\n" * 20
    assert french.encode("mac_roman").decode(guess_encoding(french.encode("mac_roman"))) == french
    assert guess_encoding("Straße, Ärger – „Öl“ €".encode("cp1252")) == "cp1252"


def test_an_encoding_can_be_said(tmp_path: Path) -> None:
    path = put(tmp_path, "Name;E-Mail\nŽofie Nová;zofie@example.com\n".encode("cp1250"))
    assert next(iter(read_csv(path, encoding="cp1250")))["full_name"] == "Žofie Nová"
    with pytest.raises(CsvParsingError, match="no encoding 'klingon'"):
        read_csv(path, encoding="klingon")


@pytest.mark.parametrize("line", ["sep=;", '"sep=;"', "sep=;\r"])
def test_sep_line(tmp_path: Path, line: str) -> None:
    check(put(tmp_path, line + "\n" + text_of(";")))


def test_sep_line_overrules_the_looks(tmp_path: Path) -> None:
    path = put(tmp_path, "sep=|\nName, first|Email\nNeu, Ann|ann@example.com\n")
    assert read_csv(path).columns.headers == ("Name, first", "Email")


@pytest.mark.parametrize(
    "preamble",
    [
        'Notes:\n"When exporting your data, some addresses are missing."\n\n',
        "Report: leads of the week\n\n",
        "My leads,,,,,\n,,,,,\n",
        "\n\n",
        "Exported by,Ann\nOn,2026-01-31\n\n",
    ],
)
def test_what_stands_above_the_header_is_passed_over(tmp_path: Path, preamble: str) -> None:
    check(put(tmp_path, preamble + text_of()))


def test_line_numbers_count_what_stands_above(tmp_path: Path) -> None:
    path = put(tmp_path, 'sep=,\nReport\n\nName,Email\n"A\nB",a@example.com\nC,c@example.com\n')
    assert [record.line for record in read_csv(path)] == [5, 7]


def test_a_file_without_a_header_loses_no_row(tmp_path: Path) -> None:
    path = put(tmp_path, "Ann Neu,ann@example.com,Muster GmbH\nBob Alt,bob@example.com,Beispiel AG\n")
    with pytest.warns(TableWarning, match="no header"):
        table = read_csv(path)
    assert table.columns.headers == ("column 1", "column 2", "column 3")
    assert [record["email"] for record in table] == ["ann@example.com", "bob@example.com"]


def test_header_can_be_said(tmp_path: Path) -> None:
    path = put(tmp_path, "\nalpha,beta\nx,y\n")
    assert read_csv(path, columns=None, header=True).columns.headers == ("alpha", "beta")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert [list(record.values()) for record in read_csv(path, header=False)] == [["alpha", "beta"], ["x", "y"]]


def test_quotes_and_newlines_in_cells(tmp_path: Path) -> None:
    path = put(
        tmp_path, 'Name,Email,Notes\n"Neu, Ann",ann@example.com,"line 1\r\nline ""2"""\n5" pipe,b@example.com,\n'
    )
    first, second = read_csv(path)
    assert first["full_name"] == "Neu, Ann"
    assert first["Notes"] == 'line 1\r\nline "2"'
    assert second["full_name"] == '5" pipe'


def test_nul_bytes(tmp_path: Path) -> None:
    path = put(tmp_path, b"Na\0me,Email\nAn\0n,ann@example.com\0\n")
    assert list(read_csv(path)) == [{"full_name": "Ann", "email": "ann@example.com"}]


def test_a_stray_byte_late_in_a_utf8_file(tmp_path: Path) -> None:
    body = "".join(f"{number},Ann,ann{number}@example.com\n" for number in range(20_000))
    path = put(tmp_path, b"id,Name,Email\n" + body.encode() + b"20000,J\xf6rg,joerg@example.com\n")
    table = read_csv(path)
    assert table.encoding == "utf-8"
    assert [record["full_name"] for record in table][-1] == "Jörg"


def test_ragged_rows_are_kept_and_reported(tmp_path: Path) -> None:
    path = put(tmp_path, "id,Name,Email\n1,Ann\n2,Bob,b@example.com,more,and more\n3,Cem,c@example.com,,\n")
    table = read_csv(path)
    with pytest.warns(TableWarning, match="line 2: 2 cells instead of 3"):
        short, long, padded = table
    assert short == {"id": "1", "full_name": "Ann", "email": ""}
    assert long[OVERFLOW] == ["more", "and more"]
    assert OVERFLOW not in padded
    assert [problem.line for problem in table.problems] == [2, 3]
    assert table.problems.total == 2


def test_problems_are_counted_but_not_hoarded(tmp_path: Path) -> None:
    path = put(tmp_path, "id,Name,Email\n" + "1,Ann\n" * 500)
    table = read_csv(path)
    with pytest.warns(TableWarning):
        assert len(list(table)) == 500
    assert table.problems.total == 500
    assert len(table.problems) == 100


def test_a_quote_never_closed_costs_no_other_row(tmp_path: Path) -> None:
    body = "".join(f"{number},Ann,ann{number}@example.com\n" for number in range(3000))
    path = put(tmp_path, "id,Name,Email\n" + body + '3000,"Bob,bob@example.com\n' + body)
    with pytest.warns(TableWarning, match="never closed"):
        records = list(read_csv(path))
    assert len(records) == 6001
    assert records[3000] == {"id": "3000", "full_name": '"Bob', "email": "bob@example.com"}
    path = put(tmp_path, 'id,Name,Email\n1,"Bob,bob@example.com\n2,Ann,ann@example.com\n')  # up to the end of the file
    with pytest.warns(TableWarning, match="never closed"):
        assert [record["id"] for record in read_csv(path)] == ["1", "2"]


def test_blank_rows_are_no_records(tmp_path: Path) -> None:
    path = put(tmp_path, "id,Name\n1,Ann\n\n,\n  ,  \n2,Bob\n\n")
    assert [record["id"] for record in read_csv(path)] == ["1", "2"]


def test_duplicate_and_empty_headers(tmp_path: Path) -> None:
    path = put(tmp_path, "Email,Email,,Notes,Notes,\na@example.com,b@example.com,x,n1,n2,y\n")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ColumnMappingWarning)
        table = read_csv(path)
        (record,) = table
    assert record["email"] == "a@example.com"
    assert list(record.values()) == ["a@example.com", "b@example.com", "x", "n1", "n2", "y"]
    assert len(set(table.columns.keys)) == 6
    assert table.columns.keys[3:5] == ("Notes", "Notes (2)")
    assert table.columns.keys[2] == "column 3"


def test_formula_looking_cells(tmp_path: Path) -> None:
    path = put(tmp_path, 'Name,Phone,Notes\nAnn,"=""0049 30 5550100""",\'=1+1\nBob,+49305550100,=A1\n')
    first, second = read_csv(path)
    assert first["phone"] == "0049 30 5550100"
    assert first["Notes"] == "=1+1"
    assert second["phone"] == "+49305550100"
    assert second["Notes"] == "=A1"


def test_one_column(tmp_path: Path) -> None:
    path = put(tmp_path, "email\na@example.com\nb@example.com\n")
    assert list(read_csv(path)) == [{"email": "a@example.com"}, {"email": "b@example.com"}]


def test_open_files(tmp_path: Path) -> None:
    path = put(tmp_path, text_of())
    with path.open("rb") as binary:
        table = read_csv(binary)
        assert len(list(table)) == len(list(table)) == 2
        assert not binary.closed
    with path.open(encoding="utf-8", newline="") as text:
        table = read_csv(text)
        assert len(list(table)) == len(list(table)) == 2
        assert not text.closed
    assert len(list(read_csv(io.StringIO(text_of())))) == 2
    with gzip.open(tmp_path / "leads.csv.gz", "wb") as packed:
        packed.write(text_of().encode())
    with gzip.open(tmp_path / "leads.csv.gz") as packed:
        assert len(list(read_csv(packed))) == 2


class Pipe(io.RawIOBase):
    """Bytes that come once, in small pieces, as through a pipe."""

    def __init__(self, data: bytes) -> None:
        self._rest = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]  # any writable buffer will do
        piece = self._rest.read(min(len(buffer), 1000))
        buffer[: len(piece)] = piece
        return len(piece)


def test_a_stream_that_cannot_be_rewound_is_read_once() -> None:
    body = "id,Name,Email\n" + "".join(f"{number},Jörg,j{number}@example.com\n" for number in range(500))
    table = read_csv(Pipe(body.encode()))
    assert [record["id"] for record in table] == [str(number) for number in range(500)]
    with pytest.raises(CsvParsingError, match="only once"):
        list(table)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf\r\n \n", "is empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "PNG image"),
        (b"%PDF-1.7\n", "PDF"),
        (b"PK\x03\x04" + b"\0" * 30, "read_excel"),
        (b"\x1f\x8b\x08" + b"\0" * 30, "gzip"),
        (bytes(range(1, 32)) * 20, "not text"),
    ],
)
def test_what_is_no_csv_says_so(tmp_path: Path, data: bytes, says: str) -> None:
    with pytest.raises(CsvParsingError, match=says) as caught:
        read_csv(put(tmp_path, data))
    assert caught.value.code is ErrorCode.CSV_PARSING_ERROR


def test_an_empty_text_file_says_so() -> None:
    with pytest.raises(CsvParsingError, match="is empty"):
        read_csv(io.StringIO("\ufeff\n \n"))


def test_sep_line_before_lines_that_end_in_cr(tmp_path: Path) -> None:
    check(put(tmp_path, "sep=;\r" + text_of(";", "\r")))


def test_trailing_delimiters_of_the_header_are_no_columns(tmp_path: Path) -> None:
    path = put(tmp_path, "id,email,,,\n1,a@example.com\n2,b@example.com\n")
    assert list(read_csv(path)) == [{"id": "1", "email": "a@example.com"}, {"id": "2", "email": "b@example.com"}]


def test_text_given_as_a_path_says_what_to_do() -> None:
    with pytest.raises(CsvParsingError, match=r"io\.StringIO"):
        read_csv("name,email\n" + "Ann,ann@example.com\n" * 400)


def test_missing_file_and_directory(tmp_path: Path) -> None:
    with pytest.raises(CsvParsingError, match="there is no file"):
        read_csv(tmp_path / "none.csv")
    with pytest.raises(CsvParsingError, match="is a directory"):
        read_csv(tmp_path)
    with pytest.raises(CsvParsingError, match=r"io\.StringIO"):
        read_csv("name,email\nAnn,ann@example.com\n")
    with pytest.raises(CsvParsingError, match="from a path or an open file, not from a int"):
        read_csv(7)  # type: ignore[arg-type]  # what a careless caller does
    with pytest.raises(CsvParsingError, match="one character"):
        read_csv(tmp_path, delimiter="::")


def test_the_caller_decides_about_columns(tmp_path: Path) -> None:
    path = put(tmp_path, "Code,Wer,E-Mail\n7,Ann Neu,ann@example.com\n")
    record = next(iter(read_csv(path, {"Wer": "full_name", "E-Mail": None, "Code": "id"})))
    assert record == {"id": "7", "full_name": "Ann Neu", "E-Mail": "ann@example.com"}
    assert list(read_csv(path, columns=None)) == [{"Code": "7", "Wer": "Ann Neu", "E-Mail": "ann@example.com"}]
    mapping = read_csv(path, {"Wer": "full_name"}).columns
    assert isinstance(mapping, ColumnMap)
    assert read_csv(path, mapping).columns is mapping
    with pytest.raises(ConfigurationError, match="did you mean 'E-Mail'"):
        read_csv(path, {"EMail": "email"})
    with pytest.raises(ConfigurationError, match="must be 'auto'"):
        read_csv(path, "atuo")  # type: ignore[arg-type]  # what a careless caller does
    with pytest.raises(ConfigurationError, match="maps 3 columns, the table has 1"):
        read_csv(put(tmp_path, "email\na@example.com\n", "one.csv"), mapping)


def test_no_identity_is_said_aloud(tmp_path: Path) -> None:
    with pytest.warns(ColumnMappingWarning, match="no column says who a row is about"):
        read_csv(put(tmp_path, "foo,bar\n1,2\n"))


def test_records_remember_their_columns(tmp_path: Path) -> None:
    import pickle

    table = read_csv(put(tmp_path, text_of()))
    record = next(iter(table))
    assert isinstance(record, Record)
    assert record.columns is table.columns
    again = pickle.loads(pickle.dumps(record))
    assert again == record
    assert again.columns == table.columns
    assert record.copy().columns is table.columns
    assert "6 columns" in repr(table)


@pytest.mark.slow
def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    import tracemalloc

    def peak(rows: int) -> int:
        path = put(tmp_path, "id,Name,Email\n" + "".join(f"{n},Ann {n},ann{n}@example.com\n" for n in range(rows)))
        table = read_csv(path)
        tracemalloc.start()
        assert sum(1 for _ in table) == rows
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(100)  # fills the caches
    assert peak(20_000) < peak(2_000) + 100_000
