"""What a credit costs: the caller's contract first, the vendor's list price else, None where it is unknown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from leadenrich.contract import Feature, ProviderInfo
from leadenrich.engine.budget import ZERO, checked_amount
from leadenrich.engine.pools import kinds_like, plain_kind
from leadenrich.engine.validation import mapping
from leadenrich.errors import ConfigurationError, nearest
from leadenrich.registry import registry

MOST_POOLS = 1024
"""Pools whose price is kept at hand: a reply may name any."""


class Prices:
    """USD per credit, per pool, or per answer of one operation.

    `{"hunter": "0.034"}` prices every credit of a provider; `{"surfe.mobile": "0.3"}` or `{"surfe": {"mobile": ...}}`
    one pool; `{"hunter.enrich_person": "0.02"}` one operation whose credits are not documented. Language models have a
    pool for each model and kind of token, `"gpt-5.4-mini:output_tokens"`; `{"openai": {"output_tokens": ...}}` prices
    that kind of every model, in batches, caches and long prompts too.
    """

    def __init__(self, given: Mapping[str, Any] | None) -> None:
        mapping("prices", given, '{"hunter": "0.034"}')
        self._given: dict[str, Decimal] = {}
        self._found: dict[tuple[str, str], Decimal | None] = {}
        for key, value in (given or {}).items():
            if isinstance(value, Mapping):
                for pool, number in value.items():
                    self._given[f"{key}.{pool}" if pool else key] = checked_amount(
                        f"price of {key}.{pool} (USD per credit)", number
                    )
            else:
                self._given[key] = checked_amount(f"price of {key} (USD per credit)", value)

    def check(self, known: Sequence[str]) -> None:
        """Raise for an unknown provider id, and for one price where tokens of several kinds are counted."""
        for key in self._given:
            provider_id, dot, _ = key.partition(".")
            if provider_id not in known:
                raise ConfigurationError(
                    f"a price for an unknown provider {provider_id!r}{nearest(provider_id, known)}"
                )
            if not dot and (kinds := _kinds(registry.info(provider_id))):
                told = ", ".join(f"'{kind}': '0.000001'" for kind in kinds)
                raise ConfigurationError(
                    f"{provider_id} is paid by the token: give each kind's price in USD a token, such as"
                    f" prices={{'{provider_id}': {{{told}}}}}, or none, and the list prices count"
                )

    def per_credit(self, info: ProviderInfo, pool: str = "") -> Decimal | None:
        """Return the USD price of one credit of a pool.

        Tokens of batches, caches and long prompts without a price of their own cost as others do.
        """
        key = (info.id, pool)
        if key not in self._found:
            if len(self._found) >= MOST_POOLS:
                self._found.clear()
            self._found[key] = self._look_up(info, pool)
        return self._found[key]

    def _look_up(self, info: ProviderInfo, pool: str) -> Decimal | None:
        model, colon, kind = pool.rpartition(":")
        kinds = kinds_like(kind)
        pools = [*(f"{model}:{one}" for one in kinds), *kinds] if colon else [pool]
        for key in (*(f"{info.id}.{one}" for one in pools), *(() if colon else (info.id,))):
            if key in self._given:
                return self._given[key]
        listed = {price.pool: Decimal(price.usd) for price in info.prices}
        return next((listed[one] for one in pools if one in listed), None)

    def unpriced(self, info: ProviderInfo, pools: Mapping[str, Decimal]) -> str:
        """Return what to say where a budget in USD meets pools without a price."""
        lacking = [pool for pool in pools if self.per_credit(info, pool) is None]
        if lacking in ([], [""]):
            return f"a budget in USD needs the price of a credit; give prices={{'{info.id}': '0.01'}} (USD per credit)"
        told = ", ".join(f"'{pool}': '0.01'" for pool in lacking)
        return (
            f"a budget in USD needs the price of {', '.join(lacking)}; give prices={{'{info.id}': {{{told}}}}}"
            " (USD for each)"
        )

    def credits_of(self, info: ProviderInfo, feature: Feature) -> Mapping[str, Decimal] | None:
        """Return a feature's credits; an operation priced by the caller counts as one credit of its own."""
        if feature.credits is not None:
            return feature.credits
        return {feature.operation: Decimal(1)} if f"{info.id}.{feature.operation}" in self._given else None

    def usd(self, info: ProviderInfo, pools: Mapping[str, Decimal]) -> Decimal | None:
        """Return what an amount of credits costs; None where a price is unknown."""
        total = ZERO
        for pool, amount in pools.items():
            price = self._found.get((info.id, pool)) or self.per_credit(info, pool)
            if price is None:
                return None
            total += price * amount
        return total


def _kinds(info: ProviderInfo) -> list[str]:
    """Return the kinds of tokens a provider's list prices name, the discounted ones aside."""
    if any(not price.pool for price in info.prices):
        return []  # it counts plain credits too, which one price is for
    kinds = dict.fromkeys(price.pool.rpartition(":")[2] for price in info.prices if price.by_token)
    return [kind for kind in kinds if kind == plain_kind(kind)]
