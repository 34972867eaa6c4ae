"""Amounts as text, exact, for pages."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal


def exact(amount: Decimal | None) -> str | None:
    """Return an amount without an exponent and without zeros at its end."""
    return None if amount is None else f"{amount.normalize():f}"


def total(amounts: Iterable[Decimal]) -> str | None:
    """Return the sum of amounts, exact."""
    return exact(sum(amounts, Decimal(0)))
