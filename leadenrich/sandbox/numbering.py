"""Blocks of telephone numbers, counted through: the n-th number, and which number it is."""

from __future__ import annotations

Blocks = tuple[tuple[str, int], ...]
"""(prefix, how many digits follow), one after another."""


def room(blocks: Blocks) -> int:
    """Return how many numbers there are."""
    return sum(10**digits for _, digits in blocks)


def number_at(blocks: Blocks, slot: int) -> str | None:
    """Return the number at a place, counted from 0; None beyond the last."""
    for prefix, digits in blocks:
        if slot < 10**digits:
            return f"{prefix}{slot:0{digits}}" if digits else prefix
        slot -= 10**digits
    return None


def slot_of(blocks: Blocks, number: str) -> int | None:
    """Return the place of a number; None for one that is in none of the blocks."""
    passed = 0
    for prefix, digits in blocks:
        if number.startswith(prefix) and len(number) == len(prefix) + digits:
            return passed + int(number[len(prefix) :] or 0)
        passed += 10**digits
    return None
