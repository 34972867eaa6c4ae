"""Whether a person fits what a search wants: words in texts, places, levels, sizes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, TypeVar

from leadenrich import clean
from leadenrich.errors import InvalidValueError
from leadenrich.sandbox.facts import SandboxCompany, SandboxPerson
from leadenrich.sandbox.names import COUNTRIES
from leadenrich.sandbox.spelling import ascii_letters, fold
from leadenrich.sandbox.world import SIZES

T = TypeVar("T")


def first(*values: T | None) -> T | None:
    """Return the first value that holds something, or None."""
    return next((value for value in values if value), None)


def country_code(text: str) -> str:
    """Return the ISO code of a country of the world, given as code or English name; other text as it is."""
    code = text.strip().upper()
    return next((iso for iso, land in COUNTRIES.items() if code in (iso, land.name.upper())), code)


def same_name(asked: str, person: SandboxPerson) -> bool:
    """Return whether it is the person's name, in either order, with accents, without them or written out."""
    orders = (person.full_name, f"{person.last_name} {person.first_name}")
    return any(key(asked) == key(name) for name in orders for key in (fold, ascii_letters))


def listed(value: Any) -> list[Any]:
    """Return one value or several as a list; nothing wanted: an empty one."""
    if value in (None, "", []):
        return []
    return list(value) if isinstance(value, list | tuple | set) else [value]


def page_of(found: Iterator[T], limit: int | None, offset: int) -> list[T]:
    """Return the items from an offset on, at most so many."""
    page: list[T] = []
    for place, one in enumerate(found):
        if limit is not None and len(page) >= limit:
            break
        if place >= offset:
            page.append(one)
    return page


def _any(wanted: Any, *texts: str | None) -> bool:
    """Return whether one of the wanted words is in one of the texts."""
    return any(fold(str(word)) in fold(text) for word in listed(wanted) for text in texts if text)


def fits_company(company: SandboxCompany, wanted: dict[str, Any]) -> bool:
    """Return whether a company is what a search wants."""
    return all(_COMPANY[word](company, value) for word, value in wanted.items() if word in _COMPANY and listed(value))


def fits_person(person: SandboxPerson, wanted: dict[str, Any]) -> bool:
    """Return whether a person is what a search wants."""
    return all(_PERSON[word](person, value) for word, value in wanted.items() if word in _PERSON and listed(value))


def _there(wanted: Any, one: SandboxCompany | SandboxPerson) -> bool:
    """Return whether one of the wanted places, countries or cities or regions, is where a person is."""
    places = {one.country, fold(one.city or ""), fold(one.region or "")} - {None, ""}
    return any(country_code(str(text)) in places or fold(str(text)) in places for text in listed(wanted))


def _word(field: str, wanted: Any, own: str | None) -> bool:
    """Return whether a vendor's own word for a level or a department ("C-Level") is the one wanted."""
    return (own or "") in [_canonical(field, str(word)) for word in listed(wanted)]


@lru_cache(maxsize=1024)
def _canonical(field: str, word: str) -> str | None:
    try:
        found: str = clean.value(field, word)
    except InvalidValueError:
        return None
    return found


def _in_range(company: SandboxCompany, text: str) -> bool:
    low, _, high = text.replace(",", "").replace(" ", "").partition("-")
    size = company.employee_range or ""
    if not low.rstrip("+").isdigit():
        return fold(text) == fold(size)
    least = next((least for name, least, _ in SIZES if name == size), company.employee_count or 0)
    count = company.employee_count if company.employee_count is not None else least
    return int(low.rstrip("+")) <= count <= (int(high) if high.isdigit() else 10**9)


def has_facts(company: SandboxCompany, wanted: dict[str, Any]) -> bool:
    """Return whether a company has exactly these facts."""
    return all(str(getattr(company, word, None)).lower() == str(value).lower() for word, value in wanted.items())


_COMPANY: dict[str, Callable[[SandboxCompany, Any], bool]] = {
    "industry": lambda company, wanted: _any(wanted, company.industry),
    "city": lambda company, wanted: _any(wanted, company.city),
    "region": lambda company, wanted: _any(wanted, company.region),
    "funding_stage": lambda company, wanted: _any(wanted, company.funding_stage),
    "technology": lambda company, wanted: _any(wanted, *company.technologies),
    "keywords": lambda company, wanted: _any(
        wanted, company.company_name, company.description, company.industry, *company.keywords
    ),
    "employee_range": lambda company, wanted: any(_in_range(company, str(text)) for text in listed(wanted)),
    "country": lambda company, wanted: _there(wanted, company),
}
_PERSON: dict[str, Callable[[SandboxPerson, Any], bool]] = {
    "title": lambda person, wanted: _any(wanted, person.title),
    "seniority": lambda person, wanted: _word("seniority", wanted, person.seniority),
    "department": lambda person, wanted: _word("department", wanted, person.department),
    "city": lambda person, wanted: _any(wanted, person.city),
    "region": lambda person, wanted: _any(wanted, person.region),
    "first_name": lambda person, wanted: _any(wanted, person.first_name),
    "last_name": lambda person, wanted: _any(wanted, person.last_name),
    "full_name": lambda person, wanted: _any(wanted, person.full_name),
    "keywords": lambda person, wanted: _any(
        wanted, person.title, person.headline, person.full_name, person.company_name
    ),
    "has": lambda person, wanted: all(getattr(person, field) is not None for field in listed(wanted)),
    "country": lambda person, wanted: _there(wanted, person),
}
"""Query word -> whether a person fits what is wanted by it; asked only for the words that are given."""
