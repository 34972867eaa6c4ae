"""Company names: the spelling tidied, a calm form for display, and a key free of legal forms, accents, punctuation."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from leadenrich.clean import _legal_forms
from leadenrich.clean.text import capitalized, fold, tidy, words
from leadenrich.errors import InvalidValueError

_MARKS = re.compile("[®™©℠]|\\((?:R|TM)\\)")
_ABBREVIATION = re.compile(r"(?<![^\W_])(?:[^\W\d_]\.){2,}(?:[^\W\d_](?![^\W_]))?")
_WORD = re.compile(r"[\w&+\u0300-\u036f\u0900-\u0eff]+")
_SMALL_WORDS = words(
    """
    and of the for in on at by de la le du des del della di da do dos et und der die das van von y e & en
    """
)
# What people without an employer write.
_NO_COMPANY = frozenset(
    {"self-employed", "self employed", "selfemployed", "freelance", "freelancer", "selbständig", "selbstständig"}
    | {"freiberuflich", "indépendant", "autónomo", "autônomo", "unemployed", "retired"}
)
_VOWELS = frozenset("aeiouyAEIOUY")
MOST_CHARACTERS = 300  # the longest registered names have about 250
_LONGEST_FORM = 7  # words: "G m b H & Co KG"
_AND = frozenset({"&", "+", "and", "und", "et", "och", "og"})


@dataclass(frozen=True, slots=True)
class CompanyName:
    """The parts of a company's name.

    Attributes:
        name: the display form, legal form included in its usual spelling ("Acme Widgets GmbH").
        short_name: without the legal form ("Acme Widgets").
        legal_form: the legal form ("GmbH"), None where the name shows none.
        key: the comparison key ("acme widgets").
    """

    name: str
    short_name: str
    legal_form: str | None
    key: str


def company_name(text: str) -> str:
    """Returns the name as it is written, without needless white space, outer quotes and trademark signs.

    "  FJORDLYS   (UK) LIMITED " -> "FJORDLYS (UK) LIMITED": registers and vendors are asked with the caller's spelling.
    `company_facts` has a calmer form for display, `company_key` what equal companies share.

    Raises:
        InvalidValueError: it holds no letter or digit.
    """
    return _display(text if type(text) is str else tidy("company_name", text, MOST_CHARACTERS)).given


def company_key(text: str) -> str:
    """Returns what equal companies share: "The Acme-Widgets Co., Ltd." -> "acme widgets".

    Legal forms of all scripts are dropped at either end (never the whole name), accents, case and punctuation too.

    Raises:
        InvalidValueError: it holds no letter or digit.
    """
    return company_facts(text).key


def company_facts(text: str) -> CompanyName:
    """Returns display form, short form, legal form and key at once.

    Raises:
        InvalidValueError: it holds no letter or digit.
    """
    if type(text) is not str:
        text = tidy("company_name", text, MOST_CHARACTERS)
    return _facts(text)


@lru_cache(maxsize=8_192)
def _facts(text: str) -> CompanyName:
    shown = _display(text)
    return CompanyName(shown.name, shown.short_name, shown.legal_form, _key(shown.given))


class _Display(NamedTuple):
    name: str
    short_name: str
    legal_form: str | None
    given: str  # tidied, as it was written


@lru_cache(maxsize=8_192)
def _display(text: str) -> _Display:
    name = _MARKS.sub("", tidy("company_name", text, MOST_CHARACTERS))
    name = " ".join(_balanced(name).split())
    if name.casefold() in _NO_COMPANY:
        raise InvalidValueError("company_name", text, "is empty", "leave the field out")
    if not any(char.isalnum() for char in name):
        raise InvalidValueError("company_name", text, "holds no name")
    words = name.split()
    base, form = _split_suffix(words)
    base = _calm(base)
    short = " ".join(base)
    shown = f"{short} {form}" if form else short
    size = _prefix_size(base)
    if size:
        short = _balanced(" ".join(base[size:]))
        form = form or " ".join(base[:size])
    return _Display(shown, short, form.removeprefix("& ") if form else None, name)


def _balanced(name: str) -> str:
    """Strips quotes and separators at the ends, keeping what closes something inside: 'OOO "Acme"'."""
    while name:
        stripped = name.strip(" \t,;|*·•")
        pairs = (('"', '"'), ("'", "'"), ("“", "”"), ("„", "“"), ("«", "»"), ("‹", "›"))
        for left, right in pairs:
            if stripped.startswith(left) and stripped.endswith(right) and len(stripped) > 1:
                inner = stripped[1:-1]
                if left not in inner and right not in inner:
                    stripped = inner
        if stripped == name:
            break
        name = stripped
    return name


def _split_suffix(words: list[str]) -> tuple[list[str], str | None]:
    for size in range(min(_LONGEST_FORM, len(words) - 1), 0, -1):
        tail = words[-size:]
        if tail[0].strip(",") in _AND and size > 1 and _legal_forms.squeezed(tail[0]) == "":
            continue  # "& Co." is found as "Co." and gets its "&" below
        key = "".join(_legal_forms.squeezed(word) for word in tail if word not in _AND)
        form = _legal_forms.SUFFIXES.get(key)
        if form == "":
            form = " ".join(tail).rstrip(",;")
        if form is None or (key in _legal_forms.CASED and not any(_is_cased(word) for word in tail)):
            continue
        base = words[:-size]
        if base[-1] in _AND:
            if len(base) == 1:
                return words, None
            base, form = base[:-1], form if form.startswith("& ") else f"& {form}"
        base = [*base[:-1], base[-1].rstrip(",;")]
        if not base[-1]:
            base = base[:-1]
        if any(char.isalnum() for char in "".join(base)):
            return base, form
    return words, None


def _prefix_size(words: list[str]) -> int:
    """How many words at the start are a legal form."""
    for size in range(min(_LONGEST_FORM, len(words) - 1), 0, -1):
        written_as_form = size > 1 or not words[0].isascii() or (words[0].strip(".").isupper() and len(words[0]) > 1)
        if written_as_form and _legal_forms.squeezed("".join(words[:size])) in _legal_forms.PREFIXES:
            return size
    return 0


def _is_cased(word: str) -> bool:
    """Whether a word is written as an abbreviation: "SpA", "S.p.A.", "A/S", not "Spa"."""
    letters = word.rstrip(".,")
    return letters[1:] != letters[1:].lower() or "." in letters or "/" in letters


def _calm(words: list[str]) -> list[str]:
    """Lowers capitals of a name that is all capitals, raises one that has none."""
    name = "".join(words)
    if name.isupper():
        if not any(len(word) > 4 and _has_vowel(word) for word in words):
            return words
    elif not name.islower() or "." in name:
        return words
    return [_recased(word, first=index == 0) for index, word in enumerate(words)]


def _recased(word: str, *, first: bool) -> str:
    lowered = word.lower()
    if lowered in _SMALL_WORDS and not first:
        return lowered
    letters = word.strip("()[].,;:/")
    if word.isupper() and word.isascii() and (len(letters) <= 3 or not _has_vowel(letters)):
        return word
    return capitalized(lowered)


def _has_vowel(word: str) -> bool:
    return not word.isascii() or not _VOWELS.isdisjoint(word)


class _Token(NamedTuple):
    text: str  # folded
    cased: bool  # written as an abbreviation
    upper: bool  # all capitals


def _key(name: str) -> str:
    tokens = _tokens(name)
    while len(tokens) > 1:
        fewer = _without_edges(tokens)
        if fewer is tokens:
            break
        tokens = fewer
    if len(tokens) == 1:
        tokens = [_unglued(tokens[0])]
    return " ".join(token.text for token in tokens) or fold(name)


def _tokens(name: str) -> list[_Token]:
    name = unicodedata.normalize("NFKC", name)
    name = _ABBREVIATION.sub(
        lambda match: match[0].replace(".", "").upper() + " ", name.replace("'", "").replace("’", "")
    )
    name = re.sub(r"(?<=\b\w)/(?=\w\b)", "", name)  # A/S, S/A
    name = name.replace('"', "").replace("״", "").replace("׳", "")
    found: list[_Token] = []
    for word in _WORD.findall(re.sub(r"([&+])", r" \1 ", name)):
        for text in _WORD.findall(fold(word).replace("_", " ")):
            text = "and" if text in _AND else text
            found.append(_Token(text, _is_cased(word), word.isupper() and len(word) > 1))
    # "S A" and "G M B H": single letters in a row are one abbreviation
    merged: list[_Token] = []
    run: list[_Token] = []
    for token in [*found, _Token("", False, False)]:
        if len(token.text) == 1 and token.text.isascii() and token.text.isalpha():
            run.append(token)
            continue
        if run:
            merged.append(run[0] if len(run) == 1 else _Token("".join(each.text for each in run), True, True))
            run = []
        if token.text:
            merged.append(token)
    return merged


def _without_edges(tokens: list[_Token]) -> list[_Token]:
    """The tokens without one legal form, article or dangling "and" at either end; the same list when there is none."""
    if tokens[0].text in ("the", "and"):
        return tokens[1:]
    if tokens[-1].text == "and":
        return tokens[:-1]
    for size in range(min(_LONGEST_FORM, len(tokens) - 1), 0, -1):
        key = "".join(token.text for token in tokens[-size:] if token.text != "and")
        if key in _legal_forms.SUFFIXES and (
            key not in _legal_forms.CASED or any(token.cased for token in tokens[-size:])
        ):
            return tokens[:-size]
        key = "".join(token.text for token in tokens[:size])
        if key in _legal_forms.PREFIXES and (not key.isascii() or size > 1 or tokens[0].upper):
            return tokens[size:]
    for index in (0, -1):
        plain = _unglued(tokens[index])
        if plain is not tokens[index]:
            tokens = list(tokens)
            tokens[index] = plain
            return tokens
    return tokens


def _unglued(token: _Token) -> _Token:
    text = token.text
    if text.isascii():
        return token
    changed = True
    while changed:
        changed = False
        for form in _legal_forms.GLUED:
            if text != form and (text.endswith(form) or text.startswith(form)):
                text = text.removesuffix(form) if text.endswith(form) else text.removeprefix(form)
                changed = True
                break
    return token if text == token.text else token._replace(text=text)
