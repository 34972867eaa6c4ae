"""Evaluation ranks three fake models as they are built: one that reads well, one that is shy, one that errs."""

import json
import re
from typing import Any

import pytest

import leadenrich as le
from leadenrich.research import Research, evaluate, labelled

FAKES = ["openai:sandbox-hasty", "anthropic:sandbox-exact", "gemini:sandbox-shy"]


@pytest.mark.parametrize("name", labelled())
async def test_three_fake_models_are_ranked_as_built(name: str) -> None:
    rows = labelled(name)
    question = rows.question(["openai"], require_quotes=True)
    async with le.Session.sandbox(budget=le.Budget(usd=1)) as session:
        scores = await evaluate(question, rows.rows, models=FAKES, session=session, repeats=2)
    assert scores.ranking[0] == "anthropic:sandbox-exact"
    best = scores[0]
    assert (best.accuracy, best.precision, best.citation_validity, best.steadiness) == (1, 1, 1, 1)
    by_model = {one.model: one for one in scores}
    hasty, shy = by_model["openai:sandbox-hasty"], by_model["gemini:sandbox-shy"]
    assert shy.precision == 1
    assert shy.abstention > best.abstention
    assert hasty.accuracy < 1
    assert (hasty.precision or 0) < 1 or (hasty.abstention > best.abstention)  # what it makes up has no true quote
    assert hasty.usd_per_question is not None
    assert best.usd_per_question is not None
    assert hasty.usd_per_question < best.usd_per_question


async def test_without_checks_a_model_that_makes_things_up_shows_by_its_citations() -> None:
    rows = labelled("employees")
    async with le.Session.sandbox() as session:
        scores = await evaluate(rows.question(["openai"]), rows.rows, models=FAKES[:2], session=session)
    exact, hasty = scores
    assert exact.citation_validity == 1
    assert (hasty.citation_validity or 0) < 1
    assert (hasty.precision or 0) < 1


async def test_it_shows_as_a_table_and_as_a_plot() -> None:
    rows = labelled("pricing_model")
    async with le.Session.sandbox() as session:
        scores = await evaluate(rows.question(["openai"]), rows.rows, models=FAKES, session=session)
    lines = repr(scores).splitlines()
    assert lines[0].split()[:4] == ["model", "column", "accuracy", "precision"]
    assert lines[1].startswith("anthropic:sandbox-exact")
    assert "<table>" in scores._repr_html_()
    points = scores.plot_data()
    assert [one["label"] for one in points] == scores.ranking
    assert points[0]["y"] == 1
    assert points[0]["x"] > points[-1]["x"]
    assert len(re.findall("<circle", scores.svg())) == 3
    assert json.loads(json.dumps(scores.to_dict()))["ranking"] == scores.ranking


async def test_the_questions_own_models_each_alone_where_none_are_named() -> None:
    steps = [le.Step("openai", options={"model": name}) for name in ("sandbox-exact", "sandbox-shy")]
    rows = labelled("employees")
    question = rows.question(steps, agree=2)
    async with le.Session.sandbox() as session:
        scores = await evaluate(question, rows.rows, session=session)
    assert set(scores.ranking) == {"openai:sandbox-exact", "openai:sandbox-shy"}
    assert scores[0].accuracy == 1


async def test_a_repeat_is_asked_again_and_pages_are_not_read_again() -> None:
    rows = [{"record": {"company_domain": "brightloom.example"}, "expected": {"products": None}}]
    question = Research(
        "What is sold at {company_domain}?", ["openai"], answer={"products": list[str]}, read=["tavily"]
    )
    async with le.Session.sandbox() as session:
        await evaluate(question, rows, session=session, repeats=3)
        books = session.transport.books  # type: ignore[attr-defined]  # the sandbox's own
        assert (books["openai"].calls, books["tavily"].calls) == (3, 1)


def test_labelled_sets_are_small_invented_and_say_when_it_cannot_be_known() -> None:
    assert len(labelled()) == 3
    for name in labelled():
        rows = labelled(name).rows
        assert len(rows) == 14
        assert any(None in row["expected"].values() for row in rows)
        assert all(row["record"]["company_domain"].endswith(".example") for row in rows)
    with pytest.raises(le.ConfigurationError, match="did you mean 'employees'"):
        labelled("employes")


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([], "nothing to evaluate"),
        ([{"record": {}}], "labelled row 0"),
        ([{"record": {}, "expected": {"prodcts": 1}}], "did you mean 'products'"),
        (["x"], "labelled row 0"),
    ],
)
async def test_wrong_rows_are_told(rows: Any, words: str) -> None:
    question = Research("What does {company_name} sell?", ["openai"], answer={"products": list[str]})
    with pytest.raises(le.ConfigurationError, match=words):
        await evaluate(question, rows, session=le.Session.sandbox())
