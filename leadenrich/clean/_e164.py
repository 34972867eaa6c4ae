"""A quick test for most valid numbers; a number that does not pass it is parsed in full.

The patterns are libphonenumber's own, of a country code's main region, put into one regular expression: full parsing
costs twenty times as much, and nearly all numbers that vendors return are in this form.
"""

from __future__ import annotations

import re
from functools import lru_cache

_NEVER = re.compile(r"(?!)")
_TYPES = (
    "fixed_line",
    "mobile",
    "toll_free",
    "premium_rate",
    "shared_cost",
    "personal_number",
    "voip",
    "pager",
    "uan",
    "voicemail",
)


def is_plainly_valid(number: str) -> bool:
    """Whether "+<digits>" is an assigned number for certain; False means that it must be looked at."""
    for size in (1, 2, 3):
        pattern = _valid(number[1 : 1 + size])
        if pattern is not None:
            return pattern.fullmatch(number, 1 + size) is not None
    return False


@lru_cache(maxsize=2_048)
def _valid(code: str) -> re.Pattern[str] | None:
    """National numbers of a country code that are valid and read as they stand; None where there is no such code."""
    import phonenumbers

    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(code))
    if regions is None:
        return None
    main = phonenumbers.PhoneMetadata.metadata_for_region(regions[0], None)
    if main is None or main.leading_digits or not main.general_desc:
        return _NEVER
    kinds = [desc.national_number_pattern for name in _TYPES if (desc := getattr(main, name)) is not None]
    kinds = [pattern for pattern in kinds if pattern and pattern != "NA"]
    if not kinds or not main.general_desc.national_number_pattern:
        return _NEVER
    # Parsing may take a national prefix off what starts like one, so those are not plain.
    prefix = main.national_prefix_for_parsing
    starts = rf"(?!{prefix})" if prefix else ""
    return re.compile(rf"{starts}(?=(?:{main.general_desc.national_number_pattern})\Z)(?:{'|'.join(kinds)})")


_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_WRITTEN = re.compile(r"(\+|00(?=[1-9]))?[0-9()][0-9 ()./-]{5,30}")
_TRUNK = re.compile(r"\( ?0 ?\)")
_MARKS = str.maketrans("", "", " ()./-")


def plain_number(text: str, region: str | None) -> str | None:
    """What a number in everyday writing is in E.164 if it is valid; None where only parsing can tell.

    Reads digits between spaces, brackets, dots, dashes and slashes: with "+" or "00" and a country code, or the way
    the region writes its own, where that is nothing but a prefix to drop.
    """
    if _E164.fullmatch(text):
        return text
    match = _WRITTEN.fullmatch(text)
    if match is None:
        return None
    if match[1]:
        return "+" + _TRUNK.sub("", text[match.end(1) :]).translate(_MARKS)
    rule = _national_rule(region) if region else None
    if rule is None:
        return None
    code, prefix = rule
    digits = text.translate(_MARKS)
    if digits.startswith(code):  # may be the country code without its plus
        return None
    if prefix and digits.startswith(prefix):
        digits = digits[len(prefix) :]
        if digits.startswith(prefix):
            return None
    return f"+{code}{digits}"


@lru_cache(maxsize=512)
def _national_rule(region: str) -> tuple[str, str] | None:
    """Country code and national prefix of a region that leads its code and whose prefix is simply dropped."""
    import phonenumbers

    code = phonenumbers.country_code_for_region(region)
    main = phonenumbers.PhoneMetadata.metadata_for_region(region, None) if code else None
    if main is None or phonenumbers.COUNTRY_CODE_TO_REGION_CODE[code][0] != region:
        return None
    prefix = main.national_prefix or ""
    if main.national_prefix_transform_rule or (main.national_prefix_for_parsing or "") != prefix:
        return None
    return str(code), prefix
