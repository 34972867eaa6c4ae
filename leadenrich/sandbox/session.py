"""`sandbox_session`: a session over invented vendors; nothing is sent, and time passes only where it is asked to."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from leadenrich.contract import Rate, Wait
from leadenrich.contract.ports import Slot
from leadenrich.engine.account import Account
from leadenrich.engine.context import Context
from leadenrich.engine.jobs import Jobs
from leadenrich.engine.limits import Limiter, Queued
from leadenrich.engine.session import Session
from leadenrich.errors import ConfigurationError, ProviderBenchedError, ProviderError
from leadenrich.sandbox.transport import Delay, Misbehaviour, SandboxCredentials, SandboxTransport, clock_is_virtual
from leadenrich.sandbox.view import Knows

S = TypeVar("S", bound=Session)

MODEL_PRICES = {
    f"{provider}.{model}:{kind}": f"0.{'0' * 6}{usd}"
    for provider in ("openai", "anthropic", "gemini", "mistral", "perplexity")
    for model, usd in (("sandbox-exact", 9), ("sandbox-shy", 3), ("sandbox-hasty", 1), ("sandbox-gullible", 1))
    for kind in ("input_tokens", "output_tokens")
}
"""USD a token of the models that only the sandbox has: the one that reads well costs most."""


def sandbox_session(
    cls: type[S],
    seed: int = 0,
    *,
    knows: Knows = "partly",
    delay: Delay = "virtual",
    misbehave: Mapping[str, Mapping[str, Any] | Misbehaviour] | None = None,
    size: int = 2000,
    **settings: Any,
) -> S:
    """Return a session over the sandbox; what `Session.sandbox` calls.

    On an ordinary event loop answers take no time, limits are not waited for and jobs are polled at once; on a loop
    with a virtual clock, or with `delay="real"`, everything takes the time it takes at a vendor.

    Args:
        cls: `Session` or a subclass.
        seed: of the invented world, of who knows what and of every misbehaviour.
        knows: "partly", or "everything": then every vendor is right about everybody.
        delay: "virtual", "real" or None, as `SandboxTransport` has it.
        misbehave: vendor (or "*") -> options of `Misbehaviour`.
        size: how many companies the world has.
        settings: any of `Session`'s but `transport`; credentials default to the sandbox's own.

    Raises:
        ConfigurationError: an option that is none, or a transport.
    """
    if "transport" in settings:
        raise ConfigurationError("a sandbox session has a transport of its own; leave `transport` out")
    transport = SandboxTransport(seed, knows=knows, delay=delay, misbehave=misbehave, size=size)
    settings.setdefault("credentials", SandboxCredentials())
    if isinstance(settings.get("prices"), Mapping | None):
        settings["prices"] = {**MODEL_PRICES, **(settings.get("prices") or {})}
    settings["limiter"] = settings.get("limiter") or HurriedLimiter(delay)
    session = cls(transport=transport, **settings)
    session.is_sandbox = True
    session._use(HurriedJobs(session._context, settings.get("webhook_url"), delay))
    return session


def _in_a_hurry(delay: Delay) -> bool:
    return delay != "real" and not (delay == "virtual" and clock_is_virtual())


class HurriedLimiter(Limiter):
    """Keeps limits only where time may pass (`delay` as `SandboxTransport` has it; None: never)."""

    def __init__(self, delay: Delay = None) -> None:
        super().__init__()
        self._delay = delay

    async def acquire(
        self,
        account: str,
        endpoint: str,
        rates: Sequence[Rate],
        weight: int = 1,
        *,
        max_wait: float = math.inf,
        queued: Queued | None = None,
    ) -> Slot:
        """Let a call go, at once where time does not pass."""
        if _in_a_hurry(self._delay):
            return Slot(account, endpoint, (), weight, asyncio.get_running_loop().time())
        return await super().acquire(account, endpoint, rates, weight, max_wait=max_wait, queued=queued)


class HurriedJobs(Jobs):
    """Polls at once where time need not pass."""

    def __init__(self, context: Context, webhook_url: str | None = None, delay: Delay = None) -> None:
        super().__init__(context, webhook_url)
        self._delay = delay

    def interval(self, wait: Wait, polls: int) -> float:
        """Return the seconds before the next poll."""
        return 0.0 if _in_a_hurry(self._delay) else super().interval(wait, polls)

    def may_pass(self, error: ProviderError) -> bool:
        """Return whether a poll may be answered later; where no time passes, a vendor that rests goes on resting."""
        if isinstance(error, ProviderBenchedError) and _in_a_hurry(self._delay):
            return False
        return super().may_pass(error)

    async def pause(self, account: Account, wait: Wait, deadline: float, polls: int, not_before: float = 0.0) -> Any:
        """Wait for a delivery or the next poll; a job that nothing can be polled of is late at once."""
        if wait.poll is None and _in_a_hurry(self._delay):
            deadline = self._context.now()
        return await super().pause(account, wait, deadline, polls, not_before)
