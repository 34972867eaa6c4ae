"""Amounts as people write them: money in US dollars, head counts and head-count ranges."""

from __future__ import annotations

import math
import re
from decimal import Decimal, InvalidOperation

from leadenrich.clean.text import tidy
from leadenrich.errors import InvalidValueError

_SCALE = {
    word: exponent
    for exponent, names in {
        3: "k tsd thousand thousands",
        6: "m mm mn mil mio million millions",
        9: "b bn md mrd bil billion billions",
        12: "t tn trillion trillions",
    }.items()
    for word in names.split()
}
_SIGNED = re.compile(
    r"(?P<before>[^\d.,()+-]*)(?P<minus>[-−(]?)(?P<sign2>[^\d.,()+-]*)(?P<digits>\d[\d.,'’ ]*|[.,]\d+)"
    r"(?P<scale>[^\W\d_]*)\.?\)?(?P<plus>\+?)(?P<after>[^\d]*)",
)
_CURRENCY = {
    name: code
    for code, names in {
        "USD": "$,us$,usd,u.s. dollars,us dollars,dollars,dollar,usd$,$us",
        "EUR": "€,eur,euro,euros",
        "GBP": "£,gbp",
        "JPY": "¥,jpy",
        "CHF": "chf",
        "CNY": "cny,rmb",
        "INR": "₹,inr,rs",
        "AUD": "a$,aud",
        "CAD": "c$,ca$,cad",
        "HKD": "hk$",
        "SGD": "s$,sgd",
        "BRL": "r$,brl",
        "RUB": "₽,rub",
        "KRW": "₩,krw",
        "SEK": "sek",
        "NOK": "nok",
        "DKK": "dkk",
        "PLN": "pln,zł",
        "ILS": "₪",
        "TRY": "₺",
        "MXN": "mx$",
    }.items()
    for name in names.split(",")
}
MOST_CHARACTERS = 100  # no amount and no head count is written longer
_LARGEST = Decimal(10) ** 16
_MONTHS = {name: number for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}  # noqa: SIM905
_MONTHS |= {"mai": 5, "okt": 10, "dez": 12, "mär": 3, "mrz": 3}
_COUNT_WORDS = re.compile(
    r"\b(?:employees?|people|staff|ftes?|headcount|persons?|total|mitarbeiter(?:innen)?|empleados|employés|salariés"
    r"|dipendenti|medewerkers)\b\.?",
    re.I,
)
_APPROXIMATE = re.compile(r"^(?:~|≈|about|approx\.?|approximately|around|ca\.?|circa|over|more than|>=?|≥)\s*", re.I)
# LinkedIn's own size steps; a bare head count falls into one of them.
STEPS = ((1, 10), (11, 50), (51, 200), (201, 500), (501, 1000), (1001, 5000), (5001, 10000))


def money(text: str | int | float | Decimal) -> Decimal:
    """Returns an amount of US dollars, without an exponent: "$1.2M" -> Decimal("1200000").

    A bare number is taken as dollars; an integral amount has no decimals, others keep what they have.

    Raises:
        InvalidValueError: another currency, no number, or beyond ten quadrillion.
    """
    field = "money"
    if isinstance(text, Decimal | int | float) and not isinstance(text, bool):
        return _plain(field, text, _exact(field, text))
    found = tidy(field, text, MOST_CHARACTERS)
    match = _SIGNED.fullmatch(found)
    if not match:
        raise InvalidValueError(field, text, "is no amount of money", "give a number of US dollars")
    for part in (match["before"], match["sign2"], match["after"]):
        name = part.strip(" .():*~").lower()
        if name and _CURRENCY.get(name) != "USD":
            currency = _CURRENCY.get(name)
            why = f"is in {currency}, not in US dollars" if currency else "is no amount of money"
            raise InvalidValueError(field, text, why, "convert it to US dollars")
    scale = match["scale"].lower()
    if scale in _CURRENCY:
        if _CURRENCY[scale] != "USD":
            raise InvalidValueError(field, text, f"is in {_CURRENCY[scale]}, not in US dollars", "convert it")
        scale = ""
    if scale and scale not in _SCALE:
        raise InvalidValueError(field, text, "is no amount of money", "give a number of US dollars")
    amount = _number(field, text, match["digits"]).scaleb(_SCALE.get(scale, 0))
    return _plain(field, text, -amount if match["minus"] else amount)


def employee_count(text: str | int | float | Decimal) -> int:
    """Returns a head count: "1,234 employees" -> 1234, "~5k" -> 5000, "10,001+" -> 10001.

    Raises:
        InvalidValueError: a range (see `employee_range`), a fraction, or more people than there are.
    """
    field = "employee_count"
    if isinstance(text, Decimal | int | float) and not isinstance(text, bool):
        number = _exact(field, text)
    else:
        found = _APPROXIMATE.sub("", _COUNT_WORDS.sub("", tidy(field, text, MOST_CHARACTERS)).strip())
        if _RANGE.fullmatch(found) and not re.fullmatch(r"\d{1,3}(?:,\d{3})+", found):
            raise InvalidValueError(field, text, "is a range", "put it into employee_range")
        match = re.fullmatch(r"(\d[\d.,'’ ]*)([^\W\d_]*)\s*\+?", found)
        if not match or match[2].lower() not in ("", "k", "m", "tsd", "thousand"):
            raise InvalidValueError(field, text, "is no number of people", "give a whole number")
        number = _count(field, text, match[1], match[2])
    if number != number.to_integral_value() or not 0 <= number < 10**8:
        raise InvalidValueError(field, text, "is no number of people", "give a whole number")
    return int(number)


_RANGE = re.compile(
    r"(?P<low>\d[\d.,'’]*)\s*(?P<ks>[km]?)\s*(?:-|–|—|‑|−|,(?=\d{2,6}$)|\bto\b|\bbis\b|\bà\b|\ba\b|\band\b|\.\.+|…|_)\s*(?P<high>\d[\d.,'’]*)\s*(?P<kh>[km]?)",
    re.IGNORECASE,
)
_DATED = re.compile(
    r"(?:(?P<day>\d{1,4})[-. ](?P<month>[^\W\d_]{3})[a-z]*\.?|(?P<month2>[^\W\d_]{3})[a-z]*\.?[-. ](?P<day2>\d{1,4}))"
)


def employee_range(text: str | int | float | Decimal) -> str:
    """Returns a head-count range as "low-high" or "low+" in plain digits: "51 to 200" -> "51-200".

    Vendors' own steps are kept. A bare number becomes LinkedIn's step around it (37 -> "11-50"), and what a
    spreadsheet made a date ("Nov-50", "10-Feb") is read back.

    Raises:
        InvalidValueError: it is no range, or it runs backwards.
    """
    field = "employee_range"
    if isinstance(text, Decimal | int | float) and not isinstance(text, bool):
        return _step(employee_count(text))
    found = _COUNT_WORDS.sub("", tidy(field, text, MOST_CHARACTERS)).strip(" :()[]")
    low_word = found.lower()
    if low_word in ("self-employed", "self employed", "myself only", "just me", "solo"):
        return "1-1"
    dated = _DATED.fullmatch(found)
    if dated:
        month = _MONTHS.get((dated["month"] or dated["month2"]).lower())
        if month:
            low, high = sorted((month, int(dated["day"] or dated["day2"])))
            return f"{low}-{high}"
    match = _RANGE.fullmatch(found)
    if match:
        unit = match["ks"] or (
            match["kh"] if Decimal(1) <= _loose(match["low"]) < 1000 and match["kh"] and "," not in match["low"] else ""
        )
        low = int(_count(field, text, match["low"], unit))
        high = int(_count(field, text, match["high"], match["kh"]))
        if low > high and not match["ks"]:  # "1-5K" are thousands, "251-1K" ends at one
            low = int(_count(field, text, match["low"], ""))
        if low > high or high >= 10**8:
            raise InvalidValueError(field, text, "runs backwards", "give low-high")
        return f"{low}-{high}"
    match = re.fullmatch(
        r"(?:(?P<over>>=?|≥|over|more than|above|mehr als|plus de|más de)\s*)?(?P<n>\d[\d.,'’ ]*)(?P<k>[km]?)\s*"
        r"(?P<plus>\+|and (?:more|above)|or more|plus)?",
        low_word,
    )
    if match and (match["over"] or match["plus"]):
        low = int(_count(field, text, match["n"], match["k"])) + (match["over"] not in (None, ">=", "≥"))
        return f"{low}+"
    match = re.fullmatch(
        r"(?:<=?|≤|under|less than|fewer than|up to|bis(?: zu)?|weniger als|moins de|menos de)\s*(\d[\d.,'’ ]*)([km]?)",
        low_word,
    )
    if match:
        high = int(_count(field, text, match[1], match[2]))
        high -= not low_word.startswith(("<=", "≤", "up to", "bis"))
        if high >= 1:
            return f"1-{high}"
    try:
        return _step(employee_count(found))
    except InvalidValueError:
        raise InvalidValueError(field, text, "is no range of head counts", 'give one such as "51-200"') from None


def _step(count: int) -> str:
    for low, high in STEPS:
        if count <= high:
            return f"{low}-{high}"
    return "10001+"


def _loose(digits: str) -> Decimal:
    return Decimal(re.sub(r"\D", "", digits) or "0")


def _exact(field: str, number: Decimal | int | float) -> Decimal:
    if isinstance(number, int):
        if abs(number) >= 10**17:
            raise InvalidValueError(field, None, "is beyond any real amount")
        return Decimal(number)
    if isinstance(number, float):
        if not math.isfinite(number):
            raise InvalidValueError(field, number, "is no number")
        return Decimal(str(number))
    if not number.is_finite():
        raise InvalidValueError(field, None, "is no number")
    return number


def _plain(field: str, given: object, amount: Decimal) -> Decimal:
    if abs(amount) >= _LARGEST:
        raise InvalidValueError(field, given, "is beyond any real amount")
    if amount == amount.to_integral_value():
        return Decimal(int(amount))
    return Decimal(f"{amount:f}".rstrip("0")) if amount.adjusted() > -10 else Decimal(0)


def _count(field: str, given: object, digits: str, scale: str) -> Decimal:
    """A number of people: dots and commas before three digits group thousands, whatever the language."""
    digits = digits.strip(" .,'’")
    if not scale and re.fullmatch(r"\d{1,3}(?:[.,'’ ]\d{3})+", digits):
        return Decimal(re.sub(r"\D", "", digits))
    return _number(field, given, digits).scaleb(_SCALE.get(scale.lower(), 0))


def _number(field: str, given: object, digits: str) -> Decimal:
    """Reads grouped digits in English and continental writing; the last mark decides which it is."""
    digits = re.sub(r"['’ ]", "", digits).rstrip(".,")
    dots, commas = digits.count("."), digits.count(",")
    if dots and commas:
        grouping = "." if digits.rfind(",") > digits.rfind(".") else ","
        digits = digits.replace(grouping, "").replace(",", ".")
    elif commas:
        grouped = re.fullmatch(r"[1-9]\d{0,2}(?:,\d{2,3})*,\d{3}", digits)  # 1,234,567 and India's 12,34,567
        digits = digits.replace(",", "" if grouped else ".")
    elif dots > 1:
        digits = digits.replace(".", "")
    try:
        if not digits.isascii():
            digits = "".join(str(int(char)) if char.isdecimal() else char for char in digits)
        return Decimal(digits)
    except (InvalidOperation, ValueError):
        raise InvalidValueError(field, given, "is no number") from None
