"""Every operation of every vendor on a good sandbox, one lead and many, under a virtual clock: each is answered."""

import asyncio
import itertools
from collections import Counter
from typing import Any

import pytest

import leadenrich as le
from leadenrich.contract import Feature, TokenAuth
from leadenrich.registry import registry
from leadenrich.sandbox import sandbox_session
from leadenrich.sandbox.transport import handlers_of
from leadenrich.sandbox.world import World
from leadenrich.testing.asking import SIZE, candidates, features_of

VENDORS = [name for name in registry.builtin_ids() if handlers_of(name) is not None]
A_DAY = 86_400


ROUNDS = [(1, True), (5, False), (40, True)]
"""How many leads at once, and whether in bulk."""
SHARED = [(5, True), (300, True), (40, False)]
"""More of them where calls are shared: by a bulk form, by a login."""


def is_shared(vendor: str, operation: str) -> bool:
    """Return whether the calls of several leads are shared, or wait for the same login."""
    auth = registry.info(vendor).auth
    logs_in = any(isinstance(part, TokenAuth) for part in getattr(auth, "parts", (auth,)))
    return not operation.startswith("search_") and bool(logs_in or getattr(registry.get(vendor), "folds", None))


def questions(vendor: str, feature: Feature) -> list[dict[str, Any]]:
    """As many different questions as the world has, in the operation's first way that it has any for."""
    for way in feature.needs or ((),):
        found = [query for _, query in itertools.islice(candidates(vendor, feature, way, World.of(0, SIZE), 0), 300)]
        if found:
            return found
    return []


async def ask(vendor: str, operation: str, queries: list[dict[str, Any]], bulk: bool) -> Counter[str]:
    """Return what was no answer, by its text.

    Without limits by the day, or some would wait for tomorrow, and without leaky buckets: their library may look again
    at the same moment for ever, which a virtual clock never leaves.
    """
    rates = [rate for rate in registry.info(vendor).rates if rate.per < A_DAY and rate.kind == "sliding"]
    async with sandbox_session(le.Session, 0, size=SIZE, retries=0, rates={vendor: rates}, max_wait=A_DAY) as session:
        single = (session.ask(vendor, operation, query) for query in queries)
        asking = session.bulk(vendor, operation, queries) if bulk else asyncio.gather(*single)
        try:
            results: list[Any] = list(await asyncio.wait_for(asking, A_DAY))
        except TimeoutError:
            return Counter(["it hangs"])
    results = [getattr(result, "result", result) for result in results]
    return Counter(str(result) for result in results if not isinstance(result, le.Hit | le.Miss))


async def problems_of(vendor: str, feature: Feature, rounds: list[tuple[int, bool]]) -> list[str]:
    found = questions(vendor, feature)
    problems = [] if found else [f"{feature.operation}: there is nothing to ask it"]
    for count, bulk in rounds if found else ():
        queries = list(itertools.islice(itertools.cycle(found), count))
        wrong = await ask(vendor, feature.operation, queries, bulk)
        how = "in bulk" if bulk else "side by side"
        problems += [f"{feature.operation}, {count} {how}: {text} ({n})" for text, n in wrong.items()]
    return problems


@pytest.mark.slow
@pytest.mark.looptime
@pytest.mark.parametrize("vendor", VENDORS)
async def test_every_operation_answers_one_lead_and_many(vendor: str) -> None:
    problems = [line for feature in features_of(vendor) for line in await problems_of(vendor, feature, ROUNDS)]
    assert problems == []


@pytest.mark.judge
@pytest.mark.looptime
@pytest.mark.parametrize("vendor", VENDORS)
async def test_hundreds_of_leads_share_calls(vendor: str) -> None:
    shared = [feature for feature in features_of(vendor) if is_shared(vendor, feature.operation)]
    problems = [line for feature in shared for line in await problems_of(vendor, feature, SHARED)]
    assert problems == []
