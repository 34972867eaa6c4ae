"""Fills a declared request from a query, and reads a reply as declared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from leadenrich.contract import ErrorCode, Reply, Request, dig, first, table
from leadenrich.declared.parts import WORD, CostSpec, FieldSpec, RequestSpec, When, WordSpec

MISSING: Any = object()


class DeclaredRequest(Request):
    """A request made as declared, with what its reply is judged by.

    Attributes:
        operation: the operation it belongs to, or None. words: what its templates were filled with.
        rules: what words in the reply mean.
        stated: the statuses that the declaration expects whatever the reply says.
    """

    __slots__ = ("operation", "rules", "stated", "words")
    operation: str | None
    words: Mapping[str, Any]
    rules: Sequence[WordSpec]
    stated: frozenset[int]


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


def request(
    spec: RequestSpec,
    words: Mapping[str, Any],
    *,
    paid: bool,
    rules: Sequence[WordSpec] = (),
    miss: When | None = None,
    operation: str | None = None,
    weight: int = 1,
) -> DeclaredRequest:
    """Return the request a declaration stands for.

    Args:
        spec: what is declared.
        words: what its templates are filled with.
        paid: whether the vendor may charge it.
        rules: what words in the reply mean; their statuses are expected.
        miss: the condition of a miss; its statuses are expected.
        operation: the operation it belongs to.
        weight: the items it holds.
    """
    at = {name: words[name] for name in WORD.findall(spec.path) if words.get(name) not in (None, "")}
    params, form = filled(spec.params, words), filled(spec.form, words)
    body = None if spec.body is None else filled(spec.body, words)
    stated = frozenset([*spec.expect, *(miss.status if miss is not None else ())])
    made = DeclaredRequest(
        spec.method,
        spec.path,
        at=at,
        params=None if params is MISSING else params,
        json=None if body is MISSING else body,
        data=form if spec.form and form is not MISSING else None,
        headers=spec.headers or None,
        expect=sorted(stated.union(*(rule.status for rule in rules))),
        paid=paid,
        weight=weight,
    )
    made.operation, made.words, made.rules, made.stated = operation, words, rules, stated
    return made


def holds(condition: When | None, reply: Reply) -> bool:
    """Return whether a reply fulfils a condition."""
    if condition is None:
        return False
    if reply.status in condition.status:
        return True
    return condition.path is not None and reply.get(condition.path) in condition.is_


def said(rules: Sequence[WordSpec], reply: Reply) -> ErrorCode | str | None:
    """Return what the words in a reply mean: an error's code, "miss", or None where no rule holds."""
    return next((rule.means for rule in rules if _applies(rule, reply)), None)


def _applies(rule: WordSpec, reply: Reply) -> bool:
    if rule.status and reply.status not in rule.status:
        return False
    value = reply.get(rule.path)
    if value is None:
        return None in rule.is_
    if not rule.is_ and not rule.contains:
        return value not in (False, "", [], {})
    text = str(value).casefold()
    return any(_equal(value, word) for word in rule.is_) or any(part.casefold() in text for part in rule.contains)


def _equal(value: Any, word: Any) -> bool:
    if isinstance(value, str) and isinstance(word, str):
        return value.casefold() == word.casefold()
    return bool(value == word) and isinstance(value, bool) == isinstance(word, bool)


def cost(spec: CostSpec | None, reply: Reply) -> Any:
    """Return the credits a reply says it took, as `Hit(credits=...)` takes them; None where it says nothing."""
    if spec is None:
        return None
    stated = reply.headers.get(spec.header.lower()) if spec.header else reply.get(spec.path or "")
    return None if stated is None else {spec.pool: stated} if spec.pool else stated


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
    if spec.scale is not None and isinstance(value, int | float) and not isinstance(value, bool):
        return value * spec.scale
    if spec.template is not None and isinstance(value, str):
        return spec.template.replace("{value}", value)
    return value


def put(body: dict[str, Any], path: str, value: Any) -> None:
    """Set a value at a dotted path, making the objects and lists on the way."""
    parts = path.split(".")
    here: Any = body
    for part, after in zip(parts, [*parts[1:], None], strict=True):
        empty: Any = [] if after is not None and after.isdigit() else {}
        if isinstance(here, list):
            here.extend({} for _ in range(int(part) + 1 - len(here)))
            if after is None:
                here[int(part)] = value
            here = here[int(part)]
        elif after is None:
            here[part] = value
        else:
            here = here.setdefault(part, empty)
