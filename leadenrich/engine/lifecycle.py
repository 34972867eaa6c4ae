"""The life of a session: opened on an event loop, closed, with its accounts; and how its layers are put together."""

from __future__ import annotations

import asyncio
import inspect
import logging
import os
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Self

from leadenrich.contract import Feature, HTTPProvider, ProviderInfo, Rate
from leadenrich.contract.ports import RateLimiter, Wallet
from leadenrich.engine import transport as transports
from leadenrich.engine.account import Account
from leadenrich.engine.batching import Sender
from leadenrich.engine.budget import Budget, BudgetLedger, check_budget
from leadenrich.engine.cache import SafeCache, as_cache
from leadenrich.engine.context import Context
from leadenrich.engine.credentials import Credentials, account_key
from leadenrich.engine.drift import DriftTable
from leadenrich.engine.events import Event, Listener
from leadenrich.engine.foreign import fault_of
from leadenrich.engine.jobs import Jobs
from leadenrich.engine.limits import Limiter, LimiterPort
from leadenrich.engine.named_budget import NamedBudget
from leadenrich.engine.portal import Portal
from leadenrich.engine.ports import GuardedLimiter, GuardedSuppression, GuardedWallet
from leadenrich.engine.prices import Prices
from leadenrich.engine.resume import tell_uncertain
from leadenrich.engine.session_html import session_html
from leadenrich.engine.settings import (
    MAX_WAIT,
    PATIENCE,
    RETRIES,
    TIMEOUT,
    KnownProviders,
    check_ledger,
    check_settings,
)
from leadenrich.engine.shared import Shared, shared_over
from leadenrich.engine.singleflight import SingleFlight
from leadenrich.engine.usage import Usage
from leadenrich.engine.validation import has
from leadenrich.errors import (
    ConfigurationError,
    FeatureNotSupportedError,
    LeadEnrichError,
    PortError,
    ProviderAPIError,
    nearest,
)
from leadenrich.ledger import FileLedger
from leadenrich.registry import registry

log = logging.getLogger("leadenrich")


class Lifecycle:
    """Settings, the event loop a session stands on, and its accounts; `Session` adds the asking."""

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
        on_event: Callable[[Event], Any] | None = None,
        webhook_url: str | None = None,
        timeout: float | None = None,
        retries: int | None = None,
        max_wait: float | None = None,
        ledger: FileLedger | None = None,
        on_uncertain: str | None = None,
    ) -> None:
        check_settings(rates, suppression, limiter, wallet, allow, on_event, webhook_url, timeout, retries, max_wait)
        check_ledger(ledger, on_uncertain)
        has("transport", transport, ("handle_async_request",), "an httpx.AsyncBaseTransport")
        self.credentials = Credentials(credentials)
        self.prices = Prices(prices)
        self.rates = dict(rates or {})
        known = KnownProviders()
        self.credentials.check(known)
        self.prices.check(known)
        for provider_id in self.rates:
            if provider_id not in known:
                raise ConfigurationError(f"rates for an unknown provider {provider_id!r}{nearest(provider_id, known)}")
        self.suppression = None if suppression is None else GuardedSuppression(suppression)
        self.allow = allow
        self.cache = as_cache(ledger if cache is None else cache)
        self.is_sandbox = False
        self._context = Context(
            self.prices,
            TIMEOUT if timeout is None else timeout,
            RETRIES if retries is None else retries,
            PATIENCE,
            MAX_WAIT if max_wait is None else max_wait,
        )
        self._context.events.listen_with(on_event)
        self._context.wallet = None if wallet is None else GuardedWallet(wallet, self._context)
        self._ledger = ledger
        if ledger is not None:
            self._context.journal, self._context.sender = ledger.journal, ledger.journal.sender()
        self._context.on_uncertain = on_uncertain
        self._kept = None if self.cache is None else SafeCache(self.cache)
        self._use(Jobs(self._context, webhook_url))
        self.budget = self.ledger(budget) if budget is not None else None
        self._given_transport, self._transport = transport, transport
        self._given_limiter = limiter
        self._shared: Shared | None = None
        self._counted_by: Limiter | None = None
        self._accounts: dict[str, Account] = {}
        self._features: dict[tuple[str, str], Feature] = {}
        self._portal: Portal | None = None
        self._process: int | None = None
        self._is_closed = False

    def _use(self, jobs: Jobs) -> None:
        """Put the layers below together: jobs, sender, single flight."""
        self._jobs = jobs
        sender = Sender(self._context, jobs)
        self._flight = sender.flight = SingleFlight(self._context, sender.start)

    def _repr_html_(self) -> str:
        """Return whom it asked, what that cost and what is left, for a notebook; never a key."""
        return session_html(self)

    def __reduce__(self) -> Any:
        raise ConfigurationError(
            "a session holds keys and open connections and cannot be pickled or copied; make one where it is used"
        )

    # ---- open and closed

    def open(self) -> None:
        """Bind the session to the running event loop; a call does it where nothing has.

        Raises:
            ConfigurationError: it is open on another loop or in another process, or was closed.
        """
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            raise ConfigurationError(
                "a session needs a running asyncio event loop: await it there, or use call_sync in a `with` block;"
                " trio is not supported"
            ) from None
        if self._context.loop is loop:
            if self._process != os.getpid():
                raise ConfigurationError("this session was opened before a fork; make one in each process")
            return
        if self._context.loop is not None:
            raise ConfigurationError("this session is open on another event loop; give each loop a session of its own")
        if self._portal is not None and not self._portal.runs(loop):
            raise ConfigurationError("this session is in a `with` block: use call_sync there, or `async with`")
        if self._is_closed:
            raise ConfigurationError(
                "this session is closed; open it again with `async with session:`, or make another"
            )
        self._bind(loop)

    def _bind(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._transport is None:
            self._transport = transports.default_transport()
        elif (check := getattr(self._transport, "check_loop", None)) is not None:
            check(loop)
        shared = Shared() if self._given_transport is None else shared_over(self._given_transport, loop)
        if shared is not self._shared:
            self._shared = shared
            for account in self._accounts.values():
                account.share(shared.account(account.key, account.info.concurrency))
        given = self._given_limiter
        own = shared.limiter if given is None else given if isinstance(given, Limiter) else None
        limiter: LimiterPort = GuardedLimiter(given, self._context) if given is not None and own is None else own  # type: ignore[assignment]
        self._context.bind(loop, self._transport, limiter)
        self._process = os.getpid()
        if self._context.journal is not None:
            if own is not None:
                own.keep_in(self._context.journal)
                self._counted_by = own
            tell_uncertain(self._context, self._context.journal.reclaim())

    async def __aenter__(self) -> Self:
        self._is_closed = False
        self.open()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Stop whatever is under way, let settlements finish, close the transport if it is the session's own."""
        self._is_closed = True
        await self.detach()

    async def detach(self) -> None:
        """Let go of the event loop, as `aclose` does; the session may be opened again, on another one."""
        await self._context.close()
        self._flight.clear()
        self._jobs.close()
        self._flush()
        if self._counted_by is not None and self._context.journal is not None:
            self._counted_by.keep_no_more_in(self._context.journal)
            self._counted_by = None
        if self._transport is not None and self._transport is not self._given_transport:
            await self._transport.aclose()
            self._transport = None
        self._context.release()

    def _flush(self) -> None:
        """Write what the ledger, or the cache, still has in memory."""
        for keeper in {id(one): one for one in (self._ledger, self.cache) if isinstance(one, FileLedger)}.values():
            try:
                keeper.flush()
            except LeadEnrichError as error:  # it was told to the askers; the file may be closed already
                log.warning("%s", error.message)

    def __enter__(self) -> Self:
        from leadenrich.engine.portal import Portal

        if self.is_open or self._portal is not None:
            raise ConfigurationError("this session is open already; leave its `with` block first")
        self._is_closed = False
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
        return self._context.loop is not None

    @property
    def transport(self) -> transports.Transport:
        """Return the transport in use."""
        return self._context.transport

    @property
    def timeout(self) -> float:
        """Return the seconds of one attempt."""
        return self._context.timeout

    @property
    def retries(self) -> int:
        """Return the further attempts on passing errors."""
        return self._context.retries

    @property
    def usage(self) -> Usage:
        """Return what was asked, found and spent, by provider and operation."""
        return self._context.usage

    @property
    def drift(self) -> DriftTable:
        """Return what of the vendors' replies is not as their adapters have it: print it, or iterate over it.

        `session.drift.on = False` stops looking.
        """
        return self._context.drift

    @property
    def streams(self) -> int:
        """Return the streams under way."""
        return self._context.streams

    @streams.setter
    def streams(self, count: int) -> None:
        self._context.streams = count

    def now(self) -> float:
        """Return the session's one clock: `loop.time()`, 0 where no loop runs."""
        return self._context.now()

    def ledger(self, budget: Budget, name: str = "session", warn: bool = True) -> BudgetLedger:
        """Return a ledger over a budget; it warns at 80 % and at 100 %.

        Raises:
            ConfigurationError: it is no `Budget`, or one for a provider that does not exist.
        """
        check_budget(budget)
        known = KnownProviders()
        for purse in budget.credits:
            if (provider_id := purse.split(".")[0]) not in known:
                raise ConfigurationError(
                    f"a budget for an unknown provider {provider_id!r}{nearest(provider_id, known)}"
                )
        on_warning = self._budget_warning if warn else None
        if budget.name is None:
            return BudgetLedger(budget, name, on_warning)
        if self._context.journal is None:
            raise ConfigurationError(
                f"Budget(name={budget.name!r}) is one wall over all runs, and needs a file that remembers what they"
                ' spent: Session(ledger=le.FileLedger("q3.db")); without a name, a budget is of one run'
            )
        return NamedBudget(budget, self._context.journal, budget.name, on_warning)

    def warn_once(self, text: str) -> None:
        """Log a warning; the second time in this session it is left out."""
        self._context.warn_once(text)

    def _budget_warning(self, name: str, line: str, share: Decimal) -> None:
        log.warning("the %s budget for %s is spent to %.0f %%", name, line, share * 100)
        self.emit("budget.warning", None, None, budget=name, line=line, share=float(share))

    # ---- accounts

    def account(self, provider_id: str) -> Account:
        """Return what this session knows of a provider's account.

        Raises:
            AuthenticationError: no credentials. FeatureNotSupportedError: `allow` keeps it out.
        """
        if (account := self._accounts.get(provider_id)) is None:
            cls = registry.get(provider_id)
            info: ProviderInfo = cls.info
            self._check_allowed(info)
            secrets = self.credentials.need(info)
            adapter = self._adapter(cls, info, secrets)
            key = account_key(info.id, info.auth, secrets)
            rates = self.rates.get(provider_id, info.rates)
            assert self._shared is not None  # the session is open
            shared = self._shared.account(key, info.concurrency)
            account = Account(self._context, adapter, info, secrets, key, rates, shared)
            self._accounts[provider_id] = account
        return account

    def _check_allowed(self, info: ProviderInfo) -> None:
        if self.allow is None:
            return
        try:
            allowed = self.allow(info)
            is_async = inspect.isawaitable(allowed)
            keeps_out = not is_async and not allowed
        except BaseException as error:
            raised = PortError(f"{fault_of('`allow`', error)}; nothing was sent", provider=info.id)
        else:
            if is_async:
                getattr(allowed, "close", lambda: None)()
                raise ConfigurationError("`allow` is a plain function that returns True or False, not an async one")
            if keeps_out:
                raise FeatureNotSupportedError("this session's `allow` keeps it out", provider=info.id)
            return
        raise raised

    def _adapter(self, cls: Any, info: ProviderInfo, secrets: Mapping[str, Any]) -> Any:
        if isinstance(cls, type) and issubclass(cls, HTTPProvider):
            settings = {field: secrets[field].get_secret_value() for field in info.auth.public if field in secrets}
            return _made(cls, info, self._jobs.url_for(info.id, info.webhook is not None), settings)
        if isinstance(cls, HTTPProvider):
            return cls
        if self.is_sandbox:  # a plugin that does its own I/O would leave the sandbox
            double = self.transport.native(info.id)  # type: ignore[attr-defined]  # the sandbox's transport has it
            if double is None:
                raise FeatureNotSupportedError("has no double in the sandbox", provider=info.id)
            return double
        return _made(cls, info) if isinstance(cls, type) else cls

    def events(self) -> Listener:
        """Return an iterator over what happens from now on, from this very call, until the session closes."""
        return self._context.events.listen()

    def emit(self, kind: str, provider: str | None = None, operation: str | None = None, **data: Any) -> None:
        """Tell the listeners."""
        self._context.events.emit(kind, provider, operation, **data)

    def is_heard(self) -> bool:
        """Return whether anybody listens to events."""
        return bool(self._context.events)


def _made(cls: Any, info: ProviderInfo, *args: Any) -> Any:
    """Return a provider's adapter; a plugin's constructor may raise anything."""
    try:
        return cls(*args)
    except BaseException as error:
        raised = ProviderAPIError(f"{fault_of('its constructor', error)}", provider=info.id)
    raise raised
