"""When a step or a waterfall applies: any predicate, or a small declarative form that fits into a file."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from leadenrich.errors import WaterfallError, nearest
from leadenrich.vocabulary import QUERY_WORDS
from leadenrich.waterfall.caller_function import call_function

Predicate = Callable[[Mapping[str, Any]], Any]
"""Receives a record's fields as known by now; truthy means yes."""

Where = Predicate | Mapping[str, Any]
"""A predicate, or the declarative form: see `compile_where`."""

_TESTS = ("in", "not_in", "is", "is_not", "present", "matches", "min", "max")


class Condition:
    """A compiled `where`: call it with a record's fields; `text` says it in words."""

    __slots__ = ("predicate", "text")

    def __init__(self, predicate: Predicate, text: str) -> None:
        self.predicate, self.text = predicate, text

    def why_not(self, fields: Mapping[str, Any]) -> str | None:
        """Return why it does not hold for these fields, or None where it does."""
        said, why = call_function(self.predicate, fields)
        if why is not None:
            return f"its condition {why}"
        return None if said else f"only where {self.text}"


def compile_where(where: Where | Any) -> Condition:
    """Return the condition that `where` describes.

    Args:
        where: a callable over a record's fields, or a mapping whose entries must all hold:
            `{"email": False}` empty, `{"email": True}` present, `{"country": "DE"}` or `{"country": ["DE", "AT"]}`
            equal (letters' case does not matter), `{"title": {"matches": "head|chief"}}` a regular expression found
            anywhere, `{"employee_count": {"min": 50, "max": 500}}`, `{"country": {"not_in": [...]}}`,
            `{"is_free": {"is": True}}`, `{"any": [{...}, {...}]}` one of several, `{"not": {...}}`.
            A column of the caller's own ("segment") works like a field.

    Raises:
        WaterfallError: an unknown test, a value of the wrong kind, or a misspelt field.
    """
    if callable(where):
        return Condition(where, f"`{getattr(where, '__name__', 'its condition')}` holds")
    if not isinstance(where, Mapping) or not where:
        raise WaterfallError(f"`where` takes a function or a mapping of fields, not {type(where).__name__}")
    parts = [_part(str(name), test) for name, test in where.items()]
    if len(parts) == 1:
        return parts[0]
    predicates = [part.predicate for part in parts]
    return Condition(lambda fields: all(test(fields) for test in predicates), " and ".join(part.text for part in parts))


def _part(name: str, test: Any) -> Condition:
    if name == "any":
        if not isinstance(test, list | tuple) or not test:
            raise WaterfallError("`any` takes a list of conditions")
        parts = [compile_where(one) for one in test]
        predicates = [part.predicate for part in parts]
        text = " or ".join(f"({part.text})" if " and " in part.text else part.text for part in parts)
        return Condition(lambda fields: any(holds(fields) for holds in predicates), text)
    if name == "not":
        inner = compile_where(test)
        return Condition(lambda fields: not inner.predicate(fields), f"not ({inner.text})")
    _check_name(name)
    if isinstance(test, Mapping):
        tests = [_test(name, str(kind), value) for kind, value in test.items()]
        if not tests:
            raise WaterfallError(f"the condition on {name!r} says nothing; tests: {', '.join(_TESTS)}")
        predicates = [one.predicate for one in tests]
        return Condition(lambda fields: all(holds(fields) for holds in predicates), " and ".join(t.text for t in tests))
    if isinstance(test, bool):
        return _test(name, "present", test)
    return _test(name, "in", test if isinstance(test, list | tuple | set | frozenset) else [test])


def _check_name(name: str) -> None:
    close = () if name in QUERY_WORDS else difflib.get_close_matches(name, QUERY_WORDS, n=1, cutoff=0.85)
    if close:  # a misspelt field would silently never hold; a column of the caller's own is far from every word
        raise WaterfallError(f"a condition on {name!r}, which is not a field; did you mean {close[0]!r}?")


def _test(name: str, kind: str, value: Any) -> Condition:
    if kind == "present":
        return Condition(
            (lambda fields: not _empty(fields.get(name))) if value else (lambda fields: _empty(fields.get(name))),
            f"{name} is {'present' if value else 'empty'}",
        )
    if kind in ("in", "not_in"):
        if isinstance(value, str) or not isinstance(value, Iterable):
            raise WaterfallError(f"{kind!r} on {name!r} takes a list")
        words = {_word(one) for one in value}
        listed = ", ".join(sorted(map(str, value)))
        if kind == "in":
            return Condition(lambda fields: _word(fields.get(name)) in words, f"{name} is {_one_of(listed)}")
        return Condition(lambda fields: _word(fields.get(name)) not in words, f"{name} is not {_one_of(listed)}")
    if kind in ("is", "is_not"):
        wanted, same = _word(value), kind == "is"
        text = f"{name} is {'' if same else 'not '}{value}"
        return Condition(lambda fields: (_word(fields.get(name)) == wanted) is same, text)
    if kind == "matches":
        try:
            pattern = re.compile(str(value), re.IGNORECASE)
        except re.error as error:
            raise WaterfallError(f"'matches' on {name!r} is not a regular expression: {error}") from None
        return Condition(lambda fields: bool(pattern.search(str(fields.get(name) or ""))), f"{name} matches {value}")
    if kind in ("min", "max"):
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise WaterfallError(f"{kind!r} on {name!r} takes a number")
        return Condition(_bound(name, kind, value), f"{name} is at {'least' if kind == 'min' else 'most'} {value}")
    raise WaterfallError(f"no test {kind!r} on {name!r}{nearest(kind, _TESTS)}; one of {', '.join(_TESTS)}")


def _bound(name: str, kind: str, limit: float) -> Predicate:
    def holds(fields: Mapping[str, Any]) -> bool:
        try:
            number = float(fields.get(name))  # type: ignore[arg-type]  # whatever it is, the except below has it
        except (TypeError, ValueError):
            return False
        return number >= limit if kind == "min" else number <= limit

    return holds


def _one_of(listed: str) -> str:
    return f"one of {listed}" if ", " in listed else listed


def _empty(value: Any) -> bool:
    return value is None or value == "" or value == []


def _word(value: Any) -> Any:
    if isinstance(value, str):
        return value.casefold()
    return value if value.__hash__ is not None else str(value)
