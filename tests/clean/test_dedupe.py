"""Duplicates: who is joined, who is not, why, and that nobody gets lost."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.dedupe import score, synthetic
from leadenrich import clean

JOHN = {"full_name": "John Tester"}
MARY = {"full_name": "Mary Muster"}
JANE = {
    "first_name": "Jane",
    "last_name": "Tester",
    "email": "jane.tester@acme.example",
    "company_name": "Acme Widgets",
}


def sizes(*records: dict[str, Any], **options: Any) -> list[int]:
    return [len(group) for group in clean.dedupe(records, **options)]


@pytest.mark.parametrize(
    "other",
    [
        {"email": "Jane.Tester@ACME.example"},
        {"full_name": "TESTER, Jane", "email": "Jane <jane.tester@acme.example>"},
        {"first_name": "J.", "last_name": "Tester", "email": "jane.tester+news@acme.example"},
        {"first_name": "Jane", "last_name": "Tester", "company_name": "ACME WIDGETS, INC."},
        {
            "first_name": "Jane",
            "last_name": "Testre",
            "company_name": "Acme Widgets",
            "email": "jane.tester@acme.example",
        },
        {"first_name": "Tester", "last_name": "Jane", "company_domain": "acme.example"},
    ],
)
def test_one_person(other: dict[str, Any]) -> None:
    assert sizes(JANE, other) == [2]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # namesakes
        (JOHN | {"company_name": "Acme"}, JOHN | {"company_name": "Muster Foods"}),
        (JOHN, JOHN | {"city": "Musterstadt"}),
        (JOHN | {"city": "Musterstadt", "title": "CTO"}, JOHN | {"city": "Musterstadt"}),
        (JOHN | {"email": "john.tester@acme.example"}, JOHN | {"email": "john.tester2@acme.example"}),
        # a couple, a family, colleagues
        (
            JOHN | {"phone": "+12025550123", "address": "1 Sample St"},
            {"full_name": "Jane Tester", "phone": "+12025550123", "address": "1 Sample St"},
        ),
        (JOHN | {"email": "tester@example.com"}, MARY | {"email": "tester@example.com"}),
        (JOHN | {"company_domain": "acme.example"}, {"full_name": "Jane Tester", "company_domain": "acme.example"}),
        (
            {"full_name": "John Tester Sr.", "email": "john@tester.example"},
            {"full_name": "John Tester Jr.", "email": "john@tester.example"},
        ),
        # two profiles are two people, whatever else agrees
        (
            JANE | {"linkedin_url": "linkedin.com/in/jane-tester"},
            JANE | {"linkedin_url": "linkedin.com/in/jane-tester-2"},
        ),
        # shared mailboxes
        (JOHN | {"email": "info@acme.example"}, MARY | {"email": "info@acme.example"}),
        # a company is not its employee
        ({"company_name": "Acme", "company_domain": "acme.example"}, JANE),
        ({}, {}),
    ],
)
def test_two_people(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert sizes(one, other) == [1, 1]


def test_a_nickname_with_a_phone_or_a_company() -> None:
    robert = {"first_name": "Robert", "last_name": "Tester", "phone": "+12025550123"}
    assert sizes(robert, {"first_name": "Bob", "last_name": "Tester", "phone": "(202) 555-0123", "country": "US"}) == [
        2
    ]
    assert sizes(
        robert | {"company_name": "Acme"}, {"first_name": "Bob", "last_name": "Tester", "company_name": "Acme Ltd"}
    ) == [2]


def test_a_switchboard_and_an_office_mailbox_join_no_records() -> None:
    names = ["John Tester", "Mary Muster", "Olga Probe", "Hugo Beispiel", "John Probe"]
    records = [{"full_name": name, "phone": "+12025550100", "email": "team.north@acme.example"} for name in names]
    assert sizes(*records) == [1] * 5


def test_profiles_keep_a_chain_apart() -> None:
    between = {"full_name": "Jane Tester", "email": "jane.tester@acme.example"}
    one = between | {"linkedin_url": "linkedin.com/in/jane-one"}
    two = between | {"linkedin_url": "linkedin.com/in/jane-two"}
    assert sorted(sizes(one, between, two)) == [1, 2]


def test_own_identifiers_birth_dates_and_addresses() -> None:
    one = {"first_name": "Jane", "last_name": "Tester", "customer": "C-1001"}
    two = {"first_name": "Jane", "last_name": "Muster", "customer": "C-1001"}
    assert sizes(one, two) == [1, 1]
    assert sizes(one, two, identifiers=["customer"]) == [2]
    one = {"first_name": "Jane", "last_name": "Tester", "birth_date": "1980-02-03", "postal_code": "12345"}
    assert sizes(one, one | {"last_name": "Testar"}) == [2]
    assert sizes(one, one | {"first_name": "Mary", "birth_date": "1999-12-31"}) == [1, 1]


def test_companies_without_people() -> None:
    acme = {"company_name": "Acme Widgets Ltd", "website": "https://acme.example"}
    assert sizes(acme, {"company_name": "ACME WIDGETS LIMITED", "company_domain": "acme.example"}) == [2]
    assert sizes(acme, {"company_name": "Muster Foods", "company_domain": "muster.example"}) == [1, 1]
    assert sizes({"email": "info@acme.example"}, {"email": "INFO@acme.example"}) == [2]


def test_groups_explain_themselves_and_merge() -> None:
    short = {"full_name": "Jane Tester", "email": "jane.tester@acme.example", "title": "", "phone": "+12025550123"}
    long = {"full_name": "Jane Q. Tester", "email": "Jane.Tester@acme.example", "title": "CTO", "city": "Musterstadt"}
    alone = {"full_name": "Hugo Beispiel"}
    pair, single = clean.dedupe([short, alone, long])
    assert pair.records == (short, long)
    assert pair.positions == (0, 2)
    assert pair.survivor is short or pair.survivor is long
    assert pair.merged == pair.survivor | {"title": "CTO", "city": "Musterstadt", "phone": "+12025550123"}
    (match,) = pair.reasons
    assert (match.a, match.b) == (0, 2)
    assert "same e-mail" in match.reasons
    assert 0.5 <= match.score <= 1
    assert (single.records, single.survivor, single.merged, single.reasons) == ((alone,), alone, alone, ())
    assert single.merged is not alone


def test_names_are_not_mixed() -> None:
    full = {"full_name": "Robert Tester", "phone": "+12025550123"}
    parts = {"first_name": "Bob", "last_name": "Tester", "phone": "+12025550123", "title": "CTO"}
    (group,) = clean.dedupe([full, parts])
    assert group.merged == parts
    assert group.reasons[0].reasons == ("same phone", "names agree")


def test_a_row_repeated_word_for_word_is_one() -> None:
    row = {"whatever": "x", "column": 5}
    (group,) = clean.dedupe([row, dict(row), dict(row)])
    assert len(group) == 3
    assert group.reasons[0].reasons == ("the same row",)


def test_the_threshold() -> None:
    other = {"first_name": "Jane", "last_name": "Tester", "company_name": "Acme Widgets"}
    assert sizes(JANE, other) == [2]
    assert sizes(JANE, other, threshold=0.99999999) == [1, 1]
    assert sizes(JANE, other, threshold=1.0) == [1, 1]


THINGS = st.one_of(
    st.none(),
    st.integers(),
    st.text(max_size=3),
    st.dictionaries(
        st.sampled_from(
            ["first_name", "last_name", "full_name", "email", "phone", "linkedin_url", "company_name", "city", "x"]
        ),
        st.one_of(
            st.sampled_from(["Jane", "Tester", "Jane Tester", "jo@acme.example", "+12025550123", "Acme", ""]),
            st.none(),
            st.floats(),
        ),
        max_size=5,
    ),
)


@settings(max_examples=150, deadline=None)
@given(records=st.lists(THINGS, max_size=12))
def test_no_record_is_lost_or_doubled(records: list[Any]) -> None:
    groups = clean.dedupe(records)
    assert sorted(position for group in groups for position in group.positions) == list(range(len(records)))
    for group in groups:
        assert list(group.positions) == sorted(group.positions)
        assert all(record is records[position] for record, position in zip(group.records, group.positions, strict=True))
        assert any(group.survivor is record for record in group.records)
        assert len(group.reasons) == len(group) - 1
    assert [group.positions[0] for group in groups] == sorted(group.positions[0] for group in groups)


def test_quality_on_invented_people() -> None:
    records, entities = synthetic(1500, seed=2)
    groups = clean.dedupe(records)
    precision, recall, f1 = score(groups, entities)
    assert f1 >= 0.97
    assert precision >= 0.97
    assert recall >= 0.97
    assert Counter(len(group) > 1 for group in groups)[True] > 100


def test_the_order_of_the_records_does_not_matter() -> None:
    records, _ = synthetic(400, seed=3)
    straight = {frozenset(map(id, group.records)) for group in clean.dedupe(records)}
    turned = {frozenset(map(id, group.records)) for group in clean.dedupe(records[::-1])}
    assert len(straight ^ turned) <= 4


HOME = {
    "first_name": "Jane",
    "last_name": "Tester",
    "address": "12 Sample Street",
    "city": "Musterstadt",
    "postal_code": "12345",
}


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        (HOME | {"birth_date": "1980-02-03"}, HOME | {"birth_date": "1980-03-02"}, "dates of birth one slip apart"),
        (HOME | {"birth_date": "1980-02-03"}, HOME | {"birth_date": "1980-02-04"}, "dates of birth one slip apart"),
        (HOME | {"customer": "C-1001"}, HOME | {"customer": "C-1010"}, "identifiers one slip apart"),
        (HOME, HOME | {"address": "Sample Street 12", "postal_code": "12354"}, "same address"),
        (HOME | {"company_name": "Acme Widgets"}, HOME | {"company_name": "Acme Widgets Baltic"}, "companies alike"),
        (
            {"first_name": "Jane", "last_name": "Tester", "email": "jtester@acme.example"},
            {"first_name": "Jane", "last_name": "Tester", "email": "jane.tester@acme.example"},
            "same company",
        ),
        (
            {"full_name": "Jane Tester", "linkedin_url": "linkedin.com/in/jane"},
            {"full_name": "Jane Muster", "linkedin_url": "https://www.linkedin.com/in/jane/"},
            "same LinkedIn profile",
        ),
        (
            {"company_name": "Acme", "company_linkedin_url": "linkedin.com/company/acme"},
            {"company_name": "Acme Ltd", "company_linkedin_url": "linkedin.com/company/acme", "city": "Musterstadt"},
            "same LinkedIn page",
        ),
        (HOME | {"phone": "(202) 555-0123"}, HOME | {"phone": "+1 202 555 0123"}, "same phone"),
    ],
)
def test_what_else_speaks_for_one_person(one: dict[str, Any], other: dict[str, Any], reason: str) -> None:
    (group,) = clean.dedupe([one, other], identifiers=["customer"])
    assert reason in group.reasons[0].reasons


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            HOME | {"birth_date": "1980-02-03"},
            {"full_name": "Jane Tester", "birth_date": "1999-12-31", "city": "Musterstadt"},
        ),
        ({"full_name": "Jane Tester", "customer": "C-1001"}, {"full_name": "Jane Tester", "customer": "D-2999"}),
        (
            {"full_name": "Jane A. Tester", "city": "Musterstadt"},
            {"full_name": "Jane B. Tester", "city": "Musterstadt"},
        ),
        ({"full_name": "Jane Tester", "country": "DE"}, {"full_name": "Jane Tester", "country": "FR"}),
        (
            {"company_name": "Acme", "company_domain": "acme.example"},
            {"company_name": "Acme", "company_domain": "acme2.example"},
        ),
        (
            {"company_name": "Acme", "company_linkedin_url": "linkedin.com/company/acme"},
            {"company_name": "Acme", "company_linkedin_url": "linkedin.com/company/acme2"},
        ),
    ],
)
def test_what_speaks_against_it(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert [len(group) for group in clean.dedupe([one, other], identifiers=["customer"])] == [1, 1]
