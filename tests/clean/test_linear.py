"""No text, however made, takes a cleaner more than its share of time: work grows with the length and no faster."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadenrich import clean
from leadenrich.clean import values
from leadenrich.errors import InvalidValueError
from tests.clean.test_properties import HIDDEN, PIECES
from tests.linear import assert_linear

FACTS = ("email_facts", "phone_facts", "title_facts", "company_facts", "company_key", "split_name", "name_key")
CLEANERS: dict[str, Callable[[Any], Any]] = {
    name: getattr(clean, name)
    for name in (*FACTS, "country", "region", "domain", "host", "linkedin_url", "url", "money", "date", "moment")
}
CLEANERS |= {f"value:{name}": cleaner for name, cleaner in values.CLEANERS.items()}
CLEANERS |= {
    f"record:{name}": lambda text, name=name: clean.record({name: text})
    for name in ("email", "phone", "full_name", "linkedin_url", "employee_count", "website", "country")
}
CLEANERS["same_person_name"] = lambda text: clean.same_person_name(text, "Jo Doe")
LONGEST = 9_900


def cleaned(name: str, make: Callable[[int], str]) -> Callable[[int], object]:
    def run(size: int) -> object:
        try:
            return CLEANERS[name](make(size))
        except InvalidValueError:
            return None

    return run


def repeated(before: str, unit: str, after: str) -> Callable[[int], str]:
    return lambda size: before + (unit * (size // len(unit) + 1))[:size] + after


@pytest.mark.parametrize(
    ("name", "before", "unit", "after"),
    [
        ("money", "", "a", "!"),
        ("money", "$", "1,", "!"),
        ("value:employee_range", "1-", "1 ", "!"),
        ("value:email", "jo", "(", "@acme.example"),
        ("value:email", "", "a.", "@"),
        ("record:phone", "1", " ", "x"),
        ("record:email", "@@", " ", "x"),
        ("linkedin_url", "linkedin.com/", "m/", ""),
        ("linkedin_url", "linkedin.com/in/", "%25", "41"),
        ("company_key", "", "the ", "x"),
        ("company_key", "", "\u6709\u9650\u516c\u53f8", "x"),
        ("domain", "", "\u00e9", ".example"),
        ("title_facts", "", "leiter", "x"),
        ("split_name", "", "'a ", "x"),
        ("date", "", "1:11 ", "x"),
    ],
)
def test_what_once_took_the_square_of_its_length(name: str, before: str, unit: str, after: str) -> None:
    longer = 10 if name.startswith("record:") else 1  # a record's raw text has no limit of its own
    assert_linear(cleaned(name, repeated(before, unit, after)), LONGEST * longer)


@pytest.mark.slow
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    before=st.sampled_from(("", "1", "$", "@", "jo@acme.example ", "linkedin.com/in/", "https://")),
    unit=st.lists(st.sampled_from((*PIECES, *HIDDEN, " ")), min_size=1, max_size=3).map("".join),
    after=st.sampled_from(("", "!", "@", "x", "\x00", ".com")),
)
def test_any_repeated_text_is_read_in_linear_time(before: str, unit: str, after: str) -> None:
    for name in CLEANERS:
        for length in (95, LONGEST):  # short enough for every limit, and as long as any text may be
            make = repeated(before, unit, after)
            assert_linear(cleaned(name, make), length, small=0.01)
