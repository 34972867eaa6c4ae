"""The identity gate: an answer about another person is no answer, however sure its vendor is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from leadenrich.clean.identity.mailbox import is_plainly, names_another
from leadenrich.clean.identity.person import may_be_one_person
from leadenrich.vocabulary import name_of

_NAMES = frozenset({"first_name", "last_name", "full_name"})
COMPANY = frozenset({"company_name", "company_domain", "company_linkedin_url"})


OneOwner = Callable[[str, str], bool]


def contradiction(
    given: Mapping[str, Any], found: Mapping[str, Any], one_owner: OneOwner = lambda *_: False
) -> str | None:
    """Return why an answer is about another person or company than the record, or None.

    Only what both sides state can contradict. Nicknames, initials, transliterations, accents and the order of names
    are no contradiction; neither is a company's legal form, its further domains under the same name, or a part of
    its name. One profile URL on both sides settles who it is, and one domain which company.

    Args:
        given: the record's fields before any provider was asked.
        found: the answer's fields.
        one_owner: says of two domains that the same people were seen at both.
    """
    if not _NAMES.isdisjoint(found) and (why := another_person(given, found)):
        return why
    if not COMPANY.isdisjoint(found) and (why := _another_company(given, found, one_owner)):
        return why
    return _another_mailbox(given, found)


def another_person(given: Mapping[str, Any], found: Mapping[str, Any]) -> str | None:
    """Return why an answer is about another person than the record, by the names, or None."""
    if (url := given.get("linkedin_url")) and url == found.get("linkedin_url"):
        return None
    ours, theirs = name_of(given), name_of(found)
    if ours == theirs:
        return None
    if ours and theirs:
        if may_be_one_person(ours, theirs):
            return None
        part = next((part for part in ("first_name", "last_name") if given.get(part) == ours), None)
        return "the answer has another person's name" if part is None else f"the answer's {part} is another person's"
    return None


def _another_mailbox(given: Mapping[str, Any], found: Mapping[str, Any]) -> str | None:
    address = found.get("email")
    if not isinstance(address, str) or address == given.get("email"):
        return None
    local, _, host = address.partition("@")
    ours, theirs = name_of(given), name_of(found)
    if ours is not None and is_plainly(local, ours):
        return None
    names = tuple(dict.fromkeys(name for name in (ours, theirs) if name))
    company = f"{host} {given.get('company_name') or ''}".lower()
    if names and names_another(local, names, frozenset(re.findall(r"\w+", company))):
        return "the answer's address says another person's name"
    return None


def _another_company(given: Mapping[str, Any], found: Mapping[str, Any], one_owner: OneOwner) -> str | None:
    for same in ("company_domain", "company_linkedin_url"):
        if (ours := given.get(same)) and ours == found.get(same):
            return None
    ours, theirs = given.get("company_name"), found.get("company_name")
    domain, other = _text(given.get("company_domain")), _text(found.get("company_domain"))
    if ours and ours == theirs:
        return None
    from leadenrich.clean.identity.company import may_have_domain, same_company_domain, same_company_name

    names = same_company_name(str(ours), str(theirs)) if ours and theirs else None
    if names:
        return None
    domains = None
    if domain and other:
        if same_company_domain(domain, other) or one_owner(domain, other):
            return None
        domains = False
    if (ours and other and may_have_domain(str(ours), other)) or (
        theirs and domain and may_have_domain(str(theirs), domain)
    ):
        return None
    if names is False:
        return "the answer is about another company (its name)"
    return "the answer is about another company (its domain)" if domains is False else None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def is_companys(given: Mapping[str, Any], domain: str) -> bool:
    """Return whether a domain may be the record's company's, by the names alone."""
    from leadenrich.clean.identity.company import may_have_domain, same_company_domain

    own, name = _text(given.get("company_domain")), _text(given.get("company_name"))
    return bool((own and same_company_domain(own, domain)) or (name and may_have_domain(name, domain)))
