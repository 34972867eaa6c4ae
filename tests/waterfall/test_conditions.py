"""Conditions in their declarative form."""

from typing import Any

import pytest

from leadenrich.errors import WaterfallError
from leadenrich.waterfall.conditions import compile_where
from leadenrich.waterfall.run.person_dedupe import PersonDedupe, identities

RECORD = {
    "country": "DE",
    "title": "Head of Sales",
    "employee_count": 120,
    "email": "",
    "is_free": False,
    "segment": "Enterprise",
    "technologies": ["Go"],
    "emails": [],
}
COUNTS = "employee_count is at least 50 and employee_count is at most 500"
EITHER = "country is AT or (country is DE and email is empty)"
MIRA = {"full_name": "Mira Okafor"}
AT_X = {"company_domain": "x.example"}
URL = {"linkedin_url": "https://www.linkedin.com/in/a-example"}


@pytest.mark.parametrize(
    ("where", "holds", "text"),
    [
        ({"country": "de"}, True, "country is de"),
        ({"country": ["AT", "DE"]}, True, "country is one of AT, DE"),
        ({"country": {"in": ["AT"]}}, False, "country is AT"),
        ({"country": {"not_in": ["AT", "CH"]}}, True, "country is not one of AT, CH"),
        ({"country": {"is": "DE"}}, True, "country is DE"),
        ({"country": {"is_not": "DE"}}, False, "country is not DE"),
        ({"is_free": {"is": False}}, True, "is_free is False"),
        ({"email": False}, True, "email is empty"),
        ({"email": True}, False, "email is present"),
        ({"emails": True}, False, "emails is present"),
        ({"technologies": {"present": True}}, True, "technologies is present"),
        ({"technologies": {"is": ["Go"]}}, True, "technologies is ['Go']"),
        ({"title": {"matches": "head|chief"}}, True, "title matches head|chief"),
        ({"headline": {"matches": "x"}}, False, "headline matches x"),
        ({"employee_count": {"min": 50, "max": 500}}, True, COUNTS),
        ({"employee_count": {"max": 100}}, False, "employee_count is at most 100"),
        ({"city": {"min": 1}}, False, "city is at least 1"),
        ({"title": {"min": 1}}, False, "title is at least 1"),
        ({"segment": "enterprise"}, True, "segment is enterprise"),
        ({"country": "DE", "email": False}, True, "country is DE and email is empty"),
        ({"any": [{"country": "AT"}, {"country": "DE", "email": False}]}, True, EITHER),
        ({"not": {"country": "DE"}}, False, "not (country is DE)"),
    ],
)
def test_every_form(where: Any, holds: bool, text: str) -> None:
    condition = compile_where(where)
    assert condition.text == text
    assert condition.why_not(RECORD) == (None if holds else f"only where {text}")


def test_a_function() -> None:
    def in_germany(fields: Any) -> bool:
        return bool(fields["country"] == "DE")

    assert compile_where(in_germany).why_not(RECORD) is None
    assert compile_where(in_germany).why_not({"country": "AT"}) == "only where `in_germany` holds"
    assert compile_where(in_germany).why_not({}) == "its condition raised a KeyError"


@pytest.mark.parametrize(
    ("where", "text"),
    [
        ({}, "a function or a mapping"),
        ("country", "not str"),
        ({"contry": "DE"}, "did you mean 'country'"),
        ({"country": {}}, "says nothing"),
        ({"country": {"iss": "DE"}}, "did you mean 'is"),
        ({"country": {"in": "DE"}}, "takes a list"),
        ({"title": {"matches": "("}}, "not a regular expression"),
        ({"employee_count": {"min": "many"}}, "takes a number"),
        ({"employee_count": {"max": True}}, "takes a number"),
        ({"any": {"country": "DE"}}, "a list of conditions"),
        ({"any": []}, "a list of conditions"),
    ],
)
def test_what_makes_no_sense(where: Any, text: str) -> None:
    with pytest.raises(WaterfallError, match=text):
        compile_where(where)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"email": "mira@x.example"}, {"email": "mira@x.example", "full_name": "M."}, True),
        ({"email": "info@x.example"}, {"email": "info@x.example"}, False),
        (URL, {**URL, **MIRA}, True),
        (MIRA | AT_X, {"first_name": "Mira", "last_name": "OKAFOR"} | AT_X, True),
        (MIRA | {"company_name": "Brightloom GmbH"}, MIRA | {"company_name": "Brightloom"}, True),
        (MIRA, MIRA, False),
        (MIRA | {"company_name": "?!"}, MIRA | {"company_name": "?!"}, False),
        ({"company_domain": "x.example"}, {"company_domain": "x.example"}, True),
        ({"company_domain": "x.example", "full_name": "Ada Lind"}, {"company_domain": "x.example"}, False),
    ],
)
def test_who_is_the_same(one: dict[str, str], other: dict[str, str], same: bool) -> None:
    assert bool(set(identities(one)) & set(identities(other))) is same


async def test_the_window_of_people_is_bounded() -> None:
    known = PersonDedupe(size=2)
    assert known.meet({"email": "a@x.example"})[0]
    assert not known.meet({"email": "a@x.example"})[0]
    known.meet({"email": "b@x.example"})
    known.meet({"email": "c@x.example"})
    assert known.meet({"email": "a@x.example"})[0]  # forgotten
