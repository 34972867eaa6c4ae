"""The tokens of one account: fetched once, whoever asks, renewed before they end and after a 401."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Awaitable, Callable, Iterator

from leadenrich.contract.auth import Token
from leadenrich.contract.wire import Reply, Request, Signer
from leadenrich.engine.context import Context
from leadenrich.engine.foreign import stopped_by_us
from leadenrich.engine.stepper import Done, Stepper
from leadenrich.errors import AuthenticationError, FeatureExecutionError

RENEW_BEFORE = 30.0
"""Seconds before its end at which a token is renewed."""
KEPT = 4
"""Tokens remembered so that no text shows one, the current one among them."""

Send = Callable[[Request], Awaitable[Reply]]


class Tokens:
    """The tokens of one account, shared by the sessions that hold its credentials over one transport."""

    def __init__(self) -> None:
        self._current: tuple[Token, float] | None = None
        self._login: asyncio.Task[Token] | None = None
        self._recent: deque[Token] = deque(maxlen=KEPT)

    def __iter__(self) -> Iterator[str]:
        """Yield the values that no text may show."""
        return (token.value for token in self._recent)

    async def get(self, auth: Signer, send: Send, context: Context) -> str | None:
        """Return the account's token, fetching it where needed; None for kinds of auth without one.

        Args:
            auth: how the account signs.
            send: sends one request of the login; it takes no place in flight.
            context: of the session that asks; the login runs in a task of its own.

        Raises:
            ProviderError: the login failed.
        """
        flow = auth.login()
        if flow is None:
            return None
        if self._current is not None and self._current[1] > context.now():
            flow.close()
            return self._current[0].value
        while True:
            login = self._login
            if login is None or login.done():
                login = self._login = context.own(self._log_in(flow, send, context))
            else:
                flow.close()
            try:
                return (await asyncio.shield(login)).value
            except asyncio.CancelledError:
                if stopped_by_us() or not login.cancelled():
                    raise
            flow = auth.login()  # the session that fetched it for all was closed meanwhile
            assert flow is not None

    async def _log_in(self, flow: object, send: Send, context: Context) -> Token:
        stepper = Stepper(lambda: flow, lambda *_: None)
        step = stepper.advance()
        while not isinstance(step, Done):
            if not isinstance(step, Request):
                raise FeatureExecutionError("a login waits for no job")
            step = stepper.advance(await send(step))
        if step.error is not None:
            raise step.error
        token = step.result
        if not isinstance(token, Token) or not token.value:
            raise AuthenticationError("the login gave no token")
        lives = token.expires_in if token.expires_in is not None and token.expires_in > 0 else math.inf
        self._current = (token, context.now() + max(lives - min(RENEW_BEFORE, lives / 2), 0.0))
        self._recent.append(token)
        return token

    def forget(self, token: str) -> None:
        """Drop a refused token if it is still the one in use."""
        if self._current is not None and self._current[0].value == token:
            self._current = None
