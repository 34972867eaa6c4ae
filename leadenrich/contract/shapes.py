"""Does a value fit a JSON Schema? The part of the standard that structured answers and tools are written in."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

UNKNOWN = "the model does not know"
"""The reason of a miss where a model answered that it does not know."""

DEEPEST = 40
"""Levels of nesting that are looked at; a value nested deeper does not fit."""

_KINDS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
}
_NAMES = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}


def misfit(schema: Any, value: Any, path: str = "", root: Any = None, depth: int = 0) -> str | None:
    """Return where and why a value does not fit a schema, None where it does; the text holds no value.

    Reads `type`, `enum`, `const`, `properties`, `required`, `additionalProperties`, `items`, `minItems`, `maxItems`,
    `minimum`, `maximum`, `minLength`, `maxLength`, `anyOf`, `oneOf`, `allOf` and local `$ref`; ignores everything else.

    Args:
        schema: the JSON Schema.
        value: decoded JSON.
        path: where the value stands, for the text.
        root: the schema that `$ref`s point into; None: `schema` itself.
        depth: how deep the value stands.
    """
    root = schema if root is None else root
    where = path or "the answer"
    if depth > DEEPEST:
        return f"{where} is nested too deep"
    if not isinstance(schema, Mapping):
        return f"{where} is not wanted" if schema is False else None
    if isinstance(target := schema.get("$ref"), str):
        return misfit(_referred(root, target), value, path, root, depth + 1)
    for part in schema.get("allOf") or ():
        if (why := misfit(part, value, path, root, depth + 1)) is not None:
            return why
    if alternatives := schema.get("anyOf") or schema.get("oneOf"):
        reasons = [misfit(part, value, path, root, depth + 1) for part in alternatives]
        if None not in reasons:
            return reasons[0]
    return _own(schema, value, path, where) or _inside(schema, value, path, where, root, depth)


def _own(schema: Mapping[str, Any], value: Any, path: str, where: str) -> str | None:
    """Return why a value itself does not fit, its parts aside."""
    if "const" in schema and not _same(schema["const"], value):
        return f"{where} is not {json.dumps(schema['const'])}"
    if "enum" in schema and not any(_same(one, value) for one in schema["enum"]):
        return f"{where} is none of {', '.join(json.dumps(one) for one in schema['enum'])}"
    kinds = schema.get("type")
    if kinds is not None:
        names = [kinds] if isinstance(kinds, str) else list(kinds)
        if not any(_is(name, value) for name in names):
            return f"{where} is {_kind(value)}, not {' or '.join(_NAMES.get(name, name) for name in names)}"
    if isinstance(value, int | float) and not isinstance(value, bool):
        if (least := schema.get("minimum")) is not None and value < least:
            return f"{where} is below {least}"
        if (most := schema.get("maximum")) is not None and value > most:
            return f"{where} is above {most}"
    if isinstance(value, str | list):
        few, many = ("minLength", "maxLength") if isinstance(value, str) else ("minItems", "maxItems")
        if (least := schema.get(few)) is not None and len(value) < least:
            return f"{where} is shorter than {least}"
        if (most := schema.get(many)) is not None and len(value) > most:
            return f"{where} is longer than {most}"
    return None


def _inside(schema: Mapping[str, Any], value: Any, path: str, where: str, root: Any, depth: int) -> str | None:
    """Return why a part of a value does not fit."""
    if isinstance(value, dict):
        properties = schema.get("properties") or {}
        for name in schema.get("required") or ():
            if name not in value:
                return f"{where} lacks {name}"
        more = schema.get("additionalProperties", True)
        for name, part in value.items():
            if name in properties:
                wanted = properties[name]
            elif more is False:
                return f"{where} has a field that is not wanted"
            else:
                wanted = more
            if (why := misfit(wanted, part, f"{path}.{name}" if path else name, root, depth + 1)) is not None:
                return why
    if isinstance(value, list) and isinstance(items := schema.get("items"), Mapping):
        for number, part in enumerate(value):
            if (why := misfit(items, part, f"{path}[{number}]", root, depth + 1)) is not None:
                return why
    return None


def is_empty(value: Any) -> bool:
    """Return whether an answer says nothing: null, empty, or made of such parts alone."""
    if isinstance(value, Mapping):
        return all(is_empty(part) for part in value.values())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return all(is_empty(part) for part in value)
    return value is None or value == ""


def read_json(text: str) -> Any:
    """Return the JSON that a model wrote, None where there is none: plain, in a code fence, or with words around it."""
    text = text.strip()
    if text.startswith("```"):
        text = text.split("\n", 1)[-1].rsplit("```", 1)[0].strip()
    for candidate in (text, text[text.find("{") : text.rfind("}") + 1]):
        try:
            return json.loads(candidate)
        except (ValueError, RecursionError):
            continue
    return None


def _is(name: str, value: Any) -> bool:
    if isinstance(value, bool) and name != "boolean":
        return False
    if name == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, _KINDS.get(name, (object,)))


def _same(a: Any, b: Any) -> bool:
    return type(a) is type(b) and bool(a == b)


def _kind(value: Any) -> str:
    return next((_NAMES[name] for name in _KINDS if _is(name, value)), type(value).__name__)


def _referred(root: Any, target: str) -> Any:
    here = root
    for part in target.removeprefix("#").strip("/").split("/"):
        here = here.get(part.replace("~1", "/").replace("~0", "~")) if isinstance(here, Mapping) and part else here
    return here
