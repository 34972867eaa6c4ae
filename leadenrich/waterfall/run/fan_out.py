"""Several rows of one record: the people or companies that a search found, each with where it came from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from leadenrich.results import EnrichedRecord, Value
from leadenrich.vocabulary import COMPANY_FIELDS, MAIN_FIELD, PERSON_FIELDS, QUERY_WORDS, SENSITIVE_FIELDS, Operation
from leadenrich.waterfall.rules.rules import Rules

_OF_COMPANY = frozenset(COMPANY_FIELDS) - {"city", "region", "country", "phone"} | (
    frozenset(PERSON_FIELDS) & {"company_name", "company_domain", "company_linkedin_url"}
)


def fan_out(row: EnrichedRecord, search: Rules) -> list[EnrichedRecord]:
    """Return a row for each item a search found; none where it found nothing.

    A person's row keeps what is known of the company searched; a company's keeps the caller's own columns alone. The
    first carries the attempts and the cost so far, so that the rows' costs add up.
    """
    name = MAIN_FIELD[search.operation]
    found = row.values.get(name)
    items = [item for item in found.value if isinstance(item, Mapping)] if found is not None else []
    if found is None or not items:
        return []
    people = search.operation == Operation.SEARCH_PEOPLE
    kept = {
        field: value
        for field, value in row.data.items()
        if field not in QUERY_WORDS or (people and field in _OF_COMPANY)
    }
    rows = []
    for number, item in enumerate(items):
        child = EnrichedRecord(row.record, key=f"{row.key}/{number}", index=row.index, data=dict(kept))
        child.parent_key = row.key
        child.problems = row.problems
        child.values = {field: value for field, value in row.values.items() if field in kept}
        for field, value in item.items():
            if value is None or (field in SENSITIVE_FIELDS and field not in search.wanted):
                continue
            child.data[field] = value
            child.values[field] = _said(value, found)
        if number == 0:
            child.attempts, child.cost = row.attempts, row.cost
        rows.append(child)
    return rows


def _said(value: Any, found: Value) -> Value:
    return Value(
        value,
        found.provider,
        found.confidence,
        found.observed_at,
        operation=found.operation,
        confidence_source=found.confidence_source,
        flags=found.flags,
    )
