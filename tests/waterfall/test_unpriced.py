"""A budget in USD, and steps without a price: refused before the first call, with every missing price at once."""

from typing import Any

import pytest

import leadenrich as le
from leadenrich.errors import ConfigurationError
from leadenrich.results import Hit
from leadenrich.waterfall import Chain, Waterfall
from tests.waterfall.fakes import FakeSession, lead

FOUND = Hit(email="mira.okafor@brightloom.example")
FINDER = ("find_email", ["alpha", "beta"])
MISSING = r"the price of beta, vito; give prices=\{'beta': '0.01', 'vito': '0.01'\} \(USD per credit\)"


class Session(FakeSession):
    """Knows no price of beta and vito."""

    def price(self, provider_id: str, pool: str = "") -> Any:
        return None if provider_id in ("beta", "vito") else super().price(provider_id, pool)


def enrichers() -> list[Any]:
    checked = Waterfall(*FINDER, verify=["vera", "vito"])
    return [
        checked,
        Chain([Waterfall("find_domain", ["alpha"]), checked]),
        Chain([Waterfall(*FINDER), Waterfall("verify_email", ["vito"])]),
    ]


@pytest.mark.parametrize("place", range(3))
@pytest.mark.parametrize("limit", [{"budget": le.Budget(usd=5)}, {"max_cost_per_record": "0.5"}])
async def test_every_missing_price_is_named_before_the_first_call(place: int, limit: dict[str, Any]) -> None:
    session = Session({"alpha": FOUND, "vera": Hit(email_status="valid")})
    with pytest.raises(ConfigurationError, match=MISSING):
        await enrichers()[place].run([lead()] * 3, session=session, **limit)
    assert session.calls == []
    assert session.streams == 0


@pytest.mark.parametrize("place", range(3))
def test_a_plan_within_a_budget_says_the_same(place: int) -> None:
    with pytest.raises(ConfigurationError, match=MISSING):
        enrichers()[place].explain(100, session=Session(), budget=le.Budget(usd=5))
    assert enrichers()[place].explain(100, session=Session()).usd.expected > 0  # without one, prices are assumed


async def test_a_budget_of_the_session_counts_too() -> None:
    async with le.Session.sandbox(budget=le.Budget(usd=1)) as session:
        finder = le.Waterfall("find_email", ["contactout", "hunter"])
        for work in (lambda: finder.run([lead()], session=session), lambda: finder.enrich(lead(), session=session)):
            with pytest.raises(ConfigurationError, match=r"needs the price of contactout.*; give prices="):
                await work()
        with pytest.raises(ConfigurationError, match="needs the price of contactout"):
            finder.explain(10, session=session)
        assert len(session.health) == 0  # nobody was asked


async def test_steps_that_cannot_be_asked_need_no_price() -> None:
    session = Session({"alpha": FOUND}, without=("beta",))
    rows = await Waterfall(*FINDER).run([lead()], session=session, budget=le.Budget(calls=5))
    assert rows[0].status == "complete"
    assert Waterfall(*FINDER).explain(5, session=session, budget=le.Budget(usd=1)).records == 5


def test_the_prices_that_are_lacking_are_told_before_a_run() -> None:
    """A page asks for them, instead of reading them out of an error."""
    chain = le.recipes.lead()
    lacking = chain.unpriced(session=le.Session.sandbox())
    assert lacking.keys() >= {"ocean_io"}
    with pytest.raises(ConfigurationError) as raised:
        chain.explain(10, session=le.Session.sandbox(), budget=le.Budget(usd=5))
    assert all(f"'{name}': '0.01'" in str(raised.value) for name in lacking)
    priced = le.Session.sandbox(prices=dict.fromkeys(lacking, "0.01"))
    assert chain.unpriced(session=priced) == {}
    assert chain.explain(10, session=priced, budget=le.Budget(usd=5)).usd.expected > 0
    assert chain.unpriced(session=le.Session({})) == {}  # nobody is asked without keys, but free sources


async def test_every_purse_that_a_step_may_draw_on_needs_a_price() -> None:
    """A vendor's look-up may take credits of a second purse; without its price the run would end in unknown USD."""
    waterfall = Waterfall("find_email", ["contactout"])
    lacking = waterfall.unpriced(session=le.Session.sandbox())
    assert lacking.keys() == {"contactout.email", "contactout.search"}
    people = [lead() for _ in range(1)]
    async with le.Session.sandbox(prices=dict.fromkeys(lacking, "0.1"), knows="everything") as session:
        row = await waterfall.enrich(people[0], session=session, budget=le.Budget(usd=5))
    assert row.cost.usd is not None
