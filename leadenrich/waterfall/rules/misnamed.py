"""Fields of a record that a step would need under another name: "fullname" for full_name."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from typing import Any

from leadenrich.errors import nearest
from leadenrich.records.columns import map_columns
from leadenrich.vocabulary import FIELDS, QUERY_WORDS
from leadenrich.waterfall.step import StepState


def misnamed(step: StepState, fields: Mapping[str, Any]) -> str:
    """Return a sentence on the fields that no step knows by their names and this one could use; empty: there are none.

    Args:
        step: it lacks something.
        fields: those of the record; the sentence holds names alone.
    """
    unknown = tuple([name for name in fields if name not in QUERY_WORDS and isinstance(name, str)])
    if not unknown:
        return ""
    wanted = {word for way in step.needs for word in way}.difference(known for known in fields if fields[known])
    pairs = [(name, field) for name, field in _meant(unknown) if field in wanted and fields[name] not in (None, "")]
    return "".join(f"; the record has {name!r}: did you mean {field!r}?" for name, field in pairs)


def nearest_field(word: object, known: Iterable[str] = FIELDS) -> str:
    """Return "; did you mean 'x'?" for the field a word most likely stands for: "phone number" for phone."""
    meant = _meant((word,)) if isinstance(word, str) else ()
    return nearest(meant[0][1] if meant else word, known)


@functools.lru_cache(maxsize=256)
def _meant(names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return (name, field) of the names that a table's header could have for a field."""
    mapped = map_columns(list(names))
    return tuple((name, field) for name, field in zip(names, mapped.fields, strict=True) if field is not None)
