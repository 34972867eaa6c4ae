"""`Stream`: rows as they finish, as an async context manager and an async iterator in one."""

from __future__ import annotations

import asyncio
import warnings
import weakref
from collections.abc import Generator, Iterable
from typing import Any, NoReturn, Self

from leadenrich.results import EnrichedRecord, Rows
from leadenrich.waterfall.run.options import Options
from leadenrich.waterfall.run.pipeline import Pipeline
from leadenrich.waterfall.run.runnable import Runnable
from leadenrich.waterfall.summary import Summary


class Stream:
    """Finished rows of a run; nothing is asked before the first one is awaited.

    ```
    async with waterfall.stream(records, session=session) as rows:
        async for row in rows: ...
    ```
    Leaving the block, by its end, `break`, an exception or cancellation, stops everything: no further call is
    started, no task stays behind. `async for row in waterfall.stream(records)` does the same once the loop is left.
    A stream that is kept in a variable, left early and not closed makes at most `concurrency` further calls, and a
    ResourceWarning.

    `await stream` runs to the end and returns all rows in the order of their records.

    Attributes:
        enricher: the waterfall or chain that runs.
        summary: how the run goes, row by row. usage: the session's usage, once it runs.
    """

    def __init__(
        self, enricher: Runnable, records: Any, session: Any, options: Options, *, own_session: bool = False
    ) -> None:
        self.enricher = enricher
        self._pipeline = Pipeline(enricher, records, session, options, own_session)
        self._finalizer = weakref.finalize(self, _left, self._pipeline)
        self._finalizer.atexit = False

    @property
    def summary(self) -> Summary:
        """Return how the run goes."""
        return self._pipeline.summary

    @property
    def usage(self) -> Any:
        """Return the session's usage; None before the run has begun."""
        return None if self._pipeline.session is None else self._pipeline.session.usage

    def explain(self) -> Any:
        """Return the `Plan` (a chain's: a `ChainPlan`) of this very run; nothing is asked, and nothing begins.

        As `enricher.explain`, with the stream's records and options: what the sink or an earlier output has finished
        is left out, `limit`, `budget` and `concurrency` count, and answers that the session's ledger has cost nothing.

        Raises:
            ConfigurationError: records that could not be read again afterwards, without `total=`.
        """
        return self._pipeline.explain()

    async def __aenter__(self) -> Self:
        asyncio.get_running_loop()  # raises where there is none: then nothing has begun, and the stream can be used yet
        try:
            self._pipeline.start()
        except BaseException:  # nothing leaves this `with` block that was never entered: the sink is let go of here
            await self.aclose()
            raise
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.aclose()

    def __aiter__(self) -> Self:
        return self

    def __iter__(self) -> NoReturn:
        raise TypeError(
            "a stream is asynchronous: `async for row in stream`; from code without an event loop"
            " `for row in waterfall.iter_sync(records)`"
        )

    def __enter__(self) -> NoReturn:
        raise TypeError("a stream is asynchronous: `async with waterfall.stream(records) as rows`")

    def __exit__(self, *exc: object) -> None: ...

    async def __anext__(self) -> EnrichedRecord:
        try:
            row = await self._pipeline.next()
        except Exception:
            await self.aclose()
            raise
        if row is None:
            await self.aclose()
            raise StopAsyncIteration
        return row

    async def aclose(self) -> None:
        """Stop: no further call is started, and nothing is left running when this returns."""
        self._finalizer.detach()
        await self._pipeline.close()

    async def drain(self) -> Summary:
        """Run to the end for the sake of `into=` alone; return the summary."""
        async with self:
            async for _ in self:
                pass
        return self.summary

    def __await__(self) -> Generator[Any, None, Rows]:
        return self._all().__await__()

    async def _all(self) -> Rows:
        async with self:
            rows = [row async for row in self]
        return self.told(sorted(rows, key=lambda row: row.index))

    def told(self, rows: Iterable[EnrichedRecord]) -> Rows:
        """Return rows of this run as a list that knows its summary."""
        finished = Rows(rows)
        finished.summary = self.summary
        return finished

    def __repr__(self) -> str:
        return f"<Stream of {self.enricher!r}: {self.summary.rows} rows so far>"


def _left(pipeline: Pipeline) -> None:
    """Stop a stream that no caller holds any more."""
    calls = pipeline.left_behind
    pipeline.abandon()
    if calls:
        warnings.warn(
            f"a stream was left before its end, and made {calls} calls whose answers were not taken;"
            " use `async with waterfall.stream(...) as rows`",
            ResourceWarning,
            stacklevel=2,
        )
