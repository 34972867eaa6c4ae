"""Reads the header rows and invents values for them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FIRST = ["Ann", "Bob", "Cem", "Dörte", "Émile", "Fatou", "Gerrit", "Hanna", "Inés", "Jörg"]
LAST = ["Neu", "Probst", "Beispiel", "van Dam", "Muster", "Exempel", "d'Or", "Ficción", "Teste", "Voorbeeld"]
COMPANY = [
    "Muster GmbH",
    "Example Ltd",
    "Société Exemple",
    "Voorbeeld BV",
    "Azienda Prova Srl",
    "Teste Lda",
    "Acme Inc.",
]
WORDS = ["alpha", "beta", "gamma", "delta", "omega", "blue", "green", "north", "south"]

POOLS: dict[str, list[str]] = {
    "first": FIRST,
    "last": LAST,
    "company": COMPANY,
    "title": ["CEO", "Head of Sales", "Ingénieur", "Vertriebsleiterin", "Director comercial", "VP Marketing", "Owner"],
    "city": ["Berlin", "Lyon", "Porto", "Utrecht", "Torino", "Austin", "Sevilla"],
    "region": ["Bayern", "Occitanie", "Texas", "Lazio", "Utrecht", "SP", "CA"],
    "country": ["Germany", "France", "Portugal", "NL", "Italia", "US", "España"],
    "word": WORDS,
    "text": ["some words about it", "wrote twice, no answer", "likes tea", "met at a fair", "see the file"],
    "flag": ["true", "false"],
    "honorific": ["Dr.", "Prof. Dr.", "Mr.", "Frau", "Herr", "Mme"],
    "range": ["1-10", "11-50", "51-200", "201-500", "501-1000", "10001+"],
    "industry": ["Software", "Retail", "Hospital & Health Care", "Maschinenbau", "Bauwesen"],
    "code2": ["DE", "FR", "US", "PT"],
    "stage": ["Seed", "Series A", "Series B"],
    "list": ["PostgreSQL, Kafka", "React", "SAP, Excel"],
}
OF_FIELD: dict[str, str] = {
    "first_name": "first", "last_name": "last", "company_name": "company", "title": "title", "headline": "title",
    "city": "city", "region": "region", "country": "country", "department": "word", "seniority": "word",
    "personal_email": "email", "mobile_phone": "phone", "linkedin_url": "linkedin", "employee_count": "number",
    "company_linkedin_url": "linkedin_company", "sales_navigator_url": "salesnav", "website": "url",
    "company_domain": "domain", "employee_range": "range", "annual_revenue_usd": "money", "founded_year": "year",
    "funding_total_usd": "money", "funding_stage": "stage", "last_funding_at": "date", "naics": "code", "sic": "code",
    "company_type": "word", "technologies": "list", "investors": "company", "description": "text",
    "twitter_url": "twitter", "facebook_url": "facebook", "github_url": "github", "logo_url": "url",
}  # fmt: skip


@dataclass(frozen=True)
class Table:
    """One header row, what each column means, and what kind of value it holds."""

    name: str
    half: str
    headers: tuple[str, ...]
    meant: tuple[frozenset[str | None], ...]
    kinds: tuple[str, ...]

    def rows(self, count: int = 30) -> list[list[str]]:
        """Return invented rows, the same in every run; about one cell in ten is empty."""
        chance = random.Random(self.name)
        return [["" if chance.random() < 0.1 else value_of(kind, chance) for kind in self.kinds] for _ in range(count)]


def tables() -> Iterator[Table]:
    """Yield every header row beside this file."""
    for path in sorted(Path(__file__).parent.glob("*.tsv")):
        lines = path.read_text(encoding="utf-8").splitlines()
        half = next(line.removeprefix("# half: ") for line in lines if line.startswith("# half: "))
        columns = [[*line.split("\t"), "", ""][:3] for line in lines[3:]]
        meant = tuple(frozenset(None if name == "-" else name for name in column[1].split("|")) for column in columns)
        kinds = tuple(column[2] or _kind_of(column[1].split("|")[0]) for column in columns)
        yield Table(path.stem, half, tuple(column[0] for column in columns), meant, kinds)


def _kind_of(field: str) -> str:
    return OF_FIELD.get(field, field if field != "-" else "word")


def value_of(kind: str, chance: random.Random) -> str:
    """Return an invented value of a kind."""
    if kind in POOLS:
        return chance.choice(POOLS[kind])
    number, word = chance.randrange(10_000), chance.choice(WORDS)
    made = {
        "full_name": f"{chance.choice(FIRST)} {chance.choice(LAST)}",
        "email": f"{word}{number}@{chance.choice(WORDS)}.example.com",
        "phone": chance.choice(
            [f"+1 202 555 01{number % 100:02}", f"030 5550 {number % 1000:03}", f"(212) 555-01{number % 100:02}"]
        ),
        "linkedin": f"https://www.linkedin.com/in/{word}-{number}",
        "linkedin_company": f"https://www.linkedin.com/company/{word}-{number}",
        "salesnav": f"https://www.linkedin.com/sales/lead/ACw{number},NAME_SEARCH,x",
        "salesnav_company": f"https://www.linkedin.com/sales/company/{number}",
        "url": f"https://www.{word}{number}.example.com/",
        "domain": f"{word}{number}.example.com",
        "twitter": f"https://twitter.com/{word}{number}",
        "facebook": f"https://www.facebook.com/{word}{number}",
        "github": f"https://github.com/{word}{number}",
        "number": str(number),
        "money": str(number * 1000),
        "year": str(1950 + number % 70),
        "date": f"20{10 + number % 15}-0{1 + number % 9}-1{number % 10}",
        "id": f"{number:x}-{word}-{number * 7}",
        "code": str(1000 + number % 8999),
        "zip": f"{10000 + number * 7 % 89999}",
        "address": f"{number % 200} {word.title()} Street, Exampletown",
    }
    return made[kind] if kind in made else chance.choice(POOLS.get(kind, WORDS))
