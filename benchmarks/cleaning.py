"""What one cleaned value costs: `python -m benchmarks.cleaning`.

"first" is a value that has not been seen, "again" one that has: processor time, averages over 10,000 values.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from leadenrich import clean

COUNT = 10_000
VALUES: dict[str, tuple[Callable[[Any], Any], Callable[[int], Any]]] = {
    "e-mail": (clean.email, lambda number: f"Jane.Doe{number}@acme{number % 997}.example"),
    "phone, E.164": (clean.phone, lambda number: f"+4474001{number:05d}"),
    "phone, as written": (clean.phone, lambda number: f"+44 (0)7400 1{number:05d}"),
    "domain, plain": (clean.domain, lambda number: f"acme{number}.co.uk"),
    "domain, of a URL": (clean.domain, lambda number: f"https://www.acme{number}.co.uk/about"),
    "person name": (clean.person_name, lambda number: f"Jane {_word(number)}"),
    "person name, shouted": (clean.person_name, lambda number: f"{_word(number).upper()}, JANE"),
    "person name, with titles": (clean.person_name, lambda number: f"Dr. Jane Q. {_word(number)}, MBA"),
    "company name": (clean.company_name, lambda number: f"Acme {_word(number)} GmbH"),
    "LinkedIn profile": (clean.linkedin_url, lambda number: f"https://www.linkedin.com/in/jane-{number}"),
    "country": (clean.country, lambda number: ("DE", "Germany", "Deutschland")[number % 3]),
    "fields(), ten of them": (clean.fields, lambda number: _person(number)),
    "record(), ten fields": (clean.record, lambda number: _person(number)),
}


def _word(number: int) -> str:
    letters = ""
    for _ in range(4):
        number, letter = divmod(number, 26)
        letters += chr(97 + letter)
    return letters.capitalize()


def _person(number: int) -> dict[str, Any]:
    return {
        "email": f"jane.doe{number}@acme.example",
        "first_name": "Jane",
        "last_name": _word(number),
        "title": "VP Sales",
        "linkedin_url": f"https://www.linkedin.com/in/jane-{number}",
        "phone": f"+4474001{number:05d}",
        "company_name": f"Acme {number % 500} GmbH",
        "company_domain": f"acme{number % 500}.example",
        "country": "GB",
        "city": "Musterstadt",
    }


def microseconds(cleaner: Callable[[Any], Any], values: Sequence[Any]) -> float:
    """Returns the average time of one call."""
    start = time.process_time()
    for value in values:
        cleaner(value)
    return (time.process_time() - start) / len(values) * 1e6


def main() -> None:
    """Prints one line a kind of value."""
    print(f"{'':24}{'first':>9}{'again':>9}   microseconds")
    for name, (cleaner, value_of) in VALUES.items():
        values = [value_of(number) for number in range(COUNT)]
        cleaner(value_of(COUNT + 1))  # loads what is loaded on first use
        print(f"{name:24}{microseconds(cleaner, values):9.1f}{microseconds(cleaner, values):9.1f}")


if __name__ == "__main__":
    main()
