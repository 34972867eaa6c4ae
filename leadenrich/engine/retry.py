"""Asking again: only what may work later, never what may have been paid, and not without end (G2)."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from leadenrich.contract.wire import Request
from leadenrich.errors import ErrorCode, ProviderBenchedError, ProviderBusyError, ProviderError

T = TypeVar("T")

FIRST_WAIT = 0.5
LONGEST_WAIT = 30.0
LONGEST_RETRY_AFTER = 120.0
"""A vendor that asks for a longer pause is not waited for within one call."""
SHARE = 0.2
"""Retries a vendor may get, as a share of its good answers: an outage cannot multiply traffic."""
FLOOR = 20.0


class RetryBudget:
    """A purse of retries for one vendor; good answers fill it, retries empty it."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = FLOOR

    def earn(self) -> None:
        """Add for a good answer."""
        if self.left < FLOOR:
            self.left = min(FLOOR, self.left + SHARE)

    def spend(self) -> bool:
        """Take one retry; False where none is left."""
        if self.left < 1:
            return False
        self.left -= 1
        return True


def may_repeat(request: Request, error: ProviderError) -> bool:
    """Return whether a request may be sent again after this error; no limit and no rest is waited out by repeating."""
    if isinstance(error, ProviderBusyError | ProviderBenchedError):
        return False
    if not error.recoverable or (error.retry_after or 0) > LONGEST_RETRY_AFTER:
        return False
    return not (request.paid and error.maybe_charged and request.idempotency is None)


async def again(
    first: ProviderError,
    call: Callable[[], Awaitable[T]],
    request: Request,
    retries: int,
    budget: RetryBudget,
    notify: Callable[[ProviderError, float], None],
) -> T:
    """Repeat a call that failed once, with exponential backoff and jitter, or as Retry-After says.

    Raises:
        ProviderError: the last one.
    """
    from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt
    from tenacity.wait import wait_exponential, wait_random

    backoff = wait_exponential(multiplier=FIRST_WAIT, max=LONGEST_WAIT) + wait_random(0, FIRST_WAIT)

    def wait(state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = getattr(error, "retry_after", None) or 0.0
        return max(float(asked) * (1 + random.random() * 0.05), backoff(state))

    def worth_it(error: BaseException) -> bool:
        if not isinstance(error, ProviderError) or not may_repeat(request, error):
            return False
        return error.code is ErrorCode.PROVIDER_RATE_LIMIT or budget.spend()  # the limiter slows throttled calls

    def tell(state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, ProviderError):
            notify(error, state.next_action.sleep if state.next_action else 0.0)

    retrying = AsyncRetrying(
        stop=stop_after_attempt(retries + 1),
        wait=wait,
        retry=retry_if_exception(worth_it),
        before_sleep=tell,
        sleep=asyncio.sleep,
        reraise=True,
    )
    async for attempt in retrying:
        with attempt:
            if attempt.retry_state.attempt_number == 1:
                raise first
            return await call()
    raise first
