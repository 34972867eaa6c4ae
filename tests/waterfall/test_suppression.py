"""Suppressed people are never sent to a vendor, and what a vendor returns of them is withheld."""

import hashlib
from pathlib import Path

import pytest

from leadenrich.errors import ConfigurationError, InvalidValueError, SuppressedError
from leadenrich.results import Hit
from leadenrich.suppression import Suppression
from leadenrich.waterfall import Waterfall
from tests.waterfall.fakes import FakeSession, lead

EMAIL = "mira.okafor@brightloom.example"
URL = "https://www.linkedin.com/in/mira-okafor-example"


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    ("entry", "fields", "reason"),
    [
        ("Mira.Okafor@Brightloom.example", {"email": EMAIL}, "email is on the list"),
        ("Mira.Okafor@Brightloom.example", {"personal_email": EMAIL}, "personal_email is on the list"),
        (sha256(EMAIL), {"email": EMAIL}, "email is on the list"),
        (f"SHA256:{sha256(EMAIL)}".replace("SHA", "sha"), {"email": EMAIL}, "email is on the list"),
        ("brightloom.example", {"email": EMAIL}, "the domain of email is on the list"),
        ("@brightloom.example", {"email": "x@mail.brightloom.example"}, "the domain of email is on the list"),
        ("https://www.brightloom.example/", {"company_domain": "brightloom.example"}, "company_domain is on the list"),
        (sha256("brightloom.example"), {"website": "https://brightloom.example/x"}, "website is on the list"),
        ("+1 202 555 0142", {"mobile_phone": "+12025550142"}, "mobile_phone is on the list"),
        (sha256("+12025550142"), {"phone": "+12025550142"}, "phone is on the list"),
        ("linkedin.com/in/mira-okafor-example/", {"linkedin_url": URL}, "linkedin_url is on the list"),
        (sha256(URL), {"linkedin_url": URL}, "linkedin_url is on the list"),
    ],
)
def test_entries_of_every_kind(entry: str, fields: dict[str, str], reason: str) -> None:
    listed = Suppression([entry])
    assert listed.blocks(fields) == reason
    assert listed.blocks({"email": "else@other.example", "full_name": "Mira Okafor"}) is None
    assert entry in listed
    assert len(listed) == 1


def test_phones_without_a_country_code_take_the_region() -> None:
    assert Suppression(["(202) 555-0142"], region="US").blocks({"phone": "+12025550142"})


def test_files(tmp_path: Path) -> None:
    plain = tmp_path / "optout.txt"
    plain.write_text(f"# asked us on the phone\n{EMAIL}\n\nother.example\n", encoding="utf-8")
    table = tmp_path / "status.csv"
    table.write_text(
        f'\ufeffaddress;when\n"tomas@third.example";2030-01-02\n{sha256("x@y.example")},x\n', encoding="utf-8"
    )
    listed = Suppression(plain, str(table))
    assert len(listed) == 4
    assert listed.blocks({"email": "tomas@third.example"})
    assert listed.blocks({"email": "x@y.example"})
    assert not listed.blocks({"email": "x@third.example"})
    assert repr(listed) == "<Suppression of 4>"


def test_what_is_no_entry_is_refused_and_masked(tmp_path: Path) -> None:
    broken = tmp_path / "status.csv"
    broken.write_text("address\nmira.okafor@\n", encoding="utf-8")
    with pytest.raises(InvalidValueError, match=r"line 2 of status\.csv") as caught:
        Suppression(broken)
    assert "okafor" not in str(caught.value)
    assert caught.value.value == "mira.okafor@"
    for bad in ("Mira Okafor", "", 7):
        with pytest.raises(InvalidValueError):
            Suppression([bad])  # type: ignore[list-item]  # that is the point
    with pytest.raises(ConfigurationError, match="cannot be read"):
        Suppression(tmp_path / "nothing.txt")


def test_an_empty_list_and_odd_values_block_nothing() -> None:
    assert Suppression().blocks({"email": EMAIL}) is None
    listed = Suppression(["other.example"])
    assert listed.blocks({"email": "mira@localhost", "company_domain": "not a domain", "phone": 7}) is None
    assert 7 not in listed
    assert bool(Suppression())


async def test_a_suppressed_record_is_never_sent() -> None:
    session = FakeSession(suppression=Suppression(["brightloom.example"]))
    row = await Waterfall("find_email", ["alpha"]).enrich(lead(), session=session)
    assert (row.status, row.reason) == ("skipped", "suppressed: company_domain is on the list")
    assert session.calls == []
    assert row["company_domain"] == "brightloom.example"  # the caller's own stays


async def test_a_suppressed_value_that_is_found_is_withheld() -> None:
    session = FakeSession(
        {"alpha": Hit(title="CTO", confidence=90), "beta": Hit(email=EMAIL, city="Vienna")},
        suppression=Suppression([EMAIL]),
    )
    waterfall = Waterfall("find_email", ["alpha", "beta", "gamma"])
    row = await waterfall.enrich(lead(), session=session)
    assert (row.status, row.reason) == ("skipped", "suppressed after lookup: email is on the list")
    assert row.values == {}
    assert row["email"] is None
    assert row["title"] is None  # nothing found about this person is shown
    assert session.names == ["alpha.find_email", "beta.find_email"]
    assert row.cost.calls == 2
    assert EMAIL not in str(row.to_dict())


async def test_what_the_session_itself_says_is_heard() -> None:
    session = FakeSession({"alpha": SuppressedError("suppressed after lookup: email is on the list")})
    row = await Waterfall("find_email", ["alpha", "beta"]).enrich(lead(), session=session)
    assert (row.status, row.reason) == ("skipped", "suppressed after lookup: email is on the list")
    assert row.attempts[0].outcome == "rejected"
    assert session.names == ["alpha.find_email"]


async def test_people_in_lists_are_withheld() -> None:
    people = [{"full_name": "Mira Okafor", "email": EMAIL}, {"full_name": "Tomas Lind"}]
    session = FakeSession({"alpha": Hit(people=people)}, suppression=Suppression([EMAIL]))
    row = await Waterfall("search_people", ["alpha"]).enrich(lead(), session=session)
    assert row["people"] == [{"full_name": "Tomas Lind"}]
