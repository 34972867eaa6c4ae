"""How each vendor is doing: success rate, latency, and a breaker that leaves a failing one alone (G7)."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from leadenrich import markup
from leadenrich.errors import ErrorCode, ProviderBenchedError, ProviderError, ProviderTimeoutError

State = Literal["closed", "open", "half-open", "benched"]
WINDOW = 50
"""Recent calls the success rate is taken over."""
FEWEST = 10
"""Calls before a breaker may open."""
WORST_RATE = 0.5
"""Success rate under which it opens."""
FIRST_REST = 5.0
"""Seconds of its first rest; doubled each time the probe fails, to `LONGEST_REST`."""
SLOWER = 3
"""So many times as long as its slowest recent answer a probe waits, after a rest that came of a time-out."""
LONGEST_REST = 300.0
LONGEST_PAUSE = 86_400.0
"""Seconds a vendor may send callers away for, whatever it says."""
VENDOR_FAULTS = (ErrorCode.PROVIDER_API_ERROR,)


@dataclass(frozen=True, slots=True)
class Health:
    """One vendor's state.

    Attributes:
        state: closed (well), open (resting), half-open (being probed) or benched (refused key; or no credits, no
            permission, or a refused key of their own, for the operations that `reason` names).
        success_rate: 0-1 over the last 50 calls, None before the first. p50, p95: latency in seconds.
        reason: why it is benched or open.
    """

    provider: str
    state: State
    calls: int
    success_rate: float | None
    p50: float | None
    p95: float | None
    reason: str | None = None


class Breaker:
    """Counts outcomes of one account and says whether it may be asked.

    A refused key benches the whole account for the session, unless each of its APIs has a key of its own. Such a key,
    an empty purse, and an endpoint that the key may not use (`ProviderError.bars`) bench the operation that met it:
    another may draw on another purse or key or be in the plan; one that is not finds out with its own first calls.
    """

    def __init__(
        self,
        provider: str,
        clock: Callable[[], float],
        tell: Callable[[float | None], None] = lambda seconds: None,
        one_key: bool = True,
    ) -> None:
        self.provider, self._clock, self._tell, self._one_key = provider, clock, tell, one_key
        self._recent: deque[bool] = deque(maxlen=WINDOW)
        self._latencies: deque[float] = deque(maxlen=256)
        self._open_until: float | None = None
        self._rest = FIRST_REST
        self._probing = False
        self._ever_answered = self._timed_out = False
        self.benched: ProviderError | None = None
        self.shut: dict[str, ProviderError] = {}
        self.calls = 0
        self.last_fault: str | None = None

    def check_benched(self, operation: str | None = None) -> None:
        """Raise where the account, or this operation of it, is out for the session.

        Raises:
            ProviderBenchedError: it is.
        """
        cause = self.benched
        if cause is None and operation is not None and self.shut:
            cause = self.shut.get(operation)
        if cause is not None:
            raise ProviderBenchedError(f"out for this session: {cause.message}", provider=self.provider)

    def check(self, operation: str | None = None) -> None:
        """Change nothing.

        Raises:
            ProviderBenchedError: no call may go out now.
        """
        if self.benched is not None or self.shut:
            self.check_benched(operation)
        if self._open_until is not None and (self._probing or self._clock() < self._open_until):
            raise ProviderBenchedError(
                f"resting: {self.last_fault or 'it failed repeatedly'}",
                provider=self.provider,
                retry_after=max(0.0, self._open_until - self._clock()),
                recoverable=True,
            )

    def admit(self, operation: str | None = None) -> bool:
        """Let one call pass; return whether it is the probe of a breaker that has rested.

        Raises:
            ProviderBenchedError: not now.
        """
        self.check(operation)
        self._probing = self._open_until is not None
        return self._probing

    def succeeded(self, latency: float, probe: bool = False) -> None:
        """Take note of an answer (a miss is one)."""
        self.calls += 1
        self._ever_answered = True
        self._recent.append(True)
        self._latencies.append(latency)
        if probe:  # an answer to what went out before the rest ends no rest
            self._open_until, self._probing, self._rest = None, False, FIRST_REST
            self._recent.clear()
            self._tell(None)

    def failed(self, error: ProviderError, operation: str | None = None, probe: bool = False) -> bool:
        """Take note of a failure; return whether it benched the account, or an operation, just now."""
        self.calls += 1
        if error.bars == "account" and self._one_key:
            first, self.benched = self.benched is None, self.benched or error
            return first
        if error.bars is not None:
            if operation is None or operation in self.shut:
                return False
            self.shut[operation] = error
            return True
        if error.code not in VENDOR_FAULTS:
            return False
        self.last_fault = error.message
        self._timed_out = isinstance(error, ProviderTimeoutError)
        self._recent.append(False)
        bad = self._recent.count(False)
        sick = len(self._recent) >= FEWEST and bad / len(self._recent) > 1 - WORST_RATE
        silent = not self._ever_answered and self._timed_out
        if probe:
            self._rest = min(self._rest * 2, LONGEST_REST)
            self._open(self._rest)
        elif (sick or silent) and self._open_until is None:
            self._open(self._rest)
        return False

    def _open(self, seconds: float) -> None:
        self._open_until, self._probing = self._clock() + seconds, False
        self._recent.clear()
        self._tell(seconds)

    def rest(self, seconds: float) -> None:
        """Leave the vendor alone for as long as it asked, a day at most; then one probe."""
        until = self._clock() + min(seconds, LONGEST_PAUSE)
        self._open_until, self._probing = max(until, self._open_until or 0.0), False
        self.last_fault = "it asked for a long pause"
        self._tell(self._open_until - self._clock())

    def patience(self, timeout: float) -> float:
        """Return how long a probe waits, in seconds; `timeout` at the most.

        After a time-out that is half of the rest before it, so that a vendor which never answers holds no record up
        for long; or thrice its slowest recent answer.
        """
        if not self._timed_out:
            return timeout
        return min(timeout, max(self._rest / 2, SLOWER * max(self._latencies, default=0.0)))

    def probe_ended(self) -> None:
        """Let another call be the probe: this one was given up, or its answer said nothing of the vendor's health."""
        self._probing = False

    @property
    def resting(self) -> bool:
        """Return whether calls are refused for now."""
        return self._open_until is not None and self._clock() < self._open_until

    @property
    def state(self) -> State:
        """Return closed, open, half-open or benched."""
        if self.benched is not None or self.shut:
            return "benched"
        if self._open_until is None:
            return "closed"
        return "open" if self._clock() < self._open_until else "half-open"

    def health(self) -> Health:
        """Return the state for people."""
        ordered = sorted(self._latencies)
        return Health(
            provider=self.provider,
            state=self.state,
            calls=self.calls,
            success_rate=sum(self._recent) / len(self._recent) if self._recent else None,
            p50=ordered[len(ordered) // 2] if ordered else None,
            p95=ordered[int(len(ordered) * 0.95)] if ordered else None,
            reason=self._reason(),
        )

    def _reason(self) -> str | None:
        if self.benched is not None:
            return self.benched.message
        if self.shut:
            return f"{next(iter(self.shut.values())).message} ({', '.join(self.shut)})"
        return self.last_fault if self._open_until is not None else None


class HealthTable(Mapping[str, Health]):
    """Provider id -> `Health`; reads like a table when printed."""

    def __init__(self, rows: Mapping[str, Health]) -> None:
        self._rows = rows

    def __getitem__(self, provider: str) -> Health:
        return self._rows[provider]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __repr__(self) -> str:
        lines = [f"{'provider':<20} {'state':<10} {'calls':>7} {'success':>8} {'p50':>8} {'p95':>8}  reason"]
        for row in self._rows.values():
            rate = "" if row.success_rate is None else f"{row.success_rate:.0%}"
            p50, p95 = ("" if value is None else f"{value:.3f}s" for value in (row.p50, row.p95))
            line = f"{row.provider:<20} {row.state:<10} {row.calls:>7} {rate:>8} {p50:>8} {p95:>8}  {row.reason or ''}"
            lines.append(line.rstrip())
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        """Return the vendors as a table for a notebook."""
        head = ("provider", "state", "calls", "success", "p50", "p95", "reason")
        lines = [
            (
                one.provider,
                markup.badge(one.state),
                f"{one.calls:,}",
                markup.share(one.success_rate),
                markup.seconds(one.p50),
                markup.seconds(one.p95),
                one.reason,
            )
            for one in self._rows.values()
        ]
        return markup.block("Health", markup.table(head, lines, numbers=head[2:6]))
