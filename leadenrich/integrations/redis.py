"""Limits, credits and answers shared by several processes or machines over Redis. Needs the extra `redis`.

    from leadenrich.integrations.redis import RedisCache, RedisLimiter, RedisWallet

    url = "redis://localhost:6379/0"
    session = le.Session(limiter=RedisLimiter(url), wallet=RedisWallet(url, usd=200), cache=RedisCache(url))

Time is the Redis server's, so that the workers' clocks need not agree. Every decision is one script there, whole or not
at all.
"""

from __future__ import annotations

import asyncio
import json
import uuid
from collections import deque
from collections.abc import Mapping, Sequence
from decimal import ROUND_CEILING, Decimal
from typing import Any

from leadenrich.contract.ports import Slot
from leadenrich.contract.provider import Rate
from leadenrich.errors import ConfigurationError

SCALE = Decimal(1_000_000)
"""Credits and dollars are counted in millionths, rounded up."""
MARGIN = 0.02
"""Of a window, how much later its calls are released again: what the network may add on the way to the vendor."""
MARGIN_MOST = 0.05
"""Seconds of that at the most."""
CONNECTIONS = 16
"""To Redis, from each limiter, wallet or cache of a process; who comes beyond waits for one."""
BLOCK = 100
"""Slots that one script call may grant to those who wait in a process."""
LOOK_AGAIN = 0.03
"""Seconds between two looks for what another process holds."""


class _Shared:
    """What the three have in common: a client and the names of its keys."""

    def __init__(self, redis: Any, prefix: str) -> None:
        self._client = _client(redis)
        self._prefix = prefix

    def _key(self, *parts: str) -> str:
        return ":".join((self._prefix, *parts))

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def _client(redis: Any) -> Any:
    try:
        from redis.asyncio import BlockingConnectionPool, Redis
    except ImportError:
        raise ConfigurationError('leadenrich.integrations.redis needs redis: pip install "leadenrich[redis]"') from None
    if isinstance(redis, Redis):
        return redis
    if not isinstance(redis, str):
        raise ConfigurationError(
            f'give a URL such as "redis://localhost:6379/0", or a redis.asyncio.Redis, not a {type(redis).__name__}'
        )
    return Redis.from_pool(BlockingConnectionPool.from_url(redis, max_connections=CONNECTIONS, timeout=None))


# ---- limits

GRANT = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local wanted, weight, rates = tonumber(ARGV[1]), tonumber(ARGV[2]), cjson.decode(ARGV[3])
local granted, wait = 0, 0
local paused = tonumber(redis.call('GET', KEYS[1]) or '0')
if paused > now then return {0, tostring(paused - now)} end
for i, rate in ipairs(rates) do
  if rate.kind == 'sliding' then
    local marks, used = KEYS[2 * i], KEYS[2 * i + 1]
    local old = redis.call('ZRANGEBYSCORE', marks, '-inf', now - rate.span)
    local gone = 0
    for _, mark in ipairs(old) do gone = gone + tonumber(string.match(mark, ':(%d+)$')) end
    if #old > 0 then
      redis.call('ZREMRANGEBYSCORE', marks, '-inf', now - rate.span)
      redis.call('DECRBY', used, gone)
    end
  end
end
while granted < wanted do
  for i, rate in ipairs(rates) do
    if rate.kind == 'sliding' then
      local takes = rate.items and math.min(weight, rate.limit) or 1
      local room = rate.limit - tonumber(redis.call('GET', KEYS[2 * i + 1]) or '0')
      if takes > room then
        local ready = now
        for _, mark in ipairs(redis.call('ZRANGE', KEYS[2 * i], 0, takes - room)) do
          room = room + tonumber(string.match(mark, ':(%d+)$'))
          if takes <= room then
            ready = tonumber(redis.call('ZSCORE', KEYS[2 * i], mark)) + rate.span
            break
          end
        end
        wait = math.max(wait, ready - now, 0.001)
      end
    else
      local every = rate.per / rate.limit
      local at = math.max(tonumber(redis.call('GET', KEYS[2 * i]) or '0'), now)
      if at - now > (rate.burst - 1) * every + 0.0001 then
        wait = math.max(wait, at - now - (rate.burst - 1) * every)
      end
    end
  end
  if wait > 0 then break end
  for i, rate in ipairs(rates) do
    local expiry = math.ceil(rate.span * 1000) + 1000
    if rate.kind == 'sliding' then
      local takes = rate.items and math.min(weight, rate.limit) or 1
      redis.call('ZADD', KEYS[2 * i], now, ARGV[4] .. granted .. ':' .. takes)
      redis.call('INCRBY', KEYS[2 * i + 1], takes)
      redis.call('PEXPIRE', KEYS[2 * i], expiry)
      redis.call('PEXPIRE', KEYS[2 * i + 1], expiry)
    else
      local at = math.max(tonumber(redis.call('GET', KEYS[2 * i]) or '0'), now)
      redis.call('SET', KEYS[2 * i], string.format('%.6f', at + rate.per / rate.limit), 'PX', expiry)
    end
  end
  granted = granted + 1
end
return {granted, tostring(wait)}
"""

PAUSE = """
local time = redis.call('TIME')
local until_ = time[1] + time[2] / 1000000 + tonumber(ARGV[1])
if until_ > tonumber(redis.call('GET', KEYS[1]) or '0') then
  redis.call('SET', KEYS[1], string.format('%.6f', until_), 'PX', math.ceil(tonumber(ARGV[1]) * 1000) + 1)
end
"""


class RedisLimiter(_Shared):
    """A rate limiter for all processes that name the same Redis: one key is one limit, wherever it is used.

    Those who wait in one process are granted together, up to 100 with one call to Redis, so that a busy limit costs
    little. A slot counts from when it is granted; a process that is killed with some loses them to the others for one
    window at the most.

    Args:
        redis: a URL, or a `redis.asyncio.Redis`.
        prefix: of all keys.

    Raises:
        ConfigurationError: `redis` is not installed, or neither a URL nor a client.
    """

    def __init__(self, redis: Any, *, prefix: str = "leadenrich") -> None:
        super().__init__(redis, prefix)
        self._grant, self._pause = self._client.register_script(GRANT), self._client.register_script(PAUSE)
        self._lanes: dict[tuple[str, str, tuple[Rate, ...], int], _Lane] = {}

    async def acquire(self, account: str, endpoint: str, rates: Sequence[Rate], weight: int = 1) -> Slot:
        """Wait until one call may leave."""
        key = (account, endpoint, tuple(rates), weight)
        if (lane := self._lanes.get(key)) is None:
            lane = self._lanes[key] = _Lane(self, key)
        await lane.wait()
        return Slot(account, endpoint, rates, weight, asyncio.get_running_loop().time())

    async def answered(
        self,
        slot: Slot,
        *,
        refused: bool = False,
        retry_after: float | None = None,
        remaining: int | None = None,
        reset_in: float | None = None,
    ) -> None:
        """Hold everybody back where the vendor refused, or says that nothing is left."""
        seconds = retry_after if retry_after is not None else (1.0 if refused else 0.0)
        if remaining == 0 and reset_in is not None:
            seconds = max(seconds, reset_in)
        if seconds > 0:
            covering = [rate for rate in slot.rates if rate.covers(slot.endpoint)]
            for name in {_paused_by(rate, slot.endpoint) for rate in covering} or {slot.endpoint}:
                await self._pause(keys=[self._key("pause", slot.account, name)], args=[seconds])

    async def granted(self, key: tuple[str, str, tuple[Rate, ...], int], wanted: int) -> tuple[int, float]:
        """Return how many of so many calls may leave now, and in how many seconds to ask again for the rest."""
        account, endpoint, rates, weight = key
        covering = [rate for rate in rates if rate.covers(endpoint)]
        told = [_told(rate) for rate in covering]
        names = {_paused_by(rate, endpoint) for rate in covering} or {endpoint}
        keys = [self._key("pause", account, sorted(names)[0])]
        for rate in covering:
            name = self._key("rate", account, repr(rate))
            keys += [name, f"{name}:used"]
        answer = await self._grant(keys=keys, args=[wanted, weight, json.dumps(told), f"{uuid.uuid4().hex[:12]}-"])
        return int(answer[0]), float(answer[1])


def _told(rate: Rate) -> dict[str, Any]:
    return {
        "kind": rate.kind,
        "limit": rate.limit,
        "per": rate.per,
        "items": rate.unit == "items",
        "burst": rate.burst or 1,
        "span": rate.per + min(MARGIN * rate.per, MARGIN_MOST) + 0.001,
    }


def _paused_by(rate: Rate, endpoint: str) -> str:
    """Return what is held back with a call: all the endpoints that share its limit."""
    return "all" if rate.on is None else rate.on if isinstance(rate.on, str) else " ".join(rate.on)


class _Lane:
    """Those in this process who wait for the same limits."""

    def __init__(self, limiter: RedisLimiter, key: tuple[str, str, tuple[Rate, ...], int]) -> None:
        self._limiter, self._key = limiter, key
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._asking: asyncio.Task[None] | None = None

    async def wait(self) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        if self._asking is None or self._asking.done():
            self._asking = asyncio.ensure_future(self._ask())
        await future

    async def _ask(self) -> None:
        """Ask Redis for all who wait, until none is left."""
        try:
            while self._prune():
                granted, pause = await self._limiter.granted(self._key, min(len(self._waiting), BLOCK))
                while granted and self._prune():
                    self._waiting.popleft().set_result(None)
                    granted -= 1
                if pause > 0 and self._prune():
                    await asyncio.sleep(pause)
        except Exception as error:
            while self._prune():
                self._waiting.popleft().set_exception(error)

    def _prune(self) -> bool:
        while self._waiting and self._waiting[0].done():
            self._waiting.popleft()
        return bool(self._waiting)


# ---- credits, dollars, calls

RESERVE = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local state, leases, amounts = KEYS[1], KEYS[2], KEYS[3]
for _, id in ipairs(redis.call('ZRANGEBYSCORE', leases, '-inf', now)) do
  redis.call('HINCRBY', state, 'held', -tonumber(redis.call('HGET', amounts, id) or '0'))
  redis.call('HDEL', amounts, id)
  redis.call('ZREM', leases, id)
end
local amount, limit = tonumber(ARGV[1]), tonumber(ARGV[2])
local spent = tonumber(redis.call('HGET', state, 'spent') or '0')
local held = tonumber(redis.call('HGET', state, 'held') or '0')
if spent + amount > limit then return 'no' end
if spent + held + amount > limit then return 'wait' end
redis.call('HINCRBY', state, 'held', ARGV[1])
redis.call('HSET', amounts, ARGV[3], ARGV[1])
redis.call('ZADD', leases, now + tonumber(ARGV[4]), ARGV[3])
return 'yes'
"""

SETTLE = """
local state, leases, amounts, done = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
if redis.call('SET', done, '1', 'NX', 'EX', ARGV[3]) == false then return 0 end
local amount = redis.call('HGET', amounts, ARGV[1])
if amount then
  redis.call('HINCRBY', state, 'held', -tonumber(amount))
  redis.call('HDEL', amounts, ARGV[1])
  redis.call('ZREM', leases, ARGV[1])
end
redis.call('HINCRBY', state, 'spent', ARGV[2])
return 1
"""


class RedisWallet(_Shared):
    """Credits, dollars and calls for all processes that name the same Redis.

    A reservation has an id and a lease: what a killed process has reserved is free again when the lease ends. One that
    has room only once others are settled waits for them, for `wait` seconds at the most.

    Args:
        redis: a URL, or a `redis.asyncio.Redis`.
        balance: credits in every purse of every account; None: as many as are asked for.
        usd: US dollars for all calls of all processes together. calls: paid HTTP calls, likewise.
        name: keeps the spend of one job apart from another's.
        lease: seconds; longer than the longest call, background jobs included.
        wait: seconds.
        prefix: of all keys.

    Raises:
        ConfigurationError: `redis` is not installed, or neither a URL nor a client; an amount that is no number.
    """

    def __init__(
        self,
        redis: Any,
        *,
        balance: Decimal | int | str | None = None,
        usd: Decimal | int | float | str | None = None,
        calls: int | None = None,
        name: str = "",
        lease: float = 900.0,
        wait: float = 8.0,
        prefix: str = "leadenrich",
    ) -> None:
        super().__init__(redis, prefix)
        self._balance = None if balance is None else _amount("balance", balance)
        self._lines = {
            line: _amount(line, value) for line, value in (("usd", usd), ("calls", calls)) if value is not None
        }
        self._name, self._lease, self._wait = name, lease, wait
        self._reserve, self._settle = self._client.register_script(RESERVE), self._client.register_script(SETTLE)

    @property
    def lines(self) -> tuple[str, ...]:
        """Return what it limits besides credits: "usd", "calls"; the engine reserves these with account ""."""
        return tuple(self._lines)

    async def reserve(self, account: str, purse: str, amount: Decimal) -> bool | str:
        """Set aside; return the reservation's id, False where there is no room."""
        limit = self._lines.get(purse) if not account else self._balance
        held = uuid.uuid4().hex
        if limit is None:
            return held
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._wait
        args = [int(_scaled(amount)), int(_scaled(limit)), held, self._lease]
        while True:
            said = await self._reserve(keys=self._keys(account, purse), args=args)
            if said == b"yes" or said == "yes":
                return held
            if said in (b"no", "no") or loop.time() >= deadline:
                return False
            await asyncio.sleep(LOOK_AGAIN)

    async def settle(
        self, account: str, purse: str, reserved: Decimal, spent: Decimal, *, id: str | None = None
    ) -> None:
        """Book what was spent; telling it again changes nothing."""
        held = id if id is not None else uuid.uuid4().hex
        keys = [*self._keys(account, purse), self._key("settled", held)]
        await self._settle(keys=keys, args=[held, int(_scaled(spent)), int(self._lease) + 86_400])

    async def spent(self, account: str = "", purse: str = "usd") -> Decimal:
        """Return what was spent so far, by all."""
        said = await self._client.hget(self._keys(account, purse)[0], "spent")
        return Decimal(int(said or 0)) / SCALE

    def _keys(self, account: str, purse: str) -> list[str]:
        name = self._key("wallet", self._name, account, purse)
        return [name, f"{name}:leases", f"{name}:amounts"]


def _amount(what: str, value: Any) -> Decimal:
    try:
        number = Decimal(str(value))
    except ArithmeticError:
        number = Decimal("nan")
    if not number.is_finite() or number < 0:
        raise ConfigurationError(f"{what} is {value!r}; give a number of at least 0")
    return number


def _scaled(amount: Decimal) -> Decimal:
    return (amount * SCALE).to_integral_value(ROUND_CEILING)


# ---- answers


class RedisCache(_Shared):
    """Paid answers for all processes that name the same Redis; they are personal data.

    A question that another process is asking at the moment is waited for, so that it is paid for once.

    Args:
        redis: a URL, or a `redis.asyncio.Redis`.
        ttl: seconds for which an answer is kept; None: for as long as Redis keeps it.
        wait: seconds for which another process's answer is waited for, less where its question comes to nothing; 0: not
            at all.
        prefix: of all keys.

    Raises:
        ConfigurationError: `redis` is not installed, or neither a URL nor a client.
    """

    def __init__(self, redis: Any, *, ttl: float | None = None, wait: float = 60.0, prefix: str = "leadenrich") -> None:
        super().__init__(redis, prefix)
        self._ttl, self.wait, self._own = ttl, wait, uuid.uuid4().hex

    async def get(self, key: str) -> Mapping[str, Any] | None:
        """Return the answer kept under a key; None where there is none, and no other process is asking."""
        name, asking = self._key("answer", key), self._key("asking", key)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self.wait
        mine = False
        while True:
            kept = await self._client.get(name)
            if kept is not None:
                if mine:
                    await self._client.delete(asking)
                answer: Mapping[str, Any] = json.loads(kept)
                return answer
            if mine or not self.wait:
                return None
            if await self._client.set(asking, self._own, nx=True, px=int(self.wait * 1000)):
                mine = True  # the answer may have come between the two: it is looked for once more
                continue
            holder = await self._client.get(asking)
            if holder in (self._own, self._own.encode()) or loop.time() >= deadline:
                return None
            await asyncio.sleep(LOOK_AGAIN)

    async def set(self, key: str, value: Mapping[str, Any], ttl: float | None = None) -> None:
        """Keep an answer, and let those go on who wait for it."""
        seconds = self._ttl if ttl is None else ttl
        kept = json.dumps(value, separators=(",", ":"), default=str)
        expiry = None if seconds is None else max(int(seconds * 1000), 1)
        await self._client.set(self._key("answer", key), kept, px=expiry)
        await self._client.delete(self._key("asking", key))

    async def release(self, key: str) -> None:
        """Let those go on who wait for an answer that does not come: the first of them asks itself."""
        asking = self._key("asking", key)
        if await self._client.get(asking) in (self._own, self._own.encode()):
            await self._client.delete(asking)


__all__ = ["RedisCache", "RedisLimiter", "RedisWallet"]
