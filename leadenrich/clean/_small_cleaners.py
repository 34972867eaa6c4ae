"""Cleaners of fields that are a word, a number, a flag or a list: too small for modules of their own."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from leadenrich.clean.text import capitalized, says_nothing, tidy, visible
from leadenrich.errors import InvalidValueError


def line(text: Any) -> str:
    """Return text as one tidy line."""
    return tidy("text", text)


def paragraphs(text: Any) -> str:
    """Return a long text, its lines kept."""
    if not isinstance(text, str):
        raise InvalidValueError("text", text, f"is {type(text).__name__}, not text", "give a string")
    found = "\n".join(" ".join(visible(line).split()) for line in text.splitlines()).strip()
    if says_nothing(found):
        raise InvalidValueError("text", text, "is empty", "leave the field out")
    return re.sub(r"\n{3,}", "\n\n", found)


def place(text: Any) -> str:
    """Return a city or region, not all in capitals."""
    found = tidy("text", text)
    if len(found) > 3 and found.isupper() and not any(char.isdigit() for char in found):
        return capitalized(found)
    return found


def status(value: Any) -> str:
    """Return a status as one word; "unknown" is one, unlike an empty cell."""
    if isinstance(value, str) and value.strip().lower() == "unknown":
        return "unknown"
    return snake(value)


def snake(text: Any) -> str:
    """Return words joined, "Series A" -> "series_a": a vendor's word where no closed list exists."""
    found = re.sub(r"[\W_]+", "_", tidy("text", text).lower()).strip("_")
    if not found:
        raise InvalidValueError("text", text, "is empty", "leave the field out")
    return found


def code(text: Any) -> str:
    """Return an identifier such as a NAICS code as text: spreadsheets and JSON make numbers of them."""
    if isinstance(text, int | float) and not isinstance(text, bool) and math.isfinite(text) and text == int(text):
        return str(int(text))
    return tidy("text", text)


def word_of(field: str, table: Mapping[str, str]) -> Callable[[Any], str]:
    """Return a cleaner that reads a vendor's words by a table of canonical ones."""

    def clean(text: Any) -> str:
        found = table.get(text) if type(text) is str else None
        if found is None:
            if isinstance(text, str) and text.strip().lower() in ("unknown", "unavailable", "n/a"):
                return "unknown"
            found = table.get(snake(text))
        if found is None:
            raise InvalidValueError(field, text, "is none of " + ", ".join(dict.fromkeys(table.values())))
        return found

    return clean


def _words(**meanings: str) -> dict[str, str]:
    return {word: meaning for meaning, words in meanings.items() for word in (meaning, *words.split())}


EMAIL_STATUS = _words(
    valid="deliverable verified ok good safe safe_to_send valid_email",
    invalid="undeliverable bad bounce bounced hard_bounce rejected not_found not_valid does_not_exist no_such_user",
    accept_all="catch_all catchall acceptall ok_for_all accept_all_unverifiable",
    unknown="risky unverified unverifiable guessed not_verified inconclusive unsure timeout",
    disposable="temporary throwaway",
    role="role_based role_account rolebased",
    spamtrap="spam_trap trap toxic",
    abuse="complainer abusive",
)
LINE_TYPE = _words(
    mobile="cell cellular wireless cellphone cell_phone mobile_phone",
    landline="fixed fixed_line fixedline land_line land fixed_landline uan",
    voip="non_fixed_voip nonfixedvoip fixed_voip fixedvoip internet",
    toll_free="tollfree freephone",
    unknown="other premium premium_rate pager fixed_line_or_mobile shared_cost personal personal_number voicemail",
)


def confidence(number: Any) -> float | int:
    """Return a number from 0 to 100."""
    found = plain_number(number)
    if not 0 <= found <= 100:
        raise InvalidValueError("confidence", number, "is not between 0 and 100")
    return found


def plain_number(number: Any) -> float | int:
    """Return a plain number; digits in text are read, "%" is dropped."""
    if type(number) is int and -(10**18) < number < 10**18:
        return number
    if isinstance(number, str):
        digits = tidy("number", number).rstrip(" %")
        if re.fullmatch(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?", digits):
            digits = digits.replace(",", "")
        if not re.fullmatch(r"-?[0-9]{1,18}(?:\.[0-9]{1,18})?", digits):
            raise InvalidValueError("number", number, "is no number", "give plain digits")
        found = float(digits)
        return int(found) if found.is_integer() and "." not in digits else found
    if isinstance(number, Decimal) and number.is_finite():
        number = float(number)
    if not isinstance(number, float) or not math.isfinite(number):
        raise InvalidValueError("number", number, "is no number", "give plain digits")
    return number


def whole_number(number: Any) -> int:
    """Return a whole number, not negative."""
    found = plain_number(number)
    if not 0 <= found < 10**18 or found != int(found):
        raise InvalidValueError("number", number, "is no whole number")
    return int(found)


def year(number: Any) -> int:
    """Return a year between 1000 and 2100, from a number or a date."""
    if isinstance(number, str) and re.fullmatch(r"[12][0-9]{3}-[0-9]{2}(?:-[0-9]{2})?(?:T.*)?", number):
        number = number[:4]
    found = plain_number(number)
    if found != int(found) or not 1000 <= found <= 2100:
        raise InvalidValueError("year", number, "is no year of our time")
    return int(found)


_TRUE = frozenset({"true", "yes", "y", "1", "t", "ja", "oui", "si", "sí", "sim"})
_FALSE = frozenset({"false", "no", "n", "0", "f", "nein", "non", "não", "nee"})


def flag(given: Any) -> bool:
    """Return True or False, from the words for it in seven languages."""
    if isinstance(given, bool):
        return given
    word = str(given).strip().lower() if isinstance(given, str | int) else ""
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    raise InvalidValueError("flag", given, "is neither true nor false")


def names(given: Any) -> list[str]:
    """Return a list of words in order, without repetition; text is split at commas and semicolons."""
    if isinstance(given, str):
        given = re.split(r"[,;|\n]", given)
    if not isinstance(given, list | tuple | set | frozenset):
        raise InvalidValueError("list", given, f"is {type(given).__name__}, not a list", "give a list of strings")
    found: dict[str, str] = {}
    for each in sorted(given, key=str) if isinstance(given, set | frozenset) else given:
        name = each.get("name") if isinstance(each, Mapping) else each
        if isinstance(name, str):
            try:
                name = tidy("list", name)
            except InvalidValueError:
                continue
            found.setdefault(name.lower(), name)
    if not found:
        raise InvalidValueError("list", given, "is empty", "leave the field out")
    return list(found.values())
