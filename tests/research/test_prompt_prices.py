"""What a prompt costs by its length and by what a vendor has cached of it."""

import json
from decimal import Decimal
from typing import Any

import httpx
import pytest

import leadenrich as le
from leadenrich.contract import Query
from leadenrich.registry import registry
from leadenrich.research import Research
from tests.engine.vendors import Server
from tests.research.replies import claims, claude, in_turn, openai

KEY = "key-for-tests"
MILLION = Decimal(1_000_000)
PAGE = "Brightloom weaves linen in two sheds. " * 600  # about 5,700 tokens
BANDED = {
    "anthropic": {"claude-haiku-5-5": 100_000},
    "openai": {"gpt-5.4": 272_000, "gpt-5.6-luna": 272_000, "gpt-6-luna": 272_000, "gpt-6-sol": 272_000},
    "gemini": {"gemini-2.5-pro": 200_000, "gemini-3.1-pro-preview": 200_000},
}


@pytest.mark.parametrize("provider", BANDED)
def test_the_price_table_tells_above_which_length_a_prompt_costs_more(provider: str) -> None:
    listed = registry.info(provider).prices
    for model, above in BANDED[provider].items():
        long = {price.pool.partition(":")[2]: price for price in listed if price.pool.startswith(f"{model}:long_")}
        assert {"long_input_tokens", "long_output_tokens"} <= set(long)
        plain = {price.pool.partition(":")[2]: price for price in listed if price.pool.startswith(f"{model}:")}
        for kind, price in long.items():
            assert price.above == above
            assert price.source
            assert price.as_of
            assert Decimal(price.usd) > Decimal(plain[kind.removeprefix("long_")].usd)


@pytest.mark.parametrize(("read", "usd"), [(272_000, "2.50"), (272_001, "5")])
async def test_a_prompt_beyond_the_length_is_charged_at_the_higher_price_as_a_whole(read: int, usd: str) -> None:
    server = Server({"/v1/responses": openai("Yes.", read=read, written=100, cached=1_000)})
    async with le.Session({"openai": KEY}, transport=server) as session:
        asked = await session.ask("openai", "generate", {"prompt": "Do they?", "model": "gpt-5.4"})
    higher = read > 272_000
    cached, written = ("0.50", "22.50") if higher else ("0.25", "15")
    assert (
        asked.cost.usd == ((read - 1_000) * Decimal(usd) + 1_000 * Decimal(cached) + 100 * Decimal(written)) / MILLION
    )
    assert all((":long_" in purse) is higher for purse in asked.cost.credits)


async def test_a_prompt_that_may_be_long_is_reserved_at_the_higher_price() -> None:
    """A budget that suffices for the plain price alone lets nothing out."""
    query = {"prompt": "x" * 120_000, "model": "claude-haiku-5-5", "max_output_tokens": 100}
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request, count: int) -> Any:
        sent.append(request)
        return claude("Yes.", read=30_000)

    budget = le.Budget(usd="0.05")  # 121,000 tokens at most: 0.0122 at the plain price, 0.0608 at the higher one
    async with le.Session({"anthropic": KEY}, transport=Server({"/v1/messages": answer}), budget=budget) as session:
        with pytest.raises(le.BudgetExceededError):
            await session.call("anthropic", "generate", query)
        assert not sent
        await session.call("anthropic", "generate", {**query, "prompt": "x" * 90_000})
    assert len(sent) == 1


def test_prices_of_the_callers_hold_for_long_prompts_and_caches_too() -> None:
    mine = {"input_tokens": "0.000001", "output_tokens": "0.000002"}
    session = le.Session({"openai": KEY}, prices={"openai": mine})
    for kind in ("long_input_tokens", "batch_long_input_tokens", "kept_input_tokens", "long_cached_input_tokens"):
        assert session.price("openai", f"gpt-5.4:{kind}") == Decimal("0.000001")
    listed = le.Session({"gemini": KEY})
    assert listed.price("gemini", "gemini-3.1-pro-preview:long_cached_input_tokens") == Decimal("0.000004")


async def test_a_budget_of_tokens_counts_batches_and_long_prompts() -> None:
    budget = le.Budget(credits={"openai.output_tokens": 120})
    async with le.Session.sandbox(budget=budget) as session:
        await session.ask("openai", "batch-generate", {"prompt": "x", "max_output_tokens": 100})
        with pytest.raises(le.BudgetExceededError):
            await session.call("openai", "generate", {"prompt": "y", "max_output_tokens": 118})


class Vendor:
    """Answers as a model's vendor does that caches; keeps what it was sent."""

    def __init__(self, path: str, reply: Any) -> None:
        self.bodies: list[Any] = []
        self.reply, self.path = reply, path

    @property
    def transport(self) -> Server:
        def read(request: httpx.Request, count: int) -> Any:
            return {"results": [{"url": json.loads(request.content)["urls"][0], "raw_content": PAGE}]}

        def answer(request: httpx.Request, count: int) -> Any:
            self.bodies.append(json.loads(request.content))
            return self.reply

        return Server({"/extract": read, self.path: answer})


def question(provider: str, model: str, text: str = "Is {full_name} in charge at {company_name}?") -> Research:
    return Research(text, [provider], model=model, answer={"in_charge": bool}, read=["tavily"], max_output_tokens=200)


PEOPLE = [
    {"full_name": name, "company_name": "Brightloom", "company_domain": "brightloom.example"}
    for name in ("Mira Okafor", "Jonas Feld", "Ada Lindqvist")
]


async def run(vendor: Vendor, provider: str, asked: Research) -> list[le.EnrichedRecord]:
    keys = {provider: KEY, "tavily": KEY}
    async with le.Session(keys, transport=vendor.transport, prices={"tavily": "0.008"}) as session:
        return await asked.run(PEOPLE, session=session)


async def test_what_a_company_s_people_share_is_marked_for_anthropic_s_cache() -> None:
    vendor = Vendor("/v1/messages", claude(claims(in_charge=True)))
    await run(vendor, "anthropic", question("anthropic", "claude-sonnet-4-6"))
    contents = [body["messages"][0]["content"] for body in vendor.bodies]
    assert len(contents) == 3
    assert all(blocks[0] == contents[0][0] for blocks in contents)
    assert contents[0][0]["cache_control"] == {"type": "ephemeral"}
    assert "weaves linen" in contents[0][0]["text"]
    assert all(person["full_name"] not in contents[0][0]["text"] for person in PEOPLE)
    assert sum(any(person["full_name"] in blocks[1]["text"] for person in PEOPLE) for blocks in contents) == 3


@pytest.mark.parametrize(
    ("model", "text"),
    [
        ("claude-sonnet-4-6", "Does {company_name} sell to hospitals?"),  # one question for all its people: asked once
        ("claude-opus-4-6", "Is {full_name} in charge at {company_name}?"),  # long enough is 4,096 tokens
    ],
)
async def test_what_caching_does_not_pay_for_is_not_marked(model: str, text: str, monkeypatch: Any) -> None:
    monkeypatch.setattr("tests.research.test_prompt_prices.PAGE", PAGE[:9_000])
    vendor = Vendor("/v1/messages", claude(claims(in_charge=True)))
    await run(vendor, "anthropic", question("anthropic", model, text))
    assert {type(body["messages"][0]["content"]) for body in vendor.bodies} == {str}
    assert "cache_control" not in json.dumps(vendor.bodies)


@pytest.mark.looptime
async def test_the_first_of_a_beginning_is_answered_before_the_others_are_sent() -> None:
    sent: list[float] = []
    vendor = Vendor("/v1/messages", claude(claims(in_charge=True)))
    server = vendor.transport
    keys = {"anthropic": KEY, "tavily": KEY}
    async with le.Session(keys, transport=server, prices={"tavily": "0.008"}) as session:
        asked = session.ask

        async def ask(provider: str, *args: Any, **kwargs: Any) -> Any:
            import asyncio

            if provider == "anthropic":
                sent.append(session.now())
                await asyncio.sleep(3)
            return await asked(provider, *args, **kwargs)

        session.ask = ask  # type: ignore[method-assign]  # a vendor that takes three seconds
        rows = await question("anthropic", "claude-sonnet-4-6").run(PEOPLE, session=session)
    assert [row.status for row in rows] == ["complete"] * 3
    assert [round(time - sent[0]) for time in sent] == [0, 3, 3]


async def test_cached_tokens_cost_the_cached_price_and_what_is_put_there_the_writing_price() -> None:
    usage = {"input_tokens": 50, "cache_creation_input_tokens": 2_000, "cache_read_input_tokens": 4_000}
    reply = claude("Yes.") | {"usage": {**usage, "output_tokens": 10}}
    async with le.Session({"anthropic": KEY}, transport=Server({"/v1/messages": reply})) as session:
        asked = await session.ask("anthropic", "generate", {"prompt": "Do they?", "model": "claude-sonnet-4-6"})
    wanted = 50 * 3 + 2_000 * Decimal("3.75") + 4_000 * Decimal("0.30") + 10 * 15
    assert asked.cost.usd == wanted / MILLION


async def test_the_sandbox_caches_as_the_vendors_do_and_people_of_one_company_cost_less() -> None:
    async with le.Session.sandbox(knows="everything") as session:
        asked = {"prompt": f"{PAGE}\n\nQuestion: 1?", "model": "claude-sonnet-4-6", "shared_characters": len(PAGE)}
        first = await session.ask("anthropic", "generate", asked)
        second = await session.ask("anthropic", "generate", {**asked, "prompt": f"{PAGE}\n\nQuestion: 2?"})
        plain = await session.ask(
            "anthropic", "generate", {"prompt": f"{PAGE}\n\nQuestion: 3?", "model": asked["model"]}
        )
    assert first.cost.usd
    assert second.cost.usd
    assert plain.cost.usd
    assert second.cost.usd < plain.cost.usd / 3 < first.cost.usd / 3
    assert any(purse.endswith(":kept_input_tokens") for purse in first.cost.credits)
    assert any(purse.endswith(":cached_input_tokens") for purse in second.cost.credits)


def body_of(provider: str, **query: Any) -> Any:
    asked = Query({"prompt": f"{PAGE}Who leads it?", "shared_characters": len(PAGE), **query})
    return next(registry.get(provider)().flow("generate", asked)).json  # type: ignore[union-attr]  # a Request


def test_openai_is_told_the_key_of_the_cache_and_later_models_what_to_keep() -> None:
    older = body_of("openai", model="gpt-5.4-mini")
    assert older["input"] == f"{PAGE}Who leads it?"
    assert len(older["prompt_cache_key"]) == 24
    assert older["prompt_cache_key"] == body_of("openai", model="gpt-5.4-mini")["prompt_cache_key"]
    later = body_of("openai", model="gpt-6-luna")
    assert later["prompt_cache_options"] == {"mode": "explicit"}
    first, second = later["input"][0]["content"]
    assert first == {"type": "input_text", "text": PAGE, "prompt_cache_breakpoint": {"mode": "explicit"}}
    assert second == {"type": "input_text", "text": "Who leads it?"}
    alone = body_of("openai", model="gpt-6-luna", shared_characters=None)
    assert alone["prompt_cache_options"] == {"mode": "explicit"}  # or keeping it is paid for without use
    assert isinstance(alone["input"], str)
    assert "prompt_cache_key" not in body_of("openai", model="gpt-5.4-mini", shared_characters=None)


def test_mistral_is_told_the_key_of_the_cache_and_gemini_nothing() -> None:
    assert len(body_of("mistral")["prompt_cache_key"]) == 24
    assert "cache" not in json.dumps(body_of("gemini")).lower()


async def test_mistral_s_cached_tokens_cost_a_tenth() -> None:
    usage = {"prompt_tokens": 1_000, "completion_tokens": 10, "prompt_tokens_details": {"cached_tokens": 640}}
    choices = [{"finish_reason": "stop", "message": {"content": "Yes."}}]
    server = Server({"/v1/chat/completions": in_turn((200, {"choices": choices, "usage": usage}))})
    async with le.Session({"mistral": KEY}, transport=server) as session:
        asked = await session.ask("mistral", "generate", {"prompt": "Do they?", "model": "mistral-medium-latest"})
    assert asked.cost.usd == (360 * Decimal("1.50") + 640 * Decimal("0.15") + 10 * Decimal("7.50")) / MILLION
