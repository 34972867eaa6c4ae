"""Official clients as judges: each asks the vendor's fake what the adapter asks, and reads the same in its reply."""

from __future__ import annotations

import asyncio
import os

import pytest
import yaml

from leadenrich.registry import registry
from tests.clients.harness import HERE, Judge, adapters, clients, compare, disagreements, judges, query_of
from tests.clients.specs import specs

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
    question = judge.questions[name]
    query = query_of(judge, question)
    found, theirs, problems = await asyncio.to_thread(clients, judge, question, query)
    result, ours = await adapters(judge, question, query)
    problems += compare(judge, question, theirs, ours)
    problems += disagreements(found, result) if found else []
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("judge", judges(), ids=lambda judge: judge.id)
def test_questions_are_of_the_provider(judge: Judge) -> None:
    info = registry.info(judge.provider)
    asked = {question.operation for question in judge.questions.values()}
    assert {name for name in asked - {"quota", "check"} if info.feature(name) is None} == set()


def test_the_record_holds_every_question() -> None:
    """Write it anew with `python -m tests.clients.record`."""
    recorded = yaml.safe_load((HERE / "judged.yaml").read_text(encoding="utf-8"))
    listed = {(one["provider"], one["operation"], one["by"].partition(" ")[0]) for one in recorded}
    asked = {(judge.provider, one.operation, judge.package) for judge in judges() for one in judge.questions.values()}
    assert {entry for entry in listed if entry[2] != "OpenAPI"} == asked
    assert {entry[0] for entry in listed if entry[2] == "OpenAPI"} == {spec.provider for spec in specs()}
