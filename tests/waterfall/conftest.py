"""Every test here knows the invented providers."""

from collections.abc import Iterator

import pytest

from tests.waterfall.fakes import registered


@pytest.fixture(autouse=True)
def _invented_providers() -> Iterator[None]:
    with registered():
        yield
