"""A budget with a name: its spend is in the caller's ledger, one wall over all runs and processes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from decimal import Decimal

from leadenrich.engine.budget import ZERO, Budget, BudgetLedger, Hold, Lines
from leadenrich.ledger.journal import Journal

LOOK_AGAIN = 0.25
"""Seconds after which one that waits looks whether another process has given something back."""


class NamedBudget(BudgetLedger):
    """What is left of it is read from the ledger each time; what is set aside is set aside there."""

    def __init__(
        self, budget: Budget, journal: Journal, label: str, on_warning: Callable[[str, str, Decimal], None] | None
    ) -> None:
        super().__init__(budget, label, on_warning)
        assert budget.name is not None
        self.key, self._journal = budget.name, journal
        self._read()

    def _read(self) -> None:
        state = self._journal.spent(self.key)
        for line in self.limits:
            self.settled[line] = state.settled.get(line, ZERO)
            self.uncertain[line] = state.uncertain.get(line, ZERO)
            self.reserved[line] = state.held.get(line, ZERO)

    def left(self, line: str) -> Decimal | None:
        """Return what a line has neither spent nor reserved; None where it has no limit."""
        self._read()
        return super().left(line)

    def blocked(self, need: Lines) -> str | None:
        """Return the line that can never fit `need`, reservations aside, or None."""
        self._read()
        return super().blocked(need)

    def fits(self, need: Lines) -> bool:
        """Return whether `need` can be reserved now."""
        self._read()
        return super().fits(need)

    def hold(self, need: Lines) -> Hold | None:
        """Set aside in the ledger; None where another process was faster."""
        number = self._journal.hold(self.key, self.limits, need)
        return None if number is None else Hold(self, dict(need), number)

    def grow(self, hold: Hold, more: Lines) -> bool:
        """Set more aside for a hold; False where there is no room."""
        if not self._journal.hold_more(hold.number, self.limits, more):
            return False
        for line, amount in more.items():
            hold.need[line] = hold.need.get(line, ZERO) + amount
        return True

    def give_back(self, hold: Hold) -> None:
        """Give a hold back: nothing was spent."""
        self._journal.give_back(hold.number)
        self.wake()

    def book(self, hold: Hold, spent: Lines, uncertain: Lines) -> None:
        """Take note of what the journal has booked already."""
        self._read()
        self._warn()
        self.wake()

    async def changed(self, *, first: bool) -> None:
        """Wait until something was given back, here or perhaps in another process."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LOOK_AGAIN):
                await super().changed(first=first)
