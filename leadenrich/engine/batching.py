"""Bulk endpoints used without being asked (G6): requests that wait for the same endpoint go out as one call."""

from __future__ import annotations

import asyncio
import copy
import logging
from collections import deque
from collections.abc import Hashable, Iterable, Sequence
from typing import Any

from leadenrich.contract import BulkEndpoint, Reply, Request, Wait
from leadenrich.engine.account import Account
from leadenrich.engine.context import Context
from leadenrich.engine.foreign import fault_of, stopped_by_us
from leadenrich.engine.jobs import Jobs
from leadenrich.engine.permit import Permit
from leadenrich.engine.resume import bulk_job, reply_of, request_of, tell_submitted
from leadenrich.engine.singleflight import Exchange, SingleFlight, wrapped
from leadenrich.engine.stepper import Done, Stepper
from leadenrich.engine.subject import about_nobody
from leadenrich.errors import BulkOperationError, ErrorCode, FeatureExecutionError, InvalidReplyError, ProviderError
from leadenrich.ledger.calls import Intent
from leadenrich.ledger.jobs import KeptReply

log = logging.getLogger("leadenrich")

LINGER = 0.01
"""Seconds a lone request waits for others to share a call, and only while other questions are under way."""
REFUSALS = (
    ErrorCode.FEATURE_NOT_SUPPORTED,
    ErrorCode.FEATURE_PARAMETERS_INVALID,
    ErrorCode.PROVIDER_AUTHENTICATION_FAILED,
    ErrorCode.PROVIDER_INSUFFICIENT_CREDITS,
    ErrorCode.PROVIDER_RATE_LIMIT,
)
"""What a vendor says of a question that it has not worked on, so has not charged."""
LONGEST_LINGER = 5
"""How many such moments, while each brings another request."""


class Sender:
    """Starts exchanges: alone where their endpoint has no bulk form, through a queue where it has."""

    def __init__(self, context: Context, jobs: Jobs) -> None:
        self._context, self._jobs = context, jobs
        self.flight: SingleFlight | None = None
        self._queues: dict[tuple[str, str, Hashable], _Queue] = {}

    def start(self, exchange: Exchange) -> None:
        """Set an exchange going."""
        account, request = exchange.account, exchange.request
        bulk = None if account.native else account.adapter.folds.get(request.endpoint)
        if exchange.prepaid:
            self._resume(exchange, bulk)
            return
        group = None if bulk is None else _group_of(account, bulk, request)
        if bulk is None or group is None:
            _start_alone(self._context, exchange)
            return
        key = (account.key, request.endpoint, group)
        if (queue := self._queues.get(key)) is None:
            queue = self._queues[key] = _Queue(self._context, self._jobs, account, bulk)
        queue.put(exchange)

    def _resume(self, exchange: Exchange, bulk: BulkEndpoint | None) -> None:
        """Wait for the bulk job of an earlier run that answers an exchange, and the others of that call with it."""
        account, journal, flight = exchange.account, self._context.journal, self.flight
        job = None if journal is None else journal.batch(exchange.key)
        if job is None or bulk is None or flight is None:
            exchange.end(None, FeatureExecutionError("the job of an earlier run is not known any more"))
            return
        batch = []
        for key, told in zip(job.members, job.requests, strict=True):
            one = exchange
            if key != exchange.key:
                begin = flight.begin if flight.known(key) is None else Exchange
                one = begin(account, key, request_of(told), exchange.timeout, exchange.retries, job.operation)
                one.prepaid, one.sent_at = True, exchange.sent_at
            batch.append(one)
        _Batch(self._context, self._jobs, account, bulk, batch, None, job.sent).start()


def _start_alone(context: Context, exchange: Exchange) -> None:
    exchange.abandon = context.own(_run_alone(exchange)).cancel


async def _run_alone(exchange: Exchange) -> None:
    """Carry out one exchange."""
    account: Account = exchange.account
    try:
        if account.native:
            reply = await account.execute(exchange.request, exchange.timeout, exchange)
        else:
            reply = await account.send(exchange.request, exchange.timeout, exchange.retries, exchange)
    except ProviderError as error:
        exchange.end(None, error)
    except asyncio.CancelledError as error:
        if not stopped_by_us():  # something foreign cancelled itself
            exchange.end(None, wrapped(exchange, error))
            return
        exchange.end(None, FeatureExecutionError("given up", provider=account.info.id))
        raise
    except Exception as error:  # a fault of ours must reach the askers, not vanish with the task
        exchange.end(None, wrapped(exchange, error))
    except BaseException as error:
        exchange.end(None, wrapped(exchange, error))
        raise
    else:
        exchange.end(reply, None)


def _group_of(account: Account, bulk: BulkEndpoint, request: Request) -> Hashable | None:
    """Return what a request must share with others to go out with them; None: it goes alone."""
    try:
        group = bulk.group(request)
        hash(group)
    except BaseException as error:  # a slip of an adapter's must not leave an asker waiting
        _told(account, bulk, error)
        return None
    return group


def _told(account: Account, bulk: BulkEndpoint, error: BaseException) -> None:
    fault = fault_of("the adapter", error)
    log.error("%s: no bulk call can be made for %s (%s); it is asked one by one", account.info.id, bulk.endpoint, fault)


def _longest(waits: Iterable[float | None]) -> float | None:
    """Return the longest of several times; None, the session's, where one of them is that."""
    known = list(waits)
    return None if None in known else max((wait for wait in known if wait is not None), default=None)


class _Queue:
    """Requests that may share one bulk call."""

    def __init__(self, context: Context, jobs: Jobs, account: Account, bulk: BulkEndpoint) -> None:
        self._context, self._jobs, self._account, self._bulk = context, jobs, account, bulk
        self._waiting: deque[Exchange] = deque()
        self._runner: asyncio.Task[None] | None = None
        self._queued = False

    def put(self, exchange: Exchange) -> None:
        self._waiting.append(exchange)
        exchange.is_queued = self._queued
        exchange.abandon = self._abandoned
        if self._runner is None or self._runner.done():
            self._runner = self._context.own(self._run())

    def _abandoned(self) -> None:
        """Stop waiting for a permit when no asker waits for an answer any more."""
        if self._runner is not None and not self._prune():
            self._runner.cancel()
            self._runner = None

    async def _run(self) -> None:
        about_nobody()
        try:
            while self._prune():
                await self._linger()
                if self._prune():
                    await self._serve()
        except Exception as error:  # a fault of ours must reach the askers
            for exchange in self._take(len(self._waiting)):
                exchange.end(None, wrapped(exchange, error))

    async def _serve(self) -> None:
        """Take a permit first, then as many requests as the vendor takes at once."""
        request, count = self._preview()
        account, first = self._account, self._waiting[0]
        try:
            if request.auth is None:
                await account.token(account.info.auth)  # no place is held while a login is waited for
            permit = await account.door.permit(
                request.endpoint,
                request.weight,
                first.operation,
                max_wait=_longest(exchange.max_wait for exchange in self._waiting),
                queued=self._tell_queued,
            )
        except ProviderError as error:
            for exchange in self._take(self._bulk.max_items):
                exchange.end(None, error)
            return
        batch = self._take(self._most(count))
        if batch:
            _Batch(self._context, self._jobs, account, self._bulk, batch, permit).start()
        else:
            permit.release()

    def _tell_queued(self, waiting: bool) -> None:
        self._queued = waiting
        for exchange in self._waiting:
            exchange.tell_queued(waiting)

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
        """Return how many may go out on a permit for `count`: more may have come, where limits count calls."""
        by_item = any(rate.unit == "items" for rate in self._account.rates)
        return count if by_item or count == 1 else self._bulk.max_items

    def _preview(self) -> tuple[Request, int]:
        """Return the call that would go out now and for how many; generators are pure, so one may look."""
        batch = [exchange for exchange in self._waiting if not exchange.done][: self._bulk.max_items]
        if len(batch) > 1:
            try:
                fold = self._bulk.run(self._account.adapter, [exchange.request for exchange in batch])
                step = next(fold, None)
                fold.close()
            except BaseException as error:  # as above
                _told(self._account, self._bulk, error)
                step = None
            if isinstance(step, Request):
                return step, len(batch)
        return batch[0].request, 1

    async def _linger(self) -> None:
        """Give others a moment to join, unless all who could have; a busy loop is counted in turns, not in time."""
        for _ in range(LONGEST_LINGER):
            here = len(self._waiting)
            if here >= self._bulk.max_items or not (self._context.streams or self._context.asking > here):
                return
            await asyncio.sleep(LINGER)
            for _ in range(4):
                await asyncio.sleep(0)
            if len(self._waiting) == here:
                return


class _Batch:
    """One call on its way for several exchanges. It is counted for one of them, and charged for all."""

    def __init__(
        self,
        context: Context,
        jobs: Jobs,
        account: Account,
        bulk: BulkEndpoint,
        batch: list[Exchange],
        permit: Permit | None,
        earlier: Sequence[KeptReply] = (),
    ) -> None:
        self._context, self._jobs, self._account, self._bulk = context, jobs, account, bulk
        self._batch, self._permit = batch, permit
        self._earlier = deque(earlier)  # what an earlier run was answered
        self._replies: list[Reply] = []
        self._in_ledger = bool(earlier)
        self._job: str | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = self._context.own(self._run())
        if (permit := self._permit) is not None:
            self._task.add_done_callback(lambda _: permit.release())  # also where it was stopped before it began
        for exchange in self._batch:
            exchange.abandon = self._abandoned

    def _abandoned(self) -> None:
        """Stop when the last asker of the last exchange has left."""
        if self._task is not None and all(exchange.done or not exchange.waiters for exchange in self._batch):
            self._task.cancel()

    async def _run(self) -> None:
        account = self._account
        try:
            outcomes = await self._outcomes()
        except asyncio.CancelledError as error:
            if not stopped_by_us():
                self._end_all(wrapped(self._batch[0], error))
                return
            self._end_all(FeatureExecutionError("given up", provider=account.info.id))
            raise
        except ProviderError as error:
            if isinstance(error, InvalidReplyError) and self._batch[0].sent_at is not None:
                error.maybe_charged = True  # it answered, in words that cannot be read
            account.veil(error, *(exchange.request for exchange in self._batch))
            self._end_all(error)
        except Exception as error:
            self._end_all(wrapped(self._batch[0], error))
        else:
            for exchange, outcome in zip(self._batch, outcomes, strict=True):
                if isinstance(outcome, ProviderError):
                    own = copy.copy(outcome)  # one error may stand for several questions
                    own.provider = own.provider or account.info.id
                    account.veil(own, *(one.request for one in self._batch))  # it may be about another's lead
                    own.maybe_charged = own.maybe_charged or (exchange.sent_at is not None and own.code not in REFUSALS)
                    _forgive(exchange, own)
                    exchange.end(None, own)
                elif isinstance(outcome, Request):  # not worked on in the bulk call: it is asked by itself
                    exchange.given_back()
                    _start_alone(self._context, exchange)
                else:
                    exchange.end(outcome, None)

    def _end_all(self, error: ProviderError) -> None:
        for exchange in self._batch:
            exchange.end(None, error)

    async def _outcomes(self) -> Sequence[Reply | ProviderError | Request]:
        """Return what comes of each; where one is given up before the call leaves, it goes out without that one."""
        while self._batch:
            try:
                return [await self._alone()] if len(self._batch) == 1 else await self._folded()
            except _GivenUpError:
                self._context.usage.folded -= len(self._batch)
                self._batch = [exchange for exchange in self._batch if not exchange.done]
                self._permit = None
                self._replies.clear()
        return []

    async def _alone(self) -> Reply:
        exchange = self._batch[0]
        return await self._account.send(
            exchange.request, exchange.timeout, exchange.retries, exchange, permit=self._permit
        )

    async def _folded(self) -> Sequence[Reply | ProviderError | Request]:
        requests = [exchange.request for exchange in self._batch]
        self._context.usage.folded += len(self._batch)
        stepper = Stepper(lambda: self._bulk.run(self._account.adapter, requests), self._account.veil)
        permit: Permit | None = self._permit
        deadline: float | None = None
        polls = 0
        step = stepper.advance()
        while not isinstance(step, Done):
            if isinstance(step, Wait):
                deadline = deadline or self._context.now() + (self._bulk.patience or self._context.patience)
                self._job = step.id
                self._submitted(step)
                reply = await self._jobs.next(self._account, step, deadline, polls, self._poll)
                polls += 1
            elif self._earlier:
                reply = reply_of(self._earlier.popleft(), step)
            elif self._job is not None and deadline is not None and not step.paid:
                reply = await self._jobs.fetch(self._account, self._job, step, deadline, self._poll)
            else:
                reply = await self._send(step, permit)
                self._replies.append(reply)
                permit = None
            step = stepper.advance(reply)
        if step.error is not None:
            for exchange in self._batch:
                _forgive(exchange, step.error)
            raise self._unreadable(step.error)
        return self._check_outcomes(step.result)

    def _submitted(self, wait: Wait) -> None:
        """Take note of a bulk job the first time that it is waited for."""
        if not self._in_ledger:
            self._in_ledger = True
            job = bulk_job(self._account.info.id, wait.id, self._batch, self._replies)
            tell_submitted(self._context, job, self._account.info.id, self._batch[0].operation, wait.id)

    def _unreadable(self, error: Exception) -> Exception:
        if isinstance(error, InvalidReplyError):
            error.message = f"the bulk reply cannot be used: {error.message}"
            error.args = (error.message,)
        return error

    def _check_outcomes(self, outcomes: Any) -> Sequence[Reply | ProviderError | Request]:
        """Return what a fold returned, if it holds one reply or error for each question."""
        short: str | None = None
        if isinstance(outcomes, str | bytes) or not isinstance(outcomes, Sequence):
            short = f"the bulk form returned {'nothing' if outcomes is None else f'a {type(outcomes).__name__}'}"
        elif len(outcomes) != len(self._batch):
            short = f"the bulk reply answers {len(outcomes)} of {len(self._batch)} questions"
        elif not all(isinstance(outcome, Reply | ProviderError | Request) for outcome in outcomes):
            short = "the bulk reply answers a question with neither a reply nor an error"
        if short is None:
            return list(outcomes)
        broken = BulkOperationError(short)
        broken.maybe_charged = True
        raise broken

    async def _poll(self, request: Request) -> Reply:
        return await self._account.send(request, self._batch[0].timeout, self._batch[0].retries)

    async def _send(self, request: Request, permit: Permit | None) -> Reply:
        """Send one call for all: what holds of the first exchange holds of each."""
        leader = self._batch[0]
        sending = _Counted(leader, self._batch, request.paid, whole=self._in_ledger)
        reply = await self._account.send(request, leader.timeout, leader.retries, sending, permit=permit)
        if request.paid:
            sending.unsure()  # what it answered may have been charged, whatever a later request of the fold meets
        return reply


def _forgive(exchange: Exchange, error: Exception) -> None:
    """Owe nothing where an adapter reads in a bulk reply that the vendor refused; what was answered is uncertain else.

    A refusal of a further request, such as the report's, says nothing of the one that was paid for.
    """
    if isinstance(error, ProviderError) and error.code in REFUSALS and not error.maybe_charged:
        exchange.sent_at = None


class _GivenUpError(Exception):
    """Some of the exchanges of a bulk call were given up before it left, so their share has no payer."""


class _Counted:
    """A bulk call in the eyes of its exchanges: sent for all of them, counted for one.

    `whole`: it goes out as it is, since an earlier run began it.
    """

    def __init__(self, leader: Exchange, batch: Sequence[Exchange], paid: bool, whole: bool) -> None:
        self._leader, self._batch, self._paid, self._whole = leader, batch, paid, whole

    @property
    def operation(self) -> str | None:
        return self._leader.operation

    @property
    def idempotency_key(self) -> str:
        return self._leader.idempotency_key

    @property
    def max_wait(self) -> float | None:
        return _longest(exchange.max_wait for exchange in self._batch)

    @property
    def latency(self) -> float | None:
        return self._leader.latency

    @latency.setter
    def latency(self, seconds: float | None) -> None:
        for exchange in self._batch:
            exchange.latency = seconds

    def may_send(self) -> bool:
        if self._paid and not self._whole and any(one.done and one.sent_at is None for one in self._batch):
            raise _GivenUpError
        return not self._paid or any(exchange.has_room for exchange in self._batch) or self._leader.may_send()

    def intents(self) -> list[Intent]:
        return [exchange.intent(int(exchange is self._leader)) for exchange in self._batch]

    def leaves(self, now: float) -> None:
        """Count the call for one of them that has set it aside."""
        if self._paid:
            next((exchange for exchange in self._batch if exchange.has_room), self._leader).leaves(now)
            for exchange in self._batch:
                exchange.sent_at, exchange.left = now, True

    def refused(self) -> None:
        if self._paid:
            for exchange in self._batch:
                exchange.refused()

    def unsure(self) -> None:
        if self._paid:
            for exchange in self._batch:
                exchange.unsure()

    def tell_queued(self, waiting: bool) -> None:
        for exchange in self._batch:
            exchange.tell_queued(waiting)
