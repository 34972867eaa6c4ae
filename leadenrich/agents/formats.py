"""The forms in which vendors' APIs take tools, and what each of them is known to refuse.

Sources: names of at most 64 letters, digits, `_` and `-` (OpenAI's API description; Anthropic's tool reference);
`input_schema does not support oneOf, allOf, or anyOf at the top level` (Anthropic's 400); strict schemas name every
property as required and allow no others (OpenAI's structured outputs); function and parameter names that begin with a
letter or `_` and a subset of OpenAPI 3.0 (Google's FunctionDeclaration and Schema).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal

Format = Literal["openai", "anthropic", "gemini", "json"]
"""The API a tool is written for; "json" is plain JSON Schema."""

FORMATS = ("openai", "anthropic", "gemini", "json")
LONGEST_DESCRIPTION = 1024
_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_GEMINI_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_.-]{0,63}")
_GEMINI_WORD = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]{0,63}")
_GEMINI_KEYS = frozenset({"type", "description", "enum", "items", "properties", "required", "nullable", "format"})
_ALTERNATIVES = ("anyOf", "oneOf", "allOf", "not", "enum")


def write_tool(name: str, description: str, schema: Mapping[str, Any], form: Format) -> dict[str, Any]:
    """Return a tool as an API takes it.

    Args:
        name: of the tool.
        description: what it does and costs.
        schema: a flat JSON Schema of its arguments.
        form: the API.
    """
    if form == "openai":
        parameters = _make_strict(schema)
        return {"type": "function", "name": name, "description": description, "parameters": parameters, "strict": True}
    if form == "anthropic":
        return {"name": name, "description": description, "input_schema": dict(schema)}
    if form == "gemini":
        return {"name": name, "description": description, "parameters": _keep_gemini_keys(schema)}
    return {"name": name, "description": description, "parameters": dict(schema)}


def _make_strict(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema in which every property is required, and may be null where it was not."""
    needed = schema.get("required", ())
    properties = {
        word: part if word in needed else {**part, "type": [part["type"], "null"]}
        for word, part in schema["properties"].items()
    }
    return {**schema, "properties": properties, "required": list(properties), "additionalProperties": False}


def _keep_gemini_keys(schema: Any) -> Any:
    """Return a schema without the keys that Google does not take."""
    if not isinstance(schema, Mapping):
        return schema
    kept = {key: value for key, value in schema.items() if key in _GEMINI_KEYS}
    if "properties" in kept:
        kept["properties"] = {word: _keep_gemini_keys(part) for word, part in kept["properties"].items()}
    if "items" in kept:
        kept["items"] = _keep_gemini_keys(kept["items"])
    return kept


def lint(tool: Mapping[str, Any], form: Format) -> list[str]:
    """Return why an API would refuse a tool, or a model could not use it; empty where neither is known.

    Args:
        tool: as `le.tools` gives it.
        form: the API.
    """
    schema = tool.get("input_schema" if form == "anthropic" else "parameters")
    return list(_find_problems(tool, schema, form))


def _find_problems(tool: Mapping[str, Any], schema: Any, form: Format) -> Iterator[str]:
    name, description = str(tool.get("name", "")), tool.get("description")
    if not (_GEMINI_NAME if form == "gemini" else _NAME).fullmatch(name):
        yield f"the name {name!r} is not of 1 to 64 letters, digits, _ and -"
    if not description:
        yield "it has no description"
    elif len(description) > LONGEST_DESCRIPTION:
        yield f"its description has {len(description)} characters; {LONGEST_DESCRIPTION} are taken"
    if not isinstance(schema, Mapping) or schema.get("type") != "object":
        yield "its arguments are no object"
        return
    for key in _ALTERNATIVES:
        if key in schema:
            yield f"its arguments have {key} at the top level"
    properties = schema.get("properties", {})
    for word in schema.get("required", ()):
        if word not in properties:
            yield f"it requires {word}, which it does not describe"
    if form == "openai" and tool.get("strict"):
        if set(schema.get("required", ())) != set(properties):
            yield "a strict schema requires every property"
        if schema.get("additionalProperties") is not False:
            yield "a strict schema takes no other properties"
    for word, part in properties.items():
        yield from _find_problems_of(word, part, form)


def _find_problems_of(word: str, part: Any, form: Format) -> Iterator[str]:
    if not isinstance(part, Mapping) or "type" not in part:
        yield f"{word} has no type"
        return
    if not part.get("description"):
        yield f"{word} has no description"
    if "array" in (part["type"] if isinstance(part["type"], list) else [part["type"]]) and "items" not in part:
        yield f"{word} is an array without items"
    if form == "gemini":
        if not _GEMINI_WORD.fullmatch(word):
            yield f"{word} is no name of a parameter"
        if not isinstance(part["type"], str):
            yield f"{word} has several types"
        for key in sorted(set(part) - _GEMINI_KEYS):
            yield f"{word} has {key}, which is not of the subset"
        if "enum" in part and part["type"] != "string":
            yield f"{word} has an enum and is no string"
