"""What a tool says a call costs, and that a call costs no more."""

import re
from decimal import Decimal
from typing import Any

import pytest

import leadenrich as le
from leadenrich.research.loop import QuestionLoop
from leadenrich.sandbox import World

COMPANY = World.of(0).company(4)
RECORD = {"company_name": COMPANY.company_name, "company_domain": COMPANY.company_domain}
PRICES = {"tavily": "0.008", "zerobounce": "0.007", "hunter": "0.03", "fullenrich": "0.05"}


def question(**settings: Any) -> le.Research:
    given = {"search": ["tavily"], "read": ["tavily"], "max_output_tokens": 300, **settings}
    return le.Research("What does {company_name} sell?", ["openai"], answer={"products": list[str]}, **given)


def prices(description: str) -> tuple[Decimal, Decimal]:
    found = re.search(r"costs about \$([\d.]+), at most \$([\d.]+)\.", description)
    assert found is not None, description
    return Decimal(found[1]), Decimal(found[2])


def sandbox(**settings: Any) -> le.Session:
    return le.Session.sandbox(knows="everything", prices=PRICES, **settings)


async def test_a_question_s_price_counts_its_pages_and_a_repair() -> None:
    async with sandbox() as session:
        bare = prices(le.tools(session, [question(search=(), read=(), operation="generate")])[0]["description"])
        usual, most = prices(le.tools(session, [question()])[0]["description"])
        answer = await le.tools(session, [question()]).call("answer_products", RECORD)
    assert usual > bare[0] + 2 * Decimal("0.008") / 5
    assert most > bare[1] + 8 * Decimal("0.008") / 5  # eight steps of search and reading at most
    assert answer["status"] == "complete"
    assert 0 < Decimal(str(answer["usd"])) < most


async def test_the_most_counts_an_answer_that_is_asked_for_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    bare = question(search=(), read=(), operation="generate")
    async with sandbox() as session:
        twice = prices(le.tools(session, [bare])[0]["description"])[1]
        monkeypatch.setattr(QuestionLoop, "tries", 1)
        once = prices(le.tools(session, [bare])[0]["description"])[1]
    assert twice == pytest.approx(2 * once, rel=Decimal("0.01"))


async def test_a_bound_of_the_question_bounds_what_its_tool_says() -> None:
    async with sandbox() as session:
        assert prices(le.tools(session, [question(max_usd="0.004")])[0]["description"])[1] == Decimal("0.004")


async def test_verification_counts() -> None:
    async with sandbox() as session:
        plain = le.Waterfall("find_email", ["hunter"])
        checked = le.Waterfall("find_email", ["hunter"], verify=["zerobounce"])
        first, second = (
            prices(one["description"]) for one in le.tools(session, [("a", plain), ("b", checked)], plan=False)
        )
    assert second[1] == first[1] + Decimal("0.007")


async def test_what_a_search_and_its_rows_cost_is_not_said_before_it() -> None:
    async with sandbox() as session:
        chain = le.Chain([le.Waterfall("search_people", ["apollo"]), le.Waterfall("find_email", ["hunter"])])
        made = le.tools(session, [("team", chain)], max_usd_per_call="0.5")
    assert "What a call costs is not known; at most $0.5." in made[0]["description"]


async def test_the_plan_first_tool_counts_pages() -> None:
    async with sandbox() as session:
        both = le.tools(session, [("bare", question(search=(), read=(), operation="generate")), ("read", question())])
        bare = await both.call("estimate_cost", {"tool": "bare", "records": 50})
        read = await both.call("estimate_cost", {"tool": "read", "records": 50})
    assert read["expected_usd"] > bare["expected_usd"] + 50 * 2 * 0.008 / 5
    assert read["expected_usd"] < read["at_most_usd"]


async def test_a_call_is_confirmed_by_what_its_own_arguments_may_cost() -> None:
    """A limit of a hundred may cost a hundred times as much."""
    asked: list[Decimal | None] = []

    def confirm(tool: str, arguments: Any, usd: Decimal | None) -> bool:
        asked.append(usd)
        return True

    async with sandbox() as session:
        search = le.Waterfall("search_people", ["fullenrich"])
        tools = le.tools(session, [("team", search)], confirm=confirm, confirm_above="0.000001")
        few = await tools.call("team", {"company_domain": COMPANY.company_domain, "limit": 1})
        many = await tools.call("team", {"company_domain": COMPANY.company_domain, "limit": 100})
    assert "(more with a higher limit)." in tools[0]["description"]
    assert asked == [Decimal("0.25") * Decimal("0.05"), Decimal(25) * Decimal("0.05")]
    assert few["status"] == many["status"] == "complete"
    assert Decimal(str(many["usd"])) <= Decimal("1.25")
