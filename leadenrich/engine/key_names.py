"""The environment variables that hold credentials, and what a user most likely meant where one is missing."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterable, Mapping, Sequence

from leadenrich.contract import ProviderInfo
from leadenrich.registry import registry

EXTRA = ("webhook_secret",)
"""Credential fields any provider may have beside its auth kind's own."""
_ENDINGS = ("KEY", "TOKEN", "SECRET", "PASSWORD")
_SIMILAR = 0.85
"""From which ratio on two names pass for one with a typing error."""


def environment_name(provider_id: str, field: str) -> str:
    """Return the environment variable a credential field is read from."""
    return f"{provider_id}_{field}".upper()


def near_miss(info: ProviderInfo, wanted: str, environment: Mapping[str, str]) -> str | None:
    """Return the variable that is set and was most likely meant for another: misspelt, or named in another way.

    Args:
        info: the provider whose credential is missing.
        wanted: the variable it is read from.
        environment: names and values; only the names are looked at.
    """
    by_upper = {name.upper(): name for name in environment if not _is_taken(info, name)}
    if wanted in by_upper:  # in small letters
        return by_upper[wanted]
    if close := difflib.get_close_matches(wanted, by_upper, n=1, cutoff=_SIMILAR):
        return by_upper[close[0]]
    stems = {_bare(info.id), _bare(info.title.partition(".")[0])}
    for upper, name in sorted(by_upper.items()):
        if upper.endswith(_ENDINGS) and any(_bare(upper).startswith(stem) for stem in stems):
            return name
    return None


def how_to_set(info: ProviderInfo, given: Iterable[str] | None, environment: Mapping[str, str] | None = None) -> str:
    """Return what to do where a provider's credentials are missing: "set HUNTER_API_KEY, or ...".

    Args:
        info: the provider.
        given: the ids that the caller gave credentials for; None: the environment is read.
        environment: None: the process's own.
    """
    env = os.environ if environment is None else environment
    held = [field for field in info.auth.fields if env.get(environment_name(info.id, field), "").strip()]
    missing = info.auth.missing(()) if given is not None else info.auth.missing(held)
    joined = " or " if info.auth.optional.issuperset(missing) else " and "  # of a keyring, one is enough
    variables = joined.join(environment_name(info.id, field) for field in missing)
    argument = f'Session(credentials={{"{info.id}": {_shape(info.auth.missing(()))}}})'
    if given is not None:
        names = ", ".join(environment_name(info.id, field) for field in held)
        hint = f" ({names} is not read, because credentials= is given)" if names else ""
        return f"give {argument}, or leave credentials= out and set {variables}{hint}"
    hints = [hint for field in missing if (hint := _hint(info, environment_name(info.id, field), env))]
    return "; ".join([f"set {variables}, or give {argument}", *hints])


def _hint(info: ProviderInfo, name: str, environment: Mapping[str, str]) -> str | None:
    if name in environment:
        return f"{name} is set, but empty"
    near = near_miss(info, name, environment)
    return None if near is None else f"{near} is set: is it meant to be {name}?"


def _shape(fields: Sequence[str]) -> str:
    return '"key"' if list(fields) == ["api_key"] else "{" + ", ".join(f'"{field}": ...' for field in fields) + "}"


def _is_taken(info: ProviderInfo, name: str) -> bool:
    """Return whether a variable has a meaning of its own: a field of this provider, or another provider's name."""
    upper = name.upper()
    if name in {environment_name(info.id, field) for field in (*info.auth.fields, *EXTRA)}:
        return True
    return any(upper.startswith(f"{other.upper()}_") for other in registry.ids() if other != info.id)


def _bare(text: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", text.upper())
