"""The records of a job that are not finished yet, as often as they are read: what a plan of the rest is made of."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterable, Iterable, Iterator, Mapping
from typing import Any

from leadenrich.waterfall.caller_function import named
from leadenrich.waterfall.run.keys import Finished, Key, key_of


def keys_of(record: Any, key: Key, position: int, sink: Any) -> tuple[str, str | None, str | None]:
    """Return a record's key, the sink's for it, and what was wrong with the first."""
    own, problem = key_of(record, key, position)
    if sink is None:
        return own, None, problem
    with named("the sink"):
        sink_key = sink.key_of(record, position)
    return (own if key is not None else sink_key), sink_key, problem


class OpenRecords:
    """Iterates anew each time over the records that a run would ask about.

    Args:
        records: something that can be read again. key, finished, sink, limit: as a run has them.
        start: the position of the first that counts.
    """

    def __init__(
        self, records: Any, key: Key, finished: Finished, sink: Any, limit: int | None, start: int = 0
    ) -> None:
        self._records = [records] if isinstance(records, Mapping) else records
        self._key, self._finished, self._sink, self._limit, self._start = key, finished, sink, limit, start

    @staticmethod
    def can_read(records: Any) -> bool:
        """Return whether records can be read again afterwards: a list or a table, no generator."""
        if isinstance(records, Mapping):
            return True
        return isinstance(records, Iterable) and not isinstance(records, Iterator | AsyncIterable)

    def __iter__(self) -> Iterator[Any]:
        for position, record in enumerate(itertools.islice(iter(self._records), self._limit)):
            if position < self._start:
                continue
            own, sink_key, _ = keys_of(record, self._key, position, self._sink)
            if not (self._finished and (own in self._finished or sink_key in self._finished)):
                yield record
