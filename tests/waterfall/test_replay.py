"""Replays: past answers under another order or bar, spending nothing."""

from __future__ import annotations

import dataclasses
import json
import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import leadenrich as le
from leadenrich.errors import ConfigurationError
from leadenrich.results import Attempt, Cost, EnrichedRecord
from leadenrich.sandbox import World
from leadenrich.waterfall import Waterfall
from leadenrich.waterfall.plan.replay import Replay, replay
from leadenrich.waterfall.run.story import story
from tests.sandbox_leads import PRICES
from tests.waterfall.fakes import lead


def row(*told: tuple[str, str, str], confidence: float = 90.0, operation: str = "find_email") -> EnrichedRecord:
    """A row whose attempts are (provider, state, USD)."""
    made = EnrichedRecord(lead())
    for provider, state, usd in told:
        outcome: Any = {"missed": "miss", "accepted": "hit"}.get(state, "rejected")
        name = "verify_email" if provider == "vera" else operation
        made.attempts.append(
            Attempt(provider, name, outcome, cost=Cost(usd=Decimal(usd)), confidence=confidence, state=state)
        )
    return made


def test_the_same_order_finds_and_costs_the_same() -> None:
    rows = [
        row(("alpha", "missed", "0"), ("beta", "accepted", "0.03")),
        row(("alpha", "accepted", "0.02")),
        row(("alpha", "missed", "0"), ("beta", "missed", "0")),
    ]
    got = replay(rows, Waterfall("find_email", ["alpha", "beta"]))
    assert (got.records, got.accepted, got.undecided) == (3, 2, 0)
    assert got.usd == pytest.approx(0.05)
    assert (got.was_accepted, got.was_usd) == (2, pytest.approx(0.05))


def test_another_order_costs_something_else() -> None:
    rows = [row(("alpha", "wrong", "0.10"), ("beta", "accepted", "0.03"))] * 4
    got = replay(rows, Waterfall("find_email", ["beta", "alpha"]))
    assert (got.accepted, got.usd) == (4, pytest.approx(0.12))
    assert got.was_usd == pytest.approx(0.52)
    assert got.steps["alpha.find_email"].asked == 0


def test_an_answer_that_was_not_asked_for_is_not_known() -> None:
    rows = [row(("alpha", "accepted", "0.02")), row(("alpha", "missed", "0"), ("beta", "accepted", "0.03"))]
    got = replay(rows, Waterfall("find_email", ["beta", "alpha"]))
    assert (got.accepted, got.undecided) == (1, 1)
    assert got.steps["beta.find_email"].unknown == 1
    assert "1 to 2 found" in str(got)


def test_another_bar() -> None:
    below = row(("alpha", "below", "0.02"), confidence=95)
    below.attempts[0] = dataclasses.replace(below.attempts[0], reason="confidence 95 is below 97")
    unsure = row(("alpha", "below", "0.02"), confidence=95)  # for another reason: it stays so
    rows = [row(("alpha", "accepted", "0.02"), confidence=70), below, unsure]
    assert replay(rows, Waterfall("find_email", ["alpha"])).accepted == 2
    assert replay(rows, Waterfall("find_email", ["alpha"], quality_threshold=80)).accepted == 1
    assert replay(rows, Waterfall("find_email", ["alpha"], quality_threshold=99)).accepted == 0


def test_verifying_counts_with_the_answer_and_failures_are_not_known() -> None:
    failed = row(("alpha", "failed", "0"))
    failed.attempts[0] = Attempt("alpha", "find_email", "error", state="failed")
    rows = [row(("alpha", "wrong", "0.02"), ("vera", "accepted", "0.01"), ("beta", "accepted", "0.03")), failed]
    got = replay(rows, Waterfall("find_email", ["alpha", "beta"]))
    assert got.steps["alpha.find_email"].usd == pytest.approx(0.03)
    assert (got.accepted, got.undecided) == (1, 1)


def test_overlap_and_lift() -> None:
    rows = [
        row(("alpha", "accepted", "0.01"), ("beta", "accepted", "0.01")),
        row(("alpha", "accepted", "0.01"), ("beta", "missed", "0")),
        row(("alpha", "missed", "0"), ("beta", "accepted", "0.01")),
        row(("alpha", "missed", "0"), ("beta", "accepted", "0.01")),
    ]
    got = replay(rows, Waterfall("find_email", ["alpha", "beta"]))
    assert got.overlap == {("alpha.find_email", "beta.find_email"): 1}
    assert (got.steps["alpha.find_email"].lift, got.steps["beta.find_email"].lift) == (1, 2)
    assert got.overlap_table()[1] == ("alpha.find_email", "", "1")
    assert json.loads(json.dumps(got.to_dict()))["overlap"][0]["records"] == 1
    assert got._repr_html_().count("<table>") == 2


def test_max_providers_and_best() -> None:
    rows = [row(("alpha", "missed", "0"), ("beta", "accepted", "0.03"))]
    assert replay(rows, Waterfall("find_email", ["alpha", "beta"], max_providers=1)).accepted == 0
    rows = [row(("alpha", "accepted", "0.02"), ("beta", "accepted", "0.03"))]
    got = replay(rows, Waterfall("find_email", ["alpha", "beta"], merge="best"))
    assert (got.accepted, got.usd) == (1, pytest.approx(0.05))


def test_a_policy_of_ones_own_chooses_here_too() -> None:
    rows = [row(("alpha", "wrong", "0.10"), ("beta", "accepted", "0.03"))]
    got = replay(rows, Waterfall("find_email", ["alpha", "beta"], order=lambda candidates, state: len(candidates) - 1))
    assert got.usd == pytest.approx(0.03)


@pytest.mark.parametrize("nothing", [[], [row(("gamma", "missed", "0"))], [{"key": "00", "answer": {}}]])
def test_nothing_to_replay_is_said(nothing: list[Any]) -> None:
    with pytest.raises(ConfigurationError, match="nothing to replay"):
        replay(nothing, Waterfall("find_email", ["alpha"]))


def test_a_story_holds_no_values() -> None:
    told = row(("alpha", "accepted", "0.02"))
    told.data = {"email": "mira.okafor@brightloom.example", **lead()}
    text = json.dumps(story(told))
    assert "mira" not in text.lower()
    assert "brightloom" not in text
    assert story(EnrichedRecord(lead())) is None


async def test_a_ledger_remembers_runs(tmp_path: Path) -> None:
    people = [
        {"full_name": one.full_name, "company_domain": one.company_domain}
        for one, _ in zip(World.of(0).people, range(120))  # noqa: B905
    ]
    waterfall = Waterfall("find_email", ["hunter", "apollo", "findymail"], verify=["zerobounce"], merge="best")
    with le.FileLedger(tmp_path / "answers.jsonl") as ledger:
        async with le.Session.sandbox(prices=PRICES, cache=ledger) as session:
            async with waterfall.stream(people, session=session) as rows:
                complete = [one async for one in rows if one.status == "complete"]
            cost = rows.summary.cost.usd
        same: Replay = le.replay(ledger, waterfall)
        assert (same.accepted, same.undecided) == (len(complete), 0)
        assert same.usd == pytest.approx(float(cost or 0)) == pytest.approx(same.was_usd)
        cheap = le.replay(ledger, Waterfall("find_email", ["findymail", "hunter", "apollo"]))
        assert cheap.undecided == 0
        assert cheap.accepted == same.accepted
        assert cheap.usd < same.usd
        first = next(entry for entry in ledger.entries() if "note" in entry)
        assert first["note"]["who"]


# ---- answers that are not known


def past(shared: bool, records: int = 400) -> list[EnrichedRecord]:
    """Two finders know half of the people each, the same half or any; the first is wrong about a fifth of them."""
    rng = random.Random(1)
    rows = []
    for _ in range(records):
        alpha, right = rng.random() < 0.5, rng.random() < 0.8
        beta = alpha if shared else rng.random() < 0.5
        first = ("alpha", "accepted" if right else "wrong", "0.10") if alpha else ("alpha", "missed", "0")
        second = ("beta", "accepted", "0.03") if beta else ("beta", "missed", "0")
        rows.append(row(first) if alpha and right else row(first, second))
    return rows


def test_what_two_find_together_is_seen_where_the_first_was_wrong() -> None:
    apart, shared = (replay(past(one), Waterfall("find_email", ["beta", "alpha"])) for one in (False, True))
    assert apart.undecided > 100 < shared.undecided
    usd = 400 * (0.5 * 0.03 + 0.25 * 0.10)  # beta finds half, and alpha half of the others
    assert apart.expected_usd == pytest.approx(usd, rel=0.15)
    assert apart.usd_range.low < usd < apart.usd_range.high
    assert shared.expected_usd < 0.65 * usd  # whom alpha knows beta knows: 400 * 0.5 * 0.03, with a little doubt


def test_what_is_known_has_no_interval_and_what_is_not_has_one() -> None:
    rows = past(shared=False)
    same = replay(rows, Waterfall("find_email", ["alpha", "beta"]))
    assert same.usd_range == (pytest.approx(same.was_usd),) * 3
    assert same.found_range == (same.was_accepted,) * 3
    other = replay(rows, Waterfall("find_email", ["beta", "alpha"]))
    assert other.usd_range.low < other.expected_usd < other.usd_range.high
    assert "80 % intervals" in str(other)
    assert other.to_dict()["usd_range"]["high"] == other.usd_range.high


def test_two_orders_that_cannot_be_told_apart_are_not() -> None:
    rows = past(shared=False)
    dear, cheap = (replay(rows, Waterfall("find_email", steps)) for steps in (["alpha", "beta"], ["beta", "alpha"]))
    assert cheap.is_cheaper_than(dear) is True
    assert dear.is_cheaper_than(cheap) is False
    apart = cheap.difference(dear)
    assert apart.high < 0
    assert apart.expected == pytest.approx(cheap.expected_usd - dear.expected_usd)
    assert cheap.is_cheaper_than(cheap) is None
    few = rows[:6]
    nearly = [replay(few, Waterfall("find_email", steps)) for steps in (["gamma", "beta", "alpha"], ["beta", "alpha"])]
    assert nearly[0].is_cheaper_than(nearly[1]) is None


def test_what_a_companys_other_records_have_shown_of_its_domain_holds() -> None:
    """Under reject, an unknown answer is not taken to be at a catch-all domain where one was accepted there."""
    rows = []
    for number in range(40):
        domain = f"c{number % 20}.example"
        told = row(("alpha", "missed", "0"), ("beta", "accepted" if number % 20 < 10 else "catch_all", "0.03"))
        told.attempts[1] = dataclasses.replace(told.attempts[1], value=number, catch_all=number % 20 >= 10)
        told.attempts.append(row(("vera", "accepted", "0.01")).attempts[0])
        told.attempts[2] = dataclasses.replace(told.attempts[2], value=number)
        told.data["company_domain"] = domain
        told.record["full_name"] = told.data["full_name"] = f"Ada Person{number}"
        rows.append(told)
    got = replay(rows, Waterfall("find_email", ["gamma", "beta"], catch_all="reject"))
    assert got.expected == pytest.approx(20, abs=0.01)  # whoever is asked first


def test_what_was_held_back_for_another_reason_than_the_bar_is_not_accepted_for_its_catch_all_domain() -> None:
    made = row(("alpha", "below", "0.02"))
    made.attempts[0] = dataclasses.replace(made.attempts[0], catch_all=True, value=7, reason="another domain")
    assert replay([made], Waterfall("find_email", ["alpha"], catch_all="keep")).accepted == 0
