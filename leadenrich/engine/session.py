"""The session: one place where questions are asked, with everything that watches over them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from leadenrich.contract import Feature, Query, Quota, Request, Support
from leadenrich.contract.local_verdict import judge_locally
from leadenrich.contract.query import cleaned, restricted
from leadenrich.engine.account import Account
from leadenrich.engine.answer import withheld
from leadenrich.engine.budget import BudgetLedger
from leadenrich.engine.cache import Recall, encode, question_key
from leadenrich.engine.credentials import account_key
from leadenrich.engine.health import HealthTable
from leadenrich.engine.lifecycle import Lifecycle
from leadenrich.engine.limits import Queued
from leadenrich.engine.question import Asked, Question
from leadenrich.engine.stepper import Done, Stepper
from leadenrich.engine.telling import Told
from leadenrich.engine.validation import a, seconds, whole
from leadenrich.engine.webhooks import header_pairs
from leadenrich.errors import (
    ConfigurationError,
    FeatureExecutionError,
    FeatureNotSupportedError,
    FeatureParametersError,
    InvalidReplyError,
    LeadEnrichError,
    ProviderError,
    SuppressedError,
)
from leadenrich.ledger.journal import Journal
from leadenrich.registry import registry
from leadenrich.results import Hit, Miss

LISTS = ("people", "companies", "places", "emails", "news", "topics")
"""The fields a search is made of."""


class Session(Lifecycle):
    """Asks vendors, and watches over limits, money, failures and secrets while it does.

    Args:
        credentials: `{"hunter": "key", "tomba": {"api_key": ..., "api_secret": ...}}`, the whole truth; None reads
            `<PROVIDER>_API_KEY` and the like from the environment.
        transport: any `httpx.AsyncBaseTransport`, never closed by the session; None: one of its own.
        budget: the most this session may spend; None: no limit.
        prices: `{"hunter": "0.034"}`, USD per credit on your contract (see `Prices`), instead of the published ones.
        rates: `{"apollo": [le.Rate(50, per=60)]}`, your plan's limits instead of the published ones.
        suppression: who must not be looked up.
        cache: where paid answers are kept beyond the session; None: in the `ledger`, where there is one.
        limiter: a rate limiter that several sessions share; None: one of its own.
        wallet: a wallet that several sessions share.
        allow: `allow(info) -> bool`, asked before anything is sent to a provider; None: all may be asked.
        on_event: called with each `Event`.
        webhook_url: `"https://host/hooks/{provider}"`, at which async vendors are asked to deliver; None: they are
            polled.
        timeout: seconds for one attempt, from when bytes are sent; None: 30.
        retries: further attempts on passing errors; None: 2.
        max_wait: seconds for which a vendor's limit may keep a question waiting; None: 900.
        ledger: a `FileLedger` that makes the job outlive this run: answers, spend of budgets with a name, paid calls
            and background jobs under way.
        on_uncertain: what happens to a call that an earlier run sent without seeing its answer: "ask" again, "pass",
            or None: asked again where the vendor charges for hits, passed where it charges for calls.

    Raises:
        ConfigurationError: an unknown provider id or a malformed setting.
    """

    @classmethod
    def sandbox(cls, seed: int = 0, **settings: Any) -> Session:
        """Return a session with every vendor offline: no keys, no network, the same code path.

        Args:
            seed: makes the invented world.
            **settings: any of `Session`'s, and the sandbox's own (`knows`, `delay`, `misbehave`).
        """
        from leadenrich.sandbox import sandbox_session

        session: Session = sandbox_session(cls, seed, **settings)
        return session

    # ---- what can be asked

    def feature(self, provider_id: str, operation: str) -> Feature:
        """Return the feature of an operation.

        Raises:
            ProviderNotFoundError, FeatureNotSupportedError: with the nearest right name.
        """
        key = (provider_id, operation)
        try:
            feature = self._features.get(key)
        except TypeError:  # a list, say: refused below
            feature = None
        if feature is None:
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

    @property
    def journal(self) -> Journal | None:
        """Return what the ledger keeps beyond the run; None where there is no ledger."""
        return self._context.journal

    def has_credentials(self, provider_id: str) -> bool:
        """Return whether a provider can be asked with the credentials at hand."""
        return self.credentials.find(registry.info(provider_id)) is not None

    def missing_key(self, provider_id: str) -> str:
        """Return what to do where a provider's credentials are missing: "set HUNTER_API_KEY, or ..."."""
        return self.credentials.how_to_set(registry.info(provider_id))

    def price(self, provider_id: str, pool: str = "") -> Decimal | None:
        """Return the USD price of one credit: the caller's, else the list price, else None."""
        return self.prices.per_credit(registry.info(provider_id), pool)

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
        queued: Queued | None = None,
        max_wait: float | None = None,
    ) -> Asked:
        """Ask one question and return what came of it; a vendor's failure is returned, not raised.

        Args:
            provider_id: whom.
            operation: what.
            query: canonical fields in their one form; the provider receives those its operation declares.
            timeout: seconds for one attempt.
            retries: further attempts.
            purses: further ledgers that need room.
            raw: keep the vendor's reply on the answer.
            queued: told True when the question starts to wait for a limit of the vendor's, False when it moves on.
            max_wait: seconds for which a limit may hold back its first request; None: the session's.
        """
        context = self._context
        feature = self.feature(provider_id, operation)
        if not context.events:
            return await self._ask(provider_id, feature, query, timeout, retries, purses, raw, max_wait, queued)
        with Told(context.events, context.now, provider_id, feature.operation) as told:
            waits = told.queued(queued)
            told.asked = asked = await self._ask(
                provider_id, feature, query, timeout, retries, purses, raw, max_wait, waits, told
            )
        return asked

    async def _ask(
        self,
        provider_id: str,
        feature: Feature,
        query: Mapping[str, Any],
        timeout: float | None,
        retries: int | None,
        purses: Sequence[BudgetLedger],
        raw: bool,
        max_wait: float | None,
        queued: Queued | None,
        told: Told | None = None,
    ) -> Asked:
        context, operation = self._context, feature.operation
        line = context.usage.line(provider_id, feature.operation)
        if self._is_closed:  # under a stream: each of its leads still becomes a row
            for one in (line, context.usage.today(provider_id, operation)):
                one.questions, one.errors = one.questions + 1, one.errors + 1
            text = "the session was closed before this was asked"
            return Asked(FeatureExecutionError(text, provider=provider_id, operation=operation, recoverable=True))
        self.open()
        line.questions += 1
        try:
            account = self.account(provider_id)
            asked = self._question(feature, query)
            cached = None if self._kept is None else await self._remembered(account, feature, asked)
        except ProviderError as error:
            error.provider, error.operation = error.provider or provider_id, feature.operation
            line.errors += 1
            today = context.usage.today(provider_id, operation)
            today.questions, today.errors = today.questions + 1, today.errors + 1
            return Asked(error)
        if context.journal is not None:
            context.journal.check()
        if cached is not None:
            return self._book(line, Asked(cached, cached=True))
        own_budget = () if self.budget is None else (self.budget,)
        ledgers = _each_once([*own_budget, *purses]) if purses else own_budget
        question = Question(
            context,
            self._flight,
            self._jobs,
            account,
            feature,
            asked,
            timeout if timeout is not None else context.timeout,
            retries if retries is not None else context.retries,
            ledgers,
            queued,
            max_wait,
        )
        key = question_key(account.key, feature.operation, asked) if self._kept is not None else ""
        own = self._kept if self._kept is not None and self._kept.inner is self._ledger else None
        if own is not None:
            question.kept_as = lambda result: (key, encode(result, asked))
        context.asking += 1
        answered = False
        try:
            outcome = await question.run()
            result = outcome.result
            if isinstance(result, Hit | Miss):
                answered = True
                reply, result.raw = result.raw, _raw(result.raw) if raw else None
                if reply is not None:
                    reply.release()
                if self._kept is not None and own is None:
                    await self._kept.set(key, result, asked)
        except BaseException:
            line.cost = line.cost + question.cost
            today = context.usage.today(provider_id, operation)
            today.cost = today.cost + question.cost
            if told is not None:
                told.cost = question.cost
            raise
        finally:
            context.asking -= 1
            if self._kept is not None and self._kept.lets_wait and not answered:
                context.finish(self._kept.release(key))
        if isinstance(result, Hit) and (reason := self._suppressed(result.data)) is not None:
            outcome.result = SuppressedError(
                f"suppressed after lookup: {reason}", provider=provider_id, operation=operation
            )
        return self._book(line, outcome)

    @property
    def earlier(self) -> Recall | None:
        """Return what gives the answers that earlier runs were given; None: there are none so far."""
        return None if self._kept is None or self._kept.is_empty() else self.recall

    def recall(self, provider_id: str, operation: str, query: Mapping[str, Any]) -> Hit | Miss | None:
        """Return the answer that the ledger or cache keeps of a question; nothing is asked, no loop is needed.

        None where there is none, where it may not be shown, and where the cache cannot be read without waiting.
        """
        info = registry.info(provider_id)
        secrets = self.credentials.find(info)
        if self._kept is None or secrets is None:
            return None
        feature = self.feature(provider_id, operation)
        try:
            asked = self._question(feature, query)
        except ProviderError:
            return None
        key = account_key(info.id, info.auth, secrets)
        found = self._kept.recall(question_key(key, feature.operation, asked))
        return None if isinstance(found, Hit) and self._suppressed(found.data) is not None else found

    def _question(self, feature: Feature, query: Mapping[str, Any]) -> Query:
        asked = restricted(feature, query)
        if (reason := self._suppressed(query)) is not None:
            raise SuppressedError(f"suppressed: {reason}; nothing was sent")
        return asked

    def _suppressed(self, fields: Mapping[str, Any]) -> str | None:
        return None if self.suppression is None else self.suppression.blocks(fields)

    async def _remembered(self, account: Account, feature: Feature, query: Query) -> Hit | Miss | None:
        assert self._kept is not None
        result = await self._kept.get(question_key(account.key, feature.operation, query))
        if isinstance(result, Hit) and (reason := self._suppressed(result.data)) is not None:
            raise SuppressedError(f"suppressed after lookup: {reason}")
        return result

    def _book(self, line: Any, asked: Asked) -> Asked:
        result = asked.result
        kind = "hits" if isinstance(result, Hit) else "misses" if isinstance(result, Miss) else "errors"
        today = self._context.usage.today(line.provider, line.operation)
        today.questions += 1
        for one in (line, today):
            one.add(kind, asked.latency, asked.cost, cached=asked.cached)
        return asked

    async def call(
        self,
        provider_id: str,
        operation: str,
        query: Mapping[str, Any],
        *,
        timeout: float | None = None,
        retries: int | None = None,
        fields: Iterable[str] = (),
    ) -> Hit | Miss:
        """Ask one question.

        Args:
            provider_id: whom.
            operation: what.
            query: canonical fields, cleaned as a waterfall cleans them; vendor words `<provider>_...` pass through.
            timeout: seconds for one attempt.
            retries: further attempts.
            fields: names a mobile number or a personal e-mail that is wanted although the operation is for something
                else, such as `["mobile_phone"]` with enrich_person; one that is not named is withheld.

        Returns:
            A Hit, or a Miss where the vendor does not know. What is plainly no address or number is verified here, as
            "invalid" at no cost (`provider` is then "local").

        Raises:
            ProviderNotFoundError, FeatureNotSupportedError, FeatureParametersError: before anything is sent.
            ProviderError: the vendor failed; `error.code`, `.recoverable`, `.retry_after` say how.
        """
        seconds("timeout", timeout, ConfigurationError)
        whole("retries", retries, 0, ConfigurationError)
        self.open()
        feature = self.feature(provider_id, operation)
        try:
            question = cleaned(feature, query)
        except FeatureParametersError:
            if (verdict := judge_locally(feature.operation, query)) is not None:
                return verdict
            raise
        asked = await self.ask(provider_id, operation, question, timeout=timeout, retries=retries, raw=True)
        if isinstance(asked.result, ProviderError):
            raise asked.result
        return withheld(asked.result, feature.operation, fields)

    async def bulk(
        self,
        provider_id: str,
        operation: str,
        queries: Sequence[Mapping[str, Any]],
        *,
        fields: Iterable[str] = (),
    ) -> list[Hit | Miss | ProviderError]:
        """Ask many questions side by side, folded into the vendor's bulk endpoint where it has one; same order.

        Args:
            provider_id: whom.
            operation: what.
            queries: as `call` takes them.
            fields: as in `call`.
        """
        named = frozenset(fields)
        self.open()
        feature = self.feature(provider_id, operation)
        if isinstance(queries, str | bytes | Mapping) or not isinstance(queries, Iterable):
            raise FeatureParametersError(
                f"bulk takes a list of queries, not {a(queries)}", provider=provider_id, operation=feature.operation
            )

        async def one(query: Mapping[str, Any]) -> Hit | Miss | ProviderError:
            try:
                asked = cleaned(feature, query)
            except ProviderError as error:
                return judge_locally(feature.operation, query) or error
            result = (await self.ask(provider_id, operation, asked)).result
            return result if isinstance(result, ProviderError) else withheld(result, feature.operation, named)

        return list(await asyncio.gather(*(one(query) for query in queries)))

    async def search(
        self, provider_id: str, operation: str, query: Mapping[str, Any], *, limit: int | None = None
    ) -> AsyncIterator[dict[str, Any]]:
        """Yield the items of a search, following its pages until `limit`; paid page by page.

        Raises:
            ProviderError: of the page that failed; what came before has been yielded.
        """
        whole("limit", limit, 0, ConfigurationError)
        feature = self.feature(provider_id, operation)
        name = next((name for name in LISTS if name in feature.gives), None)
        if name is None:
            raise FeatureParametersError("gives no list to search", provider=provider_id, operation=operation)
        left, asked = limit, cleaned(feature, query)
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
            good = await account.ask_plugin("validate_credentials")
            if not isinstance(good, bool):
                told = f"the plugin's validate_credentials returned {a(good)}, not True or False"
                raise InvalidReplyError(told, provider=provider_id)
            return good
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
            found = await account.ask_plugin("quota")
            if not isinstance(found, Quota):
                raise InvalidReplyError(f"the plugin's quota is {a(found)}, not a le.Quota", provider=provider_id)
            return found
        flow = account.adapter.quota()
        if flow is None:
            raise FeatureNotSupportedError("documents no account look-up", provider=provider_id)
        quota: Quota = await self._free(account, flow)
        return quota

    def _opened(self, provider_id: str) -> Account:
        self.open()
        registry.info(provider_id)
        return self.account(provider_id)

    async def _free(self, account: Account, flow: Any) -> Any:
        """Carry out a flow that costs nothing and return what it returns."""
        stepper = Stepper(lambda: flow, account.veil)
        failed: LeadEnrichError | None = None
        step = stepper.advance()
        try:
            while not isinstance(step, Done):
                if not isinstance(step, Request):
                    raise FeatureExecutionError("an account look-up waits for no job")
                step = stepper.advance(await account.send(step, self.timeout, self.retries))
            failed = step.error
        except LeadEnrichError as error:
            failed = error
        finally:
            stepper.close()
        if failed is None:
            assert isinstance(step, Done)
            return step.result
        failed.__cause__ = failed.__context__ = None
        if isinstance(failed, ProviderError):
            failed.provider = failed.provider or account.info.id
        raise failed.with_traceback(None)  # here, so that it keeps no frame that held a key

    async def deliver(self, provider_id: str, body: bytes | str, headers: Any, *, token: str | None = None) -> bool:
        """Hand over a webhook the host received.

        Args:
            provider_id: the provider it came for, out of the called URL.
            body: as it came.
            headers: as they came: a mapping, anything with `items()`, or a list of pairs; text or bytes.
            token: the `token` of the called URL, for vendors that sign nothing.

        Returns:
            Whether a call here was waiting for it. An unknown provider, one without credentials, a wrong signature, a
            repeat, an unknown job or a body that cannot be read is False: strangers can post all of these.

        Raises:
            FeatureParametersError: `body` or `headers` is of a kind that no request has.
        """
        content = body.encode(errors="replace") if isinstance(body, str) else body
        if not isinstance(content, bytes | bytearray | memoryview):
            raise FeatureParametersError(f"body is text or bytes as they came, not {a(body)}", provider=provider_id)
        named = header_pairs(headers)
        if named is None:
            raise FeatureParametersError(f"headers is a mapping of text, not {a(headers)}", provider=provider_id)
        self.open()
        try:
            account = self._opened(provider_id)
        except ProviderError:  # unknown, without credentials, or not allowed
            return False
        woken = self._jobs.deliver(account, bytes(content), named, token)
        self.emit("webhook.delivered", provider_id, None, woken=woken)
        return woken

    def webhook_for(self, provider_id: str) -> str | None:
        """Return the URL at which a provider is asked to deliver, None where no `webhook_url` was given.

        For vendors that sign nothing it holds an unguessable token, made anew for each session.
        """
        return self._jobs.url_for(provider_id, registry.info(provider_id).webhook is not None)

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


def _each_once(ledgers: Sequence[BudgetLedger]) -> list[BudgetLedger]:
    """Return every budget once: one with a name may be the session's and the run's."""
    named: set[str] = set()
    each = []
    for ledger in ledgers:
        name = ledger.budget.name
        if name is None or name not in named:
            each.append(ledger)
        if name is not None:
            named.add(name)
    return each


def _raw(reply: Any) -> Any:
    if reply is None:
        return None
    with contextlib.suppress(LeadEnrichError):
        return reply.json
    return reply.text
