"""What every storm stands on: a clock of its own, two watchdogs, and ears for whatever is said while it lasts."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import signal
import threading
import traceback
from collections.abc import Callable, Coroutine, Iterable, Iterator
from typing import Any

import looptime

PATIENCE = 20_000.0
"""Virtual seconds within which every storm must be over."""
REAL_SECONDS = 60
"""Within which it must be over on the machine's clock: a loop that never waits does not move the virtual one."""


class Ears(logging.Handler):
    """Keeps what is logged, as text, with tracebacks; whatever asyncio complains about breaks a promise."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []
        self.complaints: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one line."""
        line = record.getMessage()
        if record.exc_info:
            line += "\n" + "".join(traceback.format_exception(*record.exc_info))
        (self.complaints if record.name == "asyncio" else self.lines).append(line)

    @contextlib.contextmanager
    def open(self) -> Iterator[None]:
        """Listen."""
        ours = [logging.getLogger(name) for name in ("leadenrich", "asyncio")]
        kept = [(one, one.level, one.propagate) for one in ours]
        disabled = logging.root.manager.disable
        logging.disable(logging.NOTSET)
        for one in ours:
            one.addHandler(self)
            one.setLevel(logging.DEBUG if one.name == "leadenrich" else logging.WARNING)
            one.propagate = False
        try:
            yield
        finally:
            logging.disable(disabled)
            for one, level, propagate in kept:
                one.removeHandler(self)
                one.setLevel(level)
                one.propagate = propagate


def told(thing: Any) -> str:
    """Return everything that a result, a row, an error or an event shows of itself."""
    texts = [repr(thing), str(thing)]
    if isinstance(thing, BaseException):
        texts += traceback.format_exception(thing)
        texts += [repr(thing.args), repr(getattr(thing, "detail", None)), repr(getattr(thing, "__notes__", None))]
        frame = thing.__traceback__
        while frame is not None:
            if "leadenrich/engine" in frame.tb_frame.f_code.co_filename:
                texts.append(f"{frame.tb_frame.f_code.co_name}: {frame.tb_frame.f_locals.keys()}")
            frame = frame.tb_next
    return "\n".join(texts)


def silent(texts: Iterable[str], words: Iterable[str]) -> None:
    """Fail where one of the words, a key or a person's value, stands in one of the texts."""
    sought = sorted(set(words), key=len, reverse=True)
    for text in texts:
        for word in sought:
            assert word not in text, f"{word!r} is shown: {text[:400]}"


def play(seed: int, storm: Callable[[], Coroutine[Any, Any, None]], line: str) -> None:
    """Play one storm on a loop with a virtual clock.

    Raises:
        AssertionError: a promise was broken; the text says how to replay it.
    """
    random.seed(seed)  # of the pauses between attempts
    loop = looptime.patch_event_loop(asyncio.new_event_loop())
    loop.setup_looptime(end=PATIENCE, noop_cycles=1)  # there is no I/O to be waited for
    try:
        with _watchdog():
            loop.run_until_complete(storm())
    except BaseException as error:
        raise AssertionError(f"{error!r}; replay with: {line}") from error
    finally:
        _swept(loop)


def _swept(loop: asyncio.AbstractEventLoop) -> None:
    """Close a loop; what a broken storm has left behind must not be heard in the next one."""
    left = asyncio.all_tasks(loop)
    for task in left:
        task.cancel()
    if left:
        loop.setup_looptime(noop_cycles=1)  # type: ignore[attr-defined]  # patched in
        with contextlib.suppress(BaseException):
            loop.run_until_complete(asyncio.wait(left, timeout=100))
    loop.close()


@contextlib.contextmanager
def _watchdog() -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    def bark(*_: Any) -> None:
        raise AssertionError(f"it hangs: not over after {REAL_SECONDS} s of real time")

    before = signal.signal(signal.SIGALRM, bark)
    signal.setitimer(signal.ITIMER_REAL, REAL_SECONDS, 5)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
