"""Dates and moments in ISO 8601, from what vendors and spreadsheets write."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

from leadenrich.clean.text import tidy, words
from leadenrich.errors import InvalidValueError

_ISO_DAY = re.compile(r"[12][0-9]{3}-[01][0-9]-[0-3][0-9]")
_YEAR_FIRST = re.compile(r"([12]\d{3})(?:[-/. ](\d{1,2})(?:[-/. ](\d{1,2}))?)?")
_COMPACT = re.compile(r"([12]\d{3})(\d{2})(\d{2})")
_NUMERIC = re.compile(r"(\d{1,2})([-/. ]+)(\d{1,2})[-/. ]+(\d{4}|\d{2})")
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar janvier enero gennaio januari janeiro jänner ene gen janv",
            "feb february februar fevrier febrero febbraio februari fevereiro fev",
            "mar march marz mars marzo maart marco mrz mrt",
            "apr april avril abril aprile avr abr",
            "may mai mayo maggio mei maio mag",
            "jun june juni juin junio giugno junho giu",
            "jul july juli juillet julio luglio julho juil lug",
            "aug august aout agosto augustus ago",
            "sep sept september septembre septiembre settembre setembro set",
            "oct october oktober octobre octubre ottobre outubro okt ott out",
            "nov november novembre noviembre novembro",
            "dec december dezember decembre diciembre dicembre dezembro dez dic",
        ),
        1,
    )
    for name in names.split()
}
_MONTHS["janner"] = 1


def date(text: str | int | float | dt.date) -> str:
    """Returns an ISO 8601 date, as exact as the input: "2024-03-05", "2024-03" or "2024".

    Reads ISO dates and times, `YYYYMMDD`, "5 March 2024" in seven languages, day and month in either order where only
    one order is possible ("03.05.2024" is day first by its dots), and Unix seconds or milliseconds.

    Raises:
        InvalidValueError: no such day, or day and month cannot be told apart.
    """
    if type(text) is str and _ISO_DAY.fullmatch(text):
        return _day("date", text, int(text[:4]), int(text[5:7]), int(text[8:]))
    found = _moment("date", text)
    return found if isinstance(found, str) else found.date().isoformat()


def moment(text: str | int | float | dt.date) -> str:
    """As `date`, but a time of day is kept: "2024-03-05T12:00:00Z". Without a zone it is taken as UTC.

    Raises:
        InvalidValueError: as `date`.
    """
    found = _moment("moment", text)
    if isinstance(found, str):
        return found
    try:
        utc = found.astimezone(dt.UTC) if found.tzinfo else found.replace(tzinfo=dt.UTC)
    except OverflowError:
        raise InvalidValueError("moment", text, "is no date of our time") from None
    return utc.replace(microsecond=0).isoformat().replace("+00:00", "Z")


def _moment(field: str, given: object) -> str | dt.datetime:
    if isinstance(given, dt.datetime):
        return _recent(field, given, given)
    if isinstance(given, dt.date):
        return _day(field, given, given.year, given.month, given.day)
    if isinstance(given, int | float) and not isinstance(given, bool):
        return _from_number(field, given)
    found = tidy(field, given, 100)
    if found.isdecimal() and found.isascii() and len(found) in (10, 13):
        return _from_number(field, int(found))
    if match := _YEAR_FIRST.fullmatch(found):
        return _day(field, given, int(match[1]), int(match[2] or 0), int(match[3] or 0))
    if match := _COMPACT.fullmatch(found):
        return _day(field, given, int(match[1]), int(match[2]), int(match[3]))
    if re.match(r"[12]\d{3}-?\d{2}-?\d{2}[T ]", found):
        try:
            return _recent(field, given, dt.datetime.fromisoformat(found.removesuffix(" UTC").replace(" +", "+")))
        except ValueError:
            raise InvalidValueError(field, given, "is no ISO 8601 time") from None
    if match := _NUMERIC.fullmatch(found.partition(",")[0].partition(" at ")[0] if found[:1].isdigit() else found):
        return _either_order(field, given, match)
    return _in_words(field, given, found)


def _from_number(field: str, number: int | float) -> str | dt.datetime:
    if isinstance(number, int) and 19_000_101 <= number <= 21_001_231:
        return _day(field, number, number // 10_000, number // 100 % 100, number % 100)
    if isinstance(number, int) and 1900 <= number <= 2100:
        return str(number)
    seconds = number / 1000 if number >= 10**11 else number
    if not 10**8 <= seconds <= 5 * 10**9:
        raise InvalidValueError(field, number, "is no date", "give an ISO 8601 date")
    return dt.datetime.fromtimestamp(seconds, dt.UTC)


def _either_order(field: str, given: object, match: re.Match[str]) -> str:
    first, mark, second, year_text = int(match[1]), match[2], int(match[3]), match[4]
    year = int(year_text)
    if len(year_text) == 2:
        year += 2000 if year < 50 else 1900
    if first > 12 or "." in mark or first == second:
        return _day(field, given, year, second, first)
    if second > 12:
        return _day(field, given, year, first, second)
    raise InvalidValueError(field, given, "may be day/month or month/day", "write it as YYYY-MM-DD")


def _in_words(field: str, given: object, text: str) -> str:
    """Reads "March 5th, 2024", "5. März 2024", "Tue, 05 Mar 2024 10:00:00 GMT", "Mar 2024"."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(char))
    plain = re.sub(r"\b\d{1,2}:\d{2}.*$", "", plain)
    month = year = day = 0
    for word in re.findall(r"[^\W\d_]+|\d+", plain):
        if word in _MONTHS and not month:
            month = _MONTHS[word]
        elif re.fullmatch(r"[12][0-9]{3}", word) and not year:
            year = int(word)
        elif re.fullmatch(r"[0-9]{1,2}", word) and not day:
            day = int(word)
        elif word not in _FILLERS:
            raise InvalidValueError(field, given, "is no date", "give an ISO 8601 date")
    if not (month and year):
        raise InvalidValueError(field, given, "is no date", "give an ISO 8601 date")
    return _day(field, given, year, month, day)


_FILLERS = words(
    """
    st nd rd th de di del the of mon tue wed thu fri sat sun monday tuesday wednesday thursday friday saturday
    sunday er o
    """
)


def _day(field: str, given: object, year: int, month: int, day: int) -> str:
    try:
        whole = dt.date(year, month or 1, day or 1).isoformat()
    except ValueError:
        raise InvalidValueError(field, given, "is no day of the calendar") from None
    if not 1000 <= year <= 2999:
        raise InvalidValueError(field, given, "is no date of our time")
    if day and month:
        return whole
    return whole[:7] if month else whole[:4]


def _recent(field: str, given: object, found: dt.datetime) -> dt.datetime:
    if not 1000 <= found.year <= 2999:
        raise InvalidValueError(field, given, "is no date of our time")
    return found
