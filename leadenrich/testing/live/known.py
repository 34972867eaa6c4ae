"""The shapes an operation's replies are known to have: those of its fake and of its cases."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

from leadenrich.contract import Feature
from leadenrich.registry import registry
from leadenrich.sandbox.transport import handlers_of
from leadenrich.sandbox.world import World
from leadenrich.testing.asking import SIZE, candidates
from leadenrich.testing.live.compare import body_of, own, read, shapes
from leadenrich.testing.mock import recorded

SEVERAL = 8
"""People the fake is asked about: what all of them have is always there, what one has is known."""


async def known_of(
    provider: str, feature: Feature, asked: Collection[str], cases: str | Path | None
) -> tuple[dict[str, set[str]], set[str]]:
    """Return the known places with their kinds, and those the adapter reads and always finds in the fake's replies.

    Args:
        provider: whose.
        feature: which operation.
        asked: the words it is asked with.
        cases: a case file.
    """
    bodies: list[Any] = []
    came: list[set[str]] = []
    if handlers_of(provider) is not None:
        for start in range(0, SIZE, SIZE // SEVERAL):  # of different companies
            world = World.of(0, SIZE)
            ways = (tuple(asked), *(way for way in feature.needs if set(way) <= set(asked)))
            queries = (next(candidates(provider, feature, way, world, start), (None, None))[1] for way in ways)
            query = next((one for one in queries if one is not None), None)
            if query is None:
                break
            seen = own(provider, (await recorded(provider, feature.operation, query, 0, SIZE)).exchanges)
            bodies += [body_of(response) for _, response in seen]
            came.append(read(provider, feature.operation, feature.validate(query), seen)[0].came)
    if cases is not None:
        bodies += [body for body in _of_cases(provider, feature, Path(cases))]
    return shapes(bodies), set.intersection(*came) if came else set()


def _of_cases(provider: str, feature: Feature, path: Path) -> list[Any]:
    from leadenrich.testing.cases import load

    return [
        exchange["reply"]["json"]
        for case in load(path, provider)
        if case.operation and registry.check_operation(provider, case.operation) == feature.operation
        for exchange in case.spec.get("exchanges", ())
        if "json" in exchange["reply"] and int(exchange["reply"].get("status", 200)) < 300
    ]
