"""Answers the caller wants to keep beyond a session: any mapping, or anything with get and set."""

from __future__ import annotations

import hashlib
import inspect
import json as jsonlib
import logging
import math
from collections.abc import Callable, Mapping, MutableMapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeGuard

from leadenrich.contract.ports import Cache as Cache
from leadenrich.engine.foreign import Fault, call, fault_of
from leadenrich.errors import ConfigurationError, LeadEnrichError, ProviderError
from leadenrich.ledger.people import about
from leadenrich.results import Hit, Miss

log = logging.getLogger("leadenrich")

Recall = Callable[[str, str, Mapping[str, Any]], Hit | Miss | None]
"""Gives the answer that is kept of a question: (provider, operation, query)."""

SECONDS = 5.0
"""Within which a cache must answer; the vendor is asked otherwise."""


class SafeCache:
    """A cache that fails loses no answer: the vendor is asked, what it said is handed on, and the failure is logged."""

    def __init__(self, cache: Cache) -> None:
        self.inner = cache
        self._failed: set[str] = set()
        wait = getattr(cache, "wait", 0)
        self._wait = float(wait) if isinstance(wait, int | float) and 0 <= wait < math.inf else 0.0
        self._release = getattr(cache, "release", None)

    @property
    def lets_wait(self) -> bool:
        """Return whether others may wait for what is being asked here, so that it is to be told where that fails."""
        return callable(self._release)

    async def release(self, key: str) -> None:
        """Tell that a question came to nothing: whoever waits for its answer asks."""
        assert self._release is not None
        try:
            await call("the cache", self._release, key, limit=SECONDS)
        except Fault as fault:
            self._tell("told", str(fault))

    async def get(self, key: str) -> Hit | Miss | None:
        """Return the answer kept under a key; None where there is none, or it cannot be read."""
        try:
            kept = await call("the cache", self.inner.get, key, limit=SECONDS + self._wait)
            return None if kept is None else decode(kept)
        except Fault as fault:
            if _is_own(fault.error):
                raise fault.error from None  # a setting of the caller's, before anything is paid
            self._tell("read", str(fault))
        except Exception as error:  # what it returned is no answer of ours
            self._tell("read", f"it returned nonsense: {type(error).__name__}")
        return None

    def is_empty(self) -> bool:
        """Return whether it is known to keep nothing yet, or to be one that cannot be read without waiting."""
        if inspect.iscoroutinefunction(self.inner.get):
            return True
        ask = getattr(self.inner, "is_empty", None)
        try:
            return ask is not None and ask() is True
        except BaseException as error:
            self._tell("read", str(fault_of("the cache", error)))
        return True

    def recall(self, key: str) -> Hit | Miss | None:
        """Return the answer kept under a key where the cache is read without waiting, else None."""
        if inspect.iscoroutinefunction(self.inner.get):
            return None
        try:
            kept = self.inner.get(key)
            if inspect.isawaitable(kept):
                getattr(kept, "close", lambda: None)()  # it is to be waited for, which is for `get`
                return None
            return decode(kept) if isinstance(kept, Mapping) else None
        except BaseException as error:  # of the cache's own: nothing is waited for here
            self._tell("read", str(fault_of("the cache", error)))
        return None

    async def set(self, key: str, result: Hit | Miss, query: Mapping[str, Any]) -> None:
        """Keep an answer."""
        try:
            await call("the cache", self.inner.set, key, encode(result, query), limit=SECONDS)
        except Fault as fault:
            self._tell("written", fault.error.message if _is_own(fault.error) else str(fault))

    def _tell(self, done: str, why: str) -> None:
        if done not in self._failed:
            self._failed.add(done)
            log.warning("the cache cannot be %s (%s); going on without it", done, why)


def _is_own(error: BaseException | None) -> TypeGuard[LeadEnrichError]:
    """Return whether an error is about a setting or a file, in words of ours; a vendor's are none of a cache's."""
    return isinstance(error, LeadEnrichError) and not isinstance(error, ProviderError)


UNTIL = "$until"
"""Beside an answer kept for a while: when it ends, in seconds since 1970."""


class MappingCache:
    """Makes a `Cache` of any mutable mapping."""

    def __init__(self, mapping: MutableMapping[str, Any]) -> None:
        self._mapping = mapping

    def is_empty(self) -> bool:
        """Return whether there is nothing in it."""
        return not self._mapping

    def get(self, key: str) -> Mapping[str, Any] | None:
        """Return what was set under a key, or None, also where its time is over."""
        found: Mapping[str, Any] | None = self._mapping.get(key)
        if found is None or UNTIL not in found:
            return found
        answer: Mapping[str, Any] = found["answer"]
        return answer if found[UNTIL] > _now() else None

    def set(self, key: str, value: Mapping[str, Any], ttl: float | None = None) -> None:
        """Keep an answer, with the time until which it may be used where there is one."""
        self._mapping[key] = value if ttl is None else {UNTIL: _now() + ttl, "answer": value}


def _now() -> float:
    return datetime.now(UTC).timestamp()


def as_cache(cache: Any) -> Cache | None:
    """Return a `Cache` out of what the caller handed in."""
    if cache is None or isinstance(cache, Cache):
        return cache
    if isinstance(cache, MutableMapping):
        return MappingCache(cache)
    raise ConfigurationError(f"cache is a {type(cache).__name__}; give a mapping, or an object with get and set")


def question_key(account: str, operation: str, query: Mapping[str, Any]) -> str:
    """Return the key of a question: the same for the same canonical query of the same account."""
    text = jsonlib.dumps([operation, dict(query)], sort_keys=True, default=str, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), key=account.encode()[:64], digest_size=20).hexdigest()


def encode(result: Hit | Miss, query: Mapping[str, Any]) -> dict[str, Any]:
    """Return an answer as JSON-ready data, without the raw reply; of the question, hashes of who it is about."""
    kept: dict[str, Any] = {
        "hit": isinstance(result, Hit),
        "provider": result.provider,
        "operation": result.operation,
        "observed_at": result.observed_at.isoformat() if result.observed_at else None,
        "credits": {purse: str(amount) for purse, amount in result.cost.credits.items()},
        "usd": None if result.cost.usd is None else str(result.cost.usd),
        **about(query, result.data),
    }
    if isinstance(result, Hit):
        kept["data"] = {name: _plain(value) for name, value in result.data.items()}
        kept["confidence"], kept["confidence_source"] = result.confidence, result.confidence_source
    return kept


def decode(kept: Mapping[str, Any]) -> Hit | Miss:
    """Return the answer that was kept; it costs nothing now."""
    result: Hit | Miss
    if kept.get("hit"):
        result = Hit({name: _rich(value) for name, value in kept["data"].items()})
        result.confidence, result.confidence_source = kept.get("confidence"), kept.get("confidence_source")
    else:
        result = Miss()
    result.provider, result.operation, result.cached = kept.get("provider"), kept.get("operation"), True
    when = kept.get("observed_at")
    result.observed_at = datetime.fromisoformat(when) if when else None
    return result


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return {"$decimal": str(value)}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return value


def _rich(value: Any) -> Any:
    if isinstance(value, Mapping):
        if set(value) == {"$decimal"}:
            return Decimal(value["$decimal"])
        return {name: _rich(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_rich(one) for one in value]
    return value
