"""The suite for ports: our own keep it, those written from the documentation keep it, broken ones are told why."""

import asyncio
import json
import re
import shelve
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import leadenrich as le
from leadenrich.contract.ports import Slot
from leadenrich.engine.cache import MappingCache
from leadenrich.engine.limits import Limiter
from leadenrich.testing import ports
from leadenrich.testing.ports import PortCheck
from tests.engine.vendors import Server

DOCS = Path(__file__).parents[2] / "docs" / "reference"


def documented(page: str, name: str) -> Any:
    """The class that a page of the reference shows, as somebody would copy it."""
    text = (DOCS / f"{page}.md").read_text(encoding="utf-8")
    (code,) = (block for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if f"class {name}" in block)
    space: dict[str, Any] = {}
    exec(code, space)
    return space[name]


class Wallet:
    """A wallet as it was before there were ids: two async methods, True and False."""

    def __init__(self, balance: Decimal) -> None:
        self.start = balance
        self.held: dict[tuple[str, str], Decimal] = {}
        self.spent: dict[tuple[str, str], Decimal] = {}

    async def reserve(self, account: str, purse: str, amount: Decimal) -> bool:
        await asyncio.sleep(0)
        key = (account, purse)
        if self.held.get(key, Decimal(0)) + self.spent.get(key, Decimal(0)) + amount > self.start:
            return False
        self.held[key] = self.held.get(key, Decimal(0)) + amount
        return True

    async def settle(self, account: str, purse: str, reserved: Decimal, spent: Decimal) -> None:
        key = (account, purse)
        self.held[key] -= reserved
        self.spent[key] = self.spent.get(key, Decimal(0)) + spent


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


SIMPLE_WALLET = documented("wallet", "SimpleWallet")
SIMPLE_CACHE = documented("cache", "SimpleCache")


@pytest.mark.looptime
@pytest.mark.parametrize("check", ports.limiter_checks(Limiter), ids=str)
async def test_our_own_limiter(check: PortCheck) -> None:
    await check()


@pytest.mark.looptime
@pytest.mark.parametrize("check", ports.limiter_checks(documented("rate-limiter", "SimpleLimiter")), ids=str)
async def test_a_limiter_written_from_the_documentation(check: PortCheck) -> None:
    await check()


@pytest.mark.parametrize("check", ports.wallet_checks(Wallet), ids=str)
async def test_a_wallet_of_two_methods_without_ids(check: PortCheck) -> None:
    await check()


def leased(clock: Clock) -> list[PortCheck]:
    def expire() -> None:
        clock.now += 901

    return ports.wallet_checks(lambda balance: SIMPLE_WALLET(balance, clock), expire=expire)


@pytest.mark.parametrize("check", leased(Clock()), ids=str)
async def test_a_wallet_with_leases_written_from_the_documentation(check: PortCheck) -> None:
    await check()


@pytest.mark.parametrize("number", range(len(ports.cache_checks(dict, expire=float))))
async def test_a_mapping_as_a_cache(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr("leadenrich.engine.cache._now", clock)

    def expire(seconds: float) -> None:
        clock.now += seconds

    await ports.cache_checks(lambda: MappingCache({}), expire=expire)[number]()


@pytest.mark.looptime
async def test_a_session_over_ports_written_from_the_documentation(tmp_path: Path) -> None:
    clock = Clock()
    wallet, cache = SIMPLE_WALLET(Decimal(3), clock), SIMPLE_CACHE(tmp_path / "answers.sqlite")
    limiter = documented("rate-limiter", "SimpleLimiter")()
    people = [{"full_name": f"Mira{letter} Okafor"} for letter in "abcde"]
    rates = {"acme": [le.Rate(1, per=10)]}
    server = Server()
    more: Any = {"transport": server, "rates": rates, "limiter": limiter, "wallet": wallet, "cache": cache}
    async with le.Session({"acme": "acme-secret-0001"}, **more) as session:
        found = await session.bulk("acme", "find_email", people)
        hits = [one for one in found if isinstance(one, le.Hit)]
        refused = [one for one in found if isinstance(one, le.BudgetExceededError)]
        assert (len(hits), len(refused), len(server.requests)) == (3, 2, 3)
        assert asyncio.get_running_loop().time() == pytest.approx(20, abs=1)  # one call in 10 seconds
        assert wallet._open == {}
        assert list(wallet._spent.values()) == [3]
    async with le.Session({"acme": "acme-secret-0001"}, **more) as session:  # the answers are kept
        again = await session.bulk("acme", "find_email", people)
        assert [isinstance(one, le.Hit) for one in again] == [isinstance(one, le.Hit) for one in found]
        assert len(server.requests) == 3
    cache.close()


@pytest.mark.parametrize("number", range(len(ports.cache_checks(dict, reopen=dict))))
async def test_a_shelf_and_a_ledger_are_caches(number: int, tmp_path: Path) -> None:
    with ExitStack() as stack:

        def shelf(before: Any = None) -> Any:
            if before is not None:
                before._mapping.close()
            return MappingCache(stack.enter_context(shelve.open(str(tmp_path / "shelf"))))

        def ledger(before: Any = None) -> Any:
            if before is not None:
                before.close()
            return stack.enter_context(le.FileLedger(tmp_path / "ledger", max_age=timedelta(days=1)))

        await ports.cache_checks(shelf, reopen=shelf)[number]()
        await ports.cache_checks(ledger, reopen=ledger)[number]()


@pytest.mark.parametrize("number", range(len(ports.cache_checks(dict, reopen=dict, expire=float))))
async def test_a_cache_written_from_the_documentation(number: int, tmp_path: Path) -> None:
    clock, opened = Clock(), []

    def make(_: Any = None) -> Any:
        opened.append(SIMPLE_CACHE(tmp_path / "answers.sqlite", clock))
        return opened[-1]

    def expire(seconds: float) -> None:
        clock.now += seconds

    try:
        await ports.cache_checks(make, reopen=make, expire=expire)[number]()
    finally:
        for one in opened:
            one.close()


# ---- broken ones, and the reason that is given


async def found(checks: list[PortCheck]) -> dict[str, str]:
    """Returns check -> what was found, of the checks that fail."""
    failed = {}
    for check in checks:
        try:
            await check()
        except AssertionError as error:
            failed[check.name] = str(error).partition("\n")[2]
    return failed


class Always:
    """Lets every call go at once."""

    async def acquire(self, account: str, endpoint: str, rates: Any, weight: int = 1) -> Any:
        return Slot(account, endpoint, rates, weight, asyncio.get_running_loop().time())

    async def answered(self, slot: Any, **told: Any) -> None: ...


class Broken(Limiter):
    """The built-in one with a method replaced."""

    def answered(self, slot: Any, **told: Any) -> None:
        super().answered(slot, **told)


class ReturnsTrue(Broken):
    async def acquire(self, *asked: Any, **more: Any) -> Any:
        await super().acquire(*asked, **more)
        return True


class AnotherSlot(Broken):
    async def acquire(self, account: str, endpoint: str, rates: Any, weight: int = 1) -> Any:
        await super().acquire(account, endpoint, rates, weight)
        return Slot("someone", endpoint, (), 1, -5.0)


class Fixed(Always):
    """Counts by the clock's own windows."""

    def __init__(self) -> None:
        self.counts: dict[Any, int] = {}

    async def acquire(self, account: str, endpoint: str, rates: Any, weight: int = 1) -> Any:
        loop = asyncio.get_running_loop()
        for rate in rates:
            while True:
                key = (account, rate, int(loop.time() / rate.per))
                if self.counts.get(key, 0) < rate.limit:
                    break
                await asyncio.sleep(0.01)
            self.counts[key] = self.counts.get(key, 0) + 1
        return await super().acquire(account, endpoint, rates, weight)


class FirstRateOnly(Broken):
    async def acquire(self, account: str, endpoint: str, rates: Any, weight: int = 1) -> Any:
        return await super().acquire(account, endpoint, rates[:1], weight)


class OneAtATime(Broken):
    def __init__(self) -> None:
        super().__init__()
        self.free = asyncio.Semaphore(1)

    async def acquire(self, account: str, endpoint: str, rates: Any, weight: int = 1) -> Any:
        await self.free.acquire()
        return await super().acquire(account, endpoint, rates, weight)

    def answered(self, slot: Any, **told: Any) -> None:
        self.free.release()
        super().answered(slot, **told)


class EveryEndpoint(Broken):
    async def acquire(self, account: str, endpoint: str, rates: Any, weight: int = 1) -> Any:
        from dataclasses import replace

        return await super().acquire(account, endpoint, tuple(replace(rate, on=None) for rate in rates), weight)


class NoWeight(Broken):
    async def acquire(self, account: str, endpoint: str, rates: Any, weight: int = 1) -> Any:
        return await super().acquire(account, endpoint, rates, 1)


class OneAccount(Broken):
    async def acquire(self, account: str, endpoint: str, rates: Any, weight: int = 1) -> Any:
        slot = await super().acquire("one", endpoint, rates, weight)
        return Slot(account, endpoint, rates, weight, slot.sent_at)


class Deaf(Broken):
    def answered(self, slot: Any, **told: Any) -> None:
        super().answered(slot)


class Raises(Always):
    async def answered(self, slot: Any, **told: Any) -> None:
        raise KeyError("slot")


class Hoards(Always):
    """Gives waits their place when they begin, cancelled or not."""

    def __init__(self) -> None:
        self.taken: dict[Any, list[float]] = {}

    async def acquire(self, account: str, endpoint: str, rates: Any, weight: int = 1) -> Any:
        now = asyncio.get_running_loop().time()
        for rate in rates:
            times = self.taken.setdefault((account, rate), [])
            start = max(now, times[-rate.limit] + rate.per) if len(times) >= rate.limit else now
            times.append(start)
            await asyncio.sleep(start - now)
        return await super().acquire(account, endpoint, rates, weight)


@pytest.mark.looptime
@pytest.mark.parametrize(
    ("make", "check", "why"),
    [
        (Always, "no window holds more than its limit", "6 calls left within 0.450 s; the limit is 5 in 0.5 s"),
        (Always, "all the rates count", "the limit is 3 in"),
        (Always, "a rate counts its endpoints together", "the limit is 4 in"),
        (Always, "items are counted by weight", "the limit is 2 in"),
        (Always, "a leaky rate drips", "the limit is 2 in"),
        (Always, "Retry-After is kept", "after a Retry-After of 1 s"),
        (Always, "nothing remaining waits for the reset", "before a reset in 1 s"),
        (Always, "a cancelled wait takes no place", "a call left before its time"),
        (ReturnsTrue, "a slot says what was asked", "returns a bool, not a le.Slot"),
        (AnotherSlot, "a slot says what was asked", "slot.account is 'someone'"),
        (Fixed, "no window holds more than its limit", "6 calls left within"),
        (FirstRateOnly, "all the rates count", "the limit is 7 in"),
        (OneAtATime, "a call needs no answer to the last", "no answer within 30 s"),
        (EveryEndpoint, "a rate counts its endpoints together", "an endpoint that it does not cover"),
        (NoWeight, "items are counted by weight", "the limit is 2 in"),
        (OneAccount, "accounts are apart", "another account had to wait"),
        (Deaf, "Retry-After is kept", "after a Retry-After"),
        (Deaf, "nothing remaining waits for the reset", "before a reset"),
        (Raises, "no rates, no wait", "it raised KeyError"),
        (Hoards, "a cancelled wait takes no place", "took places in the next window"),
    ],
)
async def test_a_broken_limiter_is_told_why(make: Callable[[], Any], check: str, why: str) -> None:
    (one,) = (one for one in ports.limiter_checks(make) if one.name == check)
    assert why in (await found([one]))[check]


class Leaky(Wallet):
    """Forgets to hold."""

    async def reserve(self, account: str, purse: str, amount: Decimal) -> bool:
        granted = await super().reserve(account, purse, amount)
        self.held[account, purse] = Decimal(0)
        return granted


class Slow(Wallet):
    """Looks first, takes later."""

    async def reserve(self, account: str, purse: str, amount: Decimal) -> bool:
        key = (account, purse)
        room = self.held.get(key, Decimal(0)) + self.spent.get(key, Decimal(0)) + amount <= self.start
        await asyncio.sleep(0)
        if room:
            self.held[key] = self.held.get(key, Decimal(0)) + amount
        return room


class Keeps(Wallet):
    async def settle(self, account: str, purse: str, reserved: Decimal, spent: Decimal) -> None:
        self.spent[account, purse] = self.spent.get((account, purse), Decimal(0)) + spent


class Caps(Wallet):
    async def settle(self, account: str, purse: str, reserved: Decimal, spent: Decimal) -> None:
        await super().settle(account, purse, reserved, min(reserved, spent))


class Floats(Wallet):
    async def reserve(self, account: str, purse: str, amount: Decimal) -> bool:
        left = getattr(self, "left", float(self.start))
        self.left = left - float(amount)
        return self.left >= 0


class OnePurse(Wallet):
    async def reserve(self, account: str, purse: str, amount: Decimal) -> bool:
        return await super().reserve("one", "", amount)


class SaysNone(Wallet):
    async def reserve(self, account: str, purse: str, amount: Decimal) -> Any:
        return await super().reserve(account, purse, amount) or None


class SaysOne(Wallet):
    async def reserve(self, account: str, purse: str, amount: Decimal) -> Any:
        return int(await super().reserve(account, purse, amount))


class IdsForNothing(Wallet):
    async def reserve(self, account: str, purse: str, amount: Decimal) -> Any:
        return await super().reserve(account, purse, amount) and "id"


class Twice(Wallet):
    """Books a repeated settlement twice."""

    count = 0

    async def reserve(self, account: str, purse: str, amount: Decimal) -> Any:
        self.count += 1
        return await super().reserve(account, purse, amount) and f"id {self.count}"

    async def settle(self, *told: Any, id: str | None = None) -> None:
        await super().settle(*told)


@pytest.mark.parametrize(
    ("make", "check", "why"),
    [
        (Leaky, "reservations are set aside", "4 credits should be left, and more could be reserved"),
        (Slow, "a crowd gets no more than there is", "40 were granted"),
        (Keeps, "the rest goes back", "8 credits should be left, and they could not be reserved"),
        (Keeps, "nothing spent gives all back", "could not be reserved"),
        (Caps, "more than reserved is booked", "7 credits should be left, and more could be reserved"),
        (Floats, "fractions are exact", "count in Decimal, not in float"),
        (OnePurse, "accounts and purses are apart", "another account has no room"),
        (SaysNone, "answers are of the kind agreed", "answered with None, not False"),
        (SaysOne, "answers are of the kind agreed", "answered with 1, not True or an id"),
        (IdsForNothing, "answers are of the kind agreed", "takes no keyword `id`"),
        (IdsForNothing, "ids are unique", "the same id"),
        (Twice, "a repeated settlement counts once", "9 credits should be left"),
    ],
)
async def test_a_broken_wallet_is_told_why(make: Callable[[Decimal], Any], check: str, why: str) -> None:
    (one,) = (one for one in ports.wallet_checks(make) if one.name == check)
    assert why in (await found([one]))[check]


async def test_a_wallet_whose_leases_are_none() -> None:
    failed = await found(ports.wallet_checks(Twice, expire=lambda: None))
    assert "10 credits should be left" in failed["an ended lease frees its credits"]


class Forgets(SIMPLE_WALLET):  # type: ignore[misc]  # a class out of a page
    """Books no settlement that comes after its lease."""

    def settle(self, account: str, purse: str, reserved: Decimal, spent: Decimal, *, id: str | None = None) -> None:
        if id in self._settled or self._open[id][3] > self._clock():
            super().settle(account, purse, reserved, spent, id=id)


async def test_a_wallet_that_forgets_what_comes_late() -> None:
    clock = Clock()

    def expire() -> None:
        clock.now += 901

    failed = await found(ports.wallet_checks(lambda balance: Forgets(balance, clock), expire=expire))
    assert failed == {"a late settlement is booked": "8 credits should be left, and more could be reserved"}


class Texts(dict[str, Any]):
    """Keeps JSON text and forgets to read it."""

    def __setitem__(self, key: str, value: Any) -> None:
        super().__setitem__(key, json.dumps(value))


class Ascii(dict[str, Any]):
    def __setitem__(self, key: str, value: Any) -> None:
        super().__setitem__(key, json.loads(json.dumps(value, ensure_ascii=False).encode("ascii", "ignore")))


class Strings(dict[str, Any]):
    def __setitem__(self, key: str, value: Any) -> None:
        super().__setitem__(key, {name: str(one) for name, one in value.items()})


class Once(dict[str, Any]):
    def __setitem__(self, key: str, value: Any) -> None:
        self.setdefault(key, value)


class OneKey(dict[str, Any]):
    def __setitem__(self, key: str, value: Any) -> None:
        super().__setitem__("key", value)

    def get(self, key: str, default: Any = None) -> Any:
        return super().get("key", default)


class NoTtl:
    def __init__(self) -> None:
        self.kept: dict[str, Any] = {}

    async def get(self, key: str) -> Any:
        return self.kept.get(key)

    async def set(self, key: str, value: Any) -> None:
        self.kept[key] = value


@pytest.mark.parametrize(
    ("make", "check", "why"),
    [
        (lambda: MappingCache(Texts()), "what is read is what was kept", "a str was read, not the mapping"),
        (lambda: MappingCache(Ascii()), "what is read is what was kept", "data.full_name is "),
        (lambda: MappingCache(Strings()), "what is read is what was kept", "hit is 'True', not True"),
        (lambda: MappingCache(Once()), "the last one counts", "hit is True, not False"),
        (lambda: MappingCache(OneKey()), "a crowd finds its own", "confidence is 199, not 0"),
        (NoTtl, "a ttl is taken", "it raised TypeError"),
    ],
)
async def test_a_broken_cache_is_told_why(make: Callable[[], Any], check: str, why: str) -> None:
    failed = await found(ports.cache_checks(make))
    assert why in failed[check]


async def test_a_cache_that_loses_or_keeps_too_long() -> None:
    checks = ports.cache_checks(lambda: MappingCache({}), reopen=lambda _: MappingCache({}), expire=lambda _: None)
    failed = await found(checks)
    assert failed["another over the same store finds them"] == "a NoneType was read, not the mapping that was kept"
    assert "nothing was kept" in failed["what is too old is None"]


def test_a_check_names_itself() -> None:
    assert next(str(check) for check in ports.wallet_checks(Wallet)) == "wallet answers are of the kind agreed"
    assert isinstance(Wallet(Decimal(1)), le.Wallet)
    assert isinstance(Limiter(), le.RateLimiter)
    assert isinstance(MappingCache({}), le.Cache)
