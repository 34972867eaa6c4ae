"""The last money buys whole values: a finder's call sets aside what verifying its answer takes, or is not made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from leadenrich.engine.budget import ZERO, Budget, BudgetLedger, Hold, Lines, lines
from leadenrich.errors import BudgetExceededError
from leadenrich.waterfall.asker import Asker
from leadenrich.waterfall.choice.pricing import Pricing
from leadenrich.waterfall.rules.rules import Rules
from leadenrich.waterfall.step import StepState


class Aside:
    """What the verification of one answer needs of one budget, set aside together with the call that may find it.

    It stands beside that budget among those that a finder's question draws on, so both are reserved at once or not at
    all. `draw` stands there in the verifier's question.

    Args:
        ledger: the budget. need: how much, line by line.
    """

    def __init__(self, ledger: BudgetLedger, need: Lines) -> None:
        self._ledger, self._need = ledger, need
        self._hold: Hold | None = None
        self.budget, self.name = Budget(), ledger.name
        self.limits = {line: limit for line, limit in ledger.limits.items() if line in need}
        self.draw = Draw(self)

    def blocked(self, need: Lines) -> str | None:
        """Return None; where the budget can never buy the answer and its verification, raise.

        Raises:
            BudgetExceededError: what is left buys no whole value.
        """
        whole = self._whole(need)
        if (line := self._ledger.blocked(whole)) is not None:
            self._ledger.wake()  # whoever waits may need less
            left = self._ledger.limits[line] - self._ledger.settled[line] - self._ledger.uncertain[line]
            raise BudgetExceededError(
                f"the {self.name} budget has {left:f} {line} left, this call and the verification of its answer can"
                f" cost {whole[line]:f}"
            )
        return None

    def fits(self, need: Lines) -> bool:
        """Return whether both can be reserved now."""
        return self._hold is not None or self._ledger.fits(self._whole(need))

    def hold(self, need: Lines) -> Hold | None:
        """Set the verification's part aside; the call's own is set aside by then."""
        if self._hold is None:
            self._hold = self._ledger.hold(self._need)
        return None if self._hold is None else Hold(self, {})  # type: ignore[arg-type]  # it stands for a ledger

    def grow(self, hold: Hold, more: Lines) -> bool:
        """Return True: a further call of the finder is its own matter."""
        return True

    def book(self, hold: Hold, spent: Lines, uncertain: Lines) -> None:
        """Keep what is set aside: the finder has answered, the verification is to come."""

    def give_back(self, hold: Hold) -> None:
        """Give it back: the call could not be reserved after all."""
        self.release()

    def release(self) -> None:
        """Give it back: the verification reserves for itself now, or there is nothing to verify."""
        if self._hold is not None:
            hold, self._hold = self._hold, None
            self._ledger.give_back(hold)

    def wake(self) -> None:
        """Do nothing: the budget itself wakes whoever waits."""

    async def changed(self, *, first: bool) -> None:
        """Wait until something of the budget was given back."""
        await self._ledger.changed(first=first)

    def _whole(self, need: Lines) -> Lines:
        return {line: need.get(line, ZERO) + amount for line, amount in self._need.items()}


class Draw:
    """Lets the verification have what was set aside for it: given back right before the same is reserved."""

    def __init__(self, aside: Aside) -> None:
        self._aside = aside
        self.budget, self.name = Budget(), aside.name
        self.limits: Lines = {}

    def blocked(self, need: Lines) -> str | None:
        """Give back what was set aside. Whoever reserves looks here first, and holds before anybody else runs."""
        self._aside.release()
        return None

    def fits(self, need: Lines) -> bool:
        """Return True: the budget itself has to have room."""
        return True

    def hold(self, need: Lines) -> Hold | None:
        """Set nothing aside."""
        return Hold(self, {})  # type: ignore[arg-type]  # it stands for a ledger

    def grow(self, hold: Hold, more: Lines) -> bool:
        """Return True."""
        return True

    def book(self, hold: Hold, spent: Lines, uncertain: Lines) -> None:
        """Book nothing."""

    def give_back(self, hold: Hold) -> None:
        """Give nothing back."""

    def wake(self) -> None:
        """Do nothing."""


def verification_of(rules: Rules, session: Asker) -> Lines:
    """Return what verifying one answer takes: the first verifier's call of each kind, line by line."""
    need: Lines = {}
    for check in rules.checks:
        pricing = Pricing(session, check.stats)
        able = [step for step in check.states if session.has_credentials(step.provider)]
        if not able:
            continue
        first = able[0] if check.order == "listed" else min(able, key=lambda step: pricing.charges(step).hit)
        for line, amount in _lines_of(first, session).items():
            need[line] = need.get(line, ZERO) + amount
    return need


def _lines_of(step: StepState, session: Asker) -> Lines:
    pools = dict(step.feature.credits or {})
    usd: Decimal | None = ZERO
    for pool, amount in pools.items():
        price = session.price(step.provider, pool)
        usd = None if usd is None or price is None else usd + price * amount
    return lines(step.provider, pools, usd, 1)


def set_aside(need: Lines, ledgers: Iterable[Any]) -> Sequence[Aside]:
    """Return what a finder's question sets aside in each budget that limits what its verification takes."""
    return [
        Aside(one, need) for one in ledgers if isinstance(one, BudgetLedger) and not one.limits.keys().isdisjoint(need)
    ]
