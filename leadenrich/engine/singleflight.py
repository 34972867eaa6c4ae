"""The same question is asked once (G5): exchanges in flight are shared, answered ones remembered for a while."""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

from leadenrich.contract.wire import Reply, Request
from leadenrich.engine.context import Context
from leadenrich.engine.limits import Queued
from leadenrich.engine.redact import placed
from leadenrich.errors import FeatureExecutionError, LeadEnrichError, ProviderError
from leadenrich.ledger.calls import Intent

NO_WAITERS: dict[asyncio.Future[None], None] = {}
"""Of an exchange that has ended; nothing is ever added."""
MEMO_ENTRIES = 8192
MEMO_BYTES = 32 * 1024 * 1024


def link(chain: bytes, request: Request) -> bytes:
    """Return the identity of an exchange: the chain of requests that led to it, and its own."""
    return hashlib.blake2b(chain + request.identity().encode(), digest_size=16).digest()


class Promise(NamedTuple):
    """What one question may have to pay for a call that leaves, at the most, and its holds on budgets with a name."""

    charged: str
    operation: str
    credits: Mapping[str, Decimal]
    usd: Decimal | None
    holds: tuple[int, ...]


class Payer(Protocol):
    """Whoever's money an exchange may cost: it has set one call aside, and may set aside more."""

    def promise(self) -> Promise:
        """Return what a call that leaves now may cost."""
        ...

    def about(self) -> Mapping[str, Any]:
        """Return whom the question is about, as keyed hashes."""
        ...

    def hold_call(self) -> bool:
        """Set one further call aside; False where the budget has none left."""
        ...


class Exchange:
    """One request and its reply, shared by every flow that leads to it.

    Attributes:
        account: of the vendor. operation: that of the flow that began it.
        sent_at: when the request left, None before; None again where the vendor refused it for certain.
        left: a paid call of it left in this run, whatever became of it.
        calls: HTTP calls of it that left and are not yet booked by a flow.
        max_wait: seconds for which a limit may hold it back, None: the session's. is_queued: it waits for a limit now.
        payers: the flows under way whose price depends on it, in the order they came.
        mark: the most credits claimed on it, by pool: a further flow pays only what its claim adds.
        claims: what each operation claimed, so that a repeat is known to cost nothing.
        booked: its uncertain cost has been booked by one of the flows. uncertain: so it was, and no flow that came
            later has been answered.
        prepaid: an earlier run paid for it, and a job of that run answers it. in_ledger: its job is in the ledger.
        elsewhere: prepaid, and another session that is under way pays for it; None until a question depends on it.
        is_new: begun, and to be started.
    """

    __slots__ = (
        "_unsure",
        "abandon",
        "account",
        "booked",
        "calls",
        "claims",
        "elsewhere",
        "error",
        "in_ledger",
        "is_new",
        "is_queued",
        "key",
        "latency",
        "left",
        "mark",
        "max_wait",
        "on_end",
        "operation",
        "payers",
        "prepaid",
        "queued",
        "reply",
        "request",
        "retries",
        "sent_at",
        "timeout",
        "uncertain",
        "waiters",
    )

    def __init__(
        self,
        account: Any,
        key: bytes,
        request: Request,
        timeout: float,
        retries: int,
        operation: str | None,
        max_wait: float | None = None,
    ) -> None:
        self.account, self.key, self.request, self.timeout, self.retries = account, key, request, timeout, retries
        self.operation, self.max_wait, self.is_queued = operation, max_wait, False
        self.reply: Reply | None = None
        self.error: ProviderError | None = None
        self.sent_at: float | None = None
        self.latency: float | None = None
        self.calls = 0
        self.mark: Mapping[str, Decimal] = {}
        self.claims: dict[str, Mapping[str, Decimal]] = {}
        self.booked = self.prepaid = self.in_ledger = self.is_new = False
        self.left = self.uncertain = False
        self.elsewhere: bool | None = None
        self._unsure = False
        self.payers: list[Payer] = []
        self.waiters: dict[asyncio.Future[None], None] = {}  # in the order they came: the first one pays
        self.abandon: Callable[[], object] | None = None
        self.on_end: Callable[[Exchange], None] | None = None
        self.queued: list[Queued] = []

    @property
    def done(self) -> bool:
        """Return whether it has ended, well or not."""
        return self.reply is not None or self.error is not None

    @property
    def idempotency_key(self) -> str:
        """Return the key sent where a vendor documents one: the same for every repeat of this exchange."""
        return self.key.hex()

    def may_send(self) -> bool:
        """Return whether one more call is within the budget: each payer has set one aside at the start."""
        if not self.request.paid or self.has_room:
            return True
        return bool(self.payers) and self.payers[0].hold_call()

    def intents(self) -> list[Intent]:
        """Return what the caller's ledger must know before a call leaves."""
        return [self.intent(1)]

    def intent(self, calls: int) -> Intent:
        """Return this exchange as a call that leaves, counted so many times."""
        promises = [payer.promise() for payer in self.payers]
        most = max(promises, key=lambda one: (one.usd or Decimal(0), sum(one.credits.values())), default=None)
        if most is None:
            return Intent(self.key, self.account.info.id, self.operation or "", "", calls=calls)
        holds = [one.holds for one in promises]
        return Intent(
            self.key, self.account.info.id, most.operation, most.charged, most.credits, most.usd, holds, calls
        )

    def leaves(self, now: float) -> None:
        """Take note that a call leaves now: from here on it counts, and it may be charged."""
        self.sent_at = now
        if self.request.paid:
            self.left = True
            self.calls += 1

    def refused(self) -> None:
        """Take note that nothing is owed for the call that left; one before it may still have been charged."""
        if not self._unsure:
            self.sent_at = None

    def unsure(self) -> None:
        """Take note that the call that left may have been charged although it failed."""
        self._unsure = True

    def given_back(self) -> None:
        """Take note that a bulk call has not worked on it: nothing is owed, and it is sent again by itself."""
        self.sent_at, self._unsure = None, False

    @property
    def has_room(self) -> bool:
        """Return whether its payers have set aside more calls than have left."""
        return self.calls < len(self.payers)

    def take_calls(self, most: int | None = None) -> int:
        """Return the calls that no flow has booked yet, `most` at the most; the one that asks books them."""
        taken = self.calls if most is None else min(self.calls, most)
        self.calls -= taken
        return taken

    def tell_queued(self, waiting: bool) -> None:
        """Tell those who wait for it that it queues for a limit, or moves on."""
        self.is_queued = waiting
        for told in tuple(self.queued):
            told(waiting)

    def end(self, reply: Reply | None, error: ProviderError | None) -> None:
        """End it once, and wake everyone who waits."""
        if self.done:
            return
        self.reply, self.error = reply, error
        if self.on_end is not None:
            self.on_end(self)
        for waiter in self.waiters:
            if not waiter.done():
                waiter.set_result(None)
        self.waiters, self.abandon, self.on_end, self.queued = NO_WAITERS, None, None, []  # a memory holds no task


class SingleFlight:
    """Exchanges in flight and a bounded memo of answered ones, for one session.

    The memo holds at most 8,192 exchanges or 32 MiB of replies, the least recently used leaving first.

    Args:
        context: of the session.
        start: sets an exchange going; it calls `exchange.end` when it is over.
    """

    def __init__(
        self,
        context: Context,
        start: Callable[[Exchange], None],
        entries: int = MEMO_ENTRIES,
        size: int = MEMO_BYTES,
    ) -> None:
        self._context, self._start, self._entries, self._size = context, start, entries, size
        self._flying: dict[bytes, Exchange] = {}
        self._memo: OrderedDict[bytes, Exchange] = OrderedDict()
        self._bytes = 0

    def known(self, key: bytes) -> Exchange | None:
        """Return the exchange of that identity, in flight or remembered."""
        if (exchange := self._flying.get(key)) is not None:
            return exchange
        if (exchange := self._memo.get(key)) is not None:
            self._memo.move_to_end(key)
        return exchange

    def serving(self, chain: bytes, request: Request) -> bytes:
        """Return the identity of the exchange that answers a request: its own, or one at hand that serves it too."""
        key = link(chain, request)
        if request.served_by and self.known(key) is None:
            for other in request.served_by:
                at_hand = self.known(link(chain, other))
                if at_hand is not None and at_hand.reply is not None and at_hand.reply.status < 300:
                    return at_hand.key
        return key

    def begin(
        self,
        account: Any,
        key: bytes,
        request: Request,
        timeout: float,
        retries: int,
        operation: str | None,
        max_wait: float | None = None,
    ) -> Exchange:
        """Return a new exchange. It is to be started with `start` once its payers are known."""
        exchange = Exchange(account, key, request, timeout, retries, operation, max_wait)
        exchange.on_end = self._ended
        self._flying[key] = exchange
        return exchange

    def start(self, exchange: Exchange) -> None:
        """Set an exchange going, in a task of the session's own.

        An asker that is cancelled harms no other, and the last one to leave stops it.
        """
        exchange.is_new = False
        if self._context.closing:  # its asker waited for something else meanwhile, such as a shared wallet
            exchange.end(None, _closed(exchange))
            return
        try:
            self._start(exchange)
        except Exception as error:
            exchange.end(None, wrapped(exchange, error))

    async def join(self, exchange: Exchange, queued: Queued | None = None) -> None:
        """Wait until an exchange has ended; `queued` is told while it waits for a limit."""
        if exchange.done:
            return
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        exchange.waiters[waiter] = None
        if queued is not None:
            exchange.queued.append(queued)
            if exchange.is_queued:
                queued(True)
        try:
            await waiter
        except asyncio.CancelledError:
            exchange.waiters.pop(waiter, None)
            if queued in exchange.queued:
                exchange.queued.remove(queued)
            if not exchange.waiters and not exchange.done:
                self._drop(exchange)
            raise

    def _drop(self, exchange: Exchange) -> None:
        """Stop an exchange that has no askers left."""
        abandon = exchange.abandon
        exchange.end(None, FeatureExecutionError("given up: nothing waits for it", provider=exchange.account.info.id))
        if abandon is not None:
            abandon()

    def _ended(self, exchange: Exchange) -> None:
        """Take note of the end of an exchange; good replies are remembered."""
        if self._flying.get(exchange.key) is not exchange:
            return
        del self._flying[exchange.key]
        if exchange.reply is None:
            return
        self._memo[exchange.key] = exchange
        self._bytes += len(exchange.reply.content)
        while self._memo and (len(self._memo) > self._entries or self._bytes > self._size):
            _, oldest = self._memo.popitem(last=False)
            self._bytes -= len(oldest.reply.content) if oldest.reply is not None else 0
            self._context.usage.evictions += 1

    def clear(self) -> None:
        """Forget everything; those who still wait are told, also where a task was stopped before it began."""
        for exchange in list(self._flying.values()):
            exchange.end(None, _closed(exchange))
        self._flying.clear()
        self._memo.clear()
        self._bytes = 0


def _closed(exchange: Exchange) -> ProviderError:
    return FeatureExecutionError("given up: the session was closed", provider=exchange.account.info.id)


def wrapped(exchange: Exchange, error: BaseException) -> ProviderError:
    """Return the error that askers get for a fault of ours; what was sent may have been charged."""
    message = error.message if isinstance(error, LeadEnrichError) else f"{type(error).__name__} while calling"
    fault = placed(FeatureExecutionError(message, provider=exchange.account.info.id), error)
    fault.maybe_charged = exchange.sent_at is not None
    return fault
