"""Which column holds which field: evidence from headers and values, resolved for the whole table at once."""

from __future__ import annotations

import difflib
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from leadenrich import markup
from leadenrich.errors import ConfigurationError, CsvParsingError, nearest
from leadenrich.records.candidates import Candidate, Table, assign, find_candidates, read_table_kind
from leadenrich.records.headers import MAPPABLE, read_concepts
from leadenrich.records.value_evidence import SAMPLE_ROWS, Evidence
from leadenrich.vocabulary import QUERY_WORDS

MOST_COLUMNS = 16_384
"""A table of more columns is refused (as many as Excel has)."""

_IDENTITY = frozenset(
    {
        "email",
        "personal_email",
        "linkedin_url",
        "sales_navigator_url",
        "full_name",
        "last_name",
        "mobile_phone",
        "phone",
    }
)
_COMPANY_IDENTITY = frozenset({"company_name", "company_domain", "website", "company_linkedin_url"})


class ColumnMappingWarning(UserWarning):
    """Something about a table's columns the caller should look at: ambiguous, doubtful or missing ones."""


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Which header became which field, how surely, and why. One entry per column in every tuple.

    `mapping["E-Mail Adresse"]` is the field of that header, None where it means no known field. Of a header that
    occurs twice, the first column is meant.

    Attributes:
        headers: the headers as they stand in the file.
        fields: the canonical field of each column, None for a column that means no known field.
        keys: the key each column has in a record: its field, else its own header (made unique).
        confidence: 0-1 for each column; 0 where no field is claimed, 1 where the caller decided.
        reasons: why, in words.
        warnings: what is ambiguous, doubtful or missing.
    """

    headers: tuple[str, ...]
    fields: tuple[str | None, ...]
    keys: tuple[str, ...]
    confidence: tuple[float, ...]
    reasons: tuple[str, ...]
    warnings: tuple[str, ...] = field(default=())

    def __getitem__(self, header: str) -> str | None:
        try:
            return self.fields[self.headers.index(header)]
        except ValueError:
            raise KeyError(f"no column {header!r}{nearest(header, self.headers)}") from None

    def __contains__(self, header: object) -> bool:
        return header in self.headers

    def __iter__(self) -> Iterator[str]:
        return iter(self.headers)

    def __len__(self) -> int:
        return len(self.headers)

    def header_of(self, key: str) -> str | None:
        """Return the header behind a field or a record's key, or None."""
        return self.headers[self.keys.index(key)] if key in self.keys else None

    def explain(self) -> str:
        """Return the mapping as a text table, one column a line, then the warnings."""
        width = max((len(header) for header in self.headers), default=0)
        lines = [
            f"{header:<{width}}  {name or '-':<20}  {sure:4.2f}  {why}"
            for header, name, sure, why in zip(self.headers, self.fields, self.confidence, self.reasons, strict=True)
        ]
        return "\n".join([*lines, *(f"! {text}" for text in self.warnings)])

    def _repr_html_(self) -> str:
        """Return the mapping as a table for a notebook."""
        head = ("column", "field", "certainty", "why")
        lines = [
            (header, name and markup.word_list([name]), markup.share(sure) if name else "", why)
            for header, name, sure, why in zip(self.headers, self.fields, self.confidence, self.reasons, strict=True)
        ]
        named = sum(name is not None for name in self.fields)
        note = f"{named} of {len(self)} columns are known fields"
        return markup.block(
            "Columns", markup.table(head, lines, numbers=("certainty",), most=200), *map(str, self.warnings), note=note
        )

    def warn(self, stacklevel: int = 2) -> None:
        """Issue the warnings, if any, as one `ColumnMappingWarning`."""
        if self.warnings:
            warnings.warn("; ".join(self.warnings), ColumnMappingWarning, stacklevel=stacklevel + 1)


def map_columns(
    headers: Sequence[object],
    rows: Iterable[Sequence[object] | Mapping[str, object]] = (),
    *,
    columns: Mapping[str, str | None] | None = None,
) -> ColumnMap:
    """Decide which header means which canonical field.

    Args:
        headers: the table's headers, in order; empty and repeated ones are allowed.
        rows: some rows as evidence (the first 200 are looked at), as sequences of cells or as dicts by header.
        columns: the caller's own decisions, `{header: field}`; None as the field leaves the column alone.

    Returns:
        The `ColumnMap`. No field is claimed by two columns. What is doubtful is in `.warnings`; `read_csv` says it as
        a `ColumnMappingWarning` too.

    Raises:
        ConfigurationError: an override names a header that is not there, or gives one field to two columns.
        CsvParsingError: there are more than 16,384 columns.
    """
    names = _names(headers)
    evidence = _gather_evidence(names, rows)
    decided = _overrides(names, columns or {})
    taken = {name for name in decided.values() if name}
    table = read_table_kind(names, evidence)
    candidates = [
        candidate
        for at, header in enumerate(names)
        if at not in decided
        for candidate in find_candidates(at, header, evidence[at], table)
        if candidate.field not in taken
    ]
    chosen = assign(candidates)
    winners = {candidate.field: names[at] for at, candidate in chosen.items()}
    first_of = {candidate.column: candidate.field for candidate in reversed(candidates)}
    fields: list[str | None] = []
    confidence: list[float] = []
    reasons: list[str] = []
    for at, header in enumerate(names):
        if at in decided:
            fields.append(decided[at])
            confidence.append(1.0)
            reasons.append("decided by the caller")
        elif at in chosen:
            fields.append(chosen[at].field)
            confidence.append(round(chosen[at].score, 2))
            reasons.append(chosen[at].reason)
        else:
            fields.append(None)
            confidence.append(0.0)
            wanted = first_of.get(at)
            reasons.append(_why_not(header, wanted, winners.get(wanted) if wanted else None))
    doubts = _doubts(names, chosen, candidates, fields, table)
    return ColumnMap(names, tuple(fields), _keys(names, fields), tuple(confidence), tuple(reasons), tuple(doubts))


def plain_columns(headers: Sequence[object]) -> ColumnMap:
    """Return a map that leaves every column as it is: what `columns=None` means."""
    names = _names(headers)
    nothing: tuple[str | None, ...] = (None,) * len(names)
    return ColumnMap(names, nothing, _keys(names, nothing), (0.0,) * len(names), ("not mapped",) * len(names))


def _names(headers: Sequence[object]) -> tuple[str, ...]:
    if len(headers) > MOST_COLUMNS:
        raise CsvParsingError(
            f"the table has {len(headers):,} columns, at most {MOST_COLUMNS:,} are read; is the delimiter right?"
        )
    return tuple("" if header is None else str(header) for header in headers)


def _gather_evidence(names: Sequence[str], rows: Iterable[Sequence[object] | Mapping[str, object]]) -> list[Evidence]:
    cells: list[list[object]] = [[] for _ in names]
    for number, row in enumerate(rows):
        if number >= SAMPLE_ROWS:
            break
        values = [row.get(name) for name in names] if isinstance(row, Mapping) else row
        for column, value in zip(cells, values, strict=False):
            column.append(value)
    return [Evidence.of(column) for column in cells]


def _overrides(names: Sequence[str], columns: Mapping[str, str | None]) -> dict[int, str | None]:
    decided: dict[int, str | None] = {}
    owner: dict[str, str] = {}
    places: dict[str, int] = {}
    for at, header in enumerate(names):
        places.setdefault(header, at)
    for header, name in columns.items():
        if header not in places:
            raise ConfigurationError(
                f"columns= names {header!r}, which is not a header of this table{nearest(header, names)}"
            )
        if name is not None:
            if name not in QUERY_WORDS and (close := difflib.get_close_matches(name, QUERY_WORDS, n=1, cutoff=0.8)):
                raise ConfigurationError(f"columns= gives {header!r} the field {name!r}; did you mean {close[0]!r}?")
            if name in owner:
                raise ConfigurationError(f"columns= gives {name!r} to both {owner[name]!r} and {header!r}; one must go")
            owner[name] = header
        decided[places[header]] = name
    return decided


def _keys(names: Sequence[str], fields: Sequence[str | None]) -> tuple[str, ...]:
    """Return unique record keys; an unmapped column never carries the name of a mappable field by accident."""
    used = {name for name in fields if name}
    mapped = frozenset(used)
    count: dict[str, int] = {}  # the last number tried for a repeated header
    keys: list[str] = []
    for at, (header, name) in enumerate(zip(names, fields, strict=True), 1):
        if name:
            keys.append(name)
            continue
        key = base = header.strip() or f"column {at}"
        if key in MAPPABLE or key in mapped:
            key = base = f"{base} (column {at})"
        while key in used:
            count[base] = count.get(base, 1) + 1
            key = f"{base} ({count[base]})"
        used.add(key)
        keys.append(key)
    return tuple(keys)


def _why_not(header: str, wanted: str | None, winner: str | None) -> str:
    """Return why a column has no field: another one took the field it wanted, or it means none."""
    if wanted and winner is not None:
        return f"{wanted} is taken by {winner!r}"
    return "no known field; kept as it is" if header.strip() else "no header; kept as it is"


def _doubts(
    names: Sequence[str],
    chosen: Mapping[int, Candidate],
    candidates: Sequence[Candidate],
    fields: Sequence[str | None],
    table: Table,
) -> list[str]:
    doubts = []
    losers: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        if candidate.column not in chosen:
            losers.setdefault(candidate.field, []).append(candidate)
    for candidate in chosen.values():
        header = names[candidate.column]
        rivals = [
            names[other.column]
            for other in losers.get(candidate.field, ())
            if candidate.score - other.score < 0.005
            and names[other.column].strip() and not set(read_concepts(names[other.column])[0]) & {"ONE", "MORE"}
        ]  # fmt: skip
        if rivals and candidate.field in _IDENTITY | _COMPANY_IDENTITY:
            others = ", ".join(repr(name) for name in rivals[:3])
            doubts.append(f"{candidate.field}: took {header!r}, but {others} could be it as well")
        elif candidate.score < 0.65 and candidate.field in _IDENTITY | _COMPANY_IDENTITY:
            doubts.append(f"{header!r} was taken as {candidate.field} with little certainty ({candidate.reason})")
    known = {name for name in fields if name}
    if names and not known & (_IDENTITY | _COMPANY_IDENTITY):
        doubts.append(
            "no column says who a row is about (e-mail, name, LinkedIn, company); pass columns={header: field}"
        )
    elif table.has_first and not known & {"last_name", "full_name", "email", "linkedin_url"}:
        doubts.append("there are first names but no last names; pass columns={header: 'last_name'}")
    return doubts
