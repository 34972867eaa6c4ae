"""The one place where code of the caller's is called: `accept`, `where`, `segment`, `key`, a step's options; sinks."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from leadenrich.engine.foreign import fault_of
from leadenrich.errors import WaterfallError


def call_function(function: Callable[..., Any], *args: Any) -> tuple[Any, str | None]:
    """Call a function of the caller's, which may do anything.

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
    """Let nothing that the caller's own code raises pass for our stop, nor for the program's; its errors pass."""
    try:
        yield
    except Exception:
        raise
    except BaseException as error:
        raise WaterfallError(str(fault_of(who, error))) from None
