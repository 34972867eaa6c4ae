"""The money of one question (G3): set aside before the first paid request, settled once, whatever happens."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from leadenrich.contract import Charged, Feature, Query
from leadenrich.engine.account import Account
from leadenrich.engine.budget import BudgetLedger, Reservation, lines_of, reserve
from leadenrich.engine.context import Context
from leadenrich.engine.singleflight import Exchange, Promise
from leadenrich.errors import BudgetExceededError, ConfigurationError, FeatureParametersError, ProviderError
from leadenrich.ledger.journal import Journal, Settlement
from leadenrich.ledger.people import about
from leadenrich.results import NO_COST, Cost, Hit, Miss

ZERO = Decimal(0)

Answer = tuple[str, Mapping[str, Any]]
"""The key of a question, and what was answered, JSON-ready."""


class Bill:
    """What one flow has set aside, the paid exchanges its price depends on, and what it owes in the end."""

    __slots__ = (
        "_account",
        "_context",
        "_declared",
        "_feature",
        "_held",
        "_last",
        "_ledgers",
        "_paid",
        "_query",
        "_settled",
        "_unsure",
    )

    def __init__(
        self, context: Context, account: Account, feature: Feature, query: Query, ledgers: Sequence[BudgetLedger]
    ) -> None:
        self._context, self._account, self._feature, self._query = context, account, feature, query
        self._ledgers = ledgers
        self._declared: Mapping[str, Decimal] | None = None
        self._held: Reservation | None = None
        self._last: Exchange | None = None
        self._paid: list[Exchange] = []
        self._settled = self._unsure = False

    # ---- before a paid request

    async def reserve(self, known: Exchange | None) -> None:
        """Set the most this question can cost aside, once; `known`: an answered exchange that was paid for already.

        Raises:
            BudgetExceededError: there is no room.
        """
        context = self._context
        if self._held is not None or (not self._ledgers and context.wallet is None):
            return
        most = self._most()
        if known is not None:
            most = {pool: max(amount - known.mark.get(pool, ZERO), ZERO) for pool, amount in most.items()}
        usd = context.prices.usd(self._account.info, most) if self._is_priced() else None
        if usd is None and any("usd" in ledger.limits for ledger in self._ledgers):
            told = context.prices.unpriced(self._account.info, most)
            raise ConfigurationError(told, provider=self._account.info.id)
        self._held = await reserve(self._account.info.id, self._account.key, most, usd, self._ledgers, context.wallet)

    @property
    def holds(self) -> bool:
        """Return whether something is set aside already."""
        return self._held is not None

    @property
    def numbers(self) -> tuple[int, ...]:
        """Return the numbers of its holds in the caller's ledger."""
        return () if self._held is None else tuple(self._held.numbers)

    def hold_call(self) -> bool:
        """Set one further call aside; False where a budget has none left."""
        return self._held is None or self._held.hold_call()

    def another_call(self) -> None:
        """Set a call aside for a further paid request of the same flow.

        Raises:
            BudgetExceededError: no call is left.
        """
        if not self.hold_call():
            raise BudgetExceededError("the budget has no further call left", provider=self._account.info.id)

    def hang_on(self, exchange: Exchange) -> None:
        """Let the price of this question depend on an exchange."""
        self._paid.append(exchange)
        exchange.payers.append(self)
        self._last = exchange

    @property
    def is_paid(self) -> bool:
        """Return whether a paid exchange led to where the flow is now."""
        return bool(self._paid)

    def about(self) -> Mapping[str, Any]:
        """Return whom the question is about, as keyed hashes."""
        return about(self._query)

    def promise(self) -> Promise:
        """Return what a call that leaves now may cost, for the caller's ledger."""
        most, info = self._most(), self._account.info
        return Promise(
            str(self._feature.charged),
            self._feature.operation,
            _named(info.id, most),
            self._context.prices.usd(info, most) if self._is_priced() else None,
            self.numbers,
        )

    def _is_priced(self) -> bool:
        feature = self._feature
        return feature.charged is Charged.FREE or feature.max_credits is not None or self._credits() is not None

    def _credits(self) -> Mapping[str, Decimal] | None:
        if self._feature.credits is not None:
            return self._feature.credits
        return self._context.prices.credits_of(self._account.info, self._feature)

    def _most(self) -> Mapping[str, Decimal]:
        """Return the most credits this question can cost: as declared, or as charged before where that was more."""
        try:
            declared = self._declared
            if declared is None:
                declared = self._declared = self._feature.most(self._query) or self._credits() or {}
        except Exception as error:  # `max_credits` is a function of the adapter's
            raise FeatureParametersError(
                f"the most it can cost cannot be told for these words ({type(error).__name__})",
                provider=self._account.info.id,
            ) from None
        seen = self._context.charged_more.get((self._account.info.id, self._feature.operation))
        if seen is None:
            return declared
        return {pool: max(declared.get(pool, ZERO), seen.get(pool, ZERO)) for pool in {**declared, **seen}}

    # ---- after the flow

    def for_answer(self, outcome: Hit | Miss, usable: bool) -> Cost:
        """Return what this flow pays: what its claim adds to the most claimed on the exchange so far.

        Args:
            outcome: with the reply's own claim, where it states one.
            usable: False for an answer that looked like a hit and held nothing: it may have been charged or not.
        """
        exchange = self._last
        if exchange is None:
            return NO_COST
        if outcome.claim_unread or not usable or self._is_untold(outcome):
            unsure = self._feature.charged is not Charged.FREE or outcome.claim_unread
            cost = self._uncertain() if unsure and self._owes() else self._calls_alone()
            if not unsure or exchange.booked:  # else the last of those whose price depends on it books it
                exchange.claims.setdefault(self._feature.operation, {})
            return cost
        claim = outcome.claim
        if claim is None:
            charged = self._feature.charged
            due = charged is Charged.ON_CALL or (charged is Charged.ON_HIT and isinstance(outcome, Hit))
            claim = dict(self._credits() or {}) if due else {}
        else:
            self._compare(claim)
        return self._pay(exchange, claim, outcome.record)

    def _is_untold(self, outcome: Hit | Miss) -> bool:
        """Return whether only the reply could have told the price, and did not: no more than a maximum is declared."""
        feature, hit = self._feature, isinstance(outcome, Hit)
        due = feature.charged is Charged.ON_CALL or (feature.charged is Charged.ON_HIT and hit)
        return outcome.claim is None and due and self._credits() is None and feature.max_credits is not None

    def for_error(self, error: ProviderError, by_adapter: bool) -> Cost:
        """Return what a flow that failed pays, or may have to.

        Args:
            error: may state a claim of its own.
            by_adapter: the adapter raised it after reading a good reply: where only hits are charged, this was none.
        """
        if error.claim is not None and self._last is not None:
            return self._pay(self._last, error.claim)
        unsure = error.maybe_charged or not by_adapter or self._feature.charged is Charged.ON_CALL
        if self._feature.charged is Charged.FREE and not error.maybe_charged:
            unsure = False
        return self._uncertain() if unsure and self._owes() else self._calls_alone()

    def for_stop(self) -> Cost:
        """Return what a flow that is being cancelled may have to pay."""
        return self._uncertain() if self._owes() else self._calls_alone()

    def owes(self) -> bool:
        """Return whether a paid call of this flow left, whose price no flow has booked, nor still may."""
        return self._owes()

    async def settle(self, cost: Cost, *, over: bool = True, answer: Answer | None = None) -> None:
        """Book what it really cost, and wait (bounded) until a shared wallet was told; see `settle_now`."""
        telling = self.settle_now(cost, over=over, answer=answer)
        if telling is not None:
            await asyncio.shield(telling)

    def settle_now(self, cost: Cost, *, over: bool = False, answer: Answer | None = None) -> asyncio.Task[None] | None:
        """Book at once; the second time does nothing.

        Args:
            cost: what it really cost.
            over: a job that it waited for has ended as well, so that no later run need ask for it.
            answer: for the caller's ledger, which keeps it together with its cost.

        Returns:
            The task that tells a shared wallet, if there is one.
        """
        if self._settled:
            return None
        self._settled = True
        for exchange in self._paid:
            if self in exchange.payers:
                exchange.payers.remove(self)
        try:
            if self._context.journal is not None:
                self._write(self._context.journal, cost, over, answer)
        finally:  # also where the ledger was closed meanwhile
            telling = None if self._held is None else self._held.settle(cost)
        return None if telling is None else self._context.finish(telling)

    def _write(self, journal: Journal, cost: Cost, over: bool, answer: Answer | None) -> None:
        """Close the calls in the caller's ledger; one that another flow still depends on is closed by that.

        A call that this question did not send is not closed: an earlier one may be known there as uncertain.
        """
        own = [one for one in self._paid if (one.left or one.prepaid) and not one.elsewhere]
        if not self._paid and answer is None and self._held is None:
            return
        settled, uncertain = lines_of(self._account.info.id, cost)
        journal.settle(
            Settlement(
                keys=[one.key for one in own if not one.payers and (self._unsure or not one.uncertain)],
                let_go=[one.key for one in own if not one.payers and one.uncertain and not self._unsure],
                shared=[one.key for one in own if one.payers],
                sender=self._context.sender,
                jobs=[one.key for one in own] if over else (),
                holds={} if self._held is None else self._held.numbers,
                settled=settled,
                uncertain=uncertain,
                unsure=self._unsure,
                answer=answer,
            )
        )

    def _owes(self) -> bool:
        return any(
            exchange.sent_at is not None
            and not (
                exchange.elsewhere
                or exchange.booked
                or exchange.claims
                or len(exchange.payers) > (self in exchange.payers)
            )
            for exchange in self._paid
        )

    def _uncertain(self) -> Cost:
        """Return what may have been charged; the last flow that depends on the exchanges books it."""
        self._unsure = True
        for exchange in self._paid:
            exchange.booked = exchange.uncertain = True
        most, info = self._most(), self._account.info
        usd = self._context.prices.usd(info, most)
        return Cost(calls=self._take_calls(), uncertain_usd=usd, uncertain_credits=_named(info.id, most))

    def _pay(self, exchange: Exchange, claim: Mapping[str, Decimal], record: str | None = None) -> Cost:
        marks = claim if exchange.elsewhere else exchange.mark  # the one who sent it pays for it
        if record is not None and not exchange.elsewhere:  # and a record that is charged once is paid with any of its
            marks = self._account.records.raise_to(record, claim, marks)
        added = {pool: amount - mark for pool, amount in claim.items() if amount > (mark := marks.get(pool, ZERO))}
        if added:
            exchange.mark = {**exchange.mark, **{pool: claim[pool] for pool in added}}
        exchange.claims[self._feature.operation] = claim
        for paid in self._paid:
            paid.booked, paid.uncertain = True, False  # what led to it is paid with it
        calls = self._take_calls()
        if not added and not calls:
            return NO_COST
        info = self._account.info
        return Cost(usd=self._context.prices.usd(info, added), credits=_named(info.id, added), calls=calls)

    def _calls_alone(self) -> Cost:
        calls = self._take_calls()
        return Cost(calls=calls) if calls else NO_COST

    def _take_calls(self) -> int:
        """Take the calls that left: no more than were set aside here, while others pay for the same exchange too."""
        if self._held is None:
            return sum([exchange.take_calls() for exchange in self._paid])
        taken = 0
        for exchange in self._paid:
            others = any(payer is not self for payer in exchange.payers)
            taken += exchange.take_calls(max(self._held.calls - taken, 0) if others else None)
        return taken

    def _compare(self, claim: Mapping[str, Decimal]) -> None:
        """Remember a charge above the declared maximum: the next reservation is the higher figure."""
        most = self._most()
        if any(amount > most.get(pool, ZERO) for pool, amount in claim.items()):
            key = (self._account.info.id, self._feature.operation)
            self._context.charged_more[key] = {
                pool: max(claim.get(pool, ZERO), most.get(pool, ZERO)) for pool in {**most, **claim}
            }
            if most:
                self._context.emit(
                    "charge.exceeded",
                    *key,
                    declared={pool: str(amount) for pool, amount in most.items()},
                    charged={pool: str(amount) for pool, amount in claim.items()},
                )


def _named(provider: str, pools: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Return amounts by the name a budget gives each purse: "hunter", "surfe.mobile"."""
    return {f"{provider}.{pool}" if pool else provider: amount for pool, amount in pools.items()}
