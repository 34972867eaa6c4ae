"""The environment variables that hold credentials, and what a user most likely meant where one is missing."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Container, Iterable, Mapping, Sequence

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


def key_variables(info: ProviderInfo, held: Container[str] = ()) -> str:
    """Return the variables that a provider's credentials are read from: "TOMBA_API_KEY and TOMBA_API_SECRET".

    Args:
        info: the provider.
        held: fields that are left out, because they are known.
    """
    missing = info.auth.missing(held)
    joined = " or " if info.auth.optional.issuperset(missing) else " and "  # of a keyring, one is enough
    return joined.join(environment_name(info.id, field) for field in missing)


def near_misses(info: ProviderInfo, environment: Mapping[str, str] | None = None) -> list[str]:
    """Return a sentence for each missing variable that another, which is set, was most likely meant for."""
    env = os.environ if environment is None else environment
    missing = [environment_name(info.id, field) for field in info.auth.missing(_held(info, env))]
    return [hint for name in missing if (hint := _hint(info, name, env))]


def how_to_set(info: ProviderInfo, given: Iterable[str] | None, environment: Mapping[str, str] | None = None) -> str:
    """Return what to do where a provider's credentials are missing: "set HUNTER_API_KEY, or ...".

    Args:
        info: the provider.
        given: the ids that the caller gave credentials for; None: the environment is read.
        environment: None: the process's own.
    """
    env = os.environ if environment is None else environment
    held = _held(info, env)
    argument = f'Session(credentials={{"{info.id}": {_shape(info.auth.missing(()))}}})'
    if given is not None:
        names = ", ".join(environment_name(info.id, field) for field in held)
        hint = f" ({names} is not read, because credentials= is given)" if names else ""
        return f"give {argument}, or leave credentials= out and set {key_variables(info)}{hint}"
    return "; ".join([f"set {key_variables(info, held)}, or give {argument}", *near_misses(info, env)])


def _held(info: ProviderInfo, environment: Mapping[str, str]) -> list[str]:
    return [field for field in info.auth.fields if environment.get(environment_name(info.id, field), "").strip()]


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
