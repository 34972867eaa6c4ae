"""Official clients as judges: each asks the vendor's fake what the adapter asks, and reads the same in its reply."""

from __future__ import annotations

import os
from collections import Counter
from typing import Any

import pytest
import yaml

from leadenrich.registry import registry
from tests.clients.harness import HERE, Judge, disputes, judges
from tests.clients.record import by_specs, place

AT_HAND = [judge for judge in judges() if judge.version is not None]
QUESTIONS = [pytest.param(judge, name, id=f"{judge.id} {name}") for judge in AT_HAND for name in judge.questions]
# Clients warn of their own accord; what they warn of is not ours to mend.
pytestmark = pytest.mark.filterwarnings("ignore")


def test_every_client_is_at_hand() -> None:
    """The clients have a dependency group of their own; without it their questions are not asked, and this says so."""
    missing = [judge.package for judge in judges() if judge.version is None]
    if missing and not os.environ.get("LEADENRICH_ALL_CLIENTS"):
        pytest.skip(f"install the group `clients` to be judged by: {', '.join(missing)}")
    assert missing == []


@pytest.mark.parametrize(("judge", "name"), QUESTIONS)
async def test_client_and_adapter_agree(judge: Judge, name: str) -> None:
    problems = await disputes(judge, judge.questions[name])
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("judge", judges(), ids=lambda judge: judge.id)
def test_questions_are_of_the_provider(judge: Judge) -> None:
    info = registry.info(judge.provider)
    asked = {question.operation for question in judge.questions.values()}
    assert {name for name in asked - {"quota", "check"} if info.feature(name) is None} == set()


def recorded() -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = yaml.safe_load((HERE / "judged.yaml").read_text(encoding="utf-8"))
    return entries


def test_the_record_holds_every_question() -> None:
    """The docs' table is made of the record; write it anew with `python -m tests.clients.record`."""
    asked = Counter(
        (judge.provider, one.operation, judge.package, judge.official)
        for judge in judges()
        for one in judge.questions.values()
    )
    by_clients = [one for one in recorded() if not one["by"].startswith("OpenAPI ")]
    listed = {
        (one["provider"], one["operation"], one["by"].partition(" ")[0], one["official"]): one["questions"]
        for one in by_clients
    }
    assert listed == dict(asked)
    assert len(by_clients) == len(listed)


async def test_the_record_holds_what_the_files_judge() -> None:
    """Every operation that asks an endpoint of a published file, and no other."""
    assert [one for one in recorded() if one["by"].startswith("OpenAPI ")] == sorted(await by_specs(), key=place)


@pytest.mark.parametrize("judge", AT_HAND, ids=lambda judge: judge.id)
def test_the_record_names_the_major_version_at_hand(judge: Judge) -> None:
    """A newer client may ask otherwise: then it is recorded anew."""
    assert judge.version is not None
    said = {one["by"].partition(" ")[2] for one in recorded() if one["by"].partition(" ")[0] == judge.package}
    assert {one.partition(".")[0] for one in said} == {judge.version.partition(".")[0]}
