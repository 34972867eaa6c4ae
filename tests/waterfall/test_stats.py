"""Rates given the situation: learned, declared, discounted, kept in a file."""

from __future__ import annotations

import json
import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadenrich.errors import ConfigurationError, DataTransformationError
from leadenrich.results import Attempt, Cost
from leadenrich.waterfall.stats.attempt_log import AttemptLog
from leadenrich.waterfall.stats.statistics import STATES, Prior, Stats
from leadenrich.waterfall.stats.statistics_file import to_dict

OP = "find_email"


def attempt(provider: str, state: str | None, **more: Any) -> Attempt:
    return Attempt(provider, OP, "hit", state=state, **more)


def log(*attempts: tuple[str, str | None], segment: str | None = None) -> AttemptLog:
    return AttemptLog(OP, segment, tuple(attempt(*one) for one in attempts))


def taught(stats: Stats, times: int, *attempts: tuple[str, str | None], segment: str | None = None) -> Stats:
    for _ in range(times):
        stats.learn(log(*attempts, segment=segment))
    return stats


def test_nothing_seen_is_the_prior() -> None:
    stats = Stats({"alpha": Prior(0.3, 0.9), f"beta.{OP}": Prior(0.6, 0.7)})
    alpha, beta = (stats.estimate(stats.number(name, OP)) for name in ("alpha", "beta"))
    assert (alpha.find, alpha.accept, beta.find, beta.accept) == pytest.approx((0.3, 0.9, 0.6, 0.7))
    assert alpha.low < 0.3 < alpha.high


def test_what_is_seen_outweighs_the_prior() -> None:
    stats = taught(Stats({"alpha": Prior(0.9, 0.9)}, half_life=None), 300, ("alpha", "missed"))
    taught(stats, 100, ("alpha", "accepted"))
    one = stats.estimate(stats.number("alpha", OP))
    assert one.find == pytest.approx(0.25, abs=0.02)
    assert one.accept == pytest.approx(1, abs=0.02)
    assert one.asked == 400
    assert one.low < 0.25 < one.high < 0.32


def test_situations_have_rates_of_their_own() -> None:
    stats = taught(Stats(), 200, ("alpha", "missed"), ("beta", "missed"))
    taught(stats, 200, ("alpha", "wrong"), ("beta", "accepted"))
    beta, alpha = stats.number("beta", OP), stats.number("alpha", OP)
    missed, wrong = (stats.estimate(beta, stats.after(0, alpha, state)) for state in ("missed", "wrong"))
    assert missed.find < 0.1
    assert wrong.find > 0.9


def test_a_situation_does_not_depend_on_the_order_of_what_was_said() -> None:
    stats = Stats()
    for name in "abc":
        stats.number(name, OP)
    pairs = [("a", "missed"), ("b", "catch_all"), ("c", "wrong")]
    attempts = [attempt(*pair) for pair in pairs]
    assert stats.situation(attempts) == stats.situation(attempts[::-1])
    assert stats.told(stats.situation(attempts)) == {f"{name}.{OP}": state for name, state in pairs}
    assert stats.situation([attempt("a", "failed"), attempt("b", None)]) == 0


def test_where_only_the_overall_rate_is_known_misses_discount_it() -> None:
    stats = Stats({"beta": Prior(0.6, 0.9, weight=1000)}, correlation=0.3)
    alpha, beta, gamma = (stats.number(name, OP) for name in ("alpha", "beta", "gamma"))
    once = stats.after(0, alpha, "missed")
    first, second = stats.estimate(beta, once), stats.estimate(beta, stats.after(once, gamma, "missed"))
    assert first.find == pytest.approx(0.6 * 0.7)
    assert second.find == pytest.approx(0.6 * 0.7 / 1.3)
    assert first.low == pytest.approx(0.6 * 0.4)  # the range: twice that correlation, or none
    assert first.high == pytest.approx(0.6)
    found = stats.estimate(beta, stats.after(0, alpha, "wrong"))
    assert found.find > 0.6
    alone = Stats({"beta": Prior(0.6)}, correlation=0)
    missed = alone.after(0, alone.number("alpha", OP), "missed")
    assert alone.estimate(alone.number("beta", OP), missed).find == pytest.approx(0.6)


def test_the_overall_rate_is_learned_from_what_was_asked_late() -> None:
    stats = taught(Stats(correlation=0.3, half_life=None), 300, ("alpha", "missed"), ("beta", "accepted"))
    taught(stats, 700, ("alpha", "missed"), ("beta", "missed"))
    first = stats.estimate(stats.number("beta", OP))
    assert first.find > 0.35  # 30 % of those alpha missed is more of all


def test_segments_start_from_all_and_go_their_own_way() -> None:
    stats = taught(Stats(), 200, ("alpha", "accepted"), segment="US")
    number = stats.number("alpha", OP)
    assert stats.estimate(number, 0, "DE").find > 0.8
    taught(stats, 200, ("alpha", "missed"), segment="DE")
    assert stats.estimate(number, 0, "DE").find < 0.2
    assert stats.estimate(number, 0, "US").find > 0.8


def test_failures_and_repeats_teach_nothing() -> None:
    stats = taught(Stats(), 5, ("alpha", "failed"), ("beta", None))
    assert list(stats.cells()) == []
    taught(stats, 1, ("alpha", "missed"), ("alpha", "accepted"))
    ((_, _, _, counts),) = stats.cells()
    assert list(counts) == [1, 0, 0, 0, 0]


def test_frozen_learns_nothing() -> None:
    stats = taught(Stats(frozen=True), 50, ("alpha", "missed"))
    assert stats.records == 0
    assert stats.estimate(stats.number("alpha", OP)).find == 0.5


def test_a_proposal_of_our_own_says_nothing_about_others() -> None:
    stats = Stats()
    local, alpha = stats.number("local", OP), stats.number("alpha", OP)
    assert stats.estimate(alpha, stats.after(0, local, "wrong")).find == 0.5


def test_what_answers_take_is_learned_but_not_from_what_was_paid_before() -> None:
    stats = Stats()
    cost = Cost(credits={"alpha": Decimal(3)})
    for cached in (False, True):
        told = attempt("alpha", "accepted", cost=cost, cached=cached, latency=None if cached else 4.0)
        stats.learn(AttemptLog(OP, None, (told,), None, Cost(credits={"vera": Decimal(2)})))
    number = stats.number("alpha", OP)
    spent = stats.spent(number)
    assert (spent.hits, spent.on_hit, spent.checks, spent.on_check) == (1, {"alpha": 3.0}, 2, {"vera": 4.0})
    assert stats.seconds(number) == pytest.approx(2.5)  # four, and one second of prior


def test_the_number_of_situations_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leadenrich.waterfall.stats.statistics.MAX_STATES", 3)
    stats = Stats()
    for number in range(20):
        taught(stats, 1, ("alpha", "accepted"), segment=str(number))
    assert len({segment for segment, *_ in stats.cells()}) == 3
    assert stats.estimate(stats.number("alpha", OP), 0, "unseen").find > 0.7  # the overall rate went on learning


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Stats(correlation=1.0), "below 1"),
        (lambda: Prior(find=0), "above 0"),
        (lambda: Prior(accept=1.2), "up to 1"),
        (lambda: Prior(weight=0), "positive"),
        (lambda: Stats().declare("alpha.find_email", {"mised": 1.0}), "missed"),
        (lambda: Stats().declare("alpha.find_email", {"missed": 0.7}), r"0\.7"),
        (lambda: Stats().declare("alpha", {"missed": 1.0}), "provider.operation"),
        (lambda: Stats().declare("alpha.find_email", {"missed": 1.0}, after={"b.find_email": "gone"}), "gone"),
    ],
)
def test_senseless_beliefs_are_refused(make: Any, says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        make()


names = st.sampled_from(["alpha", "beta", "gamma"])
logs = st.lists(
    st.tuples(st.lists(st.tuples(names, st.sampled_from(STATES)), max_size=4), st.sampled_from([None, "DE", "US"])),
    max_size=25,
)


@given(logs)
def test_rates_stay_rates_whatever_is_seen(seen: list[tuple[list[tuple[str, str]], str | None]]) -> None:
    stats = Stats()
    for attempts, segment in seen:
        stats.learn(log(*attempts, segment=segment))
    for name in ("alpha", "beta"):
        for after in ({}, {"gamma": "missed"}, {"gamma": "catch_all"}):
            situation = stats.situation([attempt(*pair) for pair in after.items()])
            for segment in (None, "DE", "FR"):
                one = stats.estimate(stats.number(name, OP), situation, segment)
                assert 0 <= one.low <= one.find <= one.high <= 1
                assert 0 < one.accept <= 1
                assert sum(one.rejections) == pytest.approx(1)
                assert sum(part for _, part in one.unaccepted) + one.find * one.accept == pytest.approx(1, abs=1e-3)


@settings(max_examples=20)
@given(logs)
def test_a_file_brings_back_what_was_learned(seen: list[tuple[list[tuple[str, str]], str | None]]) -> None:
    import tempfile

    stats = Stats(correlation=0.2)
    for attempts, segment in seen:
        stats.learn(log(*attempts, segment=segment))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "stats.json"
        stats.save(path)
        again = Stats.load(path)
    assert to_dict(again) == to_dict(stats)
    for name in ("alpha", "beta", "gamma"):
        mine = stats.estimate(stats.number(name, OP))
        other = again.estimate(again.number(name, OP))
        assert other[:7] == pytest.approx(mine[:7])
        assert other.rejections == pytest.approx(mine.rejections)


def test_a_file_that_is_not_there_yet_is_empty_stats(tmp_path: Path) -> None:
    priors = {"alpha": Prior(0.2)}
    stats = Stats.load(tmp_path / "none.json", priors=priors)
    assert stats.estimate(stats.number("alpha", OP)).find == pytest.approx(0.2)


@pytest.mark.parametrize("text", ["{", "[]", "{}", json.dumps({"leadenrich_stats": 9})])
def test_another_file_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "stats.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataTransformationError, match=r"stats\.json"):
        Stats.load(path)


def test_what_was_seen_fades() -> None:
    stats = taught(Stats(half_life=500), 2000, ("alpha", "accepted"))
    taught(stats, 1000, ("alpha", "missed"))
    assert stats.estimate(stats.number("alpha", OP)).find == pytest.approx(0.24, abs=0.03)
    never = taught(taught(Stats(half_life=None), 2000, ("alpha", "accepted")), 1000, ("alpha", "missed"))
    assert never.estimate(never.number("alpha", OP)).find == pytest.approx(0.67, abs=0.01)
    assert never.records == stats.records == 3000


def test_what_answers_take_fades_too() -> None:
    stats = Stats(half_life=100)
    for credits in (1, 3):
        cost = Cost(credits={"alpha": Decimal(credits)})
        for _ in range(500):
            stats.learn(AttemptLog(OP, None, (attempt("alpha", "accepted", cost=cost, latency=float(credits)),)))
    spent = stats.spent(stats.number("alpha", OP))
    assert spent.on_hit is not None
    assert spent.on_hit["alpha"] / spent.hits == pytest.approx(3, abs=0.1)
    assert stats.seconds(stats.number("alpha", OP)) == pytest.approx(3, abs=0.1)


def test_several_are_added_up(tmp_path: Path) -> None:
    one = taught(Stats(half_life=None), 30, ("alpha", "missed"), ("beta", "accepted"))
    two = taught(Stats(half_life=None), 50, ("beta", "missed"), ("alpha", "accepted"))
    two.prove(two.number("alpha", OP), good=True)
    both = Stats(half_life=None)
    both.merge(one)
    both.merge(two)
    assert both.records == 80
    alpha, beta = both.number("alpha", OP), both.number("beta", OP)
    assert (both.asked(alpha, 0), both.asked(beta, 0)) == (30, 50)
    assert both.asked(beta, both.after(0, alpha, "missed")) == 30
    assert both.proof(alpha) == (1, 0)
    for name, stats in (("one", one), ("two", two)):
        stats.save(tmp_path / name)
    loaded = Stats.load(tmp_path / "one", tmp_path / "two", tmp_path / "none", half_life=None)
    told, expected = to_dict(loaded), to_dict(both)
    for plain in (told, expected):
        plain["seen"].sort(key=str)
    assert told["seen"] == expected["seen"]
    assert (told["records"], told["steps"]) == (expected["records"], expected["steps"])


def test_an_old_file_counts_less(tmp_path: Path) -> None:
    path = tmp_path / "stats.json"
    stats = taught(Stats(half_life=None), 100, ("alpha", "accepted"))
    stats.save(path)
    plain = json.loads(path.read_text())
    plain["saved_at"] -= 90 * 86_400
    path.write_text(json.dumps(plain))
    again = Stats.load(path)
    assert again.asked(again.number("alpha", OP), 0) == pytest.approx(50, abs=0.1)
    kept = Stats.load(path, half_life_days=None)
    assert kept.asked(kept.number("alpha", OP), 0) == 100
    del plain["saved_at"]  # as earlier versions wrote it
    path.write_text(json.dumps(plain))
    assert Stats.load(path).asked(0, 0) == 100


# ---- how alike providers are, and what all of them show of one


def seen_by_two(stats: Stats, shared: bool) -> None:
    """Let two finders know half of the people each: the same half, or any; what the first finds is wrong in part."""
    rng = random.Random(0)
    for _ in range(600):
        first = rng.random() < 0.5
        second = first if shared else rng.random() < 0.5
        if first and rng.random() < 0.7:
            stats.learn(log(("alpha", "accepted")))
        else:
            told = ("alpha", "wrong" if first else "missed"), ("beta", "accepted" if second else "missed")
            stats.learn(log(*told))


@pytest.mark.parametrize(("shared", "low", "high"), [(False, 0.0, 0.2), (True, 0.6, 0.9)])
def test_how_alike_providers_are_is_seen(shared: bool, low: float, high: float) -> None:
    stats = Stats()
    assert stats.alike == stats.correlation == 0.3
    seen_by_two(stats, shared)
    assert low <= stats.alike <= high
    assert stats.correlation == 0.3


def test_what_rests_on_how_alike_they_are_is_reckoned_anew() -> None:
    """A third finder that was asked after misses alone: its rate when asked first is nearer to that, the less alike."""
    rates = []
    for shared in (False, True):
        stats = Stats(half_life=None)
        for _ in range(100):
            stats.learn(log(("alpha", "missed"), ("gamma", "accepted" if _ % 2 else "missed")))
        seen_by_two(stats, shared)
        rates.append(stats.estimate(stats.number("gamma", OP)).find)
    assert rates[0] == pytest.approx(0.5, abs=0.06)
    assert rates[1] > rates[0] + 0.1


def test_how_alike_they_are_is_saved(tmp_path: Path) -> None:
    stats = Stats()
    seen_by_two(stats, shared=True)
    stats.save(tmp_path / "stats.json")
    assert Stats.load(tmp_path / "stats.json").alike == pytest.approx(stats.alike)


def test_a_provider_of_whom_nothing_was_seen_is_taken_to_be_like_the_others_unless_a_prior_is_stated() -> None:
    plain, told = Stats(), Stats({"beta": Prior(accept=0.85)})
    for stats in (plain, told):
        for number in range(100):
            stats.learn(log(("alpha", "accepted" if number % 2 else "catch_all")))
    unseen, stated = (one.estimate(one.number("beta", OP)) for one in (plain, told))
    assert unseen.accept == pytest.approx(0.55, abs=0.05)
    assert unseen.rejections[2] > 0.9
    assert stated.accept == pytest.approx(0.85)


def test_catch_all_domains_are_counted_with_the_records_that_were_spared_for_them(tmp_path: Path) -> None:
    stats = Stats(half_life=None)
    shown = AttemptLog(OP, None, (attempt("alpha", "catch_all"),), catch_all=True)
    for one in (log(("alpha", "accepted")), shown):
        stats.learn(one)
    for _ in range(3):
        stats.pass_over()
    stats.save(tmp_path / "stats.json")
    assert stats.domains == Stats.load(tmp_path / "stats.json").domains == (2, 1, 3)
    stats.merge(stats)
    stats.fade(0.25)
    assert stats.domains == (1, 0.5, 1.5)
    assert stats.records == 4
