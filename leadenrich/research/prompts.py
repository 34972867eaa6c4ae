"""A prompt with holes for a record's fields; only the fields it names are ever sent (G13)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from leadenrich.engine.checks import a
from leadenrich.errors import ConfigurationError, nearest
from leadenrich.vocabulary import FIELDS, SENSITIVE_FIELDS

HOLE = re.compile(r"\{([a-z][a-z0-9_]*)(\?)?\}")
LONGEST_VALUE = 500


class Prompt:
    """A text with `{field}` holes; `{field?}` may stay empty.

    Calling it with a record's fields returns the text, or None where a field it needs is not known: a step with it is
    then skipped at no cost. Values are quoted as data and shortened, so that a record cannot talk to the model.

    Args:
        text: the template. A backslash before a brace keeps it as it is.
        strict: whether a hole must be a word of the vocabulary; False takes any column of the record.

    Raises:
        ConfigurationError: an unknown field (with the nearest right name), or no text.
    """

    __slots__ = ("needs", "text", "uses")

    def __init__(self, text: str, *, strict: bool = True) -> None:
        if not isinstance(text, str):
            raise ConfigurationError(f"a prompt is a text, not {a(text)}")
        if not text.strip():
            raise ConfigurationError("a prompt needs a text")
        holes = [(match[1], bool(match[2])) for match in HOLE.finditer(text)]
        for name, _ in holes:
            if strict and name not in FIELDS:
                raise ConfigurationError(f"the prompt has no field {name!r} to fill{nearest(name, FIELDS)}")
        self.text = text
        self.needs = tuple(dict.fromkeys(name for name, optional in holes if not optional))
        self.uses = tuple(dict.fromkeys(name for name, optional in holes if optional and name not in self.needs))

    @property
    def personal(self) -> tuple[str, ...]:
        """Return the sensitive fields it sends: personal e-mail and mobile."""
        return tuple(name for name in (*self.needs, *self.uses) if name in SENSITIVE_FIELDS)

    def fits(self, fields: Mapping[str, Any]) -> bool:
        """Return whether a record has every field the prompt needs."""
        return all(fields.get(name) not in (None, "", []) for name in self.needs)

    def __call__(self, fields: Mapping[str, Any]) -> str | None:
        """Return the filled text, or None where a needed field is not known."""
        if not self.fits(fields):
            return None
        return HOLE.sub(lambda hole: _shown(fields.get(hole[1])), self.text)

    def __repr__(self) -> str:
        return f"<Prompt over {', '.join((*self.needs, *self.uses)) or 'nothing'}>"


def _shown(value: Any) -> str:
    """Return a value as quoted data: on one line, shortened, its quotes and braces harmless."""
    if value in (None, "", []):
        return "(not known)"
    text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    text = " ".join(text.split()).replace('"', "'")
    return f'"{text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"}"'
