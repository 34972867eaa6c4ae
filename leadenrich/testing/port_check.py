"""One check of a rate limiter, wallet or cache."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

PATIENCE = 30.0
"""Seconds a check may take; a port that hangs fails it."""


@dataclass(frozen=True)
class PortCheck:
    """One check of one kind of port: call it; it raises AssertionError with all it found, a line each.

    Attributes:
        port: "rate limiter", "wallet" or "cache".
        name: what is checked.
        run: the check, given the function that makes a port.
        make: the function that makes one.
        patience: seconds it may take.
    """

    port: str
    name: str
    run: Callable[[Any], Awaitable[list[str]]]
    make: Any
    patience: float = PATIENCE

    async def __call__(self) -> None:
        """Carry it out."""
        try:
            async with asyncio.timeout(self.patience):
                problems = await self.run(self.make)
        except TimeoutError:
            problems = [f"it gave no answer within {self.patience:g} s"]
        except Exception as error:
            raise AssertionError(f"{self.port}: {self.name}\nit raised {type(error).__name__}: {error}") from error
        if problems:
            raise AssertionError(f"{self.port}: {self.name}\n" + "\n".join(problems))

    def __str__(self) -> str:
        """Name it as a test id."""
        return f"{self.port} {self.name}"


async def settled(value: Any) -> Any:
    """Return a value, waited for where it is awaitable: a port's methods may be plain functions or async."""
    return await value if inspect.isawaitable(value) else value


def takes(function: Any, word: str) -> bool:
    """Return whether a function takes a keyword."""
    try:
        words = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return False
    return any(one.name == word or one.kind is one.VAR_KEYWORD for one in words)
