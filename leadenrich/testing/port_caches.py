"""The checks of a cache: what is read is what was kept."""

from __future__ import annotations

import asyncio
import copy
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from leadenrich.testing.port_check import settled

ANSWER: dict[str, Any] = {
    "hit": True,
    "provider": "acme",
    "operation": "find_email",
    "observed_at": "2026-11-24T10:00:00+00:00",
    "credits": {"acme": "0.1"},
    "usd": None,
    "who": ["00ff", "11ee"],
    "data": {
        "full_name": "Mira Okafor-Łęcka 李",
        "founded_year": 1999,
        "amount": {"$decimal": "0.10"},
        "is_free": False,
    },
    "confidence": 97.5,
}
MISS: dict[str, Any] = {
    "hit": False,
    "provider": "acme",
    "operation": "find_email",
    "credits": {},
    "usd": "0",
    "who": [],
}
MANY = 200


def key_of(number: int) -> str:
    """Return a key such as the engine makes."""
    return hashlib.blake2b(str(number).encode(), digest_size=20).hexdigest()


class Tried:
    """A cache under test, its methods awaited where they are async."""

    def __init__(self, cache: Any, reopen: Callable[[Any], Any] | None, expire: Callable[[float], Any] | None) -> None:
        self._cache, self._reopen, self._expire = cache, reopen, expire

    async def get(self, number: int) -> Any:
        """Return what is kept under a key."""
        return await settled(self._cache.get(key_of(number)))

    async def set(self, number: int, value: Mapping[str, Any], **more: float) -> None:
        """Keep something under a key."""
        await settled(self._cache.set(key_of(number), value, **more))

    async def reopened(self) -> Tried:
        """Return another cache over the same store."""
        assert self._reopen is not None
        return Tried(await settled(self._reopen(self._cache)), self._reopen, self._expire)

    async def expire(self, seconds: float) -> None:
        """Let time pass."""
        assert self._expire is not None
        await settled(self._expire(seconds))

    async def differs(self, number: int, due: Mapping[str, Any] | None) -> list[str]:
        """Return what is wrong with what is kept under a key."""
        found = await self.get(number)
        if due is None:
            return [] if found is None else [f"{found!r} was read, and nothing was kept"]
        if not isinstance(found, Mapping):
            return [f"a {type(found).__name__} was read, not the mapping that was kept"]
        return _differences(dict(found), due, "")


Make = Callable[[], Awaitable[Tried]]


async def nothing_is_none(make: Make) -> list[str]:
    """What was never set is None."""
    cache = await make()
    return await cache.differs(1, None)


async def what_is_read_is_what_was_kept(make: Make) -> list[str]:
    """Text, numbers, lists, mappings, None, True and False come back as they were, in every language."""
    cache = await make()
    await cache.set(1, copy.deepcopy(ANSWER))
    await cache.set(2, copy.deepcopy(MISS))
    return [*await cache.differs(1, ANSWER), *await cache.differs(2, MISS), *await cache.differs(3, None)]


async def the_last_one_counts(make: Make) -> list[str]:
    """A second `set` takes the place of the first."""
    cache = await make()
    await cache.set(1, ANSWER)
    await cache.set(1, MISS)
    return await cache.differs(1, MISS)


async def a_ttl_is_taken(make: Make) -> list[str]:
    """`set` takes the keyword `ttl`; what is not too old is there."""
    cache = await make()
    await cache.set(1, ANSWER, ttl=3600.0)
    return await cache.differs(1, ANSWER)


async def a_crowd_finds_its_own(make: Make) -> list[str]:
    """Many answers kept at once do not get mixed up."""
    cache = await make()
    answers = {number: {**ANSWER, "confidence": number} for number in range(MANY)}
    await asyncio.gather(*(cache.set(number, value) for number, value in answers.items()))
    found = await asyncio.gather(*(cache.differs(number, value) for number, value in answers.items()))
    return [line for lines in found for line in lines][:3]


async def another_over_the_same_store_finds_them(make: Make) -> list[str]:
    """A cache that is opened again, or in another process, reads what was kept."""
    cache = await make()
    await cache.set(1, ANSWER)
    again = await cache.reopened()
    return await again.differs(1, ANSWER)


async def what_is_too_old_is_none(make: Make) -> list[str]:
    """Once its `ttl` has passed, an answer is not used."""
    cache = await make()
    await cache.set(1, ANSWER, ttl=10.0)
    await cache.set(2, MISS)
    await cache.expire(11.0)
    return [*await cache.differs(1, None), *await cache.differs(2, MISS)]


CHECKS: dict[str, Callable[[Any], Awaitable[list[str]]]] = {
    "nothing is None": nothing_is_none,
    "what is read is what was kept": what_is_read_is_what_was_kept,
    "the last one counts": the_last_one_counts,
    "a ttl is taken": a_ttl_is_taken,
    "a crowd finds its own": a_crowd_finds_its_own,
}
"""Checks for every cache."""

REOPENED: dict[str, Callable[[Any], Awaitable[list[str]]]] = {
    "another over the same store finds them": another_over_the_same_store_finds_them
}
"""For a cache that lasts."""

EXPIRY: dict[str, Callable[[Any], Awaitable[list[str]]]] = {"what is too old is None": what_is_too_old_is_none}
"""For a cache whose clock the test can move."""


def _differences(found: Any, due: Any, place: str) -> list[str]:
    if isinstance(found, Mapping) and isinstance(due, Mapping):
        lines = [f"{place}{key} is not there" for key in due if key not in found]
        lines += [f"{place}{key} was not kept" for key in found if key not in due]
        return lines + [
            line for key in due if key in found for line in _differences(found[key], due[key], f"{place}{key}.")
        ]
    if found == due and isinstance(found, bool) == isinstance(due, bool):
        return []
    return [f"{place.rstrip('.')} is {found!r}, not {due!r}"]
