"""Makes `leads.csv`: 300 rows as a salesperson exports them from Sales Navigator, about people of the sandbox's world.

Everything that makes such a file a nuisance is in it on purpose: semicolons and a byte-order mark, headers in two
languages, umlauts, shouted names, degrees and emoji, company names with legal forms and slogans, websites in every
spelling or (in a third of the rows) none, duplicates, people nobody knows, and three broken rows.
"""

import csv
import io
import random
from collections.abc import Iterator
from pathlib import Path

from leadenrich.sandbox.facts import SandboxPerson
from leadenrich.sandbox.world import World

HEADERS = (
    "First Name",
    "Nachname",
    "Current Job Title",
    "Account",
    "Company Website",
    "LinkedIn Sales Navigator URL",
    "Geography",
    "E-Mail Adresse",
    "Connection Degree",
    "Liste",
)
ROWS, DUPLICATES, STRANGERS, BROKEN = 300, 14, 20, 3
COUNTRIES = ("DE", "AT", "CH", "FR", "GB", "US")
Row = list[str]


def main() -> None:
    """Writes the file beside this script."""
    Path(__file__).with_name("leads.csv").write_bytes(content())


def content(seed: int = 0) -> bytes:
    """Returns the file; the same seed gives the same bytes."""
    rng = random.Random(f"leads {seed}")
    rows = list(leads(World(seed), rng, ROWS - DUPLICATES - STRANGERS - BROKEN))
    rows += [stranger(rng, number) for number in range(STRANGERS)]
    for row in rng.sample(rows, round(ROWS / 3)):
        row[4] = ""  # a company name, and no domain
    rows += [again(rng, row) for row in rng.sample(rows, DUPLICATES)]
    rng.shuffle(rows)
    for place, row in zip((41, 160, 233), broken(), strict=True):
        rows.insert(place, row)
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows([HEADERS, *rows])
    return text.getvalue().encode("utf-8-sig")


def leads(world: World, rng: random.Random, count: int) -> Iterator[Row]:
    """Yields people of the world, up to four of one company."""
    companies = [company.index for company in world.companies if company.country in COUNTRIES]
    rng.shuffle(companies)
    for index in companies:
        people = world.people_of(index)
        for person in rng.sample(people, min(len(people), rng.randint(1, 4))):
            if count == 0:
                return
            count -= 1
            yield as_exported(rng, person)


def as_exported(rng: random.Random, person: SandboxPerson) -> Row:
    """Returns a person as the export tool and its user leave them."""
    company = person.company
    first, last = person.first_name, person.last_name
    nuisance = rng.random()
    if nuisance < 0.05:
        first, last = first.upper(), last.upper()
    elif nuisance < 0.10:
        last += rng.choice((", MBA", " 🚀", ", Ph.D.", " (she/her)"))
    elif nuisance < 0.14:
        first = f"Dr. {first}"
    name = rng.choice((company.company_name,) * 5 + (company.legal_name,) * 3 + (f" {company.company_name}  ",))
    host = company.company_domain
    website = rng.choice((f"https://www.{host}/", host, f"http://{host}/de/", f"www.{host}", host.upper()))
    place = rng.choice((f"{person.city}, {person.country_name}", str(person.city), ""))
    email = str(person.email) if rng.random() < 0.05 else ""
    return [
        first,
        last,
        rng.choice((str(person.title),) * 4 + ("",)),
        name,
        website,
        str(person.sales_navigator_url),
        place,
        email,
        rng.choice(("2nd", "3rd", "3rd", "")),
        "Q3 Zielkunden",
    ]


def stranger(rng: random.Random, number: int) -> Row:
    """Returns somebody no vendor of the sandbox has heard of, at a company that is as unknown."""
    first = rng.choice(("Ottokar", "Wilhelmine", "Eusebius", "Leopoldine"))
    last = rng.choice(("Unbekannt", "Niemandsland", "Nirgendwo", "Fernab"))
    name = f"{rng.choice(('Atelier', 'Kanzlei', 'Werkstatt'))} {last} {number + 1}"
    website = f"https://{name.lower().replace(' ', '-')}.example"
    url = f"https://www.linkedin.com/sales/lead/ACwAAstranger{number:02}Example"
    return [first, last, "Owner", name, website, url, "", "", "3rd", "Q3 Zielkunden"]


def again(rng: random.Random, row: Row) -> Row:
    """Returns a row that says the same in other letters, as a second export brings it."""
    first, last, title, company, *rest = row
    return rng.choice((row.copy(), [first.lower(), last, title, company.upper(), *rest[:-1], "Messe Kontakte"]))


def broken() -> list[Row]:
    """Returns a row cut off after the name, one that says nothing of anybody, and one with a note split into cells."""
    return [
        ["Friederi"],
        ["", "", "", "", "", "", "Köln, Germany", "", "3rd", "Q3 Zielkunden"],
        ["Jörn", "", "", "", "", "", "", "joern at example", "2nd", "Q3 Zielkunden", " ruft zurück", " siehe Notiz"],
    ]


if __name__ == "__main__":
    main()
