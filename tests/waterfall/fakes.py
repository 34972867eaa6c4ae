"""Invented providers and a session that answers from a script, under whatever clock the loop has."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import looptime

from leadenrich.contract import (
    COMPANY_FIELDS,
    EMAIL_FIELDS,
    PERSON_FIELDS,
    Category,
    Flow,
    Hit,
    HTTPProvider,
    Miss,
    ProviderInfo,
    Request,
    Tier,
    operation,
)
from leadenrich.engine.budget import Budget
from leadenrich.engine.question import Asked
from leadenrich.errors import BudgetExceededError, ProviderError
from leadenrich.registry import registry
from leadenrich.results import NO_COST, Cost
from leadenrich.waterfall.asker import Asker

BY_NAME = [("first_name", "last_name", "company_domain"), ("full_name", "company_domain")]
WHEN = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)


def _info(provider_id: str) -> ProviderInfo:
    return ProviderInfo(
        id=provider_id,
        title=provider_id.title(),
        category=Category.EMAIL_CONTACT,
        tier=Tier.FREE,
        base_url=f"https://api.{provider_id}.example",
        docs_url=f"https://{provider_id}.example/docs",
    )


def _finder(provider_id: str) -> type[HTTPProvider]:
    class Finder(HTTPProvider):
        """Never driven: the fake session answers for it."""

        info = _info(provider_id)

        def _ask(self, query: Any) -> Flow:
            yield Request("GET", "/")
            return Miss()

        find_email = operation(
            "find_email", needs=BY_NAME, uses=("seniority",), gives=(*EMAIL_FIELDS, "title", "email_pattern"), credits=1
        )(lambda self, query: self._ask(query))
        find_personal_email = operation("find_personal_email", needs=[("linkedin_url",)], credits=2)(
            lambda self, query: self._ask(query)
        )
        find_phone = operation(
            "find_phone",
            needs=[("linkedin_url",), *BY_NAME],
            gives=("mobile_phone", "phone", "phone_status"),
            credits=5,
        )(lambda self, query: self._ask(query))
        find_linkedin = operation("find_linkedin", needs=[("full_name", "company_name"), ("email",)], credits=1)(
            lambda self, query: self._ask(query)
        )
        enrich_person = operation(
            "enrich_person",
            needs=[("email",), ("linkedin_url",), *BY_NAME],
            gives=(*PERSON_FIELDS, "personal_email", "mobile_phone"),
            credits=1,
        )(lambda self, query: self._ask(query))
        find_domain = operation("find_domain", needs=[("company_name",)], gives=("company_domain",), credits=1)(
            lambda self, query: self._ask(query)
        )
        enrich_company = operation("enrich_company", needs=[("company_domain",)], gives=COMPANY_FIELDS, credits=1)(
            lambda self, query: self._ask(query)
        )
        search_people = operation(
            "search_people", needs=[("company_domain",)], uses=("title", "limit"), gives=("people", "total"), credits=1
        )(lambda self, query: self._ask(query))
        own = operation("find-company-email", needs=[("company_domain",)], gives=("email",), credits=1)(
            lambda self, query: self._ask(query)
        )

    return Finder


def _verifier(provider_id: str) -> type[HTTPProvider]:
    class Verifier(HTTPProvider):
        """Never driven: the fake session answers for it."""

        info = _info(provider_id)

        def _ask(self, query: Any) -> Flow:
            yield Request("GET", "/")
            return Miss()

        verify_email = operation("verify_email", needs=[("email",)], gives=EMAIL_FIELDS, credits=1, charged="on_call")(
            lambda self, query: self._ask(query)
        )
        verify_phone = operation("verify_phone", needs=[("phone",)], gives=("phone_status", "line_type"), credits=1)(
            lambda self, query: self._ask(query)
        )
        check_dnc = operation("check_dnc", needs=[("phone",)], credits=1)(lambda self, query: self._ask(query))

    return Verifier


PROVIDERS = {name: _finder(name) for name in ("alpha", "beta", "gamma", "delta")} | {
    name: _verifier(name) for name in ("vera", "vito")
}


@contextmanager
def registered() -> Iterator[None]:
    """The invented providers are known while this lasts."""
    plugins = registry.plugins()
    operations = set(registry.operations)
    for name, cls in PROVIDERS.items():
        plugins[name] = cls
    try:
        yield
    finally:
        for name in PROVIDERS:
            plugins.pop(name, None)
            registry._loaded.pop(name, None)
        registry.operations = operations


Answer = Hit | Miss | ProviderError | None
Script = Callable[[Mapping[str, Any]], Any]


class Ledger:
    """As much of a ledger as the fake needs: a limit on calls."""

    def __init__(self, budget: Budget) -> None:
        self.budget, self.left = budget, budget.calls


class FakeSession(Asker):
    """Answers `ask` from a script.

    Args:
        script: "provider.operation" -> an answer, or a function of the query that returns (or raises) one.
        delay: seconds each answer takes; a number, or a function of (provider, query).
        usd: what each answered call costs.
    """

    is_open = is_sandbox = False
    usage: Any = None

    def __init__(
        self,
        script: Mapping[str, Any] | None = None,
        *,
        delay: Any = 0.0,
        usd: str = "0.01",
        without: tuple[str, ...] = (),
        suppression: Any = None,
        sandbox: bool = False,
    ) -> None:
        self.script, self.delay, self.usd, self.without = dict(script or {}), delay, Decimal(usd), without
        self.suppression, self.is_sandbox, self.allow = suppression, sandbox, None
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.options: list[dict[str, Any]] = []
        self.in_flight = self.most_in_flight = self.cancelled = 0
        self.usage = {"fake": True}
        self.portal = None
        self.is_open = self.closed = False

    def open(self) -> None:
        self.is_open = True

    async def __aenter__(self) -> FakeSession:
        self.open()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        self.is_open, self.closed = False, True

    def has_credentials(self, provider_id: str) -> bool:
        return provider_id not in self.without

    def price(self, provider_id: str, pool: str = "") -> Decimal | None:
        return self.usd

    def now(self) -> float:
        return asyncio.get_running_loop().time()

    def ledger(self, budget: Budget, name: str = "session", warn: bool = True) -> Ledger:
        return Ledger(budget)

    def asked(self, name: str) -> list[dict[str, Any]]:
        """The queries one "provider.operation" got."""
        return [query for called, query in self.calls if called == name]

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.calls]

    async def ask(
        self,
        provider_id: str,
        operation: str,
        query: Mapping[str, Any],
        *,
        timeout: float | None = None,
        retries: int | None = None,
        purses: Any = (),
        queued: Any = None,
        max_wait: float | None = None,
    ) -> Asked:
        for purse in purses:
            if purse.left is not None:
                if purse.left <= 0:
                    return Asked(BudgetExceededError("no room left in the budget"))
                purse.left -= 1
        name = f"{provider_id}.{operation}"
        self.calls.append((name, dict(query)))
        self.options.append({"timeout": timeout, "retries": retries})
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            delay = self.delay(provider_id, query) if callable(self.delay) else self.delay
            await asyncio.sleep(delay)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        finally:
            self.in_flight -= 1
        answer = self.script.get(name, self.script.get(provider_id))
        if callable(answer):
            answer = answer(query)
        if isinstance(answer, ProviderError):
            answer.provider, answer.operation = provider_id, operation
            return Asked(answer, NO_COST, 0.1)
        result = Miss() if answer is None else answer
        if isinstance(result, Hit):
            copy = Hit(dict(result.data))
            copy.confidence = 90 if result.confidence is None else result.confidence
            copy.confidence_source = "vendor"
            result = copy
        result.provider, result.operation, result.observed_at = provider_id, operation, WHEN
        cost = Cost(usd=self.usd, credits={provider_id: Decimal(1)}, calls=1)
        result.cost = cost
        return Asked(result, cost, 0.1)


def lead(number: int = 1, **more: Any) -> dict[str, Any]:
    """An invented lead."""
    return {
        "first_name": "Mira",
        "last_name": f"Okafor-{_letters(number).title()}",  # an address of "okafor" may be every one of theirs
        "company_name": "Brightloom GmbH",
        "company_domain": "brightloom.example",
        **more,
    }


def own_address(query: Mapping[str, Any]) -> Hit:
    """Everybody's own address: one mailbox belongs to one person."""
    return Hit(email=f"{query['first_name']}.{query['last_name']}@brightloom.example".lower())


def _letters(number: int) -> str:
    text = ""
    while number:
        number, digit = divmod(number, 26)
        text += "abcdefghijklmnopqrstuvwxyz"[digit]
    return text


def virtual(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a coroutine function under a clock that waits for nobody, for tests that hypothesis drives."""
    loop = looptime.new_event_loop()
    logging.disable(logging.ERROR)  # what breaks there breaks on purpose
    try:
        loop.run_until_complete(work())
    finally:
        loop.close()
        logging.disable(logging.NOTSET)
