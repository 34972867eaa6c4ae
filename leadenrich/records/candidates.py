"""What each column may be, and which column gets a field: header meanings, corrected by the values and the table."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from leadenrich.records.headers import MAPPABLE, find_near_miss, normalise, read_concepts, read_meanings
from leadenrich.records.value_evidence import FROM_VALUES, FROM_VALUES_ALONE, Evidence, fit

_UNNAMED = re.compile(r"column \d+")
"""The name of a column in a file without a header."""

THRESHOLD = 0.5
"""A column is a candidate for a field only with at least this certainty."""

_FOR_PERSON = frozenset({"first_name", "last_name", "email", "personal_email", "mobile_phone", "title", "seniority"})
_FOR_COMPANY = frozenset(
    {"industry", "employee_count", "employee_range", "annual_revenue_usd", "founded_year", "company_type",
     "technologies", "funding_total_usd", "funding_stage", "investors", "naics", "sic", "description",
     "website", "company_domain"}
)  # fmt: skip


@dataclass(slots=True)
class Candidate:
    """One column that may hold one field, how sure that is (0-1), and why."""

    column: int
    field: str
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class Table:
    """What the table is about, which decides the words that could mean either."""

    kind: str  # person, company or unknown
    has_first: bool
    has_last: bool
    has_full: bool
    has_company: bool
    has_city: bool
    has_region: bool
    has_salutation: bool
    has_contact: bool
    has_person_words: bool
    foreign: tuple[frozenset[str], ...] = ()  # the words of money columns that are not all in dollars


def read_table_kind(names: Sequence[str], evidence: Sequence[Evidence]) -> Table:
    """Return what a table is about, from what its headers and values say for sure."""
    sure: set[str] = set()
    concepts: set[str] = set()
    bare_name = False
    foreign: list[frozenset[str]] = []
    for header, look in zip(names, evidence, strict=True):
        words, unknown = read_concepts(header)
        concepts.update(words)
        header_words = frozenset(normalise(header))
        if header_words & _CURRENCY and look.filled and look.share({"dollar"}) < 0.9:
            foreign.append(header_words - _CURRENCY - _OWNERS)
        bare_name = bare_name or (not unknown and set(words) in ({"NAME"}, {"NOM"}, {"NOME"}))
        for name, score in read_meanings(header):
            suits = fit(name, look)
            if score >= 0.85 and (suits is None or suits >= 0.3):
                sure.add(name)
        if look.main in {"linkedin_person", "linkedin_member", "sales_navigator"}:
            sure.add("title")
    # A bare name beside the company's own column is a person's.
    named = bool(sure & {"first_name", "last_name", "full_name"}) or (bare_name and "company_name" in sure)
    person = len(sure & _FOR_PERSON) + ("PERSON" in concepts) + 2 * named
    company = len(sure & _FOR_COMPANY)
    kind = "person" if person >= 2 or person > company else "company" if company > person else "unknown"
    if not named and "title" not in sure and company > person - ("email" in sure):
        kind = "company"
    return Table(
        kind=kind,
        has_first="first_name" in sure,
        has_last="last_name" in sure,
        has_full="full_name" in sure,
        has_company="company_name" in sure,
        has_city="city" in sure,
        has_region="region" in sure,
        has_salutation="HONORIFIC" in concepts,
        has_contact=any(set(read_concepts(header)[0]) == {"PERSON"} for header in names),
        has_person_words="PERSON" in concepts or bool(sure & (_FOR_PERSON | {"linkedin_url"})),
        foreign=tuple(foreign),
    )


def find_candidates(at: int, header: str, evidence: Evidence, table: Table) -> list[Candidate]:
    """Return what one column may be: the header's meanings, corrected by the table and by the values."""
    concepts, unknown = read_concepts(header)
    column = _Column(at, header, evidence, table, concepts, bool(unknown))
    for rule in _RULES:
        rule(column)
    return [candidate for candidate in column.candidates.values() if candidate.score >= THRESHOLD]


@dataclass(slots=True)
class _Column:
    """One column while the rules look at it.

    Attributes:
        concepts, unknown: what its header says, and whether it holds a word besides. scores: field -> how surely the
            header means it. basis: where they come from, in words. candidates: field -> what it may be.
    """

    at: int
    header: str
    evidence: Evidence
    table: Table
    concepts: tuple[str, ...]
    unknown: bool
    scores: dict[str, float] = field(default_factory=dict)
    basis: str = ""
    candidates: dict[str, Candidate] = field(default_factory=dict)

    def add(self, name: str, score: float, reason: str) -> None:
        self.candidates[name] = Candidate(self.at, name, score, reason)

    def drop(self, names: Iterable[str]) -> None:
        for name in set(names):
            self.candidates.pop(name, None)


def _read_header(column: _Column) -> None:
    header = column.header
    column.scores = dict(read_meanings(header))
    column.basis = f"header {_shortened(header)!r}"
    if header in MAPPABLE:
        column.scores = {header: 1.0}
    elif not column.scores and header.strip() and "BLOCK" not in column.concepts:
        guess = find_near_miss(header)
        if guess:
            column.scores = {guess[0]: guess[1]}
            column.basis = f"header {_shortened(header)!r} is close to {guess[2]!r}"


def _ask_the_table(column: _Column) -> None:
    column.scores = _by_table(column.scores, column.concepts, column.table, sure=not column.unknown)


def _leave_foreign_money(column: _Column) -> None:
    if "USD" not in column.concepts:
        words = set(normalise(column.header))
        if any(currency <= words for currency in column.table.foreign):
            column.scores = {name: score for name, score in column.scores.items() if name not in _MONEY}


def _leave_bare_extensions(column: _Column) -> None:
    if "DIRECT_LINE" in column.concepts and column.evidence.filled and column.evidence.share({"phone"}) < 0.5:
        column.scores.pop("phone", None)  # an extension alone ("-12") is no number


def _weigh_by_values(column: _Column) -> None:
    evidence = column.evidence
    for name, score in column.scores.items():
        suits = fit(name, evidence)
        if suits is None:
            unseen = min(score, 0.9) if name == "employee_count" else score  # without values it may be a range
            column.add(name, unseen, column.basis)
        elif suits >= 0.5 or (evidence.filled < 3 and suits > 0):
            bonus = 0.04 * suits if name in _WELL_KNOWN else 0.0
            sure = min(1.0 if column.header in MAPPABLE else 0.99, score + bonus) - 0.15 * (1 - suits)
            column.add(name, sure, f"{column.basis}; {round(100 * suits)} % of {evidence.filled} values fit")


def _read_values(column: _Column) -> None:
    evidence, kind = column.evidence, column.evidence.main
    if kind in FROM_VALUES_ALONE and _UNNAMED.fullmatch(column.header) and evidence.share({kind}) >= 0.9:
        name, score = FROM_VALUES_ALONE[kind]
        column.add(name, score, f"{round(100 * evidence.share({kind}))} % of {evidence.filled} values look like {kind}")
        return
    if kind not in FROM_VALUES or (set(column.concepts) & _OTHERS and kind != "sales_navigator"):
        return
    name, score = FROM_VALUES[kind]
    if name == "linkedin_url" and "COMPANY" in column.concepts:
        score = 0.55
    known = column.candidates.get(name)
    if known is None or (kind.startswith("linkedin") and known.score < score):
        share = round(100 * evidence.share({kind}))
        why = f"{share} % of {evidence.filled} values look like {kind.replace('_', ' ')}"
        column.add(name, score, f"{why}, whatever header {_shortened(column.header)!r} says")


def _count_member_ids_less(column: _Column) -> None:
    if column.evidence.main == "linkedin_member" and "linkedin_url" in column.candidates:
        column.candidates["linkedin_url"].score -= 0.15  # another column may have the public address


def _leave_who_works_the_list(column: _Column) -> None:
    if column.evidence.repeated and (column.unknown or not column.scores):
        column.drop(_ONES_OWN)  # two addresses on a hundred rows belong to the people who work the list


def _believe_links(column: _Column) -> None:
    if column.evidence.main in {"linkedin_company", "linkedin_person", "linkedin_member", "sales_navigator"}:
        column.drop(name for name in column.candidates if not name.endswith(("linkedin_url", "navigator_url")))


def _tell_ranges_from_counts(column: _Column) -> None:
    kind, candidates = column.evidence.main, column.candidates
    if kind == "range" and "employee_count" in candidates:
        count = candidates.pop("employee_count")
        if "employee_range" not in candidates:
            column.add("employee_range", count.score, count.reason + " as ranges")
    elif kind in {"number", "year"} and "employee_range" in candidates and column.evidence.share({"range"}) < 0.1:
        of = candidates.pop("employee_range")
        if "employee_count" not in candidates:
            column.add("employee_count", of.score - 0.05, of.reason + " as counts")


def _leave_honorifics(column: _Column) -> None:
    if column.evidence.main == "honorific":
        column.drop({"title"})


_RULES: tuple[Callable[[_Column], None], ...] = (
    _read_header,
    _ask_the_table,
    _leave_foreign_money,
    _leave_bare_extensions,
    _weigh_by_values,
    _read_values,
    _count_member_ids_less,
    _leave_who_works_the_list,
    _believe_links,
    _tell_ranges_from_counts,
    _leave_honorifics,
)
"""Each looks at the column as the ones before left it."""

_OTHERS = frozenset({"BLOCK", "MORE", "FAX", "BILLING", "SHIPPING"})
_ONES_OWN = frozenset(
    {"email", "personal_email", "mobile_phone", "linkedin_url", "sales_navigator_url", "first_name", "last_name",
     "full_name"}
)  # fmt: skip
_MONEY = frozenset({"annual_revenue_usd", "funding_total_usd"})
_CURRENCY = frozenset({"currency", "wahrung", "devise", "moneda", "moeda", "valuta", "waluta"})
_OWNERS = frozenset({"iso", "code", "record", "lead", "contact", "account", "company"})
_WELL_KNOWN = frozenset(
    {"email", "personal_email", "linkedin_url", "company_linkedin_url", "sales_navigator_url", "website",
     "company_domain", "phone", "mobile_phone", "founded_year", "twitter_url", "facebook_url", "github_url",
     "employee_range"}
)  # fmt: skip


def _by_table(scores: dict[str, float], concepts: tuple[str, ...], table: Table, *, sure: bool) -> dict[str, float]:
    """Let the table decide the words that could mean either a person or a company, or two things in two languages."""
    words = set(concepts)
    scores = dict(scores)
    if sure and words in ({"NAME"}, {"NOM"}, {"NOME"}):
        scores.update(_bare_name(words, table))
    elif sure and words == {"NOME", "PERSON"} and table.has_last and not table.has_first:
        scores["first_name"] = 0.92
        scores["full_name"] = 0.6
    elif sure and words == {"NOM", "PERSON"} and table.has_first and not table.has_last:
        scores["last_name"] = 0.92
        scores["full_name"] = 0.6
    elif "full_name" in scores and not table.has_person_words:
        scores["full_name"] = min(scores["full_name"], 0.8)  # a register of companies has full names as well
    if table.kind == "company":
        if "LINKEDIN" in words and "linkedin_url" in scores and "PERSON" not in words:
            scores["company_linkedin_url"] = max(
                scores.get("company_linkedin_url", 0), scores.pop("linkedin_url") - 0.03
            )
        if "DESCRIPTION" in words:
            scores["description"] = max(scores.get("description", 0), 0.9)
        if words & {"COMPANY", "COMPANY_WORK"}:
            for name in ("phone", "city", "region", "country"):
                if name in scores:
                    scores[name] = 0.945
        if words == {"PERSON"} and "full_name" in scores:
            scores["full_name"] = 0.8
    elif "description" in scores and "COMPANY" not in words:
        scores["description"] -= 0.15
    if words == {"ESTADO"} and not table.has_region and table.has_city:
        scores["region"] = 0.85
    elif words == {"ESTADO"}:
        scores.pop("region", None)
    if words & {"TITEL", "TITLE"} and "title" in scores and table.has_salutation and "JOB" not in words:
        scores["title"] -= 0.3
    if words == {"SERVICE"} and not table.has_first:
        scores.pop("department", None)
    return scores


def _bare_name(words: set[str], table: Table) -> dict[str, float]:
    if words == {"NOM"} and table.has_first:
        return {"last_name": 0.94}
    if words == {"NOME"} and table.has_last:
        return {"first_name": 0.94}
    if table.has_last and not table.has_first and not table.has_full:
        return {"first_name": 0.8, "full_name": 0.6}
    if table.has_first or table.has_last:
        return {"full_name": 0.88}
    if table.kind == "company" and not table.has_company:
        return {"company_name": 0.88, "full_name": 0.5}
    if table.has_contact and not table.has_company:
        return {"company_name": 0.8, "full_name": 0.55}
    if table.has_full:
        return {"full_name": 0.55, "company_name": 0.5 if not table.has_company else 0.0}
    sure = 0.9 if table.kind == "person" or table.has_company else 0.7
    return {"full_name": sure, "company_name": 0.5 if not table.has_company else 0.0}


def _shortened(header: str) -> str:
    return header if len(header) <= 60 else f"{header[:57]}..."


def assign(candidates: Sequence[Candidate]) -> dict[int, Candidate]:
    """Give every field to at most one column and every column at most one field, the surest candidates first.

    A column left without a field may still move another one to its second choice where that helps both.
    """
    chosen: dict[int, Candidate] = {}
    holder: dict[str, int] = {}
    of_column: dict[int, list[Candidate]] = {}
    for candidate in candidates:
        of_column.setdefault(candidate.column, []).append(candidate)

    def give(candidate: Candidate) -> None:
        chosen[candidate.column] = candidate
        holder[candidate.field] = candidate.column

    for candidate in sorted(candidates, key=lambda candidate: (-candidate.score, candidate.column)):
        if candidate.column not in chosen and candidate.field not in holder:
            give(candidate)
    for candidate in sorted(candidates, key=lambda candidate: (-candidate.score, candidate.column)):
        if candidate.column in chosen:
            continue
        rival = chosen.get(holder.get(candidate.field, -1))
        for second in of_column[rival.column] if rival else ():
            if rival and second.field not in holder:
                if candidate.score + second.score > rival.score + THRESHOLD:
                    give(second)
                    give(candidate)
                break
    return chosen
