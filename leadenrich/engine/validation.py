"""Settings that a caller may get wrong, checked in one sentence each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from leadenrich.errors import ConfigurationError, LeadEnrichError, nearest


def whole(name: str, value: Any, least: int, error: type[LeadEnrichError]) -> None:
    """Refuse what is neither None nor a whole number of at least `least`."""
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < least):
        raise error(f"{name} is a whole number from {least}, not {told(value)}")


def seconds(name: str, value: Any, error: type[LeadEnrichError]) -> None:
    """Refuse what is neither None nor a number of seconds above 0."""
    if value is not None and (not isinstance(value, int | float) or isinstance(value, bool) or not value > 0):
        raise error(f"{name} is a number of seconds above 0, not {told(value)}")


def one_of(name: str, value: Any, known: tuple[str, ...], error: type[LeadEnrichError]) -> None:
    """Refuse a word that is none of the known ones."""
    if value not in known:
        raise error(f"{name} is one of {', '.join(known)}, not {value!r}{nearest(str(value), known)}")


def number(name: str, value: Any, error: type[LeadEnrichError], least: float = 0, most: float = float("inf")) -> None:
    """Refuse what is neither None nor a number from `least` to `most`."""
    if value is None:
        return
    if not isinstance(value, int | float | Decimal) or isinstance(value, bool) or not least <= value <= most:
        if most < float("inf"):
            raise error(f"{name} is a number from {least:g} to {most:g}, not {told(value)}")
        raise error(f"{name} is a number from {least:g}, not {told(value)}")


def function(name: str, value: Any, error: type[LeadEnrichError], otherwise: str = "") -> None:
    """Refuse what is neither None nor callable."""
    if value is not None and not callable(value):
        raise error(f"{name} is a function{otherwise}, not {a(value)}")


def has(name: str, value: Any, methods: tuple[str, ...], wanted: str) -> None:
    """Refuse what is neither None nor an object with these methods."""
    if value is not None and (isinstance(value, type) or not all(hasattr(value, method) for method in methods)):
        raise ConfigurationError(f"{name} is {wanted}, not {a(value)}")


def mapping(name: str, value: Any, example: str) -> None:
    """Refuse what is neither None nor a mapping with text for keys; no value is shown, it may be a secret."""
    if value is None:
        return
    if not isinstance(value, Mapping):
        raise ConfigurationError(f"{name} is a mapping such as {example}, not {a(value)}")
    for key in value:
        if not isinstance(key, str):
            raise ConfigurationError(f"{name} has a key that is {a(key)}; give text, as in {example}")


def check_list(name: str, value: Any, example: str, error: type[LeadEnrichError]) -> None:
    """Refuse what is neither None nor something to iterate over."""
    if value is not None and not isinstance(value, Iterable):
        raise error(f"{name} is a list such as {example}, not {a(value)}")


def told(value: Any) -> str:
    """Return a setting's value as a text shows it: a number as it is, a text that looks like one as a text."""
    return f"the text {value!r}" if isinstance(value, str) else repr(value)


def a(value: Any) -> str:
    """Return what a value is, without showing it: `a list`, `an int`, `None`, `the class Session`."""
    if value is None:
        return "None"
    if isinstance(value, type):
        return f"the class {value.__name__}"
    kind = type(value).__name__
    return f"{'an' if kind[0].lower() in 'aeiou' else 'a'} {kind}"
