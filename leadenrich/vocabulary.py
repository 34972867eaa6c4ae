"""The words everyone uses: operations, canonical fields, and the query an adapter receives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypedDict

from leadenrich.errors import InvalidValueError, nearest


class Operation(StrEnum):
    """What can be asked of a provider. A vendor's own feature is `"<provider>.<feature>"` instead."""

    FIND_EMAIL = "find_email"
    FIND_PERSONAL_EMAIL = "find_personal_email"
    FIND_PHONE = "find_phone"
    FIND_LINKEDIN = "find_linkedin"
    ENRICH_PERSON = "enrich_person"
    SEARCH_PEOPLE = "search_people"
    VERIFY_EMAIL = "verify_email"
    VERIFY_PHONE = "verify_phone"
    CHECK_DNC = "check_dnc"
    FIND_DOMAIN = "find_domain"
    ENRICH_COMPANY = "enrich_company"
    SEARCH_COMPANIES = "search_companies"
    FIND_LOOKALIKES = "find_lookalikes"
    DOMAIN_EMAILS = "domain_emails"
    DETECT_TECHNOLOGIES = "detect_technologies"
    FIND_FUNDING = "find_funding"
    FIND_INTENT = "find_intent"
    CHECK_ADS = "check_ads"
    FIND_SOCIAL_URLS = "find_social_urls"
    SEARCH_PLACES = "search_places"
    WEB_TRAFFIC = "web_traffic"
    FIND_NEWS = "find_news"
    RESEARCH = "research"
    GENERATE = "generate"


class Citation(TypedDict, total=False):
    """A page an AI answer is based on; `snippet` is what a search shows of it."""

    url: str
    title: str
    snippet: str


class Fields(TypedDict, total=False):
    """Every canonical field a value can leave the library under, with its one form."""

    # person
    first_name: str | None
    last_name: str | None
    full_name: str | None
    email: str | None
    personal_email: str | None
    mobile_phone: str | None
    phone: str | None
    linkedin_url: str | None
    sales_navigator_url: str | None
    twitter_url: str | None
    github_url: str | None
    facebook_url: str | None
    title: str | None
    headline: str | None
    seniority: str | None
    department: str | None
    city: str | None
    region: str | None
    country: str | None
    company_name: str | None
    company_domain: str | None
    company_linkedin_url: str | None
    # e-mail
    email_status: str | None
    confidence: float | int | None
    is_free: bool | None
    is_disposable: bool | None
    is_role: bool | None
    mx_provider: str | None
    # phone
    phone_status: str | None
    line_type: str | None
    carrier: str | None
    on_dnc: bool | None
    time_zone: str | None
    # company
    website: str | None
    description: str | None
    industry: str | None
    employee_count: int | None
    employee_range: str | None
    annual_revenue_usd: Decimal | int | float | str | None
    founded_year: int | str | None
    company_type: str | None
    technologies: list[str] | None
    funding_total_usd: Decimal | int | float | str | None
    funding_stage: str | None
    last_funding_at: str | None
    investors: list[str] | None
    naics: str | None
    sic: str | None
    logo_url: str | None
    # lists
    people: list[dict[str, Any]] | None
    companies: list[dict[str, Any]] | None
    places: list[dict[str, Any]] | None
    emails: list[dict[str, Any]] | None
    topics: list[dict[str, Any]] | None
    news: list[dict[str, Any]] | None
    # AI
    answer: Any
    citations: list[Citation] | None
    input_tokens: int | None
    output_tokens: int | None
    # web traffic
    visits: int | float | None
    unique_visitors: int | float | None
    global_rank: int | None
    bounce_rate: float | None
    pages_per_visit: float | None
    average_visit_seconds: float | None
    organic_keywords: int | None
    organic_traffic: int | float | None
    paid_keywords: int | None
    paid_traffic: int | float | None
    paid_cost_usd: Decimal | int | float | str | None
    # ads
    runs_google_ads: bool | None
    runs_facebook_ads: bool | None
    runs_linkedin_ads: bool | None
    ads: list[dict[str, Any]] | None
    # search pages
    total: int | None
    next_cursor: str | None
    # registries
    lei: str | None
    cik: str | None
    ticker: str | None
    company_number: str | None
    jurisdiction_code: str | None
    place_id: str | None
    address: str | None
    rating: float | None
    rating_count: int | None
    github_username: str | None
    email_pattern: str | None


FIELDS: frozenset[str] = frozenset(Fields.__annotations__)
"""Every canonical field."""

PERSON_FIELDS: tuple[str, ...] = (
    "first_name",
    "last_name",
    "full_name",
    "email",
    "linkedin_url",
    "twitter_url",
    "github_url",
    "facebook_url",
    "title",
    "headline",
    "seniority",
    "department",
    "city",
    "region",
    "country",
    "company_name",
    "company_domain",
    "company_linkedin_url",
)
"""What enrich_person usually fills; personal e-mail and mobile only where an operation says so itself."""

EMAIL_FIELDS: tuple[str, ...] = (
    "email",
    "email_status",
    "confidence",
    "is_free",
    "is_disposable",
    "is_role",
    "mx_provider",
)
"""What an e-mail finder or verifier can say."""

PHONE_FIELDS: tuple[str, ...] = ("mobile_phone", "phone", "phone_status", "line_type", "carrier", "on_dnc")
"""What a phone finder or verifier can say."""

COMPANY_FIELDS: tuple[str, ...] = (
    "company_name",
    "company_domain",
    "website",
    "company_linkedin_url",
    "description",
    "industry",
    "employee_count",
    "employee_range",
    "annual_revenue_usd",
    "founded_year",
    "company_type",
    "city",
    "region",
    "country",
    "phone",
    "technologies",
    "funding_total_usd",
    "funding_stage",
    "last_funding_at",
    "investors",
    "naics",
    "sic",
    "logo_url",
    "twitter_url",
    "facebook_url",
)
"""What enrich_company can fill."""

SENSITIVE_FIELDS: frozenset[str] = frozenset({"personal_email", "mobile_phone"})
"""Filled only when asked for by name (G13)."""

QUERY_WORDS: frozenset[str] = FIELDS | {
    "query",
    "keywords",
    "location",
    "url",
    "ip",
    "technology",
    "filters",
    "limit",
    "page_size",
    "cursor",
    "prompt",
    "system",
    "model",
    "output_schema",
    "max_output_tokens",
    "shared_characters",
}
"""What a query may hold; a vendor's own ids travel as `<provider>_...` beside them."""

EMAIL_STATUSES: frozenset[str] = frozenset(
    {"valid", "invalid", "accept_all", "unknown", "disposable", "role", "spamtrap", "abuse"}
)
"""The forms of `email_status`."""

LINE_TYPES: frozenset[str] = frozenset({"mobile", "landline", "voip", "toll_free", "unknown"})
"""The forms of `line_type`."""

JSON_TYPES: dict[str, str] = {
    "limit": "integer",
    "page_size": "integer",
    "max_output_tokens": "integer",
    "shared_characters": "integer",
    "employee_count": "integer",
    "founded_year": "integer",
    "filters": "object",
    "output_schema": "object",
    "technologies": "array",
}
"""JSON-schema types of the query words that are not plain text."""

MAIN_FIELD: dict[str, str] = {
    Operation.FIND_EMAIL: "email",
    Operation.FIND_PERSONAL_EMAIL: "personal_email",
    Operation.FIND_PHONE: "mobile_phone",
    Operation.FIND_LINKEDIN: "linkedin_url",
    Operation.VERIFY_EMAIL: "email_status",
    Operation.VERIFY_PHONE: "phone_status",
    Operation.CHECK_DNC: "on_dnc",
    Operation.FIND_DOMAIN: "company_domain",
    Operation.DETECT_TECHNOLOGIES: "technologies",
    Operation.DOMAIN_EMAILS: "emails",
    Operation.SEARCH_PEOPLE: "people",
    Operation.SEARCH_COMPANIES: "companies",
    Operation.FIND_LOOKALIKES: "companies",
    Operation.SEARCH_PLACES: "places",
    Operation.FIND_INTENT: "topics",
    Operation.FIND_NEWS: "news",
    Operation.RESEARCH: "answer",
    Operation.GENERATE: "answer",
}
"""The one field an operation is asked for; operations not listed are asked for whatever they give."""


class Query(Mapping[str, Any]):
    """What an adapter is asked: a frozen mapping with attribute access.

    `query.first_name` is the value or None; `query.pick(vendor_name="canonical")` renames what is present.
    """

    __slots__ = ("_fields",)

    def __init__(self, fields: Mapping[str, Any] = {}, /, **more: Any) -> None:
        self._fields: Mapping[str, Any] = {**fields, **more} if more else fields

    def __getitem__(self, field: str) -> Any:
        return self._fields[field]

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def __contains__(self, field: object) -> bool:
        return field in self._fields

    def get(self, field: str, default: Any = None) -> Any:
        """Return a field's value, or the default where it is not there."""
        return self._fields.get(field, default)

    def __getattr__(self, field: str) -> Any:
        if field.startswith("_"):
            raise AttributeError(field)
        return self._fields.get(field)

    def __repr__(self) -> str:
        return f"Query({', '.join(sorted(self._fields))})"  # names, never values (G13)

    def pick(self, *same: str, **renamed: str) -> dict[str, Any]:
        """Return `{vendor_name: value}` for the fields present.

        Args:
            *same: fields the vendor calls by our name.
            **renamed: `vendor_name="canonical"`; alternatives are tried in order as `"a|b"`.
        """
        chosen: dict[str, Any] = {}
        for name in same:
            if (value := self._fields.get(name)) not in (None, ""):
                chosen[name] = value
        for vendor_name, words in renamed.items():
            for word in words.split("|"):
                if (value := self._fields.get(word)) not in (None, ""):
                    chosen[vendor_name] = value
                    break
        return chosen

    @property
    def name(self) -> str | None:
        """Return the full name, put together from its parts where only these are known."""
        return name_of(self._fields)


def name_of(fields: Mapping[str, Any]) -> str | None:
    """Return the full name of a person, put together from its parts where only these are known."""
    whole = fields.get("full_name")
    if whole:
        return str(whole)
    first, last = fields.get("first_name"), fields.get("last_name")
    if first and last:
        return f"{first} {last}"
    return str(first or last) if first or last else None


class Person(Query):
    """A lead that is a person: a query that accepts only the words of the vocabulary."""

    __slots__ = ()

    def __init__(self, fields: Mapping[str, Any] = {}, /, **more: Any) -> None:
        super().__init__({**fields, **more})
        for word in self:
            if word not in QUERY_WORDS:
                raise InvalidValueError(
                    "field", word, "is no word of the vocabulary", nearest(word, QUERY_WORDS).lstrip("; ")
                )


class Company(Person):
    """A lead that is a company."""

    __slots__ = ()
