"""One SQLite file: opened so that its owner alone can read it, written in transactions, failing in typed errors."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from leadenrich.errors import ConfigurationError, DataTransformationError, StorageError
from leadenrich.ledger import jsonl, mailboxes
from leadenrich.ledger.schema import CHANGES, MARK, TABLES, VERSION

BUSY = 30.0
"""Seconds to wait for another process that is writing."""
SWITCHES = 20
"""How often a process that was refused tries again to change a new file's way of writing."""
CACHE_KIB = 16 * 1024
CHECKPOINT_PAGES = 8000
"""Pages of 4 KiB in the log before they are moved into the database: the log stays below some 40 MiB."""

HEADER = b"SQLite format 3\x00"

_inherited: list[sqlite3.Connection] = []  # of a parent process: never used here, never closed here


class Database:
    """A ledger's file.

    Every write is one transaction (`write`): whole or not at all, and safe from the process being killed once it has
    ended. A power cut may undo the last of them, unless one was `durable`. Threads take turns; processes too.

    Raises:
        ConfigurationError: the path is a directory, cannot be written, or holds a ledger of a newer version.
        DataTransformationError: the file is something else than a ledger.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lock = threading.RLock()
        self._pid = os.getpid()
        with self._typed():
            self._connection: sqlite3.Connection | None = self._opened()

    # ---- opening

    def _opened(self) -> sqlite3.Connection:
        if self.path.is_dir():
            raise ConfigurationError(f"{self.path.name} is a directory; give the path of a file")
        self._private()
        kind = self._head()
        if jsonl.is_old_ledger(kind):
            jsonl.replace(self.path, self._fresh)
        elif kind and not kind.startswith(HEADER):
            raise DataTransformationError(f"{self.path.name} is no ledger; give another path")
        opened = self._fresh(self.path)
        self._inode = os.stat(self.path).st_ino
        return opened

    def _private(self) -> None:
        """Make the file, or take it over, readable by its owner alone; its log inherits that from it."""
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            os.fchmod(descriptor, 0o600)
        finally:
            os.close(descriptor)
        for beside in ("-wal", "-shm"):
            with contextlib.suppress(FileNotFoundError):
                self.path.with_name(self.path.name + beside).chmod(0o600)

    def _head(self) -> bytes:
        with self.path.open("rb") as file:
            return file.read(64)

    def _fresh(self, path: Path) -> sqlite3.Connection:
        connection = sqlite3.connect(path.absolute(), timeout=BUSY, isolation_level=None, check_same_thread=False)
        try:
            # In one transaction, so that all that is checked is of one moment: another process may be making the file.
            connection.execute("BEGIN")
            with _ended(connection):
                self._check(connection)
            _use_log(connection)
            for setting in (
                "synchronous = NORMAL",
                "secure_delete = ON",
                f"wal_autocheckpoint = {CHECKPOINT_PAGES}",
                f"cache_size = -{CACHE_KIB}",
            ):
                connection.execute(f"PRAGMA {setting}")
            self._make(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _check(self, connection: sqlite3.Connection) -> None:
        mark, version = (
            connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")
        )
        if mark == 0 and version == 0 and not connection.execute("SELECT 1 FROM sqlite_master").fetchone():
            return  # an empty file
        if mark != MARK:
            raise DataTransformationError(f"{self.path.name} is a database, but no ledger; give another path")
        if version > VERSION:
            raise newer(self.path, version)

    def _make(self, connection: sqlite3.Connection) -> None:
        """Make the tables, or bring those of an older version up to this one."""
        if _version(connection) == VERSION:
            return
        connection.execute("BEGIN IMMEDIATE")
        with _ended(connection):
            version = _version(connection)  # another process may have done it in between
            changes = TABLES if not version else [change for at in range(version, VERSION) for change in CHANGES[at]]
            for change in (*changes, mailboxes.TABLE):
                connection.execute(change)
            connection.execute(f"PRAGMA application_id = {MARK}")
            connection.execute(f"PRAGMA user_version = {VERSION}")

    # ---- using

    @property
    def connection(self) -> sqlite3.Connection:
        """Return the open connection; after a fork, one of this process's own."""
        if self._connection is None:
            raise ConfigurationError(f"the ledger {self.path.name} is closed")
        if os.getpid() != self._pid:
            _inherited.append(self._connection)
            self._connection, self._pid, self.lock = self._fresh(self.path), os.getpid(), threading.RLock()
        return self._connection

    @property
    def closed(self) -> bool:
        """Return whether `close` was called."""
        return self._connection is None

    @contextlib.contextmanager
    def write(self, *, durable: bool = False) -> Iterator[sqlite3.Connection]:
        """Run one transaction; `durable` waits until it is on the disk.

        Raises:
            StorageError: the disk is full or fails, or another process does not stop writing.
        """
        with self.lock, self._typed():
            connection = self.connection
            if connection.in_transaction:  # part of the one that this thread has begun
                yield connection
                return
            self._check_there()
            if durable:
                connection.execute("PRAGMA synchronous = FULL")
            try:
                connection.execute("BEGIN IMMEDIATE")
                with _ended(connection):
                    yield connection
            finally:
                if durable:
                    connection.execute("PRAGMA synchronous = NORMAL")

    def _check_there(self) -> None:
        """Refuse to write to a file that nobody will find again."""
        try:
            there = os.stat(self.path).st_ino == self._inode
        except FileNotFoundError:
            there = False
        if not there:
            raise StorageError(
                f"{self.path} was removed or replaced while it was in use; what was to be written is not in it"
            )

    @contextlib.contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """Lend the connection for reading."""
        with self.lock, self._typed():
            yield self.connection

    def one(self, query: str, *values: Any) -> tuple[Any, ...] | None:
        """Return the first row of a query, or None."""
        with self.lock:
            try:
                row: tuple[Any, ...] | None = self.connection.execute(query, values).fetchone()
            except sqlite3.Error as error:
                raise _named(self.path, error) from None
            return row

    def all(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return every row of a query."""
        with self.lock, self._typed():
            return self.connection.execute(query, values).fetchall()

    def scrub(self) -> None:
        """Move the log into the database and empty it, so that what was deleted is in neither.

        Raises:
            StorageError: another process is reading the file all the time.
        """
        row = self.one("PRAGMA wal_checkpoint(TRUNCATE)")
        if row is not None and row[0]:
            raise StorageError(
                f"what was erased from {self.path} may still stand in its log, which another process reads;"
                " erase it again once that has ended"
            )

    def vacuum(self) -> None:
        """Give the room of what was deleted back to the disk."""
        with self.lock, self._typed():
            self.connection.execute("VACUUM")

    def close(self) -> None:
        """Close the file."""
        with self.lock:
            connection, self._connection = self._connection, None
            if connection is not None and os.getpid() == self._pid:
                connection.close()

    @contextlib.contextmanager
    def _typed(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise _named(self.path, error) from None
        except OSError as error:
            if isinstance(error, StorageError):
                raise
            raise ConfigurationError(f"{self.path} cannot be written: {error.strerror}") from None


@contextlib.contextmanager
def _ended(connection: sqlite3.Connection) -> Iterator[None]:
    """End a transaction: all of it, or nothing."""
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _use_log(connection: sqlite3.Connection) -> None:
    """Have writes go to a log first; the file remembers it.

    Of several processes that change a new file at once, SQLite lets one go on and refuses the others without waiting:
    these wait until they could write, and see whether there is anything left to change.
    """
    for _ in range(SWITCHES):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if not _is_busy(error):
                raise
            connection.execute("BEGIN IMMEDIATE")  # waits, for BUSY seconds at most
            connection.execute("ROLLBACK")
        else:
            return
    connection.execute("PRAGMA journal_mode = WAL")


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def newer(path: Path, version: Any) -> ConfigurationError:
    """Return the error for a file that a later version of the library wrote."""
    return ConfigurationError(
        f"{path.name} is a ledger of version {version}, and this leadenrich reads version {VERSION};"
        " upgrade leadenrich, or give another path"
    )


def _code(error: sqlite3.Error) -> int:
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def _is_busy(error: sqlite3.Error) -> bool:
    return _code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _named(path: Path, error: sqlite3.Error) -> Exception:
    code = _code(error)
    if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
        return DataTransformationError(
            f"{path.name} is damaged, or no ledger ({error}); restore it, or give another path"
        )
    if code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
        return ConfigurationError(f"{path} cannot be written: {error}")
    if _is_busy(error):
        return StorageError(f"another process has been writing to {path} for {BUSY:g} s; end it, or give another path")
    return StorageError(f"{path} cannot be written: {error}; what was to be written is not in it")
