"""The examples are what they say: the leads file is what its script makes, and it has every nuisance it promises."""

import collections
import csv
import importlib.util
import io
from pathlib import Path
from types import ModuleType

import pytest

import leadenrich as le
from leadenrich.records import TableWarning

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
