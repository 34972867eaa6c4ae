"""Amounts as text, exact, for pages."""

from __future__ import annotations

from decimal import Decimal


def exact(amount: Decimal | None) -> str | None:
    """Return an amount without an exponent and without zeros at its end."""
    return None if amount is None else f"{amount.normalize():f}"
