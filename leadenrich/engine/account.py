"""One account at one vendor: its credentials, limits, health and tokens, and the one way a request goes out."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from leadenrich.contract import HTTPProvider, ProviderInfo, Query, Rate, Reply, Request
from leadenrich.contract.auth import Auth, Token
from leadenrich.engine import transport
from leadenrich.engine.gate import Gate
from leadenrich.engine.health import Breaker
from leadenrich.engine.judge import allowance, judge, veil
from leadenrich.engine.limits import Slot
from leadenrich.engine.redact import placed
from leadenrich.engine.retry import LONGEST_RETRY_AFTER, RetryBudget, again, may_repeat
from leadenrich.errors import (
    AuthenticationError,
    ErrorCode,
    InvalidReplyError,
    LeadEnrichError,
    ProviderAPIError,
    ProviderBenchedError,
    ProviderError,
    ProviderTimeoutError,
)

if TYPE_CHECKING:
    from leadenrich.engine.flight import Exchange
    from leadenrich.engine.runtime import Runtime

RENEW_BEFORE = 30.0
"""Seconds before its end at which a token is renewed."""


class Account:
    """What a session knows of one provider it has credentials for."""

    def __init__(
        self,
        session: Runtime,
        adapter: Any,
        info: ProviderInfo,
        secrets: Mapping[str, SecretStr],
        key: str,
        rates: Sequence[Rate],
    ) -> None:
        self.session, self.adapter, self.info, self.secrets, self.key = session, adapter, info, secrets, key
        self.rates = tuple(rates)
        self.native = not isinstance(adapter, HTTPProvider)
        self.gate = Gate(info.concurrency)
        self.breaker = Breaker(info.id, session.now)
        self.retry_budget = RetryBudget()
        self.ready = False
        self._token: tuple[Token, float] | None = None
        self._login: asyncio.Task[Token] | None = None
        self._tokens: deque[Token] = deque(maxlen=4)

    def __repr__(self) -> str:
        return f"<Account {self.info.id}>"

    async def send(
        self, request: Request, timeout: float, retries: int, exchange: Exchange | None = None, slot: Slot | None = None
    ) -> Reply:
        """Send a request, again where that is safe, and return a reply its adapter may read.

        Raises:
            ProviderError: named after vendor and cause.
        """
        if request.after:
            await asyncio.sleep(request.after)
        try:
            return await self._attempt(request, timeout, exchange, slot)
        except ProviderError as error:
            if not retries or not may_repeat(request, error):
                raise
            first = error
        return await again(
            first, lambda: self._attempt(request, timeout, exchange), request, retries, self.retry_budget, self._notify
        )

    def _notify(self, error: ProviderError, wait: float) -> None:
        self.session.usage.retries += 1
        self.session.emit("call.retried", self.info.id, None, code=str(error.code), wait=wait)

    async def _attempt(
        self, request: Request, timeout: float, exchange: Exchange | None, slot: Slot | None = None
    ) -> Reply:
        auth = request.auth or self.info.auth
        token = await self.token(auth) if request.auth is None else None
        if slot is None:
            slot = await self.slot(request.endpoint, request.weight)
        reply = await self._once(request, auth, token, timeout, exchange, slot)
        if reply.status == 401 and token is not None:
            self._forget(token)
            self.session.limiter.answered(slot)
            self.gate.leave(good=False)
            token = await self.token(auth)
            slot = await self.slot(request.endpoint, request.weight)
            reply = await self._once(request, auth, token, timeout, exchange, slot)
        error = judge(self.adapter, reply, self._shown_secrets)
        try:
            return self._learn(request, reply, error, slot)
        except ProviderError as refused:
            if exchange is not None and not refused.maybe_charged:
                exchange.sent_at = None  # refused for certain: nothing is owed
            raise

    async def execute(self, request: Request, timeout: float, retries: int, exchange: Exchange) -> Reply:
        """Let a plugin that does its own I/O answer, under the same limits, clocks and breaker; never repeated."""
        slot = await self.slot(request.endpoint, request.weight)
        good = False
        exchange.sent_at = started = self.session.now()
        try:
            async with asyncio.timeout(timeout):
                result = await self.adapter.execute(request.path, Query(request.json))
            good = True
            self.breaker.succeeded(self.session.now() - started)
            exchange.latency = self.session.now() - started
            return Reply(200, json=result, request=request)
        except ProviderError as error:
            if self.breaker.failed(error):
                self.bench()
            raise
        except TimeoutError:
            late = transport.maybe_charged(ProviderTimeoutError(f"no answer within {timeout:g} s"))
            self.breaker.failed(late)
            raise late from None
        except Exception as error:
            broken = ProviderAPIError(f"the plugin failed ({type(error).__name__})", provider=self.info.id)
            self.breaker.failed(broken)
            raise placed(broken, error) from None
        finally:
            self.session.limiter.answered(slot)
            self.gate.leave(good=good)

    async def slot(self, endpoint: str, weight: int) -> Slot:
        """Wait for a place in flight and for the vendor's limits.

        Raises:
            ProviderBenchedError: the vendor is out for now.
        """
        self.breaker.check()
        await self.gate.enter()
        probe = False
        try:
            probe = self.breaker.admit()
            slot: Slot = await self.session.limiter.acquire(self.key, endpoint, self.rates, weight)
        except BaseException:
            self._withdraw(probe)
            raise
        if not probe:
            try:
                self.breaker.check()  # it may have fallen ill while this one waited
            except ProviderBenchedError:
                self.give_back(slot)
                raise
        return slot

    def _withdraw(self, probe: bool) -> None:
        if probe:
            self.breaker.abandoned()
        self.gate.leave(good=False)

    def give_back(self, slot: Slot) -> None:
        """Return a slot that was not used."""
        self.breaker.abandoned()
        self.session.limiter.answered(slot)
        self.gate.leave(good=False)

    async def _once(
        self, request: Request, auth: Auth, token: str | None, timeout: float, exchange: Exchange | None, slot: Slot
    ) -> Reply:
        session = self.session
        try:
            outgoing = transport.build(request, self.info, auth, self.secrets, token, session.agent)
            if request.idempotency is not None and exchange is not None:
                outgoing.headers[request.idempotency] = exchange.idempotency_key
            if exchange is not None:
                exchange.sent_at = session.now()
            session.usage.sent(self.info.id)
            started = session.now()
            reply = await transport.send(session.transport, outgoing, request, timeout)
            if exchange is not None:
                exchange.latency = session.now() - started
            return reply
        except ProviderError as error:
            error.provider, error.__cause__, error.__context__ = self.info.id, None, None  # a URL may be in these
            session.limiter.answered(slot)
            if self.breaker.failed(error):
                self.bench()
            self.gate.leave(good=False)
            raise
        except BaseException:
            self.breaker.abandoned()
            session.limiter.answered(slot)
            self.gate.leave(good=False)
            raise

    def _learn(self, request: Request, reply: Reply, error: ProviderError | None, slot: Slot) -> Reply:
        remaining, reset_in = allowance(self.adapter, reply.headers) if self.info.rate_headers else (None, None)
        refused = error is not None and error.code is ErrorCode.PROVIDER_RATE_LIMIT
        pause = error.retry_after if error is not None and refused else None
        self.session.limiter.answered(
            slot,
            refused=refused,
            retry_after=None if pause is None else min(pause, LONGEST_RETRY_AFTER),
            remaining=remaining,
            reset_in=reset_in,
        )
        if error is None:
            self.breaker.succeeded(self.session.now() - slot.sent_at)
            self.retry_budget.earn()
            self.gate.leave(good=True)
            return reply
        error.provider, error.__cause__, error.__context__ = self.info.id, None, None
        if isinstance(error, InvalidReplyError) and reply.status < 300 and request.paid:
            error.maybe_charged = True  # it said yes, in words nobody can read
        if self.breaker.failed(error):
            self.bench()
        if pause is not None and pause > LONGEST_RETRY_AFTER:
            self.breaker.rest(pause)  # nobody queues for an hour behind a vendor while others could be asked
        self.gate.leave(good=False)
        raise error

    def bench(self) -> None:
        """Say once, loudly, that the vendor is out for this session, and let those who queue for it go."""
        cause = self.breaker.benched
        if cause is not None:
            self.session.bench_notice(self.info.id, cause)
            self.gate.open_all()

    def _shown_secrets(self) -> list[str]:
        public = self.info.auth.public
        kept = [secret.get_secret_value() for field, secret in self.secrets.items() if field not in public]
        return [*kept, *(token.value for token in self._tokens)]

    def veil(self, error: LeadEnrichError, *requests: Request) -> None:
        """Take out of an adapter's own error what no text may show."""
        veil(error, requests, self._shown_secrets())

    # ---- tokens: fetched once per account, renewed before they end and after a 401

    async def token(self, auth: Auth) -> str | None:
        """Return the account's token, fetching it where needed; None for kinds without one."""
        flow = auth.login()
        if flow is None:
            return None
        if self._token is not None and self._token[1] > self.session.now():
            flow.close()
            return self._token[0].value
        if self._login is None or self._login.done():
            self._login = asyncio.get_running_loop().create_task(self._log_in(flow))
            self.session.own(self._login)
        else:
            flow.close()
        return (await asyncio.shield(self._login)).value

    async def _log_in(self, flow: Any) -> Token:
        try:
            request = next(flow)
            while True:
                slot = await self.slot(request.endpoint, request.weight)
                reply = await self._once(request, request.auth, None, self.session.timeout, None, slot)
                error = judge(self.adapter, reply, self._shown_secrets)
                if error is not None and reply.status in (400, 401, 403):
                    error = AuthenticationError("the credentials are refused", status=reply.status, detail=error.detail)
                request = flow.send(self._learn(request, reply, error, slot))
        except StopIteration as stop:
            token: Token = stop.value
        if not token.value:
            raise AuthenticationError("the login gave no token", provider=self.info.id)
        lives = token.expires_in if token.expires_in is not None else float("inf")
        self._token = (token, self.session.now() + max(lives - min(RENEW_BEFORE, lives / 2), 0.0))
        self._tokens.append(token)
        return token

    def _forget(self, token: str) -> None:
        """Drop a refused token if it is still the one in use."""
        if self._token is not None and self._token[0].value == token:
            self._token = None
