"""Cells that a spreadsheet program would run as a formula: escaped on the way out, exactly undone on the way in."""

from __future__ import annotations

import re

_SIGNS = "=+\\-@\t\r\n＝＋－＠"  # noqa: RUF001 - the full-width signs start formulas as well
# Programs drop these without a word, so a sign behind them stands first.
_HIDDEN = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffd"
_DANGEROUS = re.compile(f"['{_HIDDEN}]*[{_SIGNS}]")
_HARMLESS = re.compile(r"\+[1-9]\d{4,14}|[+-]?\d+([.,]\d+)*%?|[+-]?\d+(\.\d+)?[eE][+-]?\d+|-+")
_ESCAPED = re.compile(f"'['{_HIDDEN}]*[{_SIGNS}]")
_EXCEL_TEXT = re.compile(r'="([^"]*)"')
_ONE = re.compile(f"['{_HIDDEN}{_SIGNS}]")
FIRST = frozenset(char for char in map(chr, range(0x10000)) if _ONE.match(char))
"""First characters of texts that `escape` has to look at."""
SUSPECT = frozenset("'=")
"""First characters of cells that `unescape` has to look at."""


def escape(text: str) -> str:
    """Return text that no spreadsheet program takes for a formula: a leading `'` where it could be one.

    E.164 phones (`+4930123456`) and plain numbers (`-12.5`) run nothing and stay as they are. `unescape` undoes it
    exactly, whatever the text.
    """
    if text[:1] == "+" and text[1:].isdecimal() and text.isascii() and 6 <= len(text) <= 16 and text[1] != "0":
        return text  # nearly every cell that begins with a sign is a phone
    if text[:1] in FIRST and _DANGEROUS.match(text) and not _HARMLESS.fullmatch(text):
        return "'" + text
    return text


def unescape(text: str) -> str:
    """Undo `escape`, and read Excel's `="0049 30 1234"` as the text it stands for."""
    if _ESCAPED.match(text):
        return text[1:]
    excel = _EXCEL_TEXT.fullmatch(text)
    return excel[1] if excel else text
