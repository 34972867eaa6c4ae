"""What a waterfall asks of a session: a `le.Session`, or an object of the caller's with the same methods."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Protocol

from leadenrich.contract import Rate
from leadenrich.engine.budget import Budget, BudgetLedger
from leadenrich.engine.cache import Recall
from leadenrich.engine.portal import Portal
from leadenrich.engine.prices import Prices
from leadenrich.engine.question import Asked
from leadenrich.engine.validation import a
from leadenrich.errors import ConfigurationError
from leadenrich.suppression import Suppression

log = logging.getLogger("leadenrich")


class PriceList(Protocol):
    """What is known of prices and keys: all that choosing and planning steps needs."""

    def price(self, provider_id: str, pool: str = "") -> Decimal | None:
        """Return the USD price of one credit, None where it is unknown."""
        ...

    def has_credentials(self, provider_id: str) -> bool:
        """Return whether a provider can be asked with the credentials at hand."""
        ...

    @property
    def prices(self) -> Prices | None:
        """Return the caller's prices by operation; None: only `price` is known."""
        ...


class Asker(PriceList, Protocol):
    """Asks vendors for a waterfall. Whoever derives from it has every attribute, unset where there is a default.

    Attributes:
        allow: is asked before a provider is, with its `ProviderInfo`; None: every provider may be asked.
        suppression: who must not be looked up. cache: may have `note`, which is told of each finished row.
        journal: what the caller's file keeps beyond the run, or None.
        budget: the session's own ledger. rates: the caller's limits by provider. usage: what was asked so far.
        streams: how many streams run. portal: the thread that `with session:` runs it on.
        is_open: whether it is open on an event loop. is_sandbox: whether answers are invented.
    """

    allow: Any = None
    suppression: Suppression | None = None
    cache: Any = None
    journal: Any = None
    budget: BudgetLedger | None = None
    portal: Portal | None = None
    streams: int = 0

    @property
    def prices(self) -> Prices | None:
        """Return the caller's prices by operation."""
        return None

    @property
    def rates(self) -> Mapping[str, Sequence[Rate]]:
        """Return the caller's limits by provider; the others have those of their `info`."""
        return {}

    def missing_key(self, provider_id: str) -> str:
        """Return what to do where a provider's credentials are missing."""
        return f"no credentials for {provider_id}"

    def warn_once(self, text: str) -> None:
        """Log a warning that every record would have; a second time it is left out."""
        log.warning("%s", text)

    @property
    def earlier(self) -> Recall | None:
        """Return what gives the answers that earlier runs were given; None: there are none, or they are not kept."""
        return None

    @property
    def usage(self) -> Any:
        """Return what was asked so far."""
        return None

    @property
    def is_open(self) -> bool:
        """Return whether it is open on an event loop."""
        return False

    @property
    def is_sandbox(self) -> bool:
        """Return whether answers are invented."""
        return False

    def open(self) -> None:
        """Open on the running event loop; nothing where it is open."""
        ...

    async def aclose(self) -> None:
        """Close."""
        ...

    async def ask(
        self,
        provider_id: str,
        operation: str,
        query: Mapping[str, Any],
        *,
        timeout: float | None = None,
        retries: int | None = None,
        purses: Sequence[BudgetLedger] = (),
        queued: Callable[[bool], None] | None = None,
        max_wait: float | None = None,
    ) -> Asked:
        """Ask one question; a vendor's failure is returned, not raised.

        `queued` is told True when the question starts to wait for a limit, False when it moves on; where a limit would
        hold it back for more than `max_wait` seconds, the answer is a `ProviderBusyError`.
        """
        ...

    def ledger(self, budget: Budget, name: str = "session", warn: bool = True) -> BudgetLedger:
        """Return a ledger over a budget."""
        ...

    def now(self) -> float:
        """Return the loop's time in seconds."""
        ...

    def emit(self, kind: str, provider: str | None = None, operation: str | None = None, **data: Any) -> None:
        """Tell those who listen to events."""
        ...


MEMBERS = tuple(
    sorted(
        {
            name
            for cls in (PriceList, Asker)
            for name in {**vars(cls), **getattr(cls, "__annotations__", {})}
            if not name.startswith("_")
        }
    )
)
"""Every attribute and method that a session must have."""


def check_session(session: Any) -> None:
    """Refuse what is neither None nor a session, before anything is asked.

    Raises:
        ConfigurationError: it lacks something; the text names what.
    """
    if session is None:
        return
    missing = MEMBERS if isinstance(session, type) else [name for name in MEMBERS if not hasattr(session, name)]
    if len(missing) == len(MEMBERS) or isinstance(session, type):
        raise ConfigurationError(f"session is a le.Session(...), not {a(session)}")
    if missing:
        raise ConfigurationError(
            f"this session ({type(session).__name__}) lacks {', '.join(missing)};"
            " derive it from leadenrich.waterfall.asker.Asker, or give a le.Session(...)"
        )
