"""Calls code of the caller's (`accept`, `where`, `segment`, `key`, a step's options, sinks), whatever it raises."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from leadenrich.engine.foreign import fault_of
from leadenrich.errors import WaterfallError


def call_function(function: Callable[..., Any], *args: Any) -> tuple[Any, str | None]:
    """Call a function of the caller's; what it raises is told, not raised.

    Returns:
        `(what it said, None)`, or `(None, why that cannot be used)`: "raised a KeyError", "is async, ...".
    """
    try:
        said = function(*args)
    except BaseException as error:  # it must not end the stream, nor pass for our own stop
        return None, fault_of("the function", error).how  # the user's own interrupt passes
    if hasattr(type(said), "__await__"):
        if (close := getattr(said, "close", None)) is not None:
            close()
        return None, "is async, and only plain functions are called here"
    return said, None


@contextlib.contextmanager
def named(who: str) -> Iterator[None]:
    """Run the caller's own code: a cancellation or exit that it raises becomes a `WaterfallError` that names it.

    Otherwise it would stop the run, or the program. Ordinary exceptions are raised as they are.
    """
    try:
        yield
    except Exception:
        raise
    except BaseException as error:
        raise WaterfallError(str(fault_of(who, error))) from None
