"""One step of an adapter's generator; whatever the adapter does, this returns what comes of it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

from leadenrich.contract import Reply, Request, Wait
from leadenrich.engine.foreign import fault_of
from leadenrich.engine.redact import placed
from leadenrich.errors import InvalidReplyError, LeadEnrichError

LONGEST_PAUSE = 3600.0
"""Seconds a request may ask to be held back (`after=`)."""
MOST_REQUESTS = 100
"""Requests that one flow may yield, polls of a `Wait` aside: a flow without end must not spend without end."""


@dataclass(slots=True)
class Done:
    """A flow has ended: with what it returned, or with an error.

    `cause`: what the adapter raised before its first request, so that the question itself is at fault.
    """

    result: Any = None
    error: LeadEnrichError | None = None
    cause: Exception | None = None


class Stepper:
    """Steps one generator, and refuses what no generator of an adapter's may yield.

    Args:
        start: makes the generator.
        veil: takes keys and values out of an adapter's own error, which may repeat a vendor's words.
    """

    __slots__ = ("_flow", "_left", "_start", "_veil")

    def __init__(self, start: Callable[[], Any], veil: Callable[..., None]) -> None:
        self._start, self._veil = start, veil
        self._flow: Any = None
        self._left = MOST_REQUESTS

    def advance(self, reply: Reply | None = None) -> Request | Wait | Done:
        """Return the next request or wait, or the end."""
        try:
            if self._flow is None:
                made = self._start()
                if not isinstance(made, Generator):
                    _never_awaited(made)
                    return _odd(f"is {_a(made)}, not a generator")
                self._flow = made
                step = next(made)
            else:
                step = self._flow.send(reply)
        except StopIteration as stop:
            return Done(stop.value)
        except LeadEnrichError as error:
            self._veil(error, *(() if reply is None else (reply.request,)))
            error.__cause__ = error.__context__ = error.__traceback__ = None
            return Done(error=error)
        except BaseException as error:  # whatever a broken reply makes an adapter raise (G12)
            return _broken(error, reply)
        if isinstance(step, Wait):
            return step
        if not isinstance(step, Request):
            self.close()
            return _odd(f"yielded {_a(step)}, not a Request or a Wait")
        if not 0 <= step.after <= LONGEST_PAUSE:
            self.close()
            return _odd(f"wants to wait {step.after!r} seconds before a request; {LONGEST_PAUSE:g} at the most")
        if self._left <= 0:
            self.close()
            return _odd(f"goes on after {MOST_REQUESTS} requests and was stopped")
        self._left -= 1
        return step

    def close(self) -> None:
        """End the generator; what it does on its way out changes nothing."""
        if self._flow is not None:
            try:
                self._flow.close()
            except BaseException as error:
                fault_of("the adapter", error)  # only the user's own interrupt passes


def _broken(error: BaseException, reply: Reply | None) -> Done:
    fault_of("the adapter", error)  # the user's own interrupt passes
    if reply is None:
        broken = InvalidReplyError(f"the adapter made no request ({type(error).__name__})")
    else:
        broken = InvalidReplyError(f"the reply cannot be read ({type(error).__name__})", status=reply.status)
    placed(broken, error)
    return Done(error=broken, cause=error if reply is None and isinstance(error, Exception) else None)


def _odd(what: str) -> Done:
    return Done(error=InvalidReplyError(f"the adapter's operation {what}"))


def _a(thing: Any) -> str:
    return "nothing" if thing is None else f"a {type(thing).__name__}"


def _never_awaited(made: Any) -> None:
    if inspect.iscoroutine(made):
        made.close()
