"""A session of the caller's own: what it must have, and what it is told it lacks."""

from __future__ import annotations

import inspect
import pickle
from types import SimpleNamespace
from typing import Any

import pytest

import leadenrich as le
from leadenrich.errors import ConfigurationError
from leadenrich.results import Hit
from leadenrich.waterfall import Chain, Step, Waterfall
from leadenrich.waterfall.asker import MEMBERS, Asker, check_session
from tests.waterfall.fakes import FakeSession, lead

FINDER = Waterfall("find_email", ["hunter"])


def test_our_own_session_has_every_member() -> None:
    session = le.Session(credentials={})
    assert [name for name in MEMBERS if not hasattr(session, name)] == []
    for name in ("ask", "ledger", "price", "has_credentials", "emit"):
        wanted = inspect.signature(getattr(Asker, name)).parameters
        assert set(wanted) <= set(inspect.signature(getattr(le.Session, name)).parameters), name


@pytest.mark.parametrize("member", MEMBERS)
def test_a_session_that_lacks_a_member_is_refused_at_once_by_name(member: str) -> None:
    have = {name: getattr(FakeSession(), name) for name in MEMBERS if name != member}
    with pytest.raises(ConfigurationError, match=rf"lacks {member};"):
        FINDER.stream([lead()], session=SimpleNamespace(**have))


def test_every_door_looks() -> None:
    partial: Any = SimpleNamespace(ask=1, open=1, has_credentials=1)
    chain = Chain([FINDER])
    for door in (
        lambda: FINDER.explain(10, session=partial),
        lambda: chain.explain(10, session=partial),
        lambda: FINDER.run_sync([lead()], session=partial),
        lambda: FINDER.iter_sync([lead()], session=partial),
        lambda: le.enrich([lead()], find="email", session=partial),
    ):
        with pytest.raises(ConfigurationError, match=r"lacks aclose, allow, .*price"):
            door()


async def test_one_record_looks_too() -> None:
    with pytest.raises(ConfigurationError, match=r"lacks .*ledger"):
        await FINDER.enrich(lead(), session=SimpleNamespace(ask=1))


@pytest.mark.parametrize("value", [5, "hunter", le.Session, FakeSession])
def test_what_is_no_session_is_named_for_what_it_is(value: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"session is a le\.Session\(\.\.\.\), not "):
        check_session(value)


async def test_waterfalls_and_chains_pickle() -> None:
    finder = Waterfall(
        "find_email",
        [Step("alpha", timeout=5, where={"country": "DE"}), "local", "beta"],
        verify=["vera"],
        quality_threshold=80,
        order="expected_cost",
        patterns={"example.com": "{first}.{last}"},
    )
    again = pickle.loads(pickle.dumps(finder))
    assert again.to_dict() == finder.to_dict()
    chain = pickle.loads(pickle.dumps(Chain([finder, Waterfall("find_phone", ["alpha"])], fields=["email"])))
    assert chain.expected == ("email",)
    session = FakeSession({"beta": Hit(email="mira.okafor@brightloom.example"), "vera": Hit(email_status="valid")})
    row = await again.enrich(lead(), session=session)
    assert row.status == "complete"
    assert again.stats.records == 1
    assert pickle.loads(pickle.dumps(again)).stats.records == 1


async def test_a_summary_pickles() -> None:
    stream = FINDER.stream([lead()], session=FakeSession())
    await stream
    assert pickle.loads(pickle.dumps(stream.summary)).to_dict() == stream.summary.to_dict()
