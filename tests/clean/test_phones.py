"""Phone numbers: libphonenumber's own examples of every country and kind, and how people write them."""

import random
from typing import Any

import phonenumbers
import pytest

from leadenrich import clean
from leadenrich.clean import phones
from leadenrich.clean._e164 import is_plainly_valid, plain_number
from leadenrich.errors import InvalidValueError

KINDS = range(11)


def examples() -> list[phonenumbers.PhoneNumber]:
    """The metadata's example of each kind of number in each region."""
    found = (
        phonenumbers.example_number_for_type(region, kind)
        for region in sorted(phonenumbers.SUPPORTED_REGIONS)
        for kind in KINDS
    )
    return [number for number in found if number is not None]


def test_every_example_in_every_writing() -> None:
    numbers = examples()
    assert len(numbers) > 1000
    for number in numbers:
        e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        international = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
        assert clean.phone(e164) == e164
        assert clean.phone(international) == e164


def test_every_national_example_with_its_region() -> None:
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        number = phonenumbers.example_number(region)
        if number is not None:
            national = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
            e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
            assert clean.phone(national, region) == e164


def test_the_quick_yes_is_never_wrong() -> None:
    chance = random.Random(0)
    said_yes = 0
    for number in examples():
        digits = list(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
        for _ in range(4):
            digits[chance.randrange(2, len(digits))] = chance.choice("0123456789")
            text = "".join(digits)
            if is_plainly_valid(text):
                said_yes += 1
                parsed = phonenumbers.parse(text)
                assert phonenumbers.is_valid_number(parsed)
                assert phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164) == text
    assert said_yes > 1000


@pytest.mark.parametrize(
    ("given", "region", "wanted"),
    [
        ("+1 (202) 555-0123", None, "+12025550123"),
        ("tel:+1-202-555-0123", None, "+12025550123"),
        ("+1 202 555 0123 ext. 45", None, "+12025550123"),
        ("'+12025550123", None, "+12025550123"),
        ("0044 20 7946 0018", None, "+442079460018"),
        ("(+44) (0)20 7946 0018", None, "+442079460018"),
        ("+44 (0) 20 7946 0018", None, "+442079460018"),
        ("020 7946 0018", "GB", "+442079460018"),
        ("020 7946 0018", "England", "+442079460018"),
        (2025550123, "US", "+12025550123"),
        (2025550123.0, "US", "+12025550123"),
        ("2025550123.0", "US", "+12025550123"),
        ("4.42079460018E+11", "GB", "+442079460018"),
        ("4.42E+11", "GB", None),
        ("+442079460018", "US", "+442079460018"),
        ("1-800-FLOWERS", "US", "+18003569377"),
        ("＋１２０２５５５０１２３", None, "+12025550123"),
        ("+39 06 12345678", None, "+390612345678"),
        ("+52 1 55 1234 5678", None, "+525512345678"),
    ],
)
def test_reads(given: str | int, region: str | None, wanted: str | None) -> None:
    if wanted is None:
        with pytest.raises(InvalidValueError):
            clean.phone(given, region)
    else:
        assert clean.phone(given, region) == wanted


@pytest.mark.parametrize(
    ("given", "region", "reason"),
    [
        ("020 7946 0018", None, "no country code"),
        ("+999 123 4567", None, "not assigned"),
        ("+1 555 010 0123", None, "not an assigned number"),
        ("+1 202 555", None, "not an assigned number"),
        ("+12025550123 / +12025550124", None, ""),
        ("call me", None, "no phone number"),
        ("", None, "empty"),
        ("+" + "1" * 30, None, "too long"),
        ("1" * 60, "US", "too long"),
        (None, None, "not a number"),
        (True, None, "not a number"),
        (1.5, None, "fraction"),
        ("4.92E+12", "DE", "rounded"),
    ],
)
def test_refuses(given: object, region: str | None, reason: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        clean.phone(given, region)  # type: ignore[arg-type]  # wrong types are the point
    assert reason in caught.value.reason
    assert caught.value.field == "phone"


def test_an_unknown_region_is_said() -> None:
    with pytest.raises(InvalidValueError, match="region"):
        clean.phone("020 7946 0018", "Atlantis")


def test_facts() -> None:
    facts = clean.phone_facts("+44 7400 123456 x9")
    assert (facts.e164, facts.country, facts.line_type) == ("+447400123456", "GB", "mobile")
    assert facts.extension == "9"
    assert "Europe/London" in facts.time_zones
    landline = clean.phone_facts("020 7946 0018", "GB")
    assert (landline.line_type, landline.region, landline.extension) == ("landline", "London", None)
    assert clean.phone_facts("+12025550123").line_type == "unknown"
    toll_free = clean.phone_facts("+18005550199")
    assert (toll_free.line_type, toll_free.time_zones) == ("toll_free", ())
    assert clean.phone_facts("+80012345678").country is None


def _written(number: Any) -> list[str]:
    formats = phonenumbers.PhoneNumberFormat
    texts = [
        phonenumbers.format_number(number, kind) for kind in (formats.NATIONAL, formats.INTERNATIONAL, formats.E164)
    ]
    digits = str(number.national_number)
    return [*texts, digits, f"0{digits}", f"00{number.country_code}{digits}", f"+{number.country_code} (0) {digits}",
            f"{number.country_code}{digits}", texts[0].replace(" ", "-"), texts[0].replace(" ", "")]  # fmt: skip


def test_the_quick_reading_says_what_parsing_says() -> None:
    quick = 0
    for region in phonenumbers.SUPPORTED_REGIONS:
        for kind in (0, 1, 3, 6):  # fixed line, mobile, toll-free, VoIP
            example = phonenumbers.example_number_for_type(region, kind)
            for text in _written(example) if example else ():
                for given in (region, "DE", "US", "IT", None):
                    found = plain_number(text, given)
                    if found is not None and is_plainly_valid(found):
                        quick += 1
                        assert phones._e164(text, given) == found, (text, given)
    assert quick > 3_000
