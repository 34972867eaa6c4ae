"""Merging: the right value is shown, and none is lost."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from leadenrich.results import EnrichedRecord, Value
from leadenrich.waterfall.rules.merge import CONFLICT, Merger, drop, same

offers = st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 100), st.booleans()), max_size=8)


def put_all(merger: Merger, plan: list[tuple[str, int, bool]], given: dict[str, Any]) -> EnrichedRecord:
    """Offer values as the record loop does: what is not good enough is held out of `data`."""
    row = EnrichedRecord({}, data=dict(given))
    good_now = True
    for number, (value, confidence, good) in enumerate(plan):
        offered = Value(value, f"provider{number}", confidence)
        if merger.put(row, "title", offered, good=good, old_good=good_now):
            good_now = good
            if good:
                row.data["title"] = value
    return row


@given(plan=offers, best=st.booleans())
def test_what_is_shown_and_that_nothing_is_lost(plan: list[tuple[str, int, bool]], best: bool) -> None:
    row = put_all(Merger(best), plan, {})
    if not plan:
        assert row.values == {}
        return
    shown = row.values["title"]
    good = [(value, confidence) for value, confidence, is_good in plan if is_good]
    if good and best:
        assert shown.confidence == max(confidence for _, confidence in good)
    elif good:
        assert shown.value == good[0][0]
    else:
        value, confidence, _ = plan[0]
        for other, sure, _ in plan:  # the best so far gives way to another value only if that is surer
            if other != value and sure > confidence:
                value, confidence = other, sure
        assert (shown.value, shown.confidence) == (value, confidence)
    others = [value.value for value in row.alternatives.get("title", [])]
    assert len(others) == len(set(others))
    assert {shown.value, *others} == {value for value, _, _ in plan}
    assert shown.value not in others
    assert (CONFLICT in shown.flags) == bool(others)


@given(plan=offers.filter(bool), best=st.booleans(), overwrite=st.booleans())
def test_the_records_own_value_gives_way_only_when_told(
    plan: list[tuple[str, int, bool]], best: bool, overwrite: bool
) -> None:
    row = put_all(Merger(best, overwrite), plan, {"title": "mine"})
    shown = row.values["title"]
    everything = {shown.value, *(value.value for value in row.alternatives["title"])}
    assert everything == {"mine", *(value for value, _, _ in plan)}
    assert (shown.provider == "input") is not overwrite


def test_saying_the_same() -> None:
    assert same("Head  of Sales", "head of sales")
    assert same(["AWS", "Go"], ["go", "aws"])
    assert not same("a", "b")
    assert not same(None, "b")
    assert same("Brightloom GmbH", "BRIGHTLOOM", "company_name")
    assert not same("Brightloom GmbH", "Gridwave", "company_name")
    assert not same("?", "!", "company_name")
    assert not same("Brightloom GmbH", "BRIGHTLOOM", "title")


def test_a_value_confirmed_by_a_better_source_takes_its_confidence() -> None:
    row = put_all(Merger(), [("a", 40, False), ("A", 90, True)], {})
    assert (row.values["title"].confidence, row.values["title"].provider) == (90, "provider1")
    assert row.alternatives == {}
    contested = put_all(Merger(best=True), [("a", 40, True), ("b", 30, True), ("a", 90, True)], {})
    assert (contested.values["title"].confidence, contested.values["title"].flags) == (90, (CONFLICT,))
    drop(contested, ("title", "city"))
    assert (contested.values, contested.alternatives, contested.data) == ({}, {}, {})
