"""One function for every canonical field: a vendor's value in, the canonical form out."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from leadenrich.clean import (
    _small_cleaners,
    companies,
    countries,
    domains,
    emails,
    links,
    numbers,
    people,
    phones,
    times,
    titles,
)
from leadenrich.clean.text import words
from leadenrich.errors import InvalidValueError


@dataclass(frozen=True, slots=True)
class Problem:
    """One value that was left out or moved; it carries no value, so it may be logged.

    Attributes:
        field: the field it was found in ("phone", "people[3].email").
        reason: what is wrong, as a predicate ("has no country code").
        fix: what to do about it, "" where there is nothing to say.
    """

    field: str
    reason: str
    fix: str = ""

    def __str__(self) -> str:
        """Return it as one line."""
        return f"{self.field} {self.reason}; {self.fix}" if self.fix else f"{self.field} {self.reason}"


def value(field: str, value: Any, *, region: str | None = None) -> Any:
    """Returns the canonical form of one field's value; an unknown field passes through.

    Args:
        field: a canonical field name, such as "email" or "last_funding_at".
        value: what a vendor or a spreadsheet says. Items of lists (`people`, `news`, ...) are cleaned one by one, and
            what is bad in them is left out.
        region: the country (alpha-2) whose way of writing phone numbers without "+" is meant.

    Raises:
        InvalidValueError: it has no canonical form.
    """
    try:
        if field in PHONES:
            return phones.phone(value, region)
        if field in ITEMS:
            return _items(field, value, region, [])
        cleaner = CLEANERS.get(field)
        return value if cleaner is None else cleaner(value)
    except InvalidValueError as error:
        if error.field == field:
            raise
        raise InvalidValueError(field, value, error.reason, error.fix) from None


def fields(mapping: Mapping[str, Any], *, region: str | None = None) -> tuple[dict[str, Any], list[Problem]]:
    """Returns a whole answer or query in canonical form, and what had to be left out of it.

    Fields without a value (None, "", "n/a", NaN) are left out silently; unknown fields pass through.

    Args:
        mapping: field -> value.
        region: the country of phone numbers written without "+"; the mapping's own `country` where not given.

    Raises:
        InvalidValueError: `mapping` is no mapping.
    """
    if type(mapping) is not dict and not isinstance(mapping, Mapping):
        raise InvalidValueError("record", mapping, f"is {type(mapping).__name__}, not a mapping", "give field -> value")
    found: dict[str, Any] = {}
    problems: list[Problem] = []
    if region is None and mapping.get("country"):
        region = known_country(mapping["country"])
    for field, given in mapping.items():
        if given is None or given == "" or (type(given) is float and math.isnan(given)):
            continue
        try:
            if type(given) is str and field in REPEATED and len(given) <= _REMEMBERED:
                known = _once(field, given)
                if type(known) is Problem:
                    if known.reason != "is empty":
                        problems.append(known)
                else:
                    found[field] = known
            elif (cleaner := CLEANERS.get(field)) is not None:
                found[field] = cleaner(given)
            elif field in PHONES:
                found[field] = phones.phone(given, region)
            elif field in ITEMS:
                found[field] = _items(field, given, region, problems)
            else:
                found[field] = given
        except InvalidValueError as error:
            if error.reason != "is empty":
                problems.append(Problem(field, error.reason, error.fix))
    place = found.get("region")
    if place and len(place) <= 6 and place.isupper() and "country" in found:
        found["region"] = countries.region(place, found["country"])
    return found, problems


@lru_cache(maxsize=32_768)
def _once(field: str, text: str) -> Any:
    """A text's canonical form, or the `Problem` it has: the same few texts come again in every export."""
    try:
        return CLEANERS[field](text)
    except InvalidValueError as error:
        return Problem(field, error.reason, error.fix)


def known_country(text: Any) -> str | None:
    """The country's code, None where the text names none."""
    try:
        return countries.country(text)
    except InvalidValueError:
        return None


def _items(field: str, given: Any, region: str | None, problems: list[Problem]) -> list[dict[str, Any]]:
    """Cleans a list of records; a bare string stands for the item's main word."""
    if not isinstance(given, list | tuple):
        raise InvalidValueError(field, given, f"is {type(given).__name__}, not a list", "give a list of mappings")
    main = ITEMS[field]
    found = []
    for position, item in enumerate(given):
        if isinstance(item, str) and main:
            item = {main: item}
        if not isinstance(item, Mapping):
            problems.append(Problem(f"{field}[{position}]", f"is {type(item).__name__}, not a mapping"))
            continue
        cleaned, bad = fields(item, region=region)
        problems += [Problem(f"{field}[{position}].{each.field}", each.reason, each.fix) for each in bad]
        if cleaned:
            found.append(cleaned)
    return found


PHONES = frozenset({"phone", "mobile_phone"})
# Lists of records -> the word that a bare string in them stands for.
ITEMS = {
    "people": "",
    "companies": "",
    "emails": "email",
    "places": "",
    "topics": "name",
    "news": "",
    "citations": "url",
}
_BY_CLEANER: tuple[tuple[Callable[[Any], Any], str], ...] = (
    (emails.email, "email personal_email"),
    (people.first_name, "first_name"),
    (people.last_name, "last_name"),
    (people.person_name, "full_name"),
    (links.person_linkedin_url, "linkedin_url"),
    (links.company_linkedin_url, "company_linkedin_url"),
    (links.sales_navigator_url, "sales_navigator_url"),
    (links.twitter_url, "twitter_url"),
    (links.github_url, "github_url"),
    (links.facebook_url, "facebook_url"),
    (links.url, "website logo_url url"),
    (titles.seniority, "seniority"),
    (titles.department, "department"),
    (countries.country, "country"),
    (companies.company_name, "company_name"),
    (domains.domain, "company_domain"),
    (numbers.employee_count, "employee_count"),
    (numbers.employee_range, "employee_range"),
    (numbers.money, "annual_revenue_usd funding_total_usd paid_cost_usd"),
    (times.date, "last_funding_at"),
    (times.moment, "published_at"),
    (_small_cleaners.word_of("email_status", _small_cleaners.EMAIL_STATUS), "email_status"),
    (_small_cleaners.word_of("line_type", _small_cleaners.LINE_TYPE), "line_type"),
    (_small_cleaners.confidence, "confidence"),
    (_small_cleaners.year, "founded_year"),
    (_small_cleaners.place, "city region"),
    (_small_cleaners.names, "technologies investors"),
    (_small_cleaners.paragraphs, "description"),
    (_small_cleaners.line, "title headline industry carrier mx_provider time_zone address email_pattern name"),
    (_small_cleaners.snake, "company_type funding_stage"),
    (_small_cleaners.status, "phone_status"),
    (_small_cleaners.code, "naics sic place_id lei cik ticker company_number jurisdiction_code"),
    (_small_cleaners.flag, "is_free is_disposable is_role on_dnc runs_google_ads runs_facebook_ads runs_linkedin_ads"),
    (
        _small_cleaners.whole_number,
        "input_tokens output_tokens rating_count global_rank organic_keywords paid_keywords total",
    ),
    (
        _small_cleaners.plain_number,
        "visits unique_visitors bounce_rate pages_per_visit average_visit_seconds organic_traffic paid_traffic",
    ),
    (_small_cleaners.plain_number, "rating score"),
)
CLEANERS = {name: cleaner for cleaner, names in _BY_CLEANER for name in names.split()}
REPEATED = words(
    """
    first_name last_name full_name website seniority department country company_name company_domain employee_count
    employee_range title headline industry city region company_type funding_stage naics sic founded_year
    annual_revenue_usd email_status line_type is_free is_disposable is_role
    """
)
"""Fields of which an export holds the same values again and again; each text of theirs is cleaned once."""
_REMEMBERED = 200  # characters; longer texts are rare and fill the memory
