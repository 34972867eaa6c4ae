"""Which pairs of records are worth comparing: near-linear blocking."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterator, Sequence

from leadenrich.clean import namesakes
from leadenrich.clean._evidence import Corpus, Evidence, sound

_WHOLE_BLOCK = 24  # members up to which every pair of a block is compared
_WINDOW = 12  # in larger blocks: neighbours in alphabetical order


def candidates(all_evidence: Sequence[Evidence], corpus: Corpus) -> Iterator[tuple[int, int]]:
    """Yields each pair of positions once, the smaller first."""
    blocks: defaultdict[str, array[int]] = defaultdict(lambda: array("L"))
    for position, evidence in enumerate(all_evidence):
        for key in set(_keys(evidence, corpus)):
            blocks[key].append(position)
    neighbours: list[array[int] | None] = [None] * len(all_evidence)
    for members in blocks.values():
        if len(members) < 2:
            continue
        ordered: Sequence[int] = members
        reach = len(members)
        if reach > _WHOLE_BLOCK:
            ordered = sorted(members, key=lambda position: _order(all_evidence[position]))
            reach = _WINDOW
        for index, position in enumerate(ordered):
            for other in ordered[index + 1 : index + reach]:
                small, large = (position, other) if position < other else (other, position)
                row = neighbours[small]
                if row is None:
                    row = neighbours[small] = array("L")
                row.append(large)
    blocks.clear()
    for position, found in enumerate(neighbours):
        if found is not None:
            for other in sorted(set(found)):
                yield position, other


def _order(evidence: Evidence) -> tuple[str, str, str]:
    return evidence.last, evidence.first, evidence.postcode


def _keys(evidence: Evidence, corpus: Corpus) -> Iterator[str]:
    first, last = evidence.first, evidence.last
    for box in evidence.mailboxes:
        yield f"mail:{box}"
        local = box.partition("@")[0]
        if len(local) > 6:
            yield f"local:{local}"
    for number in evidence.phones:
        yield f"phone:{number[-9:]}"
    if evidence.linkedin:
        yield f"page:{evidence.linkedin}"
    for index, identifier in enumerate(evidence.ids):
        if identifier:
            yield f"id{index}:{identifier}"
    where = evidence.domain or evidence.company
    if not evidence.is_person:
        yield from (f"role:{box}" for box in evidence.roles)
        yield from (f"firm:{part}" for part in (evidence.domain, evidence.company, evidence.company_page) if part)
    if first and last:
        formal = namesakes.formal(first)
        yield f"name:{min(formal, last)} {max(formal, last)}"
        yield f"sound:{sound(last)}/{sound(formal)[:2]}"
        yield f"sound:{sound(formal)}/{sound(last)[:2]}"
    if evidence.company and last:
        yield f"at:{evidence.company}/{last[:3]}"
    if where and (first or last):
        yield f"at:{where}/{sound(last)}"
        yield f"at:{where}/{namesakes.formal(first)[:3]}/{last[:1]}"
    if evidence.birth:
        yield f"born:{evidence.birth}"
        yield f"born:{evidence.birth[:6]}/{first[:2]}"
    if evidence.postcode:
        yield f"post:{evidence.postcode}/{sound(last)[:3]}"
        yield f"post:{evidence.postcode}/{first[:3]}"
    if evidence.street:
        yield f"street:{''.join(sorted(evidence.street.split())[:3])}"
        yield f"street:{max(evidence.street.split(), key=len)}/{first[:2]}"
