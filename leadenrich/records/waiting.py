"""Rows that are open only because somebody has no key: they are asked again once there is one, and not before."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

OF_RECORD = "a row of this record: "
"""Before the reason of another row that the same record became."""

_PART = re.compile(rf"(?:{OF_RECORD})?(?:\w+: )?no credentials for (\w+)")


def no_key(provider: str) -> str:
    """Return the reason why a provider without a key is not asked."""
    return f"no credentials for {provider}"


def awaited(reason: str | None) -> frozenset[str]:
    """Return the providers whose keys are all that a row waits for; empty where it waits for anything else."""
    parts = [_PART.fullmatch(part) for part in (reason or "").split("; ")]
    return frozenset(part[1] for part in parts if part is not None) if all(parts) else frozenset()


class Waiting:
    """Keys of rows that wait for providers' keys alone.

    Args:
        make: returns an empty set of keys, for each group of providers that rows wait for.
    """

    def __init__(self, make: Callable[[], Any] = set) -> None:
        self._make = make
        self._places: dict[frozenset[str], Any] = {}

    def add(self, key: str, providers: frozenset[str]) -> None:
        """Note that the row with this key waits for these providers' keys."""
        place = self._places.get(providers)
        if place is None:
            place = self._places[providers] = self._make()
        place.add(key)

    def discard(self, key: str) -> None:
        """Forget a key: its row is another one now."""
        for place in self._places.values():
            place.discard(key)

    def in_vain(self, has_key: Callable[[str], bool]) -> Iterator[Any]:
        """Yield the sets of keys whose providers still have no key, every one of them."""
        for providers, place in self._places.items():
            if not any(map(has_key, providers)):
                yield place


class Union:
    """Several sets of keys that share none, as one."""

    def __init__(self, *places: Any) -> None:
        self._places = places

    def __len__(self) -> int:
        return sum(map(len, self._places))

    def __contains__(self, key: object) -> bool:
        return any(key in place for place in self._places)
