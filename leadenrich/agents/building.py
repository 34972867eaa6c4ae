"""From what a caller names to what answers a call: an operation becomes a waterfall of the cheapest keys at hand."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from leadenrich.agents.prices import prices_of, usd_of
from leadenrich.contract import Charged, Query, Support
from leadenrich.contract.provider import flat_schema
from leadenrich.engine.validation import a
from leadenrich.errors import ConfigurationError, FeatureNotSupportedError, nearest
from leadenrich.registry import registry
from leadenrich.research import Research
from leadenrich.vocabulary import SENSITIVE_FIELDS
from leadenrich.waterfall import Chain, Waterfall
from leadenrich.waterfall.enricher import Enricher
from leadenrich.waterfall.rules.rules import Rules

STEPS = 3
"""How many providers a tool made of an operation asks at most."""

_NOT_ASKED = frozenset(
    {
        "filters",
        "cursor",
        "page_size",
        "prompt",
        "system",
        "model",
        "output_schema",
        "max_output_tokens",
        "shared_characters",
    }
)
"""Words that are the caller's to set, not a model's."""

_HELPS = frozenset({"country", "city", "title", "limit", "keywords", "location", "industry", "seniority"})
"""Words a model may give although nothing needs them."""

_DOES = {
    "find_email": "Find a person's work e-mail address",
    "find_personal_email": "Find a person's private e-mail address",
    "find_phone": "Find a person's mobile number",
    "find_linkedin": "Find a person's LinkedIn profile",
    "enrich_person": "Find title, company, place and profiles of a person",
    "search_people": "Search people by title, company and place",
    "verify_email": "Check whether an e-mail address can be reached",
    "verify_phone": "Check a phone number: whether it exists, and of what kind it is",
    "check_dnc": "Check whether a phone number is on a do-not-call list",
    "find_domain": "Find a company's web domain from its name",
    "enrich_company": "Find industry, size, place and more of a company",
    "search_companies": "Search companies by industry, size and place",
    "find_lookalikes": "Find companies like a given one",
    "domain_emails": "List e-mail addresses known at a company's domain",
    "detect_technologies": "List technologies a company's site uses",
    "find_funding": "Find a company's funding rounds",
    "find_intent": "Find topics a company is researching",
    "check_ads": "Check which advertisements a company runs",
    "find_social_urls": "Find a company's pages on social networks",
    "search_places": "Search businesses at a place",
    "web_traffic": "Estimate the visits of a company's site",
    "find_news": "Find news about a company",
}


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool before it is written for an API.

    Attributes:
        name, does: what it is called and what it does. enricher: what answers. schema: of its arguments.
        ways: which arguments suffice. gives: the fields it answers with, no others.
        usd: what a call is expected to cost; most: the most it can cost. None: not known.
        rules: of its waterfalls. by_limit: a call costs more with a higher limit.
    """

    name: str
    does: str
    enricher: Enricher
    schema: Mapping[str, Any]
    ways: tuple[tuple[str, ...], ...]
    gives: tuple[str, ...]
    usd: Decimal | None
    most: Decimal | None
    rules: tuple[Rules, ...]
    by_limit: bool

    def most_for(self, session: Any, arguments: Mapping[str, Any]) -> Decimal | None:
        """Return the most a call with these arguments can cost, in USD; None where it is unknown."""
        return prices_of(self.rules, session, arguments)[1]


def build(item: Any, session: Any, name: str | None = None) -> Tool:
    """Return a tool for an operation's name, a waterfall, a chain or a question.

    Raises:
        ConfigurationError: it is none of these, or no provider with a key can be asked.
    """
    if isinstance(item, str):
        enricher: Enricher = _of_operation(item, session)
    elif isinstance(item, Enricher):
        enricher = item
    else:
        told = '"find_email", a Waterfall, a Chain or a Research'
        raise ConfigurationError(f"a tool is made of {told}, not of {a(item)}")
    rules = _rules(enricher)
    ways, words = _asked(rules)
    gives = tuple(one for one in enricher.expected if one not in SENSITIVE_FIELDS or _by_name(one, rules))
    usd, most = prices_of(rules, session)
    many = prices_of(rules, session, {"limit": 1_000})[1] if "limit" in words else most
    called = name or _name_of(item, enricher)
    return Tool(
        called, _does(enricher, rules), enricher, flat_schema(ways, words), ways, gives, usd, most, rules, many != most
    )


def _rules(enricher: Enricher) -> tuple[Rules, ...]:
    if isinstance(enricher, Chain):
        return enricher.rules.waterfalls
    if isinstance(enricher, Waterfall):
        return (enricher.rules,)
    raise ConfigurationError(f"a tool is made of a Waterfall, a Chain or a Research, not of {a(enricher)}")


def _by_name(field: str, rules: Iterable[Rules]) -> bool:
    return any(field in one.wanted for one in rules)


def _of_operation(operation: str, session: Any) -> Waterfall:
    """Return a waterfall of the cheapest providers with a key at hand."""
    registry.plugins()
    if operation not in registry.operations:
        raise FeatureNotSupportedError(
            f"no operation {operation!r}{nearest(operation, registry.operations)}", operation=operation
        )
    if operation in ("research", "generate"):
        raise ConfigurationError(f"{operation} wants a question: give a le.Research instead of its name")
    allow, able = session.allow, []
    for provider in registry.ids():
        info = registry.info(provider)
        feature = info.feature(operation)
        if feature is None or feature.support is Support.UNDOCUMENTED or not session.has_credentials(provider):
            continue
        if allow is None or allow(info):
            able.append((usd_of(session, provider, feature, Query({})), feature.charged is Charged.ON_CALL, provider))
    if not able:
        raise ConfigurationError(f"no provider you have a key for can {operation}")
    able.sort(key=lambda one: (one[0] is None, one[0] or Decimal(0), one[1], one[2]))
    return Waterfall(operation, _covering(operation, [provider for _, _, provider in able]))


def _covering(operation: str, cheapest: Sequence[str]) -> list[str]:
    """Return few providers, the cheapest for each of the ways in which most of them can be asked."""
    ways: dict[str, tuple[tuple[str, ...], ...]] = {}
    for provider in cheapest:
        feature = registry.info(provider).feature(operation)
        ways[provider] = feature.needs if feature is not None else ()
    common = Counter(way for listed in ways.values() for way in listed)
    chosen: dict[str, None] = {}
    for way, _ in common.most_common(STEPS):
        chosen[next(provider for provider in cheapest if way in ways[provider])] = None
    chosen |= dict.fromkeys(cheapest[: STEPS - len(chosen)]) if len(chosen) < STEPS else {}
    return [provider for provider in cheapest if provider in chosen][:STEPS]


def _asked(rules: tuple[Rules, ...]) -> tuple[tuple[tuple[str, ...], ...], list[str]]:
    """Return which arguments suffice, and all there are; what one waterfall of a chain finds for another is none."""
    found_inside = {field for one in rules for field in one.wanted} if len(rules) > 1 else set()
    ways: dict[tuple[str, ...], None] = {}
    helps: dict[str, None] = {}
    for one in rules:
        for state in one.states:
            for way in state.needs or ((),):
                outside = tuple(word for word in way if word not in found_inside)
                if outside and len(outside) == len(way) and not set(way) & _NOT_ASKED:
                    ways[outside] = None
            made = [word for value in state.options.values() for word in getattr(value, "uses", ())]
            helps |= dict.fromkeys(
                word for word in (*made, *state.uses) if (word in made or word in _HELPS) and word not in found_inside
            )
    smallest = [way for way in ways if not any(set(other) < set(way) for other in ways)]
    words = dict.fromkeys([word for way in smallest for word in way] + list(helps))
    return tuple(smallest), list(words)


def _does(enricher: Enricher, rules: tuple[Rules, ...]) -> str:
    if isinstance(enricher, Research):
        return f"Answer: {enricher.prompt.named.rstrip('?.')}"
    told = [_DOES.get(one.operation, one.operation.replace("_", " ").capitalize()) for one in rules]
    return "; ".join(dict.fromkeys(told))


def _name_of(item: Any, enricher: Enricher) -> str:
    if isinstance(item, str):
        return item
    if isinstance(enricher, Research):
        text = f"answer_{'_'.join(enricher.columns)}"
    elif isinstance(enricher, Waterfall):
        text = enricher.operation
    else:
        text = f"find_{'_'.join(enricher.expected)}"
    return re.sub(r"[^a-zA-Z0-9_-]", "_", text)[:64].rstrip("_")
