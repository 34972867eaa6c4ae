"""The round trip: a fact of the invented world, through a vendor's reply shape and its adapter, is the same fact.

A fake states in `LOSSY` what cannot come back whole, each with its reason, and in `WORDS` what query words stand for
(`leadenrich.sandbox.fake`).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from leadenrich.contract import Feature, Support
from leadenrich.engine.session import Session
from leadenrich.errors import ConfigurationError, ProviderError
from leadenrich.registry import registry
from leadenrich.results import Hit, Miss
from leadenrich.sandbox import sandbox_session
from leadenrich.sandbox.facts import SandboxCompany, SandboxPerson
from leadenrich.sandbox.transport import handlers_of
from leadenrich.sandbox.view import ROLES
from leadenrich.sandbox.world import World
from leadenrich.vocabulary import MAIN_FIELD, QUERY_WORDS, Operation

SIZE = 160
"""Companies in the world that round trips are made in."""

ABOUT_COMPANIES = frozenset({
    Operation.FIND_DOMAIN, Operation.ENRICH_COMPANY, Operation.SEARCH_COMPANIES, Operation.FIND_LOOKALIKES,
    Operation.DETECT_TECHNOLOGIES, Operation.FIND_FUNDING, Operation.FIND_INTENT, Operation.CHECK_ADS,
    Operation.FIND_SOCIAL_URLS, Operation.SEARCH_PLACES, Operation.WEB_TRAFFIC, Operation.FIND_NEWS,
    Operation.DOMAIN_EMAILS,
})  # fmt: skip
"""Operations whose answer speaks of a company."""

LISTS = ("people", "companies", "emails")
"""Fields whose items are people or companies themselves."""

# What a company answers for, where a person has the same word.
_SHARED = ("phone", "city", "region", "country", "twitter_url", "facebook_url", "time_zone")
_NAMES = ("linkedin_url", "email", "company_linkedin_url", "company_domain", "full_name", "company_name")


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
        "query": company.company_name, "keywords": company.company_name, "prompt": f"What does {company.domain} do?",
        "location": company.city, "url": company.website, "ip": "203.0.113.7", "limit": 5, "page_size": 5,
        "technology": company.technologies[0], "model": "sandbox", "filters": {},
        "system": "Answer in one sentence.", "max_output_tokens": 100,
    }  # fmt: skip
    if word in by_hand:
        return by_hand[word]
    if word.startswith(f"{provider_id}_") and word.endswith("_id"):
        return company.id if any(part in word for part in ("company", "organization", "account")) else person.id
    first, second = (company, person) if is_about_company(feature) else (person, company)
    value = getattr(first, word, None)
    return value if value not in (None, [], "") else getattr(second, word, None) if word not in _SHARED else None


def is_about_company(feature: Feature) -> bool:
    """Return whether an operation's answer speaks of a company."""
    return feature.operation in ABOUT_COMPANIES


def candidates(
    provider_id: str, feature: Feature, way: Sequence[str], world: World, start: int
) -> Iterator[tuple[SandboxPerson, dict[str, Any]]]:
    """Yield (person, query) for everybody on whom the operation can be asked about, from a company on."""
    for step in range(len(world)):
        for person in world.people_of((start + step) % len(world)):
            if (query := question(provider_id, feature, way, person)) is not None:
                yield person, query


async def round_trip(
    provider_id: str,
    operation: str,
    way: int = 0,
    start: int = 0,
    seed: int = 0,
    *,
    many: int = 1,
    wide: bool = False,
) -> list[str]:
    """Ask about somebody the vendor knows; return how the answer differs from the world, empty where it does not.

    Args:
        provider_id: the provider; it needs a fake.
        operation: one of its operations.
        way: which alternative of `needs`, counted from 0, around in a circle.
        start: from which company on somebody is looked for.
        seed: of the world.
        many: about how many people to ask at once, so that bulk endpoints are used where there are any.
        wide: whether to say everything the operation can make use of, in `uses` too.
    """
    feature = _feature(provider_id, operation)
    world = World.of(seed, SIZE)
    chosen = feature.needs[way % len(feature.needs)] if feature.needs else ()
    words = words_of(provider_id, feature.operation)
    if any(word in words and words[word] is None for word in chosen):
        return []
    found = list(itertools.islice(candidates(provider_id, feature, chosen, world, start), many))
    if wide:
        found = [(person, {**everything(provider_id, feature, person), **query}) for person, query in found]
    if not found:
        return [f"nobody in the world has {', '.join(chosen)}; say in WORDS what the vendor's own words stand for"]
    async with sandbox_session(Session, seed, knows="everything", size=SIZE, retries=0) as session:
        results = await session.bulk(provider_id, operation, [query for _, query in found])
    lines = [
        f"asked by {', '.join(query) or 'nothing'}: {line}"
        for (person, query), result in zip(found, results, strict=True)
        for line in _differences(provider_id, feature, person, result, world)
    ]
    return list(dict.fromkeys(lines))


def everything(provider_id: str, feature: Feature, person: SandboxPerson) -> dict[str, Any]:
    """Return all that can be said of a person in an operation's own words, but what only steers the answer."""
    facts = {word: fact(provider_id, person, word, feature) for word in feature.words if word not in _STEERING}
    return {word: value for word, value in facts.items() if value not in (None, "", []) and word in QUERY_WORDS}


def _feature(provider_id: str, operation: str) -> Feature:
    feature = registry.info(provider_id).feature(registry.check_operation(provider_id, operation))
    assert feature is not None
    return feature


def _differences(
    provider_id: str, feature: Feature, person: SandboxPerson, result: Hit | Miss | ProviderError, world: World
) -> list[str]:
    lossy = lossy_fields(provider_id, feature.operation)
    if isinstance(result, ProviderError):
        return [f"{type(result).__name__}: {result}"]
    if isinstance(result, Miss):
        return [] if "*" in lossy else ["a Miss, though the vendor knows everything"]
    if str(result.get("email")).partition("@")[0] in ROLES and "." in feature.operation:
        lossy = {**lossy, "email": "an address of the whole company", "email_status": "of that address"}
    wrong = [
        line
        for name in result.data
        if name not in lossy
        for line in _compare(name, result.data[name], person, feature, world, lossy)
    ]
    return wrong + [f"{name} is not among what it gives" for name in result.data if name not in feature.gives]


async def ask_about_strangers(provider_id: str, operation: str, seed: int = 0) -> list[str]:
    """Ask about people and companies that nobody knows, in every way; return what is no Miss (G10).

    Where every question has an answer (a verification, a text of an AI, a search without a name in it) a Hit is right
    too; an error never is.
    """
    feature = _feature(provider_id, operation)
    lossy = lossy_fields(provider_id, feature.operation)
    lines = []
    for way in feature.needs:
        query = {word: STRANGER[word] for word in way if word in STRANGER}
        if len(query) < len(way):
            continue
        async with sandbox_session(Session, seed, knows="everything", size=SIZE, retries=0) as session:
            result = (await session.ask(provider_id, operation, query)).result
        if isinstance(result, ProviderError) and "error" not in lossy:
            lines.append(f"asked by {', '.join(query)}: {type(result).__name__}: {result}")
        elif isinstance(result, Hit) and MAIN_FIELD.get(feature.operation) in _WHOSE & set(result.data):
            lines.append(f"asked by {', '.join(query)}: a Hit about nobody")
    return lines


STRANGER: dict[str, str] = {
    "first_name": "Nemo", "last_name": "Nirgendwo", "full_name": "Nemo Nirgendwo", "email": "nemo@nirgendwo.example",
    "personal_email": "nemo@nirgendwo.example", "company_name": "Nirgendwo", "company_domain": "nirgendwo.example",
    "linkedin_url": "https://www.linkedin.com/in/nemo-nirgendwo-example", "phone": "+4930901820",
    "company_linkedin_url": "https://www.linkedin.com/company/nirgendwo-example", "mobile_phone": "+4930901820",
    "website": "https://www.nirgendwo.example", "github_username": "nemo-nirgendwo",
    "github_url": "https://github.com/nemo-nirgendwo", "twitter_url": "https://x.com/nemo_nirgendwo",
    "facebook_url": "https://www.facebook.com/nemo.nirgendwo", "lei": "98450000FFFFEXMPL000", "cik": "0000000001",
}  # fmt: skip
"""Who is nobody, for each word that names somebody."""

_STEERING = {
    "limit", "page_size", "cursor", "filters", "prompt", "system", "model", "output_schema", "max_output_tokens",
    "query", "keywords", "location", "url", "ip",
}  # fmt: skip
_WHOSE = {"email", "personal_email", "mobile_phone", "linkedin_url", "company_domain"}


def lossy_fields(provider_id: str, operation: str) -> Mapping[str, str]:
    """Return the fields whose loss a vendor's fake declares, with the reasons.

    Raises:
        ConfigurationError: one without a reason.
    """
    declared = getattr(handlers_of(provider_id), "LOSSY", {})
    lossy = {**declared.get("*", {}), **declared.get(operation, {})}
    for name, reason in lossy.items():
        if not isinstance(reason, str) or len(reason) < 10:
            raise ConfigurationError(f"{provider_id}: LOSSY[{operation!r}][{name!r}] needs a reason")
    return lossy


def _compare(
    name: str, value: Any, person: SandboxPerson, feature: Feature, world: World, lossy: Mapping[str, str]
) -> list[str]:
    if name in LISTS and isinstance(value, list):
        return [line for item in value for line in _compare_item(name, item, world, lossy)]
    due = facts_of(name, person, feature)
    return [] if not due or any(same(value, one) for one in due) else [f"{name} is {value!r}, not {due[0]!r}"]


def facts_of(name: str, person: SandboxPerson, feature: Feature) -> list[Any]:
    """Return the world's facts for a field of the answer; none where it has none."""
    company = person.company
    about_company = is_about_company(feature)
    first, second = (company, person) if about_company else (person, company)
    if name == "address" or name.startswith("rating") or name == "news":
        first, second = company, company
    due = [getattr(first, name, None)]
    if due[0] is None and not (hasattr(first, name) and name in _SHARED):
        due = [getattr(second, name, None)]
    if "." in feature.operation or name in ("phone", "mobile_phone"):  # a feature of its own may speak of either
        due += [
            getattr(second, name, None),
            *((person.mobile_phone, person.phone) if name in ("phone", "mobile_phone") else ()),
        ]
    if name == "phone" and not about_company:
        due.append(company.phone)
    if "accept_all" in due:
        due.append("unknown")  # not every vendor has a word for it
    return [one for one in due if one not in (None, [])]


def _compare_item(name: str, item: Mapping[str, Any], world: World, lossy: Mapping[str, str]) -> list[str]:
    whose = _whose(item, world)
    if whose is None:
        return [f"an item of {name} is nobody of the world: {dict(item)!r}"] if _names_somebody(item) else []
    lines = []
    for word, value in item.items():
        if word in lossy:
            continue
        due = getattr(whose, word, None)
        if due is None and isinstance(whose, SandboxPerson):
            due = getattr(whose.company, word, None) if word not in _SHARED else None
        if due not in (None, []) and not same(value, due):
            lines.append(f"{name}[].{word} is {value!r}, not {due!r}")
    return lines


def _names_somebody(item: Mapping[str, Any]) -> bool:
    return any(item.get(name) for name in _NAMES)


def _whose(item: Mapping[str, Any], world: World) -> SandboxPerson | SandboxCompany | None:
    people = (
        [one for one in world.people if _fits(item, one)]
        if {"email", "linkedin_url", "full_name", "last_name"} & set(item)
        else []
    )
    if people:
        return people[0]
    return next((one for one in world.companies if _fits_company(item, one)), None)


def _fits(item: Mapping[str, Any], person: SandboxPerson) -> bool:
    if "email" in item:
        return bool(item["email"] == person.email)
    if "linkedin_url" in item:
        return bool(item["linkedin_url"] == person.linkedin_url)
    named = item.get("full_name", person.full_name) == person.full_name
    parts = item.get("last_name", person.last_name) == person.last_name
    given = item.get("first_name", person.first_name) == person.first_name
    there = item.get("company_domain", person.company_domain) == person.company_domain
    employer = item.get("company_name", person.company_name) == person.company_name
    return bool(named and parts and given and there and employer)


def _fits_company(item: Mapping[str, Any], company: SandboxCompany) -> bool:
    keys = [word for word in ("company_domain", "company_name", "company_linkedin_url") if item.get(word)]
    return bool(keys) and all(item[word] == getattr(company, word) for word in keys[:1])


def same(value: Any, due: Any) -> bool:
    """Return whether a value is the world's fact: lists in any order, money as the same number."""
    if isinstance(value, list) and isinstance(due, list):
        if all(isinstance(one, Mapping) for one in [*value, *due]):
            return all(
                any(all(same(one.get(k), v) for k, v in item.items() if k in one) for one in due) for item in value
            )
        return sorted(map(str, value)) == sorted(map(str, due))
    if isinstance(value, Decimal) or isinstance(due, Decimal):
        return bool(Decimal(str(value)) == Decimal(str(due)))
    if isinstance(value, float) and isinstance(due, int | float):
        return bool(abs(value - due) < 1e-6)
    return bool(value == due)
