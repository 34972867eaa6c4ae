"""One word of a name in ASCII: the spellings it may have, and what transliterations of one word share."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from leadenrich.clean.text import fold

_WRITTEN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "đ": "dj", "ñ": "n", "þ": "th"})
_UMLAUT = re.compile(r"(?<![aeiouyq])([aou])e(?!u)|(?<![aeiouy])(a)a")


@lru_cache(maxsize=4_096)
def ascii_word(word: str) -> str:
    """Return the letters of a word in ASCII, accents dropped; other scripts are romanised."""
    found = fold(word)
    if not found.isascii():
        from anyascii import anyascii

        greek = "Ͱ" <= found[:1] < "Ѐ"
        found = anyascii(found).lower()
        found = found.replace("oy", "ou") if greek else found
    return found if found.isalpha() else "".join(filter(str.isalpha, found))


@lru_cache(maxsize=4_096)
def spellings(word: str) -> frozenset[str]:
    """Return the ASCII spellings of a word: accents dropped, and umlauts written out ("Müller": muller, mueller)."""
    plain = ascii_word(word)
    if word.isascii():
        return frozenset((plain,))
    composed = unicodedata.normalize("NFC", word).lower()
    return frozenset((plain, ascii_word(composed.translate(_WRITTEN))))


@lru_cache(maxsize=4_096)
def without_umlauts(plain: str) -> str:
    """Return an ASCII word as it would be with its written-out umlauts taken back: "mueller" -> "muller"."""
    return _UMLAUT.sub(lambda match: match[1] or match[2], plain)


def same_spelling(a: str, b: str) -> bool:
    """Return whether two words are one word, accents and umlauts aside."""
    if a == b:
        return True
    ours, theirs = spellings(a), spellings(b)
    if not ours.isdisjoint(theirs):
        return True
    ours, theirs = frozenset(map(without_umlauts, ours)), frozenset(map(without_umlauts, theirs))
    return not ours.isdisjoint(theirs)


def _rules(*pairs: tuple[str, str]) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern), instead) for pattern, instead in pairs)


def _apply(rules: tuple[tuple[re.Pattern[str], str], ...], word: str) -> str:
    for pattern, instead in rules:
        word = pattern.sub(instead, word)
    return word


_SLAVIC = _rules(
    (r"schtsch|shtch|shtsh|shch|sch|sh|sz", "s"),
    (r"tsch|tch|ch|cz|tz|ts", "c"),
    (r"kh", "h"),
    (r"x", "ks"),
    (r"w|ff$", "v"),
    (r"ph", "f"),
    (r"ou|oo", "u"),
    (r"zh|j|y", "i"),
    (r"ii+", "i"),
    (r"(?<=.)i[eo]|^ie", "e"),
    (r"(?<=[aeou])ie", "e"),
    (r"(?<=[sc])ov$", "ev"),
    (r"(.)\1+", r"\1"),
)
_SLAVIC_GIVEN = _rules(
    (r"schtsch|shtch|shch|sch|sh|sz", "s"),
    (r"tsch|tch|ch|cz", "c"),
    (r"kh", "h"),
    (r"x", "ks"),
    (r"w", "v"),
    (r"lj", "l"),
    (r"j|y", "i"),
    (r"ii+", "i"),
    (r"^ie", "e"),
    (r"(.)\1+", r"\1"),
)
_WOMENS_ENDINGS = _rules((r"(skaia|skaa|ska)$", "ski"), (r"(?<=[oe]v)a$", ""), (r"(?<=in)a$", ""), (r"aia$", "i"))
_SLAVIC_ENDING = re.compile(
    r"(?:[oe](?:v|w|ff)a?|[iy]na?|sk(?:i|y|ii|iy|yi|ij|yy|aya|aia|aja|a)|enko|[cs]?ch?uk|tschuk|vi[ct]h?|witz|[iy]an|[oe](?:y|i|j))$"
)


@lru_cache(maxsize=4_096)
def slavic(plain: str) -> str:
    """Return what the romanisations of a Slavic word share, women's endings set to men's."""
    return _apply(_WOMENS_ENDINGS, _apply(_SLAVIC, plain))


@lru_cache(maxsize=4_096)
def slavic_given(plain: str) -> str:
    """Return what the romanisations of a Slavic given name share: "Evgenij" and "Yevgeny"."""
    return _apply(_SLAVIC_GIVEN, plain)


def is_slavic(plain: str) -> bool:
    """Return whether a family name ends as Slavic (or Armenian) ones do."""
    return len(plain) >= 4 and _SLAVIC_ENDING.search(plain) is not None


def is_latin(word: str) -> bool:
    """Return whether all letters of a word are Latin ones."""
    return word.isascii() or all(ord(char) < 0x250 or 0x1E00 <= ord(char) < 0x1F00 for char in word)


def romanised_alike(one: str, other: str, a: str, b: str) -> bool:
    """Return whether two words, one of them romanised here (`one` from `a`), can be one: "Милош" and "Milos"."""
    if is_latin(a) and is_latin(b):
        return False
    return slavic(one) == slavic(other) or slavic(one.replace("zh", "z")) == slavic(other.replace("zh", "z"))


_LOOSE = _rules(
    (r"x", "ks"),
    (r"ph", "f"),
    (r"th", "t"),
    (r"kh", "h"),
    (r"ch(?=[rl])|ck|c(?![eihyz])|q", "k"),
    (r"w", "v"),
    (r"tz|ts", "c"),
    (r"ou|oo", "u"),
    (r"ee", "i"),
    (r"y|j(?![iu]ng?$|u?an?$)", "i"),
    (r"ii+", "i"),
    (r"ei", "ai"),
    (r"(?<=[aeiou])h$", ""),
    (r"(.)\1+", r"\1"),
)


@lru_cache(maxsize=4_096)
def loose(plain: str) -> str:
    """Return what the spellings of one given name share: "Xenia" and "Ksenia", "Sarah" and "Sara"."""
    return _apply(_LOOSE, without_umlauts(plain))


_JAPANESE = re.compile(
    r"(?:(?:[kgsztdnhfbpmyrwj]|sh|ch|ts|[kgnhbpmr]y)?[aeiou]{1,2}h?(?:n(?![aeiouy]))?|n|m(?=[bpm]))+$"
)
_LONG_VOWELS = _rules(
    (r"ou|oo|oh(?![aeiouy])", "o"),
    (r"uu", "u"),
    (r"aa", "a"),
    (r"m(?=[bp])", "n"),
    (r"si", "shi"),
    (r"ti", "chi"),
    (r"tu", "tsu"),
)


@lru_cache(maxsize=4_096)
def japanese(plain: str) -> str | None:
    """Return what the romanisations of a Japanese word share; None where it cannot be one."""
    return _apply(_LONG_VOWELS, plain) if len(plain) >= 3 and _JAPANESE.match(plain) else None


_KOREAN = _rules(
    (r"ch", "j"),
    (r"sh", "s"),
    (r"k+", "g"),
    (r"t+", "d"),
    (r"p+", "b"),
    (r"r", "l"),
    (r"ee|ui|yi", "i"),
    (r"yoo|you(?=n|ng)|yeo|yo", "yu"),
    (r"oo|ou|eo|eu|o(?=ng)", "u"),
    (r"oe", "oi"),
    (r"wu|w(?=u)", "u"),
    (r"(?<=[aeiou])h$", ""),
    (r"(.)\1+", r"\1"),
)


@lru_cache(maxsize=4_096)
def korean(plain: str) -> str:
    """Return what the romanisations of a Korean word share: "Cheolsu" and "Chulsoo"."""
    return _apply(_KOREAN, plain)


_CONSONANTS = _rules(
    (r"kh|gh|x|c(?![eihy])|ch|q|g", "k"),
    (r"ph|v", "f"),
    (r"th", "t"),
    (r"dh", "d"),
    (r"sh|ts|tz", "s"),
    (r"zh|z|c", "s"),
    (r"h(?=$)", ""),
    (r"b", "f"),
    (r"j", "k"),
    (r"[aeiouyw]", ""),
    (r"(.)\1+", r"\1"),
)


@lru_cache(maxsize=4_096)
def consonants(plain: str) -> str:
    """Return a word's consonants, those that scripts without vowels do not keep apart set alike."""
    return _apply(_CONSONANTS, plain)
