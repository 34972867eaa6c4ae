"""No header and no file takes reading more than its share of time, and no broken file ends it untyped."""

from __future__ import annotations

import io
import random
import warnings
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadenrich.errors import CsvParsingError
from leadenrich.records import map_columns, read_csv, write_csv
from leadenrich.records.columns import MOST_COLUMNS
from leadenrich.records.formula_escape import escape, unescape
from tests.linear import assert_linear

HEADERS: dict[str, Callable[[int], list[str]]] = {
    "equal": lambda size: ["Note"] * size,
    "equal and known": lambda size: ["E-Mail"] * size,
    "empty": lambda size: [""] * size,
    "numbered": lambda size: [f"Email {at}" for at in range(size)],
    "unknown": lambda size: [f"zqx{at}" for at in range(size)],
    "typos": lambda size: [f"Frist Name{'x' * (at % 3)}" for at in range(size)],
    "counted": lambda size: ["Note", *(f"Note ({at})" for at in range(size))],
}


@pytest.mark.parametrize("kind", HEADERS)
def test_many_columns(kind: str) -> None:
    assert_linear(lambda size: map_columns(HEADERS[kind](size)), 4_000)


def test_a_wide_file() -> None:
    def read(size: int) -> object:
        text = ",".join(["Note"] * size) + "\n" + ",".join(["x"] * size) + "\n"
        return list(read_csv(io.StringIO(text)))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert_linear(read, 4_000)


@pytest.mark.parametrize("unit", ["a", "aB", "名", "E-Mail ", "ä", "#", "e-", "linked in ", "̣́"])
def test_long_headers(unit: str) -> None:
    assert_linear(lambda size: map_columns([(unit * size)[:size], "E-Mail"]), 20_000)


@pytest.mark.parametrize(
    "line", ['a"b,"\n', 'a,"b\n', '"\n', ",\n", "x\r", '"a""b"c,"\n', "'" * 50 + "\n", "a;b,c\td|e\n", "[1, 2, \n"]
)
def test_long_files_of_broken_lines(line: str) -> None:
    def read(size: int) -> object:
        return list(read_csv(io.StringIO("Name,E-Mail\n" + line * size)))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert_linear(read, 3_000)


def test_ever_more_lines_with_open_quotes_are_read_to_the_end() -> None:
    text = "Name,E-Mail\n" + 'a"b,"\n' * 30_000
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table = read_csv(io.StringIO(text))
        assert sum(1 for _ in table) == 30_000
    assert table.problems.total >= 29_000


def test_limits_of_headers() -> None:
    with pytest.raises(CsvParsingError, match=r"16,385 columns, at most 16,384 are read; is the delimiter right\?"):
        map_columns(["x"] * (MOST_COLUMNS + 1))
    mapping = map_columns(["E-Mail " * 100, "E-Mail"])
    assert mapping.fields == (None, "email")
    found = map_columns(["é" * 5_000], [[f"jo{at}@acme.example"] for at in range(5)])
    assert found.fields == ("email",)
    assert len(found.reasons[0]) < 200


@pytest.mark.parametrize(
    "text",
    [
        "jo@acme.example,\n",
        "jo@acme.example;\nann@acme.example;\n",
        "jo@acme.example,,,\nann@acme.example,,,\n",
        ",jo@acme.example,,\n,ann@acme.example,,\n",
        "https://www.linkedin.com/in/jo,\nhttps://www.linkedin.com/in/ann,\n",
        "acme.example,,\nbolt.example,,\n",
        "+49 30 901820,,,,\n+49 30 901821,,,\n",
        "Jo,jo@acme.example,\nAnn,ann@acme.example,\n",
    ],
)
def test_the_first_lead_of_a_list_without_header(text: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert len(list(read_csv(io.StringIO(text)))) == text.count("\n")


@pytest.mark.parametrize(
    "text", ["sep=,", "sep=;\n", "\0\n,", '"', '""', '\n\n"', "sep=,\n\n", ",", ",,\n", "\ufeff\n,", "\r\r,"]
)
def test_files_without_any_text_are_empty(text: str) -> None:
    for source in (io.StringIO(text), io.BytesIO(text.encode())):
        with pytest.raises(CsvParsingError, match=r"is empty|no cell with text|binary data, not text"):
            read_csv(source)


_SEEDS = (
    "jo@acme.example,Jo,\nann@acme.example,Ann,\n",
    "sep=;\nE-Mail;Name\njo@acme.example;Jo\n",
    "Name\tMail\nJo\tjo@acme.example\n",
    '"Name","Mail"\r\n"Jo","jo@acme.example"\r\n',
)
_NOISE = ('"', ",", ";", "\t", "\n", "\r", "\0", "\ufeff", " ", "sep=,", "\x1a", "'", "=", "é", "名")


@settings(max_examples=150, deadline=None)
@given(st.randoms(use_true_random=False))
def test_mutated_files_are_read_or_refused(rng: random.Random) -> None:
    text = rng.choice(_SEEDS)
    for _ in range(rng.randint(1, 12)):
        at = rng.randint(0, len(text))
        more = rng.choice(_NOISE) if rng.random() < 0.6 else ""
        text = text[:at] + more + text[at + (0 if more else rng.randint(1, 20)) :]
    for source in (io.StringIO(text, newline=""), io.BytesIO(text.encode())):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                list(read_csv(source))
            except CsvParsingError:
                continue


@pytest.mark.parametrize(
    "hidden", ["\0", "\x01", "\x1b", "\x7f", "\x85", "\xad", "\u200b", "\u202e", "\ufeff", "\ufffd", "\0\ufeff"]
)
@pytest.mark.parametrize("formula", ["=1+1", "@SUM(A1)", "+cmd", "-1+1", "'=1"])
def test_a_formula_behind_hidden_characters(hidden: str, formula: str) -> None:
    text = hidden + formula
    assert escape(text) == "'" + text
    assert unescape(escape(text)) == text
    target = io.StringIO(newline="")
    write_csv(target, [{"note": text}])
    cell = target.getvalue().splitlines()[1].lstrip('"')
    assert cell[0] == "'"
