"""One account at one vendor: its credentials, limits, health and tokens, and the one way a request goes out."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from pydantic import SecretStr

from leadenrich.contract import HTTPProvider, ProviderInfo, Query, Rate, Reply, Request
from leadenrich.contract.adapter import USUAL
from leadenrich.contract.wire import Signer
from leadenrich.engine import transport
from leadenrich.engine.classify import allowance, judge, veil
from leadenrich.engine.context import Context
from leadenrich.engine.foreign import Fault, call, fault_of, stopped_by_us
from leadenrich.engine.health import Breaker
from leadenrich.engine.limits import Queued
from leadenrich.engine.permit import Door, Permit
from leadenrich.engine.retry import LONGEST_RETRY_AFTER, RetryBudget, again, may_repeat
from leadenrich.engine.shared import SharedAccount
from leadenrich.errors import (
    AuthenticationError,
    BudgetExceededError,
    ErrorCode,
    InvalidReplyError,
    LeadEnrichError,
    ProviderAPIError,
    ProviderError,
    ProviderTimeoutError,
)
from leadenrich.ledger.calls import Intent


class Sending(Protocol):
    """What a request is sent for: it counts the calls that leave, and says whether another may."""

    latency: float | None

    @property
    def operation(self) -> str | None:
        """Return the operation it is sent for."""
        ...

    @property
    def idempotency_key(self) -> str:
        """Return the key that makes a repeat safe where a vendor documents a header for it."""
        ...

    @property
    def max_wait(self) -> float | None:
        """Return the seconds for which a limit may hold it back; None: the session's."""
        ...

    def may_send(self) -> bool:
        """Return whether one more call is within the budget."""
        ...

    def intents(self) -> list[Intent]:
        """Return what the caller's ledger must know before a call leaves."""
        ...

    def leaves(self, now: float) -> None:
        """Take note that a call leaves now."""
        ...

    def refused(self) -> None:
        """Take note that nothing is owed for the call that left: it was refused, or never arrived."""
        ...

    def unsure(self) -> None:
        """Take note that the call that left may have been charged although it failed."""
        ...

    def tell_queued(self, waiting: bool) -> None:
        """Take note that it queues for a limit, or moves on."""
        ...


class Account:
    """What a session knows of one provider it has credentials for."""

    def __init__(
        self,
        context: Context,
        adapter: Any,
        info: ProviderInfo,
        secrets: Mapping[str, SecretStr],
        key: str,
        rates: Sequence[Rate],
        shared: SharedAccount,
    ) -> None:
        self.context, self.adapter, self.info, self.secrets, self.key = context, adapter, info, secrets, key
        self.rates = tuple(rates)
        self.native = not isinstance(adapter, HTTPProvider)
        self.breaker = Breaker(info.id, context.now, self._tell_rest, one_key=info.auth.shared)
        self.share(shared)
        self.retry_budget = RetryBudget()
        self._initialized: asyncio.Task[Any] | None = None

    def __repr__(self) -> str:
        return f"<Account {self.info.id}>"

    def share(self, shared: SharedAccount) -> None:
        """Stand on what belongs to the account over one transport."""
        self._shared = shared  # held, so that it lives as long as a session that uses it
        self.tokens, self.records = shared.tokens, shared.records
        self.door = Door(self.key, self.rates, self.breaker, shared.places, self.context)

    # ---- one request, with its repeats

    async def send(
        self,
        request: Request,
        timeout: float,
        retries: int,
        sending: Sending | None = None,
        permit: Permit | None = None,
    ) -> Reply:
        """Send a request, again where that is safe, and return a reply its adapter may read.

        Args:
            request: what to send.
            timeout: seconds for one attempt.
            retries: further attempts.
            sending: what it is sent for, where that counts calls.
            permit: the right to send the first attempt, where it was obtained already; it is given back.

        Raises:
            ProviderError: named after vendor and cause.
        """
        try:
            if request.after:
                await asyncio.sleep(request.after)
            try:
                return await self._attempt(request, timeout, sending, permit)
            except ProviderError as error:
                if not retries or not may_repeat(request, error):
                    raise
                first = error
        finally:
            if permit is not None:
                permit.release()
        return await again(
            first, lambda: self._attempt(request, timeout, sending), request, retries, self.retry_budget, self._notify
        )

    def _tell_rest(self, seconds: float | None) -> None:
        """Tell that the vendor is left alone for some seconds, or, with None, that it answers again."""
        if seconds is None:
            self.context.emit("breaker.closed", self.info.id, None)
        else:
            self.context.emit("breaker.opened", self.info.id, None, seconds=seconds)

    def _notify(self, error: ProviderError, wait: float) -> None:
        self.context.usage.retries += 1
        self.context.emit("call.retried", self.info.id, None, code=str(error.code), wait=wait)

    async def token(self, auth: Signer) -> str | None:
        """Return the account's token, fetched before any place in flight is taken; None for auth without one."""
        return await self.tokens.get(auth, self._send_login, self.context)

    async def _attempt(
        self, request: Request, timeout: float, sending: Sending | None, permit: Permit | None = None
    ) -> Reply:
        auth = request.auth or self.info.auth
        operation = sending.operation if sending is not None else None
        renewed = False
        while True:
            token = await self.token(auth) if request.auth is None else None
            if permit is None:
                permit = await self.door.permit(
                    request.endpoint,
                    request.weight,
                    operation,
                    max_wait=None if sending is None else sending.max_wait,
                    queued=_told_by(sending),
                )
            with permit:
                reply = await self._once(request, auth, token, timeout, permit, sending)
                if reply.status != 401 or token is None or renewed:
                    return self._read(request, reply, permit, sending)
                self.tokens.forget(token)
                if sending is not None:
                    sending.refused()
            permit, renewed = None, True

    async def _send_login(self, request: Request) -> Reply:
        """Send one request of a login: others wait for it, so it takes no place in flight."""
        with await self.door.permit(request.endpoint, request.weight, login=True) as permit:
            auth = request.auth or self.info.auth
            reply = await self._once(request, auth, None, self.context.timeout, permit, None)
            return self._read(request, reply, permit, None, login=True)

    async def _once(
        self,
        request: Request,
        auth: Signer,
        token: str | None,
        timeout: float,
        permit: Permit,
        sending: Sending | None,
    ) -> Reply:
        context, carrier = self.context, self.context.transport
        outgoing = transport.build(request, self.info, auth, self.secrets, token, context.agent)
        if sending is not None:
            if request.idempotency is not None:
                outgoing.headers[request.idempotency] = sending.idempotency_key
            started = self._leave(request, sending)
        else:
            started = context.now()
        context.usage.sent(self.info.id)
        try:
            reply = await transport.send(carrier, outgoing, request, permit.patience(timeout))
        except ProviderError as error:
            self._failed(error, permit, sending)
            raise
        if sending is not None:
            sending.latency = context.now() - started
        return reply

    def _leave(self, request: Request, sending: Sending) -> float:
        """Let a call leave: it is within the budget, and the caller's ledger knows of it before anybody is paid.

        Returns:
            When it leaves.

        Raises:
            BudgetExceededError: no call is left. StorageError: the ledger cannot be written.
        """
        if not sending.may_send():
            raise BudgetExceededError("the budget has no further call left", provider=self.info.id)
        if request.paid and self.context.journal is not None:
            self.context.journal.sent(sending.intents(), self.context.sender)
        now = self.context.now()
        sending.leaves(now)
        return now

    def _read(
        self, request: Request, reply: Reply, permit: Permit, sending: Sending | None, login: bool = False
    ) -> Reply:
        """Return a reply that its adapter may read, or raise what it stands for; the limits learn from it."""
        error = judge(self.adapter, reply, self.shown_secrets)
        if login and error is not None and reply.status in (400, 401, 403):
            error = AuthenticationError("the credentials are refused", status=reply.status, detail=error.detail)
        remaining, reset_in = allowance(self.adapter, reply.headers) if self.info.rate_headers else (None, None)
        if error is None:
            assert permit.slot is not None
            permit.succeeded(self.context.now() - permit.slot.sent_at, remaining, reset_in)
            self.retry_budget.earn()
            return reply
        if 300 <= reply.status < 500 and reply.status not in self.adapter.errors and reply.status not in USUAL:
            operation = sending.operation if sending is not None else None
            self.context.drift.status(self.info.id, operation, reply.status)
        if isinstance(error, InvalidReplyError) and reply.status < 300 and request.paid:
            error.maybe_charged = True  # it said yes, in words that cannot be read
        self._failed(error, permit, sending, remaining, reset_in)
        raise error

    def _failed(
        self,
        error: ProviderError,
        permit: Permit,
        sending: Sending | None,
        remaining: int | None = None,
        reset_in: float | None = None,
    ) -> None:
        error.provider, error.__cause__, error.__context__ = self.info.id, None, None  # a URL may be in these
        operation = sending.operation if sending is not None else None
        if sending is not None:
            if error.maybe_charged:
                sending.unsure()
            else:
                sending.refused()
        pause = error.retry_after if error.code is ErrorCode.PROVIDER_RATE_LIMIT else None
        brief = None if pause is None else min(pause, LONGEST_RETRY_AFTER)
        if permit.failed(error, operation, brief, remaining, reset_in):
            whole = self.breaker.benched is not None
            self.context.bench_notice(self.info.id, None if whole else operation, error)
        if pause is not None and pause > LONGEST_RETRY_AFTER:
            self.breaker.rest(pause)  # calls do not queue for an hour behind a vendor while others could be asked

    # ---- a plugin that does its own I/O

    async def execute(self, request: Request, timeout: float, sending: Sending) -> Reply:
        """Let such a plugin answer, under the same limits, clocks and breaker; never repeated."""
        await self._initialize()
        queued = _told_by(sending)
        with await self.door.permit(
            request.endpoint, request.weight, sending.operation, max_wait=sending.max_wait, queued=queued
        ) as permit:
            started = self.context.now()
            timeout = permit.patience(timeout)
            self._leave(request, sending)
            try:
                async with asyncio.timeout(timeout):
                    result = await self._executed(request)
            except TimeoutError:
                error: ProviderError = transport.maybe_charged(ProviderTimeoutError(f"no answer within {timeout:g} s"))
            except ProviderError as raised:
                error = raised
            else:
                sending.latency = self.context.now() - started
                permit.succeeded(sending.latency)
                return Reply(200, json=result, request=request)
            self._failed(error, permit, sending)
        raise error

    async def _executed(self, request: Request) -> Any:
        try:
            result = self.adapter.execute(request.path, Query(request.json))
            return await result if inspect.isawaitable(result) else result
        except TimeoutError:
            raise
        except ProviderError as error:
            self.veil(error, request)
            raise
        except BaseException as error:
            if isinstance(error, asyncio.CancelledError) and stopped_by_us():
                raise
            fault = fault_of("the plugin", error)
        broken = transport.maybe_charged(ProviderAPIError(str(fault)))
        broken.add_note(fault.where)
        raise broken

    async def ask_plugin(self, what: str, *args: Any) -> Any:
        """Call another method of such a plugin.

        Raises:
            ProviderError: its own, or one that stands for whatever else it did.
        """
        await self._initialize()
        try:
            return await call("the plugin", getattr(self.adapter, what), *args, limit=self.context.timeout)
        except Fault as fault:
            own = fault.error if isinstance(fault.error, ProviderError) else None
            raised = own or ProviderAPIError(f"{fault} in {what}", provider=self.info.id)
        raise raised

    async def _initialize(self) -> None:
        """Hand the credentials over, once."""
        if self._initialized is None:
            secrets = {field: secret.get_secret_value() for field, secret in self.secrets.items()}
            work = call("the plugin", self.adapter.initialize, secrets, limit=self.context.timeout)
            self._initialized = self.context.own(work)
        try:
            await asyncio.shield(self._initialized)
        except Fault as fault:
            self._initialized = None
            raised = ProviderAPIError(f"{fault} in initialize", provider=self.info.id)
        else:
            return
        raise raised

    # ---- what no text may show

    def shown_secrets(self) -> list[str]:
        """Return the secrets that a vendor's words may repeat."""
        public = self.info.auth.public
        kept = [secret.get_secret_value() for field, secret in self.secrets.items() if field not in public]
        return [*kept, *self.tokens]

    def veil(self, error: LeadEnrichError, *requests: Request, fields: Mapping[str, Any] | None = None) -> None:
        """Take out of an adapter's own error what no text may show; `fields`: what was asked."""
        veil(error, requests, self.shown_secrets(), fields)


def _told_by(sending: Sending | None) -> Queued | None:
    return None if sending is None else sending.tell_queued
