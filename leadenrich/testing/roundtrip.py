"""The round trip: a fact of the invented world, through a vendor's reply shape and its adapter, is the same fact.

A fake states in `LOSSY` what cannot come back whole, each with its reason, and in `WORDS` what query words stand for
(`leadenrich.sandbox.fake`).
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from leadenrich.contract import Charged, Feature
from leadenrich.engine.session import Session
from leadenrich.errors import ConfigurationError, ProviderError
from leadenrich.registry import registry
from leadenrich.results import Hit, Miss
from leadenrich.sandbox import sandbox_session
from leadenrich.sandbox.facts import SandboxCompany, SandboxPerson
from leadenrich.sandbox.transport import handlers_of
from leadenrich.sandbox.view import ROLES
from leadenrich.sandbox.world import World
from leadenrich.testing.asking import (
    SHARED,
    SIZE,
    STRANGER,
    candidates,
    everything,
    is_about_company,
    words_of,
)
from leadenrich.vocabulary import MAIN_FIELD

LISTS = ("people", "companies", "emails")
"""Fields whose items are people or companies themselves."""

_NAMES = ("linkedin_url", "email", "company_linkedin_url", "company_domain", "full_name", "company_name")


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
    """Ask about a person the vendor knows; return how the answer differs from the world, empty where it does not.

    Args:
        provider_id: the provider; it needs a fake.
        operation: one of its operations.
        way: which alternative of `needs`, counted from 0, around in a circle.
        start: from which company on a person is looked for.
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
        return [f"no person in the world has {', '.join(chosen)}; say in WORDS what the vendor's own words stand for"]
    async with sandbox_session(Session, seed, knows="everything", size=SIZE, retries=0) as session:
        results = await session.bulk(provider_id, operation, [query for _, query in found])
    lines = [
        f"asked by {', '.join(query) or 'nothing'}: {line}"
        for (person, query), result in zip(found, results, strict=True)
        for line in _differences(provider_id, feature, person, result, world)
    ]
    return list(dict.fromkeys(lines))


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


async def compare_books(provider_id: str, operation: str, many: int = 3, seed: int = 0) -> list[str]:
    """Ask about people known and unknown; return how the library's account differs from the vendor's own.

    Nothing to compare where the operation's price is unknown.
    """
    feature = _feature(provider_id, operation)
    if feature.credits is None and feature.charged is not Charged.FREE:
        return []
    way = feature.needs[0] if feature.needs else ()
    asked = [
        query for _, query in itertools.islice(candidates(provider_id, feature, way, World.of(seed, SIZE), 3), many)
    ]
    stranger = {word: STRANGER[word] for word in way if word in STRANGER}
    async with sandbox_session(Session, seed, knows="everything", size=SIZE, retries=0) as session:
        await session.bulk(provider_id, operation, [*asked, *([stranger] if len(stranger) == len(way) else [])])
        transport: Any = session.transport
        book = transport.books.get(provider_id)
        ours = {purse.partition(".")[2]: amount for purse, amount in session.usage.credits.items() if amount}
    theirs = {pool: amount for pool, amount in book.credits.items() if amount} if book is not None else {}
    if ours == theirs:
        return []
    return [f"the vendor counts {_written(theirs)}, the library {_written(ours)}"]


def _written(credits: Mapping[str, Decimal]) -> str:
    return ", ".join(f"{amount:f} {pool or 'credits'}" for pool, amount in sorted(credits.items())) or "nothing"


async def ask_about_strangers(provider_id: str, operation: str, seed: int = 0) -> list[str]:
    """Ask about unknown people and companies, in every way; return what is no Miss (G10).

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
            lines.append(f"asked by {', '.join(query)}: a Hit about an unknown person")
    return lines


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
    if due[0] is None and not (hasattr(first, name) and name in SHARED):
        due = [getattr(second, name, None)]
    if "." in feature.operation or name in ("phone", "mobile_phone"):  # a feature of its own may be about either
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
        return [f"an item of {name} is no person of the world: {dict(item)!r}"] if _names_a_person(item) else []
    lines = []
    for word, value in item.items():
        if word in lossy:
            continue
        due = getattr(whose, word, None)
        if due is None and isinstance(whose, SandboxPerson):
            due = getattr(whose.company, word, None) if word not in SHARED else None
        if due not in (None, []) and not same(value, due):
            lines.append(f"{name}[].{word} is {value!r}, not {due!r}")
    return lines


def _names_a_person(item: Mapping[str, Any]) -> bool:
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
