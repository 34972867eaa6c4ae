"""The suite that plugin authors run, run for every built-in provider; and that it has teeth."""

import pytest

from leadenrich.registry import registry
from leadenrich.testing import conformance

CHECKS = [check for provider in registry.builtin_ids() for check in conformance.checks(provider)]


@pytest.mark.parametrize("check", CHECKS, ids=str)
async def test_every_provider_conforms(check: conformance.Check) -> None:
    await check()
