"""The checks of a wallet: credits are set aside once, and settlements add up."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

from leadenrich.testing.port_check import settled, takes

ACCOUNT, PURSE = "4f1d0c", ""
CROWD = 40
"""Calls at once."""


class Tried:
    """A wallet under test, its methods awaited where they are async."""

    def __init__(self, wallet: Any, expire: Callable[[], Any] | None) -> None:
        self._wallet, self._expire = wallet, expire
        self.by_id = takes(wallet.settle, "id")

    async def reserve(self, amount: str | Decimal, account: str = ACCOUNT, purse: str = PURSE) -> Any:
        """Reserve, and return what the wallet says."""
        return await settled(self._wallet.reserve(account, purse, Decimal(amount)))

    async def settle(self, held: Any, reserved: str, spent: str, account: str = ACCOUNT, purse: str = PURSE) -> None:
        """Settle as the engine does: with the id where the wallet takes one."""
        more = {"id": held} if self.by_id and isinstance(held, str) else {}
        await settled(self._wallet.settle(account, purse, Decimal(reserved), Decimal(spent), **more))

    async def expire(self) -> None:
        """End all leases."""
        assert self._expire is not None
        await settled(self._expire())

    async def balance(self, due: str, account: str = ACCOUNT, purse: str = PURSE) -> list[str]:
        """Return what is wrong with what is left; it is reserved by this, so ask last."""
        problems = []
        if granted(await self.reserve(Decimal(due) + Decimal("0.001"), account, purse)):
            problems.append(f"{due} credits should be left, and more could be reserved")
        elif Decimal(due) and not granted(await self.reserve(due, account, purse)):
            problems.append(f"{due} credits should be left, and they could not be reserved")
        return problems


Make = Callable[[Decimal], Awaitable[Tried]]


def granted(room: Any) -> bool:
    """Return whether a reservation was granted."""
    return room is True or (isinstance(room, str) and bool(room))


async def answers_are_of_the_kind_agreed(make: Make) -> list[str]:
    """`reserve` returns True or an id where there is room, False where there is none."""
    wallet = await make(Decimal(10))
    yes, no = await wallet.reserve("4"), await wallet.reserve("7")
    problems = []
    if not granted(yes):
        problems.append(f"a reservation that has room is answered with {yes!r}, not True or an id (text)")
    if no is not False:
        problems.append(f"a reservation that has no room is answered with {no!r}, not False")
    if isinstance(yes, str) and not wallet.by_id:
        problems.append("`reserve` returns an id, and `settle` takes no keyword `id`")
    return problems


async def reservations_are_set_aside(make: Make) -> list[str]:
    """What one reservation holds, no other can have."""
    wallet = await make(Decimal(10))
    await wallet.reserve("6")
    return await wallet.balance("4")


async def ids_are_unique(make: Make) -> list[str]:
    """No two reservations have one id."""
    wallet = await make(Decimal(10))
    ids = [room for _ in range(5) if isinstance(room := await wallet.reserve("1"), str)]
    return [] if len(set(ids)) == len(ids) else ["two reservations have the same id"]


async def the_rest_goes_back(make: Make) -> list[str]:
    """What was reserved and not spent is free again."""
    wallet = await make(Decimal(10))
    await wallet.settle(await wallet.reserve("6"), "6", "2")
    return await wallet.balance("8")


async def nothing_spent_gives_all_back(make: Make) -> list[str]:
    """A reservation that is settled with 0 leaves no trace."""
    wallet = await make(Decimal(10))
    await wallet.settle(await wallet.reserve("10"), "10", "0")
    return await wallet.balance("10")


async def more_than_reserved_is_booked(make: Make) -> list[str]:
    """A vendor may take more than was declared: all of it counts."""
    wallet = await make(Decimal(10))
    await wallet.settle(await wallet.reserve("2"), "2", "3")
    return await wallet.balance("7")


async def fractions_are_exact(make: Make) -> list[str]:
    """Three tenths are three times a tenth."""
    wallet = await make(Decimal("0.3"))
    rooms = [await wallet.reserve("0.1") for _ in range(3)]
    if not all(map(granted, rooms)):
        return ["0.3 credits are no room for three times 0.1: count in Decimal, not in float"]
    return await wallet.balance("0")


async def accounts_and_purses_are_apart(make: Make) -> list[str]:
    """Each purse of each account is counted for itself."""
    wallet = await make(Decimal(10))
    await wallet.reserve("10")
    return [
        f"{what} has no room once the first purse is empty"
        for what, account, purse in (("another account", "9e02", PURSE), ("another purse", ACCOUNT, "mobile"))
        if not granted(await wallet.reserve("10", account, purse))
    ]


async def a_crowd_gets_no_more_than_there_is(make: Make) -> list[str]:
    """Many reservations at once: as many as there is room for, and all of them settled."""
    wallet = await make(Decimal(10))
    rooms = await asyncio.gather(*(wallet.reserve("1") for _ in range(CROWD)))
    held = [room for room in rooms if granted(room)]
    if len(held) != 10:
        return [f"of {CROWD} reservations at once that have room for 10, {len(held)} were granted"]
    await asyncio.gather(*(wallet.settle(room, "1", "0.5") for room in held))
    return await wallet.balance("5")


async def a_repeated_settlement_counts_once(make: Make) -> list[str]:
    """A settlement whose answer was lost is told again, with the same id."""
    wallet = await make(Decimal(10))
    held = await wallet.reserve("4")
    if not isinstance(held, str):
        return []  # without ids a repeat cannot be told
    await wallet.settle(held, "4", "1")
    await wallet.settle(held, "4", "1")
    return await wallet.balance("9")


async def an_ended_lease_frees_its_credits(make: Make) -> list[str]:
    """What a process that died has reserved is free when the lease ends."""
    wallet = await make(Decimal(10))
    await wallet.reserve("6")
    await wallet.expire()
    return await wallet.balance("10")


async def a_late_settlement_is_booked(make: Make) -> list[str]:
    """A call that took longer than its lease has been paid for all the same."""
    wallet = await make(Decimal(10))
    held = await wallet.reserve("6")
    await wallet.expire()
    await wallet.settle(held, "6", "2")
    return await wallet.balance("8")


CHECKS: dict[str, Callable[[Any], Awaitable[list[str]]]] = {
    "answers are of the kind agreed": answers_are_of_the_kind_agreed,
    "reservations are set aside": reservations_are_set_aside,
    "ids are unique": ids_are_unique,
    "the rest goes back": the_rest_goes_back,
    "nothing spent gives all back": nothing_spent_gives_all_back,
    "more than reserved is booked": more_than_reserved_is_booked,
    "fractions are exact": fractions_are_exact,
    "accounts and purses are apart": accounts_and_purses_are_apart,
    "a crowd gets no more than there is": a_crowd_gets_no_more_than_there_is,
    "a repeated settlement counts once": a_repeated_settlement_counts_once,
}
"""Checks for every wallet."""

LEASES: dict[str, Callable[[Any], Awaitable[list[str]]]] = {
    "an ended lease frees its credits": an_ended_lease_frees_its_credits,
    "a late settlement is booked": a_late_settlement_is_booked,
}
"""Checks for a wallet whose reservations have leases."""
