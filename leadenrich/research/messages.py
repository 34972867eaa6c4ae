"""What a model reads: the pages and the record's fields as data between marks, and the question.

The pages come first, with marks of their own: the prompts of all who share them begin alike, and a vendor that caches
prompts by their beginning charges less for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from leadenrich.research.gather import Gathered
from leadenrich.research.guard import bounded, fenced, number_of, visible
from leadenrich.research.terms import Terms

LONGEST_LINE = 400
"""Characters of a page's title or address that a model reads."""


def message_of(question: Terms, fields: Mapping[str, Any], gathered: Gathered) -> str:
    """Return what a model reads of one record's question."""
    return f"{pages_part(gathered)}{own_part(question, fields, gathered)}"


def pages_part(gathered: Gathered) -> str:
    """Return the pages; "" where there is none."""
    pages = gathered.shown
    number = number_of(*(f"{page.url} {page.title} {page.text}" for page in pages))
    told = [f"Address: {_line(page.url)}\nTitle: {_line(page.title)}\n{page.text}" for page in pages]
    return "".join(f"{fenced(one, number, 'page')}\n\n" for one in told)


def own_part(question: Terms, fields: Mapping[str, Any], gathered: Gathered) -> str:
    """Return the question and the record's fields."""
    values = question.prompt.values(fields)
    parts = [f"Question: {question.prompt.named}"]
    if values:
        number = number_of(question.prompt.text, values, *(page.text for page in gathered.shown))
        parts.append(fenced(values, number, "record"))
    if question.gathers and not gathered.shown:
        parts.append("No page was found.")
    if question.repeat:
        parts.append(f"(Asked again, {question.repeat}.)")
    return "\n\n".join(parts)


def _line(text: str) -> str:
    """Return a title or an address as one line that is not too long."""
    return bounded(" ".join(visible(text).split()), LONGEST_LINE)
