"""Whether the part of an address before the @ names its owner, another person, or nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from leadenrich.clean import _nicknames
from leadenrich.clean.emails import is_role
from leadenrich.clean.identity.family_names import same_family
from leadenrich.clean.identity.given_names import is_full_name, is_given_name, same_given
from leadenrich.clean.identity.scripts import is_pinyin, japanese_family, pinyin_of, pinyin_syllables
from leadenrich.clean.identity.spelling import spellings, without_umlauts
from leadenrich.clean.identity.words import name_parts, name_words
from leadenrich.clean.text import words

_NO_NAMES = words(
    """
    ext extern external externe contractor consultant consulting guest mail mailbox email office work biz private
    priv admin adm dev test team desk hq global intl emea apac latam dach nordics usa uk us eu de at ch fr es it nl
    se no dk fi pl in jp cn br ca au sg hk ae group corp inc gmbh llc ltd co com new old jr sr dr prof mr ms mrs
    vacation ooo me my the and
    """
)
_MANY = 12  # words of a name, and letters beyond which a single word is not taken apart


@lru_cache(maxsize=4_096)
def names_another(local: str, names: tuple[str, ...], about: frozenset[str] = frozenset()) -> bool:
    """Return whether the part before the @ says a name, and none of the person's.

    Initials, short forms, spellings, beginnings and any order of a name's parts are the person's; a function's mailbox
    and whatever says no name (digits, "me", the company's name) is no name.

    Args:
        local: the part before the @.
        names: the full names the person is known by.
        about: folded words that are the company's.
    """
    if is_role(local):
        return False
    chunks = [chunk for chunk in re.split(r"[._]+", local.partition("+")[0].lower()) if chunk]
    told = [name for name in map(_name, names) if name is not None]
    return bool(told) and all(_is_anothers(chunks, name, about) for name in told)


def is_plainly(local: str, name: str) -> bool:
    """Return whether an address is written in one of the ways that most are: a quick answer for nearly all.

    That is by the first word of the name and the others, each whole or by its first letter, whatever stands between;
    accents, apostrophes and hyphens do not count.
    """
    given, _, family = name.lower().partition(" ")
    if given and family and local == f"{given}.{family}":
        return True
    joined = local.translate(_JOINS)
    for first in spellings(given):
        for last in spellings(family):
            if (
                first
                and last
                and joined
                in (
                    first + last,
                    first[0] + last,
                    first,
                    last,
                    first + last[0],
                    last + first,
                    last + first[0],
                )
            ):
                return True
    return False


_JOINS = str.maketrans("", "", "._-")
"""Stands between the parts of an address, and says nothing."""


def _name(name: str) -> tuple[tuple[str, ...], bool] | None:
    """Return (the words of a name, whether it is written in pinyin); None where letters tell nothing."""
    found = name_words(name)
    if found is None or len(found.raw) > _MANY:
        return None
    if found.script == "HAN":
        syllables = pinyin_of("".join(found.raw))
        if japanese_family("".join(found.raw)) is not None:
            return None
        return (syllables, True) if 2 <= len(syllables) <= 4 else None
    if found.script not in ("LATIN", "CYRILLIC", "GREEK") or len(found.words) < 2:
        return None
    chinese = len(found.words) <= 3 and all(map(is_pinyin, found.words))
    more = [syllable for word in found.words for syllable in pinyin_syllables(word)] if chinese else []
    return (*found.raw, *found.extra, *more), chinese


def _is_anothers(chunks: Sequence[str], name: tuple[tuple[str, ...], bool], about: frozenset[str]) -> bool:
    of_name, chinese = name
    fits, letters, odd = 0, 0, 0
    for part in _parts(chunks, of_name):
        if _fits(part, of_name, alone=len(chunks) == 1):
            fits += 1
        elif not part.isalpha() or part in _NO_NAMES or part in about or is_role(part):
            continue
        elif len(part) == 1:
            letters += 1
        elif len(part) == 2 and not (chinese and is_pinyin(part)):
            letters += 2
        else:
            odd += 1
            if len(chunks) == 1 and not _says_a_name(part, of_name):
                return False
    if chinese and not all(is_pinyin(part) for part in _parts(chunks, of_name) if len(part) > 2):
        return False  # an English name beside the Chinese one
    return odd > 0 or (letters > 0 and fits < 2 and len(chunks) > 1)


def _parts(chunks: Sequence[str], of_name: tuple[str, ...]) -> Iterable[str]:
    """Yield the parts to look at: a chunk with hyphens is one where the name is written without."""
    for chunk in chunks:
        if sum(map(str.isdigit, chunk)) > 2:  # a number of the house's, no year of birth
            continue
        chunk = chunk.strip("0123456789-")
        whole = chunk.replace("-", "")
        if "-" not in chunk or any(whole in spellings(word) for word in of_name):
            yield from name_parts(whole)
        else:
            yield from name_parts(chunk)


def _fits(part: str, of_name: tuple[str, ...], *, alone: bool) -> bool:
    if part in of_name:
        return True
    if len(part) > 2 and is_given_name(part):  # a known name is the person's, or another's
        return any(same_given(part, word) for word in of_name) or (
            alone and not is_full_name(part) and _begins(part, of_name)
        )
    forms = _forms(of_name)
    if len(part) >= 2 and (left := [len(form) for each in forms for form in each if form.startswith(part)]):
        return alone or min(left) - len(part) != 1  # "kraus" is no beginning of "Krause", "schwarzenb" is one
    if any(_made_of(each, forms, alone) for each in ((part, f"al{part[2:]}") if part.startswith("el") else (part,))):
        return True
    return any(same_given(part, word) or same_family(part, word) for word in of_name)


def _begins(part: str, of_name: tuple[str, ...]) -> bool:
    return any(form.startswith(part) for each in _forms(of_name) for form in each)


@lru_cache(maxsize=4_096)
def _forms(of_name: tuple[str, ...]) -> tuple[frozenset[str], ...]:
    return tuple(
        frozenset(form for each in spellings(word) for form in (each, without_umlauts(each))) for word in of_name
    )


def _made_of(part: str, forms: Sequence[frozenset[str]], alone: bool) -> bool:
    """Return whether a word is put together from beginnings of a name's words: "jweber", "okaformi", "mgarcial"."""
    initials = [_initials(each) for each in forms]

    def rest(at: int, used: int, longest: int, unknown: int) -> bool:
        if at == len(part):
            return used.bit_count() >= 2 and (longest >= 3 or len(part) <= 4)
        for index, each in enumerate(forms):
            if used >> index & 1:
                continue
            for form in each:
                most = _common_start(part, at, form)
                for size in range(most, 0, -1):
                    if rest(at + size, used | 1 << index, max(longest, size), unknown):
                        return True
            if part[at] in initials[index] and rest(at + 1, used | 1 << index, longest, unknown):
                return True
        return bool(at == 1 and unknown and rest(at + 1, used, longest, 0))  # an initial that the record leaves out

    return len(part) <= 3 * _MANY and rest(0, 0, 0, 1 if alone else 0)


def _common_start(part: str, at: int, form: str) -> int:
    size = 0
    while size < len(form) and at + size < len(part) and part[at + size] == form[size]:
        size += 1
    return size


def _initials(forms: frozenset[str]) -> frozenset[str]:
    return frozenset(letter for form in forms for letter in _kin_initials(form))


@lru_cache(maxsize=4_096)
def _kin_initials(form: str) -> frozenset[str]:
    """Return the first letters of a given name's short forms: "b" for William."""
    names = _nicknames.table()
    lines = names.formal.get(form, frozenset())
    return frozenset(short[0] for line in lines for short in names.shorts_of.get(line, ()))


def _says_a_name(part: str, of_name: tuple[str, ...]) -> bool:
    """Return whether a single word that does not fit is a name: a given name, or the family's with another initial."""
    if is_given_name(part):
        return True
    if any(is_given_name(part[:size]) for size in range(5, len(part) - 2)):
        return True
    families = [form for word in of_name if len(word) >= 4 for form in spellings(word)]
    return any(
        len(part) - len(family) in (1, 2) and (part.endswith(family) or part.startswith(family)) for family in families
    )
