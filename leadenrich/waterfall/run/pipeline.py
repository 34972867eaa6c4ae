"""The machinery of a stream: a source, a bounded window of records under way, workers, finished rows in a queue.

Nothing here refers to the stream the caller holds, so that dropping that ends the work.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from leadenrich.engine.foreign import stopped_by_us
from leadenrich.errors import ProviderNotFoundError
from leadenrich.results import EnrichedRecord, StopReason
from leadenrich.waterfall.caller_function import named
from leadenrich.waterfall.run.backpressure import ConsumerGate
from leadenrich.waterfall.run.breadth import Breadth
from leadenrich.waterfall.run.keys import Earlier, Finished, SeenKeys
from leadenrich.waterfall.run.last_pass import MOST as LAST
from leadenrich.waterfall.run.last_pass import LastPass
from leadenrich.waterfall.run.options import Options, Progress
from leadenrich.waterfall.run.parking import MOST, PLACE, Parking, Place
from leadenrich.waterfall.run.person_dedupe import PersonDedupe, copied
from leadenrich.waterfall.run.pilot import Pilot, pilot_of
from leadenrich.waterfall.run.processor import Processor, prepare
from leadenrich.waterfall.run.runnable import Runnable
from leadenrich.waterfall.run.source import Item, Source
from leadenrich.waterfall.run.story import story
from leadenrich.waterfall.run.telling import RunStory
from leadenrich.waterfall.summary import Summary


class Pipeline:
    """Records in, rows out, with at most a window of them in between."""

    def __init__(
        self, enricher: Runnable, records: Any, session: Any, options: Options, own_session: bool = False
    ) -> None:
        self.enricher, self.options = enricher, options
        self.session, self._own_session = session, own_session or session is None
        self._earlier = None if options.retry_failed is None else Earlier(options.retry_failed, options.key)
        self._source = Source(records, options.limit, options.key, Finished(options.done), options.into)
        self.summary = Summary(total=self._source.total if self._source.total is not None else options.total)
        self.gate = ConsumerGate(options.concurrency)
        self._window = options.concurrency * (4 if options.ordered else 2)
        self._sink = options.into
        self._seen = SeenKeys() if options.key is not None else None
        self._known = PersonDedupe() if options.dedupe else None
        self._tell: Callable[[Summary], Any] | None = None
        self._ready: deque[tuple[EnrichedRecord, bool]] = deque()
        self._held: dict[int, tuple[Item, list[EnrichedRecord]]] = {}
        self._room: deque[asyncio.Future[None]] = deque()
        self._waiters: set[asyncio.Future[None]] = set()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._live = self._next_out = self._lost = 0
        self._breadth = Breadth(options.concurrency, self._parked) if enricher.by_breadth else None
        self._parking = None if enricher.by_breadth else Parking(MOST * options.concurrency, self.gate, self._parked)
        if self._parking is not None:
            self.gate.on_closed = self._parking.take_back
        waits = enricher.by_breadth or options.pilot or options.dedupe or options.record_timeout is not None
        most = min(LAST, MOST * options.concurrency // 2)
        self._last = None if waits else LastPass(most, lambda: self._under_way < self.options.concurrency)
        self._pilot: Pilot | None = None
        self._note: Callable[[Any], None] | None = None
        self._story: RunStory | None = None
        self._started = self._counted = self._closed = self._released = False
        self._error: BaseException | None = None

    # ---- the consumer's side

    def start(self) -> None:
        """Begin; needs a running event loop."""
        if self._started or self._closed:
            return
        self._loop = asyncio.get_running_loop()
        self._started = True
        if self.session is None:
            from leadenrich.engine.session import Session

            self.session = Session()
        self.session.open()
        self.session.streams += 1  # a bulk call may wait a moment for the records to come
        self._counted = True
        options = self.options
        if self._sink is not None and (expect := getattr(self._sink, "expect", None)):
            expect(self.enricher.expected)
        self._source.finished = self._finished(self.session)
        left = self._left()
        self._process = Processor(
            self.enricher,
            self.session,
            self.gate,
            budget=options.budget,
            max_cost=options.max_cost_per_record,
            timeout=options.record_timeout,
            total=left,
            breadth=self._breadth,
            last_pass=self._last,
            stopping=lambda: self._closed,
        )
        self._source.stopping = lambda: self._closed
        self.summary.asking = self._process.asking
        self.summary.budget_usd = min(
            (b for p in self._process.funds.purses if (b := p.budget.usd) is not None), default=None
        )
        self.summary.started_at, self._began = datetime.now(UTC), self._loop.time()
        if options.pilot is not None:
            self._pilot = pilot_of(
                self.enricher,
                options.pilot,
                options.approve,
                left,
                self._source.left,
                self._process,
                options.concurrency,
            )
            self._source.admit = self._pilot.admit
        self._story = RunStory(self.session, self.enricher)
        self._story.began(self.summary.total)
        self._note = getattr(self.session.cache, "note", None)
        self._tell = _reporter(options.progress)
        self._spawn()

    def explain(self) -> Any:
        """Return the plan of this run; nothing is begun."""
        options, session = self.options, self.session
        if session is None:
            from leadenrich.engine.session import Session

            session = Session()
        if not self._started:
            self._source.finished = self._finished(session)
        records: Any = self._source.left()
        if records is None and (total := self.summary.total) is not None:
            records = max(total - self._source.finished.count, 0)
        try:
            return self.enricher.explain(
                self._source.given if records is None else records,
                session=session,
                budget=options.budget,
                concurrency=options.concurrency,
            )
        finally:
            if self._sink is not None and not self._started:
                self._sink.close()  # it may be another sink of the same file that the run gets

    def _finished(self, session: Any) -> Finished:
        """Return what the caller, the sink and an earlier output say is finished."""

        def has_key(provider_id: str) -> bool:
            try:
                return bool(session.has_credentials(provider_id))
            except ProviderNotFoundError:  # a plugin's that is not installed any more
                return False

        places = [] if self._earlier is None else [self._earlier.finished_without(has_key)]
        if (without := getattr(self._sink, "finished_without", None)) is not None:
            places.append(without(has_key))
        elif self._sink is not None:
            places.append(self._sink.finished)
        return Finished(self.options.done, *places)

    def _left(self) -> int | None:
        """Return how many records are to be asked about, finished ones left out; a table is counted for a budget."""
        options = self.options
        if self.summary.total is None and (options.budget or self.session.budget or options.progress):
            self.summary.total = self._source.count()
        if self.summary.total is None or getattr(self.enricher, "fans_out", False):
            return self.summary.total
        return max(self.summary.total - self._source.finished.count, 0)

    async def next(self) -> EnrichedRecord | None:
        """Return the next finished row, None at the end.

        Raises:
            Exception: what broke the stream as a whole: the source, the sink, a progress callback.
        """
        self.start()
        self.gate.attend()
        try:
            while not self._ready:
                while self._lost:  # workers that other code cancelled: others take their places
                    self._lost -= 1
                    self._spawn()
                if not self._tasks or self._closed:
                    if self._error is not None:
                        error, self._error = self._error, None
                        raise error
                    return None
                waiter: asyncio.Future[None] = self._loop.create_future()
                self._waiters.add(waiter)
                try:
                    await waiter
                finally:
                    self._waiters.discard(waiter)
        finally:
            self.gate.leave()
        row, last = self._ready.popleft()
        if last:
            self._live -= 1
            self._make_room()
        return row

    def stop(self) -> None:
        """Start nothing further and cancel what is under way; takes effect at once."""
        self._closed = True
        for task in self._tasks:
            task.cancel()

    @property
    def left_behind(self) -> int:
        """Return how many calls went out since the consumer last took a row, if there is work under way."""
        return self.gate.passed if self._tasks and not self._closed else 0

    def abandon(self) -> None:
        """Stop from anywhere, also where nothing can be awaited: the consumer is gone."""
        if not self._started or self._released or self._loop.is_closed():
            return
        try:
            here = asyncio.get_running_loop() is self._loop
        except RuntimeError:
            here = False
        if here:
            self._abandon()
        else:
            with contextlib.suppress(RuntimeError):  # the loop was closed in between: nothing runs any more
                self._loop.call_soon_threadsafe(self._abandon)

    def _abandon(self) -> None:
        self._released = True
        self.stop()
        self._let_go()
        if self._own_session:
            task = self._loop.create_task(self.session.aclose())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Stop, wait until nothing runs any more, and release sink and session."""
        if self._released:
            return
        self._released = True
        self.stop()
        try:
            while self._tasks:
                await asyncio.gather(*self._tasks, return_exceptions=True)
                await asyncio.sleep(0)  # tasks leave the set by callback, finished ones give the loop no turn (3.12+)
        finally:  # also where the one who waits for the end is cancelled once more
            self._let_go()
            if self._own_session and self.session is not None:
                await self.session.aclose()

    def _let_go(self) -> None:
        if self.summary.started_at is not None:
            self.summary.ended_at = datetime.now(UTC)
            self.summary.seconds = self._loop.time() - self._began
        if self._counted:
            self.session.streams -= 1
        if self._story is not None:
            self._story.ended(self.summary)
        self._source.close()
        if self._sink is not None:
            self._sink.close()
        if self._tell is not None and (close := getattr(self._tell, "close", None)) is not None:
            close()

    # ---- the workers' side

    def _spawn(self) -> None:
        if self._under_way < self.options.concurrency and not self._source.ended and not self._closed:
            task = self._loop.create_task(self._work())
            self._tasks.add(task)
            task.add_done_callback(self._gone)

    def _gone(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if self._last is not None:
            self._last.go_on()
        if not task.cancelled() and (error := task.exception()) is not None:
            self._error = self._error or error
            self.stop()
        elif not self._closed and (task.cancelled() or task.result()):
            self._lost += 1
            self._wake()
        else:
            self._spawn()  # several that saw too many under way may have ended in the same turn
        if not self._tasks:
            self._wake()

    async def _work(self) -> bool:
        """Take records until there are no more; return whether other code cancelled the worker before that."""
        fresh = True
        while not self._source.ended:
            while self._live - self._waiting_their_turn - self._held_up >= self._window:
                if self.options.ordered and self._last is not None:
                    self._last.give_up()
                room: asyncio.Future[None] = self._loop.create_future()
                self._room.append(room)
                await room
            self._live += 1
            try:
                item = await self._source.take()
            except BaseException:
                self._live -= 1
                raise
            self.summary.finished_before = self._source.passed
            if item is None:
                self._live -= 1
                if self._breadth is not None:
                    self._breadth.end()
                if self._last is not None:
                    self._last.begin()
                self._make_room()
                return False
            if fresh:
                fresh = False
                self._spawn()
            PLACE.set(None if self._parking is None else Place(self._parking))
            try:
                rows = await (self._rows(item) if self._breadth is None else self._in_turn(item, self._breadth))
            except asyncio.CancelledError:
                if self._closed:
                    raise
                rows = [self._interrupted(item)]
            self._emit(item, rows)
            if self._pilot is not None:
                self._pilot.finished()
            if stopped_by_us():  # by other code; the consumer starts another worker once it comes back
                return True
            if self._under_way > self.options.concurrency:  # records that had been parked go on: they suffice
                return False
        return False

    @property
    def _waiting_their_turn(self) -> int:
        parked = 0 if self._breadth is None else self._breadth.parked
        return parked if self._parking is None else parked + self._parking.free

    @property
    def _held_up(self) -> int:
        """Return how many finished records hold no place: by breadth, one before them may wait for all."""
        return 0 if self._breadth is None else len(self._held)

    @property
    def _under_way(self) -> int:
        """Return how many records are worked on: those that wait for a turn or a limit hold no place."""
        return len(self._tasks) - self._waiting_their_turn

    def _parked(self) -> None:
        """A record waits for its turn or for a limit: another may take its place."""
        self._spawn()
        self._make_room()
        if self._last is not None:
            self._last.go_on()

    async def _in_turn(self, item: Item, breadth: Breadth) -> list[EnrichedRecord]:
        breadth.begin()
        try:
            return await self._rows(item)
        finally:
            breadth.finish()

    async def _rows(self, item: Item) -> list[EnrichedRecord]:
        enricher = self.enricher
        row = prepare(item.record, item.position, item.key, clean=enricher.clean, region=enricher.region)
        if self._story is not None:
            self._story.row_began(row)
        if item.problem is not None:
            row.problems.append(_key_problem(item.problem))
        if self._seen is not None and self._seen.again(item.key):
            self.summary.duplicate_keys += 1
            row.problems.append(_key_problem("is that of an earlier record too"))
        if row.status == "invalid":
            return [row]
        if self._pilot is not None and self._pilot.declined is not None:
            row.status, row.reason, row.stop_reason = "skipped", self._pilot.declined, StopReason.DECLINED
            row.retry_reason = row.reason
            return [row]
        if self._known is None:
            return await self._process(row)
        return await self._once(row, self._known)

    def _interrupted(self, item: Item) -> EnrichedRecord:
        """Return the row of a record whose work was cancelled before anything was asked."""
        enricher = self.enricher
        row = prepare(item.record, item.position, item.key, clean=enricher.clean, region=enricher.region)
        if row.status != "invalid":
            row.status, row.stop_reason = "failed", StopReason.INTERRUPTED
            row.reason = row.retry_reason = "the work on this record was cancelled"
        return row

    async def _once(self, row: EnrichedRecord, known: PersonDedupe) -> list[EnrichedRecord]:
        """Ask unless an earlier row is about the same person; then wait for its answer."""
        first, answer = known.meet(row.data)
        if not first:
            aside = self._breadth or self._parking
            with contextlib.nullcontext() if aside is None else aside.aside():
                earlier = await answer.wait()
            if earlier is not None:
                self.summary.duplicate_people += 1
                return [copied(row, earlier)]
        rows: list[EnrichedRecord] = []
        try:
            rows = await self._process(row)
        finally:
            if first:
                answer.tell(rows[0] if len(rows) == 1 else None)
        return rows

    def _emit(self, item: Item, rows: list[EnrichedRecord]) -> None:
        if not self.options.ordered:
            self._release(item, rows)
            return
        self._held[item.place] = (item, rows)
        if self._breadth is not None:
            self._make_room()
        while (due := self._held.pop(self._next_out, None)) is not None:
            self._next_out += 1
            self._release(*due)

    def _release(self, item: Item, rows: list[EnrichedRecord]) -> None:
        if self._sink is not None:
            with named("the sink"):
                self._store(item, rows)
        self.summary.seconds = self._loop.time() - self._began
        for number, row in enumerate(rows, 1):
            self.summary.add(row)
            if self._story is not None:
                self._story.row_ended(row)
            if self._note is not None and (told := story(row)) is not None:
                self._note(told)
            if self._tell is not None:
                with named("`progress`"):
                    self._tell(self.summary)
            self._ready.append((row, number == len(rows)))
        self._wake()

    def _store(self, item: Item, rows: list[EnrichedRecord]) -> None:
        """Write the rows of a record: it is finished once they are all there, whose last carries its key."""
        key = item.sink_key
        write_all = getattr(self._sink, "write_all", None)
        if len(rows) > 1 and key is not None and write_all is not None:
            write_all(rows, key)
            return
        for row in rows:
            self._sink.write(row, key if row is rows[-1] else row.key)

    def _wake(self) -> None:
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)

    def _make_room(self) -> None:
        """Let workers that wait for room look again: one where a row went, all where the source has ended."""
        while self._room:
            room = self._room.popleft()
            if not room.done():
                room.set_result(None)
                if not self._source.ended:
                    return


def _key_problem(reason: str) -> Any:
    from leadenrich.clean.values import Problem

    return Problem("key", reason)


def _reporter(progress: Progress) -> Callable[[Summary], Any] | None:
    if progress is True:
        from leadenrich.integrations.progress import ProgressBar

        return ProgressBar()
    return progress or None
