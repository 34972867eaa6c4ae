"""A caller's own limiter, wallet and list, each behind one guard: it may be async, raise, hang, answer nonsense."""

from __future__ import annotations

import asyncio
import inspect
import logging
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from leadenrich.contract.ports import RateLimiter, Slot, Wallet
from leadenrich.contract.provider import Rate
from leadenrich.engine.budget import ALL_ACCOUNTS
from leadenrich.engine.context import TICK, Context
from leadenrich.engine.foreign import Fault, call, fault_of, stopped_by_us, wait
from leadenrich.engine.limits import Queued
from leadenrich.engine.redact import redact
from leadenrich.engine.validation import a
from leadenrich.errors import BudgetExceededError, FeatureExecutionError, PortError, ProviderBusyError, WalletError

log = logging.getLogger("leadenrich")

SECONDS = 10.0
"""Within which a port must answer; a limiter's `acquire` may take as long as `max_wait`."""
TELLINGS = 4
"""How often a wallet is told what was spent, before the log is told that it was not."""
FIRST_PAUSE = 0.25


class GuardedLimiter:
    """A caller's rate limiter."""

    def __init__(self, limiter: RateLimiter, context: Context) -> None:
        self._limiter, self._context = limiter, context
        self._granted: dict[str, float] = {}  # when each account last got a slot

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
        """Wait until one call may leave.

        Raises:
            PortError: it failed. ProviderBusyError: the account got no slot for `max_wait` seconds.
        """
        if queued is not None:
            queued(True)
        try:
            work = call("the rate limiter", self._limiter.acquire, account, endpoint, rates, weight)
            slot = await self._while_it_moves(self._context.own(work), account, max_wait)
        except Fault as fault:
            raise PortError(f"{fault}; nothing was sent") from None
        finally:
            if queued is not None:
                queued(False)
        if not isinstance(slot, Slot):
            raise PortError(f"the rate limiter returned a {type(slot).__name__}, not a le.Slot; nothing was sent")
        return slot

    async def _while_it_moves(self, asked: asyncio.Task[Any], account: str, max_wait: float) -> Any:
        """Wait for a slot for as long as the account's queue moves: until none was granted for `max_wait` seconds."""
        begun = self._context.now()
        try:
            while True:
                left = max(self._granted.get(account, begun), begun) + max_wait - self._context.now()
                if left <= TICK:
                    told = f"its limit is used up for more than {max_wait:g} s"
                    raise ProviderBusyError(told, retry_after=max_wait)
                done, _ = await asyncio.wait({asked}, timeout=None if left == math.inf else left)
                if done:
                    slot = asked.result()
                    self._granted[account] = self._context.now()
                    return slot
        except BaseException as error:
            if isinstance(error, asyncio.CancelledError) and asked.cancelled() and not stopped_by_us():
                raise Fault("the rate limiter", "cancelled itself") from None
            asked.add_done_callback(self._give_back)
            raise
        finally:
            asked.cancel()

    def _give_back(self, asked: asyncio.Task[Any]) -> None:
        """Answer a slot that was granted when it was waited for no more: nothing leaves on it."""
        if not asked.cancelled() and asked.exception() is None and isinstance(slot := asked.result(), Slot):
            self.answered(slot)

    def answered(
        self,
        slot: Slot,
        *,
        refused: bool = False,
        retry_after: float | None = None,
        remaining: int | None = None,
        reset_in: float | None = None,
    ) -> None:
        """Tell it what became of a call; the answer is not lost over its failing."""
        told = {"refused": refused, "retry_after": retry_after, "remaining": remaining, "reset_in": reset_in}
        self._context.tell("the rate limiter", self._limiter.answered, slot, **told)


@dataclass(frozen=True, slots=True)
class HeldCredits:
    """Credits set aside in a shared wallet."""

    account: str
    pool: str
    amount: Decimal
    id: str | None = None

    @property
    def is_line(self) -> bool:
        """Return whether it is of all providers together: `pool` is "usd" or "calls"."""
        return self.account == ALL_ACCOUNTS


class GuardedWallet:
    """A caller's wallet: a reservation that was asked for is settled or undone, whatever happens meanwhile."""

    def __init__(self, wallet: Wallet, context: Context) -> None:
        self._wallet, self._context = wallet, context
        self._by_id = _takes(wallet.settle, "id")
        self.lines = tuple(line for line in ("usd", "calls") if line in tuple(getattr(wallet, "lines", ())))

    async def reserve(self, provider: str, account: str, pool: str, amount: Decimal) -> HeldCredits:
        """Set credits aside.

        Raises:
            BudgetExceededError: there is no room. WalletError: the wallet failed; what it may have set aside is undone.
            FeatureExecutionError: the session was closed meanwhile.
        """
        if self._context.closing:  # another part was waited for until now; of this one nobody would wait for the end
            raise FeatureExecutionError("given up: the session was closed", provider=provider)
        asked = self._context.finish(call("the wallet", self._wallet.reserve, account, pool, amount))
        try:
            room = await wait("the wallet", asyncio.shield(asked), SECONDS)
        except BaseException as error:
            asked.add_done_callback(lambda task: self._undo_late(task, HeldCredits(account, pool, amount)))
            if isinstance(error, Fault):
                raise WalletError(f"{error}; nothing was sent", provider=provider) from None
            raise
        if room is False:
            what = f"{amount:f} {pool}" if account == ALL_ACCOUNTS else f"{amount:f} credits"
            raise BudgetExceededError(f"the shared wallet has no {what} left", provider=provider)
        held = HeldCredits(account, pool, amount, room if isinstance(room, str) else None)
        if not isinstance(room, bool | str):
            self.undo(held)
            raise WalletError(
                f"the wallet answered a reservation with a {type(room).__name__}, not True, False or an id",
                provider=provider,
            )
        return held

    async def settle(self, held: HeldCredits, spent: Decimal) -> None:
        """Tell it what was spent, again where it fails; the answer is not lost over the bookkeeping."""
        further = {"id": held.id} if self._by_id and held.id is not None else {}
        pause = FIRST_PAUSE
        settle = self._wallet.settle
        for left in reversed(range(TELLINGS)):
            try:
                await call("the wallet", settle, held.account, held.pool, held.amount, spent, limit=SECONDS, **further)
                return
            except Fault as fault:
                if not left:
                    log.warning("a shared wallet was not told what was spent: %s", fault)
                    return
            await asyncio.sleep(pause)
            pause *= 4

    def undo(self, held: HeldCredits) -> None:
        """Give credits back."""
        self._context.finish(self.settle(held, Decimal(0)))

    def _undo_late(self, asked: asyncio.Task[Any], held: HeldCredits) -> None:
        """Give back what a wallet set aside after it was no longer waited for, or may have before it failed."""
        if asked.cancelled():
            return
        if asked.exception() is not None:
            return
        room = asked.result()
        if room is not False:
            self.undo(HeldCredits(held.account, held.pool, held.amount, room if isinstance(room, str) else None))


class GuardedSuppression:
    """A list of who must not be looked up: while it cannot be read, no person is looked up."""

    def __init__(self, suppression: Any) -> None:
        self._suppression = suppression

    def blocks(self, fields: Mapping[str, Any]) -> str | None:
        """Return why these fields must not be looked up or shown, without their values; None where they may."""
        try:
            reason = self._suppression.blocks(fields)
        except BaseException as error:
            return f"{fault_of('the suppression list', error)}, so no person may be looked up"
        if reason is None:
            return None
        if not isinstance(reason, str):
            return f"the suppression list answered with {a(reason)}, not a reason, so no person may be looked up"
        return redact(reason, values=fields.values())  # the list's words may repeat the person's


def _takes(function: Any, word: str) -> bool:
    try:
        words = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return False
    return any(one.name == word or one.kind is one.VAR_KEYWORD for one in words)
