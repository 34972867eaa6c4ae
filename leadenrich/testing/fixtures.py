"""Pytest fixtures: put `pytest_plugins = ["leadenrich.testing.fixtures"]` into your top-level conftest.py.

- `sandbox`: an open session with every vendor offline (`sandbox_session` is the same).
- `vendor_router`: `vendor_router("acme")` is a vendor whose answers you state, and the session that asks it.
- `conformance`: `await conformance("acme")` runs the conformance suite and names all gaps at once.
- `mock_vendor`: `mock_vendor("acme", handler)` is a session that asks one provider through your handler.

They are not loaded by themselves: an application that merely uses leadenrich has nothing of them in its tests.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio

from leadenrich.engine.session import Session
from leadenrich.registry import registry
from leadenrich.sandbox import sandbox_session as offline
from leadenrich.testing import conformance as suite
from leadenrich.testing.mock import provider_id, session_over

if TYPE_CHECKING:
    import respx


def pytest_configure() -> None:
    """Say that there is no current event loop: looptime asks for it even before a sync test, which would make one."""
    asyncio.set_event_loop(None)


@pytest_asyncio.fixture
async def sandbox() -> AsyncIterator[Session]:
    """Give an open session over the sandbox with seed 0."""
    async with offline(Session, 0) as session:
        yield session


@pytest.fixture
def sandbox_session(sandbox: Session) -> Session:
    """Give the same as `sandbox`."""
    return sandbox


@dataclass(frozen=True)
class RoutedVendor:
    """A vendor that answers as its routes say.

    Attributes:
        router: a `respx.Router` at the provider's base URL: `router.get("/people").respond(json={...})`. A request that
            no route takes is an error.
        session: a session that asks this provider through it, with the credentials `"test-<field>"`; open it.
    """

    router: respx.Router
    session: Session


@pytest.fixture
def vendor_router() -> Callable[..., RoutedVendor]:
    """Give a function that makes a vendor of routes: `vendor_router(provider, keys=None)`.

    A plugin's class may stand for its id; it is registered where no entry point has done it yet.
    """

    def routed(provider: str | type, keys: Mapping[str, str] | None = None) -> RoutedVendor:
        import respx

        name = provider_id(provider)
        router = respx.Router(base_url=registry.info(name).base_url, assert_all_called=False)
        return RoutedVendor(router, session_over(name, router.async_handler, keys))

    return routed


@pytest.fixture
def conformance() -> Callable[[str | type], Awaitable[None]]:
    """Give the whole suite as one function of a provider: `await` it with the class or the id.

    It raises one AssertionError that names every gap.
    """
    return suite.run


@pytest.fixture
def mock_vendor() -> Callable[..., Session]:
    """Give a function that makes a session over a pretended vendor: `mock_vendor(provider_id, handler, keys=None)`.

    A plugin's class may stand for its id; it is registered where no entry point has done it yet.
    """

    def session_of(provider: str | type, handler: Any, keys: Mapping[str, str] | None = None) -> Session:
        return session_over(provider_id(provider), handler, keys)

    return session_of
