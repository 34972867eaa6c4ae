"""The one bridge from code without an event loop: a thread with a loop of its own, rows crossing in chunks."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any, TypeVar

T = TypeVar("T")

_END = object()
LAST_WORDS = 10.0
"""Seconds something cancelled gets to clean up after itself."""


class Portal:
    """A background thread that runs one event loop; closing it ends both."""

    def __init__(self) -> None:
        started = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, args=(started,), name="leadenrich-portal", daemon=True)
        self._thread.start()
        started.wait()

    def _serve(self, started: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.call_soon(started.set)
        try:
            self._loop.run_forever()
        finally:
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()

    def runs(self, loop: asyncio.AbstractEventLoop) -> bool:
        """Return whether a loop is the one of this thread."""
        return loop is self._loop

    def call(self, function: Callable[..., Awaitable[T]], *args: Any, **kwargs: Any) -> T:
        """Run a coroutine function there and return its result; an interrupt here cancels it there."""
        ended = threading.Event()

        async def run() -> T:
            try:
                return await function(*args, **kwargs)
            finally:
                ended.set()

        future = asyncio.run_coroutine_threadsafe(run(), self._loop)
        try:
            return future.result()
        except BaseException:
            if future.cancel():
                ended.wait(LAST_WORDS)
            raise

    def iterate(self, factory: Callable[[], AsyncIterator[T]], chunk: int = 32) -> Iterator[T]:
        """Yield what an async iterator yields; it runs at most two chunks ahead, and stops when this is closed."""
        chunks: queue.Queue[Any] = queue.Queue(2)
        stop, ended = threading.Event(), threading.Event()

        async def put(item: Any) -> None:
            while not stop.is_set():
                try:
                    chunks.put_nowait(item)
                    return
                except queue.Full:
                    await asyncio.sleep(0.005)

        async def pump() -> None:
            rows: list[T] = []
            source: AsyncIterator[T] | None = None
            try:
                source = factory()
                async for row in source:
                    rows.append(row)
                    if stop.is_set():
                        break
                    if len(rows) >= chunk or chunks.empty():
                        await put(rows)
                        rows = []
                if rows:
                    await put(rows)
                await put(_END)
            except BaseException as error:
                if rows:
                    await put(rows)
                await put(error)
                raise
            finally:
                close = getattr(source, "aclose", None)
                if close is not None:
                    await close()
                ended.set()

        future = asyncio.run_coroutine_threadsafe(pump(), self._loop)
        try:
            while True:
                item = chunks.get()
                if item is _END:
                    return
                if isinstance(item, BaseException):
                    raise item
                yield from item
        finally:
            stop.set()
            while not chunks.empty():
                chunks.get_nowait()
            if future.cancel():
                ended.wait(LAST_WORDS)

    def close(self) -> None:
        """Stop the loop and the thread."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(10)
