"""A real session over a vendor that is only pretended: every request is kept, every answer prepared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from leadenrich.contract.auth import SANDBOX_KEY
from leadenrich.engine.session import Session
from leadenrich.registry import registry
from leadenrich.sandbox.session import HurriedJobs, HurriedLimiter
from leadenrich.sandbox.transport import SandboxTransport

MOST_REQUESTS = 30
"""After so many requests the pretended vendor fails, so that a flow that waits for more comes to its end."""


@dataclass
class MockVendor:
    """Answers every request by `answer`, and keeps what was asked.

    Attributes:
        answer: request -> response. asked: the requests so far, as they went out.
    """

    answer: Callable[[httpx.Request], httpx.Response]
    asked: list[httpx.Request] = field(default_factory=list)

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        self.asked.append(request)
        if len(self.asked) > MOST_REQUESTS:
            return httpx.Response(500, json={"error": "asked too often"})
        return self.answer(request)


class Recorder(httpx.AsyncBaseTransport):
    """Passes requests on to another transport and keeps what it answered."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self.inner = inner
        self.exchanges: list[tuple[httpx.Request, httpx.Response]] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Pass one request on."""
        response = await self.inner.handle_async_request(request)
        self.exchanges.append((request, response))
        return response


def always(status: int = 200, **response: Any) -> MockVendor:
    """Return a vendor that gives the same answer to everything; `response` as `httpx.Response` takes it."""
    return MockVendor(lambda request: httpx.Response(status, **response))


def provider_id(provider: Any) -> str:
    """Return a provider's id, given the id or the class; a class that is not registered yet is registered."""
    if isinstance(provider, str):
        return provider
    if provider.info.id not in registry.ids():
        registry.add(provider)  # the conformance suite says what is wrong with its facts
    return str(provider.info.id)


def session_over(
    provider_id: str, vendor: Callable[..., Any] | httpx.AsyncBaseTransport, keys: Mapping[str, str] | None = None
) -> Session:
    """Return a session that asks one provider through a pretended vendor: nothing is repeated, nothing waited for.

    Args:
        provider_id: the provider.
        vendor: an httpx handler (a `MockVendor`, a respx router's `async_handler`, ...) or a transport.
        keys: its credentials; by default each field is `"test-<field>"`.
    """
    info = registry.info(provider_id)
    given = dict(keys) if keys is not None else {name: f"test-{name}" for name in info.auth.fields}
    transport = vendor if isinstance(vendor, httpx.AsyncBaseTransport) else httpx.MockTransport(vendor)
    session = Session(credentials={provider_id: given}, transport=transport, limiter=HurriedLimiter(), retries=0)
    session._use(HurriedJobs(session._context))
    return session


async def recorded(provider_id: str, operation: str, query: Mapping[str, Any], seed: int, size: int) -> Recorder:
    """Return the exchanges of a question that the provider's fake can answer."""
    recorder = Recorder(SandboxTransport(seed, knows="everything", delay=None, size=size))
    keys = dict.fromkeys(registry.info(provider_id).auth.fields, SANDBOX_KEY)
    async with session_over(provider_id, recorder, keys) as session:
        await session.ask(provider_id, operation, query)
    return recorder
