"""What belongs to an account rather than to a session: its tokens, its calls in flight, its limits, its records.

Sessions over one transport share it: one key is one limit, one token, one number of calls in flight.
"""

from __future__ import annotations

import asyncio
import weakref
from typing import Any

from leadenrich.engine.charged_records import ChargedRecords
from leadenrich.engine.concurrency import Concurrency
from leadenrich.engine.limits import Limiter
from leadenrich.engine.tokens import Tokens


class SharedAccount:
    """One account's tokens, calls in flight, and the records it has paid for."""

    __slots__ = ("__weakref__", "places", "records", "tokens")

    def __init__(self, cap: int | None) -> None:
        self.tokens = Tokens()
        self.places = Concurrency(cap)
        self.records = ChargedRecords()


class Shared:
    """The accounts that are in use over one transport; one that no session holds any more is dropped."""

    def __init__(self, limiter: Limiter | None = None) -> None:
        self.limiter = Limiter() if limiter is None else limiter
        self._accounts: weakref.WeakValueDictionary[str, SharedAccount] = weakref.WeakValueDictionary()

    def account(self, key: str, cap: int | None) -> SharedAccount:
        """Return an account's shared part, by its keyed hash."""
        found = self._accounts.get(key)
        if found is None:
            found = self._accounts[key] = SharedAccount(cap)
        return found


_BY_TRANSPORT: weakref.WeakKeyDictionary[Any, tuple[Any, Shared]] = weakref.WeakKeyDictionary()


def shared_over(transport: Any, loop: asyncio.AbstractEventLoop) -> Shared:
    """Return what sessions over one transport share on one event loop."""
    try:
        found = _BY_TRANSPORT.get(transport)
        if found is not None and found[0]() is loop:
            return found[1]
        shared = Shared()
        _BY_TRANSPORT[transport] = (weakref.ref(loop), shared)
    except TypeError:  # a transport that cannot be referred to weakly, or compares by value, is shared by none
        return Shared()
    return shared
