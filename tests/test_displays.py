"""What a notebook shows: every value with its source, numbers to the right, and nothing that is put in runs."""

import html.parser
import io
import re
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import leadenrich as le
from leadenrich import markup
from leadenrich.results import Cost, Said
from leadenrich.sandbox.world import World
from leadenrich.waterfall.summary import Summary

SCRIPT = "<script>alert('x')</script><img src=x onerror=alert(1)>\"'"
KEY = "key-that-nobody-may-see"


class Elements(html.parser.HTMLParser):
    """Collects the elements and their attributes, and checks that what is opened is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.cells: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("br", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.cells.append(data)


ALLOWED = set(
    [
        "div",
        "style",
        "p",
        "b",
        "br",
        "span",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "details",
        "summary",
        "code",
        "ul",
        "li",
    ]
)


def shown(thing: Any) -> Elements:
    """Return a display's elements; nothing in it can run or load."""
    found = Elements(thing._repr_html_())
    assert {tag for tag, _ in found.tags} <= ALLOWED
    for tag, attributes in found.tags:
        assert set(attributes) <= {"class", "style", "colspan"}, tag
    return found


def text_of(thing: Any) -> str:
    return " ".join(shown(thing).cells)


def planted_row() -> le.EnrichedRecord:
    """Return a row with a script in every place that takes text."""
    row = le.EnrichedRecord({SCRIPT: SCRIPT}, key=SCRIPT, data={"first_name": SCRIPT, "email": SCRIPT, SCRIPT: SCRIPT})
    value = le.Value(
        SCRIPT, SCRIPT, 97, datetime.now(UTC), Cost(Decimal("0.034")), SCRIPT, "vendor", (SCRIPT,), verified_by=SCRIPT
    )
    row.values = {"email": value, SCRIPT: value}
    row.alternatives = {"email": [value], SCRIPT: [value]}
    row.status, row.reason = SCRIPT, SCRIPT  # type: ignore[assignment]  # worse than it can be
    row.attempts = [le.Attempt(SCRIPT, SCRIPT, "hit", SCRIPT, Cost(Decimal("0.5")), latency=0.2)]
    row.problems = [SCRIPT]
    return row


def planted_hit() -> le.Hit:
    hit = le.Hit({"email": SCRIPT, SCRIPT: SCRIPT}, confidence=90)
    hit.provider, hit.operation, hit.confidence_source = SCRIPT, SCRIPT, SCRIPT
    hit.each = {"email": Said(12, ({"url": SCRIPT},), SCRIPT)}
    hit.raw = {"secret": "raw-reply"}
    return hit


def planted_miss() -> le.Miss:
    miss = le.Miss(SCRIPT)
    miss.provider, miss.operation = SCRIPT, SCRIPT
    return miss


def planted_summary() -> Summary:
    summary = Summary(total=3)
    summary.add(planted_row())
    return summary


@pytest.mark.filterwarnings("ignore::leadenrich.records.ColumnMappingWarning")
def test_a_script_in_any_field_is_text(tmp_path: Path) -> None:
    path = tmp_path / "<b>leads.csv"
    quoted = SCRIPT.replace('"', '""')
    path.write_text(f'E-Mail,<script>x</script>,"{quoted}"\na@b.example,<i>,{SCRIPT[:20]}\n')
    table = le.read_csv(path)
    session = le.Session({"hunter": KEY})
    session.usage.line(SCRIPT, SCRIPT).questions += 1
    session.drift.status(SCRIPT, SCRIPT, 299)
    things = [
        planted_row(),
        le.Rows([planted_row(), planted_row()]),
        planted_hit(),
        planted_miss(),
        planted_summary(),
        table,
        table.columns,
        session,
        session.usage,
        session.drift,
        le.Waterfall("find_email", ["hunter"], segment=SCRIPT, where={"title": SCRIPT}),
    ]
    for thing in things:
        found = thing._repr_html_()
        assert "<script" not in found
        assert "<img" not in found
        assert KEY not in found
        assert "raw-reply" not in found
        shown(thing)


def test_a_row_shows_values_with_source_confidence_and_cost() -> None:
    waterfall = le.Waterfall("find_email", ["hunter", "findymail"], verify="zerobounce")
    person = next(iter(World.of(0).people))
    record = {"full_name": person.full_name, "company_domain": person.company.domain}
    with le.Session.sandbox(knows="everything") as session:
        rows = waterfall.run_sync([record, {}], session=session)
        session.call_sync("hunter", "find_email", record)
        hit = session.call_sync("hunter", "find_email", record)
        told = [text_of(one) for one in (rows[0], rows, hit, session, session.usage, session.health)]
    row, table, answer, whole, usage, health = told
    value = rows[0].values["email"]
    for text in (row, table, answer):
        assert str(value.value) in text
        assert value.provider in text
    assert markup.money(value.cost.usd) in row
    assert "verified by zerobounce" in row
    assert person.full_name in row
    assert "skipped" in table
    assert "2 rows" in table
    assert "already paid" in answer
    assert "sandbox" in whole
    assert "hunter.find_email" in usage
    assert "closed" in health


def test_runs_return_rows_that_stay_a_list() -> None:
    waterfall = le.Waterfall("find_email", ["hunter"])
    rows = waterfall.run_sync([{"email": "a@b.example"}] * 3, session=le.Session.sandbox())
    assert isinstance(rows, le.Rows)
    assert isinstance(rows, list)
    assert isinstance(rows[:2], le.Rows)
    assert len(rows[:2]) == 2
    assert isinstance(rows[0], le.EnrichedRecord)


def test_a_part_of_the_providers_is_a_table_too() -> None:
    some = le.providers()[:3]
    assert len(some) == 3
    assert some[0].title in text_of(some)


def test_long_lists_and_values_are_cut_short() -> None:
    row = planted_row()
    row.data["title"] = "x" * 10_000
    found = le.Rows([row] * 200)._repr_html_()
    assert "and 150 more" in found
    assert len(row._repr_html_()) < 12_000


def test_numbers_stand_right_and_text_left() -> None:
    with le.Session.sandbox() as session:
        session.call_sync("hunter", "find_email", {"full_name": "Mira Okafor", "company_domain": "b.example"})
    found = session.usage._repr_html_()
    sides = re.findall(r"<t[hd][^>]*text-align:(left|right)", found)
    assert sides[:2] == ["left", "right"]
    assert sides.count("left") == 2  # the head and the name of the one line


def test_a_waterfall_and_a_chain_are_drawn_in_their_order() -> None:
    domains = le.Waterfall("find_domain", ["clearbit"])
    emails = le.Waterfall(
        "find_email", ["hunter", le.Step("apollo", where={"title": True})], quality_threshold=85, verify="zerobounce"
    )
    told = text_of(emails)
    assert [told.index(word) for word in ("hunter", "apollo", "verify", "zerobounce")] == sorted(
        told.index(word) for word in ("hunter", "apollo", "verify", "zerobounce")
    )
    assert "confidence of 85 or more" in told
    assert "only where title is present" in told
    chain = text_of(le.Chain([emails, domains]))
    assert chain.index("stage 1") < chain.index("find_domain") < chain.index("stage 2") < chain.index("find_email")


@pytest.mark.filterwarnings("error")
def test_showing_a_table_reads_nothing_away(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_text("First Name;Last Name;E-Mail\n" + "Mira;Okafor;mira@brightloom.example\n" * 7)
    table = le.read_csv(path)
    told = text_of(table)
    assert "mira@brightloom.example" in told
    assert "3 of 3 columns are known fields" in told
    assert "first 5 rows" in told
    assert table.problems.total == 0
    assert len(list(table)) == 7
    open_file = le.read_csv(io.StringIO("E-Mail\nmira@brightloom.example\n"))
    records = iter(open_file)
    next(records)
    assert "mira" not in text_of(open_file)


def test_a_session_shows_its_budget_and_no_key() -> None:
    session = le.Session({"hunter": KEY}, budget=le.Budget(usd=5, credits={"hunter": 10}))
    told = text_of(session)
    assert "keys for hunter" in told
    assert "usd" in told
    assert KEY not in session._repr_html_()


@pytest.mark.parametrize(
    ("usd", "told"),
    [
        (0, "$0"),
        ("0.034", "$0.034"),
        ("0.5", "$0.50"),
        ("0.00012345", "$0.000123"),
        (12, "$12.00"),
        (1234.5, "$1,234.50"),
        (None, "unknown"),
    ],
)
def test_money(usd: Any, told: str) -> None:
    assert markup.money(None if usd is None else Decimal(str(usd))) == told
