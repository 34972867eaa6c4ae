"""The plan of a chain: each waterfall for the records as they will be by then, and what that adds up to."""

import itertools
import json
import logging
from typing import Any

import pytest

import leadenrich as le
from leadenrich.sandbox import World
from leadenrich.waterfall import Chain, Step, Waterfall
from leadenrich.waterfall.stats.statistics import Stats
from tests.sandbox_leads import PRICES


def leads(count: int) -> list[dict[str, Any]]:
    """People of the sandbox, of whose companies every third is known by name alone."""
    people = itertools.islice(World.of(0).people, count)
    return [
        {"full_name": one.full_name, "company_name" if number % 3 == 0 else "company_domain": one.company_domain}
        for number, one in enumerate(people)
    ]


def chain(stats: Stats | None = None) -> Chain:
    settings: dict[str, Any] = {} if stats is None else {"stats": stats}
    return Chain(
        [
            Waterfall("verify_email", ["zerobounce"], **settings),
            Waterfall("find_email", ["hunter", "findymail"], **settings),
            Waterfall("find_domain", ["ocean_io"], **settings),
            Waterfall("enrich_company", ["contactout", "leadmagic"], fields=["employee_count"], **settings),
        ]
    )


def sandbox(**settings: Any) -> le.Session:
    return le.Session.sandbox(seed=0, prices=PRICES, **settings)


def test_each_waterfall_is_planned_for_what_the_ones_before_it_leave() -> None:
    plan = chain().explain(leads(300), session=sandbox())
    assert [one.operation for one in plan.plans] == ["find_domain", "find_email", "verify_email", "enrich_company"]
    assert plan.stages == (1, 2, 3, 3)
    domains, emails, verified, _ = plan.plans
    assert domains.asked == 100  # the others bring theirs
    assert emails.asked == 300
    assert verified.asked == pytest.approx(emails.accepted.expected, rel=0.1)  # only who has an address by then
    assert plan.usd.expected == pytest.approx(sum(one.usd.expected for one in plan.plans))
    assert plan.usd.low <= plan.usd.expected <= plan.usd.high
    widths = [one.usd.high - one.usd.expected for one in plan.plans]
    assert max(widths) <= plan.usd.high - plan.usd.expected <= sum(widths)


async def test_after_a_run_the_plan_says_what_the_run_came_to() -> None:
    people = leads(300)
    stats = Stats()
    learned = chain(stats)
    async with sandbox() as session:
        rows = await learned.run(people, session=session)
    usd = float(sum(row.cost.usd for row in rows))
    plan = learned.explain(people, session=sandbox())
    assert plan.usd.expected == pytest.approx(usd, rel=0.2)
    found = sum("email" in row.values for row in rows)
    assert plan.plans[1].accepted.expected == pytest.approx(found, rel=0.2)


def test_without_records_the_plan_says_what_they_are_taken_to_bring() -> None:
    plan = chain().explain(1000, session=sandbox())
    assert plan.records == 1000
    assert plan.plans[0].asked == 1000
    assert "are taken to bring company_linkedin_url, company_name" in plan.notes[0]
    given = Chain(chain().waterfalls, inputs=["full_name", "company_domain"]).explain(1000, session=sandbox())
    assert given.plans[0].asked == 0  # the domain is there
    assert "are taken to bring full_name, company_domain;" in given.notes[0]


def test_a_budget_is_shared_and_never_passed() -> None:
    all_of_it = chain().explain(1000, session=sandbox()).usd.expected
    plan = chain().explain(1000, session=sandbox(), budget=le.Budget(usd=5))
    assert plan.usd.expected <= 5 < all_of_it
    assert any("the budget of $1.25 is less than" in note for note in plan.notes)
    assert chain().explain(1000, session=sandbox(budget=le.Budget(usd=5))).usd.expected <= 5


@pytest.mark.parametrize(("options", "rows", "why"), [({"limit": 3}, 3, "the limit of"), ({}, 10, "set no limit")])
def test_a_search_makes_several_rows_of_a_record(options: dict[str, int], rows: int, why: str) -> None:
    search = Chain(
        [Waterfall("search_people", [Step("apollo", options=options)]), Waterfall("find_email", ["hunter"])],
    )
    plan = search.explain(
        [{"company_domain": one["company_domain"]} for one in leads(90) if "company_domain" in one], session=sandbox()
    )
    first, second = plan.plans
    share = first.accepted.expected / plan.records
    assert second.records == pytest.approx(plan.records * (share * rows + 1 - share), rel=0.25)
    assert second.asked > 0
    assert any(f"taken to become {rows} rows" in note and why in note for note in plan.notes)


def test_records_no_provider_can_be_asked_about_cost_nothing() -> None:
    plan = chain().explain([{}, {"full_name": "Ida Example"}, "no record"], session=sandbox())
    assert (plan.records, plan.usd.expected, plan.bottleneck) == (3, 0, None)
    assert chain().explain(0, session=sandbox()).usd.expected == 0


def test_limits_of_one_vendor_add_up_over_the_waterfalls() -> None:
    twice = Chain([Waterfall("find_email", ["hunter"]), Waterfall("enrich_company", ["hunter"], fields=["industry"])])
    session = sandbox(rates={"hunter": [le.Rate(10, per=60)]})
    plan = twice.explain(610, session=session)
    assert plan.bottleneck == "hunter"
    assert plan.seconds == pytest.approx(sum(max(one.steps[0].calls - 10, 0) * 6 for one in plan.plans))


def test_it_prints_shows_and_serialises() -> None:
    plan = chain().explain(leads(300), session=sandbox())
    text = str(plan)
    assert text.startswith("finished after ")
    assert "300 records: $" in text
    assert "3. verify_email" in text
    html = plan._repr_html_()
    assert html.count("<tr>") == 5
    assert all(note in html for note in plan.notes)
    data = json.loads(json.dumps(plan.to_dict()))
    assert [one["operation"] for one in data["plans"]] == [one.operation for one in plan.plans]


async def test_a_chain_may_have_a_pilot(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    seen: list[Any] = []

    def approve(plan: Any) -> bool:
        seen.append(plan)
        return False

    async with sandbox() as session:
        rows = await chain().run(leads(60), session=session, pilot=20, approve=approve)
    assert isinstance(seen[0], le.ChainPlan)
    assert seen[0].records == 40
    assert sum(row.status == "skipped" for row in rows) >= 40 - 1
    assert rows[-1].reason == "the plan was declined after a pilot of 20 records"
