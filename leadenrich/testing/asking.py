"""What is asked in a round trip: questions about people of the invented world, and about people who are not in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from leadenrich.contract import Feature, Support
from leadenrich.registry import registry
from leadenrich.sandbox.facts import SandboxPerson
from leadenrich.sandbox.transport import handlers_of
from leadenrich.sandbox.world import World
from leadenrich.vocabulary import MAIN_FIELD, QUERY_WORDS, Operation

SIZE = 160
"""Companies in the world that round trips are made in."""

ABOUT_COMPANIES = frozenset(
    {
        Operation.FIND_DOMAIN,
        Operation.ENRICH_COMPANY,
        Operation.SEARCH_COMPANIES,
        Operation.FIND_LOOKALIKES,
        Operation.DETECT_TECHNOLOGIES,
        Operation.FIND_FUNDING,
        Operation.FIND_INTENT,
        Operation.CHECK_ADS,
        Operation.FIND_SOCIAL_URLS,
        Operation.SEARCH_PLACES,
        Operation.WEB_TRAFFIC,
        Operation.FIND_NEWS,
        Operation.DOMAIN_EMAILS,
    }
)
"""Operations whose answer is about a company."""

# What a company answers for, where a person has the same word.
SHARED = ("phone", "city", "region", "country", "twitter_url", "facebook_url", "time_zone")

_STEERING = {
    "limit",
    "page_size",
    "cursor",
    "filters",
    "prompt",
    "system",
    "model",
    "output_schema",
    "max_output_tokens",
    "shared_characters",
    "query",
    "keywords",
    "location",
    "url",
    "ip",
}

STRANGER: dict[str, str] = {
    "first_name": "Nemo",
    "last_name": "Nirgendwo",
    "full_name": "Nemo Nirgendwo",
    "email": "nemo@nirgendwo.example",
    "personal_email": "nemo@nirgendwo.example",
    "company_name": "Nirgendwo",
    "company_domain": "nirgendwo.example",
    "linkedin_url": "https://www.linkedin.com/in/nemo-nirgendwo-example",
    "phone": "+4930901820",
    "company_linkedin_url": "https://www.linkedin.com/company/nirgendwo-example",
    "mobile_phone": "+4930901820",
    "website": "https://www.nirgendwo.example",
    "github_username": "nemo-nirgendwo",
    "github_url": "https://github.com/nemo-nirgendwo",
    "twitter_url": "https://x.com/nemo_nirgendwo",
    "facebook_url": "https://www.facebook.com/nemo.nirgendwo",
    "lei": "98450000FFFFEXMPL000",
    "cik": "0000000001",
}
"""A person who is not in the world, for each word that names one."""


def features_of(provider_id: str) -> list[Feature]:
    """Return the operations of a provider that can be asked."""
    return [one for one in registry.info(provider_id).features if one.support is not Support.UNDOCUMENTED]


def question(provider_id: str, feature: Feature, way: Sequence[str], person: SandboxPerson) -> dict[str, Any] | None:
    """Return the query that asks about a person, or the person's company, by one alternative of `needs`.

    None: the person lacks a fact it takes, or the fact that is asked for.
    """
    words = words_of(provider_id, feature.operation)
    query: dict[str, Any] = {}
    for word in way:
        value = words[word] if word in words else fact(provider_id, person, word, feature)
        value = value(person) if callable(value) else value
        if value in (None, "", []):
            return None
        query[word] = value
    main = MAIN_FIELD.get(feature.operation)
    if main is not None and hasattr(person, main) and fact(provider_id, person, main, feature) is None:
        return None
    about_funding = feature.operation == Operation.FIND_FUNDING
    return None if about_funding and person.company.funding_total_usd is None else query


def words_of(provider_id: str, operation: str) -> dict[str, Any]:
    """Return what a fake says its query words stand for in an operation."""
    declared = getattr(handlers_of(provider_id), "WORDS", {})
    general = {word: value for word, value in declared.items() if not isinstance(value, Mapping) or word == "filters"}
    return {**general, **declared.get(operation, {})}


def fact(provider_id: str, person: SandboxPerson, word: str, feature: Feature) -> Any:
    """Return what a query word stands for when one asks about a person."""
    company = person.company
    by_hand = {
        "query": company.company_name,
        "keywords": company.company_name,
        "prompt": f"What does {company.domain} do?",
        "location": company.city,
        "url": company.website,
        "ip": company.ip,
        "limit": 5,
        "page_size": 5,
        "technology": company.technologies[0],
        "model": "sandbox",
        "filters": {},
        "system": "Answer in one sentence.",
        "max_output_tokens": 100,
    }
    if word in by_hand:
        return by_hand[word]
    if word.startswith(f"{provider_id}_") and word.endswith("_id"):
        return company.id if any(part in word for part in ("company", "organization", "account")) else person.id
    first, second = (company, person) if is_about_company(feature) else (person, company)
    value = getattr(first, word, None)
    return value if value not in (None, [], "") else getattr(second, word, None) if word not in SHARED else None


def is_about_company(feature: Feature) -> bool:
    """Return whether an operation's answer is about a company."""
    return feature.operation in ABOUT_COMPANIES


def candidates(
    provider_id: str, feature: Feature, way: Sequence[str], world: World, start: int
) -> Iterator[tuple[SandboxPerson, dict[str, Any]]]:
    """Yield (person, query) for everybody on whom the operation can be asked about, from a company on."""
    for step in range(len(world)):
        for person in world.people_of((start + step) % len(world)):
            if (query := question(provider_id, feature, way, person)) is not None:
                yield person, query


def everything(provider_id: str, feature: Feature, person: SandboxPerson) -> dict[str, Any]:
    """Return all that can be said of a person in an operation's own words, but what only steers the answer."""
    facts = {word: fact(provider_id, person, word, feature) for word in feature.words if word not in _STEERING}
    return {word: value for word, value in facts.items() if value not in (None, "", []) and word in QUERY_WORDS}
