"""What a caller may put in the place of the engine's own limiter, wallet and cache: shared by processes or machines.

Every method may be a plain function or `async`. `leadenrich.testing.ports` checks an implementation.
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Protocol, runtime_checkable

from leadenrich.contract.provider import Rate


class Slot:
    """The right to send one call now: what a limiter's `acquire` returns, and gets back in `answered`.

    Attributes:
        account: the keyed hash it was acquired for.
        endpoint: `"METHOD /path"`.
        rates: the limits it counts in.
        weight: the items it counts.
        sent_at: `asyncio.get_running_loop().time()` when it was granted.
        lane: free for a limiter's own use; None at first.
    """

    __slots__ = ("account", "endpoint", "lane", "rates", "sent_at", "weight")

    def __init__(self, account: str, endpoint: str, rates: Sequence[Rate], weight: int, sent_at: float) -> None:
        self.account, self.endpoint, self.rates, self.weight, self.sent_at = account, endpoint, rates, weight, sent_at
        self.lane: Any = None

    def __repr__(self) -> str:
        return f"<Slot {self.endpoint}>"


@runtime_checkable
class RateLimiter(Protocol):
    """Keeps vendors' limits: `Session(limiter=...)`.

    Limits are counted by `account`, a keyed hash of the credential, so that one key is one limit wherever it is used.
    """

    def acquire(self, account: str, endpoint: str, rates: Sequence[Rate], weight: int = 1) -> Slot | Awaitable[Slot]:
        """Wait until one call may leave, and return its slot.

        In any window of `rate.per` seconds at most `rate.limit` calls may leave, for each of `rates` that covers the
        endpoint (`rate.covers(endpoint)`); calls to all the endpoints that a rate covers count together. Where
        `rate.unit` is "items", a call counts `weight`; one that counts more than the limit leaves when the window is
        empty. A "leaky" rate grants `rate.burst` (1) calls at once and then one every `rate.per / rate.limit` seconds.

        A cancelled wait takes no place.

        Args:
            account: whose limits.
            endpoint: `"METHOD /path"`, as the adapter writes it.
            rates: the limits; with none, a call leaves at once.
            weight: the items the call holds.
        """
        ...

    def answered(
        self,
        slot: Slot,
        *,
        refused: bool = False,
        retry_after: float | None = None,
        remaining: int | None = None,
        reset_in: float | None = None,
    ) -> Awaitable[None] | None:
        """Take note of what became of a call; told once for every slot, also where the call was given up.

        Args:
            slot: what `acquire` returned.
            refused: the vendor's throttle refused the call (429): hold back.
            retry_after: seconds for which it asked not to be called: no call leaves before.
            remaining: calls left in the vendor's window, by its headers.
            reset_in: seconds until that window is full again; with `remaining=0`, no call leaves before.
        """
        ...


@runtime_checkable
class Wallet(Protocol):
    """Credits shared between sessions: `Session(wallet=...)`.

    Counted by `account`, a keyed hash of the credential, and `purse`: "", or a pool's name where a vendor has several.
    A wallet with an attribute `lines`, such as `("usd", "calls")`, is asked for these as well before every paid call,
    with account "" and the line as the purse: they are of all providers together.
    """

    def reserve(self, account: str, purse: str, amount: Decimal) -> bool | str | Awaitable[bool | str]:
        """Set credits aside before a call, and say whether there was room.

        Setting aside is one step: of two calls at once that have room for one, one is refused.

        Args:
            account: whose credits.
            purse: which of them.
            amount: the most the call can cost, exact.

        Returns:
            False where there is no room; else the reservation's own id, or True where the wallet keeps no ids. A
            reservation with an id may have a lease: credits that are not settled when it ends are free again.
        """
        ...

    def settle(self, account: str, purse: str, reserved: Decimal, spent: Decimal) -> Awaitable[None] | None:
        """Turn a reservation into what the call really cost.

        A wallet that returns ids takes one keyword more, `id: str | None = None`: the id that `reserve` returned. It
        may be told twice of one id (the first answer may have been lost on the way): the second time changes nothing.
        After its lease has ended, a reservation's cost is booked all the same.

        Args:
            account: as reserved.
            purse: as reserved.
            reserved: the amount reserved.
            spent: what was spent; 0 gives everything back. It may be more than was reserved. Uncertain cost counts.
        """
        ...


@runtime_checkable
class Cache(Protocol):
    """Keeps paid answers beyond a session: `Session(cache=...)`; any mutable mapping will do as well.

    Keys are hexadecimal digests of account and question. Values hold personal data: the answers themselves.

    A cache of several processes may let `get` wait while another one asks the question. It then has two more members:
    `wait`, the seconds for which it does so at most, and `release(key)`, which is told that a question which `get` had
    no answer for came to nothing, so that those who wait need not.
    """

    def get(self, key: str) -> Mapping[str, Any] | Awaitable[Mapping[str, Any] | None] | None:
        """Return what was set under a key, equal to it, or None where nothing was (or it is too old)."""
        ...

    def set(self, key: str, value: Mapping[str, Any], ttl: float | None = None) -> Awaitable[None] | None:
        """Keep an answer under a key in the place of what was there.

        Args:
            key: 40 hexadecimal digits.
            value: JSON-ready: text, numbers, True, False, None, lists, and mappings with text for keys.
            ttl: seconds for which it may be used; None: for as long as the cache likes.
        """
        ...
