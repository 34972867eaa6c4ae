"""The matrix of vendors that the docs are built with: every vendor once, one unit a column, most wanted first."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

import leadenrich as le

pytest.importorskip("mkdocs")
ROOT = Path(__file__).parents[1]


def hooks() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_hooks", ROOT / "docs" / "_hooks.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_vendor_stands_in_it_once_and_contacts_come_first() -> None:
    text = hooks().matrix(le.providers())
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert headings[:3] == ["E-mail and contacts", "Large databases", "Phone"]
    assert len(headings) == len({info.category for info in le.providers()})
    for info in le.providers():
        assert len(re.findall(rf"^\| \[[^\]]*\]\({info.id}\.md\)", text, re.MULTILINE)) == 1


def test_a_cell_is_a_number_of_credits_and_a_number_of_dollars() -> None:
    text = hooks().matrix(le.providers())
    cells = re.findall(r'<span class="cell" data-usd="([^"]*)" title="([^"]*)">([^<]*)</span>', text)
    assert len(cells) > 300
    for usd, title, credits in cells:
        assert re.fullmatch(r"0|\?|\$\d+(\.\d+)?\*?", usd), usd
        assert re.fullmatch(r"0|\?|[\d.]+(\+[\d.]+)*(\\\*)?", credits), credits
        assert ("only when something is found" in title) == credits.endswith("*") or credits in ("0", "?")
        assert usd.endswith("*") == credits.endswith("*") or "?" in (usd, credits)
    assert sum(usd.startswith("$") for usd, *_ in cells) > 50


def test_a_price_is_that_of_the_list() -> None:
    module, hunter = hooks(), next(info for info in le.providers() if info.id == "hunter")
    feature = hunter.feature("find_email")
    assert feature is not None
    assert module.in_usd(hunter, feature) == f"{min(price.usd for price in hunter.prices):f}".rstrip("0")


def test_the_page_has_the_place_its_script_fills() -> None:
    script = (ROOT / "docs" / "js" / "vendors.js").read_text(encoding="utf-8")
    assert 'id="vendor-filter"' in hooks().matrix(le.providers())
    assert '"vendor-filter"' in script
    assert "dataset.credits" in script
    assert "js/vendors.js" in (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
