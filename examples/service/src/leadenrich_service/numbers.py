"""Amounts as text, exact, for pages."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal


def exact(amount: Decimal | None) -> str | None:
    """Return an amount without an exponent and without zeros at its end."""
    return None if amount is None else f"{amount.normalize():f}"


def is_tokens(purse: str) -> bool:
    """Return whether a purse counts the tokens of a language model ("openai.gpt-5:input_tokens")."""
    return ":" in purse


def credits_of(credits: Mapping[str, Decimal]) -> Decimal:
    """Return how many credits these are; tokens are counted apart."""
    return sum((amount for purse, amount in credits.items() if not is_tokens(purse)), Decimal(0))


def tokens_of(credits: Mapping[str, Decimal]) -> Decimal:
    """Return how many tokens of language models these are."""
    return sum((amount for purse, amount in credits.items() if is_tokens(purse)), Decimal(0))
