"""The one place where a function of the caller's is called: `accept`, `where`, `segment`, `key`, a step's options."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any


def call_function(function: Callable[..., Any], *args: Any) -> tuple[Any, str | None]:
    """Call a function of the caller's, which may do anything.

    Returns:
        `(what it said, None)`, or `(None, why that cannot be used)`: "raised KeyError", "is async, ...".
    """
    try:
        said = function(*args)
    except (Exception, asyncio.CancelledError) as error:  # it must not end the stream, nor pass for our own stop
        return None, f"raised {type(error).__name__}"
    if hasattr(type(said), "__await__"):
        if (close := getattr(said, "close", None)) is not None:
            close()
        return None, "is async, and only plain functions are called here"
    return said, None
