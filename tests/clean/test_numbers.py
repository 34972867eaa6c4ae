"""Money, head counts, ranges, dates."""

import datetime as dt
from decimal import Decimal

import pytest

from leadenrich import clean
from leadenrich.errors import InvalidValueError


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("$1.2M", "1200000"),
        ("USD 3,500,000", "3500000"),
        ("US$ 12.5 million", "12500000"),
        ("3B", "3000000000"),
        ("$5k", "5000"),
        ("1,234", "1234"),
        ("1.234.567,89", "1234567.89"),
        ("1,234,567.89", "1234567.89"),
        ("12,5", "12.5"),
        ("1 234 567", "1234567"),
        ("1'234'567", "1234567"),
        ("12,34,567", "1234567"),
        ("(500)", "-500"),
        ("-5k", "-5000"),
        ("5 Mio", "5000000"),
        (1500, "1500"),
        (1.5, "1.5"),
        (1e6, "1000000"),
        (Decimal("1E+3"), "1000"),
        ("10M+", "10000000"),
    ],
)
def test_money(given: str | float | Decimal, wanted: str) -> None:
    found = clean.money(given)
    assert isinstance(found, Decimal)
    assert str(found) == wanted


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("€5M", "EUR"),
        ("5 GBP", "GBP"),
        ("CHF 1.000", "CHF"),
        ("a lot", "no amount"),
        ("5 apples", "no amount"),
        ("1e999", ""),
        (10**20, "beyond"),
        ("9" * 30, "beyond"),
        (float("nan"), "no number"),
        (float("inf"), "no number"),
        (True, "not text"),
        ("", "empty"),
    ],
)
def test_money_refuses(given: object, reason: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        clean.money(given)  # type: ignore[arg-type]  # wrong types are the point
    assert reason in caught.value.reason


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("1,234", 1234),
        ("1.234", 1234),
        ("5k", 5000),
        ("1.5k", 1500),
        ("10,001+", 10001),
        ("~200", 200),
        ("about 40 employees", 40),
        (12.0, 12),
        ("0", 0),
    ],
)
def test_employee_count(given: str | float, wanted: int) -> None:
    assert clean.employee_count(given) == wanted


@pytest.mark.parametrize("given", ["11-50", "51 to 200", "many", "1.5", -1, 1e12, True, None, ""])
def test_employee_count_refuses(given: object) -> None:
    with pytest.raises(InvalidValueError):
        clean.employee_count(given)  # type: ignore[arg-type]  # wrong types are the point


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("51-200", "51-200"),
        ("51 – 200 employees", "51-200"),
        ("51 to 200", "51-200"),
        ("51,200", "51-200"),
        ("5,001-10,000", "5001-10000"),
        ("1K-5K", "1000-5000"),
        ("1-5K", "1000-5000"),
        ("251-1K", "251-1000"),
        ("501-1k", "501-1000"),
        ("250-1.5K employees", "250-1500"),
        ("10,001+", "10001+"),
        ("> 10000", "10001+"),
        (">= 500", "500+"),
        ("10K or more", "10000+"),
        ("Nov-50", "11-50"),
        ("10-Feb", "2-10"),
        ("2-Oct", "2-10"),
        ("1-Jan", "1-1"),
        (37, "11-50"),
        ("37", "11-50"),
        (20000, "10001+"),
        ("<10", "1-9"),
        ("up to 50", "1-50"),
        ("Self-employed", "1-1"),
        ("201-500 Mitarbeiter", "201-500"),
    ],
)
def test_employee_range(given: str | int, wanted: str) -> None:
    assert clean.employee_range(given) == wanted
    assert clean.employee_range(wanted) == wanted


@pytest.mark.parametrize("given", ["200-50", "large", "", None, "Feb-2024x", "-5"])
def test_employee_range_refuses(given: object) -> None:
    with pytest.raises(InvalidValueError):
        clean.employee_range(given)  # type: ignore[arg-type]  # wrong types are the point


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("2024-03-05", "2024-03-05"),
        ("2024-03", "2024-03"),
        ("2024", "2024"),
        ("2024/3/5", "2024-03-05"),
        ("20240305", "2024-03-05"),
        ("05.03.2024", "2024-03-05"),
        ("25/12/2024", "2024-12-25"),
        ("12/25/2024", "2024-12-25"),
        ("3/3/24", "2024-03-03"),
        ("March 5th, 2024", "2024-03-05"),
        ("5 Mar 2024", "2024-03-05"),
        ("5. März 2024", "2024-03-05"),
        ("5 de marzo de 2024", "2024-03-05"),
        ("5 août 2024", "2024-08-05"),
        ("5 gennaio 2024", "2024-01-05"),
        ("5 maart 2024", "2024-03-05"),
        ("5 de março de 2024", "2024-03-05"),
        ("Mar 2024", "2024-03"),
        ("Tue, 05 Mar 2024 10:00:00 GMT", "2024-03-05"),
        ("2024-03-05T23:30:00-05:00", "2024-03-05"),
        (1709596800, "2024-03-05"),
        (1709596800000, "2024-03-05"),
        ("1709596800", "2024-03-05"),
        (2024, "2024"),
        (dt.date(2024, 3, 5), "2024-03-05"),
        (dt.datetime(2024, 3, 5, 12, 0), "2024-03-05"),
    ],
)
def test_dates(given: str | int | dt.date, wanted: str) -> None:
    assert clean.date(given) == wanted
    assert clean.date(wanted) == wanted


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("03/05/2024", "day/month"),
        ("2024-02-30", "calendar"),
        ("soon", "no date"),
        ("5 days ago", "no date"),
        (5, "no date"),
        ("", "empty"),
        (True, "not text"),
        (float("nan"), "no date"),
        ("0001-01-01", "no date"),
        ("2024-13-01T00:00:00", ""),
    ],
)
def test_dates_refuse(given: object, reason: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        clean.date(given)  # type: ignore[arg-type]  # wrong types are the point
    assert reason in caught.value.reason


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("2024-03-05T12:00:00+02:00", "2024-03-05T10:00:00Z"),
        ("2024-03-05 12:00:00", "2024-03-05T12:00:00Z"),
        ("2024-03-05", "2024-03-05"),
        (1709596800, "2024-03-05T00:00:00Z"),
        (dt.datetime(2024, 3, 5, 1, 2, 3, 4, tzinfo=dt.UTC), "2024-03-05T01:02:03Z"),
    ],
)
def test_moments(given: str | int | dt.date, wanted: str) -> None:
    assert clean.moment(given) == wanted
