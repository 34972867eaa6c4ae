"""Several questions of one record in one call, and token limits beside request limits."""

import json
from typing import Any

import httpx
import pytest

import leadenrich as le
from leadenrich.research import Research, folded, together
from tests.engine.vendors import Server
from tests.research.replies import claims, openai

KEY = "key-for-tests"


def asked(text: str, column: str, **settings: Any) -> Research:
    return Research(text, ["openai"], answer={column: list[str]}, read=["tavily"], **settings)


async def test_questions_asked_together_are_one_call_with_each_its_own_columns() -> None:
    first = asked("What does {company_name} sell?", "products")
    second = asked("Where are the offices of {company_name}?", "offices")
    both = together(first, second)
    assert list(both.columns) == ["products", "offices"]
    async with le.Session.sandbox(knows="everything") as session:
        company = session.transport.world.company(4)  # type: ignore[attr-defined]  # the sandbox's own
        record = {"company_name": company.company_name, "company_domain": company.company_domain}
        row = await both.enrich(record, session=session)
        alone = [one.again(fold=False) for one in (first, second)]
        apart = await le.Chain(alone).enrich(record, session=session)
        assert session.transport.books["openai"].calls == 3  # type: ignore[attr-defined]  # as above
    assert {name: row[name] for name in both.columns} == {name: apart[name] for name in both.columns}
    assert row.cost.usd is not None
    assert apart.cost.usd is not None
    models = [sum(one.cost.usd or 0 for one in each.attempts if one.provider == "openai") for each in (row, apart)]
    assert models[0] < models[1]


def test_only_what_is_cheaper_and_alike_is_folded() -> None:
    session = le.Session({"openai": KEY, "tavily": KEY})
    products, offices = (
        asked("What does {company_name} sell?", "products"),
        asked("Where is {company_name}?", "offices"),
    )
    other = asked("Who leads {company_name}?", "leaders", model="gpt-5.4")
    after = asked("Who buys {products?}?", "buyers")
    made = folded([products, offices, other, after], session)
    assert [list(one.columns) for one in made] == [["products", "offices"], ["leaders"], ["buyers"]]


@pytest.mark.parametrize(
    ("settings", "words"),
    [({"max_pages": 1}, "differ in `max_pages`"), ({"column": "products"}, "same column|'products'")],
)
def test_what_cannot_be_asked_together_is_told(settings: dict[str, Any], words: str) -> None:
    column = settings.pop("column", "offices")
    with pytest.raises(le.ConfigurationError, match=words):
        together(asked("What sells {company_name}?", "products"), asked("Where?", column, **settings))
    with pytest.raises(le.ConfigurationError, match="no question"):
        together()


@pytest.mark.looptime
async def test_a_limit_on_tokens_holds_beside_one_on_requests() -> None:
    """For language models a request weighs its tokens: `unit="items"` limits these."""
    times: list[float] = []

    def answer(request: httpx.Request, count: int) -> Any:
        times.append(session.now())
        return openai(claims(products=["looms"]))

    rates = {"openai": [le.Rate(100, per=60), le.Rate(6_000, per=60, unit="items")]}
    session = le.Session({"openai": KEY}, transport=Server({"/v1/responses": answer}), rates=rates)
    question = Research(
        "What sells {company_name}?",
        ["openai"],
        answer={"products": list[str]},
        operation="generate",
        max_output_tokens=2_000,
    )
    async with session:
        rows = await question.run([{"company_name": f"Company {number}"} for number in range(4)], session=session)
    assert {row.status for row in rows} == {"complete"}
    assert sum(time < 60 for time in times) == 2  # two times about 2,600 tokens fit into 6,000
    assert len(times) == 4


def test_requests_say_how_many_tokens_they_take() -> None:
    from leadenrich.contract import Query, Request
    from leadenrich.registry import registry

    for provider in ("openai", "anthropic", "gemini", "mistral", "perplexity"):
        for operation in ("generate", "research"):
            flow = registry.get(provider)().flow(operation, Query({"prompt": "x" * 4_000, "max_output_tokens": 500}))
            request = next(flow)
            assert isinstance(request, Request)
            assert request.weight == 1_500
            assert "x" * 4_000 in json.dumps(request.json)
