"""Files that are written whole or not at all: swapped in one step, locked, and named when the disk is full."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from leadenrich.errors import ConfigurationError, StorageError


@contextlib.contextmanager
def replacing(path: Any, encoding: str | None = None) -> Iterator[Any]:
    """Open a new file that takes the place of `path` when all went well, and leaves it alone otherwise.

    Text with the given encoding, bytes where it is None. A file that is open already is passed on as it is.
    """
    if hasattr(path, "write"):
        yield path
        return
    place = Path(os.path.realpath(path))  # of a link, the file it leads to is replaced
    if place.exists() and not place.is_file() and not place.is_dir():  # a device or a pipe, such as /dev/stdout
        with _full_disk(place), open(place, **_mode(encoding)) as target:
            yield target
        return
    with storing(place):
        handle, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.", suffix=".part")
    try:
        with _full_disk(place), open(handle, **_mode(encoding)) as target:
            yield target
        with storing(place):
            with contextlib.suppress(FileNotFoundError):
                os.chmod(name, place.stat().st_mode & 0o777)
            os.replace(name, place)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name)
        raise


def _mode(encoding: str | None) -> dict[str, Any]:
    if encoding is None:
        return {"mode": "wb"}
    return {"mode": "w", "encoding": encoding, "errors": "replace", "newline": ""}


@contextlib.contextmanager
def storing(path: object) -> Iterator[None]:
    """Turn what the operating system refuses while a file is written into an error that names the file."""
    try:
        yield
    except StorageError:
        raise
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error.strerror or error}") from error


@contextlib.contextmanager
def _full_disk(path: Path) -> Iterator[None]:
    """As `storing`, for code that the caller's own rows run in: their errors of other kinds are theirs."""
    try:
        yield
    except OSError as error:
        if error.errno not in _NO_ROOM or isinstance(error, StorageError):
            raise
        raise StorageError(f"{path} cannot be written: {error.strerror}") from error


_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def lock(file: io.FileIO, path: Path) -> None:
    """Keep a second run from writing to the same file; the lock goes with the process, however it ends.

    Raises:
        ConfigurationError: another run has it open.
    """
    try:
        import fcntl
    except ImportError:  # Windows has no such locks: there, two runs on one file are not noticed
        return
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise ConfigurationError(
            f"another run is writing to {path}; wait until it has ended, or name another file"
        ) from None


def open_locked(path: Path) -> io.FileIO:
    """Open a file for reading and appending, made with mode 0600 if it is not there, and locked.

    Raises:
        ConfigurationError: it cannot be opened, or another run has it open.
    """
    while True:
        try:
            file = io.FileIO(path, "a+", opener=lambda name, flags: os.open(name, flags, 0o600))
        except OSError as error:
            raise ConfigurationError(f"{path} cannot be written: {error.strerror}") from error
        try:
            lock(file, path)
            if os.fstat(file.fileno()).st_ino == path.stat().st_ino:
                return file
        except FileNotFoundError:
            pass
        except BaseException:
            file.close()
            raise
        file.close()  # another run has just put a new file in its place


def swap(path: Path, lines: Iterable[bytes]) -> io.FileIO:
    """Write a new file beside `path`, put it in its place in one step, and return it open and locked.

    Raises:
        StorageError: it cannot be written; the old file is as it was.
    """
    path = Path(os.path.realpath(path))
    with storing(path):
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    file = io.FileIO(handle, "r+")
    try:
        lock(file, path)
        with _full_disk(path):
            waiting = bytearray()
            for line in lines:
                waiting += line
                if len(waiting) > _CHUNK:
                    write_bytes(file, waiting)
                    waiting.clear()
            write_bytes(file, waiting)
        with storing(path):
            os.fsync(file.fileno())
            os.chmod(name, path.stat().st_mode & 0o777)
            os.replace(name, path)
    except BaseException:
        file.close()
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name)
        raise
    return file


def write_bytes(file: io.FileIO, data: bytes | bytearray) -> None:
    """Write every byte, however few the system takes at a time.

    Raises:
        OSError: it takes no more.
    """
    view = memoryview(bytes(data))
    while view:
        written = file.write(view)
        if not written:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        view = view[written:]


_CHUNK = 256 * 1024
