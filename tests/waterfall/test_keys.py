"""The look at the keys before anything is asked: none at all is an error, a missing one is told of once."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

import pyarrow
import pytest

import leadenrich as le
from leadenrich.engine.key_names import how_to_set, near_miss
from leadenrich.registry import registry
from leadenrich.waterfall import Chain, Waterfall
from tests.waterfall.fakes import FakeSession, lead

HUNTER = registry.info("hunter")


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for info in registry.infos():
        for field in info.auth.fields:
            monkeypatch.delenv(f"{info.id}_{field}".upper(), raising=False)
    return monkeypatch


async def test_a_run_without_any_key_is_an_error_that_names_the_variables(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("HUTNER_API_KEY", "a-value-that-no-text-shows")
    with pytest.raises(le.ConfigurationError, match="no step has a key") as told:
        await Waterfall("find_email", ["hunter", "tomba"]).run([lead()])
    text = str(told.value)
    assert 'hunter: set HUNTER_API_KEY, or give Session(credentials={"hunter": "key"})' in text
    assert "HUTNER_API_KEY is set: is it meant to be HUNTER_API_KEY?" in text
    assert "tomba: set TOMBA_API_KEY and TOMBA_API_SECRET" in text
    assert "no-text-shows" not in text


FINDER = Waterfall("find_email", ["hunter"])


@pytest.mark.parametrize(
    "door",
    [
        lambda: FINDER.run([lead()]),
        lambda: FINDER.enrich(lead()),
        lambda: Chain([FINDER]).run([lead()]),
        lambda: FINDER.frame(pyarrow.Table.from_pylist([lead()])),
    ],
    ids=["run", "enrich", "chain", "frame"],
)
async def test_every_door_looks_at_the_keys(
    door: Callable[[], Awaitable[Any]], environment: pytest.MonkeyPatch
) -> None:
    with pytest.raises(le.ConfigurationError, match="set HUNTER_API_KEY"):
        await door()


def test_the_sync_doors_look_too(environment: pytest.MonkeyPatch) -> None:
    with pytest.raises(le.ConfigurationError, match="set HUNTER_API_KEY"):
        FINDER.run_sync([lead()])
    with pytest.raises(le.ConfigurationError, match="set HUNTER_API_KEY"):
        list(FINDER.iter_sync([lead()]))


async def test_a_missing_key_is_told_of_once_a_session(caplog: pytest.LogCaptureFixture) -> None:
    waterfall = Waterfall("find_email", ["hunter", "apollo"])
    with caplog.at_level(logging.WARNING, "leadenrich"):
        async with le.Session.sandbox(credentials={"apollo": "sandbox"}) as session:
            rows = [await waterfall.enrich(lead(), session=session) for _ in range(3)]
            rows += await waterfall.run([lead()], session=session)
    told = [record.message for record in caplog.records if "without a key" in record.message]
    assert len(told) == 1
    assert 'hunter: give Session(credentials={"hunter": "key"})' in told[0]
    assert len(rows) == 4


async def test_with_all_keys_nothing_is_told(caplog: pytest.LogCaptureFixture) -> None:
    await Waterfall("find_email", ["alpha", "beta"]).enrich(lead(), session=FakeSession())
    assert caplog.records == []


async def test_a_provider_that_is_kept_out_is_not_called_keyless() -> None:
    session = FakeSession(without=("alpha",))
    session.allow = lambda info: info.id != "alpha"
    row = await Waterfall("find_email", ["alpha"]).enrich(lead(), session=session)
    assert (row.status, row.data.get("email")) == ("skipped", None)


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        ({"HUTNER_API_KEY": "x"}, "HUTNER_API_KEY"),
        ({"HUNTER_KEY": "x"}, "HUNTER_KEY"),
        ({"HUNTER_IO_API_KEY": "x"}, "HUNTER_IO_API_KEY"),
        ({"HUNTERAPIKEY": "x"}, "HUNTERAPIKEY"),
        ({"hunter_api_key": "x"}, "hunter_api_key"),
        ({"HUNTER_TOKEN": "x", "PATH": "y"}, "HUNTER_TOKEN"),
        ({"APOLLO_API_KEY": "x", "SURFE_API_KEY": "y", "HOME": "z"}, None),
        ({"HUNTER_HOME": "x"}, None),
    ],
)
def test_near_misses(held: dict[str, str], expected: str | None) -> None:
    assert near_miss(HUNTER, "HUNTER_API_KEY", held) == expected


def test_a_part_of_several_is_no_near_miss_of_another() -> None:
    tomba = registry.info("tomba")
    told = how_to_set(tomba, None, {"TOMBA_API_KEY": "x"})
    assert told.startswith("set TOMBA_API_SECRET, or give")
    assert "meant" not in told
    assert "TOMBA_API_KEY is set, but empty" in how_to_set(tomba, None, {"TOMBA_API_KEY": " "})


def test_where_credentials_are_given_a_variable_is_said_not_to_be_read() -> None:
    told = how_to_set(HUNTER, ["apollo"], {"HUNTER_API_KEY": "x"})
    assert "HUNTER_API_KEY is not read, because credentials= is given" in told
