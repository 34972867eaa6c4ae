"""Budgets as walls (G3): reserved before a call, settled after it, exact in Decimal, never exceeded."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Mapping, Sequence
from decimal import Decimal
from typing import Any, Protocol

from leadenrich.engine.pools import plain_kind
from leadenrich.engine.validation import a, mapping
from leadenrich.errors import BudgetExceededError, ConfigurationError
from leadenrich.results import Cost, counts_tokens

ZERO = Decimal(0)
ALL_ACCOUNTS = ""
"""The account under which a shared wallet counts "usd" and "calls", which are of all providers together."""
WARN_AT = (Decimal("0.8"), Decimal(1))


class Budget:
    """How much may be spent, at the most.

    Args:
        usd: US dollars at the caller's or the list prices; int, str, Decimal, or float through str().
        credits: `{"hunter": 100, "surfe.mobile": 20}`: a provider's credits in all its purses, or in one.
        calls: paid HTTP calls.
        name: makes it one wall over all runs and processes: its spend stands under this name in the session's
            ledger (`Session(ledger=le.FileLedger("q3.db"))`). Without a name, a budget is of one run.

    Raises:
        ConfigurationError: a negative or non-numeric amount, or a name that is no text.
    """

    __slots__ = ("calls", "credits", "name", "usd")

    def __init__(
        self,
        usd: Decimal | int | float | str | None = None,
        credits: Mapping[str, Decimal | int | float | str] | None = None,
        calls: int | None = None,
        name: str | None = None,
    ) -> None:
        self.name = _name(name)
        mapping("budget credits", credits, '{"hunter": 100}')
        self.usd = None if usd is None else checked_amount("budget usd", usd)
        self.credits = {purse: checked_amount(f"budget credits[{purse!r}]", n) for purse, n in (credits or {}).items()}
        if calls is not None and checked_amount("budget calls", calls) % 1:
            raise ConfigurationError(f"budget calls is {calls!r}; give a whole number")
        self.calls = None if calls is None else int(calls)

    def __repr__(self) -> str:
        named = "" if self.name is None else f", name={self.name!r}"
        return f"Budget(usd={self.usd}, credits={self.credits}, calls={self.calls}{named})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Budget) and (self.usd, self.credits, self.calls, self.name) == (
            other.usd,
            other.credits,
            other.calls,
            other.name,
        )

    def __hash__(self) -> int:
        return hash((self.usd, tuple(sorted(self.credits.items())), self.calls, self.name))

    def limits(self) -> dict[str, Decimal]:
        """Return every limit by line: "usd", "calls", and one for each purse."""
        lines = dict(self.credits)
        if self.usd is not None:
            lines["usd"] = self.usd
        if self.calls is not None:
            lines["calls"] = Decimal(self.calls)
        return lines


def _name(name: Any) -> str | None:
    if name is None:
        return None
    if not isinstance(name, str) or not name.strip():
        raise ConfigurationError(f"a budget's name is text, such as Budget(usd=200, name='q3'), not {a(name)}")
    return name


def check_budget(budget: Any) -> None:
    """Refuse what is neither None nor a `Budget`."""
    if budget is not None and not isinstance(budget, Budget):
        raise ConfigurationError(f"budget is a le.Budget, such as le.Budget(usd=5), not {a(budget)}")


def checked_amount(what: str, value: Any) -> Decimal:
    """Return an amount of money or credits as a Decimal.

    Raises:
        ConfigurationError: it is not a number, or less than 0.
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

    @property
    def is_line(self) -> bool:
        """Return whether it is of all providers together: `pool` is "usd" or "calls"."""
        ...


class WalletPort(Protocol):
    """What the engine asks of a shared wallet, behind its guard."""

    @property
    def lines(self) -> Sequence[str]:
        """Return what it limits for all providers together, beside credits: "usd", "calls"."""
        ...

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


class Hold:
    """What one question has set aside of one budget.

    Attributes:
        budget: of which. need: how much, line by line. number: under which the caller's ledger knows it, 0 elsewhere.
    """

    __slots__ = ("budget", "need", "number")

    def __init__(self, budget: BudgetLedger, need: Lines, number: int = 0) -> None:
        self.budget, self.need, self.number = budget, need, number


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
        for line, limit in self.limits.items():
            if line in need:
                taken = self.settled[line] + self.uncertain[line] + self.reserved[line]
                if need[line] > limit - taken:
                    return False
        return True

    def hold(self, need: Lines) -> Hold | None:
        """Set aside; None where there is no room now."""
        if not self.fits(need):
            return None
        for line in self.limits:
            if line in need:
                self.reserved[line] += need[line]
        return Hold(self, dict(need))

    def grow(self, hold: Hold, more: Lines) -> bool:
        """Set more aside for a hold that is open; False where there is no room."""
        if not self.fits(more):
            return False
        for line, amount in more.items():
            hold.need[line] = hold.need.get(line, ZERO) + amount
            if line in self.limits:
                self.reserved[line] += amount
        return True

    def give_back(self, hold: Hold) -> None:
        """Give a hold back: nothing was spent."""
        self.book(hold, {}, {})

    def book(self, hold: Hold, spent: Lines, uncertain: Lines) -> None:
        """Give a hold back and book what was spent."""
        for line in self.limits:
            if line in hold.need:
                self.reserved[line] -= hold.need[line]
            if line in spent:
                self.settled[line] += spent[line]
            if line in uncertain:
                self.uncertain[line] += uncertain[line]
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
            said = self._warned.get(line, 0)
            if not limit or said == len(WARN_AT):
                continue
            spent = self.settled[line] + self.uncertain[line]
            if spent >= limit * WARN_AT[said]:
                share = spent / limit
                self._warned[line] = sum(share >= mark for mark in WARN_AT)
                self._on_warning(self.name, line, share)


class Reservation:
    """What one flow has set aside, in every budget and in a shared wallet at once."""

    __slots__ = ("_done", "_holds", "_wallet", "held", "provider")

    def __init__(
        self, provider: str, holds: Sequence[Hold], wallet: WalletPort | None = None, held: Sequence[Held] = ()
    ) -> None:
        self.provider, self.held = provider, held
        self._holds, self._wallet = holds, wallet
        self._done = False

    @property
    def numbers(self) -> dict[int, str]:
        """Return the holds that the caller's ledger knows: their numbers, and the names of their budgets."""
        return {hold.number: name for hold in self._holds if hold.number and (name := hold.budget.budget.name)}

    @property
    def calls(self) -> int:
        """Return how many calls are set aside."""
        return int(max((hold.need.get("calls", ZERO) for hold in self._holds), default=1))

    def hold_call(self) -> bool:
        """Set one further call aside; False where a budget has none left."""
        one = {"calls": Decimal(1)}
        if self._done or not all(hold.budget.fits(one) for hold in self._holds):
            return False
        return all(hold.budget.grow(hold, one) for hold in self._holds)

    def settle(self, cost: Cost) -> Coroutine[Any, Any, None] | None:
        """Book what it really cost in the budgets, at once, and give the rest back.

        Returns:
            What is left to be done: telling a shared wallet, if there is one.
        """
        if self._done:
            return None
        self._done = True
        spent, unsure = lines_of(self.provider, cost)
        for hold in self._holds:
            hold.budget.book(hold, spent, unsure)
        return None if self._wallet is None else self._tell(self._wallet, cost)

    async def _tell(self, wallet: WalletPort, cost: Cost) -> None:
        for held in self.held:
            await wallet.settle(held, _spent(held, self.provider, cost))


def _spent(held: Held, provider: str, cost: Cost) -> Decimal:
    """Return what a cost takes of one purse; uncertain cost counts."""
    if held.is_line:
        return Decimal(cost.calls) if held.pool == "calls" else (cost.usd or ZERO) + (cost.uncertain_usd or ZERO)
    return _of(cost.credits, provider, held.pool) + _of(cost.uncertain_credits, provider, held.pool)


def lines_of(provider: str, cost: Cost) -> tuple[Lines, Lines]:
    """Return what a cost takes from each possible line of a budget: for certain, and perhaps."""
    spent = lines(provider, _pools(provider, cost.credits), cost.usd, cost.calls)
    if not cost.uncertain_credits and not cost.uncertain_usd and cost.uncertain_usd is not None:
        return spent, {}
    return spent, lines(provider, _pools(provider, cost.uncertain_credits), cost.uncertain_usd, 0)


def lines(provider: str, pools: Mapping[str, Decimal], usd: Decimal | None, calls: int) -> Lines:
    """Return what an amount of credits takes from each possible line of a budget."""
    need: Lines = {"calls": Decimal(calls)}
    if usd is not None:
        need["usd"] = usd
    if pools:
        need[provider] = sum(pools.values(), ZERO)
        if len(pools) == 1 and "" in pools:  # plain credits: nearly every vendor
            return need
        for pool, amount in pools.items():
            if pool:
                need[f"{provider}.{pool}"] = amount
            if counts_tokens(pool):  # a model's own purse counts in that of all models too
                kind = pool.rpartition(":")[2]
                for one in {kind, plain_kind(kind)}:
                    need[f"{provider}.{one}"] = need.get(f"{provider}.{one}", ZERO) + amount
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
    further: Sequence[str] = () if wallet is None else wallet.lines
    if usd is None and ("usd" in further or any("usd" in ledger.limits for ledger in ledgers)):
        raise ConfigurationError(
            f"a budget in USD needs the price of a credit; give prices={{'{provider}': '0.01'}} (USD per credit)",
            provider=provider,
        )
    need = lines(provider, most, usd, 1)
    waited = False
    while True:
        _check_blocked(ledgers, need, provider)
        holds, full = _held(ledgers, need)
        if full is None:
            break
        await full.changed(first=waited)
        waited = True
    for ledger in ledgers:
        ledger.wake()
    held: list[Held] = []
    if wallet is not None:
        try:
            for pool, amount in most.items():
                held.append(await wallet.reserve(provider, account, pool, amount))
            for line in further:
                held.append(await wallet.reserve(provider, ALL_ACCOUNTS, line, need[line]))
        except BaseException:
            for hold in holds:
                hold.budget.give_back(hold)
            for one in held:
                wallet.undo(one)
            raise
    return Reservation(provider, holds, wallet, held)


def _check_blocked(ledgers: Sequence[BudgetLedger], need: Lines, provider: str) -> None:
    """Raise where a budget cannot have room, whatever is given back."""
    for ledger in ledgers:
        if (line := ledger.blocked(need)) is not None:
            for other in ledgers:
                other.wake()  # those who wait behind may need less
            left = ledger.limits[line] - ledger.settled[line] - ledger.uncertain[line]
            raise BudgetExceededError(
                f"the {ledger.name} budget has {left:f} {line} left, this call can cost {need[line]:f}",
                provider=provider,
            )


def _held(ledgers: Sequence[BudgetLedger], need: Lines) -> tuple[list[Hold], BudgetLedger | None]:
    """Set aside in all of them, or in none; return the holds, and which one has no room."""
    if len(ledgers) > 1:
        for ledger in ledgers:
            if not ledger.fits(need):
                return [], ledger
    holds: list[Hold] = []
    for ledger in ledgers:
        hold = ledger.hold(need)
        if hold is None:
            for one in holds:
                one.budget.give_back(one)
            return [], ledger
        holds.append(hold)
    return holds, None
