"""Foreign code for storms: a limiter, a wallet, a cache, functions, sources and sinks that do whatever they like."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

import leadenrich as le
from tests.engine.vendors import KEY, name

WORDS = f"{KEY} {name(0)} {name(1)}"
"""What foreign code says when it fails: a key and people."""


def raised(rng: random.Random, words: str = WORDS) -> BaseException:
    """Return what foreign code raises."""
    kind = rng.choice(KINDS)
    if kind is ExceptionGroup:
        return ExceptionGroup(words, [ValueError(words)])
    error: BaseException = kind(words)
    return error


class Unshowable:
    """Something that cannot be looked at."""

    def __repr__(self) -> str:
        raise RuntimeError(WORDS)

    def __bool__(self) -> bool:
        raise RuntimeError(WORDS)

    def __eq__(self, other: object) -> bool:
        raise RuntimeError(WORDS)

    __hash__ = None  # type: ignore[assignment]  # on purpose


KINDS: list[Any] = [
    RuntimeError,
    KeyError,
    asyncio.CancelledError,
    SystemExit,
    GeneratorExit,
    StopIteration,
    TimeoutError,
    RecursionError,
    ExceptionGroup,
]
NONSENSE: list[Any] = [None, 7, "", "word", b"x", [], {}, {"hit": True}, float("nan"), object, Unshowable()]


class Mischief:
    """What foreign code does this time: mostly what it should.

    Args:
        rng: of the storm.
        kinds: what may go wrong at this seam: raise, nonsense, slow, hang, stubborn.
        share: how often.
    """

    def __init__(self, rng: random.Random, kinds: tuple[str, ...], share: float) -> None:
        self.rng, self.kinds, self.share = rng, kinds, share
        self.slow = [0.02, 1, 11, 40]

    def drawn(self) -> str:
        """Return what happens now."""
        return self.rng.choice(self.kinds) if self.rng.random() < self.share else "fine"

    def sync(self, nonsense: list[Any] = NONSENSE) -> tuple[bool, Any]:
        """Return (True, nothing) where all is well, (False, nonsense) where that is to be returned; or raise."""
        match self.drawn():
            case "raise":
                raise raised(self.rng)
            case "nonsense":
                return False, self.rng.choice(nonsense)
        return True, None

    async def awaited(self, nonsense: list[Any] = NONSENSE) -> tuple[bool, Any]:
        """Take the time it takes, then as `sync`."""
        match self.drawn():
            case "raise":
                await asyncio.sleep(self.rng.choice([0, 0, 0.02]))
                raise raised(self.rng)
            case "nonsense":
                return False, self.rng.choice(nonsense)
            case "slow":
                await asyncio.sleep(self.rng.choice(self.slow))
            case "hang":
                await asyncio.get_running_loop().create_future()
            case "stubborn":
                try:
                    await asyncio.sleep(1000)
                except asyncio.CancelledError:
                    await asyncio.sleep(0.5)
                    raise
            case _:
                await asyncio.sleep(self.rng.choice([0, 0, 0.02]))
        return True, None


class Limiter:
    """A caller's limiter. Counts the slots it gave and those it was told of."""

    def __init__(self, mischief: Mischief, is_async: bool) -> None:
        self.mischief, self.is_async = mischief, is_async
        self.given: list[le.Slot] = []
        self.told: Counter[int] = Counter()

    def acquire(self, account: str, endpoint: str, rates: Any, weight: int = 1) -> Any:
        """Give a slot."""

        def slot(well: bool, nonsense: Any) -> Any:
            if not well:
                return nonsense
            given = le.Slot(account, endpoint, rates, weight, asyncio.get_running_loop().time())
            self.given.append(given)
            return given

        async def later() -> Any:
            return slot(*await self.mischief.awaited())

        return later() if self.is_async else slot(*self.mischief.sync())

    def answered(self, slot: Any, **what: Any) -> Any:
        """Be told."""
        self.told[id(slot)] += 1

        async def later() -> Any:
            return (await self.mischief.awaited())[1]

        return later() if self.is_async else self.mischief.sync()[1]


class Wallet:
    """A caller's wallet, whose own books are exact: what goes wrong does so before anything is booked, and passes."""

    def __init__(self, mischief: Mischief, is_async: bool, with_ids: bool, balance: int) -> None:
        self.mischief, self.is_async, self.with_ids = mischief, is_async, with_ids
        mischief.slow = [0.02, 1, 11]  # what a closing session waits for
        self.balance = Decimal(balance)
        self.held: Counter[tuple[str, str]] = Counter()
        self.spent: Counter[tuple[str, str]] = Counter()
        self.open: dict[str, Decimal] = {}
        self.reservations = self.failures = 0

    def reserve(self, account: str, purse: str, amount: Decimal) -> Any:
        """Set aside."""

        def booked(well: bool, nonsense: Any) -> Any:
            key = (account, purse)
            if self.held[key] + self.spent[key] + amount > self.balance:
                return False
            self.held[key] += amount
            if not well:
                return nonsense
            if not self.with_ids:
                return True
            self.reservations += 1
            reservation = f"r{self.reservations}"
            self.open[reservation] = amount
            return reservation

        odd = [None, 7, [], {}, float("nan"), b"yes", Unshowable()]

        async def later() -> Any:
            return booked(*await self.mischief.awaited(odd))

        return later() if self.is_async else booked(*self.mischief.sync(odd))

    def settle(self, account: str, purse: str, reserved: Decimal, spent: Decimal, id: str | None = None) -> Any:
        """Book what was spent; it fails twice at the most, so that one who asks again in time gets through."""

        def booked() -> None:
            if id is not None and self.open.pop(id, None) is None:
                return  # told of before
            self.held[account, purse] -= reserved
            self.spent[account, purse] += spent

        async def later() -> Any:
            await asyncio.sleep(self.mischief.rng.choice([0, 0.02, 0.5]))
            failing()
            booked()

        def failing() -> None:
            self.failures += 1
            if self.failures <= 2:
                self.mischief.sync()
            self.failures = 0

        if self.is_async:
            return later()
        failing()
        booked()
        return None


class Cache:
    """A caller's cache."""

    def __init__(self, mischief: Mischief, is_async: bool) -> None:
        self.mischief, self.is_async = mischief, is_async
        self.kept: dict[str, Any] = {}

    def get(self, key: str) -> Any:
        """Look up."""

        async def later() -> Any:
            well, nonsense = await self.mischief.awaited()
            return self.kept.get(key) if well else nonsense

        if self.is_async:
            return later()
        well, nonsense = self.mischief.sync()
        return self.kept.get(key) if well else nonsense

    def set(self, key: str, value: Mapping[str, Any], ttl: float | None = None) -> Any:
        """Keep."""

        async def later() -> Any:
            well, nonsense = await self.mischief.awaited()
            if well:
                self.kept[key] = value
            return nonsense

        if self.is_async:
            return later()
        well, nonsense = self.mischief.sync()
        if well:
            self.kept[key] = value
        return nonsense


class Suppression:
    """A caller's list."""

    def __init__(self, mischief: Mischief) -> None:
        self.mischief = mischief

    def blocks(self, fields: Mapping[str, Any]) -> Any:
        """Say that nobody is on it."""
        return self.mischief.sync([7, "word", [], True, dict(fields), object, *fields.values()])[1]


def function(mischief: Mischief, answer: Any, is_async: bool = False) -> Callable[..., Any]:
    """Return a function of the caller's: `accept`, `where`, `allow`, `on_event`, a key, `progress`."""

    def sync(*args: Any, **kwargs: Any) -> Any:
        well, nonsense = mischief.sync([*NONSENSE, *args])
        return answer if well else nonsense

    async def later(*args: Any, **kwargs: Any) -> Any:
        well, nonsense = await mischief.awaited()
        return answer if well else nonsense

    return later if is_async else sync


class Sink:
    """A caller's sink."""

    def __init__(self, mischief: Mischief) -> None:
        self.mischief = mischief
        self.finished: set[Any] = set()
        self.rows: list[Any] = []

    def key_of(self, record: Any, position: int) -> Any:
        """Name a record."""
        well, nonsense = self.mischief.sync()
        return position if well else nonsense

    def write(self, row: Any, key: Any) -> None:
        """Take a row."""
        self.mischief.sync()
        self.rows.append(row)

    def close(self) -> None:
        """Let go."""


ODD_RECORDS: list[Any] = [None, 5, "text", [], object(), {1: 2}, {"full_name": 7}, {"full_name": None}, {"x" * 999: 1}]


def source(mischief: Mischief, records: list[Any], is_async: bool) -> Iterator[Any] | AsyncIterator[Any]:
    """Yield records, one way or the other."""

    def sync() -> Iterator[Any]:
        for record in records:
            well, _ = mischief.sync()
            yield record if well else mischief.rng.choice(ODD_RECORDS)

    async def later() -> AsyncIterator[Any]:
        for record in records:
            well, _ = await mischief.awaited()
            yield record if well else mischief.rng.choice(ODD_RECORDS)

    return later() if is_async else sync()
