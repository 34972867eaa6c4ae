"""Providers and their features, as lists that show themselves as tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, SupportsIndex, TypeVar, overload

from leadenrich import markup
from leadenrich.contract import Category, Charged, Feature, ProviderInfo, Query, Support, Tier
from leadenrich.errors import ConfigurationError, FeatureNotSupportedError, nearest
from leadenrich.registry import registry

T = TypeVar("T")

WIDEST = 60
"""Columns of text that a cell takes at most in a terminal."""


class Table(list[T]):
    """A list that shows itself as a table, in a terminal and in a notebook."""

    COLUMNS: tuple[str, ...] = ()
    NUMBERS: tuple[str, ...] = ()
    """The columns that hold numbers."""

    def _rows(self) -> Iterator[tuple[str, ...]]:
        raise NotImplementedError

    def _head(self) -> list[str]:
        return []

    def __repr__(self) -> str:
        rows = [self.COLUMNS, *self._rows()]
        widths = [min(WIDEST, max(len(row[i]) for row in rows)) for i in range(len(self.COLUMNS))]
        lines = []
        for row in rows:
            cells = (
                cell if len(cell) <= width else cell[: width - 1] + "…" for cell, width in zip(row, widths, strict=True)
            )
            lines.append("  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip())
        return "\n".join([*self._head(), *lines])

    def _repr_html_(self) -> str:
        return markup.block(
            None, *self._head(), markup.table(self.COLUMNS, self._rows(), numbers=self.NUMBERS, most=500)
        )


class ProviderList(Table[ProviderInfo]):
    """Providers as a list that shows itself as a table.

    Attributes:
        problems: the plugins, and the classes of plugins, that are left out, each with the reason.
    """

    COLUMNS = ("id", "title", "category", "tier", "operations", "support")

    def __init__(self, infos: Iterable[ProviderInfo] = (), problems: Iterable[str] = ()) -> None:
        super().__init__(infos)
        self.problems = list(problems)

    @overload
    def __getitem__(self, at: SupportsIndex) -> ProviderInfo: ...
    @overload
    def __getitem__(self, at: slice) -> ProviderList: ...
    def __getitem__(self, at: Any) -> Any:
        """Return a provider's facts, or a part of the list, which shows itself as a table too."""
        found = super().__getitem__(at)
        return ProviderList(found, self.problems) if isinstance(at, slice) else found

    def _head(self) -> list[str]:
        return self.problems

    def _rows(self) -> Iterator[tuple[str, ...]]:
        for info in self:
            asked = [one.operation for one in info.features if one.support is not Support.UNDOCUMENTED]
            yield info.id, info.title, str(info.category), str(info.tier), ", ".join(asked), str(info.support)


class FeatureList(Table[Feature]):
    """One provider's features as a list that shows itself as a table: what each needs, gives and costs.

    `features["find_email"]` is the feature of that operation.

    Attributes:
        info: the provider's facts.
    """

    COLUMNS = ("operation", "needs", "gives", "costs", "support")

    def __init__(self, info: ProviderInfo) -> None:
        super().__init__(info.features)
        self.info = info

    @overload
    def __getitem__(self, key: str) -> Feature: ...
    @overload
    def __getitem__(self, key: SupportsIndex) -> Feature: ...
    @overload
    def __getitem__(self, key: slice) -> list[Feature]: ...
    def __getitem__(self, key: Any) -> Any:
        """Return a feature by its operation, or by its place.

        Raises:
            FeatureNotSupportedError: the provider has no such operation; the message names the nearest.
        """
        if not isinstance(key, str):
            return super().__getitem__(key)
        for feature in self:
            if feature.operation in (key, f"{self.info.id}.{key}"):
                return feature
        known = [feature.operation for feature in self]
        raise FeatureNotSupportedError(f"{self.info.id} has no {key!r}{nearest(key, known)}", operation=key)

    def _head(self) -> list[str]:
        rates = [f"{rate.limit:,} {rate.unit} in {rate.per:g} s{_of(rate.on)}" for rate in self.info.rates]
        prices = [f"{price}{_by(price)}" for price in self.info.prices]
        return [
            f"{self.info.title}: {self.info.summary}".rstrip(": "),
            f"limits: {'; '.join(rates) or 'none documented'}",
            f"list prices: {'; '.join(prices) or 'none published'}",
        ]

    def _rows(self) -> Iterator[tuple[str, ...]]:
        for one in self:
            needs = " or ".join(" + ".join(way) for way in one.needs)
            yield one.operation, needs, ", ".join(one.gives), costs(one, self.info), str(one.support)


def costs(feature: Feature, info: ProviderInfo | None = None) -> str:
    """Return what a call costs, in words: "1 credit on a hit".

    Args:
        feature: what is asked.
        info: whose it is; with it, what is paid by the token is told as list prices: "$1.00 a million input tokens,
            $5.00 a million output tokens (claude-haiku-4-5)".
    """
    if feature.support is Support.UNDOCUMENTED:
        return ""
    if feature.charged is Charged.FREE and feature.max_credits is None:
        return "nothing"
    if not feature.credits:
        return (info is not None and token_costs(feature, info)) or "not documented"
    amounts = [f"{amount.normalize():f} {pool}".strip() for pool, amount in feature.credits.items()]
    when = "on a hit" if feature.charged is Charged.ON_HIT else "a call"
    more = ", more for larger questions" if feature.max_credits is not None else ""
    return f"{' + '.join(amounts)} credit{'' if amounts == ['1'] else 's'} {when}{more}"


def token_costs(feature: Feature, info: ProviderInfo) -> str:
    """Return the list prices of what a feature with its usual model is paid by, in words; "" where not by the token.

    "$0.75 a million input tokens, $4.50 a million output tokens (gpt-5.4-mini), $0.01 a credit (searches)"
    """
    if feature.credits or feature.expects is None or not any(price.by_token for price in info.prices):
        return ""
    needed = feature.needs[0] if feature.needs else ()
    pools = feature.usual(Query(dict.fromkeys(needed, "-"))) or {}
    prices = {price.pool: price for price in info.prices if price.pool in pools}
    by_model: dict[str, list[str]] = {}
    beside: list[str] = []
    for pool in pools:
        price = prices.get(pool)
        if price is None:
            beside.append(f"{pool or 'credits'} at an unknown price")
        elif price.by_token:
            said, _, model = str(price).removesuffix(")").rpartition(" (")
            by_model.setdefault(model, []).append(said)
        else:
            beside.append(str(price))
    return ", ".join([*(f"{', '.join(said)} ({model})" for model, said in by_model.items()), *beside])


def _of(on: str | tuple[str, ...] | None) -> str:
    return "" if on is None else f" on {on if isinstance(on, str) else ', '.join(on)}"


def _by(price: Any) -> str:
    told = ", ".join(part for part in (price.plan, price.as_of) if part)
    return f" ({told})" if told else ""


def providers(
    *ids: str,
    category: str | None = None,
    tier: str | None = None,
    operation: str | None = None,
    where: Callable[[ProviderInfo], bool] | None = None,
) -> ProviderList:
    """Return the facts of every provider, filtered; `.problems` of the list says which plugins are left out, and why.

    Args:
        ids: only these, such as "hunter"; none: all.
        category: e.g. "verification".
        tier: e.g. "free".
        operation: only those that have it (documented).
        where: any further condition on a `ProviderInfo`.

    Raises:
        ConfigurationError: an unknown category, tier or operation, with the nearest right name.
        ProviderNotFoundError: an unknown id, likewise.
    """
    _check("category", category, Category)
    _check("tier", tier, Tier)
    if operation is not None and "." not in operation:
        _check("operation", operation, registry.operations)
    fitting = (
        info
        for info in (map(registry.info, ids) if ids else registry.infos())
        if (category is None or info.category == category)
        and (tier is None or info.tier == tier)
        and (operation is None or ((f := info.feature(operation)) is not None and f.support != Support.UNDOCUMENTED))
        and (where is None or where(info))
    )
    return ProviderList(fitting, registry.problems)


def _check(what: str, word: str | None, known: Iterable[Any]) -> None:
    words = [str(one) for one in known]
    if word is not None and word not in words:
        raise ConfigurationError(f"no {what} {word!r}{nearest(word, words)}; one of {', '.join(sorted(words))}")


def features(provider_id: str) -> FeatureList:
    """Return a provider's features: what can be asked, what each needs, gives and costs, and how it was checked.

    `features(...)["find_email"].parameters` is the JSON schema of a question, `.validate(query)` checks one, and
    `.most(query)` says what it can cost; nothing is asked.

    Raises:
        ProviderNotFoundError: with the nearest right id.
    """
    return FeatureList(registry.info(provider_id))
