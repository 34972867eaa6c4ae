"""What each column may be, and which column gets a field: header meanings, corrected by the values and the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from leadenrich.records.headers import MAPPABLE, find_near_miss, normalise, read_concepts, read_meanings
from leadenrich.records.value_evidence import FROM_VALUES, Evidence, fit

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
    scores = dict(read_meanings(header))
    concepts, unknown = read_concepts(header)
    basis = f"header {_shortened(header)!r}"
    if header in MAPPABLE:
        scores = {header: 1.0}
    elif not scores and header.strip() and "BLOCK" not in concepts:
        guess = find_near_miss(header)
        if guess:
            scores = {guess[0]: guess[1]}
            basis = f"header {_shortened(header)!r} is close to {guess[2]!r}"
    scores = _by_table(scores, concepts, table, sure=not unknown)
    if "USD" not in concepts and any(words <= set(normalise(header)) for words in table.foreign):
        scores = {name: score for name, score in scores.items() if name not in _MONEY}
    if "DIRECT_LINE" in concepts and evidence.filled and evidence.share({"phone"}) < 0.5:
        scores.pop("phone", None)  # an extension alone ("-12") is no number
    candidates: dict[str, Candidate] = {}
    for name, score in scores.items():
        suits = fit(name, evidence)
        if suits is None:
            unseen = min(score, 0.9) if name == "employee_count" else score  # without values it may be a range
            candidates[name] = Candidate(at, name, unseen, basis)
        elif suits >= 0.5 or (evidence.filled < 3 and suits > 0):
            bonus = 0.04 * suits if name in _WELL_KNOWN else 0.0
            sure = min(1.0 if header in MAPPABLE else 0.99, score + bonus) - 0.15 * (1 - suits)
            candidates[name] = Candidate(
                at, name, sure, f"{basis}; {round(100 * suits)} % of {evidence.filled} values fit"
            )
    kind = evidence.main
    if kind in FROM_VALUES and not (set(concepts) & _OTHERS and kind != "sales_navigator"):
        name, score = FROM_VALUES[kind]
        if name == "linkedin_url" and "COMPANY" in concepts:
            score = 0.55
        if name not in candidates or (kind.startswith("linkedin") and candidates[name].score < score):
            share = round(100 * evidence.share({kind}))
            why = f"{share} % of {evidence.filled} values look like {kind.replace('_', ' ')}"
            candidates[name] = Candidate(at, name, score, f"{why}, whatever header {_shortened(header)!r} says")
    if kind == "linkedin_member" and "linkedin_url" in candidates:
        candidates["linkedin_url"].score -= 0.15  # an id in place of the public address, which another column may have
    if evidence.repeated and (unknown or not scores):
        for name in _ONES_OWN & candidates.keys():
            del candidates[name]  # two addresses on a hundred rows are those of the people who work the list
    if kind in {"linkedin_company", "linkedin_person", "linkedin_member", "sales_navigator"}:
        candidates = {
            name: candidate
            for name, candidate in candidates.items()
            if name.endswith(("linkedin_url", "navigator_url"))
        }
    if kind == "range" and "employee_count" in candidates:
        candidate = candidates.pop("employee_count")
        candidates.setdefault(
            "employee_range", Candidate(at, "employee_range", candidate.score, candidate.reason + " as ranges")
        )
    elif kind in {"number", "year"} and "employee_range" in candidates and evidence.share({"range"}) < 0.1:
        candidate = candidates.pop("employee_range")
        candidates.setdefault(
            "employee_count", Candidate(at, "employee_count", candidate.score - 0.05, candidate.reason + " as counts")
        )
    if kind == "honorific":
        candidates.pop("title", None)
    return [candidate for candidate in candidates.values() if candidate.score >= THRESHOLD]


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
