"""What one vendor knows of the world: a part of it that overlaps with other vendors' parts, a little of it stale."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Literal, TypeVar

from leadenrich.sandbox.facts import SandboxCompany, SandboxPerson, SandboxPhone
from leadenrich.sandbox.matching import (
    country_code,
    first,
    fits_company,
    fits_person,
    has_facts,
    listed,
    page_of,
    same_name,
)
from leadenrich.sandbox.names import COUNTRIES, DISPOSABLE_MAIL, FREE_MAIL
from leadenrich.sandbox.spelling import local_part
from leadenrich.sandbox.world import World

Knows = Literal["partly", "everything"]
"""How much a vendor knows; "everything" makes every vendor right about everybody."""

STALE = 0.03
"""The share of the people a vendor knows whom it still believes at their former company."""

# Field -> how often vendors know it of a person they know: from the worst vendor to the best.
PERSON_RATES = {
    "email": (0.55, 0.92),
    "personal_email": (0.15, 0.5),
    "mobile_phone": (0.2, 0.7),
    "phone": (0.2, 0.5),
    "linkedin_url": (0.8, 1.0),
    "twitter_url": (0.3, 0.8),
    "github_url": (0.3, 0.8),
    "facebook_url": (0.2, 0.6),
    "headline": (0.5, 1.0),
    "sales_navigator_url": (0.5, 1.0),
}
COMPANY_RATES = {
    "description": (0.8, 1.0),
    "industry": (0.9, 1.0),
    "employee_count": (0.8, 1.0),
    "annual_revenue_usd": (0.4, 0.9),
    "phone": (0.4, 0.9),
    "funding_total_usd": (0.4, 0.9),
    "logo_url": (0.6, 1.0),
    "naics": (0.5, 0.9),
    "sic": (0.5, 0.9),
    "twitter_url": (0.5, 0.9),
    "facebook_url": (0.5, 0.9),
    "company_type": (0.7, 1.0),
}
# What goes with a field that is not known.
_FOLLOWS = {
    "email": ("email_status",),
    "linkedin_url": ("slug",),
    "github_url": ("github_username",),
    "employee_count": ("employee_range",),
    "funding_total_usd": ("funding_stage", "last_funding_at"),
}
_PERSON_COVERAGE, _COMPANY_COVERAGE = (0.35, 0.8), (0.6, 0.97)
ROLES = frozenset(
    {"info", "hello", "sales", "support", "office", "contact", "admin", "kontakt", "billing", "jobs", "press"}
)
_REMEMBERED = 20_000

T = TypeVar("T")

_SALES_LEAD = re.compile(r"acwaa0*([0-9a-f]+x[0-9a-f]+)example")
"""The last part of a Sales Navigator address, with the person's code in it."""


class View:
    """The world as one vendor knows it.

    Who and what a vendor knows follows from (seed, vendor, person, field) alone, so it is the same in every order of
    asking. All vendors share each person's findability, so their knowledge overlaps more than chance would have it.
    """

    def __init__(self, world: World, vendor: str, knows: Knows = "partly") -> None:
        self.world, self.vendor, self.knows = world, vendor, knows
        self._people: dict[str, SandboxPerson | None] = {}
        self._companies: dict[int, SandboxCompany] = {}

    def chance(self, *what: object) -> float:
        """Return this vendor's fixed draw, 0-1, for a thing."""
        text = "|".join(map(str, (self.world.seed, self.vendor, *what)))
        return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=6).digest()) / 2**48

    def rate(self, what: str, low: float, high: float) -> float:
        """Return this vendor's own rate for a thing, between the worst and the best vendor's."""
        return low + (high - low) * self.chance("rate", what)

    # one

    def person(
        self,
        *,
        id: str | None = None,
        email: str | None = None,
        linkedin_url: str | None = None,
        personal_email: str | None = None,
        phone: str | None = None,
        github_url: str | None = None,
        twitter_url: str | None = None,
        facebook_url: str | None = None,
        first_name: str | None = None,
        last_name: str | None = None,
        full_name: str | None = None,
        company_domain: str | None = None,
        company_name: str | None = None,
        company_linkedin_url: str | None = None,
    ) -> SandboxPerson | None:
        """Return the person the first of these names, as this vendor knows them; None: not known to it.

        Links may be URLs or handles; a name needs a company's domain, name or page beside it.
        """
        handle = first(linkedin_url, github_url, twitter_url, facebook_url)
        found = self._by_handle(id, handle) or self._by_address(email) or self._by_address(personal_email)
        if found is None and phone and (number := self.world.find_phone(phone)) is not None:
            found = number.person
        if found is not None:
            return self.seen(found)
        asked = str(full_name or "").strip() or f"{first_name or ''} {last_name or ''}".strip()
        company = self._find_company(company_domain, company_name, company_linkedin_url)
        if company is None or not asked:
            return None
        for one in self.world.people_of(company.index):
            if same_name(asked, one):
                known = self.seen(one)
                # Believed elsewhere: asked about this company, such a vendor finds no person.
                return known if known is not None and known.company.index == company.index else None
        return None

    def company(
        self,
        *,
        id: str | None = None,
        domain: str | None = None,
        name: str | None = None,
        linkedin_url: str | None = None,
        email: str | None = None,
        phone: str | None = None,
        **registry: Any,
    ) -> SandboxCompany | None:
        """Return the company the first of these names, as this vendor knows it; None: not known to it.

        Besides its id, domain, name, page, an address or a number there, any other fact can name it: lei, cik, ticker,
        company_number, place_id, twitter_url, ...
        """
        found: Any = self.world.find_id(id) if id and id[:1] == "c" else None
        if found is None:
            host = domain or (email.rpartition("@")[2] if email else None)
            found = self._find_company(host, name, linkedin_url)
        if found is None and phone and (number := self.world.find_phone(phone)) is not None:
            found = number.company
        wanted = {word: value for word, value in registry.items() if value not in (None, "")}
        if found is None and wanted:
            found = next((one for one in self.world.companies if has_facts(one, wanted)), None)
        if not isinstance(found, SandboxCompany):
            return None
        seen = self.company_seen(found)
        return seen if seen.known else None

    def phone(self, number: str | None) -> SandboxPhone | None:
        """Return the facts of a number of the world, E.164 or written otherwise; None for every other number."""
        found = self.world.find_phone(number) if number else None
        if found is not None and found.person is not None:
            found = replace(found, person=self.seen(found.person))
        return found

    def verify(self, email: str) -> str:
        """Return the `email_status` of any address, as a verifier would find it."""
        local, _, host = email.strip().lower().rpartition("@")
        company = self.world.find_company(domain=host)
        if host in DISPOSABLE_MAIL:
            return "disposable"
        if host in FREE_MAIL:
            return "valid" if self._by_address(email) is not None else "invalid"
        if company is None or not local:
            return "invalid"
        if local in ("spamtrap", "abuse"):
            return local
        if local in ROLES:
            return "role"
        if company.accept_all:
            return "accept_all"
        if self.knows == "partly" and self.chance("greylisted", email) < 0.02:
            return "unknown"
        return "valid" if self._by_address(email) is not None else "invalid"

    # many

    def people(self, *, limit: int | None = 10, offset: int = 0, **wanted: Any) -> list[SandboxPerson]:
        """Return a page of the people this vendor knows, in a fixed order.

        Wanted may be company_domain, company_name, company_linkedin_url, title, seniority and department (also in the
        vendor's words), country (also a name, a city or a region), city, region, keywords, industry, technology,
        employee_range, first_name, last_name, full_name, has (fields that must be known); each a value or a list of
        alternatives.
        """
        return page_of(self._matching_people(wanted), limit, offset)

    def count_people(self, **wanted: Any) -> int:
        """Return how many people `people` has in all."""
        return sum(1 for _ in self._matching_people(wanted))

    def companies(self, *, limit: int | None = 10, offset: int = 0, **wanted: Any) -> list[SandboxCompany]:
        """Return a page of the companies this vendor knows, in a fixed order.

        Wanted may be domain, name, industry, country (also a name, a city or a region), city, region, technology,
        keywords, employee_range ("51-200"), funding_stage; each a value or a list of alternatives.
        """
        return page_of(self._matching_companies(wanted), limit, offset)

    def count_companies(self, **wanted: Any) -> int:
        """Return how many companies `companies` has in all."""
        return sum(1 for _ in self._matching_companies(wanted))

    # what this vendor sees

    def seen(self, person: SandboxPerson) -> SandboxPerson | None:
        """Return a person as this vendor knows them; None: not at all."""
        if self.knows == "everything":
            return person
        if person.id not in self._people:
            if len(self._people) >= _REMEMBERED:
                self._people.clear()
            self._people[person.id] = self._person_seen(person)
        return self._people[person.id]

    def _person_seen(self, person: SandboxPerson) -> SandboxPerson | None:
        share = self.rate("people", *_PERSON_COVERAGE)
        # The sum of two uniform draws is triangular: this is its quantile, so `share` of all people pass.
        bar = (2 * share) ** 0.5 if share <= 0.5 else 2 - (2 * (1 - share)) ** 0.5
        if (1 - person.findability) + self.chance("person", person.id) > bar:
            return None
        hidden = self._hidden(person.id, PERSON_RATES)
        known = replace(person, company=self.company_seen(person.company), **hidden)
        return self._stale(known) if self.chance("stale", person.id) < STALE else known

    def _stale(self, person: SandboxPerson) -> SandboxPerson:
        """Return a job changer as a vendor believes them: at another company, with that company's address and title."""
        places = self.world.indices(person.company.country)
        former = self.world.company(places[int(self.chance("former", person.id) * len(places))])
        local = local_part(former.email_pattern, person.first_name, person.last_name)
        title, level, team = "Project Manager", "manager", "operations"
        return replace(
            person,
            company=self.company_seen(former),
            title=title,
            seniority=level,
            department=team,
            headline=f"{title} at {former.company_name}" if person.headline else None,
            phone=None,
            email=f"{local}@{former.company_domain}" if person.email else None,
            email_status=("accept_all" if former.accept_all else "valid") if person.email else None,
        )

    def company_seen(self, company: SandboxCompany) -> SandboxCompany:
        """Return a company as this vendor knows it; `known` says whether it lists it at all."""
        if self.knows == "everything":
            return company
        if company.index not in self._companies:
            known = self.chance("company", company.index) < self.rate("companies", *_COMPANY_COVERAGE)
            hidden = self._hidden(company.id, COMPANY_RATES)
            self._companies[company.index] = replace(company, known=known, **hidden)
        return self._companies[company.index]

    def _hidden(self, id: str, rates: dict[str, tuple[float, float]]) -> dict[str, Any]:
        """Return what of a person or company this vendor lacks, as the None that stand for it."""
        hidden: dict[str, Any] = {}
        for field, (low, high) in rates.items():
            if self.chance(field, id) >= self.rate(field, low, high):
                hidden |= dict.fromkeys((field, *_FOLLOWS.get(field, ())))
        return hidden

    # finding

    def _by_handle(self, *texts: str | None) -> SandboxPerson | None:
        """Return the person whose id, profile URL or handle it is: each of them ends in the person's code."""
        for text in texts:
            handle = re.sub(r"[._]", "-", str(text or "").lower().rstrip("/").rsplit("/", 1)[-1])
            code = handle.removesuffix("-example").rsplit("-", 1)[-1]
            if sales := _SALES_LEAD.fullmatch(code):
                code = sales[1]
            found = self.world.find_id(code if code[:1] == "p" else f"p{code}") if "x" in code else None
            if isinstance(found, SandboxPerson):
                return found
        return None

    def _by_address(self, email: str | None) -> SandboxPerson | None:
        local, _, host = str(email or "").strip().lower().rpartition("@")
        if host in FREE_MAIL:
            found = self._by_handle(local)
            return found if found is not None and found.personal_email == f"{local}@{host}" else None
        company = self.world.find_company(domain=host) if host else None
        people = self.world.people_of(company.index) if company is not None else ()
        return next((one for one in people if one.email == f"{local}@{host}"), None)

    def _find_company(self, domain: str | None, name: str | None, page: str | None) -> SandboxCompany | None:
        if not domain and page:
            slug = str(page).lower().rstrip("/").rsplit("/", 1)[-1]
            domain = f"{slug.removesuffix('-example')}.example"
        return self.world.find_company(domain=domain, name=name)

    def _matching_companies(self, wanted: dict[str, Any]) -> Iterator[SandboxCompany]:
        domains, names = listed(wanted.get("domain")), listed(wanted.get("name"))
        found: Iterable[SandboxCompany | None]
        if domains or names:
            found = [self.world.find_company(domain=domain) for domain in domains]
            found += [self.world.find_company(name=name) for name in names]
        else:
            codes = [country_code(str(text)) for text in listed(wanted.get("country"))]
            countries: list[str | None] = [*codes] if codes and set(codes) <= set(COUNTRIES) else [None]
            found = (self.world.company(index) for code in countries for index in self.world.indices(code))
        for company in found:
            if company is not None and (seen := self.company_seen(company)).known and fits_company(seen, wanted):
                yield seen

    def _matching_people(self, wanted: dict[str, Any]) -> Iterator[SandboxPerson]:
        of_company = {word: wanted[word] for word in ("industry", "employee_range", "technology") if wanted.get(word)}
        domains, names = listed(wanted.get("company_domain")), listed(wanted.get("company_name"))
        pages = [
            company.company_domain
            for page in listed(wanted.get("company_linkedin_url"))
            if (company := self._find_company(None, None, page)) is not None
        ]
        named = {"domain": domains + pages, "name": names, "country": wanted.get("country")}
        places = ("company_domain", "company_name", "company_linkedin_url")
        if any(wanted.get(word) for word in places) and not domains + pages + names:
            return  # a company was named, and there is no such page
        for company in self._matching_companies({**of_company, **named}):
            for one in self.world.people_of(company.index):
                seen = self.seen(one)
                if seen is not None and seen.company.index == company.index and fits_person(seen, wanted):
                    yield seen


__all__ = ["COMPANY_RATES", "PERSON_RATES", "STALE", "Knows", "View", "country_code"]
