"""Who an answer is about, as keyed hashes: enough to find and erase everything about a person, and no value."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from leadenrich import clean
from leadenrich.clean.emails import is_free_domain, is_role
from leadenrich.errors import InvalidValueError

IDENTITIES = ("email", "personal_email", "phone", "mobile_phone", "linkedin_url", "company_domain")
"""The fields by which a person or a company is known again; a name is one together with its company."""

NAMES = ("full_name", "first_name", "last_name")
COMPANIES = ("company_domain", "company_name", "company_linkedin_url")
LISTS = ("people", "emails")
"""The lists of an answer whose items are people of their own."""

_OF_ONE_PERSON = frozenset({"email", "personal_email", "mobile_phone", "linkedin_url"})
"""What belongs to one person alone; a `phone` may be the switchboard of a whole company."""


def identities(fields: Mapping[str, Any]) -> list[str]:
    """Return a keyed hash of each identity among some canonical fields."""
    return [mark for mark, _ in _marks(fields)]


def about(question: Mapping[str, Any], answer: Mapping[str, Any] | None = None) -> dict[str, list[Any]]:
    """Return who a question and its answer are about: `{"who": [hash, ...], "people": [[hash, ...], ...]}`.

    `people` has the hashes that belong to one person alone, person by person: the one asked about, then each item of
    the answer's lists. `who` has the others (a company's domain, a phone that may be a switchboard).
    """
    told = answer or {}
    who, person = _split(question, told, {**question, **told})
    people = [person] if person else []
    for item in _items(told):
        others, own = _split(item)
        who |= others
        people += [own] if own else []
    return {"who": sorted(who), "people": [sorted(own) for own in people]}


def _split(*several: Mapping[str, Any]) -> tuple[set[str], set[str]]:
    marks = [mark for fields in several for mark in _marks(fields)]
    own = {mark for mark, personal in marks if personal}
    return {mark for mark, _ in marks} - own, own


def _items(fields: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for name in LISTS:
        items = fields.get(name)
        for item in items if isinstance(items, list | tuple) else ():
            if isinstance(item, Mapping):
                yield item


def _marks(fields: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    """Yield (hash, whether it belongs to one person alone)."""
    for field in IDENTITIES:
        if isinstance(value := fields.get(field), str) and value:
            kind = "phone" if "phone" in field else "email" if "email" in field else field
            one = field in _OF_ONE_PERSON and not (kind == "email" and is_role(value.partition("@")[0].lower()))
            yield digest(f"{kind}={_canonical(field, value)}"), one
    if (name := _name(fields)) is not None:
        for company in _companies(fields):
            yield digest(f"name={name} at {company}"), True


def _canonical(field: str, value: str) -> str:
    try:
        return str(clean.company_key(value) if field == "company_name" else clean.value(field, value))
    except InvalidValueError:
        return value.strip().casefold()


def digest(text: str) -> str:
    """Return the keyed hash under which an identity is kept."""
    return hashlib.blake2b(text.encode("utf-8", "replace"), key=b"leadenrich.identity", digest_size=12).hexdigest()


def _name(fields: Mapping[str, Any]) -> str | None:
    """Return a person's first and last name in one form; None where one of them is missing."""
    first, last, full = (
        value if isinstance(value := fields.get(name), str) else "" for name in ("first_name", "last_name", "full_name")
    )
    words = _letters(f"{first} {last}" if first and last else full).split()
    return f"{words[0]} {words[-1]}" if len(words) > 1 else None


def _companies(fields: Mapping[str, Any]) -> Iterator[str]:
    for field in COMPANIES:
        if isinstance(value := fields.get(field), str) and value:
            yield f"{field}={_canonical(field, value)}"
    email = fields.get("email")
    domain = email.rpartition("@")[2].strip().lower() if isinstance(email, str) else ""
    if domain and not is_free_domain(domain):
        yield f"company_domain={_canonical('company_domain', domain)}"


def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char if char.isalnum() else " " for char in plain if not unicodedata.combining(char))
