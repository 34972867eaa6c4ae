"""The session: one place where questions are asked, with everything that watches over them."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
import weakref
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from decimal import Decimal
from importlib import metadata
from typing import TYPE_CHECKING, Any, Self

from leadenrich import clean
from leadenrich.contract import Feature, HTTPProvider, ProviderInfo, Query, Quota, Rate, Support
from leadenrich.engine import transport as transports
from leadenrich.engine.account import Account
from leadenrich.engine.budget import Budget, BudgetLedger, Wallet
from leadenrich.engine.cache import as_cache, decode, encode, question_key
from leadenrich.engine.credentials import Credentials, account_key
from leadenrich.engine.drive import Asked, Drive
from leadenrich.engine.events import Event, EventBus
from leadenrich.engine.flight import Flight
from leadenrich.engine.folds import Folds
from leadenrich.engine.health import HealthTable
from leadenrich.engine.limits import Limiter, RateLimiter
from leadenrich.engine.prices import Prices
from leadenrich.engine.usage import Usage
from leadenrich.engine.waits import Waits
from leadenrich.errors import (
    ConfigurationError,
    FeatureNotSupportedError,
    FeatureParametersError,
    LeadEnrichError,
    ProviderError,
    SuppressedError,
    nearest,
)
from leadenrich.registry import registry
from leadenrich.results import Hit, Miss
from leadenrich.vocabulary import QUERY_WORDS

if TYPE_CHECKING:
    import httpx

    from leadenrich.engine.portal import Portal

log = logging.getLogger("leadenrich")

TIMEOUT = 30.0
RETRIES = 2
PATIENCE = 300.0
_LIMITERS: weakref.WeakKeyDictionary[Any, tuple[Any, Limiter]] = weakref.WeakKeyDictionary()


class Session:
    """Asks vendors, and watches over limits, money, failures and secrets while it does.

    Args:
        credentials: `{"hunter": "key", "tomba": {"api_key": ..., "api_secret": ...}}`, the whole truth; None reads
            `<PROVIDER>_API_KEY` and the like from the environment.
        transport: any `httpx.AsyncBaseTransport`; one handed in is never closed by the session.
        budget: the most this session may spend. prices: USD per credit on your contract (see `Prices`).
        rates: `{"apollo": [le.Rate(50, per=60)]}`, your plan's limits instead of the published ones.
        suppression: who must not be looked up. cache: where paid answers are kept beyond the session.
        limiter, wallet: shared ones. allow: `allow(info) -> bool`, asked before anything is sent to a provider.
        on_event: called with each `Event`. webhook_url: `"https://host/hooks/{provider}"` for async vendors.
        timeout: seconds for one attempt, from when bytes are sent. retries: further attempts on passing errors.

    Raises:
        ConfigurationError: an unknown provider id or a malformed setting.
    """

    def __init__(
        self,
        credentials: Mapping[str, Any] | None = None,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
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
        timeout: float = TIMEOUT,
        retries: int = RETRIES,
    ) -> None:
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
        self.wallet, self.timeout, self.retries, self.patience = wallet, timeout, retries, PATIENCE
        self.is_sandbox = False
        self.asking = 0
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

    @classmethod
    def sandbox(cls, seed: int = 0, **settings: Any) -> Session:
        """Return a session with every vendor offline: no keys, no network, the same code path.

        Args:
            seed: makes the invented world. settings: any of `Session`'s, and the sandbox's own (`knows`, `delay`,
                `misbehave`).
        """
        from leadenrich.sandbox import sandbox_session

        session: Session = sandbox_session(cls, seed, **settings)
        return session

    # ---- opening and closing

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

        if self._loop is not None:
            raise ConfigurationError("this session is open on an event loop already")
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
    def transport(self) -> httpx.AsyncBaseTransport:
        """Return the transport in use."""
        if self._transport is None:
            raise ConfigurationError("the session is not open")
        return self._transport

    @property
    def limiter(self) -> RateLimiter:
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

    # ---- what can be asked

    def feature(self, provider_id: str, operation: str) -> Feature:
        """Return the feature of an operation.

        Raises:
            ProviderNotFoundError, FeatureNotSupportedError: with the nearest right name.
        """
        key = (provider_id, operation)
        if (feature := self._features.get(key)) is None:
            name = registry.check_operation(provider_id, str(operation))
            found = registry.info(provider_id).feature(name)
            assert found is not None
            if found.support is Support.UNDOCUMENTED:
                raise FeatureNotSupportedError(
                    "known by name alone: nothing public documents it; declare it yourself"
                    " (le.DeclaredProvider) where your contract does",
                    provider=provider_id,
                    operation=name,
                )
            feature = self._features[key] = found
        return feature

    def has_credentials(self, provider_id: str) -> bool:
        """Return whether a provider can be asked with the credentials at hand."""
        return self.credentials.find(registry.info(provider_id)) is not None

    def price(self, provider_id: str, pool: str = "") -> Decimal | None:
        """Return the USD price of one credit: the caller's, else the list price, else None."""
        return self.prices.per_credit(registry.info(provider_id), pool)

    def ledger(self, budget: Budget, name: str = "session", warn: bool = True) -> BudgetLedger:
        """Return a ledger over a budget; it warns at 80 % and at 100 %."""
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
        return cls() if isinstance(cls, type) else cls

    # ---- asking

    async def ask(
        self,
        provider_id: str,
        operation: str,
        query: Mapping[str, Any],
        *,
        timeout: float | None = None,
        retries: int | None = None,
        purses: Sequence[BudgetLedger] = (),
        raw: bool = False,
    ) -> Asked:
        """Ask one question and return what came of it; a vendor's failure is returned, not raised.

        Args:
            query: canonical fields in their one form; the provider receives those its operation declares.
            timeout: seconds for one attempt. retries: further attempts. purses: further ledgers that need room.
        """
        self.open()
        feature = self.feature(provider_id, operation)
        line = self.usage.line(provider_id, feature.operation)
        line.questions += 1
        try:
            account = self.account(provider_id)
            asked = self._question(feature, query)
            cached = self._remembered(account, feature, asked)
        except ProviderError as error:
            error.provider, error.operation = error.provider or provider_id, feature.operation
            line.errors += 1
            return Asked(error)
        if cached is not None:
            return self._book(line, Asked(cached, cached=True))
        if account.native and not account.ready:
            await account.adapter.initialize({f: s.get_secret_value() for f, s in account.secrets.items()})
            account.ready = True
        ledgers = [*((self.budget,) if self.budget is not None else ()), *purses]
        drive = Drive(
            self, account, feature, asked, timeout if timeout is not None else self.timeout,
            retries if retries is not None else self.retries, ledgers,
        )  # fmt: skip
        self.asking += 1
        try:
            outcome = await drive.run()
        except BaseException:
            line.cost = line.cost + drive.cost
            raise
        finally:
            self.asking -= 1
        result = outcome.result
        if isinstance(result, Hit | Miss):
            result.raw = _raw(result.raw) if raw else None
            self._keep(account, feature, asked, result)
            if isinstance(result, Hit) and (reason := self._suppressed(result.data)) is not None:
                outcome.result = SuppressedError(f"suppressed after lookup: {reason}", provider=provider_id, operation=operation)
        return self._book(line, outcome)

    def _question(self, feature: Feature, query: Mapping[str, Any]) -> Query:
        asked = {word: value for word in feature.words if (value := query.get(word)) not in (None, "")}
        if not feature.can_ask(asked):
            words = feature.words
            first, last = query.get("first_name"), query.get("last_name")
            if "full_name" in words and "full_name" not in asked and first and last:
                asked["full_name"] = f"{first} {last}"
            if not feature.can_ask(asked):
                ways = " or ".join(" + ".join(way) for way in feature.needs)
                raise FeatureParametersError(f"needs {ways}; got {', '.join(asked) or 'none of these'}")
        if (reason := self._suppressed(query)) is not None:
            raise SuppressedError(f"suppressed: {reason}; nothing was sent")
        return Query(asked)

    def _suppressed(self, fields: Mapping[str, Any]) -> str | None:
        if self.suppression is None:
            return None
        reason: str | None = self.suppression.blocks(fields)
        return reason

    def _remembered(self, account: Account, feature: Feature, query: Query) -> Hit | Miss | None:
        if self.cache is None:
            return None
        kept = self.cache.get(question_key(account.key, feature.operation, query))
        if kept is None:
            return None
        result = decode(kept)
        if isinstance(result, Hit) and (reason := self._suppressed(result.data)) is not None:
            raise SuppressedError(f"suppressed after lookup: {reason}")
        return result

    def _keep(self, account: Account, feature: Feature, query: Query, result: Hit | Miss) -> None:
        if self.cache is not None:
            self.cache.set(question_key(account.key, feature.operation, query), encode(result))

    def _book(self, line: Any, asked: Asked) -> Asked:
        result = asked.result
        line.hits += isinstance(result, Hit)
        line.misses += isinstance(result, Miss)
        line.errors += isinstance(result, ProviderError)
        line.cached += asked.cached
        line.calls += asked.latency is not None and not asked.cached
        line.latency += asked.latency or 0.0
        if asked.cost.calls or asked.cost:
            line.cost = line.cost + asked.cost
        if self._events:
            kind = "hit" if isinstance(result, Hit) else "miss" if isinstance(result, Miss) else "error"
            code = str(result.code) if isinstance(result, ProviderError) else None
            self.emit(
                "call.finished", line.provider, line.operation,
                outcome=kind, cached=asked.cached, latency=asked.latency, code=code,
            )  # fmt: skip
        return asked

    async def call(
        self, provider_id: str, operation: str, query: Mapping[str, Any], *, timeout: float | None = None,
        retries: int | None = None,
    ) -> Hit | Miss:  # fmt: skip
        """Ask one question.

        Args:
            query: canonical fields, cleaned as a waterfall cleans them; vendor words `<provider>_...` pass through.

        Returns:
            A Hit, or a Miss where the vendor does not know.

        Raises:
            ProviderNotFoundError, FeatureNotSupportedError, FeatureParametersError: before anything is sent.
            ProviderError: the vendor failed; `error.code`, `.recoverable`, `.retry_after` say how.
        """
        feature = self.feature(provider_id, operation)
        asked = await self.ask(
            provider_id, operation, _cleaned(feature, query), timeout=timeout, retries=retries, raw=True
        )
        if isinstance(asked.result, ProviderError):
            raise asked.result
        return asked.result

    async def bulk(
        self, provider_id: str, operation: str, queries: Sequence[Mapping[str, Any]]
    ) -> list[Hit | Miss | ProviderError]:
        """Ask many questions side by side, folded into the vendor's bulk endpoint where it has one; same order."""
        feature = self.feature(provider_id, operation)

        async def one(query: Mapping[str, Any]) -> Hit | Miss | ProviderError:
            try:
                asked = _cleaned(feature, query)
            except ProviderError as error:
                return error
            return (await self.ask(provider_id, operation, asked)).result

        return list(await asyncio.gather(*(one(query) for query in queries)))

    async def search(
        self, provider_id: str, operation: str, query: Mapping[str, Any], *, limit: int | None = None
    ) -> AsyncIterator[dict[str, Any]]:
        """Yield the items of a search, following its pages until `limit`; paid page by page.

        Raises:
            ProviderError: of the page that failed; what came before has been yielded.
        """
        feature = self.feature(provider_id, operation)
        name = next((n for n in ("people", "companies", "places", "emails", "news", "topics") if n in feature.gives), None)
        if name is None:
            raise FeatureParametersError("gives no list to search", provider=provider_id, operation=operation)
        left, asked = limit, dict(query)
        seen: set[str] = set()
        while left is None or left > 0:
            if left is not None and "limit" in feature.words and "limit" not in query:
                asked["limit"] = left
            found = await self.call(provider_id, operation, asked)
            items = found.get(name) or []
            for item in items if left is None else items[:left]:
                yield item
            if left is not None:
                left -= len(items)
            cursor = found.get("next_cursor")
            if not items or not cursor or cursor in seen:
                return
            seen.add(cursor)
            asked["cursor"] = cursor

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

    @property
    def health(self) -> HealthTable:
        """Return the state of every provider asked so far; prints as a table."""
        return HealthTable({name: account.breaker.health() for name, account in sorted(self._accounts.items())})

    # ---- accounts

    async def check(self, provider_id: str | None = None) -> Any:
        """Return whether a provider's credentials are good; with no id, `{id: True | False | ProviderError}` for all.

        Raises:
            FeatureNotSupportedError: the vendor documents no free call that would show it.
        """
        if provider_id is None:
            return await self._check_all()
        account = self._opened(provider_id)
        if account.native:
            return await account.adapter.validate_credentials()
        flow = account.adapter.check() or account.adapter.quota()
        if flow is None:
            raise FeatureNotSupportedError("documents no free call that checks a key", provider=provider_id)
        try:
            result = await self._free(account, flow)
        except ProviderError as error:
            if error.code == "PROVIDER_AUTHENTICATION_FAILED":
                return False
            raise
        return result if isinstance(result, bool) else True

    async def _check_all(self) -> dict[str, Any]:
        ids = self.credentials.providers() or [name for name in registry.ids() if self.has_credentials(name)]

        async def one(name: str) -> tuple[str, Any]:
            try:
                return name, await self.check(name)
            except LeadEnrichError as error:
                return name, error

        return dict(await asyncio.gather(*(one(name) for name in sorted(ids))))

    async def quota(self, provider_id: str) -> Quota:
        """Return what an account has left.

        Raises:
            FeatureNotSupportedError: the vendor documents no account look-up.
        """
        account = self._opened(provider_id)
        if account.native:
            found: Quota = await account.adapter.quota()
            return found
        flow = account.adapter.quota()
        if flow is None:
            raise FeatureNotSupportedError("documents no account look-up", provider=provider_id)
        quota: Quota = await self._free(account, flow)
        return quota

    def _opened(self, provider_id: str) -> Account:
        self.open()
        return self.account(provider_id)

    async def _free(self, account: Account, flow: Any) -> Any:
        try:
            request = next(flow)
            while True:
                request = flow.send(await account.send(request, self.timeout, self.retries))
        except StopIteration as stop:
            return stop.value

    async def deliver(
        self, provider_id: str, body: bytes | str, headers: Mapping[str, str], *, token: str | None = None
    ) -> bool:
        """Hand over a webhook the host received.

        Args:
            body: as it came. headers: as they came. token: the `token` of the called URL, for vendors that sign
                nothing.

        Returns:
            Whether a call here was waiting for it; a wrong signature, a repeat or an unknown job is harmless.
        """
        account = self._opened(provider_id)
        content = body.encode() if isinstance(body, str) else body
        woken = self.waits.deliver(account, content, headers, token)
        self.emit("webhook.delivered", provider_id, None, woken=woken)
        return woken

    # ---- from code without an event loop

    def call_sync(self, provider_id: str, operation: str, query: Mapping[str, Any], **options: Any) -> Hit | Miss:
        """Ask one question from code without an event loop, inside `with Session() as session:`."""
        result: Hit | Miss = self._sync(self.call, provider_id, operation, query, **options)
        return result

    def bulk_sync(
        self, provider_id: str, operation: str, queries: Sequence[Mapping[str, Any]]
    ) -> list[Hit | Miss | ProviderError]:
        """Ask many questions from code without an event loop."""
        results: list[Hit | Miss | ProviderError] = self._sync(self.bulk, provider_id, operation, queries)
        return results

    def quota_sync(self, provider_id: str) -> Quota:
        """Return what an account has left, from code without an event loop."""
        found: Quota = self._sync(self.quota, provider_id)
        return found

    def _sync(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if self._portal is None:
            raise ConfigurationError("call_sync works inside `with Session() as session:`; or await session.call(...)")
        return self._portal.call(function, *args, **kwargs)


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


def _cleaned(feature: Feature, query: Mapping[str, Any]) -> dict[str, Any]:
    if not isinstance(query, Mapping):
        raise FeatureParametersError(
            f"a query is a mapping of fields, not a {type(query).__name__}", operation=feature.operation
        )
    for word in query:
        if word not in QUERY_WORDS and word not in feature.words:
            raise FeatureParametersError(
                f"no query word {word!r}{nearest(str(word), QUERY_WORDS | set(feature.words))}",
                operation=feature.operation,
            )
    region = query.get("country")
    cleaned, problems = clean.fields(query, region=region if isinstance(region, str) else None)
    if problems and not feature.can_ask(cleaned):
        first = problems[0]
        raise FeatureParametersError(f"{first.field} {first.reason}", operation=feature.operation)
    return cleaned


def _raw(reply: Any) -> Any:
    if reply is None:
        return None
    with contextlib.suppress(LeadEnrichError):
        return reply.json
    return reply.text


@functools.cache
def _agent() -> str:
    try:
        return f"leadenrich/{metadata.version('leadenrich')}"
    except metadata.PackageNotFoundError:
        return "leadenrich"

