"""Several questions of one record in one call, where that is cheaper than asking one by one."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from leadenrich.contract import Query
from leadenrich.errors import ConfigurationError
from leadenrich.registry import registry
from leadenrich.research.question import Research

_SHARED = (
    "ask",
    "search",
    "read",
    "look_for",
    "pages_field",
    "operation",
    "model",
    "effort",
    "system",
    "batch",
    "require_citations",
    "require_quotes",
    "agree",
    "max_pages",
    "max_page_tokens",
    "max_steps",
    "max_seconds",
)
"""Settings in which questions must be alike to be asked together."""


def together(*questions: Research) -> Research:
    """Return one question that asks several at once: rules and pages are sent and paid once, the answers are the same.

    Args:
        *questions: alike but for their text and answer; each keeps its columns.

    Raises:
        ConfigurationError: they differ in a setting, or answer in the same column.
    """
    if not questions:
        raise ConfigurationError("there is no question to ask")
    first, answer = questions[0], {}
    for one in questions:
        for name in _SHARED:
            if one.given[name] != first.given[name]:
                raise ConfigurationError(f"these questions differ in `{name}`; ask them apart, or make it the same")
        for column, part in one.columns.items():
            if column in answer:
                raise ConfigurationError(f"two questions answer in the column {column!r}; give one of them a `prefix`")
            answer[column] = (part.kind, part.description)
    text = " ".join(f"({number}) {one.prompt.text}" for number, one in enumerate(questions, 1))
    inputs = {word for one in questions for word in (*one.prompt.needs, *one.prompt.uses)}
    limits = [one.given["max_output_tokens"] for one in questions]
    return first.again(
        question=text,
        answer=answer,
        prefix="",
        inputs=sorted(inputs),
        grounded=[column for one in questions for column in one.terms.grounded],
        max_output_tokens=None if None in limits else sum(limits),
    )


def folded(questions: Sequence[Research], session: Any) -> list[Research]:
    """Return the questions, those asked together that cost less so at the session's prices.

    Questions that need what others answer stay apart, and so do those whose settings differ.

    Args:
        questions: in any order; a `Chain` of the result asks them as it would ask these.
        session: whose prices.
    """
    left, made = list(questions), []
    while left:
        first = left.pop(0)
        group = [first]
        for one in list(left):
            answered = {column for other in group for column in other.columns}
            needed = {word for other in (*group, one) for word in (*other.prompt.needs, *other.prompt.uses)}
            alike = all(one.given[name] == first.given[name] for name in _SHARED)
            if alike and not needed & (answered | one.columns.keys()) and not answered & one.columns.keys():
                group.append(one)
                left.remove(one)
        joined = together(*group)
        apart = sum((_usd(one, session) for one in group), Decimal(0))
        made += [joined] if len(group) > 1 and _usd(joined, session) < apart else group
    return made


def _usd(question: Research, session: Any) -> Decimal:
    """Return what asking the first model of a question usually costs, 0 where that is not known."""
    state = question.states[0]
    settings = Query({name: getattr(value, "text", value) for name, value in state.options.items()})
    return session.prices.usd(registry.info(state.provider), state.feature.usual(settings) or {}) or Decimal(0)
