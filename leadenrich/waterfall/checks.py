"""Settings that a caller may get wrong, checked in one sentence each."""

from __future__ import annotations

from typing import Any

from leadenrich.errors import LeadEnrichError, nearest


def whole(name: str, value: Any, least: int, error: type[LeadEnrichError]) -> None:
    """Refuse what is neither None nor a whole number of at least `least`."""
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < least):
        raise error(f"{name} is a whole number from {least}, not {value!r}")


def seconds(name: str, value: Any, error: type[LeadEnrichError]) -> None:
    """Refuse what is neither None nor more than 0 seconds."""
    if value is not None and (not isinstance(value, int | float) or isinstance(value, bool) or not value > 0):
        raise error(f"{name} is more than 0 seconds, not {value!r}")


def one_of(name: str, value: Any, known: tuple[str, ...], error: type[LeadEnrichError]) -> None:
    """Refuse a word that is none of the known ones."""
    if value not in known:
        raise error(f"{name} is one of {', '.join(known)}, not {value!r}{nearest(str(value), known)}")
