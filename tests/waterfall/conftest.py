"""Every test here knows the invented providers and runs under virtual time."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.waterfall.fakes import registered


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put every coroutine of this folder under virtual time, unless it says otherwise itself."""
    here = Path(__file__).parent
    for item in items:
        here_and_async = item.path.is_relative_to(here) and item.get_closest_marker("asyncio")
        if here_and_async and not item.get_closest_marker("looptime"):
            item.add_marker(pytest.mark.looptime)


@pytest.fixture(autouse=True)
def _invented_providers() -> Iterator[None]:
    with registered():
        yield
