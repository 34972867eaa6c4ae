"""Where records come from: lists, generators, async generators, tables that are read as they go."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator, Mapping, Sized
from typing import Any

from leadenrich.errors import ConfigurationError

Records = Iterable[Any] | AsyncIterable[Any]
"""Anything that yields records: mappings of canonical fields to values, such as dicts, `Person` or `Company`."""


def open_source(records: Any, limit: int | None = None) -> tuple[int | None, Iterator[Any] | AsyncIterator[Any]]:
    """Return how many records there are, where that is known, and an iterator over them; one record is a list of one.

    Raises:
        ConfigurationError: it is text, a data frame, or nothing that can be iterated.
    """
    if isinstance(records, Mapping):
        records = [records]
    if isinstance(records, str | bytes):
        raise ConfigurationError("records is text; read a file with le.read_csv(path)")
    if hasattr(records, "__dataframe__") or hasattr(records, "__arrow_c_stream__"):
        raise ConfigurationError("records is a data frame; use `await waterfall.frame(df)`")
    total = len(records) if isinstance(records, Sized) else None
    if total is not None and limit is not None:
        total = min(total, limit)
    if isinstance(records, AsyncIterable):
        return total, aiter(records)
    if not isinstance(records, Iterable):
        raise ConfigurationError(f"records is {type(records).__name__}, which cannot be iterated")
    return total, iter(records)
