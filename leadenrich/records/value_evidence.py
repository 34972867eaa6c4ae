"""What a column's values look like, from cheap patterns alone: evidence for the column mapping, not validation."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

from leadenrich.clean.text import says_nothing
from leadenrich.records.formula_escape import unescape

SAMPLE_ROWS = 200
"""How many rows are looked at as evidence."""

_PATTERNS: dict[str, re.Pattern[str]] = {
    "email": re.compile(r"(mailto:)?[^@\s,;<>\"]+@[\w-]+(\.[\w-]+)+", re.I),
    "sales_navigator": re.compile(r"(https?://)?([\w-]+\.)?linkedin\.com/sales/(lead|people|profile)/.+", re.I),
    "linkedin_company": re.compile(r"(https?://)?([\w-]+\.)?linkedin\.com/(company|school|showcase)/.+", re.I),
    "linkedin_member": re.compile(r"(https?://)?([\w-]+\.)?linkedin\.com/in/A[\w-]{3}A[\w-]{12,}/?", re.A),
    "linkedin_person": re.compile(r"(https?://)?([\w-]+\.)?linkedin\.com/(in|pub|profile)/.+", re.I),
    "linkedin_other": re.compile(r"(https?://)?([\w-]+\.)?linkedin\.com/.*", re.I),
    "twitter": re.compile(r"(https?://)?(www\.|mobile\.)?(twitter|x)\.com/.+", re.I),
    "facebook": re.compile(r"(https?://)?([\w-]+\.)?(facebook|fb)\.com/.+", re.I),
    "github": re.compile(r"(https?://)?(www\.)?github\.com/.+", re.I),
    "directory": re.compile(
        r"(https?://)?([\w-]+\.)?(crunchbase\.com|zoominfo\.com|pitchbook\.com|glassdoor\.\w+|apollo\.io|xing\.com"
        r"|instagram\.com|youtube\.com|tiktok\.com|pinterest\.com|google\.\w+/maps)/.+",
        re.I,
    ),
    "url": re.compile(r"(https?://|www\.)\S+", re.I),
    "domain": re.compile(r"([a-z0-9]([\w-]*[a-z0-9])?\.)+[a-z]{2,}/?", re.I),
    "year": re.compile(r"(1[6-9]|20)\d\d(-\d\d-\d\d)?"),
    "range": re.compile(
        r"\d[\d.,'k ]*\s*(-|\u2013|to|bis|à)\s*\d[\d.,'k ]*(\s*\w+)?|[<>]\s*\d[\d.,'k ]*|\d[\d.,'k ]*\s?\+", re.I
    ),
    "date": re.compile(r"\d{4}-\d\d?-\d\d?([ T].*)?|\d{1,2}[./]\d{1,2}[./]\d{2,4}([ T].*)?"),
    "phone": re.compile(r"(tel:)?\+?\(?\d[\d\s().\-/]{5,22}(\s*(x|ext\.?|#)\s*\d+)?|\d([.,]\d+)?e\+1\d", re.I),
    "money": re.compile(r"(usd|us\$|\$|€|£)\s?[\d.,]+\s?[kmb]?(n|illion)?|[\d.,]+\s?(k|m|b|mn|bn)", re.I),
    "number": re.compile(r"-?\d[\d.,']*%?"),
    "json": re.compile(r"\{.*\}|\[\s*[\[{\"].*\]", re.S),
    "dollar": re.compile(r"usd|us\$|\$|us dollars?", re.I),
    "flag": re.compile(r"true|false|yes|no|ja|nein|oui|non|si|sí|y|n", re.I),
    "honorific": re.compile(
        r"((dr|prof|ing|mag|dipl|herr|frau|mr|mrs|ms|miss|mme|m|mlle|sr|sra|sig|dhr|mevr)\b\.?[\s-]*){1,4}", re.I
    ),
}

#: which kinds of values suit a field whose header fits; None: anything that is not clearly something else
SUITS: dict[str, frozenset[str]] = {
    "email": frozenset({"email"}),
    "personal_email": frozenset({"email"}),
    "mobile_phone": frozenset({"phone", "number"}),
    "phone": frozenset({"phone", "number"}),
    "linkedin_url": frozenset({"linkedin_person", "linkedin_member", "linkedin_other"}),
    "company_linkedin_url": frozenset({"linkedin_company", "linkedin_other"}),
    "sales_navigator_url": frozenset({"sales_navigator"}),
    "twitter_url": frozenset({"twitter", "text"}),
    "facebook_url": frozenset({"facebook", "text"}),
    "github_url": frozenset({"github", "text"}),
    "website": frozenset({"url", "domain"}),
    "company_domain": frozenset({"url", "domain"}),
    "logo_url": frozenset({"url"}),
    "employee_count": frozenset({"number", "phone", "year", "range", "money"}),
    "employee_range": frozenset({"range", "number", "text", "date", "phone"}),
    "annual_revenue_usd": frozenset({"number", "money", "phone", "year", "range"}),
    "funding_total_usd": frozenset({"number", "money", "phone", "year", "range"}),
    "naics": frozenset({"number", "phone", "year", "text", "range"}),
    "sic": frozenset({"number", "phone", "year", "text", "range"}),
    "founded_year": frozenset({"year", "number", "date"}),
    "last_funding_at": frozenset({"date", "year", "number", "text"}),
}
_ODD = frozenset(
    {"email", "phone", "linkedin_person", "linkedin_member", "linkedin_company", "sales_navigator", "json"}
)
_TEXT_ONLY = frozenset({"text"})
_TEXT_FIELDS = frozenset(
    {"first_name", "last_name", "full_name", "title", "headline", "city", "seniority", "department"}
)

#: what values alone can tell, where the header tells nothing (or only "URL")
FROM_VALUES: dict[str, tuple[str, float]] = {
    "email": ("email", 0.75),
    "linkedin_person": ("linkedin_url", 0.85),
    "linkedin_member": ("linkedin_url", 0.85),
    "linkedin_company": ("company_linkedin_url", 0.85),
    "sales_navigator": ("sales_navigator_url", 0.88),
    "twitter": ("twitter_url", 0.6),
    "facebook": ("facebook_url", 0.6),
    "github": ("github_url", 0.7),
}

#: what values tell besides in a file without a header, where no other word says what the column is about
FROM_VALUES_ALONE: dict[str, tuple[str, float]] = {
    "domain": ("company_domain", 0.65),
    "phone": ("phone", 0.6),
}

_DIGIT = re.compile(r"\d")
_SEVERAL = re.compile(r"\s*(?:[;|,\n]|:::)\s*")


_NEEDS: dict[str, str] = {
    "email": "@",
    **dict.fromkeys(
        ("sales_navigator", "linkedin_company", "linkedin_member", "linkedin_person", "linkedin_other", "twitter",
         "facebook", "github", "directory", "url", "domain"), "."
    ),
    **dict.fromkeys(("year", "range", "date", "phone", "money", "number"), "0"),
    "json": "[",
}  # fmt: skip
"""What a value must hold for a pattern to be worth trying: "." stands for a dot or a colon, "0" for any digit."""


@cache
def _patterns_for(held: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, pattern) for name, pattern in _PATTERNS.items() if _NEEDS.get(name, "") in held)


def classify(value: str) -> str:
    """Return which of the known kinds a value looks like; "text" where none."""
    held = "@" if "@" in value else ""
    if "." in value or ":" in value:
        held += "."
    if _DIGIT.search(value):
        held += "0"
    if value[:1] in ("[", "{"):
        held += "["
    for name, pattern in _patterns_for(held):
        if pattern.fullmatch(value):
            return name
    return "text"


@dataclass(slots=True)
class Evidence:
    """How often each look occurs among a column's filled cells."""

    filled: int = 0
    distinct: int = 0
    counts: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, values: Iterable[object]) -> Evidence:
        """Look at a column's values; empty ones, and those that stand for nothing, are no evidence."""
        looks = cls()
        seen: set[str] = set()
        for value in values:
            text = "" if value is None else unescape(str(value)).strip()[:300]
            if text and not says_nothing(text):
                looks.filled += 1
                seen.add(text.lower())
                look = classify(text)
                if look == "text" and _SEVERAL.search(text):
                    parts = {classify(part) for part in _SEVERAL.split(text)}
                    look = parts.pop() if parts in ({"email"}, {"phone"}) else look
                looks.counts[look] = looks.counts.get(look, 0) + 1
        looks.distinct = len(seen)
        return looks

    @property
    def repeated(self) -> bool:
        """Whether the same few values come again and again."""
        return self.filled >= 4 and self.distinct * 2 <= self.filled

    def share(self, kinds: Iterable[str]) -> float:
        """Return the share (0-1) of filled cells that look like one of `kinds`."""
        return sum(self.counts.get(kind, 0) for kind in kinds) / self.filled if self.filled else 0.0

    @property
    def main(self) -> str | None:
        """The look of at least 60 % of the filled cells, if there is one."""
        return next((kind for kind, count in self.counts.items() if count >= 0.6 * self.filled), None)


def fit(field_name: str, looks: Evidence) -> float | None:
    """Return the share of a column's filled cells that suit a field, or None where nothing can be said."""
    if not looks.filled:
        return None
    suits = SUITS.get(field_name)
    if suits is not None:
        return looks.share(suits)
    if field_name in _TEXT_FIELDS:
        return looks.share(
            _TEXT_ONLY | {"honorific", "domain"} if field_name == "full_name" else _TEXT_ONLY | {"honorific"}
        )
    odd = looks.share(_ODD | {"flag"} if field_name in {"company_name", "industry"} else _ODD)
    return 1.0 - odd
