"""The checks of a rate limiter: no window holds more than its limit, and nothing waits for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from leadenrich.contract.ports import Slot
from leadenrich.contract.provider import Rate
from leadenrich.testing.port_check import settled

ACCOUNT, OTHER = "4f1d0c", "9e02aa"
FIND, VERIFY = "GET /find", "POST /verify"
TOLERANCE = 0.05
"""Share of a window that clocks may differ by."""
SLOWEST = 4
"""A limiter may take so many times as long as the limits ask for."""


class Tried:
    """A limiter under test, its methods awaited where they are async."""

    def __init__(self, limiter: Any, per: float) -> None:
        self._limiter, self.per = limiter, per

    def rate(self, limit: int, windows: float = 1, **more: Any) -> Rate:
        """Return a rate whose window is so many times the usual one."""
        return Rate(limit, self.per * windows, **more)

    async def acquire(
        self, rates: Sequence[Rate], endpoint: str = FIND, weight: int = 1, account: str = ACCOUNT
    ) -> Slot:
        """Acquire a slot."""
        slot: Slot = await settled(self._limiter.acquire(account, endpoint, rates, weight))
        return slot

    async def answered(self, slot: Slot, **told: Any) -> None:
        """Tell what became of it."""
        await settled(self._limiter.answered(slot, **told))

    async def sent(self, count: int, rates: Sequence[Rate], **asked: Any) -> list[float]:
        """Let so many calls at once leave and be answered; return when each left, in order."""

        async def one() -> float:
            slot = await self.acquire(rates, **asked)
            left = now()
            await self.answered(slot)
            return left

        return sorted(await asyncio.gather(*(one() for _ in range(count))))


Make = Callable[[], Awaitable[Tried]]


def now() -> float:
    """Return the event loop's time."""
    return asyncio.get_running_loop().time()


def crowded(left: Sequence[float], limit: int, per: float) -> list[str]:
    """Return where more calls than the limit left within a window."""
    for first, beyond in zip(left, left[limit:], strict=False):
        if beyond - first < per * (1 - TOLERANCE):
            return [f"{limit + 1} calls left within {beyond - first:.3f} s; the limit is {limit} in {per:g} s"]
    return []


async def a_slot_says_what_was_asked(make: Make) -> list[str]:
    """`acquire` returns a le.Slot that holds what was asked and when it was granted."""
    limiter = await make()
    rates = (limiter.rate(5),)
    before = now()
    slot: Any = await limiter.acquire(rates, weight=2)
    if not isinstance(slot, Slot):
        return [f"acquire returns a {type(slot).__name__}, not a le.Slot"]
    asked = {"account": ACCOUNT, "endpoint": FIND, "weight": 2}
    problems = [f"slot.{n} is {getattr(slot, n)!r}, not {v!r}" for n, v in asked.items() if getattr(slot, n) != v]
    if tuple(slot.rates) != rates:
        problems.append("slot.rates are not the rates that were asked for")
    sent_at: Any = slot.sent_at
    if not isinstance(sent_at, float) or not before - limiter.per <= sent_at <= now() + limiter.per:
        problems.append(f"slot.sent_at is {sent_at!r}, not the event loop's time()")
    await limiter.answered(slot)
    return problems


async def no_window_holds_more_than_its_limit(make: Make) -> list[str]:
    """In any window, wherever it begins, no more calls than the limit."""
    limiter = await make()
    rates = (limiter.rate(5),)
    left = await limiter.sent(1, rates)
    await asyncio.sleep(limiter.per * 0.9)  # a limiter that counts by the clock's own windows fails here
    began = now()
    left += await limiter.sent(20, rates)
    took, due = now() - began, limiter.per * 4
    late = [f"20 calls took {took:.2f} s, where the limit asks for {due:.2f} s"] if took > due * SLOWEST else []
    return crowded(left, 5, limiter.per) + late


async def all_the_rates_count(make: Make) -> list[str]:
    """A short and a long window at once."""
    limiter = await make()
    left = await limiter.sent(14, (limiter.rate(3), limiter.rate(7, windows=4)))
    return crowded(left, 3, limiter.per) + crowded(left, 7, limiter.per * 4)


async def a_call_needs_no_answer_to_the_last(make: Make) -> list[str]:
    """Calls that are under way hold no place in a window that has room."""
    limiter = await make()
    rates = (limiter.rate(5),)
    slots = [await limiter.acquire(rates) for _ in range(5)]
    for slot in slots:
        await limiter.answered(slot)
    return []


async def no_rates_no_wait(make: Make) -> list[str]:
    """Without rates a call leaves at once."""
    limiter = await make()
    left = await limiter.sent(30, ())
    return ["calls without any rate had to wait"] if left[-1] - left[0] > limiter.per else []


async def a_rate_counts_its_endpoints_together(make: Make) -> list[str]:
    """A rate `on` two endpoints counts both, and no third."""
    limiter = await make()
    rates = (limiter.rate(4, on=(FIND, VERIFY)),)
    free = await limiter.sent(10, rates, endpoint="GET /free")
    found, verified = await asyncio.gather(
        limiter.sent(5, rates, endpoint=FIND), limiter.sent(5, rates, endpoint=VERIFY)
    )
    problems = crowded(sorted([*found, *verified]), 4, limiter.per)
    if free[-1] - free[0] > limiter.per / 2:
        problems.append("a rate was applied to an endpoint that it does not cover (rate.covers)")
    return problems


async def items_are_counted_by_weight(make: Make) -> list[str]:
    """A rate of items counts the weight of a call; one heavier than the limit leaves all the same."""
    limiter = await make()
    rates = (limiter.rate(10, unit="items"),)
    left = await limiter.sent(6, rates, weight=5)
    problems = crowded(left, 2, limiter.per)
    heavy = await limiter.sent(2, rates, weight=25)
    return problems + crowded(heavy, 1, limiter.per)


async def accounts_are_apart(make: Make) -> list[str]:
    """One account's calls use up nothing of another's."""
    limiter = await make()
    rates = (limiter.rate(5, windows=20),)
    await limiter.sent(5, rates)
    began = now()
    await limiter.sent(5, rates, account=OTHER)
    return ["another account had to wait"] if now() - began > limiter.per * 5 else []


async def a_leaky_rate_drips(make: Make) -> list[str]:
    """A burst at once, then one call at a time."""
    limiter = await make()
    left = await limiter.sent(6, (limiter.rate(4, kind="leaky", burst=2),))
    return crowded(left, 2, limiter.per / 4)


async def retry_after_is_kept(make: Make) -> list[str]:
    """After a refusal with Retry-After no call leaves before its time."""
    limiter = await make()
    rates = (limiter.rate(50),)
    slot = await limiter.acquire(rates)
    told = now()
    await limiter.answered(slot, refused=True, retry_after=limiter.per * 2)
    (left,) = await limiter.sent(1, rates)
    early = left - told < limiter.per * 2 * (1 - TOLERANCE)
    return [f"a call left {left - told:.3f} s after a Retry-After of {limiter.per * 2:g} s"] if early else []


async def nothing_remaining_waits_for_the_reset(make: Make) -> list[str]:
    """Where the vendor's headers say that nothing is left, no call leaves before the reset."""
    limiter = await make()
    rates = (limiter.rate(50),)
    slot = await limiter.acquire(rates)
    told = now()
    await limiter.answered(slot, remaining=0, reset_in=limiter.per * 2)
    (left,) = await limiter.sent(1, rates)
    early = left - told < limiter.per * 2 * (1 - TOLERANCE)
    return [f"a call left {left - told:.3f} s before a reset in {limiter.per * 2:g} s"] if early else []


async def a_cancelled_wait_takes_no_place(make: Make) -> list[str]:
    """Who gives up waiting leaves the place to the next."""
    limiter = await make()
    rates = (limiter.rate(2),)
    await limiter.sent(2, rates)
    given_up = [asyncio.ensure_future(limiter.acquire(rates)) for _ in range(3)]
    await asyncio.sleep(limiter.per * 0.2)
    for task in given_up:
        task.cancel()
    ended = await asyncio.gather(*given_up, return_exceptions=True)
    if not all(isinstance(one, asyncio.CancelledError) for one in ended):
        return ["a wait that was cancelled was not given up, or a call left before its time"]
    left = await limiter.sent(2, rates)
    lost = left[1] - left[0] > limiter.per * (1 - TOLERANCE)
    return ["waits that were given up took places in the next window"] if lost else []


CHECKS: dict[str, Callable[[Any], Awaitable[list[str]]]] = {
    "a slot says what was asked": a_slot_says_what_was_asked,
    "no window holds more than its limit": no_window_holds_more_than_its_limit,
    "all the rates count": all_the_rates_count,
    "a call needs no answer to the last": a_call_needs_no_answer_to_the_last,
    "no rates, no wait": no_rates_no_wait,
    "a rate counts its endpoints together": a_rate_counts_its_endpoints_together,
    "items are counted by weight": items_are_counted_by_weight,
    "accounts are apart": accounts_are_apart,
    "a leaky rate drips": a_leaky_rate_drips,
    "Retry-After is kept": retry_after_is_kept,
    "nothing remaining waits for the reset": nothing_remaining_waits_for_the_reset,
    "a cancelled wait takes no place": a_cancelled_wait_takes_no_place,
}
"""Checks for every limiter."""
