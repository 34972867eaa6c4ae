"""Shorter ways to a question: `research(...)` for a list of providers, `schema` and `answers` for its columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from leadenrich.research.forms import Form
from leadenrich.research.prompts import Prompt
from leadenrich.research.question import Research
from leadenrich.results import EnrichedRecord
from leadenrich.waterfall import Step


def schema(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Return the JSON Schema of a plain answer, for `output_schema`; each column may come back null.

    Args:
        columns: name -> `str`, `int`, `float`, `bool`, `list[str]`, `Literal["a", "b"]`, or a pydantic model.

    Raises:
        ConfigurationError: a type with no JSON form.
    """
    form = Form(columns)
    return {
        "type": "object",
        "properties": {name: column.schema() for name, column in form.columns.items()},
        "required": list(form.columns),
    }


def research(
    prompt: Prompt | str,
    providers: Sequence[str | Step],
    *,
    columns: Any = None,
    operation: Literal["research", "generate"] = "research",
    **settings: Any,
) -> Research:
    """Return a question that is asked of AI providers in turn; the first good answer stops it.

    Args:
        prompt: a `Prompt`, or its text; a record that lacks a field it needs is skipped at no cost.
        providers: whom to ask, in order. A `Step`'s own options win over those given here.
        columns: the answer's columns, which become fields of the row; None: a text in the field `name` ("answer").
        operation: "research" looks on the web, "generate" only thinks.
        **settings: any of `Research`'s.
    """
    return Research(prompt, providers, answer=columns, operation=operation, **settings)


def answers(row: EnrichedRecord, columns: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row's answer by column; None for what was not found."""
    return {name: row.get(name) for name in columns}
