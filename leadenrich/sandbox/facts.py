"""The facts of the invented world: companies, people and telephone numbers, each value in its canonical form."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(slots=True)
class SandboxCompany:
    """An invented company; attributes carry the canonical words, in canonical form.

    Attributes:
        index: its place in the world. id: an opaque id, good for a vendor's own. slug: of its LinkedIn page.
        country: ISO 3166-1 alpha-2; country_name in English. headcount_people: how many people of it are known.
        registry keys: lei (ISO 17442, check digits right), cik (US), ticker (listed ones), company_number,
            jurisdiction_code ("de"), place_id.
        email_pattern: such as "{first}.{last}". mx_provider: "google", "microsoft" or "other".
        ip: an address its network uses, of the ranges that RFC 5737 and RFC 3849 keep for documentation.
        accept_all: whether its mail server takes any address. topics: list of {name, score}, score 0-100.
    """

    index: int
    id: str
    slug: str
    company_name: str
    legal_name: str
    company_domain: str
    website: str
    company_linkedin_url: str
    headcount_people: int
    country: str
    country_name: str
    city: str
    region: str
    street: str
    postal_code: str
    address: str
    latitude: float
    longitude: float
    time_zone: str
    email_pattern: str
    mx_provider: str
    accept_all: bool
    lei: str
    company_number: str
    jurisdiction_code: str
    place_id: str
    ip: str
    founded_year: int
    description: str | None
    industry: str | None
    keywords: list[str]
    employee_count: int | None
    employee_range: str | None
    annual_revenue_usd: Decimal | None
    company_type: str | None
    phone: str | None
    technologies: list[str]
    funding_total_usd: Decimal | None
    funding_stage: str | None
    last_funding_at: str | None
    investors: list[str]
    naics: str | None
    sic: str | None
    logo_url: str | None
    twitter_url: str | None
    facebook_url: str | None
    cik: str | None
    ticker: str | None
    rating: float
    rating_count: int
    news: list[dict[str, str]]
    topics: list[dict[str, Any]]
    visits: int
    unique_visitors: int
    global_rank: int
    bounce_rate: float
    pages_per_visit: float
    average_visit_seconds: float
    organic_keywords: int
    organic_traffic: int
    paid_keywords: int
    paid_traffic: int
    paid_cost_usd: Decimal
    runs_google_ads: bool
    runs_facebook_ads: bool
    runs_linkedin_ads: bool
    known: bool = True

    @property
    def name(self) -> str:
        """Return its name, as `company_name`."""
        return self.company_name

    @property
    def domain(self) -> str:
        """Return its domain, as `company_domain`."""
        return self.company_domain

    @property
    def linkedin_url(self) -> str:
        """Return its LinkedIn page, as `company_linkedin_url`."""
        return self.company_linkedin_url

    def __repr__(self) -> str:
        return f"<SandboxCompany {self.company_domain}>"


@dataclass(slots=True)
class SandboxPerson:
    """An invented person; attributes carry the canonical words, in canonical form; None: not known to the asker.

    Attributes:
        id: an opaque id, good for a vendor's own. slug: of the LinkedIn profile.
        email_status: "valid", or "accept_all" where the company's server takes any address.
        company: where the person works. findability: 0-1, how much the world knows of this person.
    """

    id: str
    first_name: str
    last_name: str
    full_name: str
    company: SandboxCompany
    title: str | None
    seniority: str | None
    department: str | None
    findability: float
    email: str | None
    email_status: str | None
    personal_email: str | None
    mobile_phone: str | None
    phone: str | None
    slug: str | None
    linkedin_url: str | None
    sales_navigator_url: str | None
    twitter_url: str | None
    github_username: str | None
    github_url: str | None
    facebook_url: str | None
    headline: str | None
    city: str | None
    region: str | None
    country: str | None
    country_name: str | None
    time_zone: str | None

    @property
    def company_name(self) -> str:
        """Return the name of the company."""
        return self.company.company_name

    @property
    def company_domain(self) -> str:
        """Return the domain of the company."""
        return self.company.company_domain

    @property
    def company_linkedin_url(self) -> str:
        """Return the LinkedIn page of the company."""
        return self.company.company_linkedin_url

    def __repr__(self) -> str:
        return f"<SandboxPerson {self.id}>"


@dataclass(slots=True)
class SandboxPhone:
    """A number of the world: E.164, line type, network, country (ISO), and whose it is."""

    number: str
    line_type: str
    carrier: str | None
    country: str
    country_name: str
    time_zone: str
    person: SandboxPerson | None
    company: SandboxCompany
