"""Writes waterfalls and chains as TOML, which the standard library only reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from leadenrich.errors import WaterfallError


def to_toml(plain: Mapping[str, Any]) -> str:
    """Return plain data as a TOML document.

    Raises:
        WaterfallError: it holds a value that TOML cannot write, such as None.
    """
    import tomli_w

    try:
        return tomli_w.dumps(_without_sets(plain), indent=2)
    except TypeError as error:
        raise WaterfallError(f"this cannot be written as TOML: {error}") from None


def _without_sets(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _without_sets(one) for name, one in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(value)
    if isinstance(value, list | tuple):
        return [_without_sets(one) for one in value]
    return value
