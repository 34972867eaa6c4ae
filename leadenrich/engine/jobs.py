"""Background jobs: polled with growing intervals, or woken by a webhook the host hands over."""

from __future__ import annotations

import asyncio
import hmac
import json as jsonlib
import math
import secrets as random_secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from leadenrich.contract import Reply, Request, Wait
from leadenrich.engine.foreign import fault_of
from leadenrich.engine.webhooks import verify
from leadenrich.errors import (
    FeatureExecutionError,
    InvalidReplyError,
    ProviderBenchedError,
    ProviderError,
    ProviderTimeoutError,
)

if TYPE_CHECKING:
    from leadenrich.engine.account import Account
    from leadenrich.engine.context import Context

GROWTH = 1.25
LONGEST_INTERVAL = 30.0
SHORTEST_INTERVAL = 0.1
FETCH_INTERVAL = 1.0
"""Seconds before what a job has made is asked for again, the first time."""
TICK = 0.001
"""Seconds by which a timer may be early: a deadline that near has come."""
CLOSED = object()
"""Delivered to those who wait when the session is closed."""
EARLY = 1000
"""Deliveries kept for jobs that are not waited for yet; the oldest leave first."""
EARLY_BYTES = 16 * 1024 * 1024
"""Of JSON text, all of these together; one that is longer than this is not read."""


class Jobs:
    """The jobs of one session that are waited for."""

    def __init__(self, context: Context, webhook_url: str | None) -> None:
        self._context, self._webhook_url = context, webhook_url
        self._jobs: dict[tuple[str, str], list[tuple[asyncio.Future[Any], bool]]] = {}
        self._early: OrderedDict[tuple[str, str], tuple[Any, int]] = OrderedDict()
        self._early_bytes = 0
        self._tokens: dict[str, str] = {}

    def url_for(self, provider: str, signed: bool) -> str | None:
        """Return where a vendor is asked to deliver: with an unguessable token where it signs nothing."""
        if self._webhook_url is None:
            return None
        url = self._webhook_url.replace("{provider}", provider)
        if signed:
            return url
        token = self._tokens.get(provider)
        if token is None:
            token = self._tokens[provider] = self._token(provider)
        return f"{url}{'&' if '?' in url else '?'}token={token}"

    def _token(self, provider: str) -> str:
        """Return a new token; with a ledger, the one of earlier runs, to which vendors may still deliver."""
        new = random_secrets.token_urlsafe(24)
        if self._context.journal is None:
            return new
        return str(self._context.journal.keep(f"webhook token {provider}", lambda before: before or new))

    def interval(self, wait: Wait, polls: int) -> float:
        """Return the seconds before the next poll: the adapter's own, growing slowly."""
        every = wait.every if 0 < wait.every < math.inf else SHORTEST_INTERVAL  # an adapter may say anything
        return max(every, min(every * GROWTH ** min(polls, 100), LONGEST_INTERVAL), SHORTEST_INTERVAL)

    async def pause(self, account: Account, wait: Wait, deadline: float, polls: int, not_before: float = 0.0) -> Any:
        """Wait for a delivery or for the time of the next poll; return the delivered body, or None.

        Args:
            account: the vendor's.
            wait: the job.
            deadline: when it is given up.
            polls: how many there were.
            not_before: when the next poll may go out at the earliest, if the vendor rests until then.

        Raises:
            ProviderTimeoutError: the deadline has passed; the job's id is in it, its cost uncertain.
            FeatureExecutionError: the session was closed meanwhile.
        """
        key = (account.info.id, wait.id)
        if key in self._early:
            return self._take_early(key)
        now = self._context.now()
        if now >= deadline - TICK:
            raise self._late(account, wait)
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        place = (future, wait.poll is not None)
        self._jobs.setdefault(key, []).append(place)
        until = deadline if wait.poll is None else min(deadline, max(now + self.interval(wait, polls), not_before))
        timer = loop.call_at(until, _tick, future)
        try:
            body = await future
        finally:
            timer.cancel()
            waiting = self._jobs.get(key, [])
            if place in waiting:
                waiting.remove(place)
            if not waiting:
                self._jobs.pop(key, None)
        if body is CLOSED:
            error = FeatureExecutionError("given up: the session was closed", provider=account.info.id)
            error.job_id, error.maybe_charged = wait.id, True
            raise error
        if body is None and wait.poll is None:
            raise self._late(account, wait)
        return body

    async def next(
        self, account: Account, wait: Wait, deadline: float, polls: int, ask: Callable[[Request], Awaitable[Reply]]
    ) -> Reply:
        """Return the next reply about a job: a poll's, or the delivered body where there is no poll.

        A poll that fails in passing is asked again until the deadline: what is bought is not thrown away.
        """
        not_before = 0.0
        while True:
            body = await self.pause(account, wait, deadline, polls, not_before)
            if wait.poll is None:
                return Reply(200, json=body, request=Request("POST", "/webhook"))
            try:
                return await ask(wait.poll)
            except ProviderError as error:
                if not self.may_pass(error):
                    error.job_id, error.maybe_charged = wait.id, True
                    raise
                polls += 1
                if isinstance(error, ProviderBenchedError) and error.retry_after:
                    not_before = self._context.now() + error.retry_after

    async def fetch(
        self,
        account: Account,
        job_id: str,
        request: Request,
        deadline: float,
        ask: Callable[[Request], Awaitable[Reply]],
    ) -> Reply:
        """Return the reply that brings what a finished job has made, asked again until the deadline as a poll is.

        Raises:
            ProviderError: it failed for good, or until then; the job's id is in it, its cost uncertain.
        """
        wait, tries = Wait(job_id, poll=request, every=FETCH_INTERVAL), 0
        while True:
            try:
                return await ask(request)
            except ProviderError as error:
                not_before = self._context.now() + (error.retry_after or 0.0)
                if (
                    not error.recoverable
                    or max(self._context.now() + self.interval(wait, tries), not_before) >= deadline
                ):
                    error.job_id, error.maybe_charged = job_id, True
                    raise
            await self.pause(account, wait, deadline, tries, not_before)
            tries += 1

    def close(self) -> None:
        """Tell those who wait that the session was closed: no poll and no delivery comes any more."""
        for waiting in self._jobs.values():
            for future, _ in waiting:
                if not future.done():
                    future.set_result(CLOSED)

    def may_pass(self, error: ProviderError) -> bool:
        """Return whether a poll that failed so may be answered later."""
        return error.recoverable or isinstance(error, InvalidReplyError)

    def _late(self, account: Account, wait: Wait) -> ProviderTimeoutError:
        error = ProviderTimeoutError("the job was not finished in time", provider=account.info.id, recoverable=False)
        error.job_id, error.maybe_charged = wait.id, True
        return error

    def deliver(self, account: Account, body: bytes, headers: Mapping[str, str], token: str | None) -> bool:
        """Wake the calls that wait for the jobs a webhook is about; False where there is none.

        A body that is not proven to be the vendor's (no secret or token at hand) makes pollers poll at once, and is
        never used itself.

        Args:
            account: the vendor's.
            body: as it came.
            headers: lower-cased names.
            token: of the called URL.
        """
        lowered = headers
        if len(body) > EARLY_BYTES:
            return False
        provider = account.info.id
        trusted = self._trusted(account, body, lowered, token)
        if trusted is None:
            return False
        try:
            parsed = jsonlib.loads(body)
        except (ValueError, RecursionError):
            return False
        woken = False
        try:
            jobs = [(str(job), content) for job, content in account.adapter.delivered(parsed, lowered)]
        except BaseException as error:  # an adapter reading a stranger's body: whatever it raises, nothing waits for it
            fault_of("the adapter", error)
            return False
        for job, content in jobs:
            key = (provider, job)
            if waiting := self._jobs.get(key):
                for future, polls in waiting:
                    if not future.done() and (trusted or polls):
                        future.set_result(content if content is not None else {})
                        woken = True
            elif trusted:
                self._keep_early(key, content if content is not None else {})
        return woken

    def _keep_early(self, key: tuple[str, str], content: Any) -> None:
        try:
            size = len(jsonlib.dumps(content))
        except Exception:  # an adapter may hand on anything
            return
        if key in self._early:
            self._take_early(key)
        self._early[key] = (content, size)
        self._early_bytes += size
        while len(self._early) > EARLY or self._early_bytes > EARLY_BYTES:
            self._take_early(next(iter(self._early)))

    def _take_early(self, key: tuple[str, str]) -> Any:
        content, size = self._early.pop(key)
        self._early_bytes -= size
        return content

    def _trusted(self, account: Account, body: bytes, headers: Mapping[str, str], token: str | None) -> bool | None:
        """Return whether a delivery is the vendor's for certain; None where it is certainly not."""
        signature = account.info.webhook
        if signature is not None:
            secret = account.secrets.get("webhook_secret")
            if secret is None:
                return False
            return True if verify(signature, secret.get_secret_value(), body, headers) else None
        expected = self._tokens.get(account.info.id)
        if expected is None:
            return True  # no URL of ours was handed out: the host has its own way to know
        if token is None:
            return False
        return True if hmac.compare_digest(expected.encode(), str(token).encode(errors="replace")) else None


def _tick(future: asyncio.Future[Any]) -> None:
    if not future.done():
        future.set_result(None)
