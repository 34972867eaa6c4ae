"""A name as words to compare: script by script, titles and particles told apart, what is joined or split put right."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from leadenrich.clean._capitals import PARTICLES
from leadenrich.clean.people import split_name
from leadenrich.clean.text import fold, words
from leadenrich.errors import InvalidValueError

_BORN = re.compile(r"[\s(,]+(?:née|nee|né|geb\.?|geborene[r]?|born|roz\.|z\s+d\.)\s+([^()]+)\)?", re.IGNORECASE)
_PARTS = re.compile(r"[\s\-‐-―.,·・_/]+")
_APOSTROPHES = re.compile("['’ʼ`´]")
_ABD = re.compile(r"^abd(?:[aeou]u?[lr])?(?:-?al)?(?=[a-z]{4})")
_PATRONYMIC = frozenset({"bint", "ibn", "bin", "wa", "abu", "umm", "thi", "ul"})
DROPPED = PARTICLES | _PATRONYMIC | words("san sankt dela delos zur von vom ver dos ap ab mac mc al el ul ud ad as ash")


@dataclass(frozen=True, slots=True)
class NameWords:
    """A name as words.

    Attributes:
        words: folded words in their order, particles left out. raw: the same with the particles.
        extra: words that may be left out, such as a birth name or a nickname in brackets.
        generation: "Jr.", "II", or "". script: "LATIN", "CYRILLIC", "HAN", ...
        original: the name as it was given.
    """

    words: tuple[str, ...]
    raw: tuple[str, ...]
    extra: tuple[str, ...]
    generation: str
    script: str
    original: str


@lru_cache(maxsize=4_096)
def name_words(text: str) -> NameWords | None:
    """Return a name's words; None where the text holds no name."""
    born = _BORN.search(text)
    extra = name_parts(born[1]) if born else ()
    try:
        parsed = split_name(_BORN.sub(" ", text) if born else text)
    except InvalidValueError:
        return None
    full = parsed.full
    last = full.rpartition(" ")[2]
    generation = last if last in ("Jr.", "Sr.", "II", "III", "IV") else ""
    raw = name_parts(full.removesuffix(last) if generation else full)
    kept = tuple(word for word in raw if fold(word) not in DROPPED)
    if len(kept) < 2 <= len(raw):  # "Le Mai": too little would be left
        kept = raw
    return NameWords(kept, raw, (*extra, *name_parts(parsed.nickname)), generation, script_of(full), text)


def name_parts(text: str) -> tuple[str, ...]:
    """Return the words of a name in small letters, split at blanks, hyphens and dots; "Abdul Rahman" is one."""
    found = [word for word in _PARTS.split(_APOSTROPHES.sub("", text.lower())) if any(map(str.isalpha, word))]
    joined: list[str] = []
    for word in found:
        if joined and joined[-1] in ("abd", "abdul", "abdel", "abdal", "abdoul", "abdur", "abdu") and len(word) > 2:
            joined[-1] = f"abd{word}"
        elif not (
            joined and joined[-1].startswith("abd") and len(joined[-1]) <= 5 and word in ("al", "el", "ul", "ur")
        ):
            joined.append(_ABD.sub("abd", word) if word.startswith("abd") and len(word) > 6 else word)
    return tuple(joined)


@lru_cache(maxsize=4_096)
def script_of(text: str) -> str:
    """Return the script of the first letter that is not Latin, as Unicode names it; CJK as "HAN", "LATIN" for none."""
    found = "LATIN"
    for char in text:
        if char.isalpha() and ord(char) > 0x24F and not 0x1E00 <= ord(char) < 0x1F00:
            name = unicodedata.name(char, "LATIN").split()[0]
            if name in ("HIRAGANA", "KATAKANA"):
                return name
            found = "HAN" if name == "CJK" else name
            if found != "HAN":
                return found
    return found
