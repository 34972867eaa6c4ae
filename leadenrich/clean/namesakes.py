"""Whether two written names may be one person's: nicknames, initials, swapped order, slips."""

from __future__ import annotations

from functools import lru_cache

from leadenrich.clean import _nicknames
from leadenrich.clean._capitals import PARTICLES
from leadenrich.clean.people import PersonName, split_name
from leadenrich.clean.text import fold


def name_key(text: str) -> str:
    """Returns what the spellings of one name share: "Dr. Bob O'Neil" and "ROBERT ONEIL" -> "robert oneil".

    Nicknames become the formal name; middle names, particles, accents and punctuation go.

    Raises:
        InvalidValueError: it holds no name.
    """
    name = split_name(text)
    first, last = given_key(name.first), family_key(name.last)
    return f"{formal(first)} {last}".strip() or fold(name.full)


def same_person_name(a: str, b: str) -> float:
    """Returns how well two names agree, 0.0 (two people's) to 1.0 (the same), the order of arguments aside.

    Raises:
        InvalidValueError: one of them holds no name.
    """
    one, other = split_name(a), split_name(b)
    generations = {_generation(one), _generation(other)} - {""}
    first_a, last_a = given_key(one.first), family_key(one.last)
    first_b, last_b = given_key(other.first), family_key(other.last)
    score = max(
        name_likeness(first_a, last_a, first_b, last_b),
        0.95 * name_likeness(first_a, last_a, last_b, first_b),
        0.95 * name_likeness(last_a, first_a, first_b, last_b),
    )
    if len(generations) == 2:
        return min(score, 0.3)
    if _initials_clash(one.middle, other.middle):
        score *= 0.85
    return round(score, 4)


def _generation(name: PersonName) -> str:
    last = name.full.rpartition(" ")[2]
    return last if last in ("Jr.", "Sr.", "II", "III", "IV") else ""


def _initials_clash(a: str, b: str) -> bool:
    return bool(a and b) and fold(a)[:1] != fold(b)[:1]


@lru_cache(maxsize=8_192)
def given_key(name: str) -> str:
    """The first given name, folded: "Jean-Luc" -> "jeanluc"; "J." -> "j"."""
    words = fold(name).split()
    return "".join(char for char in words[0] if char.isalnum()) if words else ""


@lru_cache(maxsize=8_192)
def family_key(name: str) -> str:
    """The family name without particles, folded: "van der Berg" -> "berg"."""
    words = fold(name).replace("-", " ").split()
    words = [word for word in words if word not in PARTICLES] or words
    return "".join(char for char in "".join(words) if char.isalnum())


def formal(given: str) -> str:
    """The formal name behind a folded nickname that has one meaning: "bob" -> "robert"; others unchanged."""
    names = _nicknames.table()
    groups = names.groups.get(given)
    return names.first[min(groups)] if groups else given


@lru_cache(maxsize=8_192)
def given_likeness(a: str, b: str) -> float:
    """0.0 to 1.0 for two folded given names."""
    if a == b:
        return 1.0 if a else 0.5
    if not a or not b:
        return 0.5
    if len(a) == 1 or len(b) == 1:
        return 0.75 if a[0] == b[0] else 0.0
    groups = _nicknames.table().groups
    if not groups.get(a, _NONE).isdisjoint(groups.get(b, _NONE)):
        return 0.95
    from rapidfuzz.distance import JaroWinkler

    found = JaroWinkler.similarity(a, b)
    return found if found >= 0.8 else found * 0.5


_NONE: frozenset[int] = frozenset()


def name_likeness(first_a: str, last_a: str, first_b: str, last_b: str) -> float:
    """0.0 to 1.0 for two names in folded parts: the weaker part decides more than the stronger."""
    from rapidfuzz.distance import JaroWinkler

    last = 1.0 if last_a == last_b else (JaroWinkler.similarity(last_a, last_b) if last_a and last_b else 0.5)
    if last < 0.8:
        last *= 0.5
    first = given_likeness(first_a, first_b)
    return 0.65 * min(first, last) + 0.35 * max(first, last)
