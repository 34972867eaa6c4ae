"""`Stats` as a JSON file of the caller's, and back."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

from leadenrich.errors import ConfigurationError, DataTransformationError
from leadenrich.waterfall.stats.rates import Domains, Spent


class Counts(Protocol):
    """As much of `Stats` as a file holds: what was counted, step by step and situation by situation."""

    correlation: float
    alike: float
    records: int
    domains: Domains

    @property
    def steps(self) -> tuple[tuple[str, str], ...]:
        """Return every (provider, operation) seen."""
        ...

    def number(self, provider: str, operation: str) -> int:
        """Return the number of a step."""
        ...

    def spent(self, number: int) -> Spent:
        """Return what a step's answers took."""
        ...

    def cells(self) -> Iterator[tuple[str | None, int, int, Sequence[float]]]:
        """Yield (segment, situation, step, counts)."""
        ...

    def told(self, situation: int) -> dict[str, str]:
        """Return a situation in words."""
        ...

    def proof(self, number: int) -> tuple[float, float]:
        """Return how many answers of a step verification has confirmed, and refuted."""
        ...

    def meet(self, asked: float, shown: float, passed: float) -> None:
        """Add records to `domains`."""
        ...

    def restore_proof(self, number: int, good: float, bad: float) -> None:
        """Add such answers."""
        ...

    def fit(self) -> None:
        """See how alike the providers' knowledge is."""
        ...

    def take_as(self, alike: float) -> None:
        """Take it to be so much alike."""
        ...

    def age(self, share: float) -> None:
        """Let everything count for a share of what it did."""
        ...

    def restore(self, step: str, after: Mapping[str, str], segment: str | None, counts: Sequence[float]) -> None:
        """Add counts of a step in a situation."""
        ...


S = TypeVar("S", bound=Counts)

HEAD = "leadenrich_stats"
VERSION = 1
DAY = 86_400.0
HALF_LIFE_DAYS = 90.0
"""After so many days what was saved counts half."""


def save(stats: Counts, path: str | os.PathLike[str]) -> None:
    """Write to a file, whole or not at all."""
    target = Path(path)
    beside = target.with_name(target.name + ".new")
    try:
        beside.write_text(json.dumps(to_dict(stats), indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"{target} cannot be written: {error.strerror}") from None
    beside.replace(target)


def load(
    cls: type[S], paths: Sequence[str | os.PathLike[str]], half_life_days: float | None, settings: Mapping[str, Any]
) -> S:
    """Return what files hold, added up; a file that is not there yet adds nothing.

    Args:
        cls: `Stats`.
        paths: the files.
        half_life_days: days after which what a file holds counts half; None: its age does not matter.
        settings: further arguments of `cls`.
    """
    stats = cls(**settings)
    for number, path in enumerate(paths):
        source = Path(path)
        if not source.exists():
            continue
        try:
            plain = json.loads(source.read_text(encoding="utf-8"))
            one = from_dict(cls, plain, **settings)
            aged(one, plain, half_life_days)
        except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
            raise DataTransformationError(
                f"{source.name} holds no statistics that `Stats.save` wrote ({type(error).__name__})"
            ) from error
        if number == 0 and len(paths) == 1:
            return one
        add(stats, one)
    return stats


def add(stats: Counts, other: Counts) -> None:
    """Add what other statistics have seen. Where nothing was seen before, what they made of it is taken as it is."""
    is_empty = next(stats.cells(), None) is None
    names = [f"{provider}.{operation}" for provider, operation in other.steps]
    for segment, situation, number, counts in list(other.cells()):
        stats.restore(names[number], other.told(situation), segment, list(counts))
    for place, (provider, operation) in enumerate(other.steps):
        number = stats.number(provider, operation)
        stats.spent(number).add(other.spent(place))
        stats.restore_proof(number, *other.proof(place))
    stats.records += other.records
    stats.meet(*other.domains)
    if is_empty:
        stats.take_as(other.alike)
    else:
        stats.fit()


def aged(stats: S, plain: Mapping[str, Any], half_life_days: float | None = HALF_LIFE_DAYS) -> S:
    """Return statistics faded by the age of the plain data they came from."""
    age = max(_now() - float(plain.get("saved_at", _now())), 0.0) / DAY
    if half_life_days is not None and age > 1:
        stats.age(0.5 ** (age / half_life_days))
    return stats


def _now() -> float:
    return datetime.now(UTC).timestamp()


def to_dict(stats: Counts) -> dict[str, Any]:
    """Return everything as plain data; steps and situations by name."""
    names = [f"{provider}.{operation}" for provider, operation in stats.steps]
    return {
        HEAD: VERSION,
        "correlation": stats.correlation,
        "alike": stats.alike,
        "records": stats.records,
        "catch_all": stats.domains._asdict(),
        "saved_at": round(_now()),
        "steps": {
            name: {
                "credits_on_hit": spent.on_hit or {},
                "hits": spent.hits,
                "credits_on_miss": spent.on_miss or {},
                "misses": spent.misses,
                "credits_on_check": spent.on_check or {},
                "checks": spent.checks,
                "seconds": spent.seconds,
                "timed": spent.timed,
                "proved": list(stats.proof(number)),
            }
            for number, name, spent in ((number, name, stats.spent(number)) for number, name in enumerate(names))
        },
        "seen": [
            {"segment": segment, "after": stats.told(situation), "step": names[number], "counts": list(counts)}
            for segment, situation, number, counts in stats.cells()
        ],
    }


def from_dict(cls: type[S], plain: Mapping[str, Any], **settings: Any) -> S:
    """Return `Stats` out of plain data."""
    if plain[HEAD] != VERSION:
        raise ValueError("another version")
    stats = cls(**{"correlation": float(plain["correlation"]), **settings})
    stats.records = int(plain["records"])
    stats.meet(*Domains(**{name: float(count) for name, count in plain.get("catch_all", {}).items()}))
    for name, told in plain["steps"].items():
        provider, _, operation = name.partition(".")
        number = stats.number(provider, operation)
        spent = stats.spent(number)
        stats.restore_proof(number, *told.get("proved", (0.0, 0.0)))
        spent.hits, spent.misses, spent.checks = told["hits"], told["misses"], told["checks"]
        spent.on_hit, spent.on_miss = dict(told["credits_on_hit"]), dict(told["credits_on_miss"])
        spent.on_check, spent.seconds, spent.timed = dict(told["credits_on_check"]), told["seconds"], told["timed"]
    for cell in plain["seen"]:
        stats.restore(cell["step"], cell["after"], cell["segment"], [float(count) for count in cell["counts"]])
    stats.take_as(float(plain.get("alike", stats.alike)))
    return stats
