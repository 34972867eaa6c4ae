"""Canonical values as vendors write them: country names instead of codes, the two ends of a range, lists, titles."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

_EVERYDAY = {
    "BN": "Brunei",
    "CD": "Democratic Republic of the Congo",
    "CI": "Ivory Coast",
    "CZ": "Czech Republic",
    "FK": "Falkland Islands",
    "FM": "Micronesia",
    "MF": "Saint Martin",
    "PS": "Palestine",
    "RU": "Russia",
    "SH": "Saint Helena",
    "SX": "Sint Maarten",
    "TR": "Turkey",
    "VA": "Vatican City",
    "VG": "British Virgin Islands",
    "VI": "U.S. Virgin Islands",
    "XK": "Kosovo",
}


@cache
def country_name(code: str | None) -> str | None:
    """Return a country's everyday English name from its ISO alpha-2 code; any other text, or None, as it is."""
    if not code or len(code) != 2:
        return code
    if (name := _EVERYDAY.get(code.upper())) is not None:
        return name
    import pycountry

    found = pycountry.countries.get(alpha_2=code.upper())
    return str(getattr(found, "common_name", None) or found.name) if found else code


def alpha_3(code: str | None) -> str | None:
    """Return a country's ISO alpha-3 code from its alpha-2 code; any other text, or None, as it is."""
    if not code or len(code) != 2:
        return code
    import pycountry

    found = pycountry.countries.get(alpha_2=code.upper())
    return str(found.alpha_3) if found else code


def size_bounds(employee_range: str | None) -> tuple[int | None, int | None]:
    """Return the two ends of a head-count range: "51-200" -> (51, 200), "10001+" -> (10001, None)."""
    low, _, high = (employee_range or "").replace("+", "-").partition("-")
    return int(low) if low.isdecimal() else None, int(high) if high.isdecimal() else None


def place(city: str | None = None, region: str | None = None, country: str | None = None) -> str | None:
    """Return "City, Region, Country" of the parts that are there, the country by its English name."""
    return ", ".join(part for part in (city, region, country_name(country)) if part) or None


def capitalised(word: str | None) -> str | None:
    """Return one of our words as a menu shows it: "customer_success" -> "Customer Success", "vp" -> "VP"."""
    return "VP" if word == "vp" else word.replace("_", " ").title() if word else None


def listing(value: Any) -> list[Any]:
    """Return a filter's list: of a value, of several, or empty where there is none."""
    return [one for one in (value if isinstance(value, list | tuple) else [value]) if one not in (None, "")]


def present(parts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parts that hold something, for a body in which an empty filter would mean nothing fits."""
    return {name: value for name, value in parts.items() if value not in (None, "", [], {})}
