"""The identity gate: an answer about another person is no answer, however sure its vendor is."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from leadenrich.errors import InvalidValueError
from leadenrich.vocabulary import Query

ALIKE = 84.0
"""From here on (0-100, rapidfuzz's token_set_ratio over comparison keys) two company names are one company's."""

SAME_PERSON = 0.8
"""From here on (0-1, `leadenrich.clean.same_person_name`) two names may be one person's."""

_NAMES = frozenset({"first_name", "last_name", "full_name"})
_COMPANY = frozenset({"company_name", "company_domain", "company_linkedin_url"})


def contradiction(given: Mapping[str, Any], found: Mapping[str, Any]) -> str | None:
    """Return why an answer is about another person or company than the record, or None.

    Only what both sides state can contradict. Nicknames, initials, transliterations, accents and the order of names
    are no contradiction; neither is a company's legal form, its further domains under the same name, or a part of
    its name. One profile URL on both sides settles who it is, and one domain which company.

    Args:
        given: the record's fields before anybody was asked.
        found: the answer's fields.
    """
    if not _NAMES.isdisjoint(found) and (why := _another_person(given, found)):
        return why
    if not _COMPANY.isdisjoint(found) and (why := _another_company(given, found)):
        return why
    return None


def _another_person(given: Mapping[str, Any], found: Mapping[str, Any]) -> str | None:
    if (url := given.get("linkedin_url")) and url == found.get("linkedin_url"):
        return None
    ours, theirs = Query(given).name, Query(found).name
    if not ours or not theirs or ours == theirs:
        return None
    if " " in ours and " " in theirs:
        return None if _same_person(ours, theirs) else "the answer has another person's name"
    for part in ("first_name", "last_name"):  # one side knows a single part: compare like with like
        a, b = given.get(part), found.get(part)
        if a and b and not _same_person(str(a), str(b)):
            return f"the answer's {part} is another person's"
    return None


def _same_person(ours: str, theirs: str) -> bool:
    if ours.casefold() == theirs.casefold() or _script(ours) != _script(theirs):
        return True  # names in two scripts cannot be told apart here
    from leadenrich.clean import same_person_name

    a, b = set(_letters(ours).split()), set(_letters(theirs).split())
    if min(len(a), len(b)) >= 2 and (a <= b or b <= a):  # one side leaves a middle or a second family name out
        return True
    try:
        return same_person_name(ours, theirs) >= SAME_PERSON
    except InvalidValueError:
        return True  # one of them is no name, so it contradicts nothing


def _letters(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(char if char.isalpha() else " " for char in plain if not unicodedata.combining(char))


def _script(name: str) -> str:
    """Return the first word of a letter's Unicode name: LATIN, CYRILLIC, CJK, ..."""
    letter = next((char for char in name if char.isalpha()), "a")
    return unicodedata.name(letter, "LATIN").split()[0]


def _another_company(given: Mapping[str, Any], found: Mapping[str, Any]) -> str | None:
    for same in ("company_domain", "company_linkedin_url"):
        if (ours := given.get(same)) and ours == found.get(same):
            return None
    names = _names_alike(given.get("company_name"), found.get("company_name"))
    domains = _domains_alike(given.get("company_domain"), found.get("company_domain"))
    if names or domains:
        return None
    if names is False:
        return "the answer is about another company (its name)"
    return "the answer is about another company (its domain)" if domains is False else None


def _names_alike(ours: Any, theirs: Any) -> bool | None:
    """Return whether two names may be one company's; None where one is not known."""
    if not isinstance(ours, str) or not isinstance(theirs, str):
        return None
    if ours == theirs:
        return True
    from rapidfuzz import fuzz

    from leadenrich.clean import company_key

    try:
        a, b = company_key(ours), company_key(theirs)
    except InvalidValueError:
        return None
    if a == b or a.replace(" ", "") == b.replace(" ", ""):
        return True
    initials = {"".join(word[0] for word in key.split()) for key in (a, b) if " " in key}
    return bool(fuzz.token_set_ratio(a, b) >= ALIKE) or not initials.isdisjoint({a, b})


def _domains_alike(ours: Any, theirs: Any) -> bool | None:
    """Return whether two domains may be one company's: the same name under another ending, or one inside the other."""
    if not isinstance(ours, str) or not isinstance(theirs, str):
        return None
    a, b = ours.split(".")[0].replace("-", ""), theirs.split(".")[0].replace("-", "")
    if a == b:
        return True
    shorter, longer = sorted((a, b), key=len)
    return len(shorter) >= 4 and shorter in longer
