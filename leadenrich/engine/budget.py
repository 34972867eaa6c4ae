"""Budgets as walls (G3): reserved before a call, settled after it, exact in Decimal, never exceeded."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Mapping, Sequence
from decimal import Decimal
from typing import Any, Protocol

from leadenrich.engine.checks import a, mapping
from leadenrich.errors import BudgetExceededError, ConfigurationError
from leadenrich.results import Cost

ZERO = Decimal(0)
WARN_AT = (Decimal("0.8"), Decimal(1))


class Budget:
    """How much may be spent, at the most.

    Args:
        usd: US dollars at the caller's or the list prices; int, str, Decimal, or float through str().
        credits: `{"hunter": 100, "surfe.mobile": 20}`: a provider's credits in all its purses, or in one.
        calls: paid HTTP calls.

    Raises:
        ConfigurationError: a negative or non-numeric amount.
    """

    __slots__ = ("calls", "credits", "usd")

    def __init__(
        self,
        usd: Decimal | int | float | str | None = None,
        credits: Mapping[str, Decimal | int | float | str] | None = None,
        calls: int | None = None,
    ) -> None:
        mapping("budget credits", credits, '{"hunter": 100}')
        self.usd = None if usd is None else checked_amount("budget usd", usd)
        self.credits = {purse: checked_amount(f"budget credits[{purse!r}]", n) for purse, n in (credits or {}).items()}
        if calls is not None and checked_amount("budget calls", calls) % 1:
            raise ConfigurationError(f"budget calls is {calls!r}; give a whole number")
        self.calls = None if calls is None else int(calls)

    def __repr__(self) -> str:
        return f"Budget(usd={self.usd}, credits={self.credits}, calls={self.calls})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Budget) and (self.usd, self.credits, self.calls) == (
            other.usd,
            other.credits,
            other.calls,
        )

    def __hash__(self) -> int:
        return hash((self.usd, tuple(sorted(self.credits.items())), self.calls))

    def limits(self) -> dict[str, Decimal]:
        """Return every limit by line: "usd", "calls", and one for each purse."""
        lines = dict(self.credits)
        if self.usd is not None:
            lines["usd"] = self.usd
        if self.calls is not None:
            lines["calls"] = Decimal(self.calls)
        return lines


def check_budget(budget: Any) -> None:
    """Refuse what is neither None nor a `Budget`."""
    if budget is not None and not isinstance(budget, Budget):
        raise ConfigurationError(f"budget is a le.Budget, such as le.Budget(usd=5), not {a(budget)}")


def checked_amount(what: str, value: Any) -> Decimal:
    """Return an amount of money or credits as a Decimal.

    Raises:
        ConfigurationError: it is no number, or less than 0.
    """
    try:
        number = Decimal(str(value))
    except ArithmeticError:
        number = Decimal("nan")
    if not number.is_finite() or number < 0:
        raise ConfigurationError(f"{what} is {value!r}; give a number of at least 0")
    return number


class Held(Protocol):
    """What a shared wallet has set aside: one purse's part of a reservation."""

    @property
    def pool(self) -> str:
        """Return of which purse."""
        ...


class WalletPort(Protocol):
    """What the engine asks of a shared wallet, behind its guard."""

    async def reserve(self, provider: str, account: str, pool: str, amount: Decimal) -> Any:
        """Set credits aside, or raise."""
        ...

    async def settle(self, held: Any, spent: Decimal) -> None:
        """Turn them into what was spent."""
        ...

    def undo(self, held: Any) -> None:
        """Give all of them back, without being waited for."""
        ...


Lines = dict[str, Decimal]
"""What a call takes from each line of a ledger: "usd", "calls", "<provider>", "<provider>.<pool>"."""


class BudgetLedger:
    """A budget being spent: settled, uncertain and reserved, line by line."""

    def __init__(
        self, budget: Budget, name: str = "session", on_warning: Callable[[str, str, Decimal], None] | None = None
    ):
        self.budget, self.name = budget, name
        self.limits = budget.limits()
        self.settled: Lines = dict.fromkeys(self.limits, ZERO)
        self.uncertain: Lines = dict.fromkeys(self.limits, ZERO)
        self.reserved: Lines = dict.fromkeys(self.limits, ZERO)
        self._open = 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._warned: dict[str, int] = {}
        self._on_warning = on_warning

    @property
    def spent(self) -> Lines:
        """Return settled plus uncertain, line by line: uncertain cost counts as spent."""
        return {line: self.settled[line] + self.uncertain[line] for line in self.limits}

    def left(self, line: str) -> Decimal | None:
        """Return what a line has neither spent nor reserved; None where it has no limit."""
        if line not in self.limits:
            return None
        return self.limits[line] - self.settled[line] - self.uncertain[line] - self.reserved[line]

    def blocked(self, need: Lines) -> str | None:
        """Return the line that can never fit `need`, reservations aside, or None."""
        for line, amount in need.items():
            if line in self.limits and amount > self.limits[line] - self.settled[line] - self.uncertain[line]:
                return line
        return None

    def fits(self, need: Lines) -> bool:
        """Return whether `need` can be reserved now."""
        return all(line not in self.limits or amount <= (self.left(line) or ZERO) for line, amount in need.items())

    def hold(self, need: Lines) -> None:
        """Reserve."""
        self._open += 1
        for line, amount in need.items():
            if line in self.limits:
                self.reserved[line] += amount

    def add(self, need: Lines) -> None:
        """Reserve more for a reservation that is open."""
        for line, amount in need.items():
            if line in self.limits:
                self.reserved[line] += amount

    def release(self, need: Lines, spent: Lines, uncertain: Lines) -> None:
        """Give a reservation back and book what was spent of it."""
        self._open -= 1
        for line in self.limits:
            self.reserved[line] -= need.get(line, ZERO)
            self.settled[line] += spent.get(line, ZERO)
            self.uncertain[line] += uncertain.get(line, ZERO)
        self._warn()
        self.wake()

    def wake(self) -> None:
        """Let the first waiter look again; it wakes the next once it has what it needs, or gives up."""
        while self._waiting:
            future = self._waiting.popleft()
            if not future.done():
                future.set_result(None)
                return

    async def changed(self, *, first: bool) -> None:
        """Wait until a reservation has been given back; `first` keeps the place of one that had its turn."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if first:
            self._waiting.appendleft(future)
        else:
            self._waiting.append(future)
        try:
            await future
        except asyncio.CancelledError:
            if future in self._waiting:
                self._waiting.remove(future)
            else:
                self.wake()  # the turn it was given goes to the next
            raise

    def _warn(self) -> None:
        if self._on_warning is None:
            return
        for line, limit in self.limits.items():
            if not limit:
                continue
            share = (self.settled[line] + self.uncertain[line]) / limit
            reached = sum(share >= mark for mark in WARN_AT)
            if reached > self._warned.get(line, 0):
                self._warned[line] = reached
                self._on_warning(self.name, line, share)


class Reservation:
    """What one flow has set aside, in every ledger and in a shared wallet at once."""

    __slots__ = ("_done", "_ledgers", "_wallet", "held", "need", "provider")

    def __init__(
        self,
        provider: str,
        need: Lines,
        ledgers: Sequence[BudgetLedger],
        wallet: WalletPort | None = None,
        held: Sequence[Held] = (),
    ) -> None:
        self.provider, self.need, self.held = provider, need, held
        self._ledgers, self._wallet = ledgers, wallet
        self._done = False

    def hold_call(self) -> bool:
        """Set one further call aside; False where a ledger has none left."""
        one = {"calls": Decimal(1)}
        if self._done or not all(ledger.fits(one) for ledger in self._ledgers):
            return False
        self.need["calls"] = self.need.get("calls", ZERO) + 1
        for ledger in self._ledgers:
            ledger.add(one)
        return True

    def settle(self, cost: Cost) -> Coroutine[Any, Any, None] | None:
        """Book what it really cost in this process's ledgers, at once, and give the rest back.

        Returns:
            What is left to be done: telling a shared wallet, if there is one.
        """
        if self._done:
            return None
        self._done = True
        spent = lines(self.provider, _pools(self.provider, cost.credits), cost.usd, cost.calls)
        unsure = lines(self.provider, _pools(self.provider, cost.uncertain_credits), cost.uncertain_usd, 0)
        for ledger in self._ledgers:
            ledger.release(self.need, spent, unsure)
        return None if self._wallet is None else self._tell(self._wallet, cost)

    async def _tell(self, wallet: WalletPort, cost: Cost) -> None:
        for held in self.held:
            spent = _of(cost.credits, self.provider, held.pool) + _of(cost.uncertain_credits, self.provider, held.pool)
            await wallet.settle(held, spent)


def lines(provider: str, pools: Mapping[str, Decimal], usd: Decimal | None, calls: int) -> Lines:
    """Return what an amount of credits takes from each possible line of a budget."""
    need: Lines = {"calls": Decimal(calls)}
    if usd is not None:
        need["usd"] = usd
    if pools:
        need[provider] = sum(pools.values(), ZERO)
        for pool, amount in pools.items():
            if pool:
                need[f"{provider}.{pool}"] = amount
            if ":" in pool:  # a model's own purse counts in that of all models too
                kind = f"{provider}.{pool.rpartition(':')[2]}"
                need[kind] = need.get(kind, ZERO) + amount
    return need


def _pools(provider: str, purses: Mapping[str, Decimal]) -> dict[str, Decimal]:
    return {purse.removeprefix(provider).removeprefix("."): amount for purse, amount in purses.items()}


def _of(purses: Mapping[str, Decimal], provider: str, pool: str) -> Decimal:
    return purses.get(f"{provider}.{pool}" if pool else provider, ZERO)


async def reserve(
    provider: str,
    account: str,
    most: Mapping[str, Decimal],
    usd: Decimal | None,
    ledgers: Sequence[BudgetLedger],
    wallet: WalletPort | None = None,
) -> Reservation:
    """Set aside the most a call can cost, in every ledger, waiting while open reservations may still give way.

    Raises:
        BudgetExceededError: settled plus uncertain cost leaves no room.
        ConfigurationError: a budget in USD, and the price of a credit is unknown.
        PortError: a shared wallet failed.
    """
    if usd is None and any("usd" in ledger.limits for ledger in ledgers):
        raise ConfigurationError(
            f"a budget in USD needs the price of a credit; give prices={{'{provider}': '0.01'}} (USD per credit)",
            provider=provider,
        )
    need = lines(provider, most, usd, 1)
    waited = False
    while True:
        for ledger in ledgers:
            if (line := ledger.blocked(need)) is not None:
                for other in ledgers:
                    other.wake()  # whoever waits behind may need less
                left = ledger.limits[line] - ledger.settled[line] - ledger.uncertain[line]
                raise BudgetExceededError(
                    f"the {ledger.name} budget has {left:f} {line} left, this call can cost {need[line]:f}",
                    provider=provider,
                )
        full = next((ledger for ledger in ledgers if not ledger.fits(need)), None)
        if full is None:
            break
        await full.changed(first=waited)
        waited = True
    for ledger in ledgers:
        ledger.hold(need)
        ledger.wake()
    held: list[Held] = []
    if wallet is not None:
        try:
            for pool, amount in most.items():
                held.append(await wallet.reserve(provider, account, pool, amount))
        except BaseException:
            for ledger in ledgers:
                ledger.release(need, {}, {})
            for one in held:
                wallet.undo(one)
            raise
    return Reservation(provider, need, ledgers, wallet, held)
