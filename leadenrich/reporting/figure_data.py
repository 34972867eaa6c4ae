"""The numbers behind each picture, as lists of plain dicts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import combinations
from typing import Any

from leadenrich.reporting.stories import ZERO, Ask, Story

BINS = ((0, 50), (50, 60), (60, 70), (70, 80), (80, 90), (90, 95), (95, 101))
"""Bounds of the confidence, the lower one included."""
MOST_POINTS = 400
"""Points of the line of spend."""

Rows = list[dict[str, Any]]


def in_order(stories: Sequence[Story]) -> list[str]:
    """Return the steps as they were asked: by the mean of their places."""
    places: dict[str, list[int]] = defaultdict(list)
    for story in stories:
        for place, ask in enumerate(story.asks):
            places[ask.name].append(place)
    return sorted(places, key=lambda name: (sum(places[name]) / len(places[name]), -len(places[name]), name))


def by_operation(stories: Sequence[Story]) -> dict[str, list[Story]]:
    """Return the stories of each operation, as those of a chain are of several; its questions alone."""
    groups: dict[str, list[Story]] = defaultdict(list)
    for story in stories:
        parts: dict[str, list[Ask]] = defaultdict(list)
        for ask in story.asks:
            parts[ask.operation].append(ask)
        for operation, asks in parts.items():
            groups[operation].append(Story(asks, story.status, story.usd, story.at, story.whole))
    return groups


def coverage(stories: Sequence[Story]) -> Rows:
    """Return for each step how many records it was asked about, found and completed, cumulative, and cost per find.

    `share` is the cumulative one, of the records that its operation was asked about.
    """
    return [row for group in by_operation(stories).values() for row in _coverage(group)]


def _coverage(stories: Sequence[Story]) -> Rows:
    asked: Counter[str] = Counter()
    found: Counter[str] = Counter()
    accepted: Counter[str] = Counter()
    spent: dict[str, Decimal | None] = defaultdict(lambda: ZERO)
    who: dict[str, Ask] = {}
    first: Counter[str] = Counter()
    for story in stories:
        for ask in story.asks:
            who.setdefault(ask.name, ask)
            asked[ask.name] += 1
            found[ask.name] += ask.found
            accepted[ask.name] += ask.accepted
            before, usd = spent[ask.name], ask.whole_usd
            spent[ask.name] = None if before is None or usd is None else before + usd
        winner = next((ask.name for ask in story.asks if ask.accepted), None)
        if winner is not None:
            first[winner] += 1
    total, rows = 0, []
    for name in in_order(stories):
        total += first[name]
        usd, taken = spent[name], accepted[name]
        rows.append(
            {
                "step": name,
                "provider": who[name].provider,
                "operation": who[name].operation,
                "asked": asked[name],
                "found": found[name],
                "accepted": taken,
                "first": first[name],
                "cumulative": total,
                "share": total / len(stories),
                "usd": None if usd is None else float(usd),
                "usd_per_find": None if usd is None or not taken else float(usd / taken),
            }
        )
    return rows


def overlap(stories: Sequence[Story]) -> Rows:
    """Return for each pair of steps how many records both had an answer for, and the share of those both were asked."""
    names = in_order(stories)
    both: Counter[tuple[str, str]] = Counter()
    asked: Counter[tuple[str, str]] = Counter()
    for story in stories:
        seen = {ask.name: ask.found for ask in story.asks}
        for name, had in seen.items():
            asked[name, name] += 1
            both[name, name] += had
        for one, other in combinations(seen, 2):
            for pair in ((one, other), (other, one)):
                asked[pair] += 1
                both[pair] += seen[one] and seen[other]
    return [
        {
            "step": one,
            "other": other,
            "records": both[one, other],
            "asked": asked[one, other],
            "share": both[one, other] / asked[one, other] if asked[one, other] else None,
        }
        for one in names
        for other in names
    ]


def spend(stories: Sequence[Story], budget: Decimal | None = None) -> Rows:
    """Return the line of spend: by time where every record's is known, else by the number of records."""
    timed = all(story.at is not None for story in stories if story.usd)
    ordered = sorted(stories, key=lambda story: story.at or 0.0) if timed else list(stories)
    start = next((story.at for story in ordered if story.at is not None), 0.0)
    total, rows = ZERO, []
    for number, story in enumerate(ordered, 1):
        total += story.usd or ZERO
        seconds = (story.at - start) if timed and story.at is not None else None
        rows.append(
            {
                "records": number,
                "seconds": seconds,
                "usd": float(total),
                "budget": None if budget is None else float(budget),
            }
        )
    every = -(-len(rows) // MOST_POINTS)
    return [row for place, row in enumerate(rows) if place % every == 0 or place == len(rows) - 1]


def calibration(stories: Sequence[Story]) -> Rows:
    """Return for each step and range of confidence how many answers a verifier judged, and how many were right."""
    judged: Counter[tuple[str, int]] = Counter()
    right: Counter[tuple[str, int]] = Counter()
    sums: dict[tuple[str, int], float] = defaultdict(float)
    for story in stories:
        for ask in story.asks:
            if ask.right is None or ask.confidence is None:
                continue
            place = next(place for place, (_, high) in enumerate(BINS) if ask.confidence < high or high == BINS[-1][1])
            judged[ask.name, place] += 1
            right[ask.name, place] += ask.right
            sums[ask.name, place] += ask.confidence
    return [
        {
            "step": name,
            "from": BINS[place][0],
            "to": min(BINS[place][1], 100),
            "confidence": sums[name, place] / count,
            "judged": count,
            "right": right[name, place],
            "share": right[name, place] / count,
        }
        for (name, place), count in sorted(judged.items())
    ]


def flow(stories: Sequence[Story]) -> Rows:
    """Return the ways of the records: from "records" or a step, to a step, "found" or "not found", and how many."""
    return [
        {"operation": operation, **row} for operation, group in by_operation(stories).items() for row in _flow(group)
    ]


def _flow(stories: Sequence[Story]) -> Rows:
    ways: Counter[tuple[str, str]] = Counter()
    for story in stories:
        here = "records"
        for ask in story.asks:
            ways[here, ask.name] += 1
            here = ask.name
            if ask.accepted:
                ways[here, "found"] += 1
                break
        else:
            ways[here, "not found"] += 1
    ends = {"records": -1, "found": 10**6, "not found": 10**6 + 1}
    places = {name: place for place, name in enumerate(in_order(stories))} | ends
    return [
        {"from": one, "to": other, "records": count}
        for (one, other), count in sorted(ways.items(), key=lambda way: (places[way[0][0]], places[way[0][1]]))
    ]


def all_data(stories: Sequence[Story], budget: Decimal | None = None) -> Mapping[str, Rows]:
    """Return the data of every picture, by its name."""
    return {
        "coverage": coverage(stories),
        "waterfall": flow(stories),
        "overlap": overlap(stories),
        "spend": spend(stories, budget),
        "calibration": calibration(stories),
    }
