"""Forgetting a person: every answer about them goes, however it was asked for, and no byte is left."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import leadenrich as le
from leadenrich.engine.cache import encode
from leadenrich.ledger.people import about
from tests.ledger.test_answers import everything

EMAIL, MOBILE, PROFILE = "mira.okafor@brightloom.example", "+14155550123", "https://www.linkedin.com/in/mira-okafor"
NAMED = {"first_name": "Mira", "last_name": "Okafor", "company_domain": "brightloom.example"}
OTHER = {"full_name": "Jonas Weber", "company_domain": "brightloom.example"}


def kept(path: Path) -> le.FileLedger:
    ledger = le.FileLedger(path)
    told: list[tuple[dict[str, Any], le.Hit | le.Miss]] = [
        (NAMED, le.Hit(email=EMAIL)),
        (NAMED, le.Hit(mobile_phone=MOBILE)),
        ({"email": EMAIL}, le.Hit(title="Head of Data", linkedin_url=PROFILE)),
        ({"linkedin_url": PROFILE}, le.Hit(city="Lisbon", phone="+14155550000")),
        ({"mobile_phone": MOBILE}, le.Hit(line_type="mobile")),
        ({"full_name": "Mira Adaeze OKAFOR", "company_domain": "brightloom.example"}, le.Miss()),
        (
            {"company_domain": "brightloom.example"},
            le.Hit(people=[{"full_name": "Mira Okafor", "linkedin_url": PROFILE}, {"full_name": "Jonas Weber"}]),
        ),
        # Others, who stay.
        (OTHER, le.Hit(email="jonas.weber@brightloom.example", phone="+14155550000")),
        ({"company_domain": "brightloom.example"}, le.Hit(company_name="Brightloom", phone="+14155550000")),
        ({"email": "info@brightloom.example"}, le.Hit(email_status="role")),
        ({**NAMED, "company_domain": "elsewhere.example"}, le.Hit(mobile_phone="+14155550999")),
    ]
    for number, (query, answer) in enumerate(told):
        ledger.set(f"{number:040x}", encode(answer, query))
    ledger.note({"row": "1", "who": [], "people": []})
    return ledger


@pytest.mark.parametrize(
    "who",
    [
        {"email": "Mira.Okafor@Brightloom.example"},
        {"mobile_phone": MOBILE},
        {"phone": "+1 415 555 0123"},
        {"linkedin_url": "linkedin.com/in/mira-okafor/"},
        {"full_name": "Mira Okafor", "company_domain": "brightloom.example"},
        {"first_name": "mira", "last_name": "okafor", "company_domain": "www.brightloom.example"},
    ],
)
def test_everything_of_the_person_goes_and_nothing_of_others(tmp_path: Path, who: dict[str, str]) -> None:
    path = tmp_path / "answers.db"
    with kept(path) as ledger:
        assert ledger.forget(**who) == 7
        assert ledger.forget(**who) == 0
        assert sorted(int(entry["key"], 16) for entry in ledger.entries() if "key" in entry) == [7, 8, 9, 10]
        content = everything(path)  # while it is open: the log too
    for value in (EMAIL, MOBILE, PROFILE, "Lisbon"):
        assert value.encode() not in content
        assert value.encode() not in everything(path)
    assert b"jonas.weber@brightloom.example" in content


def test_a_name_at_a_company_by_its_name(tmp_path: Path) -> None:
    with le.FileLedger(tmp_path / "answers.db") as ledger:
        asked = {"full_name": "Zoë Lindqvist", "company_name": "Brightloom GmbH"}
        ledger.set("0" * 40, encode(le.Hit(mobile_phone=MOBILE), asked))
        assert ledger.forget(full_name="Zoe Lindqvist", company_name="Brightloom") == 1


def test_a_company_is_erased_with_all_that_was_asked_by_it(tmp_path: Path) -> None:
    with kept(tmp_path / "answers.db") as ledger:
        assert ledger.forget(company_domain="brightloom.example") == 6
        assert ledger.forget(email=EMAIL) == 2


def test_a_row_leads_from_one_identity_to_another(tmp_path: Path) -> None:
    """The record knew profile, name and company; each answer held one of them."""
    with le.FileLedger(tmp_path / "answers.db") as ledger:
        ledger.set("0" * 40, encode(le.Hit(email=EMAIL), {"linkedin_url": PROFILE}))
        ledger.set("1" * 40, encode(le.Hit(mobile_phone=MOBILE), NAMED))
        ledger.note({"status": "partial", **about({**NAMED, "linkedin_url": PROFILE})})
        assert ledger.forget(email=EMAIL) == 3


def test_what_names_no_person_is_a_clear_error(tmp_path: Path) -> None:
    with kept(tmp_path / "answers.db") as ledger:
        for who, words in (
            ({"title": "Head of Data"}, "forget knows no 'title'"),
            ({"full_name": "Mira Okafor"}, "a name together with its company"),
            ({"first_name": "Mira", "company_domain": "brightloom.example"}, "a name together with its company"),
            ({}, "forget needs"),
        ):
            with pytest.raises(le.ConfigurationError, match=words):
                ledger.forget(**who)
        with pytest.raises(le.InvalidValueError, match="email"):
            ledger.forget(email="mira at brightloom")
        assert len(ledger) == 11
