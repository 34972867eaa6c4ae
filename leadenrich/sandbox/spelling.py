"""Names as they are compared, and as they stand in addresses."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_LETTERS = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ł": "l", "ø": "o", "æ": "ae", "đ": "d", "å": "a"}


@lru_cache(maxsize=16_384)
def ascii_letters(text: str) -> str:
    """Return a name as it is in an address: lower-case ASCII letters and digits, umlauts written out."""
    plain = "".join(_LETTERS.get(char, char) for char in unicodedata.normalize("NFC", text).lower())
    plain = unicodedata.normalize("NFKD", plain)
    return "".join(char for char in plain if char.isascii() and char.isalnum())


@lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """Return what two spellings of a name have in common: accents, case, blanks and marks taken away."""
    plain = unicodedata.normalize("NFKD", text.lower().replace("ß", "ss").replace("ł", "l").replace("ø", "o"))
    return "".join(char for char in plain if char.isalnum())


def local_part(pattern: str, first: str, last: str) -> str:
    """Return the local part of an address by a company's pattern."""
    given, family = ascii_letters(first), ascii_letters(last)
    return pattern.format(first=given, last=family, f=given[:1], l=family[:1])
