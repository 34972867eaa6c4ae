"""G3: a budget is a wall; charges are by high-water mark; uncertain cost counts as spent."""

import asyncio
import logging
from decimal import Decimal

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

import leadenrich as le
from leadenrich.engine.budget import BudgetLedger, reserve
from leadenrich.results import Cost
from tests.engine.vendors import KEY, Server, name

CREDENTIALS = {"acme": KEY}


async def test_one_endpoint_behind_two_operations_is_paid_once_by_high_water_mark() -> None:
    server = Server()
    async with le.Session(CREDENTIALS, transport=server) as session:
        found = await session.call("acme", "find_email", {"full_name": "Mira Okafor"})
        enriched = await session.call("acme", "enrich_person", {"full_name": "Mira Okafor"})
        again = await session.call("acme", "find_email", {"full_name": "Mira Okafor"})
    assert len(server.requests) == 1
    assert (found.credits, enriched.credits, again.credits) == (1, 1, 0)  # 2 in all: the most claimed
    assert found.cost.usd == Decimal("0.02")
    assert again.cached
    assert session.usage.cost.credits == {"acme": Decimal(2)}


async def test_a_record_that_is_charged_once_is_paid_once_whatever_is_asked_about_it() -> None:
    server = Server({"/title": {"title": "CEO", "id": 7}, "/email": {"email": "mira@brightloom.example", "id": 7}})
    async with le.Session({"managing": KEY}, transport=server) as session:
        found = await session.call("managing", "find_email", {"full_name": "Mira Okafor"})
        more = await session.call("managing", "enrich_person", {"full_name": "Mira Okafor"})
        again = await session.call("managing", "enrich_person", {"linkedin_url": "https://www.linkedin.com/in/mira"})
    assert len(server.requests) == 3
    assert (found.credits, more.credits, again.credits) == (1, 1, 0)
    assert (found.cost.usd, again.cost.usd) == (Decimal("0.02"), 0)
    assert again.cost.calls == 1


async def test_the_reply_may_say_what_it_cost() -> None:
    async with le.Session(CREDENTIALS, transport=Server({"/verify": {"status": "valid", "cost": "1.5"}})) as session:
        hit = await session.call("acme", "verify_email", {"email": "mira@brightloom.example"})
    assert hit.credits == Decimal("1.5")


@pytest.mark.parametrize(
    ("budget", "allowed"),
    [
        (le.Budget(credits={"acme": 7}), 3),
        (le.Budget(usd="0.13"), 3),
        (le.Budget(usd=0.13), 3),
        (le.Budget(calls=5), 5),
        (le.Budget(credits={"acme": 0}), 0),
    ],
)
async def test_the_budget_is_never_exceeded_and_the_rest_is_refused(budget: le.Budget, allowed: int) -> None:
    server = Server()
    async with le.Session(CREDENTIALS, transport=server, budget=budget) as session:
        answers = await session.bulk("acme", "enrich_person", [{"full_name": name(i)} for i in range(40)])
        assert session.budget is not None
        assert all(amount == 0 for amount in session.budget.reserved.values())
    hits = [answer for answer in answers if isinstance(answer, le.Hit)]
    refused = [answer for answer in answers if isinstance(answer, le.BudgetExceededError)]
    assert (len(hits), len(refused), len(server.requests)) == (allowed, 40 - allowed, allowed)
    if refused:
        assert "left" in str(refused[0])


async def test_misses_give_their_reservation_back_to_those_who_wait() -> None:
    server = Server({"/person": {"person": None}})
    async with le.Session(CREDENTIALS, transport=server, budget=le.Budget(credits={"acme": 2})) as session:
        answers = await session.bulk("acme", "enrich_person", [{"full_name": name(i)} for i in range(25)])
    assert all(isinstance(answer, le.Miss) for answer in answers)
    assert session.budget is not None
    assert session.budget.spent["acme"] == 0


async def test_a_usd_budget_without_a_price_is_an_error_before_the_first_call() -> None:
    server = Server()
    async with le.Session({"hunter": KEY}, transport=server, budget=le.Budget(usd=1)) as session:
        with pytest.raises(le.ConfigurationError, match="price"):
            await session.call("hunter", "enrich_company", {"company_domain": "brightloom.example"})
    assert not server.requests


async def test_the_caller_prices_an_operation_whose_credits_are_not_documented() -> None:
    server = Server({"/v2/companies": {"data": {"name": "Brightloom"}}})
    prices = {"hunter.enrich_company": "0.05"}
    async with le.Session({"hunter": KEY}, transport=server, budget=le.Budget(usd=1), prices=prices) as session:
        hit = await session.call("hunter", "enrich_company", {"company_domain": "brightloom.example"})
    assert hit.cost.usd == Decimal("0.05")


async def test_a_lost_answer_is_booked_as_uncertain_and_not_asked_again(caplog: pytest.LogCaptureFixture) -> None:
    server = Server({"/person": httpx.ReadError("reset")})
    async with le.Session(CREDENTIALS, transport=server, budget=le.Budget(credits={"acme": 3}), retries=5) as session:
        with pytest.raises(le.ProviderUnreachableError) as caught:
            await session.call("acme", "enrich_person", {"full_name": "Mira Okafor"})
        assert caught.value.maybe_charged
        assert len(server.requests) == 1
        assert session.budget is not None
        assert session.budget.uncertain["acme"] == 2
        with pytest.raises(le.BudgetExceededError):  # uncertain counts as spent: 1 is left, 2 are needed
            await session.call("acme", "enrich_person", {"full_name": "Jonas Weber"})
    assert session.usage.cost.uncertain_credits == {"acme": Decimal(2)}
    assert "uncertain" not in caplog.text


async def test_warnings_at_80_and_100_percent(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "leadenrich")
    heard: list[le.Event] = []
    budget = le.Budget(credits={"acme": 10})
    async with le.Session(CREDENTIALS, transport=Server(), budget=budget, on_event=heard.append) as session:
        for i in range(5):
            await session.call("acme", "enrich_person", {"full_name": name(i)})
    shares = [event.data["share"] for event in heard if event.kind == "budget.warning"]
    assert shares == [0.8, 1.0]
    assert "80 %" in caplog.text


@pytest.mark.parametrize("wrong", [{"usd": "lots"}, {"usd": -1}, {"credits": {"acme": "x"}}, {"calls": float("nan")}])
def test_a_malformed_budget_is_an_error(wrong: dict[str, object]) -> None:
    with pytest.raises(le.ConfigurationError, match="budget"):
        le.Budget(**wrong)  # type: ignore[arg-type]  # on purpose


@pytest.mark.parametrize(
    "settings",
    [{"prices": {"acmee": 1}}, {"prices": {"acme": "x"}}, {"rates": {"acmee": []}}, {"credentials": {"acmee": "k"}}],
)
def test_settings_for_an_unknown_provider_name_the_nearest(settings: dict[str, object]) -> None:
    with pytest.raises(le.ConfigurationError):
        le.Session(**settings)  # type: ignore[arg-type]  # on purpose


class Purse:
    """A shared wallet of ten credits."""

    def __init__(self) -> None:
        self.left = Decimal(10)
        self.accounts: set[str] = set()

    async def reserve(self, account: str, purse: str, amount: Decimal) -> bool:
        self.accounts.add(account)
        if amount > self.left:
            return False
        self.left -= amount
        return True

    async def settle(self, account: str, purse: str, reserved: Decimal, spent: Decimal) -> None:
        self.left += reserved - spent


async def test_a_shared_wallet_is_one_purse_for_one_key() -> None:
    purse, server = Purse(), Server()
    async with (
        le.Session(CREDENTIALS, transport=server, wallet=purse) as one,
        le.Session(CREDENTIALS, transport=server, wallet=purse) as two,
    ):
        first = await one.bulk("acme", "enrich_person", [{"full_name": name(i)} for i in range(4)])
        second = await two.bulk("acme", "enrich_person", [{"full_name": name(i)} for i in range(4)])
    assert len(purse.accounts) == 1
    assert KEY not in str(purse.accounts)
    assert sum(isinstance(answer, le.Hit) for answer in first + second) == 5
    assert purse.left == 0


@given(
    limit=st.integers(0, 40),
    calls=st.lists(st.tuples(st.integers(1, 6), st.integers(0, 6), st.booleans(), st.integers(0, 3)), max_size=30),
)
def test_under_any_interleaving_the_wall_holds_and_no_call_waits_for_ever(
    limit: int, calls: list[tuple[int, int, bool, int]]
) -> None:
    ledger = BudgetLedger(le.Budget(credits={"acme": limit}))
    worst = Decimal(0)

    async def one(most: int, spent: int, unsure: bool, ticks: int) -> None:
        nonlocal worst
        try:
            held = await reserve("acme", "a", {"": Decimal(most)}, None, [ledger])
        except le.BudgetExceededError:
            return
        worst = max(worst, ledger.spent["acme"] + ledger.reserved["acme"])
        for _ in range(ticks):
            await asyncio.sleep(0)
        amount = {"acme": Decimal(min(spent, most))}
        held.settle(Cost(usd=None, uncertain_credits=amount) if unsure else Cost(usd=None, credits=amount))

    async def main() -> None:
        async with asyncio.timeout(30):
            await asyncio.gather(*(one(*call) for call in calls))

    asyncio.run(main())
    assert worst <= limit
    assert ledger.spent["acme"] == sum(ledger.spent.values())
    assert ledger.reserved["acme"] == 0


async def test_a_cancelled_waiter_passes_its_turn_on() -> None:
    ledger = BudgetLedger(le.Budget(credits={"acme": 1}))
    one = {"": Decimal(1)}
    held = await reserve("acme", "a", one, None, [ledger])
    first = asyncio.create_task(reserve("acme", "a", one, None, [ledger]))
    second = asyncio.create_task(reserve("acme", "a", one, None, [ledger]))
    await asyncio.sleep(0)
    held.settle(Cost())
    first.cancel()
    reservation = await asyncio.wait_for(second, 5)
    reservation.settle(Cost())
    assert ledger.reserved["acme"] == 0
