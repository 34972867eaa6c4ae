"""A chain asks several questions of a record in one call where that is cheaper, and keeps what they answer apart."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any

import httpx
import pytest
from pydantic import Field

import leadenrich as le
from leadenrich.engine.question import Asked
from leadenrich.research import Research
from leadenrich.research.joint import shares
from leadenrich.research.loop import Material
from leadenrich.results import Miss
from leadenrich.waterfall.rules.record_state import RecordState
from leadenrich.waterfall.run.record_loop import loop_of
from leadenrich.waterfall.run.stage import folds_of
from tests.engine.vendors import Server
from tests.research.replies import claims, claude, openai

KEY = "key-for-tests"
URL = "https://brightloom.example"
PAGE = "Brightloom weaves linen. It has an office in Bergen. Ada Lindqvist leads it."
RECORD = {"company_name": "Brightloom", "company_domain": "brightloom.example"}
KEYS = {"openai": KEY, "anthropic": KEY, "tavily": KEY}

Answer = Callable[[Any], Any]


class Vendors:
    """OpenAI, Anthropic and a reader of pages; keeps the prompts it was sent."""

    def __init__(self, first: Answer, second: Answer | None = None) -> None:
        self.openai: list[str] = []
        self.anthropic: list[str] = []
        self.pages = 0
        self._first, self._second = first, second

    @property
    def transport(self) -> Server:
        def read(request: httpx.Request, count: int) -> Any:
            self.pages += 1
            return {"results": [{"url": url, "raw_content": PAGE} for url in json.loads(request.content)["urls"]]}

        def first(request: httpx.Request, count: int) -> Any:
            body = json.loads(request.content)
            self.openai.append(body["input"])
            return self._first(set(body["text"]["format"]["schema"]["properties"]))

        def second(request: httpx.Request, count: int) -> Any:
            body = json.loads(request.content)
            self.anthropic.append(body["messages"][0]["content"])
            assert self._second is not None
            return self._second(set(body["output_config"]["format"]["schema"]["properties"]))

        return Server({"/extract": read, "/v1/responses": first, "/v1/messages": second})

    async def enrich(self, chain: le.Chain, record: Any = None, **settings: Any) -> le.EnrichedRecord:
        settings = {"prices": {"tavily": "0.008"}, **settings}
        async with le.Session(KEYS, transport=self.transport, **settings) as session:
            row = await chain.enrich(RECORD if record is None else record, session=session)
            assert row.cost.usd == session.usage.cost.usd
            return row


TRUTH: dict[str, Any] = {
    "products": (["linen"], "Brightloom weaves linen", 90),
    "offices": (["Bergen"], "It has an office in Bergen", 80),
    "leader": ("Ada Lindqvist", "Ada Lindqvist leads it", 70),
}


def told(*names: str, **changed: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in names:
        value, quote, sure = TRUTH[name]
        found |= claims(sure, URL, changed.get("quote", quote), **{name: changed.get(name, value)})
    return found


def question(text: str, column: str, kind: Any = list[str], **settings: Any) -> Research:
    given = {"ask": ["openai"], "read": ["tavily"], "require_quotes": True, **settings}
    return Research(text, answer={column: kind}, **given)


def three(**settings: Any) -> list[Research]:
    return [
        question("What does {company_name} sell?", "products", **settings),
        question("Where are the offices of {company_name}?", "offices", **settings),
        question("Who leads {company_name}?", "leader", str, **settings),
    ]


async def test_questions_of_a_record_are_one_call_and_what_they_answer_stays_apart() -> None:
    vendors = Vendors(lambda names: openai(told(*names), read=900, written=100))
    row = await vendors.enrich(le.Chain(three()))
    assert (len(vendors.openai), vendors.pages) == (1, 1)
    assert vendors.openai[0].count(PAGE) == 1
    assert row.status == "complete"
    for name, (value, quote, sure) in TRUTH.items():
        assert row[name] == value
        assert row.values[name].confidence == sure
        assert row.values[name].citations == ({"url": URL, "quote": quote},)
    models = [one for one in row.attempts if one.provider == "openai"]
    assert [one.outcome for one in models] == ["hit"] * 3
    assert {one.fields for one in models} == {("products",), ("offices",), ("leader",)}
    assert all("asked together with" in str(one.reason) for one in models)
    whole = (900 * Decimal("0.75") + 100 * Decimal("4.50")) / 1_000_000
    assert sum(one.cost.usd or 0 for one in models) == whole
    assert [row.values[name].cost for name in TRUTH] == [one.cost for one in models]
    assert sum(one.cost.calls for one in models) == 1
    assert [one.provider for one in row.attempts].count("tavily") == 1
    assert max(one.cost.usd or 0 for one in models) < whole / 2


async def test_a_part_that_is_not_taken_goes_on_alone() -> None:
    """One question's answer has no true quote: its next model is asked it alone; the others are done."""
    vendors = Vendors(
        lambda names: openai(told("products", "leader") | told("offices", quote="An office stands in Oslo")),
        lambda names: claude(told(*names)),
    )
    row = await vendors.enrich(le.Chain(three(ask=["openai", "anthropic"])))
    assert (len(vendors.openai), len(vendors.anthropic)) == (1, 1)
    assert "offices" in vendors.anthropic[0]
    assert "sell" not in vendors.anthropic[0]
    assert {name: row.values[name].provider for name in TRUTH} == {
        "products": "openai",
        "offices": "anthropic",
        "leader": "openai",
    }
    assert row.status == "complete"


async def test_a_part_of_another_form_is_asked_for_again_alone() -> None:
    """The schema that vendors take says nothing of a list's length; the question does."""
    two = Annotated[list[str], Field(min_length=2)]

    def answer(names: set[str]) -> Any:
        return openai(told(*names, **({"products": ["linen", "felt"]} if len(names) == 1 else {})))

    vendors = Vendors(answer)
    row = await vendors.enrich(le.Chain([question("What does {company_name} sell?", "products", two), *three()[1:]]))
    assert [len(one) > 0 for one in vendors.openai] == [True, True]
    assert "did not have the form" in vendors.openai[1]
    assert "offices" not in vendors.openai[1]
    assert (row["products"], row["offices"], row.status) == (["linen", "felt"], ["Bergen"], "complete")


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (
            openai("no") | {"output": [{"type": "message", "content": [{"type": "refusal", "refusal": "No."}]}]},
            "declined",
        ),
        (openai("They sell linen."), "it is not JSON"),
        (openai('{"products": ') | {"status": "incomplete"}, "cut off"),
    ],
    ids=["refused", "no JSON", "cut off"],
)
async def test_what_cannot_be_answered_together_is_asked_one_by_one(reply: Any, why: str) -> None:
    vendors = Vendors(lambda names: reply if len(names) > 1 else openai(told(*names)))
    row = await vendors.enrich(le.Chain(three()))
    assert len(vendors.openai) == 4
    assert [row[name] for name in TRUTH] == [TRUTH[name][0] for name in TRUTH]
    (refused,) = [one for one in row.attempts if one.outcome == "rejected"]
    assert "3 questions asked together" in str(refused.reason)
    assert why in str(refused.reason)
    assert refused.cost.usd


@pytest.mark.parametrize("sure", [0, None])
async def test_a_model_that_knows_nothing_is_not_asked_again_question_by_question(sure: int | None) -> None:
    vendors = Vendors(
        lambda names: openai({name: {"value": None, "confidence": sure, "sources": []} for name in names})
    )
    row = await vendors.enrich(le.Chain(three()))
    assert len(vendors.openai) == 1
    assert row.status == "not_found"
    assert [one.outcome for one in row.attempts if one.provider == "openai"] == ["miss"] * 3


async def test_a_failing_vendor_fails_for_each_and_the_next_one_is_asked_by_each() -> None:
    vendors = Vendors(lambda names: httpx.Response(401, json={"error": {}}), lambda names: claude(told(*names)))
    row = await vendors.enrich(le.Chain(three(ask=["openai", "anthropic"])))
    assert len(vendors.openai) == 1
    assert len(vendors.anthropic) == 3
    assert row.status == "complete"


async def test_a_question_whose_fields_the_record_lacks_is_left_out_of_the_call() -> None:
    vendors = Vendors(lambda names: openai(told(*names)))
    where = question("Does {company_name} of {city} sell abroad?", "abroad", bool)
    row = await vendors.enrich(le.Chain([*three()[:2], where]))
    assert len(vendors.openai) == 1
    assert "abroad" not in vendors.openai[0]
    assert (row["products"], row["offices"], row["abroad"]) == (["linen"], ["Bergen"], None)


def folds(session: le.Session, *questions: Research) -> list[list[int]]:
    return [list(fold.places) for fold in folds_of([loop_of(one.rules, session) for one in questions])]


@pytest.mark.parametrize(
    "settings",
    [
        {"fold": False},
        {"model": "gpt-5.4"},
        {"max_usd": "0.05"},
        {"max_pages": 1},
        {"order": "expected_cost"},
        {"where": {"city": True}},
        {"ask": ["anthropic"]},
        {"agree": 2, "ask": ["openai", "anthropic"]},
    ],
    ids=str,
)
def test_only_what_is_alike_is_asked_together(settings: dict[str, Any]) -> None:
    session = le.Session(KEYS)
    first, second, third = three()
    assert folds(session, first, second, third) == [[0, 1, 2]]
    assert folds(session, first, second, third.again(**settings)) == [[0, 1]]


def test_no_more_than_eight_are_asked_together() -> None:
    session = le.Session(KEYS)
    many = [question("What of {company_name}?", f"column_{number}") for number in range(19)]
    assert [len(one) for one in folds(session, *many)] == [8, 8, 3]


def test_questions_that_search_by_themselves_stay_apart() -> None:
    session = le.Session(KEYS)
    two = [Research(f"What of {{company_name}} {one}?", ["openai"], answer={one: str}) for one in ("a", "b")]
    assert folds(session, *two) == []


def test_a_prompt_that_would_cost_more_for_being_long_is_not_made() -> None:
    """Beyond 100,000 tokens each token of this model costs five times as much."""
    session = le.Session(KEYS)

    def asked(model: str) -> list[Research]:
        long = "Say in detail, with all that is known of it, " * 250
        settings = {"ask": ["anthropic"], "model": model, "search": ["tavily"], "max_pages": 63}
        settings |= {"max_page_tokens": 100_000}
        return [question(f"{long} {{company_name}} {one}?", one, **settings) for one in ("a", "b")]

    assert folds(session, *asked("claude-haiku-4-5")) == [[0, 1]]
    assert folds(session, *asked("claude-haiku-5-5")) == []


def test_fewer_tokens_are_cheaper_at_any_price() -> None:
    session = le.Session(KEYS)
    assert session.price("openai", "a-new-model:input_tokens") is None
    assert folds(session, *three(model="a-new-model")) == [[0, 1, 2]]


def test_a_plan_says_what_is_asked_together_and_counts_searches_pages_and_answers_once() -> None:
    session = le.Session(KEYS, prices={"tavily": "0.008"})
    settings = {"search": ["tavily"], "max_pages": 2}
    plan = le.Chain(three(**settings)).explain([RECORD] * 100, session=session)
    assert any("products and offices and leader: asked together in one call, for about $" in one for one in plan.notes)
    assert "asked together" in str(plan)
    calls = {step.operation: step.calls for one in plan.plans for step in one.steps}
    assert len(plan.plans) == 1
    assert calls["generate"] == 100
    assert calls["tavily.web-search"] == pytest.approx(1)  # a hundred people of one company share its pages
    assert calls["tavily.extract-page"] == pytest.approx(2)
    apart = le.Chain(three(fold=False, **settings)).explain([RECORD] * 100, session=session)
    asked = [step for one in apart.plans for step in one.steps]
    assert [step.operation for step in asked].count("tavily.web-search") == 1  # read once for all three
    assert sum(step.calls for step in asked if step.operation == "generate") == 300
    assert plan.usd.expected < apart.usd.expected
    assert not any("asked together" in one for one in apart.notes)


def test_questions_asked_together_have_their_shares_of_a_budget_together() -> None:
    session = le.Session({**KEYS, "hunter": KEY}, prices={"tavily": "0.008", "hunter": "0.02"})
    chain = le.Chain([*three(), le.Waterfall("find_email", ["hunter"])])
    plan = chain.explain(100_000, session=session, budget=le.Budget(usd=4))
    assert len(plan.plans) == 2
    assert any(note.startswith("generate: the budget of $3.00") for note in plan.notes)
    assert any(note.startswith("find_email: the budget of $1.00") for note in plan.notes)


@pytest.mark.parametrize("allocation", ["cutoff", "depth"])
def test_the_pages_of_a_plan_are_paid_from_its_budget(allocation: Any) -> None:
    session = le.Session(KEYS, prices={"tavily": "0.008"})
    records = [{**RECORD, "company_domain": f"c{number}.example"} for number in range(1000)]
    asked = question("What does {company_name} sell?", "products", allocation=allocation)
    plan = asked.explain(records, session=session, budget=le.Budget(usd=3))
    pages, answers = plan.steps
    assert plan.usd.low <= plan.usd.expected <= plan.usd.high <= 3 + 1e-9
    assert plan.usd.expected == pytest.approx(3) == pytest.approx(pages.usd + answers.usd)
    assert pages.calls == pytest.approx(answers.calls)
    all_of_it = asked.explain(records, session=session)
    assert pages.calls / 1000 == pytest.approx(3 / all_of_it.usd.expected)
    assert any("the budget of $3.00 lasts for about" in note for note in plan.notes)


async def test_a_plan_comes_near_to_what_a_run_costs() -> None:
    vendors = Vendors(lambda names: openai(told(*names), read=1_200, written=250))
    chain = le.Chain(three())
    records = [{"company_name": f"Company {one}", "company_domain": f"c{one}.example"} for one in range(10)]
    async with le.Session(KEYS, transport=vendors.transport, prices={"tavily": "0.008"}) as session:
        plan = chain.explain(records, session=session)
        rows = await chain.run(records, session=session)
    spent = sum((row.cost.usd or Decimal(0) for row in rows), Decimal(0))
    assert len(vendors.openai) == 10
    assert float(spent) / 2 < plan.usd.expected < float(spent) * 2


def test_an_answer_that_is_there_is_taken_before_any_other_model_is_asked() -> None:
    """It is paid for, whatever the order or a scarce budget would choose by now."""
    session = le.Session(KEYS)
    loop: Any = loop_of(three(ask=["openai", "anthropic"])[0].rules, session)
    row = le.EnrichedRecord(RECORD, data=dict(RECORD))
    state = RecordState(row, loop.steps, (), None)
    assert loop.next_step(state).provider == "openai"
    loop._at_hand[id(row)] = Material(ready={1: Asked(Miss())})
    assert loop.next_step(state).provider == "anthropic"


def test_shares_add_up_to_the_cost() -> None:
    cost = le.Cost(Decimal("0.01"), {"openai.m:input_tokens": Decimal(100), "openai.x": Decimal("0.5")}, 1)
    parts = shares(cost, 3)
    assert sum(parts[1:], parts[0]) == cost
    assert [part.credits["openai.m:input_tokens"] for part in parts] == [34, 33, 33]
    assert shares(le.Cost(None, {"openai.x": Decimal(1)}, 1), 2)[0].usd is None


async def test_the_sandbox_asks_together_and_answers_as_it_would_one_by_one() -> None:
    async with le.Session.sandbox(knows="everything") as session:
        company = session.transport.world.company(4)  # type: ignore[attr-defined]  # the sandbox's own
        record = {"company_name": company.company_name, "company_domain": company.company_domain}
        two = three(require_quotes=False)[:2]
        row = await le.Chain(two).enrich(record, session=session)
        assert session.transport.books["openai"].calls == 1  # type: ignore[attr-defined]  # as above
        apart = await le.Chain([one.again(fold=False) for one in two]).enrich(record, session=session)
    assert {name: row[name] for name in ("products", "offices")} == {
        name: apart[name] for name in ("products", "offices")
    }
    assert row.cost.usd is not None
    assert apart.cost.usd is not None
    models = [sum(one.cost.usd or 0 for one in each.attempts if one.provider == "openai") for each in (row, apart)]
    assert models[0] < models[1]
