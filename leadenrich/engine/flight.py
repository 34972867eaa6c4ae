"""The same question is asked once (G5): exchanges in flight are shared, answered ones remembered for a while."""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from leadenrich.contract.wire import Reply, Request
from leadenrich.engine.redact import placed
from leadenrich.errors import FeatureExecutionError, LeadEnrichError, ProviderError

if TYPE_CHECKING:
    from leadenrich.engine.account import Account
    from leadenrich.engine.runtime import Runtime

NOBODY: set[asyncio.Future[None]] = set()
"""Who waits for an exchange that has ended; nobody is ever added."""
MEMO_ENTRIES = 8192
MEMO_BYTES = 32 * 1024 * 1024


def link(chain: bytes, request: Request) -> bytes:
    """Return the identity of an exchange: the chain of requests that led to it, and its own."""
    return hashlib.blake2b(chain + request.identity().encode(), digest_size=16).digest()


class Exchange:
    """One request and its reply, shared by everyone whose flow leads to it.

    Attributes:
        mark: the most credits claimed on it, per pool: a further flow pays only what its claim adds.
        claims: what each operation claimed, so that a repeat is known to cost nothing.
        flows: the flows under way whose price hangs on it. booked: its uncertain cost has been booked by one of them.
    """

    __slots__ = (
        "abandon",
        "account",
        "booked",
        "claims",
        "error",
        "flows",
        "key",
        "latency",
        "mark",
        "reply",
        "request",
        "retries",
        "sent_at",
        "timeout",
        "waiters",
    )

    def __init__(self, account: Account, key: bytes, request: Request, timeout: float, retries: int) -> None:
        self.account, self.key, self.request, self.timeout, self.retries = account, key, request, timeout, retries
        self.reply: Reply | None = None
        self.error: ProviderError | None = None
        self.sent_at: float | None = None
        self.latency: float | None = None
        self.mark: Mapping[str, Decimal] = {}
        self.claims: dict[str, Mapping[str, Decimal]] = {}
        self.booked = False
        self.flows = 0
        self.waiters: set[asyncio.Future[None]] = set()
        self.abandon: Callable[[], None] | None = None

    @property
    def done(self) -> bool:
        """Return whether it has ended, well or not."""
        return self.reply is not None or self.error is not None

    @property
    def idempotency_key(self) -> str:
        """Return the key sent where a vendor documents one: the same for every repeat of this exchange."""
        return self.key.hex()

    def settle(self, reply: Reply | None, error: ProviderError | None) -> None:
        """End it and wake everyone who waits."""
        if self.done:
            return
        self.reply, self.error = reply, error
        for waiter in self.waiters:
            if not waiter.done():
                waiter.set_result(None)
        self.waiters, self.abandon = NOBODY, None  # what is remembered holds no task


class Flight:
    """Exchanges in flight and a bounded memo of answered ones, for one session.

    The memo holds at most 8,192 exchanges or 32 MiB of replies, the least recently used leaving first.
    """

    def __init__(self, session: Runtime, entries: int = MEMO_ENTRIES, size: int = MEMO_BYTES) -> None:
        self._session, self._entries, self._size = session, entries, size
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

    def begin(self, account: Account, key: bytes, request: Request, timeout: float, retries: int) -> Exchange:
        """Return the exchange of that identity, starting it where nobody has.

        It runs in a task of the session's own: an asker that is cancelled harms no other, and the last one to leave
        stops it.
        """
        exchange = self.known(key)
        if exchange is None:
            exchange = Exchange(account, key, request, timeout, retries)
            self._flying[key] = exchange
            self._session.folds.start(exchange)
        return exchange

    async def join(self, exchange: Exchange) -> None:
        """Wait until an exchange has ended."""
        if exchange.done:
            return
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        exchange.waiters.add(waiter)
        try:
            await waiter
        except asyncio.CancelledError:
            exchange.waiters.discard(waiter)
            if not exchange.waiters and not exchange.done:
                self.drop(exchange)
            raise

    def drop(self, exchange: Exchange) -> None:
        """Stop an exchange nobody waits for."""
        self._flying.pop(exchange.key, None)
        abandon = exchange.abandon
        exchange.settle(None, FeatureExecutionError("given up: nobody waits for it", provider=exchange.account.info.id))
        if abandon is not None:
            abandon()

    async def run(self, exchange: Exchange) -> None:
        """Carry out one exchange."""
        try:
            account = exchange.account
            ask = account.execute if account.native else account.send
            reply = await ask(exchange.request, exchange.timeout, exchange.retries, exchange)
        except ProviderError as error:
            self.ended(exchange, None, error)
        except asyncio.CancelledError:
            self.ended(exchange, None, FeatureExecutionError("given up", provider=exchange.account.info.id))
            raise
        except Exception as error:  # a fault of ours must reach the askers, not vanish with the task
            self.ended(exchange, None, wrapped(exchange, error))
        else:
            self.ended(exchange, reply, None)

    def ended(self, exchange: Exchange, reply: Reply | None, error: ProviderError | None) -> None:
        """Take note of the end of an exchange; good replies are remembered."""
        if self._flying.get(exchange.key) is exchange:
            del self._flying[exchange.key]
            if reply is not None:
                self._remember(exchange, reply)
        exchange.settle(reply, error)

    def _remember(self, exchange: Exchange, reply: Reply) -> None:
        self._memo[exchange.key] = exchange
        self._bytes += len(reply.content)
        while self._memo and (len(self._memo) > self._entries or self._bytes > self._size):
            _, oldest = self._memo.popitem(last=False)
            self._bytes -= len(oldest.reply.content) if oldest.reply is not None else 0
            self._session.usage.evictions += 1

    def clear(self) -> None:
        """Forget everything; whoever still waits is told, also where a task was stopped before it began."""
        for exchange in list(self._flying.values()):
            closed = FeatureExecutionError("given up: the session was closed", provider=exchange.account.info.id)
            exchange.settle(None, closed)
        self._flying.clear()
        self._memo.clear()
        self._bytes = 0


def wrapped(exchange: Exchange, error: Exception) -> ProviderError:
    """Return the error that askers get for what is no vendor's doing."""
    message = error.message if isinstance(error, LeadEnrichError) else f"{type(error).__name__} while calling"
    return placed(FeatureExecutionError(message, provider=exchange.account.info.id), error)
