"""Writes `judged.yaml`: which operation was judged by whom and when; run where the group `clients` is installed.

    python -m tests.clients.record [--date 2026-11-24]

A client's questions are asked first, in seconds: one that fails or hangs is not recorded, and is named.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from leadenrich.registry import registry
from leadenrich.testing.asking import SIZE, features_of
from leadenrich.testing.mock import recorded
from leadenrich.testing.questions import known_query
from tests.clients.harness import disputes, judges
from tests.clients.specs import Spec, path_of, specs

TARGET = Path(__file__).parent / "judged.yaml"
LONGEST = 60.0
"""Seconds of the wall clock that one question may take: a client that polls sleeps for real."""


async def by_clients(date: str) -> list[dict[str, Any]]:
    """Return an entry for each operation that an installed client agrees on."""
    entries = []
    for judge in judges():
        asked: dict[str, int] = {}
        for question in judge.questions.values() if judge.version else ():
            try:
                async with asyncio.timeout(LONGEST):
                    problems = await disputes(judge, question)
            except TimeoutError:
                problems = [f"no answer within {LONGEST:g} s"]
            if problems:
                print(f"left out: {judge.id} {question.operation}: {'; '.join(problems)}")
                continue
            asked[question.operation] = asked.get(question.operation, 0) + 1
        who = f"{judge.package} {judge.version}"
        entries += [
            {
                "provider": judge.provider,
                "operation": name,
                "by": who,
                "official": judge.official,
                "on": date,
                "questions": count,
            }
            for name, count in asked.items()
        ]
    return entries


async def by_specs() -> list[dict[str, Any]]:
    """Return an entry for each operation that asks an endpoint of a published OpenAPI file."""
    return [
        {
            "provider": spec.provider,
            "operation": name,
            "by": f"OpenAPI {spec.source}",
            "official": spec.official,
            "on": spec.read,
        }
        for spec in specs()
        for name in [feature.operation for feature in features_of(spec.provider)]
        if await _covered(spec, name)
    ]


def place(entry: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return where an entry stands in the file."""
    return entry["provider"], entry["operation"], entry["by"]


async def _covered(spec: Spec, operation: str) -> bool:
    feature = registry.info(spec.provider).feature(operation)
    assert feature is not None
    seen = await recorded(spec.provider, operation, known_query(spec.provider, feature), 0, SIZE)
    return any(spec.endpoint(request.method, path_of(spec.provider, str(request.url))) for request, _ in seen.exchanges)


async def main() -> None:
    """Ask, and write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--date", default=f"{datetime.now(UTC):%Y-%m-%d}")
    entries = [*await by_clients(parser.parse_args().date), *await by_specs()]
    entries.sort(key=place)
    TARGET.write_text(yaml.safe_dump(entries, sort_keys=False, width=160), encoding="utf-8")
    print(f"{len(entries)} entries, {sum(entry.get('questions', 0) for entry in entries)} questions")


if __name__ == "__main__":
    asyncio.run(main())
