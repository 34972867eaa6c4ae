"""A whole lead record in canonical form, with every problem listed and nothing of the caller's lost."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from leadenrich.clean import _mail_lists, domains, emails, links, people, phones, values
from leadenrich.clean.text import MAX_LENGTH, words
from leadenrich.clean.values import Problem
from leadenrich.errors import InvalidValueError

# Sites where companies have a page but not their name: never a company's own domain.
_HOSTS = words(
    """
    linkedin.com facebook.com fb.com instagram.com twitter.com x.com youtube.com github.com gitlab.com medium.com
    tiktok.com crunchbase.com google.com goo.gl bit.ly linktr.ee apple.com t.me wa.me whatsapp.com pinterest.com
    xing.com angel.co wellfound.com yelp.com wikipedia.org notion.site notion.so calendly.com etsy.com amazon.com
    reddit.com about.me
    """
)
_SEVERAL_PHONES = re.compile(r"[;,|/\n]|:::|\bor\b", re.I)
_SEVERAL = re.compile(r"[;,|\s]+(?:/\s+)?")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A cleaned record.

    Attributes:
        record: canonical fields in their one form, all other keys untouched. Values without a canonical form and
            empty ones are left out.
        problems: what had to be left out, and why.
        notes: what was moved, split or derived.
    """

    record: dict[str, Any]
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)


def record(record: Mapping[str, Any], *, region: str | None = None) -> Cleaned:
    """Cleans a whole lead record.

    Beside bringing each field to its one form it takes a Sales Navigator address out of `linkedin_url` (to
    `sales_navigator_url`: it is no public profile), sorts people's and companies' LinkedIn pages, splits `full_name`
    into `first_name` and `last_name` or joins them, and derives `company_domain` from the website or from an e-mail
    address at a company's own domain.

    Args:
        record: field -> value, in any spelling; it is not changed.
        region: the country of phone numbers without "+", where the record has no usable `country` of its own.

    Raises:
        InvalidValueError: `record` is no mapping.
    """
    if type(record) is not dict and not isinstance(record, Mapping):
        raise InvalidValueError("record", record, f"is {type(record).__name__}, not a mapping", "give field -> value")
    notes: list[Problem] = []
    sorted_out = dict(record)
    _sort_links(sorted_out, notes)
    own = values.known_country(record["country"]) if record.get("country") else None
    _first_of_several(sorted_out, own or region, notes)
    _range_from_count(sorted_out, notes)
    found, problems = values.fields(sorted_out, region=own or region)
    _names(found, notes)
    _domain(found, notes)
    return Cleaned(found, problems, notes)


def _sort_links(found: dict[str, Any], notes: list[Problem]) -> None:
    """Puts each LinkedIn address where it belongs; what is in its place already wins."""
    for source in ("linkedin_url", "company_linkedin_url", "website"):
        text = found.get(source)
        if not isinstance(text, str) or "linkedin.com" not in text.lower():
            continue
        kind = links.linkedin_kind(text)
        target = _TARGETS[kind] if kind else source
        if target == source:
            continue
        del found[source]
        if not found.get(target):
            found[target] = text
        notes.append(Problem(source, f"held another kind of LinkedIn address and went to {target}"))


_TARGETS = {"in": "linkedin_url", "company": "company_linkedin_url", "sales": "sales_navigator_url"}


def _first_of_several(found: dict[str, Any], region: str | None, notes: list[Problem]) -> None:
    for name in ("email", "personal_email"):
        text = found.get(name)
        if text and isinstance(text, str) and text.count("@") > 1 and len(text) <= MAX_LENGTH:
            for part in _SEVERAL.split(text):
                try:
                    found[name] = emails.email(part)
                except InvalidValueError:
                    continue
                notes.append(Problem(name, "held several addresses; the first valid one was taken"))
                break
    for name in ("phone", "mobile_phone"):
        text = found.get(name)
        if not isinstance(text, str) or len(text) > MAX_LENGTH or not _SEVERAL_PHONES.search(text):
            continue
        if not _phone(text, region):
            parts = (_phone(part.strip(), region) for part in _SEVERAL_PHONES.split(text))
            first = next(filter(None, parts), None)
            if first:
                found[name] = first
                notes.append(Problem(name, "held several numbers; the first valid one was taken"))


def _phone(text: str, region: str | None) -> str | None:
    try:
        return phones.phone(text, region=region)
    except InvalidValueError:
        return None


def _range_from_count(found: dict[str, Any], notes: list[Problem]) -> None:
    text = found.get("employee_count")
    if isinstance(text, str) and not found.get("employee_range"):
        try:
            values.value("employee_count", text)
        except InvalidValueError as error:
            if error.reason == "is a range":
                found["employee_range"] = found.pop("employee_count")
                notes.append(Problem("employee_count", "held a range and went to employee_range"))


def _names(found: dict[str, Any], notes: list[Problem]) -> None:
    full, first, last = found.get("full_name"), found.get("first_name"), found.get("last_name")
    if full and not (first and last):
        parts = people.split_name(full)
        # One half that is known must agree, or the split is a guess about another person.
        try:
            halves = people.first_name(parts.first), people.last_name(parts.last)
        except InvalidValueError:
            return
        if first in (None, halves[0]) and last in (None, halves[1]):
            found["first_name"], found["last_name"] = halves
            notes.append(Problem("full_name", "was split into first_name and last_name"))
    elif first and last and not full:
        found["full_name"] = people.join_name(first, last)


def _domain(found: dict[str, Any], notes: list[Problem]) -> None:
    if found.get("company_domain"):
        return
    for source in ("website", "email"):
        text = found.get(source)
        if not text:
            continue
        try:
            name = domains.domain(text)
        except InvalidValueError:
            continue
        if name in _HOSTS or emails.is_free_domain(name) or name in _mail_lists.DISPOSABLE:
            continue
        if source == "email" and emails.is_free_domain(text.rpartition("@")[2]):
            continue
        found["company_domain"] = name
        notes.append(Problem("company_domain", f"was derived from {source}"))
        return
