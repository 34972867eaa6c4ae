"""Checks that a rate limiter, a wallet or a cache of your own keeps what the engine relies on.

from leadenrich.testing import ports

@pytest.mark.parametrize("check", ports.wallet_checks(MyWallet), ids=str)
async def test_my_wallet(check):
    await check()

What is checked is written down with the protocols: `le.RateLimiter`, `le.Wallet`, `le.Cache`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from leadenrich.testing import port_caches, port_limiters, port_wallets
from leadenrich.testing.port_check import PATIENCE, PortCheck, settled


def limiter_checks(make: Callable[[], Any], *, per: float = 0.5, patience: float = PATIENCE) -> list[PortCheck]:
    """Return the checks for a `le.RateLimiter`.

    Args:
        make: returns a new limiter that has counted nothing yet; may be async.
        per: seconds of the windows it is tried with. Keep it well above the time one `acquire` takes.
        patience: seconds a check may take.
    """

    async def fresh() -> port_limiters.Tried:
        return port_limiters.Tried(await settled(make()), per)

    return [PortCheck("rate limiter", name, run, fresh, patience) for name, run in port_limiters.CHECKS.items()]


def wallet_checks(
    make: Callable[[Decimal], Any],
    *,
    expire: Callable[[], Any] | None = None,
    patience: float = PATIENCE,
) -> list[PortCheck]:
    """Return the checks for a `le.Wallet`.

    Args:
        make: given a balance, returns a new wallet in which every purse of every account holds it; may be async.
        expire: ends the leases of all reservations made so far (by moving a clock, or waiting); may be async. None: the
            wallet has no leases, and the checks of them are left out.
        patience: seconds a check may take.
    """

    async def fresh(balance: Decimal) -> port_wallets.Tried:
        return port_wallets.Tried(await settled(make(balance)), expire)

    checks = {**port_wallets.CHECKS, **(port_wallets.LEASES if expire is not None else {})}
    return [PortCheck("wallet", name, run, fresh, patience) for name, run in checks.items()]


def cache_checks(
    make: Callable[[], Any],
    *,
    reopen: Callable[[Any], Any] | None = None,
    expire: Callable[[float], Any] | None = None,
    patience: float = PATIENCE,
) -> list[PortCheck]:
    """Return the checks for a `le.Cache`.

    Args:
        make: returns a new, empty cache; may be async.
        reopen: given a cache that holds something, returns another over the same store; may be async. None: the cache
            keeps nothing beyond its own life, and that check is left out.
        expire: lets so many seconds pass for the cache; may be async. None: the check of `ttl` is left out.
        patience: seconds a check may take.
    """

    async def fresh() -> port_caches.Tried:
        return port_caches.Tried(await settled(make()), reopen, expire)

    further: Mapping[str, Any] = {
        **(port_caches.REOPENED if reopen is not None else {}),
        **(port_caches.EXPIRY if expire is not None else {}),
    }
    checks = {**port_caches.CHECKS, **further}
    return [PortCheck("cache", name, run, fresh, patience) for name, run in checks.items()]


__all__ = ["PortCheck", "cache_checks", "limiter_checks", "wallet_checks"]
