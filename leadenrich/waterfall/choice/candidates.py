"""Who, of all that a session has keys for, can fill the fields wanted, and what an answer of each costs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from leadenrich.contract import Charged, Feature, Support
from leadenrich.registry import registry
from leadenrich.vocabulary import Operation
from leadenrich.waterfall.asker import Asker, PriceList
from leadenrich.waterfall.choice.stages import LEADS_HAVE
from leadenrich.waterfall.rules.verification import CHECKS

FOUND_ONE_IN = Decimal(2)
"""What a call that is charged found or not is weighed with: about every second call finds something."""

VERIFIERS = 3
"""How many verifiers are taken: what three do not know, a fourth seldom does."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One operation of one provider: which wanted fields it may fill, and what that costs (USD; None: unknown)."""

    provider: str
    feature: Feature
    fills: frozenset[str]
    price: Decimal | None

    @property
    def rank(self) -> tuple[bool, Decimal, bool, bool, int, str]:
        """Return what candidates are sorted by: the price of each field filled, known prices first.

        Of two operations that may fill as much for as much, the one made to fill several fields comes first.
        """
        each = (self.price or Decimal(0)) / len(self.fills)
        return (
            self.price is None,
            each,
            self.feature.support is not Support.DOCUMENTED,
            len(self.fills) > 1 and not self.feature.operation.startswith("enrich_"),
            -len(self.fills),
            self.provider,
        )


def candidates(session: Asker, operations: Sequence[str], fields: frozenset[str]) -> Iterator[Candidate]:
    """Yield every documented operation that fills some of the fields and that the session may ask."""
    allow = session.allow
    for provider in registry.ids():
        info = registry.info(provider)
        if not session.has_credentials(provider) or (allow is not None and not allow(info)):
            continue
        for feature in info.features:
            filled = fills(feature, fields)
            if feature.operation in operations and filled and feature.support is not Support.UNDOCUMENTED:
                yield Candidate(provider, feature, filled, _price(session, provider, feature))


def fills(feature: Feature, fields: frozenset[str]) -> frozenset[str]:
    """Return the wanted fields that a lead as leads come can have filled: not those one must know to ask."""
    ways: list[set[str]] = [set(way) for way in feature.needs or ((),) if LEADS_HAVE.issuperset(way)]
    if not ways:
        return frozenset()
    known: set[str] = set.intersection(*ways)
    return fields.intersection(feature.gives) - known


def one_each(several: Iterable[Candidate]) -> list[Candidate]:
    """Return the candidates by rank, without those by which a vendor would only say the same again."""
    chosen: list[Candidate] = []
    filled: dict[str, frozenset[str]] = {}
    for one in sorted(several, key=lambda one: one.rank):
        known = filled.get(one.provider, frozenset())
        if not one.fills <= known:
            chosen.append(one)
            filled[one.provider] = known | one.fills
    return chosen


def verifiers(session: Asker, *, priced: bool = False) -> list[Candidate]:
    """Return the cheapest verifiers of e-mail addresses; those without a key are left out: they see no mailbox.

    Args:
        session: its credentials say who can be asked.
        priced: only those whose price is known.
    """
    found = [
        one
        for one in candidates(session, (Operation.VERIFY_EMAIL,), frozenset({"email_status"}))
        if registry.info(one.provider).auth.fields and not (priced and one.price is None)
    ]
    return sorted(found, key=lambda one: one.rank)[:VERIFIERS]


def _price(session: PriceList, provider: str, feature: Feature) -> Decimal | None:
    """Return what finding something costs in USD; None where credits or their price are not known."""
    if feature.charged is Charged.FREE:
        return Decimal(0)
    credits = feature.credits
    if credits is None and session.prices is not None:
        credits = session.prices.credits_of(registry.info(provider), feature)
    if credits is None:
        return None
    total = Decimal(0)
    for pool, amount in credits.items():
        price = session.price(provider, pool)
        if price is None:
            return None
        total += amount * price
    finds = feature.charged is Charged.ON_CALL and feature.operation not in CHECKS
    return total * FOUND_ONE_IN if finds else total
