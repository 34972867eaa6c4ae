"""Answers one question: steps an adapter's generator, and books what it cost."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from leadenrich import clean
from leadenrich.contract import Charged, Feature, Flow, Query, Reply, Request, Wait
from leadenrich.contract.questions import unfit
from leadenrich.engine.budget import BudgetLedger, Reservation, reserve
from leadenrich.engine.flight import Exchange, link
from leadenrich.engine.redact import placed
from leadenrich.errors import BudgetExceededError, ConfigurationError, InvalidReplyError, LeadEnrichError, ProviderError
from leadenrich.results import NO_COST, Cost, Hit, Miss

if TYPE_CHECKING:
    from leadenrich.engine.account import Account
    from leadenrich.engine.runtime import Runtime

ZERO = Decimal(0)
BY_STATUS = {
    "valid": 95,
    "accept_all": 60,
    "unknown": 40,
    "role": 50,
    "disposable": 10,
    "invalid": 0,
    "spamtrap": 0,
    "abuse": 0,
}
"""Confidence by `email_status`, where a vendor states no score of its own."""
PAGING = {"total", "next_cursor"}
"""What says nothing by itself where an operation goes by pages; where it only counts, `total` is the answer."""
UNSURE = 50
"""Confidence where neither the vendor nor the operation's declaration says anything."""


@dataclass(slots=True)
class Asked:
    """What came of one question: a Hit, a Miss or the error, and what it cost.

    `latency` is in seconds from the first byte sent, None where nothing was sent; `cached`: it was already paid for.
    """

    result: Hit | Miss | ProviderError
    cost: Cost = NO_COST
    latency: float | None = None
    cached: bool = False
    job_id: str | None = None


class Drive:
    """One question on its way through an adapter's flow."""

    __slots__ = (
        "_account",
        "_chain",
        "_feature",
        "_held",
        "_last",
        "_latency",
        "_ledgers",
        "_operation",
        "_paid",
        "_query",
        "_retries",
        "_sent",
        "_session",
        "_timeout",
        "_usable",
        "cost",
    )

    def __init__(
        self,
        session: Runtime,
        account: Account,
        feature: Feature,
        query: Query,
        timeout: float,
        retries: int,
        ledgers: Sequence[BudgetLedger],
    ) -> None:
        self._session, self._account, self._feature, self._query = session, account, feature, query
        self._operation = feature.operation
        self._timeout, self._retries, self._ledgers = timeout, retries, ledgers
        self._chain = account.key.encode()
        self._held: Reservation | None = None
        self._last: Exchange | None = None
        self._paid = 0
        self._sent = False
        self._latency: float | None = None
        self.cost = NO_COST
        self._usable = True

    async def run(self) -> Asked:
        """Return what came of it; raises only what is no vendor's doing (a cancellation, a wrong setting)."""
        try:
            outcome = self._finish(await (self._native() if self._account.native else self._flow()))
        except ProviderError as error:
            error.__cause__ = error.__context__ = None  # what it arose from may hold a key or a person
            if error.claim is not None and self._last is not None:
                self.cost = self._claim(error)
            else:
                self.cost = self._uncertain() if error.maybe_charged and self._owes() else self._sent_only()
            await self._settle()
            return Asked(self._named(error), self.cost, self._latency, False, error.job_id)
        except BaseException:
            self.cost = self._uncertain() if self._owes() else self._sent_only()
            self._leave()
            self._settle_now()
            raise
        self.cost = self._claim(outcome) if self._usable else self._unusable()
        await self._settle()
        outcome.cost, outcome.cached = self.cost, not self._sent
        return Asked(outcome, self.cost, self._latency, not self._sent)

    async def _flow(self) -> Hit | Miss:
        flow: Flow | None = None
        deadline: float | None = None
        polls = 0
        reply: Reply | None = None
        while True:
            try:
                flow = flow or self._account.adapter.flow(self._operation, self._query)
                step: Request | Wait = next(flow) if reply is None else flow.send(reply)
            except StopIteration as stop:
                result: Hit | Miss = stop.value
                if reply is not None and hasattr(result, "raw"):
                    result.raw = reply
                return result
            except LeadEnrichError as error:
                if isinstance(error, InvalidReplyError):
                    error.maybe_charged = self._owes()
                if reply is not None:
                    self._account.veil(error, reply.request)
                raise self._named(error) from None
            except Exception as error:  # whatever a broken reply makes an adapter raise (G12)
                if reply is None:  # nothing was sent yet: it is the question that cannot be put
                    raise unfit(self._feature, self._query, error) from None
                broken = InvalidReplyError(f"the reply cannot be read ({type(error).__name__})")
                broken.maybe_charged = self._owes()
                raise placed(broken, error) from None
            if isinstance(step, Wait):
                deadline = deadline or self._session.now() + self._feature.patience
                reply = await self._wait(step, deadline, polls)
                polls += 1
            else:
                reply = await self._request(step)

    async def _native(self) -> Hit | Miss:
        """Ask a plugin that does its own I/O, as one exchange."""
        request = Request("CALL", self._operation, json=dict(self._query))
        reply = await self._request(request)
        outcome = reply.json
        if isinstance(outcome, Hit):
            copy = Hit(outcome.data)
            copy.claim, copy.confidence = outcome.claim, outcome.confidence
            return copy
        return Miss(getattr(outcome, "reason", None))

    async def _request(self, request: Request) -> Reply:
        flight = self._session.flight
        self._chain = key = link(self._chain, request)
        known = flight.known(key)
        if request.paid and not (known is not None and known.done and self._operation in known.claims):
            await self._reserve(known if known is not None and known.done else None)
            known = flight.known(key)
        exchange = flight.begin(self._account, key, request, self._timeout, self._retries)
        if request.paid:
            self._leave()
            self._last = exchange
            exchange.flows += 1
        await flight.join(exchange)
        if known is None:
            self._sent = True
        if self._latency is None:
            self._latency = exchange.latency
        elif exchange.latency is not None and known is None:
            self._latency += exchange.latency
        if request.paid and known is None and exchange.sent_at is not None:
            self._paid += 1
        if exchange.error is not None:
            raise copy.copy(exchange.error)
        assert exchange.reply is not None
        return exchange.reply

    async def _wait(self, wait: Wait, deadline: float, polls: int) -> Reply:
        flight = self._session.flight
        if wait.poll is not None:
            known = flight.known(link(self._chain, wait.poll))
            if known is not None and known.reply is not None:  # somebody who waited for the same job asked already
                self._chain = known.key
                return known.reply
        return await self._session.waits.next(self._account, wait, deadline, polls, self._request)

    # ---- money

    async def _reserve(self, known: Exchange | None) -> None:
        if self._held is not None:
            if any("calls" in ledger.limits and not ledger.fits({"calls": Decimal(1)}) for ledger in self._ledgers):
                raise BudgetExceededError("the budget has no further call left", provider=self._account.info.id)
            return
        session = self._session
        if not self._ledgers and session.wallet is None:
            return
        most = self._most()
        if known is not None:
            most = {pool: max(amount - known.mark.get(pool, ZERO), ZERO) for pool, amount in most.items()}
        usd = session.prices.usd(self._account.info, most) if self._priced() else None
        if usd is None and any("usd" in ledger.limits for ledger in self._ledgers):
            told = session.prices.unpriced(self._account.info, most)
            raise ConfigurationError(told, provider=self._account.info.id)
        self._held = await reserve(self._account.info.id, self._account.key, most, usd, self._ledgers, session.wallet)

    def _priced(self) -> bool:
        return (
            self._feature.charged is Charged.FREE
            or self._credits() is not None
            or self._feature.max_credits is not None
        )

    def _credits(self) -> Mapping[str, Decimal] | None:
        return self._session.prices.credits_of(self._account.info, self._feature)

    def _most(self) -> Mapping[str, Decimal]:
        return self._feature.most(self._query) or self._credits() or {}

    def _claim(self, outcome: Hit | Miss | ProviderError) -> Cost:
        """Return what this flow pays: what its claim adds to the most claimed on the exchange so far."""
        exchange = self._last
        if exchange is None:
            return NO_COST
        claim = outcome.claim
        if claim is None:
            charged = self._feature.charged
            due = charged is Charged.ON_CALL or (charged is Charged.ON_HIT and isinstance(outcome, Hit))
            claim = dict(self._credits() or {}) if due else {}
        added = {
            pool: amount - mark for pool, amount in claim.items() if amount > (mark := exchange.mark.get(pool, ZERO))
        }
        if added:
            exchange.mark = {**exchange.mark, **{pool: claim[pool] for pool in added}}
        exchange.claims[self._operation] = claim
        return self._cost(added, self._paid)

    def _cost(self, pools: Mapping[str, Decimal], calls: int = 0) -> Cost:
        if not pools and not calls:
            return NO_COST
        info = self._account.info
        named = {f"{info.id}.{pool}" if pool else info.id: amount for pool, amount in pools.items()}
        return Cost(usd=self._session.prices.usd(info, pools), credits=named, calls=calls)

    def _leave(self) -> None:
        if self._last is not None and self._last.flows:
            self._last.flows -= 1

    def _owes(self) -> bool:
        """Return whether a paid call of this flow went out whose price nobody has booked, nor still may."""
        last = self._last
        return last is not None and last.sent_at is not None and not (last.booked or last.claims or last.flows > 1)

    def _uncertain(self) -> Cost:
        """Return what may have been charged, booked by the last flow that hangs on the exchange."""
        assert self._last is not None
        self._last.booked = True
        most, info = self._most(), self._account.info
        named = {f"{info.id}.{pool}" if pool else info.id: amount for pool, amount in most.items()}
        usd = self._session.prices.usd(info, most)
        return Cost(calls=self._paid, uncertain_usd=usd, uncertain_credits=named)

    def _unusable(self) -> Cost:
        """Return the cost of an answer that looked like a hit and held nothing: nobody can say if it was charged."""
        cost = self._uncertain() if self._owes() and self._feature.charged is not Charged.FREE else self._sent_only()
        if self._last is not None:
            self._last.claims.setdefault(self._operation, {})
        return cost

    def _sent_only(self) -> Cost:
        return Cost(calls=self._paid) if self._paid else NO_COST

    async def _settle(self) -> None:
        self._leave()
        if self._held is not None:
            await self._held.settle(self.cost)

    def _settle_now(self) -> None:
        """Book at once, without waiting for anybody: the flow is being cancelled."""
        if self._held is not None:
            self._session.own_soon(self._held.settle_now(self.cost))

    def _named(self, error: LeadEnrichError) -> Any:
        error.provider = error.provider or self._account.info.id
        error.operation = error.operation or self._operation
        return error

    # ---- the answer in its one form

    def _finish(self, outcome: Any) -> Hit | Miss:
        if not isinstance(outcome, Hit | Miss):
            raise InvalidReplyError(f"the adapter returned a {type(outcome).__name__}")
        outcome.provider, outcome.operation = self._account.info.id, self._operation
        outcome.observed_at = datetime.now(UTC)
        if not isinstance(outcome, Hit):
            return outcome
        region = outcome.data.get("country") or self._query.get("country")
        data, problems = clean.fields(outcome.data, region=region if isinstance(region, str) else None)
        outcome.notes = {problem.field: problem.reason for problem in problems}
        data = {name: value for name, value in data.items() if value != []}
        if not data.keys() - (PAGING if "next_cursor" in self._feature.gives else ()):
            miss = Miss("nothing usable in the answer")
            miss.claim, self._usable = outcome.claim, outcome.claim is not None
            miss.raw = outcome.raw
            miss.provider, miss.operation, miss.observed_at = outcome.provider, outcome.operation, outcome.observed_at
            return miss
        outcome.data = data
        outcome.confidence, outcome.confidence_source = self._confidence(outcome)
        return outcome

    def _confidence(self, hit: Hit) -> tuple[float, str]:
        stated = hit.confidence
        if isinstance(stated, int | float) and not isinstance(stated, bool) and 0 <= stated <= 100:
            return stated, "vendor"
        if isinstance(stated, str):
            try:
                number = float(stated)
            except ValueError:
                number = -1.0
            if 0 <= number <= 100:
                return number, "vendor"
        status = hit.data.get("email_status")
        if status in BY_STATUS and ("email" in hit.data or self._operation == "verify_email"):
            return BY_STATUS[status], "email_status"
        return self._feature.confidence if self._feature.confidence is not None else UNSURE, "default"
