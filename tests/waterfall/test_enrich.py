"""`le.enrich`: everybody with a key, by expected cost, verified; what was chosen and why stands in one line."""

from __future__ import annotations

from typing import Any

import pytest

import leadenrich as le
from leadenrich.errors import WaterfallError
from leadenrich.sandbox import World
from leadenrich.waterfall.choice.policies import order_for
from leadenrich.waterfall.choice.pricing import ASSUMED_USD
from leadenrich.waterfall.enrich_chain import Settings, chain_for

FINDERS = ("hunter", "findymail", "contactout", "apollo", "prospeo")
VERIFIERS = ("zerobounce", "neverbounce")


def session(*keys: str, **told: Any) -> le.Session:
    return le.Session.sandbox(allow=lambda info: info.id in keys, **told)


def finder(find: str | list[str] = "email", *, keys: tuple[str, ...], **told: Any) -> Any:
    return chain_for(find, session=session(*keys), settings=Settings(**told)).waterfalls[-1]


def test_everybody_with_a_key_is_taken_by_expected_cost_and_verified() -> None:
    found = finder(keys=FINDERS + VERIFIERS)
    assert found.operation == "find_email"
    asked = {step.provider for step in found.steps}
    assert asked == {"local", *FINDERS, "zerobounce"}  # zerobounce finds addresses too
    assert found.order == "expected_cost"
    assert found.catch_all == "agree"
    (check,) = found.checks
    verified_by = [step.provider for step in check.steps]
    assert verified_by[:2] == ["neverbounce", "hunter"]  # the cheapest first
    assert len(verified_by) == 3


def test_an_unknown_price_is_taken_to_be_high_so_such_a_step_is_not_the_first() -> None:
    found = finder(keys=FINDERS)
    own = session(*FINDERS)
    order, pricing = order_for(found.rules, own)
    hits = {step.provider: pricing.charges(step).hit for step in found.states}
    assert own.price("contactout", "email") is None
    assert hits["contactout"] == max(hits.values()) > ASSUMED_USD
    steps = [step for step in found.states if not step.is_pattern]
    first = order.settled(steps, 0)
    assert first is not None
    assert steps[first].provider == "findymail"


def test_without_a_verifier_nothing_is_guessed_and_the_line_says_so() -> None:
    found = chain_for("email", session=session("findymail", "surfe"), settings=Settings(verify=False))
    assert [step.provider for step in found.waterfalls[-1].steps] == ["findymail", "surfe"]
    assert found.waterfalls[-1].checks == []
    assert "unverified" in found.why
    assert "\n" not in found.why
    assert str(found).endswith(found.why)


def test_a_lone_finder_cannot_agree_with_another() -> None:
    assert finder(keys=("findymail",)).catch_all == "keep"
    assert finder(keys=("findymail", "hunter"), catch_all="reject").catch_all == "reject"


async def test_a_budget_in_usd_takes_the_steps_with_a_price_and_says_who_is_left_out() -> None:
    leads = [{"full_name": one.full_name, "company_domain": one.company_domain} for one in World.of(0).people_of(0)]
    own = session(*FINDERS, *VERIFIERS)
    stream = le.enrich(leads[:3], "email", session=own, budget=le.Budget(usd=2))
    chain: Any = stream.enricher
    assert "contactout" not in {step.provider for step in chain.waterfalls[-1].steps}
    assert "left out, as a budget in USD needs their price: contactout" in chain.why
    rows = await stream
    assert {row.status for row in rows} <= {"complete", "not_found", "partial"}
    assert all(row.cost.usd is not None for row in rows)
    with pytest.raises(WaterfallError, match=r"needs the price of whoever finds 'email'; give prices=\{'contactout'"):
        le.enrich(leads, "email", session=session("contactout"), budget=le.Budget(usd=2))


async def test_what_was_chosen_is_an_event() -> None:
    told: list[Any] = []
    own = session("findymail", "hunter", on_event=told.append)
    async with own:
        chain = chain_for("email", session=own)
    (event,) = [one for one in told if one.kind == "enrich.planned"]
    assert event.data["text"] == chain.why
    assert "2 with keys at hand, by expected cost" in chain.why


async def test_listed_verifiers_are_asked_in_the_order_of_their_waterfall_and_what_they_say_is_kept() -> None:
    own = session("findymail", *VERIFIERS)
    people = [one for company in range(20) for one in World.of(0).people_of(company)]
    leads = [{"full_name": one.full_name, "company_domain": one.company_domain} for one in people[:60]]
    dear_first = ["zerobounce", "neverbounce"]
    listed = le.Waterfall("find_email", ["findymail"], verify=dear_first)
    cheap = le.Waterfall("find_email", ["findymail"], verify=dear_first, order="expected_cost")
    usd: dict[str, Any] = {}
    for waterfall in (listed, cheap):
        async with waterfall.stream(leads, session=session("findymail", *VERIFIERS)) as rows:
            found = [row["email"] async for row in rows if row.status == "complete"]
        usd[waterfall.told["order"]] = sum(
            part.cost.usd for name, part in rows.summary.providers.items() if name.endswith("verify_email")
        )
        assert found
    assert usd["expected_cost"] < usd["listed"] / 2  # 0.8 cents where it was 1.95
    stats = cheap.stats
    assert ("neverbounce", "verify_email") in stats.steps
    assert stats.asked(stats.number("neverbounce", "verify_email"), 0) > 10
    assert stats.records == len(leads)  # what was verified on the way counts as no record of its own
    assert cheap.explain(10, session=own).usd.expected > 0
