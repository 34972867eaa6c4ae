"""One door for every canonical field: a vendor's value in, the one form out."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from leadenrich.clean import companies, countries, domains, emails, links, numbers, people, phones, times, titles
from leadenrich.clean._text import capitalized, tidy, visible
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
        """Say it in one line."""
        return f"{self.field} {self.reason}; {self.fix}" if self.fix else f"{self.field} {self.reason}"


def value(field: str, value: Any, *, region: str | None = None) -> Any:
    """Returns the canonical form of one field's value; a field that is nobody's passes through.

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

    Fields without a value (None, "", "n/a", NaN) are left out without a word; unknown fields pass through.

    Args:
        mapping: field -> value.
        region: the country of phone numbers written without "+"; the mapping's own `country` where not given.

    Raises:
        InvalidValueError: `mapping` is no mapping.
    """
    if not isinstance(mapping, Mapping):
        raise InvalidValueError("record", mapping, f"is {type(mapping).__name__}, not a mapping", "give field -> value")
    found: dict[str, Any] = {}
    problems: list[Problem] = []
    if region is None and mapping.get("country"):
        region = known_country(mapping["country"])
    for field, given in mapping.items():
        if given is None or given == "" or (type(given) is float and math.isnan(given)):
            continue
        try:
            if field in PHONES:
                found[field] = phones.phone(given, region)
            elif field in ITEMS:
                found[field] = _items(field, given, region, problems)
            else:
                cleaner = CLEANERS.get(field)
                found[field] = given if cleaner is None else cleaner(given)
        except InvalidValueError as error:
            if error.reason != "is empty":
                problems.append(Problem(field, error.reason, error.fix))
    place = found.get("region")
    if place and len(place) <= 6 and place.isupper() and "country" in found:
        found["region"] = countries.region(place, found["country"])
    return found, problems


def known_country(text: Any) -> str | None:
    """The country's code, None where the text names none."""
    try:
        return countries.country(text)
    except InvalidValueError:
        return None


def _text(text: Any) -> str:
    return tidy("text", text)


def _paragraphs(text: Any) -> str:
    """Long text keeps its lines."""
    if not isinstance(text, str):
        raise InvalidValueError("text", text, f"is {type(text).__name__}, not text", "give a string")
    found = "\n".join(" ".join(visible(line).split()) for line in text.splitlines()).strip()
    if not found:
        raise InvalidValueError("text", text, "is empty", "leave the field out")
    return re.sub(r"\n{3,}", "\n\n", found)


def _place(text: Any) -> str:
    found = tidy("text", text)
    if len(found) > 3 and found.isupper() and not any(char.isdigit() for char in found):
        return capitalized(found)
    return found


def _snake(text: Any) -> str:
    """Joins words: "Series A" -> "series_a": a vendor's word where no closed list exists."""
    found = re.sub(r"[\W_]+", "_", tidy("text", text).lower()).strip("_")
    if not found:
        raise InvalidValueError("text", text, "is empty", "leave the field out")
    return found


def _code(text: Any) -> str:
    """An identifier such as a NAICS code: spreadsheets and JSON make numbers of them."""
    if isinstance(text, int) and not isinstance(text, bool):
        return str(text)
    return tidy("text", text)


def _word_of(field: str, table: Mapping[str, str]) -> Callable[[Any], str]:
    def clean(text: Any) -> str:
        found = table.get(text) if type(text) is str else None
        if found is None:
            if isinstance(text, str) and text.strip().lower() in ("unknown", "unavailable", "n/a"):
                return "unknown"
            found = table.get(_snake(text))
        if found is None:
            raise InvalidValueError(field, text, "is none of " + ", ".join(dict.fromkeys(table.values())))
        return found

    return clean


def _words(**meanings: str) -> dict[str, str]:
    return {word: meaning for meaning, words in meanings.items() for word in (meaning, *words.split())}


EMAIL_STATUS = _words(
    valid="deliverable verified ok good safe safe_to_send valid_email",
    invalid="undeliverable bad bounce bounced hard_bounce rejected not_found not_valid does_not_exist no_such_user",
    accept_all="catch_all catchall acceptall ok_for_all accept_all_unverifiable",
    unknown="risky unverified unverifiable guessed not_verified inconclusive unsure timeout",
    disposable="temporary throwaway",
    role="role_based role_account rolebased",
    spamtrap="spam_trap trap toxic",
    abuse="complainer abusive",
)
LINE_TYPE = _words(
    mobile="cell cellular wireless cellphone cell_phone mobile_phone",
    landline="fixed fixed_line fixedline land_line land fixed_landline uan",
    voip="non_fixed_voip nonfixedvoip fixed_voip fixedvoip internet",
    toll_free="tollfree freephone",
    unknown="other premium premium_rate pager fixed_line_or_mobile shared_cost personal personal_number voicemail",
)


def _confidence(number: Any) -> float | int:
    found = _number(number)
    if not 0 <= found <= 100:
        raise InvalidValueError("confidence", number, "is not between 0 and 100")
    return found


def _number(number: Any) -> float | int:
    """A plain number; digits in text are read, "%" is dropped."""
    if type(number) is int and -(10**18) < number < 10**18:
        return number
    if isinstance(number, str):
        digits = tidy("number", number).rstrip(" %")
        if re.fullmatch(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?", digits):
            digits = digits.replace(",", "")
        if not re.fullmatch(r"-?[0-9]{1,18}(?:\.[0-9]{1,18})?", digits):
            raise InvalidValueError("number", number, "is no number", "give plain digits")
        found = float(digits)
        return int(found) if found.is_integer() and "." not in digits else found
    if isinstance(number, Decimal) and number.is_finite():
        number = float(number)
    if not isinstance(number, float) or not math.isfinite(number):
        raise InvalidValueError("number", number, "is no number", "give plain digits")
    return number


def _whole(number: Any) -> int:
    found = _number(number)
    if not 0 <= found < 10**18 or found != int(found):
        raise InvalidValueError("number", number, "is no whole number")
    return int(found)


def _year(number: Any) -> int:
    if isinstance(number, str) and re.fullmatch(r"[12][0-9]{3}-[0-9]{2}(?:-[0-9]{2})?(?:T.*)?", number):
        number = number[:4]
    found = _number(number)
    if found != int(found) or not 1000 <= found <= 2100:
        raise InvalidValueError("year", number, "is no year of our time")
    return int(found)


_TRUE = frozenset({"true", "yes", "y", "1", "t", "ja", "oui", "si", "sí", "sim"})
_FALSE = frozenset({"false", "no", "n", "0", "f", "nein", "non", "não", "nee"})


def _flag(flag: Any) -> bool:
    if isinstance(flag, bool):
        return flag
    word = str(flag).strip().lower() if isinstance(flag, str | int) else ""
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    raise InvalidValueError("flag", flag, "is neither true nor false")


def _names(given: Any) -> list[str]:
    """A list of words, in order, without repetition; text is split at commas and semicolons."""
    if isinstance(given, str):
        given = re.split(r"[,;|\n]", given)
    if not isinstance(given, list | tuple | set | frozenset):
        raise InvalidValueError("list", given, f"is {type(given).__name__}, not a list", "give a list of strings")
    found: dict[str, str] = {}
    for each in sorted(given, key=str) if isinstance(given, set | frozenset) else given:
        name = each.get("name") if isinstance(each, Mapping) else each
        if isinstance(name, str):
            try:
                name = tidy("list", name)
            except InvalidValueError:
                continue
            found.setdefault(name.lower(), name)
    if not found:
        raise InvalidValueError("list", given, "is empty", "leave the field out")
    return list(found.values())


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
    (_word_of("email_status", EMAIL_STATUS), "email_status"),
    (_word_of("line_type", LINE_TYPE), "line_type"),
    (_confidence, "confidence"),
    (_year, "founded_year"),
    (_place, "city region"),
    (_names, "technologies investors"),
    (_paragraphs, "description"),
    (_text, "title headline industry carrier mx_provider time_zone address email_pattern name"),
    (_snake, "phone_status company_type funding_stage"),
    (_code, "naics sic place_id lei cik ticker company_number jurisdiction_code"),
    (_flag, "is_free is_disposable is_role on_dnc runs_google_ads runs_facebook_ads runs_linkedin_ads"),
    (_whole, "input_tokens output_tokens rating_count global_rank organic_keywords paid_keywords total"),
    (_number, "visits unique_visitors bounce_rate pages_per_visit average_visit_seconds organic_traffic paid_traffic"),
    (_number, "rating score"),
)
CLEANERS = {name: cleaner for cleaner, names in _BY_CLEANER for name in names.split()}
