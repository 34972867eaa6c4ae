"""What a text says when something is wrong: the true cause, and the word that was most likely meant."""

from __future__ import annotations

import copy
import pickle
import re
from collections.abc import Callable
from typing import Any

import pandas
import pytest

import leadenrich as le
from leadenrich.errors import LeadEnrichError
from tests.waterfall.fakes import FakeSession, lead

FINDER = le.Waterfall("find_email", ["hunter", "apollo"])


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: le.Waterfall("find_email", ["HUNTER"]), "no provider 'HUNTER'; did you mean 'hunter'?"),
        (lambda: le.Waterfall("find_email", ["Contact Out"]), "did you mean 'contactout'?"),
        (lambda: le.Waterfall("find_email", ["hunter.io"]), "did you mean the provider 'hunter'?"),
        (lambda: le.Waterfall("FIND-EMAIL", ["hunter"]), "did you mean 'find_email'?"),
        (
            lambda: le.Waterfall("find_email", ["hunter"], order="cheapest"),
            "order is one of listed, expected_cost, expected_time, or a policy; not 'cheapest'",
        ),
        (lambda: le.Step("hunter", timeout="5"), "a number of seconds above 0, not the text '5'"),
        (lambda: le.Session(timeout="5"), "timeout is a number of seconds above 0, not the text '5'"),
        (lambda: le.Waterfall("find_email", ["hunter"], max_providers="3"), "a whole number from 1, not the text '3'"),
        (
            lambda: le.Waterfall("find_email", ["hunter"], quality_threshold="85"),
            "quality_threshold is a number from 0 to 100, not the text '85'",
        ),
        (lambda: le.Waterfall("find_email", ["hunter"], fields=["E-Mail"]), "did you mean 'email'?"),
        (lambda: le.enrich([], find="phone number", session=FakeSession()), "did you mean 'phone'?"),
        (lambda: le.enrich([], find="mobile", session=FakeSession()), "did you mean 'mobile_phone'?"),
        (lambda: FINDER.explain("leads.csv", session=FakeSession()), "read a file with le.read_csv(path)"),
    ],
)
def test_a_text_names_the_true_cause(make: Callable[[], Any], text: str) -> None:
    with pytest.raises(LeadEnrichError, match=re.escape(text)):
        make()


@pytest.mark.parametrize(
    ("record", "text"),
    [
        ({"fullname": "Mira Okafor"}, "the record has 'fullname': did you mean 'full_name'?"),
        ({"fullname": "Mira Okafor", "company_domain": "brightloom.example"}, "did you mean 'full_name'?"),
        ({"First Name": "Mira", "last_name": "Okafor", "Firma": "Brightloom"}, "'Firma': did you mean 'company_name'?"),
    ],
)
async def test_a_field_under_another_name_is_told(record: dict[str, str], text: str) -> None:
    async with le.Session.sandbox() as session:
        row = await FINDER.enrich(record, session=session)
    assert row.status == "skipped"
    assert text in str(row.reason)
    assert "Mira" not in str(row.reason)


async def test_columns_of_the_callers_own_are_not_taken_for_misspelt_ones() -> None:
    async with le.Session.sandbox() as session:
        row = await FINDER.enrich({"title": "CTO", "Notes": "x", "owner_id": 7, 5: "x"}, session=session)
    assert "did you mean" not in str(row.reason)


def test_a_loop_without_async_names_the_form_that_works() -> None:
    with pytest.raises(TypeError, match="iter_sync"):
        list(FINDER.stream([lead()]))  # type: ignore[call-overload]
    with pytest.raises(TypeError, match="async with"), FINDER.stream([lead()]):
        pass


@pytest.mark.parametrize("threshold", [0.85, 1, 0.5])
def test_a_threshold_on_the_wrong_scale_warns(threshold: float) -> None:
    with pytest.warns(UserWarning, match="the scale is 0 to 100; did you mean") as told:
        le.Waterfall("find_email", ["hunter"], quality_threshold=threshold)
    assert told[0].filename == __file__


def test_a_data_frame_is_planned_by_its_rows() -> None:
    frame = pandas.DataFrame([{"Full Name": f"Mira Okafor {n}", "Domain": f"brightloom{n}.example"} for n in range(40)])
    plan = FINDER.explain(frame, session=le.Session.sandbox())
    assert (plan.records, plan.asked) == (40, 40)
    assert le.Chain([FINDER]).explain(frame, session=le.Session.sandbox()).records == 40


def test_without_a_key_for_a_field_the_variables_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LUSHA_APIKEY", "x")
    with pytest.raises(le.WaterfallError, match=r"no provider you have a key for finds") as told:
        le.enrich([], find="email", session=le.Session(allow=lambda info: info.id == "lusha"))
    assert "apollo (APOLLO_API_KEY)" in str(told.value)
    assert "LUSHA_APIKEY is set: is it meant to be LUSHA_API_KEY?" in str(told.value)


def test_a_data_frame_among_records_names_the_form_for_scripts() -> None:
    with pytest.raises(le.ConfigurationError, match=r"waterfall\.frame_sync\(df\)"):
        FINDER.run_sync(pandas.DataFrame({"email": ["mira@example.com"]}), session=FakeSession({}))


def test_a_field_asked_for_as_an_attribute_is_told_where_it_is() -> None:
    row = le.EnrichedRecord({"email": "mira@example.com"})
    with pytest.raises(AttributeError, match=r"a field is row\['email'\]"):
        row.email  # type: ignore[attr-defined]  # noqa: B018  # what newcomers write
    assert not hasattr(row, "anything_else")
    assert pickle.loads(pickle.dumps(copy.copy(row))).key == row.key
