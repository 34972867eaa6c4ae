"""What users get wrong with waterfalls, chains and streams: a typed error that says what to give, and never a hang."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import leadenrich as le

PERSON = {"full_name": "Mira Okafor", "company_domain": "brightloom.example"}
FIND = le.Waterfall("find_email", ["hunter", "findymail"])


def session(**settings: Any) -> le.Session:
    return le.Session.sandbox(**settings)


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: le.Waterfall("find_email", ["hunter"], fields=5), "fields is a list"),
        (lambda: le.Waterfall("find_email", ["hunter"], fields=[["email"]]), "no field"),
        (lambda: le.Waterfall("find_email", ["hunter"], verify=True), "verify is a list"),
        (
            lambda: le.Waterfall("find_email", ["hunter"], quality_threshold="85"),
            "quality_threshold is a number from 0 to 100",
        ),
        (lambda: le.Waterfall("find_email", ["hunter"], value="0.08"), "value is a number"),
        (lambda: le.Waterfall("find_email", ["hunter"], value=-1), "value is a number"),
        (lambda: le.Waterfall("find_email", ["hunter"], catch_all_memory=-1), "catch_all_memory"),
        (lambda: le.Waterfall("find_email", ["hunter"], accept="good"), "accept is a function"),
        (lambda: le.Waterfall("find_email", ["hunter"], segment=5), "segment is a function"),
        (lambda: le.Waterfall("find_email", ["hunter"], stats="stats.json"), "Stats.load"),
        (lambda: le.Waterfall("find_email", ["hunter"], patterns=["{first}"]), "patterns is a mapping"),
        (lambda: le.Waterfall("find_email", [le.Step("hunter", options=["x"])]), "options of step 'hunter'"),
        (lambda: le.Waterfall("find_email", [le.Step("hunter", options={5: "x"})]), "no option 5"),
        (lambda: le.Waterfall("find_email", [le.Step("hunter", operation=5)]), "operation of step 'hunter'"),
        (lambda: le.Chain(None), "at least one waterfall"),
        (lambda: le.Chain(FIND), "waterfalls is a list"),
        (lambda: le.Chain([FIND], fields=5), "fields is a list"),
        (lambda: le.Chain([FIND], fields=["emial"]), "did you mean 'email'"),
        (lambda: le.Chain([FIND], inputs=[5]), "inputs names fields"),
        (lambda: le.enrich([PERSON], find=None, session=session()), "find is a list"),
        (lambda: le.enrich([PERSON], find=[["email"]], session=session()), "no field"),
        (lambda: le.enrich([PERSON], find=["email"], session="sandbox"), "session is a le.Session"),
        (lambda: FIND.explain([PERSON], session=session(), budget=5), "le.Budget"),
        (lambda: FIND.explain([PERSON], session=session(), concurrency="5"), "concurrency"),
        (lambda: FIND.explain([PERSON], session=le.Session), "the class Session"),
        (lambda: le.replay(None, FIND), "nothing to replay"),
        (lambda: le.replay(5, FIND), "a FileLedger, or rows"),
        (lambda: le.replay([], None), "a le.Waterfall"),
        (lambda: FIND.dump("/nonexistent/folder/find.toml"), "cannot be written"),
        (lambda: session(misbehave={"hunter": True}), "misbehave"),
        (lambda: session(misbehave=["hunter"]), "misbehave"),
        (lambda: session(misbehave={"hunter": {"errors": "many"}}), "between 0 and 1"),
        (lambda: le.research.Prompt(5), "a prompt is a text"),
    ],
)
def test_settings_of_the_wrong_kind(make: Any, text: str) -> None:
    with pytest.raises((le.WaterfallError, le.ConfigurationError), match=text):
        make()


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"concurrency": None}, "concurrency"),
        ({"budget": 5}, "le.Budget"),
        ({"budget": le.Budget(credits={"huntr": 5})}, "did you mean 'hunter'"),
        ({"key": 5}, "key is a function"),
        ({"done": "abc"}, "done= takes"),
        ({"done": 5}, "done= takes"),
        ({"progress": "bar"}, "progress is a function"),
        ({"retry_failed": 5}, "retry_failed is a list"),
        ({"pilot": 1, "approve": 5}, "approve is a function"),
        ({"session": "sandbox"}, "session is a le.Session"),
        ({"session": le.Session}, "the class Session"),
    ],
)
def test_options_of_a_run(options: dict[str, Any], text: str) -> None:
    given = {"session": session(), **options}
    with pytest.raises(le.ConfigurationError, match=text):
        FIND.run_sync([PERSON], **given)
    with pytest.raises(le.ConfigurationError, match=text):
        list(FIND.iter_sync([PERSON], **given))


@pytest.mark.parametrize("records", ["leads.csv", b"leads.csv", Path("leads.csv"), 5, None, open])
def test_what_is_no_source_is_an_error_of_both_sync_forms(records: Any) -> None:
    with pytest.raises(le.ConfigurationError, match="records is"):
        FIND.run_sync(records, session=session())
    with pytest.raises(le.ConfigurationError, match="records is"):
        list(FIND.iter_sync(records, session=session()))


def test_an_open_file_is_no_source(tmp_path: Path) -> None:
    (tmp_path / "leads.csv").write_text("full_name\nMira Okafor\n")
    with (tmp_path / "leads.csv").open() as file, pytest.raises(le.ConfigurationError, match="read_csv"):
        FIND.run_sync(file, session=session())


async def test_two_consumers_share_one_stream() -> None:
    async with session() as one:
        stream = FIND.stream([PERSON] * 30, session=one, concurrency=3)

        async def take() -> int:
            return len([row async for row in stream])

        assert sum(await asyncio.wait_for(asyncio.gather(take(), take(), take()), 20)) == 30


async def test_a_session_closed_under_a_stream_ends_no_lead_in_a_hang() -> None:
    people = [{**PERSON, "full_name": f"Mira Okafor{letter}"} for letter in "abcdefghijklmnopqrstuvwxyz"]
    async with session() as one:
        rows = []
        async with FIND.stream(people, session=one, concurrency=3) as stream:
            async with asyncio.timeout(20):
                async for row in stream:
                    rows.append(row)
                    if len(rows) in (3, 4, 9):
                        await one.aclose()
    assert len(rows) == 26


async def test_a_stream_begun_without_a_loop_is_left_in_peace() -> None:
    stream = FIND.stream([PERSON], session=session())

    def begin() -> None:
        with pytest.raises(RuntimeError, match="no running event loop"):
            stream.__aenter__().send(None)

    await asyncio.to_thread(begin)
    assert [row.status async for row in stream]


@pytest.mark.parametrize("choice", [99, "hunter"])
def test_an_order_that_chooses_no_step_fails_the_row(choice: Any) -> None:
    odd = le.Waterfall("find_email", ["hunter", "findymail"], order=lambda candidates, state: choice)
    (row,) = odd.run_sync([PERSON], session=session())
    assert row.status == "failed"
    assert "`order` chose" in str(row.reason)


def test_what_breaks_is_logged_by_place_not_by_its_words(caplog: pytest.LogCaptureFixture) -> None:
    def choose(candidates: Any, state: Any) -> int:
        raise ValueError(state.row.data["full_name"])

    (row,) = le.Waterfall("find_email", ["hunter"], order=choose).run_sync([PERSON], session=session())
    assert row.reason == "internal error: ValueError"
    assert "test_misuse.py" in caplog.text
    assert "Mira Okafor" not in caplog.text


async def test_a_row_is_no_sequence_and_a_summary_is_ready_for_json() -> None:
    async with session(knows="everything") as one:
        stream = FIND.stream([PERSON], session=one)
        (row,) = await stream
    for read in (list, dict):
        with pytest.raises(TypeError, match="not iterable"):
            read(row)
    assert json.loads(json.dumps(stream.summary.to_dict()))["rows"] == 1


async def test_one_column_of_a_frame_may_be_named_alone() -> None:
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("narwhals")
    frame = await FIND.frame(pandas.DataFrame([PERSON]), session=session(), columns="full_name")
    assert list(frame.columns) == ["full_name"]


def test_leaving_a_loop_that_never_began_leaves_no_thread() -> None:
    rows: Iterator[le.EnrichedRecord] = FIND.iter_sync([PERSON], session=session())
    rows.close()  # type: ignore[attr-defined]
