"""The processes that use a ledger: what one of them has set aside is given back when it is gone."""

from __future__ import annotations

import contextlib
import os
import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from leadenrich.ledger.database import Database

LEASE = 600.0
"""Seconds after which a process in another container, about which nothing can be known, counts as gone."""
BEAT = 30.0
"""Seconds between two signs of life at the least."""


def now() -> float:
    """Return the time in seconds since 1970, in UTC."""
    return datetime.now(UTC).timestamp()


class Owner:
    """This process in a ledger; after a fork, the child is another."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._id: int | None = None
        self._pid = 0
        self._seen = 0.0

    def id(self, connection: Any) -> int:
        """Return this process's number, inside a transaction; it signs in at the first time and shows signs of life."""
        if self._id is None or self._pid != os.getpid():
            self._pid, self._seen = os.getpid(), now()
            values = (_place(), self._pid, _born(self._pid), self._seen)
            added = connection.execute("INSERT INTO owners (place, pid, born, seen) VALUES (?, ?, ?, ?)", values)
            self._id = int(added.lastrowid)
        elif now() - self._seen > BEAT:
            self._seen = now()
            connection.execute("UPDATE owners SET seen = ? WHERE id = ?", (self._seen, self._id))
        return self._id

    @property
    def own(self) -> int | None:
        """Return this process's number, None before it has signed in."""
        return self._id if self._pid == os.getpid() else None

    def sign_out(self) -> None:
        """Be another process from now on: whatever this one left open is settled by `Journal.reclaim`."""
        self._id = None


def gone(connection: Any, own: int | None) -> list[int]:
    """Return the numbers of the processes that have ended, however they did."""
    here, at = _place(), now()
    return [
        number
        for number, place, pid, born, seen in connection.execute("SELECT id, place, pid, born, seen FROM owners")
        if number != own and _is_gone(place == here, _same_machine(place, here), pid, born, at - seen)
    ]


def _is_gone(here: bool, rebooted: bool, pid: int, born: str, silent: float) -> bool:
    if here:
        return not _alive(pid) or (born != "" and _born(pid) not in ("", born))
    return rebooted or silent > LEASE


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OSError):
        return True
    return True


def _place() -> str:
    """Return where process ids mean the same: the machine, since when it has been running, the container."""
    boot = namespace = ""
    with contextlib.suppress(OSError):
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    with contextlib.suppress(OSError):
        namespace = str(Path("/proc/self/ns/pid").stat().st_ino)
    return f"{socket.gethostname()}|{boot}|{namespace}"


def _same_machine(place: str, here: str) -> bool:
    """Return whether a place is this machine before it was started anew."""
    host, boot, namespace = place.split("|")
    my_host, my_boot, my_namespace = here.split("|")
    return host == my_host and boot != my_boot and namespace == my_namespace


def _born(pid: int) -> str:
    """Return when a process began, so that another with the same number is told apart; "" where that is not known."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    return stat.rpartition(")")[2].split()[19]
