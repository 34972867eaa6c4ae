"""What the rows of a run hold, as a JSON Schema, before the run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, get_args, get_type_hints

from leadenrich.results import Status, StopReason
from leadenrich.vocabulary import Fields

_TYPES = {str: "string", int: "integer", bool: "boolean", float: "number", list: "array"}
_OUTCOME: Mapping[str, Any] = {
    "status": {"type": "string", "enum": list(get_args(Status))},
    "stop_reason": {"type": ["string", "null"], "enum": [*StopReason, None]},
    "retryable": {"type": "boolean"},
    "retry_reason": {"type": ["string", "null"]},
}


def row_schema(fields: Iterable[str], columns: Mapping[str, Any], provenance: bool) -> dict[str, Any]:
    """Return the JSON Schema of what `row.to_dict()` gives; see `Waterfall.schema`."""
    hints = get_type_hints(Fields)
    properties: dict[str, Any] = {}
    for field in fields:
        own = getattr(columns.get(field), "schema", None)
        properties[field] = own() if callable(own) else _typed(hints.get(field, Any))
        if provenance:
            properties[f"{field}_source"] = {"type": ["string", "null"]}
            properties[f"{field}_confidence"] = {"type": ["number", "null"], "minimum": 0, "maximum": 100}
            properties[f"{field}_cost"] = {"type": ["number", "string", "null"]}
    if provenance:
        properties |= _OUTCOME
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": properties,
        "additionalProperties": True,  # the caller's own columns, and what else was found
    }


def _typed(hint: Any) -> dict[str, Any]:
    parts = get_args(hint) or (hint,)
    names = [_TYPES.get(getattr(part, "__origin__", part)) for part in parts if part is not type(None)]
    if None in names or not names:
        return {}
    return {"type": [*dict.fromkeys(names), "null"]}
