"""Job titles: how senior, and in which department, in the languages of the spreadsheets we meet."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from leadenrich.clean import _title_words
from leadenrich.clean.text import fold, tidy
from leadenrich.errors import InvalidValueError

MOST_CHARACTERS = 500
SENIORITIES = (
    "owner",
    "founder",
    "c_suite",
    "partner",
    "vp",
    "head",
    "director",
    "manager",
    "senior",
    "entry",
    "intern",
)
DEPARTMENTS = (
    "executive",
    "engineering",
    "product",
    "design",
    "data",
    "it",
    "security",
    "sales",
    "marketing",
    "customer_success",
    "support",
    "finance",
    "legal",
    "hr",
    "operations",
    "procurement",
    "consulting",
    "research",
    "education",
    "medical",
    "communications",
    "administration",
)


@dataclass(frozen=True, slots=True)
class TitleFacts:
    """What a job title says.

    Attributes:
        title: the tidied title.
        seniority: owner, founder, c_suite, partner, vp, head, director, manager, senior, entry, intern, or None.
        department: engineering, sales, finance, ... (`titles.DEPARTMENTS`), or None.
    """

    title: str
    seniority: str | None
    department: str | None


def title_facts(text: str) -> TitleFacts:
    """Returns seniority and department of a job title: "VP of Sales, EMEA" -> vp, sales.

    Raises:
        InvalidValueError: there is no title.
    """
    return _facts(tidy("title", text, MOST_CHARACTERS))


@lru_cache(maxsize=8_192)
def _facts(title: str) -> TitleFacts:
    key = _key(title)
    return TitleFacts(title, _seniority(key), _department(key))


def seniority(text: str) -> str:
    """Returns a vendor's seniority word, or a title's, as one of `SENIORITIES`: "C-Level" -> "c_suite".

    Raises:
        InvalidValueError: it is none of them.
    """
    if text in SENIORITIES:
        return text
    key = _key(tidy("seniority", text, MOST_CHARACTERS))
    found = _title_words.SENIORITY_WORDS.get(key) or _seniority(key)
    if not found:
        raise InvalidValueError("seniority", text, "is none of " + ", ".join(SENIORITIES))
    return found


def department(text: str) -> str:
    """Returns a vendor's department word as one of `DEPARTMENTS` where it is known, else in snake_case.

    Raises:
        InvalidValueError: it holds no word.
    """
    if text in DEPARTMENTS:
        return text
    key = _key(tidy("department", text, MOST_CHARACTERS).replace("_", " "))
    found = _title_words.DEPARTMENT_WORDS.get(key) or _department(key) or key.replace(" ", "_")
    if not found:
        raise InvalidValueError("department", text, "holds no word")
    return found


def _key(text: str) -> str:
    """Folded words between single blanks: "Sr. V.P., R&D" -> "sr vp r&d"."""
    text = re.sub(r"\b((?:[a-z]\.){2,})", lambda match: match[1].replace(".", "") + " ", fold(text))
    return " ".join(re.sub(r"[^\w&]+", " ", text.replace("_", " ")).split())


def _seniority(key: str) -> str | None:
    for level, pattern in _title_words.SENIORITY:
        if pattern.search(key):
            return level or "entry"
    return None


def _department(key: str) -> str | None:
    for name, pattern in _title_words.DEPARTMENT:
        if pattern.search(key):
            return name
    return None
