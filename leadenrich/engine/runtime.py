"""What a session stands on: its settings, its event loop, its transport and limiter, its tasks and accounts."""

from __future__ import annotations

import asyncio
import functools
import logging
import weakref
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from decimal import Decimal
from importlib import metadata
from typing import Any, Self

from leadenrich.contract import Feature, HTTPProvider, ProviderInfo, Rate
from leadenrich.contract.urls import webhook_url_problem
from leadenrich.engine import transport as transports
from leadenrich.engine.account import Account
from leadenrich.engine.budget import Budget, BudgetLedger, Wallet, check_budget
from leadenrich.engine.cache import SafeCache, as_cache
from leadenrich.engine.checks import a, function, has, mapping, seconds, whole
from leadenrich.engine.credentials import Credentials, account_key
from leadenrich.engine.events import Event, EventBus
from leadenrich.engine.flight import Flight
from leadenrich.engine.folds import Folds
from leadenrich.engine.limits import Limiter, RateLimiter
from leadenrich.engine.portal import Portal
from leadenrich.engine.prices import Prices
from leadenrich.engine.usage import Usage
from leadenrich.engine.waits import Waits
from leadenrich.errors import ConfigurationError, FeatureNotSupportedError, ProviderError, nearest
from leadenrich.registry import registry

log = logging.getLogger("leadenrich")

TIMEOUT = 30.0
RETRIES = 2
PATIENCE = 300.0
_LIMITERS: weakref.WeakKeyDictionary[Any, tuple[Any, Limiter]] = weakref.WeakKeyDictionary()


class Runtime:
    """Settings and resources; `Session` adds the asking."""

    def __init__(
        self,
        credentials: Mapping[str, Any] | None = None,
        *,
        transport: transports.Transport | None = None,
        budget: Budget | None = None,
        prices: Mapping[str, Any] | None = None,
        rates: Mapping[str, Sequence[Rate]] | None = None,
        suppression: Any = None,
        cache: Any = None,
        limiter: RateLimiter | None = None,
        wallet: Wallet | None = None,
        allow: Callable[[ProviderInfo], bool] | None = None,
        on_event: Callable[[Event], None] | None = None,
        webhook_url: str | None = None,
        timeout: float | None = None,
        retries: int | None = None,
    ) -> None:
        _check(rates, suppression, limiter, wallet, allow, on_event, webhook_url, timeout, retries)
        has("transport", transport, ("handle_async_request",), "an httpx.AsyncBaseTransport")
        self.credentials = Credentials(credentials)
        self.prices = Prices(prices)
        self.rates = dict(rates or {})
        known = _Known()
        self.credentials.check(known)
        self.prices.check(known)
        for provider_id in self.rates:
            if provider_id not in known:
                raise ConfigurationError(f"rates for an unknown provider {provider_id!r}{nearest(provider_id, known)}")
        self.suppression, self.cache, self.allow = suppression, as_cache(cache), allow
        self._kept = None if self.cache is None else SafeCache(self.cache)
        self.wallet, self.patience = wallet, PATIENCE
        self.timeout = TIMEOUT if timeout is None else timeout
        self.retries = RETRIES if retries is None else retries
        self.is_sandbox = False
        self.asking = 0
        self.streams = 0
        self.usage = Usage()
        self.flight, self.folds, self.waits = Flight(self), Folds(self), Waits(self, webhook_url)
        self.budget = self.ledger(budget) if budget is not None else None
        self._events = EventBus(self.now, on_event)
        self._given_transport, self._transport = transport, transport
        self._given_limiter = limiter
        self._limiter: RateLimiter | None = limiter
        self._accounts: dict[str, Account] = {}
        self._features: dict[tuple[str, str], Feature] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._portal: Portal | None = None

    def open(self) -> None:
        """Bind the session to the running event loop; a call does it where nobody has.

        Raises:
            ConfigurationError: it is open on another loop.
        """
        loop = asyncio.get_running_loop()
        if self._loop is loop:
            return
        if self._loop is not None:
            raise ConfigurationError("this session is open on another event loop; give each loop a session of its own")
        if self._portal is not None and not self._portal.runs(loop):
            raise ConfigurationError("this session is in a `with` block: use call_sync there, or `async with`")
        self._loop = loop
        if self._transport is None:
            self._transport = transports.default_transport()
        if self._limiter is None:
            self._limiter = self._shared_limiter(loop)

    def _shared_limiter(self, loop: asyncio.AbstractEventLoop) -> Limiter:
        """Sessions over one transport share their limits: one key is one limit."""
        if self._given_transport is None:
            return Limiter()
        found = _LIMITERS.get(self._given_transport)
        if found is not None and found[0]() is loop:
            return found[1]
        limiter = Limiter()
        _LIMITERS[self._given_transport] = (weakref.ref(loop), limiter)
        return limiter

    async def __aenter__(self) -> Self:
        self.open()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Stop whatever is under way and close the transport, if it is the session's own."""
        tasks = [task for task in self._tasks if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.gather(*tasks, return_exceptions=True)
        self.flight.clear()
        self._events.close()
        if self._transport is not None and self._transport is not self._given_transport:
            await self._transport.aclose()
            self._transport = None
        if self._given_limiter is None:
            self._limiter = None
        self._loop = None

    def __enter__(self) -> Self:
        from leadenrich.engine.portal import Portal

        if self._loop is not None or self._portal is not None:
            raise ConfigurationError("this session is open already; leave its `with` block first")
        self._portal = Portal()
        return self

    def __exit__(self, *exc: object) -> None:
        if self._portal is not None:
            portal, self._portal = self._portal, None
            try:
                portal.call(self.aclose)
            finally:
                portal.close()

    @property
    def portal(self) -> Portal | None:
        """Return the thread that a `with` block runs this session on."""
        return self._portal

    @property
    def is_open(self) -> bool:
        """Return whether the session is bound to an event loop."""
        return self._loop is not None

    @property
    def transport(self) -> transports.Transport:
        """Return the transport in use."""
        if self._transport is None:
            raise ConfigurationError("the session is not open")
        return self._transport

    @property
    def limiter(self) -> Any:
        """Return the rate limiter in use."""
        if self._limiter is None:
            raise ConfigurationError("the session is not open")
        return self._limiter

    @property
    def agent(self) -> str:
        """Return the User-Agent vendors see."""
        return _agent()

    def now(self) -> float:
        """Return the session's one clock: `loop.time()`, 0 where no loop runs."""
        loop = self._loop
        return loop.time() if loop is not None else 0.0

    def own(self, task: asyncio.Task[Any]) -> None:
        """Keep a task until it ends; closing the session cancels it."""
        self._tasks.add(task)
        task.add_done_callback(self._disown)

    def _disown(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # seen: whoever waited was told already

    def own_soon(self, work: Coroutine[Any, Any, None] | None) -> None:
        """Run a last piece of work in a task of the session's own."""
        if work is not None:
            self.own(asyncio.get_running_loop().create_task(work))

    def ledger(self, budget: Budget, name: str = "session", warn: bool = True) -> BudgetLedger:
        """Return a ledger over a budget; it warns at 80 % and at 100 %.

        Raises:
            ConfigurationError: it is no `Budget`, or one for a provider nobody has.
        """
        check_budget(budget)
        known = _Known()
        for purse in budget.credits:
            if (provider_id := purse.split(".")[0]) not in known:
                raise ConfigurationError(
                    f"a budget for an unknown provider {provider_id!r}{nearest(provider_id, known)}"
                )
        return BudgetLedger(budget, name, self._budget_warning if warn else None)

    def _budget_warning(self, name: str, line: str, share: Decimal) -> None:
        log.warning("the %s budget for %s is spent to %.0f %%", name, line, share * 100)
        self.emit("budget.warning", None, None, budget=name, line=line, share=float(share))

    def account(self, provider_id: str) -> Account:
        """Return what this session knows of a provider's account.

        Raises:
            AuthenticationError: no credentials.
        """
        if (account := self._accounts.get(provider_id)) is None:
            cls = registry.get(provider_id)
            info: ProviderInfo = cls.info
            if self.allow is not None and not self.allow(info):
                raise FeatureNotSupportedError("this session's `allow` keeps it out", provider=provider_id)
            secrets = self.credentials.need(info)
            adapter = self._adapter(cls, info, secrets)
            key = account_key(info.id, info.auth, secrets)
            rates = self.rates.get(provider_id, info.rates)
            account = self._accounts[provider_id] = Account(self, adapter, info, secrets, key, rates)
        return account

    def _adapter(self, cls: Any, info: ProviderInfo, secrets: Mapping[str, Any]) -> Any:
        if isinstance(cls, type) and issubclass(cls, HTTPProvider):
            settings = {field: secrets[field].get_secret_value() for field in info.auth.public if field in secrets}
            return cls(self.waits.url_for(info.id, info.webhook is not None), settings)
        if isinstance(cls, HTTPProvider):
            return cls
        if self.is_sandbox:  # a plugin that does its own I/O would leave the sandbox
            double = self.transport.native(info.id)  # type: ignore[attr-defined]  # the sandbox's transport has it
            if double is None:
                raise FeatureNotSupportedError("has no double in the sandbox", provider=info.id)
            return double
        return cls() if isinstance(cls, type) else cls

    def events(self) -> AsyncIterator[Event]:
        """Return an iterator over what happens from now on, until the session closes."""
        return self._events.listen()

    def emit(self, kind: str, provider: str | None = None, operation: str | None = None, **data: Any) -> None:
        """Tell whoever listens."""
        self._events.emit(kind, provider, operation, **data)

    def bench_notice(self, provider_id: str, cause: ProviderError) -> None:
        """Say loudly, once, that a provider is out for this session."""
        log.warning("%s is out for this session: %s", provider_id, cause)
        self.emit("provider.benched", provider_id, None, code=str(cause.code))


def _check(
    rates: Any,
    suppression: Any,
    limiter: Any,
    wallet: Any,
    allow: Any,
    on_event: Any,
    webhook_url: Any,
    timeout: Any,
    retries: Any,
) -> None:
    """Refuse settings of the wrong kind where they are given, not at the first question that meets them."""
    seconds("timeout", timeout, ConfigurationError)
    whole("retries", retries, 0, ConfigurationError)
    function("allow", allow, ConfigurationError, " of a provider's info")
    function("on_event", on_event, ConfigurationError, " of an event")
    has("suppression", suppression, ("blocks",), "a le.Suppression([...])")
    has("limiter", limiter, ("acquire", "answered"), "a RateLimiter")
    has("wallet", wallet, ("reserve", "settle"), "a Wallet")
    if webhook_url is not None and not isinstance(webhook_url, str):
        raise ConfigurationError(f"webhook_url is a URL, not {a(webhook_url)}")
    if webhook_url is not None and (problem := webhook_url_problem(webhook_url)) is not None:
        raise ConfigurationError(problem)
    mapping("rates", rates, '{"apollo": [le.Rate(50, per=60)]}')
    for provider_id, listed in (rates or {}).items():
        if not isinstance(listed, list | tuple) or not all(isinstance(rate, Rate) for rate in listed):
            raise ConfigurationError(f"rates[{provider_id!r}] is a list of le.Rate, such as [le.Rate(50, per=60)]")


class _Known(list[str]):
    """Every provider's id, read when first needed."""

    def __init__(self) -> None:
        super().__init__()
        self._read = False

    def _fill(self) -> None:
        if not self._read:
            self._read = True
            self.extend(registry.ids())

    def __contains__(self, item: object) -> bool:
        self._fill()
        return super().__contains__(item)


@functools.cache
def _agent() -> str:
    try:
        return f"leadenrich/{metadata.version('leadenrich')}"
    except metadata.PackageNotFoundError:
        return "leadenrich"
