"""Answers and rows as a notebook shows them: each value with its source, how sure it is and what it cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from leadenrich.markup.html import Markup, badge, block, folded, money, number, seconds, table, text

VALUES = ("field", "value", "source", "confidence", "cost")
NUMBERS = ("confidence", "cost", "time", "row")
IDENTIFYING = (
    "full_name",
    "first_name",
    "last_name",
    "company_name",
    "company_domain",
    "email",
    "linkedin_url",
)
"""The fields of a record's own that say in a list who a row is about."""
QUALITIES = frozenset(
    [
        "email_status",
        "is_free",
        "is_disposable",
        "is_role",
        "mx_provider",
        "phone_status",
        "line_type",
        "carrier",
        "on_dnc",
    ]
)
"""What is said of an address or a number: in a list it only takes room."""
MOST_INPUTS = 3
MOST_FOUND = 6
"""Columns of a list of rows."""


def row_html(row: Any) -> str:
    """Return one finished row: what was found, what it brought, and who was asked."""
    found = [
        (
            name,
            value.value,
            _source(value.provider, value.verified_by, value.flags),
            number(value.confidence),
            money(value.cost.usd) if value.provider != "input" else "",
        )
        for name, value in row.values.items()
        if value.provider != "input"
    ]
    brought = [
        (name, value, Markup('<span class="dim">input</span>'), "", "")
        for name, value in row.data.items()
        if (name not in row.values or row.values[name].provider == "input") and value not in (None, "")
    ]
    asked = [
        (
            one.provider,
            one.operation,
            badge(one.outcome),
            one.reason,
            seconds(one.latency),
            "already paid" if one.cached else money(one.cost.usd) if one.asked else "",
        )
        for one in row.attempts
    ]
    others = [
        (name, value.value, _source(value.provider, value.verified_by, value.flags), number(value.confidence), "")
        for name, values in row.alternatives.items()
        for value in values
    ]
    parts = [table(VALUES, [*found, *brought], numbers=NUMBERS)]
    if others:
        parts.append(folded(f"{len(others)} other answers", table(VALUES, others, numbers=NUMBERS)))
    if asked:
        head = ("provider", "operation", "outcome", "why", "time", "cost")
        parts.append(folded(f"{sum(one.asked for one in row.attempts)} asked", table(head, asked, numbers=NUMBERS)))
    notes = "; ".join([*([row.reason] if row.reason else []), *(str(problem) for problem in row.problems)])
    return block(Markup(f"Row {text(row.key)} {badge(row.status)} {_paid(row.cost.usd)}"), *parts, note=notes)


def rows_html(rows: Sequence[Any]) -> str:
    """Return a list of finished rows as a table: who it is about, what was found by whom, status and cost."""
    inputs = [
        name
        for name in IDENTIFYING
        if any(row.data.get(name) not in (None, "") and _brought(row, name) for row in rows[:200])
    ]
    if "full_name" in inputs:
        inputs = [name for name in inputs if name not in ("first_name", "last_name")]
    found = list(dict.fromkeys(name for row in rows for name, value in row.values.items() if value.provider != "input"))
    found.sort(key=lambda name: name in QUALITIES)
    given, shown = inputs[:MOST_INPUTS], [name for name in found if name not in QUALITIES][:MOST_FOUND]
    head = ["row", "status", *given, *(f"{name} found" if name in given else name for name in shown), "cost"]
    lines = [
        (
            row.key,
            badge(row.status),
            *(row.data.get(name) if _brought(row, name) else None for name in given),
            *(_value(row.values.get(name)) for name in shown),
            money(row.cost.usd),
        )
        for row in rows
    ]
    counts: dict[str, int] = {}
    for row in rows:
        counts[row.status] = counts.get(row.status, 0) + 1
    note = ", ".join(f"{count:,} {status}" for status, count in counts.items())
    if len(found) > len(shown):
        note += f"; also found: {', '.join(found[len(shown) :])}"
    return block(f"{len(rows):,} rows", table(head, lines, numbers=NUMBERS), note=note)


def answer_html(answer: Any) -> str:
    """Return a Hit or a Miss."""
    said = f"{answer.provider}.{answer.operation}" if answer.provider else "an adapter"
    paid = "already paid" if answer.cached else _paid(answer.cost.usd)
    head = Markup(f"{text(said)} {badge('hit' if answer else 'miss')} {paid}")
    if not answer:
        return block(head, note=answer.reason)
    fields: Mapping[str, Any] = answer.data
    lines = [
        (name, value, answer.provider, number(_sure(answer, name)), answer.confidence_source)
        for name, value in fields.items()
    ]
    return block(head, table(("field", "value", "source", "confidence", "from"), lines, numbers=NUMBERS))


def _paid(usd: Any) -> str:
    return "cost unknown" if usd is None else f"cost {money(usd)}"


def _sure(answer: Any, name: str) -> float | None:
    own = answer.each.get(name)
    sure: float | None = answer.confidence if own is None or own.confidence is None else own.confidence
    return sure


def _brought(row: Any, name: str) -> bool:
    return name not in row.values or row.values[name].provider == "input"


def _source(provider: str, verified_by: str | None, flags: Sequence[str]) -> Markup:
    more = [*([f"verified by {verified_by}"] if verified_by else []), *(flag for flag in flags if flag != "sandbox")]
    said = f' <span class="dim">{text(", ".join(more))}</span>' if more else ""
    return Markup(f"{text(provider)}{said}")


def _value(value: Any) -> Markup | None:
    if value is None or value.provider == "input":
        return None
    sure = "" if value.confidence is None else f" {number(value.confidence)}"
    return Markup(f'{text(value.value)}<br><span class="dim">{text(value.provider)}{sure}</span>')
