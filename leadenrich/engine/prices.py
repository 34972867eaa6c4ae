"""What a credit costs: the caller's contract first, the vendor's list price else, None where nobody says."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from leadenrich.contract import Feature, ProviderInfo
from leadenrich.engine.budget import checked_amount
from leadenrich.engine.checks import mapping
from leadenrich.errors import ConfigurationError, nearest


class Prices:
    """USD per credit, per pool, or per answer of one operation.

    `{"hunter": "0.034"}` prices every credit of a provider; `{"surfe.mobile": "0.3"}` or `{"surfe": {"mobile": ...}}`
    one pool; `{"hunter.enrich_person": "0.02"}` one operation whose credits nobody documents.
    """

    def __init__(self, given: Mapping[str, Any] | None) -> None:
        mapping("prices", given, '{"hunter": "0.034"}')
        self._given: dict[str, Decimal] = {}
        for key, value in (given or {}).items():
            if isinstance(value, Mapping):
                for pool, number in value.items():
                    self._given[f"{key}.{pool}" if pool else key] = checked_amount(
                        f"price of {key}.{pool} (USD per credit)", number
                    )
            else:
                self._given[key] = checked_amount(f"price of {key} (USD per credit)", value)

    def check(self, known: list[str]) -> None:
        """Raise for a provider id nobody has."""
        for key in self._given:
            if (provider_id := key.split(".")[0]) not in known:
                raise ConfigurationError(
                    f"a price for an unknown provider {provider_id!r}{nearest(provider_id, known)}"
                )

    def per_credit(self, info: ProviderInfo, pool: str = "") -> Decimal | None:
        """Return the USD price of one credit of a pool."""
        for key in (f"{info.id}.{pool}", info.id):
            if key in self._given:
                return self._given[key]
        listed = {price.pool: Decimal(price.usd) for price in info.prices}
        return listed.get(pool)

    def credits_of(self, info: ProviderInfo, feature: Feature) -> Mapping[str, Decimal] | None:
        """Return a feature's credits; an operation priced by the caller counts as one credit of its own."""
        if feature.credits is not None:
            return feature.credits
        return {feature.operation: Decimal(1)} if f"{info.id}.{feature.operation}" in self._given else None

    def usd(self, info: ProviderInfo, pools: Mapping[str, Decimal]) -> Decimal | None:
        """Return what an amount of credits costs; None where a price is unknown."""
        total = Decimal(0)
        for pool, amount in pools.items():
            price = self.per_credit(info, pool)
            if price is None:
                return None
            total += price * amount
        return total
