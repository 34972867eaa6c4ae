"""Whatever text comes in, a cleaner answers with a canonical form that stays as it is, or with InvalidValueError."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from leadenrich import clean
from leadenrich.clean import people, values
from leadenrich.errors import InvalidValueError

CLEANERS: dict[str, Callable[[Any], Any]] = {
    name: getattr(clean, name)
    for name in (
        "email",
        "domain",
        "host",
        "phone",
        "company_name",
        "person_name",
        "country",
        "region",
        "linkedin_url",
        "person_linkedin_url",
        "company_linkedin_url",
        "sales_navigator_url",
        "twitter_url",
        "github_url",
        "facebook_url",
        "url",
        "employee_range",
        "employee_count",
        "money",
        "date",
        "moment",
    )
}
CLEANERS |= {"first_name": people.first_name, "last_name": people.last_name}
CLEANERS |= {f"value:{name}": cleaner for name, cleaner in values.CLEANERS.items()}

_WORDS = """
    jo Doe DOE von O' Mc Dr. MBA Jr. acme ACME GmbH KG S.A. spa The 株式会社 有限公司 ООО « » büro İ ß ﬁ ǅ é 🚀
    / // : ? # %20 % + ( ) " ' < > [ ] 0 1 49 202555 0123 e9 http:// https:// mailto: www. linkedin.com /in/ /company/
    /sales/lead/ @ . , ; - _
    twitter.com/ github.com/ facebook.com/ example .com .co.uk xn-- bücher 。 localhost K M $ € USD
    2024 Mar T12:00:00Z DE US uk ٣ ² Ⅷ ¼ ª और ಕ שלום مرحبا
"""
_SPACED = ("& Co.", "de C.V.", "x ext 5", "e\u0301", "\u200d", "\ufeff", " ", "\t", "\n", "\x00")
PIECES = (*_WORDS.split(), *_SPACED)
TEXTS = st.one_of(st.text(max_size=40), st.lists(st.sampled_from(PIECES), max_size=9).map("".join))
# Characters that nobody sees or that change under lower-casing and composing, between and inside of what a field holds.
HIDDEN = (
    "\x00\x01\x07\x0b\x0c\x1b\x1c\x1f\x7f\x85\x9f\xa0\xad\u034f\u061c\u115f\u180e\u200b\u200c\u200d\u200e\u202a\u202e\u2028"
    "\u2029\u2060\u2066\u2069\u206a\u3000\u3164\ufe0e\ufe0f\ufeff\uffa0\ufff9\ufffc\ufffd\uffff\ue000\ud800\U000e0001\U000e0041"
    "\u0300\u0301\u0307\u0323\u0345\u0f71\u1e9e\u0130\u0131\u01c5\u1fb3\ufb01\ufdfa\u212a\u0149\u03c2\u17b4\uff20\uff0e"
)
_ENCODED = tuple(quote(char, errors="replace") for char in HIDDEN) + tuple(
    quote(quote(char, errors="replace")) for char in HIDDEN
)
WHOLE = (
    "jo@acme.example", "https://www.facebook.com/acme", "facebook.com/people/jo/123", "linkedin.com/in/jo-doe",
    "linkedin.com/company/acme", "x.com/acme", "https://github.com/acme", "www.acme.example/shop?a=b", "Jane van Doe",
    "ACME WIDGETS, INC", "$1.2M", "51-200", "+49 30 901820", "2024-03-05", "5 March 2024", "Germany", "VP of Sales",
    "linkedin.com/sales/lead/ACw,NAME_SEARCH,x", "yes", "series a", "café",
)  # fmt: skip


@st.composite
def hidden_inside(draw: st.DrawFn) -> str:
    """Return a value as a field holds it, with hidden characters anywhere in it."""
    text = draw(st.sampled_from(WHOLE))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(st.sampled_from((*HIDDEN, *_ENCODED))) + text[at:]
    return text


THINGS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.decimals(),
    st.binary(max_size=4),
    st.lists(st.text(max_size=3), max_size=2),
    st.dictionaries(st.text(max_size=2), st.none(), max_size=1),
    st.dates(),
    st.datetimes(),
)


@pytest.mark.parametrize("name", sorted(CLEANERS))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example("A.S. Acme spa")
@example("ƛ̓ İstanbul A.Ş.")
@example("https://www.facebook.com/\u0130acme")
@example("linkedin.com/in/jo%F3%A0%%25EF%25BB%25BF80%81-doe")
@example("51-\u014920")
@given(text=st.one_of(TEXTS, hidden_inside()))
def test_a_canonical_form_stays_as_it_is(name: str, text: str) -> None:
    cleaner = CLEANERS[name]
    try:
        found = cleaner(text)
    except InvalidValueError:
        return
    assert cleaner(found) == found


@pytest.mark.parametrize("name", sorted(CLEANERS))
@settings(max_examples=10, deadline=None)
@given(thing=THINGS)
def test_what_is_no_text_is_refused_or_read(name: str, thing: object) -> None:
    cleaner = CLEANERS[name]
    try:
        found = cleaner(thing)
    except InvalidValueError:
        return
    assert cleaner(found) == found


@settings(max_examples=150, deadline=None)
@given(
    record=st.dictionaries(
        st.one_of(st.sampled_from(sorted({*values.CLEANERS, *values.PHONES, *values.ITEMS})), st.text(max_size=5)),
        st.one_of(TEXTS, st.none(), st.integers(), st.floats(), st.lists(TEXTS, max_size=2)),
        max_size=8,
    )
)
def test_any_record_is_cleaned_once_and_for_all(record: dict[str, object]) -> None:
    before = dict(record)
    cleaned = clean.record(record)
    assert record is not cleaned.record
    assert repr(record) == repr(before)
    again = clean.record(cleaned.record)
    assert again.problems == []
    assert {key: again.record[key] for key in cleaned.record} == cleaned.record or any(
        isinstance(value, float) for value in record.values()
    )
    assert set(cleaned.record) <= set(again.record)


@settings(max_examples=100, deadline=None)
@given(a=TEXTS, b=TEXTS)
def test_names_are_compared_whatever_they_are(a: str, b: str) -> None:
    try:
        assert clean.name_key(a)
        likeness = clean.same_person_name(a, b)
    except InvalidValueError:
        return
    assert 0 <= likeness <= 1
    assert clean.same_person_name(b, a) == likeness


@settings(max_examples=100, deadline=None)
@given(text=TEXTS)
def test_facts_are_told_or_refused(text: str) -> None:
    for facts in (clean.email_facts, clean.phone_facts, clean.title_facts, clean.company_facts, clean.split_name):
        try:
            assert facts(text) == facts(text)
        except InvalidValueError:
            continue
