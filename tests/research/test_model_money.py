"""What language models cost: per model, from the usage a reply states, whatever becomes of the answer."""

import json
from decimal import Decimal

import httpx
import pytest

import leadenrich as le
from leadenrich.research import Prompt
from leadenrich.results import Hit, Miss
from tests.engine.vendors import Server
from tests.research.replies import claude, in_turn, openai

KEY = "key-for-tests"
MILLION = Decimal(1_000_000)
MINI = (Decimal("0.75") / MILLION, Decimal("4.50") / MILLION)  # gpt-5.4-mini: input, output
FORM = {
    "type": "object",
    "properties": {"sells": {"type": ["boolean", "null"]}},
    "required": ["sells"],
    "additionalProperties": False,
}


async def asked(reply: object, **query: object) -> tuple[Hit | Miss | le.LeadEnrichError, le.Cost]:
    session = le.Session({"openai": KEY}, transport=Server({"/v1/responses": reply}), budget=le.Budget(usd=10))
    async with session:
        asked = await session.ask("openai", "generate", {"prompt": "Do they?", **query})
        assert session.budget is not None
        assert session.budget.spent["usd"] == asked.cost.usd
        return asked.result, asked.cost


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("They do.", "it is not JSON"),
        ({"sells": "maybe"}, "sells is text, not true or false or null"),
        ({"sold": True}, "the answer lacks sells"),
    ],
)
async def test_an_answer_of_another_form_is_an_error_that_books_the_usage_it_states(answer: object, why: str) -> None:
    result, cost = await asked(openai(answer), output_schema=FORM)
    assert isinstance(result, le.InvalidReplyError)
    assert result.misfit == why
    assert (cost.usd, cost.uncertain_usd) == (9 * MINI[0] + 5 * MINI[1], 0)


async def test_an_answer_cut_off_books_what_was_written() -> None:
    reply = openai('{"sells": tr') | {"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}}
    result, cost = await asked(reply, output_schema=FORM)
    assert isinstance(result, le.FeatureExecutionError)
    assert (cost.usd, cost.uncertain_credits) == (9 * MINI[0] + 5 * MINI[1], {})


async def test_an_answer_that_failed_books_the_usage_it_states() -> None:
    failed = {**openai("They"), "status": "failed", "error": {"code": "server_error", "message": "x"}}
    result, cost = await asked(failed)
    assert isinstance(result, le.FeatureExecutionError)
    assert (cost.usd, cost.uncertain_credits) == (9 * MINI[0] + 5 * MINI[1], {})


@pytest.mark.parametrize(
    ("vendor", "path", "reply"),
    [
        ("openai", "/v1/responses", {**openai("They do."), "usage": None}),
        ("openai", "/v1/responses", {**openai("They do."), "usage": {"input_tokens": "many", "output_tokens": 5}}),
        ("anthropic", "/v1/messages", {**claude("They do."), "usage": None}),
        ("gemini", "/v1/models", {"candidates": [{"content": {"parts": [{"text": "They do."}]}}]}),
        ("perplexity", "/v1/responses", {**openai("They do."), "usage": None}),
        ("mistral", "/v1/chat", {"choices": [{"finish_reason": "stop", "message": {"content": "They do."}}]}),
    ],
)
async def test_an_answer_that_does_not_say_what_it_used_is_booked_as_uncertain(
    vendor: str, path: str, reply: object
) -> None:
    async with le.Session({vendor: KEY}, transport=Server({path: reply})) as session:
        asked = await session.ask(vendor, "generate", {"prompt": "Do they?"})
    assert isinstance(asked.result, Hit)
    assert asked.result["answer"] == "They do."
    assert (asked.cost.credits, asked.cost.usd) == ({}, 0)
    assert {purse.rpartition(":")[2] for purse in asked.cost.uncertain_credits} == {"input_tokens", "output_tokens"}


@pytest.mark.looptime
@pytest.mark.parametrize(
    ("vendor", "operation", "start", "job", "ended", "took", "most"),
    [
        (
            "exa",
            "exa.agent",
            {"id": "r1", "status": "queued"},
            "/agent/runs/r1",
            {"costDollars": {"total": 0.02}},
            0.02,
            5,
        ),
        (
            "tavily",
            "tavily.deep-research",
            {"request_id": "r1", "status": "pending"},
            "/research/r1",
            {"usage": {"credits": 7}},
            7,
            250,
        ),
        ("firecrawl", "research", {"success": True, "id": "r1"}, "/v2/agent/r1", {"creditsUsed": 4}, 4, 0),
        (
            "apify",
            "research",
            {"data": {"id": "r1", "status": "READY"}},
            "/v2/actor-runs/r1",
            {"data": {"status": "FAILED", "usageTotalUsd": 0.25}},
            0.25,
            Decimal("0.5"),
        ),
    ],
)
@pytest.mark.parametrize("told", [True, False])
async def test_a_job_that_failed_costs_what_it_says_or_else_what_it_may(
    vendor: str,
    operation: str,
    start: object,
    job: str,
    ended: dict[str, object],
    took: float,
    most: int | Decimal,
    told: bool,
) -> None:
    last = {"success": True, "status": "failed", **(ended if told else {})}
    server = Server({job: last, "/": start})
    async with le.Session({vendor: KEY}, transport=server) as session:
        asked = await session.ask(vendor, operation, {"prompt": "Do they?"})
    assert isinstance(asked.result, le.FeatureExecutionError)
    paid, perhaps = {vendor: Decimal(str(took))}, {vendor: most} if most else {}
    assert (asked.cost.credits, asked.cost.uncertain_credits) == ((paid, {}) if told else ({}, perhaps))


@pytest.mark.looptime
async def test_an_answer_whose_price_only_it_could_tell_is_uncertain_where_it_does_not() -> None:
    done = {"success": True, "status": "completed", "data": {"name": "Mira Okafor"}, "creditsUsed": None}
    server = Server({"/v2/agent/r1": done, "/v2/agent": {"success": True, "id": "r1"}})
    async with le.Session({"firecrawl": KEY}, transport=server) as session:
        asked = await session.ask("firecrawl", "research", {"prompt": "Who runs it?"})
    assert isinstance(asked.result, Hit)
    assert (asked.cost.credits, asked.cost.uncertain_credits) == ({}, {"firecrawl": 200})


@pytest.mark.looptime
@pytest.mark.parametrize(("state", "billed"), [("errored", False), ("expired", False), ("unheard_of", True)])
async def test_what_a_batch_did_not_answer_costs_nothing_where_the_vendor_says_so(state: str, billed: bool) -> None:
    line = json.dumps({"custom_id": "0", "result": {"type": state}})
    server = Server(
        {
            "/v1/messages/batches/b1/results": httpx.Response(200, text=line),
            "/v1/messages/batches": {"id": "b1", "processing_status": "ended"},
        }
    )
    async with le.Session({"anthropic": KEY}, transport=server) as session:
        asked = await session.ask("anthropic", "batch-generate", {"prompt": "Do they?"})
    assert isinstance(asked.result, le.FeatureExecutionError)
    assert asked.cost.credits == {}
    assert bool(asked.cost.uncertain_credits) is billed


@pytest.mark.parametrize("code", ["unavailable", "query_too_long"])
async def test_a_search_that_failed_is_paid_as_the_reply_states(code: str) -> None:
    failed = {"type": "web_search_tool_result", "content": {"type": "web_search_tool_result_error", "error_code": code}}
    reply = {**claude("x"), "content": [failed]}
    async with le.Session({"anthropic": KEY}, transport=Server({"/v1/messages": reply})) as session:
        asked = await session.ask("anthropic", "research", {"prompt": "Do they?"})
    assert isinstance(asked.result, le.ProviderError)
    model = "anthropic.claude-haiku-4-5"
    assert asked.cost.credits == {f"{model}:input_tokens": 9, f"{model}:output_tokens": 5}
    assert asked.cost.uncertain_credits == {}


async def test_nulls_alone_are_no_answer() -> None:
    result, cost = await asked(openai({"sells": None}), output_schema=FORM)
    assert isinstance(result, Miss)
    assert result.reason == "the model does not know"
    assert cost.usd == 9 * MINI[0] + 5 * MINI[1]


@pytest.mark.parametrize("text", ['```json\n{"sells": true}\n```', '```\n{"sells": true}```', 'Here: {"sells": true}.'])
async def test_json_in_a_fence_or_among_words_is_read(text: str) -> None:
    result, _ = await asked(openai(text), output_schema=FORM)
    assert isinstance(result, Hit)
    assert result["answer"] == {"sells": True}
    assert set(result.data) == {"answer"}  # what it cost is no value


async def test_each_model_has_its_own_purses_and_cached_tokens_cost_less() -> None:
    result, cost = await asked(openai("Yes.", read=1_000, cached=800), model="gpt-5.4-2026-03-05")
    assert isinstance(result, Hit)
    assert dict(cost.credits) == {
        "openai.gpt-5.4:input_tokens": 200,
        "openai.gpt-5.4:cached_input_tokens": 800,
        "openai.gpt-5.4:output_tokens": 5,
    }
    assert cost.usd == (200 * Decimal("2.5") + 800 * Decimal("0.25") + 5 * 15) / MILLION


async def test_a_batch_costs_half() -> None:
    async with le.Session.sandbox(budget=le.Budget(usd=1)) as session:
        plain = await session.ask("openai", "generate", {"prompt": "Do they?"})
        batch = await session.ask("openai", "batch-generate", {"prompt": "Do they?"})
    assert plain.cost.usd
    assert batch.cost.usd == plain.cost.usd / 2
    assert all(":batch_" in purse for purse in batch.cost.credits)


def test_one_price_for_all_kinds_of_tokens_is_refused_and_the_error_tells_the_right_form() -> None:
    with pytest.raises(le.ConfigurationError, match=r"'input_tokens': '0.000001', 'output_tokens'"):
        le.Session({"openai": KEY}, prices={"openai": "0.01"})
    session = le.Session({"openai": KEY}, prices={"openai": {"input_tokens": "0.000001", "output_tokens": "0.000002"}})
    assert session.price("openai", "gpt-5.4-mini:batch_input_tokens") == Decimal("0.000001")
    assert session.price("openai", "some-new-model:output_tokens") == Decimal("0.000002")
    assert le.Session({"brave_search": KEY}, prices={"brave_search": "0.004"}).price("brave_search") == Decimal("0.004")


async def test_a_model_without_a_price_is_named_where_a_budget_in_usd_needs_its_price() -> None:
    session = le.Session({"openai": KEY}, transport=Server({}), budget=le.Budget(usd=1))
    async with session:
        with pytest.raises(le.ConfigurationError, match=r"'some-new-model:input_tokens': '0\.01'"):
            await session.call("openai", "generate", {"prompt": "x", "model": "some-new-model"})


async def test_a_budget_of_tokens_counts_every_model() -> None:
    budget = le.Budget(credits={"openai.output_tokens": 120})
    async with le.Session.sandbox(budget=budget) as session:
        await session.call("openai", "generate", {"prompt": "x", "max_output_tokens": 100})
        with pytest.raises(le.BudgetExceededError):
            await session.call("openai", "generate", {"prompt": "y", "model": "gpt-5.4", "max_output_tokens": 110})


@pytest.mark.looptime
async def test_529_is_tried_again_and_a_refusal_goes_to_the_next_model() -> None:
    busy = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    server = Server(
        {"/v1/messages": in_turn((529, busy), (200, claude("x", stop="refusal"))), "/v1/responses": openai("Looms.")}
    )
    prompt = {"prompt": Prompt("What does {company_name} sell?")}
    waterfall = le.Waterfall("generate", [le.Step("anthropic", options=prompt), le.Step("openai", options=prompt)])
    async with le.Session({"openai": KEY, "anthropic": KEY}, transport=server) as session:
        row = await waterfall.enrich({"company_name": "Brightloom"}, session=session)
    assert row["answer"] == "Looms."
    assert [attempt.outcome for attempt in row.attempts] == ["miss", "hit"]


RECORDS = [{"company_name": f"Company {number}"} for number in range(100)]


def test_a_plan_prices_models_from_what_a_question_usually_takes() -> None:
    options = {"prompt": Prompt("What does {company_name} sell?"), "max_output_tokens": 200}
    waterfall = le.Waterfall("generate", [le.Step("openai", options=options)])
    plan = waterfall.explain(RECORDS, session=le.Session({"openai": KEY}))
    assert plan.notes == ()
    assert plan.steps[0].price_known
    assert 0.01 < plan.usd.expected < 0.5


async def test_money_that_suffices_leaves_no_lead_out() -> None:
    options = {"prompt": Prompt("What does {company_name} sell?"), "max_output_tokens": 60}
    waterfall = le.Waterfall("generate", [le.Step("openai", options=options)])
    async with le.Session.sandbox() as session:
        rows = await waterfall.run(RECORDS, session=session, budget=le.Budget(usd="0.25"))
    assert {row.status for row in rows} == {"complete"}


async def test_nothing_is_left_out_on_an_assumed_price() -> None:
    waterfall = le.Waterfall("research", [le.Step("apify", options={"prompt": Prompt("About {company_name}")})])
    async with le.Session.sandbox(budget=le.Budget(calls=1_000, usd=400)) as session:
        rows = await waterfall.run(RECORDS[:20], session=session)
    assert [row.status for row in rows] == ["complete"] * 20


def test_a_chain_asks_a_question_after_what_its_prompt_needs() -> None:
    first = le.Waterfall("find_domain", ["serper"])
    options = {"prompt": Prompt("What stands on {company_domain}?")}
    second = le.Waterfall("research", [le.Step("openai", options=options)])
    assert le.Chain([second, first]).levels == [[1], [0]]
    assert second.states[0].needs == (("company_domain",),)
