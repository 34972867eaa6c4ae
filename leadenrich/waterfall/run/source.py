"""Where records come from: lists, generators, async generators, tables that are read as they go."""

from __future__ import annotations

import asyncio
import io
import itertools
import os
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping, Sized
from typing import Any, NamedTuple

from leadenrich.engine.foreign import fault_of, stopped_by_us
from leadenrich.errors import ConfigurationError, WaterfallError
from leadenrich.waterfall.run.keys import Finished, Key
from leadenrich.waterfall.run.open_records import OpenRecords, keys_of

Records = Iterable[Any] | AsyncIterable[Any]
"""Anything that yields records: mappings of canonical fields to values, such as dicts, `Person` or `Company`."""


def open_source(records: Any, limit: int | None = None) -> tuple[int | None, Iterator[Any] | AsyncIterator[Any]]:
    """Return how many records there are, where that is known, and an iterator over them; one record is a list of one.

    Raises:
        ConfigurationError: it is text, a data frame, or nothing that can be iterated.
    """
    if isinstance(records, Mapping):
        records = [records]
    if isinstance(records, str | bytes | os.PathLike | io.IOBase):
        kind = "text" if isinstance(records, str | bytes) else "a file" if isinstance(records, io.IOBase) else "a path"
        raise ConfigurationError(f"records is {kind}; read a file with le.read_csv(path)")
    if hasattr(records, "__dataframe__") or hasattr(records, "__arrow_c_stream__"):
        raise ConfigurationError("records is a data frame: `waterfall.frame_sync(df)`, or `await waterfall.frame(df)`")
    total = len(records) if isinstance(records, Sized) else None
    if total is not None and limit is not None:
        total = min(total, limit)
    if isinstance(records, AsyncIterable):
        return total, aiter(records)
    if not isinstance(records, Iterable):
        raise ConfigurationError(f"records is {type(records).__name__}, which cannot be iterated")
    return total, iter(records)


_PATIENCE = 1000
"""After how many finished records in a row the event loop gets a turn."""


class Item(NamedTuple):
    """A record taken: its place among those taken, its position among all, its key and the sink's, what is wrong."""

    place: int
    position: int
    record: Any
    key: str
    sink_key: str | None
    problem: str | None


class Source:
    """Hands out the records that are not finished yet, to as many takers as there are.

    Attributes:
        given: the records as the caller gave them. total: how many there are, where that is known.
        ended: whether there are no more.
        passed: how many were passed over as finished.
        finished: keys to pass over.
        admit: waited for before each record, given how many were taken; None: nothing.
        stopping: whether the run is being stopped: then a cancellation is our own.
    """

    def __init__(self, records: Any, limit: int | None, key: Key, finished: Finished, sink: Any = None) -> None:
        self.given = records
        self.total, self._records = open_source(records, limit)
        self._is_plain = isinstance(self._records, Iterator)
        self._opened = self._records is not records  # a table's reading is ours to end, a caller's generator is not
        self._limit, self._key, self.finished, self._sink = limit, key, finished, sink
        self._lock = asyncio.Lock()
        self._position = self._taken = self.passed = 0
        self.ended = False
        self.admit: Callable[[int], Awaitable[None]] | None = None
        self.stopping: Callable[[], bool] = stopped_by_us

    def count(self) -> int | None:
        """Return how many records there are, by reading them once where that can be done twice; None: it cannot."""
        again = self.given
        if not isinstance(again, Iterable) or isinstance(again, Iterator | AsyncIterable) or not self._opened:
            return None
        if (count_rows := getattr(again, "count_rows", None)) is not None:  # a table: without making records
            rows: int = count_rows(self._limit)
            return rows
        records = iter(again)
        try:
            return sum(1 for _ in itertools.islice(records, self._limit))
        finally:
            if (close := getattr(records, "close", None)) is not None:
                close()

    def left(self) -> OpenRecords | None:
        """Return the records that are still to be asked about; None where they cannot be read again."""
        if not OpenRecords.can_read(self.given):
            return None
        return OpenRecords(self.given, self._key, self.finished, self._sink, self._limit, self._position)

    def close(self) -> None:
        """Let go of a file that was opened for reading."""
        close = getattr(self._records, "close", None)
        if self._opened and close is not None:
            close()

    async def take(self) -> Item | None:
        """Return the next record that is not finished yet, None at the end."""
        if self._is_plain:
            return await self._take(self._records)
        async with self._lock:
            return await self._take(self._records)

    async def _take(self, records: Any) -> Item | None:
        while not self.ended:
            if self.admit is not None:
                await self.admit(self._taken)
            if self._limit is not None and self._position >= self._limit:
                break
            try:
                record = next(records) if self._is_plain else await anext(records)
            except (StopIteration, StopAsyncIteration):
                break
            except asyncio.CancelledError:  # it is over, and did not come to its end
                if self.stopping():
                    raise
                raise WaterfallError("the source of records was cancelled before its end") from None
            except Exception:
                raise
            except BaseException as error:
                raise WaterfallError(str(fault_of("the source of records", error))) from None
            position, self._position = self._position, self._position + 1
            key, sink_key, problem = keys_of(record, self._key, position, self._sink)
            if self.finished and (key in self.finished or sink_key in self.finished):
                self.passed += 1
                if self.passed % _PATIENCE == 0:
                    await asyncio.sleep(0)
                continue
            place, self._taken = self._taken, self._taken + 1
            return Item(place, position, record, key, sink_key, problem)
        self.ended = True
        return None
