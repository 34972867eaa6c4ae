"""`Stats` as a JSON file of the caller's, and back."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

from leadenrich.errors import ConfigurationError, DataTransformationError
from leadenrich.waterfall.stats.rates import Spent


class Counts(Protocol):
    """As much of `Stats` as a file holds: what was counted, step by step and situation by situation."""

    correlation: float
    records: int

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

    def restore(self, step: str, after: Mapping[str, str], segment: str | None, counts: Sequence[float]) -> None:
        """Add counts of a step in a situation."""
        ...


S = TypeVar("S", bound=Counts)

HEAD = "leadenrich_stats"
VERSION = 1


def save(stats: Counts, path: str | os.PathLike[str]) -> None:
    """Write to a file, whole or not at all."""
    target = Path(path)
    beside = target.with_name(target.name + ".new")
    try:
        beside.write_text(json.dumps(to_dict(stats), indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"{target} cannot be written: {error.strerror}") from None
    beside.replace(target)


def load(cls: type[S], path: str | os.PathLike[str], **settings: Any) -> S:
    """Return what a file holds, or new `Stats` where there is no file yet."""
    source = Path(path)
    if not source.exists():
        return cls(**settings)
    try:
        return from_dict(cls, json.loads(source.read_text(encoding="utf-8")), **settings)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise DataTransformationError(
            f"{source.name} holds no statistics that `Stats.save` wrote ({type(error).__name__})"
        ) from error


def to_dict(stats: Counts) -> dict[str, Any]:
    """Return everything as plain data; steps and situations by name."""
    names = [f"{provider}.{operation}" for provider, operation in stats.steps]
    return {
        HEAD: VERSION,
        "correlation": stats.correlation,
        "records": stats.records,
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
            }
            for name, spent in ((name, stats.spent(number)) for number, name in enumerate(names))
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
    for name, told in plain["steps"].items():
        provider, _, operation = name.partition(".")
        spent = stats.spent(stats.number(provider, operation))
        spent.hits, spent.misses, spent.checks = told["hits"], told["misses"], told["checks"]
        spent.on_hit, spent.on_miss = dict(told["credits_on_hit"]), dict(told["credits_on_miss"])
        spent.on_check, spent.seconds, spent.timed = dict(told["credits_on_check"]), told["seconds"], told["timed"]
    for cell in plain["seen"]:
        stats.restore(cell["step"], cell["after"], cell["segment"], [float(count) for count in cell["counts"]])
    return stats
