"""What the layers below a session share: its clock, limits, transport, tasks, counts and events."""

from __future__ import annotations

import asyncio
import functools
import inspect
import logging
from collections import deque
from collections.abc import Callable, Coroutine, Mapping
from decimal import Decimal
from importlib import metadata
from typing import Any, TypeVar

from leadenrich.engine.budget import WalletPort
from leadenrich.engine.drift import Drift, DriftTable
from leadenrich.engine.events import QUEUE, Event, EventBus
from leadenrich.engine.foreign import Fault, fault_of, wait
from leadenrich.engine.limits import LimiterPort
from leadenrich.engine.prices import Prices
from leadenrich.engine.transport import Transport
from leadenrich.engine.usage import Usage
from leadenrich.errors import ConfigurationError, ProviderError
from leadenrich.ledger.journal import Journal

log = logging.getLogger("leadenrich")

T = TypeVar("T")

LAST_SECONDS = 15.0
"""For which a closing session waits for settlements under way."""
TICK = 0.001
"""Seconds by which a timer may be early: a deadline that near has come."""
TELLING_SECONDS = 10.0
"""Within which a callback of the caller's that is `async` must end."""


class Context:
    """One session's shared means.

    Attributes:
        prices: USD per credit. usage: counts and cost. timeout: seconds of one attempt. retries: further attempts.
        patience: seconds a bulk job is waited for where its declaration says nothing.
        max_wait: seconds for which a vendor's limit may hold a question back.
        wallet: a shared one behind its guard, or None. journal: the caller's ledger, or None.
        sender: this session's number in it.
        on_uncertain: what happens to a call whose answer an earlier run did not see: "ask", "pass", None by its charge.
        asking, streams: questions and streams under way, by which a bulk call knows whether more may come.
        closing: nothing new is begun any more, until it stands on a loop again.
        charged_more: by provider and operation, credits charged above what is declared.
        drift: what of the replies is not as the adapters have it.
    """

    def __init__(self, prices: Prices, timeout: float, retries: int, patience: float, max_wait: float) -> None:
        self.prices, self.timeout, self.retries, self.patience = prices, timeout, retries, patience
        self.max_wait = max_wait
        self.usage = Usage()
        self.wallet: WalletPort | None = None
        self.journal: Journal | None = None
        self.sender = 0
        self.on_uncertain: str | None = None
        self.asking = 0
        self.streams = 0
        self.closing = False
        self.charged_more: dict[tuple[str, str], Mapping[str, Decimal]] = {}
        self.drift = DriftTable(self.charged_more, self._tell_drift)
        self.loop: asyncio.AbstractEventLoop | None = None
        self.events = EventBus(self.now, self.tell_event)
        self._transport: Transport | None = None
        self._limiter: LimiterPort | None = None
        self._tasks: dict[asyncio.Task[Any], None] = {}  # in the order they began
        self._last: dict[asyncio.Task[Any], None] = {}
        self._told: set[str] = set()
        self._untold: deque[Any] = deque()
        self._teller: asyncio.Task[None] | None = None

    def _tell_drift(self, entry: Drift) -> None:
        facts = {"what": entry.kind, "place": entry.place, "said": entry.said}
        self.events.emit("drift.seen", entry.provider, entry.operation, **facts)

    def bind(self, loop: asyncio.AbstractEventLoop, transport: Transport, limiter: LimiterPort) -> None:
        """Stand on an event loop, with what carries requests and keeps limits there."""
        self.loop, self._transport, self._limiter, self.closing = loop, transport, limiter, False

    @property
    def transport(self) -> Transport:
        """Return the transport in use."""
        if self._transport is None:
            raise ConfigurationError("the session is not open")
        return self._transport

    @property
    def limiter(self) -> LimiterPort:
        """Return the rate limiter in use."""
        if self._limiter is None:
            raise ConfigurationError("the session is not open")
        return self._limiter

    @property
    def agent(self) -> str:
        """Return the User-Agent vendors see."""
        return _agent()

    def now(self) -> float:
        """Return the one clock: `loop.time()`, 0 where no loop runs."""
        return self.loop.time() if self.loop is not None else 0.0

    # ---- tasks

    def own(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Run work in a task that closing the session cancels."""
        return self._keep(work, self._tasks)

    def finish(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Run work in a task that closing the session waits for: money is settled, whatever else stops."""
        return self._keep(work, self._last)

    def _keep(self, work: Coroutine[Any, Any, T], tasks: dict[asyncio.Task[Any], None]) -> asyncio.Task[T]:
        task = asyncio.get_running_loop().create_task(work)
        tasks[task] = None
        task.add_done_callback(lambda done: _ended(done, tasks))
        return task

    async def close(self) -> None:
        """Stop what is under way, then wait, for a while at most, for what must be finished."""
        self.closing = True
        current = asyncio.current_task()
        while tasks := [task for task in self._tasks if task is not current]:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        end = asyncio.get_running_loop().time() + LAST_SECONDS
        while (rest := [task for task in self._last if task is not current]) and (
            left := end - asyncio.get_running_loop().time()
        ) > TICK:
            await asyncio.wait(rest, timeout=left)
        for task in rest:
            task.cancel()
        if rest:
            log.warning("the session was closed with %d settlements that a wallet has not confirmed", len(rest))
            await asyncio.gather(*rest, return_exceptions=True)
        self.events.close()

    def release(self) -> None:
        """Stand on no event loop any more."""
        self.loop = self._transport = self._limiter = None

    # ---- telling others

    def emit(self, kind: str, provider: str | None = None, operation: str | None = None, **data: Any) -> None:
        """Tell the listeners."""
        self.events.emit(kind, provider, operation, **data)

    def tell(self, who: str, function: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
        """Call foreign code that is not waited for, sync or async; its failure is logged once and hurts nothing."""
        try:
            result = function(*args, **kwargs)
            if inspect.isawaitable(result):
                self.finish(self._told_later(who, result))
        except BaseException as error:
            self._complain(fault_of(who, error))

    def tell_event(self, callback: Callable[[Event], Any], event: Event) -> None:
        """Hand an event to a callback of the caller's; one that is `async` is told one after the other, in order."""
        who = "the on_event callback"
        try:
            result = callback(event)
            if result is not None and inspect.isawaitable(result):
                self._tell_later(who, result)
        except BaseException as error:
            self._complain(fault_of(who, error))

    def _tell_later(self, who: str, work: Any) -> None:
        if len(self._untold) >= QUEUE:
            _given_up(work)
            raise Fault(who, f"is slower than the run: {QUEUE:,} events wait for it, and further ones are dropped")
        self._untold.append(work)
        if self._teller is None or self._teller.done():
            self._teller = self.finish(self._tell_in_turn(who))

    async def _tell_in_turn(self, who: str) -> None:
        try:
            while self._untold:
                await self._told_later(who, self._untold.popleft())
        finally:
            while self._untold:
                _given_up(self._untold.popleft())

    async def _told_later(self, who: str, work: Any) -> None:
        try:
            await wait(who, work, TELLING_SECONDS)
        except Fault as fault:
            self._complain(fault)

    def _complain(self, fault: Fault) -> None:
        if str(fault) not in self._told:
            self._told.add(str(fault))
            log.error("%s (%s); going on without it", fault, fault.where or "no line known")

    def warn_once(self, text: str) -> None:
        """Log a warning; the second time in this session it is left out."""
        if text not in self._told:
            self._told.add(text)
            log.warning("%s", text)

    def bench_notice(self, provider: str, operation: str | None, cause: ProviderError) -> None:
        """Say loudly, once, that a provider, or one operation of it, is out for this session."""
        named = provider if operation is None else f"{provider}.{operation.removeprefix(provider + '.')}"
        log.warning("%s is out for this session: %s; the next session asks it again", named, cause)
        self.emit("provider.benched", provider, operation, code=str(cause.code))


def _given_up(work: Any) -> None:
    """Let go of what was never awaited."""
    getattr(work, "close", lambda: None)()


def _ended(task: asyncio.Task[Any], tasks: dict[asyncio.Task[Any], None]) -> None:
    tasks.pop(task, None)
    if not task.cancelled():
        task.exception()  # seen: those who waited were told already


@functools.cache
def _agent() -> str:
    try:
        return f"leadenrich/{metadata.version('leadenrich')}"
    except metadata.PackageNotFoundError:
        return "leadenrich"
