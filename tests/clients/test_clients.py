"""Official clients as judges: each asks the vendor's fake what the adapter asks, in the same words, and reads the same."""

from __future__ import annotations

import pytest

from leadenrich.registry import registry
from tests.clients.harness import Judge, adapters, clients, compare, disagreements, judges, query_of

QUESTIONS = [
    pytest.param(judge, name, id=f"{judge.id} {name}") for judge in judges() for name in judge.questions
]
# Clients warn of their own accord; what they warn of is not ours to mend.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.mark.parametrize(("judge", "name"), QUESTIONS)
async def test_client_and_adapter_agree(judge: Judge, name: str) -> None:
    if judge.version is None:
        pytest.skip(f"{judge.package} is not installed")
    question = judge.questions[name]
    query = query_of(judge, question)
    found, theirs, problems = clients(judge, question, query)
    result, ours = await adapters(judge, question, query)
    problems += compare(judge, question, theirs, ours)
    problems += disagreements(found, result) if found else []
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("judge", judges(), ids=lambda judge: judge.id)
def test_questions_are_of_the_provider(judge: Judge) -> None:
    info = registry.info(judge.provider)
    asked = {question.operation for question in judge.questions.values()}
    assert {name for name in asked - {"quota", "check"} if info.feature(name) is None} == set()
