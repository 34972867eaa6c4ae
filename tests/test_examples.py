"""The examples are what they say: the leads file is what its script makes, and it has every nuisance it promises."""

import collections
import csv
import importlib.util
import io
import re
from pathlib import Path
from types import ModuleType

import pytest

import leadenrich as le
from leadenrich.records import TableWarning
from leadenrich.sandbox.world import World

EXAMPLES = Path(__file__).parents[1] / "examples"


def load(name: str) -> ModuleType:
    """Imports an example script from its file, without running its `main`."""
    spec = importlib.util.spec_from_file_location(f"examples_{name}", EXAMPLES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_leads_are_what_the_script_makes() -> None:
    assert (EXAMPLES / "leads.csv").read_bytes() == load("make_leads").content()


def test_leads_have_the_shape_of_an_export() -> None:
    text = (EXAMPLES / "leads.csv").read_bytes().decode("utf-8-sig")
    header, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=";")
    whole = [dict(zip(header, row, strict=True)) for row in rows if len(row) == len(header)]
    named = [row for row in whole if row["Nachname"]]
    assert (len(rows), len(named)) == (300, 297)
    assert any("ü" in row["Nachname"] for row in named)
    assert all("/sales/lead/" in row["LinkedIn Sales Navigator URL"] for row in named)
    without_domain = [row for row in named if row["Account"].strip() and not row["Company Website"]]
    assert 95 <= len(without_domain) <= 110
    times = collections.Counter(row["LinkedIn Sales Navigator URL"] for row in named)
    assert sum(count - 1 for count in times.values()) == 14


def test_headers_are_understood() -> None:
    table = le.read_csv(EXAMPLES / "leads.csv")
    with pytest.warns(TableWarning, match="cells instead of 10"):
        assert sum(1 for _ in table) == 300
    assert {table.columns[header] for header in ("First Name", "Nachname", "Account", "E-Mail Adresse")} == {
        "first_name",
        "last_name",
        "company_name",
        "email",
    }
    assert table.columns["LinkedIn Sales Navigator URL"] == "sales_navigator_url"
    assert table.columns["Company Website"] in ("website", "company_domain")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::leadenrich.records.TableWarning")
async def test_quickstart_enriches_the_leads(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "enriched.csv"
    await load("quickstart").main(EXAMPLES / "leads.csv", target)
    told = capsys.readouterr().out
    with (EXAMPLES / "leads.csv").open(encoding="utf-8-sig", newline="") as file:
        given = list(csv.DictReader(file, delimiter=";"))
    with target.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    assert [row["Nachname"] for row in rows] == [row["Nachname"] or "" for row in given]  # no lead lost, none doubled
    found = [row for row in rows if row["email_source"] not in ("", "input")]
    assert len(found) > 100
    assert {row["email_source"] for row in found} >= {"hunter", "apollo", "contactout"}
    assert all(float(row["email_confidence"]) >= 85 for row in found if row["status"] == "complete")
    by_url = {person.sales_navigator_url: person for person in World.of(0).people}
    right = [row for row in found if row["email"] == by_url[row["LinkedIn Sales Navigator URL"]].email]
    assert len(right) >= 0.95 * len(found)  # the rest are what vendors still believe of people who changed jobs

    assert re.search(r"300 rows of 300|300 rows:", told)
    assert re.search(r"cost: \$\d+\.\d+ \(", told)
    assert "nobody could be asked about row" in told
    numbers = re.findall(r"nobody could be asked about row ([\d, ]+):", told)
    unasked = sorted(int(number) for listed in numbers for number in listed.split(", "))
    assert unasked == [place for place, row in enumerate(rows, 1) if row["status"] in ("skipped", "invalid")]


def test_free_sources_run_offline_and_cost_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    load("free_sources").main([])
    told = capsys.readouterr().out
    assert told.count("complete") + told.count("partial") >= 3
    assert len({provider for provider in ("gleif", "wikidata", "sec_edgar") if provider in told}) >= 2
    assert "cost: $0" in told


def test_free_sources_live_say_who_asks() -> None:
    session, names = load("free_sources").session_for("Ada's CRM ada@example.com")
    assert all(session.has_credentials(provider) for provider in ("gleif", "wikidata", "sec_edgar"))
    assert len(names) == 5
