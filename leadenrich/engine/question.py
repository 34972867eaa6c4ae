"""One question on its way: steps the adapter's flow, joins exchanges, and books what it cost."""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from leadenrich.contract import Feature, Query, Reply, Request, Wait
from leadenrich.contract.query import unfit
from leadenrich.engine.account import Account
from leadenrich.engine.answer import finished
from leadenrich.engine.bill import Bill
from leadenrich.engine.budget import BudgetLedger
from leadenrich.engine.context import Context
from leadenrich.engine.jobs import Jobs
from leadenrich.engine.limits import Queued
from leadenrich.engine.redact import placed
from leadenrich.engine.resume import check_uncertain, question_job, reply_of, tell_submitted
from leadenrich.engine.singleflight import Exchange, SingleFlight, link
from leadenrich.engine.stepper import Done, Stepper
from leadenrich.errors import (
    ConfigurationError,
    FeatureExecutionError,
    InvalidReplyError,
    LeadEnrichError,
    ProviderError,
    ProviderTimeoutError,
)
from leadenrich.ledger.journal import Journal
from leadenrich.results import NO_COST, Cost, Hit, Miss


@dataclass(slots=True)
class Asked:
    """What came of one question: a Hit, a Miss or the error, and what it cost.

    `latency` is in seconds from the first byte sent, None where nothing was sent; `cached`: it was already paid for;
    `note`: what else a row says of it.
    """

    result: Hit | Miss | ProviderError
    cost: Cost = NO_COST
    latency: float | None = None
    cached: bool = False
    job_id: str | None = None
    note: str | None = None


class _FlowError(Exception):
    """An error that the adapter itself raised, out of a reply it could read or not."""

    def __init__(self, error: ProviderError) -> None:
        super().__init__(error.message)
        self.error = error


class Question:
    """One question to one account.

    Args:
        context, flight, jobs: the session's.
        account: whom.
        feature, query: what.
        timeout: seconds for one attempt. retries: further attempts.
        ledgers: the budgets that need room.
        queued: told True while it waits for a limit of the vendor's, False when it moves on.
        max_wait: seconds for which a limit may hold back its first request; None: the session's.
    """

    __slots__ = (
        "_account",
        "_bill",
        "_chain",
        "_context",
        "_feature",
        "_first_byte",
        "_flight",
        "_in_line",
        "_job",
        "_jobs",
        "_latency",
        "_led",
        "_max_wait",
        "_now",
        "_patience",
        "_query",
        "_queued",
        "_retries",
        "_sent",
        "_timeout",
        "cost",
        "kept_as",
    )

    def __init__(
        self,
        context: Context,
        flight: SingleFlight,
        jobs: Jobs,
        account: Account,
        feature: Feature,
        query: Query,
        timeout: float,
        retries: int,
        ledgers: Sequence[BudgetLedger],
        queued: Queued | None = None,
        max_wait: float | None = None,
    ) -> None:
        self._context, self._flight, self._jobs, self._account = context, flight, jobs, account
        self._feature, self._query, self._queued = feature, query, queued
        self._timeout, self._retries = timeout, retries
        self._now, self._patience = context.now, feature.patience
        self._bill = Bill(context, account, feature, query, ledgers)
        self._chain = account.key.encode()
        self._sent, self._max_wait = False, max_wait
        self._led: list[Exchange] = []
        self._job: str | None = None
        self._latency: float | None = None
        self._first_byte: float | None = None
        self._in_line = 0.0
        self.cost = NO_COST
        self.kept_as: Callable[[Hit | Miss], tuple[str, Mapping[str, Any]]] | None = None

    async def run(self) -> Asked:
        """Return what came of it.

        Raises:
            ConfigurationError: a setting of the caller's. A cancellation passes; what it may cost is booked.
        """
        bill, by_adapter = self._bill, False
        try:
            try:
                outcome, usable = self._finished(await (self._native() if self._account.native else self._flow()))
            finally:
                if self._first_byte is not None:  # until now, background jobs and polls included
                    self._latency = self._now() - self._first_byte
            self.cost = bill.for_answer(outcome, usable)
        except _FlowError as raised:
            error, by_adapter = raised.error, True
        except ProviderError as raised:
            error = raised
        except ConfigurationError:
            self.cost = bill.for_stop()
            bill.settle_now(self.cost)
            raise
        except Exception as raised:  # a fault of ours: typed, booked, and the lead goes on
            fault = FeatureExecutionError(f"an internal fault ({type(raised).__name__})")
            fault.maybe_charged = bill.owes()
            error = placed(fault, raised)
        except BaseException:
            self.cost = bill.for_stop()
            bill.settle_now(self.cost)
            raise
        else:
            outcome.cost, outcome.cached = self.cost, not self._sent
            await bill.settle(self.cost, answer=None if self.kept_as is None else self.kept_as(outcome))
            return Asked(outcome, self.cost, self._latency, not self._sent)
        error.__cause__ = error.__context__ = error.__traceback__ = None  # a key or a person may be in these
        self.cost = bill.for_error(error, by_adapter)
        await bill.settle(self.cost, over=not isinstance(error, ProviderTimeoutError))
        error.provider = error.provider or self._account.info.id
        error.operation = error.operation or self._feature.operation
        return Asked(error, self.cost, self._latency, False, error.job_id)

    def _finished(self, outcome: Any) -> tuple[Hit | Miss, bool]:
        try:
            return finished(outcome, self._account.info.id, self._feature, self._query)
        except InvalidReplyError as error:
            error.maybe_charged = self._bill.owes()
            raise _FlowError(error) from None

    async def _flow(self) -> Any:
        account = self._account
        veil = functools.partial(account.veil, fields=self._query)
        stepper = Stepper(lambda: account.adapter.flow(self._feature.operation, self._query), veil)
        deadline: float | None = None
        polls = 0
        reply: Reply | None = None
        watch = self._context.drift.watch(account.info.id, self._feature.operation)
        try:
            while not isinstance(step := watch.advance(stepper, reply) if watch else stepper.advance(reply), Done):
                if isinstance(step, Wait):
                    deadline = deadline or self._now() + self._patience
                    reply = await self._wait(step, deadline, polls)
                    deadline, self._in_line = deadline + self._in_line, 0.0  # a poll's queue is no part of the job
                    polls += 1
                elif self._job is not None and deadline is not None and not step.paid:
                    reply = await self._jobs.fetch(account, self._job, step, deadline, self._once_more)
                else:
                    reply = await self._request(step)
        except BaseException:
            stepper.close()
            raise
        if step.error is not None:
            raise self._flow_error(step, reply)
        if watch is not None and isinstance(step.result, Hit):
            watch.ended(step.result, self._query)
        if reply is not None and isinstance(step.result, Hit | Miss):
            step.result.raw = reply
        return step.result

    def _flow_error(self, step: Done, reply: Reply | None) -> Exception:
        error = step.error
        if step.cause is not None:  # nothing was sent yet: it is the question that cannot be put
            return unfit(self._feature, self._query, step.cause)
        if isinstance(error, InvalidReplyError):
            error.maybe_charged = self._bill.owes()
        if not isinstance(error, ProviderError):  # a plugin's error stops no more than its own question
            assert isinstance(error, LeadEnrichError)
            error = FeatureExecutionError(error.message)
        return _FlowError(error)

    async def _native(self) -> Any:
        """Ask a plugin that does its own I/O, as one exchange."""
        reply = await self._request(Request("CALL", self._feature.operation, json=dict(self._query)))
        outcome = reply.json
        if isinstance(outcome, Hit):  # shared by every asker, so each gets a copy
            hit = Hit(outcome.data)
            hit.claim, hit.claim_unread, hit.confidence = outcome.claim, outcome.claim_unread, outcome.confidence
            hit.each, hit.record = outcome.each, outcome.record
            return hit
        if isinstance(outcome, Miss):
            miss = Miss(outcome.reason)
            miss.claim, miss.claim_unread, miss.record = outcome.claim, outcome.claim_unread, outcome.record
            return miss
        return outcome

    async def _request(self, request: Request) -> Reply:
        flight, bill = self._flight, self._bill
        if self._context.closing:  # it waited for something else until now, such as a cache
            raise FeatureExecutionError("given up: the session was closed")
        self._chain = key = flight.serving(self._chain, request)
        known = flight.known(key)
        if known is None and self._context.journal is not None:
            known = self._from_earlier_run(self._context.journal, key, request)
        if (
            request.paid
            and not (known is not None and known.prepaid)
            and not (known is not None and known.done and self._feature.operation in known.claims)
        ):
            if not bill.holds:
                await bill.reserve(known if known is not None and known.done else None)
                known = flight.known(key)
            elif known is None:
                bill.another_call()
        exchange = known if known is not None else self._begin(key, request)
        if known is None:
            self._sent = True
        if request.paid:
            bill.hang_on(exchange)
            journal = self._context.journal
            if journal is not None and (exchange.uncertain or (exchange.prepaid and exchange.elsewhere is None)):
                exchange.elsewhere = not journal.take_over(exchange.key, self._context.sender)
            elif journal is not None and exchange.left and not exchange.claims and (holds := bill.numbers):
                journal.joined(exchange.key, holds, self._context.sender)
        if known is None or known.is_new:
            flight.start(exchange)
        elif not exchange.done:
            self._context.emit("call.shared", self._account.info.id, self._feature.operation)
        if request.paid:
            await flight.join(exchange, self._queued)
        else:
            begun = self._now()
            await flight.join(exchange, self._queued)
            if exchange.sent_at is not None:
                self._in_line += max(exchange.sent_at - begun, 0.0)
        self._count(exchange, known is None)
        if exchange.error is not None:
            raise copy.copy(exchange.error)
        assert exchange.reply is not None
        if self._job is None:
            self._led.append(exchange)
        return exchange.reply

    async def _once_more(self, request: Request) -> Reply:
        """Send a request as the next of the flow, and leave its history as it was where it fails."""
        chain = self._chain
        try:
            return await self._request(request)
        except ProviderError:
            self._chain = chain
            raise

    def _begin(self, key: bytes, request: Request) -> Exchange:
        wait = None if self._sent else self._max_wait  # what has begun is not given up for a limit
        operation = self._feature.operation
        return self._flight.begin(self._account, key, request, self._timeout, self._retries, operation, wait)

    def _from_earlier_run(self, journal: Journal, key: bytes, request: Request) -> Exchange | None:
        """Return an exchange that leads to a job an earlier run has paid for; None where there is none.

        Raises:
            FeatureExecutionError: an earlier run did not see the answer of this very call, and it is not asked again.
        """
        told = journal.reply(key)
        if told is not None:
            exchange = self._begin(key, request)
            exchange.prepaid = exchange.in_ledger = True
            exchange.sent_at = self._now() if request.paid else None
            exchange.end(reply_of(told, request), None)
            self._sent = True
            return exchange
        if not request.paid:
            return None
        if journal.batch(key) is not None:
            exchange = self._begin(key, request)
            exchange.prepaid = exchange.is_new = True
            exchange.sent_at = self._now()
            self._sent = True
            return exchange
        if (call := journal.uncertain(key)) is not None:
            check_uncertain(self._context, call)
        return None

    def _count(self, exchange: Exchange, own: bool) -> None:
        if own and self._first_byte is None and exchange.sent_at is not None and exchange.latency is not None:
            self._first_byte = exchange.sent_at
        if self._latency is None:
            self._latency = exchange.latency
        elif exchange.latency is not None and own:
            self._latency += exchange.latency

    async def _wait(self, wait: Wait, deadline: float, polls: int) -> Reply:
        if self._job is None:
            self._submitted(wait)
        if wait.poll is not None:
            known = self._flight.known(link(self._chain, wait.poll))
            if known is not None and known.reply is not None:  # another that waited for the same job asked already
                self._chain = known.key
                return known.reply
        return await self._jobs.next(self._account, wait, deadline, polls, self._request)

    def _submitted(self, wait: Wait) -> None:
        """Take note of a job that was paid for, the first time that it is waited for."""
        self._job = wait.id
        last = self._led[-1] if self._led else None
        if last is None or not self._bill.is_paid or any(exchange.in_ledger for exchange in self._led):
            return
        last.in_ledger = True
        provider, operation = self._account.info.id, self._feature.operation
        job = question_job(provider, operation, wait.id, self._led, self._bill.about())
        tell_submitted(self._context, job, provider, operation, wait.id)
