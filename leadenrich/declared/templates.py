"""Fills a declared request from a query, and reads a declared field out of a reply."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from leadenrich.contract import Reply, Request, dig, first, table
from leadenrich.declared.schema import WORD, FieldSpec, RequestSpec, When

MISSING: Any = object()


def filled(part: Any, words: Mapping[str, Any]) -> Any:
    """Return a part of a request with its words filled in; `MISSING` where one of them is not known.

    `"{limit}"` alone keeps the value's type; inside a longer text it becomes text.
    """
    if isinstance(part, str):
        if (whole := WORD.fullmatch(part)) is not None:
            value = words.get(whole[1])
            return MISSING if value in (None, "") else value
        names = WORD.findall(part)
        if any(words.get(name) in (None, "") for name in names):
            return MISSING
        return WORD.sub(lambda match: str(words[match[1]]), part)
    if isinstance(part, Mapping):
        inner = {key: filled(value, words) for key, value in part.items()}
        kept = {key: value for key, value in inner.items() if value is not MISSING}
        return kept if kept or not part else MISSING
    if isinstance(part, list):
        items = [value for one in part if (value := filled(one, words)) is not MISSING]
        return items if items or not part else MISSING
    return part


def request(spec: RequestSpec, words: Mapping[str, Any], *, paid: bool) -> Request:
    """Return the request a declaration stands for."""
    at = {name: words[name] for name in WORD.findall(spec.path) if words.get(name) not in (None, "")}
    params, form = filled(spec.params, words), filled(spec.form, words)
    body = None if spec.body is None else filled(spec.body, words)
    return Request(
        spec.method,
        spec.path,
        at=at,
        params=None if params is MISSING else params,
        json=None if body is MISSING else body,
        data=form if spec.form and form is not MISSING else None,
        headers=spec.headers or None,
        expect=spec.expect,
        paid=paid,
    )


def holds(condition: When | None, reply: Reply) -> bool:
    """Return whether a reply fulfils a condition."""
    if condition is None:
        return False
    if reply.status in condition.status:
        return True
    return condition.path is not None and reply.get(condition.path) in condition.is_


def read(source: Any, spec: FieldSpec | str, enums: Mapping[str, Mapping[str, Any]]) -> Any:
    """Return a field's value out of a reply's JSON, or None."""
    if isinstance(spec, str):
        return dig(source, spec)
    value = first(*(dig(source, path) for path in ([spec.path] if spec.path else spec.first)))
    if value is None:
        return None
    if spec.items is not None:
        items = value if isinstance(value, list) else []
        listed = [{name: read(item, one, enums) for name, one in spec.items.items()} for item in items]
        return [{name: one for name, one in item.items() if one is not None} for item in listed if any(item.values())]
    if spec.enum is not None:
        return table(enums[spec.enum], value)
    if spec.scale is not None and isinstance(value, int | float):
        return value * spec.scale
    if spec.template is not None and isinstance(value, str):
        return spec.template.replace("{value}", value)
    return value
