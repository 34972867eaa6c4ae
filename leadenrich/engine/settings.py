"""What a caller may set on a session, checked where it is given, and what holds where nothing is set."""

from __future__ import annotations

from typing import Any

from leadenrich.contract import Rate
from leadenrich.contract.urls import webhook_url_problem
from leadenrich.engine.resume import ASK, PASS
from leadenrich.engine.validation import a, function, has, mapping, one_of, seconds, whole
from leadenrich.errors import ConfigurationError
from leadenrich.ledger import FileLedger
from leadenrich.registry import registry

TIMEOUT = 30.0
"""Seconds of one attempt."""
RETRIES = 2
"""Further attempts on passing errors."""
PATIENCE = 300.0
"""Seconds for which a bulk job is waited for."""
MAX_WAIT = 900.0
"""Seconds for which a vendor's limit may hold a question back; a longer wait is "not now"."""


def check_settings(
    rates: Any,
    suppression: Any,
    limiter: Any,
    wallet: Any,
    allow: Any,
    on_event: Any,
    webhook_url: Any,
    timeout: Any,
    retries: Any,
    max_wait: Any,
) -> None:
    """Refuse settings of the wrong kind where they are given, not at the first question that meets them."""
    seconds("timeout", timeout, ConfigurationError)
    seconds("max_wait", max_wait, ConfigurationError)
    whole("retries", retries, 0, ConfigurationError)
    function("allow", allow, ConfigurationError, " of a provider's info")
    function("on_event", on_event, ConfigurationError, " of an event")
    has("suppression", suppression, ("blocks",), "a le.Suppression([...])")
    has("limiter", limiter, ("acquire", "answered"), "a RateLimiter")
    has("wallet", wallet, ("reserve", "settle"), "a Wallet")
    if webhook_url is not None and not isinstance(webhook_url, str):
        raise ConfigurationError(f"webhook_url is a URL, not {a(webhook_url)}")
    if webhook_url is not None and (problem := webhook_url_problem(webhook_url)) is not None:
        raise ConfigurationError(problem)
    mapping("rates", rates, '{"apollo": [le.Rate(50, per=60)]}')
    for provider_id, listed in (rates or {}).items():
        if not isinstance(listed, list | tuple) or not all(isinstance(rate, Rate) for rate in listed):
            raise ConfigurationError(f"rates[{provider_id!r}] is a list of le.Rate, such as [le.Rate(50, per=60)]")


def check_ledger(ledger: Any, on_uncertain: Any) -> None:
    """Refuse a ledger that is none, and a word for uncertain calls that is unknown."""
    if ledger is not None and not isinstance(ledger, FileLedger):
        raise ConfigurationError(f'ledger is a le.FileLedger("q3.db"), not {a(ledger)}')
    if on_uncertain is not None:
        one_of("on_uncertain", on_uncertain, (ASK, PASS), ConfigurationError)
        if ledger is None:
            raise ConfigurationError('on_uncertain needs a ledger, which knows such calls: le.FileLedger("q3.db")')


class KnownProviders(list[str]):
    """Every provider's id, read when first needed."""

    def __init__(self) -> None:
        super().__init__()
        self._read = False

    def _fill(self) -> None:
        if not self._read:
            self._read = True
            self.extend(registry.ids())

    def __contains__(self, item: object) -> bool:
        self._fill()
        return super().__contains__(item)
