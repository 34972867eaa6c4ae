"""World -> the vendor's reply shape -> the adapter -> the same facts, for every operation of every fake vendor."""

import asyncio

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from leadenrich.registry import registry
from leadenrich.sandbox.transport import handlers_of
from leadenrich.testing.roundtrip import SIZE, features_of, round_trip

OPERATIONS = [
    pytest.param(vendor, feature.operation, id=f"{vendor} {feature.operation}")
    for vendor in registry.builtin_ids()
    if handlers_of(vendor) is not None
    for feature in features_of(vendor)
]


@pytest.mark.parametrize(("vendor", "operation"), OPERATIONS)
@settings(max_examples=4, phases=[Phase.generate])
@given(way=st.integers(0, 7), start=st.integers(0, SIZE - 1))
def test_facts_come_back_as_they_are(vendor: str, operation: str, way: int, start: int) -> None:
    assert asyncio.run(round_trip(vendor, operation, way, start)) == []
