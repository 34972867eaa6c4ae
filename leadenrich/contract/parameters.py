"""Query words that are more than a text: their type, the values allowed, a default, a description."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from leadenrich.errors import ConfigurationError, FeatureParametersError, nearest


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a query word of a feature must be; a word without one is text, or what the vocabulary says of it.

    Args:
        type: of JSON Schema. Numbers, and true and false, may come as text.
        enum: the values allowed; empty: any.
        default: sent where the caller says nothing; None: nothing is.
        description: for people and for language models.

    Raises:
        ConfigurationError: an unknown type, or a value of `enum` or a default that is not of it.
    """

    type: Literal["string", "integer", "number", "boolean", "array", "object"] = "string"
    enum: tuple[Any, ...] = ()
    default: Any = None
    description: str = ""

    def __post_init__(self) -> None:
        if self.type not in JSON_KINDS:
            raise ConfigurationError(f"the type of a Parameter is one of {', '.join(JSON_KINDS)}, not {self.type!r}")
        object.__setattr__(self, "enum", tuple(self.enum))
        for value in (*self.enum, *(() if self.default is None else (self.default,))):
            if not is_of(self.type, value):
                raise ConfigurationError(f"{value!r} is no {self.type}, as the Parameter says")
        if self.default is not None and self.enum and self.default not in self.enum:
            raise ConfigurationError(f"the default {self.default!r} of a Parameter is not in its enum")

    @property
    def schema(self) -> dict[str, Any]:
        """Return its JSON Schema."""
        found: dict[str, Any] = {"type": self.type}
        if self.enum:
            found["enum"] = list(self.enum)
        if self.default is not None:
            found["default"] = self.default
        if self.description:
            found["description"] = self.description
        return found


JSON_KINDS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float, Decimal),
    "boolean": (bool,),
    "array": (list, tuple),
    "object": (Mapping,),
}
"""JSON Schema's types, and what they are here."""


def is_of(kind: str, value: Any) -> bool:
    """Return whether a value is of a JSON Schema type."""
    return isinstance(value, JSON_KINDS[kind]) and (kind == "boolean" or not isinstance(value, bool))


def typed(word: str, parameter: Parameter, value: Any) -> Any:
    """Return a parameter's value in its one form: a number, true or false that came as text becomes one.

    Raises:
        FeatureParametersError: it is of the wrong kind, or none of the values allowed.
    """
    try:
        read = _READ[parameter.type](value) if isinstance(value, str) and parameter.type in _READ else value
    except ValueError:
        read = value
    told = repr(value) if isinstance(value, str | int | float) else f"a {type(value).__name__}"
    if parameter.type == "integer" and isinstance(read, float) and read.is_integer():
        read = int(read)
    if not is_of(parameter.type, read) or (isinstance(read, float) and not math.isfinite(read)):
        raise FeatureParametersError(f"{word} must be {_KINDS[parameter.type]}, not {told}")
    if parameter.enum and read not in parameter.enum:
        allowed = ", ".join(map(str, parameter.enum))
        raise FeatureParametersError(f"{word} must be one of {allowed}, not {told}{nearest(read, _texts(parameter))}")
    return read


def _truth(text: str) -> bool:
    return {"true": True, "false": False}[text.strip().lower()]


def _texts(parameter: Parameter) -> list[str]:
    return [value for value in parameter.enum if isinstance(value, str)]


_READ: dict[str, Callable[[str], Any]] = {
    "integer": int,
    "number": lambda text: float(text) if not text.strip().lstrip("+-").isdecimal() else int(text),
    "boolean": lambda text: _truth(text) if text.strip().lower() in ("true", "false") else text,
}
_KINDS = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
}
