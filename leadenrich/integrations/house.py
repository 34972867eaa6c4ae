"""Limits, money and answers that one process keeps for many: `House` there, three ports in each worker.

How a worker reaches the house is a function `call(method, *arguments)`, which returns something to await: a Ray actor's
method, say. Time is the house's, so that the workers' clocks need not agree.
"""

from __future__ import annotations

import asyncio
import uuid
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from leadenrich.contract.ports import Slot
from leadenrich.contract.provider import Rate
from leadenrich.engine.context import TICK
from leadenrich.engine.limits import Limiter

BLOCK = 50
"""Calls that are granted together, at the most, to those who wait in one worker."""
ANSWERS = 200_000
"""Answers that are kept, at the most; the oldest go first."""
TOLD = 16
"""Round trips that a worker tells with one question, at the most."""
WAIT = 60.0
"""Seconds for which an answer is waited for that another worker is about to get: so long where that worker dies."""
SOON = 0.002
"""Seconds in which a further call of a block must be free."""

Call = Callable[..., Awaitable[Any]]
Lane = tuple[str, str, tuple[Rate, ...], int]


@dataclass
class _Purse:
    spent: Decimal = Decimal(0)
    held: dict[str, tuple[Decimal, float]] = field(default_factory=dict)


class House:
    """What the workers share.

    Args:
        balance: credits in every purse of every account; None: as many as are asked for.
        usd: US dollars for all workers together. calls: paid HTTP calls, likewise; None: as many as are asked for.
        lease: seconds after which what a worker has reserved and not settled is free again.
        answers: how many answers are kept.
    """

    def __init__(
        self,
        balance: Decimal | None = None,
        usd: Decimal | None = None,
        calls: int | None = None,
        lease: float = 900.0,
        answers: int = ANSWERS,
    ) -> None:
        self._limits = {"usd": usd, "calls": None if calls is None else Decimal(calls)}
        self._balance, self._lease, self._most = balance, lease, answers
        self._limiter = Limiter()
        self._turns: dict[Lane, asyncio.Lock] = {}
        self._next: dict[Lane, asyncio.Future[Slot]] = {}
        self._purses: dict[tuple[str, str], _Purse] = {}
        self._settled: OrderedDict[str, None] = OrderedDict()
        self._money = asyncio.Event()
        self._answers: OrderedDict[str, tuple[Mapping[str, Any], float | None]] = OrderedDict()
        self._asking: dict[str, asyncio.Future[None]] = {}

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()

    # ---- limits

    async def grant(
        self,
        account: str,
        endpoint: str,
        rates: Sequence[Rate],
        weight: int,
        wanted: int,
        trips: Sequence[float] = (),
    ) -> int:
        """Wait until a call may leave; return how many of those wanted may leave with it.

        Args:
            account: whose limit it is.
            endpoint: what is called.
            rates: the limits there.
            weight: of each call.
            wanted: how many wait.
            trips: round trips, in seconds, of the worker's latest calls there: how far they spread, over all workers,
                says how closely the limit can be used.
        """
        lane = (account, endpoint, tuple(rates), weight)
        granted = 0
        if trips:
            self._limiter.took(account, endpoint, lane[2], trips)
        async with self._turns.setdefault(lane, asyncio.Lock()):  # one worker after the other, in the order they came
            while granted < wanted:
                free = self._next.get(lane)
                if free is None:
                    free = self._next[lane] = asyncio.ensure_future(
                        self._limiter.acquire(account, endpoint, lane[2], weight)
                    )
                done, _ = await asyncio.wait({free}, timeout=SOON if granted else None)
                if not done:  # it is the next one's
                    break
                del self._next[lane]
                free.result()
                granted += 1
        return granted

    async def answered(self, account: str, endpoint: str, rates: Sequence[Rate], weight: int, told: Any) -> None:
        """Hold everybody back as a vendor's answer has it."""
        slot = await self._limiter.acquire("", endpoint, (), weight)  # one of nobody's: only its names count
        held = Slot(account, endpoint, tuple(rates), weight, slot.sent_at)
        held.lane = slot.lane
        self._limiter.answered(held, **told)

    # ---- money

    async def reserve(self, account: str, purse: str, amount: Decimal, wait: float) -> bool | str:
        """Set aside; wait for others to settle where that may make room, for so many seconds at the most."""
        limit = self._balance if account else self._limits.get(purse)
        held = uuid.uuid4().hex
        if limit is None:
            return held
        state = self._purses.setdefault((account, purse), _Purse())
        deadline = self._now() + wait
        while True:
            now = self._now()
            state.held = {name: one for name, one in state.held.items() if one[1] > now + TICK}
            if state.spent + amount > limit:
                return False
            if state.spent + sum((one[0] for one in state.held.values()), amount) <= limit:
                state.held[held] = (amount, now + self._lease)
                return held
            if now >= deadline - TICK:
                return False
            first = min(one[1] for one in state.held.values())
            try:
                async with asyncio.timeout(max(min(deadline, first) - now, 0)):
                    await self._money.wait()
            except TimeoutError:
                continue

    async def settle(self, account: str, purse: str, spent: Decimal, held: str) -> None:
        """Book what was spent; telling it again changes nothing."""
        if held in self._settled:
            return
        self._settled[held] = None
        if len(self._settled) > self._most:
            self._settled.popitem(last=False)
        state = self._purses.setdefault((account, purse), _Purse())
        state.held.pop(held, None)
        state.spent += spent
        self._money.set()
        self._money = asyncio.Event()

    async def spent(self, account: str = "", purse: str = "usd") -> Decimal:
        """Return what was spent so far, by all."""
        return self._purses.get((account, purse), _Purse()).spent

    # ---- answers

    async def get(self, key: str, wait: float) -> Mapping[str, Any] | None:
        """Return the answer kept under a key; None where there is none and the worker is to ask itself."""
        deadline = self._now() + wait
        while True:
            kept = self._answers.get(key)
            if kept is not None and (kept[1] is None or kept[1] > self._now()):
                return kept[0]
            asking = self._asking.get(key)
            if asking is None or asking.done() or self._now() >= deadline - TICK:
                if len(self._asking) > self._most:  # those whose questions came to nothing
                    self._asking.clear()
                self._asking[key] = asyncio.get_running_loop().create_future()
                return None
            await asyncio.wait({asking}, timeout=deadline - self._now())

    async def release(self, key: str) -> None:
        """Let those go on who wait for an answer that does not come: the first of them asks itself."""
        asking = self._asking.pop(key, None)
        if asking is not None and not asking.done():
            asking.set_result(None)

    async def set(self, key: str, value: Mapping[str, Any], ttl: float | None) -> None:
        """Keep an answer, and let those go on who wait for it."""
        self._answers[key] = value, None if ttl is None else self._now() + ttl
        self._answers.move_to_end(key)
        if len(self._answers) > self._most:
            self._answers.popitem(last=False)
        await self.release(key)


class HouseLimiter:
    """A rate limiter over a house: those who wait in one worker are granted together, in blocks."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._waiting: dict[Lane, deque[asyncio.Future[None]]] = {}
        self._asking: dict[Lane, asyncio.Task[None]] = {}
        self._trips: dict[tuple[str, str], deque[float]] = {}

    async def acquire(self, account: str, endpoint: str, rates: Sequence[Rate], weight: int = 1) -> Slot:
        """Wait until one call may leave."""
        lane = (account, endpoint, tuple(rates), weight)
        loop = asyncio.get_running_loop()
        if rates:
            future: asyncio.Future[None] = loop.create_future()
            self._waiting.setdefault(lane, deque()).append(future)
            if lane not in self._asking:
                self._asking[lane] = asyncio.ensure_future(self._ask(lane))
            await future
        return Slot(account, endpoint, rates, weight, loop.time())

    async def answered(self, slot: Slot, **told: Any) -> None:
        """Tell what holds everybody back; of a plain answer, how long it took is told with the next question."""
        trips = self._trips.setdefault((slot.account, slot.endpoint), deque(maxlen=TOLD))
        trips.append(asyncio.get_running_loop().time() - slot.sent_at)
        if told.get("refused") or told.get("retry_after") is not None or told.get("remaining") == 0:
            await self._call("answered", slot.account, slot.endpoint, tuple(slot.rates), slot.weight, told)

    async def _ask(self, lane: Lane) -> None:
        waiting = self._waiting[lane]
        try:
            while wanted := self._left(waiting):
                trips = tuple(self._trips.pop(lane[:2], ()))
                granted = await self._call("grant", *lane, min(wanted, BLOCK), trips)
                while granted and self._left(waiting):
                    waiting.popleft().set_result(None)
                    granted -= 1
        except Exception as error:
            while self._left(waiting):
                waiting.popleft().set_exception(error)
        finally:
            del self._asking[lane]

    @staticmethod
    def _left(waiting: deque[asyncio.Future[None]]) -> int:
        while waiting and waiting[0].done():
            waiting.popleft()
        return len(waiting)


class HouseWallet:
    """Credits, dollars and calls over a house.

    Args:
        call: reaches the house. lines: what is limited besides credits: "usd", "calls".
        wait: seconds for which a reservation waits for others to be settled.
    """

    def __init__(self, call: Call, lines: Sequence[str] = (), wait: float = 8.0) -> None:
        self._call, self.lines, self._wait = call, tuple(lines), wait

    async def reserve(self, account: str, purse: str, amount: Decimal) -> bool | str:
        """Set aside; return the reservation's id, False where there is no room."""
        said: bool | str = await self._call("reserve", account, purse, amount, self._wait)
        return said

    async def settle(
        self, account: str, purse: str, reserved: Decimal, spent: Decimal, *, id: str | None = None
    ) -> None:
        """Book what was spent; telling it again changes nothing."""
        await self._call("settle", account, purse, spent, id if id is not None else uuid.uuid4().hex)


class HouseCache:
    """Answers over a house: a question that another worker is asking is waited for, so that it is paid for once.

    Args:
        call: reaches the house.
        wait: seconds for which another worker's answer is waited for, less where its question comes to nothing.
    """

    def __init__(self, call: Call, wait: float = WAIT) -> None:
        self._call, self.wait = call, wait

    async def get(self, key: str) -> Mapping[str, Any] | None:
        """Return the answer kept under a key; None where there is none, and no other worker is asking."""
        kept: Mapping[str, Any] | None = await self._call("get", key, self.wait)
        return kept

    async def set(self, key: str, value: Mapping[str, Any], ttl: float | None = None) -> None:
        """Keep an answer."""
        await self._call("set", key, dict(value), ttl)

    async def release(self, key: str) -> None:
        """Tell that the question came to nothing."""
        await self._call("release", key)


__all__ = ["House", "HouseCache", "HouseLimiter", "HouseWallet"]
