"""The order of a chain's waterfalls: what one needs and another gives."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from leadenrich.errors import WaterfallError
from leadenrich.vocabulary import COMPANY_FIELDS, PERSON_FIELDS, Operation
from leadenrich.waterfall.rules.rules import Rules

FAN_OUT: dict[str, tuple[str, ...]] = {
    Operation.SEARCH_PEOPLE: PERSON_FIELDS,
    Operation.SEARCH_COMPANIES: COMPANY_FIELDS,
    Operation.FIND_LOOKALIKES: COMPANY_FIELDS,
}
"""Operations that make several rows of one, and the fields each of those rows brings."""


LEADS_HAVE = frozenset(
    {
        "first_name",
        "last_name",
        "full_name",
        "email",
        "linkedin_url",
        "company_name",
        "company_domain",
        "company_linkedin_url",
        "website",
        "phone",
        "mobile_phone",
        "title",
        "country",
    }
)
"""What a lead may bring; what needs anything else is not planned with."""


def stages_of(waterfalls: Sequence[Rules], inputs: Iterable[str] = ()) -> list[list[int]]:
    """Return the waterfalls' places, level by level: those of one level are independent and run side by side.

    A waterfall runs after whatever finds a field it cannot do without. Unless that closes a circle it also runs after
    those that are there to find a field it can use, wherever they are listed, and after those listed before it that
    may happen to bring one. One with a condition runs after all those listed before it.

    Args:
        waterfalls: as listed.
        inputs: fields the records bring.

    Raises:
        WaterfallError: each of some waterfalls needs what only the next one gives.
    """
    count, known = len(waterfalls), set(inputs)
    after: list[set[int]] = [set() for _ in waterfalls]
    for place in range(count):
        for other in range(count):
            if other != place and not (_aims(waterfalls[other]) & _required(waterfalls[place])).issubset(known):
                after[place].add(other)
    if circle := _circle(after):
        told = ", which needs what ".join(waterfalls[place].operation for place in circle)
        raise WaterfallError(f"these waterfalls wait for each other: {told} gives; say inputs= if the records have it")
    usable = [_usable(waterfall) for waterfall in waterfalls]
    pairs = [(place, other) for place in range(count) for other in range(count) if other != place]
    listed_before = [(place, other) for place, other in pairs if other < place]
    for place, other in listed_before:
        if waterfalls[place].condition is not None or waterfalls[other].operation in FAN_OUT:
            _add(after, place, other)
    for place, other in (*listed_before, *((place, other) for place, other in pairs if other > place)):
        if not _aims(waterfalls[other]).isdisjoint(usable[place]):
            _add(after, place, other)
    for place, other in listed_before:
        if not _supplies(waterfalls[other]).isdisjoint(usable[place]):
            _add(after, place, other)
    return _layers(after)


def unreachable(waterfalls: Sequence[Rules], inputs: Iterable[str]) -> dict[str, set[str]]:
    """Return waterfalls for which no provider can be asked with these inputs and finds, with what they lack."""
    known = {_alias(word) for word in inputs}
    left = list(waterfalls)
    while left:
        ready = [one for one in left if any(_askable(way, known) for way in _ways(one))]
        if not ready:
            break
        for one in ready:
            known |= _supplies(one)
            left.remove(one)
    return {one.operation: set().union(*(set(way) - known for way in _ways(one))) for one in left}


def _askable(way: Sequence[str], known: set[str]) -> bool:
    halves = {"first_name", "last_name"} <= known
    return all(word in known or (word == "full_name" and halves) for word in way)


def _alias(word: str) -> str:
    """Return one word for the two that phones go by."""
    return "mobile_phone" if word == "phone" else word


def _ways(waterfall: Rules) -> list[tuple[str, ...]]:
    """Return every set of words that makes some step askable."""
    return [tuple(_alias(word) for word in way) for state in waterfall.states for way in state.needs or ((),)]


def _required(waterfall: Rules) -> set[str]:
    """Return the words without which no step can be asked."""
    ways = [set(way) for way in _ways(waterfall)]
    return set.intersection(*ways) if ways else set()


def _usable(waterfall: Rules) -> set[str]:
    words = {_alias(word) for state in waterfall.states for word in state.uses}
    return words.union(*(set(way) for way in _ways(waterfall)))


def _aims(waterfall: Rules) -> set[str]:
    """Return the fields a waterfall is there to find."""
    if waterfall.operation in FAN_OUT:
        return set(FAN_OUT[waterfall.operation]) - _usable(waterfall)
    aims = {_alias(word) for word in waterfall.wanted or waterfall.gives}
    return aims if waterfall.wanted else aims - _usable(waterfall)


def _supplies(waterfall: Rules) -> set[str]:
    """Return the fields a waterfall may find beyond those it cannot do without."""
    gives = {*waterfall.gives, *FAN_OUT.get(waterfall.operation, ())}
    return {_alias(word) for word in gives} - _required(waterfall)


def _add(after: list[set[int]], place: int, other: int) -> None:
    """Let one run after another, unless that closes a circle."""
    if other in after[place] or place in _all_before(after, other):
        return
    after[place].add(other)


def _all_before(after: list[set[int]], place: int) -> set[int]:
    seen: set[int] = set()
    todo = [place]
    while todo:
        for other in after[todo.pop()]:
            if other not in seen:
                seen.add(other)
                todo.append(other)
    return seen


def _circle(after: list[set[int]]) -> list[int]:
    for place in range(len(after)):
        if place in _all_before(after, place):
            trail = [place]
            while True:
                nearer = next(other for other in after[trail[-1]] if place in {other} | _all_before(after, other))
                if nearer == place:
                    return [*trail, place]
                trail.append(nearer)
    return []


def _layers(after: list[set[int]]) -> list[list[int]]:
    done: set[int] = set()
    layers: list[list[int]] = []
    while len(done) < len(after):
        layer = [place for place, before in enumerate(after) if place not in done and before <= done]
        layers.append(layer)
        done.update(layer)
    return layers
