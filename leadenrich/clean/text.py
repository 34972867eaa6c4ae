"""Text as people paste it: the first step of every cleaner."""

from __future__ import annotations

import re
import unicodedata

from leadenrich.errors import InvalidValueError

# Words that spreadsheets and vendors write where they mean "nothing".
_NOTHING = frozenset({
    "", "-", "--", "---", "–", "—", ".", "?", "/", "n/a", "na", "n.a.", "#n/a", "none", "null", "nil", "nan", "(blank)",
    "undefined", "unknown", "not available", "not applicable", "no data", "tbd", "[]", "{}", "k.a.", "s/n",
    "[not provided]", "not provided", "(not provided)", "(no value)", "no value", "(empty)", "(none)", "(null)",
    "(unknown)", "k. a.", "keine angabe", "nicht angegeben", "unbekannt", "n.v.", "inconnu", "non renseigné",
    "desconocido", "sin datos", "no disponible", "sconosciuto", "onbekend",
})  # fmt: skip
_LONGEST_NOTHING = max(map(len, _NOTHING))


def says_nothing(text: str) -> bool:
    """Returns whether a text is one that stands for "nothing" in a table: `"n/a"`, `"-"`, `"(No value)"`."""
    return len(text) <= _LONGEST_NOTHING and text.lower() in _NOTHING


# Invisible marks that survive copying from web pages: soft hyphen, zero-width and direction marks, BOM.
# U+200C and U+200D stay inside words: Persian and Indic spelling needs them.
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufffc\ufffd]")
MAX_LENGTH = 10_000


def tidy(field: str, text: object, most: int = MAX_LENGTH) -> str:
    """Returns one line of NFC text without invisible marks or outer and doubled spaces.

    Args:
        field: its name, for the error.
        text: what was given.
        most: how many characters the tidied text may have. It bounds what the patterns of the field have to read.

    Raises:
        InvalidValueError: it is not text, says nothing ("n/a", "-"), or is too long.
    """
    if type(text) is not str:
        if not isinstance(text, str):
            raise InvalidValueError(field, text, f"is {type(text).__name__}, not text", "give a string")
        text = str(text)
    if len(text) > MAX_LENGTH:
        raise InvalidValueError(field, text, f"is longer than {MAX_LENGTH} characters")
    if not (text.isascii() and text.isprintable()):
        text = visible(text)
    text = " ".join(text.split())
    if says_nothing(text):
        raise InvalidValueError(field, text, "is empty", "leave the field out")
    if len(text) > most:
        raise InvalidValueError(field, text, f"is longer than {most} characters")
    return text


def visible(text: str) -> str:
    """Drops invisible and control characters (line breaks become spaces) and composes accents (NFC)."""
    if text.isprintable():  # nothing to drop but the two printable signs for what was lost
        if text.isascii():
            return text
        return unicodedata.normalize("NFC", text.replace("\ufffc", "").replace("\ufffd", ""))
    text = _INVISIBLE.sub("", text)
    text = "".join(
        (" " if char.isspace() or char in "\x1c\x1d\x1e\x1f" else "")
        if unicodedata.category(char) in _UNPRINTABLE
        else char
        for char in text
    )
    return unicodedata.normalize("NFC", text)


_UNPRINTABLE = frozenset({"Cc", "Cs", "Zl", "Zp", "Co", "Cn"})

# Letters that Unicode does not decompose although readers see a base letter.
_FOLDS = str.maketrans({
    "ß": "ss", "ẞ": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L",
    "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ı": "i", "İ": "I", "ħ": "h", "Ħ": "H",
    "ŋ": "n", "ĸ": "k", "ŧ": "t", "Ŧ": "T", "ŀ": "l", "Ŀ": "L",
})  # fmt: skip


def fold(text: str) -> str:
    """Lower-case without accents: "Łódź" -> "lodz". Other scripts keep their letters and lose nothing they need."""
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKC", text).translate(_FOLDS).casefold()
    kept = []
    base = ""
    for char in unicodedata.normalize("NFKD", text):
        if unicodedata.category(char) != "Mn":
            base = char
        elif base < "\u0590":  # Latin, Greek, Cyrillic, Armenian: accents; Hebrew and later: vowels and tone
            continue
        kept.append(char)
    return unicodedata.normalize("NFC", "".join(kept)).casefold()


def capitalized(text: str) -> str:
    """Lower-case with a capital where a word starts: "JEAN-LUC O'NEIL" -> "Jean-Luc O'Neil", "MACY'S" -> "Macy's"."""
    raised = _ELISION.sub(lambda match: match[1] + _capital(match[2]), text.lower())
    raised = _WORD_START.sub(lambda match: _capital(match[0]), raised)
    return unicodedata.normalize("NFC", raised)


def _capital(char: str) -> str:
    """The capital of a letter; a letter that has none of its own ("ŉ") stays as it is."""
    raised = char.title()
    return raised if len(raised) == 1 or raised.isascii() else char


_WORD_START = re.compile(r"(?<![\w'’])[^\W\d_]")
_ELISION = re.compile(r"(?<!\w)([^\W\d_]['’])([^\W\d_])(?=[^\W\d_])")


def words(text: str) -> frozenset[str]:
    """The words of a table written as text."""
    return frozenset(text.split())
