"""The right to send one call: the vendor is well, a place in flight is free, its limits have room.

It is held once and given back once, whatever happens in between.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Self

from leadenrich.contract.ports import Slot
from leadenrich.contract.provider import Rate
from leadenrich.engine.concurrency import Concurrency
from leadenrich.engine.context import Context
from leadenrich.engine.health import Breaker
from leadenrich.engine.limits import Queued
from leadenrich.errors import InsufficientCreditsError, ProviderError


class Permit:
    """One call's place. Use it as a context manager: leaving gives everything back, at the first time only."""

    __slots__ = ("_door", "_good", "_open", "_place", "_probe", "_told", "slot")

    def __init__(self, door: Door, place: bool) -> None:
        self._door, self._place = door, place
        self._open, self._good, self._probe = True, False, False
        self._told: dict[str, object] = {}
        self.slot: Slot | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.release()

    def patience(self, timeout: float) -> float:
        """Return how long this call may take, in seconds: a probe of a vendor that hung is given up sooner."""
        return self._door.breaker.patience(timeout) if self._probe else timeout

    def succeeded(self, latency: float, remaining: int | None = None, reset_in: float | None = None) -> None:
        """Take note of a good answer, and of what its headers say is left."""
        self._good = True
        self._told = {"remaining": remaining, "reset_in": reset_in}
        self._door.breaker.succeeded(latency, self._probe)

    def failed(
        self,
        error: ProviderError,
        operation: str | None,
        pause: float | None = None,
        remaining: int | None = None,
        reset_in: float | None = None,
    ) -> bool:
        """Take note of a failure; return whether it benched the vendor, or one operation of it, just now."""
        refused = error.recoverable and error.code == "PROVIDER_RATE_LIMIT"
        self._told = {"refused": refused, "retry_after": pause, "remaining": remaining, "reset_in": reset_in}
        benched = self._door.breaker.failed(error, operation, self._probe)
        if isinstance(error, InsufficientCreditsError):
            self._door.places.narrow()
        if benched or self._door.breaker.resting:
            self._door.places.recheck()
        return benched

    def release(self) -> None:
        """Give the place and the slot back; what was not noted as an answer or a failure was given up."""
        if not self._open:
            return
        self._open = False
        door = self._door
        try:
            if self._probe:
                door.breaker.probe_ended()
            if self.slot is not None:
                door._context.limiter.answered(self.slot, **self._told)  # type: ignore[arg-type]  # keywords of `answered`
        finally:
            if self._place:
                door.places.leave(good=self._good)


class Door:
    """Where calls to one account queue: breaker, places in flight, limits, in this order."""

    __slots__ = ("_account", "_context", "_rates", "breaker", "places")

    def __init__(
        self, account: str, rates: Sequence[Rate], breaker: Breaker, places: Concurrency, context: Context
    ) -> None:
        self._account, self._rates, self._context = account, rates, context
        self.breaker, self.places = breaker, places

    async def permit(
        self,
        endpoint: str,
        weight: int,
        operation: str | None = None,
        *,
        login: bool = False,
        max_wait: float | None = None,
        queued: Queued | None = None,
    ) -> Permit:
        """Wait for the right to send one call.

        Args:
            endpoint: which limits count it.
            weight: items in it, where limits count items.
            operation: for whom, so that one whose purse is empty is refused alone.
            login: a token's own call, for which others wait: it takes no place in flight.
            max_wait: seconds that a limit may keep it waiting.
            queued: told while it waits.

        Raises:
            ProviderBenchedError: the vendor is out for now. ProviderBusyError: a limit would keep it for too long.
        """
        if login or queued is None or not self.places.full:
            return await self._permit(endpoint, weight, operation, login, max_wait, queued)
        queued(True)  # one wait, for a place and for a limit
        try:
            return await self._permit(endpoint, weight, operation, login, max_wait, None)
        finally:
            queued(False)

    async def _permit(
        self,
        endpoint: str,
        weight: int,
        operation: str | None,
        login: bool,
        max_wait: float | None,
        queued: Queued | None,
    ) -> Permit:
        breaker = self.breaker
        if login:
            breaker.check_benched()
        else:
            breaker.check(operation)
            if not self.places.take():
                await self.places.enter(lambda: breaker.check(operation))
        permit = Permit(self, place=not login)
        try:
            permit._probe = not login and breaker.admit(operation)
            permit.slot = await self._context.limiter.acquire(
                self._account,
                endpoint,
                self._rates,
                weight,
                max_wait=self._context.max_wait if max_wait is None else max_wait,
                queued=queued,
            )
            if not permit._probe and not login:
                breaker.check(operation)  # it may have fallen ill while this one waited
        except BaseException:
            permit.release()
            raise
        return permit
