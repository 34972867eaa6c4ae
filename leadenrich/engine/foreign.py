"""The one place where code that is not ours is called: whatever it does becomes a `Fault` with its name on it."""

from __future__ import annotations

import asyncio
import inspect
import traceback
from collections.abc import Callable
from typing import Any


class Fault(Exception):
    """Foreign code raised, hung or cancelled itself.

    Attributes:
        who: what was called, in words ("the rate limiter").
        how: what it did, without its own words, which may hold a key or a person ("raised a KeyError").
        where: the line that raised, or an empty string. error: what it raised, or None.
    """

    def __init__(self, who: str, how: str, where: str = "", error: BaseException | None = None) -> None:
        super().__init__(f"{who} {how}")
        self.who, self.how, self.where, self.error = who, how, where, error


def fault_of(who: str, error: BaseException) -> Fault:
    """Return the fault that stands for an exception of foreign code.

    Raises:
        KeyboardInterrupt: it was the user who stopped the program.
    """
    if isinstance(error, KeyboardInterrupt):
        raise error
    if isinstance(error, Fault):
        return error
    frames = traceback.extract_tb(error.__traceback__)
    where = f'"{frames[-1].filename}", line {frames[-1].lineno}, in {frames[-1].name}' if frames else ""
    name = type(error).__name__
    return Fault(who, f"raised {'an' if name[0] in 'AEIOU' else 'a'} {name}", where, error)


def stopped_by_us() -> bool:
    """Return whether the running task is being cancelled; if not, a CancelledError is the foreign code's own."""
    task = asyncio.current_task()
    return task is None or task.cancelling() > 0


async def call(who: str, function: Callable[..., Any], *args: Any, limit: float | None = None, **kwargs: Any) -> Any:
    """Call foreign code, sync or async, for at most `limit` seconds, and return what it returns.

    Raises:
        Fault: it raised, or took longer. A cancellation of the running task passes.
    """
    try:
        result = function(*args, **kwargs)
        if not inspect.isawaitable(result):
            return result
    except BaseException as error:
        failed = fault_of(who, error)
    else:
        return await wait(who, result, limit)
    raise failed


async def wait(who: str, work: Any, limit: float | None = None) -> Any:
    """Wait for foreign work under way, as `call` does."""
    clock = asyncio.timeout(limit)
    try:
        async with clock:
            return await work
    except asyncio.CancelledError as error:
        if stopped_by_us():
            raise
        failed = fault_of(who, error)
    except BaseException as error:
        failed = Fault(who, f"gave no answer within {limit:g} s") if clock.expired() else fault_of(who, error)
    raise failed
