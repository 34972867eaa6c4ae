"""Whether two given names may be one person's: equal, a short form, an initial or a spelling, never merely alike."""

from __future__ import annotations

from functools import lru_cache

from leadenrich.clean import _nicknames
from leadenrich.clean.identity.spelling import (
    ascii_word,
    japanese,
    loose,
    romanised_alike,
    same_spelling,
    slavic_given,
    spellings,
)
from leadenrich.clean.text import words

_NONE: frozenset[int] = frozenset()
_ENDEARING = ("ie", "y", "i", "ey", "ee")
# Endings of short forms, and the letters of the full name that are left before them at least.
_DIMINUTIVES = (
    ("ie", 3),
    ("y", 3),
    ("i", 3),
    ("a", 4),
    ("o", 4),
    ("ek", 4),
    ("ik", 4),
    ("ka", 4),
    ("ko", 4),
    ("sha", 4),
)
# Full names that are the beginning or the end of another one, so they are no short form of it.
_NAMES_OF_THEIR_OWN = words(
    """
    anna hanna emma erika klara clara carla karla paula petra rosa nora nina vera mara lara mira lina luisa lisa ina
    jana dana diana maria marina erich eric erik emil karl carl franz josef joseph paul daniel gabriel raphael wilhelm
    georg robert albert bert herbert hubert norbert andre andrea louis victor viktor julia julius jean jan john juan
    mari marie anne claire rosemarie jose luis carlos alan allan adrian christian chris martin marti roman simon stefan
    dominic valentin benedikt august johann johanna joann ernest fern nicol carol angel angela emily harriet henry hugo
    arun varun anita kumar rahul amir samir karim jamil nabil rashid salim said tomas ivan stan vlad mila nino vito
    yuki yuka haru haruki naoki masa kazu ming ying yang xiao ella isabel bel rita greta mina tina irina elena lena
    """
)


def same_given(a: str, b: str) -> bool:
    """Return whether two words may be one given name: `a` and `b` as written, without blanks.

    An initial stands for every name that begins with it.
    """
    if a == b:
        return True
    if len(a) == 1 or len(b) == 1:
        return not {each[:1] for each in spellings(a)}.isdisjoint(each[:1] for each in spellings(b))
    return _same(a, b) if a < b else _same(b, a)


@lru_cache(maxsize=4_096)
def _same(a: str, b: str) -> bool:
    if same_spelling(a, b):
        return True
    one, other = ascii_word(a), ascii_word(b)
    if one == other or (min(len(one), len(other)) >= 3 and loose(one) == loose(other)):
        return True
    if romanised_alike(one, other, a, b) or (
        min(len(one), len(other)) >= 5 and slavic_given(one) == slavic_given(other)
    ):
        return True
    long_vowels = japanese(one)
    if long_vowels is not None and long_vowels == japanese(other):
        return True
    return any(_related(x, y) for x in spellings(a) for y in spellings(b)) or _cut_short(one, other)


def _related(one: str, other: str) -> bool:
    names = _nicknames.table()
    if not names.spellings.get(one, _NONE).isdisjoint(names.spellings.get(other, _NONE)):
        return True
    for full, short in ((one, other), (other, one)):
        if not names.formal.get(full, _NONE).isdisjoint(names.short.get(short, _NONE)):
            return True
    both = names.short.get(one, _NONE) & names.short.get(other, _NONE)
    return bool(both) and _endearing(one, other)


def _endearing(one: str, other: str) -> bool:
    """Return whether one short form is the other with an ending: "Rob" and "Robbie"."""
    short, long = sorted((one, other), key=len)
    rest = long.removeprefix(short)
    return rest in _ENDEARING or (rest[:1] == short[-1:] and rest[1:] in _ENDEARING)


def _cut_short(one: str, other: str) -> bool:
    """Return whether one is the other cut short, and no name of its own: "Seb", "Xander", "Vojta" for Vojtech."""
    short, long = sorted((one, other), key=len)
    if len(short) < 3 or len(long) < len(short) + 2:
        return False
    rest = long.removeprefix(short)
    if rest != long and len(rest) >= 4 and is_full_name(rest):  # two names in one: "Annemarie"
        return True
    if is_given_name(short):
        return False
    if rest != long:
        return len(rest) >= 3
    if len(short) >= 4 and long.endswith(short):
        return True
    return any(
        short.endswith(ending)
        and len(stem := short.removesuffix(ending)) >= least
        and long.startswith(stem)
        and len(long) >= len(stem) + 3
        for ending, least in _DIMINUTIVES
    )


def is_full_name(plain: str) -> bool:
    """Return whether a folded word is known as a full given name."""
    return plain in _NAMES_OF_THEIR_OWN or plain in _nicknames.table().formal


def is_given_name(plain: str) -> bool:
    """Return whether a folded word is known as a given name, full or short."""
    return is_full_name(plain) or plain in _nicknames.table().short


def same_spelling_of_given(one: str, other: str) -> bool:
    """Return whether two folded words are spellings of one given name: "Hussein" and "Husain"."""
    found = _nicknames.table().spellings
    return not found.get(one, _NONE).isdisjoint(found.get(other, _NONE))
