"""What a session remembers between records: catch-all and mail domains, address patterns, whose an address is."""

from __future__ import annotations

import weakref
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Protocol

from leadenrich.ledger.people import digest
from leadenrich.waterfall.asker import Asker
from leadenrich.waterfall.rules.mail_domains import MailDomains
from leadenrich.waterfall.rules.mailboxes import Mailboxes
from leadenrich.waterfall.rules.patterns import Patterns

MAX_DOMAINS = 16_384
"""How many domains of each kind are remembered; the oldest makes room."""


class Keeper(Protocol):
    """Keeps what is remembered beyond the run: the journal of a `FileLedger`."""

    def kept(self, name: str) -> Any:
        """Return what was kept under a name, None where nothing was."""
        ...

    def keep(self, name: str, make: Callable[[Any], Any]) -> Any:
        """Replace what is kept by what `make` makes of it."""
        ...


class SeenDomains:
    """Domains seen to be of a kind, bounded and aged; those of earlier runs too, where there is a ledger.

    Args:
        clock: the session's, in seconds. kind: of the domains. max_domains: how many are remembered.
        keeper: gives what keeps them beyond the run; None, or giving None, where nothing does.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        kind: str = "catch-all",
        max_domains: int = MAX_DOMAINS,
        keeper: Callable[[], Keeper | None] | None = None,
    ) -> None:
        self._clock, self._kind, self._max, self._keeper = clock, kind, max_domains, keeper
        self._seen: OrderedDict[str, float] = OrderedDict()
        self._looked_up: OrderedDict[str, None] = OrderedDict()

    def __len__(self) -> int:
        return len(self._seen)

    def add(self, domain: str) -> None:
        """Remember a domain from now on."""
        if domain not in self._seen and self._keeper is not None and (keeper := self._keeper()) is not None:
            keeper.keep(self._named(domain), lambda before: _now())
        _put(self._seen, domain, self._clock(), self._max)

    def knows(self, domain: str, max_age: float) -> bool:
        """Return whether a domain was seen within the last `max_age` seconds; an older memory is dropped."""
        seen = self._seen.get(domain)
        if seen is None and (seen := self._seen_earlier(domain)) is None:
            return False
        if self._clock() - seen > max_age:
            self._seen.pop(domain, None)
            return False
        return True

    def _seen_earlier(self, domain: str) -> float | None:
        """Return when an earlier run saw a domain, by the session's clock; it is looked up once."""
        if self._keeper is None or domain in self._looked_up or (keeper := self._keeper()) is None:
            return None
        _put(self._looked_up, domain, None, self._max)
        then = keeper.kept(self._named(domain))
        if then is None:
            return None
        seen = self._clock() - max(_now() - float(then), 0.0)
        _put(self._seen, domain, seen, self._max)
        return seen

    def _named(self, domain: str) -> str:
        """Return the name under which a domain is kept."""
        return f"{self._kind} {digest(f'domain={domain}')}"


def _put(places: OrderedDict[str, Any], domain: str, value: Any, most: int) -> None:
    places[domain] = value
    places.move_to_end(domain)
    if len(places) > most:
        places.popitem(last=False)


def _now() -> float:
    return datetime.now(UTC).timestamp()


class Memory:
    """One session's memory.

    Attributes:
        catch_all, plain: domains seen to accept every address, and not to.
    """

    __slots__ = ("catch_all", "learning", "mail_domains", "mailboxes", "patterns", "plain")

    def __init__(
        self,
        clock: Callable[[], float],
        emit: Callable[..., None] | None = None,
        keeper: Callable[[], Any] | None = None,
    ) -> None:
        self.catch_all = SeenDomains(clock, keeper=keeper)
        self.plain = SeenDomains(clock, "plain", keeper=keeper)
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


def _keeper_of(session: Asker) -> Callable[[], Any] | None:
    if session.journal is None:  # a session has its ledger from the start, or never
        return None
    itself = weakref.ref(session)

    def keeper() -> Any:
        alive = itself()
        return alive.journal if alive is not None else None

    return keeper
