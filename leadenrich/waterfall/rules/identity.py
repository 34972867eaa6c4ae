"""The identity gate: an answer about another person is no answer, however sure its vendor is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from leadenrich.errors import InvalidValueError
from leadenrich.vocabulary import Query

ALIKE = 84.0
"""From here on (0-100, rapidfuzz's token_set_ratio over comparison keys) two company names are one company's."""

_NAMES = frozenset({"first_name", "last_name", "full_name"})
COMPANY = frozenset({"company_name", "company_domain", "company_linkedin_url"})


def contradiction(given: Mapping[str, Any], found: Mapping[str, Any]) -> str | None:
    """Return why an answer is about another person or company than the record, or None.

    Only what both sides state can contradict. Nicknames, initials, transliterations, accents and the order of names
    are no contradiction; neither is a company's legal form, its further domains under the same name, or a part of
    its name. One profile URL on both sides settles who it is, and one domain which company.

    Args:
        given: the record's fields before any provider was asked.
        found: the answer's fields.
    """
    if not _NAMES.isdisjoint(found) and (why := _another_person(given, found)):
        return why
    if not COMPANY.isdisjoint(found) and (why := _another_company(given, found)):
        return why
    return _another_mailbox(given, found)


def _another_person(given: Mapping[str, Any], found: Mapping[str, Any]) -> str | None:
    if (url := given.get("linkedin_url")) and url == found.get("linkedin_url"):
        return None
    ours, theirs = Query(given).name, Query(found).name
    if ours == theirs:
        return None
    if ours and theirs:
        from leadenrich.clean.identity.person import may_be_one_person

        if may_be_one_person(ours, theirs):
            return None
        part = next((part for part in ("first_name", "last_name") if given.get(part) == ours), None)
        return "the answer has another person's name" if part is None else f"the answer's {part} is another person's"
    return None


def _another_mailbox(given: Mapping[str, Any], found: Mapping[str, Any]) -> str | None:
    address = found.get("email")
    if not isinstance(address, str) or address == given.get("email"):
        return None
    names = tuple(dict.fromkeys(name for fields in (given, found) if (name := Query(fields).name)))
    if not names:
        return None
    from leadenrich.clean.identity.mailbox import names_another

    local, _, host = address.partition("@")
    company = f"{host} {given.get('company_name') or ''}".lower()
    if names_another(local, names, frozenset(re.findall(r"\w+", company))):
        return "the answer's address says another person's name"
    return None


def _another_company(given: Mapping[str, Any], found: Mapping[str, Any]) -> str | None:
    for same in ("company_domain", "company_linkedin_url"):
        if (ours := given.get(same)) and ours == found.get(same):
            return None
    names = _names_alike(given.get("company_name"), found.get("company_name"))
    domains = _domains_alike(given.get("company_domain"), found.get("company_domain"))
    if names or domains:
        return None
    if names is False:
        return "the answer is about another company (its name)"
    return "the answer is about another company (its domain)" if domains is False else None


def is_companys(given: Mapping[str, Any], domain: str) -> bool:
    """Return whether a domain may be the record's company's, by the names alone."""
    return bool(_domains_alike(given.get("company_domain"), domain))


def _names_alike(ours: Any, theirs: Any) -> bool | None:
    """Return whether two names may be one company's; None where one is not known."""
    if not isinstance(ours, str) or not isinstance(theirs, str):
        return None
    if ours == theirs:
        return True
    from rapidfuzz import fuzz

    from leadenrich.clean import company_key

    try:
        a, b = company_key(ours), company_key(theirs)
    except InvalidValueError:
        return None
    if a == b or a.replace(" ", "") == b.replace(" ", ""):
        return True
    initials = {"".join(word[0] for word in key.split()) for key in (a, b) if " " in key}
    return bool(fuzz.token_set_ratio(a, b) >= ALIKE) or not initials.isdisjoint({a, b})


def _domains_alike(ours: Any, theirs: Any) -> bool | None:
    """Return whether two domains may be one company's: the same name under another ending, or one inside the other."""
    if not isinstance(ours, str) or not isinstance(theirs, str):
        return None
    a, b = ours.split(".")[0].replace("-", ""), theirs.split(".")[0].replace("-", "")
    if a == b:
        return True
    shorter, longer = sorted((a, b), key=len)
    return len(shorter) >= 4 and shorter in longer
