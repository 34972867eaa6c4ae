"""Budgets as walls (G3): reserved before a call, settled after it, exact in Decimal, never exceeded."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine, Mapping, Sequence
from decimal import Decimal
from typing import Any

from leadenrich.contract.ports import Wallet as Wallet
from leadenrich.engine.checks import a, mapping
from leadenrich.errors import BudgetExceededError, ConfigurationError
from leadenrich.results import Cost

log = logging.getLogger("leadenrich")

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
    """What one flow has set aside, in every ledger at once."""

    __slots__ = ("_done", "_ledgers", "_wallet", "account", "most", "need", "provider")

    def __init__(
        self,
        provider: str,
        account: str,
        most: Mapping[str, Decimal],
        need: Lines,
        ledgers: Sequence[BudgetLedger],
        wallet: Wallet | None,
    ) -> None:
        self.provider, self.account, self.most, self.need = provider, account, most, need
        self._ledgers, self._wallet = ledgers, wallet
        self._done = False

    async def settle(self, cost: Cost) -> None:
        """Book what the call really cost and give the rest back."""
        if (rest := self.settle_now(cost)) is not None:
            await rest

    def settle_now(self, cost: Cost) -> Coroutine[Any, Any, None] | None:
        """Book in this process's ledgers at once; return what is left to tell a shared wallet, if there is one."""
        if self._done:
            return None
        self._done = True
        spent = lines(self.provider, _pools(self.provider, cost.credits), cost.usd, cost.calls)
        unsure = lines(self.provider, _pools(self.provider, cost.uncertain_credits), cost.uncertain_usd, 0)
        for ledger in self._ledgers:
            ledger.release(self.need, spent, unsure)
        return None if self._wallet is None else self._tell(self._wallet, cost)

    async def _tell(self, wallet: Any, cost: Cost) -> None:
        for purse, amount in self.most.items():
            spent = _of(cost.credits, self.provider, purse) + _of(cost.uncertain_credits, self.provider, purse)
            try:
                await wallet.settle(self.account, purse, amount, spent)
            except Exception as error:  # the answer is there and paid for: it is not lost over the bookkeeping
                log.warning("the shared wallet was not told what %s cost (%s)", self.provider, type(error).__name__)


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
    wallet: Wallet | None = None,
) -> Reservation:
    """Set aside the most a call can cost, in every ledger, waiting while open reservations may still give way.

    Raises:
        BudgetExceededError: settled plus uncertain cost leaves no room.
        ConfigurationError: a budget in USD, and the price of a credit is unknown.
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
                    other.wake()
                raise BudgetExceededError(
                    f"the {ledger.name} budget has {ledger.limits[line] - ledger.spent[line]} {line} left,"
                    f" this call can cost {need[line]}",
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
    if wallet is not None:
        await _from_wallet(wallet, provider, account, most, need, ledgers)
    return Reservation(provider, account, most, need, ledgers, wallet)


async def _from_wallet(
    wallet: Any,
    provider: str,
    account: str,
    most: Mapping[str, Decimal],
    need: Lines,
    ledgers: Sequence[BudgetLedger],
) -> None:
    held: list[tuple[str, Decimal]] = []
    try:
        for purse, amount in most.items():
            try:
                room = await wallet.reserve(account, purse, amount)
            except Exception as error:
                told = f"the shared wallet cannot be asked ({type(error).__name__}); nothing was sent"
                raise BudgetExceededError(told, provider=provider) from None
            if not room:
                raise BudgetExceededError(f"the shared wallet has no {amount} credits left", provider=provider)
            held.append((purse, amount))
    except BaseException:
        for ledger in ledgers:
            ledger.release(need, {}, {})
        for purse, amount in held:
            await wallet.settle(account, purse, amount, ZERO)
        raise
