"""How likely two records are one person: points that add up, each with its reason.

A point is a factor of two in the odds. Agreement on something rare counts for more than on something common, and a name
alone is never enough: the world is full of namesakes.
"""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from leadenrich.clean import emails, namesakes
from leadenrich.clean._evidence import Corpus, Evidence

ENOUGH = 10.0  # points at which two records are as likely one person's as not
_NAME_AT_MOST = 9.0


class Verdict(NamedTuple):
    """Points and the reasons that carried them; `apart` forbids joining whatever else agrees."""

    points: float
    reasons: tuple[str, ...]
    apart: bool = False


def compare(a: Evidence, b: Evidence, corpus: Corpus) -> Verdict:
    """Weighs everything two records say against each other."""
    if not a.is_person and not b.is_person:
        return _compare_companies(a, b, corpus)
    if a.is_person != b.is_person:
        return Verdict(0.0, ())
    reasons: list[str] = []
    agreed: list[str] = []
    points = _name(a, b, corpus, agreed)
    if points <= -6 and not _common_key(a, b, corpus):
        return Verdict(points, ())  # two names, and nothing that only one person has
    if a.linkedin and b.linkedin:
        if a.linkedin == b.linkedin:
            points += 14
            reasons.append("same LinkedIn profile")
        elif "/in/" in a.linkedin and "/in/" in b.linkedin:
            return Verdict(-math.inf, (), apart=True)
    if a.generation and b.generation and a.generation != b.generation:
        return Verdict(-math.inf, (), apart=True)
    points += _mail(a, b, corpus, reasons)
    points += _phones(a, b, corpus, reasons)
    points += _ids(a, b, reasons)
    points += _birth(a.birth, b.birth, reasons)
    points += _place(a, b, corpus, reasons)
    points += _company(a, b, corpus, reasons)
    return Verdict(points, (*reasons, *agreed))


def confidence(points: float) -> float:
    """Points as a number between 0 and 1, 0.5 at `ENOUGH`."""
    return round(1 / (1 + math.exp2(max(-60.0, min(60.0, ENOUGH - points)))), 4)


def _rarity(corpus: Corpus, kind: str, value: str, low: float, high: float) -> float:
    """Bits that agreeing on a value is worth, from how often it occurs; a small table is read as a larger one."""
    share = (max(corpus.size, 1000) + 1) / (corpus.counts[kind][value] or 1)
    return min(high, max(low, math.log2(share)))


def _common_key(a: Evidence, b: Evidence, corpus: Corpus) -> bool:
    if (a.birth and a.birth == b.birth) or (a.linkedin and a.linkedin == b.linkedin):
        return True
    if any(one and one == other for one, other in zip(a.ids, b.ids, strict=True)):
        return True
    common = {*a.mailboxes, *a.phones} & {*b.mailboxes, *b.phones}
    return not common <= corpus.shared


def _name(a: Evidence, b: Evidence, corpus: Corpus, reasons: list[str]) -> float:
    straight = _name_points(a.first, a.last, b.first, b.last, corpus)
    swapped = straight if straight > 3 else _name_points(a.first, a.last, b.last, b.first, corpus) - 1
    points = min(max(straight, swapped), _NAME_AT_MOST)
    if a.middle and b.middle and a.middle != b.middle:
        points -= 3
    if points > 3:
        alike = a.first == b.first and a.last == b.last
        reasons.append("same name" if alike else ("names agree" if straight >= swapped else "names agree, swapped"))
    return points


def _name_points(first_a: str, last_a: str, first_b: str, last_b: str, corpus: Corpus) -> float:
    points = 0.0
    if last_a and last_b:
        worth = _rarity(corpus, "last", last_a, 3, 7)
        likeness = 1.0 if last_a == last_b else _family_likeness(last_a, last_b)
        points += worth if likeness == 1 else (worth * (likeness - 0.5) * 1.6 if likeness >= 0.86 else -6)
    if first_a and first_b:
        worth = _rarity(corpus, "first", first_a, 2, 5)
        likeness = namesakes.given_likeness(first_a, first_b)
        if likeness >= 0.8:
            points += worth * (1 if likeness == 1 else likeness - 0.15)
        elif likeness == 0.75:  # an initial
            points += 1
        else:
            # Another given name is another member of the family, of the office, of the household.
            points -= 13 if points > 0 else 5
    return points


def _family_likeness(a: str, b: str) -> float:
    from rapidfuzz.distance import JaroWinkler

    if len(a) > 3 and len(b) > 3 and (a.startswith(b) or b.startswith(a) or a.endswith(b) or b.endswith(a)):
        return 0.92  # a double name of which one half is used
    return float(JaroWinkler.similarity(a, b))


def _mail(a: Evidence, b: Evidence, corpus: Corpus, reasons: list[str]) -> float:
    common = set(a.mailboxes) & set(b.mailboxes)
    if common:
        if common <= corpus.shared:
            return 1.0
        reasons.append("same e-mail")
        return 13.0
    points = 0.0
    for one in a.mailboxes:
        for other in b.mailboxes:
            local_one, _, host_one = one.rpartition("@")
            local_other, _, host_other = other.rpartition("@")
            if host_one == host_other:
                # Two mailboxes at one employer are two people's, unless both spell the same name.
                points = min(points, -1.0 if _same_owner(local_one, local_other, a) else -6.0)
            elif local_one == local_other and len(local_one) > 6 and a.last and a.last in local_one:
                points = max(points, 2.0)
    return points


def _same_owner(one: str, other: str, evidence: Evidence) -> bool:
    if re.sub(r"\D", "", one) != re.sub(r"\D", "", other):
        return False
    first, last = evidence.first, evidence.last
    spellings = {
        f"{first}{last}",
        f"{first[:1]}{last}",
        f"{last}{first}",
        f"{last}{first[:1]}",
        first,
        last,
        f"{first}{last[:1]}",
    }
    plain = [re.sub(r"[^a-z]", "", each) for each in (one, other)]
    return all(each in spellings for each in plain)


def _phones(a: Evidence, b: Evidence, corpus: Corpus, reasons: list[str]) -> float:
    common = {one for one in a.phones for other in b.phones if one == other or _same_number(one, other)}
    if not common:
        return 0.0
    if common <= corpus.shared:
        return 1.0
    reasons.append("same phone")
    return 7.0


def _same_number(one: str, other: str) -> bool:
    """A national and an international writing of one number."""
    return (
        one[0] != other[0] and "+" in (one[0], other[0]) and min(len(one), len(other)) >= 8 and one[-9:] == other[-9:]
    )


def _ids(a: Evidence, b: Evidence, reasons: list[str]) -> float:
    points = 0.0
    for one, other in zip(a.ids, b.ids, strict=True):
        if one and other:
            slips = _slips(one, other)
            if slips == 0:
                points += 12
                reasons.append("same identifier")
            elif slips == 1 and len(one) > 4:
                points += 7
                reasons.append("identifiers one slip apart")
            else:
                points -= 4
    return points


def _birth(one: str, other: str, reasons: list[str]) -> float:
    if not (one and other):
        return 0.0
    if one == other:
        reasons.append("same date of birth")
        return 8.0
    if _slips(one, other) <= 1 or (len(one) == len(other) == 8 and one == other[:4] + other[6:] + other[4:6]):
        reasons.append("dates of birth one slip apart")
        return 4.0
    return -4.0


def _place(a: Evidence, b: Evidence, corpus: Corpus, reasons: list[str]) -> float:
    points = 0.0
    if a.street and b.street:
        from rapidfuzz.fuzz import token_sort_ratio

        likeness = token_sort_ratio(a.street, b.street)
        points += 6 if likeness >= 90 else 4 if likeness >= 75 else 1 if likeness >= 60 else -1.5
        if likeness >= 75:
            reasons.append("same address")
    if a.postcode and b.postcode:
        if a.postcode == b.postcode:
            points += min(_rarity(corpus, "postcode", a.postcode, 1, 6), 6 if points > 0 else 3)
        else:
            points += 0.5 if _slips(a.postcode, b.postcode) <= 1 else -1
    if a.city and b.city:
        if a.city == b.city:
            points += 0.9  # namesakes live in one city
        elif not a.street:
            points -= 0.5
    if a.country and b.country and a.country != b.country:
        points -= 1.5
    return points


def _company(a: Evidence, b: Evidence, corpus: Corpus, reasons: list[str]) -> float:
    if a.domain and a.domain == b.domain:
        reasons.append("same company")
        return _rarity(corpus, "domain", a.domain, 2, 6)
    if a.company and b.company:
        if a.company == b.company:
            reasons.append("same company")
            worth = _rarity(corpus, "company", a.company, 2, 6)
            return min(worth, 3.0) if a.domain and b.domain else worth
        if a.domain and b.domain:
            return -2.0
        from rapidfuzz.fuzz import token_set_ratio

        if token_set_ratio(a.company, b.company) >= 90:
            reasons.append("companies alike")
            return 2.5
        return -2.0
    return -1.0 if a.domain and b.domain else 0.0


def _compare_companies(a: Evidence, b: Evidence, corpus: Corpus) -> Verdict:
    reasons: list[str] = []
    points = _place(a, b, corpus, reasons)
    if a.domain and b.domain:
        points += 12 if a.domain == b.domain else -4
        reasons += ["same domain"] if a.domain == b.domain else []
    if a.company_page and b.company_page:
        points += 14 if a.company_page == b.company_page else -8
        reasons += ["same LinkedIn page"] if a.company_page == b.company_page else []
    if a.company and b.company:
        if a.company == b.company:
            points += _rarity(corpus, "company", a.company, 6, 10)
            reasons.append("same company name")
        else:
            points -= 3
    if set(a.roles) & set(b.roles) and not (a.domain and emails.is_free_domain(a.domain)):
        points += 10
        reasons.append("same mailbox")
    points += _ids(a, b, reasons) + _phones(a, b, corpus, reasons)
    return Verdict(points, tuple(reasons))


def _slips(one: str, other: str) -> int:
    from rapidfuzz.distance import OSA

    return 0 if one == other else OSA.distance(one, other, score_cutoff=2)
