"""Ready-made questions: each is declared whole, and answers by its types on the sandbox."""

from pathlib import Path
from typing import Any

import pytest

import leadenrich as le
from leadenrich.research import template, templates
from leadenrich.research.evidence import made_up

ALL = templates()
GIVEN: dict[str, Any] = {
    "criteria": ["sells to hospitals", "has more than 50 people"],
    "product": "route planning",
    "other": "Brightloom Holding",
    "industries": ["logistics", "textiles", "health care"],
    "segment": "hospitals",
    "subject": "procurement",
    "offer": "route planning",
    "first_mail": "Hello, would you like to see our route planning?",
}


def parameters(one: Any) -> dict[str, Any]:
    return {name: GIVEN[name] for name, part in one.parameters.items() if part.required}


def test_there_are_at_least_twenty_and_they_show_as_a_table() -> None:
    assert len(ALL) >= 20
    lines = repr(ALL).splitlines()
    assert lines[0].split() == ["name", "version", "what", "for", "parameters", "answer"]
    assert len(lines) == 1 + len(ALL)
    assert len({one.name for one in ALL}) == len(ALL)


def test_no_two_answer_in_the_same_column_so_any_of_them_fit_into_one_chain() -> None:
    columns = [column for one in ALL for column in one.answer if column != "company_domain"]
    assert len(columns) == len(set(columns))


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.name)
async def test_a_template_answers_by_its_types(one: Any) -> None:
    question = one(["openai"], **parameters(one))
    async with le.Session.sandbox(knows="everything") as session:
        world = session.transport.world  # type: ignore[attr-defined]  # the sandbox's own
        company = world.company(5)
        record = {
            "company_name": company.company_name,
            "title": "Head of Procurement",
            "first_name": "Mira",
        }
        if one.operation == "generate":
            record["latest_news"] = f"{company.company_name} opens an office"
        if one.name != "official_domain":
            record["company_domain"] = company.company_domain
        row = await question.enrich(record, session=session)
    assert row.status == "complete", row.explain()
    for name, column in question.columns.items():
        assert column.read(row[name]) == row[name]
        assert row.values[name].confidence_source == "model"
    if one.operation == "research":
        assert all(value.citations for value in row.values.values())
    if one.name == "official_domain":
        assert row["company_domain"] == company.company_domain


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.name)
def test_each_parameter_and_field_says_what_it_means(one: Any) -> None:
    assert one.title
    for part in (*one.parameters.values(), *one.answer.values()):
        assert len(part.description) > 10
    for name, part in one.parameters.items():
        if part.required:
            with pytest.raises(le.ConfigurationError, match=f"needs {name}="):
                one(["openai"], **{key: value for key, value in parameters(one).items() if key != name})


def test_wrong_parameters_are_told() -> None:
    icp = template("icp_fit")
    for settings, words in (
        ({"criteria": "hospitals"}, "is a list of texts, not"),
        ({"criteria": []}, "is a list of texts"),
        ({"criteria": ["a"], "citeria": 1}, "no parameter 'citeria'; did you mean 'criteria'"),
    ):
        with pytest.raises(le.ConfigurationError, match=words):
            icp(["openai"], **settings)
    with pytest.raises(le.ConfigurationError, match="did you mean 'icp_fit'"):
        template("icp_fitt")
    with pytest.raises(le.ConfigurationError, match="is a whole number"):
        template("recent_news")(["openai"], days=True)


OWN = """
version = 3
title = "Loading docks"
question = "How many loading docks does {company_name} have in <<city>>?"
[parameters.city]
kind = "text"
description = "Which city is meant"
default = "Hamburg"
[answer.docks]
kind = "whole"
description = "How many docks it has there"
"""


def test_templates_of_ones_own_come_from_files(tmp_path: Path) -> None:
    path = tmp_path / "docks.toml"
    path.write_text(OWN)
    own = le.research.load(path)
    assert (own.name, own.version) == ("docks", 3)
    assert own(["openai"]).prompt.text == "How many loading docks does {company_name} have in Hamburg?"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("version = 3", "version = 0", "version"),
        ('kind = "whole"', 'kind = "wole"', "answer.docks.kind"),
        ("<<city>>", "<<town>>", "no parameter 'town'"),
        ('kind = "whole"', 'kind = "choice"', "choice without options"),
        ("version = 3", "version = [", "is no TOML"),
        ("version = 3", 'version = 3\ngrounded = ["x"]', "grounded names no answer"),
        ("version = 3", "version = 3\nquestoin = 1", "questoin"),
    ],
)
def test_what_is_wrong_with_a_file_is_told(tmp_path: Path, old: str, new: str, words: str) -> None:
    path = tmp_path / "docks.toml"
    path.write_text(OWN.replace(old, new, 1))
    with pytest.raises(le.ConfigurationError, match=words):
        le.research.load(path)
    with pytest.raises(le.ConfigurationError, match="cannot be read"):
        le.research.load(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("text", "fine"),
    [
        ("Your new office in Hamburg caught our eye.", True),
        ("Congratulations on 40 new people.", True),
        ("Congratulations on 400 new people.", False),
        ("We did the same for Nordwind last year.", False),
        ("Saw that you grow. Hamburg is a good place.", True),
    ],
)
def test_a_written_text_may_name_only_what_it_was_given(text: str, fine: bool) -> None:
    assert (made_up(text, "Brightloom opens an office in Hamburg for 40 people") is None) is fine


async def test_an_opener_that_makes_something_up_is_refused() -> None:
    from tests.engine.vendors import Server
    from tests.research.replies import claims, openai

    opener = template("email_opener")(["openai"], offer="route planning")
    record = {"company_name": "Brightloom", "latest_news": "Brightloom opens an office in Hamburg"}
    for text, status in (
        ("Your new office in Hamburg will need routes.", "complete"),
        ("As with Nordwind, we would cut 30 percent.", "not_found"),
    ):
        server = Server({"/v1/responses": openai(claims(opener=text))})
        async with le.Session({"openai": "key-for-tests"}, transport=server) as session:
            row = await opener.enrich(record, session=session)
        assert row.status == status
