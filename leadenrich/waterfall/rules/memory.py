"""What a session remembers between records: catch-all and mail domains, address patterns, whose an address is."""

from __future__ import annotations

import weakref
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from leadenrich.waterfall.asker import Asker
from leadenrich.waterfall.rules.mail_domains import MailDomains
from leadenrich.waterfall.rules.mailboxes import Keeper, Mailboxes
from leadenrich.waterfall.rules.patterns import Patterns

MAX_DOMAINS = 16_384
"""How many catch-all domains are remembered; the oldest makes room."""


class CatchAllDomains:
    """Domains seen to accept every address, bounded and aged."""

    def __init__(self, clock: Callable[[], float], max_domains: int = MAX_DOMAINS) -> None:
        self._clock, self._max = clock, max_domains
        self._seen: OrderedDict[str, float] = OrderedDict()

    def __len__(self) -> int:
        return len(self._seen)

    def add(self, domain: str) -> None:
        """Remember a domain from now on."""
        self._seen[domain] = self._clock()
        self._seen.move_to_end(domain)
        if len(self._seen) > self._max:
            self._seen.popitem(last=False)

    def knows(self, domain: str, max_age: float) -> bool:
        """Return whether a domain was seen within the last `max_age` seconds; an older memory is dropped."""
        seen = self._seen.get(domain)
        if seen is None:
            return False
        if self._clock() - seen > max_age:
            del self._seen[domain]
            return False
        return True


class Memory:
    """One session's memory."""

    __slots__ = ("catch_all", "learning", "mail_domains", "mailboxes", "patterns")

    def __init__(
        self,
        clock: Callable[[], float],
        emit: Callable[..., None] | None = None,
        keeper: Callable[[], Keeper | None] = lambda: None,
    ) -> None:
        self.catch_all = CatchAllDomains(clock)
        self.mail_domains = MailDomains()
        self.mailboxes = Mailboxes(emit, keeper=keeper)
        self.patterns = Patterns()
        self.learning = False  # set by the first waterfall that has a use for patterns


_memories: weakref.WeakKeyDictionary[Any, Memory] = weakref.WeakKeyDictionary()


def memory_of(session: Asker) -> Memory:
    """Return the session's memory; it goes when the session goes."""
    found = _memories.get(session)
    if found is None:
        found = _memories[session] = Memory(_clock_of(session), _emit_of(session), _keeper_of(session))
    return found


def _clock_of(session: Asker) -> Callable[[], float]:
    itself = weakref.ref(session)  # the memory must not keep its session alive

    def now() -> float:
        alive = itself()
        return float(alive.now()) if alive is not None else 0.0

    return now


def _emit_of(session: Asker) -> Callable[..., None]:
    itself = weakref.ref(session)

    def emit(kind: str, provider: str | None, operation: str | None, **data: Any) -> None:
        alive = itself()
        if alive is not None:
            alive.emit(kind, provider, operation, **data)

    return emit


def _keeper_of(session: Asker) -> Callable[[], Keeper | None]:
    itself = weakref.ref(session)

    def keeper() -> Keeper | None:
        alive = itself()
        return alive.journal if alive is not None else None

    return keeper
