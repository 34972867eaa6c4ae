"""Bulk endpoints used without being asked (G6): requests that wait for the same endpoint go out as one call."""

from __future__ import annotations

import asyncio
import copy
import logging
from collections import deque
from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Any

from leadenrich.contract import BulkEndpoint, Reply, Request, Wait
from leadenrich.engine.flight import wrapped
from leadenrich.engine.redact import placed
from leadenrich.errors import (
    BulkOperationError,
    ErrorCode,
    FeatureExecutionError,
    InvalidReplyError,
    LeadEnrichError,
    ProviderError,
)

if TYPE_CHECKING:
    from leadenrich.engine.account import Account
    from leadenrich.engine.flight import Exchange
    from leadenrich.engine.limits import Slot
    from leadenrich.engine.runtime import Runtime

log = logging.getLogger("leadenrich")

UNANSWERED = (ErrorCode.FEATURE_EXECUTION_FAILED, ErrorCode.BULK_OPERATION_FAILED)
"""Codes that, for one question of a bulk call, say only that no answer came."""

LINGER = 0.01
"""Seconds a lone request waits for company, and only while other questions are under way."""
LONGEST_LINGER = 5
"""How many such moments, while each brings somebody."""


class Folds:
    """Starts exchanges: alone where their endpoint has no bulk form, through a queue where it has."""

    def __init__(self, session: Runtime) -> None:
        self._session = session
        self._queues: dict[tuple[str, str, Hashable], _Queue] = {}

    def start(self, exchange: Exchange) -> None:
        """Set an exchange going."""
        account, request = exchange.account, exchange.request
        bulk = None if account.native else account.adapter.folds.get(request.endpoint)
        group = None if bulk is None else _group_of(account, bulk, request)
        if bulk is None or group is None:
            start_alone(self._session, exchange)
            return
        key = (account.key, request.endpoint, group)
        if (queue := self._queues.get(key)) is None:
            queue = self._queues[key] = _Queue(self._session, account, bulk)
        queue.put(exchange)


def start_alone(session: Runtime, exchange: Exchange) -> None:
    """Send an exchange's request by itself, in a task of the session's own."""
    task = asyncio.get_running_loop().create_task(session.flight.run(exchange))
    session.own(task)
    exchange.abandon = task.cancel  # type: ignore[assignment]  # what it returns is not used


def is_unanswered(error: ProviderError) -> bool:
    """Return whether an error of one question in a bulk call says only that no answer came.

    The vendor may have charged it. A refusal (a bad question, no credits, too fast) is the vendor's word that it did
    not take the question.
    """
    return isinstance(error, InvalidReplyError) or error.code in UNANSWERED


def _group_of(account: Account, bulk: BulkEndpoint, request: Request) -> Hashable | None:
    """Return what a request must share with others to go out with them; None: it goes alone."""
    try:
        group = bulk.group(request)
        hash(group)
    except Exception as error:  # a slip of an adapter's must not leave anybody waiting
        _told(account, bulk, error)
        return None
    return group


def _told(account: Account, bulk: BulkEndpoint, error: Exception) -> None:
    log.error(
        "%s: no bulk call can be made for %s (%s); it is asked one by one",
        account.info.id,
        bulk.endpoint,
        type(error).__name__,
    )


class _Queue:
    """Requests that may share one bulk call."""

    def __init__(self, session: Runtime, account: Account, bulk: BulkEndpoint) -> None:
        self._session, self._account, self._bulk = session, account, bulk
        self._waiting: deque[Exchange] = deque()
        self._runner: asyncio.Task[None] | None = None

    def put(self, exchange: Exchange) -> None:
        self._waiting.append(exchange)
        exchange.abandon = self._abandoned
        if self._runner is None or self._runner.done():
            self._runner = asyncio.get_running_loop().create_task(self._run())
            self._session.own(self._runner)

    def _abandoned(self) -> None:
        """Stop waiting for a slot when nobody waits for an answer any more."""
        if self._runner is not None and not self._prune():
            self._runner.cancel()
            self._runner = None

    async def _run(self) -> None:
        try:
            await self._serve()
        except Exception as error:  # a fault of ours, or of the caller's limiter, must reach the askers
            for exchange in self._take(len(self._waiting)):
                self._session.flight.ended(exchange, None, wrapped(exchange, error))

    async def _serve(self) -> None:
        """Take a slot first, then as many requests as the vendor takes at once."""
        while self._prune():
            await self._linger()
            if not self._prune():
                return
            endpoint, weight, count = self._preview()
            try:
                slot = await self._account.slot(endpoint, weight)
            except ProviderError as error:
                for exchange in self._take(self._bulk.max_items):
                    self._session.flight.ended(exchange, None, error)
                continue
            batch = self._take(self._most(count))
            if not batch:
                self._account.give_back(slot)
                continue
            _Batch(self._session, self._account, self._bulk, batch, slot).start()

    def _prune(self) -> bool:
        while self._waiting and self._waiting[0].done:
            self._waiting.popleft()
        return bool(self._waiting)

    def _take(self, most: int) -> list[Exchange]:
        batch: list[Exchange] = []
        while self._waiting and len(batch) < most:
            exchange = self._waiting.popleft()
            if not exchange.done:
                batch.append(exchange)
        return batch

    def _most(self, count: int) -> int:
        """Return how many may go out on a slot taken for `count`: more may have come, where limits count calls."""
        by_item = any(rate.unit == "items" for rate in self._account.rates)
        return count if by_item or count == 1 else self._bulk.max_items

    def _preview(self) -> tuple[str, int, int]:
        """Return endpoint, weight and size of the call that would go out now; generators are pure, so one may look."""
        batch = [exchange for exchange in self._waiting if not exchange.done][: self._bulk.max_items]
        if len(batch) > 1:
            try:
                fold = self._bulk.run(self._account.adapter, [exchange.request for exchange in batch])
                step = next(fold, None)
                fold.close()
            except Exception as error:  # as above
                _told(self._account, self._bulk, error)
                step = None
            if isinstance(step, Request):
                return step.endpoint, step.weight, len(batch)
        return batch[0].request.endpoint, batch[0].request.weight, 1

    async def _linger(self) -> None:
        """Give others a moment to join, unless everyone who could has; a busy loop is counted in turns, not in time."""
        for _ in range(LONGEST_LINGER):
            here = len(self._waiting)
            if here >= self._bulk.max_items or not (self._session.streams or self._session.asking > here):
                return
            await asyncio.sleep(LINGER)
            for _ in range(4):
                await asyncio.sleep(0)
            if len(self._waiting) == here:
                return


class _Batch:
    """One call on its way for several exchanges."""

    def __init__(
        self, session: Runtime, account: Account, bulk: BulkEndpoint, batch: list[Exchange], slot: Slot
    ) -> None:
        self._session, self._account, self._bulk, self._batch, self._slot = session, account, bulk, batch, slot
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._run())
        self._session.own(self._task)
        for exchange in self._batch:
            exchange.abandon = self._abandoned

    def _abandoned(self) -> None:
        """Stop when the last asker of the last exchange has left."""
        if self._task is not None and all(exchange.done or not exchange.waiters for exchange in self._batch):
            self._task.cancel()

    async def _run(self) -> None:
        try:
            replies = await (self._alone() if len(self._batch) == 1 else self._folded())
        except asyncio.CancelledError:
            self._end_all(FeatureExecutionError("given up", provider=self._account.info.id))
            raise
        except ProviderError as error:
            if isinstance(error, InvalidReplyError) and self._batch[0].sent_at is not None:
                error.maybe_charged = True  # it answered, and nobody can read what
            self._account.veil(error, *(exchange.request for exchange in self._batch))
            self._end_all(error)
        except Exception as error:  # whatever a broken reply makes a fold raise (G12)
            message = error.message if isinstance(error, LeadEnrichError) else type(error).__name__
            broken = InvalidReplyError(f"the bulk reply cannot be read ({message})", provider=self._account.info.id)
            broken = placed(broken, error)
            broken.maybe_charged = True
            self._end_all(broken)
        else:
            for exchange, outcome in zip(self._batch, replies, strict=True):
                if isinstance(outcome, ProviderError):
                    own = copy.copy(outcome)  # one error may stand for several questions
                    if self._batch[0].sent_at is not None and is_unanswered(own):
                        own.maybe_charged = True
                    own.provider = own.provider or self._account.info.id
                    self._account.veil(own, exchange.request)
                    self._session.flight.ended(exchange, None, own)
                elif isinstance(outcome, Request):
                    start_alone(self._session, exchange)
                else:
                    self._session.flight.ended(exchange, outcome, None)

    def _end_all(self, error: ProviderError) -> None:
        for exchange in self._batch:
            self._session.flight.ended(exchange, None, error)

    async def _alone(self) -> Sequence[Reply]:
        exchange = self._batch[0]
        reply = await self._account.send(exchange.request, exchange.timeout, exchange.retries, exchange, self._slot)
        return [reply]

    async def _folded(self) -> Sequence[Reply | ProviderError | Request]:
        leader = self._batch[0]
        slot: Slot | None = self._slot
        self._session.usage.folded += len(self._batch)
        fold = self._bulk.run(self._account.adapter, [exchange.request for exchange in self._batch])
        deadline: float | None = None
        polls = 0
        try:
            step: Any = next(fold)
            while True:
                if isinstance(step, Wait):
                    deadline = deadline or self._session.now() + (self._bulk.patience or self._session.patience)
                    reply = await self._session.waits.next(self._account, step, deadline, polls, self._poll)
                    polls += 1
                else:
                    reply = await self._send(step, slot)
                    slot = None
                step = fold.send(reply)
        except StopIteration as stop:
            outcomes: Sequence[Reply | ProviderError | Request] = stop.value
        finally:
            if slot is not None and leader.sent_at is None:
                self._account.give_back(slot)
        if len(outcomes) != len(self._batch):
            short = BulkOperationError(f"the bulk reply answers {len(outcomes)} of {len(self._batch)} questions")
            short.maybe_charged = True
            raise short
        if not all(isinstance(outcome, Reply | ProviderError | Request) for outcome in outcomes):
            odd = BulkOperationError("the bulk reply answers a question with neither a reply nor an error")
            odd.maybe_charged = True
            raise odd
        return outcomes

    async def _poll(self, request: Request) -> Reply:
        return await self._account.send(request, self._batch[0].timeout, self._batch[0].retries)

    async def _send(self, request: Request, slot: Slot | None) -> Reply:
        """Send one call for everyone: what holds of the first exchange holds of all."""
        leader = self._batch[0]
        try:
            return await self._account.send(request, leader.timeout, leader.retries, leader, slot)
        finally:
            for exchange in self._batch:
                exchange.sent_at, exchange.latency = leader.sent_at, leader.latency
