"""Duplicates: records about one person, grouped, explained, merged."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from leadenrich.clean import _evidence, _pairing, _scoring

_Link = tuple[float, int, int, tuple[str, ...]]  # points, two positions, reasons


@dataclass(frozen=True, slots=True)
class Match:
    """Why two records were joined.

    Attributes:
        a: position of the earlier record in the input, from 0.
        b: position of the later one.
        score: 0 to 1; 0.5 is as likely as not.
        reasons: what agreed ("same e-mail", "names agree", ...).
    """

    a: int
    b: int
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Records of one person (or one company, where they name no person).

    Attributes:
        records: the records as they came, in input order; alone in the group where nothing matched.
        positions: where they stood in the input, from 0.
        survivor: the one to keep: the most complete, the earliest of equals.
        merged: the survivor with its gaps filled from the others, the most complete first; names are never mixed.
        reasons: the matches that joined them, the strongest first; empty for a single record.
    """

    records: tuple[Any, ...]
    positions: tuple[int, ...]
    survivor: Any
    merged: Any
    reasons: tuple[Match, ...] = ()

    def __len__(self) -> int:
        """Number of records."""
        return len(self.records)


def dedupe(
    records: Iterable[Mapping[str, Any]],
    *,
    region: str | None = None,
    identifiers: Sequence[str] = (),
    threshold: float = 0.5,
) -> list[Group]:
    """Groups records about one person; every record is in exactly one group.

    Evidence is e-mail, phone, LinkedIn, name with company, and, where records have them, `address` (or `street`),
    `city`, `postal_code` and `birth_date`. A name alone never joins. Shared mailboxes (info@, or one that three people
    use) and switchboards join nothing; two LinkedIn profiles, or Jr. and Sr., keep apart. Spelling, nicknames, initials
    and swapped names are allowed for. Records need not be clean. The time grows almost linearly with their number.

    Args:
        records: field -> value each. What is no mapping stays alone.
        region: the country of phone numbers without "+".
        identifiers: names of your own fields that identify a person, such as a customer number.
        threshold: the score from which two records are joined, 0 to 1; higher joins fewer.

    Returns:
        Groups in the order of their first records.
    """
    given = list(records)
    evidence = [_evidence.evidence_of(record, region, identifiers) for record in given]
    corpus = _evidence.corpus_of(evidence)
    needed = (
        _scoring.ENOUGH + math.log2(threshold / (1 - threshold)) if 0 < threshold < 1 else math.inf * (threshold or -1)
    )
    links: list[_Link] = []
    for a, b in _pairing.candidates(evidence, corpus):
        verdict = _scoring.compare(evidence[a], evidence[b], corpus)
        if verdict.points >= needed and not verdict.apart:
            links.append((verdict.points, a, b, verdict.reasons))
    links += _copies(given, evidence)
    links.sort(key=lambda link: (-link[0], link[1], link[2]))
    return _grouped(given, evidence, links)


_CERTAIN = 60.0
_NAMES = ("full_name", "first_name", "last_name")


def _copies(given: list[Any], evidence: list[_evidence.Evidence]) -> list[_Link]:
    """Rows that repeat an earlier one word for word, whatever they hold."""
    seen: dict[str, int] = {}
    found: list[_Link] = []
    for position, record in enumerate(given):
        if isinstance(record, Mapping) and any(value not in (None, "") for value in record.values()):
            key = repr(sorted((str(name), str(value)) for name, value in record.items()))
            first = seen.setdefault(key, position)
            if first != position:
                found.append((_CERTAIN, first, position, ("the same row",)))
    return found


def _grouped(given: list[Any], evidence: list[_evidence.Evidence], links: list[_Link]) -> list[Group]:
    parent = list(range(len(given)))
    profile = {position: each.linkedin for position, each in enumerate(evidence) if "/in/" in each.linkedin}
    generation = {position: each.generation for position, each in enumerate(evidence) if each.generation}
    matches: dict[int, list[Match]] = {}

    def root_of(position: int) -> int:
        while parent[position] != position:
            parent[position] = parent[parent[position]]
            position = parent[position]
        return position

    for points, a, b, reasons in links:
        one, other = sorted((root_of(a), root_of(b)))
        if one == other:
            continue
        if any(other in table and table.get(one, table[other]) != table[other] for table in (profile, generation)):
            continue  # a chain of likenesses must not join what is known to be two people
        parent[other] = one
        for table in (profile, generation):
            if other in table:
                table[one] = table[other]
        matches.setdefault(one, []).extend([*matches.pop(other, []), Match(a, b, _scoring.confidence(points), reasons)])

    members: dict[int, list[int]] = {}
    for position in range(len(given)):
        members.setdefault(root_of(position), []).append(position)
    return [_group(given, positions, matches.get(root, [])) for root, positions in members.items()]


def _group(given: list[Any], positions: list[int], matches: list[Match]) -> Group:
    records = tuple(given[position] for position in positions)
    if len(records) == 1:
        record = records[0]
        return Group(records, tuple(positions), record, dict(record) if isinstance(record, Mapping) else record)
    ranked = sorted(records, key=lambda record: -sum(value not in (None, "") for value in record.values()))
    merged: dict[str, Any] = {}
    for record in ranked:
        named = any(merged.get(name) not in (None, "") for name in _NAMES)
        for name, value in record.items():
            # A name is taken whole from one record: Bob's first_name beside Robert's full_name is no name.
            if merged.get(name) in (None, "") and not (named and name in _NAMES):
                merged[name] = value
    reasons = tuple(sorted(matches, key=lambda match: (-match.score, match.a, match.b)))
    return Group(records, tuple(positions), ranked[0], merged, reasons)
