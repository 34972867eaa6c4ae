"""A prompt with holes for a record's fields; only the fields it names are ever sent (G13)."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from leadenrich.engine.validation import a
from leadenrich.errors import ConfigurationError, nearest
from leadenrich.research.guard import bounded, visible
from leadenrich.vocabulary import FIELDS, SENSITIVE_FIELDS

HOLE = re.compile(r"\{([a-z][a-z0-9_]*)(\?)?\}")
LONGEST_VALUE = 20_000
"""Characters of one field that are sent, where the prompt does not say otherwise."""


class Prompt:
    """A text with `{field}` holes; `{field?}` may stay empty.

    Calling it with a record's fields returns the text, or None where a field it needs is not known: a step with it is
    then skipped at no cost. Values are quoted as data, without invisible characters, so that a record cannot instruct
    the model. A text needs no fields: it is then asked as it is.

    Args:
        text: the template.
        strict: whether a hole must be a word of the vocabulary or of `inputs`; False takes any column of the record,
            and refuses only what looks like a misspelt word.
        inputs: further words the records bring, or earlier questions answer.
        longest: characters of one value that are sent.

    Raises:
        ConfigurationError: an unknown field (with the nearest right name), or no text.
    """

    __slots__ = ("longest", "needs", "text", "uses")

    def __init__(
        self, text: str, *, strict: bool = True, inputs: Iterable[str] = (), longest: int = LONGEST_VALUE
    ) -> None:
        if not isinstance(text, str):
            raise ConfigurationError(f"a prompt is a text, not {a(text)}")
        if not text.strip():
            raise ConfigurationError("a prompt needs a text")
        known = FIELDS.union(inputs)
        holes = [(match[1], bool(match[2])) for match in HOLE.finditer(text)]
        for name, _ in holes:
            if name not in known and (strict or difflib.get_close_matches(name, known, n=1, cutoff=0.85)):
                raise ConfigurationError(f"the prompt has no field {name!r} to fill{nearest(name, known)}")
        self.text, self.longest = text, longest
        self.needs = tuple(dict.fromkeys(name for name, optional in holes if not optional))
        self.uses = tuple(dict.fromkeys(name for name, optional in holes if optional and name not in self.needs))

    @property
    def personal(self) -> tuple[str, ...]:
        """Return the sensitive fields it sends: personal e-mail and mobile."""
        return tuple(name for name in (*self.needs, *self.uses) if name in SENSITIVE_FIELDS)

    @property
    def named(self) -> str:
        """Return the text with each hole as the field's name in brackets, for a model that gets the values apart."""
        return HOLE.sub(lambda hole: f"[{hole[1]}]", self.text)

    def fits(self, fields: Mapping[str, Any]) -> bool:
        """Return whether a record has every field the prompt needs."""
        return all(fields.get(name) not in (None, "", []) for name in self.needs)

    def __call__(self, fields: Mapping[str, Any]) -> str | None:
        """Return the filled text, or None where a needed field is not known."""
        if not self.fits(fields):
            return None
        return HOLE.sub(lambda hole: self._shown(fields.get(hole[1])), self.text)

    def values(self, fields: Mapping[str, Any]) -> str:
        """Return the fields it names as one line of JSON each, null for what is not known."""
        lines = []
        for name in (*self.needs, *self.uses):
            value = fields.get(name)
            text = None if value in (None, "", []) else _text(value)
            shown = None if text is None else bounded(" ".join(visible(text).split()), self.longest)
            lines.append(f"{json.dumps(name)}: {json.dumps(shown, ensure_ascii=False)}")
        return "\n".join(lines)

    def _shown(self, value: Any) -> str:
        """Return a value as quoted data: on one line, its quotes harmless."""
        if value in (None, "", []):
            return "(not known)"
        text = " ".join(visible(_text(value)).split()).replace('"', "'")
        return f'"{bounded(text, self.longest)}"'

    def __repr__(self) -> str:
        return f"<Prompt over {', '.join((*self.needs, *self.uses)) or 'nothing'}>"


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(_text, value))
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {_text(part)}" for key, part in value.items() if part not in (None, "", []))
    return str(value)
