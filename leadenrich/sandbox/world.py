"""The invented world: about 2,000 companies and 16,000 people, the same for every run with the same seed.

Building a world makes a skeleton only; a company's facts and its people are made when asked for. No person in it
exists: names are put together from pools, domains end in `.example`, LinkedIn slugs in `-example`.
"""

from __future__ import annotations

import bisect
import random
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from leadenrich.sandbox.facts import SandboxCompany, SandboxPerson, SandboxPhone
from leadenrich.sandbox.names import (
    COUNTRIES,
    FREE_MAIL,
    HEADS,
    INVESTORS,
    LEGAL_FORMS,
    PATTERNS,
    STAGES,
    TAILS,
    TECHNOLOGIES,
    TITLES,
    TOPICS,
    TRADES,
)
from leadenrich.sandbox.numbering import Blocks, number_at, room, slot_of
from leadenrich.sandbox.spelling import ascii_letters, fold, local_part

SIZES = (
    ("1-10", 3, 10),
    ("11-50", 11, 50),
    ("51-200", 51, 200),
    ("201-500", 201, 500),
    ("501-1000", 501, 1000),
    ("1001-5000", 1001, 5000),
    ("5001-10000", 5001, 10000),
    ("10001+", 10001, 60000),
)
MAIL_HOSTS = ("google", "google", "microsoft", "microsoft", "other")
_MOST_PEOPLE = 25


@dataclass(slots=True)
class _Seat:
    """A company's skeleton, and where its people stand among those of its country."""

    name: str
    domain: str
    country: str
    trade: int
    people: int
    rank: int  # among the country's companies
    before: int  # people of the country's earlier companies


class World:
    """A seeded, invented world.

    Args:
        seed: the same seed gives the same world, in every process. size: how many companies.
    """

    def __init__(self, seed: int = 0, size: int = 2000) -> None:
        self.seed = seed
        self._seats: list[_Seat] = []
        self._by_domain: dict[str, int] = {}
        self._by_name: dict[str, int] = {}
        self._by_country: dict[str, list[int]] = {code: [] for code in COUNTRIES}
        self._companies: dict[int, SandboxCompany] = {}
        self._people: dict[int, tuple[SandboxPerson, ...]] = {}
        self._lay_out(size)
        self._desks = {code: [len(seats), 0] for code, seats in self._by_country.items()}
        for seat in self._seats:
            self._desks[seat.country][1] += seat.people

    @staticmethod
    @lru_cache(maxsize=4)
    def of(seed: int = 0, size: int = 2000) -> World:
        """Return the world of a seed; asked again, the same object."""
        return World(seed, size)

    def _lay_out(self, size: int) -> None:
        rng = random.Random(f"world {self.seed}")
        codes = rng.choices(list(COUNTRIES), [land.weight for land in COUNTRIES.values()], k=size)
        pairs = rng.sample(range(len(HEADS) * len(TAILS)), k=size)
        crowd = {code: 0 for code in COUNTRIES}
        for index, (pair, code) in enumerate(zip(pairs, codes, strict=True)):
            word = HEADS[pair // len(TAILS)] + TAILS[pair % len(TAILS)]
            trade = rng.randrange(len(TRADES))
            name = f"{word} {TRADES[trade][1]}" if rng.random() < 0.6 else word
            domain = f"{ascii_letters(word)}.example"
            if domain in self._by_domain:  # "Éte..." beside "Ete..."
                domain = f"{ascii_letters(word)}-{code.lower()}{index}.example"
            people = min(_MOST_PEOPLE, int(rng.expovariate(1 / 8.5)))
            ranked = self._by_country[code]
            self._seats.append(_Seat(name, domain, code, trade, people, len(ranked), crowd[code]))
            ranked.append(index)
            crowd[code] += people
            self._by_domain[domain] = index
            self._by_name.setdefault(fold(name), index)

    def __len__(self) -> int:
        return len(self._seats)

    @property
    def companies(self) -> Iterator[SandboxCompany]:
        """Yield every company."""
        return (self.company(index) for index in range(len(self)))

    @property
    def people(self) -> Iterator[SandboxPerson]:
        """Yield everybody, company by company."""
        return (person for index in range(len(self)) for person in self.people_of(index))

    def indices(self, country: str | None = None) -> range | list[int]:
        """Return the places of all companies, or of those in a country."""
        return range(len(self)) if country is None else self._by_country.get(country, [])

    def find_company(self, *, domain: str | None = None, name: str | None = None) -> SandboxCompany | None:
        """Return the company of a domain (or any host below it) or of a name, or None."""
        if domain:
            host = str(domain).lower().rsplit("//", 1)[-1].split("/")[0].rstrip(".")
            found = self._by_domain.get(".".join(host.split(".")[-2:]))
            if found is not None:
                return self.company(found)
        found = self._by_name.get(fold(str(name))) if name else None
        return None if found is None else self.company(found)

    def find_id(self, text: str) -> SandboxPerson | SandboxCompany | None:
        """Return who an id stands for: "p" or "c", the company's place, "x", the person's place, in hexadecimal."""
        kind, (place, _, seat) = text[:1], text[1:].partition("x")
        try:
            index, number = int(place, 16), int(seat or "0", 16)
        except ValueError:
            return None
        if not 0 <= index < len(self) or kind not in ("p", "c"):
            return None
        if kind == "c":
            return self.company(index)
        people = self.people_of(index)
        return people[number] if 0 <= number < len(people) else None

    def company(self, index: int) -> SandboxCompany:
        """Return the company at a place."""
        if index not in self._companies:
            self._companies[index] = self._make_company(index, self._seats[index])
        return self._companies[index]

    def people_of(self, index: int) -> tuple[SandboxPerson, ...]:
        """Return the people of the company at a place."""
        if index not in self._people:
            self._people[index] = self._make_people(index, self._seats[index])
        return self._people[index]

    def _make_company(self, index: int, seat: _Seat) -> SandboxCompany:
        rng = random.Random(f"company {self.seed} {index}")
        land, code, label = COUNTRIES[seat.country], f"{index:x}", seat.domain.split(".")[0]
        city, region, latitude, longitude, zone = rng.choice(land.cities)
        industry, word, naics, sic, does = TRADES[seat.trade]
        size, low, high = rng.choices(SIZES, (10, 22, 26, 16, 10, 10, 4, 2))[0]
        count = rng.randint(low, high)
        funded, listed = rng.random() < 0.35, rng.random() < 0.08
        investors = sorted(rng.sample(INVESTORS, rng.randint(1, 3))) if funded else []
        visits = int(count * rng.uniform(20, 400))
        street, postal = f"{rng.choice(HEADS)}street {rng.randint(1, 180)}", f"{rng.randint(10000, 99999)}"
        registration = f"{rng.randint(10_000_000, 99_999_999)}"
        slug = f"{label}-example"
        day = f"20{rng.randint(19, 25)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
        return SandboxCompany(
            index=index,
            id=f"c{code}",
            slug=slug,
            company_name=seat.name,
            company_domain=seat.domain,
            legal_name=f"{seat.name} {LEGAL_FORMS[seat.country]}",
            website=f"https://www.{seat.domain}",
            company_linkedin_url=f"https://www.linkedin.com/company/{slug}",
            headcount_people=seat.people,
            country=seat.country,
            country_name=land.name,
            city=city,
            region=region,
            street=street,
            postal_code=postal,
            address=f"{street}, {postal} {city}, {land.name}",
            latitude=round(latitude + rng.uniform(-0.05, 0.05), 5),
            longitude=round(longitude + rng.uniform(-0.05, 0.05), 5),
            time_zone=zone,
            email_pattern=rng.choice(PATTERNS),
            mx_provider=rng.choice(MAIL_HOSTS),
            accept_all=rng.random() < 0.25,
            lei=_lei(f"9845{index:08X}EXMPL0"[:18]),
            company_number=registration,
            jurisdiction_code=seat.country.lower(),
            place_id=f"ChIJexample{code}",
            ip=_ip(index),
            founded_year=rng.randint(1951, 2023),
            description=f"{seat.name} {does}.",
            industry=industry,
            keywords=[word.lower(), *does.split()[-2:]],
            employee_count=count,
            employee_range=size,
            annual_revenue_usd=Decimal(count * rng.randint(80, 300) * 1000),
            company_type="public_company" if listed else "partnership" if rng.random() < 0.2 else "privately_held",
            phone=number_at(land.landlines, seat.rank),
            technologies=sorted(rng.sample(TECHNOLOGIES, rng.randint(2, 6))),
            funding_total_usd=Decimal(rng.randint(5, 900) * 100_000) if funded else None,
            funding_stage=rng.choice(STAGES) if funded else None,
            last_funding_at=day if funded else None,
            investors=investors,
            naics=naics,
            sic=sic,
            logo_url=f"https://logo.{seat.domain}/logo.png",
            twitter_url=f"https://x.com/{label.replace('-', '_')[:15]}",
            facebook_url=f"https://www.facebook.com/{label}.example",
            cik=f"{1_900_000 + index:010}" if seat.country == "US" else None,
            ticker=f"X{code.upper()}" if listed else None,
            rating=round(rng.uniform(2.8, 5.0), 1),
            rating_count=rng.randint(3, 900),
            news=[
                {
                    "title": f"{seat.name} opens an office in {rng.choice(land.cities)[0]}",
                    "url": f"https://news.{seat.domain}/{item}",
                    "published_at": f"2025-{item + 1:02}-{rng.randint(1, 28):02}",
                }
                for item in range(rng.randint(1, 3))
            ],
            topics=[{"name": name, "score": rng.randint(40, 99)} for name in sorted(rng.sample(TOPICS, 3))],
            visits=visits,
            unique_visitors=int(visits * 0.6),
            global_rank=rng.randint(20_000, 9_000_000),
            bounce_rate=round(rng.uniform(0.2, 0.8), 2),
            pages_per_visit=round(rng.uniform(1.2, 7), 1),
            average_visit_seconds=float(rng.randint(20, 400)),
            organic_keywords=rng.randint(10, 9000),
            organic_traffic=int(visits * 0.4),
            paid_keywords=rng.randint(0, 200),
            paid_traffic=int(visits * 0.05),
            paid_cost_usd=Decimal(rng.randint(0, 20_000)),
            runs_google_ads=rng.random() < 0.5,
            runs_facebook_ads=rng.random() < 0.3,
            runs_linkedin_ads=rng.random() < 0.3,
        )

    def _make_people(self, index: int, seat: _Seat) -> tuple[SandboxPerson, ...]:
        rng = random.Random(f"people {self.seed} {index}")
        company, made = self.company(index), []
        taken: set[str] = set()
        names: set[str] = set()
        for number in range(seat.people):
            # One in eight comes from elsewhere: names of every culture work in every country.
            home = COUNTRIES[seat.country if rng.random() < 0.875 else rng.choice(list(COUNTRIES))]
            while True:  # no two people of one company share a name
                first, last = rng.choice(home.first), rng.choice(home.last)
                if fold(first + last) not in names:
                    break
            local = local_part(company.email_pattern, first, last)
            local = f"{local}{number}" if local in taken else local
            names.add(fold(first + last))
            taken.add(local)
            made.append(self._make_person(rng, company, seat, number, first, last, local))
        return tuple(made)

    def _make_person(
        self, rng: random.Random, company: SandboxCompany, seat: _Seat, number: int, first: str, last: str, local: str
    ) -> SandboxPerson:
        land, code = COUNTRIES[seat.country], f"{company.index:x}x{number:x}"
        title, seniority, department = TITLES[number % 3 if number < 3 else rng.randrange(len(TITLES))]
        city, region, zone = company.city, company.region, company.time_zone
        if rng.random() < 0.2:
            city, region, _, _, zone = rng.choice(land.cities)
        handle = f"{ascii_letters(first)}-{ascii_letters(last)}"
        slug, place = f"{handle}-{code}-example", seat.before + number
        chance = rng.random
        tweets, codes = chance() < 0.35, department in ("engineering", "it", "product") and chance() < 0.6
        return SandboxPerson(
            id=f"p{code}",
            first_name=first,
            last_name=last,
            full_name=f"{first} {last}",
            company=company,
            title=title,
            seniority=seniority,
            department=department,
            findability=chance(),
            email=f"{local}@{seat.domain}",
            email_status="accept_all" if company.accept_all else "valid",
            personal_email=f"{ascii_letters(first)}.{code}@{rng.choice(FREE_MAIL)}" if chance() < 0.55 else None,
            mobile_phone=self._spread(land.mobiles, place, 0, self._desks[seat.country][1]),
            phone=self._spread(land.landlines, place, *self._desks[seat.country]),
            slug=slug,
            linkedin_url=f"https://www.linkedin.com/in/{slug}",
            sales_navigator_url=f"https://www.linkedin.com/sales/lead/ACwAA{code.rjust(12, '0')}Example",
            twitter_url=f"https://x.com/ex_{code}" if tweets else None,
            github_username=f"ex-{code}" if codes else None,
            github_url=f"https://github.com/ex-{code}" if codes else None,
            facebook_url=f"https://www.facebook.com/ex.{code}" if chance() < 0.2 else None,
            headline=f"{title} at {company.company_name}",
            city=city,
            region=region,
            country=seat.country,
            country_name=land.name,
            time_zone=zone,
        )

    def _spread(self, blocks: Blocks, place: int, start: int, crowd: int) -> str | None:
        """Return a number for the person at a place of the country's crowd, spread evenly where there are too few."""
        free = room(blocks) - start
        if free >= crowd:
            return number_at(blocks, start + place)
        slot = place * free // crowd
        return number_at(blocks, start + slot) if free > 0 and -(-slot * crowd // free) == place else None

    def find_phone(self, number: str) -> SandboxPhone | None:
        """Return a number of the world, E.164 or with blanks, or None."""
        digits = "+" + "".join(char for char in str(number) if char.isdigit())
        for code, land in COUNTRIES.items():
            for mobile, blocks in ((True, land.mobiles), (False, land.landlines)):
                slot = slot_of(blocks, digits)
                if slot is not None:
                    return self._at_slot(code, mobile, blocks, slot, digits)
        return None

    def _at_slot(self, code: str, mobile: bool, blocks: Blocks, slot: int, digits: str) -> SandboxPhone | None:
        land, seats = COUNTRIES[code], self._by_country[code]
        desks, crowd = self._desks[code]
        person: SandboxPerson | None = None
        if not mobile and slot < desks:
            company = self.company(seats[slot])
        else:
            start = 0 if mobile else desks
            free = room(blocks) - start
            place = slot - start if free >= crowd else -(-(slot - start) * crowd // free)
            if place >= crowd:
                return None
            at = bisect.bisect_right(seats, place, key=lambda index: self._seats[index].before) - 1
            people = self.people_of(seats[at])
            person = people[place - self._seats[seats[at]].before]
            company = person.company
        carrier = f"Example {'Mobile' if mobile else 'Telecom'} {code}"
        zone = person.time_zone if person and person.time_zone else company.time_zone
        return SandboxPhone(digits, "mobile" if mobile else "landline", carrier, code, land.name, zone, person, company)


def _ip(index: int) -> str:
    block, host = divmod(index, 254)
    blocks = ("192.0.2", "198.51.100", "203.0.113")
    return f"{blocks[block]}.{host + 1}" if block < len(blocks) else f"2001:db8::{index:x}"


def _lei(stem: str) -> str:
    """Return a legal entity identifier with its ISO 7064 check digits."""
    digits = "".join(str(int(char, 36)) for char in stem + "00")
    return f"{stem}{98 - int(digits) % 97:02}"
