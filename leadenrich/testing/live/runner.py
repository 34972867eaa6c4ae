"""Runs a live check: what is free first, then, within a stated budget, one hit and one miss of each operation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path
from typing import Any

import httpx

from leadenrich.contract import Charged, Feature, Quota, Support
from leadenrich.contract.reading import texts
from leadenrich.engine.budget import Budget
from leadenrich.engine.session import Session
from leadenrich.engine.transport import default_transport
from leadenrich.errors import ConfigurationError, FeatureNotSupportedError, LeadEnrichError
from leadenrich.registry import registry
from leadenrich.results import Hit, Miss
from leadenrich.testing.asking import STRANGER
from leadenrich.testing.live.compare import (
    NAMES,
    Exchange,
    body_of,
    differences,
    headers,
    own,
    read,
    shapes,
    statuses,
)
from leadenrich.testing.live.known import known_of
from leadenrich.testing.live.record import Case, invented
from leadenrich.testing.live.report import Checked, Finding, Report
from leadenrich.testing.mock import Recorder

Amount = Decimal | int | float | str


async def check(
    provider: str,
    *,
    lead: Mapping[str, Any] | None = None,
    spend: Amount | None = None,
    credits: Amount | None = None,
    credentials: Mapping[str, Any] | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
    cases: str | Path | None = None,
    record: Callable[[list[Case]], None] | None = None,
    settings: Mapping[str, Any] | None = None,
) -> Report:
    """Ask a vendor with the user's key, and say where its replies are not as the adapter has them.

    Args:
        provider: whose adapter.
        lead: a person the vendor knows, in canonical words; without it nothing is asked that costs anything.
        spend: US dollars at most, at the list prices or `settings["prices"]`.
        credits: the vendor's credits at most. With neither, only what is free is asked.
        credentials: as `Session` takes them; None reads the environment.
        transport: any httpx transport; by default the network.
        cases: the provider's case file, whose replies are known shapes as well.
        record: is handed the cases made of the replies, each value an invented one.
        settings: any other of `Session`'s.

    Raises:
        ConfigurationError: no such provider, or one that has no HTTP calls to check.
    """
    info = registry.info(provider)
    if not info.base_url:
        raise ConfigurationError(f"{provider} makes no HTTP calls, so there is nothing to check")
    paid = spend is not None or credits is not None
    budget = Budget(usd=spend, credits=None if credits is None else {provider: credits}) if paid else Budget(calls=0)
    recorder = Recorder(transport or default_transport())
    live = _Live(provider, dict(lead or {}), recorder, cases)
    session = Session(credentials=credentials, transport=recorder, budget=budget, retries=0, **(settings or {}))
    async with session:
        live.session = session
        await live.account()
        for feature in sorted(_features(provider), key=lambda one: (one.charged is not Charged.FREE, _cost(one))):
            await live.operation(feature, paid)
        await live.charges()
    if record is not None:
        record(await invented(provider, live.kept))
    return live.report


def _features(provider: str) -> list[Feature]:
    return [one for one in registry.info(provider).features if one.support is not Support.UNDOCUMENTED]


def _cost(feature: Feature) -> Decimal:
    return sum((feature.credits or {}).values(), Decimal(0))


class _Live:
    """One check on its way."""

    session: Session

    def __init__(self, provider: str, lead: dict[str, Any], recorder: Recorder, cases: str | Path | None) -> None:
        self.provider, self.lead, self.recorder, self.cases = provider, lead, recorder, cases
        self.report = Report(provider, version("leadenrich"), datetime.now(UTC).date().isoformat())
        self.before: Quota | None = None
        self.booked: dict[str, Decimal] = {}
        self.seen: list[Exchange] = []
        self.kept: list[tuple[str, Mapping[str, Any], list[Exchange]]] = []

    def _taken(self) -> list[Exchange]:
        found, self.recorder.exchanges = own(self.provider, self.recorder.exchanges), []
        return found

    async def account(self) -> None:
        """Ask what costs nothing: the account, and whether the key is good."""
        for name in ("quota", "check"):
            try:
                result = await getattr(self.session, name)(self.provider)
            except FeatureNotSupportedError:
                continue
            except LeadEnrichError as error:
                self._failed(name, "free", error)
                continue
            taken = self._taken()
            if isinstance(result, Quota):
                self.before = result
            outcome = "hit" if result is not False else "PROVIDER_AUTHENTICATION_FAILED"
            entry = Checked(name, "free", outcome, requests=len(taken))
            entry.findings += headers(registry.info(self.provider), taken)
            self.report.checked.append(entry)

    def _failed(self, operation: str, asked: str, error: LeadEnrichError) -> None:
        taken = self._taken()
        entry = Checked(operation, asked, str(error.code), requests=len(taken))
        entry.findings.append(Finding("error", "reply", f"{error.code}, HTTP {error.status or 'none'}"))
        entry.findings += statuses(self.provider, taken, set())
        self.report.checked.append(entry)

    async def operation(self, feature: Feature, paid: bool) -> None:
        """Ask one operation about the lead and about an unknown person."""
        if feature.charged is not Charged.FREE and not paid:
            self._skip(feature, "hit", "it costs, and no budget is stated")
            return
        words = {word: value for word, value in self.lead.items() if word in feature.words}
        if feature.can_ask(words):
            await self._ask(feature, "hit", words)
        else:
            self._skip(feature, "hit", "the lead lacks what it needs")
        for way in feature.needs:
            if all(word in STRANGER for word in way):
                await self._ask(feature, "miss", {word: STRANGER[word] for word in way})
                return

    def _skip(self, feature: Feature, asked: str, why: str) -> None:
        self.report.checked.append(Checked(feature.operation, asked, "skipped", why))

    async def _ask(self, feature: Feature, asked: str, query: Mapping[str, Any]) -> None:
        try:
            result = (await self.session.ask(self.provider, feature.operation, query)).result
        except LeadEnrichError as error:
            result = error  # type: ignore[assignment]  # refused before anything was sent
        taken = self._taken()
        if not isinstance(result, Hit | Miss):
            if getattr(result, "code", None) == "BUDGET_EXCEEDED":
                self._skip(feature, asked, "the budget is spent")
            else:
                self.recorder.exchanges = taken
                self._failed(feature.operation, asked, result)
            return
        entry = Checked(feature.operation, asked, type(result).__name__.lower(), requests=len(taken))
        entry.findings += headers(registry.info(self.provider), taken)
        if isinstance(result, Hit) and asked == "hit":
            entry.findings += await self._compare(feature, query, taken)
        self.seen += taken
        self.report.checked.append(entry)

    async def _compare(self, feature: Feature, query: Mapping[str, Any], taken: list[Exchange]) -> list[Finding]:
        known, due = await known_of(self.provider, feature, query, self.cases)
        validated = feature.validate(query)
        readings, used = read(self.provider, feature.operation, validated, [*taken, *self.seen])
        self.kept.append((feature.operation, query, used))
        bodies = [body_of(response) for _, response in used]
        words = [word for _, word in readings.unknown]
        values = texts(query, self.lead, split=True) | texts(*bodies, but=words) | NAMES
        return list(differences(shapes(bodies), known, readings, due, values))

    async def charges(self) -> None:
        """Compare what the library booked with what the account counts."""
        if self.before is None:
            return
        booked = self.session.usage.credits
        try:
            after = await self.session.quota(self.provider)
        except LeadEnrichError as error:
            self._failed("quota", "free", error)
            return
        entry = Checked("charges", "free", "hit", requests=len(self._taken()))
        ours = sum((amount for purse, amount in booked.items() if purse.partition(".")[0] == self.provider), Decimal(0))
        for name, sign in (("used", 1), ("remaining", -1)):
            first, last = getattr(self.before, name), getattr(after, name)
            if first is not None and last is not None:
                theirs = sign * (Decimal(str(last)) - Decimal(str(first)))
                if not theirs and ours:
                    entry.why = "the account has not moved yet"
                elif theirs != ours:
                    entry.findings.append(
                        Finding("charge", name, f"{theirs.normalize():f} taken, {ours.normalize():f} booked")
                    )
                break
        self.report.checked.append(entry)
