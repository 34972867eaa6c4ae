"""`trust=`: a finder whose answers verification has confirmed often enough goes unverified, and can lose that again."""

from __future__ import annotations

from typing import Any

import pytest

from leadenrich.errors import WaterfallError
from leadenrich.results import Hit
from leadenrich.waterfall import Waterfall
from leadenrich.waterfall.stats.statistics import Stats
from tests.waterfall.fakes import FakeSession, lead

OP = "find_email"


def proven(good: int, bad: int) -> Stats:
    stats = Stats(half_life=None)
    stats.restore_proof(stats.number("alpha", OP), good, bad)
    return stats


def found(**said: Any) -> Any:
    def answer(query: Any) -> Hit:
        first, last = query["full_name"].lower().split()
        return Hit(email=f"{first}.{last}@{query['company_domain']}", **said)

    return answer


async def verified(stats: Stats, status: str = "valid", *, records: int = 200, **told: Any) -> tuple[int, list[Any]]:
    session = FakeSession({"alpha": found(**told.pop("said", {})), "vera": Hit(email_status=status)})
    waterfall = Waterfall(OP, ["alpha"], verify=["vera"], trust=0.97, stats=stats, **told)
    rows = await waterfall.run([lead(number) for number in range(records)], session=session)
    return session.names.count("vera.verify_email"), rows


@pytest.mark.parametrize(
    ("good", "bad", "least"), [(0, 0, 0.0), (50, 0, 0.94), (100, 0, 0.97), (990, 10, 0.98), (97, 3, 0.92)]
)
def test_what_is_proven_has_a_confidence_bound(good: int, bad: int, least: float) -> None:
    stats = proven(good, bad)
    assert stats.proven(stats.number("alpha", OP)) == pytest.approx(least, abs=0.01)


async def test_a_proven_finder_is_looked_at_now_and_then() -> None:
    asked, rows = await verified(proven(500, 2))
    assert 1 <= asked <= 25
    trusted = [row for row in rows if "trusted" in row.values["email"].flags]
    assert len(trusted) == len(rows) - asked
    assert all(row.status == "complete" and row.values["email"].verified_by is None for row in trusted)


async def test_one_that_has_still_to_prove_itself_is_verified_until_it_has() -> None:
    asked, rows = await verified(Stats(half_life=None), records=300)
    assert 95 <= asked <= 130
    assert {row.status for row in rows} == {"complete"}


async def test_a_finder_who_stays_good_stays_trusted_however_long_the_list() -> None:
    """Its proof fades with the answers that are looked at, not with the records: these would outrun one in twenty."""
    asked, _ = await verified(Stats(half_life=200), records=3000)
    assert asked <= 88 + 0.08 * 3000


async def test_trust_is_lost() -> None:
    stats = proven(150, 0)
    asked, _ = await verified(stats, "invalid", records=600)
    assert stats.proven(stats.number("alpha", OP)) < 0.97
    assert asked > 400


@pytest.mark.parametrize(
    "told",
    [
        {"said": {"email_status": "accept_all"}},
        {"said": {"email_status": "unknown"}},
        {"said": {"confidence": 60}, "quality_threshold": 85},
    ],
    ids=["accept_all", "unknown", "below the bar"],
)
async def test_an_answer_that_is_uncertain_by_its_own_word_is_verified(told: dict[str, Any]) -> None:
    asked, _ = await verified(proven(500, 0), records=40, **told)
    assert asked == 40


@pytest.mark.parametrize(("catch_all", "counted"), [("keep", (0, 0)), ("agree", (0, 30)), ("reject", (0, 1))])
async def test_an_address_at_a_catch_all_domain_proves_nothing(catch_all: Any, counted: tuple[int, int]) -> None:
    stats = Stats(half_life=None)
    await verified(stats, "accept_all", records=30, catch_all=catch_all)
    good, bad = stats.proof(stats.number("alpha", OP))
    assert good == 0
    assert (bad > 0) == (counted[1] > 0)


def test_it_needs_verifiers() -> None:
    with pytest.raises(WaterfallError, match="needs verify="):
        Waterfall(OP, ["alpha"], trust=0.97)
    with pytest.raises(WaterfallError, match="trust is a number from 0 to 1"):
        Waterfall(OP, ["alpha"], verify=["vera"], trust=97)
