"""Replies no documentation mentions: what a vendor may send all the same, and what is made of a good one."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

DEEP = "[" * 50_000

MALFORMED: dict[str, bytes] = {
    "a web page": b"<!doctype html><html><body>Just a moment...</body></html>",
    "nothing": b"",
    "half a document": b'{"data": {"email": "mira.ok',
    "an empty object": b"{}",
    "an empty list": b"[]",
    "null": b"null",
    "a text": b'"text"',
    "a number": b"42",
    "a truth": b"true",
    "a list of nonsense": b'[null, 7, "text", [[]], {"data": 7}]',
    "objects where texts belong": b'{"data": {"email": {"a": []}, "status": [1]}, "results": {"0": null}, "id": [7]}',
    "texts where objects belong": b'{"data": "text", "person": "text", "company": "text", "results": "text", "id": 7}',
    "bytes that are no text": b"\xff\xfe\x00\x80",
    "depth without end": DEEP.encode(),
    "numbers beyond measure": b'{"data": {"score": 1e999, "total": 123456789012345678901234567890}, "score": NaN}',
}
"""Name -> body; each comes with a 200 and `application/json`."""

WRONG: tuple[Any, ...] = (None, "text", 7, -1.5, True, [], {}, [None], {"text": {"text": []}}, "", [["text"]])
"""What is in a place where something else belongs."""


def mutations(body: Any, most: int) -> Iterator[tuple[str, Any]]:
    """Yield (where, body) with one place made wrong, at most so many, spread over the whole body."""
    places = list(_places(body))
    step = max(1, len(places) // most)
    for number, place in enumerate(places[::step][:most]):
        changed = copy.deepcopy(body)
        here = changed
        for part in place[:-1]:
            here = here[part]
        wrong = WRONG[number % len(WRONG)]
        here[place[-1]] = copy.deepcopy(wrong)
        yield f"{'.'.join(map(str, place))} = {json.dumps(wrong)}", changed


def _places(body: Any, trail: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for key, value in items:
        yield (*trail, key)
        yield from _places(value, (*trail, key))
