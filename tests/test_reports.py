"""The renewal report and the pictures say what the rows say, whichever way they come, and hold no value."""

import csv
import html.parser
import json
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import leadenrich as le
from leadenrich.reporting.report import Report
from leadenrich.results import Cost
from leadenrich.waterfall.stats.attempt_log import ACCEPTED, BELOW, FAILED, MISSED, WRONG

NAMES = ["coverage", "waterfall", "overlap", "spend", "calibration"]
PERSON = "mira.okafor@brightloom.example"


def attempt(provider: str, state: str, usd: str = "0", confidence: float | None = None, **more: Any) -> le.Attempt:
    outcome: Any = {ACCEPTED: "hit", MISSED: "miss", FAILED: "error"}.get(state, "rejected")
    operation = more.pop("operation", "find_email")
    cost = Cost(None if usd == "?" else Decimal(usd))
    return le.Attempt(provider, operation, outcome, cost=cost, confidence=confidence, state=state, **more)


def check(state: str, usd: str = "0.01") -> le.Attempt:
    return attempt("zerobounce", state, usd, 95, operation="verify_email")


def row(*attempts: le.Attempt, key: str = PERSON) -> le.EnrichedRecord:
    found = le.EnrichedRecord({"email": PERSON}, key=key, data={"full_name": "Mira Okafor"})
    found.attempts = list(attempts)
    won = any(one.state == ACCEPTED and one.operation == "find_email" for one in attempts)
    found.status = "complete" if won else "not_found"
    for one in attempts:
        found.cost = found.cost + one.cost
    return found


RUN = [
    row(attempt("hunter", ACCEPTED, "0.03", 97, latency=0.2), check(ACCEPTED)),
    row(attempt("hunter", MISSED, latency=0.4), attempt("findymail", ACCEPTED, "0.02", 90), check(ACCEPTED)),
    row(attempt("hunter", WRONG, "0.03", 85), check(BELOW), attempt("findymail", MISSED), attempt("apollo", MISSED)),
    row(attempt("hunter", BELOW, "0.03", 60), attempt("findymail", ACCEPTED, "0.02", 92), check(ACCEPTED)),
    row(
        attempt("hunter", FAILED, error="PROVIDER_TIMEOUT"),
        attempt("findymail", MISSED),
        attempt("apollo", ACCEPTED, "0.05", 88),
    ),
    row(attempt("hunter", ACCEPTED, "0", 97, cached=True, latency=0.2)),
]


def line(report: Report, provider: str) -> Any:
    return next(one for one in report.vendors if one.provider == provider)


def test_each_vendor_is_counted_as_the_rows_say() -> None:
    report = le.report(RUN)
    assert [one.provider for one in report.vendors] == ["hunter", "findymail", "apollo"]
    hunter, findymail, apollo = report.vendors
    assert (hunter.asked, hunter.found, hunter.accepted, hunter.unique, hunter.cached) == (6, 4, 2, 2, 1)
    assert (hunter.confirmed, hunter.wrong, hunter.errors) == (1, 1, 1)
    assert hunter.usd == Decimal("0.11")
    assert hunter.checking == Decimal("0.02")
    assert hunter.usd_per_find == Decimal("0.055")
    assert (hunter.p50, hunter.p95) == (0.4, 0.4)
    assert (findymail.accepted, findymail.unique, findymail.confirmed) == (2, 1, 2)
    assert findymail.usd_per_unique == Decimal("0.06")
    assert (apollo.accepted, apollo.unique, apollo.confirmed) == (1, 1, 0)
    assert report.records == 6
    assert report.statuses == Counter(complete=5, not_found=1)
    assert report.usd == Decimal("0.22")


def test_what_a_vendor_adds_is_expected_with_an_interval() -> None:
    both = [row(attempt("hunter", ACCEPTED, "0.03", 97), attempt("apollo", ACCEPTED, "0.05", 90)) for _ in range(40)]
    apart = [row(attempt("hunter", MISSED), attempt("apollo", ACCEPTED, "0.05", 90)) for _ in range(20)]
    hunter, apollo = (line(le.report([*both, *apart]), name) for name in ("hunter", "apollo"))
    assert hunter.adds == pytest.approx(0)  # whatever it finds, the other finds as well
    assert hunter.adds_usd == pytest.approx(-0.8)  # 40 times 0.03 instead of 0.05
    assert apollo.adds == pytest.approx(20)
    assert apollo.adds_low < 20 < apollo.adds_high
    assert apollo.adds_usd == pytest.approx(1.0)
    text = str(le.report([*both, *apart]))
    assert "-$0.80" in text
    assert "20 (" in text


def test_of_many_records_some_are_gone_through_and_counted_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leadenrich.reporting.vendors.MOST_REPLAYED", 10)
    rows = [row(attempt("hunter", MISSED), attempt("apollo", ACCEPTED, "0.05", 90)) for _ in range(95)]
    assert line(le.report(rows), "apollo").adds == pytest.approx(95)


def test_a_price_that_is_unknown_stays_unknown() -> None:
    report = le.report([*RUN, row(attempt("apollo", ACCEPTED, "?", 90))])
    assert line(report, "apollo").usd is None
    assert line(report, "apollo").usd_per_find is None
    assert report.usd is None
    assert "unknown" in str(report)


def figures_of(rows: Any = RUN, **options: Any) -> Any:
    return le.figures(rows, **options)


def test_the_data_of_every_picture() -> None:
    figures = figures_of(budget=le.Budget(usd=5))
    assert list(figures) == NAMES
    coverage = figures["coverage"].data
    assert [(one["step"], one["first"], one["cumulative"]) for one in coverage] == [
        ("hunter.find_email", 2, 2),
        ("findymail.find_email", 2, 4),
        ("apollo.find_email", 1, 5),
    ]
    assert coverage[-1]["share"] == pytest.approx(5 / 6)
    ways = {(one["from"], one["to"]): one["records"] for one in figures["waterfall"].data}
    assert ways == {
        ("records", "hunter.find_email"): 6,
        ("hunter.find_email", "findymail.find_email"): 4,
        ("hunter.find_email", "found"): 2,
        ("findymail.find_email", "apollo.find_email"): 2,
        ("findymail.find_email", "found"): 2,
        ("apollo.find_email", "found"): 1,
        ("apollo.find_email", "not found"): 1,
    }
    both = {(one["step"], one["other"]): (one["records"], one["asked"]) for one in figures["overlap"].data}
    assert both["hunter.find_email", "findymail.find_email"] == (1, 4)
    assert both["hunter.find_email", "hunter.find_email"] == (4, 6)
    assert figures["spend"].data[-1]["usd"] == 0.22
    assert {one["budget"] for one in figures["spend"].data} == {5.0}
    judged = {(one["step"], one["from"]): (one["judged"], one["right"]) for one in figures["calibration"].data}
    assert judged["hunter.find_email", 80] == (1, 0)
    assert judged["findymail.find_email", 90] == (2, 2)


def test_a_drawn_waterfall_names_the_provider_under_its_operation() -> None:
    drawn = figures_of()["waterfall"].spec["vconcat"]
    assert drawn
    for panel in drawn:
        operation = panel["title"]["text"]
        names = [one["name"] for layer in panel["layer"] for one in layer["data"]["values"] if "name" in one]
        assert names
        assert not any(name.endswith(f".{operation}") for name in names)


def test_a_chain_is_told_apart_by_operation() -> None:
    domain = attempt("clearbit", ACCEPTED, operation="find_domain")
    data = figures_of([row(domain, attempt("hunter", ACCEPTED, "0.03", 97)), row(domain, attempt("hunter", MISSED))])
    shares = {one["step"]: one["share"] for one in data["coverage"].data}
    assert shares == {"clearbit.find_domain": 1.0, "hunter.find_email": 0.5}
    assert {one["operation"] for one in data["waterfall"].data} == {"find_domain", "find_email"}
    assert len(data["waterfall"].spec["vconcat"]) == 2


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_every_picture_is_vega_lite_that_draws(name: str, tmp_path: Path) -> None:
    figure = figures_of()[name]
    drawn = figure.svg()
    assert drawn.startswith("<svg")
    assert "currentColor" in drawn
    assert figure.chart().to_dict()["config"]  # Altair's own schema takes it
    assert figure.png().startswith(b"\x89PNG")
    for ending in ("svg", "png", "json"):
        figure.save(tmp_path / f"a.{ending}")
        assert (tmp_path / f"a.{ending}").stat().st_size > 500
    assert "currentColor" not in (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert "<svg" in figure._repr_html_()
    assert list(figure.to_frame().columns) == list(figure.data[0])
    json.dumps(figure.to_dict())


def test_without_the_extra_the_data_is_shown_and_a_picture_says_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("vl_convert", "altair"):
        monkeypatch.setitem(sys.modules, module, None)
    figure = figures_of()["coverage"]
    for draw in (figure.svg, figure.png, figure.chart):
        with pytest.raises(le.ConfigurationError, match=r"leadenrich\[plot\]"):
            draw()
    assert "hunter.find_email" in figure._repr_html_()
    page = le.report(RUN).html()
    assert "<svg" not in page
    assert "hunter.find_email" in page


def test_a_run_that_says_nothing_of_a_picture_draws_none() -> None:
    figures = figures_of([row(attempt("hunter", MISSED))])
    assert figures["calibration"].data == []
    assert "tell nothing" in figures["calibration"]._repr_html_()
    with pytest.raises(le.ConfigurationError, match="nothing to draw"):
        figures["calibration"].svg()
    assert "<figure>" in le.report([row(attempt("hunter", MISSED))]).html()


def test_a_ledger_an_output_file_and_rows_tell_the_same_as_far_as_they_know(tmp_path: Path) -> None:
    waterfall = le.Waterfall("find_email", ["hunter", "findymail"], verify="zerobounce")
    leads = [record for record, _ in zip(le.read_csv("examples/leads.csv"), range(40), strict=False)]
    with le.FileLedger(tmp_path / "q3.db") as ledger:
        sick = {"findymail": {"errors": 0.3}}
        rows = waterfall.run_sync(leads, session=le.Session.sandbox(cache=ledger, misbehave=sick, retries=0))
        ledger.flush()
        told = [le.report(rows), le.report(ledger)]
    le.write_csv(tmp_path / "out.csv", rows, provenance=True)
    le.write_jsonl(tmp_path / "out.jsonl", rows, provenance=True)
    files = [le.report(tmp_path / "out.csv"), le.report(str(tmp_path / "out.jsonl"))]
    for name in ("hunter", "findymail"):
        by_rows, by_ledger = (line(one, name) for one in told)
        for fact in ("asked", "found", "accepted", "unique", "confirmed", "wrong", "usd", "adds", "errors"):
            assert getattr(by_rows, fact) == getattr(by_ledger, fact), fact
        assert by_rows.found
        for seconds in ("p50", "p95"):
            assert getattr(by_ledger, seconds) == pytest.approx(getattr(by_rows, seconds), abs=0.001)
        for report in files:
            assert line(report, name).asked is None
            assert line(report, name).found == sum(
                any(value.provider == name for value in one.values.values()) for one in rows
            )
    assert line(told[1], "findymail").errors > 0
    several = le.report([rows, tmp_path / "out.csv"])
    assert several.records == 80
    assert {(one.provider, one.asked) for one in several.vendors if one.provider == "hunter"} == {
        ("hunter", 40),
        ("hunter", None),  # a file does not say what was asked
    }


class Text(html.parser.HTMLParser):
    scripts = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.scripts += tag == "script" or any(name.startswith("on") for name, _ in attrs)


def test_a_page_holds_no_value_and_runs_nothing(tmp_path: Path) -> None:
    planted = "<script>alert(1)</script>"
    report = le.report([*RUN, row(attempt(planted, ACCEPTED, "0.01", 90, operation=planted), key=planted)])
    page = report.html(title=planted)
    found = Text()
    found.feed(page)
    assert found.scripts == 0
    assert "http" not in page.replace("http://www.w3.org", "")  # nothing to load; a namespace is no address
    everything = f"{page} {report} {json.dumps(report.to_dict())} {report._repr_html_()}"
    assert "mira" not in everything.lower()
    report.save(tmp_path / "report.html")
    report.save(tmp_path / "report.json")
    report.save(tmp_path / "report.csv")
    report.save(tmp_path / "report.svg")
    assert (tmp_path / "report.html").read_text(encoding="utf-8").count("<figure>") == page.count("<figure>") == 5
    with (tmp_path / "report.csv").open(encoding="utf-8", newline="") as file:
        assert next(csv.DictReader(file))["provider"] == "hunter"
    assert len(report.to_frame()) == len(report.vendors)


@pytest.mark.parametrize("nothing", [[], [row()], {"email": "x"}, 7, "examples/leads.csv"])
def test_what_tells_of_no_question_is_refused(nothing: Any) -> None:
    with pytest.raises(le.ConfigurationError, match="report"):
        le.report(nothing)


def test_other_endings_are_refused(tmp_path: Path) -> None:
    with pytest.raises(le.ConfigurationError, match=r"not as '\.pdf'"):
        le.report(RUN).save(tmp_path / "a.pdf")
    with pytest.raises(le.ConfigurationError, match=r"not as '\.jpg'"):
        figures_of()["spend"].save(tmp_path / "a.jpg")
    with pytest.raises(KeyError, match="coverage"):
        figures_of()["coverge"]
