"""What waterfalls and chains have in common: streaming, running, one record, and the same without an event loop."""

from __future__ import annotations

import contextlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from typing import Any, TypeVar, Unpack

from leadenrich.engine.budget import Budget
from leadenrich.engine.portal import Portal
from leadenrich.errors import ConfigurationError
from leadenrich.results import EnrichedRecord, Rows
from leadenrich.waterfall.asker import Asker, check_session
from leadenrich.waterfall.choice.access import missing_prices
from leadenrich.waterfall.plan.chain_plan import ChainPlan
from leadenrich.waterfall.plan.plan import Plan
from leadenrich.waterfall.row_schema import row_schema
from leadenrich.waterfall.rules.rules import Rules
from leadenrich.waterfall.run.context import RunContext
from leadenrich.waterfall.run.keys import key_of
from leadenrich.waterfall.run.options import Options, StreamOptions
from leadenrich.waterfall.run.processor import Processor, prepare
from leadenrich.waterfall.run.runnable import Worker
from leadenrich.waterfall.run.source import Records
from leadenrich.waterfall.run.stream import Stream
from leadenrich.waterfall.run.telling import RunStory

T = TypeVar("T")


class Enricher(ABC):
    """Takes records and returns enriched ones."""

    def __init__(self, *, clean: bool = True, region: str | None = None) -> None:
        self.clean, self.region = clean, region

    @abstractmethod
    def bind(self, session: Asker, context: RunContext | None = None) -> Worker:
        """Return what takes prepared rows through in one session; `context`: what all records of a run share."""

    @property
    @abstractmethod
    def all_rules(self) -> tuple[Rules, ...]:
        """Return the rules of each waterfall."""

    @property
    @abstractmethod
    def by_breadth(self) -> bool:
        """Return whether records take turns: step 1 of all before step 2 of any."""

    @property
    def fans_out(self) -> bool:
        """Return whether one record may become several rows."""
        return False

    @property
    @abstractmethod
    def expected(self) -> tuple[str, ...]:
        """Return the fields asked for."""

    def schema(self, *, provenance: bool = False) -> dict[str, Any]:
        """Return the JSON Schema of `row.to_dict()`: the columns of a run, before it.

        Args:
            provenance: as in `to_dict`: with source, confidence and cost of each field, and how the row ended.
        """
        columns = {name: kind for rules in self.all_rules for name, kind in rules.columns.items()}
        return row_schema(self.expected, columns, provenance)

    @abstractmethod
    def explain(
        self, records: int | Iterable[Any], *, session: Any = None, budget: Budget | None = None, concurrency: int = 100
    ) -> Plan | ChainPlan:
        """Return what a run is expected to find, cost and take; nothing is asked and nothing spent."""

    def unpriced(self, *, session: Any = None) -> dict[str, str]:
        """Return the prices that a budget in USD would lack: `{"ocean_io": "USD per credit"}`; nothing is asked.

        Args:
            session: whose keys and prices; None: the keys in the environment and the list prices.
        """
        check_session(session)
        if session is None:
            from leadenrich.engine.session import Session

            session = Session()
        return missing_prices(self.all_rules, session)

    def stream(self, records: Records, *, session: Any = None, **options: Unpack[StreamOptions]) -> Stream:
        """Return the stream of enriched rows, one for each record, as they finish.

        Args:
            records: a list, a generator, an async generator, `le.read_csv(...)`: anything that yields mappings.
            session: whom to ask with; None opens one with the keys in the environment, and closes it.
            concurrency: how many records are under way at once.
            ordered: rows come in the order of their records, not as they finish.
            key: the record's field, or a function of the record, that becomes `row.key`; None: its position.
            done: anything with `__contains__`: records whose key is in it are passed over.
            into: a sink such as `le.CsvSink(path)`: finished rows are written to it before they come out, and records
                whose key it has are passed over.
            budget: the most this run may spend. max_cost_per_record: USD (or a `Budget`) for each record.
            record_timeout: seconds for one record, queueing included.
            progress: True for a bar, or a function called with the `Summary` after each row.
            dedupe: ask once per person; later rows about the same one get the first one's answer (within a window of
                100,000 identities).
            retry_failed: an earlier output (its path, rows, or `{key: status}`): only records that may end differently
                are asked.
            limit: how many records to take at most.
            total: how many records there are, where the source does not say; a budget is spread over them.
            pilot: so many records first; then a plan for the rest is made of what they showed.
            approve: receives that `Plan` (a chain's: a `ChainPlan`), and says whether to go on; may be async. Where it
                declines, the rest of the records are `skipped`.

        Raises:
            ConfigurationError: an unknown or senseless option; records that are text or a data frame.
        """
        check_session(session)
        return Stream(self, records, session, Options.of(options))

    async def run(self, records: Records, *, session: Any = None, **options: Unpack[StreamOptions]) -> Rows:
        """Return all enriched rows, in the order of their records; `.summary` tells how it went.

        The options are `stream`'s.
        """
        wanted = options.get("ordered", True)
        # A list is put in order at the end, so no row waits for an earlier one; a file is written as rows come.
        streamed: StreamOptions = {**options, "ordered": wanted and options.get("into") is not None}
        async with self.stream(records, session=session, **streamed) as stream:
            rows = [row async for row in stream]
        if wanted:
            rows.sort(key=lambda row: row.index)
        return stream.told(rows)

    async def enrich(self, record: Any, *, session: Any = None, **options: Unpack[StreamOptions]) -> EnrichedRecord:
        """Return one enriched record.

        Args:
            record: a mapping of fields.
            session: as in `stream`.
            options: `key`, `budget`, `max_cost_per_record` and `record_timeout`, as in `stream`.

        Raises:
            ConfigurationError: a chain that makes several rows of one record; use `run([record])`.
        """
        check_session(session)
        chosen = Options.of(options)
        if self.fans_out:
            raise ConfigurationError("one record becomes several rows in this chain; use `await chain.run([record])`")
        async with contextlib.AsyncExitStack() as stack:
            if session is None:
                from leadenrich.engine.session import Session

                session = await stack.enter_async_context(Session())
            session.open()
            row = prepare(record, 0, key_of(record, chosen.key, 0)[0], clean=self.clean, region=self.region)
            told = RunStory(session, self)
            told.row_began(row)
            if row.status == "invalid":
                told.row_ended(row)
                return row
            process = Processor(
                self, session, budget=chosen.budget, max_cost=chosen.max_cost_per_record, timeout=chosen.record_timeout
            )
            (enriched,) = await process(row)
            told.row_ended(enriched)
        return enriched

    def run_sync(self, records: Records, *, session: Any = None, **options: Unpack[StreamOptions]) -> Rows:
        """Return all enriched rows, from code without an event loop or inside a notebook's running one.

        Args:
            records: as in `stream`.
            session: None, one that is not open, or one in its own `with` block.
            options: as in `stream`.

        Raises:
            ConfigurationError: the session is open on an event loop of its own.
        """
        with _told_how_to_go_on(options.get("into")):
            return _in_portal(session, lambda: self.run(records, session=session, **options))

    def enrich_sync(self, record: Any, *, session: Any = None, **options: Unpack[StreamOptions]) -> EnrichedRecord:
        """Return one enriched record, as `enrich` does, from code without an event loop; as `run_sync` otherwise."""
        return _in_portal(session, lambda: self.enrich(record, session=session, **options))

    def frame_sync(self, frame: Any, *, session: Any = None, **options: Any) -> Any:
        """Return a data frame with what was found, as `frame` does, from code without an event loop.

        Args:
            frame: a pandas, polars or pyarrow table.
            session: as in `run_sync`.
            options: as in `frame`.
        """
        return _in_portal(session, lambda: self.frame(frame, session=session, **options))

    def iter_sync(
        self, records: Records, *, session: Any = None, **options: Unpack[StreamOptions]
    ) -> Iterator[EnrichedRecord]:
        """Yield enriched rows as they finish, from code without an event loop; as `run_sync` otherwise."""
        check_session(session)
        checked = Options.of(options)  # now, not when the first row is asked for
        return self._iter_sync(records, session, checked)

    def _iter_sync(self, records: Records, session: Any, options: Options) -> Iterator[EnrichedRecord]:
        with _told_how_to_go_on(options.into), _portal_for(session) as portal:
            try:
                yield from portal.iterate(lambda: Stream(self, records, session, options))
            finally:
                if session is not None and session.portal is None:
                    portal.call(_detach(session))

    async def frame(
        self,
        frame: Any,
        *,
        session: Any = None,
        columns: Sequence[str] | None = None,
        provenance: bool = False,
        **options: Unpack[StreamOptions],
    ) -> Any:
        """Return a data frame of the same kind with what was found in further columns (extra `frames`).

        Args:
            frame: a pandas, polars or pyarrow table.
            session: as in `stream`.
            columns: which columns the result has; None: all.
            provenance: add `<field>_source`, `<field>_confidence` and `<field>_cost`.
            options: as in `stream`.
        """
        columns = (columns,) if isinstance(columns, str) else columns
        from leadenrich.records.frames import frame_from_rows, rows_from_frame

        ordered: StreamOptions = {**options, "ordered": True}
        rows = await self.run(rows_from_frame(frame), session=session, **ordered)
        return frame_from_rows(rows, frame, columns, provenance)


@contextlib.contextmanager
def _told_how_to_go_on(sink: Any) -> Iterator[None]:
    """Let the traceback of a Ctrl-C end with what its reader wants to know: that nothing finished is lost."""
    try:
        yield
    except KeyboardInterrupt as error:
        if sink is not None:
            error.add_note(f"stopped: finished rows are in {getattr(sink, 'path', sink)}; run again to go on")
        raise


def _in_portal(session: Any, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run a coroutine on the thread of the session's `with` block, else on one for this call."""
    with _portal_for(session) as portal:

        async def run() -> T:
            try:
                return await work()
            finally:
                if session is not None and session.portal is None:
                    await _detach(session)()  # its loop ends with this call

        return portal.call(run)


def _detach(session: Any) -> Any:
    """Return what lets a session go of its event loop, so that it can be used again."""
    return getattr(session, "detach", session.aclose)


@contextlib.contextmanager
def _portal_for(session: Any) -> Iterator[Portal]:
    """Give the thread to run on: the session's own inside its `with` block, else one for this call."""
    check_session(session)
    if session is not None and session.portal is not None:
        yield session.portal
        return
    if session is not None and session.is_open:
        raise ConfigurationError("this session is open on an event loop; the sync forms need one that is not, or none")
    portal = Portal()
    try:
        yield portal
    finally:
        portal.close()


__all__ = ["Enricher", "Worker"]
