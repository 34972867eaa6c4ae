"""Pytest fixtures: put `pytest_plugins = ["leadenrich.testing.fixtures"]` into your top-level conftest.py.

- `sandbox_session`: a session with every vendor offline.
- `mock_vendor`: `mock_vendor("acme", handler)` is a session that asks one provider through your handler, a
  `respx` router's `async_handler` included (respx does not see the default transport by itself).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import pytest
import pytest_asyncio

from leadenrich.engine.session import Session
from leadenrich.sandbox import sandbox_session as offline
from leadenrich.testing.mock import provider_id, session_over


def pytest_configure() -> None:
    """Say that there is no current event loop: looptime asks for it even before a sync test, which would make one."""
    asyncio.set_event_loop(None)


@pytest_asyncio.fixture
async def sandbox_session() -> AsyncIterator[Session]:
    """Give an open session over the sandbox with seed 0."""
    async with offline(Session, 0) as session:
        yield session


@pytest.fixture
def mock_vendor() -> Callable[..., Session]:
    """Give a function that makes a session over a pretended vendor: `mock_vendor(provider_id, handler, keys=None)`.

    A plugin's class may stand for its id; it is registered where no entry point has done it yet.
    """

    def session_of(provider: str | type, handler: Any, keys: Mapping[str, str] | None = None) -> Session:
        return session_over(provider_id(provider), handler, keys)

    return session_of
