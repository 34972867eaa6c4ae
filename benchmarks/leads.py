"""Leads as they come: nine fields with the shapes of real exports, over invented people at example domains.

What repeats in exports repeats here (companies, titles, countries, cities), and what is messy is messy: web addresses
with paths and capitals, phones in local writing, names in capitals or with accents and degrees, empty cells, numbers as
spreadsheets write them. The same seed gives the same leads.
"""

from __future__ import annotations

import random
from collections.abc import Iterator


def words(text: str) -> tuple[str, ...]:
    """Return the words of a text, in order."""
    return tuple(text.split())


FIELDS = (
    "first_name",
    "last_name",
    "email",
    "title",
    "company_name",
    "website",
    "phone",
    "linkedin_url",
    "country",
)
_FIRST = words(
    """
    Jane JOHN anna Jörg Zoë María François Søren Łukasz Nguyễn Mary-Ann Dr.~Bob Jean-Luc Aoife Olena Mehmet İpek Ana
    """
)
_LAST = words(
    """
    Doe SMITH müller García O'Neill van~der~Berg Kowalski d'Angelo Æbelø Tanaka Öztürk Novák Saint-Pierre MCDONALD
    """
)
_TITLES = (
    "VP Sales",
    "Head of Marketing",
    "CEO",
    "Geschäftsführer",
    "Senior Software Engineer",
    "Directeur Général",
    "Account Executive",
    "CTO & Co-Founder",
    "Leiter Einkauf",
    "Marketing Manager, EMEA",
    "Chief People Officer",
    "Responsable Achats",
    "Owner",
)
_FORMS = ("GmbH", "Inc.", ", INC", "Ltd", "S.A.", "GmbH & Co. KG", "SARL", "B.V.", "", "", "Group", "AG")
_WORDS = words(
    """
    Acme Bolt Nordwind Blüte Étoile Cobalt Fjord Kestrel Larkspur Monolith Orbit Pinnacle Quarry Raven Sable Tundra
    Umber Vertex Willow Zephyr
    """
)
_COUNTRIES = {
    "DE": ("Germany", "Deutschland", "DE", "germany "),
    "US": ("United States", "USA", "US", "United States of America"),
    "GB": ("United Kingdom", "UK", "GB", "England"),
    "FR": ("France", "FR", "FRANCE"),
    "NL": ("Netherlands", "The Netherlands", "NL"),
    "ES": ("Spain", "España", "ES"),
    "": ("", "", "n/a", "-"),
}


def leads(count: int, *, companies: int | None = None, seed: int = 0) -> Iterator[dict[str, str]]:
    """Yield leads as an export holds them.

    Args:
        count: how many.
        companies: at how many companies they work; None: one for every lead in five.
        seed: for the invented values.
    """
    rng = random.Random(seed)
    firms = [_company(rng, number) for number in range(companies or max(1, count // 5))]
    for number in range(count):
        name, domain, country = rng.choice(firms)
        first, last = rng.choice(_FIRST).replace("~", " "), rng.choice(_LAST).replace("~", " ")
        tail = _letters(number)
        last = last + (tail.upper() if last.isupper() else tail)
        shown = rng.random()
        yield {
            "first_name": first if shown < 0.9 else f" {first}  ",
            "last_name": last if shown < 0.93 else f"{last}, MBA",
            "email": _email(rng, first, last, domain, number),
            "title": rng.choice(_TITLES),
            "company_name": name,
            "website": _website(rng, domain),
            "phone": _phone(rng, country, number),
            "linkedin_url": _linkedin(rng, first, last, number),
            "country": rng.choice(_COUNTRIES[country]),
        }


def _letters(number: int) -> str:
    return "".join(chr(97 + number // 26**place % 26) for place in range(3))


def _ascii(text: str) -> str:
    return "".join(char for char in text.lower() if char.isascii() and char.isalpha()) or "x"


def _company(rng: random.Random, number: int) -> tuple[str, str, str]:
    word = rng.choice(_WORDS)
    name = f"{word} {_letters(number).capitalize()} {rng.choice(_FORMS)}".replace(" ,", ",").strip()
    if rng.random() < 0.2:
        name = name.upper()
    return name, f"{_ascii(word)}{number}.example", rng.choice(tuple(_COUNTRIES))


def _email(rng: random.Random, first: str, last: str, domain: str, number: int) -> str:
    if rng.random() < 0.35:
        return rng.choice(("", "", "N/A"))
    address = f"{_ascii(first)}.{_ascii(last)}{number}@{domain}"
    shape = rng.random()
    if shape < 0.25:
        return address.title()
    return f"mailto:{address}" if shape < 0.28 else f"{address} " if shape < 0.33 else address


def _website(rng: random.Random, domain: str) -> str:
    shapes = (
        "",
        domain,
        f"www.{domain}",
        f"http://{domain}/",
        f"https://www.{domain}/en/about?utm_source=x",
        f"HTTPS://{domain.upper()}",
    )
    return rng.choice(shapes)


def _phone(rng: random.Random, country: str, number: int) -> str:
    digits = f"{number % 10_000:04d}"
    local = {
        "DE": (f"030 / 9018{digits}", f"+49 (0)30 9018{digits}", f"0049-30-9018{digits}", f"03090 18{digits}"),
        "US": (f"(415) 555-{digits}", f"415.555.{digits}", f"+1 415 555 {digits}", f"1-415-555-{digits} x12"),
        "GB": (f"020 7946 {digits}", f"+44 20 7946 {digits}", f"(0)20 7946-{digits}"),
        "FR": (f"01 42 68 {digits[:2]} {digits[2:]}", f"+33 1 42 68 {digits[:2]} {digits[2:]}"),
        "NL": (f"020 624 {digits}", f"+31 20 624 {digits}"),
        "ES": (f"91 411 {digits}", f"+34 91 411 {digits}"),
        "": (f"9018{digits}", f"+49309018{digits}", "call reception"),
    }[country]
    return rng.choice((*local, *local, "", "-"))


def _linkedin(rng: random.Random, first: str, last: str, number: int) -> str:
    slug = f"{_ascii(first)}-{_ascii(last)}-{number}"
    shapes = (
        "",
        f"https://www.linkedin.com/in/{slug}",
        f"http://de.linkedin.com/in/{slug}/",
        f"linkedin.com/in/{slug}?trk=people",
        f"https://www.linkedin.com/in/{slug}%C3%A9/",
    )
    return rng.choice(shapes)
