"""What an answer looks like: its columns, the JSON Schema a model is given, and the check of what comes back."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.errors import PydanticSchemaGenerationError, PydanticUserError

from leadenrich.errors import ConfigurationError

NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_KEPT = frozenset({"type", "enum", "const", "items", "properties", "required", "anyOf", "description"})
"""Keywords that every vendor's structured outputs take; the others are checked by us alone."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an answer: its name in the row, its type, and what it means."""

    name: str
    kind: Any
    description: str = ""
    adapter: TypeAdapter[Any] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        name: object = self.name
        if not isinstance(name, str) or not NAME.fullmatch(name):
            raise ConfigurationError(f"a column is named in lower-case letters, digits and _, not {self.name!r}")
        try:
            object.__setattr__(self, "adapter", TypeAdapter(self.kind))
            self.adapter.json_schema()
        except (PydanticSchemaGenerationError, PydanticUserError, ValueError) as error:
            kinds = "str, int, float, bool, list[str], Literal[...] or a pydantic model"
            raise ConfigurationError(f"column {self.name!r} has no JSON form; use {kinds}") from error
        if self.kind in (dict, list, Any, object):
            raise ConfigurationError(f"column {self.name!r} may hold anything; say what, such as list[str]")

    def __reduce__(self) -> tuple[Any, ...]:
        return (Column, (self.name, self.kind, self.description))

    @property
    def is_text(self) -> bool:
        """Return whether it is free text, which two models never write alike."""
        return self.kind is str

    def schema(self) -> dict[str, Any]:
        """Return its JSON Schema; it may come back null."""
        whole = self.adapter.json_schema()
        return _nullable(_plain(whole, whole.get("$defs") or {}))

    def read(self, value: Any) -> Any:
        """Return a value of its type, as JSON's own types.

        Raises:
            ValueError: it is of another type; the text says where and why, without the value.
        """
        try:
            return self.adapter.dump_python(self.adapter.validate_json(json.dumps(value), strict=True), mode="json")
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            where = ".".join([self.name, *map(str, first["loc"])])
            raise ValueError(f"{where}: {first['msg']}") from None


class Form:
    """The columns of an answer.

    Args:
        answer: `{"sells": bool, "why": str}` (a type, `Annotated[type, "what it means"]`, or `(type, "what it
            means")`), a pydantic model, one type, or None for a text.
        name: the column of an answer that is one type or a text.
        prefix: put before each column's name.

    Raises:
        ConfigurationError: no column, a name or a type with no JSON form.
    """

    def __init__(self, answer: Any = None, *, name: str = "answer", prefix: str = "") -> None:
        self.model = answer if isinstance(answer, type) and issubclass(answer, BaseModel) else None
        self.prefix = prefix
        if self.model is not None:
            given: Mapping[str, Any] = {
                key: (
                    Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation,
                    info.description,
                )
                for key, info in self.model.model_fields.items()
            }
        elif isinstance(answer, Mapping):
            given = answer
        else:
            given = {name: str if answer is None else answer}
        if not given:
            raise ConfigurationError("a structured question needs at least one column")
        self.columns = {f"{prefix}{key}": _column(f"{prefix}{key}", kind) for key, kind in given.items()}

    def schema(self, *, sources: bool, quotes: bool) -> dict[str, Any]:
        """Return the JSON Schema of the reply: for each column its value, how sure that is, and what it is based on.

        Args:
            sources: whether each value names pages.
            quotes: whether each page comes with a sentence of it.
        """
        return _object({name: self._claim(column, sources, quotes) for name, column in self.columns.items()})

    @staticmethod
    def _claim(column: Column, sources: bool, quotes: bool) -> dict[str, Any]:
        parts: dict[str, Any] = {"value": column.schema(), "confidence": {"type": ["integer", "null"]}}
        if sources:
            quote = {"quote": {"type": ["string", "null"]}} if quotes else {}
            parts["sources"] = {"type": "array", "items": _object({"url": {"type": "string"}, **quote})}
        claim = _object(parts)
        return {**claim, "description": column.description} if column.description else claim

    def whole(self, values: Mapping[str, Any]) -> str | None:
        """Return why values that are each of their type do not fit the caller's model together, or None."""
        if self.model is None or any(value is None for value in values.values()):
            return None
        try:
            self.model.model_validate({name.removeprefix(self.prefix): value for name, value in values.items()})
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            return f"{'.'.join(map(str, first['loc'])) or 'the answer'}: {first['msg']}"
        return None


def _column(name: str, kind: Any) -> Column:
    description = ""
    if isinstance(kind, tuple):
        kind, described = (*kind, "")[:2]
        description = described or ""
    if get_origin(kind) is Annotated and isinstance(text := get_args(kind)[1], str):
        kind, description = get_args(kind)[0], text
    return Column(name, kind, description)


def _object(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of an object; adapters close it for their vendor, what it has beyond is no fault of it."""
    return {"type": "object", "properties": dict(properties), "required": list(properties)}


def _plain(schema: Any, named: Mapping[str, Any]) -> Any:
    """Return a schema in the keywords that every vendor takes, references written out."""
    if isinstance(target := schema.get("$ref"), str):
        return _plain(named[target.rsplit("/", 1)[-1]], named)
    kept = {key: value for key, value in schema.items() if key in _KEPT}
    if "const" in kept:
        kept["enum"] = [kept.pop("const")]
    for key in ("items",):
        if key in kept:
            kept[key] = _plain(kept[key], named)
    if "anyOf" in kept:
        kept["anyOf"] = [_plain(part, named) for part in kept["anyOf"]]
    if "properties" in kept:
        parts = {name: _plain(part, named) for name, part in kept["properties"].items()}
        return _object(
            {name: parts[name] if name in schema.get("required", ()) else _nullable(parts[name]) for name in parts}
        )
    return kept


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    if "enum" in schema:
        options = [one for one in schema["enum"] if one is not None]
        kind = {"type": ["string", "null"]} if all(isinstance(one, str) for one in options) else {}
        rest = {key: value for key, value in schema.items() if key not in ("enum", "type")}
        return {**kind, **rest, "enum": [*options, None]}
    if isinstance(schema.get("type"), str):
        return schema if schema["type"] == "null" else {**schema, "type": [schema["type"], "null"]}
    parts = [part for part in schema.get("anyOf", ()) if part != {"type": "null"}]
    if len(parts) == 1:
        return {**_nullable(parts[0]), **({"description": schema["description"]} if "description" in schema else {})}
    return {"anyOf": [*(parts or [schema]), {"type": "null"}]}
