"""What every provider must keep, one check at a time; used for every built-in, and by plugin authors for theirs.

from leadenrich.testing import conformance

@pytest.mark.parametrize("check", conformance.checks(Acme), ids=str)
async def test_conformance(check):
    await check()
"""

from __future__ import annotations

import difflib
import inspect
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from leadenrich.contract import Category, HTTPProvider, ProviderInfo, Support, facts
from leadenrich.errors import LeadEnrichError
from leadenrich.registry import registry
from leadenrich.testing import answering, buying, sending
from leadenrich.testing.mock import provider_id
from leadenrich.vocabulary import Operation


@dataclass(frozen=True)
class Check:
    """One check of one provider: call it; it raises AssertionError with all it found, a line each."""

    provider: str
    name: str
    run: Callable[[str], Any]

    async def __call__(self) -> None:
        """Carry it out."""
        try:
            found = self.run(self.provider)
            problems = await found if inspect.isawaitable(found) else found
        except Exception as error:  # what the adapter raises where nothing catches it: named, as any other gap
            text = error.message if isinstance(error, LeadEnrichError) else str(error)
            problems = [f"it raises {type(error).__name__}: {text}"]
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


async def run(provider: str | type) -> None:
    """Carry out all checks for a provider.

    Args:
        provider: its id, or a plugin's class.

    Raises:
        AssertionError: with every gap of every check that fails.
    """
    gaps = []
    for check in checks(provider):
        try:
            await check()
        except AssertionError as error:
            gaps.append(str(error))
    if gaps:
        raise AssertionError("\n\n".join(gaps))


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
    local = info.category is Category.LOCAL_FREE and not info.base_url  # it sends nothing over HTTP
    tests = {
        "neither its class nor its module has a docstring": cls.__dict__.get("__doc__") or _module_of(cls).__doc__,
        f"docs_url {info.docs_url!r} is no https link": local or str(info.docs_url).startswith("https://"),
        "it has no operation": info.features,
        "a price has no date": all(re.fullmatch(r"20\d\d(-\d\d){0,2}", price.as_of or "") for price in info.prices),
        "established_in is no ISO code": info.established_in is None or re.fullmatch("[A-Z]{2}", info.established_in),
        "privacy_url is no https link": info.privacy_url is None or info.privacy_url.startswith("https://"),
    }
    return [*facts.of_provider(cls), *(what for what, holds in tests.items() if not holds)]


def words_are_known(provider_id: str) -> list[str]:
    """Check that operations need, use and give words of the vocabulary, or of the provider's own."""
    info = registry.info(provider_id)
    problems = facts.of_features(info, registry.operations)
    for feature in info.features:
        name = feature.operation
        word = name.partition(".")[2].replace("-", "_")
        meant = difflib.get_close_matches(word, [str(one) for one in Operation], n=1, cutoff=0.9)
        if meant and meant != [word]:
            problems.append(f"{name}: a feature of its own that is nearly an operation; is {meant[0]!r} meant?")
        if feature.support is not Support.UNDOCUMENTED:
            if not feature.gives:
                problems.append(f"{name}: it gives nothing")
            if not feature.summary:
                problems.append(f"{name}: it has no docstring")
        if feature.confidence is not None and not feature.confidence_reason:
            problems.append(f"{name}: a default confidence says why it is that (confidence_reason)")
    return problems


STATIC: dict[str, Callable[[str], list[str]]] = {
    "facts are complete": facts_are_complete,
    "words are known": words_are_known,
}
"""Checks for every provider."""

OVER_HTTP: dict[str, Callable[[str], list[str] | Awaitable[list[str]]]] = {
    "words that are read exist": sending.words_that_are_read_exist,
    "only declared words are sent": sending.only_declared_words_are_sent,
    "only declared words leave": sending.only_declared_words_leave,
    "requests stay at home": sending.requests_stay_at_home,
    "keys stay in their place": sending.keys_stay_in_their_place,
    "refusals are typed": answering.refusals_are_typed,
    "broken replies are typed": answering.broken_replies_are_typed,
    "wrong types are harmless": answering.wrong_types_are_harmless,
    "answers hold declared words": answering.answers_hold_declared_words,
    "parsing is pure": answering.parsing_is_pure,
    "one record is bought once": buying.one_record_is_bought_once,
    "reprs hold no values": answering.reprs_hold_no_values,
}
"""Checks for an `HTTPProvider`."""

__all__ = ["OVER_HTTP", "STATIC", "Check", "checks", "run"]
