"""Phone numbers: E.164 or a reason, and what the number itself tells (libphonenumber's metadata, offline)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from leadenrich.clean._e164 import is_plainly_valid, plain_number
from leadenrich.clean.text import tidy
from leadenrich.errors import InvalidValueError

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_SCIENTIFIC = re.compile(r"([0-9])(?:[.,]([0-9]+))?[eE]\+?([0-9]{1,2})")
_FLOAT = re.compile(r"(\+?[0-9]{7,15})\.0+")
_SEVERAL = re.compile(r"[/;|\n]|\bor\b|,\s*\+", re.IGNORECASE)


def phone(text: str | int, region: str | None = None) -> str:
    """Returns the number in E.164 ("+12025550123"); an extension is left out (`phone_facts` has it).

    Args:
        text: the number as written. An int is what a spreadsheet makes of one.
        region: the country (code or name) whose way of writing a number without "+" is meant.

    Raises:
        InvalidValueError: it is not a number that is assigned anywhere, or a national one and `region` is missing.
    """
    if type(text) is not str:
        text = _written(text)
    found = _read(text, None if region is None or text[:1] == "+" else _region(region))
    if type(found) is str:
        return found
    raise InvalidValueError("phone", text, *found)


@lru_cache(maxsize=16_384)
def _read(text: str, region: str | None) -> str | tuple[str, str]:
    """The number in E.164, or why it is none and what to do about it."""
    plain = plain_number(text, region)
    if plain is not None and is_plainly_valid(plain):
        return plain
    try:
        return _e164(text, region)
    except InvalidValueError as error:
        return error.reason, error.fix


def _e164(text: str, region: str | None) -> str:
    number = _parse(text, region)
    return f"+{number.country_code}{_national(number)}"


def _national(number: PhoneNumber) -> str:
    zeros = "0" * (number.number_of_leading_zeros or 1) if number.italian_leading_zero else ""
    return f"{zeros}{number.national_number}"


def _written(text: object) -> str:
    if isinstance(text, bool) or not isinstance(text, str | int | float):
        raise InvalidValueError("phone", text, f"is {type(text).__name__}, not a number", "give a string")
    if isinstance(text, float):
        if not text.is_integer():
            raise InvalidValueError("phone", text, "is a fraction, not a phone number")
        text = int(text)
    return text if isinstance(text, str) else str(text)


# Ascension and Tristan da Cunha number apart from Saint Helena, to which ISO 3166 counts them.
_MORE_REGIONS = {"AC": "SH", "TA": "SH"}


@lru_cache(maxsize=512)
def _region(region: str | None) -> str | None:
    if region is None or region in _MORE_REGIONS:
        return region
    from leadenrich.clean.countries import country

    try:
        return country(region)
    except InvalidValueError as error:
        raise InvalidValueError("region", region, error.reason, "give a country such as DE") from None


def _parse(text: str, region: str | None) -> PhoneNumber:
    import phonenumbers

    if not _E164.fullmatch(text):
        text = _tidied(text)
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as error:
        raise InvalidValueError("phone", text, *_why(error.error_type, text, region)) from None
    if not phonenumbers.is_valid_number(number):
        # Mexico dropped the mobiles' "1" after +52 in 2019; spreadsheets still have it, the metadata does not.
        if number.country_code == 52 and str(number.national_number).startswith("1"):
            number.national_number = int(str(number.national_number)[1:])
            if phonenumbers.is_valid_number(number):
                return number
        if _SEVERAL.search(text):
            raise InvalidValueError("phone", text, "holds several numbers", "give one")
        raise InvalidValueError("phone", text, "is not an assigned number", "check digits and country code")
    return number


def _tidied(text: str) -> str:
    found = tidy("phone", text).strip("'\"= ")
    if found[:4].lower() == "tel:":
        found = found[4:]
    rounded = _SCIENTIFIC.fullmatch(found)
    if rounded:
        if len(rounded[2] or "") != int(rounded[3]):
            raise InvalidValueError("phone", text, "was rounded by a spreadsheet", "format the column as text")
        found = rounded[1] + rounded[2]  # every digit is there
    elif whole := _FLOAT.fullmatch(found):
        found = whole[1]
    digits = sum(char.isdigit() for char in found)
    if digits < 3:
        raise InvalidValueError("phone", text, "holds no phone number")
    if digits > 40 or len(found) > 80:
        raise InvalidValueError("phone", text, "is too long for one number", "give one")
    if found.startswith("(+") or found.startswith("++"):
        found = "+" + found.lstrip("(+")
    # "+49 (0) 30 ...": the trunk zero that is never dialled after a country code.
    if found.startswith("+"):
        found = re.sub(r"\(\s*0\s*\)", " ", found)
    elif re.match(r"00[1-9]", found):
        found = "+" + found[2:]
    return found


def _why(kind: int, text: str, region: str | None) -> tuple[str, str]:
    import phonenumbers

    if kind == phonenumbers.NumberParseException.INVALID_COUNTRY_CODE:
        if region is None and not text.lstrip().startswith("+"):
            return "has no country code", "write it as +..., or give the region"
        return "has a country code that is not assigned", "check the digits after the +"
    if kind == phonenumbers.NumberParseException.TOO_LONG:
        return "is too long for a phone number", ""
    if kind == phonenumbers.NumberParseException.NOT_A_NUMBER:
        return "holds no phone number", ""
    return "is too short for a phone number", ""


@dataclass(frozen=True, slots=True)
class PhoneFacts:
    """What a number tells without asking anybody.

    Attributes:
        e164: the canonical number.
        country: ISO alpha-2 code, None for numbers of no country (satellite, +800).
        region: the area it was first assigned in, in English, None where unknown.
        line_type: mobile, landline, voip, toll_free or unknown (some countries, the US among them, do not tell).
        carrier: the network the range was assigned to; ported numbers keep the old name. None where unknown.
        time_zones: IANA names; none for a toll-free number.
        extension: digits dialled after the connection, None where there are none.
    """

    e164: str
    country: str | None
    region: str | None
    line_type: str
    carrier: str | None
    time_zones: tuple[str, ...]
    extension: str | None


def phone_facts(text: str | int, region: str | None = None) -> PhoneFacts:
    """Returns the facts about a number.

    Raises:
        InvalidValueError: as `phone`.
    """
    return _facts(_written(text), _region(region))


@lru_cache(maxsize=4_096)
def _facts(text: str, region: str | None) -> PhoneFacts:
    import phonenumbers
    from phonenumbers import carrier, geocoder, timezone

    number = _parse(text, region)
    kind = phonenumbers.number_type(number)
    types = phonenumbers.PhoneNumberType
    line_type = {
        types.MOBILE: "mobile",
        types.FIXED_LINE: "landline",
        types.UAN: "landline",
        types.VOIP: "voip",
        types.TOLL_FREE: "toll_free",
    }.get(kind, "unknown")
    code = phonenumbers.region_code_for_number(number)
    zones = tuple(zone for zone in timezone.time_zones_for_number(number) if zone != "Etc/Unknown")
    if line_type == "toll_free":
        zones = ()  # a whole continent's: they say where callers are, not who answers
    # description_for_number falls back to the country's name, which `country` says already.
    area = geocoder.description_for_valid_number(number, "en")
    return PhoneFacts(
        e164=f"+{number.country_code}{_national(number)}",
        country=_MORE_REGIONS.get(code, code) if code and code.isalpha() else None,
        region=area if area and area != geocoder.country_name_for_number(number, "en") else None,
        line_type=line_type,
        carrier=carrier.name_for_valid_number(number, "en") or None,
        time_zones=zones,
        extension=number.extension or None,
    )
