"""World -> the vendor's reply shape -> the adapter -> the same facts, for every operation of every fake vendor."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import leadenrich as le
from leadenrich.registry import registry
from leadenrich.sandbox import sandbox_session
from leadenrich.sandbox.transport import handlers_of
from leadenrich.testing.asking import SIZE, features_of
from leadenrich.testing.roundtrip import ask_about_strangers, compare_books, round_trip

pytestmark = pytest.mark.slow

VENDORS = [vendor for vendor in registry.builtin_ids() if handlers_of(vendor) is not None]


async def of_every_operation(vendor: str, ask: Callable[[str, str], Awaitable[list[str]]]) -> list[str]:
    """Return what goes wrong with each operation of a vendor, asked in turn."""
    asked = [feature.operation for feature in features_of(vendor)]
    return [f"{operation}: {line}" for operation in asked for line in await ask(vendor, operation)]


@pytest.mark.parametrize("vendor", VENDORS)
@settings(max_examples=3, phases=[Phase.generate])
@given(way=st.integers(0, 7), start=st.integers(0, SIZE - 1))
def test_facts_come_back_as_they_are(vendor: str, way: int, start: int) -> None:
    assert asyncio.run(of_every_operation(vendor, partial(round_trip, way=way, start=start))) == []


@pytest.mark.parametrize("vendor", VENDORS)
async def test_many_at_once_are_as_true_as_one(vendor: str) -> None:
    """Asked side by side, questions are folded into the vendor's bulk endpoints; each asker gets its own answer."""
    assert await of_every_operation(vendor, partial(round_trip, start=11, many=3)) == []


@pytest.mark.parametrize("vendor", VENDORS)
async def test_whoever_fits_every_word_is_found(vendor: str) -> None:
    """Each optional word is understood: with all of them said of somebody, that somebody is still found."""
    assert await of_every_operation(vendor, partial(round_trip, start=3, wide=True)) == []


@pytest.mark.parametrize("vendor", VENDORS)
async def test_a_stranger_is_a_miss(vendor: str) -> None:
    assert await of_every_operation(vendor, ask_about_strangers) == []


@pytest.mark.parametrize("vendor", VENDORS)
async def test_the_books_agree(vendor: str) -> None:
    """What the library has booked is what the vendor took, for hits and for misses, alone and folded."""
    assert await of_every_operation(vendor, compare_books) == []


@pytest.mark.parametrize("vendor", VENDORS)
async def test_accounts_can_be_asked(vendor: str) -> None:
    """A vendor that documents an account look-up or a free key check answers it in the sandbox too."""
    async with sandbox_session(le.Session, 0) as session:
        try:
            quota = await session.quota(vendor)
        except le.FeatureNotSupportedError:
            quota = None
        assert quota is None or isinstance(quota, le.Quota)
        try:
            assert await session.check(vendor) is True
        except le.FeatureNotSupportedError:
            assert quota is None
