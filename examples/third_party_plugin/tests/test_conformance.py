"""Acme keeps what every provider must keep: leadenrich's own suite, run here as for the built-in ones."""

import pytest
from leadenrich_acme import Acme

from leadenrich.testing import conformance


@pytest.mark.parametrize("check", conformance.checks(Acme), ids=str)
async def test_acme_conforms(check: conformance.Check) -> None:
    await check()
