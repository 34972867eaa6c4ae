"""What every provider must keep, one check at a time; used for every built-in, and by plugin authors for theirs.

from leadenrich.testing import conformance

@pytest.mark.parametrize("check", conformance.checks(Acme), ids=str)
async def test_conformance(check):
    await check()
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from leadenrich.contract import Category, HTTPProvider, ProviderInfo, Support
from leadenrich.errors import ErrorCode
from leadenrich.registry import registry
from leadenrich.testing import answering, sending
from leadenrich.testing.mock import provider_id
from leadenrich.vocabulary import FIELDS, QUERY_WORDS

_WORD = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Check:
    """One check of one provider: call it; it raises AssertionError with all it found, a line each."""

    provider: str
    name: str
    run: Callable[[str], Any]

    async def __call__(self) -> None:
        """Carry it out."""
        found = self.run(self.provider)
        problems = await found if inspect.isawaitable(found) else found
        if problems:
            raise AssertionError(f"{self.provider}: {self.name}\n" + "\n".join(problems))

    def __str__(self) -> str:
        """Name it as a test id."""
        return f"{self.provider} {self.name}"


def checks(provider: str | type) -> list[Check]:
    """Return the checks for a provider.

    Args:
        provider: its id, or a plugin's class, which is registered where no entry point has done it yet.
    """
    name_of = provider_id(provider)
    named = {**STATIC, **(OVER_HTTP if is_http(name_of) else {})}
    return [Check(name_of, name, run) for name, run in named.items()]


def is_http(provider_id: str) -> bool:
    """Return whether a provider is an `HTTPProvider`; one that does its own I/O cannot be looked into."""
    cls = registry.get(provider_id)
    return isinstance(cls, HTTPProvider) or (isinstance(cls, type) and issubclass(cls, HTTPProvider))


def _module_of(cls: type) -> Any:
    return inspect.getmodule(cls) or cls


def facts_are_complete(provider_id: str) -> list[str]:
    """Check what a provider says of itself."""
    cls, info = registry.get(provider_id), registry.info(provider_id)
    if not isinstance(info, ProviderInfo):
        return ["`info` is no ProviderInfo"]
    local = info.category is Category.LOCAL_FREE and not info.base_url  # it speaks to nobody over HTTP
    tests = {
        f"the id {info.id!r} is not lower_snake": _WORD.fullmatch(info.id),
        "neither its class nor its module has a docstring": cls.__dict__.get("__doc__") or _module_of(cls).__doc__,
        "its title is empty": info.title.strip(),
        f"base_url {info.base_url!r} is not https": local or urlsplit(info.base_url).scheme == "https",
        "base_url ends in a slash": local or not info.base_url.endswith("/"),
        f"docs_url {info.docs_url!r} is no https link": local or str(info.docs_url).startswith("https://"),
        "it has no operation": info.features,
        "hosts are bare host names": all("/" not in host and host == host.lower() for host in info.hosts),
        "a rate allows nothing": all(rate.limit > 0 and rate.per > 0 for rate in info.rates),
        "concurrency allows nothing": info.concurrency is None or info.concurrency > 0,
        "a price is below zero": all(price.usd >= 0 for price in info.prices),  # type: ignore[operator]  # Decimal here
        "a price has no date": all(re.fullmatch(r"20\d\d(-\d\d){0,2}", price.as_of or "") for price in info.prices),
        "established_in is no ISO code": info.established_in is None or re.fullmatch("[A-Z]{2}", info.established_in),
        "privacy_url is no https link": info.privacy_url is None or info.privacy_url.startswith("https://"),
        "a credential field is not lower_snake": all(_WORD.fullmatch(name) for name in info.auth.fields),
        "a status has no ErrorCode": all(isinstance(code, ErrorCode) for code in getattr(cls, "errors", {}).values()),
    }
    return [what for what, holds in tests.items() if not holds]


def words_are_known(provider_id: str) -> list[str]:
    """Check that operations need, use and give words of the vocabulary, or of the provider's own."""
    problems = []
    for feature in registry.info(provider_id).features:
        name = feature.operation
        if name not in registry.operations and not name.startswith(f"{provider_id}."):
            problems.append(f"{name} is no operation of the vocabulary and not named {provider_id}.<feature>")
        for word in feature.words:
            if word not in QUERY_WORDS and not word.startswith(f"{provider_id}_"):
                problems.append(f"{name}: {word!r} is no query word; own words begin with {provider_id}_")
        for word in feature.gives:
            if word not in FIELDS and not word.startswith(f"{provider_id}_"):
                problems.append(f"{name}: gives {word!r}, which is no field; own words begin with {provider_id}_")
        problems += [f"{name}: an alternative of `needs` is empty" for way in feature.needs if not way]
        if feature.support is not Support.UNDOCUMENTED:
            if not feature.gives:
                problems.append(f"{name}: it gives nothing")
            if not feature.summary:
                problems.append(f"{name}: it has no docstring")
        if feature.confidence is not None and not (0 <= feature.confidence <= 100 and feature.confidence_reason):
            problems.append(f"{name}: a default confidence is 0-100 and says why (confidence_reason)")
        if any(amount < 0 for amount in (feature.credits or {}).values()):
            problems.append(f"{name}: credits below zero")
    return problems


STATIC: dict[str, Callable[[str], list[str]]] = {
    "facts are complete": facts_are_complete,
    "words are known": words_are_known,
}
"""Checks for every provider."""

OVER_HTTP: dict[str, Callable[[str], list[str] | Awaitable[list[str]]]] = {
    "only declared words are sent": sending.only_declared_words_are_sent,
    "only declared words leave": sending.only_declared_words_leave,
    "requests stay at home": sending.requests_stay_at_home,
    "keys stay in their place": sending.keys_stay_in_their_place,
    "refusals are typed": answering.refusals_are_typed,
    "broken replies are typed": answering.broken_replies_are_typed,
    "wrong types are harmless": answering.wrong_types_are_harmless,
    "parsing is pure": answering.parsing_is_pure,
    "reprs hold no values": answering.reprs_hold_no_values,
}
"""Checks for an `HTTPProvider`."""

__all__ = ["OVER_HTTP", "STATIC", "Check", "checks"]
