"""What one header says on its own: its words, the concepts behind them, and the fields these may mean."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

from leadenrich.records.header_lexicon import longest_phrase, phrases, stems

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=\d)")
_CUSTOM = re.compile(r"__p?c$", re.I)  # a custom field of Salesforce: LinkedIn_URL__c
_EMAIL = re.compile(r"(?<![^\W_])e[\s\-_]?mails?(?![^\W_])")
_LINKEDIN = re.compile(r"(?<![^\W_])linked[\s\-_]in(?![^\W_])")
_WORD = re.compile(r"[^\W_]+")
_CJK = "\u3040-\u30ff\u3400-\u9fff"
_SCRIPTS = re.compile(f"(?<=[a-z0-9])(?=[{_CJK}])|(?<=[{_CJK}])(?=[a-z0-9])")
_LETTERS = str.maketrans({"ß": "ss", "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "Ae", "đ": "d", "Đ": "D"})
LONGEST = 200
"""A header of more characters is free text: it means no field."""
_VOICED = "\u3099\u309a"  # combining marks that tell kana apart, as no accent tells letters


@lru_cache(maxsize=4096)
def normalise(header: str) -> tuple[str, ...]:
    """Return the header's words: lower case, no accents, camelCase split, `#` read as "number of".

    >>> normalise("E-Mail-Adresse (geschäftlich)")
    ('email', 'adresse', 'geschaftlich')
    """
    if len(header) > LONGEST:
        return ()
    text = header.translate(_LETTERS).replace("#", " number of ").replace("&", " and ")
    text = _CUSTOM.sub("", text)
    if not text.isupper():
        text = _CAMEL.sub(" ", text)
    text = unicodedata.normalize("NFKD", text.casefold())
    text = "".join(char for char in text if char in _VOICED or not unicodedata.combining(char))
    text = _SCRIPTS.sub(" ", unicodedata.normalize("NFC", text))
    text = _EMAIL.sub("email", text)
    text = _LINKEDIN.sub("linkedin", text)
    return tuple(_WORD.findall(text))


def _split_compound(word: str) -> tuple[str, ...]:
    """Return the known parts of a compound such as `firmenwebsite`, or nothing."""
    if re.match(f"[{_CJK}]", word):
        return _split_unspaced(word)
    if len(word) < 8:
        return ()
    for stem in stems():
        if word.startswith(stem) and len(word) - len(stem) >= 3:
            for glue in ("", "s", "n", "en", "e"):
                rest = word[len(stem) :]
                if rest.startswith(glue) and (rest[len(glue) :],) in phrases():
                    return (stem, rest[len(glue) :])
    return ()


def _split_unspaced(word: str) -> tuple[str, ...]:
    """Return the known words that a text without spaces is made of, the longest first, or nothing."""
    parts: list[str] = []
    while word:
        size = next((size for size in range(len(word), 0, -1) if (word[:size],) in phrases()), 0)
        if not size:
            return ()
        parts.append(word[:size])
        word = word[size:]
    return tuple(parts)


@lru_cache(maxsize=4096)
def read_concepts(header: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return `(concepts, unknown words)` of a header; fillers are dropped, the longest phrases win."""
    if re.fullmatch(r"column \d+", header):  # a name this library gave to a column without one
        return (), ()
    known, reach = phrases(), longest_phrase()
    words = list(normalise(header))
    concepts: list[str] = []
    unknown: list[str] = []
    at = 0
    while at < len(words):
        for size in range(min(reach, len(words) - at), 0, -1):
            concept = known.get(tuple(words[at : at + size]))
            if concept:
                concepts.append(concept)
                at += size
                break
        else:
            parts = _split_compound(words[at])
            if parts:
                words[at : at + 1] = parts
            else:
                unknown.append(words[at])
                at += 1
    return tuple(concept for concept in concepts if concept != "FILLER"), tuple(unknown)


@dataclass(frozen=True, slots=True)
class Rule:
    """`needs` concepts mean `field` with certainty `score`; `may` stand beside them at the given cost."""

    field: str
    needs: frozenset[str]
    may: dict[str, float]
    score: float


def _rule(field: str, needs: str, may: str = "", score: float = 0.95) -> Rule:
    costs: dict[str, float] = {"PRIMARY": 0.0, "ONE": 0.01, "VALUE": 0.0, "CURRENT": 0.0}
    for word in may.split():
        concept, _, cost = word.partition(":")
        costs[concept] = float(cost or 0)
    return Rule(field, frozenset(needs.split()), costs, score)


_PLACE = (
    "PERSON WORK:0.01 MAILING:0.01 COMPANY:0.08 COMPANY_WORK:0.09 LOCATION:0.02 ADDRESS:0.03 HOME:0.22 CUSTOMER:0.02"
    " BILLING:0.04 SHIPPING:0.12"
)
RULES: tuple[Rule, ...] = (
    _rule("first_name", "FIRST", "PERSON NAME CUSTOMER:0.02"),
    _rule("last_name", "LAST", "PERSON NAME CUSTOMER:0.02"),
    _rule("first_name", "FIRST_WORD", "PERSON", 0.75),
    _rule("last_name", "LAST_WORD", "PERSON", 0.75),
    _rule("full_name", "FULL", "PERSON CUSTOMER:0.05 NAME"),
    _rule("full_name", "NAME PERSON", "CUSTOMER", 0.92),
    _rule("full_name", "NOM PERSON", "", 0.9),
    _rule("full_name", "NOME PERSON", "", 0.9),
    _rule("full_name", "PERSON", "ONE:0.3 PRIMARY:0.3 VALUE:0.3 CURRENT:0.3", 0.6),
    _rule("email", "EMAIL", "WORK DIRECT_LINE PERSON CUSTOMER:0.02 COMPANY:0.05 COMPANY_WORK:0.05 NUMBER"),
    _rule("personal_email", "EMAIL HOME", "PERSON NUMBER"),
    _rule("mobile_phone", "MOBILE", "PHONE PERSON WORK:0.02 HOME:0.05 NUMBER CUSTOMER:0.02 DIRECT_LINE"),
    _rule(
        "phone",
        "PHONE",
        "PERSON WORK:-0.01 NUMBER COMPANY:0.12 COMPANY_WORK:0.14 CUSTOMER:0.02 HOME:0.3 MAILING:0.03",
        0.94,
    ),
    _rule("phone", "DIRECT_LINE", "PHONE PERSON WORK NUMBER"),
    _rule("phone", "COMPANY_WORK NUMBER", "", 0.8),
    _rule("linkedin_url", "LINKEDIN", "URL PERSON PROFILE WEBSITE:0.1 CUSTOMER:0.05 SOCIAL:0.1"),
    _rule("linkedin_url", "PROFILE URL", "PERSON", 0.6),
    _rule("linkedin_url", "PERSON URL", "", 0.55),
    _rule("company_linkedin_url", "LINKEDIN COMPANY URL", "PROFILE COMPANY_WORK"),
    _rule("company_linkedin_url", "LINKEDIN COMPANY", "PROFILE COMPANY_WORK", 0.88),
    _rule("sales_navigator_url", "SALESNAV", "URL PERSON PROFILE LINKEDIN"),
    _rule("twitter_url", "TWITTER", "URL PERSON PROFILE COMPANY:0.02 SOCIAL:0.1"),
    _rule("facebook_url", "FACEBOOK", "URL PERSON PROFILE COMPANY:0.02 SOCIAL:0.1"),
    _rule("github_url", "GITHUB", "URL PERSON PROFILE COMPANY:0.02 SOCIAL:0.1"),
    _rule("title", "JOB", "TITLE TITEL PERSON WORK NAME"),
    _rule("title", "TITLE", "PERSON WORK", 0.88),
    _rule("title", "TITEL", "PERSON WORK", 0.62),
    _rule("title", "TITEL JOB", "PERSON"),
    _rule("title", "OCCUPATION", "PERSON", 0.6),
    _rule("headline", "HEADLINE", "PERSON LINKEDIN PROFILE"),
    _rule("seniority", "SENIORITY", "PERSON JOB"),
    _rule("department", "DEPARTMENT", "PERSON JOB NAME COMPANY:0.03 SERVICE:0"),
    _rule("department", "SERVICE", "", 0.55),
    _rule("department", "JOB_FUNCTION", "PERSON", 0.7),
    _rule("city", "CITY", _PLACE),
    _rule("region", "REGION", _PLACE),
    _rule("region", "ESTADO", "", 0.55),
    _rule("country", "COUNTRY", _PLACE + " REGION:0.01"),
    _rule("company_name", "COMPANY", "NAME NOM:0.02 NOME:0.02 CUSTOMER:0.05 WORK:0.05 PERSON:0.05 MAILING:0.02"),
    _rule("company_name", "COMPANY TRADE_NAME", "NAME", 0.6),
    _rule("company_name", "TRADE_NAME", "", 0.5),
    _rule("company_name", "CUSTOMER NAME", "", 0.5),
    _rule("company_name", "CUSTOMER NOM", "", 0.55),
    _rule("company_name", "CUSTOMER NOME", "", 0.55),
    _rule("full_name", "CUSTOMER NAME", "", 0.5),
    _rule("company_domain", "DOMAIN", "PERSON:0.03 COMPANY NAME WEBSITE:0.05 URL:0.05 COMPANY_WORK"),
    _rule("website", "WEBSITE", "PERSON:0.03 URL COMPANY WORK COMPANY_WORK:0.02 NAME:0.02 ADDRESS:0.02"),
    _rule("website", "COMPANY URL", "", 0.72),
    _rule("website", "URL", "", 0.5),
    _rule("description", "DESCRIPTION COMPANY", "", 0.95),
    _rule("description", "DESCRIPTION", "", 0.6),
    _rule("description", "ABOUT COMPANY", "", 0.9),
    _rule("industry", "INDUSTRY", "PERSON:0.03 COMPANY COMPANY_WORK LINKEDIN:0.02 NAME:0.02"),
    _rule("employee_count", "EMPLOYEES", "PERSON:0.03 COMPANY NUMBER LINKEDIN:0.05"),
    _rule("employee_range", "SIZE", "PERSON:0.03 COMPANY EMPLOYEES NUMBER RANGE", 0.93),
    _rule("employee_range", "EMPLOYEES RANGE", "COMPANY NUMBER SIZE"),
    _rule("annual_revenue_usd", "REVENUE", "COMPANY USD:-0.02"),
    _rule("founded_year", "FOUNDED", "COMPANY"),
    _rule("company_type", "OWNERSHIP", "COMPANY TYPE"),
    _rule("company_type", "COMPANY TYPE", "", 0.93),
    _rule("technologies", "TECHNOLOGY", "COMPANY"),
    _rule("funding_total_usd", "FUNDING_TOTAL", "COMPANY USD:-0.02"),
    _rule("funding_stage", "FUNDING_STAGE", "COMPANY", 0.93),
    _rule("last_funding_at", "FUNDING_DATE", "COMPANY", 0.93),
    _rule("investors", "INVESTORS", "COMPANY"),
    _rule("naics", "NAICS", "COMPANY NUMBER MORE:0.3", 0.93),
    _rule("sic", "SIC", "COMPANY NUMBER MORE:0.3", 0.93),
    _rule("logo_url", "LOGO", "COMPANY URL"),
)
"""Which concepts mean which field; what the rest of the table decides is in `columns`."""

MAPPABLE: frozenset[str] = frozenset(rule.field for rule in RULES)
"""The fields a header can mean: everything said of a person or a company."""


_NO_ONE = frozenset({"people", "persons", "contacts", "persona", "member"})
"""Alone they head lists and counts of people, or a kind of person ("Persona": a buyer's), not one person's name."""


@lru_cache(maxsize=4096)
def read_meanings(header: str) -> tuple[tuple[str, float], ...]:
    """Return `(field, certainty)` for every field this header may mean, the surest first."""
    concepts, unknown = read_concepts(header)
    present = frozenset(concepts)
    best: dict[str, float] = {}
    if not present:
        return ()
    if present == {"PERSON"} and normalise(header)[0] in _NO_ONE:
        return ()
    if "BLOCK" not in present and len(unknown) <= 1:
        for rule in RULES:
            rest = present - rule.needs
            if rule.needs <= present and all(concept in rule.may for concept in rest):
                score = rule.score - sum(rule.may[concept] for concept in rest) - 0.3 * len(unknown)
                best[rule.field] = max(best.get(rule.field, 0.0), round(score, 3))
    return tuple(sorted(best.items(), key=lambda item: -item[1]))


@cache
def _typo_choices() -> list[str]:
    return [" ".join(phrase) for phrase in phrases() if sum(map(len, phrase)) >= 5]


@lru_cache(maxsize=4096)
def find_near_miss(header: str) -> tuple[str, float, str] | None:
    """Return `(field, certainty, the phrase meant)` for a header with a typo ("Frist Name", "Telehpone"), or None."""
    from rapidfuzz import fuzz, process
    from rapidfuzz.distance import OSA

    words = " ".join(normalise(header))
    if len(words) < 5 or any(char.isdigit() for char in words):
        return None
    found = process.extractOne(words, _typo_choices(), scorer=fuzz.ratio, score_cutoff=80)
    if found is None or OSA.distance(words, found[0]) > (1 if len(words) < 9 else 2):
        return None
    fields = read_meanings(found[0])
    return (fields[0][0], min(0.8, fields[0][1] - 0.15), found[0]) if fields else None
