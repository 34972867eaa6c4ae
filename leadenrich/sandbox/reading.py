"""Sandbox: how the fake model reads: a column of an answer out of "Label: value" lines and plain sentences."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

NO = re.compile(r"\b(?:no|not|never|none|without|neither|don't|doesn't|nicht|kein)\b", re.I)
_SMALL = frozenset(
    ["a", "an", "and", "are", "at", "by", "for", "has", "have", "in", "is", "it", "its", "of", "on", "or", "the"]
)


class Found(NamedTuple):
    """A value, and the sentence it was read from."""

    value: Any
    sentence: str


def words_of(text: str) -> frozenset[str]:
    """Return the words of a text that say something, each by its first four letters."""
    found = re.findall(r"[a-z0-9]+", text.lower())
    return frozenset(word[:4] for word in found if word not in _SMALL)


def sentences_of(text: str) -> list[str]:
    """Return a page's lines and sentences."""
    return [part.strip() for part in re.split(r"\n+|(?<=[.!?])\s+(?=[A-Z(])", text) if part.strip()]


def read(name: str, schema: Mapping[str, Any], text: str) -> Found | None:
    """Return what a text says of a column; None where it says nothing of it.

    Args:
        name: the column's name, whose words are looked for.
        schema: its JSON Schema, which says what kind of value is wanted.
        text: the page.
    """
    wanted = words_of(name.replace("_", " "))
    said = sentences_of(text)
    for sentence in said:
        label, colon, rest = sentence.partition(": ")
        if colon and words_of(label) == wanted:
            value = _value(schema, rest.rstrip("."), labelled=True)
            return None if value is None else Found(value, sentence)
    kind, options = _kind(schema), [one for one in schema.get("enum", ()) if one is not None]
    ranked = sorted(said, key=lambda one: -len(wanted & words_of(one)))
    for sentence in ranked:
        score = len(wanted & words_of(sentence))
        if not score or (kind == "boolean" and score < len(wanted)):
            break
        value = not NO.search(sentence) if kind == "boolean" else _value(schema, sentence)
        if value is not None:
            return Found(value, sentence)
    if options:  # a word of the list anywhere will do
        hits = [(one, sentence) for sentence in said for one in options if words_of(str(one)) <= words_of(sentence)]
        return Found(*hits[0]) if hits else None
    return None


def _kind(schema: Mapping[str, Any]) -> str:
    kind = schema.get("type")
    return next((one for one in kind if one != "null"), "null") if isinstance(kind, list) else str(kind)


def _value(schema: Mapping[str, Any], text: str, *, labelled: bool = False) -> Any:
    options = [one for one in schema.get("enum", ()) if one is not None]
    if options:
        return next(
            (one for one in options if words_of(str(one).replace("_", " ")) <= words_of(text.replace("_", " "))), None
        )
    kind = _kind(schema)
    if kind == "boolean":
        return not NO.search(text)
    if kind in ("integer", "number"):
        number = re.search(r"-?\d[\d,]*(?:\.\d+)?", text)
        return None if number is None else _number(number[0], kind)
    if kind == "array":
        listed = text if labelled else re.split(r": | include | are | to | with ", text, maxsplit=1)[-1]
        parts = [part.strip(" .") for part in re.split(r",| and ", listed) if part.strip(" .")]
        return (parts or None) if _kind(schema.get("items", {})) == "string" else None
    return text.strip() if kind == "string" else None


def _number(text: str, kind: str) -> Any:
    plain = text.replace(",", "")
    return int(float(plain)) if kind == "integer" else float(plain)


def fitting(schema: Mapping[str, Any], number: int, texts: Sequence[str]) -> Any:
    """Return a judgement of a schema's kind: made up from a number and from texts, the same for the same ones."""
    options = [one for one in schema.get("enum", ()) if one is not None]
    if options:
        return options[number % len(options)]
    kind = _kind(schema)
    if kind == "array":
        return [fitting(schema.get("items", {"type": "string"}), number + step, texts[step:]) for step in range(2)]
    if kind == "object":
        return {name: fitting(part, number, texts) for name, part in schema.get("properties", {}).items()}
    text = texts[0] if texts else "nothing in particular"
    values = {"boolean": number % 2 == 0, "integer": number % 101, "number": number % 101 / 100}
    return values.get(kind, text)
